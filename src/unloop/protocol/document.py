"""The shape of a protocol document: what a physician writes and a program reads, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr, StringConstraints

from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused
from unloop.rules import Condition, parse

Basis = Literal["label", "guideline", "consensus", "trial", "cohort", "regulation", "expert", "policy"]
Seen = Literal["full", "abstract", "secondary", "memory"]
Gate = Literal["evaluation", "start", "discharge"]
Kind = Literal["require", "absolute", "relative"]
Level = Literal["yellow", "orange", "red"]
Pump = Literal["continue", "pause", "stop"]
PhaseName = Literal["before", "infusion", "recovery"]
WeightBasis = Literal["actual", "ideal", "adjusted"]
Action = Literal["block", "consult", "inform"]
Credential = Literal[
    "anaesthesia",
    "medical_director",
    "nurse_practitioner",
    "physician",
    "psychiatrist",
    "psychologist",
    "registered_nurse",
]


@dataclass(frozen=True, slots=True)
class Written:
    """A condition as it was written and as it is understood."""

    text: str
    condition: Condition


def _written(text: object) -> Written:
    if not isinstance(text, str):
        raise InputRefused(
            "condition", given=type(text).__name__, allowed="text", mend="write the condition in quotes"
        )
    return Written(text, parse(text))


def _duration(text: object) -> Duration:
    if not isinstance(text, str):
        raise InputRefused(
            "duration", given=type(text).__name__, allowed="text such as P30D", mend="write it in quotes"
        )
    return Duration.parse(text)


When = Annotated[Written, BeforeValidator(_written)]
Length = Annotated[Duration, BeforeValidator(_duration)]
Words = Annotated[StrictStr, StringConstraints(min_length=3, max_length=400)]
Id = Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{3}-[A-Z0-9]{1,8}$")]
Code = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
Count = Annotated[int, Field(ge=0, strict=True)]


class Part(BaseModel):
    """A table of the document: every key is known, nothing is guessed, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Sourced(Part):
    """Something that says who says so."""

    id: Id
    basis: Basis
    src: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    why: Words


class Source(Part):
    """Where a rule comes from and how far its text was read."""

    id: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,11}$")]
    kind: Basis
    seen: Seen
    cite: Words


