"""What a person sees on a phone: the birth date, one question a page, a look before sending, and who reads it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires import safety
from unloop.clinic.questionnaires.forms import BirthDateForm
from unloop.clinic.questionnaires.guarding import (
    Held,
    by_link,
    closed,
    confirm,
    is_confirmed,
    opened_by_birth_date,
    show,
    shut,
)
from unloop.clinic.questionnaires.links import speak, try_birth_date
from unloop.clinic.questionnaires.models import AnswerSheet, LinkState, Purpose
from unloop.clinic.questionnaires.own_view import own_bands
from unloop.clinic.questionnaires.places import Place, next_place, place, to_review
from unloop.clinic.questionnaires.results import reading_day
from unloop.clinic.questionnaires.sheets import give_answer, reword, send_all, sheets_for
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@by_link
def link(request: ClinicRequest, held: Held) -> HttpResponse:
    """Ask the birth date; with it, go on where the person stopped."""
    state = held.invitation.state_at(clock.now())
    if state is LinkState.SENT and is_confirmed(request, held.invitation):
        return redirect("questionnaires:sent", held.token)
    if state is not LinkState.OPEN:
        return closed(request, held, state)
    if is_confirmed(request, held.invitation):
        return _go_on(held, sheets_for(held.invitation))
    form = BirthDateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if try_birth_date(held.invitation.id, form.cleaned_data["born"]):
            confirm(request, held.invitation)
            return _go_on(held, sheets_for(held.invitation))
        held.invitation.refresh_from_db()
        if (state := held.invitation.state_at(clock.now())) is not LinkState.OPEN:
            return closed(request, held, state)
        form.add_error(None, _("This is not the birth date that we have. Look at it again."))
    return show(request, held, "birth_date", form=form, status=422 if form.is_bound else 200)


@require_POST
@by_link
def language(request: ClinicRequest, held: Held) -> HttpResponse:
    """Go on in another language, on the page where the person is."""
    try:
        speak(held.invitation, request.POST.get("language", ""))
        reword(held.invitation)
    except InputRefused:
        raise Http404 from None
    here, back = reverse("questionnaires:link", args=[held.token]), request.POST.get("at", "")
    return redirect(back if back.startswith(here) and url_has_allowed_host_and_scheme(back, None) else here)


@require_http_methods(["GET", "POST"])
@opened_by_birth_date
def question(request: ClinicRequest, held: Held, name: str) -> HttpResponse:
    """One question; its answer is kept before the next page is shown."""
    sheets = sheets_for(held.invitation)
    here = place(sheets, name)
    if here is None:
        return _go_on(held, sheets)
    if request.method == "GET":
        if not safety.may_be_asked(here.instrument):
            return show(request, held, "nobody")
        record("questionnaires.question.read", person=held.invitation.person_id, about=here.sheet)
        return _question(request, held, here)
    try:
        given = give_answer(here.sheet.id, here.page.link_id, request.POST.get("answer", ""))
    except InputRefused:
        return _question(request, held, here, refused=True)
    if given.task is not None and here.page.link_id in _watched(here):
        return redirect("questionnaires:told", held.token, name)
    return _after(request, held, name)


def _watched(here: Place) -> tuple[str, ...]:
    return here.instrument.suicide.items if here.instrument.suicide else ()


def _after(request: ClinicRequest, held: Held, name: str) -> HttpResponse:
    """The next question; back to the page to look at, where the person came from there."""
    sheets = sheets_for(held.invitation)
    here = place(sheets, name)
    if request.GET.get("from") == "review" or here is None or not here.following:
        return _go_on(held, sheets)
    return redirect("questionnaires:question", held.token, here.following)


def _question(request: ClinicRequest, held: Held, here: Place, *, refused: bool = False) -> HttpResponse:
    context = {
        "here": here, "page": here.page, "refused": refused, "official": here.official, "said": here.said,
        "on_duty": safety.on_duty_for(here.page.link_id, here.instrument),
        "reading_day": reading_day(), "from_review": request.GET.get("from") == "review",
    }  # fmt: skip
    return show(request, held, "question", status=422 if refused else 200, **context)


def _go_on(held: Held, sheets: list[AnswerSheet]) -> HttpResponse:
    if held.invitation.purpose == Purpose.LOOK:
        return redirect("questionnaires:own", held.token)
    following = next_place(sheets)
    if following:
        return redirect("questionnaires:question", held.token, following)
    return redirect("questionnaires:review", held.token)


@require_GET
@opened_by_birth_date
def own(request: ClinicRequest, held: Held) -> HttpResponse:
    """The person's own course, as bands in words; only through a link that was made for it."""
    if held.invitation.purpose != Purpose.LOOK:
        return _go_on(held, sheets_for(held.invitation))
    record("questionnaires.own_view.read", person=held.invitation.person_id, about=held.invitation)
    return show(request, held, "own", bands=own_bands(held.invitation.person))


@require_GET
@opened_by_birth_date
def told(request: ClinicRequest, held: Held, name: str) -> HttpResponse:
    """Who was told about this answer, and whom to call; then on to the next question."""
    sheets = sheets_for(held.invitation)
    here = place(sheets, name)
    task = safety.task_of(here.sheet) if here is not None else None
    if here is None or task is None:
        return _go_on(held, sheets)
    record("questionnaires.told.read", person=held.invitation.person_id, about=here.sheet)
    context: dict[str, Any] = {
        "task": task,
        "following": here.following,
        "on_review": next_place(sheets) == "",
    }
    return show(request, held, "told", **context)


@require_http_methods(["GET", "POST"])
@by_link
def look(request: ClinicRequest, held: Held) -> HttpResponse:
    """Every answer before it is sent, each with a way to change it; sending closes the link.

    Whoever sent them and sends once more, or comes back here, sees who reads them and whom to call.
    """
    if held.invitation.state_at(clock.now()) is LinkState.SENT and is_confirmed(request, held.invitation):
        return redirect("questionnaires:sent", held.token)
    if (instead := shut(request, held)) is not None:
        return instead
    if held.invitation.purpose == Purpose.LOOK:
        return redirect("questionnaires:own", held.token)
    if request.method == "POST":
        send_all(held.invitation.id)
        return redirect("questionnaires:sent", held.token)
    parts = to_review(sheets_for(held.invitation))
    record("questionnaires.review.read", person=held.invitation.person_id, about=held.invitation)
    unanswered = sum(not line.answer for part in parts for line in part.lines)
    context: dict[str, Any] = {"parts": parts, "unanswered": unanswered, "reading_day": reading_day()}
    return show(request, held, "review", **context)


@require_GET
@by_link
def sent(request: ClinicRequest, held: Held) -> HttpResponse:
    """Who reads the answers, and when. No score."""
    state = held.invitation.state_at(clock.now())
    if state is not LinkState.SENT:
        return redirect("questionnaires:link", held.token)
    if not is_confirmed(request, held.invitation):
        return closed(request, held, state)
    sheets = list(AnswerSheet.objects.filter(invitation=held.invitation))
    tasks = [task for sheet in sheets if (task := safety.task_of(sheet)) is not None]
    record("questionnaires.sent.read", person=held.invitation.person_id, about=held.invitation)
    context: dict[str, Any] = {"reads_on": sheets[0].reads_on, "task": tasks[0] if tasks else None}
    return show(request, held, "sent", **context)


@require_GET
@by_link
def help_now(request: ClinicRequest, held: Held) -> HttpResponse:
    """Whom to call at once; open without the birth date, and after the link has closed."""
    record("questionnaires.help.read", person=held.invitation.person_id, about=held.invitation)
    return show(request, held, "help")
