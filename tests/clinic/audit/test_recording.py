"""A line of the trail: who, what, whose, how it ended; never a name, and never without the act it tells of."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import Actor, FreeTextInAudit, Outcome, acting, current_actor, record

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)


def test_a_line_says_who_did_what_to_whose_data_through_which_page() -> None:
    user, person = uuid4(), uuid4()
    with clock.frozen(NOON), acting(Actor(kind=user_kind(), id=user, role="nurse"), route="bedside:session"):
        record("chart.fact.recorded", person=person, about=("chart.fact", "7"), detail={"code": "sbp"})
    entry = AuditEntry.objects.get()
    assert (entry.at, entry.actor_kind, entry.actor_id, entry.role) == (NOON, "user", user, "nurse")
    assert (entry.action, entry.person_id, entry.route) == ("chart.fact.recorded", person, "bedside:session")
    assert (entry.object_type, entry.object_id, entry.detail) == ("chart.fact", "7", {"code": "sbp"})
    assert entry.outcome == Outcome.DONE


def user_kind() -> object:
    from unloop.clinic.audit.services import ActorKind

    return ActorKind.USER


def test_outside_any_page_the_installation_acts() -> None:
    record("test.happened")
    assert AuditEntry.objects.get().actor_kind == "system"


def test_an_actor_acts_only_inside_its_block() -> None:
    link = Actor.link(uuid4())
    with acting(link):
        assert current_actor() == link
        with acting(Actor.system("worker")):
            assert current_actor().role == "worker"
        assert current_actor() == link
    assert current_actor() == Actor.system()


def test_who_acts_can_be_said_outright() -> None:
    link = Actor.link(uuid4())
    with acting(Actor.system("worker")):
        record("questionnaires.answered", by=link)
    assert AuditEntry.objects.get().actor_id == link.id


@pytest.mark.parametrize(
    "detail",
    [
        {"note": "Slept badly, otherwise well"},
        {"names": ["ok", "Clara Montañez"]},
        {"mail": "someone@clinic.example"},
        {"long": "x" * 65},
        {"line": "a\nb"},
    ],
)
def test_words_are_refused_in_a_detail(detail: dict[str, object]) -> None:
    with pytest.raises(FreeTextInAudit):
        record("test.happened", detail=detail)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "detail",
    [
        {"code": "sbp", "value": 128.5, "given": None, "known": False},
        {"at": "2026-12-03T12:00:00.000001+00:00", "codes": ["sbp", "dbp"]},
        {"version": "1.2.0-draft", "id": "ocd-ivket"},
    ],
)
def test_codes_numbers_and_times_are_taken(detail: dict[str, object]) -> None:
    record("test.happened", detail=detail)
    assert AuditEntry.objects.get().detail == detail


@pytest.mark.django_db(transaction=True)
def test_an_act_that_cannot_be_recorded_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    from unloop.clinic.people import places, staff
    from unloop.clinic.people.models import User
    from unloop.clinic.people.roles import Role

    places.make_organisation(places.NewClinic(name="Clinic", zone="Europe/Oslo"), demo=False)
    monkeypatch.setattr(AuditEntry, "save", broken)
    with pytest.raises(RuntimeError, match="the trail is full"):
        staff.add_user(username="somebody", name="S. Somebody", roles=[Role.NURSE])
    assert not User.objects.exists()


def broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("the trail is full")


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_leaves_no_line() -> None:
    with transaction.atomic():
        record("test.happened")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_the_clock_is_held_inside_its_block_only() -> None:
    with clock.frozen(NOON):
        assert clock.now() == NOON
        with clock.frozen(NOON.replace(hour=13)):
            assert clock.now().hour == 13
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_the_clock_is_not_held_at_a_time_without_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"), clock.frozen(datetime(2026, 12, 3)):  # noqa: DTZ001
        pass


def test_today_is_the_day_of_the_clinics_zone() -> None:
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    late = datetime(2026, 12, 4, 2, tzinfo=UTC)
    with clock.frozen(late), timezone.override(ZoneInfo("America/New_York")):
        assert clock.today().day == 3
    with clock.frozen(late), timezone.override(ZoneInfo("Europe/Oslo")):
        assert clock.today().day == 4
