"""The form of a model file: what a published model must say before it may run.

Strict: an unknown key, a number as text, a missing value or a unit that does not fit is refused. Silence is no
answer: a paper that prints no variability is `law = "unknown"` with the reason, never an absent table.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from unloop.science.pharmacokinetics.drug import Analyte, Drug, Site, Weighed

Text = Annotated[str, Field(min_length=3)]
Positive = Annotated[float, Field(gt=0)]
Minute = Annotated[float, Field(ge=0)]

Status = Literal["verified", "usable", "partial", "reference-only"]
"""`verified`: our run reproduces printed exposures. `usable`: complete, and agrees with a looser printed value.
`partial`: incomplete, never run. `reference-only`: runs outside the clinic only, with a notice."""

Group = Literal["adults", "children", "intensive care"]

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
    unit: Literal["L", "L/h", "L/min", "1/h", "1/min"]
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


Dimension = Literal["volume", "clearance", "rate"]
UNITS: dict[Dimension, frozenset[str]] = {
    "volume": frozenset({"L"}),
    "clearance": frozenset({"L/h", "L/min"}),
    "rate": frozenset({"1/h", "1/min"}),
}
Name = Literal["CL", "V1", "Q2", "V2", "Q3", "V3", "k10", "k12", "k21", "k13", "k31"]
DIMENSIONS: dict[str, Dimension] = {
    **dict.fromkeys(("V1", "V2", "V3"), "volume"),
    **dict.fromkeys(("CL", "Q2", "Q3"), "clearance"),
    **dict.fromkeys(("k10", "k12", "k21", "k13", "k31"), "rate"),
}
FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "clearances": (("CL", "V1"), ("Q2", "V2"), ("Q3", "V3")),
    "rate-constants": (("V1", "k10"), ("k12", "k21"), ("k13", "k31")),
}
"""For each way of writing a mammillary model, what each further compartment adds."""


class Disposition(Strict):
    """The typical person's parameters, as clearances and volumes or as a volume and rate constants."""

    form: Literal["clearances", "rate-constants"]
    compartments: Annotated[int, Field(ge=1, le=3)]
    parameters: dict[Name, Parameter]

    @model_validator(mode="after")
    def _complete_and_in_fitting_units(self) -> Self:
        needed = [name for names in FORMS[self.form][: self.compartments] for name in names]
        missing = [name for name in needed if name not in self.parameters]
        if missing:
            raise PydanticCustomError("incomplete", "{missing} missing", {"missing": ", ".join(missing)})
        for name, parameter in self.parameters.items():
            if name not in needed:
                raise PydanticCustomError("surplus", "{name} does not belong to this form", {"name": name})
            if parameter.unit not in UNITS[DIMENSIONS[name]]:
                raise PydanticCustomError(
                    "unit",
                    "{name} is a {kind}",
                    {"name": name, "kind": DIMENSIONS[name], "unit": parameter.unit},
                )
        return self


class LogNormal(Strict):
    """Between-subject variability: parameter = typical x exp(eta), eta normal with this covariance."""

    law: Literal["log-normal"]
    parameters: Annotated[tuple[Name, ...], Field(min_length=1)]
    covariance: tuple[tuple[float, ...], ...]
    provenance: Provenance

    @model_validator(mode="after")
    def _covariance_is_one(self) -> Self:
        n = len(self.parameters)
        square = len(self.covariance) == n and all(len(row) == n for row in self.covariance)
        symmetric = square and all(
            self.covariance[i][j] == self.covariance[j][i] for i in range(n) for j in range(i)
        )
        if not symmetric:
            raise PydanticCustomError(
                "covariance", "needs one row and column for each parameter, symmetric", {}
            )
        return self


class Unknown(Strict):
    """Not published, or not in any copy that could be read; the reason says which."""

    law: Literal["unknown"]
    reason: Text


class Proportional(Strict):
    """Residual error as a fraction of the prediction."""

    law: Literal["proportional"]
    sd: Positive
    provenance: Provenance


class Constructed(Strict):
    """Variability of a construction of ours: what it takes from the published model, and what it assumes."""

    law: Literal["from-base-model"]
    assumption: Text


