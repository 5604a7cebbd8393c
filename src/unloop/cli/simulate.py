"""`unloop simulate`: what published models expect in blood, and at the effect site, after an infusion."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unloop.cli.curves import check_suffix, curve_file
from unloop.cli.drugs import drug_for
from unloop.cli.output import print_json
from unloop.cli.progress import Progress
from unloop.quantity import BodyWeight, InputRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from unloop.science.pharmacokinetics import Administration, FloatArray, KineticModel
    from unloop.science.pharmacokinetics.crowd import Crowd

USUAL_KG = 70.0
USUAL_SUBJECTS = 1000
MOST_SUMMARISED = 10_000_000  # people whose curves nobody keeps; ten million take under a minute
SHOWN_AFTER_MIN = 240
STEP_MIN = 2
PRINTED_EVERY_MIN = 10  # of the default minutes; JSON and pictures have them all
# Below this many values NumPy is done before the compiled engine has been loaded.
WORTH_COMPILING = 2_000_000
NOTICE = "Model output informs; it orders no dose. Milligrams are ketamine base as labelled."


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command(name="simulate")(simulate)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is simulated, apart from the model."""

    drug: str | None
    mg_per_kg: float
    minutes: float
    weight_kg: float
    times: str | None
    subjects: int
    typical: bool
    seed: int
    out: Path | None


