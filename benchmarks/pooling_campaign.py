"""Random studies through fixed, DL, PM and REML, plain and with both Hartung-Knapp: finite numbers or a fault.

`python benchmarks/pooling_campaign.py [DATA_SETS] [SEED]`. Seeded draws of one generator, so that anybody can try the
very same data sets again; docs/campaigns.md records each run, whatever it found. The tests try the same law on few
examples, with Hypothesis looking for trouble; the binomial-normal and the Bayesian models have their long form there.
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.evidence import (
    Counts,
    Effects,
    FloatArray,
    Means,
    Measure,
    OneArm,
    effects_given,
    effects_of,
)
from unloop.science.evidence.pooling import Adjustment, Method, Pooled, pool

DATA_SETS, SEED = 10_000, 20261122
RATIOS = (Measure.OR, Measure.RR, Measure.RD)
MEANS = (Measure.MD, Measure.SMD)


def drawn(rng: np.random.Generator) -> Effects:
    """One data set: 1 to 12 studies of counts, means or numbers given, small and huge mixed."""
    k = int(rng.integers(1, 13))
    labels = tuple(f"study {i}" for i in range(k))
    match int(rng.integers(4)):
        case 0:
            events1, n1 = _arm(rng, k)
            events2, n2 = _arm(rng, k)
            return effects_of(RATIOS[int(rng.integers(3))], Counts(events1, n1, events2, n2), labels=labels)
        case 1:
            return effects_of(Measure.PR, OneArm(*_arm(rng, k)), labels=labels)
        case 2:
            n, mean, sd = (
                (_people(rng, k, 2), _people(rng, k, 2)),
                rng.normal(0, 30, (2, k)),
                _spread(rng, (2, k)),
            )
            data = Means(n[0], mean[0], sd[0], n[1], mean[1], sd[1])
            return effects_of(MEANS[int(rng.integers(2))], data, labels=labels)
        case _:
            yi = rng.normal(0, 1, k) * 10.0 ** rng.uniform(-3, 6)
            return effects_given(Measure.SMD, yi, 10.0 ** rng.uniform(-9, 9, k), labels=labels)


def _people(rng: np.random.Generator, k: int, least: int) -> FloatArray:
    small, large = rng.integers(least, 41, k), rng.integers(least, 100_001, k)
    return np.where(rng.random(k) < 0.7, small, large).astype(np.float64)


def _arm(rng: np.random.Generator, k: int) -> tuple[FloatArray, FloatArray]:
    people = _people(rng, k, 1)
    share = rng.choice([0.0, 0.01, 0.3, 0.7, 1.0], k)
    return rng.binomial(people.astype(np.int64), share).astype(np.float64), people


def _spread(rng: np.random.Generator, shape: tuple[int, int]) -> FloatArray:
    sd: FloatArray = 10.0 ** rng.uniform(-2, 4, shape)
    return sd


def fault(found: Pooled) -> str | None:
    """What is wrong with an answer, or nothing."""
    low, high = found.ci
    numbers = [found.estimate, found.se, low, high, found.q or 0.0, *found.weights.tolist()]
    numbers += [
        found.tau2 or 0.0,
        found.i2 or 0.0,
        *(found.tau2_ci or ()),
        *(found.prediction_interval or ()),
    ]
    if not all(map(math.isfinite, numbers)):
        return "a number that is not finite"
    if not low <= found.estimate <= high or found.se < 0.0:
        return "an interval that does not hold its estimate"
    if (found.tau2 or 0.0) < 0.0 or not 0.0 <= (found.i2 or 0.0) <= 100.0:
        return "a share or a variance that cannot be"
    return None


def campaign(data_sets: int, seed: int) -> Counter[str]:
    """How every fit of every data set ended."""
    rng = np.random.default_rng(seed)
    ended: Counter[str] = Counter()
    for number in range(data_sets):
        try:
            effects = drawn(rng)
        except InputRefused:
            ended["refused in words"] += 1
            continue
        for method in Method:
            for adjustment in Adjustment if effects.k > 1 else (Adjustment.NONE,):
                wrong = fault(pool(effects, method, adjustment=adjustment))
                ended["answered" if wrong is None else wrong] += 1
                if wrong is not None:
                    print(f"data set {number}, {method.value}, {adjustment.value}: {wrong}")
    return ended


def main(arguments: list[str]) -> None:
    """Run it and say how it ended; exits 1 at a fault."""
    asked = [int(one) for one in arguments]
    data_sets, seed = (*asked, *(DATA_SETS, SEED)[len(asked) :])
    start = time.process_time()
    ended = campaign(data_sets, seed)
    print(f"{data_sets} data sets, seed {seed}, {time.process_time() - start:.0f} s of one core")
    for how, times in ended.most_common():
        print(f"{times:>8} {how}")
    if set(ended) - {"answered", "refused in words"}:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
