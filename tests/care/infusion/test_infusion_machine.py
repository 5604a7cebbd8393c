"""Hazard H22: whatever is charted, in whatever order it arrives, no session gives more than bag and order hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from unloop.care.infusion import (
    ImpossibleTransition,
    InfusionEvent,
    InfusionOrder,
    SessionState,
    append,
    read_event,
    replay,
    session_facts,
)
from unloop.care.infusion.state import MINUTE
from unloop.quantity import Concentration, Dose, Minutes, PumpRate, Volume

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
OVER = {SessionState.STOPPED, SessionState.RECOVERING, SessionState.DISCHARGED, SessionState.SIGNED}
FASTEST = PumpRate(ml_per_h=100)

minutes = st.integers(-10, 180) | st.floats(-10, 180).map(lambda minute: round(minute, 3))
rates = st.floats(0.1, 999)
kinds = st.sampled_from(
    [
        "checked",
        "started",
        "rate_changed",
        "paused",
        "resumed",
        "stopped",
        "pump_confirmed_off",
        "discharged",
        "signed",
    ]
)
orders = st.builds(
    lambda mg, bag, off: InfusionOrder(
        drug="ketamine, racemate",
        dose=Dose(mg=mg),
        minutes=Minutes(minutes=40),
        concentration=Concentration(mg_per_ml=mg / bag * off),
        bag=Volume(ml=bag),
    ),
    mg=st.floats(15, 60),
    bag=st.sampled_from([20.0, 50.0, 100.0]),
    off=st.floats(0.981, 1.019),
)


def event(number: int, kind: str, minute: float, *, late: float = 0, rate: float = 75) -> InfusionEvent:
    payload = {
        "checked": {"second": "nurse-2"},
        "started": {"rate_ml_per_h": rate},
        "rate_changed": {"rate_ml_per_h": rate},
        "resumed": {"rate_ml_per_h": rate},
        "vitals": {"sbp": 128, "dbp": 78, "hr": 72, "spo2": 98},
        "note": {"text": "charted"},
    }
    at = TEN + timedelta(minutes=minute)
    return read_event(
        {
            "id": str(UUID(int=number + 1)),
            "type": kind,
            "at": at.isoformat(),
            "recorded_at": (at + timedelta(minutes=late)).isoformat(),
            "by": "nurse-1",
        }
        | payload.get(kind, {})
    )


class Charting(RuleBasedStateMachine):
    """Nurses chart what they like, when they like; the door is `append`."""

    order: InfusionOrder
    events: tuple[InfusionEvent, ...] = ()
    number = 0

    @initialize(order=orders)
    def ordered(self, order: InfusionOrder) -> None:
        self.order = order

    def chart(self, new: InfusionEvent) -> bool:
        before = self.events
        try:
            self.events = append(self.order, self.events, new, fastest=FASTEST)
        except ImpossibleTransition:
            assert new.kind not in {"vitals", "note"}
        except ValueError:
            assert new.kind in {"started", "rate_changed", "resumed"}
        return self.events != before

    @rule(kind=kinds, minute=minutes, late=st.floats(0, 90), rate=rates)
    def change_of_state(self, kind: str, minute: float, late: float, rate: float) -> None:
        self.number += 1
        self.chart(event(self.number, kind, minute, late=late, rate=rate))

    @rule(kind=st.sampled_from(["vitals", "note"]), minute=minutes, late=st.floats(0, 90))
    def observation_is_always_taken(self, kind: str, minute: float, late: float) -> None:
        self.number += 1
        assert self.chart(event(self.number, kind, minute, late=late))

    @rule(data=st.data())
    def the_next_step(self, data: st.DataObject) -> None:
        """What a nurse would do now, so that deep states are reached."""
        state = replay(self.order, self.events)
        likely = {
            SessionState.ORDERED: ["checked"],
            SessionState.CHECKED: ["started"],
            SessionState.RUNNING: ["rate_changed", "paused", "stopped"],
            SessionState.PAUSED: ["resumed", "stopped"],
            SessionState.STOPPED: ["pump_confirmed_off"],
            SessionState.RECOVERING: ["discharged", "vitals"],
            SessionState.DISCHARGED: ["signed"],
            SessionState.SIGNED: ["note"],
        }
        minute = 0.0 if state.at is None else (state.at - TEN) / MINUTE + data.draw(st.floats(0.1, 15))
        self.number += 1
        assert self.chart(
            event(self.number, data.draw(st.sampled_from(likely[state.state])), minute, rate=100)
        )

    @rule()
    def send_everything_again(self) -> None:
        for sent in self.events:
            assert not self.chart(sent)

    @invariant()
    def never_more_than_bag_and_order(self) -> None:
        for at in (None, TEN + timedelta(days=2)):
            state = replay(self.order, self.events, at=at)
            assert state.given_mg <= self.order.dose.mg
            assert state.given_mg <= (self.order.concentration * self.order.bag).mg
            assert state.rate <= FASTEST

    @invariant()
    def what_went_through_the_door_holds_no_contradiction(self) -> None:
        assert replay(self.order, self.events).anomalies == ()

    @invariant()
    def after_the_end_nothing_more_is_given(self) -> None:
        state = replay(self.order, self.events)
        if state.state in OVER:
            assert state.ended_at is not None
            at_end = replay(self.order, self.events, at=state.ended_at)
            assert replay(self.order, self.events, at=TEN + timedelta(days=2)).given_mg == at_end.given_mg
            assert state.rate.ml_per_h == 0


Charting.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestCharting = Charting.TestCase

anything = st.lists(
    st.tuples(kinds | st.sampled_from(["vitals", "note"]), minutes, st.floats(0, 90), rates), max_size=12
).map(
    lambda rows: tuple(
        event(n, kind, at, late=late, rate=rate) for n, (kind, at, late, rate) in enumerate(rows)
    )
)


@given(orders, anything)
def test_a_stored_list_of_anything_is_replayed_and_never_gives_more_than_the_bag(order, events):
    state = replay(order, events)
    assert 0 <= state.given_mg <= order.most.mg
    assert session_facts(order, events, session="S1") is not None


@given(orders, anything, st.lists(minutes, min_size=2, max_size=8).map(sorted))
def test_what_was_given_never_becomes_less_with_time(order, events, moments):
    given_mg = [replay(order, events, at=TEN + timedelta(minutes=minute)).given_mg for minute in moments]
    assert all(earlier <= later + 1e-9 for earlier, later in pairwise(given_mg))


@given(orders, anything, minutes)
def test_the_state_at_a_moment_is_that_of_the_events_until_then(order, events, minute):
    at = TEN + timedelta(minutes=minute)
    until_then = tuple(one for one in events if one.at <= at)
    assert replay(order, events, at=at) == replay(order, until_then, at=at)


@given(orders, anything, st.randoms(use_true_random=False))
def test_arrival_in_any_order_gives_the_same_state(order, events, chance):
    arrived = list(events)
    chance.shuffle(arrived)
    assert replay(order, arrived) == replay(order, events)


@given(anything, st.data())
def test_sending_any_part_twice_changes_nothing(events, data):
    order = InfusionOrder(
        drug="ketamine, racemate",
        dose=Dose(mg=35),
        minutes=Minutes(minutes=40),
        concentration=Concentration(mg_per_ml=0.7),
        bag=Volume(ml=50),
    )
    again = data.draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    assert replay(order, (*events, *again)) == replay(order, events)
