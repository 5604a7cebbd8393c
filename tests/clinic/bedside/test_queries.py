"""Every page of the bedside asks the database little, so that a chart stays quick at hour two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from unloop.clinic.audit import clock

pytestmark = pytest.mark.django_db
MOST = 15  # with the savepoint and its release that stand in a test for the transaction of a request
CALM = {"sbp": 122, "dbp": 76, "hr": 70, "spo2": 98, "rr": 14}


def _left(bedside: Any) -> Any:
    session = bedside.ready_to_leave()
    bedside.chart(session, "discharged", minutes=111)
    return session


STATES: dict[str, tuple[Callable[[Any], Any], float]] = {
    "ordered": (lambda bedside: bedside.order(), 5),
    "checked": (lambda bedside: bedside.ready(), 5),
    "running": (lambda bedside: bedside.running(), 20),
    "recovering": (lambda bedside: bedside.recovering(), 60),
    "ready to leave": (lambda bedside: bedside.ready_to_leave(), 111),
    "gone home": (_left, 112),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", ["", "record/", "sessions", "order", "chairs"])
def test_a_page_takes_at_most_fifteen_queries(
    bedside: Any, open_as: Any, django_assert_max_num_queries: Any, state: str, page: str
) -> None:
    make, minutes = STATES[state]
    session = make(bedside)
    sessions = f"/people/{session.person_id}/sessions/"
    addresses = {"sessions": sessions, "order": f"{sessions}order/", "chairs": "/chairs/"}
    client = open_as(bedside.provider)
    with clock.frozen(bedside.now + timedelta(minutes=minutes)):
        client.get("/chairs/")  # which stamps the session as used, as happens once a minute
        with django_assert_max_num_queries(MOST):
            answer = client.get(addresses.get(page, f"{sessions}{session.id}/{page}"))
    assert answer.status_code in {200, 302}


def test_readings_are_charted_in_a_few_queries(bedside: Any, django_assert_max_num_queries: Any) -> None:
    session = bedside.running()
    with django_assert_max_num_queries(8):
        bedside.chart(session, "vitals", minutes=10, **CALM)
