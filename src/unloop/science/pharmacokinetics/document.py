"""The form of a model file: what a published model must say before it may run.

Strict: an unknown key, a number as text, a missing value or a unit that does not fit is refused. Silence is no
answer: a paper that prints no variability is `law = "unknown"` with the reason, never an absent table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from unloop.science.pharmacokinetics.drug import Analyte, Drug, Site, Weighed
from unloop.science.pharmacokinetics.parameter import (
    UNITS,
    Dimension,
    Parameter,
    Positive,
    Provenance,
    Strict,
    Text,
)
from unloop.science.pharmacokinetics.reference import Check
from unloop.science.pharmacokinetics.schedule import Route

Status = Literal["verified", "usable", "partial", "reference-only"]
"""`verified`: our run reproduces printed exposures. `usable`: complete, and agrees with a looser printed value.
`partial`: incomplete, never run. `reference-only`: runs outside the clinic only, with a notice."""

Group = Literal["adults", "children", "intensive care"]

Name = Literal[
    "CL", "V1", "Q2", "V2", "Q3", "V3", "k10", "k12", "k21", "k13", "k31", "QH", "VH", "kel", "kmet"
]
Form = Literal["clearances", "rate-constants", "well-stirred liver"]
FORMS: dict[Form, tuple[tuple[str, ...], ...]] = {
    "clearances": (("CL", "V1"), ("Q2", "V2"), ("Q3", "V3")),
    "rate-constants": (("V1", "k10"), ("k12", "k21"), ("k13", "k31")),
    "well-stirred liver": (("V1", "QH", "VH", "kel", "kmet"), ("Q2", "V2"), ("Q3", "V3")),
}
"""For each way of writing a mammillary model, what each further compartment adds. A well-stirred liver is one more
compartment, which the blood flow QH exchanges with the central one: `kmet` makes the first metabolite there, and
`kel` everything else."""

MetaboliteName = Literal["fm", "MTT", "CL", "V1", "Q2", "V2", "CL_rise"]
AbsorptionName = Literal[
    "F_nose", "F_further", "F_gut", "F_mucosa", "F_swallowed", "k_nose", "k_gut", "k_mucosa", "D_gut", "D_mucosa", "MTT_gut"
]  # fmt: skip
DIMENSIONS: dict[str, Dimension] = {
    **dict.fromkeys(("V1", "V2", "V3", "VH"), "volume"),
    **dict.fromkeys(("CL", "Q2", "Q3", "QH"), "clearance"),
    **dict.fromkeys(("k10", "k12", "k21", "k13", "k31", "kel", "kmet", "CL_rise"), "rate"),
    **dict.fromkeys(("k_nose", "k_gut", "k_mucosa"), "rate"),
    **dict.fromkeys(("MTT", "MTT_gut", "D_gut", "D_mucosa"), "time"),
    **dict.fromkeys(("fm", "F_nose", "F_further", "F_gut", "F_mucosa", "F_swallowed"), "share"),
}


def _check_names(parameters: Mapping[str, Parameter], needed: Iterable[str]) -> None:
    """Every parameter that is needed, no other, and each in a unit of its dimension."""
    wanted = tuple(needed)
    missing = [name for name in wanted if name not in parameters]
    if missing:
        raise PydanticCustomError("incomplete", "{missing} missing", {"missing": ", ".join(missing)})
    for name, parameter in parameters.items():
        if name not in wanted:
            raise PydanticCustomError("surplus", "{name} does not belong to this form", {"name": name})
        if parameter.unit not in UNITS[DIMENSIONS[name]]:
            raise PydanticCustomError(
                "unit", "{name} is a {kind}", {"name": name, "kind": DIMENSIONS[name], "unit": parameter.unit}
            )


class Disposition(Strict):
    """The typical person's parameters: clearances and volumes, a volume and rate constants, or with a liver."""

    form: Form
    compartments: Annotated[int, Field(ge=1, le=3)]
    parameters: dict[Name, Parameter]

    @model_validator(mode="after")
    def _complete_and_in_fitting_units(self) -> Self:
        needed = [name for names in FORMS[self.form][: self.compartments] for name in names]
        _check_names({str(name): value for name, value in self.parameters.items()}, needed)
        return self


