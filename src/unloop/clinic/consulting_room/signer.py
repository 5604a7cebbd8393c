"""Who signs: what is laid down, agreed to or cleared has somebody's name."""

from __future__ import annotations

from uuid import UUID

from unloop.clinic.audit.services import current_actor
from unloop.quantity import InputRefused


def signer() -> UUID:
    """The member of staff who acts now.

    Raises:
        InputRefused: nobody does, as in a command of the installation itself.
    """
    actor = current_actor()
    if actor.id is None:
        raise InputRefused(
            "signer", given=actor.kind.value, allowed="a member of staff", mend="sign in and do it by hand"
        )
    return actor.id
