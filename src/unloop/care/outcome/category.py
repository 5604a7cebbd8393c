"""The words for an outcome, and what is said with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Category(StrEnum):
    """The consensus words, and the two honest ones beside them."""

    NOT_RATED = "not rated"
    NOT_YET_SAID = "not yet said"
    NO_RESPONSE = "no response"
    PARTIAL_RESPONSE = "partial response"
    RESPONSE = "response"
    REMISSION = "remission"
    RECOVERY = "recovery"
    RELAPSE = "relapse"


class Basis(StrEnum):
    """Whether everything stands behind a category that its definition asks for, or the score alone."""

    WITH_CGI = "with CGI"
    BY_SCORE_ONLY = "by score only"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason in words: a template for translators and the values that fill it."""

    template: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What can be said at a moment.

    Attributes:
        category: what has been shown for as long as its definition asks.
        basis: `WITH_CGI` only when no rating that decides lacks the CGI that the definition asks for.
        pending: a category whose criteria are met now but not yet for long enough ("not yet a week").
        since: the first rating of the unbroken run behind `category`, or behind `pending` where nothing is shown yet.
        reasons: why, in words with their numbers.
        source: of the definitions.
    """

    category: Category
    basis: Basis
    reasons: tuple[Reason, ...]
    source: str
    pending: Category | None = None
    since: datetime | None = None
