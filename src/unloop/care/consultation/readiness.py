"""Whether somebody is ready to choose: four yes-or-no answers, after the SURE test (Légaré 2010, Can Fam Physician 56).

The printed wording is O'Connor's and Légaré's (2008) and does not ship; ours is our own and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping

CERTAIN = 4
"""Yes to all four; three or fewer point to conflict about the decision (Légaré 2010)."""


def ready_to_choose(answers: Mapping[str, bool | None]) -> bool | None:
    """Whether every answer is yes.

    Returns:
        None while an answer is missing and none of the others is no.
    """
    said = list(answers.values())
    if any(one is False for one in said):
        return False
    return True if len(said) >= CERTAIN and all(one is True for one in said) else None
