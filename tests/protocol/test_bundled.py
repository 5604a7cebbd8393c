"""The bundled protocol: readable, sourced, and free of every fault that its draft had."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

import charts
from unloop.care.evaluation import NotReady, judge, look
from unloop.care.plan import body_of, dose_by_protocol, preparation_rule, prepare
from unloop.facts import DICTIONARY, Chart, Fact, Person, Phase, Sex
from unloop.protocol import Protocol, bundled, load
from unloop.protocol.ceilings import paths
from unloop.quantity import InputRefused
from unloop.rules import Context, Truth, codes, evaluate, say

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return bundled("ocd-ivket")


def rule(protocol: Protocol, id_: str):
    return protocol.rule(id_)


def test_it_reads_without_a_refusal_and_says_what_rests_on_policy(protocol: Protocol) -> None:
    assert protocol.id == "ocd-ivket"
    assert any("policy" in warning for warning in protocol.warnings)
    assert not any("unverified" in warning for warning in protocol.warnings)


def test_every_condition_can_be_said_in_plain_words(protocol: Protocol) -> None:
    for id_, written in protocol.document.conditions():
        words = say(written.condition, DICTIONARY)
        assert words, id_
        assert not any(sign in words for sign in ("==", ">=", "_", "PT")), (id_, words)


def test_reading_the_same_bytes_gives_the_same_hash(protocol: Protocol) -> None:
    assert load(protocol.text.encode()).sha256 == protocol.sha256


class TestFaultsOfTheDraft:
    """One test for each line of the list of faults, by its number."""

    def test_1_same_day_and_discharge_facts_are_bound_to_the_session_or_to_the_day(
        self, protocol: Protocol
    ) -> None:
        for code in ("escort", "acls_on_site", "sbp", "oriented", "rass", "iv_patent", "suicide_risk_today"):
            assert DICTIONARY[code].phases
            assert DICTIONARY[code].max_age is not None

    def test_2_safety_is_asked_again_after_the_infusion_and_moderate_needs_a_review(
        self, protocol: Protocol
    ) -> None:
        leaving = rule(protocol, "DIS-06").when.condition
        assert set(codes(leaving)) == {"suicide_risk_today", "suicide_review_today"}
        assert Phase.RECOVERY in DICTIONARY["suicide_risk_today"].phases
        assert "suicide_review_today" in codes(rule(protocol, "DAY-09").when.condition)

    def test_3_under_18_nobody_can_override_over_70_two_people_can(self, protocol: Protocol) -> None:
        assert rule(protocol, "ELG-01").kind == "require"
        assert rule(protocol, "ELG-01").override is None
        assert rule(protocol, "REL-02").kind == "relative"
        assert len(rule(protocol, "REL-02").override.signers) == 2

    def test_4_no_path_of_dose_and_time_exceeds_the_rate_ceiling(self, protocol: Protocol) -> None:
        dose = protocol.document.dose
        assert len(list(paths(dose))) >= 16
        assert all(path.mg_per_kg_h <= dose.max_rate_mg_per_kg_h for path in paths(dose))
        assert "pump" not in protocol.document.preparation.model_dump()

    def test_5_each_evaluation_item_names_its_facts(self, protocol: Protocol) -> None:
        asked = {code for item in protocol.document.evaluation for code in item.facts}
        wanted = {"physical_examination", "phq9", "gad7", "wsas", "ast", "ggt", "bilirubin", "haemoglobin"}
        assert wanted <= asked

    def test_6_a_prompt_over_an_unknown_value_is_unknown_and_says_what_it_lacks(
        self, protocol: Protocol
    ) -> None:
        """So a caller can show it; it is never taken for quiet."""
        view = look(protocol, Chart(Person(), ()), at=NOON, session="s", phases=tuple(Phase))
        for prompt in protocol.document.prompt:
            judged = evaluate(prompt.when.condition, Context(view))
            assert judged.answer is Truth.UNKNOWN, prompt.id
            assert judged.missing, prompt.id

    def test_7_two_signers_are_two_signatures_and_absolute_rules_have_none(self, protocol: Protocol) -> None:
        gate = protocol.document.gate
        assert {one.kind for one in gate} == {"require", "absolute", "relative"}
        assert all(one.override is None for one in gate if one.kind != "relative")
        assert all(one.override is not None for one in gate if one.kind == "relative")

    def test_8_a_floor_refuses_and_never_raises(self, protocol: Protocol) -> None:
        """An elder of 30 kg comes to 9 mg, below the floor of 10 mg: nothing is prepared."""
        facts = tuple(
            Fact(id=code, code=code, value=value, at=NOON, recorded_at=NOON)
            for code, value in {"weight": 30.0, "height": 150.0, "child_pugh": "none"}.items()
        )
        view = look(protocol, Chart(Person(date(1950, 5, 1), Sex.FEMALE), facts, ()), at=NOON)
        rule, preparation = dose_by_protocol(protocol, view).rule, preparation_rule(protocol)
        with pytest.raises(InputRefused, match="10"):
            prepare(rule, body_of(view), preparation, vial=preparation.preferred_vial)

    def test_9_alcohol_cut_off_is_lower_for_women(self, protocol: Protocol) -> None:
        assert "sex_female" in codes(rule(protocol, "REL-08").when.condition)

    def test_10_a_stroke_ever_is_relative_and_recent_absolute(self, protocol: Protocol) -> None:
        assert "infarction_or_stroke_ever" in codes(rule(protocol, "REL-03").when.condition)
        assert "infarction_or_stroke_last_6_months" in codes(rule(protocol, "CON-03").when.condition)
        ever = [definition for definition in DICTIONARY.values() if definition.ever]
        assert {"psychosis_ever", "aneurysm_or_avm", "infarction_or_stroke_ever"} <= {
            one.code for one in ever
        }
        assert all(one.max_age is not None and one.bad for one in ever)

    def test_11_diagnoses_and_medicines_are_sets_with_a_statement_of_completeness(self) -> None:
        for code in ("diagnoses", "medicines"):
            assert DICTIONARY[code].type == "set"
            assert DICTIONARY[code].complete_by == f"{code}_complete"

    def test_12_no_gate_is_content_to_know_a_fact_that_has_a_bad_value(self, protocol: Protocol) -> None:
        asked = {code for item in protocol.document.evaluation for code in item.facts if DICTIONARY[code].bad}
        rules = [one for one in protocol.document.gate if "evaluation" in one.at]
        assert asked <= {code for one in rules for code in codes(one.when.condition)}
        assert "urine_drug_screen" in asked

    def test_14_what_not_everybody_needs_is_not_asked_of_everybody(self, protocol: Protocol) -> None:
        tested = rule(protocol, "EVA-10")
        assert tested.applies.text == "can_be_pregnant"
        assert "erp_unavailable" not in {code for item in protocol.document.evaluation for code in item.facts}

    def test_13_stop_rules_count_prompts_and_resistance_is_numbers(self, protocol: Protocol) -> None:
        stop = rule(protocol, "STP-01")
        assert "prompts" in say(stop.when.condition, DICTIONARY)
        assert protocol.document.resistance.erp.therapist_trained is True

    def test_15_milligrams_are_base_as_labelled(self, protocol: Protocol) -> None:
        assert protocol.document.protocol.milligrams == "ketamine base as labelled"
        assert protocol.document.protocol.drug == "racemic ketamine"

    def test_16_an_unmapped_medicine_waits_for_a_decision_by_a_named_clinician(
        self, protocol: Protocol
    ) -> None:
        chart = charts.with_value(charts.document(), "medicines", ["zorblaxine"])
        answer = judge("evaluation", protocol, charts.read(chart), at=charts.JUDGED_AT)
        assert isinstance(answer, NotReady)
        assert "medicine_decisions" in answer.missing

    def test_17_prompts_are_called_prompts(self, protocol: Protocol) -> None:
        assert len(protocol.document.prompt) >= 11
        assert "alert" not in protocol.text
        assert "alarm" not in protocol.text


def test_course_limits_grow(protocol: Protocol) -> None:
    after = protocol.document.schedule.assess_after
    assert all(earlier < later for earlier, later in pairwise(after))
