"""The chairs of a day: who sits where and when, drawn and as a list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from unloop.care.infusion import SessionState
from unloop.clinic.front_desk.day import Day, Expected, Sitting
from unloop.clinic.front_desk.doses import Dosed, NoDose
from unloop.clinic.front_desk.drawing import draw
from unloop.clinic.front_desk.lanes import UNDER_WAY, Lane, Phase, Stay, lanes, phase_of

MIDNIGHT = datetime(2026, 12, 3, 5, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
ONE, TWO = (SimpleNamespace(pk=number, name=f"Chair {number}") for number in (1, 2))
DOSED = Dosed(number=3, planned=6, mg=34, mg_per_kg=0.5, weight_kg=68, minutes=50, drug="racemic ketamine")


def at(hour: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


def visit(
    name: str, hour: float, chair=ONE, *, ready: bool | None = True, dose=None, begun: bool = False
) -> Expected:
    appointment = SimpleNamespace(
        person=SimpleNamespace(name=name), chair=chair, kind="infusion", begins_at=at(hour), minutes=120,
        get_kind_display=lambda: "infusion",
    )  # fmt: skip
    return Expected(appointment, ready=ready, dose=dose, begun=begun)


def sitting(state: SessionState, **known) -> Sitting:
    order = {
        "started_at": at(10),
        "ended_at": None,
        "bag_empty_at": None,
        "discharged_at": None,
        "state": state,
    }
    protocol = SimpleNamespace(document=SimpleNamespace(schedule=SimpleNamespace(infusions=6)))
    session = SimpleNamespace(
        person=SimpleNamespace(name="Jonas Feld"), chair=TWO, number=2, minutes=40.0, protocol=protocol
    )
    return Sitting(session, SimpleNamespace(**{**order, **known}))


@pytest.fixture(autouse=True)
def _protocols_as_given(monkeypatch) -> None:
    monkeypatch.setattr("unloop.clinic.front_desk.lanes.protocol_of", lambda adopted: adopted)


def test_every_chair_has_its_lane_and_an_empty_one_says_so() -> None:
    found = lanes(Day(MIDNIGHT, (visit("Odile Farrow", 9),), ()), [ONE, TWO])
    assert [(lane.chair, len(lane.stays)) for lane in found] == [("Chair 1", 1), ("Chair 2", 0)]


def test_a_chair_out_of_use_is_shown_while_somebody_is_booked_in_it() -> None:
    assert [lane.chair for lane in lanes(Day(MIDNIGHT, (visit("Odile Farrow", 9),), ()), [])] == ["Chair 1"]


def test_a_booking_turns_from_infusion_to_recovery_when_the_plan_says_so() -> None:
    (lane,) = lanes(Day(MIDNIGHT, (visit("Odile Farrow", 9, dose=DOSED),), ()), [ONE])
    (stay,) = lane.stays
    assert (stay.turns, stay.ends) == (at(9) + timedelta(minutes=50), at(11))
    assert (stay.number, stay.planned, stay.words) == (3, 6, "infusion, booked")


def test_without_a_plan_no_number_is_made_up() -> None:
    (lane,) = lanes(Day(MIDNIGHT, (visit("Odile Farrow", 9, dose=NoDose()),), ()), [ONE])
    assert lane.stays[0].number == 0


@pytest.mark.parametrize("ready", [False, None])
def test_who_is_not_ready_is_held(*, ready: bool | None) -> None:
    (lane,) = lanes(Day(MIDNIGHT, (visit("Clara Reed", 9, ready=ready),), ()), [ONE])
    assert (lane.stays[0].phase, lane.stays[0].words) == (Phase.HELD, "infusion, held until ready")


def test_a_visit_without_a_chair_and_one_that_has_begun_take_no_lane_of_their_own() -> None:
    visits = (visit("Odile Farrow", 9, None), visit("Wren Adeyemi", 10, begun=True))
    assert lanes(Day(MIDNIGHT, visits, ()), [ONE])[0].stays == ()


@pytest.mark.parametrize(
    ("known", "turns", "ends"),
    [
        ({}, at(10) + timedelta(minutes=40), at(11) + timedelta(minutes=40)),
        ({"bag_empty_at": at(10.9)}, at(10.9), at(11.9)),
        ({"ended_at": at(10.5), "bag_empty_at": at(10.9)}, at(10.5), at(11.5)),
        ({"ended_at": at(10.5), "discharged_at": at(12)}, at(10.5), at(12)),
    ],
    ids=["as ordered", "as the pump runs", "as it ended", "as the person left"],
)
def test_a_session_ends_as_charted_and_until_then_as_planned(known, turns, ends) -> None:
    (lane,) = lanes(Day(MIDNIGHT, (), (sitting(SessionState.RUNNING, **known),)), [TWO])
    (stay,) = lane.stays
    assert (stay.begins, stay.turns, stay.ends) == (at(10), turns, ends)
    assert (stay.number, stay.planned) == (2, 6)


@pytest.mark.parametrize(
    ("state", "phase", "here"),
    [
        (SessionState.RUNNING, Phase.INFUSING, True),
        (SessionState.PAUSED, Phase.PAUSED, True),
        (SessionState.STOPPED, Phase.STOPPED, True),
        (SessionState.RECOVERING, Phase.RESTING, True),
        (SessionState.DISCHARGED, Phase.LEFT, False),
        (SessionState.SIGNED, Phase.LEFT, False),
    ],
)
def test_where_a_session_stands_is_said(state: SessionState, phase: Phase, *, here: bool) -> None:
    assert phase_of(sitting(state)) is phase
    assert (phase in UNDER_WAY) is here


def test_two_in_one_chair_at_a_time_are_drawn_below_one_another() -> None:
    visits = (visit("Odile Farrow", 9), visit("Milan Beatty", 10), visit("Wren Adeyemi", 11))
    (lane,) = lanes(Day(MIDNIGHT, visits, ()), [ONE])
    assert [[stay.name for stay in row] for row in lane.rows] == [
        ["Odile Farrow", "Wren Adeyemi"],
        ["Milan Beatty"],
    ]
    assert [stay.name for stay in lane.stays] == ["Odile Farrow", "Milan Beatty", "Wren Adeyemi"]


# --- the drawing -------------------------------------------------------------------------------------------------


def drawn(*stays: Stay, now: datetime | None = None) -> str:
    return draw([Lane("Chair 1", (stays,))], MIDNIGHT, NEW_YORK, now=now)


def stay(name: str = "Odile Farrow", begin: float = 9, end: float = 11, **known) -> Stay:
    return Stay(name, Phase.BOOKED, at(begin), at(end), **known)


def test_hours_are_the_clinics_and_cover_the_working_day() -> None:
    picture = drawn()
    assert [hour in picture for hour in ("07:00", "08:00", "16:00", "17:00")] == [False, True, True, False]


def test_the_day_is_longer_where_somebody_comes_early_or_stays_late_and_never_beyond_midnight() -> None:
    picture = drawn(stay(begin=6.5, end=8.5), stay(begin=23, end=25))
    assert ">06:00<" in picture
    assert ">00:00<" in picture
    assert ">01:00<" not in picture


def test_a_name_that_does_not_fit_is_shortened_and_stays_whole_in_the_title() -> None:
    picture = drawn(stay(name="Maximiliane Featherstonehaugh", end=10))
    assert ">MF<" in picture
    assert "<title>Maximiliane Featherstonehaugh, , booked</title>" in picture


def test_which_infusion_of_how_many_stands_in_the_bar() -> None:
    assert ">3 of 6<" in drawn(stay(turns=at(9.7), number=3, planned=6))
    assert ">3<" in drawn(stay(turns=at(9.2), number=3, planned=6))


def test_a_name_is_text_and_never_markup() -> None:
    assert "<b>" not in drawn(stay(name="<b>Odile"))


def test_this_moment_is_a_line_on_this_day_alone() -> None:
    assert 'class="now"' in drawn(now=at(9))
    assert 'class="now"' not in drawn()
