"""Whatever is done to the trail behind the program's back, verification finds it and says where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from unloop.clinic.audit import append_only
from unloop.clinic.audit.models import AuditEntry, AuditSeal
from unloop.clinic.audit.sealing import TrailBroken, seal
from unloop.clinic.audit.services import record
from unloop.clinic.audit.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
really_committed = pytest.mark.django_db(transaction=True, reset_sequences=True)


@pytest.fixture(autouse=True)
def _own_home(settings: object, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def trail() -> list[AuditEntry]:
    """Two sealed batches of four, then three entries that wait for their seal."""
    for _batch in range(2):
        for number in range(4):
            record("test.happened", detail={"number": number})
        seal()
    for number in range(3):
        record("test.waits", detail={"number": number})
    return list(AuditEntry.objects.order_by("sequence"))


@pytest.fixture
def tamper() -> Iterator[Callable[..., None]]:
    """Somebody with a database shell, who takes the triggers off and puts them back."""

    def tamper(statement: str, *values: object) -> None:
        with append_only.lifted(connection), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return tamper


def test_an_untouched_trail_is_whole(trail: list[AuditEntry]) -> None:
    verdict = verify()
    assert verdict.ok
    assert (verdict.entries, verdict.seals, verdict.unsealed) == (11, 2, 3)


def test_an_empty_trail_is_whole() -> None:
    assert verify().ok
    assert seal() == 0


def test_seals_follow_each_other_without_a_gap(trail: list[AuditEntry]) -> None:
    first, second = AuditSeal.objects.order_by("number")
    assert (first.first, first.last, first.entries) == (1, trail[3].sequence, 4)
    assert second.first == first.last + 1
    assert second.previous_hash == first.batch_hash


CHANGES = {
    "at": "2020-01-01 00:00:00",
    "actor_kind": "link",
    "actor_id": "0" * 32,
    "role": "owner",
    "action": "test.nothing",
    "person_id": "0" * 32,
    "object_type": "chart.fact",
    "object_id": "9",
    "route": "bedside:session",
    "outcome": "failed",
    "detail": '{"number": 99}',
    "digest": "0" * 64,
    "id": "0" * 32,
}


@pytest.mark.parametrize("column", sorted(CHANGES))
def test_a_changed_column_of_any_entry_is_found_at_that_entry(
    trail: list[AuditEntry], tamper: Callable[..., None], column: str
) -> None:
    change = f"UPDATE audit_entry SET {column} = %s WHERE sequence = %s"  # noqa: S608 - columns of our own
    for entry in trail:
        with undone():
            tamper(change, CHANGES[column], entry.sequence)
            assert verify().first_broken == entry.sequence
    assert verify().ok


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is undone after."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_removed_sealed_entry_is_found(trail: list[AuditEntry], tamper: Callable[..., None]) -> None:
    for entry in trail[:8]:
        with undone():
            tamper("DELETE FROM audit_entry WHERE sequence = %s", entry.sequence)
            verdict = verify()
            assert not verdict.ok
            # PostgreSQL has gaps of its own, so there the batch is known, the entry not always.
            assert connection.vendor != "sqlite" or verdict.first_broken == entry.sequence


def test_a_removed_entry_that_waited_for_its_seal_is_found(
    trail: list[AuditEntry], tamper: Callable[..., None]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip(
            "PostgreSQL leaves gaps where a transaction was undone; there the seal, seconds later, tells"
        )
    for entry in trail[8:]:
        with undone():
            tamper("DELETE FROM audit_entry WHERE sequence = %s", entry.sequence)
            assert verify().first_broken == entry.sequence


def test_a_sealed_entry_that_was_moved_is_found(trail: list[AuditEntry], tamper: Callable[..., None]) -> None:
    tamper("UPDATE audit_entry SET sequence = 100000 WHERE sequence = %s", trail[2].sequence)
    assert not verify().ok


def test_a_copied_entry_put_in_behind_the_others_is_found(
    trail: list[AuditEntry], tamper: Callable[..., None]
) -> None:
    copied = ", ".join(
        field.column for field in AuditEntry._meta.concrete_fields if field.column not in {"sequence", "id"}
    )
    statement = (
        f"INSERT INTO audit_entry (id, {copied}) SELECT %s, {copied} FROM audit_entry WHERE sequence = %s"  # noqa: S608
    )
    tamper(statement, "1" * 32, trail[0].sequence)
    verdict = verify()
    assert verdict.first_broken == trail[-1].sequence + 1
    assert verdict.fault == "this entry is not as it was written"


def test_a_removed_seal_is_found(trail: list[AuditEntry], tamper: Callable[..., None]) -> None:
    tamper("DELETE FROM audit_seal WHERE first = 1")
    assert not verify().ok


@really_committed
def test_seals_cut_off_together_with_their_entries_are_missed_by_the_heads_noted_outside(
    trail: list[AuditEntry], tamper: Callable[..., None]
) -> None:
    tamper("DELETE FROM audit_seal WHERE number = 2")
    tamper("DELETE FROM audit_entry WHERE sequence >= 5")
    assert verify().first_broken == 5


def test_a_changed_seal_is_found(trail: list[AuditEntry], tamper: Callable[..., None]) -> None:
    tamper("UPDATE audit_seal SET entries = 3 WHERE first > 1")
    assert not verify().ok


def test_an_entry_that_was_touched_is_never_sealed(
    trail: list[AuditEntry], tamper: Callable[..., None]
) -> None:
    tamper("UPDATE audit_entry SET role = 'owner' WHERE sequence = %s", trail[9].sequence)
    with pytest.raises(TrailBroken, match=str(trail[9].sequence)):
        seal()
    assert AuditSeal.objects.count() == 2


def test_a_long_trail_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unloop.clinic.audit.sealing.BATCH", 3)
    for number in range(7):
        record("test.happened", detail={"number": number})
    assert [seal(), seal(), seal(), seal()] == [3, 3, 1, 0]
    assert verify().ok


@really_committed
def test_what_was_undone_breaks_nothing(trail: list[AuditEntry]) -> None:
    with transaction.atomic():
        record("test.undone")
        transaction.set_rollback(True)
    record("test.happened")
    assert seal() == 4
    assert verify().ok
