"""Ketamine pharmacokinetics: published models as data, solved exactly.

In a notebook::

    import numpy as np
    from unloop.science.pharmacokinetics import Administration, Drug, Infusion, Schedule, band, model

    plan = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
    given = Administration(Drug.RACEMATE, plan, weight_kg=70.0)
    people = band(model("racemate-otto-2021"), given, np.arange(0, 241), subjects=1000, rng=np.random.default_rng(1))

`model_ids()` lists the models; each file in `models/` says where every value was read. Milligrams are ketamine
base; times are minutes; concentrations are ng/mL and always say of what and from which blood.
"""

from __future__ import annotations

from unloop.science.pharmacokinetics.adjustment import Traits, adjusted, by_clearance_ratio, by_weight_rule
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.changing import Stretch, changing_curve
from unloop.science.pharmacokinetics.drug import Analyte, Drug, SaltDose, Site, Weighed, as_base_mg
from unloop.science.pharmacokinetics.graph import CompartmentGraph, mammillary
from unloop.science.pharmacokinetics.interactions import known_interactions
from unloop.science.pharmacokinetics.kinetic_model import (
    Adjustment,
    Administration,
    KineticModel,
    SpreadKind,
    WeightRule,
)
from unloop.science.pharmacokinetics.library import (
    ModelRefused,
    for_clinic_screens,
    model,
    model_ids,
    partial_ids,
    racemate_on,
    read_model,
)
from unloop.science.pharmacokinetics.population import Band, band, draw_parameters, left_out
from unloop.science.pharmacokinetics.schedule import (
    AbsorbedDose,
    Bolus,
    Infusion,
    Route,
    Schedule,
    from_rate_changes,
)
from unloop.science.pharmacokinetics.simulation import (
    Curve,
    Peak,
    auc_ng_h_per_ml_to_infinity,
    auc_until_ng_h_per_ml,
    curve_of,
    peak,
    steady_state_ng_per_ml,
    typical_curve,
)
from unloop.science.pharmacokinetics.solver import (
    amounts_mg,
    areas_mg_min,
    auc_ng_h_per_ml,
    concentrations_ng_per_ml,
    eliminated_mg,
)
from unloop.science.pharmacokinetics.system import System, whole_system
from unloop.science.pharmacokinetics.verification import Comparison, verify

__all__ = [
    "AbsorbedDose",
    "Adjustment",
    "Administration",
    "Analyte",
    "Band",
    "Bolus",
    "Comparison",
    "CompartmentGraph",
    "Curve",
    "Drug",
    "FloatArray",
    "Infusion",
    "KineticModel",
    "ModelRefused",
    "Peak",
    "Route",
    "SaltDose",
    "Schedule",
    "Site",
    "SpreadKind",
    "Stretch",
    "System",
    "Traits",
    "Weighed",
    "WeightRule",
    "adjusted",
    "amounts_mg",
    "areas_mg_min",
    "as_base_mg",
    "auc_ng_h_per_ml",
    "auc_ng_h_per_ml_to_infinity",
    "auc_until_ng_h_per_ml",
    "band",
    "by_clearance_ratio",
    "by_weight_rule",
    "changing_curve",
    "concentrations_ng_per_ml",
    "curve_of",
    "draw_parameters",
    "eliminated_mg",
    "for_clinic_screens",
    "from_rate_changes",
    "known_interactions",
    "left_out",
    "mammillary",
    "model",
    "model_ids",
    "partial_ids",
    "peak",
    "racemate_on",
    "read_model",
    "steady_state_ng_per_ml",
    "typical_curve",
    "verify",
    "whole_system",
]
