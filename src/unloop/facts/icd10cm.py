"""The form of ICD-10-CM codes: a slip in one is another illness, or a diagnosis that no rule ever finds.

Only the form is looked at, never whether such a code exists: the list changes every October and is not shipped.

A code has three to seven characters: a letter, a digit, a digit or letter, and after a point up to four digits or
letters. `X` keeps the place of a character that a code does not have, so that the seventh stands seventh
(`W19.XXXA`); a code never ends in it, only headings do (`T36.0X`). The letter O stands in the first place alone:
elsewhere it is a zero that was mistyped. (Both were held against 24,628 headings of a public list.)
"""

from __future__ import annotations

import re
from typing import Final

from unloop.quantity.refusal import InputRefused

SYSTEM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
"""The name of the code system in FHIR."""

_CODE: Final = re.compile(r"[A-Z][0-9][0-9A-NP-Z](\.[0-9A-NP-Z]{0,3}[0-9A-NP-WYZ])?")
_BARE: Final = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_LONGEST: Final = 12
_ALLOWED: Final = "an ICD-10-CM code such as F42.2 or T43.205A"


def is_code(text: str) -> bool:
    """Whether a text has the form of an ICD-10-CM code."""
    return _CODE.fullmatch(text) is not None


def mended(text: str) -> str | None:
    """The one code that a slip of writing stands for: small letters, spaces, the point, O for 0.

    None where nothing, or not only the writing, is wrong: then a person has to look.
    """
    if is_code(text):
        return None
    bare = re.sub(r"[\s.,]", "", text).upper()
    if len(text) > _LONGEST or len(re.findall(r"[.,]", text)) > 1 or _BARE.fullmatch(bare) is None:
        return None
    rest = bare[1:].replace("O", "0")
    found = f"{bare[0]}{rest[:2]}" + (f".{rest[2:]}" if rest[2:] else "")
    return found if is_code(found) else None


def check(text: str, *, where: str) -> str:
    """Return `text` if it has the form of a code.

    Raises:
        InputRefused: it has not; the mend names the code that was probably meant. What is longer than a code, or has
            words in it, is not repeated.
    """
    if is_code(text):
        return text
    shown = text if len(text) <= _LONGEST and " " not in text else "text that is no code"
    raise InputRefused(where, given=shown, allowed=_ALLOWED, mend=_mend(text))


def _mend(text: str) -> str:
    meant = mended(text)
    if meant is not None:
        return f"write {meant}, if that is what is meant"
    if is_code(text.rstrip("X").rstrip(".")):
        return "an X at the end keeps the place of nothing; leave it out, or write the code to its last character"
    return "look the code up: a letter, a digit, a digit or letter, and after a point up to four more"
