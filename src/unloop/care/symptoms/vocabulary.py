"""Obsessions and compulsions as the system speaks of them: dimensions, kinds, and a person's own words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from unloop.quantity.refusal import InputRefused

LONGEST_IN_OWN_WORDS = 300


class Dimension(StrEnum):
    """What obsessions are about; each is followed apart over time.

    The first four are the dimensions of the DOCS (contamination, responsibility for harm, symmetry,
    unacceptable thoughts); `OTHER` keeps what fits none of them. The words are ours.
    """

    CONTAMINATION = "contamination"
    HARM_AND_SAFETY_DOUBT = "harm-and-safety-doubt"
    SYMMETRY_AND_ORDER = "symmetry-and-order"
    UNACCEPTABLE_THOUGHTS = "unacceptable-thoughts"
    OTHER = "other"


class CompulsionKind(StrEnum):
    """What a person does, or does in the mind, because of an obsession."""

    CLEANING = "cleaning"
    CHECKING = "checking"
    COUNTING = "counting"
    REPEATING = "repeating"
    ORDERING = "ordering"
    MENTAL_RITUALS = "mental-rituals"
    REASSURANCE = "reassurance"


class LifeArea(StrEnum):
    """Where symptoms interfere; measured and drawn apart."""

    DAILY_ACTIVITIES = "daily-activities"
    RELATIONSHIPS = "relationships"
    WORK = "work"
    QUALITY_OF_LIFE = "quality-of-life"
    SLEEP = "sleep"


DIMENSION_LABELS = {
    Dimension.CONTAMINATION: "contamination",
    Dimension.HARM_AND_SAFETY_DOUBT: "harm and doubt about safety",
    Dimension.SYMMETRY_AND_ORDER: "symmetry and order",
    Dimension.UNACCEPTABLE_THOUGHTS: "unacceptable thoughts",
    Dimension.OTHER: "something else",
}

COMPULSION_LABELS = {
    CompulsionKind.CLEANING: "cleaning",
    CompulsionKind.CHECKING: "checking",
    CompulsionKind.COUNTING: "counting",
    CompulsionKind.REPEATING: "repeating",
    CompulsionKind.ORDERING: "putting in order",
    CompulsionKind.MENTAL_RITUALS: "rituals in the mind",
    CompulsionKind.REASSURANCE: "asking for reassurance",
}

LIFE_AREA_LABELS = {
    LifeArea.DAILY_ACTIVITIES: "daily activities",
    LifeArea.RELATIONSHIPS: "relationships",
    LifeArea.WORK: "work or study",
    LifeArea.QUALITY_OF_LIFE: "quality of life",
    LifeArea.SLEEP: "sleep",
}


@dataclass(frozen=True, slots=True)
class Obsession:
    """A target obsession: what it is about, and how the person puts it."""

    dimension: Dimension
    in_own_words: str

    def __post_init__(self) -> None:
        _check_words(self.in_own_words)


@dataclass(frozen=True, slots=True)
class Compulsion:
    """A target compulsion: what is done, how the person puts it, and the dimension it answers, if one is known."""

    kind: CompulsionKind
    in_own_words: str
    answers: Dimension | None = None

    def __post_init__(self) -> None:
        _check_words(self.in_own_words)


TargetSymptom = Obsession | Compulsion


def _check_words(words: str) -> None:
    """Refuse what cannot be shown in one line; the message never repeats what a person wrote."""
    allowed = f"1 to {LONGEST_IN_OWN_WORDS} printable characters on one line"
    if not words.strip():
        raise InputRefused("own words", given="nothing", allowed=allowed, mend="write a few words")
    if len(words) > LONGEST_IN_OWN_WORDS:
        raise InputRefused(
            "own words", given=f"{len(words)} characters", allowed=allowed, mend="write it shorter"
        )
    if not words.isprintable():
        raise InputRefused(
            "own words",
            given="a line break or a control character",
            allowed=allowed,
            mend="write it on one line",
        )
