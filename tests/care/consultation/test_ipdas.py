"""The table of IPDAS items in docs/ipdas.md: no item is missing, and each that applies names a test of this sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "ipdas.md").read_text(encoding="utf-8")
NODE = re.compile(r"`(tests/(?:care/consultation|clinic/consulting_room)/\w+\.py::test_\w+)`")
# The six qualifying items, and the ten certifying ones, four of which are for screening and tests (PMC5013503, table 2).
QUALIFYING = ("condition", "decision", "options", "good", "bad", "living through")
CERTIFYING = (
    "equal detail", "names its evidence", "when it was written", "kept up to date", "uncertain", "who paid",
    "screening and tests (4 items)",
)  # fmt: skip


def table(heading: str) -> list[list[str]]:
    _, found, after = PAGE.partition(f"## {heading}")
    assert found, heading
    lines = [line for line in after.partition("\n## ")[0].splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@pytest.mark.parametrize(("heading", "items"), [("Qualifying", QUALIFYING), ("Certifying", CERTIFYING)])
def test_every_item_has_its_row_and_there_is_no_other(heading: str, items: tuple[str, ...]) -> None:
    rows = table(heading)
    assert len(rows) == len(items)
    for row, item in zip(rows, items, strict=True):
        assert item in row[0]


@pytest.mark.parametrize("row", [*table("Qualifying"), *table("Certifying")], ids=lambda row: row[0])
def test_every_item_that_applies_says_where_it_is_met_and_names_a_test(row: list[str]) -> None:
    applies = "(4 items)" not in row[0]
    assert len(row[1]) > 5
    assert bool(NODE.findall(row[-1])) == applies
    assert applies or "not applicable" in row[1]


def test_what_is_not_met_is_said() -> None:
    said = PAGE.partition("## What is not met")[2]
    assert "not reviewed clinically" in said
    assert "nobody outside has tried the sheet" in said
