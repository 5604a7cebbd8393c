"""Forms of the family pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from unloop.care.heredity import (
    FamilyCondition,
    FamilySex,
    FamilyTree,
    Relative,
    Status,
    Step,
    change,
    partners_of,
    say_related,
)
from unloop.clinic.consulting_room.family_words import CONDITIONS, STEPS, who

_SEXES = ((FamilySex.FEMALE, _("female")), (FamilySex.MALE, _("male")), (FamilySex.UNKNOWN, _("not known")))
_STATUS = ((Status.AFFECTED, _("yes")), (Status.UNAFFECTED, _("no")), (Status.UNKNOWN, _("not known")))
_ANSWERS = (("yes", _("yes")), ("no", _("no")), ("", _("not known")))
_SAID = {"yes": True, "no": False, "": None}


class RelativeForm(forms.Form):
    """What is known of one person; "not known" is an answer everywhere."""

    sex = forms.ChoiceField(
        label=_("Sex assigned at birth"), choices=_SEXES, widget=forms.RadioSelect, initial=FamilySex.UNKNOWN
    )
    status = forms.ChoiceField(
        label=_("OCD, now or ever"), choices=_STATUS, widget=forms.RadioSelect, initial=Status.UNKNOWN
    )
    age = forms.IntegerField(
        label=_("Age in years, or age at death"), required=False, min_value=0, max_value=125,
        help_text=_("About is enough. Leave it empty when nobody knows."),
    )  # fmt: skip
    onset_age = forms.IntegerField(
        label=_("Age at which OCD began"), required=False, min_value=0, max_value=125
    )
    deceased = forms.BooleanField(label=_("Has died"), required=False)
    adopted = forms.BooleanField(label=_("Was adopted"), required=False)
    complete = forms.BooleanField(
        label=_("All parents, brothers, sisters and children of the person are in the tree now"),
        required=False,
    )
    ages: ClassVar[tuple[str, ...]] = ("age", "onset_age")
    ticks: ClassVar[tuple[str, ...]] = ("deceased", "adopted")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in FamilyCondition:
            self.fields[kind.value] = forms.ChoiceField(
                label=CONDITIONS[kind],  # type: ignore[arg-type] # a lazy translation is no str to the stubs
                choices=_ANSWERS,
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )
        for name in self.ages:
            self.fields[name].widget.attrs.update(inputmode="numeric", autocomplete="off")

    def known(self) -> Relative:
        """What was said, as a person without links."""
        said = self.cleaned_data
        answers = {kind: _SAID[said[kind.value]] for kind in FamilyCondition}
        asked = any(answer is not None for answer in answers.values())
        onset = said["onset_age"] if said["status"] == Status.AFFECTED else None
        return Relative(
            "new", FamilySex(said["sex"]), adopted=said["adopted"], status=Status(said["status"]),
            age=_number(said["age"]), onset_age=_number(onset), deceased=said["deceased"],
            conditions=frozenset(kind for kind, answer in answers.items() if answer) if asked else None,
            not_known=frozenset(kind for kind, answer in answers.items() if answer is None) if asked else frozenset(),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """An onset stands only beside OCD, and not after the age."""
        said = super().clean() or {}
        onset, age = said.get("onset_age"), said.get("age")
        if onset is not None and said.get("status") != Status.AFFECTED:
            self.add_error(
                "onset_age", _("This person has no OCD above: answer yes there, or leave this empty.")
            )
        elif onset is not None and age is not None and onset > age:
            self.add_error("onset_age", _("OCD began after the age given: check both ages."))
        return said


class AddForm(RelativeForm):
    """Somebody new, and what that person is to somebody who stands in the tree."""

    step = forms.ChoiceField(label=_("Who is added"), widget=forms.RadioSelect)
    with_partner = forms.ChoiceField(label=_("The child's other parent"), required=False)

    def __init__(self, *args: Any, tree: FamilyTree, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = tree[of]
        taken = {Step.MOTHER: one.mother, Step.FATHER: one.father}
        steps = [(step.value, words) for step, words in STEPS.items() if taken.get(step) is None]
        _choose(self, "step", steps)
        partners = {other.id for other in tree.people if other.partner_of == of} | ({one.partner_of} - {None})
        partners |= {
            other for child in tree.people if of in child.parents for other in child.parents if other != of
        }
        if partners:
            _choose(
                self,
                "with_partner",
                [("", _("not known")), *((id_, who(tree, str(id_))) for id_ in partners)],
            )
        else:
            del self.fields["with_partner"]


class ChangeForm(RelativeForm):
    """What is known of somebody who stands in the tree, and which partner is a blood relative."""

    blood_partner = forms.ChoiceField(
        label=_("Partner who is also a blood relative"), required=False,
        help_text=_("As cousins are. The line of the couple is drawn double; no number changes by it."),
    )  # fmt: skip

    def __init__(self, *args: Any, tree: FamilyTree, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree, self.of = tree, of
        partners = partners_of(tree, of)
        if not partners:
            del self.fields["blood_partner"]
            return
        listed = [(id_, who(tree, id_)) for id_ in partners]
        _choose(self, "blood_partner", [("", _("none, or not known")), *listed])
        said = (id_ for id_ in partners if tree[of].blood_partner == id_ or tree[id_].blood_partner == of)
        self.fields["blood_partner"].initial = next(said, "")

    def changed(self) -> FamilyTree:
        """The tree with what was said.

        Raises:
            InputRefused: it would be no family.
        """
        tree = change(self.tree, self.of, self.known())
        if "blood_partner" not in self.fields:
            return tree
        return say_related(tree, self.of, self.cleaned_data["blood_partner"] or None)


class RemoveForm(forms.Form):
    """Why somebody is taken out."""

    reason = forms.CharField(
        label=_("Why is this person taken out?"), max_length=120,
        help_text=_("No name, please. The entry before stays visible in the record."),
    )  # fmt: skip


def known_of(one: Relative) -> dict[str, Any]:
    """What stands of a person, as the form begins with it."""
    said = {True: "yes", False: "no", None: ""}
    ages = {"age": one.age, "onset_age": one.onset_age}
    return {
        "sex": one.sex, "status": one.status, "deceased": one.deceased, "adopted": one.adopted,
        **{key: None if age is None else round(age) for key, age in ages.items()},
        **{kind.value: said[one.has(kind)] for kind in FamilyCondition},
    }  # fmt: skip


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so above
    field.choices = choices


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)
