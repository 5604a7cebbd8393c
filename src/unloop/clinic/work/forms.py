"""Forms of the work app."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    """What was done."""

    outcome = forms.CharField(
        label=_("What did you do, and what comes next?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
