"""Finding people by name, birth date or number."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from unloop.clinic.audit.services import record
from unloop.clinic.chart.models import Person


def find_people(wanted: str) -> QuerySet[Person]:
    """People whose names hold every word, who were born on the day, or who have the number. All, for nothing."""
    found = Person.objects.all()
    record("chart.people.listed", detail={"searched": bool(wanted)})
    for word in wanted.split():
        meant = Q(family__icontains=word) | Q(given__icontains=word) | Q(identifiers__value__iexact=word)
        born = _day(word)
        if born is not None:
            meant |= Q(birth_date=born)
        found = found.filter(meant)
    return found.distinct()


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
