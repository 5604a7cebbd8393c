"""The readable engine: the same answers in NumPy and SciPy, for any graph, one-way flows included.

Levels come from the room's own solver. Their derivatives come from forward sensitivities: with the amounts A and
S_p = dA/d eta_p,

    dA/dt = K A + input,   dS_p/dt = K S_p + (dK/d eta_p) A,

a linear system again, carried exactly from one minute to the next by a matrix exponential.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm
from scipy.optimize import minimize
from scipy.special import log_ndtr

from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.fit.case import Case, compartments, graph_of
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR
from unloop.science.pharmacokinetics.schedule import Bolus, Infusion, Schedule
from unloop.science.pharmacokinetics.solver import NG_PER_ML_IN_MG_PER_L, concentrations_ng_per_ml

LOT = 1_000  # people solved at once


def predict(case: Case, etas: FloatArray) -> FloatArray:
    """Predicted levels in ng/mL of people with these etas, shape (M, P); shape (M, N)."""
    lots = [_predict(case, etas[first : first + LOT]) for first in range(0, max(len(etas), 1), LOT)]
    return np.concatenate(lots)


def _predict(case: Case, etas: FloatArray) -> FloatArray:
    levels = np.zeros((len(etas), case.times_min.size))
    if case.times_min.size == 0:
        return levels
    schedule = schedule_of(case)
    for system, observed in enumerate(case.observed):
        graph = graph_of(case.typical[system], case.exponents[system], etas)
        found = concentrations_ng_per_ml(graph, schedule, case.times_min, compartment=int(observed))
        levels += case.weights[:, system] * found
    return levels


def schedule_of(case: Case) -> Schedule:
    """The inputs of a case as a schedule again."""
    rows = [(float(start), float(end), float(amount)) for start, end, amount in case.inputs]
    return Schedule(
        infusions=tuple(
            Infusion(start, end, rate_mg_per_min=rate) for start, end, rate in rows if end > start
        ),
        boluses=tuple(Bolus(at, mg) for at, end, mg in rows if end == at),
    )


def slopes(case: Case, eta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Predicted levels, shape (N,), and their derivatives by eta, shape (N, P), of one person."""
    levels, by_eta = np.zeros(case.times_min.size), np.zeros((case.times_min.size, eta.size))
    if case.times_min.size == 0:
        return levels, by_eta
    for system in range(case.typical.shape[0]):
        concentration, derivative = _sensitivities(case, system, eta)
        levels += case.weights[:, system] * concentration
        by_eta += case.weights[:, system, None] * derivative
    return levels, by_eta


def _sensitivities(case: Case, system: int, eta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One system's concentrations and their derivatives by eta at the case's times."""
    n, effects, observed = compartments(case.typical[system]), eta.size, int(case.observed[system])
    volume = graph_of(case.typical[system], case.exponents[system], eta).volumes_l[observed]
    states = _states(case, _generator(case, system, eta))
    amounts = states[:, : n * (1 + effects)].reshape(-1, 1 + effects, n)[:, :, observed]
    concentration = amounts[:, 0] / volume * NG_PER_ML_IN_MG_PER_L
    derivative = amounts[:, 1:] / volume * NG_PER_ML_IN_MG_PER_L
    return concentration, derivative - concentration[:, None] * case.exponents[system, observed]


def _generator(case: Case, system: int, eta: FloatArray) -> FloatArray:
    """The matrix of amounts and sensitivities in 1/min, with a last column for the input."""
    n, effects = compartments(case.typical[system]), eta.size
    graph = graph_of(case.typical[system], case.exponents[system], eta)
    powers = case.exponents[system]
    rates = graph.rate_matrix_per_min()
    generator = np.zeros((n * (1 + effects) + 1, n * (1 + effects) + 1))
    generator[:n, :n] = rates
    for p in range(effects):
        flows = graph.flows_l_per_h * (powers[2 * n :, p].reshape(n, n) - powers[:n, p])
        exits = graph.clearances_l_per_h * (powers[n : 2 * n, p] - powers[:n, p])
        change = (flows - np.diag(flows.sum(axis=0) + exits)) / graph.volumes_l / MINUTES_PER_HOUR
        rows = slice(n * (1 + p), n * (2 + p))
        generator[rows, :n] = change
        generator[rows, rows] = rates
    return generator


def _states(case: Case, generator: FloatArray) -> FloatArray:
    """Amounts and sensitivities at the case's times; the last entry is the constant that carries the input."""
    start, end, amount = case.inputs.T
    bolus = start == end
    grid = np.unique(np.concatenate([case.times_min, start, end]))
    running = (grid[:-1, None] >= start) & (grid[1:, None] <= end)
    steps = np.broadcast_to(generator, (grid.size - 1, *generator.shape)).copy()
    steps[:, 0, -1] = (running * amount).sum(axis=1)
    steps = expm(steps * np.diff(grid)[:, None, None])
    state = np.zeros(generator.shape[0])
    state[-1] = 1.0
    states = np.zeros((grid.size, state.size))
    for k, minute in enumerate(grid):
        if k > 0:
            state = steps[k - 1] @ state
        state[0] += amount[bolus & (start == minute)].sum()
        states[k] = state
    return states[np.searchsorted(grid, case.times_min)]


def values(case: Case, etas: FloatArray) -> FloatArray:
    """Half the objective at each of the etas, shape (M, P); shape (M,)."""
    misfit, _ = misfits(case, predict(case, etas))
    prior = 0.5 * np.einsum("mp,pq,mq->m", etas, case.precision, etas)
    total: FloatArray = prior + misfit.sum(axis=-1)
    return total


def gradients(case: Case, etas: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Half the objective, shape (M,), and its gradient, shape (M, P)."""
    found = [_gradient(case, eta) for eta in etas]
    return np.array([value for value, _ in found]), np.array([slope for _, slope in found])


def _gradient(case: Case, eta: FloatArray) -> tuple[float, FloatArray]:
    levels, by_eta = slopes(case, eta)
    misfit, by_level = misfits(case, levels)
    pull = case.precision @ eta
    return float(0.5 * pull @ eta + misfit.sum()), pull + by_level @ by_eta


def misfits(case: Case, predicted: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Each level's part of half the objective, shape (..., N), and its slope by the prediction.

    A level: (y - f)^2 / 2 v + ln(v) / 2 with v = (proportional f)^2 + additive^2. A level below the limit of
    quantification: minus the logarithm of the chance of a reading below it.
    """
    variance = np.maximum((case.proportional * predicted) ** 2 + case.additive**2, 1e-300)
    widening = 2.0 * case.proportional**2 * predicted / variance
    away = case.levels_ng_per_ml - predicted
    z = away / np.sqrt(variance)
    chance = log_ndtr(z)
    ratio = np.exp(-0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - chance)
    misfit = np.where(case.below, -chance, 0.5 * (z * z + np.log(variance)))
    measured = -away / variance + 0.5 * widening * (1.0 - z * z)
    censored = ratio * (1.0 / np.sqrt(variance) + 0.5 * z * widening)
    return misfit, np.where(case.below, censored, measured)


def descend(case: Case, starts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Minima found by L-BFGS-B with exact gradients from each start, shape (M, P), and half the objective there."""
    found = [
        minimize(
            lambda eta: _gradient(case, eta),
            start,
            jac=True,
            method="L-BFGS-B",
            options={"ftol": 1e-14, "gtol": 1e-8, "maxiter": 500},
        )
        for start in starts
    ]
    return np.array([one.x for one in found]), np.array([float(one.fun) for one in found])
