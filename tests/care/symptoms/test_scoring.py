"""Scores: by hand, by law, and never with a zero that nobody gave."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import (
    Dimension,
    LifeArea,
    Responses,
    Silence,
    SuicideAnswer,
    band_of,
    bundled,
    by_dimension,
    by_life_area,
    fact_values,
    library,
    score,
    score_total,
    suicide_answer,
)
from unloop.facts import Sex
from unloop.quantity import InputRefused

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SUMS = [instrument for instrument in library() if instrument.ladder is None]


def form(instrument_id: str, answers: dict[str, object]) -> Responses:
    return Responses(instrument_id, AT, answers)


def all_at(instrument_id: str, value: int) -> Responses:
    items = bundled(instrument_id).items
    return form(instrument_id, {item.id: value for item in items})


def numbered(*values: object) -> dict[str, object]:
    return {str(number): value for number, value in enumerate(values, start=1)}


# --- by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument_id", "values", "total", "band"),
    [
        ("phq-9", (0,) * 9, 0, "minimal"),
        ("phq-9", (1, 1, 1, 1, 0, 0, 0, 0, 0), 4, "minimal"),
        ("phq-9", (1, 1, 1, 1, 1, 0, 0, 0, 0), 5, "mild"),
        ("phq-9", (2, 2, 2, 1, 1, 1, 0, 0, 0), 9, "mild"),
        ("phq-9", (2, 2, 2, 2, 1, 1, 0, 0, 0), 10, "moderate"),
        ("phq-9", (2, 2, 2, 2, 2, 2, 2, 0, 1), 15, "moderately severe"),
        ("phq-9", (3, 3, 3, 3, 3, 3, 2, 0, 0), 20, "severe"),
        ("phq-9", (3,) * 9, 27, "severe"),
        ("gad-7", (1, 1, 1, 1, 0, 0, 0), 4, "minimal"),
        ("gad-7", (2, 2, 2, 2, 2, 0, 0), 10, "moderate"),
        ("gad-7", (3, 3, 3, 3, 3, 0, 0), 15, "severe"),
        ("ybocs", (2, 2, 1, 1, 1, 2, 2, 2, 1, 1), 15, "mild"),
        ("ybocs", (2, 2, 2, 1, 1, 2, 2, 2, 1, 1), 16, "moderate"),
        ("ybocs", (3, 3, 3, 2, 3, 3, 3, 3, 2, 3), 28, "severe"),
        ("ybocs", (4,) * 10, 40, "extreme"),
        ("wsas", (2, 2, 2, 2, 1), 9, "low"),
        ("wsas", (4, 4, 4, 4, 4), 20, "marked"),
        ("wsas", (5, 4, 4, 4, 4), 21, "moderately severe or worse"),
        ("aldrete", (2, 2, 2, 2, 1), 9, "9 or 10"),
        ("mpadss", (2, 2, 1, 1, 2), 8, "below 9"),
        ("rass", (-2,), -2, None),
        ("cgi-s", (5,), 5, None),
        ("cgi-i", (2,), 2, None),
        ("cadss-6", (4, 4, 2, 1, 0, 0), 11, None),
    ],
)
def test_a_total_and_its_band(instrument_id, values, total, band):
    scored = score(bundled(instrument_id), form(instrument_id, numbered(*values)))
    assert (scored.total, scored.band, scored.missing) == (total, band, ())


@pytest.mark.parametrize(
    ("total_values", "conventional", "empirical"),
    [
        pytest.param((1,) * 7 + (0,) * 3, "subclinical", "mild", id="7"),
        pytest.param((2,) * 4 + (1,) * 6, "mild", "moderate", id="14"),
        pytest.param((2,) * 10, "moderate", "moderate", id="20"),
        pytest.param((3,) * 6 + (2,) * 4, "severe", "moderate to severe", id="26"),
        pytest.param((4,) * 3 + (3,) * 7, "extreme", "moderate to severe", id="33"),
    ],
)
def test_the_two_schemes_of_the_ybocs_are_never_mixed_up(total_values, conventional, empirical):
    ybocs, responses = bundled("ybocs"), form("ybocs", numbered(*total_values))
    first = score(ybocs, responses)
    second = score(ybocs, responses, scheme="empirical")
    assert (first.band, first.band_scheme) == (conventional, "conventional")
    assert (second.band, second.band_scheme) == (empirical, "empirical")
    assert first.total == second.total


def test_obsessions_and_compulsions_are_summed_apart():
    scored = score(bundled("ybocs"), form("ybocs", numbered(3, 3, 3, 2, 3, 1, 1, 0, 0, 1)))
    assert scored.subscales == {"obsessions": 14, "compulsions": 3}


def test_a_missing_obsession_item_leaves_the_compulsions_standing():
    scored = score(bundled("ybocs"), form("ybocs", numbered(3, None, 3, 2, 3, 1, 1, 0, 0, 1)))
    assert scored.subscales == {"obsessions": None, "compulsions": 3}
    assert (scored.total, scored.band, scored.band_scheme, scored.missing) == (None, None, None, ("2",))


def test_an_unknown_scheme_is_refused_with_those_that_exist():
    with pytest.raises(InputRefused) as refused:
        score(bundled("ybocs"), all_at("ybocs", 1), scheme="modern")
    assert refused.value.allowed == "conventional, empirical"


@pytest.mark.parametrize(
    ("total_values", "female", "male", "unknown"),
    [
        pytest.param((2, 0, 0), "below the cut-off", "below the cut-off", "below the cut-off", id="2"),
        pytest.param((3, 0, 0), "at or above the cut-off", "below the cut-off", None, id="3"),
        pytest.param((4, 0, 0), *["at or above the cut-off"] * 3, id="4"),
    ],
)
def test_the_alcohol_cut_off_differs_by_sex_and_is_not_guessed(total_values, female, male, unknown):
    audit, responses = bundled("audit-c"), form("audit-c", numbered(*total_values))
    assert score(audit, responses, sex=Sex.FEMALE).band == female
    assert score(audit, responses, sex=Sex.MALE).band == male
    assert score(audit, responses).band == unknown
    assert score(audit, responses, sex=Sex.UNKNOWN).band == unknown


def test_a_band_that_cannot_be_said_names_no_scheme():
    scored = score(bundled("audit-c"), form("audit-c", numbered(3, 0, 0)))
    assert (scored.total, scored.band, scored.band_scheme) == (3, None, None)


# --- silence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("silent", [None, Silence.RATHER_NOT_SAY], ids=["not answered", "rather not say"])
@pytest.mark.parametrize("link_id", [str(number) for number in range(1, 10)])
def test_one_silent_item_of_the_phq_9_withholds_the_total(link_id, silent):
    answers = {**numbered(*[1] * 9), link_id: silent}
    scored = score(bundled("phq-9"), form("phq-9", answers))
    assert (scored.total, scored.band, scored.missing) == (None, None, (link_id,))


def test_an_item_left_out_of_the_file_is_as_missing_as_null():
    answers = numbered(*[1] * 8)
    assert score(bundled("phq-9"), form("phq-9", answers)).missing == ("9",)


def test_nothing_answered_is_nothing_scored():
    for instrument in library():
        scored = score(instrument, form(instrument.id, {}))
        assert (scored.total, scored.band, scored.at_least) == (None, None, None)
        assert set(scored.subscales.values()) <= {None}
        assert scored.missing


def test_the_check_in_needs_only_its_symptom_items_for_the_total():
    answers = numbered(4, 4, 4, 4, 4, *[None] * 11)
    scored = score(bundled("check-in"), form("check-in", answers))
    assert scored.total == 20
    assert scored.subscales == {"obsessions": 8, "compulsions": 8, "interference": None}
    assert "16" in scored.missing


def test_somebody_without_work_has_no_interference_sum_rather_than_a_low_one():
    answers = numbered(*[1] * 7, Silence.DOES_NOT_APPLY, *[1] * 7, 0, *[1] * 7)
    scored = score(bundled("check-in"), form("check-in", answers))
    assert scored.subscales["interference"] is None
    assert scored.missing == ("8",)


def test_dimensions_and_life_areas_are_read_apart():
    answers = {"11": 4, "12": 0, "13": Silence.DONT_KNOW, "6": 2, "10": 3}
    assert by_dimension(bundled("check-in"), answers) == {
        Dimension.CONTAMINATION: 4,
        Dimension.HARM_AND_SAFETY_DOUBT: 0,
        Dimension.SYMMETRY_AND_ORDER: None,
        Dimension.UNACCEPTABLE_THOUGHTS: None,
        Dimension.OTHER: None,
    }
    areas = by_life_area(bundled("check-in"), answers)
    assert (areas[LifeArea.DAILY_ACTIVITIES], areas[LifeArea.SLEEP], areas[LifeArea.WORK]) == (2, 3, None)


def test_an_instrument_that_asks_no_dimensions_has_none():
    assert by_dimension(bundled("phq-9"), {"1": 3}) == {}


# --- suicide items -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (0, SuicideAnswer.NEGATIVE),
        (1, SuicideAnswer.POSITIVE),
        (3, SuicideAnswer.POSITIVE),
        (None, SuicideAnswer.UNANSWERED),
        (Silence.RATHER_NOT_SAY, SuicideAnswer.UNANSWERED),
    ],
)
@pytest.mark.parametrize(("instrument_id", "link_id"), [("phq-9", "9"), ("check-in", "16")])
def test_the_item_about_death_is_positive_negative_or_unanswered(instrument_id, link_id, answer, expected):
    assert suicide_answer(bundled(instrument_id), {link_id: answer}) is expected


def test_a_positive_item_counts_before_the_form_is_complete():
    scored = score(bundled("phq-9"), form("phq-9", {"9": 1}))
    assert (scored.total, scored.suicide) == (None, SuicideAnswer.POSITIVE)


def test_an_instrument_without_such_items_says_nothing_about_it():
    assert score(bundled("gad-7"), all_at("gad-7", 3)).suicide is None
    assert suicide_answer(bundled("ybocs"), {}) is None


@given(st.data())
def test_more_answers_never_unsay_a_positive_one(data):
    instrument = data.draw(st.sampled_from([i for i in library() if i.suicide is not None]))
    choices = {item.id: st.sampled_from([*item.values, *item.silences, None]) for item in instrument.items}
    answers = data.draw(st.fixed_dictionaries(choices))
    positive = {**answers, data.draw(st.sampled_from(instrument.suicide.items)): instrument.suicide.at_least}
    assert suicide_answer(instrument, positive) is SuicideAnswer.POSITIVE


# --- entered as a total --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument_id", "total", "band"),
    [("aldrete", 9, "9 or 10"), ("mpadss", 8, "below 9"), ("rass", -5, None), ("cadss-6", 24, None)],
)
def test_a_bedside_scale_may_be_entered_as_its_total(instrument_id, total, band):
    scored = score_total(bundled(instrument_id), total, at=AT)
    assert (scored.total, scored.band, scored.missing, scored.suicide) == (total, band, (), None)


@pytest.mark.parametrize("total", [11, -1, 9.0, True])
def test_a_total_outside_the_scale_is_refused(total):
    with pytest.raises(InputRefused) as refused:
        score_total(bundled("aldrete"), total, at=AT)
    assert refused.value.allowed == "a whole number from 0 to 10"


@pytest.mark.parametrize("instrument_id", ["phq-9", "ybocs", "c-ssrs"])
def test_a_form_is_not_entered_as_a_total(instrument_id):
    with pytest.raises(InputRefused):
        score_total(bundled(instrument_id), 3, at=AT)


# --- refusals ------------------------------------------------------------------------------------------------


def test_answers_of_another_instrument_are_refused():
    with pytest.raises(InputRefused) as refused:
        score(bundled("gad-7"), all_at("phq-9", 1))
    assert refused.value.allowed == "gad-7"


def test_an_answer_outside_its_options_is_refused():
    with pytest.raises(InputRefused) as refused:
        score(bundled("ybocs"), form("ybocs", {"1": 5}))
    assert refused.value.where == "ybocs item 1"


def test_rass_takes_its_negative_answers():
    assert score(bundled("rass"), form("rass", {"1": -5})).total == -5


# --- facts ---------------------------------------------------------------------------------------------------


def test_a_score_becomes_the_facts_of_the_chart():
    phq, responses = bundled("phq-9"), form("phq-9", numbered(1, 1, 1, 1, 1, 1, 1, 1, 2))
    assert fact_values(phq, responses, score(phq, responses)) == {"phq9": 10, "phq9_item9": 2}


def test_what_is_missing_becomes_no_fact():
    ybocs, responses = bundled("ybocs"), form("ybocs", numbered(*[2] * 9, None))
    assert fact_values(ybocs, responses, score(ybocs, responses)) == {"ybocs_obsessions": 10}


def test_the_screener_gives_a_level():
    screener, responses = bundled("c-ssrs"), form("c-ssrs", {"1": 1, "2": 0, "6": 0})
    assert fact_values(screener, responses, score(screener, responses)) == {"suicide_risk": "low"}


# --- laws ----------------------------------------------------------------------------------------------------


@st.composite
def complete(draw: st.DrawFn) -> Responses:
    instrument = draw(st.sampled_from(SUMS))
    return form(instrument.id, {item.id: draw(st.sampled_from(item.values)) for item in instrument.items})


@given(complete())
def test_a_total_lies_within_its_range_and_falls_into_one_band(responses):
    instrument = bundled(responses.instrument)
    scored = score(instrument, responses, sex=Sex.FEMALE)
    assert instrument.low <= scored.total <= instrument.high
    assert (scored.band is not None) == bool(instrument.schemes)


@given(complete(), st.data())
def test_taking_away_any_needed_answer_takes_away_the_total(responses, data):
    instrument = bundled(responses.instrument)
    gone = data.draw(st.sampled_from(instrument.scored))
    kept = {link_id: answer for link_id, answer in responses.answers.items() if link_id != gone}
    scored = score(instrument, form(instrument.id, kept))
    assert (scored.total, scored.band) == (None, None)
    assert scored.missing == (gone,)


@given(complete(), st.data())
def test_one_item_more_is_that_much_more_in_total(responses, data):
    instrument = bundled(responses.instrument)
    item = instrument.item(data.draw(st.sampled_from(instrument.scored)))
    value = data.draw(st.sampled_from(item.values))
    other = form(instrument.id, {**responses.answers, item.id: value})
    difference = score(instrument, other).total - score(instrument, responses).total
    assert difference == value - responses.answers[item.id]


@given(complete())
def test_the_order_of_answers_does_not_matter(responses):
    instrument = bundled(responses.instrument)
    backwards = form(instrument.id, dict(reversed(responses.answers.items())))
    assert score(instrument, backwards) == score(instrument, responses)


@given(st.sampled_from(SUMS), st.sampled_from([None, Sex.FEMALE, Sex.MALE]), st.data())
def test_a_higher_total_never_falls_into_a_lower_band(instrument, sex, data):
    for scheme in instrument.schemes:
        order = list(dict.fromkeys(band.label for band in scheme.bands))
        totals = sorted(data.draw(st.lists(st.integers(instrument.low, instrument.high), min_size=2)))
        bands = [band_of(instrument, total, sex=sex, scheme=scheme.name)[0] for total in totals]
        places = [order.index(band) for band in bands if band is not None]
        assert places == sorted(places)


def test_there_is_no_band_without_a_total():
    assert band_of(bundled("phq-9"), None) == (None, None)


@given(st.sampled_from([one for one in library() if one.ladder is None]), st.data())
def test_a_missing_item_withholds_the_total_and_never_lowers_it(instrument, data):
    answers = {item.id: data.draw(st.sampled_from(item.values)) for item in instrument.items}
    whole = score(instrument, form(instrument.id, answers))
    lost = data.draw(st.sampled_from([item.id for item in instrument.items]))
    rest = score(instrument, form(instrument.id, answers | {lost: None}))
    assert rest.total == (None if lost in instrument.scored else whole.total)
    for part in instrument.subscales:
        assert rest.subscales[part.id] == (None if lost in part.items else whole.subscales[part.id])
    assert rest.total is not None or rest.band is None


@given(st.sampled_from([one for one in library() if one.ladder is not None]), st.data())
def test_a_missing_answer_to_a_question_that_is_put_never_lowers_a_level(instrument, data):
    order = [instrument.ladder.lowest, *(level.label for level in reversed(instrument.ladder.levels))]
    answers = {item.id: data.draw(st.sampled_from(item.values)) for item in instrument.items}
    whole = score(instrument, form(instrument.id, answers)).band
    put = [i.id for i in instrument.items if i.asked_when is None or answers[i.asked_when.item] >= 1]
    lost = data.draw(st.sampled_from(put))
    rest = score(instrument, form(instrument.id, answers | {lost: None}))
    assert rest.band in (whole, None)
    assert order.index(rest.at_least or instrument.ladder.lowest) <= order.index(whole)
