"""One model may be written in many ways: per hour or per minute, per kg or per 70 kg, as flows or as rates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.science.pharmacokinetics import (
    Administration,
    Bolus,
    Drug,
    Infusion,
    Schedule,
    read_model,
    typical_curve,
)

HEAD = """
id = "written"
title = "A made-up model written in several ways"
status = "usable"
takes = ["racemate"]
analytes = ["ketamine (S + R)"]
weighed = "base"
people = {{ group = "adults", summary = "nobody" }}
blood = {{ site = "venous", reads_as = "venous" }}
source = {{ citation = "Nobody 2000", identifier = "none", read_in = "nowhere" }}
between_people = {{ law = "unknown", reason = "made up" }}
residual = {{ law = "unknown", reason = "made up" }}

[disposition]
form = "{form}"
compartments = {compartments}

[disposition.parameters]
"""

TIMES = np.array([0.0, 5.0, 40.0, 80.0, 230.0, 1440.0])
SESSION = Schedule((Infusion(0.0, 20.0, 1.0), Infusion(30.0, 45.0, 0.5)), (Bolus(60.0, 5.0),))

clearances = st.floats(40.0, 200.0)
central = st.floats(10.0, 100.0)
peripheral = st.floats(40.0, 400.0)
exchanges = st.floats(10.0, 200.0)


def line(name, value, unit, per, exponent=None):
    power = "" if exponent is None else f", weight_exponent = {exponent}"
    return f'{name} = {{ value = {value!r}, unit = "{unit}", per = "{per}"{power}, provenance = "own" }}\n'


def written(form, *lines):
    text = HEAD.format(form=form, compartments=len(lines) // 2) + "".join(lines)
    return read_model(text.encode(), where="written")


def level(found, *, weight_kg=70.0):
    return typical_curve(found, Administration(Drug.RACEMATE, SESSION, weight_kg=weight_kg), TIMES).ng_per_ml


@given(clearances, central, exchanges, peripheral)
def test_per_hour_and_per_minute_are_the_same_model(cl, v1, q2, v2):
    volumes = (line("V1", v1, "L", "person"), line("V2", v2, "L", "person"))
    hourly = written(
        "clearances", line("CL", cl, "L/h", "person"), volumes[0], line("Q2", q2, "L/h", "person"), volumes[1]
    )
    by_minute = written(
        "clearances",
        line("CL", cl / 60, "L/min", "person"),
        volumes[0],
        line("Q2", q2 / 60, "L/min", "person"),
        volumes[1],
    )
    np.testing.assert_allclose(level(by_minute), level(hourly), rtol=1e-12)


@pytest.mark.parametrize(("unit", "hours"), [("1/h", 1.0), ("1/min", 60.0)])
@given(clearances, central, exchanges, peripheral, exchanges, peripheral)
def test_flows_and_rate_constants_are_the_same_model(unit, hours, cl, v1, q2, v2, q3, v3):
    as_flows = written(
        "clearances",
        line("CL", cl, "L/h", "person"),
        line("V1", v1, "L", "person"),
        line("Q2", q2, "L/h", "person"),
        line("V2", v2, "L", "person"),
        line("Q3", q3, "L/h", "person"),
        line("V3", v3, "L", "person"),
    )
    as_rates = written(
        "rate-constants",
        line("V1", v1, "L", "person"),
        line("k10", cl / v1 / hours, unit, "person"),
        line("k12", q2 / v1 / hours, unit, "person"),
        line("k21", q2 / v2 / hours, unit, "person"),
        line("k13", q3 / v1 / hours, unit, "person"),
        line("k31", q3 / v3 / hours, unit, "person"),
    )
    np.testing.assert_allclose(level(as_rates), level(as_flows), rtol=1e-10)


@given(clearances, central.filter(lambda v1: v1 > 55), st.floats(40.0, 200.0))
def test_per_kg_and_per_70_kg_with_an_exponent_of_one_are_the_same_model(cl, v1, weight_kg):
    by_kg = written("clearances", line("CL", cl / 70, "L/h", "kg"), line("V1", v1 / 70, "L", "kg"))
    by_person_of_70 = written(
        "clearances", line("CL", cl, "L/h", "70 kg", 1.0), line("V1", v1, "L", "70 kg", 1.0)
    )
    np.testing.assert_allclose(
        level(by_kg, weight_kg=weight_kg), level(by_person_of_70, weight_kg=weight_kg), rtol=1e-11
    )


@given(clearances, central.filter(lambda v1: v1 > 55), st.floats(40.0, 200.0))
def test_an_exponent_of_zero_is_no_scaling(cl, v1, weight_kg):
    fixed = written("clearances", line("CL", cl, "L/h", "person"), line("V1", v1, "L", "person"))
    scaled = written("clearances", line("CL", cl, "L/h", "70 kg", 0.0), line("V1", v1, "L", "70 kg", 0.0))
    np.testing.assert_allclose(level(scaled, weight_kg=weight_kg), level(fixed), rtol=1e-12)


@given(
    clearances, central.filter(lambda v1: v1 > 55), st.floats(40.0, 200.0), st.sampled_from([0.0, 0.75, 1.0])
)
def test_at_70_kg_no_exponent_matters(cl, v1, weight_kg, exponent):
    scaled = written(
        "clearances", line("CL", cl, "L/h", "70 kg", exponent), line("V1", v1, "L", "70 kg", 1.0)
    )
    assert scaled.typical(70.0) == {"CL": cl, "V1": v1}
    assert scaled.typical(weight_kg)["CL"] == pytest.approx(cl * (weight_kg / 70.0) ** exponent)


def test_the_order_of_parameters_in_a_file_does_not_matter():
    lines = (line("CL", 84.0, "L/h", "person"), line("V1", 60.0, "L", "person"))
    np.testing.assert_array_equal(
        level(written("clearances", *lines)), level(written("clearances", *lines[::-1]))
    )
