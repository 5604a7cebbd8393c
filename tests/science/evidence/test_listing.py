"""The page of studies is what the records say."""

from __future__ import annotations

from pathlib import Path

from unloop.science.evidence import study_ids
from unloop.science.evidence.listing import page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "evidence" / "studies.md"


def test_the_page_is_the_one_that_the_records_make():
    """Make it anew: python -m unloop.science.evidence.listing > docs/evidence/studies.md."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_study_has_a_line():
    text = page()
    assert [name for name in study_ids() if f"| `{name}` |" not in text] == []
