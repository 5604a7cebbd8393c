"""`unloop fit`: what it prints, how it exits, and what it says of input that is wrong."""

from __future__ import annotations

import importlib.util
import io
import json
import sys

import pytest

from unloop import cli

DATA = """event,minutes,until,value,unit,analyte,site
dose,0,40,35,mg,,
level,40,,180,ng/mL,S-ketamine,venous
level,230,,0.031,mg/L,S-ketamine,venous
level,1440,,<2,ng/mL,S-ketamine,venous
"""
PROMISED = {"eta", "parameters", "standard_errors", "objective", "seconds"}


@pytest.fixture
def unloop(monkeypatch, capsys, tmp_path):
    """Runs the command as a person does: exit status, standard output and standard error."""

    def unloop(*arguments, stdin=DATA):
        data = tmp_path / "levels.csv"
        data.write_text(stdin, encoding="utf-8")
        given = ["unloop", "fit", *(str(data) if one == "FILE" else str(one) for one in arguments)]
        monkeypatch.setattr(sys, "argv", given)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return unloop


OTTO = ("--model", "otto-2021", "--data", "FILE", "--weight-kg", "70")


def test_a_person_is_fitted_and_the_document_says_of_what(unloop):
    code, out, _ = unloop(*OTTO, "--json")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) > PROMISED
    assert (answer["model"], answer["analyte"], answer["site"]) == ("otto-2021", "S-ketamine", "venous")
    assert set(answer["eta"]) == set(answer["standard_errors"]) == set(answer["shrinkage"]) == {"V1", "CL"}
    assert answer["parameters"]["Q2"] == 23.2
    assert answer["units"]["parameters"]["V1"] == "L"
    assert answer["ess"] >= 1000
    assert [one["below_limit"] for one in answer["levels"]] == [False, False, True]
    quantiles = answer["posterior"]["quantiles"]["CL"]
    assert quantiles["p05"] < answer["parameters"]["CL"] < quantiles["p95"]
    assert len(answer["curve"]["minutes"]) == len(answer["curve"]["p95"])
    assert "orders no dose" in answer["notice"]


def test_standard_input_is_read_too_and_the_same_file_gives_the_same_answer(unloop):
    one, other = (unloop("--model", "otto-2021", "--data", source, "--json") for source in ("FILE", "-"))
    documents = [json.loads(out) for _, out, _ in (one, other)]
    for document in documents:
        document.pop("seconds")
    assert documents[0] == documents[1]


def test_a_weight_that_was_not_given_is_said_to_be_assumed(unloop):
    _, out, _ = unloop("--model", "otto-2021", "--data", "FILE", "--json")
    assert "70 kg is assumed" in json.loads(out)["notice"]
    _, out, _ = unloop(*OTTO, "--json")
    assert "assumed" not in json.loads(out)["notice"]


def test_text_for_people_names_units_and_levels(unloop):
    code, out, err = unloop(*OTTO)
    assert code == 0
    assert "L/h" in out
    assert "<2 measured" in out
    assert "orders no dose" in err


def test_no_levels_are_the_typical_person(unloop):
    only_dose = "\n".join(DATA.splitlines()[:2])
    _, out, _ = unloop(*OTTO, "--json", stdin=only_dose)
    answer = json.loads(out)
    assert answer["eta"] == pytest.approx({"V1": 0.0, "CL": 0.0}, abs=1e-9)
    assert answer["parameters"]["CL"] == pytest.approx(95.2)
    assert "typical person" in answer["notice"]


def test_the_racemate_is_fitted_by_its_construction_and_says_what_is_borrowed(unloop):
    data = DATA.replace("S-ketamine", "ketamine (S + R)")
    code, out, _ = unloop(
        "--model", "racemate-otto-2021", "--data", "FILE", "--drug", "racemate", "--json", stdin=data
    )
    answer = json.loads(out)
    assert code == 0
    assert answer["analyte"] == "ketamine (S + R)"
    assert "assumed" in answer["residual"]["source"]
    assert "Construction" in answer["notice"]


def test_a_metabolite_beside_its_parent_is_fitted(unloop):
    data = DATA + "level,230,,60,ng/mL,S-norketamine,venous\n"
    _, out, _ = unloop(*OTTO, "--json", stdin=data)
    assert "NK.CL" in json.loads(out)["eta"]


def test_a_residual_error_of_ones_own_is_taken(unloop):
    _, out, _ = unloop(*OTTO, "--residual-proportional", "0.1", "--residual-additive", "2", "--json")
    residual = json.loads(out)["residual"]
    assert (residual["proportional"], residual["additive_ng_per_ml"], residual["source"]) == (
        0.1,
        2.0,
        "given",
    )


@pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs the extra `plots`")
def test_a_plot_is_written(unloop, tmp_path):
    code, _, _ = unloop(*OTTO, "--plot", tmp_path / "fit.png")
    assert code == 0
    assert (tmp_path / "fit.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("arguments", "data", "words"),
    [
        pytest.param(OTTO, DATA.replace("180", "-180"), "row 3", id="a negative level"),
        pytest.param(OTTO, DATA.replace("180", "nan"), "row 3", id="NaN"),
        pytest.param(OTTO, DATA.replace("180,ng/mL", "180,"), "row 3", id="no unit"),
        pytest.param(OTTO, DATA.replace("level,40", "level,-40"), "first dose", id="before the dose"),
        pytest.param(OTTO, DATA.replace("venous", "arterial", 1), "row 3", id="arterial blood"),
        pytest.param(OTTO, DATA.replace("S-ketamine", "ketamine (S + R)", 1), "row 3", id="a racemate's level"),
        pytest.param(OTTO, "", "header|dose", id="an empty file"),
        pytest.param((*OTTO, "--drug", "racemate"), DATA, "esketamine", id="a drug that the model does not take"),
        pytest.param((*OTTO, "--drug", "ketamine"), DATA, "racemate", id="a drug that could mean either"),
        pytest.param(("--model", "otto-2021", "--data", "FILE", "--weight-kg", "-70"), DATA, "weight", id="weight"),
        pytest.param(("--model", "otto-2021", "--data", "FILE", "--weight-kg", "nan"), DATA, "weight", id="no weight"),
        pytest.param(("--model", "nobody-2000", "--data", "FILE"), DATA, "otto-2021", id="an unknown model"),
        pytest.param(("--model", "kamp-2020", "--data", "FILE", "--drug", "racemate"), DATA, "variability", id="spread"),
        pytest.param(("--model", "otto-2021", "--data", "/nowhere/at/all.csv"), DATA, "file", id="no file"),
        pytest.param((*OTTO, "--residual-proportional", "-0.1"), DATA, "residual", id="a negative residual"),
        pytest.param((*OTTO, "--residual-proportional", "0"), DATA, "residual", id="no residual"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_clear_refusal_and_exit_2(unloop, arguments, data, words):
    code, out, err = unloop(*arguments, stdin=data)
    assert (code, out) == (2, "")
    assert any(word in err for word in words.split("|"))
    assert "mend:" in err


def test_a_refusal_is_one_json_document_where_json_was_asked_for(unloop):
    code, out, _ = unloop(*OTTO, "--json", stdin=DATA.replace("180", "-180"))
    assert code == 2
    assert set(json.loads(out)["error"]) == {"where", "given", "allowed", "mend"}


def test_the_help_says_what_a_file_looks_like(unloop):
    code, out, _ = unloop("--help")
    assert code == 0
    assert "event,minutes,until,value,unit,analyte,site" in out
    assert "quantification" in out
