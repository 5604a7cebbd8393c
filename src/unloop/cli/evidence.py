"""`unloop evidence`: pool the studies of a file."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unloop.cli.output import print_json, read_input
from unloop.quantity import InputRefused

if TYPE_CHECKING:
    from unloop.science.evidence import Effects
    from unloop.science.evidence.forest import Line, Whole
    from unloop.science.evidence.pooling import Pooled

commands = typer.Typer(no_args_is_help=True, help="What studies found: pooling, with its uncertainty.")

LEVEL = 0.95


class MeasureName(StrEnum):
    """What is compared."""

    MD = "md"
    SMD = "smd"
    OR = "or"
    RR = "rr"
    RD = "rd"
    PR = "pr"


class MethodName(StrEnum):
    """How it is pooled."""

    FE = "fe"
    DL = "dl"
    PM = "pm"
    REML = "reml"
    GLMM = "glmm"
    BAYES = "bayes"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.add_typer(commands, name="evidence")


@commands.callback()
def _group() -> None:
    """What studies found: pooling, with its uncertainty."""


@commands.command(name="pool")
def pool_studies(  # noqa: PLR0913 - a command's options are its arguments
    file: Annotated[str, typer.Argument(metavar="STUDIES", help="Studies (CSV); - for standard input.")],
    *,
    measure: Annotated[MeasureName, typer.Option(help="What is compared; treated against control.")],
    method: Annotated[MethodName, typer.Option(help="How heterogeneity is estimated.")],
    hksj: Annotated[bool, typer.Option("--hksj", help="Hartung-Knapp-Sidik-Jonkman, t law.")] = False,
    hksj_modified: Annotated[
        bool, typer.Option("--hksj-modified", help="The same, never narrower than without it.")
    ] = False,
    tau_scale: Annotated[
        float | None,
        typer.Option(help="bayes: scale of the half-normal prior for tau, in the effects' unit."),
    ] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Write a forest plot.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Pool studies: effect with its 95% interval, heterogeneity, and where a further study is expected.

    One row a study: `study` and one of n1,mean1,sd1,n2,mean2,sd2; events1,n1,events2,n2; events,n; yi,vi. 1 is
    treated and 2 is control; differences are 1 minus 2; ratios are pooled and printed on the log scale, with the
    ratio beside it. Defaults are metafor's: half a patient in the cells of a table with an empty one, normal law
    unless --hksj, prediction interval by the same law. md/smd take means, or/rr/rd take events of two arms, pr
    takes events of one; glmm takes or and pr from events and fills no cell (pr on the log odds). Exits 0 when
    pooled, 2 when the input is wrong, with row and column.
    """
    from unloop.science.evidence import Measure, read_table

    if plot is not None and plot.suffix.lower() != ".svg":
        raise InputRefused("--plot", given=plot.name, allowed="a name that ends in .svg", mend="name it so")
    table = read_table(read_input(file), where=Path(file).name if file != "-" else "standard input")
    effects = table.effects(Measure(measure.value))
    found = _pool(effects, method, adjustment=_adjustment(hksj, hksj_modified), tau_scale=tau_scale)
    if plot is not None:
        _write(plot, _drawing(effects, found))
    if json:
        print_json(as_document(effects, found, method=method.value))
    else:
        _print_text(effects, found)


def _adjustment(hksj: bool, modified: bool) -> str:  # noqa: FBT001 - two switches of the command line
    if hksj and modified:
        raise InputRefused(
            "--hksj",
            given="--hksj and --hksj-modified",
            allowed="one of the two",
            mend="leave out --hksj: the modified one contains it",
        )
    return "hksj" if hksj else "hksj-modified" if modified else "none"


