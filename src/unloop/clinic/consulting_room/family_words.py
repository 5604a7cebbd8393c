"""The words of the family pages: what each relative is, what is known, and the signs of the picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unloop.care.heredity import (
    Arrow,
    FamilyCondition,
    FamilyTree,
    Relative,
    Status,
    Step,
    TwinKind,
    are_related,
    arrow_of,
    partners_of,
    relation,
    twin_kind,
    twins_with,
)

LONGEST = 13
CONDITIONS: dict[FamilyCondition, Promise] = {
    FamilyCondition.TIC: gettext_lazy("tics"),
    FamilyCondition.ANXIETY: gettext_lazy("anxiety"),
    FamilyCondition.DEPRESSION: gettext_lazy("depression"),
    FamilyCondition.BIPOLAR: gettext_lazy("bipolar disorder"),
    FamilyCondition.PSYCHOSIS: gettext_lazy("psychosis"),
    FamilyCondition.SUBSTANCE_USE: gettext_lazy("substance use"),
    FamilyCondition.SUICIDE: gettext_lazy("suicide"),
}
LETTERS: dict[FamilyCondition, str] = {
    FamilyCondition.TIC: "T",
    FamilyCondition.ANXIETY: "A",
    FamilyCondition.DEPRESSION: "D",
    FamilyCondition.BIPOLAR: "B",
    FamilyCondition.PSYCHOSIS: "P",
    FamilyCondition.SUBSTANCE_USE: "U",
    FamilyCondition.SUICIDE: "S",
}
STEPS: dict[Step, Promise] = {
    Step.MOTHER: gettext_lazy("mother"),
    Step.FATHER: gettext_lazy("father"),
    Step.SIBLING: gettext_lazy("brother or sister"),
    Step.HALF_SIBLING_BY_MOTHER: gettext_lazy("half-sibling with the same mother"),
    Step.HALF_SIBLING_BY_FATHER: gettext_lazy("half-sibling with the same father"),
    Step.IDENTICAL_TWIN: gettext_lazy("identical twin"),
    Step.FRATERNAL_TWIN: gettext_lazy("twin who is not identical"),
    Step.TWIN: gettext_lazy("twin, not known whether identical"),
    Step.CHILD: gettext_lazy("child"),
    Step.PARTNER: gettext_lazy("partner"),
}
ARROWS: dict[Arrow, Promise] = {
    Arrow.PROBAND: gettext_lazy("proband"),
    Arrow.CONSULTAND: gettext_lazy("seeks advice"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One relative in the table beside the picture.

    Attributes:
        id, place: id in the tree, and generation with number, as the picture counts them.
        who: the relation in words.
        age, ocd, also: what is known; an empty `also` where nothing else was found, and `not_asked` what is open.
        details: what arrow, brackets, lines of twins and double lines say.
    """

    id: str
    place: str
    who: str
    age: str
    ocd: str
    also: tuple[str, ...]
    not_asked: str
    details: tuple[str, ...]


def who(tree: FamilyTree, person: str) -> str:
    """The relation in words; the person whose family it is, is called so."""
    word = relation(tree, person)
    return _("the person") if word == "proband" else _(word)


def age_of(one: Relative) -> str:
    """`61 years`, `died at 61`, `died`; empty where no age is known."""
    if one.deceased:
        return _("died at %d") % one.age if one.age is not None else _("died")
    return _("%d years") % one.age if one.age is not None else ""


def label(tree: FamilyTree, one: Relative) -> tuple[str, ...]:
    """What stands below a symbol: relation, age, and letters for what is known."""
    signs = [LETTERS[kind] for kind in FamilyCondition if one.has(kind)]
    if one.status is Status.AFFECTED:
        signs.insert(0, "OCD" if one.onset_age is None else _("OCD at %d") % one.onset_age)
    return tuple(part for part in (*_broken(who(tree, one.id)), age_of(one), " ".join(signs)) if part)


def row(tree: FamilyTree, one: Relative, *, place: str) -> Row:
    """A relative as the table says it; what nobody knows is said too."""
    open_ = [str(words) for kind, words in CONDITIONS.items() if one.has(kind) is None]
    return Row(
        id=one.id,
        place=place,
        who=who(tree, one.id),
        age=age_of(one) or _("not known"),
        ocd=_ocd(one),
        also=tuple(str(words) for kind, words in CONDITIONS.items() if one.has(kind)),
        not_asked=_("everything else") if len(open_) == len(CONDITIONS) else ", ".join(open_),
        details=tuple(_details(tree, one)),
    )


def _ocd(one: Relative) -> str:
    match one.status:
        case Status.AFFECTED:
            return (
                _("yes, from %d") % one.onset_age
                if one.onset_age is not None
                else _("yes, from when unknown")
            )
        case Status.UNAFFECTED:
            return _("no")
        case Status.UNKNOWN:
            return _("not known")


def _details(tree: FamilyTree, one: Relative) -> list[str]:
    said = [str(ARROWS[arrow_of(tree)])] if one.id == tree.proband else []
    said += [_("adopted")] if one.adopted else []
    twins = twins_with(tree, one.id) - {one.id}
    said += [_twin(tree, one.id, other.id) for other in tree.people if other.id in twins]
    if one.partner_of is not None and one.partner_of != tree.proband:
        said.append(_("partner of %s") % who(tree, one.partner_of))
    related = [other for other in partners_of(tree, one.id) if are_related(tree, one.id, other)]
    said += [_("couple related by blood, with %s") % who(tree, other) for other in related]
    return said


def _twin(tree: FamilyTree, one: str, other: str) -> str:
    them = who(tree, other)
    match twin_kind(tree, one, other):
        case TwinKind.IDENTICAL:
            return _("identical twin of %s") % them
        case TwinKind.FRATERNAL:
            return _("twin of %s, not identical") % them
        case TwinKind.UNKNOWN:
            return _("twin of %s, not known whether identical") % them
        case None:
            return _("born together with %s") % them


def _broken(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < LONGEST:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
