"""Past treatments, judged one by one, and decisions about the medicines taken now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from unloop.care.evaluation import erp_criteria, interactions, sri_criteria
from unloop.care.treatment_history import Adequacy, MedicineVerdict, judge_erp, judge_medicines, judge_sri
from unloop.clinic.chart.services import NewFact, Person, add_facts
from unloop.clinic.consulting_room.said import say_record
from unloop.facts import Known, Record, Value, View
from unloop.protocol import Protocol
from unloop.rules import Truth


@dataclass(frozen=True, slots=True)
class JudgedTreatment:
    """One treatment with whether it was adequate, and why."""

    said: str
    adequacy: Adequacy

    @property
    def state(self) -> str:
        """The mark: answered for adequate, missing while a number is not known, excludes for not adequate."""
        match self.adequacy.answer:
            case Truth.TRUE:
                return "answered"
            case Truth.UNKNOWN:
                return "missing"
            case Truth.FALSE:
                return "excludes"


def judge_records(code: str, records: Iterable[Record], protocol: Protocol) -> tuple[JudgedTreatment, ...]:
    """Judge each record of `sri_treatments` or `psychotherapies` by the protocol."""
    if code == "sri_treatments":
        sri = sri_criteria(protocol)
        return tuple(JudgedTreatment(say_record(one), judge_sri(one, sri)) for one in records)
    erp = erp_criteria(protocol)
    return tuple(JudgedTreatment(say_record(one), judge_erp(one, erp)) for one in records)


def medicines_to_decide(protocol: Protocol, view: View) -> tuple[MedicineVerdict, ...]:
    """The medicines taken now that a rule concerns or that nobody could map, with what was decided."""
    taken = view.find("medicines")
    names = _names(taken.value) if isinstance(taken, Known) else ()
    judged = judge_medicines(names, standing_decisions(view), interactions(protocol))
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


def _names(value: Value) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()
