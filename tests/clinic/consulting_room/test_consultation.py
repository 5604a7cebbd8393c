"""Consultation: every number comes from the evidence store, and a number that changes voids what was not signed."""

from __future__ import annotations

import html
import json
import math
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from unloop.care.consultation import LANGUAGES, Ability, consent_text, figure_slots
from unloop.care.education import ProtocolSlot, RuleSlot
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.consulting_room.chances import chance
from unloop.clinic.consulting_room.consultation import Told
from unloop.clinic.consulting_room.consultation_drawing import draw_points
from unloop.clinic.consulting_room.consultation_numbers import changed, digest, numbers
from unloop.clinic.consulting_room.consultation_sheets import last_sheet
from unloop.clinic.consulting_room.differing import said_of
from unloop.clinic.consulting_room.drawing import person_class
from unloop.clinic.consulting_room.models import ConsultationSheet, WhatMatters
from unloop.clinic.consulting_room.services import (
    Consent,
    Given,
    Plan,
    ResearchConsent,
    Understanding,
    consents_to_talk_over,
    current_consent,
    give_sheet,
    in_force,
    make_plan,
    record_consent,
    research_consent,
    view_of,
    withdraw_consent,
)
from unloop.clinic.consulting_room.sheet_pdf import document, sheet_pdf
from unloop.clinic.laboratory.services import study_number
from unloop.protocol import bundled
from unloop.quantity import InputRefused
from unloop.science.evidence import figure, study_ids

pytestmark = pytest.mark.django_db
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="no pdftotext on this computer"
)


@pytest.fixture
def told() -> Told:
    return Told(consent_text(), numbers())


@pytest.fixture
def plan(cast: Any, adopted: Any, ready: Any) -> Plan:
    with acting(cast.provider.as_actor()):
        return make_plan(ready, adopted)


def _agreed(**more: Any) -> Given:
    more = {"sooner": "I have read it at home."} | more
    return Given(Consent.Answer.GIVEN, "R. R.", abilities=dict.fromkeys(Ability, True),
                 teach_back=(Understanding("What?", "A drip.", understood=True),), **more)  # fmt: skip


def _paper(told: Told, **more: str) -> bytes:
    return sheet_pdf(told, told.differences({}), **{"spoken_to": "Rhea Ready", "day": "2026-12-03"} | more)


def _read(paper: bytes, tmp_path: Path) -> list[str]:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(paper)
    words = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    return [re.sub(r"\s+", " ", page) for page in words.split("\f")[:-1]]


# --- Numbers


@pytest.mark.parametrize("name", sorted(figure_slots()))
def test_every_number_resolves_to_a_study_or_the_protocol_and_was_read_in_print(name: str) -> None:
    now, slot = numbers(), figure_slots()[name]
    assert now.studies[name] in {*study_ids(), bundled().id}
    assert (now.studies[name] == bundled().id) == isinstance(slot, ProtocolSlot | RuleSlot)
    assert math.isfinite(now.values[name])


def test_no_number_that_was_told_by_others_can_get_a_slot() -> None:
    barred = figure_slots()["ssri"].model_copy(update={"of": "DOLD2013:response"})
    with pytest.raises(InputRefused, match="secondary"):
        study_number(barred)


def test_the_digest_knows_every_number_and_no_order() -> None:
    now = numbers()
    assert digest(dict(reversed(list(now.values.items())))) == now.sha256
    for name, value in now.values.items():
        assert digest({**now.values, name: value + 1}) != now.sha256


def test_what_changed_is_said_by_its_study() -> None:
    now = numbers()
    assert changed(now.values, now) == ()
    assert changed({**now.values, "erp": 1.0}, now) == ("METAPSY2024",)
    assert changed({**now.values, "gone": 1.0}, now) == ("gone",)


def test_a_number_is_written_as_its_language_writes_it(told: Told) -> None:
    assert told.numbers.words("es")["erp"] == told.numbers.words("en")["erp"].replace(".", ",")
    assert "," not in told.numbers.words("es")["bladder-people"]


