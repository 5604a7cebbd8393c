"""Forms of the front desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit import clock
from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.people.services import Chair, chairs_in_use

AHEAD = timedelta(days=2 * 365)
"""Nobody is booked for later; a year beyond it is a slip of the hand (policy)."""


class BookingForm(forms.Form):
    """When somebody comes, and what for."""

    kind = forms.ChoiceField(label=_("What for"), choices=VisitKind.choices, widget=forms.RadioSelect)
    begins_at = forms.DateTimeField(
        label=_("Day and time, in the clinic's zone"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=10, max_value=480, initial=120)
    chair = forms.ModelChoiceField(
        label=_("Chair"), queryset=Chair.objects.none(), required=False, empty_label=_("No chair yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].queryset = Chair.objects.filter(  # type: ignore[attr-defined]
            id__in=[chair.pk for chair in chairs_in_use()]
        )

    def clean_begins_at(self) -> datetime:
        """Nobody is expected yesterday; somebody may have come this morning without being booked."""
        begins_at: datetime = self.cleaned_data["begins_at"]
        if begins_at.date() < clock.today():
            raise forms.ValidationError(_("A visit is booked for today or later. Check the day."))
        if begins_at.date() > clock.today() + AHEAD:
            raise forms.ValidationError(_("A visit is booked at most two years ahead. Check the year."))
        return begins_at
