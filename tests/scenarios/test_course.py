"""The course that the browser walks, as data in and verdicts out: a record, a chart, a session file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
import typer
from typer.testing import CliRunner

import charts
from charts import JUDGED_AT
from unloop.care.evaluation import NotReady, Ready, judge
from unloop.care.infusion import GoingHome, Session, going_home, read_session, session_facts, with_session
from unloop.cli import infusion
from unloop.facts import Chart, Phase
from unloop.fhir import example_bundle, read_bundle
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")
SESSION = "0c0fe5e5-0000-4000-8000-000000000002"
DAY = {
    "fasted_solids": 10, "fasted_clear": 3, "escort": True, "iv_patent": True, "acls_on_site": True,
    "nurse_in_room": True, "emergency_equipment_checked": True, "suicide_risk_today": "none",
    "oriented": True,
}  # fmt: skip
HOME = {
    "aldrete": 10, "mpadss": 10, "cadss6": 1, "oriented": True, "suicide_risk_today": "none",
    "escort": True, "aftercare_sheet_given": True, "end_organ_symptom": False, "vomiting": False, "stridor": False,
    "seizure": False, "anaphylaxis": False,
}  # fmt: skip
ENDED, LEFT = 55, 130
Event = dict[str, Any]


def moment(minute: float) -> datetime:
    """So many minutes after the evaluation was ready."""
    return JUDGED_AT + timedelta(minutes=minute)


def event(minute: float, kind: str, **said: Any) -> Event:
    at = moment(minute).isoformat()
    name = f"{minute} {kind} {said.get('code', '')}"
    return {
        "id": str(uuid5(NAMESPACE_URL, name)), "type": kind, "at": at, "recorded_at": at, "by": "nurse-1", **said
    }  # fmt: skip


def readings(minute: float) -> list[Event]:
    vitals = event(minute, "vitals", sbp=124, dbp=78, hr=72, spo2=98, rr=14)
    return [vitals, event(minute, "score", code="rass", value=0)]


def answers(minute: float, said: dict[str, object]) -> list[Event]:
    return [event(minute, "score", code=code, value=value) for code, value in said.items()]


def whole_session() -> list[Event]:
    """Asked and read, checked by two, started, slowed, paused, resumed, stopped early, recovered."""
    return [
        *answers(5, DAY), *readings(5), event(8, "checked", second="nurse-2"),
        event(10, "started", rate_ml_per_h=75), *readings(20), event(21, "symptom", code="floating", severity="mild"),
        event(22, "rate_changed", rate_ml_per_h=60), *readings(30), event(32, "paused"),
        event(35, "resumed", rate_ml_per_h=60), *readings(40), *readings(50), event(ENDED, "stopped", reason="asked to"),
        event(ENDED + 1, "pump_confirmed_off"), *readings(70), *readings(85), *readings(100), *readings(115),
        *readings(126), *answers(126, HOME),
    ]  # fmt: skip


def file_of(events: list[Event]) -> str:
    """The session as its file holds it."""
    pinned = {"id": PROTOCOL.id, "version": PROTOCOL.version, "sha256": PROTOCOL.sha256}
    order = {
        "drug": "ketamine, racemate", "dose_mg": 34, "minutes": 40, "concentration_mg_per_ml": 0.68, "bag_ml": 50
    }  # fmt: skip
    return json.dumps({"order": order, "protocol": pinned, "events": events})


def session_of(events: list[Event]) -> Session:
    return read_session(file_of(events))


def the_chart() -> Chart:
    """The ready chart of the scenarios, with plan, consent and course."""
    return charts.read(charts.plus(charts.document(), *charts.CONSENTED))


def start(events: list[Event], *, chart: Chart | None = None, minute: float = 9) -> Ready | NotReady:
    session = session_of([one for one in events if one["at"] <= moment(minute).isoformat()])
    facts = session_facts(session.order, session.events, session=SESSION, at=moment(minute))
    whole = with_session(chart or the_chart(), facts, session=SESSION)
    return judge("start", PROTOCOL, whole, at=moment(minute), session=SESSION)


def leave(events: list[Event], *, minute: float = LEFT) -> GoingHome:
    session = session_of([one for one in events if one["at"] <= moment(minute).isoformat()])
    return going_home(
        PROTOCOL, session.order, session.events, session=SESSION, chart=the_chart(), at=moment(minute)
    )


def without(events: list[Event], **said: object) -> list[Event]:
    return [one for one in events if any(one.get(key) != value for key, value in said.items())]


# --- From a record to a signature --------------------------------------------------------------------------


def test_a_record_from_elsewhere_alone_is_never_ready_since_nobody_was_asked():
    read = read_bundle(example_bundle(), recorded_at=JUDGED_AT)
    answer = judge("evaluation", PROTOCOL, Chart(the_chart().person, tuple(read.facts)), at=JUDGED_AT)
    assert isinstance(answer, NotReady)
    assert {"medicines", "suicide_risk", "ybocs"} <= set(answer.missing)


def test_the_answered_chart_is_ready_at_the_evaluation_and_not_at_the_start():
    assert isinstance(judge("evaluation", PROTOCOL, the_chart(), at=JUDGED_AT), Ready)
    answer = judge("start", PROTOCOL, the_chart(), at=JUDGED_AT, session=SESSION)
    assert isinstance(answer, NotReady)
    assert {*DAY, "second_check"} <= set(answer.missing)


@pytest.mark.parametrize("withheld", ["plan", "consent", "capacity", "teach_back"])
def test_without_a_plan_that_was_understood_and_agreed_to_nothing_starts(withheld):
    chart = charts.read(charts.without(charts.plus(charts.document(), *charts.CONSENTED), withheld))
    assert isinstance(start(whole_session(), chart=chart), NotReady)


# --- The start ---------------------------------------------------------------------------------------------


def test_the_start_opens_with_the_second_persons_check_and_not_before():
    assert start(whole_session(), minute=7).missing == ("second_check",)
    assert isinstance(start(whole_session()), Ready)


@pytest.mark.parametrize("code", sorted(DAY))
def test_silence_on_one_question_of_the_day_withholds_the_infusion(code):
    asked = without(whole_session(), code=code)
    assert code in start(asked).missing


# --- The infusion ------------------------------------------------------------------------------------------


def test_the_end_is_the_moment_of_the_stop_and_what_follows_is_recovery():
    session = session_of(whole_session())
    found = session_facts(session.order, session.events, session=SESSION)
    assert [one.at for one in found if one.code == "infusion_ended"] == [moment(ENDED)]
    assert {one.phase for one in found if one.code == "aldrete"} == {Phase.RECOVERY}


# --- The way home ------------------------------------------------------------------------------------------


def test_the_way_home_opens_an_hour_after_the_end_and_not_before():
    events = [
        *without(whole_session(), at=moment(126).isoformat()),
        *readings(ENDED + 50),
        *answers(ENDED + 50, HOME),
    ]
    events = [one for one in events if one["at"] <= moment(ENDED + 50).isoformat()]
    early, late = leave(events, minute=ENDED + 59), leave(events, minute=ENDED + 60)
    assert (early.ready, early.missing, len(early.not_met)) == (False, (), 1)
    assert late.ready


def test_a_recovered_person_may_go():
    home = leave(whole_session())
    assert (home.ready, home.missing, home.not_met) == (True, (), ())


@pytest.mark.parametrize("code", sorted(HOME))
def test_silence_on_one_question_of_the_recovery_keeps_the_person(code):
    last = moment(126).isoformat()
    events = [one for one in whole_session() if (one.get("code"), one["at"]) != (code, last)]
    assert code in leave(events).missing


def test_answers_from_before_the_end_open_nothing():
    events = without(whole_session(), at=moment(126).isoformat())
    home = leave([*events, *answers(ENDED - 2, HOME)])
    assert not home.ready
    assert set(HOME) <= set(home.missing)


def test_nobody_leaves_while_the_pump_may_run():
    home = leave(without(whole_session(), type="pump_confirmed_off"))
    assert not home.ready
    assert home.missing[0] == "pump_confirmed_off"


# --- The file ----------------------------------------------------------------------------------------------


@pytest.fixture
def replayed(tmp_path: Path):
    app = typer.Typer()
    infusion.register(app)

    def _replayed(events: list[Event]) -> dict[str, Any]:
        file = tmp_path / "course.session.json"
        file.write_text(file_of(events), encoding="utf-8")
        answer = CliRunner().invoke(app, ["infusion", "replay", str(file), "--json"])
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return _replayed


def test_the_session_replays_from_its_file(replayed):
    found = replayed([*whole_session(), event(LEFT, "discharged"), event(LEFT + 4, "signed")])
    assert found["state"] == "signed"
    # 12 min at 75, 10 min and 20 min at 60 mL/h, of 0.68 mg/mL.
    assert found["given_mg"] == pytest.approx((12 * 75 + 30 * 60) / 60 * 0.68)
    assert (found["elapsed_min"], found["infusing_min"]) == (45, 42)
    assert found["discharge"] == {"ready": True, "missing": [], "not_met": []}
    assert found["anomalies"] == []


def test_the_same_entry_sent_twice_counts_once(replayed):
    assert replayed([*whole_session(), *whole_session()]) == replayed(whole_session())


def test_answers_of_another_session_start_nothing():
    session = session_of(whole_session())
    facts = session_facts(session.order, session.events, session="another", at=moment(9))
    chart = replace(the_chart(), facts=(*the_chart().facts, *facts))
    assert isinstance(judge("start", PROTOCOL, chart, at=moment(9), session=SESSION), NotReady)
