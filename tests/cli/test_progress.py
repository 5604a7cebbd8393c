"""The bar of a long command: silent for a second, then on standard error."""

from __future__ import annotations

import pytest

from unloop.cli import progress
from unloop.cli.progress import Progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_what_is_done_within_a_second_says_nothing(clock, capsys):
    bar = Progress(10, what="people")
    clock[0] += 0.9
    bar.reached(9)
    bar.over()
    assert capsys.readouterr().err == ""


def test_after_a_second_it_says_how_far_it_is_on_standard_error(clock, capsys):
    bar = Progress(2000, what="people")
    clock[0] += 1.1
    bar.reached(1000)
    bar.over()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "1,000 of 2,000 people" in printed.err
    assert printed.err.count("#") == progress.WIDTH // 2
    assert printed.err.endswith("\n")


def test_a_log_is_not_filled(clock, capsys):
    bar = Progress(100, what="people")
    for done in range(100):
        clock[0] += 0.1
        bar.reached(done)
    assert capsys.readouterr().err.count("people") == 2
