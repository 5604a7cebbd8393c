"""Forms by which a clinic adds a study: its answers become a record with the provenance of every value."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Choices = tuple[tuple[str, Promise | str], ...]

HOW: Choices = (
    ("printed", _("read in the paper, its abstract or its registry page")),
    ("derived", _("computed from printed values")),
    ("digitised", _("read off a picture")),
    ("secondary", _("read in somebody else's text about it")),
    ("memory", _("from memory, not seen")),
)
DESIGNS: Choices = (
    ("randomised", _("randomised, parallel arms")),
    ("randomised crossover", _("randomised crossover")),
    ("open label", _("open label, no control")),
    ("case series", _("case series")),
    ("chart review", _("chart review")),
    ("cohort", _("cohort")),
)
STATUS: Choices = (
    ("published", _("published")),
    ("preprint", _("preprint")),
    ("abstract only", _("abstract only")),
    ("terminated", _("ended early")),
)
CARRIED: Choices = (
    ("", _("not a crossover")),
    ("not shown", _("looked for and not shown")),
    ("shown", _("shown")),
    ("not known", _("not known")),
)
PHASES: Choices = (
    ("", _("not a crossover")),
    ("1", _("the first phase alone")),
    ("2", _("the second phase alone")),
    ("both", _("both phases together")),
)
ROUTES: Choices = tuple((one, one) for one in ("IV", "IM", "IN", "SC", "oral"))
UNITS: Choices = (("mg/kg", "mg/kg"), ("mg", "mg"))
COUNT: Choices = (
    ("efficacy", _("Yes: people with OCD who were given ketamine or esketamine")),
    ("nothing", _("No: keep it in the list only")),
)


_CHOOSE: Choices = (("", _("choose one")),)


def _provenance(what: Promise | str) -> dict[str, forms.Field]:
    return {
        "how": forms.ChoiceField(label=_("%(what)s: how was it read?") % {"what": what}, choices=(*_CHOOSE, *HOW)),
        "where": forms.CharField(
            label=_("%(what)s: where does it stand?") % {"what": what}, max_length=200,
            help_text=_("Table, figure, page or abstract"),
        ),
        "formula": forms.CharField(
            label=_("%(what)s: how was it computed?") % {"what": what}, max_length=300, required=False,
            help_text=_("Only for a computed value: the formula, and from what"),
        ),
    }  # fmt: skip


class StudyForm(forms.Form):
    """One study: who, what they were given, how many responded, and where each of it was read."""

    study_id = forms.RegexField(
        r"^[A-Za-z0-9_.-]{1,60}$", label=_("Short name of the study"),
        help_text=_("Letters, digits, point, hyphen and underscore, e.g. SMITH2026"),
        error_messages={"invalid": _("Letters, digits, point, hyphen and underscore only, at most 60.")},
    )  # fmt: skip
    about = forms.CharField(
        label=_("Who was treated, in your own words"), max_length=200,
        help_text=_("e.g. drug-free adults, one infusion, at one week"),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2100, required=False)
    design = forms.ChoiceField(label=_("Design"), choices=DESIGNS)
    status = forms.ChoiceField(label=_("How it is published"), choices=STATUS)
    source = forms.CharField(label=_("Journal, or where it stands"), max_length=200)
    doi = forms.RegexField(r"^10\.\S+$", label="DOI", required=False,
                           error_messages={"invalid": _("A DOI begins with 10.")})  # fmt: skip
    registration = forms.CharField(
        label=_("Registration"), max_length=200, required=False, help_text=_("Numbers with commas between"),
    )  # fmt: skip
    overlaps = forms.CharField(
        label=_("Studies that share people with it"), max_length=300, required=False,
        help_text=_("Short names from the evidence page, with commas between"),
    )  # fmt: skip
    carry_over = forms.ChoiceField(
        label=_("Crossover: was anything of the first treatment carried over?"), choices=CARRIED, required=False,
    )  # fmt: skip
    drug = forms.CharField(label=_("Drug"), max_length=80, initial="ketamine (racemate)")
    route = forms.ChoiceField(label=_("Route"), choices=ROUTES)
    amount = forms.FloatField(label=_("Dose"), min_value=0)
    unit = forms.ChoiceField(label=_("Unit of the dose"), choices=UNITS)
    minutes = forms.FloatField(label=_("Over how long? In minutes"), min_value=0, required=False)
    people = forms.IntegerField(label=_("How many were treated and counted?"), min_value=1)
    events = forms.IntegerField(
        label=_("How many responded?"), min_value=0, help_text=_("Reduction of the Y-BOCS by at least 35%"),
    )  # fmt: skip
    hours = forms.FloatField(label=_("When? Hours after the first dose began"), min_value=0)
    phase = forms.ChoiceField(label=_("Crossover: which phase was counted?"), choices=PHASES, required=False)
    control_people = forms.IntegerField(label=_("How many in the control arm?"), min_value=1, required=False)
    control_events = forms.IntegerField(
        label=_("How many of the control arm responded?"), min_value=0, required=False
    )
    score = forms.FloatField(
        label=_("Mean Y-BOCS then, in points"), min_value=0, max_value=40, required=False
    )
    score_sd = forms.FloatField(label=_("Its standard deviation, in points"), min_value=0.01, required=False)
    pools_as = forms.ChoiceField(
        label=_("Count it in the evidence on response?"), choices=COUNT, widget=forms.RadioSelect
    )

    GROUPS = (("dose", _("Dose")), ("response", _("Responders")), ("score", _("Mean score")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in self.GROUPS:
            for part, field in _provenance(said).items():
                field.required = field.required and name != "score"
                self.fields[f"{name}_{part}"] = field
        self.fields["score_how"].choices = (("", _("no score")), *HOW)  # type: ignore[attr-defined]
        self.order_fields(ORDER)

    def clean(self) -> dict[str, Any]:
        """A crossover says its phase and what was carried over; a computed value says how."""
        given = super().clean() or {}
        crossed = given.get("design") == "randomised crossover"
        for name in ("carry_over", "phase"):
            if crossed and not given.get(name):
                self.add_error(
                    name, _("A crossover says this: people of the second phase may still feel the first.")
                )
            if not crossed and given.get(name):
                self.add_error(name, _("Only a crossover has phases. Choose the design that fits."))
        for name, _said in self.GROUPS:
            if (given.get(f"{name}_how") == "derived") != bool(given.get(f"{name}_formula")):
                self.add_error(f"{name}_formula", _("A computed value says how, and no other does."))
        if given.get("score") is not None and not (given.get("score_how") and given.get("score_where")):
            self.add_error("score_how", _("Say how the mean score was read, and where it stands."))
        self._check_counts(given)
        return given

    def _check_counts(self, given: dict[str, Any]) -> None:
        for people, events in (("people", "events"), ("control_people", "control_events")):
            of, responded = given.get(people), given.get(events)
            if of is not None and responded is not None and responded > of:
                self.add_error(
                    events, _("More than there are people in this arm: at most %(n)s.") % {"n": of}
                )
        if (given.get("control_people") is None) != (given.get("control_events") is None):
            self.add_error("control_events", _("Give both numbers of the control arm, or neither."))

    def document(self) -> dict[str, Any]:
        """The record of a valid form."""
        given = self.cleaned_data
        return {
            "study": self._head(),
            **self._crossover(),
            "arm": self._arms(),
            "response": [
                self._row(arm) | {"n": n, "events": events} | {"definition": DEFINITION}
                for arm, n, events in (
                    ("treated", given["people"], given["events"]),
                    ("control", given["control_people"], given["control_events"]),
                )
                if n is not None
            ],
            "observation": [] if given["score"] is None else [self._score()],
        }

    def _head(self) -> dict[str, Any]:
        given = self.cleaned_data
        head = {
            "id": given["study_id"],
            "about": given["about"],
            "year": given["year"],
            "topic": "ketamine in OCD",
            "design": given["design"],
            "status": given["status"],
            "source": given["source"],
            "doi": given["doi"] or None,
            "registration": _listed(given["registration"]),
            "overlaps_with": _listed(given["overlaps"]),
            "pools_as": given["pools_as"],
        }
        return {key: value for key, value in head.items() if value is not None}

    def _crossover(self) -> dict[str, Any]:
        carried = self.cleaned_data["carry_over"]
        return {"crossover": {"carry_over": carried, **self._provenance_of("response")}} if carried else {}

    def _arms(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        dose = {
            "drug": given["drug"],
            "route": given["route"],
            "amount": given["amount"],
            "unit": given["unit"],
        }
        if given["minutes"] is not None:
            dose["duration_min"] = given["minutes"]
        role = "active" if given["design"].startswith("randomised") else "open"
        arms: list[dict[str, Any]] = [
            {"id": "treated", "role": role, "dose": [dose | self._provenance_of("dose")]}
        ]
        return (
            arms if given["control_people"] is None else [*arms, {"id": "control", "role": "inert control"}]
        )

    def _row(self, arm: str, part: str = "response") -> dict[str, Any]:
        given = self.cleaned_data
        phase = {"phase": int(given["phase"])} if given["phase"] in {"1", "2"} else {}
        return {"arm": arm, "t_h": given["hours"], **phase, **self._provenance_of(part)}

    def _score(self) -> dict[str, Any]:
        given = self.cleaned_data
        sd = {} if given["score_sd"] is None else {"sd": given["score_sd"]}
        score = {"instrument": "Y-BOCS (past week)", "unit": "points", "value": given["score"]}
        return self._row("treated", "score") | score | sd | {"n": given["people"]}

    def _provenance_of(self, name: str) -> dict[str, str]:
        parts = {part: self.cleaned_data[f"{name}_{part}"] for part in ("how", "where", "formula")}
        return {part: value for part, value in parts.items() if value}


DEFINITION = {"instrument": "Y-BOCS", "percent": 35.0, "words": "reduction of at least 35%"}
ORDER = (
    "study_id", "about", "year", "design", "status", "source", "doi", "registration", "overlaps", "carry_over",
    "drug", "route", "amount", "unit", "minutes", "dose_how", "dose_where", "dose_formula",
    "people", "events", "hours", "phase", "control_people", "control_events",
    "response_how", "response_where", "response_formula",
    "score", "score_sd", "score_how", "score_where", "score_formula", "pools_as",
)  # fmt: skip


class StudyFileForm(forms.Form):
    """Studies in a file."""

    LARGEST = 1_000_000

    file = forms.FileField(label=_("File"), help_text=_("UTF-8, at most 1 MB"))
    form = forms.ChoiceField(
        label=_("What is in it?"), widget=forms.RadioSelect,
        choices=(
            ("long", _("A table with a row for each study, arm and time (CSV)")),
            ("wide", _("A table with a row for each study (CSV)")),
            ("record", _("One record with the provenance of every value (TOML)")),
        ),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=_("How were the values of a table read?"), choices=HOW[:1] + HOW[2:], initial="secondary",
        help_text=_("A record says it of each value by itself."),
    )  # fmt: skip
    pools_as = forms.ChoiceField(
        label=_("Count the studies of a table in the evidence on response?"), choices=COUNT, widget=forms.RadioSelect,
        initial="nothing",
    )  # fmt: skip

    def clean_file(self) -> Any:
        """A file of a size that a study can have."""
        file = self.cleaned_data["file"]
        if file.size > self.LARGEST:
            raise forms.ValidationError(_("The file is larger than 1 MB; a study is not."))
        return file


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
