"""Shares in words."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A fraction of one as so many of a hundred, without decimals."""
    return f"{100 * share:.0f}"
