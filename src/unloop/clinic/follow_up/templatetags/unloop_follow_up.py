"""An adverse event, and leaving early, in words."""

from __future__ import annotations

from django import template

from unloop.care.outcome import AdverseEvent, LeavingReason
from unloop.clinic.follow_up.forms import ACTIONS, GRADES, LEFT, OUTCOMES, RELATED, SERIOUS

register = template.Library()


@register.filter
def grade_words(event: AdverseEvent) -> str:
    """`grade 2, moderate`."""
    return str(dict(GRADES)[event.grade]).partition(":")[0]


@register.filter
def relatedness_words(event: AdverseEvent) -> str:
    """Whether the treatment did it."""
    return str(dict(RELATED)[event.relatedness])


@register.filter
def action_words(event: AdverseEvent) -> str:
    """What was done."""
    return str(dict(ACTIONS)[event.action])


@register.filter
def outcome_words(event: AdverseEvent) -> str:
    """What became of it."""
    return str(dict(OUTCOMES)[event.outcome])


@register.filter
def serious_words(event: AdverseEvent) -> str:
    """What makes it serious; empty where nothing does."""
    return ", ".join(str(words) for value, words in SERIOUS if value in event.serious)


@register.filter
def leaving_words(reason: LeavingReason) -> str:
    """Why somebody left treatment early, in words."""
    return str(dict(LEFT)[reason])
