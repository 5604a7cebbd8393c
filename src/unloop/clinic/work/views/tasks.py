"""Pages of the work app: what waits for whom, and closing it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from unloop.clinic.audit import clock
from unloop.clinic.chart.services import open_person
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.work.duty import duty_owner
from unloop.clinic.work.forms import CloseForm
from unloop.clinic.work.models import Task
from unloop.clinic.work.tasks import close_task, read_open_tasks
from unloop.clinic.work.wording import about, in_words, place_of

MOST = 500
"""So many tasks are listed at once; a clinic that has more needs people, not a longer list."""


@require_GET
def tasks(request: ClinicRequest) -> HttpResponse:
    """Everything that stands open, the reader's own first."""
    now = clock.now()
    everything = read_open_tasks(most=MOST)
    mine = [task for task in everything if request.user in {task.owner, task.answers_now(now)}]
    others = [task for task in everything if task not in mine]
    return render(
        request, "work/tasks.html", {"mine": mine, "others": others, "now": now, "on_duty": duty_owner(now)}
    )


@require_http_methods(["GET", "POST"])
def task(request: ClinicRequest, task_id: UUID) -> HttpResponse:
    """One task, and the form that closes it."""
    people = ("person", "owner", "escalates_to", "closed_by")
    found = get_object_or_404(Task.objects.select_related(*people), id=task_id)
    open_person(found.person_id, page="task")
    form = CloseForm(request.POST if request.method == "POST" else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and found.closed_at is not None:
        status = 409  # somebody was faster; the page says who, and what was done
    elif request.method == "POST" and form.is_valid():
        close_task(task_id, by=request.user, outcome=form.cleaned_data["outcome"])
        return redirect("work:tasks")
    context = {
        "notes": found.notes.select_related("to"), "task": found, "what": in_words(found), "about": about(found), "place": place_of(found, request.user),
        "form": form, "now": clock.now(), "late": status == 409,
    }  # fmt: skip
    return render(request, "work/task.html", context, status=status)
