"""Documents of a person: the list, attaching one, and the download, which never runs in a browser."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from unloop.clinic.chart.documents import attach, documents_of, file_name, open_document, provable
from unloop.clinic.chart.documents_model import Document
from unloop.clinic.chart.documents_sealing import SealBroken
from unloop.clinic.chart.documents_types import MAX_DOCUMENT_BYTES
from unloop.clinic.chart.models import Person
from unloop.clinic.chart.views.guarding import of_person
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


class DocumentForm(forms.Form):
    """A file, and the entry that it proves."""

    fact = forms.ChoiceField(label=gettext_lazy("Which entry does it prove?"))
    file = forms.FileField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("A PDF, PNG or JPEG file of at most 10 MB, without a password."),
    )


@require_GET
@of_person("documents")
def documents(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every document, and a form for one more."""
    return _page(request, person)


@require_POST
@of_person("attach")
def attach_one(request: ClinicRequest, person: Person) -> HttpResponse:
    """Attach a document to the entry that it proves."""
    return _page(request, person)


def _page(request: ClinicRequest, person: Person) -> HttpResponse:
    posted = request.method == "POST"
    form = DocumentForm(
        request.POST if posted else None, request.FILES if posted else None,
        initial={"fact": request.GET.get("fact", "")},
    )  # fmt: skip
    entries = provable(person)
    choice = form.fields["fact"]
    assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared so above
    choice.choices = [("", _("Choose")), *((str(one.id), f"{one.label}: {one.shown}") for one in entries)]
    if posted and form.is_valid() and _attached(person, form):
        messages.success(request, _("The document is kept, sealed, beside the entry that it proves."))
        return redirect("chart:documents", person.id)
    context = {"person": person, "form": form, "kept": documents_of(person), "entries": entries}
    return render(request, "chart/documents.html", context, status=422 if posted else 200)


@require_GET
@of_person("document")
def document(request: ClinicRequest, person: Person, document_id: UUID) -> HttpResponse:
    """The file as a download: with its own type, not to be guessed at, and sandboxed should a browser open it."""
    one = get_object_or_404(Document.objects.select_related("fact"), id=document_id, person=person)
    try:
        data = open_document(one)
    except SealBroken:
        return render(request, "chart/document_broken.html", {"person": person}, status=500)
    answer = HttpResponse(data, content_type=one.kind)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(one)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store"
    return answer


def _attached(person: Person, form: DocumentForm) -> bool:
    file = form.cleaned_data["file"]
    try:
        # One byte more than is taken is enough to know that it is too large.
        attach(person, UUID(form.cleaned_data["fact"]), file.read(MAX_DOCUMENT_BYTES + 1))
    except InputRefused as refused:
        words = _("%(given)s was given; what is taken: %(allowed)s. %(mend)s.") % {
            "given": capfirst(refused.given), "allowed": refused.allowed, "mend": capfirst(refused.mend),
        }  # fmt: skip
        form.add_error("file", words)
        return False
    return True
