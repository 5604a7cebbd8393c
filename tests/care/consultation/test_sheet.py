"""The sheet says what the protocol asks it to say, with a source on each line and no number of a study typed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from unloop.care.consultation import (
    LANGUAGES,
    Sheet,
    Statement,
    consent_text,
    figure_slots,
    filled,
    slots_named,
)
from unloop.care.consultation.sheet import _merged
from unloop.care.education import (
    CountSlot,
    ProtocolSlot,
    RuleSlot,
    english_grade,
    pages,
    slots,
    slots_in,
    spanish_ease,
)
from unloop.facts import DICTIONARY
from unloop.protocol import bundled
from unloop.quantity import InputRefused

SHEET = consent_text().sheet
STATEMENTS = [statement for section in SHEET.section for statement in section.statement]
WORDS_OF_ROWS = [
    (one.id, text) for one in SHEET.option for text in (one.apart, one.live, one.good, one.bad) if text
]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one.id)
def test_each_statement_has_a_source_and_none_from_memory(statement: Statement) -> None:
    assert len(statement.source) > 10
    assert "memory" not in statement.source


def test_it_says_what_the_protocol_asks_for() -> None:
    text = " ".join(f"{one.text} {one.range}" for one in STATEMENTS).lower()
    rows = " ".join(f"{one.name} {one.live}" for one in SHEET.option).lower()
    wanted = {
        "ketamine is not approved by the FDA for OCD": "not approved by the fda",
        "what the small trials found, for and against": "{ketamine} of {ketamine-people}",
        "other options, with ERP and waiting": "waiting",
        "common, rare and unknown harms": "rare or not well known",
        "cost": "price",
        "that one may stop at any time": "stop at any minute",
        "that joining a registry is a separate choice": "separate choice",
    }
    assert set(bundled().document.consent.must_say) == set(wanted)
    assert all(words in text + rows for words in wanted.values())


def test_it_asks_back_as_many_questions_as_the_protocol_wants() -> None:
    assert len(SHEET.question) == bundled().document.consent.teach_back_questions


def test_every_choice_that_the_evidence_names_is_there_in_the_same_detail() -> None:
    assert [one.id for one in SHEET.option] == [
        "ketamine", "erp", "ssri", "clomipramine", "augmentation", "tms", "dbs", "glutamate", "waiting",
    ]  # fmt: skip
    for one in SHEET.option:
        assert one.live
        assert one.good
        assert one.bad
        assert 0.3 < len(one.good) / len(one.bad) < 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_never_says_one_in_so_many(language: str) -> None:
    sheet = consent_text(language).sheet
    text = " ".join(one.text for section in sheet.section for one in section.statement)
    assert not re.search(r"\b1 (in|de cada) \d", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_people_or_points_is_typed(language: str) -> None:
    sheet = consent_text(language).sheet
    said = [one.text + one.range for section in sheet.section for one in section.statement]
    said += [one.apart + one.live + one.good + one.bad for one in sheet.option]
    said += [one.text for one in sheet.modifier]
    assert len(said) > 25
    for text in said:
        left = re.sub(r"\{[a-z0-9-]+\}|165/100|\b(100|50|12)\b", "", text)
        assert not re.search(r"\d", left), text


def spoken(language: str) -> str:
    """All that is read on the sheet, a number in each slot, each text a sentence."""
    sheet = consent_text(language).sheet
    said = [sheet.condition, sheet.decision, sheet.frame]
    said += [f"{one.text} {one.range}" for section in sheet.section for one in section.statement]
    said += [text for one in sheet.option for text in (one.apart, one.live, one.good, one.bad) if text]
    said += [one.text for group in (sheet.modifier, sheet.value, sheet.sure, sheet.question) for one in group]
    return " ".join(f"{re.sub(r'{[a-z0-9-]+}', '10', one).strip().rstrip('.?')}." for one in said)


def test_the_sheet_is_read_by_the_eighth_grade_and_in_spanish_with_ease() -> None:
    assert english_grade(spoken("en")) <= 8
    assert spanish_ease(spoken("es")) >= 70


def test_every_slot_of_the_sheet_is_known_and_every_known_slot_is_used() -> None:
    named = {name for one in STATEMENTS for name in slots_named(one.text + one.range)}
    named |= {name for _id, text in WORDS_OF_ROWS for name in slots_named(text)}
    named |= {name for one in SHEET.modifier for name in slots_named(one.text)}
    for one in STATEMENTS:
        for count in one.count:
            named |= {count.slot, *(f"{count.slot}-{end}" for end in ("people", "low", "high"))}
    for option in SHEET.option:
        if option.of_100 is not None:
            named |= {option.of_100.slot, option.of_100.other}
        if option.points is not None:
            named |= {option.points.slot, option.points.low, option.points.high}
            named |= set(slots_named(option.points.against))
    assert named | {"noticed", "noticed-people"} == set(figure_slots())


def test_the_spanish_sheet_has_the_same_parts_and_says_that_nobody_reviewed_it() -> None:
    spanish = consent_text("es").sheet
    assert spanish.version == SHEET.version
    assert [one.id for one in spanish.option] == [one.id for one in SHEET.option]
    assert not spanish.reviewed
    assert "translation not clinically reviewed" in spanish.words["not_reviewed"]
    same = [one.id for one, other in zip(SHEET.option, spanish.option, strict=True) if one.live == other.live]
    assert not same


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"option": [{"id": "b", "text": "{x} y"}]}, "sheet: option"),
        ({"option": [{"id": "a", "text": "otro"}]}, "text"),
        ({"option": [{"id": "a", "text": "{z} otro"}]}, "text"),
        ({"more": "más"}, "sheet"),
    ],
)
def test_a_translation_that_says_less_more_or_another_number_is_refused(given: Any, where: str) -> None:
    first = {"option": [{"id": "a", "text": "{x} words"}]}
    with pytest.raises(InputRefused) as refused:
        _merged(first, given, "sheet")
    assert where in refused.value.where


def test_another_language_is_refused_until_it_is_written() -> None:
    with pytest.raises(InputRefused):
        consent_text("xx")


def test_the_hash_names_the_very_bytes() -> None:
    assert len(consent_text().sha256) == 64
    assert consent_text().sha256 == consent_text("en").sha256 != consent_text("es").sha256


def test_the_version_was_raised_with_the_text() -> None:
    assert SHEET.version == "2.2.0"
    assert SHEET.read_again > SHEET.updated


@pytest.mark.parametrize("gone", ["funding", "update_policy", "updated", "condition", "decision"])
def test_a_sheet_that_does_not_say_who_paid_or_when_is_refused(gone: str) -> None:
    document = SHEET.model_dump()
    Sheet.model_validate(document)
    del document[gone]
    with pytest.raises(ValidationError, match=gone):
        Sheet.model_validate(document)


def test_what_a_person_may_differ_in_is_a_fact_or_the_computed_stage_and_is_called_by_its_name() -> None:
    for sheet in (SHEET, consent_text("es").sheet):
        for one in sheet.modifier:
            assert set(one.facts) <= {*DICTIONARY, "resistance"}
            # What is measured within a session is not known while somebody still chooses.
            assert not [code for code in one.facts if code in DICTIONARY and DICTIONARY[code].in_session]
            assert all(one.facts.values())
    names = [list(sheet.modifier[0].facts.values()) for sheet in (SHEET, consent_text("es").sheet)]
    assert not set(names[0]) & set(names[1])


def test_what_the_protocol_says_is_no_part_of_a_statement_on_harm() -> None:
    """A statement on a rule that a protocol lacks is left out; what may harm is said under every protocol."""
    of_rules = {name for name, one in figure_slots().items() if isinstance(one, ProtocolSlot | RuleSlot)}
    assert of_rules
    for section in SHEET.section:
        for one in section.statement:
            if of_rules & set(slots_named(one.text)) - {"infusions"}:
                assert section.id == "practical", one.id


def test_a_slot_is_filled_and_nothing_else_is_touched() -> None:
    assert filled("{a} of {b-c}, {not a slot}", {"a": "4", "b-c": "8"}) == "4 of 8, {not a slot}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_signs_on_fewer_harms_in_ocd_than_the_public_page_counts(language: str) -> None:
    """A count of an adverse event in people with OCD that anybody may read stands on the sheet with its range too."""
    public = next(one for one in pages("en") if one.id == "can-ketamine-help")
    told = {name for part in public.section for say in part.say for name in slots_in(say.text)}
    harms = {
        (slot.study, slot.term, slot.part)
        for name, slot in slots().items()
        if name in told and isinstance(slot, CountSlot) and slot.term
    }
    assert len({study for study, _term, _part in harms}) == 3
    sheet = consent_text(language).sheet
    risks = next(one for one in sheet.section if one.id == "risks")
    said = {name for one in risks.statement for name in slots_named(one.text + one.range)}
    counted = {
        (slot.study, slot.term, slot.part)
        for name in said
        if isinstance(slot := figure_slots()[name], CountSlot)
    }
    assert harms <= counted
