"""What studies found, for pages: a number by its slot, never one that was not read in print, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from unloop.care.education import Certainty, CountSlot, FindingSlot
from unloop.clinic.laboratory.added import clinic_studies, known_here
from unloop.quantity import InputRefused
from unloop.science.evidence import (
    FOR_PATIENTS,
    Axis,
    Further,
    Line,
    Proportion,
    StudyRecord,
    WhatIsKnown,
    body_ids,
    figure,
    forest_svg,
    patient_figure,
    proportion,
    studies,
    study,
    what_is_known,
)
from unloop.science.evidence.certainty import body_document
from unloop.science.evidence.record import How

StudySlot = FindingSlot | CountSlot | Certainty


@dataclass(frozen=True, slots=True)
class StudyNumber:
    """A number that may stand on a page for patients, and the studies that it rests on.

    Attributes:
        value: as the record has it, unrounded; a level of certainty by its word.
        studies: ids.
    """

    value: float | str
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A study as a page names it; `address` leads to it by its DOI, or by its number in PubMed, PMC or the registry."""

    id: str
    said: str
    address: str


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study as the staff's list names it.

    Attributes:
        values, barred, awaited: how many values it holds; how many of them were not read in print and stay off pages
            for patients; how many rows wait for a value.
    """

    citation: Citation
    topic: str
    design: str
    status: str
    values: int
    barred: int
    awaited: int
    added_here: bool


@dataclass(frozen=True, slots=True)
class JudgedBody:
    """How sure one may be of one alternative, with every reason.

    Attributes:
        steps: domain, how many levels down (or up, above nothing), and why.
        rests_on: study, what was found and its interval, as the record has them.
    """

    id: str
    question: str
    outcome: str
    certainty: str
    starts_at: str
    starts_because: str
    steps: tuple[tuple[str, int, str], ...]
    rests_on: tuple[str, ...]
    judged_by: str


def study_lines() -> tuple[StudyLine, ...]:
    """Every study of the store and every one that the clinic added, by topic and id."""
    shipped = [_line(one, added_here=False) for one in studies()]
    lines = [*shipped, *(_line(one, added_here=True) for one in clinic_studies())]
    return tuple(sorted(lines, key=lambda one: (one.topic, one.citation.id)))


def known_of_ketamine() -> WhatIsKnown:
    """What may be said of response to ketamine in OCD, counted anew from the records and the clinic's own."""
    return known_here()


def ketamine_forest(known: WhatIsKnown) -> str:
    """Every sample with its exact interval and where a further clinic may lie, as SVG; nothing is pooled."""
    lines = [
        Line(one.study_id, 100.0 * one.response.estimate, 100.0 * one.response.low, 100.0 * one.response.high)
        for one in known.samples
    ]
    further = Further("a further clinic (80%)", 100.0 * known.prediction.low, 100.0 * known.prediction.high)
    return forest_svg(
        lines, further, Axis("much better, of 100 treated", none=None, ends=(0.0, 100.0), decimals=0)
    )


def judged_alternatives() -> tuple[JudgedBody, ...]:
    """Every alternative whose evidence was judged, the surest first."""
    bodies = [one for one in map(body_document, body_ids()) if one.figure]
    return tuple(
        JudgedBody(
            id=one.body.id,
            question=one.body.question,
            outcome=one.body.outcome,
            certainty=one.body.certainty.words,
            starts_at=one.body.starts_at,
            starts_because=one.body.starts_because,
            steps=(
                *((step.domain, -step.by, step.reason) for step in one.body.lowered),
                *((step.domain, step.by, step.reason) for step in one.body.raised),
            ),
            rests_on=tuple(_figure_said(name) for name in one.figure),
            judged_by=one.body.judged_by,
        )
        for one in sorted(bodies, key=lambda one: (-one.body.certainty, one.body.id))
    )