class LogNormal(Strict):
    """Between-subject variability: parameter = typical x exp(eta), eta normal with this covariance.

    Attributes:
        parameters: names; those of a metabolite or of absorption begin with its id or route and a dot.
        logit_sd: for shares, which stay between 0 and 1: the standard deviation on the logit scale.
    """

    law: Literal["log-normal"]
    parameters: Annotated[tuple[str, ...], Field(min_length=1)]
    covariance: tuple[tuple[float, ...], ...]
    logit_sd: dict[str, Positive] = Field(default_factory=dict[str, float])
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


class Occasions(Strict):
    """Variability within one person from occasion to occasion: variances on the log scale. Kept, not yet drawn."""

    parameters: Annotated[tuple[str, ...], Field(min_length=1)]
    variances: tuple[Positive, ...]
    provenance: Provenance

    @model_validator(mode="after")
    def _one_variance_for_each(self) -> Self:
        if len(self.variances) != len(self.parameters):
            raise PydanticCustomError("occasions", "needs one variance for each parameter", {})
        return self


class Unknown(Strict):
    """Not published, or not in any copy that could be read; the reason says which."""

    law: Literal["unknown"]
    reason: Text


class Proportional(Strict):
    """Residual error as a fraction of the prediction; on the log scale where the paper fitted logarithms."""

    law: Literal["proportional"]
    sd: Positive
    scale: Literal["linear", "log"] = "linear"
    provenance: Provenance


class Combined(Strict):
    """Residual error with a part that is a fraction of the prediction and one that is the same everywhere."""

    law: Literal["combined"]
    sd: Positive
    additive_nmol_per_ml: Positive
    provenance: Provenance


class Constructed(Strict):
    """Variability of a construction of ours: what it takes from the published model, and what it assumes."""

    law: Literal["from-base-model"]
    assumption: Text


Spread = Annotated[LogNormal | Unknown, Field(discriminator="law")]
Residual = Annotated[Proportional | Unknown, Field(discriminator="law")]
MetaboliteResidual = Annotated[Proportional | Combined | Unknown, Field(discriminator="law")]


class Metabolite(Strict):
    """A substance that another one of the model turns into, with compartments of its own.

    Attributes:
        id: what its parameters are called by elsewhere in the file, such as `NK.CL`.
        conserves: whether a mole of what it is formed from becomes a mole, or a milligram a milligram, which is
            how some papers fit apparent volumes.
        delay_compartments: how many stages formation passes, each MTT / stages long.
        central_volume: its own V1, or the V1 of the parent, as one paper sets it.
        parameters: `fm` is the share of what is cleared that becomes this metabolite; with a well-stirred liver
            `kmet` says it. A rising clearance grows by the fraction `CL_rise` each hour since the first dose.
        area, reason: an area that print and model do not agree about is never reported.
    """

    id: Literal["NK", "HNK"]
    analyte: Analyte
    formed_from: Analyte
    conserves: Literal["moles", "mass"]
    compartments: Annotated[int, Field(ge=1, le=2)]
    delay_compartments: Annotated[int, Field(ge=0, le=5)]
    central_volume: Literal["own", "the parent's V1"]
    clearance: Literal["constant", "rising"]
    parameters: dict[MetaboliteName, Parameter]
    residual: MetaboliteResidual
    area: Literal["reported", "withheld"]
    reason: Text | None = None

    @model_validator(mode="after")
    def _withheld_with_a_reason(self) -> Self:
        if (self.area == "withheld") != (self.reason is not None):
            raise PydanticCustomError("area", "is withheld with a reason, or reported", {})
        return self

    def needed(self, *, made_in_liver: bool) -> list[str]:
        """The parameters that its structure asks for."""
        names = ["CL"]
        names += [] if made_in_liver else ["fm"]
        names += ["MTT"] if self.delay_compartments else []
        names += ["V1"] if self.central_volume == "own" else []
        names += ["Q2", "V2"] if self.compartments == 2 else []
        return names + (["CL_rise"] if self.clearance == "rising" else [])


class Path(Strict):
    """One way that an absorbed dose takes: into a depot, perhaps evenly over a while, and on from there.

    Attributes:
        into: where it arrives: the blood that is sampled, the liver, or at once among what is being metabolised.
        share: the product of these shares of the dose; `not X` is what X leaves over.
        evenly_over: the time over which the depot fills; at once where absent.
        rate: the depot's first-order rate.
        delay: the mean time in one more stage before it arrives.
    """

    into: Literal["central", "liver", "metabolism"]
    share: Annotated[tuple[str, ...], Field(min_length=1)]
    rate: AbsorptionName
    evenly_over: AbsorptionName | None = None
    delay: AbsorptionName | None = None

    def names(self) -> set[str]:
        """The parameters that it uses."""
        shares = {share.removeprefix("not ") for share in self.share}
        return shares | {name for name in (self.rate, self.evenly_over, self.delay) if name is not None}


