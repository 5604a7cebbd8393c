"""A tree is refused when it cannot be a family, and the refusal names the person and the key."""

from __future__ import annotations

import json

import pytest

from unloop.care.heredity import FamilyCondition, FamilyTree, Relative, Status, read_family
from unloop.quantity import InputRefused


def family(*people: dict[str, object], proband: str = "p") -> bytes:
    whole = [{"sex": "unknown", "status": "unknown", **one} for one in people]
    return json.dumps({"proband": proband, "people": whole}).encode()


P = {"id": "p", "sex": "female"}


def test_what_is_missing_stays_unknown():
    tree = read_family(family(P))
    assert tree["p"].age is None
    assert tree["p"].conditions is None
    assert tree["p"].has(FamilyCondition.TIC) is None
    assert tree.parents_of("p") == (None, None)


def test_asked_and_nothing_there_is_not_the_same_as_not_asked():
    tree = read_family(family({**P, "conditions": []}))
    assert tree["p"].has(FamilyCondition.TIC) is False


def test_everything_that_the_file_may_say_is_read():
    data = family(
        {"id": "p", "sex": "male", "mother": "m", "father": "f", "mz_twin_of": "t", "partner_of": "w"},
        {
            "id": "t",
            "sex": "male",
            "status": "affected",
            "age": 30,
            "onset_age": 12,
            "conditions": ["Tics", "OCD"],
        },
        {"id": "m", "sex": "female", "age": 61.5, "deceased": True, "conditions": ["substance use"]},
        {"id": "f", "sex": "male", "adopted": True, "status": "unaffected"},
        {"id": "w"},
    )
    tree = read_family(data)
    assert tree["t"].conditions == {FamilyCondition.TIC}
    assert tree["m"].conditions == {FamilyCondition.SUBSTANCE_USE}
    assert (tree["m"].age, tree["m"].deceased, tree["f"].adopted) == (61.5, True, True)
    assert tree["p"].partner_of == "w"
    assert tree.parents_of("t") == ("m", "f")
    assert tree.twins_of("p") == ("p", "t")
    assert tree.genotype_of("t") == "p"


REFUSED = {
    "a parent who is nobody": ([{**P, "mother": "x"}], "person p, mother"),
    "a father who is nobody": ([{**P, "father": "x"}], "person p, father"),
    "a twin who is nobody": ([{**P, "mz_twin_of": "x"}], "person p, mz_twin_of"),
    "one's own mother": ([{**P, "mother": "p"}], "person p, mother"),
    "one's own partner": ([{**P, "partner_of": "p"}], "person p, partner_of"),
    "one id twice": ([P, P], "people, id"),
    "an empty id": ([P, {"id": ""}], "people[1], id"),
    "mother and father the same": ([{**P, "mother": "m", "father": "m"}, {"id": "m"}], "person p, father"),
    "a circle": ([{**P, "mother": "m"}, {"id": "m", "mother": "p"}], "person p"),
    "a longer circle": (
        [{**P, "mother": "m"}, {"id": "m", "father": "g"}, {"id": "g", "mother": "p"}],
        "person p",
    ),
    "a male mother": ([{**P, "mother": "m"}, {"id": "m", "sex": "male"}], "person p, mother"),
    "a female father": ([{**P, "father": "f"}, {"id": "f", "sex": "female"}], "person p, father"),
    "a parent younger than the child": (
        [{**P, "age": 40, "mother": "m"}, {"id": "m", "age": 39}],
        "person p, mother",
    ),
    "a parent of nine years more": (
        [{**P, "age": 20, "mother": "m"}, {"id": "m", "age": 29}],
        "person p, mother",
    ),
    "a parent who died as a child": (
        [{**P, "age": 20, "mother": "m"}, {"id": "m", "age": 8, "deceased": True}],
        "person p, mother",
    ),
    "an identical twin of another sex": (
        [{**P, "mz_twin_of": "t"}, {"id": "t", "sex": "male"}],
        "person p, mz_twin_of",
    ),
    "identical twins with two mothers": (
        [{**P, "mz_twin_of": "t", "mother": "a"}, {"id": "t", "mother": "b"}, {"id": "a"}, {"id": "b"}],
        "person p, mz_twin_of",
    ),
    "identical twins of two ages": (
        [{**P, "age": 30, "mz_twin_of": "t"}, {"id": "t", "age": 33}],
        "person p, mz_twin_of",
    ),
    "an age beyond a life": ([{**P, "age": 130}], "person p, age"),
    "an age below nothing": ([{**P, "age": -1}], "person p, age"),
    "an age that is no number": ([{**P, "age": float("nan")}], "person p, age"),
    "an age in words": ([{**P, "age": "forty"}], "person p, age"),
    "an onset after the age": (
        [{**P, "status": "affected", "age": 20, "onset_age": 21}],
        "person p, onset_age",
    ),
    "an onset of somebody well": ([{**P, "status": "unaffected", "onset_age": 10}], "person p, onset_age"),
    "OCD listed beside a status of well": (
        [{**P, "status": "unaffected", "conditions": ["ocd"]}],
        "person p, conditions",
    ),
    "an unknown condition": ([{**P, "conditions": ["gout"]}], "person p, conditions"),
    "conditions that are no list": ([{**P, "conditions": "tic"}], "person p, conditions"),
    "an unknown key": ([{**P, "name": "somebody"}], "people[0]"),
    "an unknown status": ([{**P, "status": "ill"}], "person p, status"),
    "an unknown sex": ([{"id": "p", "sex": "other"}], "person p, sex"),
    "a flag in words": ([{**P, "deceased": "yes"}], "person p, deceased"),
    "a person without status": ([{**P, "status": None}], "people[0]"),
    "a proband who is nobody": ([{"id": "q"}], "proband"),
    "nobody at all": ([], "people"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_family_is_refused_with_person_and_key(case):
    people, where = REFUSED[case]
    with pytest.raises(InputRefused) as refused:
        read_family(family(*people))
    assert refused.value.where == where


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b'{"proband": "p"}', b'{"proband": "p", "people": {}}', b"[" * 100_000]
)
def test_what_is_no_family_file_is_refused(data):
    with pytest.raises(InputRefused):
        read_family(data)


def test_a_value_that_might_be_a_name_is_not_repeated():
    with pytest.raises(InputRefused) as refused:
        read_family(family({**P, "conditions": [{"name": "Ansel Quill"}]}))
    assert "Quill" not in str(refused.value)


def test_a_parent_who_died_young_has_children_who_grew_older():
    people = (Relative("p", mother="m", age=60), Relative("m", age=30, deceased=True))
    assert FamilyTree("p", people)["m"].age == 30


def test_triplets_are_one_genotype():
    people = tuple(Relative(one, twin=other) for one, other in (("a", "b"), ("b", None), ("c", "b")))
    tree = FamilyTree("c", people)
    assert {tree.genotype_of(one) for one in "abc"} == {"a"}


def test_more_people_than_a_family_has_are_refused():
    with pytest.raises(InputRefused):
        FamilyTree("0", tuple(Relative(str(one), status=Status.UNKNOWN) for one in range(301)))
