"""What goes wrong in front of a browser: half a file, a form sent twice, two tabs on two people, a comma."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.steps import sign_in
from unloop.fhir import example_bundle

REFUSED = re.compile(r"status of (409|422)")


@pytest.fixture
def provider(desktop: Page) -> Page:
    sign_in(desktop, "A. Varga")
    return desktop


@pytest.fixture
def refusal_is_meant(faults: list[str]):
    """A refusal is an error to the console of a browser; here it is what the test asks for, and nothing else is."""
    yield
    faults[:] = [one for one in faults if not REFUSED.search(one)]


def addresses(page: Page) -> list[str]:
    """The addresses of two people of the demo who are being evaluated."""
    found = []
    for name in ("Lindh", "Lowe"):
        page.goto(f"/people/?q={name}")
        found.append(page.get_by_role("link", name=re.compile(name)).first.get_attribute("href") or "")
    return found


def entries(page: Page, person: str) -> int:
    page.goto(f"{person}record/")
    return page.locator("main tbody tr").count()


def upload(page: Page, path: Path) -> None:
    page.goto("/people/import/")
    page.get_by_label("Record of a person").set_input_files(path)
    page.get_by_role("button", name="Read this record").click()


def test_half_a_file_is_refused_with_its_mend_and_adds_nobody(
    provider, refusal_is_meant, tmp_path, assert_accessible
):
    half = tmp_path / "half.json"
    half.write_bytes(example_bundle()[:20_000])
    upload(provider, half)
    expect(provider.get_by_role("alert")).to_contain_text("How to mend it")
    assert_accessible(provider)


def test_a_name_that_is_a_script_stays_a_name(provider, tmp_path):
    text = example_bundle().decode()
    family = re.search(r'"family": ?"([^"]+)"', text)
    assert family is not None
    hostile = tmp_path / "hostile.json"
    hostile.write_text(text.replace(family[1], "<script>alert(1)</script>"), encoding="utf-8")
    asked: list[str] = []
    provider.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    upload(provider, hostile)
    provider.get_by_label("Somebody else, who is not here yet").check()
    provider.get_by_role("button", name="Import it there").click()
    provider.wait_for_url("**/imported/")
    expect(provider.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert asked == []


def test_a_comma_is_refused_and_what_was_entered_stays(provider, refusal_is_meant, assert_accessible):
    person, _ = addresses(provider)
    provider.goto(f"{person}evaluation/answers/measurements/")
    before = provider.locator("[name=height]").input_value()
    provider.locator("[name=weight]").fill("70,5")
    provider.locator("[name=office_sbp]").fill("118")
    provider.get_by_role("button", name="Save what is answered").click()
    expect(provider.locator(".has-error")).to_have_count(1)
    expect(provider.locator("[name=weight]")).to_have_value("70,5")
    expect(provider.locator("[name=office_sbp]")).to_have_value("118")
    expect(provider.locator("[name=height]")).to_have_value(before)
    expect(provider.get_by_role("alert")).to_be_visible()
    assert_accessible(provider)


def test_pounds_are_refused_by_a_field_of_kilograms(provider, refusal_is_meant):
    person, _ = addresses(provider)
    provider.goto(f"{person}evaluation/answers/measurements/")
    provider.locator("[name=weight]").fill("154 lb")
    provider.get_by_role("button", name="Save what is answered").click()
    expect(provider.locator("[name=weight]")).to_have_value("154 lb")
    expect(provider.locator(".has-error .error").first).to_contain_text("kg")


def test_a_form_of_one_tab_writes_nothing_about_the_person_of_another(
    provider, refusal_is_meant, assert_accessible
):
    one, other = addresses(provider)
    before = entries(provider, one), entries(provider, other)
    provider.goto(f"{one}evaluation/answers/measurements/")
    provider.locator("[name=weight]").fill("71")
    provider.locator("main form").evaluate(
        "(form, address) => { form.action = address; }", f"{other}evaluation/answers/measurements/"
    )
    provider.get_by_role("button", name="Save what is answered").click()
    expect(provider.get_by_role("heading", level=1)).to_have_text(
        "This form was made for another person. Nothing was written."
    )
    assert_accessible(provider)
    assert (entries(provider, one), entries(provider, other)) == before


def test_the_same_form_sent_twice_writes_once(provider):
    person, _ = addresses(provider)
    for height in ("181", "181"):
        provider.goto(f"{person}evaluation/answers/measurements/")
        provider.locator("[name=height]").fill(height)
        provider.get_by_role("button", name="Save what is answered").click()
        provider.wait_for_url("**/evaluation/")
    expect(
        provider.get_by_text("Nothing was written, since nothing differs from what stands.")
    ).to_be_visible()


def test_readings_sent_twice_with_one_id_are_charted_once(provider):
    provider.goto("/chairs/")
    provider.get_by_role("link", name=re.compile("Amara Diallo")).click()
    form = provider.locator("form.vitals")
    sent = form.evaluate(
        """async (form) => {
            const said = { sbp: 124, dbp: 78, hr: 71, spo2: 98, rr: 14 };
            const body = new URLSearchParams(new FormData(form));
            for (const [name, value] of Object.entries(said)) body.set(name, value);
            const answers = [];
            for (let time = 0; time < 2; time += 1) {
              const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Outbox": "1" } });
              answers.push(await answer.json());
            }
            return answers;
        }"""
    )
    assert [one["charted"] for one in sent] == [True, True]
    assert sent[0]["new"] >= 1
    assert sent[1]["new"] == 0


def test_nobody_goes_home_before_the_hour_is_over(provider, refusal_is_meant, assert_accessible):
    provider.goto("/chairs/")
    provider.get_by_role("link", name=re.compile("Amara Diallo")).click()
    heading = provider.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Not yet")
    provider.get_by_role("button", name="Record: gone home with the escort").click()
    expect(heading).to_contain_text("Not yet")
    expect(provider.locator(".gate-rule").first).to_be_visible()
    assert_accessible(provider)
