"""What is known of other medicines beside ketamine: every row whole, with its route, its size or that none is known."""

from __future__ import annotations

import pytest

from unloop.care.treatment_history import (
    SIZE_NOT_KNOWN,
    beside_ketamine,
    known_interactions,
    read_known_interactions,
    resolve,
)
from unloop.care.treatment_history.interactions import meant_by
from unloop.protocol import bundled
from unloop.quantity import InputRefused

TABLE = known_interactions()
SMALL = """
[directions]
up = "more ketamine in the blood"
[sources]
book = { cite = "A book", seen = "memory" }
[[finding]]
id = "one"
match = ["clarithromycin"]
route = "oral"
direction = "up"
found = "It inhibits an enzyme."
source = "book"
"""


def ids(*medicines: str) -> list[str]:
    return [one.known.id for one in beside_ketamine(medicines)]


def test_every_row_has_a_route_a_direction_a_finding_and_a_source() -> None:
    assert len(TABLE) >= 25
    assert all(one.direction and one.found.endswith(".") and one.source for one in TABLE)
    assert {one.route for one in TABLE} == {"intravenous", "oral", "any"}


@pytest.mark.parametrize(
    ("medicine", "rows"),
    [
        ("lorazepam", ["benzodiazepine-dose", "benzodiazepine-day-1", "depressant"]),
        ("Lamictal", ["lamotrigine-dissociation", "lamotrigine-effect"]),
        ("Vivitrol", ["naltrexone"]),
        ("Nardil", ["maoi"]),
        ("methylphenidate", ["stimulant"]),
        ("pseudoephedrine", ["stimulant"]),
        ("levothyroxine", ["thyroid-hormone"]),
        ("aminophylline", ["theophylline"]),
        ("clonidine", ["clonidine"]),
        ("gabapentin", ["depressant"]),
        ("memantine", ["nmda-antagonist"]),
        ("rifampicin", ["rifampicin-vein", "rifampicin-mouth"]),
        ("sertraline", ["ssri"]),
        ("paracetamol", []),
        ("no such medicine", []),
    ],
)
def test_each_named_medicine_meets_its_rows(medicine: str, rows: list[str]) -> None:
    assert [one for one in ids(medicine) if one not in {"antihypertensive", "qt"}] == rows


def test_the_same_medicine_by_vein_and_by_mouth_are_two_findings_of_two_sizes() -> None:
    vein, mouth = (one.known for one in beside_ketamine(["rifampicin"]))
    assert (vein.route, vein.other_route, vein.size) == (
        "intravenous",
        False,
        "AUC -14% (S-ketamine by vein, n = 11)",
    )
    assert (mouth.route, mouth.other_route, mouth.size) == (
        "oral",
        True,
        "AUC -86% (S-ketamine by mouth, n = 11)",
    )


def test_a_size_that_nobody_knows_is_said_to_be_unknown() -> None:
    (found,) = beside_ketamine(["Nardil"])
    assert (found.known.size, found.known.size_in_words) == (None, SIZE_NOT_KNOWN)


def test_an_ingredient_hidden_in_a_combination_is_named() -> None:
    found = beside_ketamine(["Contrave"])
    assert [(one.medicine, one.ingredients) for one in found if one.known.id == "naltrexone"] == [
        ("Contrave", ("naltrexone",))
    ]


def test_a_medicine_that_is_listed_twice_is_said_once() -> None:
    assert ids("lithium", "lithium") == ids("lithium") == ["lithium"]


@pytest.mark.parametrize("rule", bundled().document.drug, ids=lambda one: one.id)
def test_whatever_the_bundled_protocol_asks_about_has_a_finding_to_be_shown(rule) -> None:
    for written in rule.match:
        if not written.startswith("class:"):
            medicine = resolve(written)
            assert any(meant_by(one.match, medicine) for one in TABLE), written
        else:
            assert any(written in one.match for one in TABLE), written


def test_a_table_of_ones_own_is_read() -> None:
    (row,) = read_known_interactions(SMALL)
    assert (row.id, row.direction, row.source, row.seen) == (
        "one",
        "more ketamine in the blood",
        "A book",
        "memory",
    )


@pytest.mark.parametrize(
    ("old", "new", "given"),
    [
        ("clarithromycin", "clarithromicin", "clarithromicin"),
        ('["clarithromycin"]', '["class:benzodiazepin"]', "class:benzodiazepin"),
        ('["clarithromycin"]', "[]", "one without a medicine"),
        ('direction = "up"', 'direction = "down"', "down"),
        ('source = "book"', 'source = "film"', "film"),
        ('route = "oral"', 'route = "nasal"', "a table that does not read"),
        ('found = "', 'finding = "', "a table that does not read"),
        ("[directions]", "[directions", "a table that does not read"),
    ],
)
def test_a_row_that_would_mislead_is_refused(old: str, new: str, given: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_known_interactions(SMALL.replace(old, new))
    assert str(refused.value.given) == given


def test_one_id_for_two_rows_is_refused() -> None:
    row = SMALL[SMALL.index("[[finding]]") :]
    with pytest.raises(InputRefused, match="twice"):
        read_known_interactions(SMALL + row)


@pytest.mark.parametrize(
    ("medicine", "ids"),
    [
        ("clarithromycin", ["clarithromycin", "cyp3a4-inhibitor"]),
        ("ticlopidine", ["ticlopidine", "cyp2b6-inhibitor"]),
        ("itraconazole", ["itraconazole", "cyp3a4-inhibitor"]),
        ("rifampicin", ["rifampicin-vein", "inducer"]),
    ],
)
def test_a_medicine_with_a_finding_of_its_own_is_not_told_by_its_class_as_well(
    medicine: str, ids: list[str]
) -> None:
    own, of_its_class = ids
    found = {one.known.id for one in beside_ketamine([medicine])}
    assert own in found
    assert of_its_class not in found
    assert of_its_class in {one.id for one in known_interactions()}


def test_others_of_the_class_are_told_by_it() -> None:
    assert "cyp3a4-inhibitor" in {one.known.id for one in beside_ketamine(["ketoconazole"])}
    assert "inducer" in {one.known.id for one in beside_ketamine(["carbamazepine"])}
