"""The evaluation page as data: what stands against treatment, what is missing, what is out of date, what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from unloop.care.evaluation import NotReady, Outcome, Ready, Standing, Verdict
from unloop.clinic.consulting_room.family import SOURCE
from unloop.clinic.consulting_room.said import say_value
from unloop.facts import DICTIONARY, Absence, FactType, Known, Unknown, View
from unloop.rules import Use

_DECISIONS = "medicine_decisions"


@dataclass(frozen=True, slots=True)
class Last:
    """An answer that no longer counts, or that stands against treatment; `by_tree` where the family tree gave it."""

    label: str
    value: str
    at: datetime
    days: int
    good_for: str
    by_tree: bool = False


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One thing that keeps the gate shut, said once, however many rules ask for it.

    Attributes:
        verdict: the rule that names it.
        state: excludes, missing or stale.
        codes: the facts to be answered, of one page.
        labels: what they are.
        group: the page on which they are answered.
        rules: every rule that it keeps open.
        answers: what was found, or what is out of date.
        contradicted: whether two entries of the same moment disagree.
    """

    verdict: Verdict
    state: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    group: str
    rules: tuple[str, ...]
    answers: tuple[Last, ...] = ()
    contradicted: bool = False

    @property
    def signers(self) -> tuple[str, ...]:
        """Who may go on over it, in words; none where nobody may."""
        override = self.verdict.override
        return tuple(one.replace("_", " ") for one in override.signers) if override is not None else ()


@dataclass(frozen=True, slots=True)
class Answered:
    """One rule that lets the gate open, with what it read."""

    verdict: Verdict
    values: tuple[str, ...]

    @property
    def overridden(self) -> bool:
        """Whether somebody went on although the rule stands against it."""
        return self.verdict.outcome is Outcome.OVERRIDDEN

    @property
    def applies(self) -> bool:
        """Whether the rule is asked of this person at all."""
        return self.verdict.outcome is not Outcome.DOES_NOT_APPLY


@dataclass(frozen=True, slots=True)
class FirstToExpire:
    """The answer that stops counting first."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page shows of one judgement."""

    answer: Ready | NotReady
    excludes: tuple[OpenItem, ...]
    missing: tuple[OpenItem, ...]
    stale: tuple[OpenItem, ...]
    answered: dict[Standing, tuple[Answered, ...]]
    first_to_expire: FirstToExpire | None

    @property
    def ready(self) -> bool:
        """Whether the gate is open."""
        return isinstance(self.answer, Ready)


def lay_out(answer: Ready | NotReady, view: View) -> Board:
    """Sort a judgement for the page.

    Args:
        answer: of the gate.
        view: the chart as it was judged.
    """
    open_ = tuple(_open_items(answer, view))
    return Board(
        answer=answer,
        excludes=tuple(_excluding(verdict, view) for verdict in answer.with_outcome(Outcome.EXCLUDES)),
        missing=tuple(one for one in open_ if one.state == "missing"),
        stale=tuple(one for one in open_ if one.state == "stale"),
        answered={standing: tuple(_answered(answer, standing)) for standing in Standing},
        first_to_expire=_first_to_expire(answer.verdicts, view),
    )


def _excluding(verdict: Verdict, view: View) -> OpenItem:
    codes = tuple(use.code for use in verdict.used)
    return OpenItem(
        verdict=verdict, state="excludes", codes=codes, labels=tuple(view.dictionary[code].label for code in codes),
        group=view.dictionary[codes[0]].group if codes else "", rules=(verdict.rule,),
        answers=tuple(_used(use, view) for use in verdict.used),
    )  # fmt: skip


def _open_items(answer: Ready | NotReady, view: View) -> Iterator[OpenItem]:
    shut = answer.with_outcome(Outcome.MISSING, Outcome.STALE)
    by_place: dict[tuple[str, str, str], list[str]] = {}
    for code, home in _homes(shut):
        finding = view.find(code)
        stale = isinstance(finding, Unknown) and finding.absence is Absence.STALE
        place = (home.rule, "stale" if stale else "missing", view.dictionary[code].group)
        by_place.setdefault(place, []).append(code)
    homes = {verdict.rule: verdict for verdict in reversed(shut)}
    for (rule, state, group), codes in by_place.items():
        yield _open_item(
            homes[rule], state, group=group, codes=tuple(dict.fromkeys(codes)), shut=shut, view=view
        )


