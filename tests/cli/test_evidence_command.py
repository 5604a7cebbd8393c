"""`unloop evidence pool`: what it prints, what it draws, and how it exits."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from unloop import cli

RATIOS = """study,events1,n1,events2,n2
Aronson 1948,4,123,11,139
Ferguson 1949,6,306,29,303
Rosenthal 1960,3,231,11,220
Hart 1977,62,13598,248,12867
Frimodt 1973,33,5069,47,5808
Stein 1953,180,1541,372,1451
Vandiviere 1973,8,2545,10,629
Madras 1980,505,88391,499,88391
Coetzee 1968,29,7499,45,7277
Rosenthal 1961,17,1716,65,1665
Comstock 1974,186,50634,141,27338
Comstock 1969,5,2498,3,2341
Comstock 1976,27,16913,29,17854
"""
RESPONSES = "study,events,n\nRODRIGUEZ2013,4,8\nBLOCH2012,0,10\nSHARMA2020,1,14\n"
PROMISED = {"k", "estimate", "ci", "tau2", "i2", "prediction_interval", "q", "weights"}


@pytest.fixture
def unloop(monkeypatch, capsys):
    """Runs the command as a person does: exit status, standard output and standard error."""

    def unloop(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["unloop", "evidence", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return unloop


@pytest.fixture
def file(tmp_path: Path):
    def file(text: str, name: str = "pool.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return file


def answer(unloop, file, *options, text=RATIOS):
    code, out, err = unloop("pool", file(text), *options, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_reference_pool_comes_out_of_a_file(unloop, file):
    found = answer(unloop, file, "--measure", "rr", "--method", "reml", "--hksj")
    assert set(found) >= PROMISED
    assert (found["k"], len(found["weights"]), found["studies"][0]) == (13, 13, "Aronson 1948")
    assert found["estimate"] == pytest.approx(-0.714532, abs=1e-5)
    assert found["ci"] == pytest.approx([-1.108444, -0.320621], abs=1e-5)
    assert found["prediction_interval"] == pytest.approx([-1.996017, 0.566952], abs=1e-5)
    assert (found["tau2"], found["i2"], found["q"]) == pytest.approx(
        (0.313243, 92.2214, 152.233008), abs=1e-4
    )


def test_a_ratio_stands_beside_its_logarithm(unloop, file):
    found = answer(unloop, file, "--measure", "or", "--method", "dl")
    assert found["scale"] == "log"
    assert found["exp"]["estimate"] == pytest.approx(math.exp(found["estimate"]))
    assert found["exp"]["ci"] == pytest.approx([math.exp(end) for end in found["ci"]])
    assert "exp" not in answer(unloop, file, "--measure", "rd", "--method", "dl")


@pytest.mark.parametrize("method", ["fe", "dl", "pm", "reml", "glmm", "bayes"])
def test_every_method_keeps_every_promised_key_and_names_its_model(unloop, file, method):
    found = answer(unloop, file, "--measure", "or", "--method", method)
    assert set(found) >= PROMISED
    assert found["method"] == method
    assert found["model"]


def test_proportions_without_filled_cells_come_back_from_log_odds(unloop, file):
    found = answer(unloop, file, "--measure", "pr", "--method", "glmm", text=RESPONSES)
    assert found["scale"] == "logit"
    assert (
        0.0
        < found["proportion"]["ci"][0]
        < found["proportion"]["estimate"]
        < found["proportion"]["ci"][1]
        < 1.0
    )
    assert found["weights"] == []


def test_standard_input_is_a_file_too(unloop):
    code, out, _ = unloop(
        "pool", "-", "--measure", "md", "--method", "fe", stdin="study,yi,vi\na,1,1\nb,3,1\n"
    )
    assert code == 0
    assert "pooled" in out
    assert "2.00" in out


def test_the_text_is_a_table_with_exact_intervals_and_what_must_be_said(unloop, file):
    code, out, _ = unloop("pool", file(RESPONSES), "--measure", "pr", "--method", "dl")
    assert code == 0
    assert "0.500          0.157 to 0.843" in out  # exact, whatever the pool takes
    assert "note: half a patient was added to the cells of BLOCH2012" in out
    assert "a further study" in out
    assert "DerSimonian-Laird, normal law" in out


@pytest.mark.parametrize(("method", "said"), [("dl", True), ("glmm", False)])
def test_a_proportion_below_nobody_or_above_everybody_is_named(unloop, file, method, said):
    rows = "study,events,n\nA,1,10\nB,6,10\nC,1,7\n"
    found = answer(unloop, file, "--measure", "pr", "--method", method, text=rows)
    assert any("runs beyond 0 or 1" in note for note in found["notes"]) is said


def test_one_study_is_not_called_studies(unloop, file):
    rows = "study,events1,n1,events2,n2\nA,3,8,1,7\n"
    _code, out, _err = unloop("pool", file(rows), "--measure", "rr", "--method", "fe")
    assert ", 1 study; " in out


def test_the_drawing_carries_the_same_numbers(unloop, file, tmp_path):
    plot = tmp_path / "forest.svg"
    code, out, _ = unloop("pool", file(RATIOS), "--measure", "rr", "--method", "reml", "--plot", plot)
    assert code == 0
    root = ET.fromstring(plot.read_text(encoding="utf-8"))  # noqa: S314 - our own drawing
    said = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "0.489 (0.344 to 0.696)" in said
    assert "as a ratio: 0.489 (0.344 to 0.696)" in out


def test_a_study_that_says_nothing_is_named(unloop, file):
    text = "study,events1,n1,events2,n2\na,3,8,1,7\nb,2,15,1,15\nquiet,0,7,0,8\n"
    found = answer(unloop, file, "--measure", "or", "--method", "glmm", text=text)
    assert [one["study"] for one in found["left_out"]] == ["quiet"]
    _, out, _ = unloop("pool", file(text), "--measure", "or", "--method", "glmm")
    assert "left out: quiet" in out


@pytest.mark.parametrize(
    ("options", "where"),
    [
        (("--measure", "md", "--method", "dl"), "measure"),
        (("--measure", "rr", "--method", "glmm"), "method"),
        (("--measure", "rr", "--method", "dl", "--hksj", "--hksj-modified"), "--hksj"),
        (("--measure", "or", "--method", "glmm", "--hksj"), "--hksj"),
        (("--measure", "or", "--method", "bayes", "--hksj-modified"), "--hksj"),
        (("--measure", "or", "--method", "dl", "--tau-scale", "0.5"), "--tau-scale"),
        (("--measure", "or", "--method", "bayes", "--tau-scale", "-1"), "tau-scale"),
        (("--measure", "or", "--method", "dl", "--plot", "forest.png"), "--plot"),
        (("--measure", "or", "--method", "dl", "--plot", "/nowhere/at/all/forest.svg"), "--plot"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_the_option(unloop, file, options, where):
    code, out, err = unloop("pool", file(RATIOS), *options, "--json")
    assert code == 2
    assert json.loads(out)["error"]["where"] == where
    assert "mend:" in err


def test_a_wrong_cell_is_refused_with_row_and_column(unloop, file):
    code, _, err = unloop(
        "pool", file(RATIOS.replace("6,306", "600,306")), "--measure", "rr", "--method", "dl"
    )
    assert code == 2
    assert "pool.csv row 3, column events1" in err


def test_a_file_that_is_not_there_is_refused(unloop):
    code, _, err = unloop("pool", "/no/such/file.csv", "--measure", "rr", "--method", "dl")
    assert code == 2
    assert "file" in err


def test_the_same_prior_gives_the_same_posterior_and_another_scale_another(unloop, file):
    first = answer(unloop, file, "--measure", "or", "--method", "bayes", "--tau-scale", "0.5")
    assert first == answer(unloop, file, "--measure", "or", "--method", "bayes")
    assert (
        first["ci"] != answer(unloop, file, "--measure", "or", "--method", "bayes", "--tau-scale", "2")["ci"]
    )


def test_other_commands_do_not_wait_for_scipy():
    program = "import sys, unloop.cli; print('scipy' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"
