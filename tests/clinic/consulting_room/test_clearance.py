"""A clearance: the judgement kept whole, held no longer than its facts, and voided with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from unloop.care.evaluation import NotReady, Ready
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.consulting_room.models import ClearanceVoided
from unloop.clinic.consulting_room.services import (
    Clearance,
    GateChoice,
    clear,
    current_clearance,
    in_force,
    judge_person,
)
from unloop.facts import DICTIONARY

pytestmark = pytest.mark.django_db


def clear_as(user: Any, person: Any) -> Clearance | NotReady:
    with acting(user.as_actor()):
        return clear(GateChoice.EVALUATION, person, in_force().protocol)


def holding(person: Any, **fields: Any) -> Clearance | None:
    said = {"gate": GateChoice.EVALUATION, "protocol": in_force().protocol, **fields}
    return current_clearance(person, said["gate"], protocol=said["protocol"])


def test_a_clearance_keeps_the_whole_judgement_and_a_line_says_that_the_gate_was_open(
    cast: Any, adopted: Any, ready: Any, now: Any
) -> None:
    protocol, kept = in_force().protocol, clear_as(cast.director, ready)
    answer = judge_person(GateChoice.EVALUATION, ready, protocol)
    assert isinstance(kept, Clearance)
    assert isinstance(answer, Ready)
    assert kept.verdicts == [
        {"rule": one.rule, "answer": one.answer.value, "outcome": one.outcome.value}
        for one in answer.verdicts
    ]
    assert (kept.person, kept.gate, kept.session_id, kept.by) == (ready, "evaluation", None, cast.director.pk)
    assert (kept.protocol_id, kept.version, kept.sha256) == (protocol.id, protocol.version, protocol.sha256)
    assert (kept.judged_at, kept.valid_until) == (now, answer.valid_until)
    line = AuditEntry.objects.get(action="consulting_room.gate.opened")
    assert (line.person_id, line.object_id) == (ready.id, str(kept.id))
    assert line.detail == {"gate": "evaluation", "sha256": protocol.sha256}


def test_it_rests_on_what_was_recorded_and_on_nothing_that_was_computed(
    cast: Any, adopted: Any, ready: Any
) -> None:
    kept = clear_as(cast.director, ready)
    assert isinstance(kept, Clearance)
    assert kept.rests_on == sorted(kept.rests_on)
    assert {"medicines", "medicines_complete", "alt", "alt_upper_limit"} <= set(kept.rests_on)
    assert not [code for code in kept.rests_on if DICTIONARY[code].derived]
    assert "overrides" not in kept.rests_on


def test_a_gate_that_stays_shut_leaves_a_line_with_what_is_missing_and_no_proof(
    cast: Any, adopted: Any, newcomer: Any
) -> None:
    answer = clear_as(cast.director, newcomer)
    assert isinstance(answer, NotReady)
    line = AuditEntry.objects.get(action="consulting_room.gate.shut")
    assert line.person_id == newcomer.id
    assert line.detail == {
        "gate": "evaluation", "sha256": in_force().protocol.sha256, "missing": list(answer.missing)[:20],
    }  # fmt: skip
    assert len(answer.missing) > 20
    assert not Clearance.objects.exists()


def test_the_clearance_that_holds_is_the_last_of_its_gate_and_document_while_its_facts_count(
    cast: Any, adopted: Any, ready: Any, now: Any
) -> None:
    assert holding(ready) is None
    clear_as(cast.director, ready)
    with clock.frozen(now + timedelta(minutes=5)):
        last = clear_as(cast.director, ready)
        assert isinstance(last, Clearance)
        assert holding(ready) == last
        assert holding(ready, gate=GateChoice.START) is None
        assert holding(ready, protocol=replace(in_force().protocol, sha256="0" * 64)) is None
    with clock.frozen(last.valid_until - timedelta(seconds=1)):
        assert holding(ready) == last
    with clock.frozen(last.valid_until):
        assert holding(ready) is None


def test_a_changed_fact_voids_the_clearance_that_rests_on_it_and_a_line_says_which(
    cast: Any, adopted: Any, ready: Any, newcomer: Any, now: Any
) -> None:
    kept = clear_as(cast.director, ready)
    assert isinstance(kept, Clearance)
    with acting(cast.nurse.as_actor()):
        add_facts(newcomer, [NewFact("weight", 71, "kg")])
        add_facts(ready, [NewFact("platelets", 200, "10*3/uL")])
        assert holding(ready) == kept
        add_facts(ready, [NewFact("weight", 71, "kg"), NewFact("platelets", 210, "10*3/uL")])
    assert holding(ready) is None
    voided = ClearanceVoided.objects.get()
    assert (voided.clearance, voided.at, voided.because_of) == (kept, now, ["weight"])
    line = AuditEntry.objects.get(action="consulting_room.clearance.voided")
    assert (line.person_id, line.object_id, line.detail) == (ready.id, str(kept.id), {"codes": ["weight"]})
