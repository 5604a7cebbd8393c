"""What models expect stands beside the readings, follows the pump as charted, and is never mistaken for a reading."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from unloop.clinic.audit import clock
from unloop.clinic.bedside import predicted
from unloop.clinic.bedside.drawing import draw
from unloop.clinic.bedside.predicted import (
    Dissociation,
    NotPredicted,
    Prediction,
    effect_at,
    expected_at,
    has_band,
    predict,
    rates_of,
    spread_of,
)
from unloop.clinic.bedside.screen import screen_of
from unloop.clinic.laboratory.services import SHOWN_MODELS, Curve, EffectCurve, EffectPoint, Point

pytestmark = pytest.mark.django_db


@pytest.fixture
def predicted_at(bedside: Any) -> Any:
    """What models expect of a session so many minutes after noon."""

    def predicted_at(session: Any, minutes: float) -> Prediction | NotPredicted:
        with clock.frozen(bedside.now + timedelta(minutes=minutes)):
            return predict(screen_of(session))

    return predicted_at


@pytest.fixture
def page_at(bedside: Any, open_as: Any) -> Any:
    """The infusion screen as the nurse sees it."""

    def page_at(session: Any, minutes: float) -> str:
        with clock.frozen(bedside.now + timedelta(minutes=minutes)):
            answer = open_as(bedside.nurse).get(f"/people/{session.person_id}/sessions/{session.id}/")
        return answer.content.decode()

    return page_at


def curve(spread: str, *, band: bool) -> Curve:
    """A made-up curve that rises by 10 ng/mL a minute."""
    sides = (lambda value: {"low": value / 2, "high": value * 2}) if band else (lambda _: {})
    points = tuple(Point(minute, 10.0 * minute, **sides(10.0 * minute)) for minute in range(200))
    return Curve("made-up", "Made up", "ketamine (S + R)", "venous", points, 1990, 199, spread, "", "nobody", "usable", ())  # fmt: skip


# --- What is reckoned --------------------------------------------------------------------------------------


def test_the_rates_are_the_pump_as_charted_with_its_changes_its_pause_and_its_stop(bedside: Any) -> None:
    session = bedside.running()
    bedside.chart(session, "rate_changed", minutes=12, rate_ml_per_h=37.5)
    bedside.chart(session, "paused", minutes=17)
    bedside.chart(session, "resumed", minutes=22, rate_ml_per_h=60.0)
    bedside.chart(session, "stopped", minutes=32)
    with clock.frozen(bedside.now + timedelta(minutes=33)):
        rates = rates_of(screen_of(session))
    mg_per_ml = session.concentration_mg_per_ml
    assert [minute for minute, _ in rates] == pytest.approx([0, 10, 15, 20, 30])
    assert [rate * 60 / mg_per_ml for _, rate in rates] == pytest.approx([75, 37.5, 0, 60, 0])


def test_a_bag_that_is_empty_gives_nothing_more_though_no_stop_is_charted(bedside: Any) -> None:
    session = bedside.running()
    with clock.frozen(bedside.now + timedelta(minutes=60)):
        rates = rates_of(screen_of(session))
    (start, rate), (end, nothing) = rates
    assert (start, nothing) == (0, 0)
    assert rate * end == pytest.approx(session.dose_mg)


def test_two_models_stand_side_by_side_and_disagree(bedside: Any, predicted_at: Any) -> None:
    found = predicted_at(bedside.running(), 22)
    assert [one.model for one in found.now] == list(SHOWN_MODELS)
    first, second = (one.ng_per_ml for one in found.now)
    assert abs(first - second) > 20
    assert found.analyte == "ketamine (S + R)"


def test_a_pause_lets_the_expected_concentration_fall(bedside: Any, predicted_at: Any) -> None:
    session = bedside.running()
    before = predicted_at(session, 22)
    bedside.chart(session, "paused", minutes=22)
    after = predicted_at(session, 32)
    for one, two in zip(before.now, after.now, strict=True):
        assert two.ng_per_ml < one.ng_per_ml
    assert before.assumes != after.assumes == "What is still to come: nothing more is given."


def test_a_slower_pump_is_expected_to_give_less(bedside: Any, predicted_at: Any) -> None:
    as_ordered = predicted_at(session := bedside.running(), 30)
    bedside.chart(session, "rate_changed", minutes=12, rate_ml_per_h=37.5)
    slower = predicted_at(session, 30)
    for one, two in zip(as_ordered.now, slower.now, strict=True):
        assert two.ng_per_ml < one.ng_per_ml


def test_what_is_expected_at_the_first_minutes_does_not_depend_on_what_came_later(
    bedside: Any, predicted_at: Any
) -> None:
    session = bedside.running()
    before = predicted_at(session, 10)
    bedside.chart(session, "stopped", minutes=12)
    after = predicted_at(session, 20)
    for one, two in zip(before.curves, after.curves, strict=True):
        assert expected_at(one, 8).ng_per_ml == pytest.approx(expected_at(two, 8).ng_per_ml, rel=1e-6)


def test_the_table_holds_the_line_of_now_once_and_the_same_numbers(bedside: Any, predicted_at: Any) -> None:
    found = predicted_at(bedside.running(), 19)
    (now,) = (row for row in found.rows if row.is_now)
    assert now.minute == pytest.approx(17)
    assert now.expected == found.now
    assert found.rows[0].minute == 0
    assert all(one.ng_per_ml == 0 for one in found.rows[0].expected)


def test_between_two_points_lies_a_straight_line() -> None:
    found = expected_at(curve("published", band=True), 12.5)
    assert (found.ng_per_ml, found.low, found.high) == pytest.approx((125, 62.5, 250))
    assert expected_at(curve("published", band=True), 200) is None


# --- What is known of people --------------------------------------------------------------------------------


@pytest.mark.parametrize(("spread", "band"), [("unknown", False), ("borrowed", True), ("published", False)])
def test_without_a_published_spread_there_is_no_band_and_the_words_say_so(spread: str, *, band: bool) -> None:
    one = curve(spread, band=band)
    assert not has_band(one)
    assert spread_of(one) == "spread unknown"
    found = expected_at(one, 10)
    assert (found.low, found.high) == (None, None)


def test_a_published_spread_is_drawn_as_a_band_of_people(bedside: Any, predicted_at: Any) -> None:
    session = bedside.running()
    found = predicted_at(session, 20)
    wide = replace(found, curves=(curve("published", band=True), found.curves[1]))
    with clock.frozen(bedside.now + timedelta(minutes=20)):
        picture = draw(screen_of(session), (), bedside.now.tzinfo, prediction=wide)
    assert picture.count('class="band"') == 1
    assert "made-up, 90 of 100 people" in picture


# --- What is seen ------------------------------------------------------------------------------------------


def test_the_screen_draws_models_dashed_with_name_unit_analyte_and_spread(bedside: Any, page_at: Any) -> None:
    page = page_at(bedside.running(), 22)
    assert 'class="expected dashed"' in page
    assert 'class="expected dotted"' in page
    assert "Models expect, nobody measured: ketamine (S + R), ng/mL" in page
    for model in ("Kamp 2020", "Otto 2021"):
        assert f"{model}, spread unknown" in page
    assert 'class="band"' not in page


def test_the_models_lie_in_a_strip_of_their_own_below_everything_measured(bedside: Any, page_at: Any) -> None:
    page = page_at(bedside.running(), 22)
    lines = re.findall(r'class="expected \w+" points="([^"]+)"', page)
    heights = [float(point.split(",")[1]) for line in lines for point in line.split()]
    measured = [float(y) for y in re.findall(r'class="(?:hr|spo2)-point"[^>]* c?y="([\d.]+)"', page)]
    assert measured
    assert min(heights) > max(measured) + 40


def test_the_same_numbers_stand_in_a_table_and_are_refreshed_with_the_page(
    bedside: Any, page_at: Any
) -> None:
    page = page_at(bedside.running(), 22)
    table = page.partition('id="models"')[2].partition("</table>")[0]
    assert table.count("<tr") > 8
    assert table.count('class="is-now"') == 1
    assert "#models" in re.search(r'hx-select-oob="([^"]+)"', page)[1].split(",")


def test_there_is_nothing_that_a_strict_policy_of_content_would_refuse(bedside: Any, page_at: Any) -> None:
    page = page_at(bedside.running(), 22)
    assert " style=" not in page
    assert not re.search(r"<script(?! [^>]*src=)", page)


# --- What it leads to --------------------------------------------------------------------------------------


def test_dissociation_follows_each_model_with_a_range_and_lags_behind_it(
    bedside: Any, predicted_at: Any
) -> None:
    found = predicted_at(bedside.running(), 22)
    assert [one.model for one in found.effects_now] == list(SHOWN_MODELS)
    for now, curve, course in zip(found.effects_now, found.effects, found.curves, strict=True):
        assert 0 < now.low < now.percent < now.high < 100
        assert curve.peak_min > course.peak_min


def test_a_range_of_dissociation_borrows_no_spread_at_the_bedside(bedside: Any, predicted_at: Any) -> None:
    for one in predicted_at(bedside.running(), 22).effects:
        assert "not how people differ, in concentration or in effect" in one.band_holds


def test_a_pause_lets_the_expected_dissociation_fall_later(bedside: Any, predicted_at: Any) -> None:
    session = bedside.running()
    bedside.chart(session, "paused", minutes=22)
    soon, late = predicted_at(session, 24), predicted_at(session, 52)
    for one, two in zip(soon.effects_now, late.effects_now, strict=True):
        assert two.percent < one.percent


def test_an_effect_lies_on_a_straight_line_between_its_points_and_nowhere_beyond_them() -> None:
    points = (EffectPoint(0, 0.0, 0.0, 0.0), EffectPoint(10, 20.0, 10.0, 40.0), EffectPoint(20, 20.0))
    one = EffectCurve("made-up", "Made up", points, 20, 10, None, "", "", "", "nobody", "low", ())
    assert effect_at(one, 5) == Dissociation("made-up", 10, 5, 20)
    assert effect_at(one, 20) == Dissociation("made-up", 20, 20, 20)
    assert effect_at(one, 21) is None


def test_the_screen_says_that_dissociation_is_speculative_and_what_no_model_says(
    bedside: Any, page_at: Any
) -> None:
    page = page_at(bedside.running(), 22)
    assert page.count('class="sure"') == page.count('class="effect ') == 2
    assert "Speculative: dissociation, % of maximum" in page
    panel = page.partition('id="models"')[2].partition("</details>")[0]
    for words in (
        "decides nothing", "Olofsen 2022", "No model says anything of:", "blood pressure and pulse",
        "no prediction for this person", "14.9 CADSS points at 40 min",
    ):  # fmt: skip
        assert words in panel


# --- When there is nothing to say --------------------------------------------------------------------------


def test_before_the_start_no_model_speaks(bedside: Any, predicted_at: Any) -> None:
    found = predicted_at(bedside.ready(), 1)
    assert isinstance(found, NotPredicted)
    assert "no start is charted" in found.why


def test_another_drug_than_the_models_take_is_said_in_a_sentence(bedside: Any, predicted_at: Any) -> None:
    session = bedside.running()
    session.drug = "esketamine"
    found = predicted_at(session, 20)
    assert isinstance(found, NotPredicted)
    assert "esketamine" in found.why


def test_a_session_that_the_models_refuse_says_why_instead_of_an_empty_box(
    bedside: Any, page_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unloop.quantity import InputRefused

    def refuse(*_: Any) -> None:
        raise InputRefused("model", given="a weight of 19 kg", allowed="20 kg to 350 kg", mend="weigh again")

    monkeypatch.setattr(predicted, "_curves", refuse)
    page = page_at(bedside.running(), 20)
    why = "The models refused this session (model): a weight of 19 kg; allowed: 20 kg to 350 kg."
    assert f"<p>{why}</p>" in page
    picture = page.partition("<figure")[2].partition("</figure>")[0]
    assert "The models refused this session" in picture
    assert 'class="expected' not in page
    assert "No concentration is expected here by models." in page


def test_a_pause_of_hours_ends_the_curves_and_the_page_says_so(bedside: Any, predicted_at: Any) -> None:
    session = bedside.running()
    bedside.chart(session, "paused", minutes=12)
    assert isinstance(predicted_at(session, 180), Prediction)
    found = predicted_at(session, 200)
    assert isinstance(found, NotPredicted)
    assert "three hours" in found.why
