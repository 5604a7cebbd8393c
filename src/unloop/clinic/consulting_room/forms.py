"""What people type in the consulting room; the forms of answers are made from the fact dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from unloop.care.consultation import Ability
from unloop.care.treatment_history import LIMITS, read_partial_date, weeks_between
from unloop.clinic.audit import clock
from unloop.clinic.consulting_room.answering import Question
from unloop.clinic.consulting_room.said import (
    four_parts,
    read_amount,
    read_number,
    say_key,
    say_unit,
    say_value,
)
from unloop.facts import FactDefinition, FactType
from unloop.quantity import InputRefused

_UNKNOWN = "unknown"
_NOT_KNOWN = (_UNKNOWN, _("Not known, or not asked"))
_KINDS = {"erp": "ERP", "cbt": "CBT", "tms": "TMS", "dbs": "DBS", "ect": "ECT", _UNKNOWN: _("not known")}
_NONE_AT_ALL = frozenset({"none", "no", "0"})
_DECIMAL = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class NumberField(forms.CharField):
    """A number of the dictionary; refuses with what was given, what is allowed and how to mend it."""

    def __init__(
        self, definition: FactDefinition | None, *, limits: tuple[float, float] | None = None, **kwargs: Any
    ) -> None:
        """`limits`: of a number that the dictionary keeps within a record."""
        self.definition, self.limits = definition, limits
        super().__init__(max_length=40, widget=forms.TextInput(attrs=dict(_DECIMAL.attrs)), **kwargs)

    def clean(self, value: object) -> Any:
        """The number, or None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            if self.definition is None:
                return read_amount(text, str(self.label), self.limits)
            return read_number(text, self.definition)
        except InputRefused as refused:
            raise forms.ValidationError(four_parts(refused)) from refused


