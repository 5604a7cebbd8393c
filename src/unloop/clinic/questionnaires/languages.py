"""In which language a person reads: chosen by the person, else on the sheet that made the link, else the clinic's."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from django.conf import settings

from unloop.clinic.people.services import clinic_here
from unloop.clinic.questionnaires.models import Invitation
from unloop.quantity import InputRefused

FIRST = "en"
"""The language in which our own words were written."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language in which a person can answer.

    Attributes:
        code: as in `lang` attributes.
        name: in the language itself.
        reviewed: by whom and when the translation was reviewed clinically; empty while it was not.
    """

    code: str
    name: str
    reviewed: str


@cache
def languages() -> tuple[Language, ...]:
    """Every language, in the order in which it is offered."""
    text = (resources.files("unloop.clinic.questionnaires") / "translations.toml").read_text("utf-8")
    return tuple(Language(code, one["name"], one["reviewed"]) for code, one in tomllib.loads(text).items())


def language(code: str) -> Language:
    """The language with this code.

    Raises:
        InputRefused: nobody can answer in it.
    """
    found = next((one for one in languages() if one.code == code), None)
    if found is None:
        raise InputRefused("language", given=code, allowed=", ".join(one.code for one in languages()),
                           mend="choose one of these")  # fmt: skip
    return found


def language_of(invitation: Invitation) -> Language:
    """The language that this link speaks."""
    organisation = clinic_here().organisation
    wanted = (invitation.language, invitation.person.language, organisation.language if organisation else "")
    offered = {one.code: one for one in languages()}
    spoken = (offered[code] for code in (one.partition("-")[0] for one in wanted) if code in offered)
    return next(spoken, offered.get(settings.LANGUAGE_CODE) or offered[FIRST])