# --- Drawn people and points


@pytest.mark.parametrize(
    ("slot", "low", "high"), [("ketamine", 16, 84), ("saline", 0, 41), ("bloch", 0, 31), ("low-mood", 3, 56)]
)
def test_the_range_of_a_count_is_exact_and_drawn(told: Told, slot: str, low: int, high: int) -> None:
    found = told.counted(slot, "them")
    events, of = (int(told.numbers.values[name]) for name in (slot, f"{slot}-people"))
    by_hand = chance(events, of)
    assert (by_hand.low, by_hand.high) == (low, high)
    assert found.range == f"could be {low} to {high}"
    assert found.classes.count("sure") == low
    assert found.classes.count("rest") == 100 - high
    assert f"{events} of {of} people" in found.picture


def test_a_hundred_people_are_drawn_each_once() -> None:
    drawn = [person_class(chance(4, 8), number) for number in range(100)]
    assert [drawn.count(one) for one in ("sure", "estimate", "perhaps", "rest")] == [16, 34, 34, 16]


def test_a_share_without_a_range_says_so_and_shades_none(told: Told) -> None:
    erp = next(row for row in told.rows() if row.id == "erp")
    assert erp.better is not None
    assert erp.better.range == "range not known"
    assert set(erp.better.classes) == {"estimate", "rest"}
    assert len(erp.better.classes) == 100


def test_a_difference_never_leaves_the_picture() -> None:
    drawn = draw_points(30.0, 20.0, 40.0, noticed=4.9, label="thirty")
    assert max(float(x) for x in re.findall(r'x="([\d.]+)"', drawn)) <= 200
    assert "range-line" not in draw_points(3.0, None, None, noticed=4.9, label="three")


def test_what_is_unknown_of_ketamine_at_the_common_time_is_said_so(told: Told) -> None:
    ketamine = told.rows()[0]
    assert ketamine.better is None
    assert ketamine.points is None
    assert "After one week" in ketamine.apart


def test_figures_in_the_column_of_weeks_were_measured_in_those_weeks() -> None:
    for option in consent_text().sheet.option:
        if option.of_100 is not None:
            slot = figure_slots()[option.of_100.slot]
            weeks = figure(slot.of).finding.time_weeks
            assert 6 <= weeks <= 13
            assert f"{weeks:.0f} weeks" in option.of_100.note


# --- Page


