"""A nine-item form on a small phone: by thumb alone and by keyboard alone, light, resumable, and clean under axe."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from e2e.steps import sign_in

SMALL = {"width": 360, "height": 740}
QUESTIONS = 9
HEAVIEST_PAGE = 60_000
# What overlaps or stands beyond the edge of a small screen.
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALLEST_TARGET = (
    "Math.min(...[...document.querySelectorAll('.answers button, nav.bar a')]"
    ".map(one => one.getBoundingClientRect().height))"
)


@pytest.fixture
def handset(open_page) -> Page:
    page: Page = open_page("phone", viewport=SMALL)
    return page


@pytest.fixture
def link_for(open_page) -> Callable[[str, str], str]:
    """The address of a fresh link for somebody in the demo."""

    def made(name: str, questionnaire: str) -> str:
        desk = open_page("desktop")
        sign_in(desk, "A. Varga")
        desk.goto("/people/")
        desk.get_by_role("link", name=re.compile(name)).first.click()
        desk.wait_for_url(re.compile("/people/[0-9a-f-]{36}/"))
        person = re.sub(r"(/people/[0-9a-f-]{36}/).*", r"\1", desk.url)
        desk.goto(f"{person}answers/link/")
        open_links = desk.get_by_role("button", name="Take it back")
        while open_links.count():  # a further link asks for nothing that an open one asks for
            open_links.first.click()
            desk.wait_for_load_state("load")
        desk.get_by_label(questionnaire).check()
        desk.get_by_role("button", name="Make the link").click()
        found = re.search(r"https?://\S+", desk.locator("#message").inner_text())
        assert found is not None
        return found.group()

    return made


def settled(page: Page) -> None:
    """Wait until a press is no longer taken for the second one of a double tap."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(max(0, 360 - page.evaluate("performance.now()")))


def test_by_thumb_alone_with_nothing_for_axe_to_find(handset, link_for, assert_accessible, picture):
    address = link_for("Tobias Lindh", "PHQ-9")
    weights = weigh(handset)
    handset.goto(address)
    look(handset, "birth date", assert_accessible, picture)
    for label, value in (("Day", "3"), ("Month", "9"), ("Year", "1988")):
        handset.get_by_label(label, exact=True).fill(value)
    handset.get_by_role("button", name="Continue").tap()
    asked = []
    for number in range(QUESTIONS):
        handset.wait_for_url(re.compile(rf"/at/1\.{number + 1}/$"))
        settled(handset)
        asked.append(handset.get_by_role("heading", level=1).inner_text())
        if number in (0, QUESTIONS - 1):
            look(handset, f"question {number + 1}", assert_accessible, picture)
            assert handset.evaluate(SMALLEST_TARGET) >= 48
        handset.locator(".answers button").first.tap()
    handset.wait_for_url("**/look/")
    look(handset, "review", assert_accessible, picture)
    assert len(set(asked)) == QUESTIONS
    handset.get_by_role("button", name="Send my answers").tap()
    handset.wait_for_url("**/sent/")
    look(handset, "sent", assert_accessible, picture)
    assert "A. Varga reads your answers on" in handset.get_by_role("heading", level=1).inner_text()
    assert not re.search(r"\b0\b|minimal|score", handset.locator("main").inner_text())
    assert 0 < weights() < HEAVIEST_PAGE


def test_by_keyboard_alone_and_back_keeps_the_answer(handset, link_for, assert_accessible, picture):
    address = link_for("Samir Lowe", "PHQ-9")
    handset.goto(address)
    tab_to(handset, "Day")
    handset.keyboard.type("5")
    handset.keyboard.press("Tab")
    handset.keyboard.type("12")
    handset.keyboard.press("Tab")
    handset.keyboard.type("1990")
    handset.keyboard.press("Enter")
    for number in range(1, 4):
        press_answer(handset, number, "On some days")
    handset.wait_for_url(re.compile(r"/at/1\.4/$"))
    tab_to(handset, "Back")
    handset.keyboard.press("Enter")
    handset.wait_for_url(re.compile(r"/at/1\.3/$"))
    chosen = handset.get_by_role("button", name=re.compile("^On some days.*your answer so far$"))
    expect(chosen).to_be_visible()
    look(handset, "question answered before", assert_accessible, picture)
    for number in range(3, QUESTIONS + 1):
        press_answer(handset, number, "On no day")
    handset.wait_for_url("**/look/")
    tab_to(handset, "Send my answers")
    handset.keyboard.press("Enter")
    handset.wait_for_url("**/sent/")


