"""Signing an evaluation, going on over a relative rule, and what voids either."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from unloop.care.evaluation import NotReady, Outcome, Ready
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts, load_chart
from unloop.clinic.consulting_room.overriding import signatures, verdict_of
from unloop.clinic.consulting_room.services import (
    AtStart,
    Clearance,
    GateChoice,
    NewSignature,
    current_clearance,
    in_force,
    judge_person,
    last_sign_off,
    sign_evaluation,
    sign_override,
    view_of,
)
from unloop.clinic.consulting_room.signing import may_sign
from unloop.facts import DICTIONARY, Fact, FactType, Phase
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"


def gate(person: Any) -> Ready | NotReady:
    return judge_person(GateChoice.EVALUATION, person, in_force().protocol)


def test_a_psychiatrist_signs_a_whole_evaluation(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any, credential: Any
) -> None:
    credential(cast.provider, "psychiatrist")
    assert send(cast.provider, "sign", ready, password=PASSWORD).status_code == 302
    assert current_clearance(ready, GateChoice.EVALUATION, protocol=in_force().protocol) is not None
    assert f"Signed by {cast.provider.name}" in see(cast.nurse, "evaluation", ready)


def test_an_evaluation_that_is_not_ready_is_not_signed_and_says_why(
    send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    answer = send(cast.director, "sign", newcomer, password=PASSWORD)
    assert answer.status_code == 422
    assert "Nothing was signed: the evaluation is not ready" in answer.content.decode()
    assert not Clearance.objects.exists()


def test_a_wrong_password_signs_nothing(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    answer = send(cast.director, "sign", ready, password="another password")
    assert answer.status_code == 422
    assert not Clearance.objects.exists()


def test_a_provider_without_a_verified_credential_signs_nothing(
    send: Any, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    assert "Sign this evaluation" not in see(cast.provider, "evaluation", ready)
    assert send(cast.provider, "sign", ready, password=PASSWORD).status_code == 422
    assert not Clearance.objects.exists()


def test_a_signature_holds_until_it_runs_out_and_only_under_the_document_in_force(
    cast: Any, adopted: Any, ready: Any, now: Any
) -> None:
    protocol = in_force().protocol
    assert last_sign_off(ready, protocol) is None
    with acting(cast.director.as_actor()):
        clearance = sign_evaluation(ready, protocol, by=cast.director, password=PASSWORD)
    assert isinstance(clearance, Clearance)
    signed, elsewhere = (last_sign_off(ready, one) for one in (protocol, replace(protocol, sha256="0" * 64)))
    assert (signed.by, signed.at, signed.holds_until) == (cast.director.name, now, clearance.valid_until)
    assert (signed.voided_at, signed.because_of, signed.expired, signed.other_protocol) == (
        None,
        (),
        False,
        False,
    )
    assert signed.holds
    assert (elsewhere.other_protocol, elsewhere.holds) == (True, False)
    for seconds, holds in ((-1, True), (0, False)):
        with clock.frozen(clearance.valid_until + timedelta(seconds=seconds)):
            later = last_sign_off(ready, protocol)
        assert (later.holds, later.expired) == (holds, not holds)
    with clock.frozen(now + timedelta(minutes=5)) as later, acting(cast.director.as_actor()):
        add_facts(ready, [NewFact("weight", 71, "kg")])
    assert last_sign_off(ready, protocol).voided_at == later
    assert not last_sign_off(ready, protocol).holds


@pytest.mark.parametrize(
    ("who", "credentials", "may"),
    [
        ("director", (), True), ("provider", ("physician",), True), ("provider", ("psychiatrist",), True),
        ("provider", ("registered_nurse",), False), ("provider", (), False), ("nurse", ("physician",), False),
    ],
)  # fmt: skip
def test_who_may_sign_is_the_director_or_a_provider_who_is_a_physician(
    cast: Any, credential: Any, *, who: str, credentials: tuple[str, ...], may: bool
) -> None:
    credential(getattr(cast, who), *credentials)
    assert may_sign(getattr(cast, who)) is may


def test_a_refused_signature_says_whose_it_was_and_who_may_sign(cast: Any, adopted: Any, ready: Any) -> None:
    with acting(cast.provider.as_actor()), pytest.raises(InputRefused) as refused:
        sign_evaluation(ready, in_force().protocol, by=cast.provider, password=PASSWORD)
    assert (refused.value.where, refused.value.given) == ("signature", "provider")
    assert "physician or psychiatrist" in refused.value.allowed


def test_a_nurse_cannot_sign(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    assert send(cast.nurse, "sign", ready, password=PASSWORD).status_code == 403


def _other(code: str, value: object) -> object:
    """Another answer than the one that stands."""
    definition = DICTIONARY[code]
    match definition.type:
        case FactType.BOOL:
            return not value
        case FactType.NUMBER:
            return definition.low if value != definition.low else definition.high
        case FactType.ENUM:
            return next(one for one in definition.values if one != value)
        case FactType.SET | FactType.RECORDS:
            return []


def test_any_change_of_a_fact_that_was_used_voids_the_signature(cast: Any, adopted: Any, ready: Any) -> None:
    from django.db import transaction

    protocol = in_force().protocol
    with acting(cast.director.as_actor()):
        clearance = sign_evaluation(ready, protocol, by=cast.director, password=PASSWORD)
        assert isinstance(clearance, Clearance)
        assert len(clearance.rests_on) > 40
        standing = {use.code: use.value for verdict in gate(ready).verdicts for use in verdict.used}
        for code in clearance.rests_on:
            mark = transaction.savepoint()
            add_facts(ready, [NewFact(code, _other(code, standing.get(code, True)))])
            signed = last_sign_off(ready, protocol)
            assert not signed.holds, code
            assert DICTIONARY[code].label in signed.because_of
            transaction.savepoint_rollback(mark)
        assert last_sign_off(ready, protocol).holds


def test_a_fact_that_was_not_used_leaves_the_signature_alone(cast: Any, adopted: Any, ready: Any) -> None:
    protocol = in_force().protocol
    with acting(cast.director.as_actor()):
        sign_evaluation(ready, protocol, by=cast.director, password=PASSWORD)
        add_facts(ready, [NewFact("platelets", 200, "10*3/uL")])
    assert last_sign_off(ready, protocol).holds


def test_the_page_says_which_fact_voided_a_signature(see: Any, cast: Any, adopted: Any, ready: Any) -> None:
    with acting(cast.director.as_actor()):
        sign_evaluation(ready, in_force().protocol, by=cast.director, password=PASSWORD)
        add_facts(ready, [NewFact("weight", 71, "kg")])
    assert "That no longer holds" in (text := see(cast.nurse, "evaluation", ready))
    assert "this changed: body weight" in text


def _family(person: Any) -> None:
    add_facts(person, [NewFact("psychosis_in_first_degree_relative", value=True)])


def test_a_psychiatrist_goes_on_in_writing(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any, credential: Any
) -> None:
    _family(ready)
    credential(cast.provider, "psychiatrist")
    assert isinstance(gate(ready), NotReady)
    assert "Decide and write why" in see(cast.provider, "evaluation", ready)
    sent = {
        "credential": "psychiatrist",
        "reason": "a half-brother, once, under steroids",
        "password": PASSWORD,
    }
    assert send(cast.provider, "override", ready, "REL-01", **sent).status_code == 302
    assert isinstance(gate(ready), Ready)
    page = see(cast.provider, "evaluation", ready)
    assert "somebody signed to go on" in page
    assert 'evaluation/override/REL-01/">who, and why</a>' in page


def test_without_the_credential_nobody_goes_on(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    _family(ready)
    sent = {"credential": "psychiatrist", "reason": "I think so", "password": PASSWORD}
    assert send(cast.provider, "override", ready, "REL-01", **sent).status_code == 422
    assert isinstance(gate(ready), NotReady)


def test_a_later_change_of_the_fact_asks_for_a_new_signature(
    send: Any, see: Any, cast: Any, adopted: Any, ready: Any, credential: Any, now: Any
) -> None:
    _family(ready)
    credential(cast.provider, "psychiatrist")
    sent = {"credential": "psychiatrist", "reason": "looked at", "password": PASSWORD}
    send(cast.provider, "override", ready, "REL-01", **sent)
    with clock.frozen(now + timedelta(minutes=5)):
        _family(ready)
        assert isinstance(gate(ready), NotReady)
        assert "Nobody has signed yet" in see(cast.provider, "override", ready, "REL-01")


def test_taking_an_override_back_voids_the_signature_that_rests_on_it(
    send: Any, cast: Any, adopted: Any, ready: Any, credential: Any
) -> None:
    from unloop.clinic.chart.services import FactRow

    _family(ready)
    credential(cast.provider, "psychiatrist")
    sent = {"credential": "psychiatrist", "reason": "looked at", "password": PASSWORD}
    send(cast.provider, "override", ready, "REL-01", **sent)
    with acting(cast.director.as_actor()):
        sign_evaluation(ready, in_force().protocol, by=cast.director, password=PASSWORD)
        row = FactRow.objects.get(person=ready, code="overrides")
        add_facts(ready, [NewFact("overrides", None, supersedes=row.id, reason="wrong person")])
    assert not last_sign_off(ready, in_force().protocol).holds


def test_two_signatures_are_two_people_and_the_second_signs_later(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any, credential: Any, now: Any
) -> None:
    add_facts(ready, [NewFact("heart_failure", value=True)])
    credential(cast.director, "physician")
    credential(cast.provider, "physician")
    written = {"reason": "mild and stable", "need_1": "cardiologist, 2 November", "password": PASSWORD}
    first = send(cast.director, "override", ready, "REL-03", credential="medical_director", **written)
    assert first.status_code == 302
    assert isinstance(gate(ready), NotReady)
    again = send(cast.director, "override", ready, "REL-03", credential="physician", **written)
    assert again.status_code == 422
    assert "as medical director" in see(cast.provider, "override", ready, "REL-03")
    with clock.frozen(now + timedelta(minutes=5)):
        send(cast.provider, "override", ready, "REL-03", credential="physician", **written)
        assert isinstance(gate(ready), Ready)


def test_each_thing_that_must_be_written_is_asked_for(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    add_facts(
        ready,
        [
            NewFact("erp_unavailable", value=False),
            NewFact("psychotherapies", []),
            NewFact("treatment_history_complete", value=True),
        ],
    )
    sent = {"credential": "medical_director", "reason": "no therapist near", "password": PASSWORD}
    refused = send(cast.director, "override", ready, "ELG-05", **sent)
    assert refused.status_code == 422
    assert "A referral for ERP" in refused.content.decode()
    send(cast.director, "override", ready, "ELG-05", need_1="sent to the university clinic", **sent)
    assert isinstance(gate(ready), Ready)


def test_a_signature_that_is_too_old_is_set_again_by_the_same_person(
    cast: Any, adopted: Any, ready: Any, credential: Any, now: Any
) -> None:
    """Another signature in the same list keeps none alive, and none that has run out stands in the way of a new one."""
    credential(cast.provider, "psychiatrist", "physician")
    protocol = in_force().protocol
    add_facts(ready, [
        NewFact("psychosis_in_first_degree_relative", value=True), NewFact("egfr", 20, "mL/min/{1.73_m2}"),
    ])  # fmt: skip

    def sign(rule: str, credential: str) -> Outcome:
        new = NewSignature(rule, credential, "looked at", "a written reason: looked at")
        with acting(cast.provider.as_actor()):
            return sign_override(ready, protocol, new, by=cast.provider, password=PASSWORD)

    assert sign("REL-01", "psychiatrist") is Outcome.OVERRIDDEN
    with clock.frozen(now + timedelta(days=89)):
        add_facts(ready, [NewFact("breastfeeding", value=False)])
        assert sign("REL-07", "physician") is Outcome.OVERRIDDEN
        assert verdict_of(ready, protocol, "REL-01").outcome is Outcome.OVERRIDDEN
    with clock.frozen(now + timedelta(days=91)):
        verdict = verdict_of(ready, protocol, "REL-01")
        assert verdict.outcome is Outcome.EXCLUDES
        assert signatures("REL-01", protocol, view_of(ready, protocol)) == ()
        assert sign("REL-01", "psychiatrist") is Outcome.OVERRIDDEN


class TestAtTheStart:
    """Rules of the day, which see the readings of the session."""

    SESSION = UUID(int=7)
    NEW = NewSignature("DAY-03", "physician", "calm, 142 at home too", "a written reason: calm")

    def start(self, person: Any, *, sbp: float, now: Any) -> AtStart:
        reading = Fact(id="r1", code="sbp", value=sbp, unit="mm[Hg]", at=now, recorded_at=now,
                       session=str(self.SESSION), phase=Phase.BEFORE)  # fmt: skip
        chart = load_chart(person)
        return AtStart(self.SESSION, replace(chart, facts=(*chart.facts, reading)))

    def sign(self, person: Any, by: Any, start: AtStart | None) -> Outcome:
        with acting(by.as_actor()):
            return sign_override(person, in_force().protocol, self.NEW, by=by, password=PASSWORD, start=start)

    def test_a_physician_accepts_a_reading_of_the_session(
        self, cast: Any, adopted: Any, ready: Any, credential: Any, now: Any
    ) -> None:
        credential(cast.provider, "physician")
        start = self.start(ready, sbp=142, now=now)
        assert self.sign(ready, cast.provider, start) is Outcome.OVERRIDDEN
        again = verdict_of(ready, in_force().protocol, "DAY-03", start=self.start(ready, sbp=142, now=now))
        assert again.outcome is Outcome.OVERRIDDEN

    def test_a_reading_after_the_signature_asks_anew(
        self, cast: Any, adopted: Any, ready: Any, credential: Any, now: Any
    ) -> None:
        credential(cast.provider, "physician")
        self.sign(ready, cast.provider, self.start(ready, sbp=142, now=now))
        with clock.frozen(now + timedelta(minutes=5)) as later:
            start = self.start(ready, sbp=150, now=later)
            assert verdict_of(ready, in_force().protocol, "DAY-03", start=start).outcome is Outcome.EXCLUDES
            assert self.sign(ready, cast.provider, start) is Outcome.OVERRIDDEN

    @pytest.mark.parametrize("sbp", [139, None])
    def test_nothing_is_signed_where_the_rule_does_not_stand_against_the_start(
        self, sbp: float | None, cast: Any, adopted: Any, ready: Any, credential: Any, now: Any
    ) -> None:
        credential(cast.provider, "physician")
        start = None if sbp is None else self.start(ready, sbp=sbp, now=now)
        with pytest.raises(InputRefused, match="a relative rule that stands against treatment"):
            self.sign(ready, cast.provider, start)


@pytest.mark.parametrize("rule", ["CON-01", "ELG-01", "EVA-04", "XXX-99"])
def test_what_nobody_can_override_has_no_page(
    rule: str, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    see(cast.director, "override", ready, rule, status=404)


def test_a_rule_that_does_not_stand_against_treatment_cannot_be_overridden(
    send: Any, cast: Any, adopted: Any, ready: Any, credential: Any
) -> None:
    credential(cast.provider, "psychiatrist")
    sent = {"credential": "psychiatrist", "reason": "just in case", "password": PASSWORD}
    assert send(cast.provider, "override", ready, "REL-01", **sent).status_code == 422


# --- what an imported record changes -----------------------------------------------------------------------------


@pytest.fixture
def signed(cast: Any, adopted: Any, ready: Any) -> Any:
    """Somebody whose evaluation is signed."""
    with acting(cast.director.as_actor()):
        assert isinstance(
            sign_evaluation(ready, in_force().protocol, by=cast.director, password=PASSWORD), Clearance
        )
    return ready


def _bring(person: Any, cast: Any) -> None:
    """Import a record that mentions one medicine."""
    from unloop.clinic.chart.services import import_bundle

    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": "Ready", "given": ["Rhea"]}]}
    medicine = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Fluoxetine 20 MG Oral Capsule"},
        "subject": {"reference": "urn:uuid:p"}, "authoredOn": "2026-01-05",
    }  # fmt: skip
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (patient, medicine)]
    record = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    with acting(cast.provider.as_actor()):
        import_bundle(json.dumps(record).encode(), into=person)


def test_a_medicine_that_an_import_brings_voids_the_signature(cast: Any, signed: Any) -> None:
    protocol = in_force().protocol
    assert last_sign_off(signed, protocol).holds
    _bring(signed, cast)
    assert not last_sign_off(signed, protocol).holds
    assert isinstance(gate(signed), NotReady)
