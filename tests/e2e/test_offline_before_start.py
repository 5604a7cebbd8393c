"""What is entered before the start waits for the network like anything else, and nothing is started unjudged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import Course, sign_in

SAVED = "Connected. Everything is saved."


@pytest.fixture
def waiting(desktop: Page, faults: list[str]) -> Iterator[Page]:
    """An infusion that is ordered and not begun. What a lost network writes to the console is left out."""
    sign_in(desktop, "A. Varga")
    desktop.goto("/people/")
    links = desktop.locator("main a[href^='/people/']")
    people = links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    for person in (one for one in people if re.fullmatch(r"/people/[0-9a-f-]{36}/", one)):
        desktop.goto(f"{person}sessions/order/")
        if desktop.get_by_role("heading", name=re.compile("can be ordered")).count():
            break
    desktop.get_by_role("button", name="Order this infusion").click()
    expect(desktop.locator("#connection")).to_have_text(SAVED)
    yield desktop
    faults[:] = [one for one in faults if "Failed to load resource" not in one]


def test_readings_and_answers_before_the_start_wait_for_the_network_and_arrive(waiting: Page) -> None:
    line, read = waiting.locator("#connection"), waiting.locator("#read")
    waiting.context.set_offline(True)
    Course(waiting, lambda _: None).readings(127, 79, 68)
    expect(line).to_have_text(re.compile(r"No connection since \d\d:\d\d\. Entries kept here: 1\."))
    here = waiting.url
    waiting.get_by_role("button", name=re.compile("Record: pump started")).click()
    expect(line).to_contain_text("judged by the server")
    assert waiting.url == here
    waiting.context.set_offline(False)
    expect(read).to_contain_text("Systolic 127 mmHg")
    expect(line).to_have_text(SAVED)
