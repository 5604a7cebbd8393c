"""Which weight is dosed on, and that no formula ever raises it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.plan import Body, WeightBasis, adjusted_weight, dosing_weight, ideal_weight
from unloop.facts import Sex
from unloop.quantity import BodyWeight, Height, InputRefused

HEAVY_WOMAN = Body(BodyWeight(kg=110), Height(cm=165), Sex.FEMALE)
bodies = st.builds(
    Body,
    st.builds(BodyWeight, kg=st.floats(30, 300)),
    st.builds(Height, cm=st.floats(140, 210)),
    st.sampled_from([Sex.FEMALE, Sex.MALE]),
)


@pytest.mark.parametrize(
    ("sex", "cm", "kg"),
    [
        pytest.param(Sex.FEMALE, 152.4, 45.5, id="a woman of 60 inches"),
        pytest.param(Sex.MALE, 152.4, 50.0, id="a man of 60 inches"),
        pytest.param(Sex.FEMALE, 177.8, 68.5, id="a woman of 70 inches"),
        pytest.param(Sex.MALE, 177.8, 73.0, id="a man of 70 inches"),
        pytest.param(Sex.FEMALE, 142.24, 36.3, id="below 60 inches the line goes on downwards"),
    ],
)
def test_ideal_weight_follows_devine(sex: Sex, cm: float, kg: float) -> None:
    body = Body(BodyWeight(kg=80), Height(cm=cm), sex)
    assert ideal_weight(body).weight.kg == pytest.approx(kg, abs=1e-9)


def test_the_three_weights_of_a_woman_of_110_kg_and_165_cm() -> None:
    """The worked example: 110, 78.1 and 56.9 kg, so 55, 39 and 28.5 mg at 0.5 mg/kg."""
    found = {basis: dosing_weight(HEAVY_WOMAN, basis).weight.kg for basis in WeightBasis}
    assert found[WeightBasis.ACTUAL] == 110
    assert found[WeightBasis.ADJUSTED] == pytest.approx(78.15, abs=0.01)
    assert found[WeightBasis.IDEAL] == pytest.approx(56.91, abs=0.01)


def test_the_formula_is_written_out_with_its_numbers() -> None:
    assert ideal_weight(HEAVY_WOMAN).formula == "45.5 + 2.3 × (165 ÷ 2.54 − 60)"
    assert adjusted_weight(HEAVY_WOMAN).formula == "56.9 + 0.4 × (110 − 56.9)"
    assert dosing_weight(HEAVY_WOMAN, WeightBasis.ACTUAL).formula == "as weighed"


@given(bodies, st.sampled_from(WeightBasis))
def test_no_basis_ever_doses_on_more_than_was_weighed(body: Body, basis: WeightBasis) -> None:
    try:
        found = dosing_weight(body, basis)
    except InputRefused:
        return
    assert found.weight <= body.weight


@given(bodies)
def test_adjusted_weight_lies_between_ideal_and_measured(body: Body) -> None:
    try:
        ideal, adjusted = ideal_weight(body).weight.kg, adjusted_weight(body).weight.kg
    except InputRefused:
        return
    assert min(ideal, body.weight.kg) - 1e-9 <= adjusted <= max(ideal, body.weight.kg) + 1e-9


def test_a_person_below_ideal_weight_is_dosed_as_weighed() -> None:
    thin = Body(BodyWeight(kg=45), Height(cm=175), Sex.FEMALE)
    for basis in WeightBasis:
        assert dosing_weight(thin, basis).weight == thin.weight


@pytest.mark.parametrize("basis", [WeightBasis.IDEAL, WeightBasis.ADJUSTED])
def test_without_height_no_formula_is_guessed(basis: WeightBasis) -> None:
    with pytest.raises(InputRefused, match="measure height"):
        dosing_weight(Body(BodyWeight(kg=110), None, Sex.FEMALE), basis)


@pytest.mark.parametrize("basis", [WeightBasis.IDEAL, WeightBasis.ADJUSTED])
def test_without_sex_no_formula_is_guessed(basis: WeightBasis) -> None:
    with pytest.raises(InputRefused, match="record the sex"):
        dosing_weight(Body(BodyWeight(kg=110), Height(cm=165)), basis)


def test_the_actual_weight_needs_neither_height_nor_sex() -> None:
    assert dosing_weight(Body(BodyWeight(kg=70)), WeightBasis.ACTUAL).weight == BodyWeight(kg=70)


def test_a_line_that_leads_below_any_adult_is_refused() -> None:
    with pytest.raises(InputRefused, match="weigh again"):
        ideal_weight(Body(BodyWeight(kg=30), Height(cm=100), Sex.FEMALE))
