"""The steps of a course as staff and the person take them in a browser; each ends on the page that proves it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from e2e.answers_given import PAST_TREATMENTS, RATED_ELSEWHERE, answer_to

PASSWORD = "everyone here is made up"


def sign_in(page: Page, name: str) -> None:
    """Go on as one of the demo's staff."""
    page.goto("/sign-in/")
    page.get_by_role("button", name=re.compile(re.escape(name))).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Choose who you are today.")


@dataclass(frozen=True, slots=True)
class Course:
    """One person's course, seen by one member of staff."""

    page: Page
    look: Callable[[str], None]

    @property
    def heading(self) -> Locator:
        """The one true sentence of a page."""
        return self.page.get_by_role("heading", level=1)

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the first button of this name."""
        self.page.get_by_role("button", name=name).first.click()

    # --- Import ---------------------------------------------------------------------------------------

    def import_record(self, bundle: Path) -> str:
        """Read the record of somebody who is not here yet; answers with the address of the person."""
        self.page.goto("/people/import/")
        self.look("import")
        self.page.get_by_label("Record of a person").set_input_files(bundle)
        self.press("Read this record")
        self.page.wait_for_url(re.compile("/imported/|/import/."))
        if self.page.get_by_role("heading", name="This may be somebody who is here already.").count():
            self.look("whose record")
            self.page.get_by_label("Somebody else, who is not here yet").check()
            self.press("Import it there")
            self.page.wait_for_url("**/imported/")
        return re.sub(r"imported/$", "", self.page.url)

    def decide_drafts(self, person: str, holds: str) -> None:
        """Decide on every entry: those named here hold today, all others were so once."""
        self.page.goto(f"{person}imported/")
        self.look("imported")
        waiting = self.page.locator("ul.drafts > li")
        for left in range(waiting.count(), 0, -1):
            one = waiting.first
            holds_today = holds.lower() in one.inner_text().lower()
            one.get_by_role(
                "button",
                name=re.compile(
                    "^(Holds today|holds today)" if holds_today else "^(Was so once|was so once)"
                ),
            ).click()
            expect(waiting).to_have_count(left - 1)
        self.look("imported decided")

    def say_medicines(self, person: str) -> None:
        """Say that the suggested list is complete."""
        self.page.goto(f"{person}medicines/")
        self.page.get_by_label("These are all").check()
        self.press("Save the list")
        expect(self.page.locator(".error-summary")).to_have_count(0)
        self.look("medicines")

    # --- Measure --------------------------------------------------------------------------------------

    def send_link(self, person: str) -> str:
        """Make a link to PHQ-9 and GAD-7; answers with its address."""
        self.page.goto(f"{person}answers/link/")
        self.look("send a link")
        for title in ("PHQ-9", "GAD-7"):
            self.page.get_by_label(title).check()
        self.press("Make the link")
        message = self.page.locator("#message").inner_text()
        self.look("link")
        assert not re.search(r"depress|anxi|ketamin|obsess|phq|health", message, re.IGNORECASE)
        found = re.search(r"https?://\S+", message)
        assert found is not None, message
        return found.group()

    def rate_by_keyboard(self, person: str, key: str) -> None:
        """Rate Y-BOCS with one key, pressed once a question."""
        self.page.goto(f"{person}answers/rate/ybocs/")
        questions = self.page.locator("fieldset[data-question]")
        for _ in range(questions.count()):
            self.page.keyboard.press(key)
        expect(self.page.get_by_role("status").filter(has_text="Kept as you go.")).to_be_visible()
        self.look("rating")
        self.press("Save the rating")
        self.page.wait_for_url(lambda address: "/rate/" not in address)
        self.look("answers")

    # --- Evaluate -------------------------------------------------------------------------------------

    def answer_everything(self, person: str) -> None:
        """Open every page of the evaluation and answer it."""
        self.page.goto(f"{person}evaluation/")
        self.look("evaluation open")
        links = self.page.get_by_role("region", name="All pages of the evaluation").get_by_role("link")
        pages = [one for one in links.evaluate_all("all => all.map(one => one.href)") if "/answers/" in one]
        assert len(pages) >= 8, pages
        for address in pages:
            self.page.goto(address)
            self.look(f"answer {address.rstrip('/').rsplit('/', 1)[-1]}")
            self._answer_page()
        self.page.goto(f"{person}evaluation/medicines/")
        self.look("medicine decisions")
        for group in self.page.get_by_role("group", name="Decision").all():
            group.get_by_label("Go on with it").check()
        for reason in self.page.get_by_label("Why").all():
            reason.fill("It is taken at a stable dose and nothing in the chart speaks against it.")
        if self.page.get_by_role("button", name="Save the decisions").count():
            self.press("Save the decisions")

    def _answer_page(self) -> None:
        for code, records in PAST_TREATMENTS.items():
            if self.page.locator(f"[name='{code}-rows']").count():
                self._fill_rows(code, records)
        for code in names_in(self.page.locator(".questions")):
            self._answer(code)
        self.page.get_by_label("Everything on this page was asked again").check()
        self.press("Save what is answered")
        self.page.wait_for_url("**/evaluation/")

    def _fill_rows(self, code: str, records: list[dict[str, str]]) -> None:
        for index, record in enumerate(records):
            if not self.page.locator(f"[name='{code}-{index}-drop']").count():
                self.page.locator(f"button[name=add][value={code}]").click()
            for key, value in record.items():
                give(self.page, f"{code}-{index}-{key}", value)

    def _answer(self, code: str) -> None:
        answer = None if code == "at" else answer_to(code)
        if answer is None or (code in RATED_ELSEWHERE and self._stands(code)):
            return
        give(self.page, code, str(answer))

    def _stands(self, code: str) -> bool:
        return bool(self.page.locator(f"[name='{code}']").first.input_value())

    # --- Plan and consent -----------------------------------------------------------------------------

    def sign_evaluation(self, person: str) -> None:
        """Sign the evaluation, which has to be ready."""
        self.page.goto(f"{person}evaluation/")
        self.look("evaluation ready")
        open_items = self.page.locator(".open-item h3").all_inner_texts()
        assert open_items == [], [self.heading.inner_text(), *open_items]
        self.page.get_by_label("Your password").fill(PASSWORD)
        self.press("Sign this evaluation")
        expect(self.page.get_by_text(re.compile("It holds until"))).to_be_visible()

    def lay_down_plan(self, person: str) -> None:
        """Lay down the plan as the protocol gives it."""
        self.page.goto(f"{person}plan/")
        self.look("plan")
        expect(self.heading).to_contain_text("35 mg over 40 min")
        self.press("Lay down this plan")
        expect(self.page.get_by_text("The plan is laid down")).to_be_visible()

    def consent(self, person: str) -> None:
        """Every question said back, and agreement."""
        self.page.goto(f"{person}consent/")
        self.look("consent")
        form = self.page.get_by_role("region", name="In the person's own words")
        for words in form.locator("textarea").all():
            words.fill("Said back in my own words: it may not help, and I can stop at any time.")
        for understood in form.get_by_role("group", name="Understood in the end?").all():
            understood.get_by_label("Yes").check()
        for ability in ("Understanding", "Appreciating", "Reasoning", "Expressing a choice"):
            form.get_by_role("group", name=ability).get_by_label("Yes").check()
        form.get_by_label("Agrees to this plan").check()
        form.get_by_label("The person's name, as the person signs").fill("As signed on the sheet")
        form.get_by_label("Why the person decides before the time to think is over").fill(
            "Has read it at home."
        )
        self.press("Keep this answer")
        expect(self.heading).to_have_text("The person agreed to this plan and this text.")

    # --- Infuse ---------------------------------------------------------------------------------------

    def order(self, person: str) -> None:
        """Order the infusion that the plan gives."""
        self.page.goto(f"{person}sessions/order/")
        self.look("order")
        self.press("Order this infusion")
        self.page.wait_for_url(re.compile("/sessions/[0-9a-f-]{36}/$"))

    def prepare(self) -> None:
        """Readings, the questions of the day and the second person's check; the gate says ready."""
        self.look("prepare open")
        self.readings(122, 76, 70)
        self.ask_the_day()
        page = self.page
        ordered = page.get_by_text(re.compile("Ordered: draw")).inner_text()
        draw, vial = re.findall(r"[\d.]+(?= m[Lg])", ordered)[:2]
        page.get_by_label("Strength on the vial").fill(vial)
        page.get_by_label("Volume in the syringe").fill(draw)
        page.get_by_label("User name of the second person").fill("okafor")
        page.get_by_label("Their password").fill(PASSWORD)
        self.press("Count back and confirm")
        expect(self.heading).to_have_text("Ready to start.")
        self.look("prepare")

    def ask_the_day(self) -> None:
        """Answer every question that the page of a session asks."""
        for code in names_in(self.page.locator(".asked")):
            if (answer := answer_to(code)) is not None:
                give(
                    self.page,
                    code,
                    {True: "yes", False: "no"}.get(answer, answer)
                    if isinstance(answer, bool)
                    else str(answer),
                )
        self.press("Save these answers")

    def readings(self, sbp: int, dbp: int, hr: int) -> None:
        """Chart a set of readings of now."""
        given = {"Systolic": sbp, "Diastolic": dbp, "Heart rate": hr, "Oxygen": 98, "Breaths": 14}
        form = self.page.locator("form.vitals")
        for label, value in given.items():
            form.get_by_label(label).fill(str(value))
        form.get_by_label("RASS").select_option("0")
        self.press("Record readings")

    def choose(self, summary: str, button: str | re.Pattern[str]) -> None:
        """Open one of the keys at the bedside and press what it offers."""
        key = self.page.locator("details.key").filter(has=self.page.locator("summary", has_text=summary))
        key.locator("summary").click()
        key.get_by_role("button", name=button).first.click()

    def happened(self, words: str) -> None:
        """What was charted stands among what happened last."""
        expect(self.page.locator("#middle dd.past").first).to_contain_text(re.compile(words, re.IGNORECASE))


