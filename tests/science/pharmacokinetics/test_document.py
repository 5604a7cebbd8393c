"""A model file that says too little, too much or what cannot be is refused, and the refusal names the place."""

from __future__ import annotations

import re

import pytest

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import ModelRefused, read_model

WHOLE = """
id = "made-up"
title = "A made-up model for tests"
status = "usable"
takes = ["racemate"]
analytes = ["ketamine (S + R)"]
weighed = "base"

[people]
group = "adults"
summary = "nobody"

[blood]
site = "venous"
reads_as = "venous"

[source]
citation = "Nobody 2000"
identifier = "none"
read_in = "nowhere"

[disposition]
form = "clearances"
compartments = 2

[disposition.parameters]
CL = { value = 84.0, unit = "L/h", per = "70 kg", weight_exponent = 0.75, provenance = "own" }
V1 = { value = 60.0, unit = "L", per = "70 kg", weight_exponent = 1.0, provenance = "own" }
Q2 = { value = 100.0, unit = "L/h", per = "person", provenance = "own" }
V2 = { value = 120.0, unit = "L", per = "person", provenance = "own" }

[between_people]
law = "log-normal"
parameters = ["CL", "V1"]
covariance = [[0.04, 0.01], [0.01, 0.09]]
provenance = "own"

[residual]
law = "proportional"
sd = 0.2
provenance = "own"

[[check]]
id = "at-the-end"
what = "a made-up level"
basis = "observed"
source = "nowhere"
drug = "racemate"
analyte = "ketamine (S + R)"
site = "venous"
weight_kg = 70
doses = [{ mg = 35, start_min = 0, end_min = 40 }]
quantity = "concentration"
unit = "ng/mL"
times_min = [40, 80]
values = [200.0, 90.0]
bar = { of = "every point", percent = 20 }
"""


def changed(old: str, new: str) -> bytes:
    """The whole file with one passage replaced."""
    assert old in WHOLE
    return WHOLE.replace(old, new, 1).encode()


def refusal_of(text: bytes) -> ModelRefused:
    with pytest.raises(ModelRefused) as caught:
        read_model(text, where="made-up.toml")
    return caught.value


def test_the_whole_file_is_read():
    model = read_model(WHOLE.encode(), where="made-up.toml")
    assert (model.id, model.spread, model.for_clinic_screens) == ("made-up", "published", True)
    assert model.typical(140.0)["CL"] == pytest.approx(84.0 * 2**0.75)


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        pytest.param("between_people", "between_people", id="silence on variability"),
        pytest.param("residual", "residual", id="silence on residual error"),
        pytest.param("blood", "blood", id="no sampling site"),
        pytest.param("source", "source", id="no source"),
        pytest.param("people", "people", id="no people"),
    ],
)
def test_a_table_left_out_is_named_as_missing(table, missing):
    without = re.sub(rf"\n\[{table}\]\n(?:.+\n)+", "\n", WHOLE)
    refusal = refusal_of(without.encode())
    assert refusal.missing == (missing,)
    assert missing in str(refusal)


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ('weighed = "base"\n', "weighed"),
        ('takes = ["racemate"]\n', "takes"),
        ('status = "usable"\n', "status"),
        ('reads_as = "venous"\n', "blood.reads_as"),
        ('provenance = "own" }\nV1', "disposition.parameters.CL.provenance"),
    ],
)
def test_a_value_left_out_is_named_as_missing(line, missing):
    replacement = "}\nV1" if line.endswith("V1") else ""
    text = changed(line, replacement).replace(b", }", b" }")
    assert refusal_of(text).missing == (missing,)


