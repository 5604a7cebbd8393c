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

# Simons 2022, Table 4, by way of nlmixr2lib: L and L/min at 70 kg, minutes and shares.
SIMONS = {"CL": 1.48, "V1": 11.6, "Q2": 2.43, "V2": 39.0, "Q3": 1.21, "V3": 174.0}
SIMONS_NK = {"fm": 0.8, "MTT": 20.1, "CL": 1.0, "Q2": 2.63, "V2": 221.0}
SIMONS_HNK = {"fm": 0.7, "MTT": 1.12, "CL": 0.933, "V1": 4.4, "Q2": 1.7, "V2": 87.5}
SIMONS_FILM = {
    "F_mucosa": 0.263,
    "D_mucosa": 13.1,
    "k_mucosa": 0.04,
    "F_swallowed": 1.16,
    "D_gut": 29.9,
    "k_gut": 0.049,
    "MTT_gut": 10.7,
}
# Perez-Ruixo 2021, Table 3, by way of nlmixr2lib: L, L/h, 1/h, hours and shares.
PEREZ = {"V1": 192.0, "Q2": 84.3, "V2": 143.0, "Q3": 37.6, "V3": 417.0, "QH": 151.0, "VH": 101.0}
PEREZ |= {"kel": 1.11, "kmet": 2.77}
PEREZ_NK = {"CL": 38.0, "V1": 70.0, "Q2": 26.1, "V2": 115.0}
PEREZ_NASAL = {"F_nose": 0.54, "F_further": 0.62, "k_nose": 2.93, "F_gut": 0.64, "D_gut": 0.53, "k_gut": 1.45}
PEREZ_ORAL = {"F_gut": 0.64, "D_gut": 0.32, "k_gut": 0.97}
# Flint 2017, Table 3, by way of nlmixr2lib: L/h and L at 70 kg.
FLINT = {"CL": 112.0, "V1": 7.73, "Q2": 196.0, "V2": 545.0}
FLINT_NK = {"fm": 1.0, "CL": 53.2, "V1": 1.0, "CL_rise": 0.0087}
# Otto 2021, its supplement, by way of nlmixr2lib.
OTTO_NK = {"fm": 1.0, "CL": 57.72, "V1": 98.638, "Q2": 42.778, "V2": 160.04}

FURTHER = {
    "simons-2022": {"NK": SIMONS_NK, "HNK": SIMONS_HNK, "oral film": SIMONS_FILM},
    "perez-ruixo-2021": {"NK": PEREZ_NK, "nasal": PEREZ_NASAL, "oral": PEREZ_ORAL},
    "flint-2017": {"NK": FLINT_NK},
    "otto-2021": {"NK": OTTO_NK},
    "racemate-otto-2021": {"NK": OTTO_NK},
}

PRINTED = {
    "simons-2022": SIMONS,
    "perez-ruixo-2021": PEREZ,
    "flint-2017": FLINT,
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


@pytest.mark.parametrize("model_id", model_ids())
def test_every_parameter_of_a_metabolite_and_of_absorption_is_the_printed_one(model_id):
    expected = {
        f"{of}.{name}": value
        for of, values in FURTHER.get(model_id, {}).items()
        for name, value in values.items()
    }
    own = model(model_id).disposition.parameters
    shipped = model(model_id).printed_parameters()
    assert {name: value.value for name, value in shipped.items() if name not in own} == expected


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
        ("simons-2022", Site.ARTERIAL),
        ("perez-ruixo-2021", Site.VENOUS),
        ("flint-2017", Site.NOT_STATED),
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
