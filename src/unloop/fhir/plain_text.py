"""Text of a record made safe to keep: no control characters, no hidden direction changes, no markup taken for real."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html.parser import HTMLParser

# Joiners belong to the spelling of names in Persian, Arabic and Indic scripts.
_KEPT_FORMAT_CHARACTERS = frozenset("\u200c\u200d")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_NAME_OF_A_THING = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+*-]{0,39}")
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "ul", "ol", "table"})
_SILENT = frozenset({"script", "style", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text in one line, composed (NFC); `changed` when characters that cannot be seen were taken out."""

    text: str
    changed: bool


def clean(text: str) -> Cleaned:
    """Take out control characters, direction overrides, lone surrogates and unassigned code points.

    White space of any kind becomes one blank. Markup is left as the letters it is made of: nothing here may be
    written to a page without escaping.
    """
    spaced = "".join(" " if character.isspace() else character for character in text)
    visible = "".join(character for character in spaced if _is_kept(character))
    composed = unicodedata.normalize("NFC", visible)
    return Cleaned(" ".join(composed.split()), visible != spaced)


def _is_kept(character: str) -> bool:
    return character in _KEPT_FORMAT_CHARACTERS or unicodedata.category(character) not in _DROPPED_CATEGORIES


def cut(text: str, *, limit: int) -> str:
    """Text for a list: clean and at most `limit` characters, with an ellipsis where it was longer."""
    cleaned = clean(text[: 4 * limit]).text
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"


def has_markup(text: str) -> bool:
    """Whether something in the text looks like an HTML tag."""
    return _TAG.search(text) is not None


def without_markup(text: str) -> str:
    """The text that a reader of the marked-up text would see, in one line; scripts and styles are dropped."""
    parser = _Visible()
    parser.feed(text)
    parser.close()
    return clean("".join(parser.parts)).text


def nameable(word: object, *, otherwise: str) -> str:
    """`word` if it is an element or type name that may be repeated in a message, else a neutral word."""
    return word if isinstance(word, str) and _NAME_OF_A_THING.fullmatch(word) else otherwise


def sayable_code(code: str) -> str:
    """A code that may be repeated in a message, else a neutral word: a hostile code may hold anything."""
    return code if _CODE.fullmatch(code) else "an unprintable code"


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
