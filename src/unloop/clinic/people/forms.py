"""What people type on the pages of this app."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit import clock
from unloop.clinic.people.models import Chair, Credential, Location, Organisation, User, is_old
from unloop.clinic.people.roles import CredentialKind, Role

PASSWORD_HINT = _("At least 15 characters. A few words that only you would put together are good.")
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _password(label: Any, *, hint: Any = "", fresh: str = "current-password") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": fresh}),
    )


def _not_after_today(day: Any) -> Any:
    if day is not None and day > clock.today():
        raise ValidationError(_("This day is still to come. Enter today or a day before."))
    return day


class NewPasswordForm(forms.Form):
    """Choosing a password, twice."""

    password = _password(_("Password"), hint=PASSWORD_HINT, fresh="new-password")
    again = _password(_("The same password again"), fresh="new-password")
    user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Long enough, not a common one, not made of the name, and twice the same."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "password" not in cleaned or "again" not in cleaned:
            return cleaned
        if cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two differ. Type both once more."))
        try:
            validate_password(cleaned["password"], self.user or self._meant(cleaned))
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned

    def _meant(self, cleaned: dict[str, Any]) -> User:
        return User(
            username=cleaned.get("username", ""),
            name=cleaned.get("owner_name", ""),
            email=cleaned.get("email", ""),
        )


class SetUpForm(NewPasswordForm):
    """The clinic and its first owner."""

    clinic = forms.CharField(label=_("Name of the clinic"), max_length=120)
    zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Times are shown in it."))
    location = forms.CharField(label=_("Where people are treated"), max_length=80, initial=_("Main"))
    crisis_line = forms.CharField(
        label=_("Crisis line that people are shown"),
        required=False,
        max_length=120,
        help_text=_("A number that somebody answers at any hour. Look it up; do not write it from memory."),
    )
    crisis_line_checked_on = forms.DateField(label=_("Looked up on"), required=False, widget=_DAY)
    owner_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.SlugField(
        label=_("Your user name"),
        max_length=40,
        help_text=_("Letters, digits, hyphens. You sign in with it, or with your address."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    email = forms.EmailField(
        label=_("Your email address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    field_order = [
        "clinic",
        "zone",
        "location",
        "crisis_line",
        "crisis_line_checked_on",
        "owner_name",
        "username",
        "email",
        "password",
        "again",
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["zone"]
        assert isinstance(zones, forms.ChoiceField)  # noqa: S101 - for the type checker
        zones.choices = zone_choices()

    def clean_crisis_line_checked_on(self) -> Any:
        """Not a day to come."""
        return _not_after_today(self.cleaned_data["crisis_line_checked_on"])

    def clean(self) -> dict[str, Any]:
        """A crisis line is shown only with the day on which it was looked up."""
        cleaned = super().clean()
        need_a_day(self, cleaned)
        return cleaned


def need_a_day(form: forms.BaseForm, cleaned: dict[str, Any]) -> None:
    """Ask for the day on which a crisis line was looked up."""
    if cleaned.get("crisis_line") and not cleaned.get("crisis_line_checked_on"):
        form.add_error("crisis_line_checked_on", _("Enter the day on which you looked the number up."))
    elif cleaned.get("crisis_line") and is_old(cleaned["crisis_line_checked_on"], clock.today()):
        form.add_error(
            "crisis_line_checked_on", _("That is more than half a year ago. Look the number up again.")
        )


def zone_choices() -> list[tuple[str, str]]:
    """Every zone with a place in its name."""
    return [
        ("", ""),
        *((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone),
    ]


def spoken_languages() -> list[tuple[str, Any]]:
    """English, and every language into which pages are translated; of those in part it is said which."""
    translated = {
        code
        for code, _label in settings.LANGUAGES
        if any(
            (Path(folder) / code / "LC_MESSAGES" / "django.mo").is_file() for folder in settings.LOCALE_PATHS
        )
    }
    in_part = _(
        "%(language)s (what the people you treat read; staff pages stay in English for the most part)"
    )
    return [
        (code, label if code == "en" else in_part % {"language": label})
        for code, label in settings.LANGUAGES
        if code == "en" or code in translated
    ]


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, zone, language, crisis line."""

    zone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    language = forms.ChoiceField(label=_("Language of the pages"), choices=spoken_languages)

    class Meta:
        model = Organisation
        fields = ["name", "zone", "language", "crisis_line", "crisis_line_checked_on"]
        widgets = {"crisis_line_checked_on": _DAY}

    def clean_crisis_line_checked_on(self) -> Any:
        """Not a day to come."""
        return _not_after_today(self.cleaned_data["crisis_line_checked_on"])

    def clean(self) -> dict[str, Any]:
        """A crisis line is shown only with the day on which it was looked up."""
        cleaned: dict[str, Any] = super().clean() or {}
        need_a_day(self, cleaned)
        return cleaned


class RolesForm(forms.Form):
    """Which roles somebody holds."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )

    def chosen(self) -> list[Role]:
        """The roles ticked."""
        return [Role(value) for value in self.cleaned_data["roles"]]


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How somebody is shown and reached."""

    class Meta:
        model = User
        fields = ["name", "profession", "email"]


class NewUserForm(RolesForm, forms.ModelForm):  # type: ignore[type-arg]
    """A new member of staff."""

    class Meta:
        model = User
        fields = ["name", "profession", "username", "email"]
        error_messages: ClassVar[dict[str, Any]] = {
            "username": {"unique": _("Somebody on the staff has this user name already.")}
        }

    field_order = ("name", "profession", "username", "email", "roles")


class CredentialForm(forms.ModelForm):  # type: ignore[type-arg]
    """A qualification."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CredentialKind.choices)

    class Meta:
        model = Credential
        fields = ["kind", "number", "issuer", "expires_on"]
        widgets = {"expires_on": _DAY}

    def _get_validation_exclusions(self) -> set[str]:
        """Whose credential it is comes from the page, and counts when the same one is entered twice."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions - {"user"}


class LocationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A place."""

    class Meta:
        model = Location
        fields = ["name", "address"]


class ChairForm(forms.ModelForm):  # type: ignore[type-arg]
    """A chair."""

    class Meta:
        model = Chair
        fields = ["location", "name"]


class ReadProtocolForm(forms.Form):
    """A protocol document from a file."""

    document = forms.FileField(label=_("Protocol document"), help_text=_("A TOML file of at most 1 MB."))


class SignProtocolForm(forms.Form):
    """A director's signature under the bytes that were shown."""

    document = forms.CharField(widget=forms.HiddenInput)
    password = _password(_("Your password, as your signature"))

    def clean_document(self) -> bytes:
        """The bytes again, exactly as they were read; a text field would turn their line ends."""
        try:
            return base64.b64decode(self.cleaned_data["document"], validate=True)
        except binascii.Error as error:
            raise ValidationError(_("The document did not arrive whole. Open the file once more.")) from error