def _pool(effects: Effects, method: MethodName, *, adjustment: str, tau_scale: float | None) -> Pooled:
    from unloop.science.evidence.pooling import Adjustment, Method, pool, pool_bayes, pool_glmm

    if tau_scale is not None and method is not MethodName.BAYES:
        raise InputRefused(
            "--tau-scale", given=tau_scale, allowed="only with --method bayes", mend="leave it out"
        )
    if method in {MethodName.GLMM, MethodName.BAYES}:
        if adjustment != "none":
            raise InputRefused(
                "--hksj",
                given=f"--{adjustment} with {method.value}",
                allowed="with fe, dl, pm or reml",
                mend="leave it out: this method has an interval of its own",
            )
        return pool_glmm(effects) if method is MethodName.GLMM else pool_bayes(effects, prior_scale=tau_scale)
    return pool(effects, Method(method.value), adjustment=Adjustment(adjustment))


def as_document(effects: Effects, found: Pooled, *, method: str) -> dict[str, object]:
    """The JSON document of a pooled effect; numbers are not rounded, percents are percents."""
    from unloop.science.evidence.pooling import Scale

    document: dict[str, object] = {
        "k": found.k,
        "estimate": found.estimate,
        "se": found.se,
        "ci": list(found.ci),
        "level": found.level,
        "p": found.p,
        "tau2": found.tau2,
        "tau2_se": found.tau2_se,
        "tau2_ci": _pair(found.tau2_ci),
        "i2": found.i2,
        "prediction_interval": _pair(found.prediction_interval),
        "q": found.q,
        "q_df": found.q_degrees,
        "q_p": found.q_p,
        "weights": found.weights.tolist(),
        "studies": list(found.labels),
        "effects": [
            {"study": label, "yi": yi, "vi": vi}
            for label, yi, vi in zip(effects.labels, effects.yi.tolist(), effects.vi.tolist(), strict=True)
        ],
        "left_out": [{"study": study, "why": why} for study, why in found.left_out],
        "measure": found.measure.value,
        "method": method,
        "model": found.method,
        "scale": found.scale.value,
        "units": {"i2": "%", "weights": "%"},
        "notes": list(_notes(found)),
    }
    if found.scale is not Scale.AS_IT_IS:
        document["exp" if found.scale is Scale.LOG else "proportion"] = {
            "estimate": found.scale.back(found.estimate),
            "ci": [found.scale.back(end) for end in found.ci],
            "prediction_interval": None
            if found.prediction_interval is None
            else [found.scale.back(end) for end in found.prediction_interval],
        }
    return document


