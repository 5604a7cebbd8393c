"""Counting adequate treatments over a chart: only the certain ones, and only beside a statement of completeness."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.treatment_history import (
    DoseRange,
    ErpCriteria,
    SriCriteria,
    adequate_erp_courses,
    adequate_sri_drugs,
    derivations,
)
from unloop.facts import DICTIONARY, Absence, Chart, Fact, Known, Person, Unknown, View

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SRI = SriCriteria(
    weeks_total_min=12,
    weeks_at_target_min=6,
    adherence_min_percent=80,
    doses={
        "fluoxetine": DoseRange(60, 80),
        "sertraline": DoseRange(150, 200),
        "clomipramine": DoseRange(150, 250),
    },
)
ERP = ErpCriteria(
    sessions_min=12, hours_min=15, within_weeks=26, homework_min_percent=50, therapist_trained=True
)
SERTRALINE = {
    "name": "sertraline", "max_dose_mg_per_day": 200, "weeks_total": 16, "weeks_at_max": 10, "adherence_percent": 90,
}  # fmt: skip
PROZAC = {
    "name": "Prozac 60 mg", "max_dose_mg_per_day": 60, "weeks_total": 14, "weeks_at_max": 8, "adherence_percent": 85,
}  # fmt: skip
COURSE = {
    "kind": "erp", "sessions": 16, "hours": 20, "weeks_total": 16, "homework_percent": 60, "therapist_trained": True,
}  # fmt: skip


def view(*facts: tuple[str, object] | tuple[str, object, datetime]) -> View:
    entries = tuple(
        Fact(id=f"{index}", code=fact[0], value=fact[1], at=at, recorded_at=at)
        for index, fact in enumerate(facts)
        for at in [fact[2] if len(fact) == 3 else NOW - timedelta(days=3)]
    )
    return View(Chart(Person(), entries), NOW, NOW, DICTIONARY, derivations(SRI, ERP))


class TestBesideCompleteness:
    def test_two_adequate_treatments_are_two(self) -> None:
        found = view(("sri_treatments", (SERTRALINE, PROZAC)), ("treatment_history_complete", True))
        answer = found.find("adequate_sri_count")
        assert isinstance(answer, Known)
        assert answer.value == 2.0
        assert [fact.code for fact in answer.facts] == ["sri_treatments", "treatment_history_complete"]

    def test_an_empty_history_that_is_complete_is_none(self) -> None:
        found = view(("sri_treatments", ()), ("psychotherapies", ()), ("treatment_history_complete", True))
        assert isinstance(sri := found.find("adequate_sri_count"), Known)
        assert isinstance(erp := found.find("adequate_erp_count"), Known)
        assert (sri.value, erp.value) == (0.0, 0.0)

    def test_without_the_statement_the_count_is_unknown(self) -> None:
        answer = view(("sri_treatments", (SERTRALINE, PROZAC))).find("adequate_sri_count")
        assert isinstance(answer, Unknown)
        assert "treatment_history_complete" in answer.missing

    def test_a_history_that_is_said_to_be_incomplete_counts_nothing(self) -> None:
        found = view(("sri_treatments", (SERTRALINE,)), ("treatment_history_complete", False))
        answer = found.find("adequate_sri_count")
        assert isinstance(answer, Unknown)
        assert "treatment_history_complete" in answer.missing

    def test_a_statement_older_than_the_list_says_nothing_about_it(self) -> None:
        found = view(
            ("sri_treatments", (SERTRALINE,)),
            ("treatment_history_complete", True, NOW - timedelta(days=10)),
        )
        assert isinstance(found.find("adequate_sri_count"), Unknown)

    def test_no_list_is_unknown_not_none(self) -> None:
        answer = view(("treatment_history_complete", True)).find("adequate_sri_count")
        assert isinstance(answer, Unknown)
        assert answer.missing == ("sri_treatments",)

    def test_an_old_list_is_stale(self) -> None:
        long_ago = NOW - timedelta(days=200)
        found = view(
            ("sri_treatments", (SERTRALINE,), long_ago), ("treatment_history_complete", True, long_ago)
        )
        answer = found.find("adequate_sri_count")
        assert isinstance(answer, Unknown)
        assert answer.absence is Absence.STALE

    def test_the_count_is_as_old_as_its_older_input(self) -> None:
        older = NOW - timedelta(days=20)
        found = view(("psychotherapies", (COURSE,), older), ("treatment_history_complete", True))
        answer = found.find("adequate_erp_count")
        assert isinstance(answer, Known)
        assert (answer.value, answer.at) == (1.0, older)


class TestWhatCounts:
    def test_two_courses_of_one_medicine_count_once_under_whatever_names(self) -> None:
        assert adequate_sri_drugs([SERTRALINE, {**SERTRALINE, "name": "Zoloft"}], SRI) == {"sertraline"}

    @pytest.mark.parametrize("key", sorted(SERTRALINE))
    def test_an_uncertain_treatment_is_not_counted(self, key: str) -> None:
        uncertain = {name: value for name, value in SERTRALINE.items() if name != key}
        assert adequate_sri_drugs([uncertain, PROZAC], SRI) == {"fluoxetine"}

    def test_what_helped_counts_like_what_did_not(self) -> None:
        assert adequate_sri_drugs([{**SERTRALINE, "outcome": "response"}], SRI) == {"sertraline"}

    def test_two_courses_of_erp_are_two(self) -> None:
        assert adequate_erp_courses([COURSE, COURSE, {**COURSE, "kind": "cbt"}], ERP) == 2


records = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(
                ["sertraline", "Zoloft", "fluoxetine", "Anafranil", "bupropion", "sertralin"]
            ),
            "max_dose_mg_per_day": st.sampled_from([50, 60, 150, 200, 250, 5000]),
            "weeks_total": st.sampled_from([4, 12, 20]),
            "weeks_at_max": st.sampled_from([4, 6, 12, 30]),
            "adherence_percent": st.sampled_from([50, 80, 100]),
        },
    ),
    max_size=5,
)


class TestLaws:
    @given(records, st.data())
    def test_taking_a_treatment_or_a_key_away_never_adds_to_the_count(self, treatments, data) -> None:
        kept = data.draw(st.lists(st.booleans(), min_size=len(treatments), max_size=len(treatments)))
        fewer = [
            {key: value for key, value in one.items() if data.draw(st.booleans(), label=key)}
            for one, keep in zip(treatments, kept, strict=True)
            if keep
        ]
        assert adequate_sri_drugs(fewer, SRI) <= adequate_sri_drugs(treatments, SRI)

    @given(records)
    def test_the_order_of_treatments_does_not_matter(self, treatments) -> None:
        assert adequate_sri_drugs(reversed(treatments), SRI) == adequate_sri_drugs(treatments, SRI)

    @given(records)
    def test_saying_a_treatment_twice_changes_nothing(self, treatments) -> None:
        assert adequate_sri_drugs([*treatments, *treatments], SRI) == adequate_sri_drugs(treatments, SRI)
