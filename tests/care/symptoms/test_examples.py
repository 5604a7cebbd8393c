"""The examples in the rooms' own descriptions are true."""

from __future__ import annotations

import doctest

import pytest

from unloop.care import outcome, symptoms


@pytest.mark.parametrize("room", [symptoms, outcome], ids=["symptoms", "outcome"])
def test_the_example_of_a_room_runs_as_printed(room):
    results = doctest.testmod(room)
    assert results.attempted > 0
    assert results.failed == 0
