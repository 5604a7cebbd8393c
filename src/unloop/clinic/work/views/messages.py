"""Messages that did not go out: who was not reached, and what is done about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.services import ClinicRequest
from unloop.clinic.work.forms import LayAsideForm
from unloop.clinic.work.messages.outbox import lay_aside, send_again, undelivered
from unloop.clinic.work.models import MessageState, OutgoingMessage
from unloop.quantity import InputRefused


@require_GET
def undelivered_messages(request: ClinicRequest) -> HttpResponse:
    """Every message that was given up or is late."""
    found = undelivered(clock.now())
    people = sorted({str(one.person_id) for one in found if one.person_id})
    record("work.messages.read", detail={"messages": len(found), "people": people})
    return render(request, "work/messages.html", {"undelivered": found})


@require_http_methods(["GET", "POST"])
def message(request: ClinicRequest, message_id: UUID) -> HttpResponse:
    """One message that did not go out, and the form that lays it aside."""
    found = get_object_or_404(
        OutgoingMessage.objects.select_related("person", "laid_aside_by"), id=message_id
    )
    record("work.message.read", person=found.person_id, about=found)
    form = LayAsideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            lay_aside(message_id, by=request.user, outcome=form.cleaned_data["outcome"])
        except InputRefused as refused:
            form.add_error(None, f"{_('Allowed is')} {refused.allowed}: {refused.mend}.")
        else:
            return redirect("work:messages")
    context = {"sent": found, "form": form, "given_up": found.state == MessageState.FAILED}
    return render(request, "work/message.html", context, status=422 if form.is_bound else 200)


@require_POST
def message_again(request: ClinicRequest, message_id: UUID) -> HttpResponse:
    """Try a message again."""
    try:
        send_again(message_id)
    except InputRefused as refused:
        said = _("It is %(given)s: %(mend)s.") % {"given": refused.given, "mend": refused.mend}
        messages.warning(request, said)
    else:
        messages.success(
            request, _("The message is tried again within a minute, in the hours in which it may be.")
        )
    return redirect("work:messages")
