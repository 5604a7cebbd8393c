"""`unloop simulate`: the numbers it prints, the files it writes, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import sys

import numpy as np
import pytest

from unloop import cli
from unloop.dosing import expected_exposure

HALF = ["--dose-mg-per-kg", "0.5", "--minutes", "40"]
RACEMATE = ["--drug", "racemate", *HALF]
OTTO = ["--model", "racemate-otto-2021", *RACEMATE]
KAMP = ["--model", "kamp-2020", *RACEMATE]


@pytest.fixture
def simulate(monkeypatch, capsys):
    """Runs the command as a person does, and gives exit status, standard output and standard error."""

    def _simulate(*arguments):
        monkeypatch.setattr(sys, "argv", ["unloop", "simulate", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return left.value.code or 0, printed.out, printed.err

    return _simulate


@pytest.fixture
def simulated(simulate):
    """The JSON document of a run that went well."""

    def _simulated(*arguments):
        status, out, err = simulate(*arguments, "--json")
        assert status == 0, err
        return json.loads(out)

    return _simulated


class TestTheTypicalPerson:
    def test_it_is_the_curve_that_the_clinic_shows(self, simulated):
        found = simulated(*KAMP, "--typical", "--times", "0,40,80,110,230")
        shown = expected_exposure(
            "kamp-2020", drug="racemate", dose_mg=35, minutes=40, weight_kg=70, at_min=[0, 40, 80, 110, 230]
        )
        assert found["ketamine_ng_per_ml"]["median"] == pytest.approx(shown.ketamine_ng_per_ml, rel=1e-12)
        assert found["cmax"]["median"] == pytest.approx(shown.cmax_ng_per_ml, rel=1e-12)
        assert found["auc"]["median"] == pytest.approx(shown.auc_ng_h_per_ml, rel=1e-12)

    def test_it_agrees_with_the_series_printed_in_the_facts(self, simulated):
        found = simulated(*KAMP, "--typical", "--times", "40,80,110,230")
        assert found["ketamine_ng_per_ml"]["median"] == pytest.approx([253.1, 73.7, 54.3, 26.7], abs=0.06)
        assert found["auc"]["median"] == pytest.approx(416.7, abs=0.06)

    def test_it_has_no_band_of_zero_width(self, simulated):
        curve = simulated(*OTTO, "--typical")["ketamine_ng_per_ml"]
        assert curve["p05"] is None
        assert curve["p95"] is None

    def test_a_dose_goes_by_weight(self, simulated):
        assert simulated(*KAMP, "--typical", "--weight-kg", "82.5")["dose_mg"] == pytest.approx(41.25)


class TestPeople:
    def test_a_model_without_published_variability_says_that_the_spread_is_unknown(self, simulate, simulated):
        found = simulated(*KAMP)
        assert found["spread"] == "unknown"
        assert found["ketamine_ng_per_ml"]["p05"] is None
        assert found["subjects"] == 0
        assert "spread unknown" in simulate(*KAMP)[1]

    def test_the_band_lies_around_the_median_at_every_minute(self, simulated):
        curve = simulated(*OTTO, "--subjects", "200")["ketamine_ng_per_ml"]
        low, middle, high = (np.array(curve[name]) for name in ("p05", "median", "p95"))
        assert np.all(low[1:] < middle[1:])
        assert np.all(middle[1:] < high[1:])

    def test_one_seed_is_the_same_people_and_another_seed_is_others(self, simulated):
        one, again = simulated(*OTTO, "--seed", "7"), simulated(*OTTO, "--seed", "7")
        other = simulated(*OTTO, "--seed", "8")
        assert one["ketamine_ng_per_ml"] == again["ketamine_ng_per_ml"]
        assert one["ketamine_ng_per_ml"] != other["ketamine_ng_per_ml"]

    def test_peaks_and_areas_are_those_of_the_people_in_the_file(self, simulated, tmp_path):
        found = simulated(
            *OTTO, "--subjects", "300", "--times", "10,40,300", "--out", tmp_path / "people.npz"
        )
        with np.load(tmp_path / "people.npz") as kept:
            curves = kept["ketamine_ng_per_ml"]
        assert curves.shape == (300, 3)
        # Nobody is higher than at the end of an even infusion.
        assert found["cmax"]["median"] == pytest.approx(np.median(curves[:, 1]))
        assert found["ketamine_ng_per_ml"]["p95"] == pytest.approx(np.quantile(curves, 0.95, axis=0).tolist())

    def test_areas_are_dose_over_clearance(self, simulated):
        spread = simulated(*OTTO, "--subjects", "4000")["auc"]
        typical = simulated(*OTTO, "--typical")["auc"]["median"]
        assert spread["median"] == pytest.approx(typical, rel=0.02)
        # CL varies by a log-normal of variance 0.0260, so 90 in 100 lie within exp(1.645 x 0.161) of the middle.
        assert spread["p95"] / spread["median"] == pytest.approx(np.exp(1.645 * 0.0260**0.5), rel=0.03)

    def test_a_large_crowd_is_solved_by_the_compiled_engine_and_agrees(self, simulated):
        few = simulated(*OTTO, "--subjects", "2000", "--times", "20,40,80")
        times = ",".join(str(minute) for minute in range(1001))
        many = simulated(*OTTO, "--subjects", "2000", "--times", times)
        assert few["engine"] == "numpy"
        assert many["engine"] == "numba"
        at = [many["ketamine_ng_per_ml"]["median"][minute] for minute in (20, 40, 80)]
        assert at == pytest.approx(few["ketamine_ng_per_ml"]["median"], rel=1e-9)

    def test_a_csv_holds_everybody(self, simulated, tmp_path):
        simulated(*OTTO, "--subjects", "5", "--times", "20,40", "--out", tmp_path / "people.csv")
        with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as stream:
            assert len(list(csv.DictReader(stream))) == 10


class TestEffects:
    def test_dissociation_is_said_to_be_speculative_and_has_a_source(self, simulated):
        found = simulated(*OTTO, "--times", "40,240")["effects"]["dissociation"]
        assert found["speculative"] is True
        assert "Olofsen" in found["source"]
        assert 0 < found["median"][1] < found["median"][0] < 100

    def test_blood_pressure_is_absent_with_the_reason(self, simulated):
        assert simulated(*OTTO)["effects"]["not_modelled"]

    def test_a_model_of_children_runs_with_a_notice_and_no_effect(self, simulated):
        found = simulated("--model", "hornik-2018", *RACEMATE)
        assert found["effects"]["dissociation"] is None
        assert "children" in found["notice"]


class TestSideBySide:
    def test_each_model_has_its_own_document_and_its_own_site(self, simulated):
        found = simulated("--models", "kamp-2020,racemate-otto-2021", *RACEMATE)["models"]
        assert [one["model"] for one in found] == ["kamp-2020", "racemate-otto-2021"]
        assert [one["site"] for one in found] == ["arterial", "venous"]

    def test_a_picture_is_written(self, simulate, tmp_path):
        pytest.importorskip("matplotlib")
        picture = tmp_path / "both.png"
        assert simulate("--models", "kamp-2020,racemate-otto-2021", *RACEMATE, "--plot", picture)[0] == 0
        assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([*OTTO, "--weight-kg", "-70"], "weight"),
        ([*OTTO, "--weight-kg", "nan"], "weight"),
        (
            ["--model", "kamp-2020", "--drug", "racemate", "--dose-mg-per-kg", "0.5", "--minutes", "0"],
            "length",
        ),
        (["--model", "kamp-2020", "--drug", "racemate", "--dose-mg-per-kg", "-1", "--minutes", "40"], "dose"),
        (
            ["--model", "kamp-2020", "--drug", "racemate", "--dose-mg-per-kg", "nan", "--minutes", "40"],
            "dose",
        ),
        (["--model", "no-such-model", *RACEMATE], "no-such-model"),
        (["--model", "kamp-2020", *HALF], "--drug"),
        (["--model", "kamp-2020", "--drug", "ketamine", *HALF], "--drug"),
        (["--model", "otto-2021", *RACEMATE], "otto-2021"),
        ([*OTTO, "--subjects", "1000000000"], "--subjects"),
        ([*OTTO, "--subjects", "0"], "--subjects"),
        ([*OTTO, "--times", "10,x"], "--times"),
        ([*OTTO, "--times", "-5"], "--times"),
        ([*OTTO, "--out", "people.xlsx"], "--out"),
        ([*KAMP, "--out", "people.csv"], "--out"),
        ([*RACEMATE], "--model"),
        ([*OTTO, "--models", "kamp-2020"], "--model"),
    ],
)
def test_wrong_input_gets_one_clear_refusal_and_exit_2(simulate, arguments, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = simulate(*arguments)
    assert status == 2
    assert named in err
    assert "allowed:" in err
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_takes_one_drug_needs_no_naming_of_it(simulated):
    assert simulated("--model", "otto-2021", *HALF, "--typical")["drug"] == "esketamine"


def test_more_curves_than_the_disk_holds_are_refused_before_they_are_solved(simulate, tmp_path):
    status, _, err = simulate(*OTTO, "--subjects", "1000000000", "--out", tmp_path / "people.npz")
    assert status == 2
    assert "GB" in err
