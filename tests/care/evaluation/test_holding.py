"""What is held on the day: by the protocol, as a clinician decided, and unknown while the medicines are."""

from __future__ import annotations

from typing import Any

import pytest

from charts import JUDGED_AT, document, entry, plus, read, without
from unloop.care.evaluation import holds, look
from unloop.facts import Unknown
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")


def held(*medicines: str, decisions: list[dict[str, Any]] | None = None) -> Any:
    chart = plus(
        without(document(), "medicines", "medicines_complete", "medicine_decisions"),
        entry("medicines", list(medicines)), entry("medicines_complete", value=True),
    )  # fmt: skip
    if decisions is not None:
        chart = plus(chart, entry("medicine_decisions", decisions))
    return holds(PROTOCOL, look(PROTOCOL, read(chart), at=JUDGED_AT))


def decided(medicine: str, decision: str) -> dict[str, Any]:
    return {"medicine": medicine, "decision": decision, "reason": "looked at", "decided_by": "A. Varga"}


def test_a_benzodiazepine_waits_for_a_decision_and_the_protocol_says_for_how_long() -> None:
    (one,) = held("sertraline", "lorazepam")
    assert (one.medicine, one.state, one.rule, str(one.before)) == (
        "lorazepam",
        "to-be-decided",
        "DDI-01",
        "PT12H",
    )
    assert one.sources


@pytest.mark.parametrize(
    ("decision", "state"), [("hold", "hold"), ("proceed", "goes-on"), ("stop", "to-be-decided")]
)
def test_a_decision_says_what_becomes_of_it(decision: str, state: str) -> None:
    (one,) = held("lorazepam", decisions=[decided("lorazepam", decision)])
    assert (one.state, one.decided_by, one.reason) == (state, "A. Varga", "looked at")


def test_a_clinician_may_hold_what_the_protocol_would_not() -> None:
    assert held("lamotrigine") == ()
    (one,) = held("lamotrigine", decisions=[decided("lamotrigine", "hold")])
    assert (one.state, one.before) == ("hold", None)


def test_nothing_is_held_of_medicines_that_matter_to_nobody() -> None:
    assert held("sertraline") == ()


def test_while_the_list_is_unknown_nobody_says_what_is_held() -> None:
    chart = without(document(), "medicines", "medicines_complete")
    assert isinstance(holds(PROTOCOL, look(PROTOCOL, read(chart), at=JUDGED_AT)), Unknown)
