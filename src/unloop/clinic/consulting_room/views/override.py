"""Going on although a relative rule stands against it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from unloop.care.evaluation import Outcome
from unloop.clinic.chart.services import Person, of_person
from unloop.clinic.consulting_room.forms import OverrideForm
from unloop.clinic.consulting_room.overriding import (
    NewSignature,
    credentials_of,
    override_of,
    sign_override,
    signatures,
    verdict_of,
)
from unloop.clinic.consulting_room.said import say_value
from unloop.clinic.consulting_room.standing import in_force, view_of
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated, refuse
from unloop.clinic.people.services import ClinicRequest, IdentityNotConfirmed, names_of
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused


@require_http_methods(["GET", "POST"])
@of_person("override")
def override(request: ClinicRequest, person: Person, rule: str) -> HttpResponse:
    """Who would have to sign, who has, and the form of whoever is here. A rule that nobody overrides has no page."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    wanted, verdict = override_of(current.protocol, rule), verdict_of(person, current.protocol, rule)
    if wanted is None or verdict is None:
        raise Http404
    mine = credentials_of(request.user, wanted)
    data = request.POST if request.method == "POST" else None
    form = OverrideForm(data, credentials=[(one, _said(one)) for one in mine], needs=wanted.needs)
    if data is not None and form.is_valid():
        new = NewSignature(rule, form.cleaned_data["credential"], form.cleaned_data["reason"], form.written())
        try:
            outcome = sign_override(
                person, current.protocol, new, by=request.user, password=form.cleaned_data["password"]
            )
        except IdentityNotConfirmed as error:
            form.add_error("password", error.args[0])
        except InputRefused as refused:
            refuse(form, refused)
        else:
            done = outcome is Outcome.OVERRIDDEN
            messages.success(request, _("Signed. The rule no longer stands against treatment.") if done
                             else _("Signed. A second person still has to sign on this page."))  # fmt: skip
            return redirect(
                "consulting_room:evaluation" if done else request.path, *([person.id] if done else [])
            )
    set_already = signatures(rule, verdict, view_of(person, current.protocol))
    names = names_of([UUID(one.signer) for one in set_already])
    context = {
        "person": person, "verdict": verdict, "rules": (rule,), "override": wanted, "form": form, "mine": mine,
        "signers": [_said(one) for one in wanted.signers],
        "found": [(DICTIONARY[use.code].label, say_value(use.code, use.value), use.at) for use in verdict.used],
        "signed": [(names.get(UUID(one.signer), ""), _said(one.credential), one) for one in set_already],
        "signed_by_me": any(one.signer == str(request.user.pk) for one in set_already),
        "excludes": verdict.outcome is Outcome.EXCLUDES,
    }  # fmt: skip
    return render(request, "consulting_room/override.html", context, status=422 if data is not None else 200)


def _said(credential: str) -> str:
    return _(credential.replace("_", " "))
