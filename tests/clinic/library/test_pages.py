"""Public pages: complete, sourced, light, and without a trace of who reads them."""

from __future__ import annotations

import gzip
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from unloop.care.education import ProtocolSlot, RuleSlot, languages, page_ids, pages, slots
from unloop.clinic.library.numbers import number, protocol_in_force
from unloop.clinic.library.pages import shown_page
from unloop.protocol import bundled, load
from unloop.quantity import InputRefused
from unloop.quantity.duration import Duration

CODES = [one.code for one in languages()]
PAGES = [(code, page_id) for code in CODES for page_id in page_ids()]
ADDRESSES = ["/learn/", *(f"/learn/{code}/" for code in CODES), *(f"/learn/{code}/{page_id}/" for code, page_id in PAGES),
             *(f"/learn/{code}/your-cycle/" for code in CODES)]  # fmt: skip
OF_THE_PROTOCOL = {n: s for n, s in slots().items() if isinstance(s, ProtocolSlot | RuleSlot)}


def statement(shown, say_id: str) -> str:
    return next(one.text for section in shown.sections for one in section.statements if one.id == say_id)


@pytest.mark.parametrize(("code", "page_id"), PAGES)
def test_under_the_bundled_protocol_every_statement_stands_with_its_numbers_and_sources(code, page_id, shown):
    page = shown(page_id, code)
    statements = [one for section in page.sections for one in section.statements]
    assert [one.id for one in statements] == [say.id for say in page.page.statements]
    assert not any("{" in one.text for one in statements)
    numbers = [source.number for source in page.sources]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {at for one in statements for at in one.sources} == set(numbers)
    assert all(one.sources for one in statements)
    assert all(source.said for source in page.sources)


def test_four_of_eight_none_of_seven_and_none_of_ten_are_said_with_their_intervals(shown):
    page = shown("can-ketamine-help")
    trial = statement(page, "randomised")
    assert "4 of 8 people were much better with ketamine, and 0 of 7 with salt water" in trial
    assert "16 to 84 of 100 with ketamine, and 0 to 41 of 100 with salt water" in trial
    assert "0 of 10" in statement(page, "bloch")
    assert "0 to 31 of 100" in statement(page, "bloch")
    assert "very low certainty" in statement(page, "certainty")


def test_heredity_is_said_in_people_of_a_thousand_and_both_ways_round(shown):
    said = statement(shown("is-it-genetic"), "sibling")
    assert "8 of 1,000 people" in said
    assert "40 of 1,000 (the true number may be 28 to 58)" in said
    assert "960 of 1,000 were not" in said


def test_a_spanish_number_has_its_comma_and_its_space(protocol):
    assert number("no-tics", protocol=protocol, language="es").words == "4,5"
    assert number("read-cases", protocol=protocol, language="es").words == "53\u202f660"
    assert number("ssri-people", protocol=protocol, language="es").words == "3097"
    assert number("certainty", protocol=protocol, language="es").words == "muy baja"


def test_a_count_is_drawn_with_one_circle_for_each_person(shown):
    section = shown("can-ketamine-help").sections[1]
    ketamine, saline = section.statements[0].counts
    assert [one.filled for one in ketamine.circles] == [True] * 4 + [False] * 4
    assert [one.filled for one in saline.circles] == [False] * 7


# --- What the protocol in force says --------------------------------------------------------------------


def test_numbers_of_the_protocol_are_those_of_its_document(protocol):
    raw = tomllib.loads(protocol.text)
    by_id = {one["id"]: one for part in ("monitor", "aftercare") for one in raw[part]}
    by_id |= {"dose": raw["dose"], "schedule": raw["schedule"], "consent": raw["consent"]}
    for name, slot in OF_THE_PROTOCOL.items():
        found = number(name, protocol=protocol, language="en")
        assert found is not None, name
        if isinstance(slot, ProtocolSlot):
            value = by_id[slot.rule][slot.of]
            minutes = Duration.parse(value).minutes if isinstance(value, str) else value
            assert float(found.words) == pytest.approx(minutes * slot.scale)
    assert number("solids", protocol=protocol, language="en").words == "6"
    assert number("drinks", protocol=protocol, language="en").words == "2"
    assert number("adult", protocol=protocol, language="en").words == "18"


