"""Whether a past treatment failed, judged apart from whether it was adequate."""

from __future__ import annotations

from unloop.facts import Record
from unloop.rules import Truth

NOT_MUCH_BETTER = 3
"""From this CGI-I on (minimally improved) a smaller fall is a failure too; 1 and 2 are improved (procedure of the
consensus, from memory)."""

LEAST_FALL_PERCENT = 25.0
"""A smaller fall of the Y-BOCS than this is no partial response (Mataix-Cols et al. 2016, PMC4780290)."""

_HIGHEST_YBOCS = 50  # of the second edition; the first ends at 40


def failed(treatment: Record) -> Truth:
    """Whether a treatment did not help enough: by the Y-BOCS before and after, else by what was said of it.

    A fall of less than a quarter is a failure unless the clinician's impression, where it is known, says that the
    person was much better. A treatment that was not tolerated did not fail, whatever the scores say: nobody knows what it would have done.

    Args:
        treatment: a record of any kind of treatment.
    """
    stated = treatment.get("outcome")
    if stated == "intolerance":
        return Truth.FALSE
    before, after = _score(treatment, "ybocs_before"), _score(treatment, "ybocs_after")
    if before and after is not None:
        small = 100 * (before - after) / before < LEAST_FALL_PERCENT
        return Truth.TRUE if small and not _much_better(treatment) else Truth.FALSE
    match stated:
        case "none":
            return Truth.TRUE
        case "partial" | "response":
            return Truth.FALSE
        case _:
            return Truth.UNKNOWN


def _much_better(treatment: Record) -> bool:
    value = treatment.get("cgi_i")
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 1 <= value < NOT_MUCH_BETTER


def _score(treatment: Record, key: str) -> float | None:
    value = treatment.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _HIGHEST_YBOCS:
        return None
    return float(value)