Spread = Annotated[LogNormal | Unknown, Field(discriminator="law")]
Residual = Annotated[Proportional | Unknown, Field(discriminator="law")]


class People(Strict):
    """Who the model was made from."""

    group: Group
    summary: Text


class Blood(Strict):
    """Where the model's concentrations are; a pooled model says which of the two it reads like, and why."""

    site: Site
    reads_as: Site
    reason: Text | None = None

    @model_validator(mode="after")
    def _reads_as_one_of_two(self) -> Self:
        if self.reads_as is Site.POOLED or (self.site is not Site.POOLED and self.reads_as is not self.site):
            raise PydanticCustomError(
                "site", "reads_as is the site itself, or arterial or venous for a pooled one", {}
            )
        if self.site is Site.POOLED and self.reason is None:
            raise PydanticCustomError("site", "a pooled model says why it reads as it does", {})
        return self


class Source(Strict):
    """The publication, and the text that the values were actually read in."""

    citation: Text
    identifier: Text
    read_in: Text


class GivenDose(Strict):
    """An amount in a check's regimen; without `end_min` it is a bolus."""

    mg: Positive
    start_min: Minute
    end_min: Minute | None = None


class Bar(Strict):
    """How far ours may be from the reference: every point, or the median of the absolute deviations."""

    of: Literal["every point", "median"]
    percent: Positive


class Check(Strict):
    """A printed or observed exposure, and how close the model has to come to it.

    Without a bar the deviation is shown and judged by nobody; `shown_because` then says why. A check at another
    sampling site than the model's is refused unless `across_sites` says that this is meant.
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
    doses: Annotated[tuple[GivenDose, ...], Field(min_length=1)]
    quantity: Literal["concentration", "auc to infinity"]
    unit: Literal["ng/mL", "nmol/mL", "ng.h/mL"]
    times_min: tuple[Minute, ...] = ()
    values: Annotated[tuple[Positive, ...], Field(min_length=1)]
    bar: Bar | None = None
    shown_because: Text | None = None

    @model_validator(mode="after")
    def _one_value_for_each_time(self) -> Self:
        expected = len(self.times_min) if self.quantity == "concentration" else 1
        if len(self.values) != expected or (self.unit == "ng.h/mL") != (self.quantity == "auc to infinity"):
            raise PydanticCustomError("check", "needs one value for each time, in a unit of its quantity", {})
        if (self.bar is None) == (self.shown_because is None):
            raise PydanticCustomError("check", "has either a bar or a reason to be shown without one", {})
        return self


class PublishedDocument(Strict):
    """A model as one paper gives it."""

    id: Text
    title: Text
    status: Status
    takes: Annotated[tuple[Drug, ...], Field(min_length=1)]
    analytes: Annotated[tuple[Analyte, ...], Field(min_length=1)]
    weighed: Weighed
    notes: tuple[Text, ...] = ()
    people: People
    blood: Blood
    source: Source
    disposition: Disposition
    between_people: Spread
    residual: Residual
    check: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _one_analyte_for_each_drug(self) -> Self:
        if len(self.analytes) != len(self.takes):
            raise PydanticCustomError("analytes", "one for each drug taken, in the same order", {})
        if isinstance(self.between_people, LogNormal):
            strangers = set(self.between_people.parameters) - set(self.disposition.parameters)
            if strangers:
                raise PydanticCustomError("variability", "varies a parameter that the model has not", {})
        return self


class ClearanceRatio(Strict):
    """R-ketamine's clearance over S-ketamine's, with the range that studies span."""

    value: Positive
    low: Positive
    high: Positive
    source: Text
    provenance: Provenance


class RacemateDocument(Strict):
    """A construction of ours: the racemate as S + R on a published model of S."""

    id: Text
    title: Text
    status: Status
    base_model: Text
    s_share: Annotated[float, Field(gt=0, lt=1)]
    clearance_ratio: ClearanceRatio
    notes: tuple[Text, ...] = ()
    source: Source
    between_people: Constructed
    check: tuple[Check, ...] = ()
