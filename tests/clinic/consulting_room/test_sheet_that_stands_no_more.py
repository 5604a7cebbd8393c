"""A sheet or a consent that stands no more: after a study by the form, another protocol, another text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from unloop.care.consultation import Ability, consent_text
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import AuditEntry, acting
from unloop.clinic.consulting_room import consenting, consultation_sheets
from unloop.clinic.consulting_room.consultation import Told
from unloop.clinic.consulting_room.consultation_numbers import numbers
from unloop.clinic.consulting_room.consultation_sheets import last_sheet
from unloop.clinic.consulting_room.services import (
    Consent,
    Given,
    Plan,
    Understanding,
    consents_to_talk_over,
    give_sheet,
    make_plan,
    record_consent,
    view_of,
    void_sheets,
)
from unloop.protocol import bundled
from unloop.quantity import InputRefused

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
OWN = {
    "study_id": "OWN2026", "about": "adults seen here, at one week", "year": "2026", "design": "open label",
    "status": "published", "source": "a journal", "drug": "ketamine (racemate)", "route": "IV", "amount": "0.5",
    "unit": "mg/kg", "minutes": "40", "dose_how": "printed", "dose_where": "methods", "people": "12", "events": "3",
    "hours": "168", "response_how": "printed", "response_where": "table 2", "pools_as": "efficacy",
}  # fmt: skip


@pytest.fixture
def plan(cast: Any, adopted: Any, ready: Any) -> Plan:
    with acting(cast.provider.as_actor()):
        return make_plan(ready, adopted)


def agreed(**abilities: bool) -> Given:
    able = {one: abilities.get(one.value, True) for one in Ability}
    return Given(Consent.Answer.GIVEN, "R. R.", abilities=able, sooner="I have read it at home.",
                 teach_back=(Understanding("What?", "A drip.", understood=True),))  # fmt: skip


@pytest.fixture
def another_text(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program was upgraded to another version of the text."""

    def now_it_is() -> None:
        def other(language: str = "en") -> Any:
            return replace(consent_text(language), sha256="0" * 64)

        for module in (consultation_sheets, consenting):
            monkeypatch.setattr(module, "consent_text", other)

    return now_it_is


