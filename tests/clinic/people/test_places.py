"""The clinic's details, its locations and its chairs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.people import places
from unloop.clinic.people.models import Chair, Location, Organisation
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    with pytest.raises(InputRefused, match="America/New_York"):
        places.make_organisation(places.NewClinic(name="Clinic", zone="Mars/Olympus"), demo=False)


def test_there_is_one_clinic_for_each_installation(organisation: Organisation) -> None:
    with pytest.raises(InputRefused, match="one clinic"):
        places.set_up(
            places.NewClinic(name="Second", zone="Europe/Oslo"),
            username="x",
            name="X",
            email="",
            password="five made-up words stand here",
        )


def test_chairs_come_and_go_by_page(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.owner)
    location = Location.objects.get()
    sent = {"chair-location": location.pk, "chair-name": "Chair 1"}
    browser.post("/clinic/places/chair/", sent)
    assert "One chair is in use." in browser.get("/clinic/places/").content.decode()
    chair = Chair.objects.get()
    browser.post(f"/clinic/places/chair/{chair.pk}/")
    assert places.chairs_in_use() == []
    browser.post(f"/clinic/places/chair/{chair.pk}/")
    assert places.chairs_in_use() == [chair]
    again = browser.post("/clinic/places/chair/", sent)
    assert again.status_code == 422
    assert "already exists" in again.content.decode() or "once" in again.content.decode()


def test_a_chair_in_a_closed_location_cannot_be_booked(organisation: Organisation) -> None:
    location = organisation.locations.get()
    places.add_chair(location, "Chair 1")
    location.closed_at = datetime(2026, 12, 3, tzinfo=UTC)
    location.save()
    assert places.chairs_in_use() == []


def test_a_location_is_added_by_page(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.owner)
    browser.post("/clinic/places/location/", {"location-name": "North", "location-address": "1 Made-up Road"})
    assert Location.objects.filter(name="North").exists()
    assert browser.post("/clinic/places/location/", {"location-name": ""}).status_code == 422


DETAILS = {
    "name": "Clinic",
    "zone": "Europe/Oslo",
    "language": "en",
    "crisis_line": "",
    "crisis_line_checked_on": "",
}


def test_the_clinics_details_change_what_every_page_shows(
    cast: object, as_user: Callable[..., Client]
) -> None:
    browser = as_user(cast.owner)
    browser.post("/clinic/details/", DETAILS | {"name": "Another name"})
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.zone) == ("Another name", "Europe/Oslo")
    assert "Another name" in browser.get("/clinic/").content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"crisis_line": "555 0100"}, "day on which you looked"),
        ({"crisis_line": "555 0100", "crisis_line_checked_on": "2999-01-01"}, "still to come"),
        ({"crisis_line": "555 0100", "crisis_line_checked_on": "2020-01-01"}, "Look the number up again"),
        ({"zone": "Mars/Olympus"}, "Select a valid choice"),
    ],
)
def test_details_that_cannot_be_taken_are_named(
    cast: object, as_user: Callable[..., Client], changed: dict[str, str], said: str
) -> None:
    page = as_user(cast.owner).post("/clinic/details/", DETAILS | changed)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_times_are_shown_in_the_clinics_zone(cast: object, as_user: Callable[..., Client]) -> None:
    from unloop.clinic.audit import clock

    browser = as_user(cast.owner)
    with clock.frozen(clock.now().replace(hour=12, minute=34)):
        offset = clock.now().astimezone(Organisation.objects.get().tz)
        page = browser.get("/audit/").content.decode()
    assert f"{offset:%H:%M}" in page


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "New York time (it is 12:30 there)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time (it is 14:30 there)"),
    ],
)
def test_the_zone_is_said_by_its_place_and_chosen_by_its_name(
    cast: object, as_user: Callable[..., Client], zone: str, said: str
) -> None:
    Organisation.objects.update(zone=zone)
    browser = as_user(cast.owner)
    with clock.frozen(datetime(2026, 12, 3, 17, 30, tzinfo=UTC)):
        page = browser.get("/clinic/").content.decode()
    assert said in page
    assert f"<dd>{zone}</dd>" not in page
    assert f'value="{zone}"' in browser.get("/clinic/details/").content.decode()


def test_the_clinics_language_is_spoken(cast: object, as_user: Callable[..., Client]) -> None:
    Organisation.objects.update(language="es")
    page = as_user(cast.owner).get("/clinic/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="es"' in page


@pytest.mark.parametrize(("days", "old"), [(0, False), (180, False), (181, True)])
def test_a_crisis_line_looked_up_half_a_year_ago_is_marked_until_somebody_looks_again(
    cast: object, as_user: Callable[..., Client], days: int, old: object
) -> None:
    with clock.frozen(clock.now().replace(hour=18)):  # the same day here and in the clinic's zone
        _look_up_a_crisis_line(as_user(cast.owner), days, old)


def _look_up_a_crisis_line(owner: Client, days: int, old: object) -> None:
    clinic = Organisation.objects.get()
    assert not clinic.crisis_line_is_old(clock.today())  # there is none
    clinic.crisis_line, clinic.crisis_line_checked_on = "555 0100", clock.today() - timedelta(days=days)
    clinic.save()
    assert clinic.crisis_line_is_old(clock.today()) is old
    assert ("look it up again" in owner.get("/clinic/").content.decode()) is old


def test_a_crisis_line_that_nobody_dated_is_old(organisation: Organisation) -> None:
    organisation.crisis_line = "555 0100"
    assert organisation.crisis_line_is_old(clock.today())