def simulate(  # noqa: PLR0913 - one for each option
    *,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="One model, such as racemate-otto-2021.")
    ] = None,
    models: Annotated[str | None, typer.Option(metavar="A,B", help="Several models side by side.")] = None,
    drug: Annotated[
        str | None, typer.Option(help="racemate or esketamine; needed where a model could mean either.")
    ] = None,
    dose_mg_per_kg: Annotated[float, typer.Option(help="Dose in mg of base for each kg.")],
    minutes: Annotated[float, typer.Option(help="Length of the infusion in minutes.")],
    weight_kg: Annotated[float, typer.Option(help="Body weight in kg.")] = USUAL_KG,
    subjects: Annotated[int, typer.Option(help="People of one weight to draw.")] = USUAL_SUBJECTS,
    typical: Annotated[
        bool, typer.Option("--typical", help="The typical person alone: no draws, no band.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same people.")] = 1,
    times: Annotated[
        str | None,
        typer.Option(metavar="M1,M2,...", help="Minutes to report; default: to 4 h after the end."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Everybody's curve, of one model: .csv, .npz, or .parquet (extra `data`)."
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the curves (extra `plots`).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """The concentration in blood after an even infusion, and the
    dissociation that it leads to, by published models.

    The median and the range of 90 in 100 people of one weight. Where a
    model has no published variability, p05 and p95 are null: the spread is
    unknown. Models of children or of intensive care run with a notice and
    without effects. The same seed draws the same people, on any number of
    threads. Effects are speculative and say so.

    Exits 0 when simulated, 2 when an input is wrong.
    """
    asked = Asked(drug, dose_mg_per_kg, minutes, weight_kg, times, subjects, typical, seed, out)
    ids = _ids(model, models)
    _check(asked, ids)
    documents = [_simulated(model_id, asked) for model_id in ids]
    if plot is not None:
        _draw(documents, plot)
    if json:
        print_json(documents[0] if models is None else {"models": documents})
        return
    for document in documents:
        _print_text(document, few=times is None)


def _ids(model: str | None, models: str | None) -> list[str]:
    if (model is None) == (models is None):
        raise InputRefused(
            "--model",
            given="none" if model is None else "both --model and --models",
            allowed="one model, or several with --models a,b",
            mend="name a model, such as --model racemate-otto-2021",
        )
    return [one.strip() for one in (models or model or "").split(",")]


def _check(asked: Asked, ids: list[str]) -> None:
    """What no model has to be read for."""
    BodyWeight(kg=asked.weight_kg)
    if asked.subjects < 1:
        raise InputRefused(
            "--subjects", given=asked.subjects, allowed="1 or more", mend="say how many people"
        )
    if asked.out is not None:
        check_suffix(asked.out, option="--out")
        if len(ids) > 1 or asked.typical:
            raise InputRefused(
                "--out", given="several models" if len(ids) > 1 else "--typical", allowed="people of one model",
                mend="run each model by itself, without --typical",
            )  # fmt: skip
        return
    if asked.subjects > MOST_SUMMARISED and not asked.typical:
        raise InputRefused(
            "--subjects", given=f"{asked.subjects:,}", allowed=f"at most {MOST_SUMMARISED:,} without --out",
            mend="ask for fewer people, or name a file for their curves with --out",
        )  # fmt: skip


def _simulated(model_id: str, asked: Asked) -> dict[str, object]:
    """The JSON document of one model; numbers are not rounded."""
    from unloop.dosing import planned
    from unloop.science.pharmacokinetics import model as library_model

    began = time.perf_counter()
    chosen = library_model(model_id)
    given = planned(
        drug=drug_for(chosen, asked.drug),
        dose_mg=_checked_dose(asked),
        minutes=asked.minutes,
        weight_kg=asked.weight_kg,
    )
    times = _times(asked)
    _check_room(asked, len(times))
    found = None
    if not asked.typical and chosen.spread != "unknown":
        found = _people(chosen, given, times, asked=asked)
    elif asked.out is not None:
        raise InputRefused(
            "--out", given=f"{chosen.id}, whose spread is unknown", allowed="a model with published variability",
            mend="leave --out away: there is the typical person only",
        )  # fmt: skip
    document = _described(chosen, given, asked)
    document |= _typical(chosen, given, times) if found is None else _ranges(found)
    document["effects"] = _effects(chosen, given, times, asked=asked)
    document["seconds"] = time.perf_counter() - began
    return document


def _checked_dose(asked: Asked) -> float:
    if not asked.mg_per_kg > 0:
        raise InputRefused(
            "--dose-mg-per-kg",
            given=asked.mg_per_kg,
            allowed="above 0 mg/kg",
            mend="give the dose in mg for each kg",
        )
    return asked.mg_per_kg * asked.weight_kg


def _times(asked: Asked) -> FloatArray:
    import numpy as np

    if asked.times is None:
        steps = np.arange(0.0, asked.minutes + SHOWN_AFTER_MIN + STEP_MIN, STEP_MIN)
        return np.union1d(steps, [asked.minutes])
    try:
        minutes = [float(one) for one in asked.times.split(",")]
    except ValueError:
        minutes = []
    if not minutes or not all(0 <= one < np.inf for one in minutes):
        raise InputRefused(
            "--times", given=asked.times, allowed="minutes of 0 or more with commas between, such as 0,20,40,80",
            mend="give the minutes after the start",
        )  # fmt: skip
    return np.array(minutes, dtype=np.float64)


def _check_room(asked: Asked, times: int) -> None:
    if asked.out is None:
        return
    needed = asked.subjects * times * 8
    free = shutil.disk_usage(
        asked.out.absolute().parent if asked.out.absolute().parent.exists() else "."
    ).free
    if needed > free:
        raise InputRefused(
            "--out", given=f"{asked.subjects:,} people at {times} times: {needed / 1e9:,.0f} GB",
            allowed=f"{free / 1e9:,.0f} GB that are free there", mend="ask for fewer people or fewer --times",
        )  # fmt: skip


def _people(chosen: KineticModel, given: Administration, times: FloatArray, *, asked: Asked) -> Crowd:
    from unloop.science.pharmacokinetics.crowd import crowd
    from unloop.science.pharmacokinetics.population import NUMPY

    engine = NUMPY
    if asked.subjects * len(times) > WORTH_COMPILING:
        from unloop.science.pharmacokinetics.kernels import fastest

        engine = fastest()
    progress = Progress(asked.subjects, what="people")
    try:
        if asked.out is None:
            return crowd(
                chosen, given, times, subjects=asked.subjects, seed=asked.seed, engine=engine,
                each_lot=lambda first, lot: progress.reached(first + len(lot)),
            )  # fmt: skip
        with curve_file(asked.out, times_min=times, people=asked.subjects) as file:

            def kept(first: int, lot: FloatArray) -> None:
                file.write(first, lot)
                progress.reached(first + len(lot))

            return crowd(
                chosen, given, times, subjects=asked.subjects, seed=asked.seed, engine=engine, each_lot=kept
            )
    finally:
        progress.over()


def _described(chosen: KineticModel, given: Administration, asked: Asked) -> dict[str, object]:
    return {
        "model": chosen.id,
        "title": chosen.title,
        "drug": given.drug.value,
        "analyte": chosen.analyte_of(given.drug).value,
        "site": chosen.blood.reads_as.value,
        "units": {"times": "min", "ketamine": "ng/mL", "cmax": "ng/mL", "auc": "ng.h/mL", "dose": "mg"},
        "dose_mg": given.schedule.mg,
        "dose_mg_per_kg": asked.mg_per_kg,
        "minutes": asked.minutes,
        "weight_kg": given.weight_kg,
        "seed": asked.seed,
        "spread": chosen.spread,
        "assumption": chosen.assumption,
        "status": chosen.status,
        "source": f"{chosen.source.citation}, {chosen.source.identifier}",
        "notes": list(chosen.notes),
        "notice": " ".join(filter(None, [chosen.notice, NOTICE])),
    }


def _ranges(found: Crowd) -> dict[str, object]:
    def numbers(spread: Any) -> dict[str, object]:
        return {"median": spread.p50.tolist(), "p05": spread.p05.tolist(), "p95": spread.p95.tolist()}

    return {
        "times_min": found.times_min.tolist(),
        "ketamine_ng_per_ml": numbers(found.ng_per_ml),
        "cmax": numbers(found.cmax_ng_per_ml),
        "auc": {**numbers(found.auc_ng_h_per_ml), "to": "infinity"},
        "subjects": found.subjects,
        "quantiles_exact": found.exact,
        "engine": found.engine,
    }


def _typical(chosen: KineticModel, given: Administration, times: FloatArray) -> dict[str, object]:
    from unloop.science.pharmacokinetics import auc_ng_h_per_ml_to_infinity, peak, typical_curve

    def alone(value: object) -> dict[str, object]:
        return {"median": value, "p05": None, "p95": None}

    highest = peak(chosen, given)
    return {
        "times_min": times.tolist(),
        "ketamine_ng_per_ml": alone(typical_curve(chosen, given, times).ng_per_ml.tolist()),
        "cmax": {**alone(highest.ng_per_ml), "at_min": highest.at_min},
        "auc": {**alone(auc_ng_h_per_ml_to_infinity(chosen, given)), "to": "infinity"},
        "subjects": 0,
        "quantiles_exact": True,
        "engine": "numpy",
    }


def _effects(
    chosen: KineticModel, given: Administration, times: FloatArray, *, asked: Asked
) -> dict[str, object]:
    """Dissociation by effect site, for models of adults; what has no model is named with the reason."""
    from unloop.dosing import effects_not_modelled, expected_effect
    from unloop.dosing.people import PEOPLE

    absent = {one.id: one.reason for one in effects_not_modelled()}
    if not chosen.for_clinic_screens:
        return {
            "dissociation": None,
            "not_modelled": {"dissociation": "a model for reference only", **absent},
        }
    found = expected_effect(chosen.id, given, at_min=times.tolist(), subjects=0 if asked.typical else PEOPLE)
    return {
        "dissociation": {
            "unit": "% of maximum",
            "median": list(found.percent_of_maximum),
            "p05": None if found.p05 is None else list(found.p05),
            "p95": None if found.p95 is None else list(found.p95),
            "band_holds": found.band_holds,
            "assumption": found.assumption,
            "source": found.source,
            "speculative": found.speculative,
            "wording": found.wording,
        },
        "not_modelled": absent,
    }


def _draw(documents: list[dict[str, Any]], plot: Path) -> None:
    from unloop.cli.pictures import draw_side_by_side

    draw_side_by_side(documents, plot)


def _print_text(document: Mapping[str, Any], *, few: bool) -> None:
    curve, people = document["ketamine_ng_per_ml"], document["subjects"]
    who = f"{people:,} people" if people else "the typical person"
    typer.echo(
        f"{document['title']} ({document['model']}); {document['analyte']}, reads as {document['site']} blood"
    )
    typer.echo(
        f"{document['dose_mg']:g} mg {document['drug']} over {document['minutes']:g} min, "
        f"{document['weight_kg']:g} kg; {who}"
    )
    band = curve["p05"] is not None
    typer.echo(f"{'min':>8}{'ng/mL':>12}" + (f"{'5 %':>12}{'95 %':>12}" if band else "   spread unknown"))
    for row, (minute, middle) in enumerate(zip(document["times_min"], curve["median"], strict=True)):
        if few and minute % PRINTED_EVERY_MIN and minute != document["minutes"]:
            continue
        range_ = f"{curve['p05'][row]:>12.4g}{curve['p95'][row]:>12.4g}" if band else ""
        typer.echo(f"{minute:>8g}{middle:>12.4g}{range_}")
    for name, key, unit in (("peak", "cmax", "ng/mL"), ("area to infinity", "auc", "ng h/mL")):
        found = document[key]
        range_ = f" ({found['p05']:.4g} to {found['p95']:.4g})" if found["p05"] is not None else ""
        typer.echo(f"{name}: {found['median']:.4g}{range_} {unit}")
    for note in document["notes"]:
        typer.echo(f"  {note}")
    typer.echo(f"Source: {document['source']}.")
    typer.echo(f"{document['notice']}", err=True)
