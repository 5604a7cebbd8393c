"""Documents: attached to the fact that they prove, sealed, and read with a line in the trail."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import Outcome, current_actor, record
from unloop.clinic.chart.correcting import label_of, show_value
from unloop.clinic.chart.documents_model import Document
from unloop.clinic.chart.documents_sealing import SealBroken, seal, unseal
from unloop.clinic.chart.documents_types import DocumentKind, kind_of
from unloop.clinic.chart.models import FactRow, Person
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused

_FIRST = ("laboratory", "measurements", "medical")


@dataclass(frozen=True, slots=True)
class Provable:
    """An entry that a document may prove."""

    id: UUID
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as a page lists it; its content is opened only for a download."""

    id: UUID
    fact: Provable
    document: Document
    superseded: bool


@transaction.atomic
def attach(person: Person, fact: UUID, data: bytes) -> Document:
    """Keep a file as the proof of an entry; the same file for the same entry is kept once.

    Raises:
        InputRefused: the entry is not this person's, or the file is not of a kind that is taken.
    """
    row = FactRow.objects.filter(id=fact, person=person).first()
    if row is None:
        raise InputRefused("entry", given="an entry of somebody else", allowed="an entry of this person",
                           mend="reload the page and choose again")  # fmt: skip
    kind = kind_of(data)
    digest = hashlib.sha256(data).hexdigest()
    standing: Document | None = Document.objects.filter(fact=row, sha256=digest).defer("sealed").first()
    if standing is not None:
        return standing
    id_ = uuid4()
    document = Document(
        id=id_, person=person, fact=row, kind=kind.value, size=len(data), sha256=digest, at=clock.now(),
        sealed=seal(data, document=id_, person=person.id), by=current_actor().id,
    )  # fmt: skip
    document.save()
    record("chart.document.attached", person=person.id, about=document,
           detail={"kind": kind.value, "bytes": len(data), "code": row.code})  # fmt: skip
    return document


def open_document(document: Document) -> bytes:
    """The content, for a download; the look leaves a line in the trail.

    Raises:
        SealBroken: what is kept is not what was attached. That too leaves a line.
    """
    try:
        data = unseal(bytes(document.sealed), document=document.id, person=document.person_id)
    except SealBroken:
        record("chart.document.read", person=document.person_id, about=document, outcome=Outcome.FAILED)
        raise
    record("chart.document.read", person=document.person_id, about=document)
    return data


def documents_of(person: Person) -> tuple[Kept, ...]:
    """Every document of a person, the latest first."""
    kept = Document.objects.filter(person=person).select_related("fact").defer("sealed")
    replaced = set(
        FactRow.objects.filter(person=person, supersedes__isnull=False).values_list(
            "supersedes_id", flat=True
        )
    )
    return tuple(Kept(one.id, _provable(one.fact), one, one.fact_id in replaced) for one in kept)


def documents_by_code(person: Person) -> dict[str, int]:
    """How many documents prove the entries of each code that stand."""
    codes = Document.objects.filter(person=person, fact__superseded_by__isnull=True).order_by()
    return dict(Counter(codes.values_list("fact__code", flat=True)))


def provable(person: Person) -> tuple[Provable, ...]:
    """The entries that stand, those that documents mostly prove first, then the latest first."""
    rows = (
        FactRow.objects.filter(person=person, superseded_by__isnull=True)
        .exclude(value__isnull=True)
        .order_by("-at", "-recorded_at")
    )
    return tuple(_provable(row) for row in sorted(rows, key=lambda row: _group(row.code) not in _FIRST))


def file_name(document: Document) -> str:
    """A name for the download that names nobody: what it proves, and the day."""
    return f"{document.fact.code}-{document.at:%Y-%m-%d}.{DocumentKind(document.kind).ending}"


def _group(code: str) -> str:
    return DICTIONARY[code].group if code in DICTIONARY else ""


def _provable(row: FactRow) -> Provable:
    shown = show_value(row)
    whole = shown if len(shown) <= 60 else _("%s ...") % shown[:57]
    return Provable(row.id, label_of(row), f"{whole}, {row.at:%Y-%m-%d}")