def test_another_device_goes_on_in_spanish_where_the_first_one_stopped(
    handset, open_page, link_for, assert_accessible, picture
):
    address = link_for("Wren Adeyemi", "GAD-7")
    handset.goto(address)
    for label, value in (("Day", "11"), ("Month", "2"), ("Year", "1994")):
        handset.get_by_label(label, exact=True).fill(value)
    handset.get_by_role("button", name="Continue").tap()
    press_answer(handset, 1, "On some days")
    handset.wait_for_url(re.compile(r"/at/1\.2/$"))

    other = open_page("phone", viewport=SMALL)
    other.goto(address)
    tab_to(other, "Español")
    other.keyboard.press("Enter")
    other.wait_for_load_state("load")
    expect(other.get_by_role("heading", level=1)).to_have_text("¿Cuál es su fecha de nacimiento?")
    look(other, "birth date in Spanish", assert_accessible, picture)
    for label, value in (("Día", "11"), ("Mes", "2"), ("Año", "1994")):
        tab_to(other, label)
        other.keyboard.type(value)
    other.keyboard.press("Enter")
    other.wait_for_url(re.compile(r"/at/1\.2/$"))
    look(other, "question in Spanish", assert_accessible, picture)
    press_answer(other, 2, "Ningún día, o casi ninguno")
    other.wait_for_url(re.compile(r"/at/1\.3/$"))
    other.goto(re.sub("at/.*", "look/", other.url))
    look(other, "review in Spanish", assert_accessible, picture)


def test_a_second_tap_of_a_double_tap_answers_no_further_question(handset, link_for):
    address = link_for("Petra Okoye", "GAD-7")
    handset.goto(address)
    for label, value in (("Day", "21"), ("Month", "6"), ("Year", "1979")):
        handset.get_by_label(label, exact=True).fill(value)
    handset.get_by_role("button", name="Continue").tap()
    handset.wait_for_url(re.compile(r"/at/1\.1/$"))
    settled(handset)
    place = handset.locator(".answers button").nth(1).bounding_box()
    assert place is not None
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    handset.touchscreen.tap(*middle)
    handset.touchscreen.tap(*middle)
    handset.wait_for_url(re.compile(r"/at/1\.2/$"))
    settled(handset)
    expect(handset.get_by_role("button", name="your answer so far")).to_have_count(0)
    assert "/at/1.2/" in handset.url


def press_answer(page: Page, number: int, words: str) -> None:
    """Reach an answer with Tab and press it with Enter."""
    page.wait_for_url(re.compile(rf"/at/1\.{number}/$"))
    settled(page)
    tab_to(page, words)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name holds the focus, and is seen to hold it."""
    for _ in range(20):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const one = document.activeElement;"
            " return [one.labels?.[0]?.textContent ?? one.textContent,"
            " getComputedStyle(one).outlineStyle, one.matches(':focus-visible')]; }"
        )
        if here[0].strip().startswith(name):
            assert here[1] != "none", f"the focus on {name} is not seen"
            assert here[2]
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def look(
    page: Page, name: str, assert_accessible: Callable[[Page], None], picture: Callable[..., object]
) -> None:
    picture(page, f"phone {name}")
    assert_accessible(page)
    assert page.evaluate(WIDER) <= 0, f"{name} is wider than the screen"


def weigh(page: Page) -> Callable[[], int]:
    """Everything that the first page fetches, each part as a proxy would send it, gzipped."""
    bodies: dict[str, int] = {}

    def arrived(response: Response) -> None:
        if response.ok and "/at/" not in response.url and response.url not in bodies and not asked():
            bodies[response.url] = len(gzip.compress(response.body()))

    def asked() -> bool:
        return "/at/" in page.url

    page.on("response", arrived)
    return lambda: sum(bodies.values())
