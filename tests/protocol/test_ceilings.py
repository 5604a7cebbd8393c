"""Whatever dose a document names: it is taken when every path keeps the ceilings, and refused when one does not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unloop.protocol import ProtocolRefused, bundled, load
from unloop.protocol.ceilings import ANAESTHETIC_MG_PER_KG, paths

TEXT = bundled("ocd-ivket").text.replace('version = "1.0.0"', 'version = "9.9.9"', 1)
BASE = "mg_per_kg = 0.5\nminutes = 40.0"
STEP = "propose = { mg_per_kg = 0.75, minutes = 60.0 }"
ELDER = 'when = "age >= 65"\nset = { mg_per_kg = 0.3 }'

doses = st.integers(1, 120).map(lambda n: n / 100)
lengths = st.sampled_from([20.0, 30.0, 40.0, 45.0, 60.0, 90.0, 100.0])


def written(base: tuple[float, float], step: tuple[float, float], elder: float) -> str:
    assert BASE in TEXT
    assert STEP in TEXT
    assert ELDER in TEXT
    text = TEXT.replace(BASE, f"mg_per_kg = {base[0]}\nminutes = {base[1]}", 1)
    text = text.replace(STEP, f"propose = {{ mg_per_kg = {step[0]}, minutes = {step[1]} }}", 1)
    return text.replace(ELDER, f'when = "age >= 65"\nset = {{ mg_per_kg = {elder} }}', 1)


def keeps(base: tuple[float, float], step: tuple[float, float], elder: float) -> bool:
    """By hand: the base, the elder's dose, the lower dose of a failing liver (0.3), and the step on any of them."""
    given_ = [base, (elder, base[1]), (0.3, base[1]), step]
    return all(mg / minutes * 60 <= 1.0 + 1e-9 and mg < 1.0 and minutes <= 90 for mg, minutes in given_)


@settings(max_examples=40)
@given(st.tuples(doses, lengths), st.tuples(doses, lengths), doses)
def test_a_document_is_taken_exactly_when_every_path_keeps_the_ceilings(
    base: tuple[float, float], step: tuple[float, float], elder: float
) -> None:
    try:
        taken = bool(load(written(base, step, elder).encode()))
    except ProtocolRefused as refused:
        assert all(one.mend for one in refused.refusals)  # noqa: PT017 - either is right
        taken = False
    assert taken == keeps(base, step, elder)


@pytest.mark.parametrize(
    ("base", "step", "elder", "why"),
    [
        ((0.5, 20.0), (0.75, 60.0), 0.3, "over the ceiling of 1 mg/kg/h"),
        ((0.5, 40.0), (0.75, 40.0), 0.3, "over the ceiling of 1 mg/kg/h"),
        ((0.5, 40.0), (0.75, 60.0), 0.7, "over the ceiling of 1 mg/kg/h"),
        ((1.0, 60.0), (0.75, 60.0), 0.3, "anaesthetic range"),
        ((0.5, 40.0), (1.0, 60.0), 0.3, "anaesthetic range"),
        ((0.5, 100.0), (0.75, 60.0), 0.3, "slowest_minutes"),
    ],
)
def test_each_ceiling_is_named_when_it_is_left(
    base: tuple[float, float], step: tuple[float, float], elder: float, why: str
) -> None:
    with pytest.raises(ProtocolRefused, match=why):
        load(written(base, step, elder).encode())


def test_the_ceilings_themselves_may_be_reached_but_the_anaesthetic_range_may_not() -> None:
    assert load(written((0.5, 30.0), (0.75, 45.0), 0.5).encode())
    assert load(written((0.99, 60.0), (0.99, 60.0), 0.3).encode())


def test_every_set_of_adjustments_is_walked_with_and_without_each_step() -> None:
    dose = bundled("ocd-ivket").document.dose
    found = [frozenset(path.rules) for path in paths(dose)]
    adjustments = [one.id for one in dose.adjust]
    sets = [set(c) for n in range(len(adjustments) + 1) for c in itertools.combinations(adjustments, n)]
    wanted = {frozenset({dose.id, *chosen}) for chosen in sets}
    wanted |= {one | {step.id} for one in wanted for step in dose.step}
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert all(path.mg_per_kg < ANAESTHETIC_MG_PER_KG for path in paths(dose))
