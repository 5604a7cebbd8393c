"""How many digits are right: the solver beside the same mathematics in 60-digit decimal arithmetic."""

from __future__ import annotations

from decimal import Decimal, getcontext, localcontext

import numpy as np
import pytest

from unloop.science.pharmacokinetics import (
    Bolus,
    Infusion,
    Schedule,
    amounts_mg,
    exponential,
    mammillary,
    model,
    model_ids,
)

DIGITS = 60
TIMES = [0.5, 14.0, 20.0, 31.0, 60.0, 230.0, 1440.0, 10_080.0]
SESSION = Schedule(
    infusions=(Infusion(0.0, 14.0, 1.25), Infusion(14.0, 20.0, 0.5), Infusion(31.0, 60.0, 0.75)),
    boluses=(Bolus(31.0, 5.0), Bolus(1000.0, 10.0)),
)

Matrix = list[list[Decimal]]


def product(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in a]


def identity(n: int) -> Matrix:
    return [[Decimal(int(i == j)) for j in range(n)] for i in range(n)]


def decimal_exponential(matrix: Matrix) -> Matrix:
    """exp by Taylor series of a scaled matrix, squared back."""
    n = len(matrix)
    norm = max(sum(abs(x) for x in row) for row in matrix)
    squarings = 0
    while norm > 1:
        norm, squarings = norm / 2, squarings + 1
    scaled = [[x / 2**squarings for x in row] for row in matrix]
    total = term = identity(n)
    for k in range(1, 50):
        term = [[x / k for x in row] for row in product(term, scaled)]
        total = [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(total, term, strict=True)]
    for _ in range(squarings):
        total = product(total, total)
    return total


def decimal_rates(graph) -> Matrix:
    """The rate matrix from the graph's own numbers, every one of them exact."""
    n = graph.n
    flow = [[Decimal(float(graph.flows_l_per_h[i, j])) for j in range(n)] for i in range(n)]
    clearance = [Decimal(float(x)) for x in graph.clearances_l_per_h]
    volume = [Decimal(float(x)) for x in graph.volumes_l]
    leaving = [clearance[j] + sum(flow[i][j] for i in range(n)) for j in range(n)]
    return [
        [(flow[i][j] - (leaving[j] if i == j else 0)) / volume[j] / 60 for j in range(n)] for i in range(n)
    ]


def exact_amounts(graph, schedule, times):
    """Amounts at ascending times in decimal arithmetic, as the nearest float64."""
    n, rates = graph.n, decimal_rates(graph)
    state = [Decimal(0)] * n + [Decimal(1)]
    found, last = {}, 0.0
    for minute in sorted({*times, *schedule.breaks_min().tolist()}):
        inflow = sum(
            Decimal(part.rate_mg_per_min)
            for part in schedule.infusions
            if part.start_min <= last < part.end_min
        )
        carry = [[*row, inflow if i == 0 else Decimal(0)] for i, row in enumerate(rates)]
        carry.append([Decimal(0)] * (n + 1))
        step = decimal_exponential([[x * Decimal(minute - last) for x in row] for row in carry])
        state = [sum(x * y for x, y in zip(row, state, strict=True)) for row in step]
        state[0] += sum(Decimal(bolus.mg) for bolus in schedule.boluses if bolus.at_min == minute)
        found[minute], last = [float(x) for x in state[:n]], minute
    return np.array([found[minute] for minute in times])


@pytest.fixture(autouse=True)
def many_digits():
    with localcontext() as context:
        context.prec = DIGITS
        assert getcontext().prec == DIGITS
        yield


def relative_error(ours, exact):
    return np.max(np.abs(ours - exact) / exact)


def test_the_oracle_itself_gives_the_textbook_value():
    e = decimal_exponential([[Decimal(-1), Decimal(0)], [Decimal(1), Decimal(0)]])
    assert str(e[0][0]).startswith("0.36787944117144232159552377016146086744581113103176")
    assert abs(e[0][0] + e[1][0] - 1) < Decimal("1e-55")


@pytest.mark.parametrize("model_id", model_ids())
@pytest.mark.parametrize("weight_kg", [50.0, 130.0])
def test_every_shipped_model_is_right_to_twelve_digits_a_week_later(model_id, weight_kg):
    found = model(model_id)
    for parts in found.parts.values():
        for part in parts:
            graph = found.graph(found.typical(weight_kg), part)
            ours, exact = amounts_mg(graph, SESSION, TIMES), exact_amounts(graph, SESSION, TIMES)
            assert relative_error(ours[:, 0], exact[:, 0]) < 2e-12
            assert relative_error(ours[:5], exact[:5]) < 2e-13


@pytest.mark.parametrize("gap", [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3])
def test_rates_that_nearly_tie_lose_no_digits(gap):
    # Peripheral rate constants that differ by a relative gap: where a formula divides by their difference, it fails.
    graph = mammillary(
        clearance_l_per_h=80.0, volumes_l=[60.0, 100.0, 200.0], exchanges_l_per_h=[50.0, 100.0 * (1.0 + gap)]
    )
    ours, exact = amounts_mg(graph, SESSION, TIMES), exact_amounts(graph, SESSION, TIMES)
    assert relative_error(ours[:6], exact[:6]) < 1e-12
    assert relative_error(ours[:, 0], exact[:, 0]) < 1e-11


@pytest.mark.parametrize("exchange", [1e-12, 1e-6, 1e-3])
def test_a_compartment_that_hardly_exchanges_disturbs_nothing(exchange):
    graph = mammillary(clearance_l_per_h=80.0, volumes_l=[60.0, 100.0], exchanges_l_per_h=[exchange])
    ours, exact = amounts_mg(graph, SESSION, TIMES[:6]), exact_amounts(graph, SESSION, TIMES[:6])
    assert relative_error(ours[:, 0], exact[:, 0]) < 1e-12


@pytest.mark.parametrize("clearance", [1e-9, 1e-3, 1.0])
def test_a_clearance_near_zero_keeps_its_digits_beside_fast_exchange(clearance):
    # Rates eleven orders of magnitude apart.
    graph = mammillary(
        clearance_l_per_h=clearance, volumes_l=[5.0, 50.0, 500.0], exchanges_l_per_h=[500.0, 100.0]
    )
    ours, exact = amounts_mg(graph, SESSION, TIMES), exact_amounts(graph, SESSION, TIMES)
    assert relative_error(ours[:, 0], exact[:, 0]) < 1e-12


def test_the_general_route_keeps_ten_digits_too():
    graph = model("domino-1982").graph(
        model("domino-1982").typical(70.0), model("domino-1982").parts_of("racemate")[0]
    )
    times = TIMES[:7]
    ours = exponential.amounts_mg(graph, SESSION, np.array(times))
    assert relative_error(ours, exact_amounts(graph, SESSION, times)) < 1e-10
