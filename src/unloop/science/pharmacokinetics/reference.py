"""What a model is held against: printed and observed exposures, and how close to them it has to come."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from unloop.science.pharmacokinetics.drug import Analyte, Drug, Site
from unloop.science.pharmacokinetics.parameter import Minute, Positive, Strict, Text
from unloop.science.pharmacokinetics.schedule import Route

Ancestry = Literal["Asian", "Japanese"]
"""As one paper groups its people; Japanese people count as Asian there too. Nothing stands for everybody else."""


class GivenDose(Strict):
    """An amount in a check's regimen; into a vein without `end_min` it is a bolus."""

    mg: Positive
    start_min: Minute
    end_min: Minute | None = None
    route: Route = Route.INTRAVENOUS

    @model_validator(mode="after")
    def _only_a_vein_takes_minutes(self) -> Self:
        if self.end_min is not None and self.route is not Route.INTRAVENOUS:
            raise PydanticCustomError("dose", "only an infusion into a vein has an end", {})
        return self


class InCommon(Strict):
    """What a check's people have in common, where a model has a rule for it."""

    ancestry: Ancestry | None = None
    age_years: Positive | None = None


class Bar(Strict):
    """How far ours may be from the reference: every point, or the median of the absolute deviations."""

    of: Literal["every point", "median"]
    percent: Positive


Quantity = Literal["concentration", "peak", "auc", "auc to infinity"]
UNITS_OF: dict[Quantity, frozenset[str]] = {
    "concentration": frozenset({"ng/mL", "nmol/mL"}),
    "peak": frozenset({"ng/mL", "nmol/mL"}),
    "auc": frozenset({"ng.h/mL", "ng.min/mL"}),
    "auc to infinity": frozenset({"ng.h/mL", "ng.min/mL"}),
}


class Check(Strict):
    """A printed or observed exposure, and how close the model has to come to it.

    Without a bar the deviation is shown and judged by nobody; `shown_because` then says why. A check at another
    sampling site than the model's is refused unless `across_sites` says that this is meant.

    Attributes:
        from_min, until_min: between which minutes a peak is sought and an area taken.
        for_each_mg: the first dose in turn; one value belongs to each.
        missed_because: of a bar that is known to be missed: it stays, and the miss is shown.
        independent_percent: by how much an independent implementation of the same model deviates, point by point.
    """

    id: Text
    what: Text
    basis: Literal["observed", "digitised", "printed"]
    source: Text
    drug: Drug
    analyte: Analyte
    site: Site
    across_sites: bool = False
    weight_kg: Positive
    people: InCommon = InCommon()
    doses: Annotated[tuple[GivenDose, ...], Field(min_length=1)]
    for_each_mg: tuple[Positive, ...] = ()
    quantity: Quantity
    unit: Literal["ng/mL", "nmol/mL", "ng.h/mL", "ng.min/mL"]
    times_min: tuple[Minute, ...] = ()
    from_min: Minute = 0.0
    until_min: Positive | None = None
    values: Annotated[tuple[Positive, ...], Field(min_length=1)]
    independent_percent: tuple[float, ...] = ()
    bar: Bar | None = None
    missed_because: Text | None = None
    shown_because: Text | None = None

    @model_validator(mode="after")
    def _one_value_for_each_time(self) -> Self:
        expected = len(self.times_min) if self.quantity == "concentration" else max(1, len(self.for_each_mg))
        if len(self.values) != expected or self.unit not in UNITS_OF[self.quantity]:
            raise PydanticCustomError("check", "needs one value for each time, in a unit of its quantity", {})
        if self.independent_percent and len(self.independent_percent) != len(self.values):
            raise PydanticCustomError("check", "needs one independent deviation for each value", {})
        if (self.bar is None) == (self.shown_because is None):
            raise PydanticCustomError("check", "has either a bar or a reason to be shown without one", {})
        if self.missed_because is not None and self.bar is None:
            raise PydanticCustomError("check", "misses no bar without having one", {})
        return self

    @model_validator(mode="after")
    def _says_between_which_minutes(self) -> Self:
        if (self.quantity in {"peak", "auc"}) != (self.until_min is not None):
            raise PydanticCustomError("check", "a peak and an area up to a minute say until when", {})
        if self.quantity == "concentration" and self.for_each_mg:
            raise PydanticCustomError("check", "concentrations are of one dose", {})
        return self
