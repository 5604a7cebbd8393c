"""A visit is booked once, on a free chair, for a person who is not elsewhere at that time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.front_desk.models import Appointment, VisitKind
from unloop.clinic.front_desk.services import book, call_off
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
INFUSION = VisitKind.INFUSION


@pytest.fixture
def noon(provider) -> datetime:
    """Today, four hours from now."""
    return clock.now() + timedelta(hours=4)


def test_a_visit_is_kept_with_who_booked_it(somebody, chairs, noon, provider) -> None:
    visit = book(somebody(), INFUSION, noon, chair=chairs[0])
    assert (visit.made_by, visit.made_at) == (provider.pk, clock.now())
    line = AuditEntry.objects.get(action="front_desk.booked")
    assert (line.person_id, line.detail) == (visit.person_id, {"kind": "infusion"})


@pytest.mark.parametrize("minutes", [-119, -60, 0, 60, 119])
def test_a_chair_holds_one_person_at_a_time(somebody, chairs, noon, minutes: int) -> None:
    book(somebody("Quill"), INFUSION, noon, chair=chairs[0])
    with pytest.raises(InputRefused, match="free then"):
        book(somebody("Tamm"), INFUSION, noon + timedelta(minutes=minutes), chair=chairs[0])
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("minutes", [-120, 120])
def test_one_visit_may_begin_when_the_other_ends(somebody, chairs, noon, minutes: int) -> None:
    book(somebody("Quill"), INFUSION, noon, chair=chairs[0])
    book(somebody("Tamm"), INFUSION, noon + timedelta(minutes=minutes), chair=chairs[0])
    assert Appointment.objects.count() == 2


def test_the_other_chair_is_free(somebody, chairs, noon) -> None:
    book(somebody("Quill"), INFUSION, noon, chair=chairs[0])
    book(somebody("Tamm"), INFUSION, noon, chair=chairs[1])
    assert Appointment.objects.count() == 2


def test_nobody_is_expected_in_two_places(somebody, chairs, noon) -> None:
    person = somebody()
    book(person, INFUSION, noon, chair=chairs[0])
    with pytest.raises(InputRefused, match="one visit at a time"):
        book(person, VisitKind.RATING, noon + timedelta(minutes=30))


def test_the_same_visit_sent_twice_is_booked_once(somebody, chairs, noon) -> None:
    person = somebody()
    assert book(person, INFUSION, noon, chair=chairs[0]) == book(person, INFUSION, noon, chair=chairs[0])
    assert AuditEntry.objects.filter(action="front_desk.booked").count() == 1


def test_a_visit_that_is_called_off_frees_the_chair_and_stays_in_the_books(somebody, chairs, noon) -> None:
    visit = book(somebody("Quill"), INFUSION, noon, chair=chairs[0])
    call_off(visit.id)
    book(somebody("Tamm"), INFUSION, noon, chair=chairs[0])
    assert Appointment.objects.count() == 2
    assert AuditEntry.objects.filter(action="front_desk.called_off", person_id=visit.person_id).exists()


def test_a_time_without_an_offset_is_refused(somebody) -> None:
    with pytest.raises(InputRefused, match="offset"):
        book(somebody(), INFUSION, datetime(2026, 12, 3, 12))  # noqa: DTZ001 - the very fault


# --- by page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(cast, as_user, provider):
    """The front desk's browser."""
    return as_user(cast.front_desk)


def send(desk, person, **changes: object):
    address = f"/people/{person.id}/visits/"
    token = desk.get(address).content.decode().split('name="for_person" value="')[1].split('"')[0]
    usual = {
        "for_person": token,
        "kind": "infusion",
        "begins_at": "2026-12-03T12:00",
        "minutes": "120",
        "chair": "",
    }
    return desk.post(address, usual | changes)


def test_a_visit_is_booked_in_the_clinics_own_time(desk, somebody, chairs) -> None:
    person = somebody()
    response = send(desk, person, chair=str(chairs[0].pk))
    assert response.url == "/today/?day=2026-12-03"
    assert Appointment.objects.get().begins_at.isoformat() == "2026-12-03T17:00:00+00:00"
    assert "1 visit is booked." in desk.get(f"/people/{person.id}/visits/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"begins_at": "2026-12-02T12:00"}, "today or later"),
        ({"begins_at": "2028-12-03T12:00"}, "at most two years ahead"),
        ({"begins_at": "9999-12-31T23:59"}, "at most two years ahead"),
        ({"begins_at": "0001-01-01T00:00"}, "today or later"),
        ({"begins_at": "2027-03-14T02:30"}, "may not exist"),
        ({"begins_at": "soon"}, "Enter a valid date/time"),
        ({"minutes": "5"}, "greater than or equal to 10"),
        ({"minutes": "9999"}, "less than or equal to 480"),
        ({"kind": "party"}, "not one of the available choices"),
        ({"chair": "99999"}, '<span class="error">'),
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_its_mend(desk, somebody, changes, said: str) -> None:
    response = send(desk, somebody(), **changes)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Appointment.objects.exists()


def test_a_taken_chair_is_said_at_its_field(desk, somebody, chairs, noon) -> None:
    book(somebody("Tamm"), INFUSION, noon, chair=chairs[0])
    response = send(desk, somebody("Quill"), chair=str(chairs[0].pk))
    assert response.status_code == 422
    assert "choose another time or chair" in response.content.decode()


def test_a_visit_is_called_off_from_the_page_of_its_own_person_alone(desk, somebody, noon) -> None:
    mine, other = somebody("Quill"), somebody("Tamm")
    visit = book(mine, INFUSION, noon)
    token = (
        desk.get(f"/people/{other.id}/visits/").content.decode().split('for_person" value="')[1].split('"')[0]
    )
    assert desk.post(f"/people/{other.id}/visits/{visit.id}/off/", {"for_person": token}).status_code == 404
    assert desk.post(f"/people/{mine.id}/visits/{visit.id}/off/", {"for_person": token}).status_code == 409
    visit.refresh_from_db()
    assert visit.called_off_at is None
    token = (
        desk.get(f"/people/{mine.id}/visits/").content.decode().split('for_person" value="')[1].split('"')[0]
    )
    assert desk.post(f"/people/{mine.id}/visits/{visit.id}/off/", {"for_person": token}).status_code == 302
    assert "No visit is booked." in desk.get(f"/people/{mine.id}/visits/").content.decode()
