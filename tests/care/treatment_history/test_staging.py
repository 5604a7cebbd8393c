"""How resistant an illness has been: computed from adequate treatments that failed, open where something is unknown."""

from __future__ import annotations

from itertools import permutations
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatment_histories import COURSE, ERP, SERTRALINE, SRI, sri, without
from unloop.care.treatment_history import History, Staging, judge_augmentation, judge_sri, stage
from unloop.care.treatment_history.history import any_of, conjunction, enough
from unloop.care.treatment_history.pallanti import LEVELS
from unloop.rules import Truth

FLUOXETINE, CLOMIPRAMINE = sri("fluoxetine"), sri("clomipramine")
PAROXETINE = sri("paroxetine")
ADDED: dict[str, Any] = {"name": "risperidone", "augments": "sertraline", "weeks_total": 8, "outcome": "none"}


def staged(
    *medicines: dict[str, Any],
    talks: tuple[dict[str, Any], ...] = (COURSE,),
    procedures: tuple[Any, ...] = (),
) -> Staging:
    return stage(History(medicines, talks, procedures), SRI, ERP)


class TestCounting:
    def test_two_courses_of_one_medicine_are_one(self) -> None:
        found = staged(SERTRALINE, {**SERTRALINE, "name": "Zoloft"})
        assert (found.adequate_sri_count, found.adequate_sris) == (1, ("sertraline",))
        assert found.resistant is Truth.FALSE

    def test_medicines_that_nobody_asked_for_are_not_none(self) -> None:
        found = stage(History(), SRI, ERP)
        assert (found.adequate_sri_count, found.erp_adequate, found.resistant) == (
            None,
            Truth.UNKNOWN,
            Truth.UNKNOWN,
        )
        assert (found.pallanti.certain, found.pallanti.possible) == (None, "X")

    def test_an_empty_history_is_a_history_without_treatments(self) -> None:
        found = staged(talks=())
        assert (found.adequate_sri_count, found.erp_adequate, found.resistant) == (
            0,
            Truth.FALSE,
            Truth.FALSE,
        )
        assert (found.pallanti.certain, found.pallanti.possible) == (None, None)
        assert found.refractory is Truth.FALSE

    def test_a_medicine_that_nobody_can_map_may_have_been_the_second(self) -> None:
        assert staged(SERTRALINE, {"name": "sertralin", "outcome": "none"}).resistant is Truth.UNKNOWN
        assert staged({"name": "sertralin", "outcome": "none"}).resistant is Truth.FALSE

    def test_a_list_that_may_not_be_whole_settles_only_what_is_certain(self) -> None:
        short = History((SERTRALINE,), (COURSE,), (), complete=False)
        found = stage(short, SRI, ERP)
        assert (found.adequate_sri_count, found.resistant) == (1, Truth.UNKNOWN)
        assert found.pallanti.certain == "II"
        assert not found.pallanti.settled
        whole = History((SERTRALINE, FLUOXETINE), (COURSE,), (), complete=False)
        assert stage(whole, SRI, ERP).resistant is Truth.TRUE


class TestResistant:
    def test_two_adequate_sris_and_adequate_erp_that_failed(self) -> None:
        assert staged(SERTRALINE, FLUOXETINE).resistant is Truth.TRUE

    @pytest.mark.parametrize("stated", ["response", "partial", "intolerance"])
    def test_a_treatment_that_helped_or_was_not_tolerated_does_not_make_resistant(self, stated: str) -> None:
        assert staged(SERTRALINE, {**FLUOXETINE, "outcome": stated}).resistant is Truth.FALSE
        assert staged(SERTRALINE, {**FLUOXETINE, "outcome": stated}).adequate_sri_count == 2

    def test_without_erp_nobody_is_called_resistant(self) -> None:
        assert staged(SERTRALINE, FLUOXETINE, talks=()).resistant is Truth.FALSE
        assert staged(SERTRALINE, FLUOXETINE, talks=({**COURSE, "sessions": 11},)).resistant is Truth.FALSE

    def test_an_outcome_that_nobody_knows_leaves_it_open_and_is_named(self) -> None:
        found = staged(SERTRALINE, without(FLUOXETINE, "outcome"))
        assert found.resistant is Truth.UNKNOWN
        assert found.missing == (("fluoxetine", "outcome"),)


