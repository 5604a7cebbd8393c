"""The audit page, for the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from unloop.clinic.audit.forms import TrailForm
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.recording import record
from unloop.clinic.audit.trail import Question, names, trail

COLUMNS: tuple[tuple[str, Promise], ...] = (
    ("at", _("When")),
    ("actor_id", _("Who")),
    ("role", _("Role")),
    ("action", _("Action")),
    ("person_id", _("Person")),
    ("object_type", _("Object")),
    ("route", _("Page")),
    ("outcome", _("Outcome")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with names for its ids."""

    entry: AuditEntry
    actor: str
    person: str

    @property
    def role(self) -> str:
        """The roles held at that moment."""
        return self.entry.role.replace(",", ", ").replace("_", " ")

    @property
    def detail(self) -> str:
        """Codes and numbers, in one line."""
        pairs = (
            (key, value if isinstance(value, list) else [value]) for key, value in self.entry.detail.items()
        )
        return "; ".join(f"{key} {', '.join(str(one) for one in values)}" for key, values in pairs)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts."""

    label: Promise
    address: str
    order: str


@require_GET
def trail_page(request: HttpRequest) -> HttpResponse:
    """Entries of a period, person or actor. Reading the trail is itself recorded."""
    form = TrailForm(request.GET)
    question = _question(form, request) if form.is_valid() else Question(sort="-at")
    record("audit.trail.read", person=question.person, detail={"page": question.page})
    answer = trail(question)
    context = {
        "form": form,
        "lines": _lines(answer.entries),
        "total": answer.total,
        "page": answer.page,
        "pages": answer.pages,
        "columns": [_column(request, name, label, sort=question.sort) for name, label in COLUMNS],
        "earlier": _address(request, page=answer.page - 1) if answer.page > 1 else "",
        "later": _address(request, page=answer.page + 1) if answer.page < answer.pages else "",
    }
    return render(request, "audit/trail.html", context, status=200 if form.is_valid() else 422)


def _question(form: TrailForm, request: HttpRequest) -> Question:
    data = form.cleaned_data
    page = request.GET.get("page", "1")
    return Question(
        since=_midnight(data["since"]),
        until=_midnight(data["until"] + timedelta(days=1)) if data["until"] else None,
        person=data["person"],
        actor=data["actor"],
        action=data["action"],
        outcome=data["outcome"],
        sort=request.GET.get("sort", "-at"),
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
    )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _lines(entries: list[AuditEntry]) -> list[Line]:
    actors = names("actor", (entry.actor_id for entry in entries))
    persons = names("person", (entry.person_id for entry in entries))
    return [
        Line(
            entry,
            actor=actors.get(entry.actor_id, entry.actor_kind) if entry.actor_id else entry.actor_kind,
            person=persons.get(entry.person_id, str(entry.person_id)[:8]) if entry.person_id else "",
        )
        for entry in entries
    ]


def _column(request: HttpRequest, name: str, label: Promise, *, sort: str) -> Column:
    descending = sort == f"-{name}"
    order = "descending" if descending else "ascending" if sort == name else "none"
    return Column(label, _address(request, sort=name if descending else f"-{name}", page=1), order)


def _address(request: HttpRequest, **changed: str | int) -> str:
    kept = {key: value for key, value in request.GET.items() if value and key not in changed}
    return f"?{urlencode(kept | changed)}"
