"""A tree becomes records and comes back the same; what nobody knows stays unknown, psychosis above all."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.heredity import (
    FamilyCondition,
    FamilySex,
    FamilyTree,
    Relative,
    Status,
    from_records,
    psychosis_in_first_degree,
    to_records,
)
from unloop.quantity import InputRefused

EVERY = frozenset(FamilyCondition)
PSYCHOSIS = FamilyCondition.PSYCHOSIS


@st.composite
def relatives(draw: st.DrawFn, id_: str) -> Relative:
    asked = draw(st.frozensets(st.sampled_from(FamilyCondition)))
    status = draw(st.sampled_from(Status))
    return Relative(
        id_,
        draw(st.sampled_from(FamilySex)),
        adopted=draw(st.booleans()),
        status=status,
        age=draw(st.none() | st.integers(40, 90).map(float)),
        onset_age=draw(st.none() | st.integers(5, 40).map(float)) if status is Status.AFFECTED else None,
        deceased=draw(st.booleans()),
        conditions=frozenset(draw(st.frozensets(st.sampled_from(sorted(asked))))) if asked else None,
        not_known=EVERY - asked if asked else frozenset(),
    )


@given(relatives("proband"), relatives("a"), relatives("b"))
def test_records_and_back_is_the_same_tree(proband, sibling, partner):
    people = (
        proband, sibling, partner, Relative("t", fraternal_twin="a", partner_of="b"),
        Relative("v", unsure_twin="t", blood_partner="b"),
        Relative("u", twin="t", adoptive_mother="a", adoptive_father="b", mother="b", father="a"),
    )  # fmt: skip
    try:
        tree = FamilyTree("proband", people)
    except InputRefused:
        return
    assert from_records(to_records(tree)) == tree


def test_the_proband_is_called_so_whatever_the_file_said():
    tree = FamilyTree("x", (Relative("m"), Relative("x", mother="m"), Relative("c", mother="x")))
    back = from_records(to_records(tree))
    assert back.proband == "proband"
    assert back["c"].mother == "proband"


def test_a_record_holds_no_name_and_nothing_that_was_not_said():
    assert to_records(FamilyTree("p", (Relative("p"),))) == (
        {"id": "proband", "sex": "unknown", "status": "unknown"},
    )


def test_a_word_that_is_no_answer_is_refused():
    with pytest.raises(InputRefused):
        from_records([{"id": "proband", "status": "maybe"}])


def with_answer(answer: object) -> dict[str, object]:
    if answer is None:
        return {"conditions": frozenset(), "not_known": frozenset({PSYCHOSIS})}
    return {"conditions": frozenset({PSYCHOSIS} if answer is True else ())}


ANSWERS = (True, False, None)


@pytest.mark.parametrize("answers", list(itertools.product(ANSWERS, repeat=3)))
@pytest.mark.parametrize("complete", [True, False])
def test_psychosis_in_the_first_degree_is_yes_by_one_no_by_all_and_else_unknown(answers, complete):
    mother, father, sister = (with_answer(one) for one in answers)
    tree = FamilyTree("p", (
        Relative("p", mother="m", father="f"), Relative("m", **mother), Relative("f", **father),
        Relative("s", mother="m", father="f", **sister), Relative("aunt", **with_answer(True)),
    ))  # fmt: skip
    expected = True if True in answers else False if complete and None not in answers else None
    assert psychosis_in_first_degree(tree, complete=complete) is expected


def test_no_parents_in_the_tree_is_no_answer():
    assert psychosis_in_first_degree(FamilyTree("p", (Relative("p"),)), complete=True) is None


def test_those_who_adopted_the_person_are_no_relatives_of_the_first_degree():
    people = (
        Relative("p", adopted=True, adoptive_mother="m"), Relative("m", **with_answer(True)),
    )  # fmt: skip
    assert psychosis_in_first_degree(FamilyTree("p", people), complete=True) is None
