"""The family: picture and table, somebody added, changed or taken out, and a number only for who wants one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unloop.care.heredity import (
    AROUND_BIRTH,
    ASK_FIRST,
    CAVEATS,
    LIFE_EXPERIENCE,
    SHARES,
    FamilyCondition,
    FamilyTree,
    Step,
    add,
    remove,
    suggests_counselling,
    to_ask,
)
from unloop.clinic.chart.services import Person, load_chart, of_person, open_chart
from unloop.clinic.consulting_room.family import Family, family_of, keep_family, say_choice
from unloop.clinic.consulting_room.family_drawing import draw_family
from unloop.clinic.consulting_room.family_forms import AddForm, ChangeForm, RelativeForm, RemoveForm, known_of
from unloop.clinic.consulting_room.family_words import CONDITIONS, row, who
from unloop.clinic.consulting_room.views.refusing import refuse
from unloop.clinic.laboratory.services import lifetime_risk, risk_of_a_child
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


@require_GET
@of_person("family")
def family(request: ClinicRequest, person: Person) -> HttpResponse:
    """The family as it stands, what is still to ask, and the number for who wants it."""
    opened = open_chart(person)
    found = family_of(person, opened.chart)
    picture = draw_family(found.tree)
    places = picture.places if picture else {}
    people = sorted(found.tree.people, key=lambda one: places.get(one.id, ""))
    context = {
        "person": person, "opened": opened, "family": found, "picture": picture,
        "relatives": len(found.tree.people) - 1, "proband": found.tree.proband,
        "rows": [row(found.tree, one, place=places.get(one.id, "")) for one in people],
        "questions": to_ask(found.tree), "counselling": suggests_counselling(found.tree),
        "ask_first": ASK_FIRST, **_number(found),
    }  # fmt: skip
    return render(request, "consulting_room/family.html", context)


@require_http_methods(["GET", "POST"])
@of_person("family-add")
def add_relative(request: ClinicRequest, person: Person, of: str) -> HttpResponse:
    """Somebody new, by what the person is to somebody in the tree."""
    found = _found(person, of)
    data = request.POST if request.method == "POST" else None
    form = AddForm(data, tree=found.tree, of=of, initial={"complete": found.complete})

    def grown() -> FamilyTree:
        said = form.cleaned_data
        partner = said.get("with_partner") or None
        return add(found.tree, Step(said["step"]), form.known(), of=of, with_partner=partner)

    if data is not None and form.is_valid() and _kept(person, form, grown, based_on=_seen(request)):
        messages.success(request, _("Added to the tree."))
        return redirect("consulting_room:family", person.id)
    context = {"title": _("Add a relative of %s") % _the(who(found.tree, of)), "adding": True}
    return _form_page(request, person, found, form=form, context=context)


@require_http_methods(["GET", "POST"])
@of_person("family-change")
def change_relative(request: ClinicRequest, person: Person, relative: str) -> HttpResponse:
    """What is known of somebody who stands in the tree."""
    found = _found(person, relative)
    data = request.POST if request.method == "POST" else None
    initial = {**known_of(found.tree[relative]), "complete": found.complete}
    form = ChangeForm(data, tree=found.tree, of=relative, initial=initial)
    if data is not None and form.is_valid() and _kept(person, form, form.changed, based_on=_seen(request)):
        messages.success(request, _("The change is kept; what stood before stays visible in the record."))
        return redirect("consulting_room:family", person.id)
    context = {
        "title": _("What is known of %s") % _the(who(found.tree, relative)), "relative": relative,
        "removing": RemoveForm() if relative != found.tree.proband else None,
    }  # fmt: skip
    return _form_page(request, person, found, form=form, context=context)


@require_POST
@of_person("family-remove")
def remove_relative(request: ClinicRequest, person: Person, relative: str) -> HttpResponse:
    """Take somebody out of the tree; the entry before stays in the record."""
    found = _found(person, relative)
    removing = RemoveForm(request.POST)
    if removing.is_valid():
        try:
            keep_family(
                person,
                remove(found.tree, relative),
                based_on=_seen(request),
                reason=removing.cleaned_data["reason"],
                complete=found.complete,
            )
        except InputRefused as refused:
            refuse(removing, refused)
        else:
            messages.success(
                request, _("Taken out of the tree; the entry before stays visible in the record.")
            )
            return redirect("consulting_room:family", person.id)
    initial = {**known_of(found.tree[relative]), "complete": found.complete}
    form = ChangeForm(tree=found.tree, of=relative, initial=initial)
    title = _("What is known of %s") % _the(who(found.tree, relative))
    context = {"title": title, "relative": relative, "removing": removing}
    return _form_page(request, person, found, form=form, context=context)


@require_POST
@of_person("family-number")
def choose_number(request: ClinicRequest, person: Person) -> HttpResponse:
    """Whether the person wants to hear a number; the answer is kept, and can be another one at any time."""
    answer = request.POST.get("wants")
    if answer in {"yes", "no"}:
        say_choice(person, wants=answer == "yes")
    else:
        messages.error(request, _("Choose one of the two answers."))
    return redirect("consulting_room:family", person.id)


def _number(found: Family) -> dict[str, Any]:
    """The figures, worked out for nobody who did not ask."""
    if found.wanted is not True:
        return {}
    return {
        "risk": lifetime_risk(found.tree), "risk_of_a_child": risk_of_a_child(found.tree), "caveats": CAVEATS,
        "around_birth": AROUND_BIRTH, "shares": SHARES, "life_experience": LIFE_EXPERIENCE,
    }  # fmt: skip


def _found(person: Person, relative: str) -> Family:
    found = family_of(person, load_chart(person))
    if relative not in {one.id for one in found.tree.people}:
        raise Http404
    return found


def _seen(request: ClinicRequest) -> str:
    """The entry that the form was made from."""
    return request.POST.get("based_on", "")


def _kept(person: Person, form: RelativeForm, tree: Callable[[], FamilyTree], *, based_on: str) -> bool:
    """Whether the tree was written; a refusal stands on the form, with everything that was entered."""
    try:
        keep_family(
            person,
            tree(),
            based_on=based_on,
            reason="",
            complete=form.cleaned_data["complete"],
        )
    except InputRefused as refused:
        refuse(form, refused)
        return False
    return True


def _form_page(
    request: ClinicRequest, person: Person, found: Family, *, form: Form, context: dict[str, Any]
) -> HttpResponse:
    page = {
        "person": person, "family": found, "form": form,
        "conditions": [form[kind.value] for kind in FamilyCondition], "condition_words": CONDITIONS,
        **context,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "consulting_room/family_form.html", page, status=status)


def _the(words: str) -> str:
    return words if words == _("the person") else _("the %s") % words