class TestPallanti:
    @pytest.mark.parametrize(
        ("medicines", "talks", "level"),
        [
            pytest.param((), (), None, id="nothing"),
            pytest.param((SERTRALINE,), (), "I", id="an SSRI"),
            pytest.param((), (COURSE,), "I", id="behaviour therapy"),
            pytest.param((SERTRALINE, FLUOXETINE), (), "I", id="two SSRIs without therapy"),
            pytest.param((SERTRALINE,), (COURSE,), "II", id="an SSRI and therapy"),
            pytest.param((SERTRALINE, FLUOXETINE), (COURSE,), "III", id="two SSRIs and therapy"),
            pytest.param((SERTRALINE, FLUOXETINE, PAROXETINE), (COURSE,), "IV", id="three"),
            pytest.param(
                (SERTRALINE, FLUOXETINE, CLOMIPRAMINE), (COURSE,), "V", id="clomipramine among three"
            ),
            pytest.param((SERTRALINE, CLOMIPRAMINE), (COURSE,), "II", id="clomipramine as the second"),
        ],
    )
    def test_each_level_has_its_treatments(self, medicines: Any, talks: Any, level: str | None) -> None:
        found = staged(*medicines, talks=talks).pallanti
        assert (found.certain, found.settled) == (level, True)

    @pytest.mark.parametrize(
        ("further", "level"),
        [
            ({"name": "clomipramine", "augments": "sertraline", "outcome": "none"}, "VI"),
            ({"name": "risperidone", "outcome": "none"}, "VII"),
            ({"name": "clonazepam", "outcome": "none"}, "VII"),
            ({"name": "clomipramine", "route": "intravenous", "outcome": "none"}, "VIII"),
            ({"name": "venlafaxine", "outcome": "none"}, "IX"),
            ({"name": "phenelzine", "outcome": "none"}, "IX"),
            ({"name": "phenelzine", "outcome": "response"}, "V"),
        ],
    )
    def test_further_levels_stand_on_the_fifth(self, further: dict[str, Any], level: str) -> None:
        assert staged(SERTRALINE, FLUOXETINE, CLOMIPRAMINE, further).pallanti.certain == level
        assert staged(SERTRALINE, further).pallanti.certain == "II"

    def test_the_last_level_is_everything_and_surgery(self) -> None:
        everything = (
            SERTRALINE, FLUOXETINE, CLOMIPRAMINE, {"name": "clomipramine", "augments": "sertraline", "outcome": "none"},
            ADDED, {"name": "clomipramine", "route": "IV", "outcome": "none"}, {"name": "venlafaxine", "outcome": "none"},
        )  # fmt: skip
        surgery = {"kind": "ablation", "outcome": "none"}
        assert staged(*everything, procedures=(surgery,)).pallanti.certain == "X"
        assert staged(*everything, procedures=({**surgery, "kind": "tms"},)).pallanti.certain == "IX"

    def test_a_therapy_that_may_have_held_exposure_leaves_the_level_open(self) -> None:
        found = staged(SERTRALINE, talks=({"kind": "cbt", "outcome": "none"},)).pallanti
        assert (found.certain, found.possible) == ("I", "II")


