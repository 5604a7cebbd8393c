"""What is asked of the trail on its page."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit.clock import YEARS
from unloop.clinic.audit.models import Outcome

_YEARS = (MinValueValidator(date(YEARS[0], 1, 1)), MaxValueValidator(date(YEARS[-1], 12, 31)))


class TrailForm(forms.Form):
    """Period, person, actor, action, outcome."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=_YEARS
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=_YEARS
    )
    person = forms.UUIDField(label=_("Person (id)"), required=False)
    actor = forms.UUIDField(label=_("Who (id)"), required=False)
    action = forms.CharField(label=_("Action"), required=False, max_length=80)
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("any")), *Outcome.choices]
    )