def test_the_page_lays_every_choice_beside_the_others(see: Any, cast: Any, adopted: Any, ready: Any) -> None:
    text = see(cast.provider, "consultation", ready)
    for one in consent_text().sheet.option:
        assert f'<th role="rowheader" scope="row">{one.name}</th>' in text
    assert "50 of 100, could be 16 to 84" in text
    assert "4 of 8 people" in text
    assert "Ketamine is not approved by the FDA for OCD" in text
    assert text.count('class="people" aria-label=') == 7


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_paper_say_in_every_language_what_ipdas_asks_for(
    language: str, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    told = Told(consent_text(language), numbers())
    page = html.unescape(see(cast.provider, "consultation", ready, language=language))
    paper = json.dumps(
        document(told, told.differences({}), spoken_to="R", day="2026-12-03"), ensure_ascii=False
    )
    sheet = told.sheet
    wanted = [sheet.condition, sheet.decision, told.foot]
    wanted += [words for row in told.rows() for words in (row.name, row.good, row.bad, row.live)]
    wanted += [line.source for part in told.parts() for line in part.lines]
    wanted += [one.id for row in told.rows() for one in row.sources]
    for words in wanted:
        assert words in page, words
        assert json.dumps(words, ensure_ascii=False)[1:-1] in paper, words
    of_foot = (sheet.updated.isoformat(), sheet.read_again.isoformat(), sheet.update_policy, sheet.funding)
    assert all(words in told.foot for words in of_foot)


def test_every_study_that_a_row_names_is_spelled_out_on_paper(told: Told) -> None:
    made: Any = document(told, told.differences({}), spoken_to="R", day="2026-12-03")
    spelled = {one["id"]: one["words"] for one in made["studies"]}
    named = {one.id for row in (*told.rows(), *told.differences({})) for one in row.sources}
    assert set(spelled) == named
    assert all(len(words) > 20 for words in spelled.values())


def test_what_may_differ_stands_beside_what_the_chart_says(
    see: Any, cast: Any, adopted: Any, ready: Any, newcomer: Any
) -> None:
    text = see(cast.provider, "consultation", ready)
    for words in ("adequate courses of serotonin medicines: ", "two such medicines and ERP failed: ", "age: 35",
                  "depression score (PHQ-9): ", "upper value: ", "lower value: "):  # fmt: skip
        assert words in text, words
    assert "Yours: not known" not in text
    section = see(cast.provider, "consultation", newcomer).partition('id="yours"')[2]
    assert "Yours: not known" in section


def test_the_spanish_sheet_says_that_nobody_reviewed_it(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "consultation", ready, language="es")
    assert "translation not clinically reviewed" in text
    assert "Las opciones, una junto a otra" in text
    assert "translation not clinically reviewed" not in see(cast.provider, "consultation", ready)


def test_giving_the_sheet_keeps_every_number_on_it(
    send: Any, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert send(cast.provider, "give_sheet", ready, language="es").status_code == 302
    sheet = ConsultationSheet.objects.get()
    assert sheet.language == "es"
    assert digest(sheet.numbers) == sheet.numbers_sha256 == numbers().sha256
    assert "the time to think still runs" in see(cast.provider, "consultation", ready)
    with clock.frozen(clock.now() + timedelta(hours=24)):
        state = last_sheet(ready, numbers())
        assert state is not None
        assert state.time_is_over
        assert not state.void
    assert send(cast.provider, "give_sheet", ready, language="xx").status_code == 422


def test_what_matters_is_kept_with_the_sheet_it_was_said_to(
    send: Any, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    said = {"matters_fast": "much", "sure_sure": "True", "sure_ratio": "False"}
    assert send(cast.provider, "what_matters", ready, **said).status_code == 302
    kept = WhatMatters.objects.get()
    assert kept.matters == {"fast": "much"}
    assert kept.ready is False
    assert "talk more before deciding" in see(cast.provider, "consultation", ready)
    assert send(cast.provider, "what_matters", ready, matters_fast="enormously").status_code == 422


# --- A number that changes


def test_a_changed_number_voids_the_unsigned_sheet(
    send: Any, see: Any, cast: Any, ready: Any, plan: Plan, a_changed_number: Any
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
        a_changed_number(-1.0)
        with pytest.raises(InputRefused, match="COCHRANE_CD001765"):
            record_consent(ready, plan, _agreed())
    text = see(cast.provider, "consultation", ready)
    assert "the sheet that was given is void" in text
    assert "COCHRANE_CD001765" in text
    with acting(cast.provider.as_actor()), clock.frozen(clock.now() + timedelta(minutes=1)):
        give_sheet(ready, "en")
        assert record_consent(ready, plan, _agreed()).taking.sheet.numbers["ssri"] == 1.0


def test_a_changed_number_flags_a_consent_on_which_nothing_was_given(
    see: Any, cast: Any, ready: Any, plan: Plan, a_changed_number: Any
) -> None:
    with acting(cast.provider.as_actor()):
        consent = record_consent(ready, plan, _agreed())
    assert consents_to_talk_over() == ()
    a_changed_number(-1.0)
    (found,) = consents_to_talk_over()
    assert (found.person, found.agreed_at, found.changed) == (ready, consent.at, ("COCHRANE_CD001765",))
    assert "A number has changed since the person agreed" in see(cast.provider, "consent", ready)
    add_facts(ready, [NewFact("infusion_given", 30.0, "mg", at=consent.at)])
    assert consents_to_talk_over() == ()
    assert "A number has changed since the person agreed" not in see(cast.provider, "consent", ready)


# --- Consent


def test_time_to_think_runs_from_the_sheet_and_a_sooner_yes_says_why(
    see: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
        assert "24 hours is not over" in see(cast.provider, "consent", ready)
        with clock.frozen(clock.now() + timedelta(hours=3)):
            record_consent(ready, plan, _agreed(sooner="I have read it three times."))
    consent = current_consent(ready)
    assert consent is not None
    assert consent.taking.hours_to_think == pytest.approx(3.0)
    text = see(cast.provider, "consent", ready)
    assert "had 3 h to think" in text
    assert "I have read it three times." in text


def test_a_yes_within_the_time_to_think_without_a_reason_is_refused_and_a_no_needs_none(
    send: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
        with (
            clock.frozen(clock.now() + timedelta(hours=23)),
            pytest.raises(InputRefused, match="why the person"),
        ):
            record_consent(ready, plan, _agreed(sooner=" "))
        assert current_consent(ready) is None
        with clock.frozen(clock.now() + timedelta(hours=25)):
            record_consent(ready, plan, _agreed(sooner=""))
        with clock.frozen(clock.now() + timedelta(hours=26)):
            give_sheet(ready, "en")
            record_consent(ready, plan, replace(_agreed(sooner=""), answer=Consent.Answer.REFUSED))


def test_the_page_names_the_missing_reason_at_its_field(send: Any, cast: Any, ready: Any, plan: Plan) -> None:
    ids = [one.id for one in consent_text().sheet.question]
    said = {f"words_{one}": "in my words" for one in ids} | {f"right_{one}": "True" for one in ids}
    able = {f"can_{one.value}": "True" for one in Ability}
    signed = {"plan": plan.sha256, "answer": "given", "signed_name": "R. R."}
    page = send(cast.provider, "record_consent", ready, **signed, **said, **able)
    assert page.status_code == 422
    assert 'href="#id_sooner"' in page.content.decode()
    assert "no reason was given" in page.content.decode()


def test_the_consultation_says_what_the_person_answered_and_no_more_that_time_runs(
    see: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    with acting(cast.provider.as_actor()):
        give_sheet(ready, "en")
        assert "the time to think still runs" in see(cast.provider, "consultation", ready)
        record_consent(ready, plan, _agreed(sooner="I have read it three times."))
        assert "and the person has agreed" in see(cast.provider, "consultation", ready)
        with clock.frozen(clock.now() + timedelta(minutes=5)):
            withdraw_consent(ready)
            assert "has taken the agreement back" in see(cast.provider, "consultation", ready)
        with clock.frozen(clock.now() + timedelta(minutes=9)):
            give_sheet(ready, "en")
            assert "the time to think still runs" in see(cast.provider, "consultation", ready)


def test_what_was_explained_once_more_is_on_record(
    send: Any, see: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    ids = [one.id for one in consent_text().sheet.question]
    said = {f"words_{one}": "in my words" for one in ids} | {f"right_{one}": "again" for one in ids}
    signed = {"plan": plan.sha256, "answer": "given", "signed_name": "R. R.", "sooner": "I know it."} | {
        f"can_{one.value}": "True" for one in Ability
    }
    assert send(cast.provider, "record_consent", ready, **signed, **said).status_code == 302
    assert view_of(ready, in_force().protocol).find("teach_back").value is True
    assert "understood after explaining once more" in see(cast.provider, "consent", ready)


def test_the_page_says_what_taking_back_means_while_an_infusion_runs(
    see: Any, cast: Any, ready: Any, plan: Plan
) -> None:
    with acting(cast.provider.as_actor()):
        record_consent(ready, plan, _agreed())
    assert "stop the pump first; this page moves no pump" in see(cast.nurse, "consent", ready)


def test_research_is_asked_apart_and_taken_back_apart(
    send: Any, see: Any, cast: Any, ready: Any, plan: Plan, now: Any
) -> None:
    with acting(cast.provider.as_actor()):
        record_consent(ready, plan, _agreed())
    assert research_consent(ready) is None
    said = {"research": "given", "research_name": "R. R."}
    assert send(cast.nurse, "research_consent", ready, **said).status_code == 302
    assert research_consent(ready).answer == ResearchConsent.Answer.GIVEN
    with clock.frozen(now + timedelta(minutes=1)):
        assert send(cast.nurse, "research_consent", ready, withdraw="1").status_code == 302
        assert research_consent(ready).answer == ResearchConsent.Answer.WITHDRAWN
        assert current_consent(ready).answer == Consent.Answer.GIVEN
        assert view_of(ready, in_force().protocol).find("consent_to_this_plan").value is True


def test_an_answer_about_research_without_a_name_is_not_kept(
    send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert send(cast.provider, "research_consent", ready, research="given").status_code == 422
    send(cast.provider, "research_consent", ready, withdraw="1")
    assert research_consent(ready) is None


# --- On paper


def test_the_sheet_is_a_pdf_with_its_own_fonts(as_user: Any, cast: Any, ready: Any) -> None:
    answer = as_user(cast.nurse).get(reverse("consulting_room:sheet_pdf", args=[ready.id]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert ready.family not in answer["Content-Disposition"]


@needs_pdftotext
def test_what_people_wrote_is_never_read_as_markup_on_paper(told: Told, tmp_path: Path) -> None:
    words = " ".join(_read(_paper(told, spoken_to='#sys.version "x" $1$'), tmp_path))
    assert '#sys.version "x" $1$' in words
    assert "Is ketamine an approved treatment for OCD?" in words


@needs_pdftotext
@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_each_thing_has_its_page_in_the_chosen_language(language: str, tmp_path: Path) -> None:
    told = Told(consent_text(language), numbers())
    known, choices, matters, answer = _read(_paper(told), tmp_path)
    sheet = told.sheet
    assert all(section.title in known for section in sheet.section)
    assert "50" in known
    assert sheet.words["comparison"] in choices
    assert all(one.text in matters for one in (*sheet.value, *sheet.sure, *sheet.question))
    assert sheet.words["choose"] in answer
    assert sheet.words["research"] in answer
    for page in (known, choices, matters, answer):
        assert (sheet.words["not_reviewed"] in page) == (language == "es" or not sheet.words["not_reviewed"])


def test_every_statement_on_paper_names_its_source_by_number(told: Told) -> None:
    made: Any = document(told, told.differences({}), spoken_to="Rhea Ready", day="2026-12-03")
    numbered = {one["number"]: one["words"] for one in made["sources"]}
    said = [one for part in made["parts"] for one in part["said"]]
    written = [one.source for section in told.sheet.section for one in section.statement]
    assert [numbered[one["number"]] for one in said] == written


def test_an_age_is_said_in_the_language_of_the_sheet(cast: Any, adopted: Any, ready: Any) -> None:
    assert adopted
    with acting(cast.provider.as_actor()):
        for language, word in (("en", "years"), ("es", "años")):
            told = Told(consent_text(language), numbers())
            assert re.fullmatch(rf"\d+ {word}", said_of(ready, told, in_force())["age"])


def test_the_end_of_a_range_is_rounded_as_its_paper_would_be() -> None:
    """6.85 of Skapinakis 2016 and 4.55 of the trials of magnetic stimulation."""
    said = numbers().words("en")
    assert (said["clomipramine-high"], said["tms-high"]) == ("6.9", "4.6")
    assert numbers().words("es")["clomipramine-high"] == "6,9"


def test_answers_given_on_the_spanish_page_are_kept_under_the_spanish_sheet(
    send: Any, cast: Any, ready: Any
) -> None:
    """Nobody has given a sheet before: it counts as given now, in the language that was on the screen."""
    sent = send(cast.provider, "what_matters", ready, sheet_language="es", matters_fast="much")
    assert sent.status_code == 302
    assert WhatMatters.objects.get().sheet.language == "es"
