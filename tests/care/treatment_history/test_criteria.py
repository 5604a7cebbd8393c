"""Criteria that prove nothing, or name a drug that nobody knows, are refused."""

from __future__ import annotations

import math

import pytest

from unloop.care.evaluation.seeing import erp_criteria, sri_criteria
from unloop.care.treatment_history import DoseRange, ErpCriteria, SriCriteria, shipped_table
from unloop.protocol import bundled
from unloop.quantity import InputRefused

DOSES = {"sertraline": DoseRange(150, 200)}


@pytest.mark.parametrize(
    ("target", "most"), [(0, 200), (-50, 200), (250, 200), (math.nan, 200), (150, math.nan), (150, math.inf)]
)
def test_a_dose_range_is_a_target_below_a_maximum(target: float, most: float) -> None:
    with pytest.raises(InputRefused, match="target"):
        DoseRange(target, most)


def test_target_and_maximum_may_be_one_dose() -> None:
    assert DoseRange(20, 20).target_mg == 20


@pytest.mark.parametrize(
    "asked",
    [
        {"weeks_total_min": 0},
        {"weeks_total_min": math.nan},
        {"weeks_at_target_min": -1},
        {"adherence_min_percent": 101},
        {"adherence_min_percent": math.nan},
    ],
)
def test_sri_criteria_ask_for_something_possible(asked: dict[str, float]) -> None:
    usual = {"weeks_total_min": 12.0, "weeks_at_target_min": 6.0, "adherence_min_percent": 80.0}
    with pytest.raises(InputRefused):
        SriCriteria(**{**usual, **asked}, doses=DOSES)


@pytest.mark.parametrize("name", ["sertralin", "ssri", "", "Symbyax"])
def test_a_dose_for_a_drug_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(InputRefused, match="table of medicines"):
        SriCriteria(12, 6, 80, doses={name: DoseRange(150, 200)})


@pytest.mark.parametrize(
    "asked",
    [
        {"sessions_min": 0},
        {"hours_min": -1},
        {"within_weeks": math.nan},
        {"homework_min_percent": -0.1},
        {"homework_min_percent": 100.1},
    ],
)
def test_erp_criteria_ask_for_something_possible(asked: dict[str, float]) -> None:
    usual = {"sessions_min": 12.0, "hours_min": 15.0, "within_weeks": 26.0, "homework_min_percent": 50.0}
    with pytest.raises(InputRefused):
        ErpCriteria(**{**usual, **asked}, therapist_trained=True)


class TestTheBundledProtocol:
    def test_its_criteria_read(self) -> None:
        sri, erp = sri_criteria(bundled("ocd-ivket")), erp_criteria(bundled("ocd-ivket"))
        assert (sri.weeks_total_min, sri.weeks_at_target_min, sri.adherence_min_percent) == (12, 6, 80)
        assert (erp.sessions_min, erp.hours_min) == (12, 15)

    def test_its_drugs_are_the_serotonin_reuptake_inhibitors_of_the_table_and_clomipramine(self) -> None:
        ssris = {name for name, one in shipped_table().ingredients.items() if "ssri" in one.classes}
        assert set(sri_criteria(bundled("ocd-ivket")).doses) == ssris | {"clomipramine"}
