"""The record of a session: everything that was charted with its corrections, to read, print and take away."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from unloop.care.infusion import InfusionState, Session, SessionState, sort_out, write_session
from unloop.clinic.bedside.forms import SignForm
from unloop.clinic.bedside.leaving import judge_leaving
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.screen import screen_of
from unloop.clinic.bedside.sessions import events_of
from unloop.clinic.bedside.views.guarding import new_id, of_session
from unloop.clinic.bedside.wording import STATES, event_words
from unloop.clinic.chart.services import open_chart
from unloop.clinic.people.services import ClinicRequest, names_of


@require_GET
@of_session("session-record")
def record(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """All events, the corrected ones struck through beside what stands."""
    return show_record(request, session)


def show_record(
    request: ClinicRequest, session: InfusionSession, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The record; `more` holds what a refused signature has to say."""
    events = events_of(session)
    opened = open_chart(session.person)
    chart = opened.chart
    screen = screen_of(session, chart=chart, events=events)
    sorted_out = sort_out(events)
    names = names_of(_users(session, (one.by for one in events), screen.state.second))
    rows = [
        {
            "original": one.original, "now": one.now, "changed": bool(one.corrections),
            "was": event_words(one.original), "stands": event_words(one.now) if one.now is not None else "",
            "by": _name(one.original.by, names), "corrected_by": [_name(two.by, names) for two in one.corrections],
            "late": (one.original.recorded_at - one.original.at).total_seconds() >= 120,
        }
        for one in sorted_out.entries
    ]  # fmt: skip
    state = screen.state
    context = {
        "person": session.person, "opened": opened, "session": session, "screen": screen, "state": state, "rows": rows,
        "state_words": STATES[state.state], "second": _name(state.second or "", names), "new_id": new_id,
        "signers": [_name(one, names) for one in state.signed_by], "ordered_by": names.get(session.ordered_by, ""),
        "may_sign": _may_sign(request, screen.state), "sign_form": SignForm(),
        "leaving": judge_leaving(session, chart=chart, events=events) if state.ended_at is not None else None, **more,
    }  # fmt: skip
    return render(request, "bedside/record.html", context, status=status)


@require_GET
@of_session("session-file")
def file(_request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """The session as a file that `unloop infusion replay` reads."""
    document = session_document(session)
    response = HttpResponse(json.dumps(document, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="session-{session.number}-{session.id}.json"'
    return response


def session_document(session: InfusionSession) -> dict[str, object]:
    """The session as in a session file."""
    return write_session(Session(session.order, session.pinned, events_of(session)))


def _may_sign(request: ClinicRequest, state: InfusionState) -> bool:
    """Whoever has not signed yet may, once the person has gone home."""
    over = state.state in {SessionState.DISCHARGED, SessionState.SIGNED}
    return over and str(request.user.pk) not in map(str, state.signed_by)


def _users(session: InfusionSession, authors: Any, second: str | None) -> list[UUID]:
    found = [session.ordered_by]
    for one in (*authors, second or ""):
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _name(by: str, names: dict[UUID, str]) -> str:
    try:
        return names.get(UUID(by), by)
    except ValueError:
        return by
