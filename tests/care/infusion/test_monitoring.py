"""The clock of readings: every ten minutes while it runs, every fifteen afterwards."""

from __future__ import annotations

import pytest

from unloop.care.infusion import Interval, MonitoringClock, monitoring_clock, next_reading
from unloop.facts import Phase
from unloop.protocol import bundled
from unloop.quantity import Duration

CLOCK = MonitoringClock(
    infusion=Interval(Duration.parse("PT10M"), Duration.parse("PT2M"), ("sbp", "dbp")),
    recovery=Interval(Duration.parse("PT15M"), Duration.parse("PT3M")),
    recovery_least=Duration.parse("PT60M"),
)


def due(bedside, *events, at):
    return next_reading(bedside.state(*events, at=at), events, CLOCK)


def test_nothing_is_due_before_the_start_and_after_the_person_has_left(bedside):
    assert due(bedside, bedside.checked(), at=0) is None
    assert due(bedside, *bedside.course(), bedside.discharged(105), at=106) is None


@pytest.mark.parametrize(
    ("at", "overdue", "late"), [(4, -6, False), (10, 0, False), (12, 2, False), (12.5, 2.5, True)]
)
def test_the_first_reading_is_due_ten_minutes_after_the_start(bedside, at, overdue, late):
    found = due(bedside, bedside.vitals(-1), bedside.checked(), bedside.started(), at=at)
    assert (found.at, found.phase, found.measure) == (bedside.time(10), Phase.INFUSION, ("sbp", "dbp"))
    assert (found.overdue_min, found.late) == (overdue, late)


def test_the_next_reading_is_counted_from_the_last(bedside):
    events = (bedside.checked(), bedside.started(), bedside.vitals(10), bedside.vitals(20))
    assert due(bedside, *events, at=24).at == bedside.time(30)


def test_a_pause_puts_no_reading_off(bedside):
    events = (bedside.checked(), bedside.started(), bedside.vitals(10), bedside.paused(12))
    assert due(bedside, *events, at=25).overdue_min == 5


def test_a_reading_from_before_the_end_does_not_put_off_the_first_of_recovery(bedside):
    events = (*bedside.course(), bedside.vitals(39))
    found = due(bedside, *events, at=41)
    assert (found.at, found.phase) == (bedside.time(55), Phase.RECOVERY)


def test_a_stop_that_is_not_confirmed_is_watched_too(bedside):
    assert due(bedside, bedside.checked(), bedside.started(), bedside.stopped(12), at=13).at == bedside.time(
        27
    )


def test_a_score_alone_is_no_set_of_readings(bedside):
    events = (bedside.checked(), bedside.started(), bedside.score(8, "rass", 0))
    assert due(bedside, *events, at=9).at == bedside.time(10)


def test_a_reading_entered_in_error_was_not_taken(bedside):
    wrong = bedside.vitals(10)
    events = (
        bedside.checked(),
        bedside.started(),
        wrong,
        bedside.corrected(11, wrong, entered_in_error=True),
    )
    assert due(bedside, *events, at=12).at == bedside.time(10)


def test_a_part_without_an_interval_asks_for_nothing(bedside):
    silent = MonitoringClock(infusion=None, recovery=None)
    events = (bedside.checked(), bedside.started())
    assert next_reading(bedside.state(*events, at=60), events, silent) is None
    assert silent.interval(Phase.BEFORE) is None


def test_the_bundled_protocol_reads_every_ten_minutes_and_then_every_fifteen_for_an_hour():
    """Ten minutes as in the series of 684 infusions; fifteen, and at least an hour, afterwards."""
    clock = monitoring_clock(bundled("ocd-ivket"))
    assert clock.infusion is not None
    assert clock.recovery is not None
    assert (clock.infusion.every.minutes, clock.infusion.late_after.minutes) == (10, 2)
    assert (clock.recovery.every.minutes, clock.recovery.late_after.minutes) == (15, 3)
    assert clock.recovery_least.minutes == 60
    assert {"sbp", "dbp", "hr", "spo2"} <= set(clock.infusion.measure)
