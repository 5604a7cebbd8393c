"""A file of studies: four forms, and everything else refused with row and column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.evidence import Counts, Given, Means, Measure, OneArm, read_table

FILES = {
    Means: "study,n1,mean1,sd1,n2,mean2,sd2\nAnderson 2007,20,18.1,7.7,14,23.5,6.4\n",
    Counts: "study,events1,n1,events2,n2\nRODRIGUEZ2013,4,8,0,7\n",
    OneArm: "study,events,n\nBLOCH2012,0,10\n",
    Given: "study,yi,vi\nfirst,-0.889,0.3256\n",
}


def refused(text: str | bytes) -> InputRefused:
    with pytest.raises(InputRefused) as error:
        read_table(text if isinstance(text, bytes) else text.encode(), where="pool.csv")
    return error.value


@pytest.mark.parametrize("kind", list(FILES))
def test_each_form_is_read_into_its_own_kind(kind):
    assert isinstance(read_table(FILES[kind].encode()).data, kind)


def test_columns_may_stand_in_any_order_and_a_spreadsheet_may_mark_its_file():
    table = read_table(b"\xef\xbb\xbfn2,events2,study,events1,n1\r\n7,0,RODRIGUEZ2013,4,8\r\n\r\n")
    assert table.labels == ("RODRIGUEZ2013",)
    assert table.data == Counts(*(np.array([x]) for x in (4.0, 8.0, 0.0, 7.0)))


def test_given_effects_are_taken_as_the_measure_that_is_asked_for():
    effects = read_table(FILES[Given].encode()).effects(Measure.RR)
    assert (effects.measure, effects.yi[0], effects.data) == (Measure.RR, -0.889, None)


@pytest.mark.parametrize(
    ("row", "column", "allowed"),
    [
        ("a,4,8,8,7", "events2", "at most n2"),
        ("a,4,8,-1,7", "events2", "from 0"),
        ("a,4.5,8,0,7", "events1", "whole number"),
        ("a,4,0,0,7", "n1", "from 1"),
        ("a,,8,0,7", "events1", "a number"),
        ("a,four,8,0,7", "events1", "decimal point"),
        ("a,nan,8,0,7", "events1", "a number"),
        ("a,inf,8,0,7", "events1", "a number"),
        ("a,1_0,80,0,7", "events1", "a number"),
        (",4,8,0,7", "study", "1 to 200"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_row_and_column(row, column, allowed):
    error = refused(f"study,events1,n1,events2,n2\nfirst,1,10,1,10\n{row}\n")
    assert error.where == f"pool.csv row 3, column {column}"
    assert allowed in error.allowed


@pytest.mark.parametrize(
    ("row", "column"),
    [("a,1,2,3,10,2,3", "n1"), ("a,10,2,0,10,2,3", "sd1"), ("a,10,2,3,10,1e12,3", "mean2"), ("a,10,0.5,3,1.5,2,3", "n2")],
)  # fmt: skip
def test_one_person_has_no_spread_and_a_spread_of_nothing_is_none(row, column):
    assert refused(f"study,n1,mean1,sd1,n2,mean2,sd2\n{row}\n").where == f"pool.csv row 2, column {column}"


def test_a_comma_decimal_is_refused_as_a_cell_too_many():
    error = refused("study,yi,vi\nfirst,0,5,1\n")
    assert (error.where, error.given) == ("pool.csv row 2", "4 cells")


def test_a_table_with_semicolons_is_told_how_to_be_saved():
    assert "separate the columns by commas" in refused("study;yi;vi\nfirst;0,5;1\n").mend


@pytest.mark.parametrize(
    ("header", "mend"),
    [
        ("study,yi,vi,dose", "'dose'"),
        ("study,yi", "exactly one form"),
        ("study,yi,vi,events,n", "exactly one form"),
        ("study,yi,yi,vi", "'yi'"),
        ("yi,vi", "exactly one form"),
    ],
)
def test_a_header_of_no_form_is_refused_with_the_column_that_spoils_it(header, mend):
    error = refused(f"{header}\n")
    assert error.where == "pool.csv row 1"
    assert mend in error.mend


def test_an_empty_file_and_a_header_alone_are_refused():
    assert refused("").where == "pool.csv row 1"
    assert refused("study,yi,vi\n").given == "0 studies"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'study,yi,vi\n"a,1,1\n'])
def test_what_is_no_text_and_what_is_no_csv_are_refused(data):
    assert "UTF-8" in refused(data).allowed


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_the_file_holds_it_is_read_or_refused(data):
    try:
        table = read_table(b"study,yi,vi\n" + data)
    except InputRefused:
        return
    assert table.effects(Measure.SMD).k == len(table.labels)