class LinesField(forms.CharField):
    """A set, one member a line; the word none stands for an empty one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value: object) -> Any:
        """The members, or None where nothing was typed."""
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines() if line.strip()]
        if not lines:
            return None
        return [] if [line.lower() for line in lines] in ([one] for one in _NONE_AT_ALL) else lines


class AnswerForm(forms.Form):
    """The questions of one page. Nothing is chosen beforehand unless an answer stands."""

    at = forms.DateTimeField(
        label=_("True at"), required=False,
        help_text=_("When this was so, in the clinic's time. Leave it empty for now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    again = forms.BooleanField(
        label=_("Everything on this page was asked again: date the answers that stayed the same anew"),
        required=False,
    )

    def __init__(
        self, *args: Any, asked: tuple[Question, ...], beside: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        """`beside`: by code, what an imported record says about it; it is shown and answers nothing."""
        super().__init__(*args, **kwargs)
        self.asked = tuple(one for one in asked if one.definition.type is not FactType.RECORDS)
        for one in self.asked:
            self.fields[one.code] = _field(one)
            if beside and one.code in beside:
                self.fields[one.code].help_text = f"{_hint(one)} {beside[one.code]}".strip()
        self.order_fields([*(one.code for one in self.asked), "at", "again"])

    def clean_at(self) -> datetime | None:
        """Not a moment to come."""
        at = cast("datetime | None", self.cleaned_data["at"])
        if at is not None and at > clock.now():
            raise forms.ValidationError(
                _(
                    "This moment is still to come. Allowed is any moment up to now; correct the date or the time."
                )
            )
        return at

    def clean(self) -> dict[str, Any]:
        """Nobody is told that an answer is not known while it goes on counting."""
        for one in self.asked:
            if one.standing is not None and self.data.get(one.code) == _UNKNOWN:
                self.add_error(one.code, _(
                    "An answer stands here and goes on counting. Take its entry back under Record; then it is not known."
                ))  # fmt: skip
        return self.cleaned_data

    def answers(self) -> dict[str, object]:
        """What was answered, by code."""
        return {
            one.code: self.cleaned_data[one.code]
            for one in self.asked
            if self.cleaned_data.get(one.code) not in (None, "")
        }


def _field(question: Question) -> forms.Field:
    definition, hint = question.definition, _hint(question)
    unit = say_unit(definition.unit)
    label = f"{definition.question} ({unit})" if unit else definition.question
    initial = question.prefilled
    match definition.type:
        case FactType.BOOL:
            return forms.TypedChoiceField(
                label=label, required=False, help_text=hint, widget=forms.RadioSelect, empty_value=None,
                choices=[("True", _("Yes")), ("False", _("No")), _NOT_KNOWN], coerce=_yes_or_no,
                initial=None if initial is None else str(initial),
            )  # fmt: skip
        case FactType.ENUM:
            choices = [(value, value.replace("-", " ").capitalize()) for value in definition.values]
            return forms.TypedChoiceField(
                label=label, required=False, help_text=hint, widget=forms.RadioSelect, empty_value=None,
                coerce=lambda text: None if text == _UNKNOWN else text,
                choices=[*choices, _NOT_KNOWN], initial=initial,
            )  # fmt: skip
        case FactType.NUMBER:
            number = None if initial is None else f"{float(str(initial)):g}"
            return NumberField(definition, label=label, required=False, help_text=hint, initial=number)
        case FactType.SET | FactType.RECORDS:
            members = initial if isinstance(initial, (list, tuple)) else None
            lines = None if members is None else "\n".join(str(one) for one in members) or "none"
            return LinesField(label=label, required=False, help_text=hint, initial=lines)


def _yes_or_no(text: str) -> bool | None:
    return None if text == _UNKNOWN else text == "True"


def _hint(question: Question) -> str:
    definition = question.definition
    parts: list[str] = []
    if definition.type is FactType.NUMBER and definition.low is not None and definition.high is not None:
        parts.append(
            str(_("%(low)s to %(high)s")) % {"low": f"{definition.low:g}", "high": f"{definition.high:g}"}
            + "."
        )
    if definition.type is FactType.SET:
        parts.append(str(_("One a line; write none if there are none.")))
    if question.last_at is not None:
        words = (
            _("Out of date: %(value)s on %(day)s.") if question.stale else _("Stands: %(value)s, on %(day)s.")
        )
        parts.append(
            str(words) % {"value": say_value(question.code, question.last), "day": _day(question.last_at)}
        )
    if definition.ever and definition.bad:
        parts.append(
            str(_("A %s is taken back only by correcting the entry."))
            % say_value(question.code, definition.bad[0])
        )
    return " ".join(parts)


def _day(moment: datetime) -> str:
    return str(date_format(localtime(moment), "j F Y"))


class PartialDateField(forms.CharField):
    """A year, a month or a day, as far as it is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=10, help_text=_("2021, 2021-06 or a day"),
            widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs,
        )  # fmt: skip

    def clean(self, value: object) -> Any:
        """The date as it is kept, or None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_partial_date(text, where=str(self.label)).text
        except InputRefused as refused:
            raise forms.ValidationError(four_parts(refused)) from refused


class RecordForm(forms.Form):
    """One record of a list, its fields made from the dictionary."""

    def __init__(self, *args: Any, definition: FactDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.imported = ""
        for key, kind in definition.fields.items():
            self.fields[key] = _record_field(key, kind)
        self.fields["drop"] = forms.BooleanField(label=_("Take this row out"), required=False)

    def clean(self) -> dict[str, Any]:
        """A treatment does not end before it began."""
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if (
            start
            and end
            and weeks_between(*(read_partial_date(one, where="") for one in (start, end))) is None
        ):
            self.add_error("end", _("This is before the start. Correct one of the two dates."))
        return cleaned

    def record(self) -> dict[str, object] | None:
        """The record as the chart keeps it; None for a row that is empty or taken out."""
        if self.cleaned_data.get("drop"):
            return None
        filled = {
            key: self.cleaned_data[key]
            for key in self.definition.fields
            if self.cleaned_data.get(key) not in (None, "")
        }
        return filled or None


def _record_field(key: str, kind: str) -> forms.Field:
    words = say_key(key)
    label = words[:1].upper() + words[1:]
    if key in {"start", "end"}:
        return PartialDateField(label=label, required=False)
    match kind:
        case "number":
            return NumberField(None, limits=LIMITS.get(key), label=label, required=False)
        case "bool":
            return forms.TypedChoiceField(
                label=label, required=False, empty_value=None, coerce=lambda text: text == "True",
                choices=[("", _("not known")), ("True", _("Yes")), ("False", _("No"))],
            )  # fmt: skip
        case "text":
            return forms.CharField(label=label, required=False, max_length=200)
        case _:
            said = [(one, _KINDS.get(one, one)) for one in kind.split("|")]
            nothing = _("not asked") if _UNKNOWN in kind.split("|") else _("not known")
            return forms.ChoiceField(label=label, required=False, choices=[("", nothing), *said])


class RecordList:
    """A list of records as rows: those that stand, those that imported records offer, and one empty row more."""

    def __init__(
        self, question: Question, data: Mapping[str, Any] | None = None, *, more: int = 0,
        offered: Iterable[tuple[dict[str, object], str]] = (),
    ) -> None:  # fmt: skip
        """`offered`: records that are not written yet, each with what the import says of it."""
        self.definition = question.definition
        self.question = question
        self.bound = data is not None
        stands = question.prefilled if isinstance(question.prefilled, (list, tuple)) else ()
        imports = tuple(offered)
        standing = (*stands, *(record for record, _words in imports))
        count = len(standing) + 1 if data is None else min(_whole(data.get(self.counter)) + more, 40)
        self.rows = [
            RecordForm(
                data if data is not None and index < count - more else None, definition=self.definition,
                prefix=f"{self.definition.code}-{index}",
                initial=_as_initial(standing[index]) if data is None and index < len(standing) else None,
            )
            for index in range(count)
        ]  # fmt: skip
        if data is None:
            for row, (_record, words) in zip(self.rows[len(stands) :], imports, strict=False):
                row.imported = words

    @property
    def counter(self) -> str:
        """Name of the hidden field that says how many rows were sent."""
        return f"{self.definition.code}-rows"

    def is_valid(self) -> bool:
        """Whether every row that was sent can be taken."""
        valid = [row.is_valid() for row in self.rows if row.is_bound]
        return all(valid)

    def records(self) -> list[dict[str, object]]:
        """The rows that hold something."""
        return [record for row in self.rows if row.is_bound and (record := row.record()) is not None]


def _as_initial(record: object) -> dict[str, object]:
    if not isinstance(record, Mapping):
        return {}
    return {key: f"{value:g}" if isinstance(value, float) else value for key, value in record.items()}


def _whole(text: object) -> int:
    return int(str(text)) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 4 else 1


class DecisionForm(forms.Form):
    """What a clinician decides about one medicine."""

    medicine = forms.CharField(widget=forms.HiddenInput, max_length=200)
    mg_per_day = NumberField(None, label=_("Taken a day (mg)"), required=False)
    decision = forms.ChoiceField(
        label=_("Decision"), required=False, widget=forms.RadioSelect,
        choices=[("proceed", _("Go on with it")), ("hold", _("Hold it on the day")), ("stop", _("Stop it")), ("", _("Not decided yet"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, by_dose: bool = False, **kwargs: Any) -> None:
        """`by_dose`: whether the daily dose is asked, which is then kept."""
        super().__init__(*args, **kwargs)
        if not by_dose:
            del self.fields["mg_per_day"]

    def clean(self) -> dict[str, Any]:
        """A decision has a reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") and not str(cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Nothing was written; a sentence is asked. Write why you decided so."))
        return cleaned


