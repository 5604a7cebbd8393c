"""What is held on the day: medicines that the protocol holds before an infusion, and those that a clinician holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from unloop.care.evaluation.medicines import judged
from unloop.care.treatment_history import MedicineVerdict
from unloop.facts import Known, Record, Unknown, View
from unloop.protocol import Medicine, Protocol
from unloop.quantity import Duration

HoldState = Literal["hold", "goes-on", "to-be-decided"]


@dataclass(frozen=True, slots=True)
class Hold:
    """One medicine on the day of an infusion.

    Attributes:
        medicine: as it stands on the list.
        state: held; goes on although the protocol would hold it, as somebody decided; or still to be decided.
        before: how long before the infusion it is left out; None where only a clinician says so.
        rule, why, sources: of the protocol.
        decided_by, reason: who decided, and why; empty where nobody has.
    """

    medicine: str
    state: HoldState
    before: Duration | None
    rule: str
    why: str
    sources: tuple[str, ...]
    decided_by: str = ""
    reason: str = ""


def holds(protocol: Protocol, view: View) -> tuple[Hold, ...] | Unknown:
    """What is held on the day, of the medicines taken now; unknown while that list is.

    A decision counts only for the list that it was made for, as everywhere.
    """
    answers = judged(protocol, view)
    if isinstance(answers, Unknown):
        return answers
    rules = {one.id: one for one in protocol.document.drug}
    decisions = _decisions(view)
    found = (
        _hold(answer, rules[answer.interaction], decisions.get(answer.medicine), protocol=protocol)
        for answer in answers
        if answer.interaction is not None
    )
    return tuple(one for one in found if one is not None)


def _hold(
    answer: MedicineVerdict, rule: Medicine, decision: Record | None, *, protocol: Protocol
) -> Hold | None:
    said = None if decision is None else decision.get("decision")
    if rule.hold_before is None and said != "hold":
        return None
    states: Mapping[object, HoldState] = {"hold": "hold", "proceed": "goes-on"}
    return Hold(
        medicine=answer.medicine, state=states.get(said, "to-be-decided"), before=rule.hold_before, rule=rule.id,
        why=rule.why, sources=tuple(one.cite for one in protocol.cite(rule)),
        decided_by=str((decision or {}).get("decided_by") or ""), reason=str((decision or {}).get("reason") or ""),
    )  # fmt: skip


def _decisions(view: View) -> dict[str, Record]:
    taken, decided = view.find("medicines"), view.find("medicine_decisions")
    if not isinstance(taken, Known) or not isinstance(decided, Known) or decided.at < taken.at:
        return {}
    records = decided.value if isinstance(decided.value, tuple) else ()
    return {str(one.get("medicine")): one for one in records if isinstance(one, Mapping)}
