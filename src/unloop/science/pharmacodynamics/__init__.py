"""Ketamine pharmacodynamics: the effect site, and what is known of effects at a concentration.

In a notebook::

    from unloop.science.pharmacodynamics import effect, effect_site_ng_per_ml

    dissociation = effect("dissociation")
    site = effect_site_ng_per_ml(graph, schedule, minutes, ke0_per_h=dissociation.ke0_per_h)
    percent = dissociation.percent_of_maximum(site)

`absent_effects()` says what is not modelled and why; `observations()` are courses that studies saw, never a model's.
"""

from __future__ import annotations

from unloop.science.pharmacodynamics.catalogue import (
    Absent,
    Effect,
    Estimated,
    Observation,
    Point,
    absent_effects,
    effect,
    effect_ids,
    observations,
)
from unloop.science.pharmacodynamics.effect_site import effect_site_ng_per_ml

__all__ = [
    "Absent",
    "Effect",
    "Estimated",
    "Observation",
    "Point",
    "absent_effects",
    "effect",
    "effect_ids",
    "effect_site_ng_per_ml",
    "observations",
]
