"""Answering the evaluation: what is asked on a page, what stands, and what is appended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from unloop.clinic.audit import clock
from unloop.clinic.chart.services import FactRow, NewFact, Person, add_facts
from unloop.facts import DICTIONARY, FactDefinition, FactType, Known, Unknown, View
from unloop.protocol import Protocol

# Medicines have their page in the chart; consent, plan and decisions theirs in this room.
_ELSEWHERE = frozenset({"medicines", "medicines_complete", "medicine_decisions", "infusion_given"})
_ASKED_TOO = frozenset({
    "allergies", "diazepam_equivalent", "ocd_onset_age", "psychosis_screen", "contraception", "escort_arranged",
    "adult_at_home_overnight", "driving", "work",
})  # fmt: skip
"""What this clinic asks of everybody although no rule of the protocol reads it."""

_SIDES = ("lower_limit", "upper_limit")
_FURTHER_TREATMENTS = frozenset({"other_medicine_treatments", "procedures"})
_OTHER_PAGES = frozenset({"consent", "decisions", "session"})


@dataclass(frozen=True, slots=True)
class Question:
    """One fact as it is asked.

    Attributes:
        definition: of the dictionary.
        standing: the answer that counts now; None while there is none.
        last: the latest answer, even if it is out of date.
        last_at: when that was true.
        stale: whether it is out of date.
    """

    definition: FactDefinition
    standing: object | None
    last: object | None
    last_at: datetime | None
    stale: bool

    @property
    def code(self) -> str:
        """Of the dictionary."""
        return self.definition.code

    @property
    def prefilled(self) -> object | None:
        """What the form begins with: the answer that counts; of a list also the one that is out of date."""
        if self.standing is None and self.definition.type in {FactType.RECORDS, FactType.SET}:
            return self.last
        return self.standing


def groups(protocol: Protocol) -> tuple[str, ...]:
    """The pages on which this protocol's facts are answered, in dictionary order."""
    return tuple(group for group in DICTIONARY.groups if any(True for _ in _asked(group, protocol)))


def questions(group: str, view: View, protocol: Protocol) -> tuple[Question, ...]:
    """What is asked on a page; empty for a page that there is not."""
    return tuple(_question(definition, view) for definition in _asked(group, protocol))


@transaction.atomic
def save_answers(
    person: Person,
    asked: tuple[Question, ...],
    answers: Mapping[str, object],
    *,
    at: datetime | None,
    again: bool,
) -> tuple[FactRow, ...]:
    """Append what was answered and differs from what stands; nothing is ever edited.

    Args:
        person: whose answers.
        asked: the page.
        answers: by code; a code that is not in it was not answered.
        at: when they were true; None for now.
        again: whether answers that stayed the same were asked anew and are dated anew.

    Raises:
        InputRefused: a value that the dictionary refuses, or a time in the future.
    """
    moment = at or clock.now()
    chosen = {one.code: answers[one.code] for one in asked if one.code in answers}
    new = {code: value for code, value in chosen.items() if again or _differs(code, value, asked)}
    new |= _lists_with_statements(chosen, new, asked) | _limits_with_values(chosen, new)
    return add_facts(person, [NewFact(code, value, at=moment) for code, value in new.items()])


def asked_beside(view: View) -> tuple[Question, ...]:
    """What is asked although no rule reads it, in the order of the dictionary, answered or not."""
    return tuple(_question(one, view) for one in DICTIONARY.values() if one.code in _ASKED_TOO)


def _asked(group: str, protocol: Protocol) -> Iterator[FactDefinition]:
    read = set(protocol.document.facts)
    read |= {one.complete_by for code in read if (one := DICTIONARY[code]).complete_by} | _ASKED_TOO
    if "sri_treatments" in read:
        read |= _FURTHER_TREATMENTS
    read |= {limit for code in read for side in _SIDES if (limit := f"{code}_{side}") in DICTIONARY}
    for definition in DICTIONARY.groups.get(group, ()):
        skip = definition.derived or definition.in_session or definition.code in _ELSEWHERE
        if definition.code in read and not skip and group not in _OTHER_PAGES:
            yield definition


def _question(definition: FactDefinition, view: View) -> Question:
    finding = view.find(definition.code)
    match finding:
        case Known() if _of_an_earlier_report(definition.code, finding, view):
            return Question(definition, None, finding.value, finding.at, stale=True)
        case Known():
            return Question(definition, finding.value, finding.value, finding.at, stale=False)
        case Unknown(last=None):
            return Question(definition, None, None, None, stale=False)
        case Unknown(last=last):
            value, at = (last.value, last.at) if last is not None else (None, None)
            return Question(definition, None, value, at, stale=True)


def _of_an_earlier_report(code: str, limit: Known, view: View) -> bool:
    """Whether this is a limit from before the value that it stands beside, which may be of another laboratory."""
    value = next((code.removesuffix(f"_{side}") for side in _SIDES if code.endswith(f"_{side}")), "")
    finding = view.find(value) if value in view.dictionary else None
    return isinstance(finding, Known) and limit.at < finding.at


def _differs(code: str, value: object, asked: tuple[Question, ...]) -> bool:
    standing = next(one.standing for one in asked if one.code == code)
    return standing is None or _plain(standing) != _plain(value)


def _lists_with_statements(
    chosen: Mapping[str, object], new: Mapping[str, object], asked: tuple[Question, ...]
) -> dict[str, object]:
    """A list counts as complete only beside a statement that is not older, so the two are written together."""
    together: dict[str, object] = {}
    for one in asked:
        statement = one.definition.complete_by
        if statement is None or chosen.get(statement) is not True:
            continue
        if one.code in new:
            together[statement] = True
        elif statement in new and one.standing is None and one.code in chosen:
            together[one.code] = chosen[one.code]
    return together


def _limits_with_values(chosen: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """A limit counts only for a value that is not younger, so what was left beside a new value is dated with it."""
    limits = (f"{code}_{side}" for code in new for side in _SIDES)
    return {limit: chosen[limit] for limit in limits if limit in chosen}


def _plain(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    return value
