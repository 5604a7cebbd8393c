"""The staff's page: who works here, with which roles and which verified credentials."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.audit import clock
from unloop.clinic.people import credentials, staff
from unloop.clinic.people.forms import CredentialForm, DetailsForm, NewUserForm, RolesForm
from unloop.clinic.people.models import Credential, User
from unloop.clinic.people.requests import ClinicRequest
from unloop.clinic.people.roles import CredentialKind, Role
from unloop.quantity import InputRefused


@require_GET
def staff_list(request: ClinicRequest) -> HttpResponse:
    """Everybody, and who has no second factor yet."""
    everybody = staff.staff()
    secured = _secured()
    for user in everybody:
        user.has_second_factor = user.pk in secured
    context = {
        "staff": everybody,
        "working": [user for user in everybody if user.is_active],
        "unsecured": [user for user in everybody if user.is_active and not user.has_second_factor],
        "is_owner": request.user.has_role(Role.OWNER),
    }
    return render(request, "people/staff.html", context)


@require_http_methods(["GET", "POST"])
def staff_add(request: ClinicRequest) -> HttpResponse:
    """Add somebody and show their invitation."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = staff.add_user(
            username=data["username"],
            name=data["name"],
            email=data["email"],
            profession=data["profession"],
            roles=form.chosen(),
        )
        return _show_invitation(request, user, staff.invite(user))
    return render(request, "people/staff_add.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def staff_member(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """One member of staff."""
    return _member(request, get_object_or_404(User, pk=user_id))


@require_POST
def staff_details(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """Correct name, profession, address."""
    member = get_object_or_404(User, pk=user_id)
    form = DetailsForm(request.POST, instance=member, prefix="details")
    if not form.is_valid():
        return _member(request, get_object_or_404(User, pk=user_id), details_form=form, form=form)
    staff.set_details(member, **form.cleaned_data)
    return _back(request, member, _("The details are saved."))


@require_POST
def staff_roles(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """Give roles."""
    member = get_object_or_404(User, pk=user_id)
    form = RolesForm(request.POST, prefix="roles")
    if form.is_valid():
        try:
            staff.set_roles(member, form.chosen())
        except InputRefused as refused:
            form.add_error("roles", refused_error(refused))
    if form.errors:
        return _member(request, member, roles_form=form, form=form)
    return _back(request, member, _("The roles are saved. They hold from the next page on."))


@require_POST
def staff_invite(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """A fresh invitation for somebody who has not used theirs."""
    member = get_object_or_404(User, pk=user_id, is_active=True)
    return _show_invitation(request, member, staff.invite(member))


@require_POST
def staff_reset(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """Password and second factor are void; a new invitation."""
    member = get_object_or_404(User, pk=user_id, is_active=True)
    return _show_invitation(request, member, staff.reset_sign_in(member))


@require_POST
def staff_deactivate(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """Close an account."""
    member = get_object_or_404(User, pk=user_id)
    try:
        staff.deactivate(member)
    except InputRefused as refused:
        messages.error(request, refused_error(refused).message)
        return redirect("people:staff_member", member.pk)
    return _back(request, member, _("The account is closed. Open sessions end at their next page."))


@require_POST
def staff_reactivate(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """Open an account again."""
    member = get_object_or_404(User, pk=user_id)
    staff.reactivate(member)
    return _back(request, member, _("The account is open again."))


@require_POST
def credential_add(request: ClinicRequest, user_id: UUID) -> HttpResponse:
    """Enter a qualification."""
    member = get_object_or_404(User, pk=user_id)
    form = CredentialForm(request.POST, instance=Credential(user=member), prefix="credential")
    if not form.is_valid():
        return _member(request, member, credential_form=form, form=form)
    data = form.cleaned_data
    kind = CredentialKind(data["kind"])
    credentials.add_credential(
        member, kind, number=data["number"], issuer=data["issuer"], expires_on=data["expires_on"]
    )
    return _back(request, member, _("The credential is entered. It counts once somebody has verified it."))


@require_POST
def credential_verify(request: ClinicRequest, credential_id: UUID) -> HttpResponse:
    """Say that the original was seen."""
    credential = get_object_or_404(Credential, pk=credential_id)
    try:
        credentials.verify_credential(credential, by=request.user)
    except InputRefused as refused:
        messages.error(request, refused_error(refused).message)
    return redirect("people:staff_member", credential.user_id)


@require_POST
def credential_withdraw(_request: ClinicRequest, credential_id: UUID) -> HttpResponse:
    """It no longer counts."""
    credential = get_object_or_404(Credential, pk=credential_id)
    credentials.withdraw_credential(credential)
    return redirect("people:staff_member", credential.user_id)


def refused_error(refused: InputRefused) -> ValidationError:
    """A refusal in the words of a form."""
    return ValidationError(
        _("Given was %(given)s; allowed is %(allowed)s: %(mend)s.")
        % {"given": refused.given, "allowed": refused.allowed, "mend": refused.mend}
    )


def _member(
    request: ClinicRequest, member: User, *, form: BaseForm | None = None, **forms: Any
) -> HttpResponse:
    member.has_second_factor = member.pk in _secured()
    now = clock.now()
    context = {
        "member": member,
        "role_names": member.role_labels,
        "credentials": [
            (credential, credential.holds(on=clock.today(), at=now))
            for credential in member.credentials.all()
        ],
        "is_owner": request.user.has_role(Role.OWNER),
        "details_form": DetailsForm(instance=member, prefix="details"),
        "roles_form": RolesForm(initial={"roles": member.roles}, prefix="roles"),
        "credential_form": CredentialForm(prefix="credential"),
        "form": form,
    }
    return render(request, "people/staff_member.html", context | forms, status=422 if form else 200)


def _show_invitation(request: ClinicRequest, member: User, parts: tuple[str, str]) -> HttpResponse:
    context = {
        "member": member,
        "address": request.build_absolute_uri(reverse("people:invitation", args=parts)),
        "until": clock.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
    }
    return render(request, "people/invited.html", context)


def _back(request: ClinicRequest, member: User, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("people:staff_member", member.pk)


def _secured() -> set[UUID]:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return set(Authenticator.objects.filter(type__in=kinds).values_list("user_id", flat=True))
