"""The owner's page: the clinic in numbers, nobody by name."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from unloop.clinic.audit import clock
from unloop.clinic.laboratory.services import PublishedResponse, published_response
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.registry.cohort import Cohort, count_clinic
from unloop.clinic.registry.drawing import Row, forest


@require_GET
def clinic(request: ClinicRequest) -> HttpResponse:
    """Outcomes with who is missing, adverse events, and sessions without a complete evaluation."""
    counted, published = count_clinic(), published_response()
    rows = _rows(counted, published)
    context = {
        "counted": counted, "published": published, "rows": rows, "now": clock.now(),
        "picture": forest(rows, low=published.low, high=published.high) if counted.by_score else None,
    }  # fmt: skip
    return render(request, "registry/clinic.html", context)


def _rows(counted: Cohort, published: PublishedResponse) -> list[Row]:
    here = []
    if counted.by_score is not None:
        here.append(Row(_("This clinic, everybody infused"), _("who was not rated counts as no response"), counted.by_score, here=True))  # fmt: skip
    if counted.of_rated is not None:
        here.append(Row(_("This clinic, those rated"), _("at the last rating, by the score"), counted.of_rated, here=True))  # fmt: skip
    there = [Row(_name(one.study), one.who, one.share) for one in published.studies]
    return [*here, *there]


def _name(study: str) -> str:
    """`RODRIGUEZ2013` as `Rodriguez 2013`."""
    letters = study.rstrip("0123456789")
    return f"{letters.capitalize()} {study[len(letters) :]}".rstrip()
