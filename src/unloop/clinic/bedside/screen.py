"""What the infusion screen shows: figures with their age, clocks, choices of rate, and prompts with their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from unloop.care.infusion import (
    Happening,
    InfusionEvent,
    InfusionState,
    Note,
    Prompt,
    PromptStanding,
    Reading,
    ReadingDue,
    SessionState,
    SessionStop,
    Vitals,
    Watch,
    monitoring_clock,
    next_reading,
    sort_out,
    watch,
)
from unloop.care.infusion.pump import HOUR, SLOWEST
from unloop.clinic.audit import clock
from unloop.clinic.bedside.entries import prompt_words
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.sessions import events_of, protocol_of
from unloop.clinic.chart.services import load_chart
from unloop.facts import Chart, Phase
from unloop.quantity import PumpRate

FIGURES = ("sbp", "dbp", "hr", "spo2", "rr", "rass", "cadss6")
SLOWER = (0.75, 0.5, 0.25)
UNDO_WITHIN = timedelta(seconds=10)
TOGETHER = timedelta(milliseconds=500)
NOT_UNDONE = frozenset({"started", "checked", "discharged", "signed"})
PUMP_MAY_RUN = frozenset({SessionState.RUNNING, SessionState.PAUSED, SessionState.STOPPED})


@dataclass(frozen=True, slots=True)
class Figure:
    """One big number.

    Attributes:
        reading: the latest, with its time.
        percent: of the reading before the start; None where there is none or where a percentage says nothing.
        late: older than the protocol's interval with its tolerance.
    """

    reading: Reading
    percent: float | None
    late: bool


@dataclass(frozen=True, slots=True)
class RateChoice:
    """A pump setting and when the bag would end with it."""

    ml_per_h: float
    bag_ends: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt, and what was last said to it since it was raised."""

    prompt: Prompt
    answer: str

    @property
    def open(self) -> bool:
        """Raised, and nobody has answered yet."""
        return self.prompt.standing is PromptStanding.RAISED and not self.answer


@dataclass(frozen=True, slots=True)
class Screen:
    """A session as it stands at one moment.

    Attributes:
        at: that moment.
        watched: state, prompts and stop rules.
        happened: everything that stands after corrections, in order.
        figures: by code.
        baseline: the last readings before the start, by code.
        due: the next set of readings.
        prompts: those that are raised or cannot be judged.
        rates: slower settings to choose from.
        resume: settings with which a paused pump may go on.
        undo: what was entered last with one press, while it is fresh.
        taken_back_at: when the person took the consent back, as long as the pump may run.
    """

    session: InfusionSession
    at: datetime
    watched: Watch
    happened: tuple[Happening, ...]
    figures: dict[str, Figure]
    baseline: dict[str, float]
    due: ReadingDue | None
    prompts: tuple[Asked, ...]
    rates: tuple[RateChoice, ...]
    resume: tuple[RateChoice, ...]
    undo: tuple[Happening, ...]
    taken_back_at: datetime | None

    @property
    def state(self) -> InfusionState:
        """What the events say."""
        return self.watched.state

    @property
    def stops(self) -> tuple[SessionStop, ...]:
        """Stop rules met in this session."""
        return self.watched.stops

    @property
    def open_prompts(self) -> tuple[Asked, ...]:
        """Raised and not answered."""
        return tuple(one for one in self.prompts if one.open)

    @property
    def mg_per_kg(self) -> float:
        """Given so far, for each kilogram of body weight."""
        return self.state.given_mg / self.session.weight_kg

    @property
    def percent_given(self) -> float:
        """Of the ordered dose."""
        return 100 * self.state.given_mg / self.session.dose_mg


