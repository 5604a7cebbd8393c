"""Each open item on the day's page leads to the one place where it is mended, if the reader may go there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import resolve

from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.front_desk.day import expected
from unloop.clinic.front_desk.mending import with_mends
from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.front_desk.services import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_(somebody, adopted):
    """The lines of somebody who is expected, for a reader; all of them, not only the first six."""

    def open_(reader, *facts: NewFact):
        person = somebody()
        add_facts(person, list(facts))
        book(person, VisitKind.EVALUATION, clock.now())
        (found,) = with_mends(expected(clock.now(), adopted), reader)
        return person, found[1]

    return open_


@pytest.fixture(autouse=True)
def _all_items(monkeypatch) -> None:
    monkeypatch.setattr("unloop.clinic.front_desk.mending.MOST", 99)


def test_every_line_leads_where_the_evaluation_page_leads(open_, cast, as_user) -> None:
    person, lines = open_(cast.provider, NewFact("ketamine_allergy", value=True), NewFact("ybocs", 30))
    page = as_user(cast.provider).get(f"/people/{person.id}/evaluation/").content.decode()
    there = set(re.findall(r'<p class="do"><a href="([^"]+)"', page))
    assert {line.address for line in lines} == there
    assert all(resolve(line.address) for line in lines)


def test_what_is_out_of_date_says_how_old_it_is_and_for_how_long_it_was_good(open_, cast) -> None:
    _, lines = open_(cast.provider, NewFact("ybocs", 30, at=clock.now() - timedelta(days=20)))
    (stale,) = [line for line in lines if line.state == "stale"]
    assert stale.words.endswith("20 days old, good for 14 days")
    assert (str(stale.verb), "/rate/ybocs/" in stale.address) == ("Rate", True)


def test_a_nurse_is_offered_no_page_that_would_refuse_her(open_, cast) -> None:
    _, lines = open_(cast.nurse, NewFact("psychosis_in_first_degree_relative", value=True))
    shut = [line for line in lines if line.state == "excludes"]
    assert shut
    assert not [line for line in shut if "override" in line.address]


def test_a_psychiatrist_is_offered_to_decide(open_, cast) -> None:
    _, lines = open_(cast.provider, NewFact("psychosis_in_first_degree_relative", value=True))
    assert [str(line.verb) for line in lines if line.state == "excludes"] == ["Decide"]
