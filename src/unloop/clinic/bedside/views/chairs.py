"""The chair board."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from unloop.clinic.bedside.board import board, waiting_sessions
from unloop.clinic.bedside.wording import STATES
from unloop.clinic.people.services import ClinicRequest, chairs_in_use


@require_GET
def chairs(request: ClinicRequest) -> HttpResponse:
    """Every chair, worst first, then who waits and what is free."""
    screens = board()
    rows = [{"screen": one, "words": STATES[one.state.state]} for one in screens]
    taken = {one.session.chair_id for one in screens}
    context = {
        "rows": rows,
        "waiting": waiting_sessions(),
        "free": [one for one in chairs_in_use() if one.pk not in taken],
    }
    return render(request, "bedside/chairs.html", context)
