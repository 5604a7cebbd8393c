"""The form of a plan: what is decided beside the dose, a step where one is proposed, and why the plan changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.care.plan import Sri, Tailoring
from unloop.clinic.consulting_room.forms import LinesField

SRI_WORDS = {
    Sri.CONTINUE: _("It goes on as it is"),
    Sri.CHANGE: _("It is changed"),
    Sri.START: _("One is begun"),
    Sri.NONE: _("None is taken, and none is begun"),
    Sri.NOT_DECIDED: _("Not decided yet"),
}


class PlanForm(forms.Form):
    """Laying down a plan: as the protocol gives it, or with a step that it proposes and why."""

    goals = LinesField(
        label=_("Goals, in the person's own words"), required=False,
        help_text=_("One a line: what the person wants to be able to do again."),
    )  # fmt: skip
    erp_sessions = forms.TypedChoiceField(
        label=_("ERP sessions after each infusion"), required=False, widget=forms.RadioSelect, coerce=int,
        empty_value=0,  # type: ignore[arg-type]  # the stubs know of texts alone
        help_text=_("Placed on the first days of the window, one a day."),
    )  # fmt: skip
    sri = forms.ChoiceField(
        label=_("Serotonin reuptake inhibitor during the course"), required=False, widget=forms.RadioSelect,
        choices=[(one.value, words) for one, words in SRI_WORDS.items()],
    )  # fmt: skip
    sri_words = forms.CharField(
        label=_("Which one, and what is changed"), required=False, max_length=400,
        help_text=_("Asked where it is changed or begun."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    stop_rules = LinesField(
        label=_("When to stop, beside the protocol's own rules"), required=False,
        help_text=_("One a line. Set before the start, so that nobody argues with a hope later."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, steps: Iterable[tuple[str, str]], most_sessions: int, standing: Tailoring | None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        """`most_sessions`: that fit into the window after an infusion; `standing`: of the plan that stands."""
        super().__init__(*args, **kwargs)
        sessions = self.fields["erp_sessions"]
        if isinstance(sessions, forms.ChoiceField):
            sessions.choices = [
                (str(one), str(one) if one else _("None")) for one in range(most_sessions + 1)
            ]
        self._begin_with(standing or Tailoring())
        offered = list(steps)
        if offered:
            self.fields["step"] = forms.ChoiceField(
                label=_("Dose"), required=False, widget=forms.RadioSelect, initial="",
                choices=[("", _("As the protocol gives it")), *offered],
            )  # fmt: skip
        if offered or standing is not None:
            self.fields["reason"] = forms.CharField(
                label=_("Why this step is ordered, or why the plan changes"), required=False, max_length=400,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Asked for a step, which is never taken by itself, and for every change of a plan."),
            )  # fmt: skip

    def _begin_with(self, standing: Tailoring) -> None:
        self.fields["goals"].initial = "\n".join(standing.goals)
        self.fields["erp_sessions"].initial = str(standing.erp_sessions)
        self.fields["sri"].initial = standing.sri.value
        self.fields["sri_words"].initial = standing.sri_words
        self.fields["stop_rules"].initial = "\n".join(standing.stop_rules)

    def tailoring(self) -> Tailoring:
        """What was decided beside dose and series.

        Raises:
            InputRefused: a change of medicine without words, or sentences that are too many or too long.
        """
        said = self.cleaned_data
        return Tailoring(
            erp_sessions=said["erp_sessions"], sri=Sri(said["sri"] or Sri.NOT_DECIDED), sri_words=said["sri_words"],
            goals=tuple(said["goals"] or ()), stop_rules=tuple(said["stop_rules"] or ()),
        )  # fmt: skip
