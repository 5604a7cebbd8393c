"""No start without a clearance that holds: refused by the service with reasons, and by the database without."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import Error, connection, transaction
from django.urls import get_resolver, reverse

from unloop.care.infusion import ImpossibleTransition
from unloop.clinic.bedside import sessions
from unloop.clinic.bedside.models import ChartedEvent, InfusionSession
from unloop.clinic.bedside.sessions import StartRefused, chart_event
from unloop.clinic.chart.models import Person
from unloop.clinic.consulting_room.models import Clearance, ClearanceVoided
from unloop.quantity import InputRefused

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def clearance(session: InfusionSession, bedside: Any, **changes: Any) -> Clearance:
    """A clearance that holds for a start now, but for the changes."""
    fields = {
        "person": bedside.person, "gate": "start", "session_id": session.id, "protocol_id": "ocd-ivket",
        "version": "1.0.0", "sha256": session.protocol_sha256, "judged_at": bedside.now - timedelta(minutes=1),
        "valid_until": bedside.now + timedelta(minutes=10), "rests_on": [], "verdicts": [], "by": bedside.nurse.pk,
    }  # fmt: skip
    row = Clearance(**{**fields, **changes})
    row.save()
    return row


def insert(
    session: InfusionSession,
    at: Any,
    *,
    clearance_id: UUID | None,
    kind: str = "started",
    recorded_at: Any = None,
) -> None:
    """Write a start by raw SQL, past every service."""
    field = ChartedEvent._meta.get_field
    values = {
        "id": uuid4(), "session_id": session.id, "type": kind, "at": at, "recorded_at": recorded_at or at,
        "by": "nobody", "document": {"rate_ml_per_h": 75.0}, "clearance_id": clearance_id,
    }  # fmt: skip
    prepared = [
        json.dumps(value) if name == "document"
        else Clearance._meta.pk.get_db_prep_value(value, connection) if isinstance(value, UUID)
        else field(name).get_db_prep_value(value, connection) if value is not None and name in {"at", "recorded_at"}
        else value
        for name, value in values.items()
    ]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bedside_event ({', '.join(connection.ops.quote_name(name) for name in values)}) "  # noqa: S608
            f"VALUES ({', '.join(['%s'] * len(values))})",
            prepared,
        )


def test_a_clearance_that_holds_lets_the_start_in(bedside: Any) -> None:
    session = bedside.order()
    insert(session, bedside.now, clearance_id=clearance(session, bedside).id)
    assert ChartedEvent.objects.filter(type="started").count() == 1


def somebody_else(bedside: Any) -> Person:
    return Person.objects.create(family="Other", sex="male", made_at=bedside.now)


BROKEN = {
    "of another person": lambda session, bedside: {"person": somebody_else(bedside)},
    "of another session": lambda session, bedside: {"session_id": uuid4()},
    "of no session": lambda session, bedside: {"session_id": None},
    "of another protocol": lambda session, bedside: {"sha256": "0" * 64},
    "of the evaluation gate": lambda session, bedside: {"gate": "evaluation"},
    "expired": lambda session, bedside: {"valid_until": bedside.now - timedelta(seconds=1)},
    "expiring at that very moment": lambda session, bedside: {"valid_until": bedside.now},
    "judged afterwards": lambda session, bedside: {"judged_at": bedside.now + timedelta(seconds=1)},
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_database_refuses_a_start_on_a_clearance(bedside: Any, fault: str) -> None:
    session = bedside.order()
    broken = clearance(session, bedside, **BROKEN[fault](session, bedside))
    with pytest.raises(Error, match="clearance that holds"):
        insert(session, bedside.now, clearance_id=broken.id)
    assert not ChartedEvent.objects.exists()


def test_the_database_refuses_a_start_on_a_voided_clearance(bedside: Any) -> None:
    session = bedside.order()
    held = clearance(session, bedside)
    ClearanceVoided(clearance=held, at=bedside.now, because_of=["sbp"]).save()
    with pytest.raises(Error, match="clearance that holds"):
        insert(session, bedside.now, clearance_id=held.id)


def test_the_database_refuses_a_start_under_a_document_that_nobody_adopted(bedside: Any) -> None:
    """The session and the clearance agree with each other, and with no document of the clinic."""
    session = bedside.order()
    session.pk, session.protocol_sha256, session._state.adding = uuid4(), "0" * 64, True
    session.save(force_insert=True)
    with pytest.raises(Error, match="clearance that holds"):
        insert(session, bedside.now, clearance_id=clearance(session, bedside).id)


@pytest.mark.parametrize("kind", ["started", "Started", " started", "started ", "STARTED"])
def test_the_database_refuses_a_start_without_a_clearance_however_it_is_spelled(
    bedside: Any, kind: str
) -> None:
    session = bedside.order()
    with pytest.raises(Error):
        insert(session, bedside.now, clearance_id=None, kind=kind)


def test_the_database_refuses_a_start_spelled_otherwise_even_with_a_clearance(bedside: Any) -> None:
    session = bedside.order()
    with pytest.raises(Error):
        insert(session, bedside.now, clearance_id=clearance(session, bedside).id, kind="Started")


def test_the_database_refuses_a_start_of_the_future(bedside: Any) -> None:
    session = bedside.order()
    held = clearance(session, bedside)
    with pytest.raises(Error):
        insert(session, bedside.now + timedelta(minutes=5), recorded_at=bedside.now, clearance_id=held.id)


def test_the_database_refuses_a_second_start(bedside: Any) -> None:
    session = bedside.order()
    held = clearance(session, bedside)
    insert(session, bedside.now, clearance_id=held.id)
    with pytest.raises(Error):
        insert(session, bedside.now, clearance_id=held.id)


def test_a_note_cannot_be_turned_into_a_start(bedside: Any) -> None:
    session = bedside.order()
    bedside.chart(session, "note", text="quiet")
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE bedside_event SET type = 'started'", None)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM bedside_event", None)


def test_the_service_refuses_first_and_says_every_reason(bedside: Any) -> None:
    session = bedside.order()
    with pytest.raises(StartRefused) as refused:
        bedside.chart(session, "started", rate_ml_per_h=75.0)
    missing = refused.value.answer.missing
    assert {"escort", "second_check", "sbp", "rass", "iv_patent"} <= set(missing)
    assert not ChartedEvent.objects.filter(type="started").exists()
    assert not Clearance.objects.filter(gate="start").exists()


def test_a_start_keeps_the_clearance_it_rests_on(bedside: Any) -> None:
    session = bedside.running()
    started = ChartedEvent.objects.get(type="started")
    assert started.clearance is not None
    assert (started.clearance.gate, started.clearance.session_id) == ("start", session.id)
    assert started.clearance.judged_at <= started.at < started.clearance.valid_until
    assert started.clearance.valid_until - started.clearance.judged_at == timedelta(minutes=15)


def test_a_start_with_the_real_clock_is_not_before_its_judgement(bedside: Any) -> None:
    session = bedside.ready()
    ticks = iter(range(1, 1000))
    bedside_clock = sessions.clock.now
    try:
        sessions.clock.now = lambda: bedside.now + timedelta(milliseconds=next(ticks))
        with sessions.clock.frozen(bedside.now):
            pass
        from unloop.clinic.audit.services import acting

        with acting(bedside.nurse.as_actor()):
            row = chart_event(session, {"id": str(uuid4()), "type": "started", "rate_ml_per_h": 75.0}).event
    finally:
        sessions.clock.now = bedside_clock
    assert row.clearance.judged_at <= row.at <= row.recorded_at


def test_the_judgement_and_the_start_are_one_transaction(
    bedside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = bedside.ready()

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(sessions, "_append", fail)
    with pytest.raises(RuntimeError):
        bedside.chart(session, "started", rate_ml_per_h=75.0)
    assert not Clearance.objects.filter(gate="start").exists()


def test_one_order_is_started_once(bedside: Any) -> None:
    session = bedside.running()
    with pytest.raises(InputRefused, match="go on on this page") as refusal:
        bedside.chart(session, "started", minutes=3, rate_ml_per_h=75.0)
    assert "it was at 3 December 2026, 17:02:00" in str(refusal.value)
    assert "order" not in refusal.value.mend
    assert ChartedEvent.objects.filter(type="started").count() == 1


def test_a_start_taken_back_is_not_repeated_on_the_same_order(bedside: Any) -> None:
    session = bedside.running()
    started = ChartedEvent.objects.get(type="started")
    bedside.chart(session, "corrected", minutes=3, event=str(started.id), entered_in_error=True)
    with pytest.raises(InputRefused, match="order a new session"):
        bedside.chart(session, "started", minutes=4, rate_ml_per_h=75.0)


def test_the_same_start_sent_twice_adds_nothing(bedside: Any) -> None:
    session = bedside.ready()
    entry = {"id": str(uuid4()), "type": "started", "rate_ml_per_h": 75.0}
    with bedside.acting(bedside.nurse, minutes=1):
        assert chart_event(session, entry).new
    with bedside.acting(bedside.nurse, minutes=2):
        assert not chart_event(session, entry).new
    assert Clearance.objects.filter(gate="start").count() == 1


def test_a_rate_above_the_ceiling_starts_nothing(bedside: Any) -> None:
    session = bedside.ready()
    with pytest.raises(InputRefused, match="ceiling"):
        bedside.chart(session, "started", rate_ml_per_h=750.0)


def test_an_order_of_yesterday_starts_nothing(bedside: Any) -> None:
    session = bedside.ready()
    with pytest.raises(InputRefused, match="24 hours"):
        bedside.chart(session, "started", minutes=25 * 60, rate_ml_per_h=75.0)


def test_an_order_that_was_replaced_starts_nothing(bedside: Any) -> None:
    session = bedside.ready()
    bedside.order(minutes=1)
    with pytest.raises(InputRefused, match="last order"):
        bedside.chart(session, "started", minutes=2, rate_ml_per_h=75.0)


def test_high_pressure_keeps_the_gate_shut(bedside: Any) -> None:
    session = bedside.ready()
    bedside.chart(session, "vitals", minutes=1, sbp=164, dbp=84, hr=72, spo2=98, rr=14)
    with pytest.raises(StartRefused) as refused:
        bedside.chart(session, "started", minutes=2, rate_ml_per_h=75.0)
    assert "DAY-04" in [one.rule for one in refused.value.answer.excluding]


def test_a_start_before_the_second_check_is_impossible(bedside: Any) -> None:
    session = bedside.order()
    with pytest.raises((ImpossibleTransition, StartRefused)):
        bedside.chart(session, "started", rate_ml_per_h=75.0)


def every_address() -> list[str]:
    """Every named address of the clinic."""
    found: list[str] = []

    def walk(patterns: Any, space: str) -> None:
        for one in patterns:
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
            elif one.name:
                found.append(f"{space}{one.name}")

    walk(get_resolver().url_patterns, "")
    return sorted(set(found))


def address_of(name: str, values: dict[str, Any]) -> str | None:
    """The address of a name with what it asks for, if we have that."""
    space, _, bare = name.rpartition(":")
    resolver = get_resolver()
    if space:
        resolver = resolver.namespace_dict[space][1]
    for possibility in resolver.reverse_dict.getlist(bare):
        parameters = possibility[0][0][1]
        if all(parameter in values for parameter in parameters):
            return reverse(name, kwargs={parameter: values[parameter] for parameter in parameters})
    return None


@pytest.mark.parametrize(
    "role", ["provider", "nurse", "front_desk", "researcher", "owner", "medical_director"]
)
def test_no_address_of_the_clinic_starts_an_infusion_at_a_shut_gate(
    bedside: Any, cast: Any, open_as: Any, made_form: Any, role: str
) -> None:
    session = bedside.order()
    values = {
        "person_id": bedside.person.id,
        "session_id": session.id,
        "fact_id": uuid4(),
        "draft_id": uuid4(),
    }
    form = made_form(
        bedside.person, kind="started", type="started", rate_ml_per_h="75", events='[{"type": "started"}]', code="second_check",
        value="yes", second=str(bedside.second.pk), escort="yes",
    )  # fmt: skip
    tried = 0
    for name in every_address():
        address = address_of(name, values)
        if address is None or name in {"account_logout", "account_login"} or name.startswith("mfa"):
            continue
        client = open_as(cast.by_role()[role])
        client.raise_request_exception = False
        answer = client.post(address, form)
        assert answer.status_code < 500 or not name.startswith("bedside"), name
        tried += 1
    assert tried > 15
    assert not ChartedEvent.objects.filter(type__iexact="started").exists()


def test_there_is_no_admin(bedside: Any) -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not any("admin" in name for name in every_address())


@pytest.mark.parametrize(
    "kind",
    ["checked", "rate_changed", "paused", "resumed", "stopped", "pump_confirmed_off", "discharged", "signed"],
)
def test_no_other_event_makes_a_session_run(bedside: Any, kind: str) -> None:
    session = bedside.order()
    more = {"checked": {"second": str(bedside.second.pk)}, "rate_changed": {"rate_ml_per_h": 75}, "resumed": {"rate_ml_per_h": 75}}  # fmt: skip
    with contextlib.suppress(InputRefused):
        bedside.chart(session, kind, **more.get(kind, {}))
    with bedside.acting(bedside.nurse, minutes=1):
        assert sessions.watch_session(session).state.started_at is None


def test_a_correction_cannot_turn_a_note_into_a_start(bedside: Any) -> None:
    session = bedside.order()
    note = bedside.chart(session, "note", text="quiet").event
    with bedside.acting(bedside.nurse), pytest.raises(InputRefused):
        chart_event(
            session,
            {
                "id": str(uuid4()),
                "type": "corrected",
                "event": str(note.id),
                "kind": "started",
                "rate_ml_per_h": 75,
            },
        )
    with bedside.acting(bedside.nurse, minutes=1):
        assert sessions.watch_session(session).state.started_at is None
