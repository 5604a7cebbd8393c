"""Target symptoms: the obsessions and compulsions that treatment is aimed at, in the person's own words."""

from __future__ import annotations

from typing import Any, assert_never

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from unloop.care.symptoms import (
    COMPULSION_LABELS,
    DIMENSION_LABELS,
    TROUBLE_OPTIONS,
    Compulsion,
    CompulsionKind,
    Dimension,
    FollowedSymptom,
    Obsession,
    TargetSymptom,
    Trouble,
)
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.questionnaires.forms import SymptomForms
from unloop.clinic.questionnaires.targets import courses, standing, write_list
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@of_person("target-symptoms")
def symptoms(request: ClinicRequest, person: Person) -> HttpResponse:
    """Write the list of a person's target symptoms, and see how each of them went."""
    bound = request.method == "POST"
    forms = SymptomForms(
        request.POST if bound else None, initial=[_initial(one) for one in standing(person)], prefix="s"
    )
    refused: InputRefused | None = None
    if bound and forms.is_valid():
        try:
            write_list(person, [_trouble(form.cleaned_data) for form in forms if form.cleaned_data])
        except InputRefused as error:
            refused = error
        else:
            messages.success(request, _("The list is written. The check-in asks about it from now on."))
            return redirect("questionnaires:symptoms", person.id)
    context = {
        "person": person, "forms": forms, "refused": refused,
        "courses": [_shown(one) for one in courses(person)],
    }  # fmt: skip
    return render(request, "questionnaires/symptoms.html", context, status=422 if bound else 200)


def _initial(one: Trouble) -> dict[str, Any]:
    symptom = one.symptom
    match symptom:
        case Obsession(dimension=dimension):
            kind, about = "obsession", dimension.value
        case Compulsion(kind=done, answers=answered):
            kind, about = done.value, answered.value if answered is not None else ""
        case _:
            assert_never(symptom)
    return {
        "id": one.id,
        "kind": kind,
        "about": about,
        "in_own_words": symptom.in_own_words,
        "over": one.over,
    }


def _trouble(given: dict[str, Any]) -> Trouble:
    about = Dimension(given["about"]) if given["about"] else None
    symptom: TargetSymptom
    if given["kind"] == "obsession":
        symptom = Obsession(about or Dimension.OTHER, given["in_own_words"])
    else:
        symptom = Compulsion(CompulsionKind(given["kind"]), given["in_own_words"], about)
    return Trouble(given["id"], symptom, given["trouble"], over=given["over"])


def _shown(one: FollowedSymptom) -> dict[str, Any]:
    symptom = one.symptom
    match symptom:
        case Obsession(dimension=dimension):
            kind = _("obsession, %s") % _(DIMENSION_LABELS[dimension])
        case Compulsion(kind=done):
            kind = _("compulsion, %s") % _(COMPULSION_LABELS[done])
        case _:
            assert_never(symptom)
    words = {option.value: _(option.label) for option in TROUBLE_OPTIONS}
    course = [(at, points, words[points] if points is not None else "") for at, points in one.points]
    return {"kind": kind, "said": symptom.in_own_words, "since": one.since, "over_since": one.over_since,
            "course": course}  # fmt: skip
