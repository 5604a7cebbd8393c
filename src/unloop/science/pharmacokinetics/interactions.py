"""What other drugs and genes do to exposure, as data: ratios by route, each with its size and source."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.parameter import Positive, Provenance, Strict, Text
from unloop.science.pharmacokinetics.schedule import Route


class WellStirred(Strict):
    """A liver that clears what its blood flow brings: CL = QH f CLint / (QH + f CLint)."""

    liver_flow_l_per_h: Positive
    intrinsic_clearance_l_per_h: Positive
    source: Text
    provenance: Provenance

    def clearance_ratio(self, intrinsic_times: float) -> float:
        """Plasma clearance after intrinsic clearance was multiplied, over what it was before."""
        flow, intrinsic = self.liver_flow_l_per_h, self.intrinsic_clearance_l_per_h
        return intrinsic_times * (flow + intrinsic) / (flow + intrinsic_times * intrinsic)

    def intrinsic_times(self, clearance_ratio: float) -> float:
        """What intrinsic clearance is multiplied by where plasma clearance changes by this ratio.

        Raises:
            InputRefused: when no intrinsic clearance could raise the plasma clearance so far.
        """
        flow, intrinsic = self.liver_flow_l_per_h, self.intrinsic_clearance_l_per_h
        most = (flow + intrinsic) / intrinsic
        if not 0 < clearance_ratio < most:
            raise InputRefused(
                "clearance ratio",
                given=clearance_ratio,
                allowed=f"above 0 and below {most:.3g}, where the liver takes all that reaches it",
                mend="check the ratio",
            )
        return clearance_ratio * flow / (flow + intrinsic - clearance_ratio * intrinsic)


class Exposure(Strict):
    """By how much an exposure changes after one route."""

    route: Route
    auc_ratio: Positive
    cmax_ratio: Positive | None = None
    basis: Literal["observed", "predicted"]
    source: Text
    provenance: Provenance


class Interaction(Strict):
    """A drug taken beside ketamine."""

    id: Text
    what: Text
    intrinsic_clearance_times: Positive
    derived_from: Text
    exposure: Annotated[tuple[Exposure, ...], Field(min_length=1)]

    def after(self, route: Route) -> Exposure | None:
        """The change after one route, or None where none is known."""
        return next((one for one in self.exposure if one.route is route), None)


class Genotype(Strict):
    """One pair of alleles and the clearance printed for it."""

    id: Text
    clearance_l_per_h: Positive
    clearance_ratio: Positive


class Genotypes(Strict):
    """Where the clearances by genotype come from, and what speaks against them."""

    gene: Text
    route: Text
    source: Text
    provenance: Provenance
    against: Text


class Women(Strict):
    """Women's clearance over men's."""

    clearance_ratio: Positive
    source: Text
    provenance: Provenance


class Interactions(Strict):
    """The whole file."""

    well_stirred: WellStirred
    interaction: Annotated[tuple[Interaction, ...], Field(min_length=1)]
    genotype: Annotated[tuple[Genotype, ...], Field(min_length=1)]
    genotypes: Genotypes
    women: Women

    def interaction_with(self, drug: str) -> Interaction:
        """The interaction with a drug by its id.

        Raises:
            InputRefused: when there is none, which does not mean that there is no effect.
        """
        known = {one.id: one for one in self.interaction}
        if drug not in known:
            raise InputRefused(
                "interaction",
                given=drug,
                allowed=", ".join(known),
                mend="choose one of these; for another drug no size is known here, which is not the same as none",
            )
        return known[drug]

    def genotype_of(self, alleles: str) -> Genotype:
        """What was printed for a genotype.

        Raises:
            InputRefused: when nothing was.
        """
        known = {one.id: one for one in self.genotype}
        if alleles not in known:
            raise InputRefused(
                f"{self.genotypes.gene} genotype",
                given=alleles,
                allowed=", ".join(known),
                mend="give one of the printed genotypes",
            )
        return known[alleles]


@cache
def known_interactions() -> Interactions:
    """What ships with the library.

    Example:
        >>> oral = known_interactions().interaction_with("ticlopidine").after(Route.ORAL)
        >>> oral.auc_ratio, oral.basis
        (2.4, 'observed')
    """
    text = files("unloop.science.pharmacokinetics").joinpath("interactions.toml").read_text(encoding="utf-8")
    return Interactions.model_validate_json(json.dumps(tomllib.loads(text)))
