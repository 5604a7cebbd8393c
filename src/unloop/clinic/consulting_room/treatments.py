"""Past treatments, judged one by one and as a whole, and decisions about the medicines taken now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from unloop.care.evaluation import erp_criteria, interactions, sri_criteria
from unloop.care.treatment_history import (
    AsDiazepam,
    Beside,
    ErpTried,
    History,
    MedicineVerdict,
    Resolved,
    Staging,
    Treatment,
    as_diazepam,
    beside_ketamine,
    erp_tried,
    judge_medicines,
    read_partial_date,
    resolve,
    stage,
)
from unloop.clinic.chart.services import Draft, DraftKind, NewFact, Person, add_facts
from unloop.clinic.consulting_room.said import say_record
from unloop.facts import Known, Record, Value, View
from unloop.protocol import Protocol
from unloop.quantity import InputRefused
from unloop.rules import Truth

MEDICINE_LISTS = ("sri_treatments", "other_medicine_treatments")
ERP_RULE = "adequate_erp_count"
"""The fact by which the rule is found that asks for ERP before ketamine."""

_BY_FIRST_LETTERS = frozenset({"erp", "cbt", "tms", "dbs", "ect"})
_TRIED_FOR_OCD = frozenset({
    "ssri", "snri", "tricyclic", "maoi", "antidepressant", "antipsychotic", "mood-stabiliser", "benzodiazepine",
    "glutamate-modulator", "stimulant",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class JudgedTreatment:
    """One treatment with whether it was adequate, and why; and apart from that, whether it failed."""

    treatment: Treatment

    @property
    def name(self) -> str:
        """What it was, as people write it."""
        return say_name(self.treatment)

    @property
    def said(self) -> str:
        """The rest of the record in one line."""
        return say_record({
            key: value for key, value in self.treatment.record.items() if key not in {"name", "kind"}
        })  # fmt: skip

    @property
    def state(self) -> str:
        """The mark: answered for adequate, missing while a number is not known, excludes for not adequate."""
        return _mark(self.treatment.adequacy.answer)

    @property
    def failure(self) -> str:
        """Whether it failed: yes, no, unknown, or not tolerated."""
        tolerated = self.treatment.record.get("outcome") != "intolerance"
        return self.treatment.failure.value if tolerated else "not-tolerated"


@dataclass(frozen=True, slots=True)
class ErpFirst:
    """That exposure with response prevention has not been tried enough, and the rule that asks for it first."""

    tried: ErpTried
    rule: str
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesideKetamine:
    """What is known of the medicines taken now: each finding, and what the benzodiazepines come to."""

    findings: tuple[Beside, ...]
    diazepam: AsDiazepam | None


def say_name(treatment: Treatment) -> str:
    """A medicine's name with a capital, and what is known by its first letters in capitals."""
    name = treatment.name
    return name.upper() if name in _BY_FIRST_LETTERS else name[:1].upper() + name[1:]


def staging_of(view: View, protocol: Protocol) -> Staging:
    """The treatments of a chart, judged and staged; nothing of it is ever stored.

    A list that is out of date is judged as it was last said, and counts as one that may not be whole.
    """
    lists = {code: _last_said(view, code) for code in (*MEDICINE_LISTS, "psychotherapies", "procedures")}
    first, second = (lists[code] for code in MEDICINE_LISTS)
    medicines = None if first is None else (*first, *(second or ()))
    whole = all(_is_whole(view, code) for code in lists if lists[code] is not None)
    history = History(medicines, lists["psychotherapies"], lists["procedures"] or (), complete=whole)
    return stage(history, sri_criteria(protocol), erp_criteria(protocol))


def erp_first(view: View, protocol: Protocol) -> ErpFirst | None:
    """What is said before ketamine is offered; None where ERP was tried adequately, or no rule asks for it."""
    tried = erp_tried(view, erp_criteria(protocol))
    rule = next((one for one in protocol.document.gate if ERP_RULE in one.when.text), None)
    if tried is ErpTried.ADEQUATELY or rule is None:
        return None
    return ErpFirst(tried, rule.id, rule.why, tuple(one.cite for one in protocol.cite(rule)))


def beside_ketamine_now(view: View) -> BesideKetamine:
    """What is known of every medicine that is taken now."""
    names = medicines_now(view)
    return BesideKetamine(beside_ketamine(names), as_diazepam(names, doses_now(view)))


def medicines_now(view: View) -> tuple[str, ...]:
    """The list of medicines as it stands."""
    taken = view.find("medicines")
    return _names(taken.value) if isinstance(taken, Known) else ()


def doses_now(view: View) -> tuple[Record, ...]:
    """The daily doses that stand."""
    doses = view.find("medicine_doses")
    return records_of(doses.value) if isinstance(doses, Known) else ()


