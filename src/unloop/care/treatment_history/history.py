"""Everything that was tried for a person's OCD, and each treatment judged: adequate or not, failed or not, apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from unloop.care.treatment_history.adequacy import Adequacy, judge_augmentation, judge_erp, judge_sri
from unloop.care.treatment_history.criteria import ErpCriteria, SriCriteria
from unloop.care.treatment_history.failure import failed
from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.facts import Record
from unloop.rules import Truth

Kind = Literal["medicine", "psychotherapy", "procedure"]


@dataclass(frozen=True, slots=True)
class History:
    """What was tried; a list that is None was never asked for, an empty one says that there was nothing.

    Attributes:
        medicines: records of `sri_treatments` and `other_medicine_treatments`; with `augments` they were added.
        psychotherapy: records of `psychotherapies`.
        procedures: records of `procedures`.
        complete: whether the lists that were asked for are said to be whole; if not, what is not in them may have been.
    """

    medicines: tuple[Record, ...] | None = None
    psychotherapy: tuple[Record, ...] | None = None
    procedures: tuple[Record, ...] | None = None
    complete: bool = True

    def whole(self, records: tuple[Record, ...] | None) -> bool:
        """Whether one of these lists holds everything that there was."""
        return self.complete and records is not None


@dataclass(frozen=True, slots=True)
class Treatment:
    """One treatment, judged.

    Attributes:
        kind: medicine, psychotherapy or procedure.
        name: as it was written; of psychotherapies and procedures their kind.
        ingredients, classes: of a medicine that the table knows; empty otherwise.
        adequacy: whether dose, time and adherence were enough; never by the outcome.
        failure: whether it did not help enough; never by the adequacy.
        record: as it was written.
    """

    kind: Kind
    name: str
    ingredients: tuple[str, ...]
    classes: frozenset[str]
    adequacy: Adequacy
    failure: Truth
    record: Record

    @property
    def counts(self) -> Truth:
        """Whether it was adequate and failed all the same: what a stage of resistance is counted from."""
        return conjunction((self.adequacy.answer, self.failure))

    @property
    def augments(self) -> bool:
        """Whether it was added to another medicine."""
        return bool(self.record.get("augments"))

    @property
    def nameless(self) -> bool:
        """Whether nobody knows which medicine it was, so that it may have been any."""
        return self.kind == "medicine" and not self.ingredients


def judge_history(history: History, sri: SriCriteria, erp: ErpCriteria) -> tuple[Treatment, ...]:
    """Every treatment of a history, in its order: medicines, psychotherapies, procedures."""
    return (
        *(_medicine(one, sri) for one in history.medicines or ()),
        *(_talked(one, erp) for one in history.psychotherapy or ()),
        *(_procedure(one) for one in history.procedures or ()),
    )


def conjunction(answers: Iterable[Truth]) -> Truth:
    """True when all are, false when one is, unknown otherwise."""
    found = set(answers)
    if Truth.FALSE in found:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.TRUE


def any_of(answers: Iterable[Truth], *, known: bool = True) -> Truth:
    """True when one is; false when none is and `known` says that these are all; unknown otherwise."""
    found = set(answers)
    if Truth.TRUE in found:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in found or not known else Truth.FALSE


def enough(answers: Iterable[Truth], number: int, *, known: bool) -> Truth:
    """Whether at least so many of these are true.

    Args:
        answers: one a treatment or a medicine.
        number: how many are asked.
        known: whether these are all that there were.
    """
    found = list(answers)
    if found.count(Truth.TRUE) >= number:
        return Truth.TRUE
    possible = len(found) - found.count(Truth.FALSE)
    return Truth.FALSE if known and possible < number else Truth.UNKNOWN


def by_medicine(treatments: Iterable[Treatment], answer: Mapping[int, Truth]) -> Iterator[Truth]:
    """One answer a medicine: two courses of one are one, and a nameless one may be any.

    Args:
        treatments: of medicines.
        answer: by `id` of the treatment.
    """
    courses: dict[object, list[Truth]] = {}
    for place, one in enumerate(treatments):
        courses.setdefault(one.ingredients or place, []).append(answer[id(one)])
    return (any_of(answers) for answers in courses.values())


def _medicine(record: Record, sri: SriCriteria) -> Treatment:
    name = str(record.get("name") or "")
    found = resolve(name)
    ingredients, classes = (
        (found.ingredients, found.classes) if isinstance(found, Resolved) else ((), frozenset())
    )
    added = isinstance(found, Resolved) and bool(record.get("augments")) and "antipsychotic" in found.classes
    adequacy = judge_augmentation(record) if added else judge_sri(record, sri)
    if isinstance(found, Resolved) and (named := sri.drug(found)) is not None:
        ingredients = (named,)
    return Treatment("medicine", name, ingredients, classes, adequacy, failed(record), record)


def _talked(record: Record, erp: ErpCriteria) -> Treatment:
    name = str(record.get("kind") or "")
    return Treatment("psychotherapy", name, (), frozenset(), judge_erp(record, erp), failed(record), record)


def _procedure(record: Record) -> Treatment:
    no_rule = Adequacy(Truth.UNKNOWN, ("no rule says when a procedure is adequate",))
    name = str(record.get("kind") or "")
    return Treatment("procedure", name, (), frozenset(), no_rule, failed(record), record)
