"""The sheet that is talked through before consent, as data: statements with sources, and what is asked back."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from unloop.quantity import InputRefused


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Statement(_Part):
    """One thing that is said, in plain words, with its source.

    Attributes:
        range: what the count behind it leaves open, in words.
        events, of: the count of the treated people; `control_events`, `control_of`: of the others.
    """

    id: StrictStr
    text: StrictStr
    source: StrictStr
    range: StrictStr = ""
    events: Annotated[int | None, Field(ge=0)] = None
    of: Annotated[int | None, Field(gt=0)] = None
    control_events: Annotated[int | None, Field(ge=0)] = None
    control_of: Annotated[int | None, Field(gt=0)] = None


class Section(_Part):
    """Statements under one heading."""

    id: StrictStr
    title: StrictStr
    statement: tuple[Statement, ...]


class Question(_Part):
    """A question asked back in teach-back, and what a right answer holds."""

    id: StrictStr
    text: StrictStr
    listen_for: StrictStr


class Sheet(_Part):
    """The whole sheet."""

    version: StrictStr
    language: StrictStr
    title: StrictStr
    decision: StrictStr
    updated: date
    update_policy: StrictStr
    funding: StrictStr
    section: tuple[Section, ...]
    question: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A version of the sheet, by the hash of its bytes: what a consent is bound to."""

    sheet: Sheet
    sha256: str

    @property
    def version(self) -> str:
        """Version of the text."""
        return self.sheet.version


@cache
def consent_text(language: str = "en") -> ConsentText:
    """The sheet in a language.

    Raises:
        InputRefused: there is no sheet in this language.
    """
    file = resources.files("unloop.care.consultation").joinpath("texts", f"sheet-{language}.toml")
    if not file.is_file():
        raise InputRefused(
            "language", given=language, allowed="en", mend="use the English sheet with an interpreter"
        )
    data = file.read_bytes()
    return ConsentText(Sheet.model_validate(tomllib.loads(data.decode())), hashlib.sha256(data).hexdigest())
