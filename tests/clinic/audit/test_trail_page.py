"""The owner reads the trail: by period, person and actor, in any column's order; and the reading is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import Question, record, trail
from unloop.clinic.audit.trail import SORTABLE

pytestmark = pytest.mark.django_db
CLARA, MILAN = uuid4(), uuid4()


@pytest.fixture
def browser(cast: object, as_user: Callable[..., Client]) -> Client:
    """The owner's, before a trail of three days in New York."""
    for day, person, action in [(1, CLARA, "chart.read"), (2, MILAN, "chart.read"), (3, CLARA, "plan.read")]:
        with clock.frozen(datetime(2026, 12, day, 17, tzinfo=UTC)):
            record(action, person=person, by=cast.nurse.as_actor(), detail={"day": day})
    return as_user(cast.owner)


def shown(browser: Client, **asked: str) -> list[str]:
    """The action and day of each line that a page shows, of those recorded by the fixture."""
    page = browser.get("/audit/", asked).content.decode()
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")
    return [f"{action} {day}" for row in rows for action in ("chart.read", "plan.read") for day in (1, 2, 3)
            if f"<td>{action}</td>" in row and f"day {day}" in row]  # fmt: skip


def test_the_latest_stands_first(browser: Client) -> None:
    assert shown(browser) == ["plan.read 3", "chart.read 2", "chart.read 1"]


def test_a_period_is_whole_days_of_the_clinics_zone(browser: Client) -> None:
    assert shown(browser, since="2026-12-02", until="2026-12-02") == ["chart.read 2"]
    with clock.frozen(datetime(2026, 12, 3, 4, 59, tzinfo=UTC)):  # still the 2nd in New York
        record("plan.read", person=MILAN, detail={"day": 2})
    assert shown(browser, since="2026-12-02", until="2026-12-02") == ["plan.read 2", "chart.read 2"]


def test_one_person_or_one_actor_can_be_asked_for(browser: Client, cast: object) -> None:
    assert shown(browser, person=str(CLARA)) == ["plan.read 3", "chart.read 1"]
    assert len(shown(browser, actor=str(cast.nurse.pk))) == 3
    assert shown(browser, actor=str(cast.provider.pk)) == []
    assert shown(browser, action="plan.read") == ["plan.read 3"]


def test_the_order_can_be_turned(browser: Client) -> None:
    assert shown(browser, sort="at", action="chart.read") == ["chart.read 1", "chart.read 2"]
    page = browser.get("/audit/", {"sort": "at"}).content.decode()
    assert 'aria-sort="ascending"' in page


@pytest.mark.parametrize("column", SORTABLE)
def test_every_column_sorts_both_ways(browser: Client, column: str) -> None:
    up, down = (
        [getattr(entry, column) for entry in trail(Question(sort=order)).entries]
        for order in (column, f"-{column}")
    )
    present = [value for value in up if value is not None]
    assert present == sorted(present)
    assert [value for value in down if value is not None] == sorted(present, reverse=True)


@pytest.mark.parametrize("sort", ["password", "detail__password", "-digest", "?", "actor_id; drop table", ""])
def test_an_unknown_column_is_read_as_time(browser: Client, sort: str) -> None:
    assert shown(browser, sort=sort) == ["plan.read 3", "chart.read 2", "chart.read 1"]


@pytest.mark.parametrize(
    "asked",
    [
        {"person": "not an id"}, {"since": "31.12.2026"}, {"outcome": "perhaps"}, {"action": "x" * 81},
        {"until": "9999-12-31"}, {"since": "0001-01-01"},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_says_so(browser: Client, asked: dict[str, str]) -> None:
    response = browser.get("/audit/", asked)
    assert response.status_code == 422
    assert "something to mend" in response.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9999999", "1e3", ""])
def test_a_page_that_does_not_exist_is_no_failure(browser: Client, page: str) -> None:
    assert browser.get("/audit/", {"page": page}).status_code == 200


def test_a_long_trail_is_read_page_by_page(browser: Client) -> None:
    for number in range(120):
        record("test.many", detail={"number": number})
    first = trail(Question(action="test.many"))
    second = trail(Question(action="test.many", page=2))
    assert (len(first.entries), len(second.entries), first.pages) == (100, 20, 2)
    assert "Next page" in browser.get("/audit/", {"action": "test.many"}).content.decode()
    assert "Page before" in browser.get("/audit/", {"action": "test.many", "page": "2"}).content.decode()


def test_actors_are_named_and_unknown_ids_stay_ids(browser: Client, cast: object) -> None:
    page = browser.get("/audit/").content.decode()
    assert cast.nurse.name in page
    assert str(CLARA)[:8] in page


def test_reading_the_trail_leaves_a_line_that_names_the_person_asked_for(
    browser: Client, cast: object
) -> None:
    browser.get("/audit/", {"person": str(CLARA)})
    entry = AuditEntry.objects.get(action="audit.trail.read")
    assert (entry.person_id, entry.actor_id, entry.route) == (CLARA, cast.owner.pk, "audit:trail")
