"""How sure one may be: GRADE as a record with a reason for every step, and what may be said of ketamine in OCD.

There is no single number here on purpose. What may be said is the randomised comparison with its test, every sample
with its exact interval, where a further clinic may find itself, and how certain all of it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from unloop.quantity import InputRefused
from unloop.science.evidence.effects import OneArm
from unloop.science.evidence.exact import Proportion, fisher_two_sided, proportion
from unloop.science.evidence.pooling.betabinomial import Proportions, beta_binomial, further_place
from unloop.science.evidence.record import Fraction, Id, Response, Strict, StudyRecord, Text, Topic
from unloop.science.evidence.store import (
    figure,
    read_document,
    refuse_carry_over,
    refuse_shared_people,
    study,
)

COUNTED_PERCENT = 35.0


class Certainty(IntEnum):
    """GRADE's four levels."""

    VERY_LOW = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4

    @property
    def words(self) -> str:
        """The level as a page says it."""
        return self.name.lower().replace("_", " ")


By = Annotated[int, Field(ge=1, le=2)]


class Lowered(Strict):
    """A step down, with its reason."""

    domain: Literal["risk of bias", "inconsistency", "indirectness", "imprecision", "publication bias"]
    by: By
    reason: Text


class Raised(Strict):
    """A step up, with its reason; only for studies without randomisation."""

    domain: Literal["large effect", "dose response", "confounding works against it"]
    by: By
    reason: Text


class Body(Strict):
    """A body of evidence: one question, one outcome, and why it is trusted as far as it is."""

    id: Id
    question: Text
    outcome: Text
    topic: Topic
    starts_at: Literal["high", "low"]
    starts_because: Text
    lowered: tuple[Lowered, ...] = ()
    raised: tuple[Raised, ...] = ()
    judged_by: Text

    @model_validator(mode="after")
    def _each_domain_once_and_raised_only_from_low(self) -> Self:
        domains = [step.domain for step in self.lowered] + [step.domain for step in self.raised]
        if len(set(domains)) < len(domains):
            raise PydanticCustomError("domain", "each domain is judged once", {})
        if self.raised and self.starts_at == "high":
            raise PydanticCustomError("raised", "only evidence that starts at low is raised", {})
        return self

    @property
    def certainty(self) -> Certainty:
        """The start less every step down and more every step up, between very low and high."""
        start = Certainty.HIGH if self.starts_at == "high" else Certainty.LOW
        level = start - sum(step.by for step in self.lowered) + sum(step.by for step in self.raised)
        return Certainty(min(max(level, Certainty.VERY_LOW), Certainty.HIGH))


class Comparison(Strict):
    """The two arms of the randomised comparison."""

    study: Id
    treated: Id
    control: Id
    t_h: Annotated[float, Field(ge=0)] | None = None


class Sample(Strict):
    """One arm that was counted, and who they were."""

    study: Id
    arm: Id
    t_h: Annotated[float, Field(ge=0)] | None = None
    said: Text


class Prediction(Strict):
    """Where a further clinic may find itself: as judged, recomputed by a test; anew where a clinic adds samples."""

    low: Fraction
    high: Fraction
    level: Fraction
    formula: Text


class BodyDocument(Strict):
    """The file of a body of evidence: samples that are counted, or figures of reviews, and the judgement of both.

    Attributes:
        figure: the findings (`STUDY:FINDING`) that it rests on, where nothing is counted here.
    """

    body: Body
    figure: tuple[Text, ...] = ()
    comparison: Comparison | None = None
    sample: tuple[Sample, ...] = ()
    prediction: Prediction | None = None

    @model_validator(mode="after")
    def _counted_whole_or_read(self) -> Self:
        counted = (self.comparison is not None, len(self.sample) >= 2, self.prediction is not None)
        if not all(counted) and (any(counted) or self.sample or not self.figure):
            raise PydanticCustomError(
                "sample", "comparison, two samples and prediction go together; without them figures", {}
            )
        for one in self.figure:
            figure(one)
        return self


@dataclass(frozen=True, slots=True)
class CountedSample:
    """A sample with its exact interval."""

    study_id: str
    said: str
    response: Proportion
    for_patients: bool
    added_here: bool = False


@dataclass(frozen=True, slots=True)
class WhatIsKnown:
    """All that may be said of one outcome; there is no pooled estimate among it.

    Attributes:
        treated, control: the arms of the randomised comparison.
        p: Fisher's exact test of the two.
        samples: every sample that counted response in the same way.
        prediction: where a further clinic's response may lie, with its level.
        differ_p: chi-square test of whether all samples respond alike; rough where cells are small.
        certainty: GRADE, with the reasons in `body`; judged on the samples that ship.
    """

    body: Body
    treated: Proportion
    control: Proportion
    p: float
    samples: tuple[CountedSample, ...]
    prediction: Prediction
    differ_p: float | None

    @property
    def differ(self) -> bool:
        """Whether the samples differ by more than chance at the usual 5%."""
        return self.differ_p is not None and self.differ_p < 0.05

    @property
    def people(self) -> int:
        """Everybody who was counted."""
        return sum(one.response.people for one in self.samples)

    @property
    def certainty(self) -> Certainty:
        """How sure one may be of it."""
        return self.body.certainty

    @property
    def beyond_chance(self) -> bool:
        """Whether the randomised comparison is beyond chance at the usual 5%."""
        return self.p < 0.05


