"""One person's whole course, from a record that is imported to the readings after an infusion, in a real browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.steps import PASSWORD, Course, answer_on_the_phone, sign_in
from unloop.fhir import example_bundle

ON_SUICIDE = re.compile("suicid", re.IGNORECASE)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def looked(assert_accessible, picture):
    """Look at a page of the course: a picture of it is kept, and at the end axe has found nothing on any."""
    found: list[str] = []

    def at(page: Page, course: str) -> Callable[[str], None]:
        def look(name: str) -> None:
            picture(page, f"{course} {name}")
            try:
                assert_accessible(page)
            except AssertionError as violations:
                found.append(str(violations))
            beyond = page.evaluate(WIDER)
            if beyond > 1:
                found.append(f"{name}: {beyond} px wider than the window")

        return look

    yield at
    assert not found, "\n".join(found)


@pytest.fixture
def walk(open_page, looked, moving_clinic, tmp_path, faults):
    """A whole course with one record at one size; `ninth` is the answer to the ninth question of PHQ-9."""

    def walked(size: str, bundle: Path, *, holds: str, ninth: int) -> None:
        page = open_page(size, server=moving_clinic)
        course = Course(page, looked(page, "course"))
        sign_in(page, "A. Varga")
        person = course.import_record(bundle)
        course.decide_drafts(person, holds)
        course.say_medicines(person)
        handset = open_page("phone", server=moving_clinic)
        told = answer_on_the_phone(
            handset, course.send_link(person), born(bundle), ninth=ninth, look=looked(handset, "link")
        )
        assert told == (ninth > 0)
        a_task_stands(course, patient(bundle)["name"][0]["family"], stands=told)
        course.rate_by_keyboard(person, "3")
        course.answer_everything(person)
        course.sign_evaluation(person)
        course.lay_down_plan(person)
        course.consent(person)
        course.order(person)
        infuse(course, moving_clinic)
        too_early_to_leave(course)
        go_home(course, moving_clinic)
        the_file_replays(course, tmp_path / "one.session.json")
        follow(course, person, patient(bundle)["name"][0]["family"], moving_clinic)
        the_trail_is_whole(moving_clinic.home)
        # Leaving too early was refused, once, which the console of a browser calls an error.
        faults.remove(next(one for one in faults if "status of 409" in one))

    return walked


def patient(bundle: Path) -> dict[str, Any]:
    entries = json.loads(bundle.read_text(encoding="utf-8"))["entry"]
    return next(one["resource"] for one in entries if one["resource"]["resourceType"] == "Patient")


def born(bundle: Path) -> tuple[int, int, int]:
    year, month, day = map(int, patient(bundle)["birthDate"].split("-"))
    return year, month, day


def a_task_stands(course: Course, family: str, *, stands: bool) -> None:
    course.page.goto("/tasks/")
    course.look("tasks")
    expect(
        course.page.get_by_role("listitem").filter(has_text=family).filter(has_text=ON_SUICIDE)
    ).to_have_count(1 if stands else 0)


def infuse(course: Course, clinic: Any) -> None:
    page = course.page
    course.prepare()
    course.press(re.compile("Record: pump started"))
    expect(page.get_by_role("button", name="Stop: record that the pump was stopped")).to_be_visible()
    course.look("bedside")
    course.readings(132, 80, 76)
    expect(page.locator("#middle .figures")).to_contain_text("132/80")
    page.locator("details.key").first.locator("summary").click()
    page.locator("details.key").first.get_by_role("button", name=re.compile("mild", re.IGNORECASE)).click()
    course.happened("mild")
    course.choose("Record: pump slower", re.compile("mL.h"))
    course.happened("rate|slower|mL/h")
    course.press("Record: pump paused")
    expect(page.locator("#running")).to_contain_text("Paused since")
    course.look("bedside paused")
    course.choose("Record: pump running again", re.compile("mL.h"))
    expect(page.get_by_role("button", name="Record: pump paused")).to_be_visible()
    for sbp in (124, 126, 128, 130):
        let_pass(course, clinic, minutes=8)
        course.readings(sbp, 78, 72)
        expect(page.locator("#middle .figures")).to_contain_text(f"{sbp}/78")
    course.press("Stop: record that the pump was stopped")
    course.press("Record: the pump is off")
    expect(page.get_by_role("heading", name="Before going home")).to_be_visible()


def let_pass(course: Course, clinic: Any, *, minutes: int) -> None:
    """Time in which somebody stays at the screen: under the ten minutes after which it would ask who is there."""
    clinic.move_on(timedelta(minutes=minutes))
    course.page.goto(address_of_session(course.page))


def address_of_session(page: Page) -> str:
    """The session's own address; a form that was refused stands at another."""
    here = re.match(".*/sessions/[0-9a-f-]{36}/", page.url)
    assert here is not None, page.url
    return here.group()


