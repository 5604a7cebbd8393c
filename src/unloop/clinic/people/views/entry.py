"""The first pages: health, home."""

from __future__ import annotations

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET

from unloop.clinic.people.models import User
from unloop.clinic.people.navigation import rooms


@transaction.non_atomic_requests
@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answers `ok` when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first room that this user's roles open; without any, a page that says so."""
    assert isinstance(request.user, User)  # noqa: S101 - the gate let only staff in
    for room in rooms(request.user, ""):
        return HttpResponseRedirect(room.address)
    return render(request, "people/home.html")
