"""What `unloop serve` does beside answering: its ticks go on after an error, say who acts, and end when told."""

from __future__ import annotations

import logging
from threading import Event, Thread

import pytest

from unloop.cli import serve
from unloop.clinic.audit.services import Actor, current_actor, current_route
from unloop.clinic.follow_up import services as follow_up
from unloop.clinic.questionnaires import services as questionnaires
from unloop.clinic.work import services as work


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Actor, str]]:
    """Who asked for the planning of calls and ratings, and from where; the first time it fails."""
    asked: list[tuple[Actor, str]] = []

    def plan() -> tuple[()]:
        asked.append((current_actor(), current_route()))
        if len(asked) == 1:
            raise RuntimeError("the database went away")
        if len(asked) == 3:
            stop.set()
        return ()

    stop = Event()
    monkeypatch.setattr(follow_up, "plan_follow_up", plan)
    monkeypatch.setattr(questionnaires, "open_windows", lambda: None)
    monkeypatch.setattr(serve, "PLAN_EVERY_SECONDS", 0.01)
    tick = Thread(target=serve._keep_planning, args=(stop,), daemon=True)
    tick.start()
    tick.join(timeout=30)
    assert not tick.is_alive()
    return asked


def test_calls_and_ratings_are_planned_by_the_installation_itself(planned: list[tuple[Actor, str]]) -> None:
    assert set(planned) == {(Actor.system("follow-up"), "serve")}


def test_planning_goes_on_after_an_error_that_is_logged(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    with caplog.at_level(logging.ERROR, logger="unloop.follow_up"):
        planned = request.getfixturevalue("planned")
    assert len(planned) == 3
    assert [one.name for one in caplog.records] == ["unloop.follow_up"]


def test_overdue_tasks_are_passed_on_and_messages_handed_over_by_the_installation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop, done = Event(), []
    monkeypatch.setattr(work, "escalate_overdue", lambda: done.append(("escalated", current_actor())))
    monkeypatch.setattr(
        work, "deliver_due", lambda: (done.append(("delivered", current_actor())), stop.set())
    )
    serve._keep_delivering(stop)
    assert done == [("escalated", Actor.system("outbox")), ("delivered", Actor.system("outbox"))]
