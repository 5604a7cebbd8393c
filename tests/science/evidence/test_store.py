"""The evidence store: every value with unit and provenance, nothing counted twice, nothing unseen before patients."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources

import pytest

from unloop.quantity import InputRefused
from unloop.science.evidence import (
    Measure,
    effects_of,
    figure,
    fisher_two_sided,
    patient_figure,
    proportion,
    read_study,
    refuse_overlap,
    responses_to_pool,
    studies,
    study,
    study_ids,
)
from unloop.science.evidence.pooling import beta_binomial, pool_glmm

FOLDER = resources.files("unloop.science.evidence").joinpath("studies")
KETAMINE = {
    "RODRIGUEZ2011", "BLOCH2012", "RODRIGUEZ2013", "NICIU2013", "RODRIGUEZ2015MRS", "RODRIGUEZ2016", "RODRIGUEZ2017IN",
    "MCLEAN_IN", "SINAI_BAYLOR", "ADAMS2017", "SHARMA2020", "KOTADIA2022", "KALTENBOECK2023", "ALGIN2024",
    "BEAGLEHOLE2024", "KUMAR2025", "NYSPI_PEDS2025", "BELLVITGE2025", "MKET",
}  # fmt: skip
FIVE = (
    ("RODRIGUEZ2013", 4, 8), ("BLOCH2012", 0, 10), ("SHARMA2020", 1, 14), ("RODRIGUEZ2016", 5, 8),
    ("BELLVITGE2025", 3, 8),
)  # fmt: skip
MINIMAL = """
[study]
id = "MINE2026"
about = "a series of ours"
year = 2026
topic = "ketamine in OCD"
design = "open label"
status = "published"
source = "10.1000/example"

