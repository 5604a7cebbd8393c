"""Metamorphic: whatever changes a fact that the decision used, the signature falls and says so; else it stands."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from unloop.care.evaluation import Ready
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import FactRow, NewFact, add_facts
from unloop.clinic.consulting_room.services import (
    Clearance,
    GateChoice,
    in_force,
    judge_person,
    last_sign_off,
    sign_evaluation,
)
from unloop.facts import DICTIONARY, FactDefinition, FactType
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"


@pytest.fixture
def signed(cast: Any, adopted: Any, ready: Any) -> Any:
    """Somebody whose evaluation is signed, and the signature."""
    with acting(cast.director.as_actor()):
        clearance = sign_evaluation(ready, in_force().protocol, by=cast.director, password=PASSWORD)
        assert isinstance(clearance, Clearance)
        yield ready, clearance


def _rows(person: Any, clearance: Clearance) -> dict[str, FactRow]:
    """The entry that stands for each recorded code on which the decision rests."""
    return {
        row.code: row
        for row in FactRow.objects.filter(person=person, code__in=clearance.rests_on).order_by("at")
    }


def _others(definition: FactDefinition) -> list[object]:
    """Some values that a code can have, the ends of its range among them."""
    match definition.type:
        case FactType.BOOL:
            return [True, False]
        case FactType.NUMBER:
            return [definition.low, definition.high]
        case FactType.ENUM:
            return list(definition.values)
        case FactType.SET | FactType.RECORDS:
            return [[]]


def _voided_by(person: Any, fact: NewFact, code: str) -> None:
    mark = transaction.savepoint()
    add_facts(person, [fact])
    sign_off = last_sign_off(person, in_force().protocol)
    assert not sign_off.holds, code
    assert DICTIONARY[code].label in sign_off.because_of, code
    transaction.savepoint_rollback(mark)


def test_the_decision_rests_on_every_entry_that_it_used(signed: Any) -> None:
    person, clearance = signed
    used = {use.code for one in judge_person(GateChoice.EVALUATION, person, in_force().protocol).verdicts
            for use in one.used}  # fmt: skip
    recorded = {code for code in used if not DICTIONARY[code].derived}
    recorded |= {name for code in used for name in DICTIONARY[code].inputs}
    assert recorded <= set(clearance.rests_on)
    assert len(_rows(person, clearance)) > 50


def test_taking_back_any_entry_that_was_used_voids_the_signature(signed: Any) -> None:
    person, clearance = signed
    for code, row in _rows(person, clearance).items():
        _voided_by(person, NewFact(code, None, supersedes=row.id, reason="another person's"), code)
    assert last_sign_off(person, in_force().protocol).holds


def test_correcting_any_entry_that_was_used_voids_the_signature(signed: Any) -> None:
    person, clearance = signed
    for code, row in _rows(person, clearance).items():
        value = next((one for one in _others(DICTIONARY[code]) if one != row.value), row.value)
        _voided_by(person, NewFact(code, value, at=row.at, supersedes=row.id, reason="misread"), code)


def test_even_the_same_answer_asked_anew_is_looked_at_again(signed: Any) -> None:
    person, clearance = signed
    for code, row in _rows(person, clearance).items():
        _voided_by(person, NewFact(code, row.value), code)


def test_whatever_is_added_a_signature_over_another_answer_never_stands(signed: Any) -> None:
    person, _clearance = signed
    protocol = in_force().protocol
    before = _outcomes(person)
    for definition in DICTIONARY.values():
        if definition.derived or definition.in_session:
            continue
        for value in _others(definition):
            mark = transaction.savepoint()
            with suppress(InputRefused):  # a value that nobody can write changes nothing
                add_facts(person, [NewFact(definition.code, value)])
            if last_sign_off(person, protocol).holds:
                assert _outcomes(person) == before, (definition.code, value)
            transaction.savepoint_rollback(mark)


def _outcomes(person: Any) -> list[tuple[str, str]]:
    answer = judge_person(GateChoice.EVALUATION, person, in_force().protocol)
    assert isinstance(answer, Ready) or answer.verdicts
    return [(one.rule, one.outcome.value) for one in answer.verdicts]
