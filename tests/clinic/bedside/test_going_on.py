"""Going on over a relative rule of the day: who may, what it opens, and what shuts it again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from unloop.clinic.audit import clock
from unloop.clinic.bedside.preparing import judge_start
from unloop.clinic.bedside.sessions import StartRefused
from unloop.clinic.consulting_room.services import Clearance, GateChoice

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"
WRITTEN = {"credential": "physician", "reason": "calm, 142 at home too", "password": PASSWORD}
RAISED = {"sbp": 142, "dbp": 84, "hr": 70, "spo2": 98, "rr": 14}


@pytest.fixture
def raised(bedside: Any) -> Any:
    """Everything is answered, and the pressure is one that only a physician accepts."""
    from unloop.clinic.people.models import Credential

    Credential.objects.create(
        user=bedside.provider, kind="physician", number="1", issuer="board", expires_on=date(2030, 1, 1),
        verified_by=bedside.provider, verified_at=clock.now(),
    )  # fmt: skip
    session = bedside.ready()
    bedside.chart(session, "vitals", minutes=1, **RAISED)
    return session


def address(session: Any, rule: str = "DAY-03") -> str:
    return reverse("bedside:override", args=[session.person_id, session.id, rule])


def page(session: Any) -> str:
    return reverse("bedside:session", args=[session.person_id, session.id])


def test_a_physician_goes_on_over_a_raised_pressure_in_writing_and_the_start_opens(
    bedside: Any, raised: Any, open_as: Any, made_form: Any
) -> None:
    with bedside.acting(bedside.provider, minutes=2):
        browser = open_as(bedside.provider)
        shown = browser.get(page(raised)).content.decode()
        assert "Relative: physician can go on in writing." in shown
        assert address(raised) in shown
        asked = browser.get(address(raised)).content.decode()
        assert "142 mmHg" in asked
        assert "Before the start" in asked
        answer = browser.post(address(raised), made_form(bedside.person, **WRITTEN))
        assert (answer.status_code, answer["Location"]) == (302, page(raised))
        assert "Ready to start." in browser.get(page(raised)).content.decode()
    bedside.chart(raised, "started", minutes=3, rate_ml_per_h=75.0)
    clearance = Clearance.objects.get(gate=GateChoice.START, session_id=raised.id)
    assert {one["rule"] for one in clearance.verdicts if one["outcome"] == "overridden"} == {"DAY-03"}


def test_a_later_reading_shuts_the_gate_again(
    bedside: Any, raised: Any, open_as: Any, made_form: Any
) -> None:
    with bedside.acting(bedside.provider, minutes=2):
        open_as(bedside.provider).post(address(raised), made_form(bedside.person, **WRITTEN))
    bedside.chart(raised, "vitals", minutes=3, **{**RAISED, "sbp": 150})
    with bedside.acting(bedside.provider, minutes=4):
        assert [one.rule for one in judge_start(raised).verdicts if not one.outcome.opens] == ["DAY-03"]
    with pytest.raises(StartRefused):
        bedside.chart(raised, "started", minutes=4, rate_ml_per_h=75.0)


def test_a_nurse_is_told_who_can_go_on_and_is_offered_no_way(bedside: Any, raised: Any, open_as: Any) -> None:
    with bedside.acting(bedside.nurse, minutes=2):
        browser = open_as(bedside.nurse)
        shown = browser.get(page(raised)).content.decode()
        assert "Relative: physician can go on in writing." in shown
        assert address(raised) not in shown
        assert browser.get(address(raised)).status_code == 403


@pytest.mark.parametrize("rule", ["DAY-04", "DAY-02", "DIS-01", "XXX-99"])
def test_what_nobody_can_override_has_no_page(rule: str, bedside: Any, raised: Any, open_as: Any) -> None:
    with bedside.acting(bedside.provider, minutes=2):
        assert open_as(bedside.provider).get(address(raised, rule)).status_code == 404


def test_once_the_infusion_runs_there_is_nothing_to_decide(bedside: Any, open_as: Any) -> None:
    session = bedside.running()
    with bedside.acting(bedside.provider, minutes=5):
        assert open_as(bedside.provider).get(address(session)).status_code == 404
