"""The clinic's own pages: what it is, and its places."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.audit import clock
from unloop.clinic.people import places, protocols, staff
from unloop.clinic.people.forms import ChairForm, LocationForm, OrganisationForm
from unloop.clinic.people.models import Chair, Location
from unloop.clinic.people.requests import ClinicRequest
from unloop.clinic.people.roles import Role


@require_GET
def clinic(request: ClinicRequest) -> HttpResponse:
    """What the clinic is, and the way to its staff, places, protocols and audit trail."""
    organisation = request.clinic.organisation
    context = {
        "organisation": organisation,
        "working": sum(user.is_active for user in staff.staff()),
        "chairs": len(places.chairs_in_use()),
        "adopted": protocols.current_protocol(),
        "is_owner": request.user.has_role(Role.OWNER),
        "crisis_line_old": organisation is not None and organisation.crisis_line_is_old(clock.today()),
    }
    return render(request, "people/clinic.html", context)


@require_http_methods(["GET", "POST"])
def organisation(request: ClinicRequest) -> HttpResponse:
    """Change the clinic's details."""
    form = OrganisationForm(request.POST or None, instance=request.clinic.organisation)
    if request.method == "POST" and form.is_valid():
        places.change_organisation(form.instance)
        messages.success(request, _("The clinic's details are saved."))
        return redirect("people:clinic")
    return render(request, "people/organisation.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def places_page(request: ClinicRequest) -> HttpResponse:
    """Locations and chairs."""
    return _places(request)


@require_POST
def location_add(request: ClinicRequest) -> HttpResponse:
    """Add a location."""
    form = LocationForm(request.POST, prefix="location")
    organisation = request.clinic.organisation
    if organisation is None or not form.is_valid():
        return _places(request, location_form=form, form=form)
    places.add_location(organisation, form.cleaned_data["name"], address=form.cleaned_data["address"])
    return redirect("people:places")


@require_POST
def chair_add(request: ClinicRequest) -> HttpResponse:
    """Add a chair."""
    form = ChairForm(request.POST, prefix="chair")
    if not form.is_valid():
        return _places(request, chair_form=form, form=form)
    places.add_chair(form.cleaned_data["location"], form.cleaned_data["name"])
    return redirect("people:places")


@require_POST
def chair_use(_request: ClinicRequest, chair_id: str) -> HttpResponse:
    """Take a chair out of use, or put it into use again."""
    chair = get_object_or_404(Chair, pk=chair_id)
    if chair.out_of_use_since is None:
        places.take_out_of_use(chair)
    else:
        places.put_into_use(chair)
    return redirect("people:places")


def _places(request: ClinicRequest, **forms: Any) -> HttpResponse:
    context = {
        "locations": Location.objects.prefetch_related("chairs"),
        "usable": len(places.chairs_in_use()),
        "location_form": LocationForm(prefix="location"),
        "chair_form": ChairForm(prefix="chair"),
    }
    return render(request, "people/places.html", context | forms, status=422 if forms else 200)
