"""The sheet says what the protocol asks it to say, with a source on each line and intervals that are computed."""

from __future__ import annotations

import math

import pytest

from unloop.care.consultation import Statement, consent_text
from unloop.protocol import bundled
from unloop.quantity import InputRefused

SHEET = consent_text().sheet
STATEMENTS = [statement for section in SHEET.section for statement in section.statement]


def exact_interval(events: int, of: int) -> tuple[int, int]:
    """Clopper-Pearson by bisection on the binomial tail, in whole percent."""

    def upper_tail(p: float) -> float:
        return sum(math.comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(events, of + 1))

    def lower_tail(p: float) -> float:
        return sum(math.comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(events + 1))

    def solve(tail, *, rising: bool) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            if (tail(middle) < 0.025) == rising:
                low = middle
            else:
                high = middle
        return low

    lower = 0.0 if events == 0 else solve(upper_tail, rising=True)
    upper = 1.0 if events == of else solve(lower_tail, rising=False)
    return round(100 * lower), round(100 * upper)


@pytest.mark.parametrize("statement", [one for one in STATEMENTS if one.of], ids=lambda one: one.id)
def test_each_range_is_the_exact_interval_of_its_count(statement: Statement) -> None:
    low, high = exact_interval(statement.events or 0, statement.of or 1)
    assert f"{low} to {high} of 100" in statement.range
    if statement.control_of:
        low, high = exact_interval(statement.control_events or 0, statement.control_of)
        assert f"{low} to {high} of 100" in statement.range


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one.id)
def test_each_statement_has_a_source_and_none_from_memory(statement: Statement) -> None:
    assert len(statement.source) > 10
    assert "memory" not in statement.source


def test_it_says_what_the_protocol_asks_for() -> None:
    text = " ".join(f"{one.text} {one.range}" for one in STATEMENTS).lower()
    wanted = {
        "ketamine is not approved by the FDA for OCD": "not approved by the fda",
        "what the small trials found, for and against": "4 of 8",
        "other options, with ERP and waiting": "waiting",
        "common, rare and unknown harms": "rare or not well known",
        "cost": "price",
        "that one may stop at any time": "stop at any minute",
        "that joining a registry is a separate choice": "separate choice",
    }
    assert set(bundled().document.consent.must_say) == set(wanted)
    assert all(words in text for words in wanted.values())


def test_it_asks_back_as_many_questions_as_the_protocol_wants() -> None:
    assert len(SHEET.question) == bundled().document.consent.teach_back_questions


def test_it_never_says_one_in_so_many() -> None:
    text = " ".join(one.text for one in STATEMENTS)
    assert "1 in " not in text


def test_another_language_is_refused_until_it_is_written() -> None:
    with pytest.raises(InputRefused):
        consent_text("xx")


def test_the_hash_names_the_very_bytes() -> None:
    assert len(consent_text().sha256) == 64
    assert consent_text().sha256 == consent_text("en").sha256
