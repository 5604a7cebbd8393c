"""An adverse event says how bad it was, whether the treatment may have done it and what became of it, without contradiction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.care.outcome import (
    ActionTaken,
    AdverseEvent,
    EventOutcome,
    Grade,
    Relatedness,
    Seriousness,
    read_adverse_event,
    write_adverse_event,
)
from unloop.quantity import InputRefused

ONSET = datetime(2026, 12, 3, 18, 0, tzinfo=UTC)
NAUSEA = AdverseEvent("Nausea", ONSET, Grade.MODERATE, Relatedness.PROBABLE, ActionTaken.TREATED, EventOutcome.RESOLVED,
                      ended_on=date(2026, 12, 3))  # fmt: skip


@st.composite
def events(draw) -> AdverseEvent:
    """Any event that can be."""
    fields = {
        "term": draw(st.text(st.characters(codec="ascii", categories=("L",)), min_size=1, max_size=40)),
        "onset": ONSET, "grade": draw(st.sampled_from(Grade)), "relatedness": draw(st.sampled_from(Relatedness)),
        "action": draw(st.sampled_from(ActionTaken)), "outcome": draw(st.sampled_from(EventOutcome)),
        "serious": draw(st.frozensets(st.sampled_from(Seriousness))),
        "ended_on": draw(st.none() | st.dates(date(2026, 12, 3), date(2027, 1, 1))),
    }  # fmt: skip
    try:
        return AdverseEvent(**fields)
    except InputRefused:
        assume(False)
        raise


@given(event=events())
def test_what_is_written_is_read_back(event: AdverseEvent) -> None:
    assert read_adverse_event(write_adverse_event(event), ONSET) == event


@given(event=events())
def test_a_death_is_said_in_every_place_or_in_none(event: AdverseEvent) -> None:
    assert (
        (event.grade is Grade.DEATH)
        == (event.outcome is EventOutcome.FATAL)
        == (Seriousness.DEATH in event.serious)
    )


@given(event=events())
def test_an_event_is_serious_when_something_makes_it_so_and_from_grade_four_on(event: AdverseEvent) -> None:
    assert event.is_serious == bool(event.serious)
    assert event.is_serious or event.grade < Grade.LIFE_THREATENING


@pytest.mark.parametrize("wrong", [
    {"term": "  "}, {"term": "x" * 121}, {"onset": datetime(2026, 12, 3)}, {"grade": Grade.DEATH},  # noqa: DTZ001
    {"outcome": EventOutcome.FATAL}, {"serious": frozenset({Seriousness.DEATH})}, {"grade": Grade.LIFE_THREATENING},
    {"ended_on": date(2026, 12, 2)},
])  # fmt: skip
def test_what_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(InputRefused):
        replace(NAUSEA, **wrong)


@pytest.mark.parametrize("record", [{}, {"term": "x"}, write_adverse_event(NAUSEA) | {"grade": 9.0},
                                    write_adverse_event(NAUSEA) | {"ended_on": "soon"},
                                    write_adverse_event(NAUSEA) | {"serious": "very"}])  # fmt: skip
def test_a_record_that_is_none_is_refused(record) -> None:
    with pytest.raises(InputRefused):
        read_adverse_event(record, ONSET)


@pytest.mark.parametrize(("relatedness", "may_be"), [
    (Relatedness.UNRELATED, False), (Relatedness.UNLIKELY, False), (Relatedness.POSSIBLE, True),
    (Relatedness.CERTAIN, True), (Relatedness.NOT_ASSESSED, True),
])  # fmt: skip
def test_what_nobody_assessed_may_be_related(relatedness: Relatedness, may_be) -> None:
    assert replace(NAUSEA, relatedness=relatedness).may_be_related is may_be


def test_what_goes_on_is_not_over() -> None:
    assert NAUSEA.is_over
    assert not replace(NAUSEA, outcome=EventOutcome.RESOLVING, ended_on=None).is_over
