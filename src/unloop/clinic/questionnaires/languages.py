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
    return _first_offered(invitation.language, invitation.person.language) or clinic_language()


def clinic_language() -> Language:
    """The language in which the clinic works, and clinicians rate."""
    organisation = clinic_here().organisation
    offered = {one.code: one for one in languages()}
    own = _first_offered(organisation.language if organisation else "")
    return own or offered.get(settings.LANGUAGE_CODE) or offered[FIRST]


def _first_offered(*wanted: str) -> Language | None:
    """The first of these in which somebody can answer; `es-MX` is answered in Spanish."""
    offered = {one.code: one for one in languages()}
    return next((offered[code] for one in wanted if (code := main_part(one)) in offered), None)


def main_part(code: str) -> str:
    """The language of a tag without its country: `es` of `es-MX`."""
    return code.partition("-")[0].lower()
