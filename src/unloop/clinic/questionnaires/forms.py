"""Forms of the questionnaires app."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from unloop.care.symptoms import COMPULSION_LABELS, DIMENSION_LABELS, TROUBLE_OPTIONS
from unloop.clinic.people.services import User, staff
from unloop.clinic.questionnaires.languages import languages
from unloop.clinic.questionnaires.wordings import FAMILY_PORTRAIT, can_be_worded, to_send
from unloop.quantity import InputRefused


def said_of(refused: InputRefused) -> str:
    """A refusal as sentences on a page: what was given, what is allowed, and what to do."""
    allowed = _now("Allowed: %s.") % refused.allowed
    return f"{_sentence(refused.where)}: {refused.given}. {allowed} {_sentence(refused.mend)}."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def symptom_kinds() -> list[tuple[str, Any]]:
    """Obsession, or the kind of a compulsion."""
    kinds = [(kind.value, _("compulsion: %s") % _(label)) for kind, label in COMPULSION_LABELS.items()]
    return [("obsession", _("obsession")), *kinds]


def symptom_dimensions() -> list[tuple[str, Any]]:
    """The dimensions, and none."""
    return [("", _("not said")), *((one.value, _(label)) for one, label in DIMENSION_LABELS.items())]


def trouble_choices() -> list[tuple[str, Any]]:
    """How much a symptom troubles somebody, and not rated."""
    return [("", _("not rated now")), *((str(one.value), _(one.label)) for one in TROUBLE_OPTIONS)]


def _choices(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    """Offer these in a field of choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
    field.choices = choices


def _digits(most: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "min": 1, "max": most})


class BirthDateForm(forms.Form):
    """Day, month and year, typed apart: no calendar to leaf through for decades."""

    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31, widget=_digits(31))
    month = forms.IntegerField(label=_("Month"), min_value=1, max_value=12, widget=_digits(12))
    year = forms.IntegerField(label=_("Year"), min_value=1890, max_value=2200, widget=_digits(2200))

    def clean(self) -> dict[str, Any]:
        """The three together have to be a day."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                data["born"] = date(data["year"], data["month"], data["day"])
            except ValueError:
                self.add_error(
                    "day", _now("This month has no such day. Look at the day and the month again.")
                )
        return data


class ReaderForm(forms.Form):
    """Who reads the answers, and in which language the person is asked."""

    reader = forms.ChoiceField(label=_("Who reads the answers?"))
    language = forms.ChoiceField(label=_("In which language?"), required=False)

    def __init__(self, *args: Any, sender: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readers = {str(user.pk): user for user in staff() if user.is_active and user.is_clinical}
        _choices(self, "reader", [(key, user.shown) for key, user in self.readers.items()])
        _choices(
            self,
            "language",
            [("", _("as in the record, else ours")), *((one.code, one.name) for one in languages())],
        )
        if str(sender.pk) in self.readers:
            self.fields["reader"].initial = str(sender.pk)

    @property
    def chosen_reader(self) -> User:
        """The member of staff who was chosen."""
        return self.readers[self.cleaned_data["reader"]]


class LookForm(ReaderForm):
    """Who opens a person's own view for them, and in which language."""

    def __init__(self, *args: Any, sender: User, **kwargs: Any) -> None:
        super().__init__(*args, sender=sender, **kwargs)
        self.fields["reader"].label = _("In whose name is it opened?")


class SendLinkForm(ReaderForm):
    """What a person is asked, who reads it, and in which language."""

    instruments = forms.MultipleChoiceField(
        label=_("What should be answered?"), widget=forms.CheckboxSelectMultiple
    )

    field_order = ("instruments", "reader", "language")

    def __init__(self, *args: Any, sender: User, **kwargs: Any) -> None:
        super().__init__(*args, sender=sender, **kwargs)
        _choices(self, "instruments", [(one.id, one.title) for one in to_send()])


class WordingForm(forms.Form):
    """A FHIR Questionnaire, the instrument that it words, and by what right."""

    instrument = forms.ChoiceField(label=_("Which questionnaire is it?"))
    permission = forms.CharField(
        label=_("By what right does the clinic use it?"),
        max_length=240,
        required=False,
        help_text=_(
            "A licence, a registration or a permission. Not needed for what is in the public domain."
        ),
    )
    language = forms.ChoiceField(label=_("In which language are its words?"), required=False)
    file = forms.FileField(label=_("The file"), help_text=_("A FHIR R4 Questionnaire as JSON."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(one.code, one.name) for one in languages()]
        _choices(self, "language", [("", _("as the file itself says")), *spoken])
        others = [(one.id, one.title) for one in can_be_worded()]
        portrait = (FAMILY_PORTRAIT, _("Family Health Portrait, to read only"))
        _choices(self, "instrument", [("", _("Choose one")), *others, portrait])


class ReadForm(forms.Form):
    """What the reader did about the answers."""

    outcome = forms.CharField(
        label=_("What did you do, and what comes next?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SymptomForm(forms.Form):
    """One target symptom: what it is, in the person's own words, and how much it troubles them."""

    id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What it is"), choices=symptom_kinds)
    about = forms.ChoiceField(label=_("What it is about"), choices=symptom_dimensions, required=False)
    in_own_words = forms.CharField(label=_("In the person's own words"), max_length=300)
    trouble = forms.TypedChoiceField(
        label=_("How much it troubles them now"),
        choices=trouble_choices,
        coerce=int,
        empty_value=None,
        required=False,
    )
    over = forms.BooleanField(label=_("It is over"), required=False)


SymptomForms = forms.formset_factory(SymptomForm, extra=2, max_num=12, validate_max=True)
"""Every symptom of a person, with room for two more."""


class SecondRaterForm(forms.Form):
    """Who rates a second time."""

    rater = forms.ChoiceField(label=_("Who rates a second time?"))

    def __init__(self, *args: Any, first_rater: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [one for one in staff() if one.is_active and one.is_clinical and one != first_rater]
        self.raters = {str(one.pk): one for one in people}
        _choices(self, "rater", [(key, one.shown) for key, one in self.raters.items()])

    @property
    def chosen(self) -> User:
        """The member of staff who was chosen."""
        return self.raters[self.cleaned_data["rater"]]
