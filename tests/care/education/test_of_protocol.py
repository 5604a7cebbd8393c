"""Numbers that a protocol says for texts: a field, a duration in minutes, a limit; nothing where there is none."""

from __future__ import annotations

import pytest

from unloop.care.education import ProtocolSlot, RuleSlot, protocol_number, rule_named
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")


@pytest.mark.parametrize(
    ("slot", "number"),
    [
        (ProtocolSlot(kind="protocol", rule="dose", of="minutes"), 40.0),
        (ProtocolSlot(kind="protocol", rule="schedule", of="infusions"), 6.0),
        (ProtocolSlot(kind="protocol", rule="MON-02", of="every"), 10.0),
        (ProtocolSlot(kind="protocol", rule="AFT-03", of="contact_after"), 24 * 60.0),
        (RuleSlot(kind="limit", rule="DAY-01", fact="fasted_clear"), 2.0),
        (RuleSlot(kind="limit", rule="DAY-01", fact="sbp"), None),
        (RuleSlot(kind="limit", rule="schedule", fact="sbp"), None),
        (ProtocolSlot(kind="protocol", rule="MON-02", of="weather"), None),
        (ProtocolSlot(kind="protocol", rule="NO-99", of="every"), None),
    ],
)
def test_a_slot_is_filled_from_the_rule_or_not_at_all(
    slot: ProtocolSlot | RuleSlot, number: float | None
) -> None:
    assert protocol_number(slot, PROTOCOL) == number


def test_dose_schedule_and_consent_are_found_by_that_word() -> None:
    named = {name: rule_named(PROTOCOL, name) for name in ("dose", "schedule", "consent")}
    assert named == {name: getattr(PROTOCOL.document, name) for name in named}
    assert rule_named(PROTOCOL, "NO-99") is None
