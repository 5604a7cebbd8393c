"""The start gate in the database: no route, script or hand can write a start without a clearance that holds.

A row of type `started` in `bedside_event` is refused unless it names a clearance of the start gate, of this session,
of the same person, of the protocol that the session is pinned to, judged before the start, not voided, and valid past
it. The service refuses first and with reasons; this is the wall behind it.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

_HOLDS = """
    SELECT 1 FROM consulting_room_clearance c JOIN bedside_session s ON s.id = NEW.session_id
    WHERE c.id = NEW.clearance_id
      AND c.gate = 'start'
      AND c.session_id = s.id
      AND c.person_id = s.person_id
      AND c.sha256 = s.protocol_sha256
      AND c.judged_at <= NEW.at
      AND c.valid_until > NEW.at
      AND NEW.at <= NEW.recorded_at
      AND NOT EXISTS (SELECT 1 FROM consulting_room_clearance_voided v WHERE v.clearance_id = c.id)
      AND EXISTS (SELECT 1 FROM people_adopted_protocol p WHERE p.id = s.protocol_id AND p.sha256 = s.protocol_sha256)
"""
REFUSAL = "an infusion starts only with a clearance that holds"
_SQLITE = (
    f"""
    CREATE TRIGGER unloop_start_gate BEFORE INSERT ON bedside_event
    WHEN lower(trim(NEW.type)) = 'started' AND (NEW.type <> 'started' OR NOT EXISTS ({_HOLDS}))
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
)
_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION unloop_start_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF lower(trim(NEW.type)) = 'started' AND (NEW.type <> 'started' OR NOT EXISTS ({_HOLDS})) THEN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER unloop_start_gate BEFORE INSERT ON bedside_event
    FOR EACH ROW EXECUTE FUNCTION unloop_start_gate()
    """,
)
_SET = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
_LIFT = {
    "sqlite": ("DROP TRIGGER IF EXISTS unloop_start_gate",),
    "postgresql": ("DROP TRIGGER IF EXISTS unloop_start_gate ON bedside_event",),
}


def guard() -> RunPython:
    """A migration operation that sets the gate."""

    def forwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, _SET[editor.connection.vendor])

    def backwards(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        _run(editor, _LIFT[editor.connection.vendor])

    return RunPython(forwards, backwards, elidable=False)


def _run(editor: BaseDatabaseSchemaEditor, statements: tuple[str, ...]) -> None:
    with editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)
