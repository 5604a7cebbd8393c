"""What an owner does about staff: add, invite, give roles, end and reopen an account."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.people.models import User
from unloop.clinic.people.roles import Role
from unloop.quantity import InputRefused


def staff() -> list[User]:
    """Everybody who is or was on the staff, active ones first, then by name."""
    return sorted(
        User.objects.prefetch_related("credentials"), key=lambda user: (not user.is_active, user.name)
    )


@transaction.atomic
def add_user(
    *, username: str, name: str, roles: Iterable[Role], email: str = "", profession: str = ""
) -> User:
    """A new member of staff, without a password: an invitation lets them choose one."""
    user = User.objects.create_user(
        username.lower(),
        name=name,
        email=email,
        profession=profession,
        roles=sorted(role.value for role in roles),
        made_at=clock.now(),
    )
    record("people.user.added", about=user, detail={"roles": user.roles})
    return user


@transaction.atomic
def set_roles(user: User, roles: Iterable[Role]) -> None:
    """Give exactly these roles.

    Raises:
        InputRefused: nobody would be owner any more.
    """
    wanted = sorted(role.value for role in roles)
    if Role.OWNER.value not in wanted:
        _keep_an_owner(user, where="roles")
    before, user.roles = user.roles, wanted
    user.save(update_fields=["roles"])
    record("people.user.roles_set", about=user, detail={"before": before, "after": wanted})


@transaction.atomic
def set_details(user: User, *, name: str, email: str, profession: str) -> None:
    """Correct how somebody is shown and reached."""
    user.name, user.email, user.profession = name, email, profession
    user.save(update_fields=["name", "email", "profession"])
    record("people.user.details_set", about=user)


@transaction.atomic
def deactivate(user: User) -> None:
    """Close the account: open sessions end at their next request. What the person recorded stays theirs.

    Raises:
        InputRefused: nobody would be owner any more.
    """
    _keep_an_owner(user, where="account")
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("people.user.deactivated", about=user)


@transaction.atomic
def reactivate(user: User) -> None:
    """Open a closed account again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("people.user.reactivated", about=user)


@transaction.atomic
def invite(user: User) -> tuple[str, str]:
    """The two parts of an address under which the user chooses a password: works once, for 72 hours."""
    record("people.user.invited", about=user)
    return urlsafe_base64_encode(user.pk.bytes), default_token_generator.make_token(user)


@transaction.atomic
def reset_sign_in(user: User) -> tuple[str, str]:
    """For somebody who lost password or second factor: both are void, sessions end, a new invitation is made."""
    Authenticator.objects.filter(user_id=user.pk).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    record("people.user.sign_in_reset", about=user)
    return invite(user)


def invited(uid: str, token: str) -> User | None:
    """The user for whom an invitation is, or None when it is used, too old or made up."""
    try:
        user = User.objects.filter(pk=_uuid(uid), is_active=True).first()
    except ValueError:
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


@transaction.atomic
def accept_invitation(user: User, password: str) -> None:
    """Set the chosen password; the invitation is used up by it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record("people.user.password_chosen", about=user, by=user.as_actor())


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of users by id."""
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def active_owners() -> list[User]:
    """Everybody who may act as owner now."""
    return [user for user in User.objects.filter(is_active=True) if user.has_role(Role.OWNER)]


def _keep_an_owner(user: User, *, where: str) -> None:
    if all(owner.pk == user.pk for owner in active_owners()) and user.has_role(Role.OWNER):
        raise InputRefused(
            where,
            given="the only owner",
            allowed="at least one active owner",
            mend="make somebody else an owner first",
        )


def _uuid(uid: str) -> UUID:
    return UUID(bytes=urlsafe_base64_decode(uid))
