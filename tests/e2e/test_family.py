"""The family tree is grown on a tablet, by touch: relative by relative, drawn and read by one rule."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import sign_in

LEAST_TARGET = 44


@pytest.fixture
def tablet(open_page: Callable[..., Page]) -> Page:
    """A tablet held upright, touched by A. Varga."""
    page = open_page("desktop", viewport={"width": 820, "height": 1180}, has_touch=True)
    sign_in(page, "A. Varga")
    return page


@pytest.fixture
def family(tablet: Page) -> str:
    """The page of the family of somebody of whom no relative is known."""
    tablet.goto("/people/?q=Lindh")
    found = tablet.get_by_role("link", name=re.compile("Lindh")).first.get_attribute("href")
    assert found is not None
    return f"{found}family/"


def add(page: Page, family: str, step: str, **said: str) -> None:
    """Add a relative of the person by touch."""
    page.goto(family)
    page.get_by_role("link", name="Add a relative", exact=True).first.tap()
    page.wait_for_url("**/add/")
    page.locator(".choices label", has_text=re.compile(f"^{step}$")).tap()
    for name, value in said.items():
        if name.endswith("age"):
            page.locator(f"[name={name}]").fill(value)
        else:
            page.locator(f"label:has([name={name}][value={value}])").tap()
    page.get_by_role("button", name="Add to the tree").tap()
    page.wait_for_url("**/family/")


def test_a_tree_is_grown_by_touch_and_stays_on_the_tablet(tablet, family, assert_accessible):
    tablet.goto(family)
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Nobody of the family is in the tree yet.")
    add(tablet, family, "mother", sex="female", status="affected", age="61", onset_age="14")
    add(tablet, family, "brother or sister", sex="male", age="31", psychosis="yes")
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("had a psychosis")
    assert_accessible(tablet)
    assert tablet.evaluate("document.documentElement.scrollWidth") <= 820
    symbols = tablet.locator("svg.pedigree a .touch")
    sizes = [symbols.nth(place).bounding_box() for place in range(symbols.count())]
    assert len(sizes) >= 3
    assert all(one is not None and min(one["width"], one["height"]) >= LEAST_TARGET for one in sizes)


def test_a_symbol_that_is_touched_opens_what_is_known_of_it(tablet, family, assert_accessible):
    add(tablet, family, "child", sex="female", age="4")
    tablet.locator(
        "svg.pedigree a[aria-label^='Daughter'], svg.pedigree a[aria-label^='daughter']"
    ).first.tap()
    tablet.wait_for_url("**/change/")
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("daughter")
    assert_accessible(tablet)
    tablet.locator("label:has([name=tic][value=yes])").tap()
    tablet.get_by_role("button", name="Save", exact=True).tap()
    tablet.wait_for_url("**/family/")
    expect(
        tablet.locator("table.relatives tr", has_text=re.compile("daughter", re.IGNORECASE))
    ).to_contain_text("tics")
