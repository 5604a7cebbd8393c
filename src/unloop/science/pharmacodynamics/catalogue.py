"""Effects that a published number describes, those that none does, and what was observed: data, read strictly."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import BaseModel, ConfigDict, Field, model_validator

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import FloatArray

Text = Annotated[str, Field(min_length=3)]
Positive = Annotated[float, Field(gt=0)]
Sureness = Literal["low", "medium", "medium-high", "high"]

WIDTH_OF_95 = 2.0 * 1.959964  # standard deviations between the ends of a 95 % range
HILL = 1.0  # where the steepness was not read


class Strict(BaseModel):
    """Frozen, no unknown keys, no conversion between kinds, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Estimated(Strict):
    """A published estimate with its range; both ends or neither."""

    value: Positive
    low: Positive | None = None
    high: Positive | None = None

    @model_validator(mode="after")
    def _within_its_range(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("a range has two ends")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError("an estimate lies within its range")
        return self

    @property
    def log_sd(self) -> float | None:
        """The standard deviation on the log scale that the range means; None where no range was read."""
        if self.low is None or self.high is None:
            return None
        return float(np.log(self.high / self.low) / WIDTH_OF_95)

    def drawn(self, normals: FloatArray) -> FloatArray:
        """Log-normal values around the estimate, for standard normals of any shape; all alike without a range."""
        values: FloatArray = self.value * np.exp((self.log_sd or 0.0) * normals)
        return values


class Effect(Strict):
    """A sigmoid effect of a concentration at an effect site: percent of maximum = 100 C / (C50 + C).

    Attributes:
        driven_by: the substance whose concentration counts.
        site: the blood beside which it was estimated.
        half_life_min: of the equilibration between blood and effect site; None where it was not read.
    """

    id: Text
    title: Text
    driven_by: Literal["S-ketamine"]
    site: Literal["arterial", "venous", "not stated"]
    c50_ng_per_ml: Estimated
    half_life_min: Estimated | None = None
    hill_was_read: bool
    sureness: Sureness
    people: Text
    source: Text
    read_in: Text
    notes: tuple[Text, ...]

    @property
    def ke0_per_h(self) -> float:
        """The rate of equilibration.

        Raises:
            InputRefused: when it was not read: then no course over time can be drawn.
        """
        if self.half_life_min is None:
            raise InputRefused(
                f"effect {self.id}",
                given="a course over time",
                allowed="effects at a steady concentration",
                mend="choose dissociation; the delay of this effect stands in no copy that could be read",
            )
        return float(np.log(2.0) * 60.0 / self.half_life_min.value)

    def percent_of_maximum(
        self, ng_per_ml: ArrayLike, *, c50_ng_per_ml: ArrayLike | None = None
    ) -> FloatArray:
        """The effect of a concentration at the effect site, 0 to 100; shapes broadcast."""
        concentration = np.asarray(ng_per_ml, dtype=np.float64)
        middle = np.asarray(
            self.c50_ng_per_ml.value if c50_ng_per_ml is None else c50_ng_per_ml, dtype=np.float64
        )
        percent: FloatArray = 100.0 * concentration / (middle + concentration)
        return percent


class Absent(Strict):
    """An effect that is not modelled, and why."""

    id: Text
    title: Text
    reason: Text


class Point(Strict):
    """One observed value, at a minute from the start."""

    minutes: Annotated[float, Field(ge=0)]
    value: float
    unit: Text


class Observation(Strict):
    """What a study saw over time; never a model's output.

    Attributes:
        n: people; None where it was not read.
        course: in words, where no number at a minute was read.
    """

    id: Text
    effect: Text
    what: Text
    regimen: Text
    n: Annotated[int, Field(gt=0)] | None = None
    source: Text
    read_in: Text
    sureness: Sureness
    points: tuple[Point, ...] = ()
    course: Text


class _Effects(Strict):
    effect: tuple[Effect, ...]
    absent: tuple[Absent, ...]


class _Observations(Strict):
    observation: tuple[Observation, ...]


def _document(name: str) -> str:
    text = files("unloop.science.pharmacodynamics").joinpath(name).read_text(encoding="utf-8")
    return json.dumps(tomllib.loads(text))  # by way of JSON: strict, yet lists become tuples


@cache
def _effects() -> _Effects:
    return _Effects.model_validate_json(_document("effects.toml"))


@cache
def observations() -> tuple[Observation, ...]:
    """Every observed course, in the file's order."""
    return _Observations.model_validate_json(_document("observations.toml")).observation


def effect_ids() -> tuple[str, ...]:
    """The ids of the effects that a published number describes."""
    return tuple(one.id for one in _effects().effect)


def effect(effect_id: str) -> Effect:
    """An effect by its id.

    Raises:
        InputRefused: when there is none; where it is one of those known to be absent, with the reason.

    Example:
        >>> float(effect("dissociation").percent_of_maximum(121.0))
        50.0
    """
    for one in _effects().effect:
        if one.id == effect_id:
            return one
    reasons = {one.id: one.reason for one in absent_effects()}
    raise InputRefused(
        "effect",
        given=effect_id,
        allowed=", ".join(effect_ids()),
        mend=reasons.get(effect_id, "choose one of these, spelled as here"),
    )


def absent_effects() -> tuple[Absent, ...]:
    """What is not modelled, and why."""
    return _effects().absent
