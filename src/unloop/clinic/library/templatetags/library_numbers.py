"""Fractions as people of 100."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def share(fraction: float) -> int:
    """A fraction of 1 as whole people of 100: `{{ 0.157|share }}` is 16."""
    return round(100 * fraction)
