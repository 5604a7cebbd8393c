"""Studies that the clinic adds to the evidence: kept as they came, counted with the others, every change said."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.laboratory.models import StudyKept
from unloop.quantity import InputRefused
from unloop.quantity.refusal import shorten
from unloop.science.evidence import (
    StudyRecord,
    WhatIsKnown,
    read_long,
    read_study,
    read_wide,
    study,
    study_ids,
    what_is_known,
)
from unloop.science.evidence.certainty import body_document, sample_of
from unloop.science.evidence.record import How
from unloop.science.evidence.store import refuse_shared_people

TOPIC = "ketamine in OCD"
BODY = "ketamine-ocd-response"
READERS = {"long": read_long, "wide": read_wide}
LARGEST_ARM = 10_000
"""People of one arm that is counted: a slip of the keys beyond it keeps every page that counts them busy for long."""
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that a study changed; both sides as a page says them."""

    figure: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class KeptStudy:
    """One entry of the clinic's own list.

    Attributes:
        withdrawn: it says that the study was taken out again.
        last: no later entry of the same study stands.
        left_out: it stands, and is counted no more, since a study that came with the program shares its people.
    """

    study_id: str
    version: int
    about: str
    withdrawn: bool
    last: bool
    left_out: bool
    changes: tuple[FigureChange, ...]
    at: datetime
    by: UUID


def clinic_studies() -> tuple[StudyRecord, ...]:
    """The clinic's own studies that stand, by id; one query."""
    last = {row.study_id: row for row in StudyKept.objects.order_by("version")}
    standing = (row for row in last.values() if row.kind == StudyKept.Kind.ADDED)
    return tuple(_read_back(row.document) for row in sorted(standing, key=lambda row: row.study_id))


def kept_studies() -> tuple[KeptStudy, ...]:
    """Everything that was ever added or taken out, the latest first."""
    rows = list(StudyKept.objects.all())
    last = {row.study_id: max(r.version for r in rows if r.study_id == row.study_id) for row in rows}
    standing = clinic_studies()
    left_out = {one.id for one in standing} - {one.id for one in still_counted(standing)}
    return tuple(
        KeptStudy(
            study_id=row.study_id,
            version=row.version,
            about=_read_back(row.document).study.about,
            withdrawn=row.kind == StudyKept.Kind.WITHDRAWN,
            last=row.version == last[row.study_id],
            left_out=row.version == last[row.study_id] and row.study_id in left_out,
            changes=tuple(FigureChange(**change) for change in row.changes),
            at=row.at,
            by=row.by,
        )
        for row in rows
    )


def known_here() -> WhatIsKnown:
    """What may be said of response to ketamine in OCD, the clinic's own studies counted with the others."""
    return what_is_known(added=still_counted(clinic_studies()))


def still_counted(standing: Sequence[StudyRecord]) -> tuple[StudyRecord, ...]:
    """All but those that share people with a sample that ships: such a one may come with a later version."""
    document = body_document(BODY)
    counted = [study(sample.study) for sample in document.sample]
    kept = []
    for one in standing:
        if sample_of(one, document.body) is not None:
            try:
                refuse_shared_people([*counted, one])
            except InputRefused:
                continue
            counted.append(one)
        kept.append(one)
    return tuple(kept)


@transaction.atomic
def keep_study(record_: StudyRecord) -> tuple[FigureChange, ...]:
    """Add a study, or a later version of one that the clinic added before.

    Returns:
        The figures that changed with it.

    Raises:
        InputRefused: it ships with the program, names a study that nobody knows, shares people with one that is
            counted, may hold what a crossover carried over, or says the same as before.
    """
    standing = clinic_studies()
    _check_size(record_)
    _check_names(record_, standing)
    others = still_counted([one for one in standing if one.id != record_.id])
    return _write(record_, StudyKept.Kind.ADDED, before=still_counted(standing), after=(*others, record_))


@transaction.atomic
def keep_studies(records: Sequence[StudyRecord]) -> tuple[FigureChange, ...]:
    """Add several studies, all of them or none.

    Returns:
        The figures that changed from before the first to after the last.

    Raises:
        InputRefused: as `keep_study`, or there are none, or more than fifty.
    """
    if not 1 <= len(records) <= MOST_AT_ONCE:
        raise InputRefused("file", given=f"{len(records)} studies", allowed=f"1 to {MOST_AT_ONCE} studies at once",
                           mend="give a row for each study, and split what is longer")  # fmt: skip
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for one in records:
        for change in keep_study(one):
            first.setdefault(change.figure, change.before)
            last[change.figure] = change.after
    return tuple(FigureChange(name, first[name], last[name]) for name in first if first[name] != last[name])