class TestRefractory:
    LONG: ClassVar[tuple[dict[str, Any], ...]] = ({**SERTRALINE, "max_dose_mg_per_day": 200, "weeks_at_max": 12, "weeks_total": 16},
            {**FLUOXETINE, "max_dose_mg_per_day": 60, "highest_tolerated": True, "weeks_at_max": 12, "weeks_total": 16},
            {**CLOMIPRAMINE, "max_dose_mg_per_day": 250, "weeks_at_max": 12, "weeks_total": 16}, ADDED)  # fmt: skip
    TALK: ClassVar[dict[str, Any]] = {**COURSE, "completed": True, "confirmed_by_therapist": True}

    def test_all_four_criteria_hold_at_their_limits(self) -> None:
        found = staged(*self.LONG, talks=(self.TALK,))
        assert {one.id: one.answer for one in found.criteria} == dict.fromkeys(
            ("SSRI", "CLOMIPRAMINE", "AUGMENTATION", "EXPOSURE"), Truth.TRUE
        )
        assert found.refractory is Truth.TRUE

    @pytest.mark.parametrize(
        ("place", "key", "value", "criterion", "answer"),
        [
            (0, "weeks_at_max", 11.9, "SSRI", Truth.FALSE),
            (0, "max_dose_mg_per_day", 199, "SSRI", Truth.UNKNOWN),
            (1, "highest_tolerated", False, "SSRI", Truth.FALSE),
            (1, "weeks_at_max", None, "SSRI", Truth.UNKNOWN),
            (1, "outcome", "intolerance", "SSRI", Truth.FALSE),
            (2, "weeks_at_max", 11.9, "CLOMIPRAMINE", Truth.FALSE),
            (2, "max_dose_mg_per_day", 249, "CLOMIPRAMINE", Truth.UNKNOWN),
            (3, "weeks_total", 7.9, "AUGMENTATION", Truth.FALSE),
            (3, "augments", None, "AUGMENTATION", Truth.FALSE),
            (3, "weeks_total", None, "AUGMENTATION", Truth.UNKNOWN),
        ],
    )
    def test_just_outside_a_limit_a_criterion_does_not_hold(
        self, place: int, key: str, value: object, criterion: str, answer: Truth
    ) -> None:
        changed = [{**one, key: value} if index == place else one for index, one in enumerate(self.LONG)]
        found = staged(*changed, talks=(self.TALK,))
        assert {one.id: one.answer for one in found.criteria}[criterion] is answer
        assert found.refractory is answer

    @pytest.mark.parametrize(
        ("key", "value", "answer"),
        [
            ("completed", False, Truth.FALSE),
            ("confirmed_by_therapist", None, Truth.UNKNOWN),
            ("kind", "cbt", Truth.UNKNOWN),
            ("kind", "other", Truth.FALSE),
            ("outcome", "response", Truth.FALSE),
        ],
    )
    def test_therapy_is_complete_confirmed_and_with_exposure(
        self, key: str, value: object, answer: Truth
    ) -> None:
        found = staged(*self.LONG, talks=({**self.TALK, key: value},))
        assert found.criteria[-1].answer is answer


class TestAugmentation:
    @pytest.mark.parametrize(
        ("weeks", "answer"), [(8, Truth.TRUE), (7.9, Truth.FALSE), (None, Truth.UNKNOWN)]
    )
    def test_eight_weeks_count(self, weeks: float | None, answer: Truth) -> None:
        assert judge_augmentation({**ADDED, "weeks_total": weeks}).answer is answer

    def test_what_was_added_is_judged_as_such_and_alone_as_no_sri(self) -> None:
        with_it, alone = staged(ADDED).treatments[0], staged(without(ADDED, "augments")).treatments[0]
        assert with_it.adequacy.answer is Truth.TRUE
        assert alone.adequacy.answer is Truth.FALSE


outcomes = st.sampled_from(["none", "partial", "response", "intolerance", "unknown", None])
numbers = st.one_of(st.none(), st.floats(0, 300))
medicines = st.fixed_dictionaries(
    {"name": st.sampled_from(["sertraline", "Prozac", "Anafranil", "paroxetine", "risperidone", "nardil", "no such"])},
    optional={
        "max_dose_mg_per_day": numbers, "weeks_total": numbers, "weeks_at_max": numbers, "adherence_percent": numbers,
        "highest_tolerated": st.booleans(), "augments": st.sampled_from(["sertraline", None]),
        "start": st.sampled_from(["2019", "2020-05", "2021-01-15", None]), "end": st.sampled_from(["2021", "2021-06", None]),
        "outcome": outcomes,
    },
)  # fmt: skip
talks = st.fixed_dictionaries(
    {"kind": st.sampled_from(["erp", "cbt", "other"])},
    optional={
        "sessions": numbers, "hours": numbers, "weeks_total": numbers, "homework_percent": numbers,
        "therapist_trained": st.booleans(), "completed": st.booleans(), "outcome": outcomes,
    },
)  # fmt: skip
histories = st.builds(
    History,
    st.none() | st.lists(medicines, max_size=4).map(tuple),
    st.none() | st.lists(talks, max_size=2).map(tuple),
    st.none()
    | st.lists(st.fixed_dictionaries({"kind": st.just("dbs"), "outcome": outcomes}), max_size=1).map(tuple),
)


def height(level: str | None) -> int:
    return -1 if level is None else LEVELS.index(level)


