"""Plan and consent: the dose is the protocol's, a prediction is only a prediction, and consent holds for one plan."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from unloop.care.consultation import Ability, consent_text
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.consulting_room.services import Consent, Plan, current_plan, in_force, make_plan, view_of
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
_ABLE = {f"can_{one.value}": "True" for one in Ability}


def _teach_back(
    *, right: str = "True", words: str = "not approved, maybe half, maybe none"
) -> dict[str, str]:
    ids = [one.id for one in consent_text().sheet.question]
    return {f"words_{one}": words for one in ids} | {f"right_{one}": right for one in ids}


def _agreed(plan: Plan, **more: str) -> dict[str, str]:
    signed = {"plan": plan.sha256, "answer": "given", "signed_name": "R. R.", "sooner": "I know it."} | _ABLE
    return signed | _teach_back() | more


@pytest.fixture
def plan(cast: Any, adopted: Any, ready: Any) -> Plan:
    with acting(cast.provider.as_actor()):
        return make_plan(ready, adopted)


def test_the_plan_says_dose_time_ceilings_and_each_step(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "plan", ready)
    weight = view_of(ready, in_force().protocol).find("weight").value
    assert f"<h1>{int(weight / 2)} mg over 40 min, by the protocol.</h1>" in text
    for words in (
        "mg of ketamine base as labelled; racemate",
        "Pump rate",
        "Drug to draw up",
        "at most 60 mg",
        "mL/h",
    ):
        assert words in text


def test_two_models_are_drawn_dashed_with_a_table_and_their_sources(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "plan", ready)
    assert text.partition('id="expected-effect"')[0].count('<polyline class="predicted') == 2
    assert "Kamp 2020" in text
    assert "Otto 2021" in text
    assert "spread unknown" in text
    assert "A prediction, never an order" in text
    assert "The same prediction in numbers" in text


def test_dissociation_is_drawn_for_both_models_with_a_band_a_table_and_words_of_doubt(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    section = (
        see(cast.provider, "plan", ready).partition('id="expected-effect"')[2].partition("</section>")[0]
    )
    assert section.count('<polyline class="predicted') == section.count('<polygon class="range"') == 2
    for words in (
        "Speculative", "decides nothing", "Olofsen 2022", "17 healthy men", "half of its ketamine is taken as S-ketamine",
        "not how they differ in effect", "by a borrowed spread", "The same dissociation in numbers", "% of maximum",
    ):  # fmt: skip
        assert words in section


def test_what_no_model_says_is_named_and_what_was_observed_is_no_prediction(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    section = see(cast.provider, "plan", ready).partition('id="no-model"')[2].partition("</section>")[0]
    for words in (
        "Blood pressure and pulse", "Abuhelwa 2022", "Obsessions and compulsions", "aan het Rot 2010",
        "14.9 CADSS points at 40 min", "7.4 mmHg, systolic rise at 35 min", "not predictions for this person",
    ):  # fmt: skip
        assert words in section
    assert "predicted" not in section.replace("not predictions", "")


def test_ways_of_body_weight_that_conflict_are_both_shown_for_each_model(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "plan", ready)
    assert text.count("With body weight papers disagree, and neither way is proven:") == 2
    shown = re.findall(
        r"(\d+) ng/mL where clearance and volumes go with it, (\d+) ng/mL where nothing does\.", text
    )
    assert len(shown) == 2
    assert all(scaled != alike for scaled, alike in shown)


def test_a_stronger_vial_changes_the_draw_and_asks_for_a_second_person(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert "a second person watches" not in see(cast.provider, "plan", ready)
    assert "a second person watches" in see(cast.provider, "plan", ready, vial="50.0")


def test_a_vial_that_the_protocol_does_not_have_is_refused_on_the_page(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "plan", ready, vial="20")
    assert "The protocol gives no dose" in text
    assert "fetch a vial of one of these strengths" in text


def test_without_a_weight_there_is_no_dose_and_a_link_to_the_scales(
    see: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    text = see(cast.provider, "plan", newcomer)
    assert "No dose yet" in text
    assert reverse("consulting_room:answer", args=[newcomer.id, "measurements"]) in text


def test_a_plan_is_laid_down_before_the_evaluation_is_signed_and_the_page_says_so(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert "The evaluation is not signed" in see(cast.provider, "plan", ready)
    assert send(cast.provider, "lay_down", ready).status_code == 302
    made = current_plan(ready)
    assert made is not None
    assert made.sha256 in see(cast.provider, "plan", ready)


def test_a_nurse_reads_the_plan_and_lays_down_none(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert "Lay down this plan" not in see(cast.nurse, "plan", ready)
    assert send(cast.nurse, "lay_down", ready).status_code == 403


def test_a_step_that_is_not_proposed_cannot_be_ordered(
    send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    with acting(cast.provider.as_actor()), pytest.raises(InputRefused, match="step"):
        make_plan(ready, adopted, step="DOS-05", reason="more")


def test_agreeing_with_every_question_answered_is_consent_to_this_plan(
    see: Any, send: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    assert send(cast.provider, "record_consent", ready, **_agreed(plan, witness="W. W.")).status_code == 302
    assert view_of(ready, in_force().protocol).find("consent_to_this_plan").value is True
    text = see(cast.provider, "consent", ready)
    assert "The person agreed to this plan and this text." in text
    assert "not approved, maybe half, maybe none" in text


@pytest.mark.parametrize("gone", ["signed_name", "answer", "can_reasoning", "words_benefit", "right_stop"])
def test_an_agreement_with_a_gap_is_not_kept_and_keeps_what_was_typed(
    gone: str, send: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    sent = {name: value for name, value in _agreed(plan, witness="W. Witness").items() if name != gone}
    answer = send(cast.provider, "record_consent", ready, **sent)
    assert answer.status_code == 422
    assert 'value="W. Witness"' in answer.content.decode()
    assert not Consent.objects.exists()


def test_somebody_who_says_no_owes_nobody_an_answer(
    send: Any, see: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    sent = {"plan": plan.sha256, "answer": "refused", "signed_name": "R. R."} | _ABLE
    assert send(cast.provider, "record_consent", ready, **sent).status_code == 302
    assert "The person did not agree" in see(cast.provider, "consent", ready)


def test_a_changed_plan_is_not_the_one_that_was_agreed_to(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any, plan: Plan, now: Any
) -> None:
    send(cast.provider, "record_consent", ready, **_agreed(plan))
    with clock.frozen(now + timedelta(minutes=5)):
        add_facts(ready, [NewFact("child_pugh", "b")])
        with acting(cast.provider.as_actor()):
            with pytest.raises(InputRefused, match="reason"):
                make_plan(ready, adopted)
            changed = make_plan(ready, adopted, reason="moderate liver disease was found")
        assert changed.sha256 != plan.sha256
        assert "The consent does not hold for this plan." in see(cast.provider, "consent", ready)
        assert view_of(ready, in_force().protocol).find("consent_to_this_plan").value is False
        stale = send(cast.provider, "record_consent", ready, **_agreed(plan))
        assert stale.status_code == 422


def test_consent_is_taken_back_in_one_step(
    see: Any, send: Any, cast: Any, ready: Any, plan: Plan, now: Any
) -> None:
    send(cast.provider, "record_consent", ready, **_agreed(plan))
    with clock.frozen(now + timedelta(minutes=5)):
        assert send(cast.nurse, "withdraw_consent", ready).status_code == 302
        assert "The consent was taken back" in see(cast.nurse, "consent", ready)
        assert view_of(ready, in_force().protocol).find("consent_to_this_plan").value is False


def test_a_nurse_records_no_consent(send: Any, cast: Any, ready: Any, plan: Plan) -> None:
    assert send(cast.nurse, "record_consent", ready, **_agreed(plan)).status_code == 403
