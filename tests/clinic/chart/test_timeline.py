"""A course as data: what is joined, what change is counted from, and what ran beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from unloop.care.evaluation import look
from unloop.clinic.chart.telling import argument, sentence, word
from unloop.clinic.chart.timeline import Timeline, timeline
from unloop.facts import Chart, Fact, Infusion, Sex
from unloop.facts import Person as FactsPerson
from unloop.protocol import bundled

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def on(days: float) -> datetime:
    """So many days from now; the past is negative."""
    return NOW + timedelta(days=days)


def fact(code: str, value: Any, days: float, **more: Any) -> Fact:
    at = on(days)
    return Fact(**({"id": str(uuid4()), "code": code, "value": value, "at": at, "recorded_at": at} | more))


def course(*facts: Fact, infusions: tuple[Infusion, ...] = (), now: datetime = NOW) -> Timeline:
    chart = Chart(
        FactsPerson(datetime(1990, 1, 1, tzinfo=UTC).date(), Sex.FEMALE), facts, own_infusions=infusions
    )
    return timeline(chart, look(bundled(), chart, at=now))


def rated(*pairs: tuple[float, float]) -> tuple[Fact, ...]:
    return tuple(fact("ybocs", total, days) for total, days in pairs)


def given(*days: float, mg: float = 40.0) -> tuple[Infusion, ...]:
    return tuple(Infusion(on(one), mg) for one in days)


# --- what is joined ------------------------------------------------------------------------------------------------


def test_ratings_in_a_row_are_one_line() -> None:
    assert [len(run) for run in course(*rated((30.0, -40), (28.0, -20), (20.0, -1))).runs] == [3]


def test_a_rating_that_was_taken_back_is_never_bridged_by_a_line() -> None:
    first, wrong, last = rated((30.0, -40), (2.0, -20), (20.0, -1))
    back = fact("ybocs", None, -20, supersedes=wrong.id, recorded_at=on(-19))
    drawn = course(first, wrong, last, back)
    assert [one.total for one in drawn.points] == [30.0, 20.0]
    assert [len(run) for run in drawn.runs] == [1, 1]


def test_a_rating_that_was_corrected_stays_in_the_line() -> None:
    first, wrong, last = rated((30.0, -40), (2.0, -20), (20.0, -1))
    right = fact("ybocs", 27.0, -20, supersedes=wrong.id, recorded_at=on(-19))
    assert [[one.total for one in run] for run in course(first, wrong, last, right).runs] == [
        [30.0, 27.0, 20.0]
    ]


def test_ratings_too_far_apart_to_say_what_was_between_are_not_joined() -> None:
    assert [len(run) for run in course(*rated((30.0, -200), (28.0, -99), (20.0, -1))).runs] == [1, 2]


def test_every_rating_is_in_exactly_one_run_in_order() -> None:
    drawn = course(*rated((30.0, -300), (28.0, -150), (26.0, -140), (20.0, -1)))
    assert tuple(one for run in drawn.runs for one in run) == drawn.points


# --- baseline, change, and the clock of an outcome -----------------------------------------------------------------


def test_change_is_counted_from_the_last_rating_before_the_first_infusion() -> None:
    drawn = course(*rated((34.0, -60), (30.0, -30), (18.0, -5)), infusions=given(-28, -21))
    assert drawn.baseline is not None
    assert drawn.baseline.total == 30.0
    assert [one.percent for one in drawn.points] == [None, None, -40.0]
    assert drawn.response_at == pytest.approx(19.5)


def test_without_an_infusion_there_is_no_baseline_and_no_border_of_response() -> None:
    drawn = course(*rated((34.0, -60), (30.0, -30)))
    assert drawn.baseline is None
    assert drawn.response_at is None
    assert all(one.outcome is None for one in drawn.points)


def test_the_week_of_a_response_starts_again_when_a_rating_falls_out_of_it() -> None:
    def word(*pairs: tuple[float, float]) -> Any:
        facts = [*rated((30.0, -30), *pairs), *(fact("cgi_i", 2.0, days) for _, days in pairs)]
        return course(*facts, infusions=given(-29)).points[-1].outcome

    held = word((18.0, -20), (18.0, -12))
    lost = word((18.0, -20), (29.0, -16), (18.0, -12))
    assert held.category == "response"
    assert held.pending is None
    assert lost.category != "response"
    assert lost.pending == "response"


def test_a_course_is_drawn_as_of_the_moment_asked_for_and_reads_no_other_clock() -> None:
    facts = rated((30.0, -40), (20.0, -1))
    assert course(*facts) == course(*facts)
    then = course(*facts, now=on(-10))
    assert [one.total for one in then.points] == [30.0]
    assert then.now == on(-10)


def test_the_band_stays_inside_the_scale() -> None:
    drawn = course(*rated((1.0, -10), (39.0, -5)))
    assert drawn.points[0].low == 0.0
    assert drawn.points[1].high == 40.0


def test_the_axis_holds_every_rating_and_infusion_and_at_least_four_weeks() -> None:
    drawn = course(*rated((30.0, -3)), infusions=given(-1))
    assert drawn.begin <= on(-3) - timedelta(days=7)
    assert drawn.end - drawn.begin >= timedelta(days=28)
    assert drawn.end >= drawn.now


# --- medicines and ERP ---------------------------------------------------------------------------------------------


def test_a_medicine_lasts_from_the_first_list_with_it_to_the_first_without() -> None:
    drawn = course(
        fact("medicines", ("lorazepam", "sertraline"), -60),
        fact("medicines", ("sertraline",), -20),
        *rated((30.0, -1)),
    )
    assert [(one.name, one.begin, one.end) for one in drawn.medicines] == [
        ("lorazepam", on(-60), on(-20)),
        ("sertraline", on(-60), None),
    ]


def test_a_medicine_carries_the_highest_dose_that_the_record_names() -> None:
    history = (
        {"name": "Zoloft", "max_dose_mg_per_day": 150.0},
        {"name": "sertraline", "max_dose_mg_per_day": 200.0},
    )
    drawn = course(fact("medicines", ("sertraline", "lithium"), -60), fact("sri_treatments", history, -50))
    assert {one.name: one.dose for one in drawn.medicines} == {
        "sertraline": "up to 200 mg a day",
        "lithium": "",
    }


def test_benzodiazepines_are_a_lane_whose_shade_is_the_dose() -> None:
    drawn = course(
        *(
            fact("diazepam_equivalent", dose, days, unit="mg/d")
            for dose, days in [(20.0, -60), (5.0, -30), (0.0, -10)]
        )
    )
    assert [(one.begin, one.end, one.dose, one.strength) for one in drawn.medicines] == [
        (on(-60), on(-30), "as diazepam 20 mg a day, as entered", 1.0),
        (on(-30), on(-10), "as diazepam 5 mg a day, as entered", 0.25),
    ]


def lane(*facts: Fact) -> list[tuple[datetime, datetime | None, str]]:
    """The lane of all benzodiazepines together."""
    return [
        (one.begin, one.end, one.dose) for one in course(*facts).medicines if one.name == "benzodiazepines"
    ]


def doses(days: float, **mg: float) -> Fact:
    return fact(
        "medicine_doses", tuple({"medicine": name, "mg_per_day": dose} for name, dose in mg.items()), days
    )


def test_a_charted_dose_is_said_in_diazepam_by_the_shipped_equivalents_and_not_as_typed() -> None:
    """Sources hold 0.5 to 1 mg of lorazepam equal to 5 mg of diazepam, so that a range is said."""
    drawn = course(
        fact("medicines", ("lorazepam",), -60), doses(-60 + 1 / 1000, lorazepam=2.0),
        fact("diazepam_equivalent", 3.0, -50, unit="mg/d"), doses(-30, lorazepam=1.0),
        fact("medicines", ("sertraline",), -10),
    )  # fmt: skip
    found = [one for one in drawn.medicines if one.name == "benzodiazepines"]
    assert [(one.begin, one.end, one.dose, one.strength) for one in found] == [
        (on(-60 + 1 / 1000), on(-30), "as diazepam 10 to 20 mg a day", 1.0),
        (on(-30), on(-10), "as diazepam 5 to 10 mg a day", 0.5),
    ]
    assert drawn.compared_by == found[0].sources != ()


def test_without_a_charted_dose_what_was_typed_stands_and_says_so() -> None:
    taken, typed = fact("medicines", ("lorazepam",), -60), fact("diazepam_equivalent", 10.0, -60, unit="mg/d")
    assert lane(taken) == []
    assert lane(taken, typed) == [(on(-60), None, "as diazepam 10 mg a day, as entered")]
    charted = doses(-20, lorazepam=1.0)
    assert lane(taken, typed, charted) == [
        (on(-60), on(-20), "as diazepam 10 mg a day, as entered"), (on(-20), None, "as diazepam 5 to 10 mg a day"),
    ]  # fmt: skip


def test_of_two_of_which_one_has_a_dose_it_is_at_least_that_one() -> None:
    two, one_dose = fact("medicines", ("lorazepam", "clonazepam"), -60), doses(-60, lorazepam=1.0)
    assert lane(two, one_dose) == [(on(-60), None, "as diazepam 5 to 10 mg a day or more")]


def test_a_list_that_names_none_ends_what_was_typed_before_it() -> None:
    typed = fact("diazepam_equivalent", 10.0, -60, unit="mg/d")
    assert lane(typed, fact("medicines", ("sertraline",), -30)) == [
        (on(-60), on(-30), "as diazepam 10 mg a day, as entered")
    ]
    assert lane(fact("medicines", ("sertraline",), -70), typed) == [
        (on(-60), None, "as diazepam 10 mg a day, as entered")
    ]


def test_erp_is_marked_when_what_is_known_of_it_changed() -> None:
    def said(sessions: float, days: float) -> Fact:
        return fact(
            "psychotherapies", ({"kind": "erp", "sessions": sessions}, {"kind": "cbt", "sessions": 9.0}), days
        )

    drawn = course(said(4.0, -50), said(4.0, -40), said(16.0, -10))
    assert [(one.at, one.words) for one in drawn.erp] == [
        (on(-50), "4 sessions so far"),
        (on(-10), "16 sessions so far"),
    ]


def test_without_erp_there_is_nothing_to_mark() -> None:
    assert course(fact("psychotherapies", ({"kind": "cbt", "sessions": 9.0},), -50)).erp == ()


# --- the argument --------------------------------------------------------------------------------------------------


def test_a_fall_is_held_against_measurement_error_and_names_no_cause() -> None:
    drawn = course(*rated((30.0, -30), (18.0, -5)), infusions=given(-28, -21))
    severity, infusions, beside = argument(drawn)
    assert severity.title == "The fall is beyond measurement error"
    assert severity.words.startswith("30 to 18 points, 21 October 2026 to 15 November 2026; ")
    assert infusions.title == "Two infusions were given"
    assert infusions.words.startswith("40.0 mg each of ketamine base as labelled")
    assert "ask" in beside.words
    assert not any(word in f"{severity} {infusions} {beside}" for word in ("because", "due to", "thanks"))


@pytest.mark.parametrize(
    ("last", "title"),
    [
        (28.0, "The fall is within measurement error"),
        (30.0, "The two ratings are equal"),
        (33.0, "The rise is within measurement error"),
        (38.0, "The rise is beyond measurement error"),
    ],
)
def test_each_direction_has_its_words(last: float, title: str) -> None:
    assert argument(course(*rated((30.0, -30), (last, -5)), infusions=given(-28)))[0].title == title


def test_a_change_as_large_as_the_error_itself_is_within_it() -> None:
    error = course(*rated((30.0, -1))).reliable_change
    assert error is not None
    drawn = course(*rated((30.0, -30), (30.0 - error, -5)), infusions=given(-28))
    assert argument(drawn)[0].title == "The fall is within measurement error"


def test_one_rating_is_not_called_a_course() -> None:
    severity, infusions, _ = argument(course(*rated((30.0, -5))))
    assert severity.title == "One rating is not yet a course"
    assert "could make it 26 to 34" in severity.words
    assert infusions.title == "No infusion was given here"


def test_treatment_that_changed_in_the_same_weeks_is_named() -> None:
    drawn = course(
        *rated((30.0, -30), (18.0, -5)), fact("medicines", ("lorazepam",), -60), fact("medicines", ("lithium",), -20),
        fact("psychotherapies", ({"kind": "erp", "sessions": 15.0},), -10), infusions=given(-28),
    )  # fmt: skip
    beside = argument(drawn)[2]
    assert beside.title == "Other treatment ran beside it"
    for words in ("lithium", "lorazepam", "15 sessions so far"):
        assert words in beside.words


def test_erp_that_ended_before_the_first_rating_is_not_called_beside_it() -> None:
    before = fact("psychotherapies", ({"kind": "erp", "sessions": 15.0},), -60)
    drawn = course(*rated((30.0, -30), (18.0, -5)), before, infusions=given(-28))
    assert argument(drawn)[2].title == "No other treatment is recorded to have changed"


def test_nothing_rated_is_nothing_argued() -> None:
    drawn = course(infusions=given(-3))
    assert argument(drawn) == ()
    assert sentence(drawn) == "No rating yet, so no course to draw."


def test_the_sentence_counts_points_and_infusions() -> None:
    drawn = course(*rated((30.0, -30), (18.0, -5)), infusions=given(-28, -21))
    assert sentence(drawn) == "Severity fell by 12 points over two infusions."


# --- the word ------------------------------------------------------------------------------------------------------


def after(*pairs: tuple[float, float], cgi: float | None = 2.0) -> Timeline:
    """A course with an infusion 29 days ago, from 30 points."""
    improved = () if cgi is None else tuple(fact("cgi_i", cgi, days) for _, days in pairs)
    return course(*rated((30.0, -30), *pairs), *improved, infusions=given(-29))


def test_a_word_that_has_lasted_is_said_with_what_it_rests_on() -> None:
    assert word(after((18.0, -20), (18.0, -12))) == "The word today is response, with CGI."


def test_a_first_good_rating_waits_for_its_word() -> None:
    told = word(after((18.0, -12), cgi=None))
    assert told.startswith("The last rating is that of response, by score only;")
    assert "Until then" not in told


def test_a_better_word_that_waits_leaves_the_one_that_stands() -> None:
    told = word(after((18.0, -20), (18.0, -12), (10.0, -2), cgi=None))
    assert told.startswith("The last rating is that of remission")
    assert told.endswith("Until then the word is response.")


def test_before_an_infusion_there_is_no_word() -> None:
    assert word(course(*rated((30.0, -40)))) == ""
    assert word(course()) == ""


# --- what befell the person ------------------------------------------------------------------------------------------


def test_sessions_of_erp_stand_beside_what_was_said_of_them_and_are_counted_once() -> None:
    drawn = course(fact("psychotherapies", ({"kind": "erp", "sessions": 2.0},), -50),
                   fact("erp_session", 90.0, -40), fact("erp_session", 60.0, -33))  # fmt: skip
    assert [(one.at, one.words, one.drawn) for one in drawn.erp] == [
        (on(-50), "2 sessions so far", None), (on(-40), "90 min", ""), (on(-33), "60 min", "2 sessions written down"),
    ]  # fmt: skip


def test_events_of_a_life_and_adverse_events_stand_at_their_time() -> None:
    serious = {"term": "Low mood", "grade": 3.0, "relatedness": "possible", "action": "none", "outcome": "resolving",
               "serious": "hospital"}  # fmt: skip
    drawn = course(fact("life_event", ({"in_own_words": "New post at work."},), -30), fact("adverse_event", (serious,), -20),
                   fact("adverse_event", ({"term": "said too little"},), -10))  # fmt: skip
    assert [(one.at, one.words) for one in drawn.life] == [(on(-30), "New post at work.")]
    assert [(one.at, one.words, one.grade, one.serious) for one in drawn.adverse] == [
        (on(-20), "Low mood", 3, True)
    ]


def test_obsessions_compulsions_and_dimensions_are_followed_apart() -> None:
    drawn = course(fact("ybocs_obsessions", 15.0, -30), fact("docs_contamination", 12.0, -20),
                   fact("ybocs_obsessions", 9.0, -10))  # fmt: skip
    assert [(one.name, one.scale, one.most, [value for _at, value in one.points]) for one in drawn.parts] == [
        ("obsessions", "Y-BOCS", 20.0, [15.0, 9.0]), ("contamination", "DOCS", 20.0, [12.0]),
    ]  # fmt: skip


def test_leaving_because_ocd_got_worse_is_a_relapse_and_leaving_otherwise_is_not() -> None:
    ratings = (*rated((30.0, -60), (15.0, -40), (15.0, -30), (28.0, -5)), fact("cgi_i", 2.0, -40), fact("cgi_i", 2.0, -30),
               fact("cgi_i", 6.0, -5))  # fmt: skip
    words = {
        reason: course(*ratings, fact("left_treatment", reason, -5), infusions=given(-55)).points[-1].outcome.category.value
        for reason in ("severe-worsening", "other")
    }  # fmt: skip
    assert words == {"severe-worsening": "relapse", "other": "not yet said"}


def test_what_a_person_said_of_their_life_is_told_beside_the_ratings_and_the_rest_is_to_be_asked() -> None:
    ratings = rated((30.0, -60), (20.0, -5))
    drawn = course(*ratings, fact("life_event", ({"in_own_words": "New post at work."},), -30),
                   fact("erp_session", 90.0, -40), infusions=given(-55))  # fmt: skip
    told = argument(drawn)[-1].words
    assert "“New post at work”. Ask what else happened." in told
    assert "ERP: 1 session written down" in told
    assert "is not in the record: ask" in argument(course(*ratings, infusions=given(-55)))[-1].words
