"""Forms of the chart."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.clinic.audit import clock
from unloop.clinic.chart.models import Draft, DraftDecision, DraftKind, Person
from unloop.quantity import InputRefused


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own class takes no parameter
    """Who somebody is and how to reach them."""

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = ["given", "family", "birth_date", "sex", "phone", "email", "address"]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "sex": forms.RadioSelect(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].required = True

    def clean_birth_date(self) -> object:
        """Nobody is born tomorrow, or more than 120 years ago."""
        born = self.cleaned_data["birth_date"]
        if born > clock.today() or born.year < clock.today().year - 120:
            raise forms.ValidationError(
                _("A birth date lies in the past, at most 120 years ago. Check the year.")
            )
        return born


class UploadForm(forms.Form):
    """A FHIR record."""

    file = forms.FileField(
        label=_("Record of a person (FHIR R4 bundle, JSON)"),
        help_text=_("At most 25 MB. A record that was imported before adds nothing twice."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json,application/fhir+json"}),
    )


class WhoseForm(forms.Form):
    """Whose record it is."""

    answer = forms.ChoiceField(label=_("Whose record is this?"), widget=forms.RadioSelect)

    def __init__(self, *args: object, candidates: list[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [
            (str(person.id), _("%(name)s, born %(born)s") % {"name": person.name, "born": person.birth_date})
            for person in candidates
        ]
        self.fields["answer"].choices = [*choices, ("new", _("Somebody else, who is not here yet"))]  # type: ignore[attr-defined]


class DraftForm(forms.Form):
    """What a clinician says about one thing that a record mentions."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[one for one in Draft.Decision.choices if one[0]],
        widget=forms.RadioSelect,
    )
    decided_as = forms.CharField(label=_("As"), max_length=120, required=False)


class DecideAgainForm(forms.Form):
    """Another decision in the place of one that was a mistake."""

    decision = forms.ChoiceField(
        label=_("What is right"),
        choices=[
            *(one for one in Draft.Decision.choices if one[0]),
            ("open", _("not decided: open it again")),
        ],
        widget=forms.RadioSelect,
    )
    decided_as = forms.CharField(label=_("As"), max_length=120, required=False)
    reason = forms.CharField(label=_("Why the earlier decision was wrong"), max_length=200)
    instead_of = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, draft: Draft, standing: DraftDecision) -> None:
        super().__init__(data, initial={"instead_of": standing.id, "decided_as": standing.decided_as})
        match DraftKind(draft.kind):
            case DraftKind.MEDICINE:
                del self.fields["decided_as"]
            case DraftKind.CONDITION:
                self.fields["decided_as"].label = _("ICD-10-CM code, if it holds today")
            case DraftKind.ALLERGY:
                self.fields["decided_as"].label = _("Allergy, as it is called here")

    def clean_decision(self) -> str:
        """Opened again is no decision."""
        chosen: str = self.cleaned_data["decision"]
        return "" if chosen == "open" else chosen

    def refuse(self, refused: InputRefused) -> None:
        """Say a refusal at its field."""
        field = {"decision": "decision", "reason": "reason", "code": "decided_as"}.get(refused.where)
        self.add_error(field, f"{refused.allowed}: {refused.mend}")


class MedicinesForm(forms.Form):
    """What the person takes now."""

    medicines = forms.CharField(
        label=_("Medicines taken now"),
        help_text=_("One a line, by ingredient or trade name. Leave it empty if none is taken."),
        widget=forms.Textarea(attrs={"rows": 8}), required=False,
    )  # fmt: skip
    complete = forms.BooleanField(
        label=_("These are all, with over-the-counter and herbal ones"), required=False
    )

    def names(self) -> list[str]:
        """The medicines, one each."""
        return [line.strip() for line in self.cleaned_data["medicines"].splitlines() if line.strip()]


class CorrectionForm(forms.Form):
    """Correcting an entry: another value, or that it was made in error."""

    value = forms.CharField(
        label=_("Right value"), max_length=400, required=False,
        help_text=_("A number with a point, yes or no, or names parted by semicolons."),
    )  # fmt: skip
    in_error = forms.BooleanField(label=_("The entry was made in error: take it back"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """An empty value is no value: it is said to be wrong, or what is right."""
        data = self.cleaned_data
        if not data.get("in_error") and not data.get("value", "").strip():
            self.add_error("value", _("Write the right value, or take the entry back."))
        return data
