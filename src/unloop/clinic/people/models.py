"""Tables of the people app."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import Actor, ActorKind, AppendOnly
from unloop.clinic.people.roles import CLINICAL, CredentialKind, Role

CRISIS_LINE_GOOD_FOR = timedelta(days=180)
"""Numbers of crisis lines change; one that was looked up half a year ago is looked up again (policy)."""


def is_old(checked_on: date | None, today: date) -> bool:
    """Whether a crisis line looked up on this day, or never, has to be looked up again."""
    return checked_on is None or today - checked_on > CRISIS_LINE_GOOD_FOR


class Installation(AppendOnly):
    """The one row that says whether this database is a demo. Written once; nothing can turn it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    demo = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "people_installation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_installation")
        ]

    def __str__(self) -> str:
        return "demo" if self.demo else "clinic"


class Organisation(models.Model):
    """The clinic. One installation is one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    installation = models.OneToOneField(Installation, on_delete=models.PROTECT, related_name="organisation")
    name = models.CharField(_("clinic's name"), max_length=120)
    zone = models.CharField(_("time zone"), max_length=60)
    language = models.CharField(_("language"), max_length=10, default="en")
    crisis_line = models.CharField(_("crisis line"), max_length=120, blank=True)
    crisis_line_checked_on = models.DateField(_("crisis line looked up on"), null=True, blank=True)

    class Meta:
        db_table = "people_organisation"

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.zone)

    def crisis_line_is_old(self, today: date) -> bool:
        """Whether the crisis line was looked up too long ago to be relied on."""
        return is_old(self.crisis_line_checked_on, today) if self.crisis_line else False

    @property
    def zone_in_words(self) -> str:
        """The zone by its place and the time it is there, which anybody can hold against a watch."""
        now = f"{clock.now().astimezone(self.tz):%H:%M}"
        place = self.zone.rpartition("/")[2].replace("_", " ")
        return said("%(place)s time (it is %(now)s there)") % {"place": place, "now": now}


class Location(models.Model):
    """A place where the clinic treats."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=240, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_location"
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Chair(models.Model):
    """A place in which one person can be infused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="chairs")
    name = models.CharField(_("name"), max_length=40)
    out_of_use_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_chair"
        ordering: ClassVar[list[str]] = ["location__name", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["location", "name"], name="chair_once_per_location")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds and makes users; there is no superuser."""

    def create_user(self, username: str, *, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password, or with none until an invitation is used."""
        user = self.model(username=username, **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.SlugField(_("user name"), max_length=40, unique=True)
    email = models.EmailField(_("email"), blank=True)
    name = models.CharField(_("name"), max_length=80)
    profession = models.CharField(_("profession, as shown beside the name"), max_length=60, blank=True)
    roles = models.JSONField(_("roles"), default=list)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    has_second_factor = False
    """Set by the sign-in backend when it loads the user of a session."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "name"]

    class Meta:
        db_table = "people_user"
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_user_per_email",
                condition=~models.Q(email=""),
                violation_error_message=_("Somebody on the staff has this address already."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="one_user_per_username",
                violation_error_message=_("Somebody on the staff has this user name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """Name and profession, as on every page: "A. Varga, psychiatrist"."""
        return f"{self.name}, {self.profession}" if self.profession else self.name

    @property
    def role_labels(self) -> list[str]:
        """The roles in words."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def is_clinical(self) -> bool:
        """Whether one of the roles sees charts."""
        return not CLINICAL.isdisjoint(self.roles)

    def has_role(self, *roles: Role) -> bool:
        """Whether at least one of these roles is held."""
        return not {role.value for role in roles}.isdisjoint(self.roles)

    def as_actor(self) -> Actor:
        """This user as the audit trail names it."""
        return Actor(ActorKind.USER, self.id, ",".join(sorted(self.roles)))


class Credential(models.Model):
    """A qualification of a member of staff, worth something once somebody has verified it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(_("kind"), max_length=30, choices=CredentialKind.choices)
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=120, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_credential"
        ordering: ClassVar[list[str]] = ["kind", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "kind", "number"],
                name="credential_once",
                violation_error_message=_("This credential is entered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def holds(self, *, on: date, at: datetime) -> bool:
        """Whether it was verified by `at`, not withdrawn by then and not expired on the day `on`."""
        return (
            self.verified_at is not None
            and self.verified_at <= at
            and (self.withdrawn_at is None or self.withdrawn_at > at)
            and (self.expires_on is None or on <= self.expires_on)
        )


class AdoptedProtocol(AppendOnly):
    """A protocol document that a medical director has signed: these bytes, this version, this hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    protocol_id = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    document = models.BinaryField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=60)

    class Meta:
        db_table = "people_adopted_protocol"
        ordering: ClassVar[list[str]] = ["-signed_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["protocol_id", "version"], name="one_signature_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.protocol_id} {self.version}"
