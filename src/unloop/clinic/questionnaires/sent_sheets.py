"""A sheet that was sent is closed in the database too: it is not changed, and it takes no further answer."""

from __future__ import annotations

from unloop.clinic.audit.services import RowRefusal

REFUSAL = "a sheet that was sent is closed"
SENT_SHEET = RowRefusal(
    name="unloop_sent_sheet",
    table="questionnaires_sheet",
    before="UPDATE",
    when="OLD.sent_at IS NOT NULL",
    refusal=REFUSAL,
)
SENT_ANSWER = RowRefusal(
    name="unloop_sent_answer",
    table="questionnaires_answer",
    before="INSERT",
    when="EXISTS (SELECT 1 FROM questionnaires_sheet s WHERE s.id = NEW.sheet_id AND s.sent_at IS NOT NULL)",
    refusal=REFUSAL,
)
