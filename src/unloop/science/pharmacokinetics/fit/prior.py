"""What is known of a person before a level is measured: a model's typical person and its spread between people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import Combined, LogNormal, Proportional, Unknown
from unloop.science.pharmacokinetics.drug import Analyte, Drug
from unloop.science.pharmacokinetics.fit.case import Case, System, inputs_of, reversible, system
from unloop.science.pharmacokinetics.fit.level import Level, Residual
from unloop.science.pharmacokinetics.graph import CompartmentGraph
from unloop.science.pharmacokinetics.kinetic_model import KineticModel, Part
from unloop.science.pharmacokinetics.schedule import Schedule
from unloop.science.pharmacokinetics.system import whole_system

# Policy where a construction of ours or a paper says nothing: Otto 2021's for S-ketamine in venous blood.
USUAL_RESIDUAL = Residual(
    proportional=0.23609, source="assumed: as Otto 2021 printed for S-ketamine; this model prints none"
)


START_SDS = 1.5  # how far from the typical person the other searches begin


@dataclass(frozen=True, slots=True)
class Prior:
    """A model at one body weight and drug, ready to be fitted to levels.

    Attributes:
        names: the parameters that vary between people; P of them.
        covariance: shape (P, P); of eta, where a parameter is typical x exp(eta).
        parameters: the typical person's, by name, in L, L/h or 1/h.
        systems: the compartments of each substance.
        counted: for each analyte, which systems its concentration adds up.
        residuals: for each analyte, how far a level may lie from its prediction.
        template: the arrays of the model alone, without doses, times and levels; made once for many people.
        reversible: whether every flow runs equally both ways in every person.
        root: shape (P, P); the lower Cholesky factor of the covariance.
        starts: shape (P + 1, P); where searches begin: the typical person, and a point beyond it along each axis of
            the spread.
    """

    model: KineticModel
    drug: Drug
    weight_kg: float
    names: tuple[str, ...]
    covariance: FloatArray
    parameters: Mapping[str, float]
    systems: tuple[System, ...]
    counted: Mapping[Analyte, tuple[int, ...]]
    residuals: Mapping[Analyte, Residual]
    template: Case
    reversible: bool
    root: FloatArray
    starts: FloatArray

    @property
    def omegas(self) -> FloatArray:
        """Standard deviations of the random effects; shape (P,)."""
        deviations: FloatArray = np.sqrt(np.diagonal(self.covariance))
        return deviations

    @property
    def analyte(self) -> Analyte:
        """What the model's whole concentration is of, after this drug."""
        return self.model.analyte_of(self.drug)

    def people(self, etas: FloatArray) -> dict[str, FloatArray]:
        """Parameters of people with random effects of shape (..., P): each of shape (...)."""
        factors = dict(zip(self.names, np.moveaxis(np.exp(etas), -1, 0), strict=True))
        alike = np.ones(etas.shape[:-1])
        return {name: value * factors.get(name, alike) for name, value in self.parameters.items()}

    def case(self, schedule: Schedule, levels: Sequence[Level]) -> Case:
        """The arrays that an engine works on.

        Raises:
            InputRefused: naming its row, when a level is before the first dose, of another analyte, or from blood
                that the model is not about.
        """
        if not schedule.infusions and not schedule.boluses:
            raise InputRefused(
                "doses", given="none", allowed="at least one", mend="give what entered, and when"
            )
        start = schedule.breaks_min()[0]
        for level in levels:
            self._check(level, start_min=float(start))
        minutes = np.array([level.minutes for level in levels], dtype=np.float64)
        bare = self.asked(schedule, minutes, analyte=self.analyte)
        weights = [self._weights(level.analyte) for level in levels]
        residuals = [self.residuals[level.analyte] for level in levels]
        return bare._replace(
            weights=np.array(weights, dtype=np.float64).reshape(len(levels), len(self.systems)),
            levels_ng_per_ml=np.array([level.ng_per_ml for level in levels], dtype=np.float64),
            below=np.array([level.below for level in levels], dtype=np.bool_),
            proportional=np.array([one.proportional for one in residuals], dtype=np.float64),
            additive=np.array([one.additive_ng_per_ml for one in residuals], dtype=np.float64),
        )

    def asked(self, schedule: Schedule, minutes: FloatArray, *, analyte: Analyte) -> Case:
        """A case without levels, to predict at these minutes."""
        return self.template._replace(
            inputs=inputs_of(schedule),
            times_min=minutes,
            weights=np.tile(self._weights(analyte), (minutes.size, 1)),
            levels_ng_per_ml=np.zeros(minutes.size),
            below=np.zeros(minutes.size, dtype=np.bool_),
            proportional=np.ones(minutes.size),
            additive=np.zeros(minutes.size),
        )

    def _weights(self, analyte: Analyte) -> FloatArray:
        counted = self.counted[analyte]
        return np.array([one.share * (place in counted) for place, one in enumerate(self.systems)])

    def _check(self, level: Level, *, start_min: float) -> None:
        if level.minutes <= start_min:
            raise level.refused(
                f"drawn at {level.minutes:g} min, the first dose starts at {start_min:g} min",
                allowed="levels after the first dose",
                mend="check the times; a level before any dose says nothing of this model's",
            )
        if level.analyte not in self.counted:
            raise level.refused(
                level.analyte,
                allowed=f"{' or '.join(self.counted)} after {self.drug} in {self.model.id}",
                mend=_other_analyte(self),
            )
        if not self.model.compares_with(level.site):
            raise level.refused(
                f"{level.site} blood",
                allowed=f"{self.model.blood.reads_as} blood, which {self.model.id} is about",
                mend="choose a model of that blood; during an infusion arterial runs up to 50 % above venous",
            )