def _pair(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _print_text(effects: Effects, found: Pooled) -> None:
    from unloop.science.evidence.forest import three_digits as say

    weights = dict(zip(found.labels, found.weights.tolist(), strict=False))
    width = max(len(label) for label in (*effects.labels, "a further study"))
    typer.echo(f"{found.measure.words}, {found.k} {'study' if found.k == 1 else 'studies'}; {found.method}")
    typer.echo(f"{'study':<{width}}  {'effect':>9}  {'95% interval':>22}  {'weight':>7}")
    for line in _lines(effects, found):
        weight = f"{weights[line.name]:6.1f}%" if line.name in weights else ""
        interval = f"{say(line.low)} to {say(line.high)}"
        typer.echo(f"{line.name:<{width}}  {say(line.estimate):>9}  {interval:>22}  {weight:>7}".rstrip())
    whole = _whole(found)
    typer.echo(
        f"{'pooled':<{width}}  {say(whole.estimate):>9}  {f'{say(whole.low)} to {say(whole.high)}':>22}"
    )
    if whole.predicted is not None:
        low, high = whole.predicted
        typer.echo(f"{'a further study':<{width}}  {'':>9}  {f'{say(low)} to {say(high)}':>22}")
    _print_rest(found)


def _print_rest(found: Pooled) -> None:
    from unloop.science.evidence.forest import three_digits as say
    from unloop.science.evidence.pooling import Scale

    if found.scale is Scale.LOG:
        back = [say(found.scale.back(end)) for end in (found.estimate, *found.ci)]
        typer.echo(f"as a ratio: {back[0]} ({back[1]} to {back[2]})")
    if found.scale is Scale.LOGIT:
        typer.echo(f"log odds: {say(found.estimate)} ({say(found.ci[0])} to {say(found.ci[1])})")
    if found.tau2 is not None and found.i2 is not None and found.q is not None:
        between = f" ({say(found.tau2_ci[0])} to {say(found.tau2_ci[1])})" if found.tau2_ci else ""
        typer.echo(
            f"heterogeneity: tau2 {say(found.tau2)}{between}, I2 {found.i2:.1f}%, "
            f"Q {say(found.q)} on {found.q_degrees} degrees of freedom"
        )
    for study, why in found.left_out:
        typer.echo(f"left out: {study}: {why}")
    for note in _notes(found):
        typer.echo(f"note: {note}")


def _notes(found: Pooled) -> tuple[str, ...]:
    """What the pool says of itself, and where the normal law of a proportion runs beyond nobody or everybody."""
    from unloop.science.evidence import Measure
    from unloop.science.evidence.pooling import Scale

    ends = (*found.ci, *(found.prediction_interval or ()))
    beyond = (
        found.scale is Scale.AS_IT_IS
        and found.measure is Measure.PR
        and not all(0.0 <= end <= 1.0 for end in ends)
    )
    said = "an interval runs beyond 0 or 1, where no proportion is: take --method glmm, or the studies by themselves"
    return (*found.notes, said) if beyond else found.notes


def _lines(effects: Effects, found: Pooled) -> list[Line]:
    """The studies as they stand by themselves: a proportion with its exact interval, all else by the normal law."""
    from unloop.science.evidence import OneArm, proportion
    from unloop.science.evidence.forest import Line

    out = {study for study, _ in found.left_out}
    weights = iter(found.weights.tolist())
    if isinstance(effects.data, OneArm):
        counts = zip(effects.data.events.tolist(), effects.data.n.tolist(), strict=True)
        exact = [proportion(int(events), int(people), level=LEVEL) for events, people in counts]
        return [
            Line(label, one.estimate, one.low, one.high, next(weights, None))
            for label, one in zip(effects.labels, exact, strict=True)
        ]
    half = 1.959963984540054  # normal, as each study stands by itself
    return [
        Line(label, yi, yi - half * math.sqrt(vi), yi + half * math.sqrt(vi), next(weights, None))
        for label, yi, vi in zip(effects.labels, effects.yi.tolist(), effects.vi.tolist(), strict=True)
        if label not in out
    ]


def _whole(found: Pooled) -> Whole:
    """The pooled effect on the scale that the studies are printed on: a proportion is no longer a log odds."""
    from unloop.science.evidence.forest import Whole
    from unloop.science.evidence.pooling import Scale

    scale = Scale.LOGIT if found.scale is Scale.LOGIT else Scale.AS_IT_IS
    predicted = found.prediction_interval
    low, high = found.ci
    return Whole(
        "pooled",
        scale.back(found.estimate),
        scale.back(low),
        scale.back(high),
        predicted=None if predicted is None else (scale.back(predicted[0]), scale.back(predicted[1])),
    )


def _drawing(effects: Effects, found: Pooled) -> str:
    from unloop.science.evidence.forest import Axis, forest_svg

    none = None if found.measure.value == "pr" else 0.0
    axis = Axis(_axis_title(found), none=none, log=found.measure.is_ratio)
    return forest_svg(_lines(effects, found), _whole(found), axis)


def _axis_title(found: Pooled) -> str:
    words = found.measure.words.removeprefix("log ") if found.measure.is_ratio else found.measure.words
    return words if found.measure.value == "pr" else f"{words}, treated against control"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputRefused(
            "--plot",
            given=file.name,
            allowed="a file that can be written",
            mend=error.strerror or "check the folder",
        ) from error
