"""`unloop protocol`: what it prints, and how it exits."""

from __future__ import annotations

import io
import json
import sys
from importlib import resources
from pathlib import Path

import pytest

import charts
from unloop import cli
from unloop.protocol import bundled

DOCUMENT = resources.files("unloop.protocol").joinpath("documents", "ocd-ivket.toml").read_bytes()
CHECKED = {"id", "version", "sha256", "rules", "sources", "warnings", "refusals"}
AT = charts.JUDGED_AT.isoformat()


@pytest.fixture
def unloop(monkeypatch, capsys, tmp_path: Path):
    """Runs the command as a person does, in a home of its own: exit status, standard output and standard error."""
    monkeypatch.setenv("UNLOOP_HOME", str(tmp_path / "home"))

    def unloop(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["unloop", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return unloop


@pytest.fixture
def file(tmp_path: Path):
    """Writes a file and names it."""

    def file(data: bytes | str, name: str = "given") -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return file


def test_the_bundled_protocol_is_sound(unloop, file) -> None:
    code, out, _ = unloop("protocol", "check", file(DOCUMENT), "--json")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) == CHECKED
    assert (answer["id"], answer["sha256"], answer["refusals"]) == ("ocd-ivket", bundled().sha256, [])
    assert answer["rules"] == len(bundled().rules) > 50
    assert answer["sources"] == len(bundled().sources)


def test_a_medicine_that_nobody_knows_is_refused_before_anybody_is_judged(unloop, file) -> None:
    text = DOCUMENT.replace(b'["lamotrigine"]', b'["lamotrigin"]').replace(b'"1.1.0"', b'"9.9.9"', 1)
    code, out, _ = unloop("protocol", "check", file(text), "--json")
    (refusal,) = json.loads(out)["refusals"]
    assert (code, refusal["where"]) == (1, "DDI-03.match")
    assert "did you mean lamotrigine" in refusal["mend"]


def test_a_document_is_read_from_standard_input(unloop) -> None:
    code, out, _ = unloop("protocol", "check", "-", stdin=DOCUMENT)
    assert code == 0
    assert bundled().sha256 in out


def test_a_refused_document_exits_1_with_every_fault(unloop, file) -> None:
    broken = DOCUMENT.replace(b"sbp >=", b"sbpp >=", 1) + b"\n[surprise]\nx = 1\n"
    code, out, _ = unloop("protocol", "check", file(broken), "--json")
    answer = json.loads(out)
    assert code == 1
    assert set(answer) == CHECKED
    assert answer["refusals"]
    assert all(set(one) == {"where", "why", "mend"} and all(one.values()) for one in answer["refusals"])


def test_a_refused_document_says_where_why_and_the_mend_to_people_too(unloop, file) -> None:
    code, out, err = unloop("protocol", "check", file(b"[protocol]\nid = 'x'\n"))
    assert (code, out) == (1, "")
    assert "refused:" in err
    assert "mend:" in err


@pytest.mark.parametrize("data", [b"this is not TOML", b"\xff\xfe\x00", b'{"json": true}'])
def test_a_file_that_is_not_toml_exits_2(unloop, file, data: bytes) -> None:
    code, out, err = unloop("protocol", "check", file(data), "--json")
    assert code == 2
    assert set(json.loads(out)["error"]) >= {"where", "allowed", "mend"}
    assert "mend:" in err


def test_a_file_that_is_not_there_exits_2(unloop, tmp_path: Path) -> None:
    code, _, err = unloop("protocol", "check", tmp_path / "nowhere.toml")
    assert code == 2
    assert "allowed:" in err


# --- judging ---------------------------------------------------------------------------------------------------


@pytest.fixture
def judge(unloop, file):
    """Judges a chart by the bundled protocol."""

    def judge(chart: object, *more: object, at: str = AT, gate: str = "evaluation") -> tuple[int, str, str]:
        text = chart if isinstance(chart, str) else json.dumps(chart)
        return unloop("protocol", "judge", file(DOCUMENT, "protocol.toml"), "--chart", file(text, "chart.json"),
                      "--at", at, "--gate", gate, *more)  # fmt: skip

    return judge


def test_a_ready_chart_exits_0_with_every_rule(judge) -> None:
    code, out, _ = judge(charts.document(), "--json")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) >= {"ready", "gate", "rules", "missing"}
    assert (answer["ready"], answer["gate"], answer["missing"]) == (True, "evaluation", [])
    for rule in answer["rules"]:
        assert set(rule) >= {"id", "answer", "outcome", "facts", "missing", "source"}
        assert rule["answer"] in {"true", "false", "unknown"}


def test_a_chart_that_lacks_an_answer_exits_1_and_names_it(judge) -> None:
    code, out, _ = judge(charts.without(charts.document(), "ybocs"), "--json")
    answer = json.loads(out)
    assert (code, answer["ready"]) == (1, False)
    assert "ybocs" in answer["missing"]
    assert any("ybocs" in rule["missing"] and rule["answer"] == "unknown" for rule in answer["rules"])


def test_people_read_the_reasons(judge) -> None:
    code, out, _ = judge(charts.without(charts.document(), "ybocs"))
    assert code == 1
    assert out.startswith("Not ready at the evaluation gate by ocd-ivket")
    assert "ybocs" in out


@pytest.mark.parametrize(
    ("gate", "chart"), [("start", charts.ready_to_start()), ("discharge", charts.ready_to_leave())]
)
def test_the_other_gates_are_asked_by_name(judge, gate: str, chart) -> None:
    code, out, _ = judge(chart, "--json", gate=gate)
    assert (code, json.loads(out)["gate"]) == (0, gate)


@pytest.mark.parametrize("chart", [
    "", "[]", '{"person": {}, "facts": [], "extra": 1}', '{"person": {"birth_date": "soon"}, "facts": []}',
    json.dumps(charts.with_value(charts.document(), "weight", "68,4")),
    json.dumps(charts.plus(charts.document(), charts.entry("weight", 150, unit="[lb_av]"))),
])  # fmt: skip
def test_a_wrong_chart_exits_2_and_says_what_where_allowed_and_the_mend(judge, chart: str) -> None:
    code, out, err = judge(chart, "--json")
    assert code == 2
    assert set(json.loads(out)["error"]) == {"where", "given", "allowed", "mend"}
    assert "allowed:" in err
    assert "mend:" in err


@pytest.mark.parametrize("at", ["2026-11-16", "2026-11-16T09:00:00", "noon", ""])
def test_a_moment_without_an_offset_exits_2(judge, at: str) -> None:
    code, _, err = judge(charts.document(), at=at)
    assert code == 2
    assert "--at" in err


def test_a_gate_that_is_none_exits_2(judge) -> None:
    code, _, _ = judge(charts.document(), gate="front")
    assert code == 2


def test_a_chart_is_read_from_standard_input(unloop, file) -> None:
    code, _, _ = unloop("protocol", "judge", file(DOCUMENT), "--chart", "-", "--at", AT,
                        stdin=json.dumps(charts.document()).encode())  # fmt: skip
    assert code == 0


def test_judging_by_a_refused_document_exits_1(unloop, file) -> None:
    code, out, _ = unloop("protocol", "judge", file(b"[protocol]\nid = 'x'\n"), "--chart",
                          file(json.dumps(charts.document()), "chart.json"), "--at", AT, "--json")  # fmt: skip
    assert code == 1
    assert json.loads(out)["refusals"]
