"""A task is read in words: no code, no id and no machine's time stands on the screen."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Person, make_person
from unloop.clinic.work.services import NewTask, TaskKind, open_task
from unloop.clinic.work.wording import about, in_words, place_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
SHEET = "17cd965e-34fc-4b7a-8101-159c5bb59d2a"


@pytest.fixture
def opened(cast):
    """Opens a task of this kind."""
    from unloop.clinic.audit.services import acting

    with clock.frozen(NOON), acting(cast.provider.as_actor(), route="test"):
        person = make_person(
            Person(given="Ines", family="Quill", birth_date=date(1990, 5, 17), phone="555 0100")
        )

        def opened(kind: TaskKind, reason: str = "x:1", **detail):
            return open_task(NewTask(kind, person, reason, NOON, cast.provider, detail=detail))

        yield opened


CALL = {"infusion": 3, "after": "PT24H", "asks": "mood, sleep", "rule": "AFT-03"}
RATE = {"infusion": 3, "after": "P7D", "measure": "ybocs", "rule": "OUT-00-P7D"}
TASKS = [
    (TaskKind.CONTACT, CALL, "call 1 day after the end of infusion 3"),
    (TaskKind.CONTACT, {}, "call after an infusion"),
    (TaskKind.RATE, RATE, "rate the Y-BOCS, clinician rated, 7 days after the end of infusion 3"),
    (TaskKind.SAFETY, {"questionnaire": "phq-9", "answer": "positive"},
     "answer that speaks of suicide: PHQ-9, depression"),
    (TaskKind.SAFETY, {"questionnaire": "phq-9", "answer": "unanswered"},
     "question on suicide left open: PHQ-9, depression"),
    (TaskKind.READ_ANSWERS, {"questionnaires": "phq-9, gad-7"}, "read answers: PHQ-9, depression, GAD-7, anxiety"),
    (TaskKind.READ_ANSWERS, {}, "read answers"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "detail", "words"), TASKS)
def test_what_is_to_be_done_is_one_line_of_words(opened, kind: TaskKind, detail, words: str) -> None:
    assert in_words(opened(kind, **detail)) == words


@pytest.mark.parametrize(("kind", "detail", "words"), TASKS)
def test_no_code_and_no_machines_time_stands_on_the_page(opened, cast, as_user, kind, detail, words) -> None:
    task = opened(kind, f"x:{SHEET}", **detail)
    page = as_user(cast.provider).get(f"/tasks/{task.id}/").content.decode()
    main = re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])
    assert words in main
    assert "3 December 2026, 12:00" in main
    codes = (r"\bphq-9\b", r"\bgad-7\b", r"\bPT?\d", r"_", r"\d{4}-\d\d-\d\d", SHEET, r"\bpositive\b")
    assert not [code for code in codes if re.search(code, main.replace("OUT-00-P7D", ""))]


def test_a_call_says_what_to_ask_whom_to_dial_and_the_rule_last(opened) -> None:
    lines = {str(line.label): line.words for line in about(opened(TaskKind.CONTACT, **CALL))}
    assert lines == {
        "Infusion": "3", "When": "1 day after its end", "Ask about": "mood, sleep", "Phone": "555 0100",
        "Rule": "AFT-03",
    }  # fmt: skip
    assert list(lines)[-1] == "Rule"


@pytest.mark.parametrize("kind", [TaskKind.SAFETY, TaskKind.ADVERSE_EVENT])
def test_who_may_have_to_call_at_once_has_the_number_at_hand(opened, kind: TaskKind) -> None:
    assert ("Phone", "555 0100") in {(str(line.label), line.words) for line in about(opened(kind))}


def test_a_code_that_has_no_words_is_not_shown(opened) -> None:
    task = opened(TaskKind.SAFETY, questionnaire="no-such", answer="sideways", odd="value", after="soon")
    assert [line.words for line in about(task) if line.label not in ("When", "Phone")] == []


@pytest.mark.parametrize(
    ("kind", "reason", "ends"),
    [
        (TaskKind.SAFETY, f"phq-9:{SHEET}", f"/answers/{SHEET}/"),
        (TaskKind.RATE, "x:1", "/rate/ybocs/"),
        (TaskKind.CONTACT, "x:1", "/"),
        (TaskKind.READ_ANSWERS, "x:1", "/answers/"),
    ],
)
def test_a_task_leads_to_the_page_on_which_it_is_done(opened, cast, kind, reason: str, ends: str) -> None:
    place = place_of(opened(kind, reason), cast.provider)
    assert place is not None
    assert place.address.endswith(ends)
    assert place_of(opened(kind, reason), cast.front_desk) is None


def test_a_reason_without_a_sheet_leads_nowhere(opened, cast) -> None:
    assert place_of(opened(TaskKind.SAFETY, "by hand"), cast.provider) is None
