"""`unloop infusion`: replay a session file."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

import typer

from unloop.care.infusion import (
    GoingHome,
    Prompt,
    PromptStanding,
    Session,
    Watch,
    read_session,
    replay,
    watch,
)
from unloop.care.infusion import going_home as ask_discharge
from unloop.cli import home
from unloop.cli.output import print_json, read_input
from unloop.facts import read_time
from unloop.protocol import Protocol, ProtocolRefused, bundled, bundled_ids, load
from unloop.quantity import plain

commands = typer.Typer(no_args_is_help=True, help="Infusion sessions: lists of what happened.")

THIS_SESSION = "this session"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.add_typer(commands, name="infusion")


@commands.callback()
def _group() -> None:
    """Infusion sessions: lists of what happened."""


@commands.command(name="replay")
def replay_session(
    file: Annotated[str, typer.Argument(metavar="SESSION", help="Session (JSON); - for standard input.")],
    *,
    protocol: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Protocol document; default: the pinned one, if bundled or adopted here."
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="Moment to describe, ISO 8601 with offset; default: the last event's time."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """State, milligrams and minutes after the events, the prompts of the protocol, and what discharge still lacks.

    The clock is never read: without --at the session is described at the time of its last event. Milligrams are
    ketamine base as labelled. A session is judged by the protocol that it is pinned to; without that document state,
    milligrams and minutes are replayed all the same, and discharge is not ready. Exits 0 when replayed, 1 when the
    protocol document is refused, 2 when the session file is wrong.
    """
    moment = read_time(at, where="--at") if at is not None else None
    session = read_session(read_input(file))
    try:
        document = load(read_input(protocol)) if protocol is not None else find_pinned(session)
    except ProtocolRefused as refused:
        for one in refused.refusals:
            typer.echo(f"{one.where}: {one.why}\n  mend: {one.mend}", err=True)
        if json:
            print_json({"refusals": [one.as_dict() for one in refused.refusals]})
        raise typer.Exit(1) from None
    described = replay(session.order, session.events, at=moment)
    watched, leaving = Watch(described), None
    if document is not None and described.at is not None:
        watched = watch(document, session.order, session.events, session=THIS_SESSION, at=moment)
        leaving = ask_discharge(document, session.order, session.events, session=THIS_SESSION, at=moment)
    if json:
        print_json(as_document(session, watched, leaving=leaving, protocol=document))
    else:
        _print_text(session, watched, leaving=leaving, protocol=document)


def find_pinned(session: Session) -> Protocol | None:
    """The document that the session is pinned to, among those that ship with Unloop or were adopted here."""
    pinned = session.protocol
    name = (pinned.id, pinned.version, pinned.sha256)
    for id_ in bundled_ids():
        shipped = bundled(id_)
        if (shipped.id, shipped.version, shipped.sha256) == name:
            return shipped
    if re.fullmatch(r"[0-9a-f]{64}", pinned.sha256) is None:
        return None
    adopted = home.adopted_document(home.path(), pinned.sha256)
    found = load(adopted) if adopted is not None else None
    return found if found is not None and (found.id, found.version, found.sha256) == name else None


def as_document(
    session: Session, watched: Watch, *, leaving: GoingHome | None, protocol: Protocol | None
) -> dict[str, object]:
    """The JSON document of a replayed session; numbers are not rounded."""
    state = watched.state
    return {
        "state": state.state.value,
        "given_mg": state.given_mg,
        "elapsed_min": state.elapsed_min,
        "rate_ml_per_h": state.rate.ml_per_h,
        "prompts": [_prompt(prompt) for prompt in watched.prompts],
        "discharge": {
            "ready": leaving is not None and leaving.ready,
            "missing": _missing(session, leaving, protocol=protocol),
            "not_met": list(leaving.not_met) if leaving is not None else [],
        },
        "at": _iso(state.at),
        "infusing_min": state.infusing_min,
        "started_at": _iso(state.started_at),
        "ended_at": _iso(state.ended_at),
        "bag_empty_at": _iso(state.bag_empty_at),
        "readings": [
            {
                "code": one.code,
                "value": one.value,
                "unit": one.unit,
                "at": _iso(one.at),
                "age_min": one.age_min,
            }
            for one in state.readings
        ],
        "stops": [{"id": stop.rule, "title": stop.title, "then": stop.then} for stop in watched.stops],
        "anomalies": [{"event": one.event, "why": one.why} for one in state.anomalies],
        "protocol": {
            "pinned": str(session.protocol),
            "judged_by": None if protocol is None else f"{protocol.id} {protocol.version}",
            "same": protocol is not None and protocol.sha256 == session.protocol.sha256,
        },
    }


def _missing(session: Session, leaving: GoingHome | None, *, protocol: Protocol | None) -> list[str]:
    if protocol is None:
        return [f"protocol {session.protocol}"]
    return list(leaving.missing) if leaving is not None else ["infusion_ended"]


def _prompt(prompt: Prompt) -> dict[str, object]:
    return {
        "id": prompt.rule,
        "title": prompt.title,
        "level": prompt.level,
        "state": prompt.standing.value,
        "raised_at": [_iso(moment) for moment in prompt.raised_at],
        "do": list(prompt.do),
        "pump": prompt.pump,
        "words": prompt.words,
        "missing": list(prompt.missing),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _print_text(
    session: Session, watched: Watch, *, leaving: GoingHome | None, protocol: Protocol | None
) -> None:
    state = watched.state
    minutes = f"{plain(state.elapsed_min, decimals=1)} min since the start"
    typer.echo(f"{state.state.value} at {_iso(state.at) or 'no time'}; {minutes}")
    given, ordered = plain(state.given_mg, decimals=2), state.order.dose
    typer.echo(f"given {given} of {ordered} {state.order.drug} (base as labelled); pump {state.rate}")
    for prompt in watched.prompts:
        if prompt.standing is PromptStanding.CANNOT_BE_JUDGED:
            typer.echo(f"  {prompt.rule} cannot be judged: {', '.join(prompt.missing)} ({prompt.title})")
        else:
            typer.echo(f"  {prompt.rule} {prompt.standing.value}, {prompt.level}: {prompt.title}")
            typer.echo(f"      {'; '.join(prompt.do)}")
    for stop in watched.stops:
        typer.echo(f"  {stop.rule} {stop.title}: {stop.then}")
    for anomaly in state.anomalies:
        typer.echo(f"  odd in the record: {anomaly.why} (event {anomaly.event})")
    missing = ", ".join(_missing(session, leaving, protocol=protocol)) or "nothing"
    ready = "ready" if leaving is not None and leaving.ready else "not ready"
    typer.echo(f"discharge: {ready}; missing: {missing}")
    if leaving is not None and leaving.not_met:
        typer.echo(f"  not met: {', '.join(leaving.not_met)}")
    if protocol is not None and protocol.sha256 != session.protocol.sha256:
        typer.echo(
            f"  judged by {protocol.id} {protocol.version}, but pinned to {session.protocol}", err=True
        )
