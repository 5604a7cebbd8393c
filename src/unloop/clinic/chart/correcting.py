"""Reading every entry of a chart with what became of it, and correcting one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from unloop.clinic.audit import clock
from unloop.clinic.chart.models import FactRow, Person
from unloop.clinic.chart.recording import NewFact, add_facts
from unloop.facts import DICTIONARY, FactDefinition, FactType, Phase
from unloop.quantity import InputRefused
from unloop.rules import amount

_YES = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is shown.

    Attributes:
        label, shown: what it is, and its value with its unit.
        age: how long ago it was true.
        corrected: whether a later entry took its place.
        expired: whether it no longer counts for its age.
    """

    row: FactRow
    label: str
    shown: str
    age: timedelta
    corrected: bool
    expired: bool

    @property
    def of_relatives(self) -> bool:
        """Whether it says something of other people than the person, and so stays out of a print of the record."""
        return self.row.code == "family_history"


def entries_of(person: Person) -> list[Entry]:
    """Every entry of a chart, the latest first."""
    now = clock.now()
    rows = list(FactRow.objects.filter(person=person).order_by("-at", "-recorded_at"))
    replaced = {row.supersedes_id for row in rows if row.supersedes_id}
    return [
        Entry(
            row=row,
            label=label_of(row),
            shown=show_value(row),
            age=now - row.at,
            corrected=row.id in replaced,
            expired=_expired(row),
        )
        for row in rows
    ]


def label_of(row: FactRow) -> str:
    """What an entry is, in the dictionary's words."""
    return DICTIONARY[row.code].label if row.code in DICTIONARY else row.code.replace("_", " ")


def show_value(row: FactRow) -> str:
    """A value with its unit, as people write it."""
    return "taken back" if row.value is None else show(DICTIONARY[row.code], row.value)


def show(definition: FactDefinition, value: object) -> str:
    """A value of this kind with its unit, as people write it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return amount(float(value), definition.unit)
        case list() | tuple():
            parts = [str(one) if not isinstance(one, dict) else _record(one) for one in value]
            return "; ".join(parts) or "none"
        case _:
            return str(value).replace("-", " ")


def correct(person: Person, row: FactRow, *, value: str, in_error: bool, reason: str) -> None:
    """Supersede an entry with the right value, or take it back; the original stays visible.

    Raises:
        InputRefused: the value does not fit the kind of fact.
    """
    definition = DICTIONARY[row.code]
    if definition.type is FactType.RECORDS and not in_error:
        raise InputRefused(definition.label, given="another text", allowed="taking it back",
                           mend="take it back, and say it again on the page where it was said")  # fmt: skip
    right = None if in_error else parse(definition, value)
    add_facts(person, [
        NewFact(row.code, right, at=row.at, supersedes=row.id, reason=reason, session=row.session,
                phase=Phase(row.phase) if row.phase else None)
    ])  # fmt: skip


def parse(definition: FactDefinition, text: str) -> object:
    """What somebody typed, in the shape that this kind of fact has.

    Raises:
        InputRefused: it cannot be that.
    """
    stripped = text.strip()
    match definition.type:
        case FactType.BOOL:
            if stripped.lower() in _YES:
                return _YES[stripped.lower()]
            raise InputRefused(definition.label, given=text, allowed="yes or no", mend="write yes or no")
        case FactType.NUMBER:
            return _number(definition, stripped)
        case FactType.ENUM:
            return stripped.replace(" ", "-")
        case FactType.SET:
            return _set(definition, stripped)
        case FactType.RECORDS:
            raise InputRefused(definition.label, given="a text", allowed="records as their own page makes them",
                               mend="say it on the page where it was said")  # fmt: skip
        case _:
            assert_never(definition.type)


_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


def _set(definition: FactDefinition, text: str) -> list[str]:
    """Names parted by semicolons; none only where somebody says none."""
    if text.lower() == "none":
        return []
    names = [one.strip() for one in text.replace("\n", ";").split(";") if one.strip()]
    if not names:
        raise InputRefused(definition.label, given=None, allowed="names parted by semicolons, or none",
                           mend="write the names, or the word none")  # fmt: skip
    return names


def _number(definition: FactDefinition, text: str) -> float:
    if _DECIMAL.fullmatch(text) is None:
        raise InputRefused(
            definition.label,
            given=text,
            allowed=f"a number in {definition.unit or 'points'}, with a point for decimals",
            mend="write digits and a point, such as 68.4",
        )
    return float(text)


def _expired(row: FactRow) -> bool:
    definition = DICTIONARY[row.code]
    return definition.max_age is not None and row.at < definition.max_age.before(clock.now())


def _record(record: dict[str, object]) -> str:
    return ", ".join(
        f"{key.replace('_', ' ')}: {_plain(value)}" for key, value in record.items() if value is not None
    )


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
