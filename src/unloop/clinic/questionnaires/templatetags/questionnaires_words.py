"""Words of the questionnaires: licence classes, and our own labels in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext, gettext_lazy

from unloop.care.symptoms import Licence

register = template.Library()

_LICENCES = {
    Licence.PUBLIC_DOMAIN: gettext_lazy("public domain"),
    Licence.REGISTRATION: gettext_lazy("free with registration"),
    Licence.COMMERCIAL: gettext_lazy("commercial"),
    Licence.OWN: gettext_lazy("our own"),
    Licence.UNKNOWN: gettext_lazy("unknown, so treated as closed"),
}


@register.filter
def licence_word(licence: Licence) -> str:
    """The class of a licence in words."""
    return str(_LICENCES[licence])


@register.filter
def ours(text: str, official: object) -> str:
    """Our own label in the page's language; `official` words (a wording, or its id) stand as they are."""
    return text if official or not text else gettext(text)
