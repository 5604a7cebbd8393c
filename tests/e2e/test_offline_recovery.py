"""The hour after an infusion loses nothing without a network either, and nobody is sent home unjudged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import Course, sign_in

SAVED = "Connected. Everything is saved."


@pytest.fixture
def recovering(desktop: Page, faults: list[str]) -> Iterator[Page]:
    """The page of the demo's person who rests. What a lost network writes to the console is left out."""
    sign_in(desktop, "A. Varga")
    desktop.goto("/chairs/")
    resting = desktop.locator(".board > li").filter(has_text="recovering")
    resting.first.get_by_role("link").first.click()
    expect(desktop.locator("#connection")).to_have_text(SAVED)
    yield desktop
    faults[:] = [one for one in faults if "Failed to load resource" not in one]


def test_readings_of_the_recovery_hour_wait_for_the_network_and_arrive(recovering: Page) -> None:
    line, last = recovering.locator("#connection"), recovering.locator("#last")
    recovering.context.set_offline(True)
    Course(recovering, lambda _: None).readings(131, 77, 71)
    expect(line).to_have_text(re.compile(r"No connection since \d\d:\d\d\. Entries kept here: 1\."))
    expect(last).not_to_contain_text("131/77")
    half_written = recovering.locator("#before-home input[inputmode=decimal]").first
    half_written.fill("9")
    recovering.context.set_offline(False)
    expect(last).to_contain_text("131/77")
    expect(line).to_have_text(SAVED)
    expect(half_written).to_have_value("9")


def test_going_home_is_not_sent_without_a_network(recovering: Page) -> None:
    here = recovering.url
    recovering.context.set_offline(True)
    recovering.get_by_role("button", name="Record: gone home with the escort").click()
    expect(recovering.locator("#connection")).to_contain_text("judged by the server")
    assert recovering.url == here
    recovering.context.set_offline(False)
    expect(recovering.locator("#connection")).to_have_text(SAVED)


def test_a_refused_reading_says_why_and_is_given_back_to_be_mended(recovering: Page) -> None:
    Course(recovering, lambda _: None).readings(400, 78, 71)
    expect(recovering.locator("#connection")).to_contain_text("Not charted")
    systolic = recovering.locator("form.vitals [name=sbp]")
    expect(systolic).to_have_value("400")
    systolic.fill("132")
    recovering.get_by_role("button", name="Record readings").click()
    expect(recovering.locator("#last")).to_contain_text("132/78")
