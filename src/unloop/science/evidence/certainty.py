"""How sure one may be: GRADE as a record with a reason for every step, and what may be said of ketamine in OCD.

There is no single number here on purpose. What may be said is the randomised comparison with its test, every sample
with its exact interval, where a further clinic may find itself, and how certain all of it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from unloop.quantity import InputRefused
from unloop.science.evidence.exact import Proportion, fisher_two_sided, proportion
from unloop.science.evidence.record import Fraction, Id, Response, Strict, Text, Topic
from unloop.science.evidence.store import read_document, refuse_carry_over, refuse_overlap, study


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
    """Where a further clinic may find itself; recomputed by a test, since pooling is not loaded by pages."""

    low: Fraction
    high: Fraction
    level: Fraction
    formula: Text


class BodyDocument(Strict):
    """The file of a body of evidence."""

    body: Body
    comparison: Comparison
    sample: Annotated[tuple[Sample, ...], Field(min_length=2)]
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class CountedSample:
    """A sample with its exact interval."""

    study_id: str
    said: str
    response: Proportion
    for_patients: bool


@dataclass(frozen=True, slots=True)
class WhatIsKnown:
    """All that may be said of one outcome; there is no pooled estimate among it.

    Attributes:
        treated, control: the arms of the randomised comparison.
        p: Fisher's exact test of the two.
        samples: every sample that counted response in the same way.
        prediction: where a further clinic's response may lie, with its level.
        certainty: GRADE, with the reasons in `body`.
    """

    body: Body
    treated: Proportion
    control: Proportion
    p: float
    samples: tuple[CountedSample, ...]
    prediction: Prediction

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


def what_is_known(body_id: str = "ketamine-ocd-response") -> WhatIsKnown:
    """What may be said of an outcome, counted anew from the records.

    Raises:
        InputRefused: when a record lacks a row that the body names, or two share people.
    """
    document = body_document(body_id)
    refuse_overlap([sample.study for sample in document.sample])
    pair = document.comparison
    treated, control = (_row(pair.study, arm, pair.t_h) for arm in (pair.treated, pair.control))
    rows = [(sample, _row(sample.study, sample.arm, sample.t_h)) for sample in document.sample]
    return WhatIsKnown(
        body=document.body,
        treated=_counted(treated),
        control=_counted(control),
        p=fisher_two_sided((treated.events or 0, treated.n or 0), (control.events or 0, control.n or 0)),
        samples=tuple(
            CountedSample(sample.study, sample.said, _counted(row), row.for_patients) for sample, row in rows
        ),
        prediction=document.prediction,
    )


def _row(study_id: str, arm: str, t_h: float | None) -> Response:
    found = [
        row
        for row in study(study_id).response
        if row.arm == arm and row.t_h == t_h and row.definition.percent == 35.0
    ]
    if len(found) != 1:
        raise InputRefused(
            f"study {study_id}",
            given=f"{len(found)} rows of arm {arm} at {t_h} h with a reduction of 35%",
            allowed="exactly one",
            mend="name the row in the body of evidence as the record has it",
        )
    refuse_carry_over(study_id, found[0])
    return found[0]


def _counted(row: Response) -> Proportion:
    return proportion(row.events or 0, row.n or 0)
