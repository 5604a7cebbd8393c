"""One rating of a course: the Y-BOCS total with the clinical global impressions of the same visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unloop.quantity.refusal import InputRefused

YBOCS_HIGHEST = 40
CGI_RANGE = (1, 7)


@dataclass(frozen=True, slots=True)
class Rating:
    """A Y-BOCS total, 0 to 40 points, and the CGI of the same visit where it was given.

    Attributes:
        at: when, with an offset.
        total: Y-BOCS points.
        cgi_i: improvement since baseline, 1 far better to 7 far worse; None where it was not rated.
        cgi_s: severity, 1 no illness to 7 the most ill; None where it was not rated.
    """

    at: datetime
    total: float
    cgi_i: int | None = None
    cgi_s: int | None = None

    def __post_init__(self) -> None:
        _check_time("rating at", self.at)
        if not 0 <= self.total <= YBOCS_HIGHEST:
            raise InputRefused(
                "Y-BOCS total",
                given=self.total,
                allowed=f"0 to {YBOCS_HIGHEST} points",
                mend="look at the rating again",
            )
        low, high = CGI_RANGE
        for where, given in (("CGI-I", self.cgi_i), ("CGI-S", self.cgi_s)):
            if given is not None and not low <= given <= high:
                raise InputRefused(
                    where, given=given, allowed=f"{low} to {high}", mend="look at the rating again"
                )


class LeavingReason(StrEnum):
    """Why a treatment or a study was left early; only worsening of OCD counts towards relapse."""

    SEVERE_WORSENING = "severe-worsening"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person left early."""

    at: datetime
    reason: LeavingReason

    def __post_init__(self) -> None:
        _check_time("left at", self.at)


def _check_time(where: str, at: datetime) -> None:
    if at.tzinfo is None:
        raise InputRefused(
            where, given=at.isoformat(), allowed="a time with its offset", mend="say which zone"
        )
