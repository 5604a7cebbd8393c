"""How a model is held against print: what a deviation is, what a bar is, and when a bar is kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.science.pharmacokinetics import Comparison, Drug, model, model_ids, verify
from unloop.science.pharmacokinetics.reference import Bar, Check

POINTS = st.lists(st.floats(1.0, 500.0), min_size=1, max_size=9)


def check(**changes):
    """A check as a file holds it, with a bar of 20 % for every point."""
    usual = {
        "id": "made-up",
        "what": "a made-up level",
        "basis": "observed",
        "source": "nowhere",
        "drug": Drug.RACEMATE,
        "analyte": "ketamine (S + R)",
        "site": "venous",
        "weight_kg": 70.0,
        "doses": [{"mg": 35.0, "start_min": 0.0, "end_min": 40.0}],
        "quantity": "concentration",
        "unit": "ng/mL",
        "times_min": [40.0],
        "values": [200.0],
        "bar": {"of": "every point", "percent": 20.0},
    }
    return Check.model_validate({**usual, **changes}, strict=False)


def compared(ours, reference, **changes):
    return Comparison(check=check(**changes), reference=np.array(reference), ours=np.array(ours))


def test_above_print_is_positive_and_below_is_negative():
    found = compared([110.0, 80.0], [100.0, 100.0])
    np.testing.assert_allclose(found.deviations_percent, [10.0, -20.0])
    assert (found.bias_percent, found.median_absolute_percent) == (pytest.approx(-5.0), pytest.approx(15.0))
    assert found.worst_percent == pytest.approx(-20.0)


@given(POINTS, st.floats(0.1, 10.0))
def test_a_model_that_is_off_by_one_factor_everywhere_has_one_deviation(points, factor):
    found = compared(np.array(points) * factor, points)
    expected = 100.0 * (factor - 1.0)
    assert found.bias_percent == pytest.approx(expected, abs=1e-9)
    assert found.worst_percent == pytest.approx(expected, abs=1e-9)
    assert found.median_absolute_percent == pytest.approx(abs(expected), abs=1e-9)


@given(POINTS, POINTS)
def test_the_middle_is_never_farther_off_than_the_worst(one, other):
    n = min(len(one), len(other))
    found = compared(one[:n], other[:n])
    assert found.median_absolute_percent <= abs(found.worst_percent) + 1e-9
    assert abs(found.bias_percent) <= abs(found.worst_percent) + 1e-9


@pytest.mark.parametrize(
    ("of", "ours", "kept"),
    [
        pytest.param("every point", [100.0, 100.0, 119.0], True, id="all points inside"),
        pytest.param("every point", [100.0, 100.0, 121.0], False, id="one point outside"),
        pytest.param("every point", [79.0, 100.0, 100.0], False, id="one point outside below"),
        pytest.param("median", [100.0, 100.0, 300.0], True, id="the middle inside, one point far out"),
        pytest.param("median", [100.0, 130.0, 130.0], False, id="the middle outside"),
    ],
)
def test_a_bar_is_kept_or_it_is_not(of, ours, kept):
    assert compared(ours, [100.0] * 3, bar={"of": of, "percent": 20.0}).within_bar is kept


def test_without_a_bar_nothing_is_judged():
    assert compared([500.0], [100.0], bar=None, shown_because="no bar was set").within_bar is None


def alone(model_id, **changes):
    """One check of our own, run against a shipped model."""
    (result,) = verify(replace(model(model_id), checks=(check(**changes),)))
    return result


def test_a_level_printed_in_nanomoles_is_read_in_nanograms():
    # 237.73 g/mol.
    in_nanomoles = alone("clements-1981", unit="nmol/mL", values=[1.0])
    assert in_nanomoles.reference == pytest.approx([237.73])
    assert in_nanomoles.ours == pytest.approx(alone("clements-1981").ours)


def test_a_dose_without_an_end_is_a_bolus():
    pushed = alone("clements-1981", doses=[{"mg": 35.0, "start_min": 0.0}], times_min=[0.0], values=[285.0])
    # All of it in the first volume: 35 mg in 1.7522 L/kg x 70 kg.
    assert pushed.ours == pytest.approx([35.0 / (1.7522 * 70.0) * 1000.0])


def test_an_area_is_the_whole_area():
    area = alone(
        "clements-1981",
        quantity="auc to infinity",
        unit="ng.h/mL",
        times_min=[],
        values=[436.3],
        bar=None,
        shown_because="an independent run",
    )
    assert area.worst_percent == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("model_id", model_ids())
def test_every_reference_says_what_it_is_and_where_it_was_read(model_id):
    for one in model(model_id).checks:
        assert one.what
        assert any(mark in one.source for mark in ("doi", "PMC", "Otto 2021", "Persson 2002"))
        assert isinstance(one.bar, Bar) or one.shown_because


@pytest.mark.parametrize("model_id", model_ids())
def test_checks_of_one_model_have_names_of_their_own(model_id):
    names = [one.id for one in model(model_id).checks]
    assert len(names) == len(set(names))


def test_every_model_that_a_clinic_may_show_has_been_held_against_something():
    assert all(model(model_id).checks for model_id in model_ids() if model(model_id).for_clinic_screens)


def test_a_verified_model_keeps_at_least_one_bar():
    verified = [model_id for model_id in model_ids() if model(model_id).status == "verified"]
    assert verified
    for model_id in verified:
        assert any(found.within_bar for found in verify(model(model_id)))
