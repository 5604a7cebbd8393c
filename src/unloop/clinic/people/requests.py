"""A request as our views see it: the gate let a member of staff in, and the clinic is known."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from unloop.clinic.people.installation import ClinicHere
from unloop.clinic.people.models import User


class ClinicRequest(HttpRequest):
    """For annotations: `request.user`, `request.clinic` and `request.htmx` are there."""

    user: User
    clinic: ClinicHere
    htmx: HtmxDetails
