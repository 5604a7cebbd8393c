"""`unloop measures`: score an instrument, and say what changed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from unloop.cli.output import print_json, read_input
from unloop.quantity import InputRefused

if TYPE_CHECKING:
    from unloop.care.symptoms import Change, Instrument, Score

commands = typer.Typer(no_args_is_help=True, help="Instruments: score a form, and its change since another.")

YBOCS = "ybocs"
_BY_SCORE = ", by score only: no CGI and no duration is known here"


class SexName(StrEnum):
    """For instruments whose cut-offs differ by sex."""

    FEMALE = "female"
    MALE = "male"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.add_typer(commands, name="measures")


@commands.callback()
def _group() -> None:
    """Instruments: score a form, and its change since another."""


@commands.command(name="score")
def score_form(
    instrument: Annotated[str, typer.Argument(metavar="INSTRUMENT", help="Id: ybocs, phq-9, oci-r, ...")],
    *,
    responses: Annotated[str, typer.Option(metavar="FILE", help="Answers (JSON); - for standard input.")],
    baseline: Annotated[
        str | None, typer.Option(metavar="FILE", help="Earlier answers: how much changed since.")
    ] = None,
    scheme: Annotated[str | None, typer.Option(help="Read the total by this band scheme.")] = None,
    sex: Annotated[SexName | None, typer.Option(help="Where cut-offs differ by sex (audit-c).")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Score a form: total, subscales, band with the name of its scheme, and change since a baseline.

    FILE is {"instrument", "at", "answers": {"1": 3, "2": null, ...}}; null is not answered. A missing item is never
    counted as zero and never filled in: the total is then null, and the command still exits 0. `change` is null
    without a baseline or without both totals. `change.reliable` is true beyond 1.96 standard errors of a difference
    (Jacobson and Truax 1991), null where the spread is not known. `change.category` is, for the Y-BOCS, the word
    whose criteria the score meets by the rules of the bundled protocol (by score only: no CGI and no duration is in
    these files); for others, whether the change is reliable. Exits 2 when the input is wrong, with item, value and
    what is allowed.
    """
    from unloop.care.symptoms import bundled, change, read_responses
    from unloop.care.symptoms import score as score_of
    from unloop.facts import Sex

    if baseline == "-" == responses:
        raise InputRefused(
            "--baseline",
            given="- twice",
            allowed="standard input once",
            mend="name a file for one of the two",
        )
    chosen = bundled(instrument)
    person = None if sex is None else Sex(sex.value)
    scored = score_of(chosen, read_responses(read_input(responses), chosen), sex=person, scheme=scheme)
    before = None
    if baseline is not None:
        before = score_of(chosen, read_responses(read_input(baseline), chosen), sex=person, scheme=scheme)
    moved = None if before is None else change(chosen, before, scored)
    category = None if before is None or moved is None else _category(before, scored, moved)
    if json:
        print_json(as_document(chosen, scored, moved, category=category))
    else:
        _print_text(chosen, scored, moved, category=category)


def as_document(
    instrument: Instrument, scored: Score, moved: Change | None, *, category: str | None
) -> dict[str, object]:
    """The JSON document of a score; numbers are not rounded, percent is per 100 of the baseline."""
    document: dict[str, object] = {
        "instrument": instrument.id,
        "version": instrument.version,
        "at": scored.at.isoformat(),
        "total": scored.total,
        "range": None if instrument.low is None else [instrument.low, instrument.high],
        "subscales": dict(scored.subscales),
        "band": scored.band,
        "band_scheme": scored.band_scheme,
        "at_least": scored.at_least,
        "missing": list(scored.missing),
        "suicide": None if scored.suicide is None else scored.suicide.value,
        "cut_offs": [
            {"at_least": one.at_least, "tells": one.tells, "reached": scored.total >= one.at_least}
            for one in instrument.cut_offs
            if scored.total is not None
        ],
        "change": None,
    }
    if moved is not None:
        error = moved.error
        document["change"] = {
            "points": moved.points,
            "percent": moved.percent,
            "reliable": moved.reliable,
            "category": category,
            "course": None if moved.course is None else moved.course.value,
            "noticeable": moved.noticeable,
            "reliable_from": None if error is None else error.reliable_change,
            "noticeable_from": moved.noticed_from,
            "basis": _basis(instrument, moved),
        }
    return document


def _basis(instrument: Instrument, moved: Change) -> str:
    error = "spread or agreement not known" if moved.error is None else moved.error.source.cite
    return f"by score only; {error}" if instrument.id == YBOCS else error


def _category(before: Score, scored: Score, moved: Change) -> str | None:
    """The word for a change: the consensus word for the Y-BOCS, reliable change for every other instrument."""
    from unloop.care.outcome import Rating, criteria_met, definitions_of
    from unloop.protocol import bundled

    if scored.instrument == YBOCS and before.total and scored.total is not None:
        definitions = definitions_of(bundled())
        baseline, rating = Rating(before.at, before.total), Rating(scored.at, scored.total)
        return criteria_met(rating, baseline, definitions=definitions)[0].value
    if scored.instrument == YBOCS or moved.reliable is None or moved.course is None:
        return None
    return f"reliably {moved.course.value}" if moved.reliable else "no reliable change"


def _print_text(instrument: Instrument, scored: Score, moved: Change | None, *, category: str | None) -> None:
    of = "" if instrument.high is None else f" of {instrument.high}"
    if instrument.ladder is None:
        total = "no total" if scored.total is None else f"{scored.total}{of}"
        typer.echo(f"{instrument.title}: {total}")
    else:
        typer.echo(f"{instrument.title}: {scored.band or 'no level yet'}")
    if scored.band is not None and instrument.ladder is None:
        typer.echo(f"band: {scored.band} (scheme {scored.band_scheme})")
    if scored.at_least is not None:
        typer.echo(f"at least: {scored.at_least}")
    for name, points in scored.subscales.items():
        typer.echo(f"  {name}: {'-' if points is None else points}")
    if scored.missing:
        typer.echo(f"missing: {', '.join(scored.missing)}")
    if scored.suicide is not None:
        typer.echo(f"items on suicide: {scored.suicide.value}")
    if moved is not None:
        _print_change(scored, moved, category=category)


def _print_change(scored: Score, moved: Change, *, category: str | None) -> None:
    percent = "" if moved.percent is None else f" ({moved.percent:+.1f}%)"
    reliable = "reliability not known" if moved.error is None else _reliable(moved)
    typer.echo(f"change: {moved.points:+d} points{percent}; {reliable}")
    if category is not None:
        typer.echo(f"category: {category}{_BY_SCORE if scored.instrument == YBOCS else ''}")


def _reliable(moved: Change) -> str:
    assert moved.error is not None  # noqa: S101 - tells the type checker
    word = "beyond" if moved.reliable else "within"
    return f"{word} measurement error ({moved.error.reliable_change:.1f} points)"
