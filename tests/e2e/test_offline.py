"""A tablet that loses its network keeps what is charted, says so, and hands it over once; signing out loses nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import Course, sign_in

KEPT = re.compile(r"No connection since \d\d:\d\d\. Entries kept here: 3\.")
SAVED = "Connected. Everything is saved."
WAITING = "Entries kept on this device and not charted: 1."
IN_STORE = """async () => {
  const { kept } = await import("/static/unloop/kept.js");
  return (await kept()).length;
}"""


@dataclass(frozen=True, slots=True)
class Chair:
    """A running session on a tablet."""

    page: Page
    address: str

    @property
    def course(self) -> Course:
        """The steps of a course on this tablet."""
        return Course(self.page, lambda _: None)

    def events(self) -> dict[str, dict[str, Any]]:
        """Everything that the server holds of the session, by id."""
        answer = self.page.request.get(f"{self.address}file/")
        assert answer.ok
        return {one["id"]: one for one in answer.json()["events"]}

    def go(self, *, online: bool) -> None:
        """Take the network away or give it back."""
        self.page.context.set_offline(not online)

    def symptom(self, words: str) -> None:
        """Chart a mild symptom."""
        self.course.choose(words, re.compile("mild", re.IGNORECASE))


@pytest.fixture
def chair(desktop: Page, faults: list[str]) -> Iterator[Chair]:
    """The running session of the demo; it runs again afterwards. What a lost network writes to the console is left out."""
    sign_in(desktop, "A. Varga")
    desktop.goto("/chairs/")
    running = desktop.locator(".board > li").filter(has_text=re.compile("running|paused"))
    running.first.get_by_role("link").first.click()
    expect(desktop.locator("#connection")).to_have_text(SAVED)
    yield Chair(desktop, desktop.url)
    faults[:] = [
        one for one in faults if "Failed to load resource" not in one and "htmx:sendError" not in one
    ]


def clock_of(page: Page) -> datetime:
    """The time by the clock of the tablet."""
    return datetime.fromisoformat(page.evaluate("new Date().toISOString()"))


def emptied(page: Page) -> None:
    """Wait until nothing is kept on the tablet any more."""
    for _ in range(100):
        if page.evaluate(IN_STORE) == 0:
            return
        page.wait_for_timeout(100)
    pytest.fail("entries are still kept on the tablet")


def entered(given: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(given["at"])


def test_what_is_charted_without_a_network_arrives_once_with_the_time_at_which_it_was_entered(
    chair: Chair,
) -> None:
    page, before, times = chair.page, chair.events(), {}
    chair.go(online=False)
    for kind, enter in (
        ("vitals", lambda: chair.course.readings(138, 84, 79)),
        ("symptom", lambda: chair.symptom("Nausea")),
        ("paused", lambda: chair.course.press("Record: pump paused")),
    ):
        began = clock_of(page)
        enter()
        page.wait_for_timeout(2000)
        times[kind] = (began, clock_of(page))
    expect(page.locator("#connection")).to_have_text(KEPT)
    page.wait_for_timeout(4000)
    back = clock_of(page)
    page.goto("about:blank")  # the page is left with its entries on the device
    chair.go(online=True)
    page.goto(chair.address)
    expect(page.locator("#running")).to_contain_text("Paused since")
    emptied(page)
    page.reload()
    expect(page.locator("#connection")).to_have_text(SAVED)
    expect(page.locator("#middle .figures")).to_contain_text("138/84")

    new = [one for id_, one in chair.events().items() if id_ not in before]
    assert sorted(one["type"] for one in new) == ["paused", "score", "symptom", "vitals"]
    by_kind = {one["type"]: one for one in new}
    # The tablet follows the clock of the server, which may be this far from its own.
    second = timedelta(seconds=1)
    for kind, (began, over) in times.items():
        assert began - second <= entered(by_kind[kind]) <= over + second, kind
        assert datetime.fromisoformat(by_kind[kind]["recorded_at"]) >= back - second, kind
    chair.course.choose("Record: pump running again", re.compile("mL.h"))
    expect(page.get_by_role("button", name="Record: pump paused")).to_be_visible()


@pytest.fixture
def waiting(chair: Chair) -> Chair:
    """An entry waits on the device, since the server does not take it; the tablet is back on another page."""
    chair.page.route("**/chart/", lambda route: route.fulfill(status=503))
    chair.symptom("Dizzy")
    expect(chair.page.locator("#connection")).to_contain_text("Entries kept here: 1")
    chair.page.goto("/chairs/")
    return chair


def leave(page: Page) -> None:
    page.locator("header").get_by_role("button", name="Sign out").click()


def test_signing_out_with_unsent_entries_says_how_many_and_sends_them_before_it_goes(waiting: Chair) -> None:
    page, before = waiting.page, waiting.events()
    leave(page)
    page.wait_for_url("**/sign-out/")
    expect(page.get_by_text(WAITING)).to_be_visible()
    page.unroute("**/chart/")
    page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(IN_STORE) == 0
    sign_in(page, "A. Varga")
    (new,) = (one for id_, one in waiting.events().items() if id_ not in before)
    assert (new["type"], new["code"]) == ("symptom", "dizziness")


def test_unsent_entries_are_lost_only_by_a_press_that_says_so(waiting: Chair, assert_accessible) -> None:
    page, before = waiting.page, waiting.events()
    leave(page)
    page.wait_for_url("**/sign-out/")
    page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text(WAITING)).to_be_visible()
    assert_accessible(page)
    assert page.evaluate(IN_STORE) == 1
    page.get_by_role("button", name="Sign out and lose these entries").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(IN_STORE) == 0
    sign_in(page, "A. Varga")
    assert waiting.events() == before


def test_without_a_network_nobody_is_signed_out_and_the_entries_stay(waiting: Chair) -> None:
    page = waiting.page
    page.unroute("**/chart/")
    waiting.go(online=False)
    leave(page)
    expect(page.get_by_text("you are still signed in. Entries kept on this device: 1.")).to_be_visible()
    waiting.go(online=True)
    page.goto(waiting.address)
    emptied(page)
    expect(page.locator("#connection")).to_have_text(SAVED)


def test_entries_of_somebody_else_are_neither_sent_nor_thrown_away(waiting: Chair) -> None:
    page, before = waiting.page, waiting.events()
    page.context.clear_cookies()  # as after a while without use
    page.unroute("**/chart/")
    sign_in(page, "J. Brandt")
    page.goto(waiting.address)
    expect(page.locator("#connection")).to_contain_text("Somebody else left entries on this device (1)")
    assert waiting.events() == before
    page.context.clear_cookies()
    sign_in(page, "A. Varga")
    page.goto(waiting.address)
    emptied(page)
    expect(page.locator("#connection")).to_have_text(SAVED)
    assert len(waiting.events()) == len(before) + 1
