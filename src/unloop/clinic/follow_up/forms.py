"""Forms of the follow-up app."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from unloop.care.outcome import (
    ActionTaken,
    AdverseEvent,
    EventOutcome,
    Grade,
    LeavingReason,
    Relatedness,
    Seriousness,
)
from unloop.clinic.audit import clock

GRADES: tuple[tuple[int, Promise], ...] = (
    (Grade.MILD, _("1, mild: noticed, nothing to be done")),
    (Grade.MODERATE, _("2, moderate: everyday life is harder, little to be done")),
    (Grade.SEVERE, _("3, severe: cannot look after themselves, or was admitted")),
    (Grade.LIFE_THREATENING, _("4, life-threatening: had to be treated at once")),
    (Grade.DEATH, _("5, death")),
)
RELATED: tuple[tuple[str, Promise], ...] = (
    (Relatedness.NOT_ASSESSED, _("not assessed yet")),
    (Relatedness.UNRELATED, _("unrelated")),
    (Relatedness.UNLIKELY, _("unlikely")),
    (Relatedness.POSSIBLE, _("possible")),
    (Relatedness.PROBABLE, _("probable")),
    (Relatedness.CERTAIN, _("certain")),
)
ACTIONS: tuple[tuple[str, Promise], ...] = (
    (ActionTaken.NONE, _("nothing")),
    (ActionTaken.TREATED, _("treated")),
    (ActionTaken.INFUSION_SLOWED, _("infusion slowed")),
    (ActionTaken.INFUSION_STOPPED, _("infusion stopped")),
    (ActionTaken.TREATMENT_PAUSED, _("treatment paused")),
    (ActionTaken.TREATMENT_ENDED, _("treatment ended")),
)
OUTCOMES: tuple[tuple[str, Promise], ...] = (
    (EventOutcome.UNKNOWN, _("not known")),
    (EventOutcome.RESOLVED, _("over")),
    (EventOutcome.RESOLVING, _("getting better")),
    (EventOutcome.NOT_RESOLVED, _("goes on")),
    (EventOutcome.RESOLVED_WITH_SEQUELAE, _("over, with lasting effects")),
    (EventOutcome.FATAL, _("died of it")),
)
OVER = frozenset({EventOutcome.RESOLVED, EventOutcome.RESOLVED_WITH_SEQUELAE, EventOutcome.FATAL})
SERIOUS: tuple[tuple[str, Promise], ...] = (
    (Seriousness.DEATH, _("death")),
    (Seriousness.LIFE_THREATENING, _("a threat to life")),
    (Seriousness.HOSPITAL, _("a stay in hospital, begun or prolonged")),
    (Seriousness.DISABILITY, _("lasting or marked disability")),
    (Seriousness.BIRTH_DEFECT, _("a birth defect")),
    (Seriousness.OTHER_IMPORTANT, _("important for another medical reason, e.g. new thoughts of suicide")),
)
LEFT: tuple[tuple[str, Promise], ...] = (
    (LeavingReason.SEVERE_WORSENING, _("OCD became severely worse")),
    (LeavingReason.OTHER, _("another reason, which is not a relapse")),
)
_MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    )


class OnceForm(forms.Form):
    """A form that says once what it says, however often it is sent."""

    entry = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)


class AdverseEventForm(OnceForm):
    """One adverse event."""

    term = forms.CharField(label=_("What was it?"), max_length=120, help_text=_("A few words, e.g. nausea"))
    onset = _moment(_("When did it begin? In the clinic's zone"))
    grade = forms.TypedChoiceField(
        label=_("How bad was it?"), choices=GRADES, coerce=int, widget=forms.RadioSelect
    )
    serious = forms.MultipleChoiceField(
        label=_("What makes it serious?"), choices=SERIOUS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: not serious. A serious one opens a task for whoever is on duty."),
    )  # fmt: skip
    relatedness = forms.ChoiceField(label=_("Did the treatment do it?"), choices=RELATED)
    action = forms.ChoiceField(label=_("What was done?"), choices=ACTIONS)
    outcome = forms.ChoiceField(label=_("What became of it?"), choices=OUTCOMES)
    ended_on = forms.DateField(
        label=_("On what day was it over?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def clean_onset(self) -> datetime:
        """It has begun."""
        return _not_to_come(self.cleaned_data["onset"])

    def clean_ended_on(self) -> date | None:
        """It is over."""
        ended: date | None = self.cleaned_data["ended_on"]
        if ended is not None and ended > clock.today():
            raise forms.ValidationError(_("That is still to come. Check the day."))
        return ended

    def clean(self) -> dict[str, Any]:
        """What goes on has no day on which it was over."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("ended_on") is not None and data.get("outcome") not in OVER:
            self.add_error("ended_on", _("Say that it is over, or leave this day out."))
        return data

    def event(self) -> AdverseEvent:
        """What was entered.

        Raises:
            InputRefused: one answer contradicts another; `where` names the field.
        """
        data = self.cleaned_data
        return AdverseEvent(
            term=data["term"], onset=data["onset"], grade=Grade(data["grade"]), relatedness=Relatedness(data["relatedness"]),
            action=ActionTaken(data["action"]), outcome=EventOutcome(data["outcome"]),
            serious=frozenset(Seriousness(one) for one in data["serious"]), ended_on=data["ended_on"],
        )  # fmt: skip


class ChangeForm(AdverseEventForm):
    """What is said of an adverse event instead."""

    reason = forms.CharField(label=_("Why is it changed?"), max_length=200)


def as_entered(event: AdverseEvent) -> dict[str, Any]:
    """An event as a form shows it."""
    return {
        "term": event.term, "onset": localtime(event.onset).strftime(_MOMENT), "grade": int(event.grade),
        "serious": sorted(event.serious), "relatedness": event.relatedness, "action": event.action,
        "outcome": event.outcome, "ended_on": event.ended_on,
    }  # fmt: skip


class LifeEventForm(OnceForm):
    """What happened in the person's life."""

    words = forms.CharField(label=_("What happened, in the person's own words?"), max_length=120)
    at = _moment(_("When?"))

    def clean_at(self) -> datetime:
        """It has happened."""
        return _not_to_come(self.cleaned_data["at"])


class LeavingForm(OnceForm):
    """That somebody left treatment early, and whether OCD was why."""

    reason = forms.ChoiceField(label=_("Why?"), choices=LEFT, widget=forms.RadioSelect)
    at = _moment(_("When?"))

    def clean_at(self) -> datetime:
        """It has happened."""
        return _not_to_come(self.cleaned_data["at"])


class ErpForm(OnceForm):
    """One session of exposure and response prevention."""

    minutes = forms.IntegerField(
        label=_("How long was it, in minutes?"), min_value=5, max_value=480, initial=90
    )
    at = _moment(_("When?"))

    def clean_at(self) -> datetime:
        """It has happened."""
        return _not_to_come(self.cleaned_data["at"])


def _not_to_come(at: datetime) -> datetime:
    if at > clock.now():
        raise forms.ValidationError(_("That is still to come. Check the day and the time."))
    return at
