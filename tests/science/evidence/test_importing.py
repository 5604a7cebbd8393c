"""Tables of studies become records: long or wide, with place and provenance, or refused with row and column."""

from __future__ import annotations

import pytest

from unloop.quantity import InputRefused
from unloop.science.evidence import read_long, read_wide, study

LONG = (
    "study_id,year,doi,arm,n,route,dose_mg_per_kg,duration_min,instrument,time_hours,mean,sd,responders,response_def,"
    "source_note\n"
    'MINE2026,2026,10.1000/x,ketamine,8,IV,0.5,40,YBOCS_7d,0,28.5,4.1,,,"table 1"\n'
    "MINE2026,2026,10.1000/x,ketamine,8,IV,0.5,40,YBOCS_7d,168,,,4,>=35% Y-BOCS reduction,abstract\n"
    "MINE2026,2026,10.1000/x,saline,7,IV,0,40,YBOCS_7d,168,,,,,not printed\n"
)
WIDE = (
    "study_id,year,doi,instrument,time_hours,response_def,source_note,events1,n1,events2,n2\n"
    "MINE2026,2026,10.1000/x,YBOCS_7d,168,>=35% Y-BOCS reduction,abstract,4,8,0,7\n"
)
MEANS = (
    "study_id,year,doi,instrument,unit,time_hours,response_def,source_note,n1,mean1,sd1,n2,mean2,sd2\n"
    "MINE2026,2026,journal,Obsession Scale,points,168,,table 2,20,18.1,7.7,14,23.5,6.4\n"
)


def test_a_long_table_becomes_one_record_with_arms_scores_and_responses():
    (record,) = read_long(LONG.encode(), where="mine.csv", how="printed")
    assert [arm.id for arm in record.arm] == ["ketamine", "saline"]
    assert (record.arm[0].dose[0].amount, record.arm[0].dose[0].unit) == (0.5, "mg/kg")
    score, waiting = record.observation
    assert (score.value, score.sd, score.unit, score.where) == (28.5, 4.1, "points", "mine.csv row 2")
    assert (waiting.value, waiting.awaited) == (None, "not printed")
    (response,) = record.response
    assert (response.events, response.n, response.definition.percent) == (4, 8, 35.0)
    assert response.for_patients


CROSSED = (
    LONG.replace("source_note\n", "source_note,phase,carry_over\n")
    .replace('"table 1"', '"table 1",1,shown').replace(",abstract\n", ",abstract,1,shown\n")
    .replace(",not printed\n", ",not printed,1,shown\n")
)  # fmt: skip


def test_a_crossover_in_a_table_says_its_phase_and_what_was_carried_over():
    (record,) = read_long(CROSSED.encode(), where="mine.csv")
    assert record.study.design == "randomised crossover"
    assert record.crossover.carry_over == "shown"
    assert {row.phase for row in (*record.observation, *record.response)} == {1}
    with pytest.raises(InputRefused, match="second period"):
        read_long(CROSSED.replace(",1,shown", ",1,").encode(), where="mine.csv")


def test_a_wide_table_becomes_the_same_counts():
    (record,) = read_wide(WIDE.encode())
    assert [(row.arm, row.events, row.n) for row in record.response] == [("treated", 4, 8), ("control", 0, 7)]
    assert not record.response[0].for_patients


def test_a_score_in_another_unit_than_its_instrument_has_is_refused():
    with pytest.raises(InputRefused, match="points, the unit of YBOCS") as refused:
        read_wide(MEANS.replace("Obsession Scale,points,", "YBOCS,mm,").encode(), where="mine.csv")
    assert refused.value.where == "mine.csv row 2, column unit"


def test_a_wide_table_of_means_names_the_unit_of_an_instrument_that_nobody_knows():
    (record,) = read_wide(MEANS.encode())
    assert [(row.value, row.sd, row.n) for row in record.observation] == [(18.1, 7.7, 20), (23.5, 6.4, 14)]
    assert record.study.doi is None
    with pytest.raises(InputRefused) as refused:
        read_wide(MEANS.replace("unit,", "").replace("points,", "").encode(), where="mine.csv")
    assert refused.value.where == "mine.csv row 2, column unit"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("28.5", "28;5", "row 2, column mean"),
        ("168,,,4,", "168,,,4.5,", "row 3, column responders"),
        (">=35% Y-BOCS reduction", "", "row 3, column response_def"),
        ("4,>=35%", "9,>=35%", "row 3, column responders"),
        ("ketamine,8,IV,0.5,40,YBOCS_7d,0,28.5", "ketamine,8,IV,0.5,40,YBOCS_7d,-1,28.5", "study MINE2026"),
        ("source_note\n", "source_note,colour\n", "row 1"),
        ("sd,responders", "responders", "row 1"),
        (',"table 1"', "", "row 2"),
        ("2026,10.1000/x,ketamine", "nineteen,10.1000/x,ketamine", "row 2, column year"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_place(old, new, place):
    with pytest.raises(InputRefused) as refused:
        read_long(LONG.replace(old, new, 1).encode(), where="mine.csv")
    assert place in refused.value.where


def test_the_flat_projection_of_the_store_is_read_and_agrees_with_it(shared_data):
    table = shared_data.parent / "facts" / "studies.csv"
    if not table.exists():
        pytest.skip("no flat projection beside the shared data")
    records = {record.id: record for record in read_long(table.read_bytes(), where="studies.csv")}
    assert len(records) == 19
    for name, record in records.items():
        shipped = study({"MKET_STANFORD": "MKET"}.get(name, name))
        counted = {(row.events, row.n) for row in shipped.response if row.events is not None}
        assert {(row.events, row.n) for row in record.response} <= counted
        scored = {row.value for row in shipped.observation if row.value is not None}
        assert {row.value for row in record.observation if row.value is not None} <= scored
