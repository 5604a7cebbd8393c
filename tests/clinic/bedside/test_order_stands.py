"""An order is given only while it is what would be ordered now, and a button pressed twice orders once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from unloop.clinic.audit import clock
from unloop.clinic.bedside.board import chair_is_taken
from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.bedside.ordering import order_session, preparation_now
from unloop.clinic.bedside.preparing import Drawn, second_check
from unloop.clinic.chart.models import FactRow, Person
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.consulting_room.services import GateChoice, clear, current_plan
from unloop.clinic.people.services import protocol_of
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"


def _weighed_again(bedside: Any, kg: float, *, corrects: bool = False) -> None:
    old = FactRow.objects.get(person=bedside.person, code="weight")
    with bedside.acting(bedside.nurse, minutes=1):
        fact = (
            NewFact("weight", kg, "kg", at=old.at, supersedes=old.id)
            if corrects
            else NewFact("weight", kg, "kg")
        )
        add_facts(bedside.person, [fact])


def _start(bedside: Any, session: InfusionSession) -> Any:
    return bedside.chart(session, "started", minutes=2, rate_ml_per_h=75.0)


@pytest.mark.parametrize("corrects", [False, True])
@pytest.mark.parametrize("kg", [50.0, 66.9, 75.0])
def test_a_bag_drawn_up_for_another_weight_is_not_started(bedside: Any, kg: float, *, corrects: bool) -> None:
    session = bedside.ready()
    _weighed_again(bedside, kg, corrects=corrects)
    with pytest.raises(InputRefused, match=r"^order: .*34 mg for 68\.4 kg") as refusal:
        _start(bedside, session)
    assert "order again" in str(refusal.value)
    assert not ChartedEvent.objects.filter(type="started").exists()


def test_a_weight_that_gives_the_same_dose_starts(bedside: Any) -> None:
    session = bedside.ready()
    _weighed_again(bedside, 69.1)
    assert _start(bedside, session).new


def test_an_order_made_again_for_the_new_weight_starts(bedside: Any) -> None:
    bedside.ready()
    _weighed_again(bedside, 60.0)
    with bedside.acting(bedside.provider, minutes=2):
        clear(GateChoice.EVALUATION, bedside.person, protocol_of(bedside.adopted))
    bedside.now = bedside.now.replace(minute=5)
    session = bedside.ready()
    assert session.dose_mg == 30
    assert _start(bedside, session).new


def test_a_syringe_for_an_order_that_no_longer_stands_is_not_confirmed(bedside: Any) -> None:
    session = bedside.order()
    _weighed_again(bedside, 50.0)
    with bedside.acting(bedside.nurse, minutes=3), pytest.raises(InputRefused, match="counts now"):
        second_check(
            session, session.id, Drawn(10.0, 3.4), second=bedside.second, password=PASSWORD,
        )  # fmt: skip
    assert not ChartedEvent.objects.filter(type="checked").exists()


def test_an_order_that_a_later_one_replaced_has_no_preparation_now(bedside: Any) -> None:
    first = bedside.order()
    second = bedside.order(minutes=1)
    with bedside.acting(bedside.nurse, minutes=2):
        assert preparation_now(second).dose.mg == second.dose_mg
        with pytest.raises(InputRefused, match="last order"):
            preparation_now(first)


def test_an_order_by_an_earlier_plan_has_no_preparation_now(bedside: Any) -> None:
    from unloop.clinic.consulting_room.services import make_plan

    session = bedside.order()
    with bedside.acting(bedside.provider, minutes=1):
        make_plan(bedside.person, bedside.adopted)
        with pytest.raises(InputRefused, match=r"^order: .*earlier plan"):
            preparation_now(session)


def test_the_page_says_that_the_order_can_no_longer_be_given(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    session = bedside.ready()
    address = f"/people/{bedside.person.id}/sessions/{session.id}/"
    ready = open_as(bedside.nurse).get(address).content.decode()
    assert "Ready to start." in ready
    assert "Record: pump started" in ready
    _weighed_again(bedside, 50.0)
    with clock.frozen(bedside.now.replace(minute=2)):
        page = open_as(bedside.nurse).get(address).content.decode()
    assert "Not ready to start: order again." in page
    assert "34 mg for 68.4 kg" in page
    assert "25 mg for 50 kg, the weight that counts now" in page
    assert "Record: pump started" not in page
    assert "Count back and confirm" not in page
    with clock.frozen(bedside.now.replace(minute=2)):
        answer = open_as(bedside.nurse).post(f"{address}start/", made_form(bedside.person))
    assert answer.status_code == 422
    assert not ChartedEvent.objects.filter(type="started").exists()


def test_an_order_sent_twice_is_one_order(bedside: Any, open_as: Any, made_form: Any) -> None:
    client, address = open_as(bedside.provider), f"/people/{bedside.person.id}/sessions/order/"
    assert 'name="id"' in client.get(address).content.decode()
    sent = made_form(bedside.person, vial="10", chair="")
    first, second = client.post(address, sent), client.post(address, sent)
    assert first["Location"] == second["Location"]
    assert InfusionSession.objects.count() == 1


def test_the_id_of_another_persons_order_orders_nothing(bedside: Any) -> None:
    session, other = bedside.order(), Person.objects.create(family="Feld", given="Jo", made_at=bedside.now)
    with bedside.acting(bedside.provider), pytest.raises(InputRefused, match=r"^order: .*another order"):
        order_session(other, current_plan(bedside.person), order_id=session.id)


@pytest.mark.parametrize(
    ("typed", "kept"), [("11:55", True), ("00:30", True), ("12:30", False), ("23:00", False)]
)
def test_a_clock_time_still_to_come_is_no_reading_of_yesterday(
    bedside: Any, open_as: Any, made_form: Any, typed: str, *, kept: bool
) -> None:
    session = bedside.order()
    sent = made_form(bedside.person, kind="vitals", sbp=122, dbp=76, hr=70, spo2=98, rr=14, at_time=typed)
    page = f"/people/{bedside.person.id}/sessions/{session.id}/chart/"
    assert open_as(bedside.nurse).post(page, sent).status_code == (302 if kept else 422)
    assert ChartedEvent.objects.filter(type="vitals").exists() is kept


def _in_a_chair(bedside: Any) -> InfusionSession:
    from unloop.clinic.people.services import add_chair, add_location, clinic_here

    chair = add_chair(add_location(clinic_here().organisation, "Quay"), "Chair 7")
    with bedside.acting(bedside.provider):
        return order_session(bedside.person, current_plan(bedside.person), chair=chair)


def _of_somebody_else(session: InfusionSession, at: datetime) -> InfusionSession:
    other = InfusionSession.objects.get(pk=session.pk)
    other.pk, other._state.adding = uuid4(), True
    other.person = Person.objects.create(family="Feld", given="Jo", made_at=at)
    other.save()
    return other


def test_a_chair_is_taken_until_the_person_in_it_has_left(
    bedside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _in_a_chair(bedside)
    monkeypatch.setattr(bedside, "order", lambda: session)
    next_in_it = _of_somebody_else(session, bedside.now)
    with bedside.acting(bedside.nurse):
        assert not chair_is_taken(next_in_it)
    bedside.ready_to_leave()
    with bedside.acting(bedside.nurse, minutes=111):
        assert chair_is_taken(next_in_it)
        assert not chair_is_taken(session)
    bedside.chart(session, "discharged", minutes=112)
    with bedside.acting(bedside.nurse, minutes=113):
        assert not chair_is_taken(next_in_it)


def test_before_the_start_the_page_says_that_the_chair_is_taken(
    bedside: Any, open_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _in_a_chair(bedside)
    address = f"/people/{bedside.person.id}/sessions/{session.id}/"
    assert "has not ended in the record" not in open_as(bedside.nurse).get(address).content.decode()
    monkeypatch.setattr("unloop.clinic.bedside.views.session.chair_is_taken", lambda _session: True)
    page = open_as(bedside.nurse).get(address).content.decode()
    assert "Somebody else&#x27;s session in Chair 7 has not ended" in page.replace("'", "&#x27;")


def test_a_button_that_a_gate_refused_says_that_nothing_was_charted(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    session = bedside.order()
    address = f"/people/{bedside.person.id}/sessions/{session.id}/"
    refused = open_as(bedside.nurse).post(f"{address}start/", made_form(bedside.person))
    assert refused.status_code == 409
    assert "Nothing was charted" in refused.content.decode()
    assert "Nothing was charted" not in open_as(bedside.nurse).get(address).content.decode()


def test_leaving_before_the_hour_says_that_nothing_was_charted(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    session = bedside.recovering()
    address = f"/people/{bedside.person.id}/sessions/{session.id}/"
    with clock.frozen(bedside.now.replace(minute=50)):
        refused = open_as(bedside.nurse).post(f"{address}discharge/", made_form(bedside.person))
    assert refused.status_code == 409
    assert "Nothing was charted" in refused.content.decode()
    assert not ChartedEvent.objects.filter(type="discharged").exists()
