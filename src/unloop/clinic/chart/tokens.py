"""Which person a form was made for: a form posted with another person's token is refused."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.http import HttpRequest

FIELD = "for_person"
_SALT = "unloop.chart.for_person"


class OtherPerson(Exception):
    """The form was made for another person than the page it was sent to: two tabs, two people."""


def token_for(person_id: UUID) -> str:
    """What a form of this person carries."""
    return signing.dumps(str(person_id), salt=_SALT)


def check_token(request: HttpRequest, person_id: UUID) -> None:
    """Refuse a posted form that does not carry this person's token.

    Raises:
        OtherPerson: it carries another one, or none.
    """
    try:
        meant = signing.loads(request.POST.get(FIELD, ""), salt=_SALT)
    except signing.BadSignature:
        meant = None
    if meant != str(person_id):
        raise OtherPerson
