"""`unloop infusion replay`: what it prints, what it reads, and how it exits."""

from __future__ import annotations

import io
import json
import sys
from importlib import resources
from pathlib import Path

import pytest

from unloop import cli
from unloop.clinic.people import home
from unloop.protocol import bundled

SESSIONS = Path(__file__).parent.parent / "scenarios" / "sessions"
DONE = SESSIONS / "forty-minutes.session.json"
RUNNING = SESSIONS / "slowed-and-paused.session.json"
KEYS = {"state", "given_mg", "elapsed_min", "rate_ml_per_h", "prompts", "discharge"}


@pytest.fixture
def unloop(monkeypatch, capsys):
    """Runs the command as a person does, and gives exit status, standard output and standard error."""

    def _unloop(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "argv", ["unloop", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return left.value.code or 0, printed.out, printed.err

    return _unloop


@pytest.fixture
def protocol_file(tmp_path):
    def _protocol_file(change=lambda text: text, name="protocol.toml"):
        text = resources.files("unloop.protocol").joinpath("documents/ocd-ivket.toml").read_text("utf-8")
        file = tmp_path / name
        file.write_text(change(text), encoding="utf-8")
        return file

    return _protocol_file


@pytest.fixture
def pinned_elsewhere(tmp_path):
    """A session that is pinned to a document with this hash."""

    def _pinned_elsewhere(sha256="0" * 64, **pin):
        document = json.loads(DONE.read_text(encoding="utf-8"))
        document["protocol"] |= {"sha256": sha256, **pin}
        file = tmp_path / "elsewhere.session.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        return file

    return _pinned_elsewhere


def as_json(printed):
    return json.loads(printed[1])


def test_one_json_document_with_the_keys_that_others_rely_on(unloop):
    code, out, err = unloop("infusion", "replay", DONE, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert set(found) >= KEYS
    assert {"ready", "missing"} <= set(found["discharge"])
    assert found["given_mg"] == 35


def test_a_session_comes_from_standard_input(unloop):
    assert as_json(unloop("infusion", "replay", "-", "--json", stdin=DONE.read_bytes()))["state"] == "signed"


def test_the_text_names_milligrams_of_base_and_what_discharge_lacks(unloop):
    code, out, _ = unloop("infusion", "replay", RUNNING)
    assert code == 0
    assert "running at 2026-03-02T10:34:00-05:00" in out
    assert "given 30.22 of 49 mg ketamine, racemate (base as labelled); pump 50 mL/h" in out
    assert "PRO-10 cannot be judged: vomiting" in out
    assert "discharge: not ready; missing: pump_confirmed_off" in out


def test_the_text_names_prompts_stops_and_what_to_do(unloop):
    _, out, _ = unloop("infusion", "replay", SESSIONS / "charted-late.session.json")
    assert "PRO-03 was raised, red" in out
    assert "stop the pump; physician now" in out
    assert "STP-01 No restart today" in out
    assert "not met: DIS-01" in out


def test_anomalies_are_named(unloop, tmp_path):
    document = json.loads(RUNNING.read_text(encoding="utf-8"))
    document["events"] = [event for event in document["events"] if event["type"] != "checked"]
    file = tmp_path / "unchecked.session.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "odd in the record: started: no second person had checked" in unloop("infusion", "replay", file)[1]


def test_the_clock_is_given_and_never_read(unloop):
    found = as_json(unloop("infusion", "replay", RUNNING, "--at", "2026-03-02T15:10:00Z", "--json"))
    assert (found["elapsed_min"], found["given_mg"]) == (10, pytest.approx(0.98 * 12.5))
    first = unloop("infusion", "replay", RUNNING, "--json")
    assert first == unloop("infusion", "replay", RUNNING, "--json")


def test_a_session_without_events_is_ordered_and_not_ready(unloop):
    document = json.loads(DONE.read_text(encoding="utf-8")) | {"events": []}
    found = as_json(unloop("infusion", "replay", "-", "--json", stdin=json.dumps(document).encode()))
    assert (found["state"], found["given_mg"], found["prompts"]) == ("ordered", 0, [])
    assert found["discharge"] == {"ready": False, "missing": ["infusion_ended"], "not_met": []}


def test_without_the_pinned_document_milligrams_are_replayed_and_discharge_is_not_ready(
    unloop, pinned_elsewhere
):
    code, out, _ = unloop("infusion", "replay", pinned_elsewhere(), "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["state"], found["given_mg"], found["elapsed_min"]) == ("signed", 35, 40)
    assert found["prompts"] == []
    assert found["discharge"]["ready"] is False
    assert found["discharge"]["missing"] == ["protocol ocd-ivket 1.1.0 (sha256 000000000000)"]


def test_a_later_version_of_the_same_protocol_judges_no_pinned_session(unloop, pinned_elsewhere):
    shipped = bundled("ocd-ivket")
    found = as_json(unloop("infusion", "replay", pinned_elsewhere(shipped.sha256, version="0.9.0"), "--json"))
    assert found["discharge"]["missing"][0].startswith("protocol ocd-ivket 0.9.0")


def test_a_pin_that_is_no_hash_names_no_file(unloop, pinned_elsewhere):
    found = as_json(unloop("infusion", "replay", pinned_elsewhere("../../../etc/passwd"), "--json"))
    assert found["discharge"]["ready"] is False


def test_an_adopted_document_is_found_by_its_hash(
    unloop, pinned_elsewhere, protocol_file, tmp_path, monkeypatch
):
    import hashlib

    monkeypatch.setenv("UNLOOP_HOME", str(tmp_path / "home"))
    data = protocol_file(lambda text: text.replace('version = "1.1.0"', 'version = "1.1.1"')).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    home.keep_adopted_protocol(home.path(), {"sha256": sha256}, data)
    session = pinned_elsewhere(sha256, version="1.1.1")
    found = as_json(unloop("infusion", "replay", session, "--json"))
    assert found["discharge"]["ready"] is True
    assert found["protocol"]["judged_by"] == "ocd-ivket 1.1.1"


def test_a_protocol_that_is_given_judges_and_says_that_it_is_another(unloop, pinned_elsewhere, protocol_file):
    session = pinned_elsewhere()
    code, out, err = unloop("infusion", "replay", session, "--protocol", protocol_file())
    assert code == 0
    assert "discharge: ready" in out
    assert "but pinned to ocd-ivket 1.1.0 (sha256 000000000000)" in err
    found = as_json(unloop("infusion", "replay", session, "--protocol", protocol_file(), "--json"))
    assert found["protocol"]["same"] is False


def test_a_refused_protocol_exits_1_with_its_faults(unloop, protocol_file):
    broken = protocol_file(
        lambda text: text.replace("sbp >= 160 or dbp >= 100", "sbp >= 160 or dpb >= 100", 1)
    )
    code, out, err = unloop("infusion", "replay", DONE, "--protocol", broken, "--json")
    assert code == 1
    assert json.loads(out)["refusals"]
    assert "mend" in err


@pytest.mark.parametrize(
    ("session", "where"),
    [
        (b"{", "session"),
        (b"[]", "file"),
        (b'{"order": {}}', "order, drug"),
        (DONE.read_bytes().replace(b'"rate_ml_per_h": 75', b'"rate_ml_per_h": "75"'), "rate_ml_per_h"),
        (DONE.read_bytes().replace(b'"second"', b'"witness"'), "second"),
    ],
)
def test_a_wrong_session_exits_2_and_says_where_and_the_mend(unloop, session, where):
    code, out, err = unloop("infusion", "replay", "-", "--json", stdin=session)
    assert code == 2
    assert where in json.loads(out)["error"]["where"]
    assert "mend" in err


def test_a_file_that_is_not_there_and_a_time_without_an_offset_exit_2(unloop, tmp_path):
    assert unloop("infusion", "replay", tmp_path / "none.json")[0] == 2
    assert unloop("infusion", "replay", DONE, "--at", "2026-03-02T10:00:00")[0] == 2


def test_a_protocol_that_is_not_toml_exits_2(unloop, tmp_path):
    file = tmp_path / "protocol.toml"
    file.write_text("not toml", encoding="utf-8")
    assert unloop("infusion", "replay", DONE, "--protocol", file)[0] == 2


def test_help_reads_like_a_manual(unloop):
    code, out, _ = unloop("infusion", "replay", "--help")
    assert code == 0
    assert "The clock is never read" in " ".join(out.split())
