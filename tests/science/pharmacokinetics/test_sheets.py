"""The written verification sheets are what would be written now, and say the misses as plainly as the passes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from unloop.science.pharmacokinetics import model, model_ids, partial_ids
from unloop.science.pharmacokinetics.sheets import sheets, write

FOLDER = Path(__file__).parents[3] / "docs" / "verification"
NAMES = ["README.md", *(f"{name}.md" for name in (*model_ids(), *partial_ids()))]


@cache
def now():
    return sheets()


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_is_up_to_date(name):
    # Out of date: python -m unloop.science.pharmacokinetics.sheets docs/verification
    assert (FOLDER / name).read_text(encoding="utf-8") == now()[name]


def test_every_model_has_a_sheet_and_no_sheet_is_of_a_model_that_is_gone():
    assert sorted(path.name for path in FOLDER.glob("*.md")) == sorted(NAMES) == sorted(now())


@pytest.mark.parametrize("model_id", model_ids())
def test_a_sheet_says_of_every_value_where_it_was_read(model_id):
    text = now()[f"{model_id}.md"]
    for name, value in model(model_id).printed_parameters().items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| {name} | ")]
        assert row.endswith(f"| {value.provenance} |")


def test_a_value_from_memory_is_marked_as_unverified():
    assert "| clearance of R-ketamine | 1.06 L/min | memory, **unverified** |" in now()["henthorn-2018.md"]


def test_a_miss_is_shown_as_a_miss():
    assert "**miss**" in now()["simons-2022.md"]
    assert "| 30 | 15.6 | 12.47 | -20.1 % | -20.0 % |" in now()["otto-2021.md"]


@pytest.mark.parametrize("model_id", model_ids())
def test_a_model_of_other_people_says_so_on_its_sheet(model_id):
    notice = model(model_id).notice
    assert bool(notice) is not model(model_id).for_clinic_screens
    assert notice in now()[f"{model_id}.md"]


def test_sheets_of_models_that_are_gone_are_removed(tmp_path):
    (tmp_path / "nobody-2000.md").write_text("old", encoding="utf-8")
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.md")) == sorted(NAMES)
