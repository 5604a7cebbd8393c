"""Lines cross where they pass through each other, and not where they meet."""

from __future__ import annotations

import pytest

from unloop.care.heredity.crossing import crossings

ACROSS = ((0.0, 0.0), (10.0, 0.0))


@pytest.mark.parametrize(
    ("other", "times"),
    [
        pytest.param(((5.0, -5.0), (5.0, 5.0)), 1, id="through the middle"),
        pytest.param(((5.0, 5.0), (5.0, -5.0)), 1, id="from the other side"),
        pytest.param(((5.0, 0.0), (5.0, 5.0)), 0, id="from the line down"),
        pytest.param(((10.0, -5.0), (10.0, 5.0)), 0, id="past the end"),
        pytest.param(((0.0, 2.0), (10.0, 2.0)), 0, id="beside it"),
        pytest.param(((2.0, -1.0), (3.0, 1.0), (4.0, -1.0)), 2, id="there and back"),
        pytest.param(((5.0, 5.0), (5.0, 5.0)), 0, id="a point"),
    ],
)
def test_passing_through_is_crossing_and_meeting_is_not(other, times):
    assert crossings([ACROSS, other]) == crossings([other, ACROSS]) == times
