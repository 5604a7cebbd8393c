"""How the written name of a medicine is taken apart: words, strengths, forms and salts."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from importlib import resources

_WORDS = tomllib.loads(
    resources.files("unloop.care.treatment_history").joinpath("spelling.toml").read_text("utf-8")
)

SEPARATORS = frozenset(_WORDS["separators"])
"""What stands between two ingredients of one product."""

UNITS = frozenset(_WORDS["units"])
"""Units that may follow a number."""

FORMS = frozenset(word for kind in ("things", "release", "directions", "silent") for word in _WORDS[kind])
"""Words that name no substance."""

SALTS = frozenset(_WORDS["salts"])
"""Words that name the salt or ester of the ingredient right before them."""

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[/+&,;%]")
_BRACKETED = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")


def tokens(text: str) -> tuple[str, ...]:
    """Words, numbers and separators in lower case, without accents, apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"[\u2019\u2018\u00b4'`]", "", plain).replace("#", " no ")
    plain = re.sub(r"(?<=\d)\s*/\s*(?=\d)", " ", plain)
    return tuple(_WORD.findall(plain))


def words(text: str) -> tuple[str, ...]:
    """The tokens of a name by which it is looked up: without separators."""
    return tuple(token for token in tokens(text) if not _is_mark(token))


def groups(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The text outside brackets, the round groups, and the square ones, in which RxNorm writes the trade name."""
    round_groups: list[str] = []
    square_groups: list[str] = []
    for match in _BRACKETED.finditer(text):
        (round_groups if match[1] is not None else square_groups).append(match[1] or match[2] or "")
    return _BRACKETED.sub(" / ", text), tuple(round_groups), tuple(square_groups)


def is_number(token: str) -> bool:
    """Whether a token is written in digits."""
    return token[0].isdigit()


def after_strength(parts: Sequence[str], start: int) -> int:
    """Where a strength such as `20 mg`, `400 mg/5 ml` or `12 hr` that begins at `start` ends."""
    position = _after_amount(parts, start)
    while position < len(parts) and parts[position] == "/":
        following = _after_amount(parts, position + 1)
        if following == position + 1:
            break
        position = following
    return position


def _after_amount(parts: Sequence[str], position: int) -> int:
    if position < len(parts) and is_number(parts[position]):
        position += 1
    if position < len(parts) and parts[position] in UNITS:
        position += 1
    return position


def _is_mark(token: str) -> bool:
    return not token[0].isalnum()
