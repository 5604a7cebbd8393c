"""Signing in: allauth with our own words in the audit trail and secrets that rest encrypted."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import Actor, ActorKind, Outcome, record
from unloop.clinic.people.models import User

FRESH = timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"


class Backend(AuthenticationBackend):
    """Loads a session's user together with whether a second factor stands, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The active user, or None: a deactivated one is signed out at the next request."""
        factors = Authenticator.objects.filter(
            user_id=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        )
        users = User.objects.filter(pk=user_id, is_active=True)
        user = users.annotate(second_factor=Exists(factors)).first()
        if user is not None:
            user.has_second_factor = user.second_factor
        return user


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up, and every try leaves a line."""

    _MISMATCH = _("Name and password do not belong together. Write both once more.")
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _MISMATCH,
        "email_password_mismatch": _MISMATCH,
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Nobody makes an account; the owner invites."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """The last step of signing in."""
        super().login(request, user)
        start_session(request, user, how="password")

    def logout(self, request: HttpRequest) -> None:
        """Signing out by hand."""
        if isinstance(request.user, User):
            record("people.signed_out", by=request.user.as_actor(), about=request.user)
        super().logout(request)

    def authentication_failed(self, _request: HttpRequest, **credentials: Any) -> None:
        """A wrong name or password: the trail learns which account it was aimed at, not what was typed."""
        login = str(credentials.get("email") or credentials.get("username") or "")
        user = User.objects.filter(username__iexact=login).first() or (
            User.objects.filter(email__iexact=login).first() if login else None
        )
        record_failed_sign_in(user, step="password")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in a moment ago need not type the password again to set up a second factor."""
        stamped = context.request.session.get(SIGNED_IN_AT)
        fresh = stamped is not None and clock.now() - datetime.fromisoformat(stamped) < FRESH
        asked: bool = super().is_reauthentication_required(app=app, **kwargs)
        return asked and not fresh

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Signing in needs no congratulation."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes rest encrypted."""

    def encrypt(self, text: str) -> str:
        """Under the installation's key."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Under the installation's key."""
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()


class _Watched:
    """A second-factor form that writes down a wrong code."""

    user: User

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            record_failed_sign_in(self.user, step="second-factor")
            raise
        return code


class SecondFactorForm(_Watched, AuthenticateForm):
    """The code asked for when signing in."""


class SecondFactorAgainForm(_Watched, ReauthenticateForm):
    """The code asked for before a change of how one signs in."""


def start_session(request: HttpRequest, user: User, *, how: str) -> None:
    """Stamp a fresh session and write down that it began."""
    now = clock.now().isoformat()
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now
    record("people.signed_in", by=user.as_actor(), about=user, detail={"how": how})


def record_failed_sign_in(user: User | None, *, step: str) -> None:
    """One try that did not succeed; who was meant is known only if such a user exists."""
    aimed_at: UUID | None = user.pk if user else None
    record(
        "people.sign_in",
        by=Actor(ActorKind.USER, aimed_at),
        about=user,
        outcome=Outcome.FAILED,
        detail={"step": step, "known": user is not None},
    )


def _cipher() -> Fernet:
    key = hashlib.sha256(b"unloop.people.second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
