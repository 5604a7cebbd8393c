"""Staff pages: a person's answers, one sheet, what waits for a reader, and sending a link."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.care.symptoms import Instrument, Respondent, Silence
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.forms import ReadForm, SendLinkForm, said_of
from unloop.clinic.questionnaires.link_message import message_of
from unloop.clinic.questionnaires.links import Terms, invite, links_of, withdraw
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.reading import sent_along, tasks_about, waiting
from unloop.clinic.questionnaires.results import Result, results, score_of
from unloop.clinic.questionnaires.second import asked_of as second_asked_of
from unloop.clinic.questionnaires.second import hidden_by, hidden_from, is_second, pairs_of
from unloop.clinic.questionnaires.sheets import answers_of, sheets_of
from unloop.clinic.questionnaires.wordings import in_session, instrument_of, said_by, to_rate
from unloop.clinic.work.services import close_task
from unloop.quantity import InputRefused


@require_GET
def answers(request: ClinicRequest) -> HttpResponse:
    """Answers of everybody that wait for a reader."""
    found = waiting()
    record("questionnaires.waiting.listed", detail={"count": len(found)})
    return render(request, "questionnaires/answers.html", {"waiting": found, "now": clock.now()})


@require_GET
@of_person("answers")
def person(request: ClinicRequest, person: Person) -> HttpResponse:
    """What a person answered and how they were rated, with what changed; the links that are out."""
    by_instrument: dict[str, list[Result]] = {}
    asked = second_asked_of(request.user, person)
    hidden = hidden_by(asked)
    for result in results(sheets_of(person).exclude(id__in=hidden)):
        by_instrument.setdefault(result.sheet.instrument, []).append(result)
    now = clock.now()
    context = {
        "person": person, "groups": list(by_instrument.values()), "rateable": _rateable(),
        "links": [(one, one.state_at(now)) for one in links_of(person)],
        "sheets": sum(map(len, by_instrument.values())), "to_rate_second": asked,
    }  # fmt: skip
    return render(request, "questionnaires/person.html", context)


def _rateable() -> list[Instrument]:
    """What a clinician rates first; what a person answers alone can be read out as well."""
    return sorted(to_rate(), key=lambda one: (one.respondent is Respondent.SELF, in_session(one), one.title))


@require_http_methods(["GET", "POST"])
@of_person("send-link")
def send(request: ClinicRequest, person: Person) -> HttpResponse:
    """Choose what a person is asked; the link is shown once, to hand over or to copy."""
    form = SendLinkForm(request.POST if request.method == "POST" else None, sender=request.user)
    if form.is_bound and form.is_valid():
        try:
            made, path = invite(
                person,
                form.cleaned_data["instruments"],
                by=request.user,
                reader=form.chosen_reader,
                terms=Terms(language=form.cleaned_data["language"]),
            )
        except InputRefused as refused:
            form.add_error(None, said_of(refused))
        else:
            return show_link(request, made, path)
    now = clock.now()
    context = {"person": person, "form": form,
               "links": [(one, one.state_at(now)) for one in links_of(person)]}  # fmt: skip
    return render(request, "questionnaires/send.html", context, status=422 if form.is_bound else 200)


def show_link(request: ClinicRequest, made: Invitation, path: str) -> HttpResponse:
    """A link that was made just now, with the message that brings it; it is shown this once."""
    message = message_of(made, request.build_absolute_uri(path))
    return render(
        request, "questionnaires/link.html", {"person": made.person, "invitation": made, "message": message}
    )


@require_POST
@of_person("withdraw-link")
def take_back(request: ClinicRequest, person: Person, invitation_id: UUID) -> HttpResponse:
    """Take a link back."""
    withdraw(get_object_or_404(Invitation, id=invitation_id, person=person).id)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("questionnaires:send", person.id)


@require_http_methods(["GET", "POST"])
@of_person("answer-sheet")
def sheet(request: ClinicRequest, person: Person, sheet_id: UUID) -> HttpResponse:
    """One sheet, question by question; whoever reads it says what was done."""
    found = get_object_or_404(
        AnswerSheet.objects.select_related("wording", "invitation__reader", "entered_by"),
        id=sheet_id,
        person=person,
    )
    found.person = person  # it is known, and asked of again below
    hidden = hidden_from(request.user, person)
    if found.id in hidden:
        return render(request, "questionnaires/hidden.html", {"person": person, "sheet": found})
    tasks = tasks_about(found)
    form = ReadForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        for task in tasks:
            close_task(task.id, by=request.user, outcome=form.cleaned_data["outcome"])
        return redirect("questionnaires:sheet", person.id, found.id)
    instrument = instrument_of(found)
    context = {
        "person": person, "sheet": found, "instrument": instrument, "lines": _lines(found, instrument),
        "subscales": _subscales(found, instrument),
        "result": _result(found, hidden), "tasks": tasks, "form": form, "now": clock.now(), "pairs": pairs_of(found),
        "along": sent_along(found, tasks),
        "can_be_second": found.entered_by_id is not None and found.sent_at is not None and not is_second(found),
    }  # fmt: skip
    return render(request, "questionnaires/sheet.html", context, status=422 if form.is_bound else 200)


def _lines(sheet: AnswerSheet, instrument: Instrument) -> list[dict[str, object]]:
    given, said = answers_of(sheet), said_by(sheet)
    watched = instrument.suicide.items if instrument.suicide else ()
    lines: list[dict[str, object]] = []
    for item in instrument.items:
        answer = given.get(item.id)
        lines.append(
            {
                "number": item.id, "question": item.label, "said": said.get(item.id, ""), "watched": item.id in watched,
                "answer": None if answer is None else item.label_of(answer),
                "points": answer if isinstance(answer, int) else None, "withheld": isinstance(answer, Silence),
            }
        )  # fmt: skip
    return lines


def _result(sheet: AnswerSheet, hidden: Collection[UUID]) -> Result | None:
    """What a sheet says; a change since one that the reader may not see yet would tell them what it said."""
    if sheet.sent_at is None:
        return None
    same = sheets_of(sheet.person).filter(instrument=sheet.instrument, sent_at__lte=sheet.sent_at)
    same = same.exclude(id__in=hidden)
    found = next((one for one in results(same) if one.sheet.pk == sheet.pk), None)
    return found or Result(sheet, instrument_of(sheet), score_of(sheet))


def _subscales(sheet: AnswerSheet, instrument: Instrument) -> list[dict[str, object]]:
    points = sheet.score["subscales"] if sheet.score else {}
    return [{"label": part.label, "points": points.get(part.id)} for part in instrument.subscales]
