"""The large real case: 48 open trials of psychotherapy in OCD (Metapsy ocd-psyctr 24.0.1, ODC-BY 1.0)."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from unloop.science.evidence import Means, Measure, effects_given, effects_of, figure
from unloop.science.evidence.pooling import Method, asymmetry, influence, pool, pool_subgroups

COLUMNS = ("n_arm1", "mean_arm1", "sd_arm1", "n_arm2", "mean_arm2", "sd_arm2")


@pytest.fixture(scope="module")
def rows(shared_data):
    with (shared_data / "evidence" / "metapsy-ocd-psyctr.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def number(text):
    return float(text.replace(",", "."))


def comparisons(rows, against, therapy=None):
    """Means on the adult Y-BOCS after treatment, one row a comparison, the clinician's rating before the person's."""
    kept = {}
    for row in rows:
        if row["instrument"] != "ybocs" or row["outcome_type"] != "msd" or row["condition_arm2"] != against:
            continue
        if therapy is not None and row["condition_arm1"] != therapy:
            continue
        key = tuple(row[name] for name in ("study", "condition_arm1", "multi_arm1", "multi_arm2"))
        if key not in kept or row["rating"] == "cr":
            kept[key] = row
    return list(kept.values())


def pooled(found):
    means = Means(*(np.array([number(row[name]) for row in found]) for name in COLUMNS))
    return pool(effects_of(Measure.MD, means, labels=tuple(row["study"] for row in found)), Method.DL), means


@pytest.mark.parametrize(
    ("against", "therapy", "k", "people", "estimate", "low", "high", "i2", "name"),
    [
        ("wl", None, 19, (404, 357), -9.5, -12.3, -6.7, 89, "all-waitlist"),
        ("wl", "cbt", 9, (231, 197), -8.4, -9.6, -7.1, 0, "cbt-waitlist"),
        ("wl", "erp", 7, (108, 104), -10.6, -17.0, -4.2, 94, "erp-waitlist"),
        ("psychological placebo", None, 13, (508, 527), -6.0, -7.7, -4.2, 78, "all-psychological"),
        ("psychological placebo", "erp", 7, (239, 264), -8.1, -10.7, -5.6, 74, "erp-psychological"),
        ("cau", None, 4, (101, 88), -5.7, -6.9, -4.5, 2, "all-usual"),
        ("pill placebo", None, 2, (31, 30), -11.5, -15.1, -7.9, 0, "all-pill"),
    ],
)
def test_every_contrast_is_reproduced_and_is_the_figure_of_the_store(
    rows, against, therapy, k, people, estimate, low, high, i2, name
):
    found, means = pooled(comparisons(rows, against, therapy))
    assert found.k == k
    assert (means.n1.sum(), means.n2.sum()) == people
    assert (found.estimate, *found.ci) == pytest.approx((estimate, low, high), abs=0.051)
    assert found.i2 == pytest.approx(i2, abs=0.5)
    stored = figure(f"METAPSY2024:{name}").finding
    assert (stored.value, stored.low, stored.high) == (estimate, low, high)
    assert (stored.trials, stored.people) == (k, sum(people))


@pytest.mark.parametrize(
    ("against", "name"),
    [
        ("wl", "waitlist"),
        ("psychological placebo", "psychological"),
        ("pill placebo", "pill"),
        ("cau", "usual"),
    ],
)
def test_what_happens_without_treatment_is_reproduced_and_is_the_figure_of_the_store(rows, against, name):
    arms = {}
    for row in comparisons(rows, against):
        if row["baseline_mean_arm2"] not in {"NA", "NR"}:
            arms.setdefault(
                (row["study"], row["multi_arm2"]), row
            )  # an arm against which two were held counts once
    n, before, after = (
        np.array([number(row[column]) for row in arms.values()])
        for column in ("n_arm2", "baseline_mean_arm2", "mean_arm2")
    )
    stored = figure(f"METAPSY_CONTROLS:{name}").finding
    assert (stored.trials, stored.people) == (len(arms), n.sum())
    assert stored.value == pytest.approx(np.average(after - before, weights=n), abs=0.051)


def by_study(rows):
    studies = {}
    for row in rows:
        studies.setdefault(row["study"], []).append((number(row[".g"]), number(row[".g_se"]) ** 2))
    y, v = zip(*(np.mean(values, axis=0).tolist() for values in studies.values()), strict=True)
    return effects_given(Measure.SMD, y, v, labels=tuple(studies))


def test_the_standardised_pool_of_all_48_trials_is_reproduced(rows):
    found = pool(by_study(rows), Method.DL)
    assert found.k == 48
    assert (found.estimate, *found.ci) == pytest.approx((1.07, 0.92, 1.22), abs=0.006)


def test_against_psychological_placebo_less_is_left(rows):
    found = pool(by_study(comparisons(rows, "psychological placebo")), Method.DL)
    assert found.k == 11
    assert (found.estimate, *found.ci) == pytest.approx((0.79, 0.55, 1.03), abs=0.006)


def test_the_control_that_is_waited_for_flatters_most(rows):
    effects = by_study(rows)
    control = {row["study"]: row["condition_arm2"] for row in rows}
    found = pool_subgroups(effects, [control[name] for name in effects.labels])
    assert found.pooled["wl"].estimate > found.pooled["psychological placebo"].estimate
    assert found.q_p < 0.05


def test_small_trials_show_larger_effects_and_no_single_one_carries_the_pool(rows):
    effects = by_study(rows)
    assert asymmetry(effects).egger_z > 2.0
    without = [one.estimate for one in influence(effects).without]
    assert np.ptp(without) < 0.1
