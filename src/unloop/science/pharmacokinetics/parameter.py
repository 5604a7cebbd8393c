"""What the documents of this room are made of: strict tables, and one printed value with its unit and origin."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(min_length=3)]
Positive = Annotated[float, Field(gt=0)]
Minute = Annotated[float, Field(ge=0)]

Provenance = Literal["primary-abstract", "secondary-code", "memory", "own"]
"""Where a value was read: the paper's abstract; a public implementation that cites the paper's table; memory,
unverified; our own work."""


class Strict(BaseModel):
    """Frozen, no unknown keys, no conversion between kinds, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Parameter(Strict):
    """One fixed effect with its unit, what it is per, and where it was read.

    `per` keeps apart what papers mix: `person` is the same at every weight, `kg` is multiplied by the weight, and
    `70 kg` is a person of 70 kg scaled by (weight / 70) to the power of `weight_exponent`.
    """

    value: Positive
    unit: Literal["L", "L/h", "L/min", "1/h", "1/min", "h", "min", "1"]
    per: Literal["person", "kg", "70 kg"]
    weight_exponent: Annotated[float, Field(ge=0, le=2)] | None = None
    provenance: Provenance
    printed_as: Text | None = None

    @model_validator(mode="after")
    def _exponent_fits_what_it_is_per(self) -> Self:
        if (self.per == "70 kg") != (self.weight_exponent is not None):
            raise PydanticCustomError(
                "per_weight", 'a weight exponent belongs to per = "70 kg", and only there', {"per": self.per}
            )
        return self


Dimension = Literal["volume", "clearance", "rate", "time", "share"]
UNITS: dict[Dimension, frozenset[str]] = {
    "volume": frozenset({"L"}),
    "clearance": frozenset({"L/h", "L/min"}),
    "rate": frozenset({"1/h", "1/min"}),
    "time": frozenset({"h", "min"}),
    "share": frozenset({"1"}),
}
DIMENSION_OF_UNIT: dict[str, Dimension] = {unit: name for name, units in UNITS.items() for unit in units}
