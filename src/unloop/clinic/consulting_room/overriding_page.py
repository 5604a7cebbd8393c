"""The page on which somebody goes on over a relative rule, at the evaluation and at the start of a session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from unloop.care.evaluation import Outcome
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.forms import OverrideForm
from unloop.clinic.consulting_room.overriding import (
    AtStart,
    NewSignature,
    credentials_of,
    override_of,
    seen_by_rules,
    sign_override,
    signatures,
    verdict_of,
)
from unloop.clinic.consulting_room.said import four_parts, say_value
from unloop.clinic.people.services import ClinicRequest, IdentityNotConfirmed, names_of
from unloop.facts import DICTIONARY
from unloop.protocol import Protocol
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Overriding:
    """What is decided about.

    Attributes:
        person, protocol, rule: whose rule of which document.
        back: the page from which one came.
        start: the session at whose start the rule stands; None for the evaluation.
    """

    person: Person
    protocol: Protocol
    rule: str
    back: str
    start: AtStart | None = None


def answer_override(request: ClinicRequest, asked: Overriding) -> HttpResponse:
    """Who would have to sign, who has, and the form of whoever is here. A rule that nobody overrides has no page."""
    wanted = override_of(asked.protocol, asked.rule)
    verdict = verdict_of(asked.person, asked.protocol, asked.rule, start=asked.start)
    if wanted is None or verdict is None:
        raise Http404
    mine = credentials_of(request.user, wanted)
    data = request.POST if request.method == "POST" else None
    form = OverrideForm(data, credentials=[(one, _said(one)) for one in mine], needs=wanted.needs)
    outcome = _signed(request, asked, form) if data is not None and form.is_valid() else None
    if outcome is not None:
        return redirect(asked.back if outcome is Outcome.OVERRIDDEN else request.path)
    set_already = signatures(
        asked.rule, asked.protocol, seen_by_rules(asked.person, asked.protocol, start=asked.start)
    )
    names = names_of([UUID(one.signer) for one in set_already])
    context = {
        "person": asked.person, "verdict": verdict, "rules": (asked.rule,), "override": wanted, "form": form,
        "mine": mine, "back": asked.back, "at_start": asked.start is not None,
        "signers": [_said(one) for one in wanted.signers],
        "found": [(DICTIONARY[use.code].label, say_value(use.code, use.value), use.at) for use in verdict.used],
        "signed": [(names.get(UUID(one.signer), ""), _said(one.credential), one) for one in set_already],
        "signed_by_me": any(one.signer == str(request.user.pk) for one in set_already),
        "excludes": verdict.outcome is Outcome.EXCLUDES,
    }  # fmt: skip
    return render(request, "consulting_room/override.html", context, status=422 if data is not None else 200)


def _signed(request: ClinicRequest, asked: Overriding, form: OverrideForm) -> Outcome | None:
    """Set the signature; None where it was refused, which then stands on the form."""
    said = form.cleaned_data
    new = NewSignature(asked.rule, said["credential"], said["reason"], form.written())
    try:
        outcome = sign_override(
            asked.person, asked.protocol, new, by=request.user, password=said["password"], start=asked.start
        )
    except IdentityNotConfirmed as error:
        form.add_error("password", error.args[0])
        return None
    except InputRefused as refused:
        form.add_error(None, f"{refused.where}: {four_parts(refused)}")
        return None
    done = outcome is Outcome.OVERRIDDEN
    messages.success(request, _("Signed. The rule no longer stands against treatment.") if done
                     else _("Signed. A second person still has to sign on this page."))  # fmt: skip
    return outcome


def _said(credential: str) -> str:
    return _(credential.replace("_", " "))
