"""A number is rounded as people round it, so that a reader who holds a page against the paper finds the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.education import written


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (6.85, 1, "6.9"),
        (4.55, 1, "4.6"),
        (0.285 * 100, 0, "29"),
        (12.5, 0, "13"),
        (1285.0, 0, "1,285"),
        (0.0, 1, "0.0"),
        (8.1, 0, "8"),
    ],
)
def test_a_half_goes_away_from_nothing(value: float, decimals: int, said: str) -> None:
    assert written(value, decimals) == said


@pytest.mark.parametrize(
    ("value", "decimals", "said"), [(1285.0, 0, "1285"), (53660.0, 0, "53\u202f660"), (10.65, 1, "10,7")]
)
def test_spanish_has_a_comma_before_decimals_and_parts_thousands_from_five_digits(
    value: float, decimals: int, said: str
) -> None:
    assert written(value, decimals, language="es") == said


@given(st.floats(0, 1e6), st.integers(0, 3))
def test_what_is_written_is_within_half_a_last_digit(value: float, decimals: int) -> None:
    assert abs(float(written(value, decimals).replace(",", "")) - value) <= 0.5 * 10**-decimals + 1e-6 * (
        1 + value
    )
