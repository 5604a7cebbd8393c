"""What people type on the pages of this app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.clinic.people.services import Chair


class OrderForm(forms.Form):
    """Vial and chair of an order; everything else follows from the plan."""

    vial = forms.ChoiceField(
        label=_("Vial"),
        help_text=_("As printed on the vial; milligrams of ketamine base in each millilitre."),
    )
    chair = forms.ChoiceField(label=_("Chair"), required=False)

    def __init__(self, *args: Any, chairs: Sequence[Chair], vials: Sequence[float], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._chairs = {str(chair.pk): chair for chair in chairs}
        vial, chair = self.fields["vial"], self.fields["chair"]
        assert isinstance(vial, forms.ChoiceField) and isinstance(chair, forms.ChoiceField)  # noqa: S101, PT018
        vial.choices = [(f"{one:g}", f"{one:g} mg/mL") for one in vials]
        chair.choices = [("", _("not decided")), *((key, one.name) for key, one in self._chairs.items())]

    def chosen_chair(self) -> Chair | None:
        """The chair that was chosen."""
        return self._chairs.get(self.cleaned_data["chair"])


class SecondCheckForm(forms.Form):
    """Vial and syringe as read, and the second person."""

    vial = forms.FloatField(label=_("Strength on the vial, mg/mL"), min_value=0.1)
    drawn = forms.FloatField(label=_("Volume in the syringe, mL"), min_value=0.01)
    username = forms.CharField(
        label=_("User name of the second person"), max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Their password"), strip=False, max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class SignForm(forms.Form):
    """A signature under the record."""

    password = forms.CharField(
        label=_("Your password, as your signature"), strip=False, max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
