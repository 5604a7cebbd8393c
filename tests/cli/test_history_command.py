"""`unloop history stage`: what it prints and how it exits."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from treatment_histories import COURSE, SERTRALINE, sri
from unloop import cli
from unloop.protocol import bundled

PROMISED = {"treatments", "adequate_sri_count", "erp_adequate", "stage", "resistant"}


@pytest.fixture
def unloop(monkeypatch, capsys):
    """Runs the command with treatments on standard input: exit status, standard output and standard error."""

    def unloop(treatments: object, *options: object) -> tuple[int, str, str]:
        text = treatments if isinstance(treatments, str) else json.dumps(treatments)
        monkeypatch.setattr(sys, "argv", ["unloop", "history", "stage", "-", *map(str, options)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return unloop


def answer(unloop, treatments: object, *options: object) -> dict[str, Any]:
    code, out, err = unloop(treatments, *options, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


RESISTANT = {"medicines": [SERTRALINE, sri("fluoxetine")], "psychotherapy": [COURSE], "procedures": []}


def test_everything_that_others_rely_on_is_in_the_document(unloop) -> None:
    found = answer(unloop, RESISTANT)
    assert found.keys() >= PROMISED
    assert (found["adequate_sri_count"], found["erp_adequate"], found["stage"], found["resistant"]) == (
        2,
        True,
        "III",
        True,
    )
    assert [(one["name"], one["adequate"]) for one in found["treatments"]] == [
        ("sertraline", True), ("fluoxetine", True), ("erp", True),
    ]  # fmt: skip
    assert all(one["reasons"] for one in found["treatments"])


def test_the_stage_is_marked_as_unverified_and_the_sourced_criteria_stand_beside_it(unloop) -> None:
    found = answer(unloop, RESISTANT)
    assert found["stage_scheme"]["verified"] is False
    assert found["refractory"]["answer"] is False
    assert len(found["refractory"]["criteria"]) == 4
    assert "PMC12148002" in found["refractory"]["source"]


def test_what_is_not_known_is_null(unloop) -> None:
    found = answer(unloop, {})
    assert (found["adequate_sri_count"], found["erp_adequate"], found["stage"], found["resistant"]) == (
        None,
    ) * 4
    assert answer(unloop, {"medicines": [{"name": "sertraline"}]})["treatments"][0]["adequate"] is None


def test_the_same_file_gives_the_same_document(unloop) -> None:
    assert answer(unloop, RESISTANT) == answer(unloop, RESISTANT)


def test_a_table_says_each_treatment_and_the_whole(unloop) -> None:
    code, out, err = unloop(
        {**RESISTANT, "procedures": [{"kind": "tms", "start": "2021", "outcome": "intolerance"}]}
    )
    assert (code, err) == (0, "")
    assert "sertraline  yes       yes" in out
    assert "not tolerated" in out
    assert "resistant (two of these and ERP failed): yes" in out
    assert "from memory and unverified: III" in out
    assert f"by protocol {bundled().id} {bundled().version}" in out


def test_an_open_level_says_how_far_it_could_reach(unloop) -> None:
    _code, out, _err = unloop({"medicines": [SERTRALINE]})
    assert "unverified: I, up to" in out


def test_another_protocol_has_its_own_criteria(unloop, tmp_path) -> None:
    stricter = tmp_path / "strict.toml"
    text = bundled().text.replace('version = "1.1.0"', 'version = "1.2.0"', 1)
    stricter.write_text(text.replace("weeks_total_min = 12.0", "weeks_total_min = 13.0"))
    found = answer(unloop, RESISTANT, "--protocol", stricter)
    assert (found["adequate_sri_count"], found["resistant"]) == (0, False)
    assert found["protocol"]["sha256"] != bundled().sha256


def test_a_document_that_is_no_protocol_is_refused(unloop, tmp_path) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text(bundled().text.replace("weeks_total_min = 12.0", "weeks_total_min = 13.0"))
    code, out, err = unloop(RESISTANT, "--protocol", changed, "--json")
    assert code == 1
    assert json.loads(out)["refusals"][0]["where"] == "protocol.version"
    assert "seen here before" in err


@pytest.mark.parametrize(
    ("treatments", "where", "given"),
    [
        ("{", "treatments", "not JSON"),
        ([], "treatments", "list"),
        ({"drugs": []}, "treatments", "the key drugs"),
        ({"medicines": {}}, "medicines", "dict"),
        ({"medicines": ["sertraline"]}, "medicines[0]", "sertraline"),
        ({"medicines": [{}]}, "medicines[0]", "no name"),
        ({"medicines": [{"name": ""}]}, "medicines[0], name", "a text of 0 characters"),
        ({"medicines": [{"name": "x", "dose": 3}]}, "medicines[0]", "the key dose"),
        ({"medicines": [{"name": "x", "weeks_total": -1}]}, "medicines[0], weeks_total", "-1"),
        ({"medicines": [{"name": "x", "weeks_total": "12"}]}, "medicines[0], weeks_total", "12"),
        ({"medicines": [{"name": "x", "weeks_total": True}]}, "medicines[0], weeks_total", "True"),
        ({"medicines": [{"name": "x", "adherence_percent": 101}]}, "medicines[0], adherence_percent", "101"),
        ({"medicines": [{"name": "x", "ybocs_before": 51}]}, "medicines[0], ybocs_before", "51"),
        ({"medicines": [{"name": "x", "cgi_i": 0}]}, "medicines[0], cgi_i", "0"),
        ({"medicines": [{"name": "x", "outcome": "fine"}]}, "medicines[0], outcome", "fine"),
        ({"medicines": [{"name": "x", "start": "06/2021"}]}, "medicines[0], start", "06/2021"),
        ({"medicines": [{"name": "x", "start": 2021}]}, "medicines[0], start", "2021"),
        ({"medicines": [{"name": "x", "start": "2021", "end": "2020"}]}, "medicines[0], end", "2020, after a start in 2021"),
        ({"medicines": [{"name": "x", "highest_tolerated": 1}]}, "medicines[0], highest_tolerated", "1"),
        ({"psychotherapy": [{"sessions": 3}]}, "psychotherapy[0]", "no kind"),
        ({"psychotherapy": [{"kind": "analysis"}]}, "psychotherapy[0], kind", "analysis"),
        ({"procedures": [{"kind": "dbs", "hours": 1}]}, "procedures[0]", "the key hours"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_place(unloop, treatments: object, where: str, given: str) -> None:
    code, out, err = unloop(treatments, "--json")
    assert code == 2
    error = json.loads(out)["error"]
    assert (error["where"], str(error["given"])) == (where, given)
    assert error["allowed"]
    assert error["mend"]
    assert where in err


def test_a_number_that_json_does_not_know_is_refused(unloop) -> None:
    assert unloop('{"medicines": [{"name": "x", "weeks_total": NaN}]}')[0] == 2


def test_standard_input_is_read_once(unloop) -> None:
    assert unloop(RESISTANT, "--protocol", "-")[0] == 2


def test_null_is_not_known(unloop) -> None:
    left_out = answer(unloop, {"medicines": [{"name": "sertraline"}]})
    assert (
        answer(unloop, {"medicines": [{"name": "sertraline", "weeks_total": None}], "procedures": None})
        == left_out
    )
