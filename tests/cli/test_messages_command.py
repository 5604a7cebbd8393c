"""`unloop messages deliver`: one round of the outbox by hand, which says whether anything is left."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from unloop.cli import messages, program
from unloop.clinic.audit.services import Actor, current_actor
from unloop.clinic.work import services as work
from unloop.clinic.work.services import Delivered


@pytest.fixture
def round_of(monkeypatch: pytest.MonkeyPatch):
    """One round that comes to this, with so many left undelivered; remembers who asked for it."""
    asked: list[Actor] = []

    def round_of(done: Delivered, left: int) -> list[Actor]:
        monkeypatch.setattr(messages, "open_clinic", lambda: None)
        monkeypatch.setattr(work, "escalate_overdue", lambda: (SimpleNamespace(),))
        monkeypatch.setattr(work, "deliver_due", lambda: asked.append(current_actor()) or done)
        monkeypatch.setattr(work, "undelivered", lambda now: [object()] * left)
        return asked

    return round_of


def test_a_round_that_leaves_nothing_ends_well_and_is_done_by_the_installation(round_of) -> None:
    asked = round_of(Delivered(sent=3), 0)
    result = CliRunner().invoke(program("messages"), ["messages", "deliver", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "sent": 3, "put_off": 0, "given_up": 0, "passed_on": 1, "undelivered": 0,
    }  # fmt: skip
    assert asked == [Actor.system("outbox")]


def test_a_message_that_is_left_is_said_by_the_exit_status(round_of) -> None:
    round_of(Delivered(given_up=1), 1)
    result = CliRunner().invoke(program("messages"), ["messages", "deliver"])
    assert result.exit_code == 1
    assert "not delivered in all: 1" in result.stdout
