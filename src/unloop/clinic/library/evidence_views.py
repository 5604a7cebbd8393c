"""The staff's pages on the evidence: what is known, what the clinic added to it, and what changed with that."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.audit.services import record
from unloop.clinic.consulting_room.services import ToTalkOver, consents_to_talk_over, void_sheets
from unloop.clinic.laboratory.services import (
    FigureChange,
    KeptStudy,
    judged_alternatives,
    keep_studies,
    keep_study,
    kept_studies,
    ketamine_forest,
    known_of_ketamine,
    read_answers,
    read_file,
    study_lines,
    withdraw_study,
)
from unloop.clinic.library.study_forms import StudyFileForm, StudyForm
from unloop.clinic.people.services import ClinicRequest, names_of
from unloop.quantity import InputRefused


@require_GET
def evidence(request: ClinicRequest) -> HttpResponse:
    """Every study with where its values were read, and how sure one may be of ketamine and of the alternatives."""
    known = known_of_ketamine()
    context = {
        "studies": study_lines(),
        "known": known,
        "forest": mark_safe(ketamine_forest(known)),  # noqa: S308 - our own drawing, every name in it escaped
        "alternatives": judged_alternatives(),
        "kept": _kept(),
        "to_talk_over": _to_talk_over() if request.user.is_clinical else (),
    }
    return render(request, "library/evidence.html", context)


@require_http_methods(["GET", "POST"])
def add_study(request: ClinicRequest) -> HttpResponse:
    """Add a study by a form."""
    form = StudyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changes = keep_study(read_answers(form.document()))
        except InputRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _told(request, changes, count=1)
    return render(request, "library/add_study.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def add_study_file(request: ClinicRequest) -> HttpResponse:
    """Add the studies of a file, all of them or none."""
    posted = request.method == "POST"
    form = StudyFileForm(request.POST if posted else None, request.FILES if posted else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            records = read_file(
                given["file"].read(),
                form=given["form"],
                how=given["how"],
                counted=given["pools_as"] == "efficacy",
                where=_("file"),
            )
            changes = keep_studies(records)
        except InputRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _told(request, changes, count=len(records))
    return render(request, "library/add_study_file.html", {"form": form}, status=422 if posted else 200)


@require_POST
def withdraw(request: ClinicRequest, study_id: str) -> HttpResponse:
    """Take one of the clinic's own studies out of every figure."""
    try:
        changes = withdraw_study(study_id)
    except InputRefused as refused:
        messages.error(request, str(refused))
        return redirect("library:evidence")
    messages.success(request, _("The study is out of every figure; what was written stays."))
    return _tell_changes(request, changes)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A figure that changed, in words."""

    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of the clinic's own list, as the page shows it."""

    entry: KeptStudy
    who: str
    changes: tuple[ShownChange, ...]


def _kept() -> tuple[ShownEntry, ...]:
    entries = kept_studies()
    names = names_of({one.by for one in entries})
    return tuple(
        ShownEntry(
            entry=one,
            who=names.get(one.by, ""),
            changes=tuple(
                ShownChange(figure_words(change.figure), change.before, change.after)
                for change in one.changes
            ),
        )
        for one in entries
    )


def _told(request: ClinicRequest, changes: tuple[FigureChange, ...], *, count: int) -> HttpResponse:
    said = ngettext("%(count)s study was added.", "%(count)s studies were added.", count) % {"count": count}
    messages.success(request, said)
    return _tell_changes(request, changes)


def _tell_changes(request: ClinicRequest, changes: tuple[FigureChange, ...]) -> HttpResponse:
    if not changes:
        messages.info(request, _("No figure changed with it."))
    for change in changes:
        messages.info(
            request,
            _("%(figure)s: from %(before)s to %(after)s")
            % {"figure": figure_words(change.figure), "before": change.before, "after": change.after},
        )
    for words in _touched():
        messages.warning(request, words)
    return redirect("library:evidence")


def _to_talk_over() -> tuple[ToTalkOver, ...]:
    """Whose consent has to be talked over again; that they were named here is in the trail."""
    found = consents_to_talk_over()
    if found:
        people = sorted(str(one.person.id) for one in found)
        record("library.consents.read", detail={"people": people})
    return found


def _touched() -> list[str]:
    """What no longer stands of what people were given and signed, in numbers: names are for those who see charts."""
    sheets, consents = void_sheets(), len(consents_to_talk_over())
    said = (
        (sheets, ngettext("%(n)s sheet that was given and not signed is void: give it anew.",
                          "%(n)s sheets that were given and not signed are void: give them anew.", sheets)),
        (consents, ngettext("%(n)s consent on which nothing was given yet has to be talked over again.",
                            "%(n)s consents on which nothing was given yet have to be talked over again.", consents)),
    )  # fmt: skip
    return [words % {"n": n} for n, words in said if n]


def figure_words(figure: str) -> str:
    """A figure as a page names it."""
    return {
        "samples": _("Samples counted"),
        "people": _("People counted"),
        "differ": _("How often samples of one kind would differ as much (p)"),
        "prediction": _("Of 100 people in a further clinic, much better (80%)"),
    }[figure]
