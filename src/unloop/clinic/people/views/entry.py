"""The first pages: health, home, the clinic's set-up, signing in, an invitation, the second factor."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.clinic.people import demo, places, sign_in, staff
from unloop.clinic.people.forms import NewPasswordForm, SetUpForm
from unloop.clinic.people.models import User
from unloop.clinic.people.navigation import first_room
from unloop.clinic.people.requests import ClinicRequest

BACKEND = "unloop.clinic.people.sign_in.Backend"


@transaction.non_atomic_requests
@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answers `ok` when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def home(request: ClinicRequest) -> HttpResponse:
    """The first room that this user's roles open; without any, a page that says so."""
    address = first_room(request.user)
    return HttpResponseRedirect(address) if address else render(request, "people/home.html")


@require_http_methods(["GET", "POST"])
def set_up(request: ClinicRequest) -> HttpResponse:
    """The clinic and its first owner, for whoever can read the console. Gone once there is a clinic."""
    if request.clinic.organisation is not None or request.clinic.demo:
        raise Http404
    token = request.POST.get("token") or request.GET.get("token") or ""
    if not places.is_setup_token(token, printed=settings.UNLOOP_SETUP_TOKEN):
        context = {"tried": bool(token)}
        return render(request, "people/setup_locked.html", context, status=403 if token else 200)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = _set_up(form.cleaned_data)
        login(request, owner, backend=BACKEND)
        sign_in.start_session(request, owner, how="set-up")
        return redirect("people:second_factor")
    status = 422 if form.is_bound else 200
    return render(request, "people/setup.html", {"form": form, "token": token}, status=status)


def _set_up(data: dict[str, Any]) -> User:
    clinic = places.NewClinic(
        name=data["clinic"],
        zone=data["zone"],
        location=data["location"],
        crisis_line=data["crisis_line"],
        crisis_line_checked_on=data["crisis_line_checked_on"],
    )
    return places.set_up(
        clinic,
        username=data["username"],
        name=data["owner_name"],
        email=data["email"],
        password=data["password"],
    )


class SignIn(LoginView):
    """Name and password; in a demo, one button for each made-up member of staff instead."""

    def get_form(self, form_class: Any = None) -> Any:
        """Named as the other pages name it."""
        form = super().get_form(form_class)
        form.fields["login"].label = _("User name or email address")
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the demo's staff, if this is one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["demo_staff"] = demo.demo_staff() if self.request.clinic.demo else []
        context["next"] = self.request.GET.get("next", "")
        return context


@require_POST
def demo_sign_in(request: ClinicRequest) -> HttpResponse:
    """Become one of the made-up staff. Only where the database says demo, and only from this machine."""
    if not request.clinic.demo or not demo.is_loopback(request.META.get("REMOTE_ADDR", "")):
        raise Http404
    chosen = request.POST.get("user", "")
    user = next((user for user in demo.demo_staff() if str(user.pk) == chosen), None)
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    sign_in.start_session(request, user, how="demo")
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return HttpResponseRedirect(address if safe else "/")


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """A new member of staff chooses a password; the second factor follows after signing in."""
    user = staff.invited(uid, token)
    if user is None:
        return render(request, "people/invitation_void.html", status=410)
    form = NewPasswordForm(request.POST or None)
    form.user = user
    if request.method == "POST" and form.is_valid():
        staff.accept_invitation(user, form.cleaned_data["password"])
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    context = {"form": form, "invited": user}
    return render(request, "people/invitation.html", context, status=422 if form.is_bound else 200)


@require_GET
def second_factor(request: ClinicRequest) -> HttpResponse:
    """Why a second factor, and the two ways to one."""
    if request.user.has_second_factor:
        return redirect("mfa_index")
    host, _port = split_domain_port(request.get_host())
    return render(request, "people/second_factor.html", {"has_name": not is_address(host)})


def is_address(host: str) -> bool:
    """Whether a host is a bare address: browsers give security keys only to a name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
