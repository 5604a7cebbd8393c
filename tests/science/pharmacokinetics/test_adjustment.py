"""A model adjusted to a person: each factor has a size, a reason and a source, and none is made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    AbsorbedDose,
    Administration,
    Drug,
    Infusion,
    Route,
    Schedule,
    Traits,
    adjusted,
    auc_ng_h_per_ml_to_infinity,
    by_clearance_ratio,
    by_weight_rule,
    curve_of,
    known_interactions,
    model,
    model_ids,
    steady_state_ng_per_ml,
    typical_curve,
    whole_system,
)

PAIRS = [(name, drug) for name in model_ids() for drug in model(name).parts]
every_pair = pytest.mark.parametrize(("model_id", "drug"), PAIRS, ids=str)
DRUGS = [one.id for one in known_interactions().interaction]
TIMES = [40.0, 80.0, 230.0]


def usual(drug, *, mg=35.0, weight_kg=70.0):
    return Administration(drug, Schedule((Infusion.of_dose(mg, end_min=40.0),)), weight_kg=weight_kg)


def area(found, drug, **changes):
    return auc_ng_h_per_ml_to_infinity(found, usual(drug, **changes))


# --- Other drugs ------------------------------------------------------------------------------------------


# Areas after a vein by the well-stirred rule with 151 and 392 L/h, as worked out by others: 1.22 at 0.56 of the
# intrinsic clearance, 1.28 at one half, 0.86 at twice.
@pytest.mark.parametrize(("times", "expected"), [(0.56, 1.22), (0.5, 1.28), (2.0, 0.86), (1.0, 1.0)])
def test_the_well_stirred_rule_gives_the_areas_that_others_worked_out(times, expected):
    ratio = known_interactions().well_stirred.clearance_ratio(times)
    assert 1.0 / ratio == pytest.approx(expected, abs=0.005)


@given(st.floats(0.01, 100.0))
def test_the_well_stirred_rule_runs_backwards(times):
    rule = known_interactions().well_stirred
    assert rule.intrinsic_times(rule.clearance_ratio(times)) == pytest.approx(times, rel=1e-9)


def test_no_induction_clears_more_than_the_blood_that_reaches_the_liver():
    rule = known_interactions().well_stirred
    assert rule.clearance_ratio(1e9) == pytest.approx(543.0 / 392.0)
    with pytest.raises(InputRefused, match="all that reaches it"):
        rule.intrinsic_times(1.5)


@every_pair
@pytest.mark.parametrize("beside", DRUGS)
def test_after_a_vein_every_model_changes_by_the_ratio_of_the_file(model_id, drug, beside):
    printed = known_interactions().interaction_with(beside).after(Route.INTRAVENOUS)
    found = adjusted(model(model_id), taking=[beside])
    assert area(found, drug) / area(model(model_id), drug) == pytest.approx(printed.auc_ratio, abs=0.006)


def test_the_liver_model_itself_gives_the_nasal_ratio_that_the_factor_came_from():
    # Ticlopidine, 1.29 times the area after a nasal dose (prescribing information).
    found, factor = model("perez-ruixo-2021"), 0.56
    nasal = Administration(
        Drug.ESKETAMINE, Schedule(absorbed=(AbsorbedDose(Route.NASAL, 0.0, 28.0),)), weight_kg=70.0
    )
    typical = found.typical(70.0)

    def whole(parameters):
        system = whole_system(found, parameters, found.parts_of(Drug.ESKETAMINE)[0], routes=(Route.NASAL,))
        entering = np.zeros(system.graph.n)
        for place, schedule in system.inputs(nasal.schedule).items():
            entering[place] = schedule.mg
        return np.linalg.solve(-system.graph.rate_matrix_per_min(), entering)[0]

    blocked = typical | {name: typical[name] * factor for name in ("kel", "kmet")}
    assert whole(blocked) / whole(typical) == pytest.approx(1.29, abs=0.05)


def test_an_adjusted_model_takes_no_swallowed_dose_since_the_gut_was_not_adjusted():
    found = adjusted(model("perez-ruixo-2021"), taking=["clarithromycin"])
    swallowed = Schedule(absorbed=(AbsorbedDose(Route.ORAL, 0.0, 28.0),))
    with pytest.raises(InputRefused, match="route"):
        typical_curve(found, Administration(Drug.ESKETAMINE, swallowed, weight_kg=70.0), TIMES)
    assert known_interactions().interaction_with("clarithromycin").after(Route.ORAL).auc_ratio == 2.6


def test_a_drug_of_which_no_size_is_known_is_refused_and_not_taken_as_none():
    with pytest.raises(InputRefused, match="not the same as none"):
        adjusted(model("kamp-2020"), taking=["grapefruit"])
    assert known_interactions().interaction_with("itraconazole").after(Route.NASAL) is None


@pytest.mark.parametrize("one", known_interactions().interaction, ids=lambda one: one.id)
def test_every_ratio_says_where_it_comes_from_and_memory_is_marked(one):
    for exposure in one.exposure:
        assert exposure.source
        assert ("memory" in exposure.source) is (exposure.provenance == "memory")
        assert (exposure.basis == "predicted") is (exposure.provenance == "own")


# --- Genes, age, ancestry, sex ----------------------------------------------------------------------------


# Li 2015: 68.1, 40.6 and 21.6 L/h.
@every_pair
@pytest.mark.parametrize(("alleles", "ratio"), [("*1/*1", 1.0), ("*1/*6", 0.60), ("*6/*6", 0.32)])
def test_a_genotype_changes_the_plasma_clearance_by_the_printed_ratio(model_id, drug, alleles, ratio):
    found = adjusted(model(model_id), traits=Traits(genotype=alleles))
    # The liver of Perez-Ruixo 2021 clears 391.9 L/h, of which the rule knows three digits.
    assert area(model(model_id), drug) / area(found, drug) == pytest.approx(ratio, rel=2e-4)
    assert "subcutaneous" in found.adjustments[0].reason
    assert "no effect after one dose" in found.adjustments[0].reason


def test_the_printed_ratios_of_genotypes_are_those_of_the_printed_clearances():
    first, *others = known_interactions().genotype
    for one in others:
        assert one.clearance_l_per_h / first.clearance_l_per_h == pytest.approx(
            one.clearance_ratio, abs=0.005
        )


# Plasma clearance 109 L/h, 97 at 70 years and 84 at 80, worked out from the printed rule by others.
@pytest.mark.parametrize(("age", "expected"), [(30.0, 109.0), (60.0, 109.0), (70.0, 97.0), (80.0, 84.0)])
def test_age_lowers_the_liver_flow_from_sixty_on(age, expected):
    found = adjusted(model("perez-ruixo-2021"), traits=Traits(age_years=age))
    assert 35_000.0 / area(found, Drug.ESKETAMINE) == pytest.approx(expected, abs=0.6)
    assert bool(found.adjustments) is (age > 60)


@pytest.mark.parametrize(
    ("ancestry", "factors"),
    [
        ("Asian", {"kel": 0.36, "NK.CL": 0.81}),
        ("Japanese", {"kel": 0.36, "NK.CL": 0.81, "nasal.F_nose": 1.34}),
    ],
)
def test_ancestry_changes_what_is_printed_and_nothing_else(ancestry, factors):
    found = adjusted(model("perez-ruixo-2021"), traits=Traits(ancestry=ancestry))
    assert {one.parameter: one.factor for one in found.adjustments} == factors
    printed = model("perez-ruixo-2021").typical(70.0)
    changed = {name: value / printed[name] for name, value in found.typical(70.0).items()}
    assert {name: ratio for name, ratio in changed.items() if ratio != 1.0} == pytest.approx(factors)


@pytest.mark.parametrize("traits", [Traits(ancestry="Asian"), Traits(age_years=70.0)], ids=str)
def test_a_model_that_prints_no_rule_refuses_rather_than_ignore_a_trait(traits):
    with pytest.raises(InputRefused, match="rule"):
        adjusted(model("kamp-2020"), traits=traits)


@pytest.mark.parametrize("age", [17.0, 91.0, float("nan"), float("inf"), -1.0])
def test_an_age_outside_the_study_is_refused(age):
    with pytest.raises(InputRefused, match="age"):
        adjusted(model("perez-ruixo-2021"), traits=Traits(age_years=age))


def test_a_genotype_that_was_not_printed_is_refused():
    with pytest.raises(InputRefused, match="CYP2B6"):
        adjusted(model("kamp-2020"), traits=Traits(genotype="*5/*6"))


def test_women_clear_a_fifth_more_of_both():
    # Sigtermans 2009.
    otto = model("otto-2021")
    women, men = (adjusted(otto, traits=Traits(sex=sex)) for sex in ("female", "male"))
    assert area(otto, Drug.ESKETAMINE) / area(women, Drug.ESKETAMINE) == pytest.approx(1.2)
    assert women.typical(70.0)["NK.CL"] == pytest.approx(1.2 * 57.72)
    assert men.typical(70.0) == otto.typical(70.0)


@every_pair
def test_nothing_to_adjust_leaves_the_model_as_printed(model_id, drug):
    found = adjusted(model(model_id))
    assert found.adjustments == ()
    assert area(found, drug) == area(model(model_id), drug)


def test_adjustments_multiply_and_each_keeps_its_reason():
    both = adjusted(model("kamp-2020"), taking=["ticlopidine"], traits=Traits(genotype="*1/*6"))
    factors = [one.factor for one in both.adjustments]
    assert both.typical(70.0)["CL"] == pytest.approx(84.0 * np.prod(factors))
    assert all(one.reason and one.source for one in both.adjustments)
    steady = steady_state_ng_per_ml(both, Drug.RACEMATE, rate_mg_per_min=1.0, weight_kg=70.0)
    assert steady == pytest.approx(60_000.0 / (84.0 * np.prod(factors)))


# --- Where papers disagree --------------------------------------------------------------------------------


def test_both_weight_rules_are_shown_and_differ_by_as_much_as_others_found():
    # Kamp 2020 at 130 kg and 0.5 mg/kg, independent run: 279 and 470 ng/mL at 40 min, areas 486 and 774.
    heavy = usual(Drug.RACEMATE, mg=65.0, weight_kg=130.0)
    shown = by_weight_rule(model("kamp-2020"), heavy, [40.0])
    assert [curve.ng_per_ml[0] for curve in shown.values()] == pytest.approx([279.0, 470.0], abs=0.5)
    kamp = model("kamp-2020")
    areas = [auc_ng_h_per_ml_to_infinity(kamp.with_weight_rule(rule), heavy) for rule in shown]
    assert areas == pytest.approx([486.0, 774.0], abs=0.6)


@every_pair
def test_at_70_kg_no_weight_rule_matters(model_id, drug):
    printed = typical_curve(model(model_id), usual(drug), TIMES).ng_per_ml
    for curve in by_weight_rule(model(model_id), usual(drug), TIMES).values():
        np.testing.assert_allclose(curve.ng_per_ml, printed, rtol=1e-12)


def test_perez_ruixo_as_printed_has_no_effect_of_weight_and_kamp_as_printed_has_the_power():
    heavy = usual(Drug.ESKETAMINE, mg=65.0, weight_kg=130.0)
    for model_id, rule in (("perez-ruixo-2021", "none"), ("kamp-2020", "0.75 and 1")):
        shown = by_weight_rule(model(model_id), heavy, TIMES)
        np.testing.assert_allclose(
            shown[rule].ng_per_ml, typical_curve(model(model_id), heavy, TIMES).ng_per_ml, rtol=1e-12
        )


def test_the_clearance_ratio_of_r_is_shown_over_its_range():
    racemate, given_once = model("racemate-otto-2021"), usual(Drug.RACEMATE)
    shown = by_clearance_ratio(racemate, given_once, TIMES)
    assert list(shown) == [0.83, 0.944, 1.0]
    np.testing.assert_allclose(shown[0.944].ng_per_ml, typical_curve(racemate, given_once, TIMES).ng_per_ml)
    assert np.all(np.diff([curve.ng_per_ml for curve in shown.values()], axis=0) < 0)
    s_alone = curve_of(racemate, given_once, "S-ketamine", times_min=TIMES).ng_per_ml
    np.testing.assert_allclose(shown[1.0].ng_per_ml, 2.0 * s_alone, rtol=1e-12)


def test_a_model_of_the_racemate_as_it_stands_has_no_ratio_to_vary():
    with pytest.raises(InputRefused, match="racemate-otto-2021"):
        by_clearance_ratio(model("kamp-2020"), usual(Drug.RACEMATE), TIMES)
