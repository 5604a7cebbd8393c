"""From the order to the signature through the pages, as the staff does it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from unloop.care.infusion import SessionState, read_session, replay
from unloop.clinic.audit import clock
from unloop.clinic.bedside.board import ended_sessions, running_sessions
from unloop.clinic.bedside.leaving import discharge, judge_leaving, questions_after
from unloop.clinic.bedside.models import ChartedEvent
from unloop.clinic.bedside.screen import screen_of
from unloop.clinic.bedside.sessions import DischargeRefused, chart_event
from unloop.clinic.chart.models import FactRow
from unloop.clinic.consulting_room.services import withdraw_consent
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"
CALM = {"sbp": "122", "dbp": "76", "hr": "70", "spo2": "98", "rr": "14", "rass": "0"}
RAW = re.compile(r"[a-z0-9]_[a-z0-9]|\bevent\b|mm\[Hg\]|\bsbp\b|\d\d:\d\d:\d\d[.+]")


def page_of(session: Any) -> str:
    return f"/people/{session.person_id}/sessions/{session.id}/"


def test_a_whole_session_through_the_pages(bedside: Any, open_as: Any, made_form: Any) -> None:  # noqa: PLR0915
    session = bedside.order()
    nurse, person, page = open_as(bedside.nurse), bedside.person, page_of(session)
    assert "Not ready to start" in nurse.get(page).content.decode()
    day = {"fasted_solids": "10", "fasted_clear": "3", "suicide_risk_today": "none"}
    day |= dict.fromkeys(("escort", "iv_patent", "acls_on_site", "nurse_in_room", "emergency_equipment_checked", "oriented"), "yes")  # fmt: skip
    assert nurse.post(page + "answers/", made_form(person, **day)).status_code == 302
    assert nurse.post(page + "chart/", made_form(person, kind="vitals", **CALM)).status_code == 302
    check = {"vial": "10", "drawn": "3.4", "username": "okafor", "password": PASSWORD}
    assert nurse.post(page + "check/", made_form(person, **check)).status_code == 302
    assert "Ready to start." in nurse.get(page).content.decode()
    assert nurse.post(page + "start/", made_form(person)).status_code == 302
    with clock.frozen(bedside.now + timedelta(minutes=10)):
        nurse = open_as(bedside.nurse)
        screen = nurse.get(page).content.decode()
        assert "The bedside monitor sounds the alarms" in screen
        assert "10 min ago" in screen
        nurse.post(page + "chart/", made_form(person, kind="rate_changed", rate_ml_per_h="50"))
        nurse.post(page + "chart/", made_form(person, kind="symptom", code="nausea", severity="mild"))
    with clock.frozen(bedside.now + timedelta(minutes=20)):
        nurse = open_as(bedside.nurse)
        nurse.post(page + "chart/", made_form(person, kind="stopped"))
        screen = nurse.get(page).content.decode()
        assert "Nobody has confirmed that the pump is off" in screen
        assert "Why was it stopped?" in screen
        stopped = ChartedEvent.objects.get(type="stopped")
        nurse.post(
            page + "chart/", made_form(person, kind="reason", event=str(stopped.id), reason="she asked")
        )
        nurse.post(page + "chart/", made_form(person, kind="pump_confirmed_off"))
        assert "rules of discharge stand open" in nurse.get(page).content.decode()
        assert nurse.post(page + "discharge/", made_form(person)).status_code == 409
    with clock.frozen(bedside.now + timedelta(minutes=90)):
        nurse = open_as(bedside.nurse)
        nurse.post(page + "chart/", made_form(person, kind="vitals", **CALM))
        after = {"aldrete": "10", "mpadss": "10", "cadss6": "0", "suicide_risk_today": "none"}
        after |= dict.fromkeys(("oriented", "escort", "aftercare_sheet_given"), "yes")
        after |= dict.fromkeys(("end_organ_symptom", "vomiting", "stridor", "seizure", "anaphylaxis"), "no")
        assert nurse.post(page + "answers/", made_form(person, **after)).status_code == 302
        assert "Nothing stands against going home." in nurse.get(page).content.decode()
        nurse.post(page + "discharge/", made_form(person))
        assert nurse.get(page)["Location"] == page + "record/"
        wrong = nurse.post(page + "sign/", made_form(person, password="not this one"))
        assert wrong.status_code == 422
        assert nurse.post(page + "sign/", made_form(person, password=PASSWORD)).status_code == 302
        record = nurse.get(page + "record/").content.decode()
        assert "she asked" in record
        assert "Signed (B. Brandt)" in record
        assert "time without food: 10 h" in record
        assert "Sign this record" not in record
        assert "Sign this record" in open_as(bedside.provider).get(page + "record/").content.decode()
        file = nurse.get(page + "file/").content
    replayed = read_session(file)
    state = replay(replayed.order, replayed.events)
    assert state.state is SessionState.SIGNED
    assert state.given_mg == pytest.approx((75 / 6 + 50 / 6) * 34 / 50, abs=0.01)
    given = FactRow.objects.get(person=person, code="infusion_given", superseded_by__isnull=True)
    assert given.value == pytest.approx(state.given_mg, abs=0.01)
    assert json.loads(file)["protocol"]["sha256"] == bedside.adopted.sha256


def test_a_tenfold_slip_in_the_syringe_is_refused(bedside: Any, open_as: Any, made_form: Any) -> None:
    session = bedside.order()
    nurse = open_as(bedside.nurse)
    for vial, drawn in (("100", "3.4"), ("10", "0.34"), ("10", "34")):
        check = {"vial": vial, "drawn": drawn, "username": "okafor", "password": PASSWORD}
        answer = nurse.post(page_of(session) + "check/", made_form(bedside.person, **check))
        assert answer.status_code == 422
        assert "discard the syringe" in answer.content.decode()
    assert not ChartedEvent.objects.exists()


@pytest.mark.parametrize(
    ("username", "password"),
    [("brandt", PASSWORD), ("okafor", "wrong words these are"), ("ruiz", PASSWORD), ("nobody", PASSWORD)],
    ids=["the first person again", "a wrong password", "the front desk", "nobody of that name"],
)
def test_the_second_check_needs_another_nurse_or_physician(
    bedside: Any, open_as: Any, made_form: Any, username: str, password: str
) -> None:
    session = bedside.order()
    nurse = open_as(bedside.nurse)
    check = {"vial": "10", "drawn": "3.4", "username": username, "password": password}
    assert nurse.post(page_of(session) + "check/", made_form(bedside.person, **check)).status_code == 422
    assert not ChartedEvent.objects.exists()


def test_the_start_page_refuses_with_the_rules_that_stand_open(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    session = bedside.order()
    answer = open_as(bedside.nurse).post(page_of(session) + "start/", made_form(bedside.person))
    assert answer.status_code == 409
    assert "DAY-11" in answer.content.decode()


def test_a_form_made_for_another_person_is_refused(bedside: Any, open_as: Any, made_form: Any) -> None:
    from unloop.clinic.chart.models import Person

    session = bedside.running()
    other = Person.objects.create(family="Other", sex="male", made_at=bedside.now)
    before = ChartedEvent.objects.count()
    with clock.frozen(bedside.now + timedelta(minutes=5)):
        nurse = open_as(bedside.nurse)
        for route in ("chart", "answers", "check", "start", "discharge", "sign"):
            answer = nurse.post(f"{page_of(session)}{route}/", made_form(other, kind="stopped"))
            assert answer.status_code == 409
        assert nurse.get(page_of(session).replace(str(bedside.person.id), str(other.id))).status_code == 404
    assert ChartedEvent.objects.count() == before


def test_the_same_entry_sent_twice_is_charted_once(bedside: Any, open_as: Any, made_form: Any) -> None:
    session = bedside.running()
    form = made_form(bedside.person, kind="vitals", **CALM)
    nurse = open_as(bedside.nurse)
    for minutes in (10, 11):
        with clock.frozen(bedside.now + timedelta(minutes=minutes)):
            answer = nurse.post(page_of(session) + "chart/", form, headers={"X-Outbox": "1"})
            assert answer.json()["charted"]
    assert (
        ChartedEvent.objects.filter(session=session, type="vitals").count() == 2
    )  # one of them before the start
    assert answer.json()["new"] == 0


def test_an_entry_kept_on_the_tablet_keeps_its_time(bedside: Any, open_as: Any, made_form: Any) -> None:
    session = bedside.running()
    at = bedside.now + timedelta(minutes=12)
    with clock.frozen(bedside.now + timedelta(minutes=42)):
        nurse = open_as(bedside.nurse)
        form = made_form(bedside.person, kind="vitals", at=at.isoformat(), **CALM)
        assert nurse.post(page_of(session) + "chart/", form, headers={"X-Outbox": "1"}).status_code == 200
    row = ChartedEvent.objects.filter(type="vitals").latest("recorded_at")
    assert (row.at, row.recorded_at) == (at, bedside.now + timedelta(minutes=42))


def test_a_refused_entry_says_why_and_writes_nothing(bedside: Any, open_as: Any, made_form: Any) -> None:
    session = bedside.running()
    before = ChartedEvent.objects.count()
    nurse = open_as(bedside.nurse)
    faults = (
        {"kind": "vitals", **CALM, "sbp": "60", "dbp": "80"}, {"kind": "vitals", **CALM, "hr": "0,7"},
        {"kind": "vitals", "sbp": "120"}, {"kind": "started"}, {"kind": "discharged"}, {"kind": "signed"}, {"kind": "checked"},
        {"kind": "rate_changed", "rate_ml_per_h": "500"}, {"kind": "resumed", "rate_ml_per_h": "50"},
        {"kind": "vitals", **CALM, "at": "2099-01-01T00:00:00+00:00"}, {"kind": "vitals", **CALM, "at_time": "25:99"},
        {"kind": "note", "text": " "}, {"kind": "note", "text": "a\x00b"}, {"kind": "undo", "event": "x"}, {"kind": "symptom", "code": "nausea", "severity": "vast"},
        {"kind": "score", "code": "nonsense", "value": "yes"}, {"kind": "score", "code": "vomiting", "value": "maybe"},
    )  # fmt: skip
    with clock.frozen(bedside.now + timedelta(minutes=5)):
        for fault in faults:
            answer = nurse.post(
                page_of(session) + "chart/", made_form(bedside.person, **fault), headers={"X-Outbox": "1"}
            )
            assert answer.status_code == 422, fault
            said = answer.json()
            assert said["mend"], fault
            assert not RAW.search(" ".join(map(str, said.values()))), said
            assert (
                nurse.post(page_of(session) + "chart/", made_form(bedside.person, **fault)).status_code == 422
            )
    assert ChartedEvent.objects.count() == before


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        pytest.param({"sbp": "400"}, "Systolic", id="a pressure that nobody has"),
        pytest.param({"spo2": "12"}, "Oxygen, %", id="an oxygen that nobody has"),
        pytest.param({"hr": "fast"}, "Heart rate", id="a word for a number"),
        pytest.param({"at": "2099-01-01T00:00:00+00:00"}, "Taken at", id="tomorrow"),
    ],
)
def test_a_refusal_names_the_field_as_the_form_does(
    bedside: Any, open_as: Any, made_form: Any, fault: dict[str, str], field: str
) -> None:
    session = bedside.running()
    with clock.frozen(bedside.now + timedelta(minutes=5)):
        nurse = open_as(bedside.nurse)
        form = made_form(bedside.person, kind="vitals", **{**CALM, **fault})
        page = nurse.post(page_of(session) + "chart/", form).content.decode()
    assert f"<dt>Where</dt><dd>{field}</dd>" in page
    assert f"<label>{field}<input" in page or field == "Taken at"


def test_an_answer_is_refused_by_its_question(bedside: Any) -> None:
    session = bedside.running()
    with bedside.acting(bedside.nurse, minutes=5), pytest.raises(InputRefused) as refused:
        chart_event(session, {"id": str(uuid4()), "type": "score", "code": "aldrete", "value": 40})
    assert refused.value.where == DICTIONARY["aldrete"].label


def test_a_reading_charted_late_raises_its_prompt_where_it_belongs(bedside: Any) -> None:
    session = bedside.running()
    with bedside.acting(bedside.nurse, minutes=30):
        before = screen_of(session)
    assert not [one for one in before.open_prompts if one.prompt.rule == "PRO-01"]
    at = (bedside.now + timedelta(minutes=25)).isoformat()
    bedside.chart(session, "vitals", minutes=31, at=at, sbp=172, dbp=96, hr=88, spo2=97)
    with bedside.acting(bedside.nurse, minutes=31):
        (open_prompt,) = screen_of(session).open_prompts
    assert open_prompt.prompt.rule == "PRO-01"
    assert open_prompt.prompt.raised_at == (bedside.now + timedelta(minutes=25),)


def test_a_prompt_is_answered_by_a_note_and_asked_again_when_raised_anew(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    session = bedside.running()
    bedside.chart(session, "vitals", minutes=10, sbp=165, dbp=90, hr=80, spo2=97)
    nurse = open_as(bedside.nurse)
    with clock.frozen(bedside.now + timedelta(minutes=11)):
        assert "Blood pressure 160/100 or more" in nurse.get(page_of(session)).content.decode()
        form = made_form(
            bedside.person, kind="prompt", rule="PRO-01", answer="", because="cuff is being changed"
        )
        nurse.post(page_of(session) + "chart/", form)
        screen = screen_of(session)
    assert not screen.open_prompts
    assert "not now, because cuff is being changed" in [one.answer for one in screen.prompts]
    bedside.chart(session, "vitals", minutes=15, sbp=130, dbp=80, hr=80, spo2=97)
    bedside.chart(session, "vitals", minutes=20, sbp=170, dbp=92, hr=80, spo2=97)
    with bedside.acting(bedside.nurse, minutes=20):
        assert [one.prompt.rule for one in screen_of(session).open_prompts] == ["PRO-01"]


def test_an_entry_is_undone_within_ten_seconds_and_stays_in_the_record(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    session = bedside.running()
    nurse = open_as(bedside.nurse)
    with clock.frozen(bedside.now + timedelta(minutes=10)):
        nurse.post(
            page_of(session) + "chart/", made_form(bedside.person, kind="vitals", **{**CALM, "sbp": "222"})
        )
    with clock.frozen(bedside.now + timedelta(minutes=10, seconds=5)):
        screen = screen_of(session)
        assert {one.kind for one in screen.undo} == {"vitals", "score"}
        undone = " ".join(one.id for one in screen.undo)
        nurse.post(page_of(session) + "chart/", made_form(bedside.person, kind="undo", event=undone))
        after = screen_of(session)
    assert after.state.rate.ml_per_h == 75
    assert after.figures["sbp"].reading.value == 122
    with clock.frozen(bedside.now + timedelta(minutes=11)):
        assert not screen_of(session).undo
        assert "entered in error" in nurse.get(page_of(session) + "record/").content.decode()


def test_two_nurses_chart_the_same_pause_and_stop(bedside: Any) -> None:
    session = bedside.running()
    bedside.chart(session, "paused", minutes=10, by=bedside.nurse)
    bedside.chart(session, "paused", minutes=10, by=bedside.second)
    bedside.chart(session, "resumed", minutes=12, rate_ml_per_h=50.0, by=bedside.second)
    bedside.chart(session, "stopped", minutes=20, by=bedside.nurse)
    bedside.chart(session, "stopped", minutes=20, by=bedside.second)
    with bedside.acting(bedside.nurse, minutes=21):
        screen = screen_of(session)
    assert screen.state.state is SessionState.STOPPED
    assert screen.state.given_mg == pytest.approx((75 * 8 + 50 * 8) / 60 * 34 / 50, abs=0.01)


def test_slower_choices_come_from_what_is_left_in_the_bag(bedside: Any) -> None:
    session = bedside.running()
    with bedside.acting(bedside.nurse, minutes=22):
        rates = screen_of(session).rates
    assert [one.ml_per_h for one in rates] == [56.2, 37.5, 18.7]
    left = 50 - 75 / 3
    for one in rates:
        minutes = (one.bag_ends - bedside.now) / timedelta(minutes=1) - 22
        assert minutes == pytest.approx(left / one.ml_per_h * 60, abs=0.01)


def test_leaving_is_refused_until_the_gate_opens(bedside: Any) -> None:
    session = bedside.recovering()
    with pytest.raises(DischargeRefused) as refused:
        bedside.chart(session, "discharged", minutes=50)
    assert {"aldrete", "escort", "suicide_risk_today"} <= set(refused.value.answer.missing)


def test_what_is_asked_after_an_infusion_is_what_the_protocol_asks_beside_the_vital_signs(
    bedside: Any,
) -> None:
    assert [one.code for one in questions_after(bedside.order())] == [
        "aldrete", "mpadss", "oriented", "cadss6", "suicide_risk_today", "suicide_review_today", "escort",
        "aftercare_sheet_given", "end_organ_symptom", "vomiting", "stridor", "seizure", "anaphylaxis",
    ]  # fmt: skip


def test_leaving_is_charted_once_nothing_is_missing(bedside: Any) -> None:
    session = bedside.ready_to_leave()
    with bedside.acting(bedside.nurse, minutes=111):
        assert judge_leaving(session).ready
    bedside.chart(session, "discharged", minutes=111)
    with bedside.acting(bedside.nurse, minutes=112):
        assert not running_sessions()
        (ended,) = ended_sessions(bedside.now)
    assert ended.ended_at == bedside.now + timedelta(minutes=42)
    assert ended.discharged_at == bedside.now + timedelta(minutes=111)


def test_leaving_is_charted_at_the_time_that_is_given(bedside: Any) -> None:
    session, at = bedside.ready_to_leave(), bedside.now + timedelta(minutes=112)
    with bedside.acting(bedside.nurse, minutes=115) as now:
        left = discharge(session, uuid4(), at=at).event
    assert (left.at, left.recorded_at) == (at, now)


def test_a_reading_from_before_the_end_lets_nobody_go(bedside: Any) -> None:
    session = bedside.ready_to_leave()
    early = (bedside.now + timedelta(minutes=60)).isoformat()
    with pytest.raises(DischargeRefused):
        bedside.chart(session, "discharged", minutes=111, at=early)


def test_the_board_puts_the_worst_first(bedside: Any, open_as: Any) -> None:
    session = bedside.running()
    with clock.frozen(bedside.now + timedelta(minutes=20)):
        page = open_as(bedside.nurse).get("/chairs/").content.decode()
    assert "One session is under way." in page
    assert "readings overdue by 8 min" in page
    assert str(session.id) in page


@pytest.mark.parametrize(("phase", "minutes"), [("running", 20), ("recovering", 45)])
def test_a_consent_taken_back_is_said_at_the_chair_as_long_as_the_pump_may_run(
    bedside: Any, open_as: Any, phase: str, minutes: float
) -> None:
    session, said = getattr(bedside, phase)(), phase == "running"
    words = "The person took the consent back at"
    assert words not in open_as(bedside.nurse).get(page_of(session)).content.decode()
    with bedside.acting(bedside.provider, minutes=minutes):
        withdraw_consent(bedside.person)
    with clock.frozen(bedside.now + timedelta(minutes=minutes + 1)):
        nurse = open_as(bedside.nurse)
        assert (words in nurse.get(page_of(session)).content.decode()) is said
        assert (words in nurse.get("/chairs/").content.decode()) is said


def test_an_id_is_not_used_for_two_entries(bedside: Any) -> None:
    session = bedside.running()
    entry = str(uuid4())
    with bedside.acting(bedside.nurse, minutes=5):
        chart_event(session, {"id": entry, "type": "note", "text": "one"})
        with pytest.raises(InputRefused):
            chart_event(session, {"id": entry, "type": "note", "text": "another"})