@transaction.atomic
def withdraw_study(study_id: str) -> tuple[FigureChange, ...]:
    """Take one of the clinic's own studies out of every figure; what was written stays.

    Raises:
        InputRefused: there is none of this id among the clinic's own.
    """
    standing = clinic_studies()
    found = next((one for one in standing if one.id == study_id), None)
    if found is None:
        raise InputRefused(
            "study", given=study_id, allowed="a study that the clinic added", mend="choose one"
        )
    after = still_counted([one for one in standing if one.id != study_id])
    return _write(found, StudyKept.Kind.WITHDRAWN, before=still_counted(standing), after=after)


def read_file(text: bytes, *, form: str, how: How, counted: bool, where: str) -> tuple[StudyRecord, ...]:
    """Records of a file: one TOML record, or a table in long or wide form.

    Args:
        text: the file.
        form: record, long or wide.
        how: how the values of a table were read; a record says it of each.
        counted: whether a table's studies count in the evidence on response; a record says so itself.
        where: what to call the file.

    Raises:
        InputRefused: with the place of the first fault.
    """
    if form == "record":
        return (read_study(text, where=where),)
    records = READERS[form](text, where=where, how=how)
    pools = "efficacy" if counted else "nothing"
    return tuple(
        one.model_copy(update={"study": one.study.model_copy(update={"pools_as": pools})}) for one in records
    )


def read_answers(document: Mapping[str, Any]) -> StudyRecord:
    """A record from a form's answers, checked like any other.

    Raises:
        InputRefused: with the place of the first fault.
    """
    try:
        return StudyRecord.model_validate_json(json.dumps(document))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        place = " ".join(str(part) for part in fault["loc"] if not isinstance(part, int)) or "study"
        raise InputRefused(
            place, given=shorten(fault.get("input")), allowed=fault["msg"], mend="mend this answer"
        ) from error


def _write(
    record_: StudyRecord,
    kind: StudyKept.Kind,
    *,
    before: Sequence[StudyRecord],
    after: Sequence[StudyRecord],
) -> tuple[FigureChange, ...]:
    changes = _changes(what_is_known(added=before), what_is_known(added=after))
    document = record_.model_dump_json(by_alias=True, exclude_none=True)
    row = StudyKept(
        study_id=record_.id,
        version=StudyKept.objects.filter(study_id=record_.id).count() + 1,
        kind=kind,
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        changes=[{"figure": one.figure, "before": one.before, "after": one.after} for one in changes],
        at=clock.now(),
        by=UUID(str(current_actor().id)),
    )
    row.save()
    record(
        f"laboratory.study.{kind.value}",
        about=row,
        detail={"study": record_.id, "version": row.version, "figures": [one.figure for one in changes]},
    )
    return changes


def _check_size(record_: StudyRecord) -> None:
    largest = max((row.n or 0 for row in record_.response), default=0)
    if record_.study.pools_as == "efficacy" and largest > LARGEST_ARM:
        raise InputRefused("people of one arm", given=largest, allowed=f"at most {LARGEST_ARM}",
                           mend="hold the number against the paper")  # fmt: skip


def _check_names(record_: StudyRecord, standing: Sequence[StudyRecord]) -> None:
    if record_.id.casefold() in {one.casefold() for one in study_ids()}:
        raise InputRefused(
            "study id",
            given=record_.id,
            allowed="an id that no shipped study has",
            mend="choose another id, and name the shipped study among those that share people",
        )
    known = {*study_ids(), *(one.id for one in standing)}
    if strangers := [one for one in record_.study.overlaps_with if one not in known]:
        raise InputRefused(
            "studies that share people",
            given=strangers[0],
            allowed="ids of studies on the evidence page",
            mend="look the id up there",
        )
    if record_ in standing:
        raise InputRefused("study id", given=record_.id, allowed="a study that says something new",
                           mend="nothing has to be kept twice")  # fmt: skip


def _changes(before: WhatIsKnown, after: WhatIsKnown) -> tuple[FigureChange, ...]:
    old, new = _figures(before), _figures(after)
    return tuple(FigureChange(name, old[name], new[name]) for name in old if old[name] != new[name])


def _figures(known: WhatIsKnown) -> dict[str, str]:
    """Every figure that rests on more than one study, as text; a single study's own figures never change."""
    low, high = known.prediction.low, known.prediction.high
    return {
        "samples": str(len(known.samples)),
        "people": str(known.people),
        "differ": "" if known.differ_p is None else f"{known.differ_p:.3f}",
        "prediction": f"{100 * low:.0f}–{100 * high:.0f}",
    }


@cache
def _read_back(document: str) -> StudyRecord:
    return StudyRecord.model_validate_json(document)
