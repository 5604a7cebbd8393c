"""Whether somebody can decide: four abilities, each looked at by itself (Appelbaum 2007, N Engl J Med 357:1834).

Nobody answers the conclusion. It follows from the four, and there is none while one of them was not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from unloop.quantity import InputRefused


class Ability(StrEnum):
    """What deciding about a treatment takes."""

    UNDERSTANDING = "understanding"
    APPRECIATING = "appreciating"
    REASONING = "reasoning"
    CHOICE = "choice"

    @property
    def question(self) -> str:
        """What is looked at, in our own words."""
        return _QUESTIONS[self]


_QUESTIONS = {
    Ability.UNDERSTANDING: "Understanding: says back what the treatment is, what it may do and what it may harm",
    Ability.APPRECIATING: "Appreciating: sees that this is about the person's own illness and own life",
    Ability.REASONING: "Reasoning: weighs the choices against each other by what matters to the person",
    Ability.CHOICE: "Expressing a choice: says one choice, and keeps to it",
}


def can_decide(found: Mapping[Ability, bool]) -> bool:
    """Whether all four are there.

    Raises:
        InputRefused: one was not looked at.

    Example:
        >>> can_decide(dict.fromkeys(Ability, True))
        True
    """
    missing = [one.value for one in Ability if one not in found]
    if missing:
        raise InputRefused("capacity", given=f"nothing on {', '.join(missing)}", allowed="all four abilities",
                           mend="look at each of them with the person")  # fmt: skip
    return all(found[one] for one in Ability)
