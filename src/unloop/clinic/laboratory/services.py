"""The laboratory's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.laboratory.cohort import (
    PerHundred,
    PublishedResponse,
    PublishedShare,
    Share,
    per_hundred,
    published_response,
    share_of,
)
from unloop.clinic.laboratory.effects import (
    EffectCurve,
    EffectPoint,
    NotModelled,
    Observed,
    charted_effects,
    expected_effects,
    not_modelled,
    observed,
)
from unloop.clinic.laboratory.evidence import (
    Citation,
    StudyLine,
    StudyNumber,
    StudySlot,
    citation,
    known_of_ketamine,
    study_lines,
    study_number,
)
from unloop.clinic.laboratory.exposure import (
    SHOWN_MODELS,
    ByWeight,
    Curve,
    Point,
    charted_curves,
    expected_curves,
)
from unloop.clinic.laboratory.heredity import LifetimeRisk, lifetime_risk, risk_of_a_child

__all__ = [
    "SHOWN_MODELS",
    "ByWeight",
    "Citation",
    "Curve",
    "EffectCurve",
    "EffectPoint",
    "LifetimeRisk",
    "NotModelled",
    "Observed",
    "PerHundred",
    "Point",
    "PublishedResponse",
    "PublishedShare",
    "Share",
    "StudyLine",
    "StudyNumber",
    "StudySlot",
    "charted_curves",
    "charted_effects",
    "citation",
    "expected_curves",
    "expected_effects",
    "known_of_ketamine",
    "lifetime_risk",
    "not_modelled",
    "observed",
    "per_hundred",
    "published_response",
    "risk_of_a_child",
    "share_of",
    "study_lines",
    "study_number",
]
