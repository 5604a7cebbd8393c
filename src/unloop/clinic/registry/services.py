"""The registry's door: what the command line may use."""

from __future__ import annotations

from unloop.clinic.registry.cohort import Cohort, Counted, count_clinic

__all__ = ["Cohort", "Counted", "count_clinic"]
