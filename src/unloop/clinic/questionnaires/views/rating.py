"""A clinician rates: one page, one form, every answer kept as soon as it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from unloop.care.symptoms import SILENCE_LABELS, Instrument, Item, score
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.models import AnswerSheet
from unloop.clinic.questionnaires.sheets import (
    SheetClosed,
    give_answer,
    responses_of,
    send,
    sheets_of,
    start_rating,
)
from unloop.clinic.questionnaires.wordings import (
    in_session,
    in_words,
    instrument_of,
    to_rate,
    wording_for_rating,
)
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on the rating page."""

    item: Item
    chosen: str
    silences: tuple[tuple[str, str], ...]
    missing: bool
    only_if: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the rating page shows: the questions, what was chosen so far, and what has to be mended."""

    instrument: Instrument
    sheet: AnswerSheet | None = None
    missing: tuple[str, ...] = ()
    refused: InputRefused | None = None


@require_http_methods(["GET", "POST"])
@of_person("rating")
def rate(request: ClinicRequest, person: Person, instrument: str) -> HttpResponse:
    """Rate a person; an unfinished rating of the same rater goes on where it was left."""
    served = _rateable(instrument)
    if request.method == "GET":
        open_sheet = _unfinished(person, instrument, request)
        shown = Shown(instrument_of(open_sheet), open_sheet) if open_sheet else Shown(served)
        return _page(request, person, shown)
    try:
        sheet = _keep(request, person, served)
    except SheetClosed:
        return redirect("questionnaires:sheet", person.id, _sheet_id(request))
    except InputRefused as refused:
        return _page(request, person, Shown(served, refused=refused), status=422)
    missing = score(instrument_of(sheet), responses_of(sheet)).missing
    if missing and "leave_out" not in request.POST:
        return _page(request, person, Shown(instrument_of(sheet), sheet, missing), status=422)
    send(sheet.id)
    return redirect("questionnaires:sheet", person.id, sheet.id)


@require_POST
@of_person("rating")
def rate_answer(request: ClinicRequest, person: Person, instrument: str) -> HttpResponse:
    """Keep one answer, as the page sends it while somebody rates; the same answer again changes nothing."""
    served = _rateable(instrument)
    try:
        sheet = start_rating(person, served.id, sheet_id=_sheet_id(request), by=request.user)
        give_answer(sheet.id, request.POST.get("question", ""), request.POST.get("answer", ""))
    except SheetClosed:
        return HttpResponse(status=409)
    except InputRefused:
        return HttpResponse(status=422)
    return HttpResponse(status=204)


def _keep(request: ClinicRequest, person: Person, served: Instrument) -> AnswerSheet:
    """Every answer of the posted form."""
    sheet = start_rating(person, served.id, sheet_id=_sheet_id(request), by=request.user)
    if sheet.sent_at is not None:
        raise SheetClosed(
            "rating", given="a rating that was saved", allowed="one that is open", mend="rate again"
        )
    for item in served.items:
        given = request.POST.get(f"q{item.id}")
        if given is not None:
            sheet = give_answer(sheet.id, item.id, given).sheet
    return sheet


def _rateable(instrument_id: str) -> Instrument:
    if instrument_id not in {one.id for one in to_rate()}:
        raise Http404
    return in_words(instrument_id, wording_for_rating(instrument_id))


def _unfinished(person: Person, instrument_id: str, request: ClinicRequest) -> AnswerSheet | None:
    """What this rater began today and did not save."""
    found: AnswerSheet | None = (
        AnswerSheet.objects.filter(
            person=person, instrument=instrument_id, entered_by=request.user, sent_at=None
        )
        .select_related("wording")
        .first()
    )
    begun = found.started_at.astimezone(clock.now().tzinfo).date() if found else None
    return found if begun == clock.now().date() else None


def _sheet_id(request: ClinicRequest) -> UUID:
    try:
        return UUID(request.POST.get("sheet", ""))
    except ValueError:
        raise Http404 from None


def _page(request: ClinicRequest, person: Person, shown: Shown, *, status: int = 200) -> HttpResponse:
    instrument, sheet = shown.instrument, shown.sheet
    given: dict[str, Any] = {} if sheet is None else dict(sheet.answers)
    context = {
        "person": person, "instrument": instrument, "refused": shown.refused,
        "sheet_id": sheet.id if sheet else request.POST.get("sheet") or uuid4(),
        "resumed": sheet is not None and request.method == "GET", "missing": shown.missing,
        "asked": [_asked(item, given, shown) for item in instrument.items],
        "latest": sheets_of(person).filter(instrument=instrument.id).first(), "recall": instrument.recall_label,
        "bedside": in_session(instrument),
    }  # fmt: skip
    return render(request, "questionnaires/rate.html", context, status=status)


def _asked(item: Item, given: dict[str, Any], shown: Shown) -> Asked:
    gate = item.asked_when
    earlier = shown.instrument.item(gate.item) if gate else None
    return Asked(
        item=item,
        chosen=str(given.get(item.id, "")),
        silences=tuple((one.value, SILENCE_LABELS[one]) for one in item.silences),
        missing=item.id in shown.missing,
        only_if=f"{earlier.id}: {earlier.label_of(gate.at_least)}" if gate and earlier else "",
    )
