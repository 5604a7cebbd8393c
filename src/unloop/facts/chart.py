"""A person's facts, and what of them stands at a given time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from unloop.facts.fact import Fact, Person
from unloop.quantity.refusal import InputRefused


@dataclass(frozen=True, slots=True)
class Infusion:
    """One ketamine infusion that was begun: when, how much ketamine base was given, and in which session."""

    at: datetime
    mg: float
    session: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One person's facts in any order.

    Attributes:
        person: birth date and sex.
        facts: every entry, superseded and withdrawn ones included.
        own_infusions: the infusions that this clinic's sessions hold, which no missing fact can hide. None when the
            chart comes from a file: there the `infusion_given` facts are all there is.
    """

    person: Person
    facts: tuple[Fact, ...]
    own_infusions: tuple[Infusion, ...] | None = None
    _by_code: Mapping[str, tuple[Fact, ...]] = field(init=False, repr=False, compare=False)
    _superseders: Mapping[str, tuple[Fact, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code: dict[str, list[Fact]] = {}
        superseders: dict[str, list[Fact]] = {}
        for fact in self.facts:
            by_code.setdefault(fact.code, []).append(fact)
            if fact.supersedes is not None:
                superseders.setdefault(fact.supersedes, []).append(fact)
        object.__setattr__(self, "_by_code", {code: tuple(facts) for code, facts in by_code.items()})
        object.__setattr__(self, "_superseders", {id_: tuple(facts) for id_, facts in superseders.items()})

    def standing(self, code: str, *, at: datetime, known_at: datetime) -> tuple[Fact, ...]:
        """The entries of `code` that hold at `at` by what had been written down at `known_at`, oldest first.

        Superseded and withdrawn entries are left out; so is everything from the future.
        """
        visible = [
            fact
            for fact in self._by_code.get(code, ())
            if fact.at <= at and fact.recorded_at <= known_at and not self.corrected(fact, known_at=known_at)
        ]
        return tuple(sorted((fact for fact in visible if not fact.withdraws), key=_by_time))

    def corrected(self, fact: Fact, *, known_at: datetime) -> bool:
        """Whether a later entry has taken the place of `fact`, as far as was written down at `known_at`."""
        return any(later.recorded_at <= known_at for later in self._superseders.get(fact.id, ()))

    def entries(self, code: str, *, known_at: datetime) -> tuple[Fact, ...]:
        """Every entry of `code` that was written down by `known_at`, superseded and withdrawn ones included."""
        return tuple(fact for fact in self._by_code.get(code, ()) if fact.recorded_at <= known_at)

    def latest_time(self) -> datetime | None:
        """The latest moment that any entry speaks of or was written down at; None for an empty chart."""
        return max((max(fact.at, fact.recorded_at) for fact in self.facts), default=None)

    def latest_session(self, *, at: datetime) -> str | None:
        """The infusion session with the latest standing entry that `at` could know."""
        bound = [
            fact
            for fact in self.facts
            if fact.session is not None and fact.at <= at and fact.recorded_at <= at and not fact.withdraws
        ]
        standing = [fact for fact in bound if not self.corrected(fact, known_at=at)]
        return max(standing, key=_by_time).session if standing else None


def check_corrections(facts: Iterable[Fact]) -> None:
    """Refuse corrections that point nowhere, at another code or session, or in a circle.

    Raises:
        InputRefused: naming the entry.
    """
    by_id: dict[str, Fact] = {}
    for fact in facts:
        if fact.id in by_id:
            raise InputRefused(
                f"fact {fact.id}",
                given="the same id twice",
                allowed="one entry an id",
                mend="give the second entry an id of its own",
            )
        by_id[fact.id] = fact
    for fact in by_id.values():
        _check_correction(fact, by_id)
    _check_circles(by_id)


def _check_correction(fact: Fact, by_id: Mapping[str, Fact]) -> None:
    if fact.supersedes is None:
        if fact.withdraws:
            raise InputRefused(
                f"fact {fact.id}",
                given="null",
                allowed="null only for an entry that supersedes another",
                mend="name the entry that was made in error in `supersedes`",
            )
        return
    target = by_id.get(fact.supersedes)
    if target is None or (target.code, target.session) != (fact.code, fact.session):
        raise _no_target(fact)


def _check_circles(by_id: Mapping[str, Fact]) -> None:
    """Follow every chain of corrections to its end, each link once."""
    ends_well: set[str] = set()
    for start in by_id.values():
        chain: dict[str, None] = {}
        fact: Fact | None = start
        while fact is not None and fact.id not in ends_well:
            if fact.id in chain:
                raise _no_target(fact)
            chain[fact.id] = None
            fact = by_id[fact.supersedes] if fact.supersedes is not None else None
        ends_well.update(chain)


def _no_target(fact: Fact) -> InputRefused:
    return InputRefused(
        f"fact {fact.id}, supersedes",
        given=fact.supersedes,
        allowed="the id of an earlier entry of the same code and session",
        mend="name the entry that this one corrects",
    )


def _by_time(fact: Fact) -> tuple[datetime, datetime]:
    return fact.at, fact.recorded_at
