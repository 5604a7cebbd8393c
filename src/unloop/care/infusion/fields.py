"""A JSON object read key by key, strictly: what is missing, of another type or left over is refused by name."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID

from unloop.facts import FactDefinition, read_time
from unloop.quantity import InputRefused, Quantity

Q = TypeVar("Q", bound=Quantity)
LONGEST_CODE = 60
LONGEST_NOTE = 4000
FIRST_YEAR, LAST_YEAR = 1970, 2200


class Fields:
    """One object of a file, and where it stands in it.

    Every reader takes its key out; `finish` refuses what nobody asked for.
    """

    def __init__(self, document: object, where: str) -> None:
        if not isinstance(document, dict):
            raise InputRefused(
                where or "file",
                given=type(document).__name__,
                allowed="an object",
                mend="write keys and values in {}",
            )
        self.where = where
        self._left = dict(cast("Mapping[str, object]", document))
        self._asked: list[str] = []

    def place(self, key: str) -> str:
        """How a key is named in a message."""
        return f"{self.where}, {key}" if self.where else key

    def take(self, key: str) -> object:
        """The value of a key that must be there."""
        self._asked.append(key)
        if key not in self._left:
            raise InputRefused(self.place(key), given=None, allowed="a value", mend=f"add the key {key}")
        return self._left.pop(key)

    def has(self, key: str) -> bool:
        """Whether an optional key is given; null counts as not given."""
        if self._left.get(key) is None:
            self._asked.append(key)
            self._left.pop(key, None)
            return False
        return True

    def text(self, key: str, *, longest: int = LONGEST_CODE) -> str:
        """Text that is not empty."""
        value = self.take(key)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            given = type(value).__name__ if not isinstance(value, str) else f"{len(value)} characters"
            raise InputRefused(
                self.place(key),
                given=given,
                allowed=f"text of 1-{longest} characters",
                mend=f"give {key} as text",
            )
        return value

    def identifier(self, key: str) -> str:
        """A UUID, in its usual form."""
        value = self.text(key)
        try:
            return str(UUID(value))
        except ValueError:
            raise InputRefused(
                self.place(key), given=value, allowed="a UUID", mend="make one where the event is charted"
            ) from None

    def time(self, key: str) -> datetime:
        """A time with an offset from UTC, within the years in which such a session can have been."""
        moment = read_time(self.take(key), where=self.place(key))
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise InputRefused(
                self.place(key),
                given=moment,
                allowed=f"the years {FIRST_YEAR}-{LAST_YEAR}",
                mend="check the year",
            )
        return moment

    def number(self, key: str) -> float:
        """A finite number; text and true or false are none."""
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InputRefused(
                self.place(key), given=value, allowed="a number", mend="give a number without quotes"
            )
        return float(value)

    def quantity(self, key: str, kind: type[Q]) -> Q:
        """A number in the unit of `kind`, within its plausible range."""
        number = self.number(key)
        try:
            return kind.of(number)
        except InputRefused as refused:
            raise InputRefused(
                self.place(key), given=refused.given, allowed=refused.allowed, mend=refused.mend
            ) from None

    def checked(self, key: str, definition: FactDefinition) -> float | bool | str:
        """A value in the type, range and choices that the fact dictionary gives a code."""
        place = self.place(key)
        value = definition.check(self.take(key), definition.unit, where=place)
        if not isinstance(value, float | bool | str):
            raise InputRefused(
                place,
                given=definition.code,
                allowed="a code with one value",
                mend="chart it in the evaluation",
            )
        return value

    def scalar(self, key: str) -> float | bool | str:
        """A number, true, false or a word."""
        value = self.take(key)
        match value:
            case bool():
                return value
            case int() | float() if math.isfinite(value):
                return float(value)
            case str() if 0 < len(value) <= LONGEST_NOTE:
                return value
            case _:
                raise InputRefused(
                    self.place(key),
                    given=value,
                    allowed="a number, true, false or text",
                    mend=f"give {key} a value",
                )

    def left(self) -> tuple[str, ...]:
        """The keys that nobody asked for yet."""
        return tuple(self._left)

    def finish(self) -> None:
        """Refuse a key that nobody asked for."""
        if self._left:
            raise InputRefused(
                self.where or "file",
                given=next(iter(self._left)),
                allowed=", ".join(self._asked),
                mend="remove or rename this key",
            )


def read_json(text: str | bytes, *, where: str) -> object:
    """Parse UTF-8 JSON; NaN, infinities and a key given twice are refused.

    Raises:
        InputRefused: the text is no such JSON.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InputRefused(
            where, given="text that is not JSON", allowed="UTF-8 JSON", mend=f"mend the file: {error}"
        ) from None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number that JSON knows")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:40]!r} is given twice in one object")
        found[key] = value
    return found
