"""Numbers as the family page says and draws them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def hundredth(share: float) -> str:
    """`2 in 100`: a fraction of 1 as people of a hundred."""
    return f"{share * 100:.3g} in 100"


@register.filter
def unlocalized(number: float) -> str:
    """A coordinate of a drawing, with a point whatever the language."""
    return f"{number:g}"
