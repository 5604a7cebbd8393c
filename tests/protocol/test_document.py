"""What is read of a document: in its order, unchangeable, and named by its rules where something does not fit."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unloop.facts import DICTIONARY
from unloop.protocol import Document, Protocol, ProtocolRefused, Refusal, Sourced, Written, bundled, load
from unloop.protocol.protocol import MAX_BYTES
from unloop.quantity import Duration, InputRefused
from unloop.rules import codes, parse

PROTOCOL = bundled("ocd-ivket")
DOCUMENT = PROTOCOL.document
TEXT = PROTOCOL.text.replace('version = "1.1.0"', 'version = "9.9.9"', 1)
TABLES: dict[str, Any] = tomllib.loads(PROTOCOL.text)


def with_value(*path: str | int, value: object) -> dict[str, Any]:
    """The tables of the document with one value set otherwise."""
    tables = copy.deepcopy(TABLES)
    inside: Any = tables
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return tables


def read(*path: str | int, value: object) -> Document:
    return Document.model_validate(with_value(*path, value=value))


def refused(text: str) -> tuple[Refusal, ...]:
    with pytest.raises(ProtocolRefused) as caught:
        load(text.encode())
    return caught.value.refusals


class TestOrder:
    def test_rules_stand_in_the_order_of_the_document(self) -> None:
        written = [
            line.partition('"')[2].rstrip('"') for line in TEXT.splitlines() if line.startswith('id = "')
        ]
        rules = [rule.id for rule in PROTOCOL.rules]
        assert set(rules) <= set(written)
        for part in (DOCUMENT.gate, DOCUMENT.evaluation, DOCUMENT.drug, DOCUMENT.prompt, DOCUMENT.sameday):
            places = [written.index(rule.id) for rule in part]
            assert places == sorted(places)

    def test_every_table_with_sources_is_among_the_rules(self) -> None:
        def found(value: Any) -> int:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            return ("src" in value if isinstance(value, dict) else 0) + sum(map(found, inner))

        assert len(PROTOCOL.rules) == found(TABLES)
        assert all(isinstance(rule, Sourced) for rule in PROTOCOL.rules)

    def test_every_when_and_applies_is_among_the_conditions(self) -> None:
        def found(value: Any) -> int:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            own = sum(key in {"when", "applies"} for key in value) if isinstance(value, dict) else 0
            return own + sum(map(found, inner))

        assert len(DOCUMENT.conditions()) == found(TABLES)

    def test_a_condition_keeps_the_words_in_which_it_was_written(self) -> None:
        for id_, written in DOCUMENT.conditions():
            assert parse(written.text) == written.condition, id_
            assert f'"{written.text}"' in TEXT, id_


class TestUnchangeable:
    @pytest.mark.parametrize("key", ["mg_per_kg", "max_mg", "adjust"])
    def test_nothing_of_a_document_that_was_read_can_be_set(self, key: str) -> None:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(DOCUMENT.dose, key, 1.0)

    def test_neither_can_anything_of_the_protocol_that_holds_it(self) -> None:
        with pytest.raises(AttributeError):
            PROTOCOL.sha256 = "0" * 64  # type: ignore[misc]

    def test_two_readings_of_the_same_bytes_are_the_same_protocol(self) -> None:
        again: Protocol = load(TEXT.encode())
        assert again == load(TEXT.encode())
        assert again != PROTOCOL


class TestLengths:
    @pytest.mark.parametrize("text", ["PT10M", "P7D", "P1M", "P1Y", "PT48H"])
    def test_a_length_of_time_is_read_as_one(self, text: str) -> None:
        assert read("schedule", "min_gap", value=text).schedule.min_gap == Duration.parse(text)

    @pytest.mark.parametrize(
        "value", ["", "10", "10 minutes", "P", "PT", "-P1D", "P1.5M", 10, 10.0, None, ["P1D"]]
    )
    def test_anything_else_is_not(self, value: object) -> None:
        with pytest.raises(ValidationError):
            read("schedule", "min_gap", value=value)

    def test_a_number_is_told_to_be_written_in_quotes(self) -> None:
        (refusal,) = refused(TEXT.replace('min_gap = "PT48H"', "min_gap = 48"))
        assert refusal.where == "schedule.min_gap"
        assert refusal.mend == "write it in quotes"


class TestConditions:
    @pytest.mark.parametrize("value", [True, 1, 1.5, ["cystitis"], {"fact": "cystitis"}])
    def test_a_condition_is_text(self, value: object) -> None:
        with pytest.raises(ValidationError):
            read("gate", 0, "when", value=value)

    def test_one_that_is_none_is_told_to_be_written_in_quotes(self) -> None:
        (refusal,) = refused(TEXT.replace('when = "cystitis"', "when = true"))
        assert refusal == Refusal(
            "gate.CON-08.when", "condition: bool was given; allowed is text", "write the condition in quotes"
        )

    @pytest.mark.parametrize(
        ("text", "prose"),
        [("if the bladder hurts, wait", True), ("cystitis and", True), ("cystitis!", False)],
    )
    def test_prose_is_called_prose_and_a_slip_a_slip(self, *, text: str, prose: bool) -> None:
        (refusal,) = refused(TEXT.replace('when = "cystitis"', f'when = "{text}"'))
        assert refusal.where == "gate.CON-08.when"
        assert refusal.why.startswith("not a condition of the rule language") is prose
        assert refusal.mend

    @given(st.sampled_from([id_ for id_, _ in DOCUMENT.conditions()]))
    def test_every_fact_of_a_condition_is_declared_and_in_the_dictionary(self, id_: str) -> None:
        for rule, written in DOCUMENT.conditions():
            if rule == id_:
                assert set(codes(written.condition)) <= set(DOCUMENT.facts) & set(DICTIONARY)


class TestNumbers:
    @pytest.mark.parametrize("value", [0, 0.0, -0.5, float("nan"), float("inf"), "0.5", True, None])
    def test_a_dose_is_a_number_above_zero(self, value: object) -> None:
        with pytest.raises(ValidationError):
            read("dose", "mg_per_kg", value=value)

    @pytest.mark.parametrize("value", [-1, 1.5, "6", True, None])
    def test_a_count_is_a_whole_number_from_zero(self, value: object) -> None:
        with pytest.raises(ValidationError):
            read("schedule", "infusions", value=value)

    def test_a_whole_number_will_do_for_a_dose(self) -> None:
        assert read("dose", "minutes", value=40).dose.minutes == 40

    @pytest.mark.parametrize(("signers", "taken"), [(1, True), (3, True), (4, False), (0, False)])
    def test_one_to_three_people_sign(self, *, signers: int, taken: bool) -> None:
        index = next(number for number, rule in enumerate(DOCUMENT.gate) if rule.override is not None)
        people = ["physician"] * signers
        if taken:
            override = read("gate", index, "override", "signers", value=people).gate[index].override
            assert override is not None
            assert override.signers == tuple(people)
            return
        with pytest.raises(ValidationError):
            read("gate", index, "override", "signers", value=people)


class TestPlaces:
    @pytest.mark.parametrize(
        ("old", "new", "where"),
        [
            ('kind = "require"\nwhen = "age >= 18"', 'kind = "must"\nwhen = "age >= 18"', "gate.ELG-01.kind"),
            ("max_mg = 60.0", "max_mg = -60.0", "dose.max_mg"),
            ('level = "red"', 'level = "crimson"', "prompt.PRO-03.level"),
            ("keep_years = 2", "keep_years = 2.5", "records.keep_years"),
            ('name = "remission"', 'name = "cure"', "outcome.rule.OUT-03.name"),
            ("effective = 2026-11-01", 'effective = "soon"', "protocol.effective"),
            ("fluoxetine = { target = 60.0,", "fluoxetine = {", "resistance.sri.dose.fluoxetine.target"),
        ],
    )
    def test_a_place_is_told_by_the_id_of_its_rule(self, old: str, new: str, where: str) -> None:
        assert old in TEXT
        assert where in {refusal.where for refusal in refused(TEXT.replace(old, new, 1))}

    def test_a_rule_that_has_no_id_is_told_by_its_number(self) -> None:
        assert "gate.0.id" in {one.where for one in refused(TEXT.replace('id = "ELG-00"\n', "", 1))}

    def test_what_was_given_is_shortened(self) -> None:
        (refusal,) = refused(TEXT.replace('status = "final"', f'status = "{"x" * 5000}"'))
        assert len(refusal.why) < 200


class TestSize:
    def test_a_document_may_be_as_long_as_that_and_no_longer(self) -> None:
        room = MAX_BYTES - len(TEXT.encode())
        assert load((TEXT + "#" + "x" * (room - 1)).encode()).version == "9.9.9"
        with pytest.raises(InputRefused, match=str(MAX_BYTES + 1)):
            load((TEXT + "#" + "x" * room).encode())

    def test_a_written_condition_is_equal_to_itself_alone(self) -> None:
        assert Written("cystitis", parse("cystitis")) == Written("cystitis", parse("cystitis"))
        assert Written("cystitis", parse("cystitis")) != Written("(cystitis)", parse("(cystitis)"))
