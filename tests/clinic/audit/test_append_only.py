"""What is written stays: in Python, and in the database of either engine by whatever road one comes."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from unloop.clinic.audit import append_only
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import record

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def entry() -> AuditEntry:
    record("test.happened")
    return AuditEntry.objects.get()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "UPDATE audit_entry SET action = action",
        "DELETE FROM audit_entry",
        pytest.param("DELETE FROM audit_entry WHERE sequence = (SELECT max(sequence) FROM audit_entry)"),
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(entry: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed or removed"):
        run(statement)
    assert AuditEntry.objects.get().action == "test.happened"


def test_the_database_refuses_to_empty_the_table(entry: AuditEntry) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    with pytest.raises(DatabaseError, match="never changed or removed"):
        run("TRUNCATE audit_entry")


def test_replacing_an_entry_is_refused_like_removing_it(entry: AuditEntry) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has REPLACE, which deletes without firing a delete trigger")
    columns = ", ".join(field.column for field in AuditEntry._meta.concrete_fields)
    with pytest.raises(DatabaseError, match="never changed or removed"):
        run(f"REPLACE INTO audit_entry ({columns}) SELECT {columns} FROM audit_entry")  # noqa: S608 - our own columns


def test_python_refuses_before_the_database_has_to(entry: AuditEntry) -> None:
    entry.action = "nothing"
    with pytest.raises(append_only.NeverChanged):
        entry.save()
    with pytest.raises(append_only.NeverChanged):
        entry.delete()
    with pytest.raises(append_only.NeverChanged):
        AuditEntry.objects.update(action="nothing")
    with pytest.raises(append_only.NeverChanged):
        AuditEntry.objects.all().delete()


def test_every_append_only_model_has_its_triggers() -> None:
    assert append_only.unprotected_tables(connection) == ()
    assert {"audit_entry", "audit_seal", "people_installation", "people_adopted_protocol"} <= {
        model._meta.db_table for model in append_only.append_only_models()
    }


def test_a_table_that_lost_its_triggers_is_found() -> None:
    append_only.lift_triggers(connection, "audit_seal")
    assert append_only.unprotected_tables(connection) == ("audit_seal",)
    append_only.set_triggers(connection, "audit_seal", key="number")
    assert append_only.unprotected_tables(connection) == ()


def test_a_migration_backwards_takes_the_triggers_off_again() -> None:
    operation = append_only.protect("audit_seal", key="number")
    editor = SimpleNamespace(connection=connection)
    operation.reverse_code(None, editor)
    assert append_only.unprotected_tables(connection) == ("audit_seal",)
    operation.code(None, editor)
    assert append_only.unprotected_tables(connection) == ()
