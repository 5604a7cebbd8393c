"""When a treatment with a serotonin reuptake inhibitor was adequate: just enough, just too little, and silence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.treatment_history import DoseRange, SriCriteria, judge_sri
from unloop.rules import Truth

# RES-SRI of the bundled protocol: 12 weeks, 6 of them at the target dose or above, 80 % of doses taken.
CRITERIA = SriCriteria(
    weeks_total_min=12,
    weeks_at_target_min=6,
    adherence_min_percent=80,
    doses={
        "fluoxetine": DoseRange(60, 80),
        "fluvoxamine": DoseRange(200, 300),
        "paroxetine": DoseRange(40, 60),
        "sertraline": DoseRange(150, 200),
        "escitalopram": DoseRange(20, 20),
        "citalopram": DoseRange(40, 40),
        "clomipramine": DoseRange(150, 250),
    },
)
JUST_ENOUGH = {
    "name": "sertraline",
    "max_dose_mg_per_day": 150,
    "weeks_total": 12,
    "weeks_at_max": 6,
    "adherence_percent": 80,
}
DECISIVE = ("name", "max_dose_mg_per_day", "weeks_total", "weeks_at_max", "adherence_percent")

numbers = st.one_of(
    st.none(),
    st.integers(-5, 400),
    st.floats(-5, 400, allow_nan=False),
    st.sampled_from([0, 6, 12, 80, 100, 150, 1e8, math.nan]),
)
treatments = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(
            ["Zoloft", "sertraline 100 mg", "Prozac", "bupropion", "sertralin", "", None]
        ),
        "max_dose_mg_per_day": numbers,
        "weeks_total": numbers,
        "weeks_at_max": numbers,
        "adherence_percent": numbers,
        "ybocs_before": numbers,
        "ybocs_after": numbers,
        "outcome": st.sampled_from(["none", "partial", "response", "intolerance", "unknown", None]),
        "stopped_because": st.sampled_from(["no effect", "sleepy", None]),
    },
)


def without(record: dict[str, object], *keys: str) -> dict[str, object]:
    return {key: value for key, value in record.items() if key not in keys}


class TestEnoughAndTooLittle:
    def test_a_treatment_at_every_limit_is_adequate(self) -> None:
        answer = judge_sri(JUST_ENOUGH, CRITERIA)
        assert answer.answer is Truth.TRUE
        assert answer.missing == ()

    @pytest.mark.parametrize(
        ("key", "too_little"),
        [
            ("max_dose_mg_per_day", 149.9),
            ("weeks_total", 11.9),
            ("weeks_at_max", 5.9),
            ("adherence_percent", 79.9),
        ],
    )
    def test_a_little_less_of_any_one_is_not_adequate(self, key: str, too_little: float) -> None:
        answer = judge_sri({**JUST_ENOUGH, key: too_little}, CRITERIA)
        assert answer.answer is Truth.FALSE
        assert answer.missing == ()

    @pytest.mark.parametrize("drug", list(CRITERIA.doses))
    def test_each_drug_counts_from_its_own_target_dose(self, drug: str) -> None:
        target = CRITERIA.doses[drug].target_mg
        at_target = {**JUST_ENOUGH, "name": drug, "max_dose_mg_per_day": target}
        assert judge_sri(at_target, CRITERIA).answer is Truth.TRUE
        assert judge_sri({**at_target, "max_dose_mg_per_day": target - 1}, CRITERIA).answer is Truth.FALSE

    def test_a_dose_above_the_label_counts_as_specialists_use_it(self) -> None:
        answer = judge_sri({**JUST_ENOUGH, "name": "escitalopram", "max_dose_mg_per_day": 60}, CRITERIA)
        assert answer.answer is Truth.TRUE

    def test_every_criterion_has_its_reason_with_numbers_and_units(self) -> None:
        answer = judge_sri({**JUST_ENOUGH, "weeks_at_max": 4}, CRITERIA)
        assert answer.reasons == (
            "highest dose 150 mg a day, enough: at least 150 mg a day is asked",
            "duration 12 weeks, enough: at least 12 weeks is asked",
            "time at that dose 4 weeks, too little: at least 6 weeks is asked",
            "doses taken 80%, enough: at least 80% is asked",
        )


class TestSilence:
    @pytest.mark.parametrize("key", DECISIVE)
    def test_a_missing_answer_leaves_it_unknown_and_names_the_key(self, key: str) -> None:
        answer = judge_sri(without(JUST_ENOUGH, key), CRITERIA)
        assert answer.answer is Truth.UNKNOWN
        assert answer.missing == (key,)

    @pytest.mark.parametrize("key", DECISIVE)
    def test_i_do_not_know_is_the_same_as_no_answer(self, key: str) -> None:
        assert judge_sri({**JUST_ENOUGH, key: None}, CRITERIA) == judge_sri(
            without(JUST_ENOUGH, key), CRITERIA
        )

    def test_one_number_that_is_too_small_settles_it_though_others_are_missing(self) -> None:
        answer = judge_sri({"name": "sertraline", "weeks_total": 3}, CRITERIA)
        assert answer.answer is Truth.FALSE
        assert answer.missing == ("max_dose_mg_per_day", "weeks_at_max", "adherence_percent")

    def test_a_missing_number_is_named_in_words(self) -> None:
        reasons = judge_sri(without(JUST_ENOUGH, "adherence_percent"), CRITERIA).reasons
        assert reasons[-1] == "doses taken is not known; at least 80% is asked"

    def test_a_medicine_that_nobody_can_map_is_unknown_not_inadequate(self) -> None:
        answer = judge_sri({**JUST_ENOUGH, "name": "sertralin"}, CRITERIA)
        assert (answer.answer, answer.missing) == (Truth.UNKNOWN, ("name",))
        assert answer.reasons[0].startswith("sertralin is not in the table of medicines; similar: sertraline")


class TestNumbersThatCannotBeMeant:
    @pytest.mark.parametrize(
        ("key", "impossible"),
        [
            ("max_dose_mg_per_day", 1500),
            ("max_dose_mg_per_day", -150),
            ("weeks_total", 52_000),
            ("weeks_total", -12),
            ("weeks_at_max", -6),
            ("adherence_percent", 800),
            ("adherence_percent", math.inf),
            ("adherence_percent", math.nan),
            ("weeks_total", True),
            ("weeks_total", "12"),
        ],
    )
    def test_an_impossible_number_is_unknown(self, key: str, impossible: object) -> None:
        answer = judge_sri({**JUST_ENOUGH, key: impossible}, CRITERIA)
        assert answer.answer is Truth.UNKNOWN
        assert key in answer.missing

    def test_a_tenfold_slip_is_said_to_need_a_check(self) -> None:
        reasons = judge_sri({**JUST_ENOUGH, "max_dose_mg_per_day": 1500}, CRITERIA).reasons
        assert reasons[0].startswith("highest dose 1500 mg a day cannot be right; check the number")

    def test_more_weeks_at_one_dose_than_in_all_are_at_odds(self) -> None:
        answer = judge_sri({**JUST_ENOUGH, "weeks_at_max": 20}, CRITERIA)
        assert answer.answer is Truth.UNKNOWN
        assert "20 weeks at one dose do not fit into 12 weeks" in answer.reasons[-1]

    def test_all_weeks_at_one_dose_fit(self) -> None:
        assert judge_sri({**JUST_ENOUGH, "weeks_at_max": 12}, CRITERIA).answer is Truth.TRUE


class TestWhichMedicine:
    @pytest.mark.parametrize(
        "name", ["Zoloft", "SERTRALINE", "sertraline hydrochloride", "Sertraline 50 MG Oral Tablet"]
    )
    def test_any_name_of_the_drug_will_do(self, name: str) -> None:
        assert judge_sri({**JUST_ENOUGH, "name": name}, CRITERIA).answer is Truth.TRUE

    @pytest.mark.parametrize("name", ["bupropion", "venlafaxine", "quetiapine", "St. John's wort"])
    def test_other_medicines_are_no_treatment_with_an_sri(self, name: str) -> None:
        answer = judge_sri({**JUST_ENOUGH, "name": name, "max_dose_mg_per_day": 300}, CRITERIA)
        assert answer.answer is Truth.FALSE
        assert "none of the protocol's serotonin reuptake inhibitors" in answer.reasons[0]

    def test_a_combination_counts_by_the_one_sri_in_it(self) -> None:
        answer = judge_sri({**JUST_ENOUGH, "name": "Symbyax", "max_dose_mg_per_day": 60}, CRITERIA)
        assert answer.answer is Truth.TRUE

    def test_two_sris_in_one_line_are_nobodys_treatment(self) -> None:
        assert judge_sri({**JUST_ENOUGH, "name": "sertraline and fluoxetine"}, CRITERIA).answer is Truth.FALSE


class TestLaws:
    @given(treatments, st.data())
    def test_taking_any_key_away_never_makes_a_treatment_adequate(self, treatment, data) -> None:
        before = judge_sri(treatment, CRITERIA).answer
        taken = data.draw(st.sets(st.sampled_from(sorted(treatment))) if treatment else st.just(set()))
        after = judge_sri(without(treatment, *taken), CRITERIA).answer
        assert after is not Truth.TRUE or before is Truth.TRUE

    @given(treatments)
    def test_only_a_treatment_with_every_number_is_adequate(self, treatment) -> None:
        if judge_sri(treatment, CRITERIA).answer is Truth.TRUE:
            assert all(treatment.get(key) is not None for key in DECISIVE)

    @given(treatments, st.sampled_from(["none", "partial", "response", "intolerance", "unknown", None]))
    def test_the_outcome_never_matters(self, treatment, outcome) -> None:
        other = {
            **treatment,
            "outcome": outcome,
            "ybocs_before": 30,
            "ybocs_after": 10,
            "stopped_because": "well",
        }
        assert judge_sri(other, CRITERIA) == judge_sri(treatment, CRITERIA)

    @given(treatments)
    def test_unknown_always_says_what_is_missing(self, treatment) -> None:
        answer = judge_sri(treatment, CRITERIA)
        assert answer.reasons
        assert answer.missing if answer.answer is Truth.UNKNOWN else True

    @given(treatments, st.sampled_from(DECISIVE[1:]), st.floats(0, 100))
    def test_stricter_criteria_never_make_a_treatment_adequate(self, treatment, key, more) -> None:
        stricter = SriCriteria(
            weeks_total_min=CRITERIA.weeks_total_min + (more if key == "weeks_total" else 0),
            weeks_at_target_min=CRITERIA.weeks_at_target_min + (more if key == "weeks_at_max" else 0),
            adherence_min_percent=min(100, CRITERIA.adherence_min_percent + more),
            doses=CRITERIA.doses,
        )
        if judge_sri(treatment, stricter).answer is Truth.TRUE:
            assert judge_sri(treatment, CRITERIA).answer is Truth.TRUE
