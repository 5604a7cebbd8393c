"""Outcome: response, partial response, remission, recovery and relapse of OCD over ratings; and adverse events.

>>> from datetime import UTC, datetime
>>> before = Rating(datetime(2026, 1, 1, tzinfo=UTC), 30)
>>> after = Rating(datetime(2026, 1, 12, tzinfo=UTC), 18, cgi_i=2)
>>> result = categorise([after], before, datetime(2026, 1, 12, tzinfo=UTC))
>>> result.category.value, result.pending.value
('not yet said', 'response')
>>> print("; ".join(str(reason) for reason in result.reasons))
Y-BOCS 30 to 18, down 40%; criteria of response met at one rating; not yet a week of response
"""

from __future__ import annotations

from unloop.care.outcome.adverse_event import (
    ActionTaken,
    AdverseEvent,
    EventOutcome,
    Grade,
    Relatedness,
    Seriousness,
    read_adverse_event,
    write_adverse_event,
)
from unloop.care.outcome.category import Basis, Category, Outcome, Reason
from unloop.care.outcome.course import categorise, criteria_met, is_noticeable
from unloop.care.outcome.definitions import (
    CONSENSUS,
    ImprovementRule,
    OutcomeDefinitions,
    RelapseRule,
    RemissionRule,
)
from unloop.care.outcome.protocol_rules import definitions_of
from unloop.care.outcome.rating import Leaving, LeavingReason, Rating

__all__ = [
    "CONSENSUS",
    "ActionTaken",
    "AdverseEvent",
    "Basis",
    "Category",
    "EventOutcome",
    "Grade",
    "ImprovementRule",
    "Leaving",
    "LeavingReason",
    "Outcome",
    "OutcomeDefinitions",
    "Rating",
    "Reason",
    "RelapseRule",
    "Relatedness",
    "RemissionRule",
    "Seriousness",
    "categorise",
    "criteria_met",
    "definitions_of",
    "is_noticeable",
    "read_adverse_event",
    "write_adverse_event",
]