def compared_by_dose(medicine: str) -> bool:
    """Whether its daily dose is asked, since sources compare it with diazepam."""
    found = resolve(medicine)
    return isinstance(found, Resolved) and "benzodiazepine" in found.classes


@transaction.atomic
def keep_doses(person: Person, view: View, doses: Mapping[str, float]) -> None:
    """Keep daily doses beside the list of medicines; of a medicine named here the earlier one gives way.

    Args:
        person: who takes them.
        view: the chart as it stands.
        doses: milligrams a day by medicine.
    """
    kept = [dict(one) for one in doses_now(view) if one.get("medicine") not in doses]
    new = [{"medicine": name, "mg_per_day": mg} for name, mg in doses.items()]
    if new and [*kept, *new] != [dict(one) for one in doses_now(view)]:
        add_facts(person, [NewFact("medicine_doses", [*kept, *new])])


def offered_by_imports(
    person: Person, view: View, protocol: Protocol
) -> dict[str, list[tuple[dict[str, object], str]]]:
    """Medicines of imported records that belong into the history and are not in it, by list; nothing is written.

    Each comes with what the record says of its dose, which is not converted.
    """
    named = {name for code in MEDICINE_LISTS for name in _ingredients_in(view, code)}
    sri = sri_criteria(protocol)
    offered: dict[str, list[tuple[dict[str, object], str]]] = {code: [] for code in MEDICINE_LISTS}
    drafts = Draft.objects.filter(person=person, kind=DraftKind.MEDICINE).exclude(
        decision=Draft.Decision.REFUSED
    )
    for one in drafts:
        found = resolve(one.name)
        if not isinstance(found, Resolved) or found.ingredient in named or not found.classes & _TRIED_FOR_OCD:
            continue
        named.add(found.ingredient)
        code = MEDICINE_LISTS[0] if sri.drug(found) is not None else MEDICINE_LISTS[1]
        offered[code].append((_dated(found.ingredient, one.detail), str(one.detail.get("dose") or one.name)))
    return offered


def medicines_to_decide(protocol: Protocol, view: View) -> tuple[MedicineVerdict, ...]:
    """The medicines taken now that a rule concerns or that nobody could map, with what was decided."""
    judged = judge_medicines(medicines_now(view), standing_decisions(view), interactions(protocol))
    return tuple(one for one in judged if one.state != "clear")


def standing_decisions(view: View) -> tuple[Record, ...]:
    """The decisions that were made for the list of medicines as it stands; earlier ones count no more."""
    taken, decided = view.find("medicines"), view.find("medicine_decisions")
    if not isinstance(taken, Known) or not isinstance(decided, Known) or decided.at < taken.at:
        return ()
    return records_of(decided.value)


@transaction.atomic
def decide_medicines(person: Person, view: View, decided: Iterable[Record]) -> None:
    """Append decisions to those that stand; a new one about the same medicine takes the place of the earlier one."""
    new = list(decided)
    names = {str(one.get("medicine")) for one in new}
    kept = [dict(one) for one in standing_decisions(view) if str(one.get("medicine")) not in names]
    add_facts(person, [NewFact("medicine_decisions", [*kept, *(dict(one) for one in new)])])


def records_of(value: Value | object) -> tuple[Record, ...]:
    """The records in a value that holds some."""
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, (tuple, list)) else ()


def _last_said(view: View, code: str) -> tuple[Record, ...] | None:
    """The records of a list as it was last said; None where nobody asked."""
    finding = view.find(code)
    if isinstance(finding, Known):
        return records_of(finding.value)
    return records_of(finding.last.value) if finding.last is not None else None


def _is_whole(view: View, code: str) -> bool:
    finding = view.find(code)
    return isinstance(finding, Known) and finding.complete


def _ingredients_in(view: View, code: str) -> Iterable[str]:
    for one in _last_said(view, code) or ():
        found = resolve(str(one.get("name") or ""))
        yield found.ingredient if isinstance(found, Resolved) else ""


def _dated(name: str, detail: Mapping[str, object]) -> dict[str, object]:
    """A row with the dates of an imported record, as far as these are dates."""
    row: dict[str, object] = {"name": name}
    for key, theirs in (("start", "from"), ("end", "to")):
        try:
            row[key] = read_partial_date(str(detail.get(theirs) or "")[:10], where=key).text
        except InputRefused:
            continue
    return row


def _mark(answer: Truth) -> str:
    match answer:
        case Truth.TRUE:
            return "answered"
        case Truth.UNKNOWN:
            return "missing"
        case Truth.FALSE:
            return "excludes"


def _names(value: Value) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()
