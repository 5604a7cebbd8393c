"""Public pages: nobody signs in, no cookie is set, nothing is kept."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from unloop.care.education import Language, languages, pages, words
from unloop.care.education.texts import library
from unloop.clinic.library.cycle import BESIDE, STEPS, CycleForm
from unloop.clinic.library.pages import shown_page
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


@require_GET
def home(request: ClinicRequest) -> HttpResponse:
    """The list of pages, in the clinic's language where there are pages in it."""
    organisation = request.clinic.organisation
    codes = [one.code for one in languages()]
    spoken = organisation.language.partition("-")[0] if organisation else ""
    return _contents(request, _language(spoken if spoken in codes else codes[0]))


@require_GET
def contents(request: ClinicRequest, language: str) -> HttpResponse:
    """The list of pages in a language."""
    return _contents(request, _language(language))


@require_GET
def page(request: ClinicRequest, language: str, page_id: str) -> HttpResponse:
    """One page."""
    spoken = _language(language)
    try:
        shown = shown_page(page_id, spoken.code)
    except InputRefused as error:
        if error.where == "page":
            raise Http404 from error
        raise
    order = [one.id for one in pages(spoken.code)]
    after = pages(spoken.code)[(order.index(page_id) + 1) % len(order)]
    return _show(request, "page", spoken, context={"shown": shown, "after": after}, at=page_id)


@csrf_exempt  # it changes nothing here, and a token against forgery would need a cookie
@require_http_methods(["GET", "POST"])
def cycle(request: ClinicRequest, language: str) -> HttpResponse:
    """Ask for the person's own cycle; answered, make a page of it to print or save, and forget it."""
    spoken = _language(language)
    asked = request.method == "POST" and "change" not in request.POST
    form = CycleForm(request.POST if request.method == "POST" else None, language=spoken.code)
    if asked and form.is_valid():
        written = form.written()
        return _show(
            request,
            "your_cycle",
            spoken,
            context={
                "steps": [one for one in written if one[0] in STEPS],
                "beside": [one for one in written if one[0] in BESIDE],
                "form": form,
            },
            at="your-cycle",
        )
    answer = _show(request, "write_cycle", spoken, context={"form": form, "steps": STEPS}, at="your-cycle")
    answer.status_code = 422 if asked else 200
    return answer


def _contents(request: HttpRequest, language: Language) -> HttpResponse:
    return _show(request, "contents", language, context={}, at="")


def _language(code: str) -> Language:
    found = next((one for one in languages() if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, template: str, language: Language, *, context: dict[str, Any], at: str
) -> HttpResponse:
    around = {
        "clinic_language": language.code,
        "language": language,
        "languages": languages(),
        "pages": pages(language.code),
        "say": {name.replace("-", "_"): text for name, text in words(language.code).items()},
        "library": library(),
        "at": at,
    }
    with translation.override(language.code):
        return render(request, f"library/{template}.html", around | context)