def test_a_study_by_the_form_voids_what_is_not_signed_and_flags_what_is(
    see: Any, as_user: Any, cast: Any, ready: Any, newcomer: Any, plan: Plan
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(newcomer, "es")
        record_consent(ready, plan, agreed())
    assert as_user(cast.provider).post(reverse("library:evidence_add"), OWN).status_code == 302
    assert void_sheets() == 1
    (found,) = consents_to_talk_over()
    assert (found.person, found.changed) == (ready, ("OWN2026",))
    assert "Changed since: OWN2026." in see(cast.provider, "consultation", newcomer)
    assert "A number has changed since the person agreed" in see(cast.provider, "consent", ready)
    page = as_user(cast.nurse).get(reverse("library:evidence")).content.decode()
    assert "Consents to talk over again" in page
    assert ready.name in page
    assert reverse("consulting_room:consent", args=[ready.id]) in page
    assert str(ready.id) in str(AuditEntry.objects.get(action="library.consents.read").detail)
    unnamed = as_user(cast.researcher).get(reverse("library:evidence")).content.decode()
    assert ready.name not in unnamed


def test_a_study_that_was_not_read_in_print_touches_no_sheet(
    as_user: Any, cast: Any, ready: Any, adopted: Any
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
    told = OWN | {"response_how": "secondary"}
    assert as_user(cast.provider).post(reverse("library:evidence_add"), told).status_code == 302
    assert void_sheets() == 0


def test_an_infusion_that_runs_is_given_on_the_consent(
    monkeypatch: pytest.MonkeyPatch, cast: Any, as_user: Any, ready: Any, plan: Plan
) -> None:
    from unloop.clinic.chart import reading
    from unloop.facts.chart import Infusion

    with acting(cast.provider.as_actor()):
        consent = record_consent(ready, plan, agreed())
    as_user(cast.provider).post(reverse("library:evidence_add"), OWN)
    assert len(consents_to_talk_over()) == 1
    begun = (Infusion(at=consent.at + timedelta(hours=1), mg=3.0),)
    monkeypatch.setattr(reading, "_infusion_sources", [lambda ids: dict.fromkeys(ids, begun)])
    assert consents_to_talk_over() == ()


def test_another_protocol_says_other_numbers_on_the_sheet_and_voids_it(
    monkeypatch: pytest.MonkeyPatch, cast: Any, ready: Any, adopted: Any
) -> None:
    bundle = bundled()
    dose = bundle.document.dose.model_copy(update={"minutes": 60.0})
    other = replace(bundle, document=bundle.document.model_copy(update={"dose": dose}))
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
    state = last_sheet(ready, numbers(other))
    assert state is not None
    assert state.void
    assert state.changed == (bundle.id,)
    said = {
        line.id: line.text for part in Told(consent_text(), numbers(other)).parts() for line in part.lines
    }
    assert "The infusion runs 60 minutes" in said["day"]


def test_a_statement_on_a_rule_that_the_protocol_lacks_is_left_out(adopted: Any) -> None:
    bundle = bundled()
    fewer = tuple(one for one in bundle.document.aftercare if one.id != "AFT-04")
    other = replace(bundle, document=bundle.document.model_copy(update={"aftercare": fewer}))
    said = {line.id for part in Told(consent_text(), numbers(other)).parts() for line in part.lines}
    every = {one.id for section in consent_text().sheet.section for one in section.statement}
    assert every - said == {"watched"}


def test_a_sheet_of_an_older_text_is_void_and_nothing_is_signed_on_it(
    see: Any, cast: Any, ready: Any, plan: Plan, another_text: Any
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
        another_text()
        with pytest.raises(InputRefused, match="older text"):
            record_consent(ready, plan, agreed())
    assert void_sheets() == 1
    text = see(cast.provider, "consultation", ready)
    assert "The text has changed, so the sheet that was given is void." in text
    assert "Changed since: its text." in text
    assert "since this has changed: its text" in see(cast.provider, "consent", ready)


def test_the_conclusion_on_capacity_follows_from_four_answers_that_are_kept(
    see: Any, cast: Any, ready: Any, plan: Plan, now: Any
) -> None:
    with acting(cast.provider.as_actor()):
        consent = record_consent(ready, plan, agreed())
    assert consent.taking.abilities == {one.value: True for one in Ability}
    assert "Yes: each of the four abilities was there." in see(cast.nurse, "consent", ready)
    with acting(cast.provider.as_actor()), clock.frozen(now + timedelta(minutes=1)):
        record_consent(ready, plan, agreed(reasoning=False))
        text = see(cast.nurse, "consent", ready)
        assert view_of(ready, bundled()).find("capacity").value is False
    assert "The person cannot decide about this treatment now" in text
    assert "The person cannot decide about this now. Nothing is given.</h1>" in text
    assert Ability.REASONING.question in text


def test_the_heading_says_that_not_everything_is_understood(
    see: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    not_yet = (Understanding("What?", "A vitamin.", understood=False),)
    with acting(cast.provider.as_actor()):
        record_consent(ready, plan, replace(agreed(), teach_back=not_yet))
    assert "not everything is understood yet. Nothing is given.</h1>" in see(cast.nurse, "consent", ready)


def test_one_ability_that_was_not_looked_at_refuses_the_consent(cast: Any, ready: Any, plan: Plan) -> None:
    some = {one: True for one in Ability if one is not Ability.APPRECIATING}
    with acting(cast.provider.as_actor()), pytest.raises(InputRefused, match="appreciating"):
        record_consent(ready, plan, replace(agreed(), abilities=some))
    assert not Consent.objects.exists()
