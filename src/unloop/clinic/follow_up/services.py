"""The follow-up app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.follow_up.planning import plan_follow_up

__all__ = ["plan_follow_up"]
