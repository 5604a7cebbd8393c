"""Sealing: every few seconds the new entries are hashed together with the seal before them.

A writer holds a shared lock until it commits, the sealer an exclusive one: so when a batch is sealed, nobody still
has an entry with a lower sequence in hand. SQLite writes one transaction at a time and needs no lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry, AuditSeal

GENESIS = "0" * 64
BATCH = 2_000
HEADS = "audit-heads.jsonl"
_LOCK = 0x756E6C6F6F70  # "unloop"


class TrailBroken(RuntimeError):
    """An entry that waits for its seal was touched; sealing it would hide that."""


def share_lock() -> None:
    """Held by a writer until its transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def seal() -> int:
    """Seal what is new, at most `BATCH` entries at once; the number of entries sealed.

    Raises:
        TrailBroken: an entry is not as it was written; nothing is sealed.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        before: AuditSeal | None = AuditSeal.objects.order_by("-number").first()
        first = before.last + 1 if before else 1
        entries = list(AuditEntry.objects.filter(sequence__gte=first).order_by("sequence")[:BATCH])
        if not entries:
            return 0
        if touched := next((entry for entry in entries if entry.digest != entry.expected_digest()), None):
            raise TrailBroken(f"entry {touched.sequence} is not as it was written")
        new = AuditSeal(
            at=clock.now(),
            first=first,
            last=entries[-1].sequence,
            entries=len(entries),
            previous_hash=before.batch_hash if before else GENESIS,
        )
        new.batch_hash = batch_hash(new, entries)
        new.save()
        transaction.on_commit(lambda: _note_head(new))
    return len(entries)


def batch_hash(of: AuditSeal, entries: Iterable[AuditEntry]) -> str:
    """SHA-256 over the seal before, the range, and each entry with its place and digest."""
    moment = of.at.astimezone(UTC).isoformat(timespec="microseconds")
    digest = hashlib.sha256(f"{of.previous_hash}|{of.first}|{of.last}|{of.entries}|{moment}".encode())
    for entry in entries:
        digest.update(f"\n{entry.sequence}|{entry.digest}|{entry.content()}".encode())
    return digest.hexdigest()


def heads() -> list[tuple[int, str]]:
    """Number and hash of every seal as noted outside the database; it shows when seals were cut off."""
    file = _heads_file()
    if not file.is_file():
        return []
    lines = [json.loads(line) for line in file.read_text(encoding="ascii").splitlines() if line]
    return [(line["number"], line["hash"]) for line in lines]


def _note_head(of: AuditSeal) -> None:
    line = json.dumps({"number": of.number, "hash": of.batch_hash, "at": _iso(of.at)})
    with _heads_file().open("a", encoding="ascii") as file:
        file.write(line + "\n")


def _heads_file() -> Path:
    return Path(settings.HOME) / HEADS


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