def screen_of(
    session: InfusionSession, *, chart: Chart | None = None, events: tuple[InfusionEvent, ...] | None = None
) -> Screen:
    """A session as it stands now; chart and events are read unless they are there already."""
    now = clock.now()
    protocol = protocol_of(session)
    events = events_of(session) if events is None else events
    chart = load_chart(session.person) if chart is None else chart
    watched = watch(protocol, session.order, events, session=str(session.id), at=now, chart=chart)
    happened = sort_out(events).standing
    due = next_reading(watched.state, events, monitoring_clock(protocol))
    baseline = _baseline(watched)
    rates = tuple(_rates(watched.state, now))
    return Screen(
        session=session, at=now, watched=watched, happened=happened, baseline=baseline, due=due,
        figures={one.code: _figure(one, baseline, due) for one in watched.state.readings if one.code in FIGURES},
        prompts=tuple(_asked(one, happened) for one in watched.prompts if one.standing is not PromptStanding.WAS_RAISED),
        rates=rates if watched.state.state is SessionState.RUNNING else (),
        resume=rates if watched.state.state is SessionState.PAUSED else (),
        undo=_fresh(happened, now), taken_back_at=_taken_back_at(chart, watched.state),
    )  # fmt: skip


def _taken_back_at(chart: Chart, state: InfusionState) -> datetime | None:
    """When the last answer to the plan became a no, while the pump may still run."""
    answers = [fact for fact in chart.facts if fact.code == "consent"]
    if state.state not in PUMP_MAY_RUN or not answers:
        return None
    last = max(answers, key=lambda fact: (fact.at, fact.recorded_at))
    given = isinstance(last.value, tuple) and any(
        isinstance(one, Mapping) and one.get("given") for one in last.value
    )
    return None if given else last.at


def _baseline(watched: Watch) -> dict[str, float]:
    """The last readings before the start."""
    before = [fact for fact in watched.facts if fact.phase is Phase.BEFORE and fact.code in FIGURES]
    return {
        fact.code: float(fact.value)
        for fact in sorted(before, key=lambda one: one.at)
        if isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
    }


def _figure(reading: Reading, baseline: dict[str, float], due: ReadingDue | None) -> Figure:
    before = baseline.get(reading.code)
    comparable = reading.code in {"sbp", "hr"} and before and isinstance(reading.value, int | float)
    percent = 100 * float(reading.value) / before if comparable and before else None
    return Figure(reading, percent, late=due is not None and due.late and reading.code in due.measure)


def _asked(prompt: Prompt, happened: tuple[Happening, ...]) -> Asked:
    since = prompt.raised_at[-1] if prompt.raised_at else None
    start = prompt_words(prompt.rule, "")
    said = [
        one.text.removeprefix(start)
        for one in happened
        if isinstance(one, Note) and one.text.startswith(start) and (since is None or one.at >= since)
    ]
    return Asked(prompt, said[-1] if said else "")


def _rates(state: InfusionState, now: datetime) -> Iterator[RateChoice]:
    """Settings at and below the present one (the last one while paused), with the end of the bag."""
    if not state.pump.legs:
        return
    last = state.pump.legs[-1].rate
    left = max(0.0, state.order.bag.ml - state.pump.delivered_ml(now))
    shares = SLOWER if state.state is SessionState.RUNNING else (1.0, *SLOWER)
    for share in shares:
        rate = PumpRate(ml_per_h=int(last.ml_per_h * share * 10 + 1e-9) / 10)  # pumps are set in tenths
        if rate >= SLOWEST:
            yield RateChoice(rate.ml_per_h, now + HOUR * (left / rate.ml_per_h))


def _fresh(happened: tuple[Happening, ...], now: datetime) -> tuple[Happening, ...]:
    """What was charted last in one go, while it can be undone with one tap."""
    last = max((one.recorded_at for one in happened), default=None)
    if last is None or now - last > UNDO_WITHIN:
        return ()
    together = tuple(one for one in happened if last - one.recorded_at < TOGETHER)
    return () if any(one.kind in NOT_UNDONE for one in together) else together


def readings_of(happened: tuple[Happening, ...]) -> tuple[Vitals, ...]:
    """The sets of vital signs, oldest first."""
    return tuple(one for one in happened if isinstance(one, Vitals))
