"""Text from outside: kept as it reads, without what cannot be seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.fhir.plain_text import clean, cut, has_markup, nameable, sayable_code, without_markup


@pytest.mark.parametrize("name", ["Montañez", "Nguyễn", "O’Brien-Smith", "Љубица", "李小龍", "بهرام"])
def test_names_of_any_script_are_left_as_they_are(name):
    assert clean(name).text == unicodedata.normalize("NFC", name)
    assert not clean(name).changed


def test_joiners_that_spelling_needs_are_kept():
    persian = "نرگس\u200cزاده"
    assert clean(persian).text == persian


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e",
        "\u202d",
        "\u2066",
        "\u200e",
        "\u200b",
        "\ufeff",
        "\x00",
        "\x1b",
        "\x7f",
        "\ud800",
        "\U000e0041",
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_said(hidden):
    cleaned = clean(f"An{hidden}sel")
    assert (cleaned.text, cleaned.changed) == ("Ansel", True)


def test_line_breaks_become_blanks_and_that_is_no_change_worth_saying():
    cleaned = clean("  Two\ttablets\r\nevery morning ")
    assert (cleaned.text, cleaned.changed) == ("Two tablets every morning", False)


def test_decomposed_letters_are_composed():
    assert clean("Montan\u0303ez").text == "Montañez"


def test_markup_in_a_name_stays_the_letters_it_is_made_of():
    assert clean("<b>Ansel</b>").text == "<b>Ansel</b>"


@pytest.mark.parametrize("text", ["<b>", "</p>", "<img src=x onerror=alert(1)>", "a<br/>b", "<!-- x -->"])
def test_tags_are_noticed(text):
    assert has_markup(text)


@pytest.mark.parametrize("text", ["BP < 120", "a <- b", "5 > 3 and 2 < 4", "x < y, z > w", "&lt;b&gt;"])
def test_a_sign_for_less_is_no_tag(text):
    assert not has_markup(text)


def test_only_what_a_reader_would_see_is_left_of_markup():
    html = "<p>Take <b>two</b></p><script>alert(1)</script><style>p{}</style>tablets&nbsp;daily<br>at night"
    assert without_markup(html) == "Take two tablets daily at night"


def test_unclosed_markup_hides_no_more_than_a_browser_would():
    assert without_markup("before <script>alert(1)") == "before"
    assert without_markup("</script>after") == "after"


def test_long_text_is_cut_with_a_sign():
    assert cut("abcdef", limit=6) == "abcdef"
    assert cut("abcdefg", limit=6) == "abcde…"


@pytest.mark.parametrize("word", ["Observation", "birthDate", "X1"])
def test_element_names_may_stand_in_messages(word):
    assert nameable(word, otherwise="it") == word


@pytest.mark.parametrize("word", ["Ansel Quill", "<b>", "", "1984-06-01", None, 7, "x" * 41, "Müller"])
def test_anything_else_is_not_repeated(word):
    assert nameable(word, otherwise="it") == "it"


@pytest.mark.parametrize("code", ["29463-7", "LA6568-5", "10*3/uL", "F42.2", "a.b_c:d"])
def test_codes_may_stand_in_messages(code):
    assert sayable_code(code) == code


@pytest.mark.parametrize("code", ["<script>", "Ansel Quill", "", "x" * 50, "\u202e1"])
def test_hostile_codes_are_not_repeated(code):
    assert sayable_code(code) == "an unprintable code"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text).text
    assert clean(once).text == once


@given(st.text())
def test_cleaned_text_can_be_stored_and_sent(text):
    once = clean(text).text
    assert once.encode("utf-8").decode() == once
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in once)


@given(st.text(alphabet="<>/abscript! -'\"=&;", max_size=200))
def test_no_markup_stops_the_reader(text):
    assert isinstance(without_markup(text), str)
