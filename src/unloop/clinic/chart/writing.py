"""Making a person."""

from __future__ import annotations

from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.models import Person


@transaction.atomic
def make_person(person: Person) -> Person:
    """Keep a person who was not here before.

    Args:
        person: names, birth date, sex and how to reach them; not saved yet.
    """
    person.made_at = clock.now()
    person.made_by = current_actor().id
    person.save(force_insert=True)
    record("chart.person.made", person=person.id, about=person)
    return person
