"""The evidence store: one file a study, read into records or refused; overlapping samples are never counted twice."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from unloop.quantity import InputRefused
from unloop.quantity.refusal import shorten
from unloop.science.evidence.effects import OneArm
from unloop.science.evidence.record import Finding, Response, Study, StudyRecord

Document = TypeVar("Document", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Figure:
    """A finding with the study it stands in; what a page shows, by `STUDY:FINDING`."""

    study: StudyRecord
    finding: Finding

    @property
    def id(self) -> str:
        """The id that a page names."""
        return f"{self.study.id}:{self.finding.id}"


def study_ids() -> tuple[str, ...]:
    """The ids of the studies that ship with the store, in alphabetical order."""
    names = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def study(study_id: str) -> StudyRecord:
    """A study by its id.

    Raises:
        InputRefused: when there is no such study, or its file is not a record.
    """
    if study_id not in study_ids():
        raise InputRefused(
            "study", given=study_id, allowed="a study of the store", mend="look the id up in docs/evidence"
        )
    return read_study(_folder().joinpath(f"{study_id}.toml").read_bytes(), where=study_id)


def studies(topic: str | None = None) -> tuple[StudyRecord, ...]:
    """All studies, or those of one topic."""
    found = (study(study_id) for study_id in study_ids())
    return tuple(one for one in found if topic is None or one.study.topic == topic)


def read_study(text: bytes, *, where: str) -> StudyRecord:
    """Read one record.

    Args:
        text: a TOML document in UTF-8.
        where: what to call it in a refusal; the shipped files are called by their study's id.

    Raises:
        InputRefused: when it is not TOML, or says too little, too much, or what cannot be.
    """
    return read_document(StudyRecord, text, where=where)


def read_document(kind: type[Document], text: bytes, *, where: str) -> Document:
    """Read a strict TOML document, or refuse it with the place of its first fault."""
    try:
        raw = tomllib.loads(text.decode("utf-8"))
    except ValueError as error:  # bad UTF-8 and bad TOML both are
        raise InputRefused(
            where, given=error, allowed="a TOML document in UTF-8", mend="mend the file"
        ) from error
    try:
        return kind.model_validate_json(json.dumps(raw, default=str))  # strict JSON reads a list as a tuple
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputRefused(
            f"{where}: {place}",
            given=shorten(first.get("input")),
            allowed=first["msg"],
            mend="mend this value, or leave it out where it is not known",
        ) from error


def figure(figure_id: str) -> Figure:
    """A finding by `STUDY:FINDING`.

    Raises:
        InputRefused: when there is none.
    """
    study_id, _, finding_id = figure_id.partition(":")
    record = study(study_id)
    for finding in record.finding:
        if finding.id == finding_id:
            return Figure(record, finding)
    raise InputRefused(
        "figure",
        given=figure_id,
        allowed=", ".join(f"{study_id}:{finding.id}" for finding in record.finding)
        or "no finding in this study",
        mend="choose one of these",
    )


def patient_figure(figure_id: str) -> Figure:
    """A finding that may stand on a page for patients.

    Raises:
        InputRefused: when it was not read in print; it waits until somebody has held it against the paper.
    """
    found = figure(figure_id)
    if not found.finding.for_patients:
        raise InputRefused(
            f"figure {figure_id}",
            given=f"how = {found.finding.how}",
            allowed="printed, or derived from what is printed",
            mend="hold the value against the paper and record where it stands",
        )
    return found


def refuse_overlap(study_ids: Sequence[str]) -> None:
    """Refuse to count people twice: a study named twice, or two that share people.

    Raises:
        InputRefused: with the two studies.
    """
    refuse_shared_people([study(study_id) for study_id in study_ids])


def refuse_shared_people(records: Sequence[StudyRecord]) -> None:
    """The same for records, wherever they come from; one registration, DOI or PubMed number is one trial.

    Raises:
        InputRefused: with the two studies.
    """
    for position, one in enumerate(records):
        for other in records[position + 1 :]:
            if _share_people(one.study, other.study):
                raise InputRefused(
                    "studies",
                    given=f"{one.id} and {other.id}",
                    allowed="studies that share no people",
                    mend="keep one of the two",
                )


def _share_people(one: Study, other: Study) -> bool:
    named = _same(one.id, other.id) or other.id in one.overlaps_with or one.id in other.overlaps_with
    numbers = {(one.doi, other.doi), (one.pmid, other.pmid), (one.pmcid, other.pmcid)}
    same_paper = any(_same(ours, theirs) for ours, theirs in numbers)
    return named or same_paper or any(_same(a, b) for a in one.registration for b in other.registration)


def _same(ours: str | None, theirs: str | None) -> bool:
    """Whether two ids are one: a DOI or a number of a registry is the same in capitals."""
    return ours is not None and theirs is not None and ours.strip().casefold() == theirs.strip().casefold()


def responses_to_pool(rows: Iterable[tuple[str, Response]]) -> tuple[tuple[str, ...], OneArm]:
    """Counts of response from several studies, ready for `effects_of(Measure.PR, ...)`.

    Args:
        rows: study id and row; each study once.

    Raises:
        InputRefused: when studies share people, definitions differ, a count is awaited, or a row of a crossover may
            carry over from another phase.
    """
    chosen = list(rows)
    refuse_overlap([study_id for study_id, _ in chosen])
    definitions = {(row.definition.instrument, row.definition.percent) for _, row in chosen}
    if len(definitions) != 1 or None in {percent for _, percent in definitions}:
        raise InputRefused(
            "responses",
            given="; ".join(sorted({row.definition.words for _, row in chosen})) or None,
            allowed="one definition of response, with its percent",
            mend="choose rows of one definition",
        )
    for study_id, row in chosen:
        refuse_carry_over(study(study_id), row)
    events = np.array([float(row.events or 0) for _, row in chosen])
    people = np.array([float(row.n or 0) for _, row in chosen])
    return tuple(study_id for study_id, _ in chosen), OneArm(events, people)


def refuse_carry_over(record: StudyRecord, row: Response) -> None:
    """Refuse a row that is awaited, or that mixes the periods of a crossover.

    Raises:
        InputRefused: with the study.
    """
    study_id, crossover = record.id, record.crossover
    if row.events is None:
        raise InputRefused(
            f"study {study_id}",
            given="an awaited count",
            allowed="a count",
            mend=row.awaited or "leave it out",
        )
    if crossover is not None and crossover.carry_over != "not shown" and row.phase != 1:
        raise InputRefused(
            f"study {study_id}",
            given=f"phase {row.phase or 'not said'}, carry-over {crossover.carry_over}",
            allowed="the first phase alone",
            mend="take the row of the first phase",
        )


def _folder() -> Traversable:
    return files("unloop.science.evidence").joinpath("studies")
