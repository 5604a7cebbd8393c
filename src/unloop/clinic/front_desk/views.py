"""Pages of the front desk: today, and booking."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.follow_up.services import plan_follow_up
from unloop.clinic.front_desk.booking import Expected, book, call_off, day_of, expected
from unloop.clinic.front_desk.forms import BookingForm
from unloop.clinic.front_desk.models import Appointment, VisitKind
from unloop.clinic.people.services import ClinicRequest, current_protocol, spelled
from unloop.clinic.work.services import read_open_tasks
from unloop.quantity import InputRefused


@require_GET
def today(request: ClinicRequest) -> HttpResponse:
    """Who is expected, who is ready and why the others are not, and what waits for a reader."""
    now = clock.now()
    moment = _asked_day(request) or now
    adopted = current_protocol()
    visits = expected(moment, adopted)
    clinical = request.user.is_clinical
    if clinical:
        plan_follow_up()
    context = {
        "sentence": sentence(visits) if adopted else unjudged_sentence(visits),
        "day": day_of(moment)[0],
        "is_today": day_of(moment) == day_of(now),
        "now": now,
        "visits": visits,
        "ready": [one for one in visits if one.ready],
        "not_ready": [one for one in visits if one.ready is False],
        "unjudged": [one for one in visits if one.ready is None],
        "protocol": adopted,
        "tasks": read_open_tasks(most=20) if clinical else [],
        "clinical": clinical,
    }
    return render(request, "front_desk/today.html", context)


def sentence(visits: list[Expected]) -> str:
    """The one true sentence about a day."""
    if not visits:
        return _("No one is expected.")
    ready = sum(bool(one.ready) for one in visits)
    if not ready:
        judged = _("None is ready.")
    elif ready == len(visits):
        judged = ngettext("That person is ready.", "All of them are ready.", ready)
    else:
        yes = ngettext("%(n)s is ready", "%(n)s are ready", ready) % {"n": spelled(ready).capitalize()}
        shut = len(visits) - ready
        no = ngettext("%(n)s is not", "%(n)s are not", shut) % {"n": spelled(shut)}
        judged = _("%(yes)s, %(no)s.") % {"yes": yes, "no": no}
    return f"{_coming(visits)} {judged}"


def unjudged_sentence(visits: list[Expected]) -> str:
    """The sentence about a day before any protocol is adopted."""
    if not visits:
        return _("No one is expected.")
    return f"{_coming(visits)} {_('No protocol is adopted, so nobody can be treated.')}"


def _coming(visits: list[Expected]) -> str:
    count = len(visits)
    words = ngettext("%(n)s person is expected.", "%(n)s people are expected.", count)
    return words % {"n": spelled(count).capitalize()}


@require_http_methods(["GET", "POST"])
@of_person("booking")
def booking(request: ClinicRequest, person: Person) -> HttpResponse:
    """Book a visit for a person."""
    form = BookingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            book(
                person,
                VisitKind(data["kind"]),
                data["begins_at"],
                chair=data["chair"],
                minutes=data["minutes"],
            )
        except InputRefused as refused:
            form.add_error(refused.where if refused.where in form.fields else None, f"{refused.mend}")
        else:
            return redirect(f"{reverse('front_desk:today')}?day={data['begins_at']:%Y-%m-%d}")
    booked = Appointment.objects.filter(person=person, called_off_at__isnull=True, begins_at__gte=clock.now())
    context = {"person": person, "form": form, "booked": booked}
    return render(request, "front_desk/booking.html", context, status=422 if form.is_bound else 200)


@require_POST
@of_person("booking")
def calling_off(_request: ClinicRequest, person: Person, appointment_id: UUID) -> HttpResponse:
    """No longer expect the person at that time."""
    call_off(get_object_or_404(Appointment, id=appointment_id, person=person).id)
    return redirect("front_desk:booking", person.id)


def _asked_day(request: ClinicRequest) -> datetime | None:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return datetime.combine(day, time(12), tzinfo=get_current_timezone())
