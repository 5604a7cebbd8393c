"""Every page that a link leads to, as each role, on a phone and at a desk: it answers, axe finds nothing, none is wider
than its window."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INSTRUMENT = re.compile(r"/(instruments|rate)/[a-z0-9-]+/")
NOT_PAGES = re.compile(
    r"\.(pdf|json|csv|svg)(\?|$)|/file/$|/empty/$|/sheet/$|/sign-out/|/static/|#|^/learn/(?!evidence)."
)  # what anybody may read has a test of its own
LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map(one => one.getAttribute('href'))"
MOST = 200  # several times as many as there are: a walk that does not end is a fault
ROLES = {"provider": "A. Varga", "nurse": "J. Brandt", "front desk": "L. Ruiz", "owner": "E. Lindqvist"}


def shape(address: str, *, every_instrument: bool = True) -> str:
    """The address without ids and questions: pages of one shape are looked at once."""
    path = UUID.sub("ID", address.split("?", maxsplit=1)[0])
    return path if every_instrument else INSTRUMENT.sub(r"/\1/ANY/", path)


def sign_in(page: Page, name: str) -> None:
    """Go on as one of the demo's staff."""
    page.goto("/sign-in/")
    page.get_by_role("button", name=re.compile(re.escape(name))).click()
    page.wait_for_load_state()


def links(page: Page) -> list[str]:
    """Where the page leads, within the clinic."""
    found = page.evaluate(LINKS)
    return [one for one in found if one.startswith("/") and not NOT_PAGES.search(one)]


def look(page: Page, address: str, assert_accessible: Callable[[Page], None]) -> list[str]:
    """What is wrong with the page at this address."""
    answer = page.goto(address)
    if answer is None or not answer.ok:
        return [f"{address}: {answer.status if answer else 'no answer'}"]
    faults = []
    try:
        assert_accessible(page)
    except AssertionError as found:
        faults.append(f"{shape(address)}: {found}")
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if beyond > 1:
        faults.append(f"{shape(address)}: {beyond} px wider than the window")
    return faults


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_link_leads_to_answers_and_is_accessible(
    role: str, screen: Page, assert_accessible: Callable[[Page], None], picture: Callable[..., Path]
) -> None:
    """The provider on a phone sees the page of every instrument; all others see one instrument's."""
    sign_in(screen, ROLES[role])
    phone = (screen.viewport_size or {"width": 0})["width"] < 600
    known = partial(shape, every_instrument=phone and role == "provider")
    waiting, seen, faults = deque([urlsplit(screen.url).path]), set[str](), list[str]()
    while waiting:
        address = waiting.popleft()
        if known(address) in seen:
            continue
        seen.add(known(address))
        assert len(seen) < MOST, seen
        faults += look(screen, address, assert_accessible)
        picture(screen, f"{role} {shape(address)}")
        waiting.extend(links(screen))
    assert not faults, "\n".join(faults)
    assert len(seen) >= 3, seen
