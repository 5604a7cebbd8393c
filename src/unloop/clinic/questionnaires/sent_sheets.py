"""A sheet that was sent is closed in the database too: it is not changed, and it takes no further answer."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

REFUSAL = "a sheet that was sent is closed"
_SENT = "SELECT 1 FROM questionnaires_sheet s WHERE s.id = NEW.sheet_id AND s.sent_at IS NOT NULL"
_SET = {
    "sqlite": (
        f"""
        CREATE TRIGGER unloop_sent_sheet BEFORE UPDATE ON questionnaires_sheet
        WHEN OLD.sent_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
        f"""
        CREATE TRIGGER unloop_sent_answer BEFORE INSERT ON questionnaires_answer
        WHEN EXISTS ({_SENT}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION unloop_sent_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF OLD.sent_at IS NOT NULL THEN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION unloop_sent_answer() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS ({_SENT}) THEN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$
        """,
        """
        CREATE TRIGGER unloop_sent_sheet BEFORE UPDATE ON questionnaires_sheet
        FOR EACH ROW EXECUTE FUNCTION unloop_sent_sheet()
        """,
        """
        CREATE TRIGGER unloop_sent_answer BEFORE INSERT ON questionnaires_answer
        FOR EACH ROW EXECUTE FUNCTION unloop_sent_answer()
        """,
    ),
}
_LIFT = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS unloop_sent_sheet",
        "DROP TRIGGER IF EXISTS unloop_sent_answer",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS unloop_sent_sheet ON questionnaires_sheet",
        "DROP TRIGGER IF EXISTS unloop_sent_answer ON questionnaires_answer",
    ),
}


def guard() -> RunPython:
    """A migration operation that sets the triggers."""

    def forwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, _SET[editor.connection.vendor])

    def backwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, _LIFT[editor.connection.vendor])

    return RunPython(forwards, backwards, elidable=False)


def _run(editor: BaseDatabaseSchemaEditor, statements: tuple[str, ...]) -> None:
    with editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)
