"""Pages of the front desk: today, and booking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from unloop.clinic.front_desk.booking import book, call_off, day_of
from unloop.clinic.front_desk.day import Day, Expected, read_day
from unloop.clinic.front_desk.drawing import draw
from unloop.clinic.front_desk.forms import BookingForm
from unloop.clinic.front_desk.lanes import UNDER_WAY, Lane, lanes
from unloop.clinic.front_desk.mending import with_mends
from unloop.clinic.front_desk.models import Appointment, VisitKind
from unloop.clinic.people.services import ClinicRequest, chairs_in_use, current_protocol, spelled
from unloop.clinic.work.services import Task, duty_owner, open_tasks, undelivered
from unloop.quantity import InputRefused

MOST_TASKS = 20
"""So many tasks stand on the day's page; the tasks' own page has them all."""


@require_GET
def today(request: ClinicRequest) -> HttpResponse:
    """Who is expected, who sits where, who is ready and why the others are not, and what waits for a reader."""
    now = clock.now()
    moment = _asked_day(request) or now
    adopted = current_protocol()
    clinical = request.user.is_clinical
    tasks = list(open_tasks()[:MOST_TASKS]) if clinical else []
    held_up = undelivered(now)
    also = {task.person_id for task in tasks} | {one.person_id for one in held_up if one.person_id}
    day = read_day(moment, adopted, also=also)
    is_today = day_of(moment) == day_of(now)
    in_chairs = lanes(day, chairs_in_use())
    context = {
        "sentence": sentence(day.visits) if adopted else unjudged_sentence(day.visits),
        "day": day.begin,
        "is_today": is_today,
        "now": now,
        "visits": day.visits,
        "ready": [one for one in day.visits if one.ready and not one.begun],
        "begun": [one for one in day.visits if one.begun],
        "not_ready": with_mends([one for one in day.visits if one.ready is False], request.user),
        "protocol": adopted,
        "lanes": in_chairs,
        "chairs_sentence": chairs_sentence(in_chairs),
        "drawn": draw(in_chairs, day.begin, get_current_timezone(), now=now if is_today else None),
        "waiting": _by_person(tasks),
        "clinical": clinical,
        "undelivered": held_up,
        "nobody_on_duty": is_today and not _somebody_on_duty(day, now),
    }
    return render(request, "front_desk/today.html", context)


def _somebody_on_duty(day: Day, now: datetime) -> bool:
    """As the visits of the day were read with; a day without a visit asks for it."""
    return duty_owner(now) is not None if day.somebody_on_duty is None else day.somebody_on_duty


def _by_person(tasks: Iterable[Task]) -> list[tuple[Person, list[Task]]]:
    """Tasks by the person whom they are about; whose task is due first stands first."""
    found: dict[UUID, tuple[Person, list[Task]]] = {}
    for task in tasks:
        found.setdefault(task.person_id, (task.person, []))[1].append(task)
    return list(found.values())


def sentence(visits: Sequence[Expected]) -> str:
    """The one true sentence about a day."""
    if not visits:
        return _("No one is expected.")
    begun = sum(one.begun for one in visits)
    ready = sum(bool(one.ready) for one in visits) - begun
    shut = len(visits) - begun - ready
    if not begun and not ready:
        return f"{_coming(visits)} {_('None is ready.')}"
    if not begun and not shut:
        return f"{_coming(visits)} {ngettext('That person is ready.', 'All of them are ready.', ready)}"
    said = [
        (begun, ngettext("%(n)s has begun", "%(n)s have begun", begun)),
        (ready, ngettext("%(n)s is ready", "%(n)s are ready", ready)),
        (shut, ngettext("%(n)s is not", "%(n)s are not", shut) if ready
         else ngettext("%(n)s is not ready", "%(n)s are not ready", shut)),
    ]  # fmt: skip
    judged = ", ".join(words % {"n": spelled(number)} for number, words in said if number)
    return f"{_coming(visits)} {judged[:1].upper()}{judged[1:]}."


def chairs_sentence(in_chairs: Sequence[Lane]) -> str:
    """Who is in a chair at this moment."""
    here = [
        _("%(name)s in %(chair)s: %(words)s") % {"name": stay.name, "chair": lane.chair, "words": stay.words}
        for lane in in_chairs
        for stay in lane.stays
        if stay.phase in UNDER_WAY
    ]
    return f"{'; '.join(here)}." if here else _("Nobody sits in a chair now.")


def unjudged_sentence(visits: Sequence[Expected]) -> str:
    """The sentence about a day before any protocol is adopted."""
    if not visits:
        return _("No one is expected.")
    return f"{_coming(visits)} {_('No protocol is adopted, so nobody can be treated.')}"


def _coming(visits: Sequence[Expected]) -> str:
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
    if day.year not in clock.YEARS:
        return None
    return datetime.combine(day, time(12), tzinfo=get_current_timezone())
