"""What a gate answers: ready, or not ready with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from unloop.facts import Absence
from unloop.protocol import Gate, Override, Source
from unloop.rules import Gap, Truth, Use


class Outcome(StrEnum):
    """What one rule means for the gate."""

    PASSES = "passes"
    DOES_NOT_APPLY = "does-not-apply"
    OVERRIDDEN = "overridden"
    EXCLUDES = "excludes"
    MISSING = "missing"
    STALE = "stale"

    @property
    def opens(self) -> bool:
        """Whether a gate may open over this outcome."""
        return self in {Outcome.PASSES, Outcome.DOES_NOT_APPLY, Outcome.OVERRIDDEN}


class Standing(StrEnum):
    """What kind of rule it is, as the evaluation page sorts them."""

    REQUIRED = "required"
    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    ITEM = "item"
    MEDICINE = "medicine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer, with what it rested on, what it lacked, and who says so.

    Attributes:
        rule, title: id and short name.
        standing: kind of rule.
        answer: of the rule's condition; for items, whether everything asked is there.
        outcome: what that means for the gate.
        used, missing: facts read, and facts that would have to be answered.
        words: the condition in plain words.
        why, basis, sources: the reason and who says so.
        override: who could go on although the rule stands against it; None where nobody can.
    """

    rule: str
    title: str
    standing: Standing
    answer: Truth
    outcome: Outcome
    used: tuple[Use, ...]
    missing: tuple[Gap, ...]
    words: str
    why: str
    basis: str
    sources: tuple[Source, ...]
    override: Override | None = None

    @property
    def source(self) -> str:
        """The sources in one line."""
        return "; ".join(source.cite for source in self.sources)

    @property
    def unverified(self) -> bool:
        """Whether the rule rests on memory alone."""
        return all(source.seen == "memory" for source in self.sources)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of which document, and when.

    Attributes:
        gate: which of the three.
        protocol, version, sha256: the document.
        at: the moment that was judged.
        session: the infusion session, for start and discharge.
        verdicts: every rule's answer, in document order.
    """

    gate: Gate
    protocol: str
    version: str
    sha256: str
    at: datetime
    session: str | None
    verdicts: tuple[Verdict, ...]

    def with_outcome(self, *outcomes: Outcome) -> tuple[Verdict, ...]:
        """The verdicts with these outcomes, in document order."""
        return tuple(verdict for verdict in self.verdicts if verdict.outcome in outcomes)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts whose absence keeps the gate shut, each once."""
        shut = self.with_outcome(Outcome.MISSING, Outcome.STALE)
        return tuple(dict.fromkeys(gap.code for verdict in shut for gap in verdict.missing))


@dataclass(frozen=True, slots=True)
class Expiry:
    """A fact on which the answer rests, and when it stops counting."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ready(Asked):
    """Proof that every rule was answered and none stands against it; made by `judge` alone.

    Attributes:
        expiries: when each fact stops counting, the first to expire first.
    """

    expiries: tuple[Expiry, ...]

    @property
    def valid_until(self) -> datetime | None:
        """When the first fact stops counting; None when none does."""
        return self.expiries[0].at if self.expiries else None


@dataclass(frozen=True, slots=True)
class NotReady(Asked):
    """The gate stays shut; `verdicts` hold every reason."""

    @property
    def excluding(self) -> tuple[Verdict, ...]:
        """Answers that are in and stand against treatment."""
        return self.with_outcome(Outcome.EXCLUDES)


def outcome_of_gaps(gaps: tuple[Gap, ...]) -> Outcome:
    """Out of date when everything that is missing was answered once; else missing."""
    return Outcome.STALE if gaps and all(gap.absence is Absence.STALE for gap in gaps) else Outcome.MISSING
