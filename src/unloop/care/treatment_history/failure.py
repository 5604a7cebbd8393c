"""Whether a past treatment failed, judged apart from whether it was adequate."""

from __future__ import annotations

from unloop.facts import Record
from unloop.rules import Truth

LEAST_FALL_PERCENT = 25.0
"""A smaller fall of the Y-BOCS than this is no partial response (Mataix-Cols et al. 2016, PMC4780290)."""

_HIGHEST_YBOCS = 50  # of the second edition; the first ends at 40


def failed(treatment: Record) -> Truth:
    """Whether a treatment did not help enough: by the Y-BOCS before and after, else by what was said of it.

    A treatment that was not tolerated did not fail, whatever the scores say: nobody knows what it would have done.

    Args:
        treatment: a record of `sri_treatments` or `psychotherapies`.
    """
    stated = treatment.get("outcome")
    if stated == "intolerance":
        return Truth.FALSE
    before, after = _score(treatment, "ybocs_before"), _score(treatment, "ybocs_after")
    if before and after is not None:
        return Truth.TRUE if 100 * (before - after) / before < LEAST_FALL_PERCENT else Truth.FALSE
    match stated:
        case "none":
            return Truth.TRUE
        case "partial" | "response":
            return Truth.FALSE
        case _:
            return Truth.UNKNOWN


def _score(treatment: Record, key: str) -> float | None:
    value = treatment.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _HIGHEST_YBOCS:
        return None
    return float(value)
