"""The parts of severity as they are read from a chart: what was rated, asked in the check-in, and called by its own words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from unloop.care.symptoms import bundled
from unloop.clinic.chart.parts import Group, Part, parts_of
from unloop.facts import Chart, Fact, Person, Sex

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def fact(code: str, value: Any, days: float) -> Fact:
    at = NOW + timedelta(days=days)
    return Fact(id=str(uuid4()), code=code, value=value, at=at, recorded_at=at)


def parts(*facts: Fact) -> dict[str, Part]:
    chart = Chart(Person(date(1990, 1, 1), Sex.FEMALE), facts)
    return {one.name: one for one in parts_of(chart, NOW)}


def apart(days: float, **points: float) -> Fact:
    """A check-in that said these dimensions and compulsions, named as in the fact."""
    groups = {item.dimension: "dimension" for item in bundled("check-in").items if item.dimension}
    groups |= {item.compulsion: "compulsion" for item in bundled("check-in").items if item.compulsion}
    groups |= {item.life_area: "life-area" for item in bundled("check-in").items if item.life_area}
    by_name = {one.value: group for one, group in groups.items()}
    records = tuple({"of": by_name[name.replace("_", "-")], "name": name.replace("_", "-"), "points": value}
                    for name, value in points.items())  # fmt: skip
    return fact("checkin_apart", records, days)


def target(days: float, **trouble: float | None) -> Fact:
    records = tuple({"id": name, "kind": "checking", "about": None, "in_own_words": f"My {name}", "trouble": points, "over": False}
                    for name, points in trouble.items())  # fmt: skip
    return fact("target_symptoms", records, days)


def test_each_dimension_compulsion_and_area_of_the_check_in_is_a_part_with_its_own_scale() -> None:
    found = parts(apart(-9, contamination=3.0, checking=2.0, sleep=4.0), apart(-2, contamination=1.0, checking=1.0, sleep=0.0))  # fmt: skip
    assert [(one.name, one.group, one.most) for one in found.values()] == [
        ("contamination", Group.DIMENSION, 4.0), ("checking", Group.COMPULSION, 4.0), ("sleep", Group.LIFE_AREA, 4.0),
    ]  # fmt: skip
    assert [value for _at, value in found["contamination"].points] == [3.0, 1.0]


def test_parts_of_one_group_stand_together_whatever_the_order_of_the_questions() -> None:
    everything = {
        item.dimension or item.compulsion or item.life_area for item in bundled("check-in").items
    } - {None}
    found = parts(apart(-2, **{one.value.replace("-", "_"): 1.0 for one in everything}))
    groups = [one.group for one in found.values()]
    assert len(found) == len(everything)
    assert groups == sorted(groups, key=list(Group).index)


def test_a_check_in_that_left_a_part_out_is_a_gap_and_never_a_zero() -> None:
    found = parts(
        apart(-9, contamination=3.0, sleep=1.0), apart(-5, sleep=1.0), apart(-2, contamination=1.0, sleep=1.0)
    )
    assert [value for _at, value in found["contamination"].points] == [3.0, None, 1.0]
    assert [len(run) for run in found["contamination"].runs] == [1, 1]


def test_a_part_that_nobody_was_ever_asked_about_is_left_out() -> None:
    assert set(parts(apart(-9, contamination=3.0))) == {"contamination"}


def test_a_target_symptom_is_followed_under_its_own_words() -> None:
    found = parts(target(-9, stove=4.0, door=2.0), target(-2, stove=1.0, door=None))
    assert found["My stove"].group is Group.TARGET
    assert [value for _at, value in found["My stove"].points] == [4.0, 1.0]
    assert [value for _at, value in found["My door"].rated] == [2.0]


def test_a_symptom_that_is_over_says_since_when_and_asks_for_no_more() -> None:
    over = fact("target_symptoms", ({"id": "stove", "kind": "checking", "about": None, "in_own_words": "My stove", "trouble": None, "over": True},), -2)  # fmt: skip
    stove = parts(target(-9, stove=4.0), over)["My stove"]
    assert stove.over_since == NOW - timedelta(days=2)
    assert [value for _at, value in stove.points] == [4.0]


def test_a_list_that_says_too_little_is_left_off_the_picture() -> None:
    assert parts(fact("target_symptoms", ({"id": "stove", "kind": "checking"},), -2)) == {}


def test_what_was_none_at_every_answer_says_so() -> None:
    found = parts(apart(-9, counting=0.0, checking=0.0), apart(-2, counting=0.0, checking=1.0))
    assert found["counting"].never
    assert not found["checking"].never
