"""A second rating is blind to the first until it is saved, and then stands beside it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from unloop.care.symptoms import FEWEST_PAIRS
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting, record
from unloop.clinic.chart.models import FactRow
from unloop.clinic.chart.reading import hidden_facts
from unloop.clinic.chart.services import NewFact, add_facts, load_chart
from unloop.clinic.chart.tokens import token_for
from unloop.clinic.people.services import adopt_protocol
from unloop.clinic.questionnaires.models import AnswerSheet, SecondRating
from unloop.clinic.questionnaires.second import agreements, ask_second, hidden_from, pairs_of
from unloop.clinic.questionnaires.services import answer_sheet, invite, rate, sheets_of
from unloop.protocol import bundled
from unloop.quantity import InputRefused

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SHOWN = "26 of 40"

pytestmark = pytest.mark.django_db


def points(value, more=0):
    return {str(number): value for number in range(1, 11)} | {"1": value + more}


@pytest.fixture
def first(ines, cast):
    """The provider found 26 points."""
    return rate(ines, "ybocs", points(3) | {"1": 1, "2": 1}, by=cast.provider)


@pytest.fixture
def asked(first, cast):
    with clock.frozen(MONDAY + timedelta(minutes=1)):
        return ask_second(first, rater=cast.nurse, by=cast.provider)


def rated_by(browser, person, answers, instrument="ybocs"):
    form = {"for_person": token_for(person.id), "sheet": str(uuid4())}
    form |= {f"q{link_id}": str(value) for link_id, value in answers.items()}
    return browser.post(f"/people/{person.id}/answers/rate/{instrument}/", form)


def looked(user, person, route, *, minutes):
    """Somebody opened a page of the person so many minutes after the first rating."""
    with clock.frozen(MONDAY + timedelta(minutes=minutes)), acting(user.as_actor(), route=route):
        record("chart.read", person=person.id, about=person, detail={"page": "any"})


def test_the_first_rating_is_hidden_from_the_second_rater_everywhere_in_the_room(
    asked, first, ines, as_user, cast
):
    nurse = as_user(cast.nurse)
    page = nurse.get(f"/people/{ines.id}/answers/").content.decode()
    assert "V. Varga asks you to rate Y-BOCS a second time." in page
    assert ">26<" not in page
    hidden = nurse.get(f"/people/{ines.id}/answers/{first.id}/").content.decode()
    assert "This rating is hidden from you until your own is saved." in hidden
    assert SHOWN not in hidden
    assert SHOWN not in nurse.get(f"/people/{ines.id}/answers/rate/ybocs/").content.decode()
    assert (
        "This rating is hidden" in nurse.get(f"/people/{ines.id}/answers/{first.id}/second/").content.decode()
    )


def test_the_course_and_the_record_hide_it_too_and_say_so(asked, first, ines, as_user, cast):
    nurse = as_user(cast.nurse)
    with clock.frozen(MONDAY + timedelta(minutes=2)):
        course = nurse.get(f"/people/{ines.id}/").content.decode()
        everything = nurse.get(f"/people/{ines.id}/record/").content.decode()
        row = FactRow.objects.get(person=ines, code="ybocs")
        assert nurse.get(f"/people/{ines.id}/record/{row.id}/").status_code == 404
    assert "A rating is hidden from you until your own second rating is saved." in course
    assert ">26<" not in course
    assert "hidden from you until your own second rating is saved" in everything
    assert ">26" not in everything
    with clock.frozen(MONDAY + timedelta(minutes=5)):
        rated_by(nurse, ines, points(3))
    (pair,) = pairs_of(first)
    assert not pair.saw_the_record
    assert ">26<" in nurse.get(f"/people/{ines.id}/").content.decode()


def test_a_correction_of_a_hidden_score_is_hidden_as_well(asked, first, ines, as_user, cast):
    row = FactRow.objects.get(person=ines, code="ybocs")
    with acting(cast.provider.as_actor()):
        add_facts(ines, [NewFact("ybocs", 27, at=row.at, supersedes=row.id, reason="added up again")])
    page = as_user(cast.nurse).get(f"/people/{ines.id}/record/").content.decode()
    assert ">26" not in page
    assert ">27" not in page


def test_what_judges_the_person_always_reads_the_whole_chart(asked, ines, cast):
    with acting(cast.nurse.as_actor()):
        assert hidden_facts(ines)
        assert "ybocs" in {fact.code for fact in load_chart(ines).facts}
    with acting(cast.provider.as_actor()):
        assert hidden_facts(ines) == frozenset()


def test_everybody_else_goes_on_seeing_it(asked, first, ines, as_user, cast):
    page = as_user(cast.second_nurse).get(f"/people/{ines.id}/answers/{first.id}/").content.decode()
    assert SHOWN in page


def test_an_export_holds_nothing_that_is_hidden(first, ines, as_user, cast):
    ask_second(first, rater=cast.director, by=cast.provider)
    director = as_user(cast.director)
    assert "ybocs" not in director.get(f"/people/{ines.id}/answers/responses.csv").content.decode()
    assert director.get(f"/people/{ines.id}/answers/responses.json").json()["entry"] == []


def test_once_saved_both_stand_side_by_side_with_their_difference(asked, first, ines, as_user, cast):
    with clock.frozen(MONDAY + timedelta(minutes=5)):
        nurse = as_user(cast.nurse)
        saved = rated_by(nurse, ines, points(3))
        assert saved.status_code == 302
        assert hidden_from(cast.nurse, ines) == set()
        page = nurse.get(f"/people/{ines.id}/answers/{first.id}/").content.decode()
    assert "Rated a second time by B. Brandt" in page
    assert "30 points, +4 against the first." in page
    assert "Blind: the second rater had not seen the first rating." in page
    assert "30 of 40" in nurse.get(saved.headers["Location"]).content.decode()


def test_a_second_rating_becomes_no_fact_and_no_change(asked, first, ines, cast, as_user):
    facts = FactRow.objects.count()
    rated_by(as_user(cast.nurse), ines, points(1))
    assert FactRow.objects.count() == facts
    assert list(sheets_of(ines)) == [first]


def test_whoever_looked_elsewhere_in_the_record_is_not_said_to_be_blind(asked, first, ines, as_user, cast):
    looked(cast.nurse, ines, "consulting_room:evaluation", minutes=3)
    with clock.frozen(MONDAY + timedelta(minutes=9)):
        rated_by(as_user(cast.nurse), ines, points(3))
    (pair,) = pairs_of(first)
    assert pair.saw_the_record


@pytest.mark.parametrize(
    ("route", "seconds", "blind"),
    [
        ("chart:person", 30, False),  # before being asked, when the course showed the rating
        ("questionnaires:person", 30, False),
        ("bedside:session", 90, False),
        ("consulting_room:plan", 90, False),
        ("follow_up:adverse_events", 30, True),
        ("questionnaires:rate", 30, True),
        ("chart:person", 90, True),  # from then on it leaves the rating out
        ("questionnaires:person", 90, True),
        ("consulting_room:family", 90, True),
    ],
)
def test_a_look_counts_where_and_when_the_first_rating_stood_on_the_page(
    route, seconds, blind, asked, first, ines, as_user, cast
):
    looked(cast.nurse, ines, route, minutes=seconds / 60)
    with clock.frozen(MONDAY + timedelta(minutes=9)):
        rated_by(as_user(cast.nurse), ines, points(3))
    (pair,) = pairs_of(first)
    assert pair.saw_the_record is not blind


# --- Pages that would show it -------------------------------------------------------------------------------


HELD_BACK = "This page may show a rating that you are to repeat unseen."


@pytest.fixture
def treated(organisation, cast, settings, tmp_path):
    """The clinic treats under a protocol, so that an evaluation is judged."""
    settings.HOME = tmp_path
    return adopt_protocol(bundled().text.encode(), by=cast.director, password="five made-up words stand here")


@pytest.fixture
def severe(ines, cast):
    """The provider found 37 points, a number that stands nowhere else."""
    return rate(ines, "ybocs", points(4) | {"1": 3, "2": 3, "3": 3}, by=cast.provider)


def pages_of(person):
    """Every page of a person that takes nothing else in its address, by its name."""
    found = {}
    for app, (_prefix, resolver) in get_resolver().namespace_dict.items():
        for name in resolver.reverse_dict:
            if isinstance(name, str):
                try:
                    found[f"{app}:{name}"] = reverse(f"{app}:{name}", args=[person.id])
                except NoReverseMatch:
                    continue
    return found


def shows_37(page):
    """Whether a page shows the score in its words; a file that is no page is taken for one that does."""
    if page.status_code != 200:
        return False
    if "html" not in page.headers["Content-Type"]:
        return True
    return bool(re.search(r"\b37\b", re.sub("<[^>]+>", " ", page.content.decode().partition("<main")[2])))


def test_no_page_of_the_person_shows_the_first_rating_before_the_second_is_saved(
    severe, treated, ines, as_user, cast
):
    other, pages = as_user(cast.second_nurse), pages_of(ines)
    shown = {name for name, address in pages.items() if shows_37(other.get(address))}
    assert {"chart:person", "chart:facts", "consulting_room:evaluation", "questionnaires:person"} <= shown
    ask_second(severe, rater=cast.nurse, by=cast.provider)
    nurse = as_user(cast.nurse)
    assert {name for name, address in pages.items() if shows_37(nurse.get(address))} == set()


def test_a_page_that_would_show_it_is_held_back_until_somebody_wants_it_all_the_same(
    asked, first, treated, ines, as_user, cast
):
    nurse, address = as_user(cast.nurse), f"/people/{ines.id}/evaluation/"
    with clock.frozen(MONDAY + timedelta(minutes=2)):
        assert HELD_BACK in nurse.get(address).content.decode()
        assert AuditEntry.objects.filter(action="chart.held_back", person_id=ines.id).count() == 1
        assert HELD_BACK not in nurse.get(f"{address}?all-the-same=yes").content.decode()
        assert HELD_BACK not in nurse.get(address).content.decode()
        rated_by(nurse, ines, points(3))
    (pair,) = pairs_of(first)
    assert pair.saw_the_record


def test_looking_at_the_page_that_is_held_back_leaves_the_rating_blind(
    asked, first, treated, ines, as_user, cast
):
    nurse = as_user(cast.nurse)
    with clock.frozen(MONDAY + timedelta(minutes=2)):
        nurse.get(f"/people/{ines.id}/evaluation/")
        rated_by(nurse, ines, points(3))
    with clock.frozen(MONDAY + timedelta(minutes=3)):
        assert HELD_BACK not in nurse.get(f"/people/{ines.id}/evaluation/").content.decode()
    (pair,) = pairs_of(first)
    assert not pair.saw_the_record


def test_nobody_else_and_no_session_is_held_up(asked, treated, ines, as_user, cast):
    for user, address in (
        (cast.second_nurse, f"/people/{ines.id}/evaluation/"), (cast.nurse, f"/people/{ines.id}/sessions/"),
    ):  # fmt: skip
        page = as_user(user).get(address)
        assert page.status_code == 200
        assert HELD_BACK not in page.content.decode()


def test_the_persons_own_view_shows_no_band_of_a_hidden_rating(asked, ines, as_user, cast):
    address = f"/people/{ines.id}/answers/own/"
    assert "Severe" not in as_user(cast.nurse).get(address).content.decode()
    assert "Severe" in as_user(cast.second_nurse).get(address).content.decode()


def test_no_change_since_a_hidden_rating_is_said_of_a_later_one(asked, ines, as_user, cast):
    with clock.frozen(MONDAY + timedelta(days=1)):
        later = rate(ines, "ybocs", points(2), by=cast.provider)
    address = f"/people/{ines.id}/answers/{later.id}/"
    assert "-6 points" not in as_user(cast.nurse).get(address).content.decode()
    assert "-6 points" in as_user(cast.second_nurse).get(address).content.decode()


def test_only_the_next_rating_of_this_instrument_is_the_second_one(asked, first, ines, as_user, cast):
    nurse = as_user(cast.nurse)
    rated_by(nurse, ines, {"1": 4}, instrument="cgi-s")
    assert SecondRating.objects.get().sheet is None
    rated_by(nurse, ines, points(3))
    rated_by(nurse, ines, points(2))
    assert SecondRating.objects.get().sheet.score["total"] == 30
    assert [sheet.score["total"] for sheet in sheets_of(ines).filter(instrument="ybocs")] == [20, 26]


def test_somebody_who_has_seen_the_first_rating_is_not_asked(first, ines, as_user, cast):
    as_user(cast.nurse).get(f"/people/{ines.id}/answers/{first.id}/")
    with pytest.raises(InputRefused, match="seen"):
        ask_second(first, rater=cast.nurse, by=cast.provider)


@pytest.mark.parametrize("who", ["provider", "front_desk", "researcher"])
def test_who_made_the_first_rating_or_treats_nobody_is_not_asked(who, first, cast):
    with pytest.raises(InputRefused, match="second rater"):
        ask_second(first, rater=getattr(cast, who), by=cast.provider)


def test_a_rater_is_asked_once_and_what_a_person_answered_is_not_rated_again(asked, first, ines, cast):
    with pytest.raises(InputRefused, match="already"):
        ask_second(first, rater=cast.nurse, by=cast.provider)
    invitation, _path = invite(ines, ["gad-7"], by=cast.provider)
    (own,) = answer_sheet(invitation, {"gad-7": {"1": 1}})
    with pytest.raises(InputRefused, match="second rating"):
        ask_second(own, rater=cast.nurse, by=cast.provider)


def test_a_third_rater_sees_neither_of_the_first_two(asked, first, ines, as_user, cast):
    rated_by(as_user(cast.nurse), ines, points(3))
    ask_second(first, rater=cast.second_nurse, by=cast.provider)
    assert hidden_from(cast.second_nurse, ines) == {
        first.id,
        AnswerSheet.objects.get(entered_by=cast.nurse).id,
    }


def test_the_page_asks_and_says_when_it_cannot(first, ines, as_user, cast):
    provider, address = as_user(cast.provider), f"/people/{ines.id}/answers/{first.id}/second/"
    form = {"for_person": token_for(ines.id), "rater": str(cast.second_nurse.pk)}
    assert provider.post(address, form).status_code == 302
    assert provider.post(address, form).status_code == 422
    assert (
        "Ask for a second, blind rating"
        in provider.get(f"/people/{ines.id}/answers/{first.id}/").content.decode()
    )


def test_a_coefficient_waits_for_enough_pairs(cast, as_user, ines):
    from unloop.clinic.chart.models import Person

    for number in range(FEWEST_PAIRS):
        person = Person.objects.create(given=f"P{number}", family="Made", made_at=MONDAY)
        one = rate(person, "cgi-s", {"1": number % 6 + 1}, by=cast.provider)
        ask_second(one, rater=cast.nurse, by=cast.provider)
        if number == FEWEST_PAIRS - 1:
            assert agreements()[0][1].value is None
            assert "too few pairs" in as_user(cast.provider).get("/answers/agreement/").content.decode()
        rated_by(as_user(cast.nurse), person, {"1": (number + number % 2) % 6 + 1}, instrument="cgi-s")
    ((instrument, found),) = agreements()
    assert (instrument.id, found.pairs) == ("cgi-s", FEWEST_PAIRS)
    assert 0 < found.value < 1
    assert "weighted kappa" in as_user(cast.provider).get("/answers/agreement/").content.decode()


def test_nobody_rated_by_two_is_said(as_user, cast):
    assert (
        "Nobody has been rated by two yet." in as_user(cast.nurse).get("/answers/agreement/").content.decode()
    )
