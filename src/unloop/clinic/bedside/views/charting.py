"""Charting: each address takes one form, idempotent by its id, and answers a page or a short document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from unloop.clinic.bedside.entries import read_answers, read_entries, read_time
from unloop.clinic.bedside.forms import SecondCheckForm, SignForm
from unloop.clinic.bedside.leaving import discharge, questions_after, sign
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.ordering import preparation_now
from unloop.clinic.bedside.preparing import Drawn, answer_questions, questions_before, second_check
from unloop.clinic.bedside.sessions import DischargeRefused, StartRefused, chart_event
from unloop.clinic.bedside.views.guarding import form_id, of_session
from unloop.clinic.bedside.views.session import show
from unloop.clinic.people.services import ClinicRequest, IdentityNotConfirmed, User
from unloop.quantity import InputRefused

OUTBOX = "X-Outbox"


@require_POST
@of_session("charting")
def chart(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """Readings, symptoms, scores, the pump, notes and answers to prompts."""

    def write() -> int:
        with transaction.atomic():
            return sum(chart_event(session, entry).new for entry in read_entries(request.POST))

    return _answer(request, session, write)


@require_POST
@of_session("answers")
def answers(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """The questions of the day, before the start or before leaving."""

    def write() -> int:
        questions = {one.code: one for one in (*questions_before(session), *questions_after(session))}
        given = read_answers(request.POST, tuple(questions.values()))
        answer_questions(session, form_id(request), given, at=read_time(request.POST))
        return len(given)

    return _answer(request, session, write)


@require_POST
@of_session("second-check")
def check(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """The second person's check, with the syringe counted back."""
    form = SecondCheckForm(request.POST)
    if not form.is_valid():
        return show(request, session, status=422, check_form=form)
    drawn = Drawn(form.cleaned_data["vial"], form.cleaned_data["drawn"])
    second = User.objects.filter(username__iexact=form.cleaned_data["username"]).first()
    try:
        second_check(session, form_id(request), drawn, second=second, password=form.cleaned_data["password"])
    except InputRefused as refused:
        return show(request, session, status=422, refused=refused, check_form=form)
    except IdentityNotConfirmed as refused:
        form.add_error("password", str(refused))
        return show(request, session, status=422, check_form=form)
    return _back(session)


@require_POST
@of_session("start")
def start(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """Record that the pump was started; it needs the network, since it is judged over the facts of this minute."""
    try:
        rate = preparation_now(session).rate.ml_per_h
        chart_event(session, {"id": str(form_id(request)), "type": "started", "rate_ml_per_h": rate})
    except StartRefused:
        return show(request, session, status=409, refused=_shut(_("start")))
    except InputRefused as refused:
        return show(request, session, status=422, refused=refused)
    return _back(session)


@require_POST
@of_session("discharge")
def leave(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """Record that the person has left, once nothing is missing."""
    try:
        discharge(session, form_id(request), at=read_time(request.POST))
    except DischargeRefused:
        return show(request, session, status=409, refused=_shut(_("gone home")))
    except InputRefused as refused:
        return show(request, session, status=422, refused=refused)
    return _back(session)


@require_POST
@of_session("signature")
def signature(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """Sign the record."""
    form = SignForm(request.POST)
    if not form.is_valid():
        return show(request, session, status=422, sign_form=form)
    try:
        sign(session, form_id(request), by=request.user, password=form.cleaned_data["password"])
    except IdentityNotConfirmed as refused:
        form.add_error("password", str(refused))
        return show(request, session, status=422, sign_form=form)
    except InputRefused as refused:
        return show(request, session, status=422, refused=refused)
    messages.success(request, _("Signed."))
    return _back(session)


def _answer(request: ClinicRequest, session: InfusionSession, write: Callable[[], int]) -> HttpResponse:
    """Write, then go back to the page; a tablet that sends what it kept gets a short document instead."""
    kept = OUTBOX in request.headers
    try:
        new = write()
    except InputRefused as refused:
        if kept:
            document: dict[str, Any] = {"charted": False, **refused.as_dict()}
            return JsonResponse(document, status=422)
        return show(request, session, status=422, refused=refused)
    return JsonResponse({"charted": True, "new": new}) if kept else _back(session)


def _shut(what: str) -> InputRefused:
    """A button was pressed and a gate was shut: said as such, since the page below looks as it did before."""
    return InputRefused(what, given=_("rules that stand open"), allowed=_("no open rule"),
                        mend=_("see below which rules stand open"))  # fmt: skip


def _back(session: InfusionSession) -> HttpResponse:
    return redirect("bedside:session", session.person_id, session.id)
