"""Doses that are charted are kept: read only where they are beyond doubt, and held against diazepam by every source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.treatment_history import as_diazepam, read_daily_dose, shipped_table

COMPARED = sorted(
    name
    for name in shipped_table().equivalents
    if "benzodiazepine" in shipped_table().ingredients[name].classes
)


class TestReading:
    @pytest.mark.parametrize(
        ("text", "mg"),
        [
            ("lorazepam 1 mg a day", 1),
            ("Lorazepam 0.5 mg twice a day", 1),
            ("diazepam 5 mg three times a day", 15),
            ("clonazepam 500 mcg at night", 0.5),
            ("clonazepam 0.5mg daily", 0.5),
            ("alprazolam 0.25 mg 4 times per day", 1),
            ("temazepam 20 mg/day", 20),
            ("oxazepam 15 mg once daily", 15),
        ],
    )
    def test_one_amount_and_how_often_is_a_daily_dose(self, text: str, mg: float) -> None:
        assert read_daily_dose(text) == pytest.approx(mg)

    @pytest.mark.parametrize(
        "text",
        [
            "lorazepam", "lorazepam 1 mg", "lorazepam 1 mg as needed", "lorazepam 1 mg daily prn", "lorazepam 1-2 mg daily",
            "lorazepam 1 mg in the morning and 2 mg at night", "lorazepam 1 mg tablet daily", "lorazepam up to 4 mg a day",
            "lorazepam 0,5 mg daily", "lorazepam 1 mg bid", "lorazepam 1 mg every other day", "diazepam 5 mg/5 ml daily",
            "lorazepam 1 mg 5 times a day", "lorazepam 1 mg every 6 hours", "lorazepam 0 mg daily", "daily", "lorazepam 1 mg 2x daily",
            "lorazepam 1 mg or 2 mg daily", "lorazepam half of 1 mg daily",
        ],
    )  # fmt: skip
    def test_what_could_be_read_in_two_ways_is_not_read(self, text: str) -> None:
        assert read_daily_dose(text) is None

    @given(st.text(max_size=60))
    def test_any_text_is_read_or_left(self, text: str) -> None:
        found = read_daily_dose(text)
        assert found is None or found > 0


class TestInDiazepam:
    def test_every_source_is_asked_and_the_range_is_said(self) -> None:
        found = as_diazepam(["sertraline", "Ativan"], [{"medicine": "lorazepam", "mg_per_day": 2}])
        assert found is not None
        assert (found.low_mg, found.high_mg) == (10, 20)
        assert found.parts == ("lorazepam 2 mg a day: 10 to 20 mg of diazepam",)
        assert len(found.sources) == 4

    def test_two_benzodiazepines_are_added(self) -> None:
        doses = [{"medicine": "lorazepam", "mg_per_day": 1}, {"medicine": "diazepam", "mg_per_day": 5}]
        found = as_diazepam(["lorazepam", "diazepam"], doses)
        assert found is not None
        assert (found.low_mg, found.high_mg, found.unknown) == (10, 15, ())

    @pytest.mark.parametrize(
        "doses",
        [
            [],
            [{"medicine": "lorazepam"}],
            [{"medicine": "lorazepam", "mg_per_day": None}],
            [{"medicine": "lorazepam", "mg_per_day": -1}],
            [{"medicine": "lorazepam", "mg_per_day": True}],
            [{"medicine": "clonazepam", "mg_per_day": 1}],
            [{"mg_per_day": 1}],
        ],
    )
    def test_a_benzodiazepine_without_a_dose_is_named_and_not_counted_as_none(self, doses: list) -> None:
        found = as_diazepam(["lorazepam"], doses)
        assert found is not None
        assert (found.unknown, found.parts) == (("lorazepam",), ())

    def test_one_that_no_source_compares_is_named(self) -> None:
        found = as_diazepam(["etizolam"], [{"medicine": "etizolam", "mg_per_day": 1}])
        assert found is not None
        assert found.unknown == ("etizolam",)

    def test_a_list_without_benzodiazepines_comes_to_nothing(self) -> None:
        assert as_diazepam(["sertraline", "zopiclone", "no such"], []) is None

    def test_the_last_dose_that_was_said_counts(self) -> None:
        doses = [{"medicine": "diazepam", "mg_per_day": 5}, {"medicine": "Valium", "mg_per_day": 10}]
        found = as_diazepam(["diazepam"], doses)
        assert found is not None
        assert (found.low_mg, found.high_mg) == (10, 10)

    @given(st.sampled_from(COMPARED), st.floats(0.01, 100), st.floats(1, 5))
    def test_more_of_it_is_more_diazepam(self, drug: str, mg: float, times: float) -> None:
        once = as_diazepam([drug], [{"medicine": drug, "mg_per_day": mg}])
        more = as_diazepam([drug], [{"medicine": drug, "mg_per_day": mg * times}])
        assert once is not None
        assert more is not None
        assert 0 < once.low_mg <= once.high_mg
        assert more.low_mg >= once.low_mg
        assert more.high_mg >= once.high_mg
