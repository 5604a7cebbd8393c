"""The three gates over whole charts: what opens them, what shuts them, and that silence never opens one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import charts
from charts import JUDGED_AT, SESSION, entry, read
from unloop.care.evaluation import NotReady, Outcome, Ready, Standing, judge, look
from unloop.care.evaluation.verdict import outcome_of_gaps
from unloop.facts import Absence, Unknown
from unloop.protocol import Protocol, bundled, bundled_ids, load
from unloop.rules import Gap

PROTOCOL = bundled("ocd-ivket")
every_protocol = pytest.mark.parametrize(
    "protocol", [bundled(id_) for id_ in bundled_ids()], ids=bundled_ids()
)
CODES = charts.codes(charts.document())


def evaluation(chart: charts.Document, *, at=JUDGED_AT, protocol: Protocol = PROTOCOL) -> Ready | NotReady:
    return judge("evaluation", protocol, read(chart), at=at)


def start(chart: charts.Document, *, at=JUDGED_AT, session: str = SESSION) -> Ready | NotReady:
    return judge("start", PROTOCOL, read(chart), at=at, session=session)


def discharge(chart: charts.Document, *, at=JUDGED_AT, protocol: Protocol = PROTOCOL) -> Ready | NotReady:
    return judge("discharge", protocol, read(chart), at=at, session=SESSION)


def outcomes(answer: Ready | NotReady) -> dict[str, Outcome]:
    return {verdict.rule: verdict.outcome for verdict in answer.verdicts if not verdict.outcome.opens}


class TestEvaluation:
    def test_the_ready_chart_is_ready_at_its_latest_time(self) -> None:
        assert outcomes(evaluation(charts.document())) == {}

    def test_six_in_ten_of_its_codes_taken_away_leave_it_not_ready(self) -> None:
        shut = [
            code
            for code in CODES
            if isinstance(evaluation(charts.without(charts.document(), code)), NotReady)
        ]
        assert len(shut) / len(CODES) >= 0.6, sorted(set(CODES) - set(shut))

    def test_an_empty_chart_is_not_ready_and_every_rule_says_what_is_missing(self) -> None:
        answer = evaluation({"person": {}, "facts": []})
        assert isinstance(answer, NotReady)
        assert all(verdict.missing for verdict in answer.with_outcome(Outcome.MISSING))
        assert not answer.excluding

    @pytest.mark.parametrize("item", [item.id for item in PROTOCOL.document.evaluation])
    def test_without_the_facts_of_an_item_that_applies_it_is_not_ready(self, item: str) -> None:
        chart = charts.with_value(charts.document(), "cardiovascular_risk", True)
        chart = charts.plus(chart, entry("ecg", "normal"))
        assert isinstance(evaluation(chart), Ready)
        facts = next(one.facts for one in PROTOCOL.document.evaluation if one.id == item)
        for code in facts:
            inputs = {"alt_over_limit": "alt_upper_limit", "alp_over_limit": "alp_upper_limit"}
            assert isinstance(evaluation(charts.without(chart, inputs.get(code, code))), NotReady), code

    def test_an_item_whose_applicability_is_unknown_counts_as_applying(self) -> None:
        chart = charts.without(charts.document(), "cardiovascular_risk")
        assert outcomes(evaluation(chart))["EVA-08"] is Outcome.MISSING

    def test_an_item_that_does_not_apply_asks_for_nothing(self) -> None:
        verdicts = {verdict.rule: verdict for verdict in evaluation(charts.document()).verdicts}
        assert verdicts["EVA-08"].outcome is Outcome.DOES_NOT_APPLY

    @pytest.mark.parametrize(
        ("code", "value", "rule"),
        [
            ("ketamine_allergy", True, "CON-01"), ("aneurysm_or_avm", True, "CON-02"),
            ("infarction_or_stroke_last_6_months", True, "CON-03"), ("pregnancy_test", "positive", "CON-04"),
            ("mania_now", True, "CON-05"), ("child_pugh", "c", "CON-06"), ("ketamine_misuse_ever", True, "CON-07"),
            ("cystitis", True, "CON-08"), ("physical_examination", "limiting", "CON-09"),
            ("psychosis_in_first_degree_relative", True, "REL-01"), ("infarction_or_stroke_ever", True, "REL-03"),
            ("alt", 121, "REL-04"), ("airway", "difficult", "REL-05"), ("suicide_risk", "high", "REL-06"),
            ("egfr", 29, "REL-07"), ("urine_drug_screen", "unexpected", "REL-08"), ("auditc", 3, "REL-08"),
            ("vital_status", "deceased", "ELG-00"), ("diagnoses", ["F32.1"], "ELG-02"),
            ("prescription_monitoring_checked", False, "ELG-07"),
        ],
    )  # fmt: skip
    def test_one_bad_answer_excludes_by_its_own_rule(self, code: str, value: object, rule: str) -> None:
        answer = evaluation(charts.with_value(charts.document(), code, value))
        assert outcomes(answer)[rule] is Outcome.EXCLUDES

    def test_whoever_is_too_mild_is_excluded_before_the_first_infusion_and_goes_on_in_a_course(self) -> None:
        mild = charts.with_value(charts.document(), "ybocs", 23)
        assert outcomes(evaluation(mild)) == {"ELG-03": Outcome.MISSING}
        none_yet = charts.plus(mild, entry("infusion_given", 0, unit="mg"))
        assert outcomes(evaluation(none_yet)) == {"ELG-03": Outcome.EXCLUDES}
        begun = charts.plus(mild, entry("infusion_given", 34, unit="mg", minutes=-4000))
        assert isinstance(evaluation(begun), Ready)

    def test_a_man_may_score_three_on_the_alcohol_screen(self) -> None:
        chart = charts.with_value(charts.document(), "auditc", 3)
        chart = charts.with_value(chart, "can_be_pregnant", False)
        assert isinstance(evaluation({**chart, "person": {"birth_date": "1991-04-30", "sex": "male"}}), Ready)

    def test_moderate_risk_of_suicide_asks_for_a_review(self) -> None:
        chart = charts.with_value(charts.document(), "suicide_risk", "moderate")
        assert outcomes(evaluation(chart)) == {"REL-09": Outcome.MISSING}
        assert isinstance(evaluation(charts.plus(chart, entry("suicide_review_by_clinician", True))), Ready)

    @every_protocol
    @given(born=st.dates(min_value=JUDGED_AT.date() - timedelta(days=6574)))
    def test_under_18_is_never_ready(self, protocol: Protocol, born) -> None:
        if born > JUDGED_AT.date().replace(year=JUDGED_AT.year - 18):
            chart = {**charts.document(), "person": {"birth_date": born.isoformat(), "sex": "female"}}
            assert isinstance(evaluation(chart, protocol=protocol), NotReady)

    @pytest.mark.parametrize(("days", "stale"), [(3, False), (3.1, True)])
    def test_a_fact_counts_no_longer_than_the_protocol_says(self, *, days: float, stale: bool) -> None:
        text = PROTOCOL.text.replace(f'version = "{PROTOCOL.version}"', 'version = "9.9.9"', 1)
        text = text.replace("psychosis_now = {}", 'psychosis_now = { max_age = "P3D" }', 1)
        shorter, at = load(text.encode()), JUDGED_AT + timedelta(days=days)
        for protocol, expected in ((shorter, stale), (PROTOCOL, False)):
            finding = look(protocol, read(charts.document()), at=at).find("psychosis_now")
            assert isinstance(finding, Unknown) is expected

    def test_a_stale_answer_is_told_apart_from_a_missing_one(self) -> None:
        later = JUDGED_AT + timedelta(days=8)
        assert outcomes(evaluation(charts.document(), at=later))["REL-08"] is Outcome.STALE

    def test_ready_names_the_first_fact_to_expire(self) -> None:
        answer = evaluation(charts.document())
        assert isinstance(answer, Ready)
        assert answer.expiries[0].code == "pregnancy_test"
        assert answer.valid_until == JUDGED_AT + timedelta(days=1)

    def test_facts_expire_in_the_order_of_their_dates_and_of_one_date_by_name(self) -> None:
        answer = evaluation(charts.document())
        assert isinstance(answer, Ready)
        assert len({one.at for one in answer.expiries}) < len(answer.expiries)
        assert list(answer.expiries) == sorted(answer.expiries, key=lambda one: (one.at, one.code))

    def test_an_item_rests_on_every_fact_that_it_asks_for(self) -> None:
        verdicts = {verdict.rule: verdict for verdict in evaluation(charts.document()).verdicts}
        for item in PROTOCOL.document.evaluation:
            if verdicts[item.id].outcome is Outcome.PASSES:
                assert {use.code for use in verdicts[item.id].used} >= set(item.facts), item.id

    def test_an_item_asks_for_the_statement_that_its_list_is_complete(self) -> None:
        answer = evaluation(charts.without(charts.document(), "medicines_complete"))
        (item,) = (verdict for verdict in answer.verdicts if verdict.rule == "EVA-11")
        assert [gap.code for gap in item.missing] == ["medicines_complete"]
        assert item.outcome is Outcome.MISSING

    def test_it_is_not_ready_a_second_after_that(self) -> None:
        answer = evaluation(charts.document())
        assert isinstance(answer, Ready)
        assert answer.valid_until is not None
        assert isinstance(evaluation(charts.document(), at=answer.valid_until), Ready)
        assert isinstance(
            evaluation(charts.document(), at=answer.valid_until + timedelta(seconds=1)), NotReady
        )

    def test_every_verdict_has_words_a_reason_and_a_source(self) -> None:
        for verdict in evaluation(charts.document()).verdicts:
            assert verdict.words
            assert verdict.why
            assert verdict.source


class TestWhatAVerdictSays:
    def test_a_rule_is_unverified_when_every_source_of_it_was_written_from_memory(self) -> None:
        verdict = evaluation(charts.document()).verdicts[0]
        seen, remembered = (
            next(one for one in PROTOCOL.sources.values() if (one.seen == "memory") is from_memory)
            for from_memory in (False, True)
        )
        assert replace(verdict, sources=(remembered,)).unverified is True
        assert replace(verdict, sources=(seen, remembered)).unverified is False
        assert replace(verdict, sources=(seen,)).unverified is False

    def test_what_excludes_is_named_apart_from_what_is_missing(self) -> None:
        chart = charts.with_value(charts.document(), "ketamine_allergy", True)
        answer = evaluation(charts.without(chart, "insight"))
        assert isinstance(answer, NotReady)
        assert [verdict.rule for verdict in answer.excluding] == ["CON-01"]

    def test_one_gap_that_was_never_answered_makes_a_verdict_missing_and_not_stale(self) -> None:
        stale, missing = Gap("sbp", Absence.STALE), Gap("hr", Absence.MISSING)
        assert outcome_of_gaps((stale, stale)) is Outcome.STALE
        assert outcome_of_gaps((stale, missing)) is Outcome.MISSING
        assert outcome_of_gaps(()) is Outcome.MISSING

    def test_the_words_that_are_kept_with_a_clearance_never_change(self) -> None:
        assert list(Outcome) == ["passes", "does-not-apply", "overridden", "excludes", "missing", "stale"]
        assert list(Standing) == ["required", "absolute", "relative", "item", "medicine"]


class TestMedicines:
    def test_an_unmapped_medicine_waits_for_a_named_clinician(self) -> None:
        chart = charts.with_value(charts.document(), "medicines", ["sertraline", "zorblaxine"])
        assert outcomes(evaluation(chart)) == {"EVA-11": Outcome.MISSING}
        decision = {
            "medicine": "zorblaxine",
            "decision": "proceed",
            "reason": "herbal, harmless",
            "decided_by": "Dr A",
        }
        assert isinstance(evaluation(charts.plus(chart, entry("medicine_decisions", [decision]))), Ready)

    def test_theophylline_blocks(self) -> None:
        chart = charts.with_value(charts.document(), "medicines", ["theophylline"])
        assert outcomes(evaluation(chart)) == {"DDI-05": Outcome.EXCLUDES}

    def test_a_consult_without_an_answer_is_not_ready(self) -> None:
        chart = charts.with_value(charts.document(), "medicines", ["lorazepam"])
        assert outcomes(evaluation(chart)) == {"DDI-01": Outcome.MISSING}

    def test_a_decision_from_before_the_list_does_not_count(self) -> None:
        chart = charts.with_value(charts.document(), "medicines", ["lorazepam"])
        decision = {
            "medicine": "lorazepam",
            "decision": "hold",
            "reason": "12 h before",
            "decided_by": "Dr A",
        }
        early = entry("medicine_decisions", [decision], minutes=-1)
        assert isinstance(evaluation(charts.plus(chart, early)), NotReady)

    def test_without_the_statement_that_there_are_no_others_nothing_is_known(self) -> None:
        answer = evaluation(charts.without(charts.document(), "medicines_complete"))
        assert "medicines_complete" in answer.missing


class TestOverrides:
    SIGNED = {  # noqa: RUF012
        "rule": "REL-01", "signer": "u1", "credential": "psychiatrist", "reason": "twin has schizophrenia; discussed",
        "written": "a written reason", "signed_at": JUDGED_AT.isoformat(),
    }  # fmt: skip

    def chart(self, *records: dict[str, object], rule_fact: str = "psychosis_in_first_degree_relative"):
        chart = charts.with_value(charts.document(), rule_fact, 80 if rule_fact == "age" else True)
        return charts.plus(chart, entry("overrides", list(records)))

    def test_the_right_signer_with_reason_passes_a_relative_rule(self) -> None:
        answer = evaluation(self.chart(self.SIGNED))
        assert isinstance(answer, Ready)
        assert {v.rule for v in answer.with_outcome(Outcome.OVERRIDDEN)} == {"REL-01"}

    @pytest.mark.parametrize(
        "change",
        [
            {"credential": "registered_nurse"}, {"reason": " "}, {"written": ""}, {"signer": ""}, {"rule": "REL-02"},
            {"signed_at": (JUDGED_AT - timedelta(minutes=1)).isoformat()}, {"signed_at": "yesterday"},
            {"signed_at": (JUDGED_AT + timedelta(minutes=1)).isoformat()},
        ],
    )  # fmt: skip
    def test_anything_less_does_not(self, change: dict[str, object]) -> None:
        assert isinstance(evaluation(self.chart({**self.SIGNED, **change})), NotReady)

    def test_two_signers_are_two_people(self) -> None:
        old = {"birth_date": "1950-01-01", "sex": "female"}
        chart = charts.with_value(charts.document(), "can_be_pregnant", False)
        chart = charts.plus({**chart, "person": old}, entry("ecg", "normal"))
        written = {"rule": "REL-02", "reason": "fit", "written": "a written reason; a geriatric review"}
        both = [
            {**written, "signer": "u1", "credential": "medical_director", "signed_at": JUDGED_AT.isoformat()},
            {**written, "signer": "u2", "credential": "physician", "signed_at": JUDGED_AT.isoformat()},
        ]
        assert isinstance(evaluation(charts.plus(chart, entry("overrides", both))), Ready)
        one = [{**record, "signer": "u1"} for record in both]
        assert isinstance(evaluation(charts.plus(chart, entry("overrides", one))), NotReady)

    def test_nothing_passes_an_absolute_rule_or_an_unknown(self) -> None:
        chart = charts.with_value(charts.document(), "ketamine_allergy", True)
        signed = entry("overrides", [{**self.SIGNED, "rule": "CON-01"}])
        assert isinstance(evaluation(charts.plus(chart, signed)), NotReady)
        unknown = charts.without(charts.document(), "psychosis_in_first_degree_relative")
        assert isinstance(evaluation(charts.plus(unknown, entry("overrides", [self.SIGNED]))), NotReady)


class TestStart:
    def test_a_complete_day_is_ready(self) -> None:
        assert outcomes(start(charts.ready_to_start())) == {}

    @pytest.mark.parametrize("code", [code for code, _, _ in charts.DAY])
    def test_each_same_day_fact_is_needed(self, code: str) -> None:
        assert isinstance(start(charts.without(charts.ready_to_start(), code)), NotReady)

    @pytest.mark.parametrize("code", ["plan", "consent", "teach_back", "capacity", "no_ketamine_elsewhere"])
    def test_consent_plan_and_course_are_needed(self, code: str) -> None:
        assert isinstance(start(charts.without(charts.ready_to_start(), code)), NotReady)

    def test_without_infusion_entries_the_course_is_unknown(self) -> None:
        assert "infusion_given" in start(charts.without(charts.ready_to_start(), "infusion_given")).missing

    def test_consent_to_another_plan_does_not_count(self) -> None:
        other = [{"text_sha256": "b" * 64, "plan_sha256": "c" * 64, "given": True}]
        assert isinstance(start(charts.with_value(charts.ready_to_start(), "consent", other)), NotReady)

    def test_another_sessions_answers_do_not_count(self) -> None:
        assert isinstance(start(charts.ready_to_start(), session="another"), NotReady)

    def test_last_weeks_readings_do_not_count(self) -> None:
        assert isinstance(start(charts.ready_to_start(), at=JUDGED_AT + timedelta(hours=3)), NotReady)

    def test_an_infusion_yesterday_is_too_soon(self) -> None:
        given = entry("infusion_given", 34, unit="mg", minutes=-24 * 60)
        assert outcomes(start(charts.plus(charts.ready_to_start(), given)))["DAY-13"] is Outcome.EXCLUDES

    @pytest.mark.parametrize(("cystitis", "outcome"), [(True, Outcome.EXCLUDES), (False, Outcome.PASSES)])
    def test_what_ends_a_course_stands_against_its_next_start(
        self, *, cystitis: bool, outcome: Outcome
    ) -> None:
        answer = start(charts.with_value(charts.ready_to_start(), "cystitis", cystitis))
        assert {verdict.rule: verdict.outcome for verdict in answer.verdicts}["STP-03"] is outcome

    def test_what_ends_a_session_is_no_question_of_its_start(self) -> None:
        asked = {verdict.rule for verdict in start(charts.ready_to_start()).verdicts}
        ends = {stop.id: stop.scope == "course" for stop in PROTOCOL.document.stop}
        assert {id_: id_ in asked for id_ in ends} == ends
        assert set(ends.values()) == {True, False}


class TestDischarge:
    def test_a_recovered_person_is_ready(self) -> None:
        assert outcomes(discharge(charts.ready_to_leave())) == {}

    @pytest.mark.parametrize(
        "code", ["infusion_ended", *(code for code, _, _ in charts.HOME if code != "rr")]
    )
    def test_each_recovery_fact_is_needed(self, code: str) -> None:
        assert isinstance(discharge(charts.without(charts.ready_to_leave(), code)), NotReady)

    @every_protocol
    @given(minutes=st.floats(min_value=0.1, max_value=600))
    def test_readings_from_before_the_end_never_discharge(self, protocol: Protocol, minutes: float) -> None:
        chart = {
            "person": {},
            "facts": [entry("infusion_ended", True, minutes=-70, session=SESSION, phase="recovery")],
        }
        early = charts.before(charts.HOME, minutes=-70 - minutes, phase="recovery")
        assert isinstance(discharge(charts.plus(chart, *early), protocol=protocol), NotReady)

    def test_readings_of_the_infusion_do_not_count(self) -> None:
        chart = charts.ready_to_leave()
        facts = [
            {**fact, "phase": "infusion"} if fact["code"] in {"sbp", "dbp", "hr", "spo2", "rass"} else fact
            for fact in chart["facts"]
        ]
        assert isinstance(discharge({**chart, "facts": facts}), NotReady)

    def test_before_an_hour_nobody_leaves(self) -> None:
        assert isinstance(discharge(charts.ready_to_leave(), at=JUDGED_AT - timedelta(minutes=11)), NotReady)

    def test_moderate_risk_needs_a_review_after_the_infusion(self) -> None:
        chart = charts.with_value(charts.ready_to_leave(), "suicide_risk_today", "moderate")
        assert isinstance(discharge(chart), NotReady)
        review = charts.before([("suicide_review_today", True, "")], phase="recovery")
        assert isinstance(discharge(charts.plus(chart, *review)), Ready)


@every_protocol
@pytest.mark.parametrize("gate", ["evaluation", "start", "discharge"])
@given(data=st.data())
def test_taking_facts_away_never_opens_a_gate(protocol: Protocol, gate: str, data: st.DataObject) -> None:
    """From any chart: whatever is dropped, NotReady stays NotReady."""
    chart = charts.ready_to_leave() if gate == "discharge" else charts.ready_to_start()
    values = {"number": st.floats(0, 40), "bool": st.booleans()}
    changed = data.draw(st.sets(st.sampled_from(charts.codes(chart)), max_size=3))
    for code in sorted(changed):
        kind = charts.kind(code)
        if kind in values:
            chart = charts.with_value(chart, code, charts.plausible(code, data.draw(values[kind])))
    dropped = data.draw(st.sets(st.sampled_from(charts.codes(chart)), min_size=1, max_size=4))
    whole = judge(gate, protocol, read(chart), at=JUDGED_AT, session=SESSION)
    less = judge(gate, protocol, read(charts.without(chart, *dropped)), at=JUDGED_AT, session=SESSION)
    if isinstance(whole, NotReady) or any(
        use.code in dropped for verdict in whole.verdicts for use in verdict.used if verdict.missing
    ):
        assert isinstance(less, NotReady)
