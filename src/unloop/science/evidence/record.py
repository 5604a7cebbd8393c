"""The form of a study record: what was measured, on whom, and where each value was read.

Strict: an unknown key, a number as text or a value without unit and provenance is refused. What is not known is
absent, never 0; a row that waits for its value says why in `awaited`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(min_length=1, max_length=1000)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Fraction = Annotated[float, Field(gt=0, lt=1)]

How = Literal["printed", "derived", "digitised", "secondary", "memory"]
"""`printed`: read in the paper, its abstract or its registry page. `derived`: computed from printed values, with the
formula. `digitised`: read off a picture. `secondary`: somebody else's text about it. `memory`: not seen."""

FOR_PATIENTS: frozenset[How] = frozenset({"printed", "derived"})

Topic = Literal[
    "ketamine in OCD",
    "alternative",
    "harm",
    "epidemiology",
    "heredity",
    "course",
    "measurement",
    "control response",
]
Design = Literal[
    "randomised", "randomised crossover", "open label", "case", "case series", "chart review", "safety report",
    "mechanism", "review", "cohort", "survey", "planned", "recomputed", "not stated",
]  # fmt: skip
Role = Literal["active", "inert control", "active control", "open", "not stated"]
Stat = Literal["mean", "median", "change", "percent change", "single value"]


