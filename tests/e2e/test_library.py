"""The public pages on a small phone and at a desk, by a visitor who never signs in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import sign_in
from unloop.care.education import page_ids

SMALL = {"viewport": {"width": 360, "height": 740}}
ADDRESSES = ["", "your-cycle/", *(f"{page_id}/" for page_id in page_ids())]
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THOUGHT = "Did I leave the stove on?"


@pytest.fixture
def small(open_page: Callable[..., Page]) -> Page:
    return open_page("phone", **SMALL)


def test_every_page_fits_a_small_phone_axe_finds_nothing_and_no_cookie_is_left(
    small: Page, assert_accessible: Callable[[Page], None], picture: Callable[..., Path]
) -> None:
    for address in ADDRESSES:
        small.goto(f"/learn/en/{address}")
        assert_accessible(small)
        assert small.evaluate(BEYOND) <= 0, address
        picture(small, f"learn {address}")
    assert small.context.cookies() == []


def test_every_spanish_page_fits_a_small_phone(small: Page, picture: Callable[..., Path]) -> None:
    for address in ADDRESSES:
        small.goto(f"/learn/es/{address}")
        expect(small.locator("html")).to_have_attribute("lang", "es")
        assert small.evaluate(BEYOND) <= 0, address
        picture(small, f"learn es {address}")


def test_a_visitor_reads_changes_the_language_and_follows_a_source_at_a_desk(
    desktop: Page, assert_accessible: Callable[[Page], None]
) -> None:
    desktop.goto("/learn/")
    desktop.get_by_role("link", name="Can a ketamine infusion help me?").click()
    expect(desktop.locator("h1")).to_contain_text("Nobody knows yet")
    assert_accessible(desktop)
    desktop.get_by_role("link", name="Source 2").first.click()
    expect(desktop.locator("#source-2")).to_be_in_viewport()
    desktop.get_by_role("link", name="Español").click()
    expect(desktop.locator("h1")).to_contain_text("Nadie sabe aún")


def test_the_cycle_fills_as_one_writes_and_becomes_a_page_to_print(
    small: Page, assert_accessible: Callable[[Page], None], picture: Callable[..., Path]
) -> None:
    small.goto("/learn/en/your-cycle/")
    small.get_by_label("A thought, picture or urge").fill(THOUGHT)
    expect(small.locator("[data-shows=obsession]")).to_have_text(THOUGHT)
    assert_accessible(small)
    small.get_by_role("button", name="Make my page").click()
    expect(small.get_by_text(THOUGHT)).to_be_visible()
    assert_accessible(small)
    picture(small, "learn my own cycle")
    small.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    small.get_by_role("button", name="Print or save as PDF").click()
    expect(small.locator("body")).to_have_attribute("data-printed", "yes")
    small.get_by_role("button", name="Change the words").click()
    expect(small.get_by_label("A thought, picture or urge")).to_have_value(THOUGHT)
    assert small.context.cookies() == []


def test_the_cycle_needs_no_script(open_page: Callable[..., Page]) -> None:
    page = open_page("phone", **SMALL, java_script_enabled=False)
    page.goto("/learn/es/your-cycle/")
    page.get_by_label("Una idea, imagen o impulso").fill("¿Cerré la puerta?")
    page.get_by_role("button", name="Hacer mi página").click()
    expect(page.get_by_text("¿Cerré la puerta?")).to_be_visible()
    expect(page.get_by_text("Use el menú de su navegador")).to_be_visible()
    expect(page.get_by_role("button", name="Imprimir")).to_be_hidden()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_staff_see_every_study_and_why_nothing_is_surer(
    size: str,
    open_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    picture: Callable[..., Path],
) -> None:
    page = open_page(size)
    sign_in(page, "J. Brandt")
    page.goto("/learn/evidence/")
    expect(page.locator("h1")).to_contain_text("very low certainty")
    assert_accessible(page)
    assert page.evaluate(BEYOND) <= 0
    picture(page, "library evidence")