[[arm]]
id = "ketamine"
role = "open"
"""


def row_of(study_id, events, n):
    found = [row for row in study(study_id).response if (row.events, row.n) == (events, n)]
    return study_id, found[0]


# --- What ships --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("study_id", study_ids())
def test_every_file_is_a_record_called_by_its_id(study_id):
    record = study(study_id)
    assert record.id == study_id
    assert set(record.study.overlaps_with) <= set(study_ids())
    assert all(record.id in study(other).study.overlaps_with for other in record.study.overlaps_with)


def test_all_ketamine_reports_stand_and_every_topic_has_some():
    assert set(study_ids()) >= KETAMINE
    topics = Counter(record.study.topic for record in studies())
    assert topics["alternative"] >= 20
    assert topics["harm"] >= 15
    assert topics["heredity"] >= 10
    assert len(studies("epidemiology")) == topics["epidemiology"] >= 2


def test_every_figure_is_found_by_its_own_id():
    figures = [f"{record.id}:{finding.id}" for record in studies() for finding in record.finding]
    assert len(figures) == len(set(figures)) > 200
    assert [figure(one).id for one in figures] == figures


def test_what_was_never_seen_is_kept_from_patients():
    barred = [
        f"{record.id}:{finding.id}"
        for record in studies()
        for finding in record.finding
        if not finding.for_patients
    ]
    assert "SIMPSON2008:response-erp" in barred
    assert "SIMPSON2013:response-erp" in barred  # read in a summary
    for one in barred:
        with pytest.raises(InputRefused, match="against the paper"):
            patient_figure(one)
    assert patient_figure("COCHRANE_CD001765:ssri").finding.value == -3.21


def test_an_awaited_value_says_why_and_is_never_zero():
    rows = [row for record in studies() for row in record.observation if row.value is None]
    assert len(rows) > 20
    assert all(row.awaited for row in rows)


def test_derived_values_keep_their_formula_and_nothing_else_has_one():
    for record in studies():
        for value in record.sourced():
            assert (value.how == "derived") == (value.formula is not None)


# --- The corrections of the second reading -----------------------------------------------------------------


def test_the_single_case_of_2011_is_back_at_baseline_by_day_7_as_a_secondary_text_says():
    found = figure("RODRIGUEZ2011:back-to-baseline").finding
    assert (found.value, found.how) == (7.0, "secondary")


def test_the_baseline_of_all_fifteen_stays_out_of_the_arms():
    (whole,) = [row for row in study("RODRIGUEZ2013").observation if row.value is not None]
    assert (whole.arm, whole.n, whole.value, whole.how) == ("all", 15, 28.2, "secondary")


def test_no_count_is_taken_from_the_second_phase():
    assert {row.phase for row in study("RODRIGUEZ2013").response} == {1}


def test_the_tics_of_the_proband_double_what_a_sibling_faces():
    with_tics, without = (
        figure(f"BRANDER2019:{name}").finding.value for name in ("sibling-tics", "sibling-no-tics")
    )
    assert (with_tics, without) == (10.63, 4.52)


# --- Pooling from the store --------------------------------------------------------------------------------


def test_the_five_samples_pool_to_what_is_said_of_them():
    labels, data = responses_to_pool([row_of(*one) for one in FIVE])
    assert labels == tuple(name for name, _, _ in FIVE)
    assert (data.events.sum(), data.n.sum()) == (13, 48)
    assert beta_binomial(data).prediction == pytest.approx((0.04, 0.61), abs=0.005)
    assert pool_glmm(effects_of(Measure.PR, data, labels=labels)).k == 5


def test_four_of_eight_against_none_of_seven_comes_out_of_the_record():
    treated, control = study("RODRIGUEZ2013").response
    p = fisher_two_sided((treated.events, treated.n), (control.events, control.n))
    assert p == pytest.approx(figure("RODRIGUEZ2013:fisher-p").finding.value)
    assert proportion(treated.events, treated.n).low == pytest.approx(0.157, abs=1e-3)


@pytest.mark.parametrize(
    "pair", [("RODRIGUEZ2013", "RODRIGUEZ2011"), ("NICIU2013", "BLOCH2012"), ("BLOCH2012", "BLOCH2012")]
)
def test_people_are_never_counted_twice(pair):
    with pytest.raises(InputRefused) as refused:
        refuse_overlap(("SHARMA2020", *pair))
    assert refused.value.given == " and ".join(pair)
    assert refuse_overlap(("RODRIGUEZ2013", "BLOCH2012", "SHARMA2020")) is None


def test_two_definitions_of_response_are_not_pooled():
    with pytest.raises(InputRefused, match="one definition"):
        responses_to_pool([row_of("RODRIGUEZ2013", 4, 8), row_of("SHARMA2020", 3, 14)])
    with pytest.raises(InputRefused, match="with its percent"):
        responses_to_pool([row_of("RODRIGUEZ2016", 7, 9)])


def test_a_row_that_may_carry_over_is_not_pooled():
    name, row = row_of("RODRIGUEZ2013", 4, 8)
    with pytest.raises(InputRefused, match="first phase alone"):
        responses_to_pool([(name, row.model_copy(update={"phase": 2}))])
    with pytest.raises(InputRefused, match="first phase alone"):
        responses_to_pool([(name, row.model_copy(update={"phase": None}))])


def test_an_awaited_count_is_not_pooled_as_none():
    (row, _) = study("RODRIGUEZ2017IN").response
    with pytest.raises(InputRefused, match="awaited"):
        responses_to_pool([("RODRIGUEZ2017IN", row)])


# --- What a record may not be ------------------------------------------------------------------------------


def test_a_small_record_is_enough():
    assert read_study(MINIMAL.encode(), where="mine").id == "MINE2026"


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ('[[observation]]\narm = "ketamine"\ninstrument = "Y-BOCS"\nvalue = 20.0\nhow = "printed"\nwhere = "x"', "unit"),
        ('[[observation]]\narm = "ketamine"\ninstrument = "Y-BOCS"\nunit = "points"\nvalue = 20.0\nwhere = "x"', "how"),
        ('[[observation]]\narm = "ketamine"\ninstrument = "Y-BOCS"\nunit = "points"\nhow = "printed"\nwhere = "x"',
         "observation.0"),
        (('[[observation]]\narm = "nobody"\ninstrument = "Y-BOCS"\nunit = "points"\nvalue = 20.0\nhow = "printed"\n'
         'where = "x"'), "the document"),
        ('[[event]]\narm = "ketamine"\nterm = "nausea"\npeople = 5\nof = 4\nhow = "printed"\nwhere = "x"', "event.0"),
        (('[[finding]]\nid = "a"\nwhat = "x"\nmeasure = "m"\nunit = "1"\nvalue = 3.0\nlow = 4.0\nhigh = 5.0\n'
         'level = 0.95\nhow = "printed"\nwhere = "x"'), "finding.0"),
        ('[[finding]]\nid = "a"\nwhat = "x"\nmeasure = "m"\nunit = "1"\nvalue = 3.0\nhow = "derived"\nwhere = "x"',
         "finding.0"),
        ('[[finding]]\nid = "a"\nwhat = "x"\nmeasure = "m"\nunit = "1"\nvalue = "3"\nhow = "printed"\nwhere = "x"',
         "finding.0.value"),
        (('[[response]]\narm = "ketamine"\nn = 8\nphase = 1\nevents = 4\nhow = "printed"\nwhere = "x"\n'
         'definition = { instrument = "Y-BOCS", percent = 35.0, words = "35%" }'), "the document"),
        ("[colour]\nred = 1", "colour"),
        ('[[arm]]\nid = "ketamine"\nrole = "open"', "the document"),
    ],
)  # fmt: skip
def test_a_value_without_unit_provenance_or_sense_is_refused_with_its_place(added, place):
    with pytest.raises(InputRefused) as refused:
        read_study(f"{MINIMAL}\n{added}\n".encode(), where="mine")
    assert place in refused.value.where


def test_a_crossover_says_whether_anything_was_carried_over():
    with pytest.raises(InputRefused, match="carried over"):
        read_study(MINIMAL.replace("open label", "randomised crossover").encode(), where="mine")


def test_what_is_no_toml_is_refused():
    with pytest.raises(InputRefused, match="TOML"):
        read_study(b"\xff", where="mine")


@pytest.mark.parametrize("asked", ["NOBODY2020", "../../secrets", ""])
def test_an_unknown_study_is_refused(asked):
    with pytest.raises(InputRefused, match="a study of the store"):
        study(asked)


def test_an_unknown_figure_is_refused_with_those_that_are_there():
    with pytest.raises(InputRefused) as refused:
        figure("KWAN2024:nothing")
    assert refused.value.allowed == "KWAN2024:pooled-change"


def test_no_file_carries_a_key_twice_or_an_empty_list():
    for file in FOLDER.iterdir():
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        assert [key for key, value in raw.items() if value in ([], {}, "")] == []
