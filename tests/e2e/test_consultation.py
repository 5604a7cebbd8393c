"""The consultation, the consent and a new study, as a provider goes through them on a small phone and on a tablet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import sign_in

SIZES = {
    "small phone": {"viewport": {"width": 360, "height": 740}},
    "tablet": {"viewport": {"width": 820, "height": 1180}},
}
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("size", SIZES)
def test_a_sheet_is_given_a_consent_with_gaps_is_refused_and_a_study_without_numbers_too(
    size: str,
    open_page: Callable[..., Page],
    faults: list[str],
    assert_accessible: Callable[[Page], None],
    picture: Callable[..., Path],
) -> None:
    page = open_page("phone", **SIZES[size])

    def look(name: str) -> None:
        assert_accessible(page)
        assert page.evaluate(BEYOND) <= 0, name
        picture(page, f"{size} {name}")

    sign_in(page, "A. Varga")
    page.goto("/people/?q=Silva")
    person = page.get_by_role("link", name=re.compile("Silva")).first.get_attribute("href")
    page.goto(f"{person}consultation/?language=es")
    look("consultation in Spanish")
    page.goto(f"{person}consultation/")
    page.get_by_role("button", name="Record: the sheet was given").click()
    expect(page.locator("h1")).to_contain_text("the time to think still runs")
    look("consultation given")
    page.goto(f"{person}consent/")
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_role("link", name=re.compile("Reasoning"))).to_be_visible()
    look("consent")
    page.goto("/learn/evidence/add/")
    page.get_by_role("button", name="Add it").click()
    look("a study without numbers")
    refused = [one for one in faults if "status of 422" in one]
    assert [one.rpartition("(")[2].rstrip(")") for one in refused] == [
        f"{person}consent/record/",
        "/learn/evidence/add/",
    ]
    faults[:] = [one for one in faults if one not in refused]
