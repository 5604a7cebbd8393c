"""A person's own cycle: made into a page to take along, and kept nowhere."""

from __future__ import annotations

import pytest
from django.apps import apps

from unloop.clinic.library.cycle import BESIDE, LONGEST, STEPS, CycleForm

WORDS = {
    "obsession": "Did I leave the stove on?",
    "distress": "Tight chest",
    "compulsion": "I go back & look <again>",
    "relief": "Ten minutes",
}


def rows() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


def test_the_words_come_back_as_a_page_with_what_was_left_empty(visitor):
    page = visitor.post("/learn/en/your-cycle/", WORDS).content.decode()
    assert "Did I leave the stove on?" in page
    assert "I go back &amp; look &lt;again&gt;" in page
    assert page.count('class="blank"') == len(BESIDE)
    assert "This page is not kept" in page


def test_nothing_of_it_is_kept_and_no_cookie_is_set(visitor):
    before = rows()
    answer = visitor.post("/learn/en/your-cycle/", WORDS)
    assert not answer.cookies
    assert rows() == before
    assert answer.headers["Cache-Control"] == "no-store"
    assert "stove" not in visitor.get("/learn/en/your-cycle/").content.decode()


def test_it_needs_no_token_since_it_changes_nothing(organisation):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/learn/en/your-cycle/", WORDS).status_code == 200


def test_an_empty_cycle_is_a_page_to_write_on_by_hand(visitor):
    page = visitor.post("/learn/en/your-cycle/", {}).content.decode()
    assert page.count('class="blank"') == len(STEPS) + len(BESIDE)


def test_the_words_can_be_changed_without_writing_them_again(visitor):
    page = visitor.post("/learn/en/your-cycle/", {**WORDS, "change": "yes"}).content.decode()
    assert "<textarea" in page
    assert "Did I leave the stove on?" in page


@pytest.mark.parametrize(("code", "said"), [("en", "too long"), ("es", "demasiado largo")])
def test_what_is_too_long_is_said_and_what_was_written_stays(code, said, visitor):
    long = "x" * (LONGEST + 1)
    answer = visitor.post(f"/learn/{code}/your-cycle/", {**WORDS, "relief": long})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert long in page
    assert "Did I leave the stove on?" in page
    assert 'href="#id_relief"' in page


def test_the_longest_that_is_allowed_is_taken():
    assert CycleForm({"relief": "x" * LONGEST}, language="en").is_valid()


def test_a_line_that_breaks_breaks_on_the_page_too(visitor):
    page = visitor.post("/learn/es/your-cycle/", {"relief": "uno\ndos"}).content.decode()
    assert "uno<br>dos" in page
    assert "Este es su círculo" in page