class Strict(BaseModel):
    """Frozen, no unknown keys, no conversion between kinds, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Sourced(Strict):
    """A value with where it was read.

    Attributes:
        how: see `How`.
        where: table, figure, page, abstract or the text that told of it.
        formula: how a derived value was computed, and from what.
        checked_by: who held it against the paper, and when; nobody yet where it is absent.
    """

    how: How
    where: Text
    formula: Text | None = None
    checked_by: Text | None = None

    @model_validator(mode="after")
    def _derived_says_how(self) -> Self:
        if (self.how == "derived") != (self.formula is not None):
            raise PydanticCustomError("formula", 'a formula belongs to how = "derived", and only there', {})
        return self

    @property
    def for_patients(self) -> bool:
        """Whether it may stand on a page for patients: only what was read in print, or computed from that."""
        return self.how in FOR_PATIENTS


class Dose(Sourced):
    """What an arm was given."""

    drug: Text
    route: Literal["IV", "IM", "IN", "SC", "oral", "none", "not stated"]
    amount: Annotated[float, Field(ge=0)] | None = None
    unit: Literal["mg/kg", "mg", "ug"] | None = None
    duration_min: Annotated[float, Field(ge=0)] | None = None
    doses: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _an_amount_has_a_unit(self) -> Self:
        if (self.amount is None) != (self.unit is None):
            raise PydanticCustomError("unit", "an amount and its unit go together", {})
        return self


class Arm(Strict):
    """One group of people, or one condition of a crossover."""

    id: Id
    role: Role
    randomised: Count | None = None
    started: Count | None = None
    completed: Count | None = None
    with_: Text | None = Field(default=None, alias="with")
    dose: tuple[Dose, ...] = ()


class Crossover(Sourced):
    """Whether the first treatment still shows in the second period."""

    carry_over: Literal["shown", "not shown", "not known"]
    washout_h: Annotated[float, Field(ge=0)] | None = None


class Row(Sourced):
    """A row of one arm at one time.

    Attributes:
        t_h: hours from the start of the infusion or treatment.
        phase: period of a crossover; nothing for all periods together.
        awaited: why the value is not here yet.
    """

    arm: Id
    n: Annotated[int, Field(ge=1)] | None = None
    t_h: Annotated[float, Field(ge=0)] | None = None
    phase: Literal[1, 2] | None = None
    awaited: Text | None = None


class Observation(Row):
    """A score."""

    instrument: Text
    stat: Stat = "mean"
    unit: Text
    value: float | None = None
    sd: Annotated[float, Field(gt=0)] | None = None
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _a_value_or_why_not(self) -> Self:
        return _value_or_why_not(self, self.value)


class Definition(Strict):
    """What counted as response; two definitions are never pooled.

    Attributes:
        percent: at least this reduction of the instrument's score, in percent; nothing where it was judged otherwise.
    """

    instrument: Text
    percent: Annotated[float, Field(gt=0, le=100)] | None = None
    words: Text


class Response(Row):
    """How many responded."""

    definition: Definition
    events: Count | None = None

    @model_validator(mode="after")
    def _events_among_people(self) -> Self:
        if self.events is not None and (self.n is None or self.events > self.n):
            raise PydanticCustomError("events", "needs n, and at most n events", {})
        return _value_or_why_not(self, self.events)


class Event(Sourced):
    """An adverse event."""

    arm: Id
    term: Text
    people: Count
    of: Annotated[int, Field(ge=1)]
    serious: bool | None = None
    onset_h: Annotated[float, Field(ge=0)] | None = None
    led_to_stop: bool | None = None

    @model_validator(mode="after")
    def _some_of_all(self) -> Self:
        if self.people > self.of:
            raise PydanticCustomError("people", "at most as many as there are", {})
        return self


class Finding(Sourced):
    """A figure as a paper or a review reports it.

    Attributes:
        id: within the study; a page names it as STUDY:ID.
        option: what it is about, such as a treatment; with `against` for a comparison.
        value: in `unit`; with `low` and `high` the interval of `level`, where one is given.
        other_value: of the comparison group, for figures that stand in pairs.
        people, trials: how many it rests on.
        time_weeks: when it was measured.
    """

    id: Id
    what: Text
    option: Text | None = None
    against: Text | None = None
    measure: Text
    unit: Text
    value: float
    other_value: float | None = None
    se: Annotated[float, Field(gt=0)] | None = None
    low: float | None = None
    high: float | None = None
    level: Fraction | None = None
    people: Count | None = None
    trials: Count | None = None
    time_weeks: Annotated[float, Field(ge=0)] | None = None
    caution: Text | None = None

    @model_validator(mode="after")
    def _the_interval_holds_the_value(self) -> Self:
        if (self.low is None) != (self.high is None) or (self.low is None) != (self.level is None):
            raise PydanticCustomError("interval", "low, high and level go together", {})
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise PydanticCustomError("interval", "low <= value <= high", {})
        return self


class Characteristic(Sourced):
    """One thing about the people, as a number or in words."""

    what: Text
    value: float | None = None
    sd: Annotated[float, Field(gt=0)] | None = None
    unit: Text | None = None
    words: Text | None = None

    @model_validator(mode="after")
    def _a_number_has_a_unit(self) -> Self:
        if (self.value is None) != (self.unit is None) or (self.value is None) == (self.words is None):
            raise PydanticCustomError("value", "either a value with its unit, or words", {})
        return self


class Judgement(Strict):
    """A judgement with its reason; without a reason it is none."""

    level: Literal["low", "some concerns", "high", "not judged"]
    reason: Text


class RiskOfBias(Strict):
    """Risk of bias by domain: RoB 2 for randomised studies, ROBINS-I for others."""

    tool: Literal["RoB 2", "ROBINS-I"]
    domains: dict[Text, Judgement]
    overall: Judgement
    unblinding: Text | None = None
    judged_by: Text

    @model_validator(mode="after")
    def _overall_is_no_better_than_the_worst(self) -> Self:
        order = ("low", "some concerns", "high")
        worst = max((order.index(d.level) for d in self.domains.values() if d.level in order), default=0)
        if self.overall.level in order and order.index(self.overall.level) < worst:
            raise PydanticCustomError("overall", "is no better than the worst domain", {})
        return self


class Study(Strict):
    """Who published what, and whom else's people are in it.

    Attributes:
        about: what it is, in our own words, not its printed title.
        overlaps_with: studies that share people with it.
        pools_as: what it may be pooled for.
    """

    id: Id
    about: Text
    year: Annotated[int, Field(ge=1950, le=2100)] | None = None
    topic: Topic
    design: Design
    status: Literal["published", "preprint", "terminated", "pending", "registry only", "abstract only"]
    source: Text
    doi: Annotated[str, Field(pattern=r"^10\.\S+$")] | None = None
    pmid: Annotated[str, Field(pattern=r"^\d{5,9}$")] | None = None
    pmcid: Annotated[str, Field(pattern=r"^PMC\d+$")] | None = None
    registration: tuple[Id, ...] = ()
    overlaps_with: tuple[Id, ...] = ()
    pools_as: Literal["efficacy", "safety only", "nothing"] = "nothing"
    notes: tuple[Text, ...] = ()


class StudyRecord(Strict):
    """One study, whole."""

    study: Study
    crossover: Crossover | None = None
    arm: tuple[Arm, ...] = ()
    characteristic: tuple[Characteristic, ...] = ()
    observation: tuple[Observation, ...] = ()
    response: tuple[Response, ...] = ()
    event: tuple[Event, ...] = ()
    finding: tuple[Finding, ...] = ()
    risk_of_bias: RiskOfBias | None = None

    @model_validator(mode="after")
    def _rows_name_their_arms(self) -> Self:
        arms = [arm.id for arm in self.arm]
        rows: tuple[Row | Event, ...] = (*self.observation, *self.response, *self.event)
        named = [row.arm for row in rows]
        if strangers := sorted(set(named) - set(arms)):
            raise PydanticCustomError("arm", "no arm is called {name}", {"name": strangers[0]})
        findings = [finding.id for finding in self.finding]
        if len(set(arms)) < len(arms) or len(set(findings)) < len(findings):
            raise PydanticCustomError("id", "every arm and finding has an id of its own", {})
        return self

    @model_validator(mode="after")
    def _crossover_rows_say_their_phase(self) -> Self:
        crossed = self.study.design == "randomised crossover"
        if crossed and self.crossover is None:
            raise PydanticCustomError("crossover", "a crossover says whether anything was carried over", {})
        if not crossed and any(row.phase is not None for row in (*self.observation, *self.response)):
            raise PydanticCustomError("phase", "only a crossover has phases", {})
        return self

    @property
    def id(self) -> str:
        """The study's id."""
        return self.study.id

    def sourced(self) -> tuple[Sourced, ...]:
        """Every value with its provenance."""
        doses = tuple(dose for arm in self.arm for dose in arm.dose)
        crossing = (self.crossover,) if self.crossover is not None else ()
        rows = (*self.characteristic, *self.observation, *self.response, *self.event, *self.finding)
        return (*crossing, *doses, *rows)


RowT = TypeVar("RowT", bound=Row)


def _value_or_why_not(row: RowT, value: float | None) -> RowT:
    if (value is None) != (row.awaited is not None):
        raise PydanticCustomError("value", "either a value, or why it is awaited", {})
    return row