class SignForm(forms.Form):
    """A signature."""

    password = forms.CharField(
        label=_("Your password"), strip=False, max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class OverrideForm(SignForm):
    """Going on although a relative rule stands against it."""

    def __init__(
        self, *args: Any, credentials: Iterable[tuple[str, str]], needs: tuple[str, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.needs = needs
        choices = list(credentials)
        self.fields["credential"] = forms.ChoiceField(
            label=_("You sign as"), choices=choices, widget=forms.RadioSelect,
            initial=choices[0][0] if len(choices) == 1 else None,
        )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label=_("Why you go on"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("The reason stands in the record with your name."),
        )  # fmt: skip
        for index, need in enumerate(needs):
            if index or not need.endswith("reason"):
                self.fields[f"need_{index}"] = forms.CharField(
                    label=need[:1].upper() + need[1:], max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                    help_text=_("Write it, or where it is kept."),
                )  # fmt: skip
        self.order_fields(
            ["credential", "reason", *(f"need_{index}" for index in range(len(needs))), "password"]
        )

    def written(self) -> str:
        """Everything the protocol asks to be written, each under its name."""
        lines = [
            f"{need}: {self.cleaned_data.get(f'need_{index}', self.cleaned_data['reason'])}"
            for index, need in enumerate(self.needs)
        ]
        return "\n".join(lines)


class ConsentForm(forms.Form):
    """What the person said, in the person's own words, and who was there."""

    answer = forms.ChoiceField(
        label=_("What the person decides"), widget=forms.RadioSelect,
        error_messages={"required": _("Nothing was chosen. Choose what the person said.")},
        choices=[("given", _("Agrees to this plan")), ("refused", _("Does not agree"))],
    )  # fmt: skip
    witness = forms.CharField(label=_("Witness"), max_length=120, required=False)
    interpreter = forms.CharField(label=_("Interpreter"), max_length=120, required=False)
    signed_name = forms.CharField(
        label=_("The person's name, as the person signs"),
        error_messages={"required": _("Nothing was written. Let the person sign with their name.")},
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, asked: Iterable[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question_ids = []
        for id_, text, listen_for in asked:
            self.question_ids.append((id_, text))
            self.fields[f"words_{id_}"] = forms.CharField(
                label=text, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("In the person's own words. Listen for: %s") % listen_for, required=False,
            )  # fmt: skip
            self.fields[f"right_{id_}"] = forms.TypedChoiceField(
                label=_("Understood in the end?"), widget=forms.RadioSelect, required=False, empty_value=None,
                choices=[("True", _("Yes")), ("False", _("Not yet"))], coerce=lambda value: value == "True",
            )  # fmt: skip
        for one in Ability:
            self.fields[f"can_{one.value}"] = forms.TypedChoiceField(
                label=_(one.question), widget=forms.RadioSelect, coerce=lambda text: text == "True",
                choices=[("True", _("Yes")), ("False", _("No"))],
                error_messages={"required": _("Not looked at yet. Choose yes or no.")},
            )  # fmt: skip
        names = [name for id_, _text in self.question_ids for name in (f"words_{id_}", f"right_{id_}")]
        self.order_fields(
            [
                *names,
                *(f"can_{one.value}" for one in Ability),
                "answer",
                "signed_name",
                "witness",
                "interpreter",
            ]
        )

    def abilities(self) -> dict[Ability, bool]:
        """What was found of each, in a valid form."""
        return {one: bool(self.cleaned_data[f"can_{one.value}"]) for one in Ability}

    def clean(self) -> dict[str, Any]:
        """Someone who agrees has answered every question; someone who says no owes nobody an answer."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "given":
            for id_, _text in self.question_ids:
                if not str(cleaned.get(f"words_{id_}") or "").strip():
                    self.add_error(
                        f"words_{id_}", _("Nothing was written. Ask, and write down what the person says.")
                    )
                if cleaned.get(f"right_{id_}") is None:
                    self.add_error(f"right_{id_}", _("Not said yet. Choose one of the two."))
        return cleaned
