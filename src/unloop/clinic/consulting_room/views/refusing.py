"""What every page here does with a refusal, and where no protocol is signed."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.said import four_parts
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


def refuse(form: BaseForm, refused: InputRefused, field: str | None = None) -> None:
    """Put the four parts of a refusal on a form."""
    where = field if field in form.fields else None
    words = four_parts(refused)
    form.add_error(where, words if where else f"{refused.where}: {words}")


def nobody_can_be_treated(request: ClinicRequest, person: Person) -> HttpResponse:
    """The page of a clinic that has adopted no protocol."""
    return render(request, "consulting_room/no_protocol.html", {"person": person})