def body_ids() -> tuple[str, ...]:
    """The ids of the bodies of evidence that ship."""
    names = (file.name for file in files("unloop.science.evidence").joinpath("bodies").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def body_document(body_id: str) -> BodyDocument:
    """A body of evidence by its id.

    Raises:
        InputRefused: when there is none, or its file is not one.
    """
    if body_id not in body_ids():
        raise InputRefused("body", given=body_id, allowed=", ".join(body_ids()), mend="choose one of these")
    file = files("unloop.science.evidence").joinpath("bodies", f"{body_id}.toml")
    return read_body(file.read_bytes(), where=body_id)


def read_body(text: bytes, *, where: str) -> BodyDocument:
    """Read the file of a body of evidence.

    Raises:
        InputRefused: with the place of its first fault.
    """
    return read_document(BodyDocument, text, where=where)


def certainty_of(topic: Topic, body_id: str | None = None) -> Certainty:
    """How sure one may be: by the record, or very low where nobody has judged.

    Args:
        topic: what it is about.
        body_id: the body of evidence, where one was judged.

    Raises:
        InputRefused: when there is no such body, or it is about something else.
    """
    if body_id is None:
        return Certainty.VERY_LOW
    body = body_document(body_id).body
    if body.topic != topic:
        raise InputRefused("body", given=body_id, allowed=f"a body about {topic}", mend="choose another")
    return body.certainty


def what_is_known(
    body_id: str = "ketamine-ocd-response", *, added: Sequence[StudyRecord] = ()
) -> WhatIsKnown:
    """What may be said of an outcome, counted anew from the records.

    Args:
        body_id: the body of evidence.
        added: a clinic's own records; each that `sample_of` finds a row in is one more sample.

    Raises:
        InputRefused: when a record lacks a row that the body names, or two share people.
    """
    document = body_document(body_id)
    pair, prediction = document.comparison, document.prediction
    if pair is None or prediction is None:
        raise InputRefused("body", given=body_id, allowed="a body with samples", mend="look at its figures")
    counted_here = [
        (record, row) for record in added if (row := sample_of(record, document.body)) is not None
    ]
    shipped = [study(sample.study) for sample in document.sample]
    refuse_shared_people([*shipped, *(record for record, _ in counted_here)])
    treated, control = (_counted(_row(pair.study, arm, pair.t_h)) for arm in (pair.treated, pair.control))
    samples = (
        *(
            CountedSample(sample.study, sample.said, _counted(row), row.for_patients)
            for sample in document.sample
            for row in (_row(sample.study, sample.arm, sample.t_h),)
        ),
        *(
            CountedSample(record.id, record.study.about, _counted(row), row.for_patients, added_here=True)
            for record, row in counted_here
        ),
    )
    counts = tuple((one.response.events, one.response.people) for one in samples)
    differ = _differ(counts, prediction.level)
    return WhatIsKnown(
        body=document.body,
        treated=treated,
        control=control,
        p=fisher_two_sided((treated.events, treated.people), (control.events, control.people)),
        samples=samples,
        prediction=_predicted_anew(prediction, counts) if counted_here else prediction,
        differ_p=differ.chi2_p,
    )


def sample_of(record: StudyRecord, body: Body) -> Response | None:
    """The row of a record that counts in a body; nothing where it is about something else, or is not to be pooled.

    The row is the one of the treated people with the body's definition of response.

    Raises:
        InputRefused: when there is more than one such row, or it may hold what was carried over.
    """
    if record.study.topic != body.topic or record.study.pools_as != "efficacy":
        return None
    told = {arm.id for arm in record.arm if arm.role in {"active", "open"}}
    treated = told or {arm.id for arm in record.arm if arm.role == "not stated"}
    found = [
        row
        for row in record.response
        if row.arm in treated and row.definition.percent == COUNTED_PERCENT and row.events is not None
    ]
    if len(found) > 1:
        raise InputRefused(
            f"study {record.id}",
            given=f"{len(found)} counts of treated people with a reduction of {COUNTED_PERCENT:g}%",
            allowed="one: a sample is counted once",
            mend="keep the count at the time that the paper named beforehand",
        )
    if not found:
        return None
    refuse_carry_over(record, found[0])
    return found[0]


Counts = tuple[tuple[int, int], ...]


@cache
def _differ(counts: Counts, level: float) -> Proportions:
    return beta_binomial(_one_arm(counts), level=level)


@cache
def _further(counts: Counts, level: float) -> tuple[float, float]:
    return further_place(_one_arm(counts), level=level)


def _predicted_anew(judged: Prediction, counts: Counts) -> Prediction:
    low, high = (min(max(end, 1e-12), 1.0 - 1e-12) for end in _further(counts, judged.level))
    formula = f"{judged.formula}; computed anew with the clinic's own studies, the difference between samples kept off 0"
    return Prediction(low=low, high=high, level=judged.level, formula=formula)


def _one_arm(counts: Counts) -> OneArm:
    events, people = np.array(counts, dtype=np.float64).T
    return OneArm(events, people)


def _row(study_id: str, arm: str, t_h: float | None) -> Response:
    found = [
        row
        for row in study(study_id).response
        if row.arm == arm and row.t_h == t_h and row.definition.percent == COUNTED_PERCENT
    ]
    if len(found) != 1:
        raise InputRefused(
            f"study {study_id}",
            given=f"{len(found)} rows of arm {arm} at {t_h} h with a reduction of 35%",
            allowed="exactly one",
            mend="name the row in the body of evidence as the record has it",
        )
    refuse_carry_over(study(study_id), found[0])
    return found[0]


def _counted(row: Response) -> Proportion:
    return proportion(row.events or 0, row.n or 0)
