"""The tutorial runs from top to bottom and carries nothing of whoever ran it last; the page lists the models there are."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from unloop.science.pharmacokinetics import Band, model, model_ids, partial_ids
from unloop.science.pharmacokinetics.library import partial

TUTORIAL = Path(__file__).resolve().parent.parent / "docs" / "tutorial"
PAGE = (TUTORIAL / "engine.md").read_text(encoding="utf-8")
PHARMACOLOGY = (TUTORIAL.parent / "pharmacology.md").read_text(encoding="utf-8")
WRITTEN = (TUTORIAL / "engine.ipynb").read_text(encoding="utf-8")
# Our own warnings are errors in the kernel as they are here; those of its own libraries are theirs.
STRICT = 'import warnings\n\nwarnings.filterwarnings("error", module=r"unloop\\b")'


def built():
    spec = importlib.util.spec_from_file_location("build_tutorial", TUTORIAL / "build.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program.notebook(PAGE)


def test_the_notebook_is_the_one_that_the_page_gives():
    assert built() == WRITTEN, "run python docs/tutorial/build.py"


def test_the_notebook_carries_no_output_and_no_path_of_a_machine():
    cells = json.loads(WRITTEN)["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert not [word for word in ("/home/", "/Users/", "/root", "/work", "C:\\") if word in WRITTEN]


def test_no_cell_is_left_to_read_as_code_what_is_prose():
    kinds = [cell["cell_type"] for cell in json.loads(WRITTEN)["cells"]]
    assert kinds.count("code") == PAGE.count("```python")
    assert "```python" not in "".join(
        "".join(cell["source"]) for cell in json.loads(WRITTEN)["cells"] if cell["cell_type"] == "markdown"
    )


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    read = nbformat.reads(WRITTEN, as_version=4)
    read.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
    home = tmp_path_factory.mktemp("tutorial")
    client = nbclient.NotebookClient(
        read, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(home)}}
    )
    return client.execute()


def shown(notebook):
    """Everything that the cells show: pictures by number, words as one text."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    data = [output.data for output in outputs if "data" in output]
    words = [one.get("text/markdown") or one.get("text/plain", "") for one in data if "image/png" not in one]
    return sum("image/png" in one for one in data), "\n".join(words), outputs


def line(words, first):
    (found,) = [row for row in words.splitlines() if row.startswith(f"| {first} |")]
    return found.split(" | ")[1:]


# Jupyter's own libraries warn of what they will change; none of it is ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.xdist_group("tutorial")
def test_the_tutorial_runs_from_top_to_bottom_and_shows_what_it_speaks_of(executed):
    pictures, words, outputs = shown(executed)
    assert pictures == 5  # side by side, band, session, effect, fit
    assert not [one for one in outputs if one.output_type == "stream"], "a cell wrote or warned"
    assert "| ketamine (S + R) | arterial | 253.1 | 40 |" in words
    assert "Speculative:" in words
    assert "To be relied on: yes" in words
    assert line(words, "peak, ng/mL") == line(words, "peak again, ng/mL")  # the same seed, the same people
    assert "model otto-2021" in words  # what is refused says by whom


# --- pharmacology.md -----------------------------------------------------------------------------------------


def rows_under(marker):
    """The rows of the table under a marker, cell by cell, without its head."""
    _, found, after = PHARMACOLOGY.partition(f"<!-- {marker} -->\n")
    assert found, marker
    lines = after.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def linked(model_id):
    return f"[{model_id}](verification/{model_id}.md)"


def blood_of(found):
    blood = found.blood
    return blood.site if blood.site is blood.reads_as else f"{blood.site}, {blood.reads_as}"


def test_the_page_lists_every_model_with_its_status_blood_and_spread():
    library = [model(one) for one in model_ids()]
    assert rows_under("models") == [
        [
            linked(one.id),
            one.status,
            ", ".join(one.parts),
            blood_of(one),
            one.spread,
            ", ".join(one.routes),
            one.people.group,
        ]
        for one in library
    ]


def test_the_page_lists_what_every_partial_model_lacks():
    assert rows_under("partial") == [[linked(one), ", ".join(partial(one).missing)] for one in partial_ids()]


def test_what_the_page_names_in_the_program_exists():
    assert "left_out" in Band.__slots__
    for name in (
        "absent_effects()",
        "known_interactions()",
        "changing_curve",
        "SaltDose",
        "from_rate_changes",
    ):
        assert f"`{name}`" in PHARMACOLOGY
