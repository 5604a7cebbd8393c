"""Every page behind a link stays light on a weak line, with all that it fetches, however much is asked."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import get_resolver

from unloop.care.symptoms import Obsession, Trouble
from unloop.care.symptoms.vocabulary import Dimension
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.people.staff import deactivate
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation
from unloop.clinic.questionnaires.own_view import let_look
from unloop.clinic.questionnaires.services import invite, rate
from unloop.clinic.questionnaires.sheets import sheets_for
from unloop.clinic.questionnaires.targets import write_list
from unloop.clinic.questionnaires.wordings import instrument_of, to_send

HEAVIEST = 60_000
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RIGHT = {"day": "17", "month": "5", "year": "1990"}

pytestmark = pytest.mark.django_db


@cache
def part(name: str) -> int:
    """What one file weighs on the way."""
    return len(gzip.compress(Path(finders.find(name)).read_bytes()))


def weight(page) -> int:
    """A page with everything that it names, each part as a proxy would send it, gzipped."""
    named = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page.content.decode()))
    assert len(named) >= 5
    return len(gzip.compress(page.content)) + sum(part(name) for name in named)


@pytest.fixture
def everything(ines, cast):
    """The path of a link that asks for all that can be asked, with a dozen symptoms in long words."""
    with acting(cast.provider.as_actor()):
        write_list(ines, [Trouble("", Obsession(Dimension.OTHER, f"{n}: {'äöü' * 95}")) for n in range(12)])
        return invite(ines, [one.id for one in to_send()], by=cast.provider)[1]


def longest_questions() -> list[str]:
    """Of each questionnaire of the link the place of the question with the most words on it."""
    return [f"{n}.{max(questions(one), key=words).id}" for n, one in enumerate(asked(), 1)]


def asked():
    return [instrument_of(sheet) for sheet in sheets_for(Invitation.objects.get())]


def questions(instrument):
    return [item for item in instrument.items if item.asked_when is None]


def words(item) -> int:
    return len(item.label) + sum(len(option.label) for option in item.options)


def pages(phone, path: str, spoken: str):
    """The pages of a link from the birth date to sending, and of each questionnaire the question with most words."""
    yield "birth date", phone.get(path)
    phone.post(f"{path}language/", {"language": spoken})
    yield "no birth date", phone.post(path, {"day": "x"})
    phone.post(path, RIGHT)
    for place in longest_questions():
        yield place, phone.get(f"{path}at/{place}/")
        yield f"{place}, not answered", phone.post(f"{path}at/{place}/", {"answer": "none"})
    for sheet in AnswerSheet.objects.all():
        given = {item.id: item.values[-1] for item in questions(instrument_of(sheet))}
        AnswerSheet.objects.filter(id=sheet.id).update(answers=given)
    number = {one.id: n for n, one in enumerate(asked(), 1)}
    yield "told", phone.get(phone.post(f"{path}at/{number['phq-9']}.9/", {"answer": "1"}).headers["Location"])
    yield "a symptom in long words", phone.get(f"{path}at/{number['check-in']}.112/")
    yield "review", phone.get(f"{path}look/")
    yield "help", phone.get(f"{path}help/")
    yield "sent", phone.post(f"{path}look/", follow=True)
    yield "closed", phone.get(f"{path}at/1.1/")


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_the_pages_of_the_longest_link_weigh_less_than_sixty_kilobytes(spoken, everything, phone):
    weights = {name: weight(page) for name, page in pages(phone, everything, spoken)}
    assert weights["review"] > weights["help"]
    assert {name: many for name, many in weights.items() if many >= HEAVIEST} == {}


def test_the_persons_own_view_and_a_link_that_waits_or_has_closed_weigh_less_too(ines, cast, sent_to, phone):
    for days, points in ((30, 3), (0, 1)):
        for instrument, items in (("ybocs", 10), ("ybocs-ii", 10)):
            rate(ines, instrument, {str(n): points for n in range(1, items + 1)}, by=cast.provider,
                 at=MONDAY - timedelta(days=days))  # fmt: skip
    _made, own = let_look(ines, by=cast.provider, reader=cast.provider)
    pages = [phone.post(own, RIGHT, follow=True)]
    path = sent_to(ines)
    phone.post(path, RIGHT)
    for user in (cast.provider, cast.director):
        deactivate(user)
    pages.append(phone.get(f"{path}at/1.9/"))
    with clock.frozen(MONDAY + timedelta(days=8)):
        pages.append(phone.get(path))
    assert "Moderate" in pages[0].content.decode()
    assert "These questions open when somebody is there" in pages[1].content.decode()
    assert "no longer open" in pages[2].content.decode()
    assert max(map(weight, pages)) < HEAVIEST


def test_no_page_behind_a_link_is_left_out_here():
    """A page that is added behind a link has to be weighed as well."""
    behind = {
        pattern.name
        for pattern in get_resolver("unloop.clinic.questionnaires.urls").url_patterns
        if str(pattern.pattern).startswith("q/")
    }
    assert behind == {"link", "question", "told", "review", "sent", "language", "own", "help"}
