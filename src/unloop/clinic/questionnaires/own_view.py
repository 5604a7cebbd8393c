"""What a person sees of their own course: at a visit or on request, as a band in words, never as a number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from unloop.care.symptoms import Instrument, change_of_totals
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person
from unloop.clinic.people.services import User
from unloop.clinic.questionnaires.links import OPEN_FOR, Terms, new_link
from unloop.clinic.questionnaires.models import Invitation, Purpose
from unloop.clinic.questionnaires.results import Result, results
from unloop.clinic.questionnaires.sheets import sheets_of
from unloop.clinic.questionnaires.wordings import in_session

NOT_A_COURSE = frozenset({"audit-c"})
"""A cut-off of a habit is no course of symptoms, and is talked about, not shown."""


@dataclass(frozen=True, slots=True)
class OwnBand:
    """One instrument as its person sees it.

    Attributes:
        bands: every band of the scheme, from the lowest to the highest total.
        first, latest: the band then and now; the same one where there was one rating only.
        beyond_error: whether the difference is larger than measurement error; None where that is not known.
    """

    title: str
    bands: tuple[str, ...]
    first: str
    first_at: datetime
    latest: str
    latest_at: datetime
    beyond_error: bool | None


def own_bands(person: Person, *, without: Collection[UUID] = ()) -> list[OwnBand]:
    """Everything that can be said as a band, each instrument by its first scheme.

    Args:
        person: whose.
        without: sheets that whoever looks along may not see yet.
    """
    by_instrument: dict[str, list[Result]] = {}
    for one in results(sheets_of(person).exclude(id__in=without)):
        if one.score.band is not None and one.score.total is not None and one.instrument.schemes:
            by_instrument.setdefault(one.sheet.instrument, []).append(one)
    shown = (found for name, found in by_instrument.items() if name not in NOT_A_COURSE)
    return [_own(found) for found in shown if not in_session(found[0].instrument)]


@transaction.atomic
def let_look(person: Person, *, by: User, reader: User, language: str = "") -> tuple[Invitation, str]:
    """Make a link to the person's own view, on request; it opens by the birth date and asks nothing.

    Raises:
        InputRefused: no birth date is known.
    """
    made, path = new_link(
        person, [], by=by, reader=reader, until=clock.now() + OPEN_FOR,
        terms=Terms(language=language, purpose=Purpose.LOOK),
    )  # fmt: skip
    record("questionnaires.own_view.made", person=person.id, about=made)
    return made, path


def _own(found: list[Result]) -> OwnBand:
    latest, first = found[0], found[-1]
    return OwnBand(
        title=latest.instrument.title, bands=_labels(latest.instrument),
        first=first.score.band or "", first_at=first.score.at,
        latest=latest.score.band or "", latest_at=latest.score.at,
        beyond_error=_beyond_error(first, latest),
    )  # fmt: skip


def _labels(instrument: Instrument) -> tuple[str, ...]:
    bands = sorted(instrument.schemes[0].bands, key=lambda band: band.low)
    return tuple(dict.fromkeys(band.label for band in bands))


def _beyond_error(first: Result, latest: Result) -> bool | None:
    if first is latest or first.score.total is None or latest.score.total is None:
        return None
    return change_of_totals(latest.instrument, first.score.total, latest.score.total).reliable
