"""The laboratory's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.laboratory.exposure import SHOWN_MODELS, Curve, Point, charted_curves, expected_curves

__all__ = ["SHOWN_MODELS", "Curve", "Point", "charted_curves", "expected_curves"]
