"""A file of doses and levels: read, or refused by its row."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest

from measured import OTTO, PLAN
from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import Analyte, Site
from unloop.science.pharmacokinetics.fit import draw, fit, read_record, sample

HEADER = "event,minutes,until,value,unit,analyte,site\n"
DOSE = "dose,0,40,35,mg,,\n"


def read(rows, *, weight_kg=70.0):
    return read_record((HEADER + rows).encode(), weight_kg=weight_kg)


def test_doses_and_levels_are_read():
    found = read(DOSE + "# a remark\n\ndose,60,,5,mg,,\nlevel,40,,180,ng/mL,S-ketamine,venous\n")
    assert found.schedule.infusions == PLAN.infusions
    assert [bolus.mg for bolus in found.schedule.boluses] == [5.0]
    (level,) = found.levels
    assert (level.minutes, level.ng_per_ml, level.analyte, level.site) == (
        40.0,
        180.0,
        Analyte.S,
        Site.VENOUS,
    )
    assert level.row == "row 6"


def test_columns_may_stand_in_any_order_and_a_byte_order_mark_is_passed_over():
    text = "\ufeffsite,analyte,unit,value,until,minutes,event\n,,mg,35,40,0,dose\n"
    assert read_record(text.encode(), weight_kg=70.0).schedule == PLAN


@pytest.mark.parametrize(
    ("value", "unit"),
    [("158.4", "ng/mL"), ("158.4", "ug/L"), ("0.1584", "mg/L"), ("0.1584", "ug/mL"), ("0.66630", "nmol/mL"),
     ("0.66630", "umol/L"), ("666.30", "nmol/L")],
)  # fmt: skip
def test_a_level_is_the_same_in_every_unit(value, unit):
    found = read(DOSE + f"level,40,,{value},{unit},S-ketamine,venous\n")
    assert found.levels[0].ng_per_ml == pytest.approx(158.4, rel=1e-4)
    usual = read(DOSE + "level,40,,158.4,ng/mL,S-ketamine,venous\n")
    one, other = (fit(OTTO, record.schedule, record.levels, engine="plain") for record in (found, usual))
    np.testing.assert_allclose(one.eta, other.eta, atol=1e-4)


def test_a_molar_level_of_a_metabolite_weighs_by_its_own_mass():
    found = read(DOSE + "level,40,,1,nmol/mL,S-norketamine,venous\n")
    assert found.levels[0].ng_per_ml == pytest.approx(223.70)


@pytest.mark.parametrize(
    ("row", "mg"), [("dose,0,40,0.5,mg/kg,,\n", 35.0), ("dose,0,40,40.37,mg-hydrochloride,,\n", 35.0)]
)
def test_a_dose_is_milligrams_of_base(row, mg):
    assert read(row).schedule.mg == pytest.approx(mg, rel=1e-3)


def test_a_level_below_the_limit_is_kept_as_one():
    (level,) = read(DOSE + "level,1440,,<2,ng/mL,S-ketamine,venous\n").levels
    assert (level.below, level.ng_per_ml) == (True, 2.0)


LEVEL = "level,40,,{value},{unit},{analyte},{site}\n"
GOOD = {"value": "180", "unit": "ng/mL", "analyte": "S-ketamine", "site": "venous"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"value": "-3"}, "value", id="negative"),
        pytest.param({"value": "0"}, "limit of quantification", id="zero"),
        pytest.param({"value": "nan"}, "a number", id="NaN"),
        pytest.param({"value": "inf"}, "a number", id="infinite"),
        pytest.param({"value": ""}, "value", id="no value"),
        pytest.param({"value": "BLQ"}, "a number", id="BLQ without its limit"),
        pytest.param({"value": "<-1"}, "value", id="a negative limit"),
        pytest.param({"unit": ""}, "unit", id="no unit"),
        pytest.param({"unit": "mg/dL"}, "unit", id="a unit that is not taken"),
        pytest.param({"analyte": ""}, "analyte", id="no analyte"),
        pytest.param({"analyte": "ketamine"}, "S-ketamine", id="an analyte that could mean two"),
        pytest.param({"site": ""}, "site", id="no site"),
        pytest.param({"site": "capillary"}, "venous, arterial", id="another site"),
        pytest.param({"site": "pooled"}, "venous, arterial", id="a site of models only"),
    ],
)
def test_a_level_that_cannot_be_read_is_refused_with_its_row(changes, words):
    with pytest.raises(InputRefused, match=words) as refusal:
        read(DOSE + LEVEL.format(**{**GOOD, **changes}))
    assert refusal.value.where.startswith("row 3")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("dose,0,40,-35,mg,,\n", id="a negative dose"),
        pytest.param("dose,0,40,0,mg,,\n", id="no dose"),
        pytest.param("dose,0,40,35,,,\n", id="no unit"),
        pytest.param("dose,0,40,35,ml,,\n", id="millilitres"),
        pytest.param("dose,0,0,35,mg,,\n", id="an infusion in no time"),
        pytest.param("dose,40,0,35,mg,,\n", id="an end before the start"),
        pytest.param("dose,,40,35,mg,,\n", id="no start"),
        pytest.param("dose,0,40,35,mg,S-ketamine,\n", id="a dose with an analyte"),
        pytest.param("dose,0,40,35,mg,,venous\n", id="a dose with a site"),
        pytest.param("drink,0,40,35,mg,,\n", id="another event"),
        pytest.param(",0,40,35,mg,,\n", id="no event"),
        pytest.param("dose,0,40,0,5,mg,,\n", id="a comma in a number"),
    ],
)
def test_a_dose_that_cannot_be_read_is_refused_with_its_row(row):
    with pytest.raises(InputRefused) as refusal:
        read(row)
    assert refusal.value.where.startswith("row 2")


def test_a_level_with_an_end_is_refused():
    with pytest.raises(InputRefused, match="one minute"):
        read(DOSE + "level,40,60,180,ng/mL,S-ketamine,venous\n")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEADER, HEADER.replace("unit", "units") + DOSE])
def test_a_file_without_header_or_dose_is_refused(text):
    with pytest.raises(InputRefused):
        read_record(text.encode(), weight_kg=70.0)


def test_a_file_in_another_encoding_is_refused():
    with pytest.raises(InputRefused, match="UTF-8"):
        read_record(HEADER.encode("utf-16"), weight_kg=70.0)


# --- The picture --------------------------------------------------------------------------------------------

with_matplotlib = pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs `plots`")


def possible(rows):
    record = read(DOSE + rows)
    return sample(fit(OTTO, record.schedule, record.levels, engine="plain"), rng=np.random.default_rng(1))


@with_matplotlib
@pytest.mark.parametrize(
    "rows",
    [
        "",
        "level,40,,180,ng/mL,S-ketamine,venous\n",
        "level,40,,180,ng/mL,S-ketamine,venous\nlevel,1440,,<2,ng/mL,S-ketamine,venous\n",
        "level,300,,<20,ng/mL,S-ketamine,venous\n",
    ],
    ids=["no level", "one level", "one below the limit", "only below the limit"],
)
def test_a_picture_is_drawn_with_and_without_levels(rows, tmp_path):
    draw(possible(rows), tmp_path / "fit.png")
    assert (tmp_path / "fit.png").read_bytes().startswith(b"\x89PNG")


@with_matplotlib
def test_a_picture_that_cannot_be_written_is_refused(tmp_path):
    for name in ("nowhere/fit.png", "fit.nothing"):
        with pytest.raises(InputRefused, match="plot"):
            draw(possible(""), tmp_path / name)


def test_without_matplotlib_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputRefused, match="plots"):
        draw(possible(""), tmp_path / "fit.png")
