"""What a chart says at one moment: a value, or unknown with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from unloop.facts.chart import Chart, Infusion
from unloop.facts.dictionary import Dictionary, FactDefinition
from unloop.facts.fact import Fact, Phase, Value
from unloop.quantity.duration import Duration


class Absence(StrEnum):
    """Why a fact is unknown."""

    MISSING = "missing"
    STALE = "stale"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Known:
    """A value that counts.

    Attributes:
        value: in the dictionary's type and unit.
        at: when it was true; for derived values, the time of the oldest input.
        facts: the entries it rests on.
        complete: for sets and records, whether a dated statement says that nothing is left out.
    """

    value: Value
    at: datetime
    facts: tuple[Fact, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Unknown:
    """No value that counts.

    Attributes:
        absence: why.
        missing: the recorded codes that would have to be answered.
        last: the latest entry that no longer counts, if there is one.
    """

    absence: Absence
    missing: tuple[str, ...]
    last: Fact | None = None


Finding = Known | Unknown
Derivation = Callable[["View"], Finding]


@dataclass(frozen=True)
class View:
    """A chart as of one moment, seen by one gate.

    Attributes:
        chart: the person's facts.
        now: the moment that is judged; later entries are not seen.
        known_at: what had been written down by then is seen; equals `now` unless an earlier moment of the same
            session is looked back at.
        dictionary: what the codes mean.
        derivations: how derived codes are computed.
        max_ages: shorter maximum ages set by a protocol.
        session: the infusion session whose readings are seen; None for none.
        phases: the parts of that session that are seen. A view of the recovery without the infusion, as for
            leaving, sees nothing before the end of the infusion is written down.
    """

    chart: Chart
    now: datetime
    known_at: datetime
    dictionary: Dictionary
    derivations: Mapping[str, Derivation]
    max_ages: Mapping[str, Duration] = field(default_factory=dict)
    session: str | None = None
    phases: frozenset[Phase] = frozenset(Phase)
    _found: dict[str, Finding] = field(default_factory=dict, init=False, repr=False, compare=False)

    def find(self, code: str) -> Finding:
        """The value of `code` at this moment, or why there is none."""
        if code not in self._found:
            definition = self.dictionary[code]
            self._found[code] = self.derivations[code](self) if definition.derived else self._read(definition)
        return self._found[code]

    def looking_back(self, to: datetime) -> View:
        """The same view at an earlier moment, with all that is written down by now."""
        return replace(self, now=to)

    def in_phases(self, *phases: Phase) -> View:
        """The same view, seeing only these parts of the session."""
        return replace(self, phases=frozenset(phases))

    def max_age(self, definition: FactDefinition) -> Duration | None:
        """How long an answer counts here: the dictionary's word, or the protocol's where that is shorter."""
        ages = [age for age in (definition.max_age, self.max_ages.get(definition.code)) if age is not None]
        if len(ages) < 2:
            return next(iter(ages), None)
        return min(ages, key=lambda age: age.after(self.now))

    def readings(self, code: str) -> tuple[Fact, ...]:
        """The entries of `code` that this view may use, oldest first, whatever their age."""
        definition = self.dictionary[code]
        standing = self.chart.standing(code, at=self.now, known_at=self.known_at)
        if not definition.in_session:
            return standing
        mine = tuple(fact for fact in standing if fact.session == self.session and self._in_phase(fact))
        return mine if self.session is not None else ()

    def infusions(self) -> tuple[Infusion, ...] | None:
        """The infusions begun until now, oldest first; None when nothing is known about them."""
        own = self.chart.own_infusions
        if own is not None:
            return tuple(sorted((one for one in own if one.at <= self.now), key=lambda one: one.at))
        entries = self.readings("infusion_given")
        if not entries:
            return None
        return tuple(
            Infusion(at=fact.at, mg=float(fact.value), session=fact.session or "")
            for fact in entries
            if isinstance(fact.value, (int, float)) and fact.value > 0
        )

    def baseline(self, code: str) -> Finding:
        """The value that a change is counted from.

        For session readings, the last one before this infusion; for facts of the course, the last one not after
        the start of the first infusion.
        """
        if self.dictionary[code].in_session:
            before = self.in_phases(Phase.BEFORE).readings(code)
        else:
            infusions = self.infusions()
            before = (
                self.chart.standing(code, at=infusions[0].at, known_at=self.known_at) if infusions else ()
            )
        if not before:
            return Unknown(Absence.MISSING, (code,))
        return _latest(before, code)

    def _in_phase(self, fact: Fact) -> bool:
        if fact.phase is None or fact.phase not in self.phases:
            return False
        if (
            fact.code == "infusion_ended"
            or Phase.RECOVERY not in self.phases
            or Phase.INFUSION in self.phases
        ):
            return True
        # Recovery is judged apart from the infusion: nothing counts before the end is written down, and what was
        # read before it is no recovery.
        ended = self.ended_at()
        return ended is not None and (fact.phase is not Phase.RECOVERY or fact.at >= ended)

    def ended_at(self) -> datetime | None:
        """When this session's infusion ended, if it has; a later "no" means that it runs again."""
        ends = [
            fact
            for fact in self.chart.standing("infusion_ended", at=self.now, known_at=self.known_at)
            if fact.session == self.session
        ]
        if self.session is None or not ends:
            return None
        last = _latest(tuple(ends), "infusion_ended")
        return last.at if isinstance(last, Known) and last.value is True else None

    def _read(self, definition: FactDefinition) -> Finding:
        entries = self.readings(definition.code)
        if not entries:
            return Unknown(Absence.MISSING, (definition.code,))
        if definition.ever:
            for fact in reversed(entries):
                if fact.value in definition.bad:
                    return _known(fact)
        finding = _latest(entries, definition.code)
        max_age = self.max_age(definition)
        if isinstance(finding, Unknown):
            return finding
        # Counted from the answer, so that it expires once and for all: `before(now)` runs backwards after a short month.
        if max_age is not None and max_age.after(finding.at) < self.now:
            return Unknown(Absence.STALE, (definition.code,), finding.facts[-1])
        return self._completed(finding, definition)

    def _completed(self, finding: Known, definition: FactDefinition) -> Known:
        """The list with the statement that it is complete, if there is one that is not older than the list."""
        if definition.complete_by is None:
            return finding
        statement = self.find(definition.complete_by)
        stated = isinstance(statement, Known) and statement.value is True and statement.at >= finding.at
        facts = (
            (*finding.facts, *statement.facts) if isinstance(statement, Known) and stated else finding.facts
        )
        return replace(finding, complete=stated, facts=facts)


def _latest(entries: tuple[Fact, ...], code: str) -> Finding:
    last = entries[-1]
    # Which of two was written down later settles nothing: only a correction says which one is wrong.
    if any(fact.value != last.value for fact in entries if fact.at == last.at):
        return Unknown(Absence.CONTRADICTED, (code,), last)
    return _known(last)


def _known(fact: Fact) -> Finding:
    if fact.value is None:
        return Unknown(Absence.MISSING, (fact.code,))
    return Known(fact.value, fact.at, (fact,))
