"""Asking again who is there, before something is signed."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.services import Outcome, record
from unloop.clinic.people.models import User

TRIES = 5
WITHIN_SECONDS = 300


class IdentityNotConfirmed(ValueError):
    """The password was not that of the one who wanted to sign; the message is for that person."""


def confirm_identity(user: User, password: str) -> None:
    """Let a signature go on only with the signer's password, five tries in five minutes.

    The signer is already signed in with a second factor, so two distinct components stand behind each signature.

    Raises:
        IdentityNotConfirmed: wrong password, or too many tries.
    """
    key = f"people.confirm.{user.pk}"
    cache.add(key, 0, timeout=WITHIN_SECONDS)
    if cache.incr(key) > TRIES:
        raise IdentityNotConfirmed(_("Too many tries. Wait five minutes, then sign again."))
    if not user.is_active or not check_password(password, user.password):
        record("people.identity_confirmed", about=user, outcome=Outcome.FAILED)
        raise IdentityNotConfirmed(_("This is not the password of your account. Nothing was signed."))
    cache.delete(key)
    record("people.identity_confirmed", about=user)
