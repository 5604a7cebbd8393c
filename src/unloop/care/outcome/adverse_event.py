"""What went wrong for a person, whether or not the treatment did it: named, graded, and followed to its end.

Grades run from 1 mild over 2 moderate, 3 severe and 4 life-threatening to 5 death, in the manner of the Common
Terminology Criteria for Adverse Events (NCI, version 5.0 of 27 November 2017, its general guideline read in a copy of
the document); what makes an event serious is the list of ICH E2A of 1994 (read as others cite it: FDA 21 CFR 312.32 and
glossaries of sponsors, which agree). The words are our own. Grade and seriousness are two questions: a severe event need
not be serious.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from unloop.quantity.refusal import InputRefused

LONGEST_TERM = 120


class Grade(IntEnum):
    """How bad it was."""

    MILD = 1
    MODERATE = 2
    SEVERE = 3
    LIFE_THREATENING = 4
    DEATH = 5


class Relatedness(StrEnum):
    """Whether a clinician thinks that the treatment did it."""

    UNRELATED = "unrelated"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    CERTAIN = "certain"
    NOT_ASSESSED = "not-assessed"


class ActionTaken(StrEnum):
    """What was done about it."""

    NONE = "none"
    TREATED = "treated"
    INFUSION_SLOWED = "infusion-slowed"
    INFUSION_STOPPED = "infusion-stopped"
    TREATMENT_PAUSED = "treatment-paused"
    TREATMENT_ENDED = "treatment-ended"


class EventOutcome(StrEnum):
    """What became of it."""

    RESOLVED = "resolved"
    RESOLVING = "resolving"
    NOT_RESOLVED = "not-resolved"
    RESOLVED_WITH_SEQUELAE = "resolved-with-sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"


class Seriousness(StrEnum):
    """What makes an event serious, whatever its grade."""

    DEATH = "death"
    LIFE_THREATENING = "life-threatening"
    HOSPITAL = "hospital"
    DISABILITY = "disability"
    BIRTH_DEFECT = "birth-defect"
    OTHER_IMPORTANT = "other-important"


Record = Mapping[str, object]
"""The one entry of the fact `adverse_event`."""


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event of one person.

    Attributes:
        term: what it was, in the clinician's words.
        onset: when it began, with an offset.
        serious: what makes it serious; empty where nothing does.
        ended_on: the day on which it was over.
    """

    term: str
    onset: datetime
    grade: Grade
    relatedness: Relatedness
    action: ActionTaken
    outcome: EventOutcome
    serious: frozenset[Seriousness] = frozenset()
    ended_on: date | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.term.strip()) <= LONGEST_TERM:
            raise InputRefused("term", given=len(self.term), allowed=f"1 to {LONGEST_TERM} letters",
                               mend="name it in a few words")  # fmt: skip
        if self.onset.tzinfo is None:
            raise InputRefused("onset", given=self.onset.isoformat(), allowed="a time with its offset",
                               mend="say which zone")  # fmt: skip
        _check_death(self)
        if self.grade is Grade.LIFE_THREATENING and Seriousness.LIFE_THREATENING not in self.serious:
            raise InputRefused("serious", given="not life-threatening", allowed="life-threatening, at grade 4",
                               mend="mark it as life-threatening, or choose another grade")  # fmt: skip
        if self.ended_on is not None and self.ended_on < self.onset.date():
            raise InputRefused("ended_on", given=self.ended_on.isoformat(), allowed="not before it began",
                               mend="correct one of the two days")  # fmt: skip

    @property
    def is_serious(self) -> bool:
        """Whether somebody has to look at it at once."""
        return bool(self.serious)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be expected of it."""
        return self.outcome in {
            EventOutcome.RESOLVED,
            EventOutcome.RESOLVED_WITH_SEQUELAE,
            EventOutcome.FATAL,
        }

    @property
    def may_be_related(self) -> bool:
        """Whether nobody has said that the treatment did not do it; what was not assessed may be."""
        return self.relatedness not in {Relatedness.UNRELATED, Relatedness.UNLIKELY}


def _check_death(event: AdverseEvent) -> None:
    said = {
        event.grade is Grade.DEATH,
        event.outcome is EventOutcome.FATAL,
        Seriousness.DEATH in event.serious,
    }
    if len(said) > 1:
        raise InputRefused("outcome", given="a death in one place and none in another",
                           allowed="grade 5, the outcome fatal and serious by death together, or none of them",
                           mend="say it in all three places, or in none")  # fmt: skip


def read_adverse_event(record: Record, onset: datetime) -> AdverseEvent:
    """An adverse event from the value of the fact `adverse_event`, which is true at its onset.

    Raises:
        InputRefused: something is missing, or cannot be.
    """
    ended = str(record.get("ended_on") or "")
    serious = str(record.get("serious") or "").split()
    try:
        return AdverseEvent(
            term=str(record.get("term") or ""), onset=onset, grade=Grade(int(float(str(record.get("grade"))))),
            relatedness=Relatedness(str(record.get("relatedness"))), action=ActionTaken(str(record.get("action"))),
            outcome=EventOutcome(str(record.get("outcome"))), serious=frozenset(Seriousness(one) for one in serious),
            ended_on=date.fromisoformat(ended) if ended else None,
        )  # fmt: skip
    except ValueError as error:
        raise InputRefused("adverse event", given=str(error), allowed="the words of its fields",
                           mend="record it on its own page") from None  # fmt: skip


def write_adverse_event(event: AdverseEvent) -> dict[str, object]:
    """The event as the one entry of the fact `adverse_event`, which `read_adverse_event` reads back."""
    written: dict[str, object] = {
        "term": event.term.strip(), "grade": float(event.grade), "relatedness": event.relatedness.value,
        "action": event.action.value, "outcome": event.outcome.value,
    }  # fmt: skip
    if event.serious:
        written["serious"] = " ".join(sorted(event.serious))
    if event.ended_on is not None:
        written["ended_on"] = event.ended_on.isoformat()
    return written
