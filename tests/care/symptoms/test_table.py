"""The page of instruments is printed from the instruments."""

from __future__ import annotations

from pathlib import Path

import pytest

from unloop.care.symptoms import Seen, library, measurement_error
from unloop.care.symptoms.table import page

PAGE = Path(__file__).parents[3] / "docs" / "instruments.md"


def sections() -> dict[str, str]:
    parts = page().split("\n## ")[1:]
    return {part.partition("\n")[0]: part for part in parts}


def test_the_page_in_the_documentation_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_instrument_has_its_section_and_its_line():
    ids = [instrument.id for instrument in library()]
    assert list(sections()) == ids
    for instrument_id in ids:
        assert f"| [`{instrument_id}`](#{instrument_id}) |" in page()


@pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)
def test_every_source_stands_there_with_how_far_it_was_read(instrument):
    section = sections()[instrument.id]
    for source in instrument.sources:
        assert f"Source `{source.id}`, read: {source.seen.value}." in section


@pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)
def test_a_reliable_change_is_printed_only_where_there_is_one(instrument):
    error = measurement_error(instrument)
    said = "Reliable change:" in sections()[instrument.id]
    assert said == (error is not None)


def test_what_rests_on_memory_is_named_in_the_overview():
    rows = {
        one.id: row for one in library() for row in page().splitlines() if row.startswith(f"| [`{one.id}`]")
    }
    for one in library():
        remembered = [
            part for part in (*one.cut_offs, one.noticeable) if part and part.source.seen is Seen.MEMORY
        ]
        assert (rows[one.id].split("|")[-2].strip() != "") == bool(remembered)
