"""Data that several tests pool."""

from __future__ import annotations

import numpy as np
import pytest

from unloop.science.evidence import Counts, Effects, Measure, effects_of

# Thirteen trials of BCG vaccine against tuberculosis (Colditz et al. 1994): events and non-events, vaccinated then
# control, and degrees of latitude; the data that metafor's manual uses.
BCG = (
    (4, 119, 11, 128, 44), (6, 300, 29, 274, 55), (3, 228, 11, 209, 42), (62, 13536, 248, 12619, 52),
    (33, 5036, 47, 5761, 13), (180, 1361, 372, 1079, 44), (8, 2537, 10, 619, 19), (505, 87886, 499, 87892, 13),
    (29, 7470, 45, 7232, 27), (17, 1699, 65, 1600, 42), (186, 50448, 141, 27197, 18), (5, 2493, 3, 2338, 33),
    (27, 16886, 29, 17825, 33),
)  # fmt: skip
TABLE = np.array(BCG, dtype=np.float64)
LABELS = tuple(f"trial {i + 1}" for i in range(len(BCG)))


@pytest.fixture
def bcg() -> Counts:
    a, b, c, d, _ = TABLE.T
    return Counts(a, a + b, c, c + d)


@pytest.fixture
def latitude():
    return TABLE[:, 4]


@pytest.fixture
def risk_ratios(bcg) -> Effects:
    return effects_of(Measure.RR, bcg, labels=LABELS)


@pytest.fixture
def odds_ratios(bcg) -> Effects:
    return effects_of(Measure.OR, bcg, labels=LABELS)


@pytest.fixture
def four_tiny_trials() -> Effects:
    """Events 3/8 v 0/7, 0/7 v 0/8, 2/15 v 1/15, 1/10 v 0/10."""
    table = np.array([[3, 8, 0, 7], [0, 7, 0, 8], [2, 15, 1, 15], [1, 10, 0, 10]], dtype=np.float64)
    return effects_of(Measure.OR, Counts(*table.T), labels=("one", "no event", "three", "four"))
