"""Rows that the database itself refuses: one condition, in the same SQL on both engines.

For what `append_only` does not say: a row that may be written only while something else holds, or that is closed once
something has happened. The service refuses first and with reasons; this is the wall behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """What the database refuses to do with one row.

    Attributes:
        name: of the trigger, and of its function on PostgreSQL.
        table: the table's name in the database.
        before: what is refused.
        when: SQL over NEW (and OLD, for an update) that both engines read; the row is refused where it holds.
        refusal: what the database says; without a quotation mark.
    """

    name: str
    table: str
    before: Literal["INSERT", "UPDATE"]
    when: str
    refusal: str


def refuse(*refusals: RowRefusal) -> RunPython:
    """A migration operation that sets the triggers, and takes them off again when it is undone."""
    return RunPython(_runner(_SET, refusals), _runner(_LIFT, refusals), elidable=False)


def allow(*refusals: RowRefusal) -> RunPython:
    """A migration operation that takes them off, so that a table can be rebuilt; `refuse` again in the same one."""
    return RunPython(_runner(_LIFT, refusals), _runner(_SET, refusals), elidable=False)


@contextmanager
def lifted(connection: BaseDatabaseWrapper, *refusals: RowRefusal) -> Iterator[None]:
    """Let such rows be written inside the block. For tests that need one which no service would write."""
    _run(connection, _LIFT, refusals)
    try:
        yield
    finally:
        _run(connection, _SET, refusals)


def _set_on_sqlite(one: RowRefusal) -> tuple[str, ...]:
    return (
        f"""
        CREATE TRIGGER {one.name} BEFORE {one.before} ON {one.table} WHEN {one.when}
        BEGIN SELECT RAISE(ABORT, '{one.refusal}'); END
        """,
    )


def _set_on_postgresql(one: RowRefusal) -> tuple[str, ...]:
    return (
        f"""
        CREATE OR REPLACE FUNCTION {one.name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {one.when} THEN
            RAISE EXCEPTION '{one.refusal}' USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$
        """,
        f"CREATE TRIGGER {one.name} BEFORE {one.before} ON {one.table} FOR EACH ROW EXECUTE FUNCTION {one.name}()",
    )


def _lift_on_sqlite(one: RowRefusal) -> tuple[str, ...]:
    return (f"DROP TRIGGER IF EXISTS {one.name}",)


def _lift_on_postgresql(one: RowRefusal) -> tuple[str, ...]:
    return (f"DROP TRIGGER IF EXISTS {one.name} ON {one.table}",)


_Statements = Mapping[str, Callable[[RowRefusal], tuple[str, ...]]]
_SET: _Statements = {"sqlite": _set_on_sqlite, "postgresql": _set_on_postgresql}
_LIFT: _Statements = {"sqlite": _lift_on_sqlite, "postgresql": _lift_on_postgresql}


def _runner(
    of: _Statements, refusals: Iterable[RowRefusal]
) -> Callable[[Any, BaseDatabaseSchemaEditor], None]:
    return lambda _apps, editor: _run(editor.connection, of, refusals)


def _run(connection: BaseDatabaseWrapper, of: _Statements, refusals: Iterable[RowRefusal]) -> None:
    with connection.cursor() as cursor:
        for refusal in refusals:
            for statement in of[connection.vendor](refusal):
                cursor.execute(statement, None)