def answers(found: Staging) -> tuple[object, ...]:
    return (found.adequate_sris, found.adequate_sri_count, found.erp_adequate, found.resistant, found.pallanti,
            found.refractory, found.criteria)  # fmt: skip


class TestLaws:
    @given(histories)
    def test_one_history_has_one_stage(self, history: History) -> None:
        assert stage(history, SRI, ERP) == stage(history, SRI, ERP)

    @given(st.lists(medicines, min_size=2, max_size=3))
    def test_the_order_of_treatments_does_not_matter(self, given_: list[dict[str, Any]]) -> None:
        found = {repr(answers(staged(*order))) for order in permutations(given_)}
        assert len(found) == 1

    @given(histories, outcomes, st.integers(1, 40), st.integers(0, 40))
    def test_adequacy_never_depends_on_the_outcome(
        self, history: History, outcome: str | None, before: int, after: int
    ) -> None:
        def other(records: Any) -> Any:
            said = {
                "outcome": outcome,
                "ybocs_before": before,
                "ybocs_after": after,
                "stopped_because": "x",
                "cgi_i": 1,
            }
            return None if records is None else tuple({**one, **said} for one in records)

        changed = History(other(history.medicines), other(history.psychotherapy), other(history.procedures))
        found, again = stage(history, SRI, ERP), stage(changed, SRI, ERP)
        assert [one.adequacy for one in found.treatments] == [one.adequacy for one in again.treatments]
        assert (found.adequate_sris, found.erp_adequate) == (again.adequate_sris, again.erp_adequate)

    @given(histories)
    def test_what_is_certain_never_stands_above_what_is_possible(self, history: History) -> None:
        level = stage(history, SRI, ERP).pallanti
        assert height(level.certain) <= height(level.possible)

    @given(histories, medicines)
    def test_one_treatment_more_never_lowers_a_stage(self, history: History, more: dict[str, Any]) -> None:
        known = History(history.medicines or (), history.psychotherapy, history.procedures)
        longer = History((*(history.medicines or ()), more), history.psychotherapy, history.procedures)
        before, after = stage(known, SRI, ERP), stage(longer, SRI, ERP)
        assert set(before.adequate_sris) <= set(after.adequate_sris)
        assert height(before.pallanti.certain) <= height(after.pallanti.certain)
        assert before.resistant is not Truth.TRUE or after.resistant is Truth.TRUE

    @given(histories)
    def test_a_history_that_was_not_asked_for_settles_nothing_that_it_could_change(
        self, history: History
    ) -> None:
        found = stage(History(None, history.psychotherapy, history.procedures), SRI, ERP)
        assert found.resistant is not Truth.TRUE
        assert found.adequate_sri_count is None

    @given(
        st.sampled_from(sorted(SRI.doses)),
        st.sampled_from(["max_dose_mg_per_day", "weeks_total", "adherence_percent"]),
        st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0, 60),
    )  # fmt: skip
    def test_longer_or_higher_is_never_less_adequate(
        self, drug: str, key: str, dose: float, weeks: float, at: float, taken: float, more: float
    ) -> None:
        most = 4 * SRI.doses[drug].max_mg
        treatment = {
            "name": drug, "max_dose_mg_per_day": dose / 100 * most, "weeks_total": max(weeks, at), "weeks_at_max": at,
            "adherence_percent": taken,
        }  # fmt: skip
        limit = {"max_dose_mg_per_day": most, "adherence_percent": 100.0}.get(key, 5200)
        raised = {**treatment, key: min(treatment[key] + more, limit)}
        if judge_sri(treatment, SRI).answer is Truth.TRUE:
            assert judge_sri(raised, SRI).answer is Truth.TRUE


answered = st.lists(st.sampled_from(Truth), max_size=5)


class TestThreeValues:
    @given(answered)
    def test_all_and_any_are_duals(self, found: list[Truth]) -> None:
        flip = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
        assert flip[conjunction(found)] is any_of(flip[one] for one in found)

    @given(answered, st.integers(1, 4), st.booleans())
    def test_at_least_one_is_any(self, found: list[Truth], number: int, known: bool) -> None:  # noqa: FBT001
        assert enough(found, 1, known=known) is any_of(found, known=known)
        if enough(found, number + 1, known=known) is Truth.TRUE:
            assert enough(found, number, known=known) is Truth.TRUE
