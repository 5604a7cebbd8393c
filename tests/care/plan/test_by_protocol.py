"""The protocol's dose carried to one person: adjustments lower it, proposals are only shown."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from unloop.care.evaluation import look
from unloop.care.plan import (
    WeightBasis,
    base_dose,
    body_of,
    dose_by_protocol,
    next_infusion,
    preparation_rule,
    prepare,
    series_rule,
)
from unloop.facts import Chart, Fact, Infusion, Person, Sex, Unknown
from unloop.protocol import bundled, load
from unloop.quantity import InputRefused

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROTOCOL = bundled("ocd-ivket")


def view(*, weight=70.0, height=170.0, child_pugh="none", born=1986, infusions=(), **more):
    values = {"weight": weight, "height": height, "child_pugh": child_pugh} | more
    facts = tuple(
        Fact(id=code, code=code, value=value, at=NOON, recorded_at=NOON)
        for code, value in values.items()
        if value is not None
    )
    chart = Chart(Person(date(born, 5, 1), Sex.FEMALE), facts, own_infusions=infusions)
    return look(PROTOCOL, chart, at=NOON)


def prepared(seen):
    preparation = preparation_rule(PROTOCOL)
    rule = dose_by_protocol(PROTOCOL, seen).rule
    return prepare(rule, body_of(seen), preparation, vial=preparation.preferred_vial)


def test_an_adult_of_usual_build_has_the_dose_of_the_trial():
    """0.5 mg/kg over 40 minutes (Rodriguez 2013)."""
    found = dose_by_protocol(PROTOCOL, view())
    assert (found.rule.mg_per_kg.mg_per_kg, found.rule.minutes.minutes) == (0.5, 40)
    assert (found.applied, found.undecided, found.proposals) == ((), (), ())
    assert prepared(view()).dose.mg == 35
    assert prepared(view()).rate.ml_per_h == 75


def test_what_a_draw_a_bag_and_a_series_may_be_stands_in_the_document_alone():
    """Another document has other limits: none of them is held by the program."""
    text = PROTOCOL.text.replace('version = "1.1.0"', 'version = "9.9.9"', 1)
    for key, value in (
        ("slowest_minutes", "75.0"), ("tolerance_percent", "1.5"), ("second_person_above_mg_per_ml", "50.0"),
        ("flush_ml", "12.0"), ("bag_ml", "100.0"), ("per_week", "1"), ("infusions", "4"),
    ):  # fmt: skip
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
    other = load(text.replace("[1, 3, 6]", "[2, 4]").replace('min_gap = "PT48H"', 'min_gap = "P3D"').encode())
    rule, bag, series = base_dose(other), preparation_rule(other), series_rule(other)
    assert rule.slowest.minutes == 75
    assert (bag.tolerance_percent, bag.flush.ml, bag.bag.ml, bag.second_person_above.mg_per_ml) == (
        1.5,
        12,
        100,
        50,
    )
    assert (series.per_week, series.infusions, series.assess_after) == (1, 4, (2, 4))
    assert series.min_gap.after(NOON) == NOON + timedelta(days=3)
    found = prepare(rule, body_of(view()), bag, vial=bag.preferred_vial)
    assert (found.slowest, found.tolerance_percent, found.flush) == (rule.slowest, 1.5, bag.flush)


def test_from_a_body_mass_index_of_35_the_adjusted_weight_is_dosed_on():
    heavy = view(weight=110.0, height=165.0)
    assert [one.rule for one in dose_by_protocol(PROTOCOL, heavy).applied] == ["DOS-02"]
    assert prepared(heavy).dosing.basis is WeightBasis.ADJUSTED
    assert prepared(heavy).dose.mg == 39


def test_from_65_years_the_dose_is_lower():
    assert prepared(view(born=1960)).dose.mg == 21


def test_of_two_adjustments_each_holds():
    found = dose_by_protocol(PROTOCOL, view(weight=110.0, height=165.0, born=1960))
    assert (found.rule.mg_per_kg.mg_per_kg, found.rule.weight_basis) == (0.3, WeightBasis.ADJUSTED)


def test_an_adjustment_that_cannot_be_judged_is_named_with_what_is_missing():
    found = dose_by_protocol(PROTOCOL, view(child_pugh=None))
    (undecided,) = found.undecided
    assert (undecided.rule, undecided.missing) == ("DOS-04", ("child_pugh",))


def test_without_a_weight_there_is_no_body_to_dose():
    assert isinstance(body_of(view(weight=None)), Unknown)


def test_a_small_elder_falls_below_the_floor_and_is_refused():
    with pytest.raises(InputRefused, match="never raises a dose"):
        prepared(view(weight=30.0, height=150.0, born=1950))


def test_the_heaviest_are_capped():
    tall = view(weight=140.0, height=205.0)
    assert prepared(tall).dose.mg == PROTOCOL.document.dose.max_mg == 60


def test_every_dose_of_the_protocol_keeps_the_rate_ceiling_at_every_weight():
    for kg in range(40, 200, 7):
        for born in (1950, 1986):
            found = prepared(view(weight=float(kg), height=175.0, born=born))
            assert found.check_rate(found.rate).mg_per_kg_per_h <= PROTOCOL.document.dose.max_rate_mg_per_kg_h


def test_a_step_is_proposed_and_changes_nothing_by_itself():
    given = tuple(Infusion(at=NOON.replace(day=1, month=month), mg=35) for month in (1, 2))
    before = Fact(
        id="before", code="ybocs", value=30.0, at=NOON.replace(month=1, day=1, hour=8), recorded_at=NOON
    )
    seen = view(infusions=given, ybocs=28.0)
    seen = look(PROTOCOL, Chart(seen.chart.person, (*seen.chart.facts, before), own_infusions=given), at=NOON)
    found = dose_by_protocol(PROTOCOL, seen)
    ((proposal, rule),) = found.proposals
    assert proposal.rule == "DOS-05"
    assert (rule.mg_per_kg.mg_per_kg, rule.minutes.minutes) == (0.75, 60)
    assert found.rule.mg_per_kg.mg_per_kg == 0.5


def test_the_series_of_the_protocol_is_six_infusions_two_days_apart():
    rule = series_rule(PROTOCOL)
    assert (rule.infusions, rule.per_week, rule.min_gap.minutes) == (6, 2, 48 * 60)
    assert next_infusion(rule, ()).number == 1


def test_the_preparation_of_the_protocol_prefers_the_weak_vial():
    rule = preparation_rule(PROTOCOL)
    assert [vial.mg_per_ml for vial in rule.vials] == [10, 50, 100]
    assert rule.preferred_vial.mg_per_ml == 10
    assert rule.bag.ml == 50
