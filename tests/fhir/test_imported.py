"""What an import brings, and how it keeps account."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import Sex
from unloop.fhir import ImportedName, ImportedPerson
from unloop.fhir.notes import Notes, Unread


def person(*names):
    return ImportedPerson(
        names=names,
        birth_date=None,
        sex=Sex.UNKNOWN,
        deceased=None,
        telecom=(),
        addresses=(),
        identifiers=(),
        language="",
    )


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        (ImportedName(family="Quill", given=("Ansel", "J.")), "Ansel J. Quill"),
        (ImportedName(family="Quill"), "Quill"),
        (ImportedName(given=("Ansel",), prefix=("Mr.",)), "Mr. Ansel"),
        (ImportedName(family="Quill", given=("Ansel",), suffix=("Jr.",)), "Ansel Quill Jr."),
        (ImportedName(family="Quill", text="QUILL, Ansel"), "QUILL, Ansel"),
        (ImportedName(), ""),
    ],
)
def test_a_name_in_one_line(name, whole):
    assert name.whole == whole


@pytest.mark.parametrize("better", ["official", "usual", "", "temp", "nickname", "anonymous", "maiden"])
def test_any_name_is_shown_before_an_old_one(better):
    old, new = ImportedName(family="Before", use="old"), ImportedName(family="Now", use=better)
    assert person(old, new).name is new
    assert person(new, old).name is new


def test_of_two_equal_names_the_first_is_shown():
    first, second = ImportedName(family="A", use="official"), ImportedName(family="B", use="official")
    assert person(first, second).name is first


def test_nobody_has_no_name():
    assert person().name is None


def test_what_was_imported_cannot_be_changed(record):
    imported = record.read(record.observation())
    with pytest.raises(FrozenInstanceError):
        imported.facts = ()


# --- keeping account -------------------------------------------------------------------------------------


def test_entries_alike_are_counted_and_keep_the_first_place():
    notes = Notes()
    notes.miss("entry[4]", "Claim is not read here", alike="type Claim")
    notes.miss("entry[2]", "no value")
    notes.miss("entry[9]", "Claim is not read here", alike="type Claim")
    assert [(one.path, one.count) for one in notes.not_understood] == [("entry[4]", 2), ("entry[2]", 1)]


def test_the_same_said_twice_of_one_place_is_counted():
    notes = Notes()
    notes.miss("entry[1]", "no value")
    notes.miss_unread(Unread("entry[1]", "no value"))
    notes.miss("entry[1]", "no unit")
    assert [(one.why, one.count) for one in notes.not_understood] == [("no value", 2), ("no unit", 1)]


def test_what_is_left_out_and_what_is_adapted_are_kept_apart():
    notes = Notes()
    notes.miss("a", "left out", alike="x")
    notes.adapt("b", "converted", alike="x")
    assert [one.path for one in notes.not_understood] == ["a"]
    assert [one.path for one in notes.adapted] == ["b"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "k", "l"]))))
def test_nothing_is_lost_by_counting(entries):
    notes = Notes()
    for path, alike in entries:
        notes.miss(path, "why", alike=alike)
    assert sum(one.count for one in notes.not_understood) == len(entries)


def test_what_could_not_be_read_says_where_and_why():
    assert str(Unread("entry[1].resource", "no value")) == "entry[1].resource: no value"
