"""A drawn family: nothing stands on anything else, and a line touches only those it joins."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.care.heredity import (
    Arrow,
    FamilySex,
    FamilyTree,
    LineKind,
    Relative,
    Status,
    Step,
    Symbol,
    add,
    arrow_of,
    draw_pedigree,
    relation,
)
from unloop.care.heredity import pedigree as drawing
from unloop.care.heredity.crossing import crossings
from unloop.care.heredity.ordering import Custom
from unloop.care.heredity.pedigree import ARROW, LABEL_FROM, LINE_HEIGHT, REACH
from unloop.quantity import InputRefused

Box = tuple[float, float, float, float]
ALONE = FamilyTree("proband", (Relative("proband", FamilySex.FEMALE),))


def label(tree: FamilyTree) -> dict[str, tuple[str, ...]]:
    return {one.id: (*relation(tree, one.id).split(), "61, OCD at 14") for one in tree.people}


def drawn(tree: FamilyTree):
    picture = draw_pedigree(tree, label(tree))
    assert picture is not None
    return picture


def symbol_box(one: Symbol) -> Box:
    return (one.x - REACH, one.y - REACH, one.x + REACH, one.y + REACH)


def label_box(one: Symbol) -> Box:
    top = one.y + LABEL_FROM
    half = one.label_width / 2
    return (one.x - half, top, one.x + half, top + LINE_HEIGHT * len(one.label))


def arrow_box(one: Symbol) -> Box:
    """The arrow with its P, between the symbol and the label of the person on the left."""
    return (one.x - ARROW, one.y + 8.0, one.x - REACH, one.y + LABEL_FROM)


def meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def crosses(start: tuple[float, float], end: tuple[float, float], box: Box) -> bool:
    """Whether a segment enters a box (Liang and Barsky)."""
    near, far = 0.0, 1.0
    for axis in (0, 1):
        step = end[axis] - start[axis]
        low, high = box[axis] - start[axis], box[axis + 2] - start[axis]
        if step == 0.0:
            if low >= 0.0 or high <= 0.0:
                return False
            continue
        one, other = sorted((low / step, high / step))
        near, far = max(near, one), min(far, other)
    return near < far


def check(tree: FamilyTree) -> None:
    picture = drawn(tree)
    assert {one.person for one in picture.symbols} == {one.id for one in tree.people}
    boxes = [(one, box) for one in picture.symbols for box in (symbol_box(one), label_box(one))]
    for (_, one), (_, other) in itertools.combinations(boxes, 2):
        assert not meet(one, other)
    for _, box in boxes:
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= picture.width
        assert box[3] <= picture.height
    assert {one.y for one in picture.symbols} <= set(picture.rows)
    arrow = next(arrow_box(one) for one in picture.symbols if one.person == tree.proband)
    assert not any(meet(arrow, box) for _, box in boxes)
    for x, y in picture.queries:
        assert not any(meet((x - 5, y - 5, x + 5, y + 5), box) for _, box in boxes)
    for line in picture.lines:
        for start, end in itertools.pairwise(line.points):
            assert not crosses(start, end, arrow)
            for one in picture.symbols:
                assert not crosses(start, end, label_box(one))
                assert one.person in line.joins or not crosses(start, end, symbol_box(one))


@st.composite
def families(draw: st.DrawFn) -> FamilyTree:
    """A family grown step by step, as on the page; steps that would be no family are left out."""
    tree = ALONE
    for _ in range(draw(st.integers(0, 24))):
        of = draw(st.sampled_from([one.id for one in tree.people]))
        partners = [one.id for one in tree.people if one.partner_of == of]
        person = Relative("new", draw(st.sampled_from(FamilySex)), adopted=draw(st.booleans()))
        step = draw(st.sampled_from(Step))
        partner = draw(st.sampled_from([None, *partners])) if step is Step.CHILD else None
        try:
            tree = add(tree, step, person, of=of, with_partner=partner)
        except InputRefused:
            continue
    return tree


@tried(150)
@given(families())
def test_no_two_symbols_or_labels_meet_and_no_line_runs_through_anybody(tree):
    check(tree)


@tried(60)
@given(families())
def test_partners_stand_in_one_row_and_children_below_their_parents(tree):
    at = {one.person: one.y for one in drawn(tree).symbols}
    for one in tree.people:
        assert all(at[parent] < at[one.id] for parent in one.parents)
        assert one.partner_of is None or at[one.partner_of] == at[one.id]
        mother, father = tree.parents_of(one.id)
        assert None in {mother, father} or at[mother] == at[father]


def three_generations() -> FamilyTree:
    tree = ALONE
    for step, of, sex in (
        (Step.MOTHER, "proband", "female"), (Step.FATHER, "proband", "male"), (Step.SIBLING, "proband", "male"),
        (Step.SIBLING, "r1", "female"), (Step.SIBLING, "r2", "male"), (Step.PARTNER, "proband", "male"),
    ):  # fmt: skip
        tree = add(tree, step, Relative("new", FamilySex(sex)), of=of)
    return tree


def test_the_fathers_family_stands_on_the_left_and_couples_side_by_side():
    tree = three_generations()
    at = {relation(tree, one.person): (one.x, one.y) for one in drawn(tree).symbols}
    assert at["father"][0] < at["mother"][0]
    assert at["paternal uncle"][0] < at["father"][0]
    assert at["maternal aunt"][0] > at["mother"][0]
    assert at["partner"][1] == at["brother"][1] == at["proband"][1]
    assert len({y for _, y in at.values()}) == 3
    couples = [one for one in drawn(tree).lines if one.kind is LineKind.COUPLE]
    assert len(couples) == 4
    assert all(len(one.points) == 2 for one in couples)


@pytest.mark.parametrize(
    ("step", "bar", "queries"),
    [
        (Step.IDENTICAL_TWIN, 1, 0),
        (Step.FRATERNAL_TWIN, 0, 0),
        (Step.TWIN, 0, 1),
        (Step.SIBLING, 0, 0),
    ],
)
def test_twins_come_from_one_point_with_a_bar_or_a_question_mark_where_one_belongs(step, bar, queries):
    tree = add(ALONE, step, Relative("new"), of="proband")
    lines = drawn(tree).lines
    assert len(drawn(tree).queries) == queries
    assert sum(one.kind is LineKind.IDENTICAL for one in lines) == bar
    slanting = [
        one for one in lines if any(a[0] != b[0] and a[1] != b[1] for a, b in itertools.pairwise(one.points))
    ]
    assert len(slanting) == (0 if step is Step.SIBLING else 2)


def test_the_line_to_those_who_brought_a_person_up_is_another_one():
    tree = add(ALONE, Step.SIBLING, Relative("new", adopted=True), of="proband")
    assert [one.kind for one in drawn(tree).lines].count(LineKind.ADOPTION) == 1


def test_the_lines_to_those_who_bore_and_those_who_brought_up_a_person_run_apart():
    tree = FamilyTree("proband", (
        Relative("proband", adopted=True, mother="m", adoptive_mother="am", adoptive_father="af"),
        Relative("m"), Relative("am"), Relative("af"),
    ))  # fmt: skip
    ends = [line.points[-1][0] for line in drawn(tree).lines if line.joins == {"proband"}]
    assert len(set(ends)) == 2
    check(tree)


def test_uncle_and_niece_are_drawn_in_one_row_and_the_long_line_meets_nobody():
    tree = three_generations()
    uncle = next(one.id for one in tree.people if relation(tree, one.id) == "paternal uncle")
    tree = add(tree, Step.CHILD, Relative("new"), of="proband", with_partner=uncle)
    check(tree)


def test_a_family_without_rows_has_no_picture():
    people = (Relative("proband", mother="m", father="f"), Relative("m", father="f"), Relative("f"))
    assert draw_pedigree(FamilyTree("proband", people), {"proband": (), "m": (), "f": ()}) is None


def test_the_question_mark_stands_between_the_lines_of_the_two_and_on_neither():
    tree = add(ALONE, Step.TWIN, Relative("new"), of="proband")
    picture = drawn(tree)
    ((x, y),) = picture.queries
    places = sorted(one.x for one in picture.symbols if one.y == picture.rows[1])
    assert places[0] < x < places[1]
    box = (x - 5, y - 5, x + 5, y + 5)
    for line in picture.lines:
        assert not any(crosses(start, end, box) for start, end in itertools.pairwise(line.points))


def test_of_three_born_together_the_identical_two_stand_side_by_side():
    tree = add(ALONE, Step.FRATERNAL_TWIN, Relative("new"), of="proband")
    tree = add(tree, Step.IDENTICAL_TWIN, Relative("new"), of="proband")
    born = sorted(
        (one.x, one.person) for one in drawn(tree).symbols if one.person not in tree["proband"].parents
    )
    twin = next(one.id for one in tree.people if one.twin == "proband")
    places = [person for _, person in born]
    assert abs(places.index("proband") - places.index(twin)) == 1
    (bar,) = (one for one in drawn(tree).lines if one.kind is LineKind.IDENTICAL)
    assert bar.joins == {"proband", twin}


@pytest.mark.parametrize(
    ("status", "arrow"),
    [
        (Status.AFFECTED, Arrow.PROBAND),
        (Status.UNAFFECTED, Arrow.CONSULTAND),
        (Status.UNKNOWN, Arrow.CONSULTAND),
    ],
)
def test_only_who_is_known_to_be_ill_is_called_the_proband(status, arrow):
    tree = FamilyTree("proband", (Relative("proband", status=status),))
    assert arrow_of(tree) is arrow
    assert drawn(tree).arrow is arrow


def couple_lines(tree: FamilyTree) -> list[LineKind]:
    return [one.kind for one in drawn(tree).lines if one.kind in {LineKind.COUPLE, LineKind.RELATED}]


def test_cousins_who_are_a_couple_have_a_double_line_and_their_parents_do_not():
    tree = three_generations()
    of = {relation(tree, one.id): one.id for one in tree.people}
    tree = add(tree, Step.CHILD, Relative("new", FamilySex.MALE), of=of["paternal uncle"])
    cousin = next(one.id for one in tree.people if relation(tree, one.id) == "paternal cousin")
    tree = add(tree, Step.CHILD, Relative("new"), of="proband", with_partner=cousin)
    assert sorted(couple_lines(tree)) == [*[LineKind.COUPLE] * 4, LineKind.RELATED]
    check(tree)


def test_a_couple_said_to_be_related_has_a_double_line_though_no_ancestor_stands_in_the_tree():
    tree = three_generations()
    people = [
        replace(one, blood_partner="r1" if one.id == "r2" else None) for one in tree.people
    ]  # r1 mother, r2 father
    assert couple_lines(FamilyTree("proband", tuple(people))).count(LineKind.RELATED) == 1


@st.composite
def families_with_ages(draw: st.DrawFn) -> FamilyTree:
    """A family in which the ages of all who are nobody's parent are known, or not."""
    tree = draw(families())
    parents = {parent for one in tree.people for parent in one.parents}
    ages = st.sampled_from([None, 20.0, 21.0, 22.0])
    people = [one if one.id in parents or one.twin else replace(one, age=draw(ages)) for one in tree.people]
    try:
        return FamilyTree(tree.proband, tuple(people))
    except InputRefused:  # identical twins of two ages
        return tree


@tried(40)
@given(families_with_ages())
def test_neither_age_nor_sex_orders_a_family_so_that_more_lines_cross_than_as_entered(tree):
    ordered = crossings(line.points for line in drawn(tree).lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_CUSTOMS", (Custom.NONE,))
        entered = crossings(line.points for line in drawn(tree).lines)
    assert ordered <= entered
