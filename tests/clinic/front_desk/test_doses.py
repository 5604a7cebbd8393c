"""The dose on the day's page follows plan and weight, and is absent with its reason where one of them is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

import charts
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, add_facts, load_chart
from unloop.clinic.consulting_room.services import current_plan, make_plan
from unloop.clinic.front_desk.doses import Dosed, NoDose, dose_of
from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.front_desk.services import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(somebody, adopted):
    """Somebody for whom every rule of the evaluation is answered."""
    person = somebody()
    shift = clock.now() - charts.JUDGED_AT
    facts = charts.read(charts.document()).facts
    add_facts(person, [NewFact(one.code, list(one.value) if isinstance(one.value, tuple) else one.value, one.unit,
                               at=one.at + shift) for one in facts])  # fmt: skip
    return person


def test_the_dose_is_the_plans_for_the_weight_as_it_stands(ready, adopted) -> None:
    make_plan(ready, adopted)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        add_facts(ready, [NewFact("weight", 80.0)])
        dose = dose_of(current_plan(ready), ready, load_chart(ready))
    assert isinstance(dose, Dosed)
    assert (dose.mg, dose.mg_per_kg, dose.weight_kg, dose.minutes) == (40, 0.5, 80.0, 40)
    assert (dose.number, dose.planned, dose.drug) == (1, 6, "racemic ketamine")


def test_without_a_plan_there_is_no_dose(ready) -> None:
    assert dose_of(None, ready, load_chart(ready)) == NoDose()


def test_a_weight_that_no_longer_counts_gives_no_dose(ready, adopted) -> None:
    make_plan(ready, adopted)
    with clock.frozen(clock.now() + timedelta(days=400)):
        dose = dose_of(current_plan(ready), ready, load_chart(ready))
    assert isinstance(dose, NoDose)
    assert "eight" in dose.because


def test_the_page_says_the_dose_with_its_units_and_where_a_plan_is_missing(
    ready, adopted, cast, as_user
) -> None:
    book(ready, VisitKind.INFUSION, clock.now() + timedelta(hours=1))
    page = as_user(cast.provider).get("/today/").content.decode()
    assert "No plan yet, so no dose" in page
    assert "no chair yet" in page
    make_plan(ready, adopted)
    page = as_user(cast.provider).get("/today/").content.decode()
    assert "mg racemic ketamine over 40 min: 0.5 mg/kg for " in page
    assert "Infusion 1 of 6" in page
    assert "mg/kg" not in as_user(cast.front_desk).get("/today/").content.decode()
