"""The account of an import: nothing is left out or changed in silence, and nothing alike is listed a hundred times."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from unloop.fhir.notes import Adapted, Notes, NotUnderstood, Unread

words = st.text("abc ", min_size=1, max_size=4)
entries = st.lists(st.tuples(words, words, st.sampled_from(["", "x", "y"])), max_size=12)


def test_an_account_begins_empty() -> None:
    assert (Notes().not_understood, Notes().adapted) == ((), ())


def test_what_is_left_out_and_what_is_changed_are_kept_apart() -> None:
    notes = Notes()
    notes.miss("entry[0]", "no unit")
    notes.adapt("entry[1]", "converted")
    assert notes.not_understood == (NotUnderstood("entry[0]", "no unit"),)
    assert notes.adapted == (Adapted("entry[1]", "converted"),)


def test_the_first_of_many_alike_gives_the_place_and_the_words() -> None:
    notes = Notes()
    for number in range(3):
        notes.miss(f"entry[{number}]", f"code {number} is not read", alike="codes")
    assert notes.not_understood == (NotUnderstood("entry[0]", "code 0 is not read", 3),)


def test_the_same_words_at_another_place_are_another_entry() -> None:
    notes = Notes()
    notes.miss("entry[0]", "no unit")
    notes.miss("entry[1]", "no unit")
    notes.miss("entry[0]", "no unit")
    assert [(one.path, one.count) for one in notes.not_understood] == [("entry[0]", 2), ("entry[1]", 1)]


def test_a_word_for_what_is_alike_is_never_taken_for_a_place() -> None:
    notes = Notes()
    notes.miss("alike", "codes")
    notes.miss("entry[0]", "no unit", alike="codes")
    assert [one.count for one in notes.not_understood] == [1, 1]


def test_what_a_reader_gave_up_on_is_listed_as_it_said() -> None:
    notes, unread = Notes(), Unread("entry[2].code", "this element is missing")
    notes.miss_unread(unread)
    assert notes.not_understood == (NotUnderstood("entry[2].code", "this element is missing"),)
    assert str(unread) == "entry[2].code: this element is missing"


def test_entries_are_plain_for_json_and_pages() -> None:
    assert NotUnderstood("p", "w", 2).as_dict() == {"path": "p", "why": "w", "count": 2}
    assert Adapted("p", "h").as_dict() == {"path": "p", "how": "h", "count": 1}
    assert json.loads(json.dumps(NotUnderstood("p", "w").as_dict()))["count"] == 1


@given(entries)
def test_every_call_is_counted_once_and_in_the_order_of_its_first(calls) -> None:
    notes = Notes()
    for number, (_, why, alike) in enumerate(calls):
        notes.miss(f"entry[{number}]", why, alike=alike)
    listed = notes.not_understood
    assert sum(one.count for one in listed) == len(calls)
    places = [int(one.path[len("entry[") : -1]) for one in listed]
    assert places == sorted(places)


@given(entries, entries)
def test_changes_never_show_among_what_was_left_out(missed, changed) -> None:
    both, alone = Notes(), Notes()
    for path, why, alike in missed:
        both.miss(path, why, alike=alike)
        alone.miss(path, why, alike=alike)
    for path, how, alike in changed:
        both.adapt(path, how, alike=alike)
    assert both.not_understood == alone.not_understood