def too_early_to_leave(course: Course) -> None:
    course.look("recovery open")
    course.readings(126, 79, 73)
    expect(course.page.locator("dl.facts").last).to_contain_text("126/79")
    course.ask_the_day()
    expect(course.heading).to_contain_text("Not yet")
    course.look("recovery")
    with course.page.expect_response(lambda response: response.status == 409):
        course.press("Record: gone home with the escort")
    expect(course.heading).to_contain_text("Not yet")


def go_home(course: Course, clinic: Any) -> None:
    page = course.page
    session = address_of_session(page)
    for sbp in (124, 123, 122, 121):
        let_pass(course, clinic, minutes=8)
        let_pass(course, clinic, minutes=8)
        course.readings(sbp, 77, 70)
        expect(page.locator("dl.facts").last).to_contain_text(f"{sbp}/77")
    course.ask_the_day()
    expect(course.heading).to_have_text("Nothing stands against going home.")
    course.look("recovery over")
    course.press("Record: gone home with the escort")
    page.get_by_label("Your password").fill(PASSWORD)
    course.look("record unsigned")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed.", exact=True)).to_be_visible()
    page.goto(f"{session}record/")
    expect(page.locator("p.basis")).to_contain_text("(A. Varga)")
    course.look("record")


def the_file_replays(course: Course, file: Path) -> None:
    with course.page.expect_download() as taken:
        course.page.get_by_role("link", name="Take away as a file").click()
    taken.value.save_as(file)
    replayed = unloop("infusion", "replay", "--json", str(file))
    assert replayed.returncode == 0, replayed.stderr
    found = json.loads(replayed.stdout)
    assert found["state"] == "signed"
    assert found["discharge"]["ready"] is True
    assert 30 <= found["elapsed_min"] < 45


def follow(course: Course, person: str, family: str, clinic: Any) -> None:
    """The contacts of the first two days, and the rating a week later, on which the course is judged."""
    page = course.page
    for day, said in ((1, "Slept well, no distress, nobody at risk."), (2, "Back at work, no new symptoms.")):
        clinic.move_on(timedelta(days=1))
        sign_in(page, "A. Varga")
        task = standing_task(course, family, "call")
        task.click()
        course.look(f"call on day {day}")
        page.get_by_role("region", name="What was done").get_by_role("textbox").fill(said)
        course.press("Close this task")
        page.wait_for_url("**/tasks/")
    clinic.move_on(timedelta(days=5))
    sign_in(page, "A. Varga")
    standing_task(course, family, "rat").click()
    course.look("rating due")
    course.rate_by_keyboard(person, "1")
    page.goto(person)
    course.look("timeline")
    fold = page.locator("details", has=page.locator("table", has_text="Begun"))
    if fold.get_attribute("open") is None:  # a phone folds the tables away
        fold.locator("summary").click()
    expect(page.get_by_role("table").filter(has_text="Begun")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile("response", re.IGNORECASE))


def standing_task(course: Course, family: str, words: str) -> Locator:
    """The link to a task of somebody, once the clinic has planned it."""
    listed = (
        course.page.get_by_role("listitem")
        .filter(has_text=family)
        .filter(has_text=re.compile(words, re.IGNORECASE))
    )
    for _ in range(40):
        course.page.goto("/tasks/")
        if listed.count():
            break
        course.page.wait_for_timeout(500)
    course.look(f"tasks with a {words}")
    return listed.first.get_by_role("link").first


def the_trail_is_whole(home: Path) -> None:
    verified = unloop("audit", "verify", home=home)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def unloop(*words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"UNLOOP_HOME": str(home)} if home else {})}
    program = str(Path(sys.executable).with_name("unloop"))
    return subprocess.run([program, *words], capture_output=True, text=True, env=environment, check=False)


def somebody_new(tmp_path: Path) -> Path:
    """Our example as the record of somebody else: other ids, numbers, names and birth date."""
    text = example_bundle().decode()
    document = json.loads(text)
    person = next(
        one["resource"] for one in document["entry"] if one["resource"]["resourceType"] == "Patient"
    )
    for old in {one["resource"]["id"] for one in document["entry"]}:
        text = text.replace(old, f"0e2e{old[4:]}")
    document = json.loads(text)
    person = next(
        one["resource"] for one in document["entry"] if one["resource"]["resourceType"] == "Patient"
    )
    for index, one in enumerate(person.get("identifier", [])):
        one["value"] = f"E2E-{index}"
    for name in person["name"]:
        name["family"], name["given"] = "Testgrove", ["Isolde"]
    person["birthDate"] = "1986-07-05"
    path = tmp_path / "somebody-new.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_course_at_a_desk_with_the_example_record(walk, tmp_path):
    walk("desktop", somebody_new(tmp_path), holds="sertraline", ninth=0)


def test_a_course_on_a_phone_with_a_record_from_elsewhere(walk):
    folder = Path(os.environ.get("UNLOOP_SHARED") or REPOSITORY.parent / "shared") / "data" / "fhir"
    bundle = folder / "synthea-milan-beatty.json"
    if not bundle.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the public record is not there; the browser test has to run with it here")
        pytest.skip("no shared folder with public records")
    walk("phone", bundle, holds="fluoxetine", ninth=1)
