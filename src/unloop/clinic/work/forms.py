"""Forms of the work app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.clinic.people.services import User, staff
from unloop.clinic.work.duty import could_be_on_duty


class CloseForm(forms.Form):
    """What was done."""

    outcome = forms.CharField(
        label=_("What did you do, and what comes next?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LayAsideForm(forms.Form):
    """How somebody was reached instead."""

    outcome = forms.CharField(
        label=_("How was the person reached instead?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class DutyForm(forms.Form):
    """Who is on duty from when to when, and who acts after them."""

    user = forms.ModelChoiceField(label=_("Who acts on answers"), queryset=User.objects.none())
    begins_at = _moment(_("From, in the clinic's zone"))
    ends_at = _moment(_("To"))
    escalates_to = forms.ModelChoiceField(
        label=_("Who acts when the first has not in time"), queryset=User.objects.none(), required=False,
        empty_label=_("The next provider on the staff"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [user.pk for user in staff() if user.is_active and could_be_on_duty(user)]
        for name in ("user", "escalates_to"):
            self.fields[name].queryset = User.objects.filter(pk__in=able)  # type: ignore[attr-defined]
