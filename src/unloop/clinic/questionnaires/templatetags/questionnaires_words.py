"""Words of the questionnaires: licence classes, and our own labels in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext, gettext_lazy

from unloop.care.symptoms import Licence, Option, library
from unloop.clinic.questionnaires.languages import languages
from unloop.clinic.questionnaires.scheduling import WindowState

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
def language_name(code: str) -> str:
    """A language by its own name."""
    return next((one.name for one in languages() if one.code == code), gettext("language not told"))


@register.filter
def beside_points(option: Option) -> str:
    """The words of an answer where its points stand beside it already: nothing of `1`, and `none` of `0: none`."""
    points = str(option.value)
    return "" if option.label == points else option.label.removeprefix(f"{points}: ")


@register.filter
def ours(text: str, official: object) -> str:
    """Our own label in the page's language; `official` words (a wording, or its id) stand as they are."""
    return text if official or not text else gettext(text)


_TIMINGS = {
    "before": gettext_lazy("before the first infusion"),
    "day-7": gettext_lazy("7 days after an infusion"),
    "day-30": gettext_lazy("30 days after an infusion"),
    "day-90": gettext_lazy("90 days after an infusion"),
}
_STATES = {
    WindowState.TO_COME: gettext_lazy("to come"),
    WindowState.WAITS: gettext_lazy("waits until somebody is on duty for as long as it is open"),
    WindowState.ELSEWHERE: gettext_lazy("waits, since another open link asks for the same"),
    WindowState.OPEN: gettext_lazy("open"),
    WindowState.ANSWERED: gettext_lazy("answered"),
    WindowState.CLOSED: gettext_lazy("closed without an answer"),
}


@register.filter
def timing_word(timing: str) -> str:
    """What a window of the schedule is called."""
    return str(_TIMINGS.get(timing, timing))


@register.filter
def state_word(state: WindowState) -> str:
    """Where a window stands, in words."""
    return str(_STATES[state])


@register.filter
def short_name(instrument_id: str) -> str:
    """What an instrument is called in a list: its abbreviation; our check-in has none."""
    known = next((one for one in library() if one.id == instrument_id), None)
    if known is None:
        return instrument_id
    return gettext("check-in") if known.licence is Licence.OWN else known.title.partition(",")[0]
