"""Compartments are checked once, when they are put together."""

from __future__ import annotations

import numpy as np
import pytest

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import CompartmentGraph, mammillary


def test_the_rate_matrix_is_the_one_of_the_textbook():
    graph = mammillary(clearance_l_per_h=60.0, volumes_l=[10.0, 40.0], exchanges_l_per_h=[120.0])
    expected = np.array([[-(60.0 + 120.0) / 10.0, 120.0 / 40.0], [120.0 / 10.0, -120.0 / 40.0]]) / 60.0
    np.testing.assert_allclose(graph.rate_matrix_per_min(), expected)


def test_what_leaves_a_compartment_arrives_elsewhere_or_is_cleared():
    graph = mammillary(clearance_l_per_h=84.0, volumes_l=[25.0, 56.0, 157.0], exchanges_l_per_h=[161.0, 79.0])
    lost = -graph.rate_matrix_per_min().sum(axis=0) * graph.volumes_l * 60.0
    np.testing.assert_allclose(lost, graph.clearances_l_per_h, atol=1e-12)


def test_numbers_and_arrays_over_people_mix():
    graph = mammillary(
        clearance_l_per_h=np.array([80.0, 90.0]), volumes_l=[25.0, 56.0], exchanges_l_per_h=[161.0]
    )
    assert (graph.people, graph.n, graph.reversible) == ((2,), 2, True)
    np.testing.assert_array_equal(graph.clearances_l_per_h, [[80.0, 0.0], [90.0, 0.0]])


@pytest.mark.parametrize(
    ("clearance", "volumes", "exchanges", "word"),
    [
        pytest.param(80.0, [25.0, 0.0], [1.0], "volumes", id="a volume of zero"),
        pytest.param(80.0, [25.0, -1.0], [1.0], "volumes", id="a negative volume"),
        pytest.param(80.0, [float("nan")], [], "volumes", id="a volume that is no number"),
        pytest.param(-1.0, [25.0], [], "clearances", id="a negative clearance"),
        pytest.param(float("inf"), [25.0], [], "clearances", id="an endless clearance"),
        pytest.param(80.0, [25.0, 56.0], [-1.0], "flows", id="a negative exchange"),
        pytest.param(80.0, [25.0, 56.0], [], "exchanges", id="a peripheral volume without exchange"),
        pytest.param(80.0, [], [], "exchanges", id="no compartment at all"),
    ],
)
def test_compartments_that_cannot_be_are_refused(clearance, volumes, exchanges, word):
    with pytest.raises(InputRefused) as refusal:
        mammillary(clearance_l_per_h=clearance, volumes_l=volumes, exchanges_l_per_h=exchanges)
    assert refusal.value.where == word


def test_a_flow_from_a_compartment_into_itself_is_refused():
    with pytest.raises(InputRefused, match="into itself"):
        CompartmentGraph(np.ones(2), np.eye(2), np.ones(2))


def test_flows_of_another_shape_than_the_volumes_are_refused():
    with pytest.raises(InputRefused, match="shapes"):
        CompartmentGraph(np.ones(2), np.zeros((3, 3)), np.ones(2))
