"""Shares and rates for a page: plain values with exact intervals, and what is published beside them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from unloop.clinic.laboratory.services import per_hundred, published_response, share_of


def test_a_share_of_nobody_and_a_rate_over_nothing_are_not_said() -> None:
    assert share_of(0, 0) is None
    assert per_hundred(0, 0) is None


def test_a_share_has_its_exact_interval() -> None:
    found = share_of(4, 8)
    assert (found.estimate, round(found.low, 3), round(found.high, 3)) == (0.5, 0.157, 0.843)


def test_a_rate_counts_for_each_hundred_sessions() -> None:
    found = per_hundred(5, 50)
    assert (found.estimate, found.low, found.high) == (
        10.0, pytest.approx(3.2469728, rel=1e-6), pytest.approx(23.336664, rel=1e-6),
    )  # fmt: skip


@pytest.mark.django_db
def test_what_is_published_is_that_of_the_evidence_store() -> None:
    known = published_response()
    assert {one.study for one in known.studies} >= {"RODRIGUEZ2013", "BLOCH2012"}
    assert all(one.share.low <= one.share.estimate <= one.share.high for one in known.studies)
    assert all(one.title and one.source for one in known.studies)
    assert known.low < known.high
    assert known.certainty == "very low"


def test_a_page_that_counts_loads_neither_scipy_nor_numba() -> None:
    program = (
        "import sys; from unloop.clinic.laboratory.cohort import share_of, per_hundred;"
        "from unloop.science.evidence import what_is_known;"
        "share_of(1, 2); per_hundred(1, 2); what_is_known();"
        "print([name for name in ('scipy', 'numba') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
