"""How sure one may be: very low unless judged, a reason for every step, and never one confident number."""

from __future__ import annotations

from dataclasses import fields
from importlib import resources

import numpy as np
import pytest

from unloop.quantity import InputRefused
from unloop.science.evidence import (
    Certainty,
    OneArm,
    WhatIsKnown,
    body_ids,
    certainty_of,
    figure,
    read_body,
    read_study,
    studies,
    what_is_known,
)
from unloop.science.evidence.certainty import body_document
from unloop.science.evidence.pooling import beta_binomial
from unloop.science.evidence.pooling.betabinomial import further_place

FILE = (
    resources.files("unloop.science.evidence")
    .joinpath("bodies", "ketamine-ocd-response.toml")
    .read_text("utf-8")
)


def test_ketamine_in_ocd_is_very_low_judged_or_not():
    assert certainty_of("ketamine in OCD") is Certainty.VERY_LOW
    assert certainty_of("ketamine in OCD", "ketamine-ocd-response") is Certainty.VERY_LOW
    assert Certainty.VERY_LOW.words == "very low"


def test_a_body_about_something_else_or_none_is_refused():
    with pytest.raises(InputRefused, match="about harm"):
        certainty_of("harm", "ketamine-ocd-response")
    with pytest.raises(InputRefused, match="ketamine-ocd-response"):
        certainty_of("harm", "nothing")


def test_every_step_down_has_a_reason():
    body = what_is_known().body
    assert {step.domain for step in body.lowered} == {
        "risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias",
    }  # fmt: skip
    assert all(len(step.reason) > 30 for step in body.lowered)


def test_what_is_known_holds_both_arms_every_sample_and_the_spread_and_no_pooled_estimate():
    known = what_is_known()
    assert (known.treated.events, known.treated.people) == (4, 8)
    assert (known.control.events, known.control.people) == (0, 7)
    assert known.p == pytest.approx(0.0769, abs=1e-4)
    assert not known.beyond_chance
    assert [(one.study_id, one.response.events, one.response.people) for one in known.samples] == [
        ("RODRIGUEZ2013", 4, 8),
        ("BLOCH2012", 0, 10),
        ("SHARMA2020", 1, 14),
        ("RODRIGUEZ2016", 5, 8),
        ("BELLVITGE2025", 3, 8),
    ]
    assert not any("estimate" in field.name or "mean" in field.name for field in fields(WhatIsKnown))


def test_nobody_of_ten_is_said_with_its_interval():
    (bloch,) = [one for one in what_is_known().samples if one.study_id == "BLOCH2012"]
    assert (bloch.response.low, round(bloch.response.high, 2)) == (0.0, 0.31)


def test_the_spread_of_a_further_clinic_is_recomputed_from_the_records():
    known = what_is_known()
    counts = [(float(one.response.events), float(one.response.people)) for one in known.samples]
    found = beta_binomial(OneArm(*np.array(counts).T), level=known.prediction.level)
    assert (known.prediction.low, known.prediction.high) == pytest.approx(found.prediction, abs=5e-4)
    assert known.body.lowered[1].reason.count("0.007") == round(found.chi2_p, 3) * 1000 / 7


def test_a_count_that_was_only_told_is_marked_so():
    marked = {one.study_id: one.for_patients for one in what_is_known().samples}
    assert marked["RODRIGUEZ2013"]
    assert not marked["RODRIGUEZ2016"]  # 63% of 8, in a secondary text


@pytest.mark.parametrize("body_id", body_ids())
def test_every_body_is_counted_or_read_from_records_that_are_there(body_id):
    document = body_document(body_id)
    if document.sample:
        assert what_is_known(body_id).samples
    else:
        assert all(figure(name).finding for name in document.figure)


ALTERNATIVES = {
    "ssri": Certainty.MODERATE, "higher-dose-ssri": Certainty.LOW, "clomipramine": Certainty.LOW,
    "erp": Certainty.LOW, "antipsychotic-added": Certainty.LOW, "tms": Certainty.LOW, "deep-tms": Certainty.LOW,
    "dbs": Certainty.VERY_LOW, "glutamate-modulators": Certainty.VERY_LOW,
}  # fmt: skip


