"""`unloop protocol`: check a document, judge a chart by it, approve it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from unloop.care.evaluation import Asked, Ready, Verdict, judge, read_protocol
from unloop.cli import home
from unloop.cli.output import print_json, read_input
from unloop.facts import read_chart, read_time
from unloop.protocol import Protocol, ProtocolRefused

commands = typer.Typer(no_args_is_help=True, help="Protocols: documents of rules that a physician can read.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Document = Annotated[
    str, typer.Argument(metavar="FILE", help="Protocol document (TOML); - for standard input.")
]


class GateName(StrEnum):
    """The three gates."""

    EVALUATION = "evaluation"
    START = "start"
    DISCHARGE = "discharge"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.add_typer(commands, name="protocol")


@commands.command()
def check(file: Document, *, json: Json = False) -> None:
    """Load and lint a protocol. A refused document exits 1, a file that is not TOML exits 2."""
    try:
        protocol = read_protocol(read_input(file), seen=home.seen_versions(home.path()))
    except ProtocolRefused as error:
        _print_refused(error, json=json)
        raise typer.Exit(1) from None
    if json:
        print_json({**_summary(protocol), "refusals": []})
        return
    typer.echo(
        f"{protocol.id} {protocol.version}: {len(protocol.rules)} rules, {len(protocol.sources)} sources"
    )
    typer.echo(f"sha256 {protocol.sha256}")
    for warning in protocol.warnings:
        typer.echo(f"warning: {warning}")


@commands.command(name="judge")
def judge_chart(
    file: Document,
    *,
    chart: Annotated[str, typer.Option(help="Chart (JSON); - for standard input.")],
    at: Annotated[str, typer.Option(help="Moment to judge, ISO 8601 with offset.")],
    gate: Annotated[GateName, typer.Option(help="Which gate to ask.")] = GateName.EVALUATION,
    session: Annotated[
        str | None, typer.Option(help="Infusion session; default: the chart's latest.")
    ] = None,
    json: Json = False,
) -> None:
    """Judge a chart by a protocol. Exits 0 when ready, 1 when not ready or the document is refused."""
    moment = read_time(at, where="--at")
    person = read_chart(read_input(chart))
    try:
        protocol = read_protocol(read_input(file), seen=home.seen_versions(home.path()))
    except ProtocolRefused as error:
        _print_refused(error, json=json)
        raise typer.Exit(1) from None
    answer = judge(
        gate.value, protocol, person, at=moment, session=session or person.latest_session(at=moment)
    )
    if json:
        print_json(_judgement(answer))
    else:
        _print_judgement(answer, protocol)
    if not isinstance(answer, Ready):
        raise typer.Exit(1)


@commands.command()
def approve(
    file: Document,
    *,
    username: Annotated[str, typer.Option("--as", help="User name of the medical director who signs.")],
    json: Json = False,
) -> None:
    """A medical director signs a protocol: id, version and sha256, after giving the password again."""
    from unloop.cli.clinic import adopt

    data = read_input(file)
    try:
        read_protocol(data, seen=home.seen_versions(home.path()))
    except ProtocolRefused as error:
        _print_refused(error, json=json)
        raise typer.Exit(1) from None
    password = typer.prompt("Password", hide_input=True, err=True)
    signed = adopt(data, username=username, password=password)
    if json:
        print_json(signed)
    else:
        typer.echo(f"{signed['id']} {signed['version']} signed by {signed['approved_by']}")


def _summary(protocol: Protocol) -> dict[str, object]:
    return {
        "id": protocol.id,
        "version": protocol.version,
        "sha256": protocol.sha256,
        "rules": len(protocol.rules),
        "sources": len(protocol.sources),
        "warnings": list(protocol.warnings),
    }


def _print_refused(error: ProtocolRefused, *, json: bool) -> None:
    if json:
        print_json(
            {
                "id": error.id, "version": error.version, "sha256": error.sha256, "rules": 0, "sources": 0,
                "warnings": [], "refusals": [one.as_dict() for one in error.refusals],
            }
        )  # fmt: skip
        return
    count = len(error.refusals)
    typer.echo(f"refused: {count} {'fault' if count == 1 else 'faults'}", err=True)
    for one in error.refusals:
        typer.echo(f"{one.where}: {one.why}\n  mend: {one.mend}", err=True)


def _judgement(answer: Asked) -> dict[str, object]:
    return {
        "ready": isinstance(answer, Ready),
        "gate": answer.gate,
        "protocol": {"id": answer.protocol, "version": answer.version, "sha256": answer.sha256},
        "at": answer.at.isoformat(),
        "session": answer.session,
        "rules": [_rule(verdict) for verdict in answer.verdicts],
        "missing": list(answer.missing),
        "valid_until": answer.valid_until.isoformat()
        if isinstance(answer, Ready) and answer.valid_until
        else None,
    }


def _rule(verdict: Verdict) -> dict[str, object]:
    return {
        "id": verdict.rule,
        "title": verdict.title,
        "kind": verdict.standing.value,
        "answer": verdict.answer.value,
        "outcome": verdict.outcome.value,
        "facts": list(dict.fromkeys(use.code for use in verdict.used)),
        "missing": list(dict.fromkeys(gap.code for gap in verdict.missing)),
        "words": verdict.words,
        "source": verdict.source,
    }


def _print_judgement(answer: Asked, protocol: Protocol) -> None:
    ready = isinstance(answer, Ready)
    typer.echo(
        f"{'Ready' if ready else 'Not ready'} at the {answer.gate} gate by {protocol.id} {protocol.version}."
    )
    for verdict in answer.verdicts:
        if not verdict.outcome.opens:
            typer.echo(f"  {verdict.rule} {verdict.title}: {verdict.outcome} ({verdict.words})")
            for code in dict.fromkeys(gap.code for gap in verdict.missing):
                typer.echo(f"      {verdict.outcome}: {code}")
