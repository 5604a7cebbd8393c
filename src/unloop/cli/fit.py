"""`unloop fit`: one person's pharmacokinetics from measured levels."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from unloop.cli.drugs import drug_for
from unloop.cli.output import print_json, read_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from unloop.science.pharmacokinetics.fit import Estimate, Level, Posterior, Record, Residual

USUAL_KG = 70.0
SEED = 1
MOST_POINTS = 1000.0
NOTICE = (
    "Model output informs; it orders no dose. Milligrams are ketamine base; the model is wrong in ways that no "
    "standard error shows."
)


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command(name="fit")(fit_person)


Proportional = Annotated[
    float | None,
    typer.Option(help="Residual SD as a fraction of the prediction, instead of the model's own."),
]
Additive = Annotated[
    float | None,
    typer.Option(help="Residual SD in ng/mL; its variance is added to the proportional one."),
]


def fit_person(  # noqa: PLR0913 - one for each option
    *,
    model: Annotated[
        str, typer.Option(metavar="ID", help="A model whose spread is known, such as otto-2021.")
    ],
    data: Annotated[str, typer.Option(metavar="FILE", help="Doses and levels (CSV); - for standard input.")],
    drug: Annotated[
        str | None,
        typer.Option(help="What was given: racemate or esketamine; needed where the model takes both."),
    ] = None,
    weight_kg: Annotated[
        float | None,
        typer.Option(help="Body weight in kg; without it 70, and the notice says so.", show_default=False),
    ] = None,
    residual_proportional: Proportional = None,
    residual_additive: Additive = None,
    plot: Annotated[
        str | None, typer.Option(metavar="FILE.png", help="Draw levels, curve and bands (extra `plots`).")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same posterior.")] = SEED,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """The most probable person behind measured levels, and how sure that is.

    MAP estimate with standard errors and shrinkage, and the posterior.
    FILE is CSV in UTF-8 with this header; rows in any order, lines with #
    are passed over:

    \b
    event,minutes,until,value,unit,analyte,site
    dose,0,40,35,mg,,
    level,40,,180,ng/mL,S-ketamine,venous
    level,230,,0.031,mg/L,S-ketamine,venous
    level,1440,,<2,ng/mL,S-ketamine,venous

    A dose has the unit mg (base, as labelled), mg/kg or mg-hydrochloride;
    without `until` it is a bolus.

    A level has ng/mL, ug/L, mg/L, ug/mL, nmol/mL, umol/L or nmol/L; <2 is
    one below the limit of quantification of 2, kept as just that
    (likelihood M3). The analyte is S-ketamine, R-ketamine, ketamine (S + R)
    or a metabolite such as S-norketamine; the site venous or arterial.

    No levels give the typical person and the spread between people.

    Exits 0 when fitted, 2 when an input is wrong; the message names the row.
    """
    residual = (residual_proportional, residual_additive)
    posterior, document = _answer(model, data, drug=drug, weight_kg=weight_kg, residual=residual, seed=seed)
    if plot is not None:
        _draw(posterior, plot)
    if json:
        print_json(document)
    else:
        _print_text(posterior, document)


def _answer(
    model_id: str,
    data: str,
    *,
    drug: str | None,
    weight_kg: float | None,
    residual: tuple[float | None, float | None],
    seed: int,
) -> tuple[Posterior, dict[str, object]]:
    """The posterior and its JSON document."""
    if "numpy" not in sys.modules:  # matrices of this size want one thread, and it is read when NumPy loads
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    started = time.perf_counter()
    person, given, weight = _fitted(model_id, data, drug=drug, weight_kg=weight_kg, residual=residual)
    posterior = _sampled(person, seed)
    document = as_document(posterior, given, seconds=time.perf_counter() - started)
    if weight_kg is None:
        document["notice"] = f"{document['notice']} No weight was given: {weight:g} kg is assumed."
    return posterior, document


def _fitted(
    model_id: str,
    data: str,
    *,
    drug: str | None,
    weight_kg: float | None,
    residual: tuple[float | None, float | None],
) -> tuple[Estimate, Record, float]:
    from unloop.science.pharmacokinetics import model as library_model
    from unloop.science.pharmacokinetics.fit import fit, prior_of, read_record
    from unloop.science.pharmacokinetics.kinetic_model import check_weight

    chosen = library_model(model_id)
    weight = check_weight(USUAL_KG if weight_kg is None else weight_kg)
    given = read_record(read_input(data), weight_kg=weight)
    known = prior_of(
        chosen,
        drug_for(chosen, drug),
        weight_kg=weight,
        residual=_residual(*residual),
        metabolites=any(level.of_metabolite for level in given.levels),
    )
    # One person: the engine that compiles nothing is the quicker one.
    return fit(known, given.schedule, given.levels, engine="plain"), given, weight


def _sampled(person: Estimate, seed: int) -> Posterior:
    import numpy as np

    from unloop.science.pharmacokinetics.fit import sample

    return sample(person, rng=np.random.default_rng(seed))


def _draw(posterior: Posterior, path: str) -> None:
    from unloop.science.pharmacokinetics.fit import draw

    draw(posterior, path)


def _residual(proportional: float | None, additive: float | None) -> Residual | None:
    from unloop.science.pharmacokinetics.fit import Residual

    if proportional is None and additive is None:
        return None
    return Residual(proportional=proportional or 0.0, additive_ng_per_ml=additive or 0.0)


def as_document(posterior: Posterior, given: Record, *, seconds: float) -> dict[str, object]:
    """The JSON document of a fit; numbers are not rounded."""
    person = posterior.estimate
    prior = person.prior
    return {
        "model": prior.model.id,
        "drug": prior.drug.value,
        "analyte": prior.analyte.value,
        "site": prior.model.blood.reads_as.value,
        "weight_kg": prior.weight_kg,
        "units": {"parameters": _units(person.parameters), "levels": "ng/mL", "minutes": "min"},
        "eta": person.etas,
        "parameters": person.parameters,
        "standard_errors": person.standard_errors,
        "eta_standard_errors": dict(zip(prior.names, person.eta_errors.tolist(), strict=True)),
        "shrinkage": person.shrinkage,
        "objective": person.objective,
        "gradient_norm": person.gradient_norm,
        "searches": {"starts": person.starts, "agreed": person.agreed},
        "posterior": {
            "draws": len(posterior.etas),
            "quantiles": {
                name: dict(zip(("p05", "p50", "p95"), values, strict=True))
                for name, values in posterior.parameter_quantiles().items()
            },
            "pareto_k": posterior.pareto_k,
            "reliable": posterior.reliable,
        },
        "ess": posterior.ess,
        "levels": _levels(person),
        "curve": _curve(posterior),
        "residual": {
            "proportional": prior.residuals[prior.analyte].proportional,
            "additive_ng_per_ml": prior.residuals[prior.analyte].additive_ng_per_ml,
            "source": prior.residuals[prior.analyte].source,
        },
        "given_mg": given.schedule.mg,
        "spread": prior.model.spread,
        "assumption": prior.model.assumption,
        "status": prior.model.status,
        "source": f"{prior.model.source.citation}, {prior.model.source.identifier}",
        "notice": _notice(person),
        "seconds": seconds,
    }


def _units(parameters: Mapping[str, float]) -> dict[str, str]:
    def unit(name: str) -> str:
        kind = name.rsplit(".", maxsplit=1)[-1][0]
        return {"V": "L", "C": "L/h", "Q": "L/h", "k": "1/h", "M": "h", "D": "h"}.get(kind, "1")

    return {name: unit(name) for name in parameters}


def _levels(person: Estimate) -> list[dict[str, object]]:
    def row(level: Level, predicted: float) -> dict[str, object]:
        return {
            "minutes": level.minutes,
            "analyte": level.analyte.value,
            "ng_per_ml": level.ng_per_ml,
            "below_limit": level.below,
            "predicted_ng_per_ml": predicted,
        }

    pairs = zip(person.levels, person.predicted_ng_per_ml().tolist(), strict=True)
    return [row(level, predicted) for level, predicted in pairs]


def _curve(posterior: Posterior) -> dict[str, list[float]]:
    """The curve by ten minutes to three hours after the last dose, or to the last level."""
    import numpy as np

    person = posterior.estimate
    breaks = person.schedule.breaks_min()
    end = max([breaks[-1] + 180.0, *(level.minutes for level in person.levels)])
    steps = np.arange(breaks[0], end, max(10.0, (end - breaks[0]) / MOST_POINTS))
    minutes = np.union1d(steps, [*breaks, end])
    low, middle, high = posterior.curve_quantiles(minutes)
    return {
        "minutes": minutes.tolist(),
        "most_probable": person.curve_ng_per_ml(minutes).tolist(),
        "p05": low.tolist(),
        "p50": middle.tolist(),
        "p95": high.tolist(),
    }


def _notice(person: Estimate) -> str:
    model = person.prior.model
    said = [NOTICE]
    if model.people.group != "adults":
        said.append(f"A model of {model.people.group}: for reference, never for a clinic.")
    if model.assumption:
        said.append(f"Construction of ours: {model.assumption}.")
    if not person.levels:
        said.append("No levels: this is the typical person.")
    return " ".join(said)


def _print_text(posterior: Posterior, document: Mapping[str, object]) -> None:
    person = posterior.estimate
    typer.echo(
        f"{person.prior.model.title}; {person.prior.analyte}, {person.prior.model.blood.reads_as} blood"
    )
    typer.echo(
        f"{'':8}{'typical':>10}{'person':>10}{'SE':>9}{'5 %':>10}{'95 %':>10}{'eta':>8}{'shrinkage':>11}"
    )
    errors, shrinkage, etas = person.standard_errors, person.shrinkage, person.etas
    units = _units(person.parameters)
    for name, (low, _, high) in posterior.parameter_quantiles().items():
        typer.echo(
            f"{name:8}{person.prior.parameters[name]:>10.4g}{person.parameters[name]:>10.4g}{errors[name]:>9.3g}"
            f"{low:>10.4g}{high:>10.4g}{etas[name]:>8.3f}{shrinkage[name]:>11.2f}  {units[name]}"
        )
    for level, predicted in zip(person.levels, person.predicted_ng_per_ml(), strict=True):
        sign = "<" if level.below else ""
        typer.echo(
            f"  {level.minutes:g} min: {sign}{level.ng_per_ml:.4g} measured, {predicted:.4g} expected, ng/mL"
        )
    typer.echo(
        f"objective {person.objective:.6g}; effective draws {posterior.ess:.0f} of {len(posterior.etas)}"
        f"{'' if posterior.reliable else ', too few: do not rely on the posterior'}"
    )
    typer.echo(f"{document['notice']}", err=True)
