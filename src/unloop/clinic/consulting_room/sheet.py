"""The consultation sheet as a page shows it: each counted statement with its people of a hundred."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unloop.care.consultation import ConsentText, Section, Statement
from unloop.clinic.consulting_room.chances import Chance, chance
from unloop.clinic.consulting_room.drawing import draw_people


@dataclass(frozen=True, slots=True)
class Counted:
    """One count of a statement.

    Attributes:
        who: whom it counts.
        chance: as people of 100.
        picture: a hundred people.
    """

    who: str
    chance: Chance
    picture: SafeString

    @property
    def words(self) -> str:
        """Never the figure without its range."""
        return _("%(n)d of 100, could be %(low)d to %(high)d") % {
            "n": self.chance.hundred, "low": self.chance.low, "high": self.chance.high,
        }  # fmt: skip

    @property
    def count(self) -> str:
        """The count behind it."""
        return _("%(events)d of %(of)d people") % {"events": self.chance.events, "of": self.chance.of}


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with its counts."""

    statement: Statement
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the sheet."""

    section: Section
    said: tuple[Said, ...]


def parts(text: ConsentText) -> tuple[Part, ...]:
    """The sheet section by section."""
    return tuple(
        Part(section, tuple(Said(one, counts(one)) for one in section.statement))
        for section in text.sheet.section
    )


def counts(statement: Statement) -> tuple[Counted, ...]:
    """The counts that a statement rests on: of those treated, and of the others where there were any."""
    treated = _counted(statement.events, statement.of, _("With ketamine"))
    others = _counted(statement.control_events, statement.control_of, _("Without it, same study"))
    return tuple(one for one in (treated, others) if one is not None)


def _counted(events: int | None, of: int | None, who: str) -> Counted | None:
    if events is None or of is None:
        return None
    found = chance(events, of)
    return Counted(who, found, draw_people(found, who))
