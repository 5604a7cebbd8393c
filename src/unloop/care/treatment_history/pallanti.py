"""The levels of non-response of Pallanti and colleagues (2002, 2006), from memory: their wording is unverified."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.care.treatment_history.history import (
    History,
    Treatment,
    any_of,
    by_medicine,
    conjunction,
    enough,
)
from unloop.rules import Truth

LEVELS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
"""From an SSRI or behaviour therapy alone to everything and neurosurgery."""

SOURCE = "Pallanti et al. 2002, Int J Neuropsychopharmacol; Pallanti and Quercioli 2006, doi 10.1016/j.pnpbp.2005.11.028"
VERIFIED = False
"""No copy of either paper could be read; the levels stand as remembered."""

_CLOMIPRAMINE = "clomipramine"
_AUGMENTERS = frozenset({"benzodiazepine", "mood-stabiliser", "antipsychotic", "stimulant"})
_OTHER_CLASSES = frozenset({"snri", "maoi"})
_SURGERY = frozenset({"dbs", "ablation"})
_BY_VEIN = frozenset({"intravenous", "iv", "i.v."})


@dataclass(frozen=True, slots=True)
class PallantiLevel:
    """How far down the list treatments have failed.

    Attributes:
        certain: the highest level that is certainly reached; None for none.
        possible: the highest that is not ruled out; differs from `certain` while something is not known.
    """

    certain: str | None
    possible: str | None

    @property
    def settled(self) -> bool:
        """Whether nothing that is unknown could change it."""
        return self.certain == self.possible


def pallanti(treatments: tuple[Treatment, ...], history: History) -> PallantiLevel:
    """The level of a judged history.

    An SSRI, clomipramine or behaviour therapy counts when it was adequate and failed. Where no rule says what is
    adequate (other classes, infusions, surgery), a treatment counts when it failed.
    """
    reached = dict(zip(LEVELS, _answers(treatments, history), strict=True))
    certain = [level for level, answer in reached.items() if answer is Truth.TRUE]
    possible = [level for level, answer in reached.items() if answer is not Truth.FALSE]
    return PallantiLevel(certain[-1] if certain else None, possible[-1] if possible else None)


def _answers(treatments: tuple[Treatment, ...], history: History) -> tuple[Truth, ...]:
    asked = history.whole(history.medicines)
    medicines = [one for one in treatments if one.kind == "medicine"]
    ssris = [one for one in medicines if "ssri" in one.classes or one.nameless]
    clomipramine = [one for one in medicines if _CLOMIPRAMINE in one.ingredients or one.nameless]

    def ssri(number: int) -> Truth:
        return enough(by_medicine(ssris, {id(one): one.counts for one in ssris}), number, known=asked)

    therapy = _therapy(treatments, known=history.whole(history.psychotherapy))
    one, two, three = (conjunction((ssri(number), therapy)) for number in (1, 2, 3))
    base = conjunction((ssri(2), any_of((each.counts for each in clomipramine), known=asked), therapy))
    steps = _steps(medicines, clomipramine, asked=asked)
    surgery = any_of(
        (each.failure for each in treatments if each.kind == "procedure" and each.name in _SURGERY),
        known=history.whole(history.procedures),
    )
    further = tuple(conjunction((base, step)) for step in steps)
    return (any_of((ssri(1), therapy)), one, two, three, base, *further, conjunction((base, *steps, surgery)))


def _steps(
    medicines: list[Treatment], clomipramine: list[Treatment], *, asked: bool
) -> tuple[Truth, Truth, Truth, Truth]:
    """What each of the levels VI to IX adds: clomipramine on top, other classes, clomipramine by vein, SNRI or MAOI."""
    added = (one.failure for one in clomipramine if one.augments and not one.nameless)
    by_vein = (
        one.failure for one in clomipramine
        if str(one.record.get("route") or "").strip().lower() in _BY_VEIN and not one.nameless
    )  # fmt: skip
    return (
        any_of(added, known=asked),
        any_of((one.failure for one in medicines if one.classes & _AUGMENTERS), known=asked),
        any_of(by_vein, known=asked),
        any_of((one.failure for one in medicines if one.classes & _OTHER_CLASSES), known=asked),
    )


def _therapy(treatments: tuple[Treatment, ...], *, known: bool) -> Truth:
    """Behaviour therapy that failed; of a course that was not called ERP nobody knows whether it held exposure."""
    answers: list[Truth] = []
    for one in treatments:
        if one.kind == "psychotherapy" and one.name != "other":
            unsure = one.name != "erp" and one.failure is not Truth.FALSE
            answers.append(Truth.UNKNOWN if unsure else one.counts)
    return any_of(answers, known=known)