def _other_analyte(prior: Prior) -> str:
    if prior.drug is Drug.ESKETAMINE:
        return "after esketamine an ordinary assay measures S-ketamine: write that if it is so"
    return "choose a model that gives this substance"


def prior_of(
    model: KineticModel,
    drug: Drug,
    *,
    weight_kg: float,
    residual: Residual | None = None,
    metabolites: bool = False,
) -> Prior:
    """A model made ready for one person.

    Args:
        model: one with published or borrowed variability.
        drug: what is given.
        weight_kg: body weight, above 0 and at most 350 kg.
        residual: instead of the model's own, for every analyte.
        metabolites: whether levels of metabolites are to be fitted too, where the model has them. They bring random
            effects of their own and flows that run one way, which the plain engine alone can do.

    Raises:
        InputRefused: when the model has no variability between people, does not take the drug, or cannot be
            fitted.

    Example:
        >>> from unloop.science.pharmacokinetics import Drug, model
        >>> prior_of(model("otto-2021"), Drug.ESKETAMINE, weight_kg=70.0).names
        ('V1', 'CL')
    """
    names, covariance = _spread(model, model.between_all if metabolites else model.between)
    typical, parts = model.typical(weight_kg), model.parts_of(drug)
    found = [
        (
            part.analyte,
            system(partial(model.graph, part=part), parameters=typical, varying=names, share=part.share),
        )
        for part in parts
    ]
    if metabolites:
        found += [made for part in parts for made in _made(model, part, typical=typical, names=names)]
    systems = [one for _, one in found]
    kept = _moving(systems, covariance)
    counted = _places([analyte for analyte, _ in found]) | {model.analyte_of(drug): tuple(range(len(parts)))}
    moved = tuple(replace(one, exponents=one.exponents[:, kept]) for one in systems)
    spread = covariance[np.ix_(kept, kept)]
    template = _template(moved, spread)
    return Prior(
        model=model,
        drug=drug,
        weight_kg=weight_kg,
        names=tuple(names[place] for place in kept),
        covariance=spread,
        parameters=typical,
        systems=moved,
        template=template,
        reversible=reversible(template),
        root=np.asarray(np.linalg.cholesky(spread), dtype=np.float64),
        starts=_starts(spread),
        counted=counted,
        residuals={analyte: residual or residual_of(model, analyte) for analyte in counted},
    )


def _places(analytes: Sequence[Analyte]) -> dict[Analyte, tuple[int, ...]]:
    """Which of the systems make up each analyte."""
    return {
        analyte: tuple(place for place, one in enumerate(analytes) if one == analyte) for analyte in analytes
    }


