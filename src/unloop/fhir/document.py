"""Bytes into a JSON document, under limits that are checked before anything is built from them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from unloop.fhir.plain_text import nameable
from unloop.quantity.refusal import InputRefused

MAX_BYTES = 25_000_000
MAX_DEPTH = 60
MAX_PARTS = 2_000_000
"""Objects and lists in one document: twice what the largest permitted record of ordinary density holds."""

_LONGEST_WHOLE_NUMBER = 40

# Strings are stepped over whole. The closing quote is optional so that an unterminated string is passed once, not
# tried again from each quote inside it; the quantifiers are possessive for the same reason.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = tuple({ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}.get(byte, 0) for byte in range(256))


def open_document(data: bytes, *, where: str, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Parse UTF-8 JSON whose outermost value is an object.

    Args:
        data: the file.
        where: what the file is called in messages.
        max_bytes: refused before parsing when longer.

    Raises:
        InputRefused: too large, not UTF-8, nested too deeply, cut off, not JSON, not a number that JSON knows, the
            same key twice in one object, or no object. The place is given as line and column.
    """
    if len(data) > max_bytes:
        raise InputRefused(
            where,
            given=f"{len(data) / 1e6:.1f} MB",
            allowed=f"at most {max_bytes / 1e6:g} MB",
            mend="export one person at a time, without documents and images",
        )
    text = _decode(data, where=where)
    _check_nesting(data, where=where)
    document = _parse(text, where=where)
    if not isinstance(document, dict):
        raise InputRefused(
            where,
            given=f"a JSON {_kind(document)}",
            allowed="a JSON object that begins with {",
            mend="choose the file that holds the FHIR resource",
        )
    return document


def _decode(data: bytes, *, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, byte = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise InputRefused(
            f"{where}, line {line}, byte {byte}",
            given="bytes that are not UTF-8",
            allowed="UTF-8 text",
            mend="export the record as UTF-8 JSON; other encodings and binary files are not read",
        ) from None


def _check_nesting(data: bytes, *, where: str) -> None:
    """Count brackets on the file itself, so that no nesting can exhaust the stack or the memory of a parser."""
    brackets = _STRING.sub(b"", data).translate(None, delete=_NO_BRACKETS)
    depth = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    if depth > MAX_DEPTH:
        raise InputRefused(
            where,
            given=f"nesting deeper than {MAX_DEPTH} levels",
            allowed=f"at most {MAX_DEPTH} levels",
            mend="export the record again; no FHIR record is nested so deeply",
        )
    if len(brackets) > 2 * MAX_PARTS:
        raise InputRefused(
            where,
            given=f"{len(brackets) // 2} objects and lists",
            allowed=f"at most {MAX_PARTS}",
            mend="export one person at a time",
        )


def _parse(text: str, *, where: str) -> object:
    try:
        return json.loads(
            text,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
            object_pairs_hook=_without_repetition,
        )
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        raise InputRefused(
            f"{where}, line {error.lineno}, column {error.colno}",
            given="a file that ends in the middle" if cut_off else "text that is not JSON",
            allowed="one whole JSON document",
            mend="export or download the file again" if cut_off else f"mend this place ({error.msg})",
        ) from None
    except _Refused as refused:
        raise InputRefused(
            where,
            given=refused.given,
            allowed=refused.allowed,
            mend="export the record again, or correct the file",
        ) from None


class _Refused(ValueError):
    """What the parser's hooks refuse; they do not know where in the text they are."""

    def __init__(self, given: str, *, allowed: str) -> None:
        self.given = given
        self.allowed = allowed
        super().__init__(given)


def _no_constant(name: str) -> object:
    raise _Refused(name, allowed="finite numbers: JSON knows no NaN and no Infinity")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Refused("a number that is too large", allowed="finite numbers")
    return number


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_WHOLE_NUMBER:
        raise _Refused("a number that is too long", allowed=f"at most {_LONGEST_WHOLE_NUMBER} digits")
    return int(digits)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        key = next(_repeated(pairs))
        raise _Refused(
            f"the key {nameable(key, otherwise='of an object')} twice", allowed="each key once in an object"
        )
    return fields


def _repeated(pairs: list[tuple[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            yield key
        seen.add(key)


def _kind(value: object) -> str:
    match value:
        case list():
            return "list"
        case str():
            return "text"
        case None:
            return "null"
        case _:
            return "value"