def test_a_parameter_that_the_form_needs_is_named_as_missing():
    refusal = refusal_of(re.sub(r"(Q2|V2) = .*\n", "", WHOLE).encode())
    assert refusal.missing == ("disposition.Q2", "disposition.V2")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param('"made-up"\n', '"made-up"\nlicence = "x"\n', "licence", id="an unknown key"),
        pytest.param("value = 84.0", 'value = "84.0"', "CL", id="a number as text"),
        pytest.param("value = 84.0", "value = nan", "CL", id="no number"),
        pytest.param("value = 84.0", "value = -84.0", "CL", id="a negative clearance"),
        pytest.param("value = 84.0", "value = true", "CL", id="a truth as a number"),
        pytest.param("value = 84.0", "value = 2020-01-01", "CL", id="a date as a number"),
        pytest.param('"L/h", per = "70 kg"', '"mL/h", per = "70 kg"', "CL", id="an unknown unit"),
        pytest.param(
            '"L/h", per = "70 kg"', '"L", per = "70 kg"', "CL is a clearance", id="another dimension"
        ),
        pytest.param(
            '"L/h", per = "person"', '"1/h", per = "person"', "Q2 is a clearance", id="a rate as a flow"
        ),
        pytest.param(", weight_exponent = 0.75", "", "exponent", id="per 70 kg without exponent"),
        pytest.param(
            'per = "person", p',
            'per = "person", weight_exponent = 1.0, p',
            "exponent",
            id="per person with exponent",
        ),
        pytest.param(
            'per = "70 kg", weight_exponent = 0.75',
            'per = "kg", weight_exponent = 0.75',
            "exponent",
            id="per kg with exponent",
        ),
        pytest.param("compartments = 2", "compartments = 1", "Q2 does not belong", id="a parameter too many"),
        pytest.param("compartments = 2", "compartments = 4", "compartments", id="four compartments"),
        pytest.param('form = "clearances"', 'form = "half-lives"', "form", id="an unknown form"),
        pytest.param(
            'site = "venous"\nreads', 'site = "arterial"\nreads', "reads_as", id="arterial read as venous"
        ),
        pytest.param('site = "venous"\nreads', 'site = "pooled"\nreads', "why", id="pooled without a reason"),
        pytest.param('group = "adults"', 'group = "mice"', "group", id="other people"),
        pytest.param('"ketamine (S + R)"]', '"S-ketamine"]', "racemic", id="S measured after the racemate"),
        pytest.param(
            '["racemate"]', '["racemate", "esketamine"]', "one for each drug", id="an analyte too few"
        ),
        pytest.param('["racemate"]', '["ketamine"]', "takes", id="ketamine, which could mean either"),
        pytest.param('weighed = "base"', 'weighed = "hydrochloride"', "base", id="doses weighed as the salt"),
        pytest.param('["CL", "V1"]', '["CL", "V3"]', "varies", id="variability of a parameter it has not"),
        pytest.param("[0.01, 0.09]]", "[0.02, 0.09]]", "symmetric", id="a lopsided covariance"),
        pytest.param("[0.01, 0.09]]", "[0.01]]", "symmetric", id="a ragged covariance"),
        pytest.param(
            "[[0.04, 0.01], [0.01,", "[[0.04, 0.5], [0.5,", "negative variance", id="no covariance at all"
        ),
        pytest.param("values = [200.0, 90.0]", "values = [200.0]", "one value", id="a value too few"),
        pytest.param(
            'unit = "ng/mL"', 'unit = "ng.h/mL"', "unit of its quantity", id="a level in a unit of area"
        ),
        pytest.param("bar =", "shown_because = 'x y z'\nbar =", "either a bar", id="a bar and an excuse"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(old, new, words):
    assert words in str(refusal_of(changed(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            'value = 84.0, unit = "L/h", per = "70 kg", weight_exponent = 0.75',
            'value = 84.0, unit = "L/h", per = "kg"',
            id="a clearance per 70 kg read as per kg",
        ),
        pytest.param(
            'value = 60.0, unit = "L", per = "70 kg", weight_exponent = 1.0',
            'value = 60.0, unit = "L", per = "kg"',
            id="a volume per 70 kg read as per kg",
        ),
        pytest.param(
            'value = 84.0, unit = "L/h"', 'value = 84.0, unit = "L/min"', id="per hour read as per minute"
        ),
        pytest.param("value = 84.0", "value = 1.4", id="per minute read as per hour"),
    ],
)
def test_values_of_another_size_than_a_body_are_refused_with_the_likely_slip(old, new):
    refusal = refusal_of(changed(old, new))
    assert "per kg or per 70 kg, per minute or per hour" in refusal.mend
    assert "at 70 kg" in refusal.where


def test_a_level_from_the_other_site_is_refused_unless_it_says_so():
    arterial = 'analyte = "ketamine (S + R)"\nsite = "arterial"\n'
    venous = 'analyte = "ketamine (S + R)"\nsite = "venous"\n'
    assert "arterial level beside a model that reads as venous" in str(refusal_of(changed(venous, arterial)))
    assert read_model(changed(venous, arterial + "across_sites = true\n"), where="x").checks[0].across_sites


def test_a_level_of_unknown_site_is_held_against_no_model_silently():
    unknown = 'analyte = "ketamine (S + R)"\nsite = "not stated"\n'
    assert "not stated" in str(
        refusal_of(changed('analyte = "ketamine (S + R)"\nsite = "venous"\n', unknown))
    )


PARTIAL = """
id = "half"
title = "Half a model"
status = "partial"
missing = ["absorption rate", "organ flows"]
source = { citation = "Nobody 2000", identifier = "none", read_in = "nowhere" }

[[seen]]
name = "clearance"
value = 84.0
unit = "L/h"
provenance = "memory"
"""


def test_a_partial_model_refuses_and_says_what_is_missing():
    refusal = refusal_of(PARTIAL.encode())
    assert refusal.missing == ("absorption rate", "organ flows")
    assert "absorption rate, organ flows" in refusal.mend


def test_a_partial_model_that_names_nothing_is_refused_all_the_same():
    assert refusal_of(changed('status = "usable"', 'status = "partial"')).missing


@pytest.mark.parametrize("text", [b"\xff\xfe", b"id = ", b"", b"[[[[", b'status = "usable"'])
def test_a_file_that_is_no_model_is_refused(text):
    assert isinstance(refusal_of(text), InputRefused)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('group = "adults"', 'group = "children"', id="children, however good the model"),
        pytest.param('group = "adults"', 'group = "intensive care"', id="intensive care"),
        pytest.param('status = "usable"', 'status = "reference-only"', id="adults, for reference only"),
    ],
)
def test_people_or_status_alone_keep_a_model_off_clinic_screens(old, new):
    assert not read_model(changed(old, new), where="made-up.toml").for_clinic_screens


RACEMATE = """
id = "made-up-racemate"
title = "A made-up racemate"
status = "usable"
base_model = "otto-2021"
s_share = 0.5

[clearance_ratio]
value = 0.9
low = 0.8
high = 1.0
source = "nowhere"
provenance = "own"

[source]
citation = "Nobody 2000"
identifier = "none"
read_in = "nowhere"

[between_people]
law = "from-base-model"
assumption = "both move together"
"""


def test_a_racemate_stands_on_its_base_model():
    model = read_model(RACEMATE.encode(), where="made-up-racemate")
    assert (model.spread, model.assumption) == ("borrowed", "both move together")
    assert [part.share for part in model.parts_of("racemate")] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value = 0.9", "value = 0.7", "range"),
        ('"otto-2021"', '"clements-1981"', "esketamine"),
        ('"otto-2021"', '"nobody-2000"', "model"),
        ("s_share = 0.5", "s_share = 1.0", "s_share"),
    ],
)
def test_a_racemate_that_cannot_be_is_refused(old, new, words):
    with pytest.raises(InputRefused, match=words):
        read_model(RACEMATE.replace(old, new).encode(), where="made-up-racemate")
