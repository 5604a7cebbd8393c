"""Observations into facts: vital signs outside a session, laboratory values, totals of questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from unloop.facts import Fact
from unloop.fhir.codes import LOINC, ObservationCode, is_loinc
from unloop.fhir.elements import read_element, value_elements
from unloop.fhir.notes import Unread
from unloop.fhir.plain_text import sayable_code
from unloop.fhir.reading import Entry, Moment, Reading
from unloop.fhir.resources import CodeableConcept, Coded, Observation, Quantity, Valued
from unloop.fhir.units import convert

_FINAL: Final = {"final", "amended", "corrected"}
_NOT_FINAL: Final = {
    "registered": "there is no result yet",
    "preliminary": "this result is preliminary; import it again when it is final",
    "cancelled": "this observation was cancelled",
    "entered-in-error": "the sender has marked this as entered in error",
    "unknown": "the sender does not know whether this result is final",
}


def read_observation(entry: Entry, reading: Reading) -> tuple[Fact, ...]:
    """The facts that an observation holds; a code that the clinic does not ask for is listed once with a count.

    Raises:
        Unread: something in it does not fit, is not final, is about somebody else or is not believable.
    """
    concept = read_element(Coded, entry.resource, path=entry.path).code
    if not _is_wanted(concept, entry, reading):
        return ()
    observation = read_element(Observation, entry.resource, path=entry.path)
    if observation.status not in _FINAL:
        why = _NOT_FINAL.get(observation.status, "this is no status of an observation in FHIR R4")
        raise Unread(f"{entry.path}.status", why)
    reading.check_subject(observation.subject, path=f"{entry.path}.subject")
    when = _when(observation, entry, reading)
    if _loinc(concept) & reading.codes.panels:
        return tuple(_components(observation, entry, reading, when=when))
    code = _code(concept, reading, path=f"{entry.path}.code")
    return tuple(_facts(observation, code, entry, reading=reading, when=when))


def _loinc(concept: CodeableConcept) -> frozenset[str]:
    return frozenset(coding.code for coding in concept.coding if coding.system == LOINC)


def _is_wanted(concept: CodeableConcept, entry: Entry, reading: Reading) -> bool:
    codes = _loinc(concept)
    if codes & (set(reading.codes.observations) | reading.codes.panels):
        return True
    first = next(iter(concept.coding), None)
    system, code = (first.system, first.code) if first is not None else ("", "")
    reading.notes.miss(
        f"{entry.path}.code", _why_not(codes, code, reading), alike=f"observation {system} {code}"
    )
    return False


def _why_not(codes: frozenset[str], code: str, reading: Reading) -> str:
    reasons = [reading.codes.left_out[one] for one in sorted(codes) if one in reading.codes.left_out]
    if reasons:
        return reasons[0]
    if not code:
        return "there is no code that says what was observed"
    if code in codes and not is_loinc(code):
        return f"{sayable_code(code)} is no LOINC code; its check digit is wrong"
    return f"{sayable_code(code)} is not a code that the clinic asks for"


def _code(concept: CodeableConcept, reading: Reading, *, path: str) -> ObservationCode:
    """The one fact that the codes stand for."""
    known = [
        reading.codes.observations[code]
        for code in sorted(_loinc(concept))
        if code in reading.codes.observations
    ]
    if not known:
        raise Unread(path, "this is not a code that the clinic asks for")
    if len({code.fact for code in known}) > 1:
        raise Unread(path, "its codes mean different things; look at the original")
    return known[0]


def _when(observation: Observation, entry: Entry, reading: Reading) -> Moment:
    """When it was observed; of a period the beginning, so that nothing looks fresher than it is."""
    for element in ("effectiveDateTime", "effectiveInstant"):
        text = (
            observation.effective_date_time
            if element == "effectiveDateTime"
            else observation.effective_instant
        )
        if text is not None:
            return reading.moment(text, path=f"{entry.path}.{element}")
    period = observation.effective_period
    if period is None or period.start is None:
        raise Unread(entry.path, "it does not say when this was observed")
    path = f"{entry.path}.effectivePeriod.start"
    reading.notes.adapt(path, "of a period, the beginning counts", alike="period")
    return reading.moment(period.start, path=path)


def _components(observation: Observation, entry: Entry, reading: Reading, *, when: Moment) -> Iterator[Fact]:
    """The parts of a panel; each that does not fit is listed, and the others are taken."""
    if not observation.component:
        raise Unread(f"{entry.path}.component", "there is no component; its values may stand elsewhere")
    for index, raw in enumerate(observation.component):
        path = f"{entry.path}.component[{index}]"
        part = Entry(path, entry.kind, entry.identity, entry.full_url, raw)
        try:
            component = read_element(Valued, raw, path=path)
            code = _code(component.code, reading, path=f"{path}.code")
            yield from _facts(component, code, part, reading=reading, when=when)
        except Unread as unread:
            reading.notes.miss_unread(unread)


def _facts(
    valued: Valued, code: ObservationCode, entry: Entry, *, reading: Reading, when: Moment
) -> Iterator[Fact]:
    value, place = _value(valued, code, entry, reading=reading)
    yield reading.fact(entry, code.fact, value, when=when, path=f"{entry.path}.{place}")
    if valued.reference_range:
        if code.lower_limit and any(one.low is not None for one in valued.reference_range):
            yield from _limit(valued, code.lower_limit, "low", entry=entry, reading=reading, when=when)
        if code.upper_limit:
            yield from _limit(valued, code.upper_limit, "high", entry=entry, reading=reading, when=when)


def _value(
    valued: Valued, code: ObservationCode, entry: Entry, *, reading: Reading
) -> tuple[float | str, str]:
    """The value in the dictionary's unit and the element that it stands in."""
    place = _value_element(entry.resource, path=entry.path)
    path = f"{entry.path}.{place}"
    definition = reading.definition(code.fact)
    if valued.value_quantity is not None:
        return _number(valued.value_quantity, code, reading=reading, path=path), place
    if valued.value_integer is not None and definition.unit_may_be_left_out:
        return float(valued.value_integer), place
    if valued.value_codeable_concept is not None and code.answers:
        return _answer(valued.value_codeable_concept, code, reading=reading, path=path), place
    wanted = "a coded answer" if code.answers else f"a number in {definition.unit}"
    raise Unread(path, f"{wanted} is needed here")


