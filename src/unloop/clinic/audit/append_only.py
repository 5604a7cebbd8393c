"""Tables to which rows are only ever added: enforced by the database itself, on both engines.

A migration of any app writes `append_only.protect("its_table")`; the model derives from `AppendOnly`, which
refuses in Python what the trigger would refuse anyway, and lets the start-up check find a table whose trigger
is gone (SQLite drops triggers when a migration rebuilds the table: protect it again after such a change).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

_REFUSAL = "rows of {table} are never changed or removed"


class NeverChanged(TypeError):
    """Somebody tried to change or remove a row that can only be added."""


class AppendOnlyRows(models.QuerySet[Any]):
    """Rows that can be read and added, nothing else."""

    def update(self, **_kwargs: Any) -> int:
        """Refused."""
        raise NeverChanged(_REFUSAL.format(table=self.model._meta.db_table))

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise NeverChanged(_REFUSAL.format(table=self.model._meta.db_table))


class AppendOnly(models.Model):
    """A model whose rows, once written, stand."""

    objects: ClassVar[models.Manager[Any]] = AppendOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; a row that is already there is refused."""
        if not self._state.adding:
            raise NeverChanged(_REFUSAL.format(table=self._meta.db_table))
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise NeverChanged(_REFUSAL.format(table=self._meta.db_table))


def protect(table: str, *, key: str = "id") -> RunPython:
    """A migration operation that makes `table` append-only.

    Args:
        table: the table's name in the database.
        key: its primary key, so that SQLite's REPLACE, which deletes without telling, is caught too.
    """

    def forwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        set_triggers(editor.connection, table, key=key)

    def backwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        lift_triggers(editor.connection, table)

    return RunPython(forwards, backwards, elidable=False)


def release(table: str, *, key: str = "id") -> RunPython:
    """A migration operation that lets `table` be rebuilt; `protect` it again in the same migration."""

    def forwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        lift_triggers(editor.connection, table)

    def backwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        set_triggers(editor.connection, table, key=key)

    return RunPython(forwards, backwards, elidable=False)


def set_triggers(connection: BaseDatabaseWrapper, table: str, *, key: str = "id") -> None:
    """Forbid UPDATE, DELETE and their detours on `table`."""
    _run(connection, _SET[connection.vendor], table=table, key=key)


def lift_triggers(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the triggers of `table` off again (a migration backwards, a test that clears its tables)."""
    _run(connection, _LIFT[connection.vendor], table=table)


def append_only_models() -> tuple[type[AppendOnly], ...]:
    """Every model of the clinic whose table has to carry triggers."""
    return tuple(
        model for model in apps.get_models() if issubclass(model, AppendOnly) and model._meta.managed
    )


def unprotected_tables(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Tables that should refuse changes and do not; empty in a sound database."""
    query = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'unloop_keep_%'"
        if connection.vendor == "sqlite"
        else "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname LIKE 'unloop_keep_%' AND t.tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = [row[0] for row in cursor.fetchall()]
    wanted = _TRIGGERS_PER_TABLE[connection.vendor]
    tables = (model._meta.db_table for model in append_only_models())
    return tuple(table for table in tables if found.count(table) < wanted)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let all tables be cleared inside the block. For tests that clear a database between them."""
    protected = [(model._meta.db_table, str(model._meta.pk.column)) for model in append_only_models()]
    for table, _key in protected:
        lift_triggers(connection, table)
    try:
        yield
    finally:
        for table, key in protected:
            set_triggers(connection, table, key=key)


_SQLITE = (
    """
    CREATE TRIGGER unloop_keep_{table}_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{refusal}'); END
    """,
    """
    CREATE TRIGGER unloop_keep_{table}_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{refusal}'); END
    """,
    """
    CREATE TRIGGER unloop_keep_{table}_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
    BEGIN SELECT RAISE(ABORT, '{refusal}'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION unloop_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER unloop_keep_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION unloop_keep()
    """,
    """
    CREATE TRIGGER unloop_keep_table BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION unloop_keep()
    """,
)
_SET: dict[str, tuple[str, ...]] = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_TRIGGERS_PER_TABLE = {"sqlite": 3, "postgresql": 2}
_LIFT: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS unloop_keep_{{table}}_{what}" for what in ("update", "delete", "replace")
    ),
    "postgresql": tuple(
        f"DROP TRIGGER IF EXISTS unloop_keep_{what} ON {{table}}" for what in ("rows", "table")
    ),
}


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...], **names: str) -> None:
    refusal = _REFUSAL.format(table=names["table"])
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(refusal=refusal, **names), None)