def _starts(covariance: FloatArray) -> FloatArray:
    variances, axes = np.linalg.eigh(covariance)
    signs = np.where(np.arange(variances.size) % 2 == 0, START_SDS, -START_SDS)
    return np.concatenate([np.zeros((1, variances.size)), (axes * np.sqrt(variances) * signs).T])


def _template(systems: Sequence[System], covariance: FloatArray) -> Case:
    n = max(one.n for one in systems)
    padded = [one if one.n == n else one.padded(n) for one in systems]
    nothing = np.zeros(0)
    return Case(
        typical=np.array([one.typical for one in padded]),
        exponents=np.array([one.exponents for one in padded]),
        observed=np.array([one.observed for one in padded], dtype=np.int64),
        inputs=np.zeros((0, 3)),
        times_min=nothing,
        weights=np.zeros((0, len(padded))),
        levels_ng_per_ml=nothing,
        below=np.zeros(0, dtype=np.bool_),
        proportional=nothing,
        additive=nothing,
        precision=np.asarray(np.linalg.inv(covariance), dtype=np.float64),
    )


def _made(
    model: KineticModel, part: Part, *, typical: Mapping[str, float], names: tuple[str, ...]
) -> Iterable[tuple[Analyte, System]]:
    """The metabolites of one substance that can be fitted: formed by powers of parameters that stay as they are."""
    if any("CL_rise" in made.parameters for made in model.metabolites):
        return
    whole = whole_system(model, typical, part)

    def build(parameters: Mapping[str, float]) -> CompartmentGraph:
        return whole_system(model, parameters, part).graph

    for analyte, place in whole.observed.items():
        if analyte is not part.analyte:
            share = part.share * whole.mg_per_parent_mg[analyte]
            try:
                yield (
                    analyte,
                    system(build, parameters=typical, varying=names, observed=place, share=share),
                )
            except InputRefused:  # a share that goes with a random effect
                continue


def _moving(systems: Sequence[System], covariance: FloatArray) -> list[int]:
    """The random effects that move any level, or go along with one that does; the rest would stay at zero."""
    moving = np.any([np.any(one.exponents != 0, axis=0) for one in systems], axis=0)
    for _ in range(moving.size):
        moving |= (covariance[:, moving] != 0).any(axis=1)
    return [int(place) for place in np.flatnonzero(moving)]


def _spread(model: KineticModel, between: LogNormal | Unknown | None) -> tuple[tuple[str, ...], FloatArray]:
    """The varying parameters and the covariance of their random effects."""
    chosen = model.between if between is None else between
    match chosen:
        case Unknown(reason=reason):
            raise InputRefused(
                f"model {model.id}",
                given="no variability between people",
                allowed="a model with a published spread, such as otto-2021",
                mend=f"choose another model; {reason}, and without it nobody can say how unusual a person is",
            )
        case LogNormal(parameters=names, covariance=rows):
            covariance = np.array(rows, dtype=np.float64)
        case _:
            assert_never(chosen)
    if not np.min(np.linalg.eigvalsh(covariance)) > 0:
        raise InputRefused(
            f"variability of {model.id}",
            given="a variance of 0",
            allowed="variances above 0",
            mend="leave a parameter that does not vary out of the file's list",
        )
    return tuple(names), covariance


def residual_of(model: KineticModel, analyte: Analyte) -> Residual:
    """How far a level of an analyte may lie from its prediction, as printed, or as assumed where nothing was."""
    printed = {made.analyte: made.residual for made in model.metabolites}.get(analyte, model.residual)
    source = f"{model.source.citation}, as in the model's file"
    match printed:
        case Proportional(sd=sd, scale="log"):
            return Residual(float(np.sqrt(np.expm1(sd * sd))), source=f"{source}, there on the log scale")
        case Proportional(sd=sd):
            return Residual(sd, source=source)
        case Combined(sd=sd, additive_nmol_per_ml=additive):
            return Residual(sd, additive_ng_per_ml=additive * analyte.g_per_mol, source=source)
        case Unknown():
            return USUAL_RESIDUAL
        case _:
            assert_never(printed)
