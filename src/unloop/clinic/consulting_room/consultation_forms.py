"""Forms of the consultation: which language, what matters, and the consent with what was explained again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.care.consultation import LANGUAGES, Sheet
from unloop.clinic.consulting_room.forms import ConsentForm
from unloop.clinic.consulting_room.models import ResearchConsent

LANGUAGE_NAMES = {"en": _("English"), "es": _("Spanish")}


class GiveForm(forms.Form):
    """In which language the sheet is given."""

    language = forms.ChoiceField(
        label=_("Language of the sheet"), choices=[(one, LANGUAGE_NAMES[one]) for one in LANGUAGES]
    )


class MattersForm(forms.Form):
    """What matters to the person, and four questions about being ready to choose; every one may stay open."""

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        levels = zip(("much", "somewhat", "little"), sheet.words["matters_levels"].split("|"), strict=True)
        choices = list(levels)
        for one in sheet.value:
            self.fields[f"matters_{one.id}"] = forms.ChoiceField(
                label=one.text, widget=forms.RadioSelect, choices=choices, required=False
            )
        said = list(zip(("True", "False"), sheet.words["yes_no"].split("|"), strict=True))
        for one in sheet.sure:
            self.fields[f"sure_{one.id}"] = forms.TypedChoiceField(
                label=one.text, widget=forms.RadioSelect, choices=said, required=False,
                coerce=lambda text: text == "True", empty_value=None,
            )  # fmt: skip

    def matters(self) -> dict[str, str]:
        """How much each thing matters, where it was said."""
        said = {one.id: str(self.cleaned_data[f"matters_{one.id}"]) for one in self.sheet.value}
        return {name: level for name, level in said.items() if level}

    def sure(self) -> dict[str, bool | None]:
        """Yes, no, or not said, by question."""
        return {one.id: self.cleaned_data[f"sure_{one.id}"] for one in self.sheet.sure}

    @property
    def of_values(self) -> list[forms.BoundField]:
        """The fields about what matters."""
        return [self[f"matters_{one.id}"] for one in self.sheet.value]

    @property
    def of_sure(self) -> list[forms.BoundField]:
        """The fields about being ready."""
        return [self[f"sure_{one.id}"] for one in self.sheet.sure]


class TakingForm(ConsentForm):
    """The consent, with what had to be explained again and why the person decides sooner."""

    sooner = forms.CharField(
        label=_("Why the person decides before the time to think is over"), max_length=400, required=False,
        help_text=_("In the person's own words, where the sheet was given less than 24 hours ago."),
    )  # fmt: skip

    def __init__(self, *args: Any, asked: Iterable[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        for id_, _text in self.question_ids:
            field = self.fields[f"right_{id_}"]
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [
                    ("True", _("Yes")),
                    ("again", _("After explaining once more")),
                    ("False", _("Not yet")),
                ]
                field.coerce = str


class ResearchForm(forms.Form):
    """What the person says about research."""

    research = forms.ChoiceField(
        label=_("May the data, without the name, be used for research?"), widget=forms.RadioSelect,
        choices=[(ResearchConsent.Answer.GIVEN, _("They may")), (ResearchConsent.Answer.REFUSED, _("They may not"))],
    )  # fmt: skip
    research_name = forms.CharField(
        label=_("The person's name, as signed for research"), max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