def _homes(shut: tuple[Verdict, ...]) -> Iterator[tuple[str, Verdict]]:
    """Each missing fact with the one rule under which it is shown: an item of the evaluation before any other.

    A decision about a medicine stands under the rule of that medicine, since each asks for its own.
    """
    items_first = sorted(shut, key=lambda verdict: verdict.standing is not Standing.ITEM)
    seen: set[str] = set()
    for verdict in items_first:
        for gap in verdict.missing:
            if gap.code == _DECISIONS or gap.code not in seen:
                seen.add(gap.code)
                yield gap.code, verdict


def _open_item(
    home: Verdict, state: str, *, group: str, codes: tuple[str, ...], shut: tuple[Verdict, ...], view: View
) -> OpenItem:
    rules = [
        one.rule for one in shut if codes != (_DECISIONS,) and any(gap.code in codes for gap in one.missing)
    ]
    findings = [view.find(code) for code in codes]
    return OpenItem(
        verdict=home, state=state, codes=codes, labels=tuple(view.dictionary[code].label for code in codes),
        group=group, rules=tuple(dict.fromkeys([home.rule, *rules])),
        answers=tuple(_last(code, view) for code in codes if state == "stale"),
        contradicted=any(
            isinstance(one, Unknown) and one.absence is Absence.CONTRADICTED for one in findings
        ),
    )  # fmt: skip


def _used(use: Use, view: View) -> Last:
    max_age = view.max_age(view.dictionary[use.code])
    return Last(
        label=view.dictionary[use.code].label, value=say_value(use.code, use.value), at=use.at,
        days=(view.now - use.at).days, good_for=max_age.words() if max_age else "", by_tree=_by_tree(use.code, view),
    )  # fmt: skip


def _by_tree(code: str, view: View) -> bool:
    finding = view.find(code)
    last = finding.last if isinstance(finding, Unknown) else finding.facts[-1] if finding.facts else None
    return last is not None and last.source == SOURCE


def _last(code: str, view: View) -> Last:
    finding = view.find(code)
    fact = finding.last if isinstance(finding, Unknown) else None
    if fact is None:
        return Last(view.dictionary[code].label, "", view.now, 0, "")
    return _used(Use(code, fact.value if fact.value is not None else "", fact.at), view)


def _answered(answer: Ready | NotReady, standing: Standing) -> Iterator[Answered]:
    for verdict in answer.verdicts:
        if verdict.standing is standing and verdict.outcome.opens:
            yield Answered(verdict, tuple(_values(verdict)))


def _values(verdict: Verdict) -> Iterable[str]:
    if verdict.standing is Standing.MEDICINE:
        return (verdict.words,)
    return tuple(f"{DICTIONARY[use.code].label}: {_short(use)}" for use in verdict.used)


def _short(use: Use) -> str:
    """A value in a table: of records only what each is called."""
    if DICTIONARY[use.code].type is FactType.RECORDS and isinstance(use.value, tuple):
        named = [one.get("name") or one.get("kind") or "" for one in use.value if isinstance(one, Mapping)]
        return ", ".join(str(one) for one in named if one) or say_value(use.code, ())
    return say_value(use.code, use.value)


def _first_to_expire(verdicts: tuple[Verdict, ...], view: View) -> FirstToExpire | None:
    found: list[FirstToExpire] = []
    for code in {use.code for verdict in verdicts for use in verdict.used}:
        finding = view.find(code)
        for fact in finding.facts if isinstance(finding, Known) else ():
            definition = view.dictionary[fact.code]
            max_age = view.max_age(definition)
            if max_age is not None:
                found.append(FirstToExpire(definition.label, max_age.after(fact.at)))
    return min(found, key=lambda one: (one.at, one.label), default=None)
