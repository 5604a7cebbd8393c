"""Laboratory values: value, unit and range; a multiple only beside the limit of that laboratory."""

from __future__ import annotations

import pytest

from charts import JUDGED_AT, document, entry, plus, read, without
from unloop.care.evaluation import LabValue, Place, laboratory_values, look
from unloop.protocol import bundled

LABS = ("alt", "alt_upper_limit", "alp", "alp_upper_limit", "ast", "ggt", "bilirubin", "egfr", "tsh", "haemoglobin",
        "sodium", "potassium")  # fmt: skip


def values(*entries: dict[str, object]) -> dict[str, LabValue]:
    chart = plus(without(document(), *LABS), *entries)
    view = look(bundled("ocd-ivket"), read(chart), at=JUDGED_AT)
    return {one.code: one for one in laboratory_values(view)}


@pytest.mark.parametrize(
    ("code", "value", "limit", "unit"),
    [("alt", 80, 40, "U/L"), ("ast", 60, 40, "U/L"), ("ggt", 90, 60, "U/L"), ("bilirubin", 2.4, 1.2, "mg/dL"),
     ("alp", 240, 120, "U/L")],
)  # fmt: skip
def test_a_multiple_is_worked_out_from_the_laboratorys_own_limit(
    code: str, value: float, limit: float, unit: str
) -> None:
    one = values(entry(code, value, unit=unit), entry(f"{code}_upper_limit", limit, unit=unit))[code]
    assert (one.multiple, one.place, one.refused) == (pytest.approx(value / limit), Place.ABOVE, False)


def test_without_a_range_there_is_no_multiple_and_no_judgement() -> None:
    one = values(entry("alt", 80, unit="U/L"))["alt"]
    assert (one.multiple, one.place, one.refused) == (None, Place.NO_RANGE, True)


def test_a_range_that_is_out_of_date_is_none() -> None:
    old = entry("alt_upper_limit", 40, unit="U/L", minutes=-100 * 24 * 60)
    assert values(entry("alt", 80, unit="U/L"), old)["alt"].refused


def test_a_range_of_an_earlier_report_is_none() -> None:
    earlier = (entry("alt", 30, unit="U/L", minutes=-2), entry("alt_upper_limit", 40, unit="U/L", minutes=-2))
    one = values(*earlier, entry("alt", 130, unit="U/L", minutes=-1))["alt"]
    assert (one.value, one.high, one.multiple, one.refused) == (130, None, None, True)
    later = values(
        *earlier, entry("alt", 130, unit="U/L", minutes=-1), entry("alt_upper_limit", 52, unit="U/L")
    )
    assert (later["alt"].high, later["alt"].multiple) == (52, 2.5)


@pytest.mark.parametrize(
    ("value", "place"), [(134, Place.BELOW), (135, Place.WITHIN), (145, Place.WITHIN), (146, Place.ABOVE)]
)
def test_both_ends_of_a_range_belong_to_it(value: float, place: Place) -> None:
    unit = "mmol/L"
    limits = (entry("sodium_lower_limit", 135, unit=unit), entry("sodium_upper_limit", 145, unit=unit))
    one = values(entry("sodium", value, unit=unit), *limits)["sodium"]
    assert (one.place, one.multiple, one.refused) == (place, None, False)


def test_a_limit_is_no_value_of_its_own() -> None:
    assert values(entry("alt_upper_limit", 40, unit="U/L")) == {}
