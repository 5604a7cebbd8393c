"""Whole sessions in, verdicts out, through the command that everybody has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from unloop.care.infusion import read_session, write_session
from unloop.cli import infusion
from unloop.protocol import bundled

SESSIONS = Path(__file__).parent / "sessions"
NAMES = sorted(path.name.removesuffix(".session.json") for path in SESSIONS.glob("*.session.json"))


def session_file(name: str) -> Path:
    return SESSIONS / f"{name}.session.json"


def expected(name: str) -> dict[str, object]:
    return json.loads((SESSIONS / f"{name}.expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def replayed():
    app = typer.Typer()
    infusion.register(app)

    def _replayed(name: str, *arguments: str) -> dict[str, object]:
        command = [
            "infusion",
            "replay",
            str(session_file(name)),
            *expected(name).get("arguments", []),
            *arguments,
        ]
        answer = CliRunner().invoke(app, command)
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return _replayed


def test_there_are_sessions_and_each_says_what_is_expected_and_why():
    assert len(NAMES) >= 5
    for name in NAMES:
        assert len(str(expected(name)["why"])) > 40


@pytest.mark.parametrize("name", NAMES)
def test_a_session_is_pinned_to_the_bundled_protocol(name):
    pinned = read_session(session_file(name).read_bytes()).protocol
    shipped = bundled("ocd-ivket")
    assert (pinned.id, pinned.version, pinned.sha256) == (shipped.id, shipped.version, shipped.sha256), (
        f"the bundled protocol has changed: put {shipped.version} and {shipped.sha256} into the session files"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_session_replays_as_expected(replayed, name):
    found, wanted = replayed(name, "--json"), expected(name)
    assert found["state"] == wanted["state"]
    assert found["given_mg"] == pytest.approx(wanted["given_mg"], abs=1e-9)
    assert found["elapsed_min"] == pytest.approx(wanted["elapsed_min"], abs=1e-9)
    assert found["infusing_min"] == pytest.approx(wanted["infusing_min"], abs=1e-9)
    assert found["rate_ml_per_h"] == wanted["rate_ml_per_h"]
    assert len(found["anomalies"]) == wanted["anomalies"]
    if "bag_empty_at" in wanted:
        assert found["bag_empty_at"] == wanted["bag_empty_at"]


@pytest.mark.parametrize("name", NAMES)
def test_a_session_s_prompts_and_discharge_are_as_expected(replayed, name):
    found, wanted = replayed(name, "--json"), expected(name)
    assert {prompt["id"]: prompt["state"] for prompt in found["prompts"]} == wanted["prompts"]
    assert [stop["id"] for stop in found["stops"]] == wanted["stops"]
    discharge, said = found["discharge"], wanted["discharge"]
    assert discharge["ready"] == said["ready"]
    if "first_missing" in said:
        assert discharge["missing"][0] == said["first_missing"]
    else:
        assert (discharge["missing"], discharge["not_met"]) == (said["missing"], said["not_met"])


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_a_file_plays_no_part(replayed, name, tmp_path, monkeypatch):
    document = json.loads(session_file(name).read_text(encoding="utf-8"))
    document["events"].reverse()
    turned = tmp_path / f"{name}.session.json"
    turned.write_text(json.dumps(document), encoding="utf-8")
    before = replayed(name, "--json")
    monkeypatch.setattr(f"{__name__}.session_file", lambda _: turned)
    assert replayed(name, "--json") == before


@pytest.mark.parametrize("name", NAMES)
def test_a_session_is_written_as_it_was_read(name):
    session = read_session(session_file(name).read_bytes())
    assert read_session(json.dumps(write_session(session))) == session