def answer_on_the_phone(
    page: Page, address: str, born: tuple[int, int, int], *, ninth: int, look: Callable[[str], None]
) -> bool:
    """Open the link as the person, answer one question a page, look and send; answers whether somebody was told."""
    page.goto(address)
    look("birth date")
    for label, value in zip(("Year", "Month", "Day"), born, strict=True):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Continue").click()
    told, asked = False, 0
    while page.get_by_role("button", name="Send my answers").count() == 0:
        if "/told/" in page.url:
            told = True
            look("told")
            page.get_by_role("link", name="Continue").click()
            page.wait_for_url(lambda at: "/told/" not in at)
            continue
        asked += 1
        here, question = page.url, page.get_by_role("heading", level=1).inner_text()
        on_suicide = re.search("dying|harming|dead", question, re.IGNORECASE) is not None
        if asked == 1 or on_suicide:
            look("question on suicide" if on_suicide else "first question")
        page.wait_for_timeout(max(0, 360 - page.evaluate("performance.now()")))  # sooner is a second tap
        page.locator(".answers button").nth(ninth if on_suicide else 1).click()
        page.wait_for_url(lambda at, here=here: at != here)
    assert asked >= 16
    look("review")
    page.get_by_role("button", name="Send my answers").click()
    page.wait_for_url("**/sent/")
    look("sent")
    return told


def names_in(part: Locator) -> list[str]:
    """The names of everything that is asked, each once, in the order of the page."""
    found = part.locator("input:not([type=hidden]), select, textarea").evaluate_all(
        "all => all.map(one => one.name)"
    )
    return list(dict.fromkeys(found))


def give(page: Page, name: str, value: str) -> None:
    """Answer one question, whatever kind of field it has."""
    field = page.locator(f"[name='{name}']")
    match field.first.evaluate("one => one.type || one.tagName.toLowerCase()"):
        case "radio":
            page.locator(f"[name='{name}'][value='{value}']").check()
        case "select-one":
            field.select_option(value)
        case _:
            field.fill(value)
