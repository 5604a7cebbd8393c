"""`unloop heredity risk`: what it prints and how it exits."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from unloop import cli

PROMISED = {"risk", "low", "high", "baseline", "relative_risk", "method", "inputs"}


@pytest.fixture
def unloop(monkeypatch, capsys):
    """Runs the command with a family on standard input: exit status, standard output and standard error."""

    def unloop(family: object, *options: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["unloop", "heredity", "risk", "-", *map(str, options)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(family).encode())))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return unloop


def family(*relatives: dict[str, object], **proband: object) -> dict[str, object]:
    """A proband with both parents, of whom nothing is known unless said."""
    people = {
        "p": {"id": "p", "mother": "m", "father": "f", **proband},
        "m": {"id": "m", "sex": "female"},
        "f": {"id": "f", "sex": "male"},
    }
    for one in relatives:
        people[one["id"]] = {**people.get(one["id"], {}), **one}
    whole = [{"sex": "unknown", "status": "unknown", **one} for one in people.values()]
    return {"proband": "p", "people": whole}


def sibling(name: str = "s", **said: object) -> dict[str, object]:
    return {"id": name, "mother": "m", "father": "f", **said}


def answer(unloop, whole, *options):
    code, out, err = unloop(whole, *options, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


MOTHER_ILL = {"id": "m", "status": "affected"}


@pytest.mark.parametrize(
    ("relatives", "percent"),
    [
        ([], 2.0),
        ([MOTHER_ILL], 6.530),
        ([MOTHER_ILL, {"id": "f", "status": "unaffected"}], 6.310),
        ([sibling("a", status="affected"), sibling("b", status="affected")], 12.68),
        (
            [
                sibling("a", status="affected"),
                sibling("b", status="affected"),
                {"id": "m", "status": "unaffected"},
                {"id": "f", "status": "unaffected"},
            ],
            10.75,
        ),
        ([sibling("t", status="affected", mz_twin_of="p")], 15.86),
    ],
)
def test_the_risks_of_the_literature_come_out_of_files(unloop, relatives, percent):
    found = answer(unloop, family(*relatives))
    assert set(found) >= PROMISED
    assert 100 * found["risk"] == pytest.approx(percent, abs=0.006)
    assert found["low"] <= found["risk"] <= found["high"]
    assert found["baseline"] == 0.02
    assert found["relative_risk"] == pytest.approx(found["risk"] / 0.02)
    assert found["method"] == "exact integration"


def test_prevalence_and_heritability_are_visible_and_move_the_risk_together(unloop):
    register = answer(unloop, family(MOTHER_ILL), "--prevalence", 0.006, "--h2", 0.47)
    assert register["inputs"]["sibling_odds_ratio"] == pytest.approx(5.08, abs=0.01)
    assert register["baseline"] == 0.006
    community = answer(unloop, family(MOTHER_ILL))
    assert community["inputs"]["sibling_odds_ratio"] < 4.0
    assert community["risk"] > register["risk"]
    assert community["relative_risk"] < register["relative_risk"]


def test_the_state_of_the_proband_changes_nothing_but_what_remains(unloop):
    plain = answer(unloop, family(MOTHER_ILL))
    well = answer(unloop, family(MOTHER_ILL, status="unaffected", age=40))
    ill = answer(unloop, family(MOTHER_ILL, status="affected"))
    assert plain["risk"] == well["risk"] == ill["risk"]
    assert plain["remaining"] is ill["remaining"] is None
    assert 0.0 < well["remaining"] < 0.3 * well["risk"]


def test_a_well_relative_counts_by_age_and_wholly_without_one(unloop):
    none = answer(unloop, family(MOTHER_ILL))["risk"]
    young, grown, ageless = (
        answer(unloop, family(MOTHER_ILL, sibling(status="unaffected", **age)))["risk"]
        for age in ({"age": 8}, {"age": 30}, {})
    )
    assert none > young > grown > ageless


def test_tics_of_a_sick_sibling_double_the_odds_and_elsewhere_only_widen(unloop):
    plain = answer(unloop, family(sibling(status="affected", conditions=[])))
    tics = answer(unloop, family(sibling(status="affected", conditions=["tic"])))
    assert tics["risk"] / plain["risk"] == pytest.approx(2.1, abs=0.1)
    assert tics["inputs"]["tics"] == "in a sibling"
    plain_parent = answer(unloop, family(MOTHER_ILL))
    parent = answer(unloop, family({**MOTHER_ILL, "conditions": ["tic"]}))
    assert parent["risk"] == plain_parent["risk"]
    assert parent["high"] > plain_parent["high"]


def test_tics_without_ocd_and_adoption_without_parents_say_nothing(unloop):
    assert answer(unloop, family(sibling(conditions=["tic"])))["inputs"]["tics"] == "not known"
    alone = {"proband": "p", "people": [{"id": "p", "sex": "male", "status": "unknown", "adopted": True}]}
    assert answer(unloop, alone)["risk"] == pytest.approx(0.02)


def test_a_family_with_loops_is_answered_too(unloop):
    cousins = family(
        {"id": "m", "mother": "g", "status": "affected"},
        {"id": "f", "mother": "g"},
        {"id": "g", "sex": "female"},
    )
    found = answer(unloop, cousins)
    assert found["method"] == "expectation propagation"
    assert found["risk"] > 0.0653


def test_the_text_says_number_range_basis_and_what_it_is_not(unloop):
    code, out, _ = unloop(family(MOTHER_ILL, status="unaffected", age=30))
    assert code == 0
    assert "about 7 in 100, most likely between 3 and 10, beside 2 in 100 for anybody" in out
    assert "By exact integration" in out
    assert "what remains of it" in out
    assert "not a diagnosis" in out
    assert "To ask: Has or had the father OCD?" in out


@pytest.mark.parametrize(
    ("options", "where"),
    [
        (("--prevalence", "2"), "prevalence"),
        (("--h2", "1.2"), "h2"),
        (("--prevalence", "nan"), "prevalence"),
    ],
)
def test_parameters_that_are_no_fraction_are_refused(unloop, options, where):
    code, out, err = unloop(family(), *options, "--json")
    assert code == 2
    assert json.loads(out)["error"]["where"] == where
    assert "mend:" in err


def test_a_family_that_is_none_is_refused(unloop):
    code, out, _ = unloop(family(mother="nobody"), "--json")
    assert code == 2
    assert json.loads(out)["error"]["where"] == "person p, mother"


def test_other_commands_do_not_wait_for_the_model():
    program = "import sys, unloop.cli; print('unloop.science.liability' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"
