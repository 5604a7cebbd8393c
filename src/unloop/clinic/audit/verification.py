"""Verification: finds any entry that was changed, removed or put in after the fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from unloop.clinic.audit.models import AuditEntry, AuditSeal
from unloop.clinic.audit.sealing import GENESIS, batch_hash, heads


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was read, and the first entry at which the trail is not what was written.

    Attributes:
        entries: number of entries read.
        seals: number of seals read.
        unsealed: entries that still wait for their seal (their own digests were checked).
        first_broken: sequence of the first entry that was touched or is missing; None in a sound trail.
        fault: what is wrong there, in words.
    """

    entries: int
    seals: int
    unsealed: int
    first_broken: int | None = None
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing was touched."""
        return self.first_broken is None


def verify() -> Verdict:
    """Read the whole trail and recompute every digest and seal."""
    entries = AuditEntry.objects.count()
    seals = list(AuditSeal.objects.order_by("number"))
    sealed_to = seals[-1].last if seals else 0
    unsealed = AuditEntry.objects.filter(sequence__gt=sealed_to).count()
    fault = min(_faults(seals, sealed_to), default=None)
    if fault is None:
        return Verdict(entries, len(seals), unsealed)
    return Verdict(entries, len(seals), unsealed, first_broken=fault[0], fault=fault[1])


def _faults(seals: list[AuditSeal], sealed_to: int) -> Iterator[tuple[int, str]]:
    yield from _touched_entries()
    yield from _broken_seals(seals)
    yield from _lost_seals(seals, sealed_to)
    yield from _gaps()


def _touched_entries() -> Iterator[tuple[int, str]]:
    for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=1_000):
        if entry.digest != entry.expected_digest():
            yield entry.sequence, "this entry is not as it was written"
            return


def _broken_seals(seals: list[AuditSeal]) -> Iterator[tuple[int, str]]:
    previous_hash, next_first = GENESIS, 1
    for seal in seals:
        if seal.previous_hash != previous_hash or seal.first != next_first:
            yield next_first, "the seal that covers this entry was changed or removed"
            return
        covered = list(
            AuditEntry.objects.filter(sequence__range=(seal.first, seal.last)).order_by("sequence")
        )
        if seal.batch_hash != batch_hash(seal, covered):
            yield _where(seal, covered), "an entry of this batch was changed, removed, added or moved"
            return
        previous_hash, next_first = seal.batch_hash, seal.last + 1


def _where(seal: AuditSeal, covered: list[AuditEntry]) -> int:
    """The first entry of a broken batch that tells it was touched or is gone; its beginning, if none does."""
    present = {entry.sequence for entry in covered}
    gone = (number for number in range(seal.first, seal.last + 1) if number not in present)
    touched = (entry.sequence for entry in covered if entry.digest != entry.expected_digest())
    return min(
        (*islice(gone, 1 if len(covered) < seal.entries else 0), *islice(touched, 1)), default=seal.first
    )


def _lost_seals(seals: list[AuditSeal], sealed_to: int) -> Iterator[tuple[int, str]]:
    standing = {(seal.number, seal.batch_hash) for seal in seals}
    if any(head not in standing for head in heads()):
        yield sealed_to + 1, "seals that were noted outside the database are not in it"


def _gaps() -> Iterator[tuple[int, str]]:
    """SQLite numbers without gaps, so a missing number is a missing entry, sealed or not."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_entry'")
        row = cursor.fetchone()
    expected = 1
    for sequence in AuditEntry.objects.order_by("sequence").values_list("sequence", flat=True).iterator():
        if sequence != expected:
            break
        expected += 1
    if expected <= (row[0] if row else 0):
        yield expected, "an entry with this number was written and is gone"
