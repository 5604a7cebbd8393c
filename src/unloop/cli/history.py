"""`unloop history`: which past treatments count, and how resistant an illness has been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from unloop.cli.output import print_json, read_input
from unloop.quantity import InputRefused

if TYPE_CHECKING:
    from unloop.care.treatment_history import PallantiLevel, Staging, Treatment
    from unloop.protocol import Protocol
    from unloop.rules import Truth

commands = typer.Typer(
    no_args_is_help=True, help="Past treatments: which count, and what stage they add up to."
)


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.add_typer(commands, name="history")


@commands.callback()
def _group() -> None:
    """Past treatments: which count, and what stage they add up to."""


@commands.command(name="stage")
def stage_history(
    file: Annotated[
        str, typer.Argument(metavar="TREATMENTS", help="Past treatments (JSON); - for standard input.")
    ],
    *,
    protocol: Annotated[
        str | None, typer.Option(metavar="FILE", help="By this protocol; the bundled one if left out.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Say of each past treatment whether it was adequate, and of the whole how resistant the illness has been.

    TREATMENTS is {"medicines": [...], "psychotherapy": [...], "procedures": [...]}. A list or a key that is left out,
    or null, is not known; [] is none. Dates may be partial: 2021, 2021-06, 2021-06-15.

    Adequate means that dose, weeks and adherence were enough by the protocol, whatever came of it. Failed means that
    the Y-BOCS fell by less than a quarter (unless the CGI-I says much improved), or, without scores, what was stated;
    a treatment that was not tolerated did not fail. Resistant: two adequate serotonin reuptake inhibitors and one
    adequate course of ERP failed. The stage is a level of Pallanti 2002, from memory and unverified; beside it stand
    the criteria of refractoriness that are asked before deep brain stimulation. In JSON null is not known.

    Exits 0 when computed, 1 when the protocol is refused, 2 when a file is wrong.
    """
    from unloop.care.evaluation import erp_criteria, read_protocol, sri_criteria
    from unloop.care.treatment_history import read_history, stage
    from unloop.protocol import ProtocolRefused, bundled

    if file == "-" == protocol:
        raise InputRefused(
            "--protocol",
            given="- twice",
            allowed="standard input once",
            mend="name a file for one of the two",
        )
    try:
        chosen = bundled() if protocol is None else read_protocol(read_input(protocol))
    except ProtocolRefused as refused:
        for one in refused.refusals:
            typer.echo(f"{one.where}: {one.why}\n  mend: {one.mend}", err=True)
        if json:
            print_json({"refusals": [one.as_dict() for one in refused.refusals]})
        raise typer.Exit(1) from None
    staging = stage(read_history(read_input(file)), sri_criteria(chosen), erp_criteria(chosen))
    if json:
        print_json(as_document(staging, chosen))
    else:
        _print_text(staging, chosen)


def as_document(staging: Staging, protocol: Protocol) -> dict[str, object]:
    """The JSON document of a staging; true, false, or null for not known."""
    from unloop.care.treatment_history.pallanti import SOURCE, VERIFIED
    from unloop.care.treatment_history.refractory import SOURCE as REFRACTORY_SOURCE

    return {
        "treatments": [_treatment(one) for one in staging.treatments],
        "adequate_sri_count": staging.adequate_sri_count,
        "adequate_sris": list(staging.adequate_sris),
        "erp_adequate": _answer(staging.erp_adequate),
        "stage": staging.pallanti.certain,
        "stage_at_most": staging.pallanti.possible,
        "stage_scheme": {"name": "pallanti", "verified": VERIFIED, "source": SOURCE},
        "resistant": _answer(staging.resistant),
        "refractory": {
            "answer": _answer(staging.refractory),
            "criteria": [
                {"id": one.id, "words": one.words, "answer": _answer(one.answer)} for one in staging.criteria
            ],
            "source": REFRACTORY_SOURCE,
        },
        "missing": [{"treatment": name, "key": key} for name, key in staging.missing],
        "protocol": {"id": protocol.id, "version": protocol.version, "sha256": protocol.sha256},
    }


def _treatment(one: Treatment) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "ingredients": list(one.ingredients),
        "adequate": _answer(one.adequacy.answer),
        "reasons": list(one.adequacy.reasons),
        "missing": list(one.adequacy.missing),
        "failed": _answer(one.failure),
        "not_tolerated": one.record.get("outcome") == "intolerance",
    }


def _answer(truth: Truth) -> bool | None:
    from unloop.rules import Truth

    return None if truth is Truth.UNKNOWN else truth is Truth.TRUE


def _print_text(staging: Staging, protocol: Protocol) -> None:
    wide = max((len(one.name) for one in staging.treatments), default=0)
    typer.echo(f"{'treatment':<{max(wide, 9)}}  adequate  failed")
    for one in staging.treatments:
        intolerance = "  not tolerated" if one.record.get("outcome") == "intolerance" else ""
        adequate, failed = _word(one.adequacy.answer), _word(one.failure)
        typer.echo(f"{one.name:<{max(wide, 9)}}  {adequate:<8}  {failed}{intolerance}")
        for reason in one.adequacy.reasons:
            typer.echo(f"    {reason}")
    count = "not known" if staging.adequate_sri_count is None else str(staging.adequate_sri_count)
    named = f" ({', '.join(staging.adequate_sris)})" if staging.adequate_sris else ""
    typer.echo(f"\nadequate serotonin reuptake inhibitors: {count}{named}")
    typer.echo(f"adequate ERP: {_word(staging.erp_adequate)}")
    typer.echo(f"resistant (two of these and ERP failed): {_word(staging.resistant)}")
    typer.echo(f"Pallanti level, from memory and unverified: {_level(staging.pallanti)}")
    typer.echo(f"refractory as before deep brain stimulation: {_word(staging.refractory)}")
    for criterion in staging.criteria:
        typer.echo(f"    {_word(criterion.answer):<8}  {criterion.words}")
    typer.echo(f"by protocol {protocol.id} {protocol.version}")


def _level(level: PallantiLevel) -> str:
    if level.settled:
        return level.certain or "none"
    return f"{level.certain or 'none'}, up to {level.possible} if what is unknown were so"


def _word(truth: Truth) -> str:
    from unloop.rules import Truth

    return {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}[truth]