def test_every_alternative_is_judged_with_a_reason_for_each_step():
    assert set(body_ids()) == {*ALTERNATIVES, "ketamine-ocd-response"}
    for body_id, level in ALTERNATIVES.items():
        assert certainty_of("alternative", body_id) is level
        assert all(len(step.reason) > 40 for step in body_document(body_id).body.lowered)
    with pytest.raises(InputRefused, match="a body with samples"):
        what_is_known("erp")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("[[sample]]", "[[other]]", "other"), ("[prediction]", "[foresight]", "foresight"),
     ("[body]", 'figure = ["KWAN2024:nothing"]\n[body]', "KWAN2024"),
     (FILE[FILE.index("[comparison]"):], "", "go together")],
)  # fmt: skip
def test_a_body_counts_whole_or_names_figures_that_are_there(old, new, said):
    with pytest.raises(InputRefused, match=said):
        read_body(FILE.replace(old, new).encode(), where="body")


# --- Studies that a clinic adds ----------------------------------------------------------------------------

OWN = """
[study]
id = "OWN2026"
about = "adults seen here, one infusion, at one week"
topic = "ketamine in OCD"
design = "open label"
status = "published"
source = "a journal"
pools_as = "efficacy"
[[arm]]
id = "treated"
role = "open"
[[response]]
arm = "treated"
n = 12
t_h = 168.0
events = 3
definition = { instrument = "Y-BOCS", percent = 35.0, words = "reduction of at least 35%" }
how = "printed"
where = "table 2"
"""


def own(old="", new=""):
    assert old in OWN
    return read_study(OWN.replace(old, new, 1).encode(), where="own")


def test_an_added_study_is_one_more_sample_and_the_spread_is_computed_anew():
    before, after = what_is_known(), what_is_known(added=[own()])
    assert (len(after.samples), after.people) == (len(before.samples) + 1, before.people + 12)
    assert after.samples[-1].added_here
    assert not any(one.added_here for one in before.samples)
    counts = np.array([(float(one.response.events), float(one.response.people)) for one in after.samples])
    found = further_place(OneArm(*counts.T), level=after.prediction.level)
    assert (after.prediction.low, after.prediction.high) == pytest.approx(found)
    assert after.differ_p == pytest.approx(beta_binomial(OneArm(*counts.T)).chi2_p)
    assert (after.prediction.low, after.prediction.high) != (before.prediction.low, before.prediction.high)
    assert (after.p, after.certainty) == (before.p, before.certainty)
    assert before.differ


@pytest.mark.parametrize(
    ("old", "new"),
    [('pools_as = "efficacy"', 'pools_as = "nothing"'), ("percent = 35.0", "percent = 25.0"),
     ('topic = "ketamine in OCD"', 'topic = "harm"'), ('role = "open"', 'role = "inert control"')],
)  # fmt: skip
def test_what_is_about_something_else_or_not_to_be_pooled_is_not_counted(old, new):
    assert what_is_known(added=[own(old, new)]).samples == what_is_known().samples


@pytest.mark.parametrize(
    "said",
    [
        'overlaps_with = ["BLOCH2012"]',
        'doi = "10.1038/npp.2013.150"',
        'registration = ["NCT01349231"]',
        'doi = "10.1038/NPP.2013.150"',
        'registration = ["nct01349231"]',
    ],
)
def test_a_study_that_shares_people_with_a_counted_one_is_refused(said):
    with pytest.raises(InputRefused, match="share no people"):
        what_is_known(added=[own('pools_as = "efficacy"', f'pools_as = "efficacy"\n{said}')])


