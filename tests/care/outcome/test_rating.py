"""A rating is plausible when it is born, or it is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from unloop.care.outcome import Leaving, LeavingReason, Rating
from unloop.quantity import InputRefused

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NAIVE = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - to be refused


@pytest.mark.parametrize("total", [0, 13, 40, 27.0])
def test_a_total_of_the_scale_is_taken(total):
    assert Rating(AT, total).total == total


@pytest.mark.parametrize("total", [-1, 41, float("nan"), float("inf")])
def test_a_total_outside_the_scale_is_refused(total):
    with pytest.raises(InputRefused) as refused:
        Rating(AT, total)
    assert refused.value.allowed == "0 to 40 points"


@pytest.mark.parametrize("impression", [1, 4, 7, None])
def test_an_impression_of_the_scale_or_none_is_taken(impression):
    assert Rating(AT, 20, cgi_i=impression, cgi_s=impression).cgi_i == impression


@pytest.mark.parametrize("impression", [0, 8, -1])
@pytest.mark.parametrize(("field", "name"), [("cgi_i", "CGI-I"), ("cgi_s", "CGI-S")])
def test_an_impression_outside_the_scale_is_refused_by_name(field, name, impression):
    with pytest.raises(InputRefused) as refused:
        Rating(AT, 20, **{field: impression})
    assert refused.value.where == name


def test_a_time_without_its_offset_is_refused():
    with pytest.raises(InputRefused):
        Rating(NAIVE, 20)
    with pytest.raises(InputRefused):
        Leaving(NAIVE, LeavingReason.OTHER)


def test_a_rating_cannot_be_changed():
    rating = Rating(AT, 20)
    with pytest.raises(AttributeError):
        rating.total = 10
