"""Prompts of the protocol over a session's readings. A prompt is a sentence for a clinician; it moves no pump."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from unloop.care.evaluation import look
from unloop.care.infusion.events import InfusionEvent
from unloop.care.infusion.monitoring import WATCHED
from unloop.care.infusion.order import InfusionOrder
from unloop.care.infusion.replay import replay_record
from unloop.care.infusion.session_facts import SOURCE, facts_of_record
from unloop.care.infusion.standing import sort_out
from unloop.care.infusion.state import InfusionState
from unloop.facts import DICTIONARY, Chart, Fact, Person, Phase, View
from unloop.protocol import Prompt as PromptRule
from unloop.protocol import Protocol
from unloop.rules import Context, Judgement, RaisedPrompt, Truth, evaluate, say

NOBODY = Chart(Person(), ())


class PromptStanding(StrEnum):
    """What a prompt says at this moment."""

    RAISED = "raised"
    CANNOT_BE_JUDGED = "cannot be judged"
    WAS_RAISED = "was raised"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of the protocol, as it stands.

    Attributes:
        rule, title, level: of the protocol's rule.
        standing: raised now, raised earlier in this session, or unknown for want of readings.
        raised_at: the moments at which it was raised anew.
        do: what the protocol asks a person to do.
        pump: what the protocol asks a person to do with the pump: `continue`, `pause` or `stop`.
        words: the condition in plain words.
        why: the reason in the protocol.
        missing: the readings without which it cannot be judged.
    """

    rule: str
    title: str
    level: str
    standing: PromptStanding
    raised_at: tuple[datetime, ...]
    do: tuple[str, ...]
    pump: str
    words: str
    why: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionStop:
    """A stop rule of the protocol that has been met in this session, such as no restart today."""

    rule: str
    title: str
    then: str
    why: str


@dataclass(frozen=True, slots=True)
class Watch:
    """A session under its protocol, at one moment.

    Attributes:
        state: what the events say.
        facts: the session's facts, for the gates.
        prompts: raised ones first, the most urgent level first.
        stops: stop rules met in this session.
        raised: every time that a prompt was raised, for rules that count them.
    """

    state: InfusionState
    facts: tuple[Fact, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    stops: tuple[SessionStop, ...] = ()
    raised: tuple[RaisedPrompt, ...] = ()


def watch(
    protocol: Protocol,
    order: InfusionOrder,
    events: Iterable[InfusionEvent],
    *,
    session: str,
    chart: Chart = NOBODY,
    at: datetime | None = None,
) -> Watch:
    """Judge a session's prompts and stop rules at a moment.

    Every prompt is judged again at every moment at which something was read, with all that is charted by now: a
    reading charted late raises its prompt where it belongs. A prompt is raised anew after its condition was false;
    while it cannot be judged it is neither raised nor over.

    Args:
        protocol: the one that the session is pinned to.
        order: what was ordered.
        events: all that was charted, in any order.
        session: the session's id.
        chart: the person's other facts.
        at: the moment to describe. Default: the last event's time.
    """
    record = sort_out(events)
    state = replay_record(order, record, at=at)
    facts = facts_of_record(record, state, session=session)
    if state.at is None:
        return Watch(state)
    view = session_view(protocol, with_session(chart, facts, session=session), session=session, at=state.at)
    earlier = tuple(view.looking_back(moment) for moment in sorted({fact.at for fact in facts}))
    found = [_judge(rule, view, earlier=earlier, state=state) for rule in protocol.document.prompt]
    prompts = [prompt for prompt in found if prompt is not None]
    raised = tuple(RaisedPrompt(prompt.rule, prompt.level) for prompt in prompts for _ in prompt.raised_at)
    return Watch(
        state=state,
        facts=facts,
        prompts=tuple(sorted(prompts, key=_most_urgent_first)),
        stops=tuple(_stops(protocol, Context(view, raised))),
        raised=raised,
    )


def with_session(chart: Chart, facts: tuple[Fact, ...], *, session: str) -> Chart:
    """The chart with a session's facts as its events tell them, in place of copies that were charted earlier."""
    others = (fact for fact in chart.facts if (fact.session, fact.source) != (session, SOURCE))
    return replace(chart, facts=(*others, *facts))


def session_view(protocol: Protocol, chart: Chart, *, session: str, at: datetime) -> View:
    """The chart as the session sees it at a moment, in all its parts, with all that is charted by now."""
    view = look(protocol, chart, at=at, session=session, phases=tuple(Phase))
    latest = chart.latest_time()
    return replace(view, known_at=at if latest is None else max(at, latest))


def _judge(rule: PromptRule, view: View, *, earlier: tuple[View, ...], state: InfusionState) -> Prompt | None:
    raised_at, before = [], Truth.FALSE
    for then in earlier:
        answer = _ask(rule, then).answer
        if answer is Truth.TRUE and before is Truth.FALSE:
            raised_at.append(then.now)
        before = before if answer is Truth.UNKNOWN else answer
    now = _ask(rule, view)
    if now.answer is Truth.TRUE and before is Truth.FALSE:
        raised_at.append(view.now)
    standing = _standing(now, raised_at, state)
    if standing is None:
        return None
    return Prompt(
        rule=rule.id,
        title=rule.title,
        level=rule.level,
        standing=standing,
        raised_at=tuple(raised_at),
        do=rule.do,
        pump=rule.pump,
        words=say(rule.when.condition, view.dictionary),
        why=rule.why,
        missing=tuple(dict.fromkeys(gap.code for gap in now.missing)),
    )


def _ask(rule: PromptRule, view: View) -> Judgement:
    return evaluate(rule.when.condition, Context(view))


def _standing(now: Judgement, raised_at: list[datetime], state: InfusionState) -> PromptStanding | None:
    if now.answer is Truth.TRUE:
        return PromptStanding.RAISED
    if now.answer is Truth.UNKNOWN and state.state in WATCHED and _can_still_be_read(now, state):
        return PromptStanding.CANNOT_BE_JUDGED
    return PromptStanding.WAS_RAISED if raised_at else None


def _can_still_be_read(now: Judgement, state: InfusionState) -> bool:
    """Whether anything that is missing belongs to this part of the session: after the end nobody asks to stop."""
    phase = Phase.RECOVERY if state.ended_at is not None else Phase.INFUSION
    definitions = (DICTIONARY.get(gap.code) for gap in now.missing)
    return any(one is None or not one.in_session or phase in one.phases for one in definitions)


def _stops(protocol: Protocol, context: Context) -> Iterator[SessionStop]:
    for rule in protocol.document.stop:
        if rule.scope == "session" and evaluate(rule.when.condition, context).answer is Truth.TRUE:
            yield SessionStop(rule.id, rule.title, rule.then, rule.why)


def _most_urgent_first(prompt: Prompt) -> tuple[int, int, str]:
    return (
        list(PromptStanding).index(prompt.standing),
        ("red", "orange", "yellow").index(prompt.level),
        prompt.rule,
    )
