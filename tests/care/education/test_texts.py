"""The texts: the same in every language, a source on each statement, no figure typed, easy to read, nothing promised."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from importlib import resources

import pytest

from unloop.care.education import (
    CountSlot,
    FindingSlot,
    english_grade,
    fill,
    languages,
    page_ids,
    pages,
    references,
    slots,
    slots_in,
    spanish_ease,
    words,
)
from unloop.care.education.texts import _translated, _Translation, library
from unloop.quantity import InputRefused

CODES = [one.code for one in languages()]
EVERY = [(code, page) for code in CODES for page in pages(code)]
NAMED = [f"{code} {page.id}" for code, page in EVERY]
DENOMINATORS = r"100\b|1,000\b|1000\b|165/100\b|\b0 (?:to|a) 40\b|\bDSM-5\b"
ASKED_FOR = {
    "what-ocd-is", "the-cycle", "is-it-genetic", "how-it-is-treated", "can-ketamine-help", "how-ketamine-acts",
    "the-evaluation", "the-day", "who-reads", "for-families",
}  # fmt: skip


def spoken(page) -> str:
    """All that is read on a page, with a number in each slot."""
    said = [
        page.title,
        *(section.heading for section in page.section),
        *(say.text for say in page.statements),
    ]
    return " ".join(f"{one.rstrip('.?!')}." for one in (fill(text, lambda _name: "10") for text in said))


def used(page) -> set[str]:
    counts = [name for say in page.statements for one in say.count for name in (one.events, one.of)]
    return {name for say in page.statements for name in slots_in(say.text)} | set(counts)


def test_there_is_a_page_for_everything_that_is_asked():
    assert set(page_ids()) == ASKED_FOR


@pytest.mark.parametrize("code", CODES)
def test_every_language_says_the_same_with_the_same_slots_sources_and_counts(code):
    for first, other in zip(pages("en"), pages(code), strict=True):
        assert [say.id for say in other.statements] == [say.id for say in first.statements]
        for one, two in zip(first.statements, other.statements, strict=True):
            assert sorted(slots_in(one.text)) == sorted(slots_in(two.text)), f"{first.id} {one.id}"
            assert one.sources == two.sources
            assert [(c.events, c.of) for c in one.count] == [(c.events, c.of) for c in two.count]


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_the_same_words_around_the_texts(code):
    assert words(code).keys() == words("en").keys()


@pytest.mark.parametrize(("code", "page"), EVERY, ids=NAMED)
def test_no_figure_is_typed(code, page):
    for say in (*page.statements, *(one for section in page.section for one in section.say)):
        bare = re.sub(DENOMINATORS, "", re.sub(r"\{[^}]+\}", "", say.text))
        assert not re.search(r"\d", bare), f"{page.id} {say.id}: {bare}"
    assert not re.search(r"\d", page.title + page.about + page.name)


def test_every_slot_is_used_and_every_used_one_is_there():
    assert {name for page in pages() for name in used(page)} == set(slots())


def test_every_source_that_is_no_study_and_no_rule_is_a_reference_and_each_is_used():
    cited = {one for page in pages() for say in page.statements for one in say.sources}
    assert {one for one in cited if ":" not in one} == set(references())
    assert {one.partition(":")[0] for one in cited if ":" in one} == {"study", "rule"}


def test_a_statement_on_figures_of_a_study_names_that_study():
    for page in pages():
        for say in page.statements:
            for name in slots_in(say.text):
                slot = slots()[name]
                if isinstance(slot, FindingSlot):
                    assert f"study:{slot.of.partition(':')[0]}" in say.sources, f"{say.id} {name}"
                if isinstance(slot, CountSlot):
                    assert f"study:{slot.study}" in say.sources, f"{say.id} {name}"


@pytest.mark.parametrize("page", pages("en"), ids=lambda page: page.id)
def test_english_is_read_by_the_eighth_grade(page):
    assert english_grade(spoken(page)) <= 8


@pytest.mark.parametrize("page", pages("es"), ids=lambda page: page.id)
def test_spanish_is_read_with_ease(page):
    assert spanish_ease(spoken(page)) >= 70


@pytest.mark.parametrize(("code", "page"), EVERY, ids=NAMED)
def test_nothing_is_promised_and_nothing_is_sold(code, page):
    said = spoken(page).lower()
    for word in (
        "breakthrough", "miracle", "proven", "cure", "guarantee", "revolution", "book now", "price", "offer",
        "milagro", "garantiza", "cura ", "oferta", "revolucion", "comprobad",
    ):  # fmt: skip
        assert word not in said, word


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("en", ("not approved for OCD", "{certainty} certainty", "nobody knows", "{ketamine} of {ketamine-people}",
                "{saline} of {saline-people}", "{ketamine-low} to {ketamine-high}", "{bloch} of {bloch-people}")),
        ("es", ("no está aprobada para el TOC", "certeza {certainty}", "nadie sabe", "{ketamine} de {ketamine-people}",
                "{saline} de {saline-people}", "{ketamine-low} a {ketamine-high}", "{bloch} de {bloch-people}")),
    ],
)  # fmt: skip
def test_the_page_on_ketamine_says_what_is_not_known(code, needed):
    page = next(one for one in pages(code) if one.id == "can-ketamine-help")
    said = " ".join((page.title, *(say.text for say in page.statements)))
    for one in needed:
        assert one.lower() in said.lower(), one


@pytest.mark.parametrize(("code", "believed", "against"), [("en", "believed to", "did not change"), ("es", "se cree que", "no cambió")])  # fmt: skip
def test_how_ketamine_acts_is_said_as_a_belief_with_what_stands_against_it(code, believed, against):
    page = next(one for one in pages(code) if one.id == "how-ketamine-acts")
    assert believed in page.title.lower()
    spectroscopy = next(say for say in page.statements if say.id == "spectroscopy")
    assert against in spectroscopy.text
    assert "GABA" in spectroscopy.text
    assert spectroscopy.sources == ("study:RODRIGUEZ2015MRS",)


def test_the_pages_say_when_they_are_read_again_within_half_a_year():
    assert timedelta(0) < library().read_again - library().written <= timedelta(days=184)


def test_no_translation_claims_a_review_that_nobody_signed():
    assert all(one.reviewed == "" or len(one.reviewed.split()) >= 3 for one in languages())


def test_no_reference_rests_on_memory_and_each_has_an_address_or_is_the_program():
    for name, one in references().items():
        assert (one.address is not None) == (one.seen != "program"), name


# --- What a translation may not do ---------------------------------------------------------------------


@pytest.fixture
def spanish() -> dict:
    text = resources.files("unloop.care.education").joinpath("texts", "the-day.es.toml").read_text("utf-8")
    return tomllib.loads(text)


def translate(raw: dict):
    first = next(page for page in pages("en") if page.id == "the-day")
    return _translated(first, _Translation.model_validate(raw), "the-day.es")


def test_a_translation_that_lacks_a_statement_is_refused(spanish):
    del spanish["say"]["stop"]
    with pytest.raises(InputRefused, match="stop"):
        translate(spanish)


def test_a_translation_with_one_statement_too_many_is_refused(spanish):
    spanish["say"]["cure"] = "Esto cura."
    with pytest.raises(InputRefused, match="cure"):
        translate(spanish)


def test_a_translation_with_another_slot_is_refused(spanish):
    spanish["say"]["chair"] = spanish["say"]["chair"].replace("{minutes}", "30")
    with pytest.raises(InputRefused, match="minutes"):
        translate(spanish)


def test_a_translation_with_another_heading_is_refused(spanish):
    spanish["heading"]["offer"] = "Oferta"
    with pytest.raises(InputRefused, match="offer"):
        translate(spanish)


def test_a_language_in_which_nothing_stands_is_refused():
    with pytest.raises(InputRefused, match="en, es"):
        pages("fr")