def test_another_protocol_changes_the_page(protocol):
    text = protocol.text.replace('version = "1.1.0"', 'version = "9.0.0"', 1)
    other = load(text.replace("minutes = 40.0", "minutes = 60.0", 1).encode())
    assert "about 60 minutes" in statement(shown_page("the-day", "en", protocol=other), "chair")


def test_a_statement_on_a_rule_that_the_protocol_lacks_is_left_out(protocol):
    document = protocol.document
    fewer = document.model_copy(
        update={"aftercare": tuple(one for one in document.aftercare if one.id != "AFT-06")}
    )
    page = shown_page("the-day", "en", protocol=replace(protocol, document=fewer))
    said = {one.id for section in page.sections for one in section.statements}
    assert "calls" not in said
    assert {"stop", "driving", "alcohol"} <= said


@pytest.mark.django_db
def test_before_a_protocol_is_signed_the_bundled_one_is_quoted():
    assert protocol_in_force().sha256 == bundled("ocd-ivket").sha256


def test_a_slot_or_page_that_is_not_there_is_refused(protocol):
    with pytest.raises(InputRefused, match=r"figures\.toml"):
        number("no-such-number", protocol=protocol, language="en")
    with pytest.raises(InputRefused, match="what-ocd-is"):
        shown_page("no-such-page", "en", protocol=protocol)


# --- Before a visitor --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_anybody_may_read_and_no_cookie_is_set(address, read):
    answer = read(address)
    assert (answer.status, answer.cookies, answer.audited) == (200, 0, 0)
    assert answer.queries <= 15


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_with_all_that_it_links_weighs_less_than_sixty_kilobytes(address, read):
    page = read(address).page
    linked = set(re.findall(rb'(?:src|href)="/static/([^"]+)"', page))
    files = [Path(finders.find(name.decode())).read_bytes() for name in linked]
    assert len(files) >= 4
    assert sum(len(gzip.compress(one)) for one in (page, *files)) < 60_000


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_fetched_from_elsewhere_and_no_letters_are_fetched(address, read):
    page = read(address).page.decode()
    assert not re.findall(r'(?:src|action)="https?:', page)
    assert not re.findall(r'<link[^>]+href="https?:', page)
    css = Path(finders.find("library/library.css")).read_text("utf-8")
    assert "--sans: system-ui" in css
    assert "url(" not in css


@pytest.mark.parametrize(("code", "page_id"), PAGES)
def test_every_page_says_its_language_what_is_not_reviewed_and_where_help_is(code, page_id, read):
    page = read(f"/learn/{code}/{page_id}/").page.decode()
    assert f'<html lang="{code}"' in page
    assert {"en": "Not yet reviewed clinically.", "es": "Traducción no revisada clínicamente."}[code] in page
    assert {"en": "call the emergency number", "es": "llame al número de emergencias"}[code] in page
    assert page.count("<h1>") == 1


def test_the_list_leads_to_every_page_in_its_language(read):
    page = read("/learn/es/").page.decode()
    for one in pages("es"):
        assert f'href="/learn/es/{one.id}/"' in page
        assert one.name in page


def test_the_list_speaks_the_language_of_the_clinic(visitor, organisation):
    organisation.language = "es"
    organisation.save()
    assert '<html lang="es"' in visitor.get("/learn/").content.decode()


@pytest.mark.parametrize("address", ["/learn/fr/", "/learn/en/no-such-page/", "/learn/fr/the-day/", "/learn/fr/your-cycle/"])  # fmt: skip
def test_what_is_not_there_is_not_found(address, visitor):
    assert visitor.get(address).status_code == 404


def test_the_cycle_is_drawn_with_its_words_for_those_who_cannot_see_it(read):
    page = read("/learn/en/the-cycle/").page.decode()
    assert 'role="img" aria-label="A circle of four steps.' in page
