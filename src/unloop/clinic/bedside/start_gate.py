"""The start gate in the database: no route, script or hand can write a start without a clearance that holds.

A row of type `started` in `bedside_event` is refused unless it names a clearance of the start gate, of this session,
of the same person, of the protocol that the session is pinned to, judged before the start, not voided, and valid past
it. The service refuses first and with reasons; this is the wall behind it.
"""

from __future__ import annotations

from unloop.clinic.audit.services import RowRefusal

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
START_GATE = RowRefusal(
    name="unloop_start_gate",
    table="bedside_event",
    before="INSERT",
    when=f"lower(trim(NEW.type)) = 'started' AND (NEW.type <> 'started' OR NOT EXISTS ({_HOLDS}))",
    refusal=REFUSAL,
)
