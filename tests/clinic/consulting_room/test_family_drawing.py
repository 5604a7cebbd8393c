"""What the picture of a family says with signs, the legend and the table say in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from unloop.care.heredity import (
    FamilySex,
    FamilyTree,
    Relative,
    Status,
    Step,
    TwinKind,
    add,
    are_related,
    twin_kind,
)
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import load_chart
from unloop.clinic.consulting_room.family import family_of, keep_family

pytestmark = pytest.mark.django_db
NEW = {"sex": "female", "status": "unknown"}
ALONE = FamilyTree("proband", (Relative("proband", FamilySex.FEMALE),))


@pytest.fixture
def keep(newcomer: Any, cast: Any) -> Callable[[FamilyTree], None]:
    """Write the newcomer's tree in the name of the provider."""

    def keep(tree: FamilyTree) -> None:
        with acting(cast.provider.as_actor()):
            standing = family_of(newcomer, load_chart(newcomer)).based_on
            keep_family(newcomer, tree, based_on=standing, reason="", complete=False)

    return keep


def couple() -> FamilyTree:
    return add(ALONE, Step.PARTNER, Relative("new", FamilySex.MALE), of="proband")


def test_who_has_ocd_has_an_arrow_with_a_p_and_is_called_proband(see, newcomer, cast, keep):
    keep(FamilyTree("proband", (Relative("proband", status=Status.AFFECTED),)))
    page = see(cast.provider, "family", newcomer)
    assert page.count("edge arrow") == 1
    assert page.count('class="sign"') == 1
    assert "who has or had OCD (proband)" in page
    assert '<span class="line">proband</span>' in page


@pytest.mark.parametrize("status", [Status.UNAFFECTED, Status.UNKNOWN])
def test_who_seeks_advice_has_an_arrow_alone(see, newcomer, cast, keep, status):
    keep(FamilyTree("proband", (Relative("proband", status=status),)))
    page = see(cast.provider, "family", newcomer)
    assert page.count("edge arrow") == 1
    assert 'class="sign"' not in page
    assert "who seeks advice (consultand)" in page
    assert '<span class="line">seeks advice</span>' in page


def test_a_partner_is_said_to_be_a_blood_relative_on_the_form_and_drawn_with_a_double_line(
    see, send, as_user, newcomer, cast, keep
):
    keep(couple())
    assert "kin related" not in see(cast.provider, "family", newcomer)
    answer = _change(send, newcomer, cast, blood_partner="proband")
    assert answer.status_code == 302
    page = see(cast.provider, "family", newcomer)
    assert page.count("kin related") == page.count('class="between"') == 1
    assert page.count("couple related by blood") == 3  # both rows of the table, and the legend
    form = as_user(cast.provider).get(reverse("consulting_room:family_change", args=[newcomer.id, "proband"]))
    assert '<option value="r1" selected>' in form.content.decode()


def test_the_double_line_is_taken_back_on_the_form(send, newcomer, cast, keep):
    keep(couple())
    _change(send, newcomer, cast, blood_partner="proband")
    _change(send, newcomer, cast, blood_partner="")
    assert not are_related(family_of(newcomer, load_chart(newcomer)).tree, "proband", "r1")


def test_who_has_no_partner_is_not_asked_for_one_who_is_a_blood_relative(as_user, newcomer, cast, keep):
    keep(ALONE)
    page = as_user(cast.provider).get(reverse("consulting_room:family_change", args=[newcomer.id, "proband"]))
    assert page.status_code == 200
    assert "blood_partner" not in page.content.decode()


def test_a_twin_of_whom_nobody_knows_is_added_drawn_with_a_question_mark_and_said_in_both_rows(
    see, send, newcomer, cast
):
    send(cast.provider, "family_add", newcomer, "proband", step="twin", **NEW, based_on="")
    tree = family_of(newcomer, load_chart(newcomer)).tree
    twin = next(one.id for one in tree.people if one.unsure_twin)
    assert twin_kind(tree, "proband", twin) is TwinKind.UNKNOWN
    page = see(cast.provider, "family", newcomer)
    assert page.count('class="twins"') == 1
    assert "twin of sister, not known whether identical" in page
    assert "twin of the person, not known whether identical" in page


def test_the_legend_says_which_sex_the_shapes_show(see, newcomer, cast):
    assert "the sex assigned at birth" in see(cast.provider, "family", newcomer)


def _change(send: Any, newcomer: Any, cast: Any, *, blood_partner: str) -> Any:
    said = {"sex": "male", "status": "unknown", "blood_partner": blood_partner}
    based_on = family_of(newcomer, load_chart(newcomer)).based_on
    return send(cast.provider, "family_change", newcomer, "r1", **said, based_on=based_on)