class Header(Part):
    """What the document is and to whom it applies."""

    id: Annotated[StrictStr, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,40}$")]
    version: Annotated[StrictStr, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Words
    status: Literal["example", "draft", "final", "retired"]
    language: Annotated[StrictStr, StringConstraints(pattern=r"^[a-z]{2}$")]
    jurisdiction: Annotated[StrictStr, StringConstraints(pattern=r"^[A-Z]{2}$")]
    indication: StrictStr
    off_label: StrictBool
    drug: Literal["racemic ketamine"]
    milligrams: Literal["ketamine base as labelled"]
    effective: date
    review_by: date
    changes: Annotated[tuple[Words, ...], Field(min_length=1)]


class FactUse(Part):
    """A fact that the rules read: its unit, and a maximum age if it is shorter than the dictionary's."""

    unit: StrictStr = ""
    max_age: Length | None = None


class Override(Part):
    """Who may go on although a relative rule stands against it, and what must be written.

    One entry of `signers` is one signature; two entries are two different people.
    """

    signers: Annotated[tuple[Credential, ...], Field(min_length=1, max_length=3)]
    needs: Annotated[tuple[Words, ...], Field(min_length=1)]


class GateRule(Sourced):
    """A rule that a gate asks.

    `require` passes when `when` is true, `absolute` and `relative` when it is false; unknown never passes.
    """

    title: Words
    kind: Kind
    when: When
    at: Annotated[tuple[Gate, ...], Field(min_length=1)] = ("evaluation", "start")
    override: Override | None = None


class EvaluationItem(Sourced):
    """Something that must have been asked, measured or examined, and be in date, wherever it applies."""

    title: Words
    facts: Annotated[tuple[Code, ...], Field(min_length=1)]
    who: Words
    applies: When | None = None


class Medicine(Sourced):
    """Medicines that matter to ketamine, and what is asked of a clinician because of them."""

    title: Words
    match: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    route: Literal["any", "intravenous", "oral"]
    effect: Words
    action: Action
    hold_before: Length | None = None


class SriDose(Part):
    """Daily dose of one serotonin reuptake inhibitor that counts, and the label's maximum; mg a day."""

    target: Positive
    max: Positive


class SriResistance(Sourced):
    """When a treatment with a serotonin reuptake inhibitor counts as adequate."""

    weeks_total_min: Positive
    weeks_at_target_min: Positive
    adherence_min_percent: Positive
    dose: dict[StrictStr, SriDose]


class ErpResistance(Sourced):
    """When a course of exposure with response prevention counts as adequate."""

    sessions_min: Positive
    hours_min: Positive
    within_weeks: Positive
    homework_min_percent: Positive
    therapist_trained: StrictBool


class Resistance(Part):
    """What counts as an adequate treatment."""

    sri: SriResistance
    erp: ErpResistance


class DoseChange(Part):
    """What an adjustment or step sets; what it leaves out stays."""

    mg_per_kg: Positive | None = None
    minutes: Positive | None = None
    weight: WeightBasis | None = None


class DoseAdjust(Sourced):
    """A lower or otherwise counted dose for some people."""

    when: When
    set: DoseChange


class DoseStep(Sourced):
    """A change that is shown to a physician as a proposal and never applied by the software."""

    when: When
    propose: DoseChange


class Dose(Sourced):
    """Dose, time and the ceilings that no path may exceed; milligrams of ketamine base as labelled."""

    mg_per_kg: Positive
    minutes: Positive
    weight: WeightBasis
    round_down_to_mg: Positive
    min_mg: Positive
    max_mg: Positive
    max_rate_mg_per_kg_h: Positive
    slowest_minutes: Positive
    adjust: tuple[DoseAdjust, ...] = ()
    step: tuple[DoseStep, ...] = ()


class Preparation(Sourced):
    """Vial and bag; the pump's rate is derived from bag and minutes and stands nowhere in the document."""

    preferred_vial_mg_per_ml: Positive
    allowed_vial_mg_per_ml: tuple[Positive, ...]
    second_person_above_mg_per_ml: Positive
    bag_ml: Positive
    flush_ml: Positive
    diluent: tuple[Words, ...]
    tolerance_percent: Positive
    never: tuple[Words, ...]


class Schedule(Sourced):
    """Course of infusions."""

    infusions: Count
    per_week: Count
    min_gap: Length
    assess_after: tuple[Count, ...]
    erp_within: Length


class Monitor(Sourced):
    """Which readings are due, and when."""

    phase: PhaseName
    measure: Annotated[tuple[Code, ...], Field(min_length=1)]
    every: Length | None = None
    late_after: Length | None = None
    minimum: Length | None = None


class Prompt(Sourced):
    """A sentence shown to the clinician while a session runs; it never acts by itself."""

    title: Words
    level: Level
    when: When
    do: Annotated[tuple[Words, ...], Field(min_length=1)]
    pump: Pump


class Stop(Sourced):
    """When a session or a course ends."""

    title: Words
    scope: Literal["session", "course"]
    when: When
    then: Words


class Discharge(Sourced):
    """Who decides about going home."""

    decider: Words
    require: Annotated[tuple[GateRule, ...], Field(min_length=1)]


class Aftercare(Sourced):
    """What holds after going home; `contact_after` plans a call."""

    title: Words
    contact_after: Length | None = None
    asks: tuple[Words, ...] = ()


class OutcomeRule(Sourced):
    """An outcome word and when it may be said."""

    name: Literal["response", "partial-response", "remission", "recovery", "relapse", "noticeable-change"]
    when: When
    lasting: Length | None = None


class Outcome(Sourced):
    """What is measured to judge the course."""

    primary: Code
    rate_after: Annotated[tuple[Length, ...], Field(min_length=1)]
    rule: Annotated[tuple[OutcomeRule, ...], Field(min_length=1)]


class Consent(Sourced):
    """What consent holds."""

    must_say: Annotated[tuple[Words, ...], Field(min_length=1)]
    teach_back_questions: Count


class Records(Sourced):
    """How long records of the controlled drug are kept, and which there are."""

    schedule: StrictStr
    keep_years: Count
    log: tuple[Words, ...]


class Document(Part):
    """A whole protocol document."""

    schema_: Annotated[Literal["unloop.protocol/1"], Field(alias="schema")]
    protocol: Header
    source: Annotated[tuple[Source, ...], Field(min_length=1)]
    facts: dict[Code, FactUse]
    resistance: Resistance
    gate: Annotated[tuple[GateRule, ...], Field(min_length=1)]
    evaluation: Annotated[tuple[EvaluationItem, ...], Field(min_length=1)]
    drug: tuple[Medicine, ...]
    dose: Dose
    preparation: Preparation
    schedule: Schedule
    sameday: Annotated[tuple[GateRule, ...], Field(min_length=1)]
    monitor: Annotated[tuple[Monitor, ...], Field(min_length=1)]
    prompt: Annotated[tuple[Prompt, ...], Field(min_length=1)]
    stop: tuple[Stop, ...]
    discharge: Discharge
    aftercare: tuple[Aftercare, ...]
    outcome: Outcome
    consent: Consent
    records: Records

    def sourced(self) -> tuple[Sourced, ...]:
        """Every rule of the document that names its sources, in document order."""
        return (
            self.resistance.sri, self.resistance.erp, *self.gate, *self.evaluation, *self.drug,
            self.dose, *self.dose.adjust, *self.dose.step, self.preparation, self.schedule, *self.sameday,
            *self.monitor, *self.prompt, *self.stop, self.discharge, *self.discharge.require, *self.aftercare,
            self.outcome, *self.outcome.rule, self.consent, self.records,
        )  # fmt: skip

    def conditions(self) -> tuple[tuple[str, Written], ...]:
        """Every condition of the document with the id of its rule."""
        found: list[tuple[str, Written]] = []
        for rule in self.sourced():
            for name in ("when", "applies"):
                written = getattr(rule, name, None)
                if isinstance(written, Written):
                    found.append((rule.id, written))
        return tuple(found)