@pytest.mark.parametrize(("n", "events"), [(1000, 300), (100_000, 30_000)])
def test_a_large_study_that_is_added_leaves_no_single_number(n, events):
    after = what_is_known(
        added=[own("n = 12\nt_h = 168.0\nevents = 3", f"n = {n}\nt_h = 168.0\nevents = {events}")]
    )
    assert after.prediction.low < 0.1
    assert after.prediction.high > 0.5


def test_a_crossover_counts_its_first_phase_alone_unless_nothing_was_carried_over():
    crossed = OWN.replace("open label", "randomised crossover").replace('role = "open"', 'role = "active"')
    for carried, phase, refused in (
        ("shown", "phase = 1", False), ("not known", "", True), ("shown", "phase = 2", True), ("not shown", "", False),
    ):  # fmt: skip
        said = f'[crossover]\ncarry_over = "{carried}"\nhow = "printed"\nwhere = "page 3"\n[[arm]]'
        text = crossed.replace("[[arm]]", said).replace("t_h = 168.0", f"t_h = 168.0\n{phase}")
        record = read_study(text.encode(), where="own")
        if refused:
            with pytest.raises(InputRefused, match="first phase alone"):
                what_is_known(added=[record])
        else:
            assert len(what_is_known(added=[record]).samples) == 6


def test_a_study_with_two_counts_is_asked_which_one():
    text = OWN + OWN[OWN.index("[[response]]") :].replace("168.0", "336.0")
    with pytest.raises(InputRefused, match="counted once"):
        what_is_known(added=[read_study(text.encode(), where="own")])


@pytest.mark.parametrize(
    ("start", "lowered", "raised", "level"),
    [("high", 0, 0, Certainty.HIGH), ("high", 1, 0, Certainty.MODERATE), ("high", 2, 0, Certainty.LOW),
     ("low", 0, 1, Certainty.MODERATE), ("low", 0, 2, Certainty.HIGH), ("low", 2, 0, Certainty.VERY_LOW),
     ("low", 1, 2, Certainty.MODERATE)],
)  # fmt: skip
def test_steps_go_down_and_up_between_very_low_and_high(start, lowered, raised, level):
    body = what_is_known().body
    steps = {
        "starts_at": start,
        "lowered": tuple(body.lowered[3].model_copy(update={"by": lowered}) for _ in range(bool(lowered))),
        "raised": (),
    }
    judged = type(body).model_validate(body.model_dump() | steps, strict=False)
    if raised:
        step = {"domain": "large effect", "by": raised, "reason": "larger than any bias"}
        judged = type(body).model_validate(judged.model_dump() | {"raised": (step,)}, strict=False)
    assert judged.certainty is level


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reason = "48 people', 'why = "48 people', "reason"),
        ("by = 1", "by = 3", "by"),
        ('domain = "indirectness"', 'domain = "inconsistency"', "judged once"),
        ('starts_at = "high"', 'starts_at = "moderate"', "starts_at"),
        ("level = 0.8", "level = 1.0", "level"),
    ],
)
def test_a_judgement_without_reason_or_sense_is_refused(old, new, said):
    with pytest.raises(InputRefused, match=said):
        read_body(FILE.replace(old, new, 1).encode(), where="body")


def test_randomised_evidence_is_not_raised():
    step = '[[body.raised]]\ndomain = "large effect"\nby = 1\nreason = "it is large"\n\n[comparison]'
    with pytest.raises(InputRefused, match="starts at low"):
        read_body(FILE.replace("[comparison]", step).encode(), where="body")


def test_every_risk_of_bias_has_a_reason_and_no_study_of_ketamine_is_at_low_risk():
    judged = [record for record in studies("ketamine in OCD") if record.risk_of_bias is not None]
    assert {record.id for record in judged} >= {
        "RODRIGUEZ2013", "BEAGLEHOLE2024", "BLOCH2012", "SHARMA2020", "RODRIGUEZ2016", "BELLVITGE2025",
    }  # fmt: skip
    assert {record.risk_of_bias.overall.level for record in judged} == {"high"}
    assert all(domain.reason for record in judged for domain in record.risk_of_bias.domains.values())
