"""The tailored plan: versions with reasons, what stands around the dose, two plans side by side."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from unloop.care.plan import Sri, Tailoring
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import FactRow, NewFact, add_facts
from unloop.clinic.consulting_room.comparing import candidates, expect
from unloop.clinic.consulting_room.planning import rule_in_terms, versions
from unloop.clinic.consulting_room.services import current_plan, in_force, make_plan, propose, view_of
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
SAID = {
    "goals": "cook for my children\nleave the house in ten minutes", "erp_sessions": "2", "sri": "change",
    "sri_words": "sertraline from 150 to 200 mg", "stop_rules": "if sleep is gone for three nights",
}  # fmt: skip


@pytest.fixture
def tailored(cast: Any, adopted: Any, ready: Any) -> Any:
    """A plan with everything said."""
    said = Tailoring(
        erp_sessions=2, sri=Sri.CONTINUE, goals=("cook for my children",), stop_rules=("no sleep",)
    )
    with acting(cast.provider.as_actor()):
        return make_plan(ready, adopted, tailoring=said)


def test_what_is_said_around_the_dose_is_part_of_the_plan_and_shown(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert send(cast.provider, "lay_down", ready, **SAID).status_code == 302
    terms = current_plan(ready).terms
    assert terms["goals"] == ["cook for my children", "leave the house in ten minutes"]
    assert (terms["erp_sessions"], terms["sri"]) == (2, "change")
    said = FactRow.objects.get(person=ready, code="treatment_goals").value
    assert [one["in_own_words"] for one in said] == terms["goals"]
    text = see(cast.provider, "plan", ready)
    for words in (
        "<q>cook for my children</q>", "It is changed: sertraline from 150 to 200 mg", "2 sessions",
        "if sleep is gone for three nights", "days 2 to 3", "day 2, day 3", "Course without response", "version 1",
    ):  # fmt: skip
        assert words in text


def test_a_slip_keeps_what_was_typed_and_lays_down_nothing(
    send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    answer = send(cast.provider, "lay_down", ready, **{**SAID, "sri_words": ""})
    assert answer.status_code == 422
    assert "cook for my children" in answer.content.decode()
    assert send(cast.provider, "lay_down", ready, **{**SAID, "erp_sessions": "3"}).status_code == 422
    assert current_plan(ready) is None


def test_each_change_is_a_version_with_a_reason_and_the_first_one_stays(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any, tailored: Any, now: Any
) -> None:
    with clock.frozen(now + timedelta(minutes=5)):
        refused = send(cast.provider, "lay_down", ready, **SAID)
        assert refused.status_code == 422
        assert "write why the plan is changed" in refused.content.decode()
        kept = send(cast.provider, "lay_down", ready, **SAID, reason="slept badly on 150 mg")
        assert kept.status_code == 302
        assert next(one.id for one in versions(ready)) == tailored.id
        text = see(cast.nurse, "plan", ready)
    assert "slept badly on 150 mg" in text
    assert "serotonin reuptake inhibitor: change (before: continue)" in text


@pytest.mark.parametrize(
    "change",
    [{"goals": ("other",)}, {"erp_sessions": 1}, {"sri": Sri.NONE}, {"stop_rules": ()}],
    ids=lambda one: next(iter(one)),
)
def test_any_change_of_the_plan_has_another_hash_and_voids_the_consent(
    change: dict[str, Any], cast: Any, adopted: Any, ready: Any, tailored: Any, now: Any
) -> None:
    from dataclasses import replace

    from unloop.care.plan import read_tailoring

    consent = {"text_sha256": tailored.consent_text_sha256, "plan_sha256": tailored.sha256, "given": True}
    add_facts(ready, [NewFact("consent", [consent])])
    protocol = in_force().protocol
    assert view_of(ready, protocol).find("consent_to_this_plan").value is True
    with clock.frozen(now + timedelta(minutes=5)), acting(cast.provider.as_actor()):
        new = replace(read_tailoring(tailored.terms), **change)
        assert make_plan(ready, adopted, tailoring=new, reason="talked over").sha256 != tailored.sha256
        assert view_of(ready, protocol).find("consent_to_this_plan").value is False


def test_the_same_plan_again_needs_no_reason_and_keeps_what_was_said(
    cast: Any, adopted: Any, ready: Any, tailored: Any, now: Any
) -> None:
    with clock.frozen(now + timedelta(minutes=5)), acting(cast.provider.as_actor()):
        again = make_plan(ready, adopted)
    assert again.sha256 == tailored.sha256


def test_what_is_held_on_the_day_stands_on_the_page_and_in_the_plan(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    decided = {"medicine": "lorazepam", "decision": "hold", "reason": "low dose", "decided_by": "A. Varga"}
    add_facts(ready, [
        NewFact("medicines", ["sertraline", "lorazepam"]), NewFact("medicines_complete", value=True),
        NewFact("medicine_decisions", [decided]),
    ])  # fmt: skip
    with acting(cast.provider.as_actor()):
        held = make_plan(ready, adopted).terms["hold"]
    assert [(one["medicine"], one["state"], one["before"]) for one in held] == [
        ("lorazepam", "hold", "PT12H")
    ]
    assert "is left out for 12 hours before each infusion" in see(cast.nurse, "plan", ready)


def test_adjustments_name_their_rule_and_source_and_weights_stand_side_by_side(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [NewFact("weight", 118, "kg"), NewFact("child_pugh", "b")])
    text = see(cast.provider, "plan", ready)
    for words in ("DOS-02", "DOS-04", "ASRA/AAPM/ASA", "The same dose by each weight", "ideal (Devine)"):
        assert words in text


def test_two_plans_are_compared_by_what_models_expect(
    see: Any, cast: Any, adopted: Any, ready: Any, tailored: Any
) -> None:
    add_facts(ready, [NewFact("child_pugh", "b")])
    text = see(cast.provider, "side_by_side", ready, first="today", second="v1")
    assert re.search(r"<h1>\d+ mg over 40 min, beside \d+ mg over 40 min\.</h1>", text)
    assert text.count('<polyline class="predicted') == 4
    assert "A prediction, never an order" in text
    assert "Plan, version 1" in text


def test_a_larger_dose_over_the_same_time_is_expected_to_lead_higher(
    cast: Any, adopted: Any, ready: Any, tailored: Any
) -> None:
    protocol = in_force().protocol
    add_facts(ready, [NewFact("child_pugh", "b")])
    view = view_of(ready, protocol)
    today, first = candidates(versions(ready), propose(ready, protocol), protocol)
    low, high = expect(today, view, protocol), expect(first, view, protocol)
    for one, other, area, other_area in zip(low.curves, high.curves, low.areas, high.areas, strict=True):
        assert one.peak_ng_per_ml < other.peak_ng_per_ml
        assert area == pytest.approx(
            other_area * low.preparation.dose.mg / high.preparation.dose.mg, rel=0.01
        )


def test_with_one_plan_there_is_nothing_to_compare(see: Any, cast: Any, adopted: Any, ready: Any) -> None:
    assert "There is only one plan to look at." in see(cast.provider, "side_by_side", ready)
    assert "There is only one plan to look at." in see(
        cast.provider, "side_by_side", ready, first="nonsense", second="v9"
    )


def test_terms_that_break_a_ceiling_are_not_compared(
    cast: Any, adopted: Any, ready: Any, tailored: Any
) -> None:
    with pytest.raises(InputRefused):
        rule_in_terms({**tailored.terms, "mg_per_kg": 2.0}, in_force().protocol)
