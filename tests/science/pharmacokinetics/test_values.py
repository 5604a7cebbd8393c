"""Double entry: every parameter that ships, typed a second time from the table it was read in."""

from __future__ import annotations

import pytest

from unloop.science.pharmacokinetics import Drug, Site, model, model_ids

# Kamp 2020, Table 2, by way of a public program: L/h and L at 70 kg.
KAMP = {"CL": 84.0, "V1": 25.0, "Q2": 161.0, "V2": 56.0, "Q3": 79.0, "V3": 157.0}
# Otto 2021 with the fixed effects of Fanta 2015, by way of nlmixr2lib: L/h and L.
OTTO = {"CL": 95.2, "V1": 133.0, "Q2": 23.2, "V2": 187.0, "Q3": 157.0, "V3": 98.8}
# Herd and Anderson 2007 and Hornik 2018, by way of opentiva: L/h and L at 70 kg.
HERD = {"CL": 90.0, "V1": 38.7, "Q2": 215.0, "V2": 102.0}
HORNIK = {"CL": 38.9, "V1": 32.8, "Q2": 54.9, "V2": 152.0}
# Domino 1982 (PMID 7198883), Clements and Nimmo 1981 for 0.25 mg/kg, Hijazi 2003, by way of opentiva: L/kg, 1/min.
DOMINO = {"V1": 0.063, "k10": 0.4381, "k12": 0.5921, "k21": 0.2470, "k13": 0.5900, "k31": 0.0146}
CLEMENTS = {"V1": 1.7522, "k10": 0.0109, "k12": 0.0186, "k21": 0.0137}
HIJAZI = {"V1": 1.08, "k10": 0.0333, "k12": 0.0088, "k21": 0.0030}

PRINTED = {
    "kamp-2020": KAMP,
    "otto-2021": OTTO,
    "racemate-otto-2021": OTTO,
    "herd-2007": HERD,
    "hornik-2018": HORNIK,
    "domino-1982": DOMINO,
    "clements-1981": CLEMENTS,
    "hijazi-2003": HIJAZI,
}

# The same as clearances and volumes of a person of 70 kg, worked out by others and printed to three digits.
AT_70_KG = {
    "domino-1982": {"CL": 116.0, "volumes": [4.41, 10.6, 178.0], "exchanges": [157.0, 156.0]},
    "clements-1981": {"CL": 80.2, "volumes": [122.7, 166.5], "exchanges": [136.9]},
    "hijazi-2003": {"CL": 151.0, "volumes": [75.6, 221.8], "exchanges": [39.9]},
}


def test_nothing_ships_that_was_not_typed_twice():
    assert set(PRINTED) == set(model_ids())


@pytest.mark.parametrize("model_id", model_ids())
def test_every_parameter_is_the_printed_one(model_id):
    shipped = model(model_id).disposition.parameters
    assert {name: parameter.value for name, parameter in shipped.items()} == PRINTED[model_id]


@pytest.mark.parametrize("model_id", sorted(AT_70_KG))
def test_rate_constants_give_the_clearances_and_volumes_that_others_worked_out(model_id):
    found, expected = model(model_id), AT_70_KG[model_id]
    graph = found.graph(found.typical(70.0), found.parts_of(Drug.RACEMATE)[0])
    assert graph.clearances_l_per_h[0] == pytest.approx(expected["CL"], rel=5e-3)
    assert graph.volumes_l == pytest.approx(expected["volumes"], rel=5e-3)
    assert graph.flows_l_per_h[0, 1:] == pytest.approx(expected["exchanges"], rel=5e-3)


@pytest.mark.parametrize(
    ("model_id", "site"),
    [
        ("kamp-2020", Site.POOLED),
        ("otto-2021", Site.VENOUS),
        ("racemate-otto-2021", Site.VENOUS),
        ("domino-1982", Site.VENOUS),
        ("clements-1981", Site.VENOUS),
        ("herd-2007", Site.NOT_STATED),
        ("hornik-2018", Site.NOT_STATED),
        ("hijazi-2003", Site.NOT_STATED),
    ],
)
def test_the_sampling_site_is_the_printed_one_or_not_stated(model_id, site):
    assert model(model_id).blood.site is site


@pytest.mark.parametrize(
    ("model_id", "exponents"),
    [
        ("kamp-2020", {"CL": 0.75, "Q2": 0.75, "Q3": 0.75, "V1": 1.0, "V2": 1.0, "V3": 1.0}),
        ("otto-2021", {"CL": 0.75, "V1": 1.0}),
        ("herd-2007", {"CL": 0.75, "Q2": 0.75, "V1": 1.0, "V2": 1.0}),
        ("hornik-2018", {"CL": 0.75, "Q2": 0.75, "V1": 1.0, "V2": 1.0}),
        ("domino-1982", {}),
    ],
)
def test_size_enters_as_printed(model_id, exponents):
    shipped = model(model_id).disposition.parameters
    found = {name: one.weight_exponent for name, one in shipped.items() if one.weight_exponent is not None}
    assert found == exponents


def test_the_variability_and_the_residual_of_otto_are_the_printed_ones():
    # nlmixr2lib, Otto_2021_s_ketamine: omega^2 and the proportional residual of S-ketamine.
    otto = model("otto-2021")
    assert otto.between.parameters == ("V1", "CL")
    assert otto.between.covariance == ((0.084177, 0.02261), (0.02261, 0.026048))
    assert otto.residual.sd == 0.23609


def test_the_residual_of_s_ketamine_is_not_passed_on_to_the_sum():
    assert model("racemate-otto-2021").residual.law == "unknown"


def test_the_clearance_ratio_is_the_one_of_hasan_2021():
    # Venous clearances 1530 (R) and 1620 (S) mL/min.
    _, r_part = model("racemate-otto-2021").parts_of(Drug.RACEMATE)
    assert r_part.clearance_factor == pytest.approx(1530 / 1620, abs=5e-4)
