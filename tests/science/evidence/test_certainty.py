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
    read_body,
    studies,
    what_is_known,
)
from unloop.science.evidence.pooling import beta_binomial

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
def test_every_body_is_counted_from_records_that_are_there(body_id):
    assert what_is_known(body_id).samples


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
