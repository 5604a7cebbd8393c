"""What happens to every request before a view sees it: headers, clinic, session, permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import Actor, Outcome, acting, record
from unloop.clinic.people import sign_in
from unloop.clinic.people.installation import ClinicHere, clinic_here
from unloop.clinic.people.models import User
from unloop.clinic.people.permissions import Access, matrix
from unloop.clinic.people.requests import ClinicRequest
from unloop.clinic.people.views import errors

Respond = Callable[[HttpRequest], HttpResponse]

_FEATURES = (
    "accelerometer camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _FEATURES.split())
_BEFORE_SETUP = {"people:setup", "healthz"}


class Headers:
    """No page is kept by a browser or a proxy, and no page may use a device's senses."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with headers."""
        response = self.respond(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        return response


class ThisClinic:
    """Loads the clinic, speaks its language, shows its time; before it exists, every page leads to its set-up."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the clinic's language and zone."""
        if request.path == "/healthz":
            return self.respond(request)
        here = clinic_here()
        request.clinic = here  # type: ignore[attr-defined]
        if here.organisation is None:
            return self._before_setup(request, here)
        with timezone.override(here.organisation.tz), translation.override(here.organisation.language):
            request.LANGUAGE_CODE = here.organisation.language
            return self.respond(request)

    def _before_setup(self, request: HttpRequest, here: ClinicHere) -> HttpResponse:
        if here.demo or _route(request) in _BEFORE_SETUP:
            return self.respond(request)
        return HttpResponseRedirect(reverse("people:setup"))


class SessionEnds:
    """A session ends after a while without use, and after twelve hours in any case."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or send an ended session to the sign-in page."""
        user = request.user
        if not isinstance(user, User):
            return self.respond(request)
        now = clock.now()
        began, seen = (_stamp(request, key, now) for key in (sign_in.SIGNED_IN_AT, sign_in.SEEN_AT))
        idle = settings.UNLOOP_IDLE_CLINICAL if user.is_clinical else settings.UNLOOP_IDLE_OTHER
        if now - seen >= idle or now - began >= settings.UNLOOP_SESSION_AT_MOST:
            return self._end(request, user)
        # Once a minute is exact enough, and spares a write for every request.
        if (now - seen).total_seconds() >= 60 and _route(request) not in matrix().background:
            request.session[sign_in.SEEN_AT] = now.isoformat()
        return self.respond(request)

    def _end(self, request: HttpRequest, user: User) -> HttpResponse:
        record("people.session_ended", by=user.as_actor(), about=user)
        logout(request)
        messages.info(request, _("You were signed out after a while without use. Sign in to go on."))
        return to_sign_in(request)


class SaysWhatIsNotTaken:
    """An address that does not take what was asked of it answers a page, not a blank window."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a bare refusal of the method gets its words, and keeps saying which methods are taken."""
        response = self.respond(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.streaming or response.content:
            return response
        return errors.not_taken(request, allow=response.headers.get("Allow", ""))


class Gate:
    """Opens an address to those whom the permission matrix names, and to nobody else."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with everything recorded under the one who asks."""
        actor = request.user.as_actor() if isinstance(request.user, User) else Actor.system("visitor")
        with acting(actor, route=_route(request)):
            return self.respond(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the view run (None), send to sign in or to set up the second factor, or refuse."""
        route = _route(request)
        access = matrix().access(route)
        if access is None:
            _record_denial(kwargs)
            raise PermissionDenied
        if access.is_open:
            return None
        if not isinstance(request.user, User):
            return to_sign_in(request)
        return self._for_user(cast(ClinicRequest, request), access, kwargs)

    def _for_user(
        self, request: ClinicRequest, access: Access, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        user = request.user
        if access.asks_second_factor and not request.clinic.demo and not user.has_second_factor:
            return HttpResponseRedirect(reverse("people:second_factor"))
        if not access.admits(user):
            _record_denial(kwargs)
            raise PermissionDenied
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A view that refused by itself: what it did was rolled back, so the refusal is written here."""
        if isinstance(exception, PermissionDenied) and request.resolver_match is not None:
            _record_denial(request.resolver_match.kwargs)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back here afterwards; inside a page, by htmx's own redirect."""
    inside = bool(request.htmx)  # type: ignore[attr-defined]
    back = request.get_full_path() if request.method == "GET" and not inside else "/"
    address = f"{reverse('account_login')}?{urlencode({'next': back})}"
    if inside:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return ""
    return match.view_name or ""


def _stamp(request: HttpRequest, key: str, now: datetime) -> datetime:
    stamped = request.session.get(key)
    if stamped is None:
        request.session[key] = now.isoformat()
        return now
    return datetime.fromisoformat(stamped)


def _record_denial(kwargs: dict[str, Any]) -> None:
    person = kwargs.get("person_id")
    record("route.opened", outcome=Outcome.DENIED, person=person)
