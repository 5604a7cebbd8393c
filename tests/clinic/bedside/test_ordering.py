"""An order stands on evaluation, plan, consent and a weight of this week; everything else is worked out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.bedside import ordering
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.ordering import (
    NotYetOrderable,
    check_last_of_the_day,
    missing_before_order,
    missing_for,
    order_session,
    preparation_of,
    prepare_order,
)
from unloop.clinic.chart.models import FactRow
from unloop.clinic.chart.services import NewFact, add_facts, load_chart
from unloop.clinic.consulting_room.services import GateChoice, clear, current_plan, withdraw_consent
from unloop.clinic.people.services import protocol_of
from unloop.facts import Chart
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db


def test_an_order_follows_the_plan_and_the_weight_of_the_day(bedside: Any) -> None:
    session = bedside.order()
    assert (session.dose_mg, session.weight_kg, session.number) == (34.0, 68.4, 1)
    assert session.order.planned_rate.ml_per_h == pytest.approx(75.0)
    assert session.protocol_sha256 == bedside.adopted.sha256
    assert session.plan_id == current_plan(bedside.person).id
    assert AuditEntry.objects.filter(action="bedside.session.ordered", person_id=bedside.person.id).exists()


def test_a_new_weight_gives_a_new_dose(bedside: Any) -> None:
    with bedside.acting(bedside.nurse):
        add_facts(bedside.person, [NewFact("weight", 60.4, "kg")])
    plan = current_plan(bedside.person)
    with bedside.acting(bedside.provider):
        assert prepare_order(bedside.person, plan).dose.mg == 30


def test_the_preparation_of_a_session_is_worked_out_again_as_it_was(bedside: Any) -> None:
    session = bedside.order()
    with bedside.acting(bedside.nurse, minutes=5):
        add_facts(bedside.person, [NewFact("weight", 90, "kg")])
        assert preparation_of(session).dose.mg == session.dose_mg


def test_a_stronger_vial_is_drawn_up_in_less(bedside: Any) -> None:
    with bedside.acting(bedside.provider):
        session = order_session(bedside.person, current_plan(bedside.person), vial_mg_per_ml=50)
    assert preparation_of(session).draw.ml == pytest.approx(0.68)


def test_a_vial_that_the_protocol_does_not_have_is_refused(bedside: Any) -> None:
    with bedside.acting(bedside.provider), pytest.raises(InputRefused, match="vial"):
        order_session(bedside.person, current_plan(bedside.person), vial_mg_per_ml=75)


def test_without_consent_nothing_is_ordered_and_the_link_is_named(bedside: Any) -> None:
    with bedside.acting(bedside.provider):
        withdraw_consent(bedside.person)
        assert "consulting_room:consent" in [one.route for one in missing_before_order(bedside.person)]
        with pytest.raises(NotYetOrderable):
            order_session(bedside.person, current_plan(bedside.person))
    assert not InfusionSession.objects.exists()


def test_a_number_that_changed_since_the_consent_is_said_where_the_infusion_is_ordered(
    bedside: Any, open_as: Any, a_changed_number: Any
) -> None:
    browser, address = open_as(bedside.provider), f"/people/{bedside.person.id}/sessions/order/"
    assert "has changed since the person agreed" not in browser.get(address).content.decode()
    a_changed_number(-1.0)
    text = browser.get(address).content.decode()
    assert "A number on the sheet has changed since the person agreed (COCHRANE_CD001765)" in text
    assert f"/people/{bedside.person.id}/consent/" in text


def test_a_weight_of_eight_days_ago_orders_nothing(bedside: Any) -> None:
    late = timedelta(days=8) / timedelta(minutes=1)
    with bedside.acting(bedside.provider, minutes=late):
        routes = [str(one.words) for one in missing_before_order(bedside.person)]
        assert any("weight" in one for one in routes)
        with pytest.raises(InputRefused) as refusal:
            prepare_order(bedside.person, current_plan(bedside.person))
    assert refusal.value.where == "weight"


def test_a_birthday_that_lowers_the_dose_asks_for_a_new_plan(bedside: Any) -> None:
    type(bedside.person).objects.filter(pk=bedside.person.pk).update(birth_date=date(1961, 12, 3))
    bedside.person.refresh_from_db()
    with bedside.acting(bedside.provider):
        plan = current_plan(bedside.person)
        assert not missing_before_order(bedside.person)
        for refused in (prepare_order, order_session):
            with pytest.raises(InputRefused, match="consent again") as refusal:
                refused(bedside.person, plan)
            assert "0.3 mg/kg" in str(refusal.value)
            assert "0.5 mg/kg over 40.0 min by actual weight, at most 60.0 mg" in str(refusal.value)
    assert not InfusionSession.objects.exists()


def test_a_weight_that_changes_the_basis_asks_for_a_new_plan(bedside: Any) -> None:
    with bedside.acting(bedside.provider):
        add_facts(bedside.person, [NewFact("weight", 118, "kg")])
        with pytest.raises(InputRefused, match="adjusted weight"):
            prepare_order(bedside.person, current_plan(bedside.person))


def test_a_step_that_is_no_longer_proposed_is_not_ordered_at_the_dose_without_it(bedside: Any) -> None:
    plan = current_plan(bedside.person)
    plan.terms = {**plan.terms, "step": "DOS-05", "mg_per_kg": 0.75, "minutes": 60.0}
    with bedside.acting(bedside.provider), pytest.raises(InputRefused, match="consent again"):
        prepare_order(bedside.person, plan)


def test_a_birthday_after_the_consent_is_said_on_the_page(bedside: Any, open_as: Any, made_form: Any) -> None:
    type(bedside.person).objects.filter(pk=bedside.person.pk).update(birth_date=date(1961, 12, 3))
    client, address = open_as(bedside.provider), f"/people/{bedside.person.id}/sessions/order/"
    assert "ask for consent again" in client.get(address).content.decode()
    assert client.post(address, made_form(bedside.person, vial="10", chair="")).status_code == 422
    assert not InfusionSession.objects.exists()


def test_an_excluding_answer_takes_the_evaluation_away(bedside: Any) -> None:
    with bedside.acting(bedside.provider):
        add_facts(bedside.person, [NewFact("psychosis_now", True)])
        assert "consulting_room:evaluation" in [one.route for one in missing_before_order(bedside.person)]


def test_nobody_orders_outside_a_staff_member(bedside: Any) -> None:
    with pytest.raises(InputRefused, match="staff") as refusal:
        order_session(bedside.person, current_plan(bedside.person))
    assert (refusal.value.where, refusal.value.given) == ("order", "nobody")


def test_the_page_shows_the_arithmetic_and_orders(bedside: Any, open_as: Any, made_form: Any) -> None:
    client = open_as(bedside.provider)
    address = f"/people/{bedside.person.id}/sessions/order/"
    page = client.get(address).content.decode()
    assert "Drug in the syringe, counted back" in page
    assert "34 mg over 40 minutes" in page
    looked = client.post(address, made_form(bedside.person, vial="50", chair="", look="1"))
    assert "0.68" in looked.content.decode()
    assert not InfusionSession.objects.exists()
    answer = client.post(address, made_form(bedside.person, vial="10", chair=""))
    session = InfusionSession.objects.get()
    assert answer["Location"] == f"/people/{bedside.person.id}/sessions/{session.id}/"
    assert "34 mg" in client.get(f"/people/{bedside.person.id}/sessions/").content.decode()


def test_the_page_says_what_is_missing_and_refuses_to_order(
    bedside: Any, open_as: Any, made_form: Any
) -> None:
    with bedside.acting(bedside.provider):
        withdraw_consent(bedside.person)
    client = open_as(bedside.provider)
    address = f"/people/{bedside.person.id}/sessions/order/"
    assert "No consent to this plan stands." in client.get(address).content.decode()
    assert client.post(address, made_form(bedside.person, vial="10")).status_code == 409
    assert not InfusionSession.objects.exists()


def test_a_nurse_orders_nothing(bedside: Any, open_as: Any, made_form: Any) -> None:
    client = open_as(bedside.nurse)
    answer = client.post(f"/people/{bedside.person.id}/sessions/order/", made_form(bedside.person, vial="10"))
    assert answer.status_code == 403


def test_before_a_protocol_is_in_force_there_is_nothing_to_order_by(
    bedside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordering, "current_protocol", lambda: None)
    with bedside.acting(bedside.provider):
        (missing,) = missing_before_order(bedside.person)
        assert str(missing.words) == "No protocol is in force."
        assert reverse(missing.route)
        with pytest.raises(NotYetOrderable) as refusal:
            order_session(bedside.person, current_plan(bedside.person))
    assert (refusal.value.where, refusal.value.given) == ("order", "no order")


@pytest.mark.parametrize("plan_of", ["nobody", "another protocol"])
def test_a_plan_that_does_not_stand_under_the_protocol_is_missing_and_leads_to_the_plan(
    bedside: Any, plan_of: str
) -> None:
    with bedside.acting(bedside.provider):
        plan = None if plan_of == "nobody" else current_plan(bedside.person)
        if plan is not None:
            plan.protocol_id = uuid4()
        (missing,) = missing_for(bedside.person, plan, None, chart=load_chart(bedside.person))
    assert str(missing.words) == "No plan stands under the protocol in force."
    assert reverse(missing.route, args=[bedside.person.id]).endswith("/plan/")


def test_only_the_plan_that_stands_is_ordered(bedside: Any) -> None:
    with bedside.acting(bedside.provider):
        plan = current_plan(bedside.person)
        plan.id = uuid4()
        with pytest.raises(InputRefused, match="the plan has changed") as refusal:
            order_session(bedside.person, plan)
    assert refusal.value.where == "plan"
    assert not InfusionSession.objects.exists()


def test_a_weight_counts_for_seven_days_to_the_minute(bedside: Any) -> None:
    measured = FactRow.objects.get(person=bedside.person, code="weight").at
    with bedside.acting(bedside.provider) as begun:
        until = (measured + timedelta(days=7) - begun) / timedelta(minutes=1)
    for minutes, counts in ((until, True), (until + 1, False)):
        with bedside.acting(bedside.provider, minutes=minutes):
            missing = [one for one in missing_before_order(bedside.person) if "weight" in str(one.words)]
            assert (not missing) is counts
            assert all(reverse(one.route, args=[bedside.person.id]) for one in missing)


def test_an_order_counts_for_a_day_to_the_minute(bedside: Any) -> None:
    session = bedside.order()
    day = timedelta(days=1) / timedelta(minutes=1)
    with bedside.acting(bedside.nurse, minutes=day):
        check_last_of_the_day(session)
    with (
        bedside.acting(bedside.nurse, minutes=day + 1),
        pytest.raises(InputRefused, match="24 hours") as refusal,
    ):
        check_last_of_the_day(session)
    assert refusal.value.where == "start"


def test_an_order_that_cannot_be_worked_out_again_is_refused(bedside: Any) -> None:
    session = bedside.order()
    session.dose_mg = 30.0
    with bedside.acting(bedside.nurse), pytest.raises(InputRefused, match="30 mg as ordered") as refusal:
        preparation_of(session)
    assert refusal.value.where == "order"


def test_the_trail_says_which_infusion_was_ordered(bedside: Any) -> None:
    session = bedside.order()
    entry = AuditEntry.objects.get(action="bedside.session.ordered")
    assert entry.detail == {"number": 1, "sha256": session.protocol_sha256}


def test_a_preparation_without_any_weight_is_refused(bedside: Any) -> None:
    session = bedside.order()
    with bedside.acting(bedside.nurse), pytest.raises(InputRefused, match="weigh the person") as refusal:
        preparation_of(session, chart=Chart(load_chart(bedside.person).person, ()))
    assert refusal.value.where == "weight"


def test_infusions_are_numbered_by_those_begun_not_by_those_ordered(bedside: Any) -> None:
    bedside.order()
    bedside.recovering()
    with bedside.acting(bedside.provider, minutes=60):
        clear(GateChoice.EVALUATION, bedside.person, protocol_of(bedside.adopted))
    assert bedside.order(minutes=60).number == 2
