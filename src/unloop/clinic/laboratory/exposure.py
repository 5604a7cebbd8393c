"""What published models expect of an infusion, as plain values for a page: a picture and its table twin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unloop.quantity import BodyWeight, Dose, Minutes

if TYPE_CHECKING:
    from unloop.dosing import Administration, Exposure, PeakByWeight

# Policy: two models that take the racemate and disagree, so that neither is mistaken for a measurement.
SHOWN_MODELS = ("kamp-2020", "racemate-otto-2021")

DRUG = "racemate"
_SHOWN_AFTER_MIN = 180
_EVERY_MIN = 2


@dataclass(frozen=True, slots=True)
class Point:
    """One minute of a curve; ng/mL. `low` and `high` hold 90 in 100 people of this weight, where spread is known."""

    minute: float
    ng_per_ml: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class ByWeight:
    """The peak where clearances and volumes go with body weight (`scaled`), or where nothing does."""

    scaled: bool
    ng_per_ml: float


@dataclass(frozen=True, slots=True)
class Curve:
    """What one model expects in plasma, with all that a reader needs to judge it.

    Attributes:
        model, title: id and words.
        analyte: what the concentration is of.
        site: where the model's blood was drawn.
        points: from the start, minute by minute as far as shown.
        peak_ng_per_ml, peak_min: the typical person's highest concentration, and when.
        spread: published, borrowed or unknown; `assumption` says what a borrowed one assumes.
        source: publication, and where its values were read.
        status: verified or usable.
        notes: what the model is known to miss.
        left_out: what people differ in and a band does not hold, as sentences.
        by_weight: the peak by each way of going with body weight that papers disagree about; empty where not asked.
    """

    model: str
    title: str
    analyte: str
    site: str
    points: tuple[Point, ...]
    peak_ng_per_ml: float
    peak_min: float
    spread: str
    assumption: str
    source: str
    status: str
    notes: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    by_weight: tuple[ByWeight, ...] = ()

    @property
    def name(self) -> str:
        """The model as people cite it: `Kamp 2020`; what it is of stands beside it."""
        return cited(self.model)

    @property
    def has_band(self) -> bool:
        """Whether a range of people can be drawn; a model without published spread gives a line alone."""
        return all(point.low is not None and point.high is not None for point in self.points)


def cited(model: str) -> str:
    """A model's id as people cite it; as it stands where it names no year."""
    author, _, year = model.removeprefix("racemate-").rpartition("-")
    return f"{author.replace('-', ' ').title()} {year}" if year.isdigit() else model


def expected_curves(
    dose: Dose, length: Minutes, weight: BodyWeight, *, models: Sequence[str] = SHOWN_MODELS
) -> tuple[Curve, ...]:
    """What models expect of a planned infusion of racemic ketamine.

    Args:
        dose: ketamine base as labelled.
        length: of the infusion.
        weight: as weighed.
        models: ids of models that a clinic may show.

    Raises:
        InputRefused: a model is unknown or not for a clinic, or takes another drug.
    """
    from unloop.dosing import peaks_by_weight_rule, side_by_side  # noqa: PLC0415 - models would slow every start

    given = as_planned(dose, length, weight)
    found = side_by_side(models, given, at_min=planned_minutes(length))
    return tuple(
        _curve(one, by_weight=tuple(_by_weight(two) for two in peaks_by_weight_rule(one.model, given)))
        for one in found
    )


def as_planned(dose: Dose, length: Minutes, weight: BodyWeight) -> Administration:
    """A planned infusion of the racemate, as models take it."""
    from unloop.dosing import planned  # noqa: PLC0415 - as above

    return planned(drug=DRUG, dose_mg=dose.mg, minutes=length.minutes, weight_kg=weight.kg)


def planned_minutes(length: Minutes) -> list[float]:
    """Every other minute and the end of the infusion, to three hours after it."""
    return sorted({*range(0, int(length.minutes) + _SHOWN_AFTER_MIN + 1, _EVERY_MIN), length.minutes})


def as_charted(
    rates: Sequence[tuple[float, float]], weight: BodyWeight, dose: Dose
) -> tuple[Administration, list[float]]:
    """A session as charted, as models take it, and its minutes: each one, and each at which the rate changes."""
    from unloop.dosing import charted  # noqa: PLC0415 - as above

    given = charted(drug=DRUG, rates=rates, weight_kg=weight.kg, planned_dose_mg=dose.mg)
    changes = [float(one) for one in given.schedule.breaks_min()]
    return given, sorted({*range(int(changes[-1]) + _SHOWN_AFTER_MIN + 1), *changes})


def charted_curves(
    rates: Sequence[tuple[float, float]],
    weight: BodyWeight,
    dose: Dose,
    *,
    models: Sequence[str] = SHOWN_MODELS,
) -> tuple[Curve, ...]:
    """What models expect of a session as charted so far, minute by minute and at each change of the rate.

    A band stands here only where the model's own spread is published: at the bedside a borrowed one is not drawn.

    Args:
        rates: (minute from the start, mg/min), each holding until the next.
            A rate of 0 is a pause or the stop; after a last one nothing more is given.
        weight: as weighed.
        dose: as ordered, where a running infusion ends.
        models: ids of models that a clinic may show.

    Raises:
        InputRefused: nothing was given, or a number is out of range.
    """
    from unloop.dosing import clinic_model, exposure  # noqa: PLC0415 - as above

    given, minutes = as_charted(rates, weight, dose)
    return tuple(
        _curve(
            exposure(one, given, at_min=minutes)
            if clinic_model(one).spread == "published"
            else exposure(one, given, at_min=minutes, subjects=0)
        )
        for one in models
    )


def _by_weight(one: PeakByWeight) -> ByWeight:
    return ByWeight(scaled=one.rule != "none", ng_per_ml=one.ng_per_ml)


def _curve(one: Exposure, *, by_weight: tuple[ByWeight, ...] = ()) -> Curve:
    return Curve(
        model=one.model, title=one.title, analyte=str(one.analyte), site=str(one.site), points=tuple(_points(one)),
        peak_ng_per_ml=one.cmax_ng_per_ml, peak_min=one.tmax_min, spread=one.spread, assumption=one.assumption,
        source=one.source, status=one.status, notes=one.notes, left_out=one.left_out, by_weight=by_weight,
    )  # fmt: skip


def _points(one: Exposure) -> Iterable[Point]:
    lows = one.p05 or (None,) * len(one.times_min)
    highs = one.p95 or (None,) * len(one.times_min)
    rows = zip(one.times_min, one.ketamine_ng_per_ml, lows, highs, strict=True)
    return (Point(minute, value, low, high) for minute, value, low, high in rows)
