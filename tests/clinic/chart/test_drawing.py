"""A course as a picture: its scale, what its line joins, and labels that never stand on each other."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.clinic.chart import multiples
from unloop.clinic.chart.befallen import AdverseMark
from unloop.clinic.chart.drawing import LEFT, PLOT, RIGHT, TOP, Axis, draw
from unloop.clinic.chart.medicine_spans import Span
from unloop.clinic.chart.multiples import small_multiples
from unloop.clinic.chart.parts import Group, Part
from unloop.clinic.chart.placing import Box, Spot, box_of
from unloop.clinic.chart.timeline import Mark, RatedPoint, Timeline
from unloop.facts import Infusion

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SIZES = {"tick": 13, "tick on-lane": 13, "label": 15, "figure": 17, "last": 24, "said": 15}


def on(days: float) -> datetime:
    return NOW + timedelta(days=days)


def point(total: float, days: float) -> RatedPoint:
    return RatedPoint(on(days), total, max(0.0, total - 4), min(40.0, total + 4), None, None, None)


def course(*points: RatedPoint, **changes: Any) -> Timeline:
    """A course over its ratings, as one run, unless told otherwise."""
    first = min((one.at for one in points), default=NOW) - timedelta(days=7)
    usual: dict[str, Any] = {
        "begin": first, "end": max(NOW, first + timedelta(days=28)), "now": NOW, "points": points,
        "runs": (points,) if points else (), "infusions": (), "medicines": (), "erp": (), "baseline": None,
        "response_at": None, "remission_at": 12.0, "half_width": 4.0, "reliable_change": 5.9, "error_source": "",
    }  # fmt: skip
    return Timeline(**(usual | changes))


def picture(drawn: Timeline) -> ET.Element:
    return ET.fromstring(draw(drawn, UTC))  # noqa: S314 - our own drawing


def texts(svg: ET.Element) -> list[tuple[str, Box]]:
    """Every text with the room it takes."""
    found = []
    for one in svg.iter("text"):
        anchor: Any = one.get("anchor") or one.get("text-anchor") or "start"
        spot = Spot(float(one.get("x", "")), float(one.get("y", "")), anchor)
        found.append((one.text or "", box_of(one.text or "", spot, SIZES[one.get("class", "tick")])))
    return found


def collisions(svg: ET.Element) -> list[tuple[str, str]]:
    found = texts(svg)
    return [
        (one, other)
        for place, (one, room) in enumerate(found)
        for other, taken in found[place + 1 :]
        if room.meets(taken)
    ]


# --- scale -----------------------------------------------------------------------------------------------------------


def test_forty_points_are_the_top_of_the_plot_and_none_its_floor() -> None:
    assert Axis.y(40) == TOP
    assert Axis.y(0) == TOP + PLOT
    assert Axis.y(20) == TOP + PLOT / 2


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_later_moment_stands_further_right_by_its_share(one: float, other: float) -> None:
    axis = Axis(on(-100), on(0))
    first, second = sorted((one, other))
    assert axis.x(on(-100 + 100 * first)) <= axis.x(on(-100 + 100 * second))
    assert axis.x(on(-100 + 100 * one)) == pytest.approx(LEFT + one * (RIGHT - LEFT), abs=0.06)


def test_a_moment_outside_the_axis_is_kept_at_its_edge() -> None:
    axis = Axis(on(-100), on(0))
    assert axis.x(on(-500)) == LEFT
    assert axis.x(on(50)) == RIGHT


def test_points_stand_where_the_axis_puts_them() -> None:
    drawn = course(point(30, -40), point(20, -1))
    axis = Axis(drawn.begin, drawn.end)
    circles = [one for one in picture(drawn).iter("circle") if one.get("class") == "severity-point"]
    assert [(float(one.get("cx", "")), float(one.get("cy", ""))) for one in circles] == [
        (axis.x(on(-40)), axis.y(30)),
        (axis.x(on(-1)), axis.y(20)),
    ]


# --- the line --------------------------------------------------------------------------------------------------------


def _lines(drawn: Timeline) -> list[int]:
    return [len(one.get("points", "").split()) for one in picture(drawn).iter("polyline")]


def test_one_run_is_one_line() -> None:
    assert _lines(course(point(30, -40), point(28, -20), point(20, -1))) == [3]


def test_a_missing_rating_is_never_joined_by_a_line_or_a_band() -> None:
    one, two, three = point(30, -40), point(28, -20), point(20, -1)
    drawn = course(one, two, three, runs=((one, two), (three,)))
    assert _lines(drawn) == [2]
    bands = [shape.get("points", "").split() for shape in picture(drawn).iter("polygon")]
    assert len(bands) == 2
    axis = Axis(drawn.begin, drawn.end)
    assert max(float(corner.split(",")[0]) for corner in bands[0]) == axis.x(on(-20))


def test_a_single_rating_has_its_band_and_no_line() -> None:
    drawn = course(point(30, -5))
    assert _lines(drawn) == []
    assert len(list(picture(drawn).iter("polygon"))) == 1


def test_where_the_error_is_not_known_there_is_no_band() -> None:
    assert not list(picture(course(point(30, -40), point(20, -1), half_width=None)).iter("polygon"))


def test_nothing_is_drawn_after_today() -> None:
    drawn = course(point(30, -3), medicines=(Span("sertraline", on(-3), None),))
    assert drawn.end > NOW
    bar = next(one for one in picture(drawn).iter("rect") if (one.get("class") or "").startswith("medicine"))
    assert float(bar.get("x", "")) + float(bar.get("width", "")) <= Axis(drawn.begin, drawn.end).x(NOW) + 0.1
    assert "today" in [text for text, _ in texts(picture(drawn))]


# --- labels ----------------------------------------------------------------------------------------------------------


def test_two_events_a_day_apart_keep_their_marks_and_no_label_stands_on_another() -> None:
    drawn = course(
        point(30, -200), point(18, -100), point(20, -1),
        erp=(Mark(on(-101), "15 sessions so far"), Mark(on(-100), "16 sessions so far")),
        infusions=(Infusion(on(-101), 40.0), Infusion(on(-100), 42.0)),
    )  # fmt: skip
    svg = picture(drawn)
    assert collisions(svg) == []
    assert len([one for one in svg.iter("circle") if one.get("class") == "erp"]) == 2
    assert {"15 sessions so far", "16 sessions so far"} <= {text for text, _ in texts(svg)}
    bars = [one for one in svg.iter("rect") if one.get("class") == "infusion"]
    first, second = ((float(one.get("x", "")), float(one.get("width", ""))) for one in bars)
    assert first[0] + first[1] < second[0]


def test_what_befell_somebody_before_the_axis_begins_is_not_drawn_at_its_edge():
    marks = (Mark(on(-900), "older"), Mark(on(-50), "90 min"))
    svg = picture(course(point(30, -100), point(20, -10), erp=marks, life=marks))
    words = [text for text, _room in texts(svg)]
    assert len([one for one in svg.iter("circle") if one.get("class") == "erp"]) == 1
    assert "90 min" in words
    assert not [one for one in words if "older" in one]


def test_three_events_in_three_days_leave_out_what_finds_no_room_and_overlap_nothing() -> None:
    marks = tuple(Mark(on(-102 + day), f"{14 + day} sessions so far") for day in range(3))
    svg = picture(course(point(30, -200), point(20, -1), erp=marks))
    assert collisions(svg) == []
    assert "16 sessions so far" in {text for text, _ in texts(svg)}


def test_the_words_of_response_and_remission_do_not_stand_on_each_other() -> None:
    svg = picture(course(point(20, -40), point(14, -1), response_at=13.0, baseline=point(20, -40)))
    assert collisions(svg) == []
    assert {"Remission: 12 or less", "Response: 35% below the start"} <= {text for text, _ in texts(svg)}


def test_a_dose_stands_inside_its_lane_where_it_fits_and_beside_it_where_not() -> None:
    long, short = Span("sertraline", on(-190), None, "up to 200 mg a day"), Span("lithium", on(-190), on(-188), "up to 900 mg a day")  # fmt: skip
    svg = picture(course(point(30, -200), point(20, -1), medicines=(long, short)))
    kinds = {one.text: one.get("class") for one in svg.iter("text")}
    assert kinds["up to 200 mg a day"] == "tick on-lane"
    assert kinds["up to 900 mg a day"] == "tick"


def test_spans_of_one_medicine_share_a_lane_and_a_lower_dose_is_lighter() -> None:
    spans = (
        Span("benzodiazepines", on(-90), on(-40), "20", 1.0),
        Span("benzodiazepines", on(-40), None, "5", 0.25),
    )
    svg = picture(course(point(30, -100), point(20, -1), medicines=spans))
    bars = [one for one in svg.iter("rect") if "medicine" in (one.get("class") or "")]
    assert [one.get("class") for one in bars] == ["medicine", "medicine lower"]
    assert len({one.get("y") for one in bars}) == 1


def test_a_long_name_is_cut_in_its_lane_and_whole_in_its_title() -> None:
    name = "Sertraline 50 MG Oral Tablet"
    svg = picture(course(point(30, -5), medicines=(Span(name, on(-5), None),)))
    (label,) = [
        one for one in svg.iter("text") if one.find("title") is not None and one.find("title").text == name
    ]
    assert (label.text or "").endswith("\u2026")
    assert box_of(label.text or "", Spot(0, 0), 15).right < LEFT


def test_lanes_without_facts_are_left_out() -> None:
    labels = {text for text, _ in texts(picture(course(point(30, -5))))}
    assert "Infusions" in labels
    assert not {"ERP", "Life"} & labels


def test_words_of_people_are_escaped() -> None:
    svg = draw(course(point(30, -5), medicines=(Span("<script>x</script>", on(-5), None),)), UTC)
    assert "<script" not in svg
    assert re.search(r"&lt;script", svg)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(-400, -1)),
        min_size=1,
        max_size=12,
        unique_by=lambda one: one[1],
    ),
    st.lists(st.integers(-400, -1), max_size=8, unique=True),
)
def test_whatever_the_course_no_two_labels_meet(pairs: list[tuple[int, int]], days: list[int]) -> None:
    points = [point(total, day) for total, day in sorted(pairs, key=lambda one: one[1])]
    given_at = sorted(days)
    drawn = course(
        *points, infusions=tuple(Infusion(on(day), 40.0 + place) for place, day in enumerate(given_at)),
        baseline=points[0], response_at=points[0].total * 0.65,
        erp=tuple(Mark(on(day), f"{place} sessions so far") for place, day in enumerate(given_at)),
        medicines=tuple(Span(f"medicine {place}", on(day), None, "up to 20 mg a day") for place, day in enumerate(given_at)),
    )  # fmt: skip
    assert collisions(picture(drawn)) == []


# --- what befell the person --------------------------------------------------------------------------------------


def test_lanes_stand_below_the_medicines_in_their_order_and_only_where_something_was_said() -> None:
    bare = picture(course(point(30, -100)))
    assert [one.text for one in bare.iter("text") if one.get("class") == "label"] == ["Severity", "Infusions"]
    full = picture(course(
        point(30, -100), point(20, -10), medicines=(Span("sertraline", on(-100), None),), erp=(Mark(on(-50), "90 min", ""),),
        adverse=(AdverseMark(on(-40), "Nausea", 2, False), AdverseMark(on(-20), "Low mood", 3, True)),
        life=(Mark(on(-60), "Moved in with my sister."),),
    ))  # fmt: skip
    lanes = [one.text for one in full.iter("text") if one.get("class") == "label"]
    assert lanes == ["Severity", "Infusions", "sertraline", "ERP", "Adverse events", "Life"]
    assert len([one for one in full.iter("rect") if "adverse" in one.get("class", "")]) == 2
    assert len([one for one in full.iter("rect") if one.get("class") == "adverse serious"]) == 1
    said = [one.text for one in full.iter("text") if one.get("class") == "said"]
    assert said == ["\u201cMoved in with my sister.\u201d"]
    assert not collisions(full)


def test_many_life_events_close_together_drop_words_and_no_mark() -> None:
    full = picture(course(point(30, -100), life=tuple(Mark(on(-50 + day), "Something that takes room") for day in range(8))))  # fmt: skip
    assert len([one for one in full.iter("path") if one.get("class") == "life"]) == 8
    assert not collisions(full)


def test_words_of_a_person_are_escaped() -> None:
    drawn = draw(course(point(30, -100), life=(Mark(on(-50), "<b>loud</b> & clear"),)), UTC)
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn


# --- small multiples ------------------------------------------------------------------------------------------------


def test_each_part_of_severity_has_a_picture_on_the_same_axis() -> None:
    parts = (Part("obsessions", "Y-BOCS", 20.0, ((on(-100), 16.0), (on(-10), 8.0))),
             Part("contamination", "DOCS", 20.0, ((on(-10), 20.0),)))  # fmt: skip
    whole = course(point(30, -100), point(16, -10), parts=parts)
    (group,) = small_multiples(whole, UTC)
    obsessions, contamination = (ET.fromstring(one) for one in group.pictures)  # noqa: S314 - our own
    lefts = [[float(dot.get("cx")) for dot in panel.iter("circle")] for panel in (obsessions, contamination)]
    assert lefts[0][1] == lefts[1][0]
    highest = next(contamination.iter("circle"))
    assert float(highest.get("cy")) == multiples.TOP
    assert len(list(contamination.iter("polyline"))) == 0
    assert "16 on" in next(obsessions.iter("title")).text


def test_what_was_never_any_trouble_is_said_in_words_and_kept_in_the_table() -> None:
    parts = (Part("counting", "check-in", 4.0, ((on(-9), 0.0), (on(-2), 0.0)), Group.COMPULSION),
             Part("checking", "check-in", 4.0, ((on(-9), 3.0), (on(-2), 0.0)), Group.COMPULSION))  # fmt: skip
    (group,) = small_multiples(course(point(30, -10), parts=parts), UTC)
    assert len(group.pictures) == 1
    assert "Checking" in group.pictures[0]
    assert group.never == ("counting",)
    assert group.parts == parts


def test_a_part_without_an_answer_breaks_its_line() -> None:
    days = ((on(-9), 3.0), (on(-7), 2.0), (on(-5), None), (on(-2), 1.0))
    (group,) = small_multiples(course(point(30, -10), parts=(Part("sleep", "check-in", 4.0, days, Group.LIFE_AREA),)), UTC)  # fmt: skip
    panel = ET.fromstring(group.pictures[0])  # noqa: S314 - our own
    assert [len(one.get("points", "").split()) for one in panel.iter("polyline")] == [2]
    assert len(list(panel.iter("circle"))) == 3


def test_a_target_symptom_stands_in_quotation_marks_escaped_and_cut_to_its_panel() -> None:
    words = "<b>Checking</b> the stove again and again until it feels right & then once more"
    part = Part(words, "trouble", 4.0, ((on(-9), 4.0), (on(-2), 1.0)), Group.TARGET)
    (group,) = small_multiples(course(point(30, -10), parts=(part,)), UTC)
    assert "<b>" not in group.pictures[0]
    panel = ET.fromstring(group.pictures[0])  # noqa: S314 - our own
    said = next(one.text for one in panel.iter("text") if one.get("class") == "said")
    assert said.startswith("\u201c<b>Checking")
    assert said.endswith("\u2026\u201d")


def test_nothing_rated_apart_draws_no_picture() -> None:
    assert small_multiples(course(point(30, -100)), UTC) == ()
