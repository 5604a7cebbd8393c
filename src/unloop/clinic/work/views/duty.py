"""The duty roster: who acts on answers, and when."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from unloop.clinic.audit import clock
from unloop.clinic.people.services import ClinicRequest, may_open
from unloop.clinic.work.duty import duty_owner, first_gap, roster, set_duty, withdraw_duty
from unloop.clinic.work.forms import DutyForm
from unloop.clinic.work.models import DutyWindow
from unloop.quantity import InputRefused

LOOK_AHEAD = timedelta(days=14)
"""So far ahead the page looks for an hour without anybody on duty."""


@require_GET
def duty(request: ClinicRequest) -> HttpResponse:
    """Who is on duty now and in the weeks to come."""
    return _page(request, DutyForm() if may_open(request.user, "work:duty_add") else None)


@require_POST
def duty_add(request: ClinicRequest) -> HttpResponse:
    """Put somebody on duty."""
    form = DutyForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            set_duty(data["user"], begins_at=data["begins_at"], ends_at=data["ends_at"],
                     escalates_to=data["escalates_to"])  # fmt: skip
        except InputRefused as refused:
            said = f"{_('Allowed is')} {refused.allowed}: {refused.mend}."
            form.add_error(refused.where if refused.where in form.fields else None, said)
        else:
            messages.success(request, _("The roster is kept."))
            return redirect("work:duty")
    return _page(request, form)


@require_POST
def duty_withdraw(_request: ClinicRequest, window_id: UUID) -> HttpResponse:
    """Take a window off the roster."""
    withdraw_duty(get_object_or_404(DutyWindow, id=window_id))
    return redirect("work:duty")


def _page(request: ClinicRequest, form: DutyForm | None) -> HttpResponse:
    now = clock.now()
    on_duty = duty_owner(now)
    gap = first_gap(now, now + LOOK_AHEAD)
    context = {
        "on_duty": on_duty,
        "gap": gap,
        "nobody": gap == now,
        "windows": roster(now),
        "now": now,
        "form": form,
    }
    return render(
        request, "work/duty.html", context, status=422 if form is not None and form.is_bound else 200
    )
