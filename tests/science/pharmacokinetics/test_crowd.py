"""A crowd: its ranges are those of its people, and nothing grows with their number."""

from __future__ import annotations

import numpy as np
import pytest

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import (
    AbsorbedDose,
    Administration,
    Bolus,
    Drug,
    Infusion,
    Route,
    Schedule,
    auc_ng_h_per_ml,
    model,
    population,
)
from unloop.science.pharmacokinetics import crowd as crowds
from unloop.science.pharmacokinetics.crowd import crowd
from unloop.science.pharmacokinetics.population import curves_in_lots, people_of
from unloop.science.pharmacokinetics.quantiles import WIDEST

TIMES = [10.0, 40.0, 90.0]
PLAN = Schedule((Infusion.of_dose(35.0, end_min=40.0),))
TWICE = Schedule((Infusion.of_dose(35.0, end_min=40.0),), (Bolus(60.0, 10.0),))


def given(drug=Drug.ESKETAMINE, schedule=PLAN):
    return Administration(drug, schedule, weight_kg=70.0)


@pytest.fixture
def otto():
    return model("otto-2021")


def test_the_ranges_are_the_quantiles_of_the_people(otto):
    found = crowd(otto, given(), TIMES, subjects=500, seed=3)
    curves = np.concatenate(list(curves_in_lots(otto, given(), TIMES, subjects=500, seed=3)))
    assert np.allclose(found.ng_per_ml.p05, np.quantile(curves, 0.05, axis=0), rtol=1e-12)
    assert np.allclose(found.ng_per_ml.p50, np.quantile(curves, 0.5, axis=0), rtol=1e-12)
    assert found.exact


@pytest.mark.parametrize("schedule", [PLAN, TWICE])
def test_a_peak_is_found_although_no_time_was_asked_there(otto, schedule):
    found = crowd(otto, given(schedule=schedule), [1000.0], subjects=60, seed=3)
    fine = np.union1d(np.arange(0.0, 120.0, 0.25), schedule.breaks_min())
    curves = np.concatenate(list(curves_in_lots(otto, given(schedule=schedule), fine, subjects=60, seed=3)))
    assert float(found.cmax_ng_per_ml.p50) == pytest.approx(np.median(curves.max(axis=1)), rel=1e-12)


@pytest.mark.parametrize(
    ("model_id", "drug"),
    [
        ("otto-2021", Drug.ESKETAMINE),
        ("racemate-otto-2021", Drug.RACEMATE),
        ("simons-2022", Drug.ESKETAMINE),
        ("perez-ruixo-2021", Drug.ESKETAMINE),
    ],
)
def test_an_area_to_infinity_is_the_one_that_a_long_wait_gathers(model_id, drug):
    chosen = model(model_id)
    found = crowd(chosen, given(drug), TIMES, subjects=20, seed=5)
    people = people_of(chosen, weight_kg=70.0, seed=5, count=20)
    waited = sum(
        part.share * auc_ng_h_per_ml(chosen.graph(people, part), PLAN, [60_000.0])[:, 0]
        for part in chosen.parts_of(drug)
    )
    assert float(found.auc_ng_h_per_ml.p50) == pytest.approx(np.median(waited), rel=1e-8)


def test_a_crowd_too_large_to_hold_is_counted_to_within_the_stated_error(otto, monkeypatch):
    held = crowd(otto, given(), TIMES, subjects=5000, seed=3)
    monkeypatch.setattr(crowds, "LARGEST_HELD", 100)
    counted = crowd(otto, given(), TIMES, subjects=5000, seed=3)
    assert not counted.exact
    for name in ("p05", "p50", "p95"):
        for of in ("ng_per_ml", "cmax_ng_per_ml", "auc_ng_h_per_ml"):
            exact, close = getattr(getattr(held, of), name), getattr(getattr(counted, of), name)
            assert np.allclose(close, exact, rtol=WIDEST)


def test_everybody_is_drawn_once(otto, monkeypatch):
    drawn = []
    draw = population.people_of
    monkeypatch.setattr(population, "people_of", lambda *a, **k: drawn.append(k["count"]) or draw(*a, **k))
    crowd(otto, given(), TIMES, subjects=4500, seed=3)
    assert sum(drawn) == 4500


def test_every_lot_is_handed_on_in_the_order_of_the_people(otto):
    kept = []
    crowd(
        otto,
        given(),
        TIMES,
        subjects=4500,
        seed=3,
        each_lot=lambda first, lot: kept.append((first, len(lot))),
    )
    assert [first for first, _ in kept] == [sum(size for _, size in kept[:n]) for n in range(len(kept))]
    assert sum(size for _, size in kept) == 4500
    assert len(kept) > 1


def test_what_is_swallowed_is_refused_since_its_peak_lies_between_the_times():
    film = Schedule(absorbed=(AbsorbedDose(Route.ORAL, 0.0, 50.0),))
    with pytest.raises(InputRefused) as refused:
        crowd(model("perez-ruixo-2021"), given(schedule=film), TIMES, subjects=10, seed=1)
    assert "vein" in refused.value.allowed
