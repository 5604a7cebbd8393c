"""Adopted protocols: which one is in force, what was signed, and signing another."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from unloop.clinic.people import protocols
from unloop.clinic.people.forms import ReadProtocolForm, SignProtocolForm
from unloop.clinic.people.identity import IdentityNotConfirmed
from unloop.clinic.people.models import AdoptedProtocol
from unloop.clinic.people.requests import ClinicRequest
from unloop.clinic.people.roles import Role
from unloop.clinic.people.views.staff import refused_error
from unloop.protocol import Protocol, ProtocolRefused, Refusal, bundled, bundled_ids
from unloop.quantity import InputRefused


@require_GET
def adopted_list(request: ClinicRequest) -> HttpResponse:
    """Every signed protocol, and the one in force."""
    signed = protocols.adopted_protocols()
    context = {"signed": signed, "in_force": protocols.current_protocol(), "may_sign": _may_sign(request)}
    return render(request, "people/protocols.html", context)


@require_GET
def adopted(request: ClinicRequest, adopted_id: UUID) -> HttpResponse:
    """One signed protocol, word for word."""
    signed = get_object_or_404(AdoptedProtocol, pk=adopted_id)
    context = {
        "signed": signed,
        "text": bytes(signed.document).decode(),
        "in_force": protocols.current_protocol(),
    }
    return render(request, "people/protocol.html", context)


@require_http_methods(["GET", "POST"])
def adopt(request: ClinicRequest) -> HttpResponse:
    """Choose a document, read what it is, sign it."""
    if request.method == "POST":
        return _sign(request) if "password" in request.POST else _read_file(request)
    chosen = request.GET.get("bundled", "")
    if chosen in bundled_ids():
        return _show(request, bundled(chosen))
    return _choose(request)


def _read_file(request: ClinicRequest) -> HttpResponse:
    form = ReadProtocolForm(request.POST, request.FILES)
    if not form.is_valid():
        return _choose(request, form=form)
    return _read(request, form.cleaned_data["document"].read())


def _sign(request: ClinicRequest) -> HttpResponse:
    form = SignProtocolForm(request.POST)
    if not form.is_valid() and "document" in form.errors:
        return _choose(request, form=form)
    document = form.cleaned_data["document"]
    if form.is_valid():
        try:
            signed = protocols.adopt_protocol(
                document, by=request.user, password=form.cleaned_data["password"]
            )
        except IdentityNotConfirmed as error:
            form.add_error("password", error.args[0])
        except ProtocolRefused:
            return _read(request, document)
        except InputRefused as refused:
            form.add_error(None, refused_error(refused))
        else:
            messages.success(request, _("The protocol is signed and in force."))
            return redirect("people:protocol", signed.pk)
    return _read(request, document, form=form)


def _read(request: ClinicRequest, document: bytes, *, form: SignProtocolForm | None = None) -> HttpResponse:
    """The page on which a document is signed, or the reasons why it cannot be."""
    try:
        return _show(request, protocols.read_protocol(document), form=form)
    except ProtocolRefused as refused:
        return _choose(request, refusals=refused.refusals)
    except InputRefused as refused:
        why = _("%(given)s; allowed is %(allowed)s") % refused.as_dict()
        return _choose(request, refusals=[Refusal(refused.where, why, refused.mend)])


def _choose(request: ClinicRequest, **more: Any) -> HttpResponse:
    taken = {(signed.protocol_id, signed.version) for signed in protocols.adopted_protocols()}
    offered = [bundled(name) for name in bundled_ids()]
    context = {
        "offered": [protocol for protocol in offered if (protocol.id, protocol.version) not in taken],
        "form": ReadProtocolForm(),
    }
    return render(request, "people/protocol_choose.html", context | more, status=422 if more else 200)


def _show(
    request: ClinicRequest, protocol: Protocol, *, form: SignProtocolForm | None = None
) -> HttpResponse:
    document = base64.b64encode(protocol.text.encode()).decode("ascii")
    context = {"protocol": protocol, "form": form or SignProtocolForm(initial={"document": document})}
    return render(request, "people/protocol_sign.html", context, status=422 if form else 200)


def _may_sign(request: ClinicRequest) -> bool:
    return request.user.has_role(Role.MEDICAL_DIRECTOR)
