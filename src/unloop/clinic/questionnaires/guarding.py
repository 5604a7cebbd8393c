"""Whose sheet a link opens: the one person's it was made for, after the birth date, while it is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import Actor, acting
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.languages import Language, language_of, languages
from unloop.clinic.questionnaires.links import invitation_of
from unloop.clinic.questionnaires.models import Invitation, LinkState
from unloop.clinic.questionnaires.results import reader_of

P = ParamSpec("P")
LinkView = Callable[Concatenate[ClinicRequest, "Held", P], HttpResponse]
Wrapped = Callable[Concatenate[ClinicRequest, str, P], HttpResponse]

STAYS_OPEN = timedelta(hours=2)
"""How long after the birth date a browser goes on without asking for it again (policy)."""
_KEY = "link:{}"
_NUMBER = re.compile(r"\+?\d[\d ().-]+\d")


@dataclass(frozen=True, slots=True)
class Held:
    """A link as somebody holds it: the token, which addresses need, what it opens, and in which language."""

    token: str
    invitation: Invitation
    language: Language


def by_link(view: LinkView[P]) -> Wrapped[P]:
    """Turn a view of a link into one of a token; a token that is nobody's is a page that is not there."""

    @wraps(view)
    def wrapped(request: ClinicRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        invitation = invitation_of(token)
        if invitation is None:
            raise Http404
        spoken = language_of(invitation)
        with acting(Actor.link(invitation.id)), translation.override(spoken.code):
            return view(request, Held(token, invitation, spoken), *args, **kwargs)

    return cast(Wrapped[P], wrapped)


def opened_by_birth_date(view: LinkView[P]) -> Wrapped[P]:
    """As `by_link`, and only while the link is open and this browser gave the birth date not long ago."""

    @wraps(view)
    def wrapped(request: ClinicRequest, held: Held, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return shut(request, held) or view(request, held, *args, **kwargs)

    return by_link(cast(LinkView[P], wrapped))


def shut(request: ClinicRequest, held: Held) -> HttpResponse | None:
    """What is answered where the link is not open, or not to this browser yet; None where it is."""
    state = held.invitation.state_at(clock.now())
    if state is not LinkState.OPEN:
        return closed(request, held, state)
    return None if is_confirmed(request, held.invitation) else redirect("questionnaires:link", held.token)


def show(
    request: ClinicRequest, held: Held, template: str, *, status: int = 200, **context: object
) -> HttpResponse:
    """A page behind a link, in its language, with the crisis line and the day on which it was looked up."""
    organisation = request.clinic.organisation
    shared = {
        "token": held.token, "invitation": held.invitation, "reader": reader_of(held.invitation), "language": held.language, "languages": languages(),
        "clinic_language": held.language.code, "dial": _dial(organisation.crisis_line if organisation else ""),
        "checked_on": organisation.crisis_line_checked_on if organisation else None,
        "crisis_old": organisation.crisis_line_is_old(clock.today()) if organisation else False,
    }  # fmt: skip
    return render(request, f"questionnaires/{template}.html", {**shared, **context}, status=status)


def closed(request: ClinicRequest, held: Held, state: LinkState) -> HttpResponse:
    """Why the link does nothing any more, and what to do instead."""
    return show(request, held, "closed", state=state.value, status=410)


def _dial(line: str) -> str:
    """The crisis line's number as a phone dials it; empty where the line has none."""
    found = _NUMBER.search(line)
    return re.sub(r"[^\d+]", "", found.group()) if found else ""


def confirm(request: ClinicRequest, invitation: Invitation) -> None:
    """Remember in this browser's session, under a fresh key, that the birth date was right."""
    request.session.cycle_key()
    request.session[_KEY.format(invitation.id)] = clock.now().isoformat()


def is_confirmed(request: ClinicRequest, invitation: Invitation) -> bool:
    """Whether this browser gave the birth date not long ago."""
    since = request.session.get(_KEY.format(invitation.id))
    return since is not None and clock.now() - datetime.fromisoformat(since) < STAYS_OPEN
