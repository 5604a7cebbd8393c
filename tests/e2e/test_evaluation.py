"""One gate, three people before it: cleared by a signature, let past a rule in writing, and kept out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import PASSWORD, give, sign_in

HOLDS = re.compile("It holds until")


@pytest.fixture
def provider(desktop: Page) -> Page:
    """A. Varga, physician and psychiatrist."""
    sign_in(desktop, "A. Varga")
    return desktop


def person_named(page: Page, name: str) -> str:
    page.goto(f"/people/?q={name}")
    found = page.get_by_role("link", name=re.compile(name)).first.get_attribute("href")
    assert found is not None
    return found


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def open_items(page: Page, person: str) -> Locator:
    page.goto(f"{person}evaluation/")
    return page.locator(".open-item")


def sign(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign this evaluation").click()


def answer(page: Page, person: str, group: str, **said: str) -> None:
    """Answer some questions of one page of the evaluation."""
    page.goto(f"{person}evaluation/answers/{group}/")
    for code, value in said.items():
        give(page, code, value)
    page.get_by_role("button", name="Save what is answered").click()
    page.wait_for_url("**/evaluation/")


def test_somebody_against_whom_nothing_stands_is_cleared_by_a_signature(provider, assert_accessible):
    ines = person_named(provider, "Halloran")
    expect(open_items(provider, ines)).to_have_count(0)
    expect(heading(provider)).to_have_text("Ready. Every rule is answered and none stands against it.")
    sign(provider)
    expect(provider.get_by_text(HOLDS)).to_be_visible()
    assert_accessible(provider)


def test_a_rule_is_passed_in_writing_by_whom_the_protocol_names(provider, open_page, assert_accessible):
    petra = person_named(provider, "Okoye")
    answer(provider, petra, "medical", pregnancy_test="negative")
    expect(open_items(provider, petra)).to_have_count(1)
    nurse = open_page("desktop")
    sign_in(nurse, "J. Brandt")
    open_items(nurse, petra)
    expect(nurse.get_by_role("link", name="Decide and write why")).to_have_count(0)
    provider.get_by_role("link", name="Decide and write why").click()
    expect(heading(provider)).to_contain_text("this stands against treatment.")
    assert_accessible(provider)
    provider.get_by_label("Why you go on").fill(
        "A brother, once, after a fever; two colleagues saw it the same way."
    )
    provider.get_by_label("Your password").fill(PASSWORD)
    provider.get_by_role("button", name="Sign and go on").click()
    provider.wait_for_url("**/evaluation/")
    expect(heading(provider)).to_contain_text("Ready.")
    expect(provider.get_by_text("stands against treatment; somebody signed to go on")).to_be_visible()
    sign(provider)
    expect(provider.get_by_text(HOLDS)).to_be_visible()


def test_an_allergy_found_after_the_signature_shuts_the_gate_for_everybody(
    provider, faults, assert_accessible
):
    mateo = person_named(provider, "Silva")
    open_items(provider, mateo)
    expect(provider.get_by_text(HOLDS)).to_be_visible()
    answer(provider, mateo, "medicines", ketamine_allergy="True")
    expect(heading(provider)).to_have_text("Not ready. One answer excludes.")
    expect(provider.get_by_text(re.compile("That no longer holds: .* allergy to ketamine"))).to_be_visible()
    expect(provider.get_by_role("link", name="Decide and write why")).to_have_count(0)
    assert_accessible(provider)
    sign(provider)
    expect(provider.get_by_text("Nothing was signed: the evaluation is not ready")).to_be_visible()
    # A refusal is an error to the console of a browser; here it is what is asked for.
    faults[:] = [one for one in faults if "status of 422" not in one]
    provider.goto(f"{mateo}evaluation/not-now/")
    expect(heading(provider)).to_have_text("Not now, because of what we found.")
    assert_accessible(provider)
    provider.goto(f"{mateo}sessions/order/")
    expect(provider.get_by_role("button", name="Order this infusion")).to_have_count(0)