class Further(Strict):
    """A share that is smaller for what is given beyond a first amount in one session."""

    beyond_mg: Positive
    of: AbsorptionName
    times: AbsorptionName


class Absorption(Strict):
    """How a dose by one route gets into the compartments."""

    route: Literal[Route.ORAL, Route.NASAL, Route.FILM]
    parameters: dict[AbsorptionName, Parameter]
    path: Annotated[tuple[Path, ...], Field(min_length=1)]
    further: Further | None = None

    @model_validator(mode="after")
    def _complete_and_in_fitting_units(self) -> Self:
        used = set[str]().union(*(path.names() for path in self.path))
        used |= {self.further.of, self.further.times} if self.further else set()
        _check_names({str(name): value for name, value in self.parameters.items()}, sorted(used))
        return self


class Effect(Strict):
    """What a trait of the person does to one parameter, as printed: a factor, or a fall by the year."""

    on: str
    when: Literal["Asian", "Japanese", "over 60 years"]
    factor: Positive | None = None
    falls_per_year: Positive | None = None
    printed_as: Text
    provenance: Provenance

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.factor is None) == (self.falls_per_year is None):
            raise PydanticCustomError("effect", "is either a factor or a fall by the year", {})
        if (self.when == "over 60 years") != (self.falls_per_year is not None):
            raise PydanticCustomError("effect", "a fall by the year belongs to age, and only there", {})
        return self


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
    metabolite: tuple[Metabolite, ...] = ()
    absorption: tuple[Absorption, ...] = ()
    effect: tuple[Effect, ...] = ()
    between_people: Spread
    between_occasions: Occasions | None = None
    residual: Residual
    check: tuple[Check, ...] = ()

    def parameters(self) -> dict[str, Parameter]:
        """Every parameter of the file; those of a metabolite or of absorption under its id or route and a dot."""
        found: dict[str, Parameter] = {
            str(name): value for name, value in self.disposition.parameters.items()
        }
        for made in self.metabolite:
            found |= {f"{made.id}.{name}": value for name, value in made.parameters.items()}
        for taken in self.absorption:
            found |= {f"{taken.route}.{name}": value for name, value in taken.parameters.items()}
        return found

    @model_validator(mode="after")
    def _one_analyte_for_each_drug(self) -> Self:
        if len(self.analytes) != len(self.takes):
            raise PydanticCustomError("analytes", "one for each drug taken, in the same order", {})
        return self

    @model_validator(mode="after")
    def _what_varies_is_there(self) -> Self:
        varying = [effect.on for effect in self.effect]
        if isinstance(self.between_people, LogNormal):
            varying += [*self.between_people.parameters, *self.between_people.logit_sd]
        if self.between_occasions is not None:
            varying += self.between_occasions.parameters
        strangers = sorted(set(varying) - set(self.parameters()))
        if strangers:
            raise PydanticCustomError(
                "variability", "varies {names}, which the model has not", {"names": ", ".join(strangers)}
            )
        return self

    @model_validator(mode="after")
    def _chain_hangs_together(self) -> Self:
        known = list(self.analytes)
        in_liver = self.disposition.form == "well-stirred liver"
        for place, made in enumerate(self.metabolite):
            if made.formed_from not in known or made.analyte in known:
                raise PydanticCustomError("metabolite", "is formed from a substance named before it", {})
            known = [made.analyte]  # a chain: one substance from each
            names = {str(name): value for name, value in made.parameters.items()}
            _check_names(names, made.needed(made_in_liver=in_liver and place == 0))
        arrivals = {path.into for taken in self.absorption for path in taken.path}
        delayed = bool(self.metabolite) and self.metabolite[0].delay_compartments > 0
        if ("liver" in arrivals and not in_liver) or ("metabolism" in arrivals and not delayed):
            raise PydanticCustomError("absorption", "arrives in a compartment that the model has not", {})
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


class Seen(Strict):
    """One value of a partial model, as far as it could be read."""

    name: Text
    value: Positive
    unit: Text
    provenance: Provenance


class PartialDocument(Strict):
    """A model of which too little could be read: it says what is missing, and never runs."""

    id: Text
    title: Text
    status: Literal["partial"]
    missing: Annotated[tuple[Text, ...], Field(min_length=1)]
    notes: tuple[Text, ...] = ()
    source: Source
    seen: tuple[Seen, ...] = ()
