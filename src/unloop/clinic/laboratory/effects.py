"""What is to be expected of an infusion beyond its concentration, and what is not: as plain values for a page.

Dissociation by effect site is speculative and says so. What no published number describes is named as absent, and
what studies observed stands apart from every model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unloop.clinic.laboratory.exposure import (
    SHOWN_MODELS,
    as_charted,
    as_planned,
    cited,
    planned_minutes,
)
from unloop.quantity import BodyWeight, Dose, Minutes

if TYPE_CHECKING:
    from unloop.dosing import ExpectedEffect


@dataclass(frozen=True, slots=True)
class EffectPoint:
    """One minute of an effect, in percent of its maximum. `low` and `high`: see `EffectCurve.band_holds`."""

    minute: float
    percent: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class EffectCurve:
    """The course of one effect that one model of concentration leads to; always speculative.

    Attributes:
        model: id of the model of concentration; `title` says the effect in words.
        points: from the start, as far as shown.
        peak_percent, peak_min: the typical person's highest, and when.
        gone_min: from when the effect stays under a tenth of its maximum; None where it does not as far as shown.
        band_holds: what the band is a band of, in words.
        assumption: how S-ketamine was told from the racemate; empty where the model tells it.
        wording: what may not be read out of it.
        source, sureness, notes: whose effect it is, in whom, how sure, and what was not read.
    """

    model: str
    title: str
    points: tuple[EffectPoint, ...]
    peak_percent: float
    peak_min: float
    gone_min: float | None
    band_holds: str
    assumption: str
    wording: str
    source: str
    sureness: str
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The model of concentration as people cite it."""
        return cited(self.model)

    @property
    def has_band(self) -> bool:
        """Whether there is a range to draw."""
        return all(point.low is not None and point.high is not None for point in self.points)


@dataclass(frozen=True, slots=True)
class NotModelled:
    """An effect that no published number describes, and why nothing is drawn of it."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What a study saw over time; no model's output.

    Attributes:
        points: (minute from the start, value with its unit) where numbers were read.
        course: the rest of it in words.
        people: how many; None where it was not read.
    """

    effect: str
    what: str
    regimen: str
    points: tuple[tuple[float, str], ...]
    course: str
    people: int | None
    source: str
    read_in: str
    sureness: str


def expected_effects(
    dose: Dose, length: Minutes, weight: BodyWeight, *, models: Sequence[str] = SHOWN_MODELS
) -> tuple[EffectCurve, ...]:
    """The dissociation that models lead to for a planned infusion of racemic ketamine, at the minutes of its curves.

    The band holds how sure the average is and how people differ in concentration, where a model says it.

    Raises:
        InputRefused: a model is unknown or not for a clinic, or takes another drug.
    """
    from unloop.dosing import effects_side_by_side  # noqa: PLC0415 - the models' arithmetic would slow every start

    given = as_planned(dose, length, weight)
    found = effects_side_by_side(models, given, at_min=planned_minutes(length))
    return tuple(_curve(one) for one in found)


def charted_effects(
    rates: Sequence[tuple[float, float]],
    weight: BodyWeight,
    dose: Dose,
    *,
    models: Sequence[str] = SHOWN_MODELS,
) -> tuple[EffectCurve, ...]:
    """The dissociation that models lead to for a session as charted so far, minute by minute.

    The band holds how sure the average is, and no spread between people: at the bedside a borrowed one is not drawn.

    Args:
        rates: as `charted_curves` takes them.

    Raises:
        InputRefused: nothing was given, or a number is out of range.
    """
    from unloop.dosing import effects_side_by_side  # noqa: PLC0415 - as above

    given, minutes = as_charted(rates, weight, dose)
    found = effects_side_by_side(models, given, at_min=minutes, band_of="average")
    return tuple(_curve(one) for one in found)


def not_modelled() -> tuple[NotModelled, ...]:
    """What is named as absent wherever an expected effect is shown."""
    from unloop.dosing import effects_not_modelled  # noqa: PLC0415 - as above

    return tuple(NotModelled(one.title, one.reason) for one in effects_not_modelled())


def observed() -> tuple[Observed, ...]:
    """What studies observed after ketamine, in the order of the catalogue."""
    from unloop.dosing import observed_courses  # noqa: PLC0415 - as above

    return tuple(
        Observed(
            effect=one.effect, what=one.what, regimen=one.regimen,
            points=tuple((point.minutes, _in_words(f"{point.value:g} {point.unit}")) for point in one.points),
            course=_in_words(one.course), people=one.n, source=one.source, read_in=one.read_in, sureness=one.sureness,
        )
        for one in observed_courses()
    )  # fmt: skip


def _in_words(said: str) -> str:
    """A unit of the catalogue as people write it."""
    return said.replace("mm[Hg]", "mmHg")


def _curve(one: ExpectedEffect) -> EffectCurve:
    unknown = (None,) * len(one.times_min)
    rows = zip(one.times_min, one.percent_of_maximum, one.p05 or unknown, one.p95 or unknown, strict=True)
    return EffectCurve(
        model=one.model, title=one.title, points=tuple(EffectPoint(*row) for row in rows),
        peak_percent=one.peak_percent, peak_min=one.peak_min, gone_min=one.under_tenth_min,
        band_holds=one.band_holds, assumption=one.assumption, wording=one.wording,
        source=one.source, sureness=one.sureness, notes=one.notes,
    )  # fmt: skip