def _value_element(raw: Mapping[str, Any], *, path: str) -> str:
    elements = value_elements(raw)
    if not elements:
        raise Unread(path, "there is no value" + (", as it says" if "dataAbsentReason" in raw else ""))
    if len(elements) > 1:
        raise Unread(path, "there are two values; look at the original")
    return elements[0]


def _number(quantity: Quantity, code: ObservationCode, *, reading: Reading, path: str) -> float:
    converted = convert(quantity, reading.definition(code.fact), codes=reading.codes, path=path)
    if converted.how:
        reading.notes.adapt(path, converted.how, alike=f"{code.fact} {converted.how}")
    return converted.value


def _answer(concept: CodeableConcept, code: ObservationCode, *, reading: Reading, path: str) -> float | str:
    table = reading.codes.answers[code.answers]
    given = {
        answers[coding.code]
        for coding in concept.coding
        if coding.code in (answers := table.get(coding.system, {}))
    }
    if len(given) != 1:
        raise Unread(path, "this answer is not in our table of coded answers, or its codes disagree")
    return given.pop()


def _limit(
    valued: Valued, fact: str, side: Literal["low", "high"], *, entry: Entry, reading: Reading, when: Moment
) -> Iterator[Fact]:
    """The laboratory's own limit on one side, where it gives exactly one that is for everybody."""
    ranges = [
        (index, limit)
        for index, one in enumerate(valued.reference_range)
        if (limit := one.low if side == "low" else one.high) is not None
        and not one.applies_to
        and one.age is None
    ]
    place = f"{entry.path}.referenceRange"
    if len(ranges) != 1:
        words = "lower" if side == "low" else "upper"
        reading.notes.miss(
            place, f"there is no single {words} limit for everybody; enter the one that applies"
        )
        return
    index, limit = ranges[0]
    path = f"{place}[{index}].{side}"
    try:
        converted = convert(limit, reading.definition(fact), codes=reading.codes, path=path)
        yield reading.fact(entry, fact, converted.value, when=when, path=path)
    except Unread as unread:
        reading.notes.miss_unread(unread)