def study_number(slot: StudySlot) -> StudyNumber:
    """The number of a slot, looked up and worked out anew.

    Raises:
        InputRefused: when there is none, or it was not read in print: it waits for a look into the paper.
    """
    match slot:
        case FindingSlot():
            return _finding(slot)
        case CountSlot():
            return StudyNumber(_part(_counted(slot), slot.part), (slot.study,))
        case Certainty():
            known = what_is_known(slot.of)
            if slot.part == "p":
                return StudyNumber(known.p, (known.samples[0].study_id,))
            # Of the samples only those read in print may be named beside it.
            return StudyNumber(
                known.certainty.words, tuple(one.study_id for one in known.samples if one.for_patients)
            )
        case _:
            assert_never(slot)


def citation(study_id: str) -> Citation:
    """A study, by whom it is cited.

    Raises:
        InputRefused: when there is none of this id.
    """
    return _cited(study(study_id))


def _cited(found: StudyRecord) -> Citation:
    record = found.study
    address = ""
    if record.doi:
        address = f"https://doi.org/{record.doi}"
    elif record.pmid:
        address = f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"
    elif record.pmcid:
        address = f"https://pmc.ncbi.nlm.nih.gov/articles/{record.pmcid}/"
    elif trials := [one for one in record.registration if one.startswith("NCT")]:
        address = f"https://clinicaltrials.gov/study/{trials[0]}"
    return Citation(record.id, f"{record.about[0].upper()}{record.about[1:]}. {record.source}", address)


def _line(record: StudyRecord, *, added_here: bool) -> StudyLine:
    values = record.sourced()
    return StudyLine(
        citation=_cited(record),
        topic=record.study.topic,
        design=record.study.design,
        status=record.study.status,
        values=len(values),
        barred=sum(not one.for_patients for one in values),
        awaited=sum(row.awaited is not None for row in (*record.observation, *record.response)),
        added_here=added_here,
    )


def _figure_said(name: str) -> str:
    found = figure(name).finding
    interval = "" if found.low is None or found.high is None else f" ({found.low:g} to {found.high:g})"
    people = "" if found.people is None else f", {found.people} people"
    trials = "" if found.trials is None else f", {found.trials} studies"
    unit = {"1": "", "ratio": "", "%": "%"}.get(found.unit, f" {found.unit}")
    barred = "" if found.for_patients else ", not read in print"
    return f"{name}: {found.measure} {found.value:g}{unit}{interval}{people}{trials}{barred}"


def _finding(slot: FindingSlot) -> StudyNumber:
    found = patient_figure(slot.of)
    value: float | None = getattr(found.finding, slot.part)
    if value is None:
        raise InputRefused(f"figure {slot.of}", given=f"no {slot.part}", allowed="a part that the finding has",
                           mend="choose value, or another finding")  # fmt: skip
    return StudyNumber(float(value), (found.study.id,))


def _counted(slot: CountSlot) -> Proportion:
    record = study(slot.study)
    found = [(events, people) for events, people, how in _rows(record, slot) if how in FOR_PATIENTS]
    if len(found) != 1:
        raise InputRefused(
            f"study {slot.study}",
            given=f"{len(found)} counts of arm {slot.arm} that were read in print",
            allowed="exactly one",
            mend="name arm and time or term as the record has them, or hold the count against the paper",
        )
    return proportion(*found[0])


def _rows(record: StudyRecord, slot: CountSlot) -> list[tuple[int, int, How]]:
    if slot.term is not None:
        return [
            (row.people, row.of, row.how)
            for row in record.event
            if row.arm == slot.arm and row.term == slot.term
        ]
    return [
        (row.events, row.n, row.how)
        for row in record.response
        if row.arm == slot.arm and row.t_h == slot.t_h and row.definition.percent == 35.0
        if row.events is not None and row.n is not None
    ]


def _part(found: Proportion, part: str) -> float:
    return float({"events": found.events, "people": found.people, "low": found.low, "high": found.high}[part])
