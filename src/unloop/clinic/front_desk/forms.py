"""Forms of the front desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.people.services import Chair, chairs_in_use


class BookingForm(forms.Form):
    """When somebody comes, and what for."""

    kind = forms.ChoiceField(label=_("What for"), choices=VisitKind.choices, widget=forms.RadioSelect)
    begins_at = forms.DateTimeField(
        label=_("Day and time, in the clinic's zone"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=10, max_value=480, initial=120)
    chair = forms.ModelChoiceField(label=_("Chair"), queryset=Chair.objects.none(), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["chair"].queryset = chairs_in_use()  # type: ignore[attr-defined]
