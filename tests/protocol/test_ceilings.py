"""Whatever dose a document names: it is taken when every path keeps the ceilings, and refused when one does not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.protocol import ProtocolRefused, bundled, load
from unloop.protocol.ceilings import ANAESTHETIC_MG_PER_KG, faults, paths

TEXT = bundled("ocd-ivket").text.replace('version = "1.1.0"', 'version = "9.9.9"', 1)
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
    return max(elder, 0.3) <= base[0] and all(
        mg / minutes * 60 <= 1.0 + 1e-9 and mg < 1.0 and minutes <= 90 for mg, minutes in given_
    )


@tried(40)
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
        ((0.5, 40.0), (0.75, 60.0), 0.51, "no adjustment is taken that raises it"),
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


def adjusted(to: str, *, base: str = BASE) -> bytes:
    return TEXT.replace(ELDER, f'when = "age >= 65"\nset = {{ {to} }}', 1).replace(BASE, base, 1).encode()


@pytest.mark.parametrize(
    ("to", "where", "what"),
    [
        ("mg_per_kg = 0.51", "DOS-03.set", "0.51 mg/kg"),
        ("minutes = 39.9", "DOS-03.set", "39.9 min"),
        ("mg_per_kg = 0.6, minutes = 60.0", "DOS-03.set", "0.6 mg/kg"),
        ("mg_per_kg = 0.3, minutes = 30.0", "DOS-03.set", "30 min"),
    ],
)
def test_an_adjustment_that_would_never_be_applied_is_refused_rather_than_left_out_in_silence(
    to: str, where: str, what: str
) -> None:
    with pytest.raises(ProtocolRefused) as caught:
        load(adjusted(to))
    (refusal,) = caught.value.refusals
    assert refusal.where == where
    assert refusal.why.startswith(f"{what} would be more or faster than the base dose")
    assert "is a step" in refusal.mend


@pytest.mark.parametrize(
    "to",
    [
        "mg_per_kg = 0.5",
        "minutes = 40.0",
        "minutes = 90.0",
        'weight = "ideal"',
        "mg_per_kg = 0.01, minutes = 90.0",
    ],
)
def test_an_adjustment_may_leave_the_dose_as_it_is_lower_it_or_draw_it_out(to: str) -> None:
    assert load(adjusted(to))


@pytest.mark.parametrize(("floor", "taken"), [("54.9", True), ("55.0", False), ("60.0", False)])
def test_the_floor_stands_below_the_ceiling_and_not_on_it(*, floor: str, taken: bool) -> None:
    text = TEXT.replace("max_mg = 60.0", "max_mg = 55.0", 1).replace("min_mg = 10.0", f"min_mg = {floor}", 1)
    if taken:
        assert load(text.encode()).document.dose.min_mg == float(floor)
        return
    with pytest.raises(ProtocolRefused, match="is not below the ceiling of 55 mg"):
        load(text.encode())


@given(st.floats(0.01, 0.99), st.floats(10, 90))
def test_a_path_says_the_rate_of_its_own_dose_and_time(mg_per_kg: float, minutes: float) -> None:
    dose = bundled("ocd-ivket").document.dose.model_copy(
        update={"mg_per_kg": mg_per_kg, "minutes": minutes, "adjust": (), "step": ()}
    )
    (path,) = paths(dose)
    assert path.mg_per_kg_h * path.minutes / 60 == pytest.approx(path.mg_per_kg)
    assert path.name == dose.id


def test_a_longer_time_is_never_a_reason_for_a_rate_that_is_too_fast() -> None:
    dose = bundled("ocd-ivket").document.dose
    for longer in (40.0, 41.0, 60.0, 90.0):
        drawn_out = dose.model_copy(update={"minutes": longer})
        assert not list(faults(drawn_out))
