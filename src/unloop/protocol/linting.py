"""What a well-formed document may still get wrong, found before anybody is treated under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unloop.facts import Dictionary, FactDefinition, FactType, Phase
from unloop.protocol import ceilings
from unloop.protocol.document import Document, Gate, GateRule
from unloop.quantity.duration import Duration
from unloop.quantity.refusal import InputRefused
from unloop.rules import check, codes, known_under_negation, walk
from unloop.rules.tree import AgeOf, Comparison, Condition, Flag, IsKnown, Membership, Value

# Facts that have no moment of their own: counted by the clinic's sessions or from the birth date.
_TIMELESS = frozenset({"age", "infusions_total", "hours_since_last_infusion", "minutes_since_end"})
# Facts that the gates read on their own, without a condition that names them.
_READ_BY_THE_ENGINE = frozenset({"height", "medicine_decisions", "medicines", "overrides", "weight"})
_MOVE_TO_DISCHARGE = "move it to [[discharge.require]], or take discharge out of at"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a document is not taken."""

    where: str
    why: str
    mend: str

    def as_dict(self) -> dict[str, str]:
        """For JSON and pages."""
        return {"where": self.where, "why": self.why, "mend": self.mend}


def lint(document: Document, dictionary: Dictionary) -> tuple[Refusal, ...]:
    """Every fault of a document whose shape is right, in one pass."""
    faults = [*_ids(document), *_sources(document), *_facts(document, dictionary)]
    sound = {id(written) for _, written in document.conditions()}
    for rule, written in document.conditions():
        try:
            check(written.condition, dictionary, where="condition")
        except InputRefused as error:
            sound.discard(id(written))
            faults.append(
                Refusal(rule, f"{error.where}: {error.given}; allowed is {error.allowed}", error.mend)
            )
    faults += _undeclared(document, dictionary)
    if len(sound) == len(document.conditions()) and not any("dictionary" in fault.why for fault in faults):
        faults += [*_known(document, dictionary), *_overrides(document), *_today(document, dictionary)]
        faults += [
            *_gates(document),
            *_before_any_session(document, dictionary),
            *_measured(document, dictionary),
        ]
    faults += [*_dates(document), *_medicines_asked(document)]
    faults += [Refusal(*fault) for fault in ceilings.faults(document.dose)]
    return tuple(dict.fromkeys(faults))


def warn(document: Document) -> tuple[str, ...]:
    """What a medical director should know before signing."""
    seen = {source.id: source.seen for source in document.source}
    kinds = {source.id: source.kind for source in document.source}
    warnings = [
        f"{rule.id}: unverified, rests on memory alone ({', '.join(rule.src)})"
        for rule in document.sourced()
        if all(seen.get(source) == "memory" for source in rule.src)
    ]
    policy = [
        rule.id for rule in document.sourced() if all(kinds.get(source) == "policy" for source in rule.src)
    ]
    if policy:
        warnings.append(f"{len(policy)} rules rest on clinic policy alone: {', '.join(policy)}")
    if document.protocol.status != "final":
        warnings.append(f"status is {document.protocol.status}: nobody can be treated under it")
    return tuple(warnings)


def _ids(document: Document) -> Iterator[Refusal]:
    for kind, ids in (
        ("rule", [rule.id for rule in document.sourced()]),
        ("source", [source.id for source in document.source]),
    ):
        for one in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            yield Refusal(one, f"the same {kind} id twice", "give every one an id of its own")


def _sources(document: Document) -> Iterator[Refusal]:
    declared = {source.id for source in document.source}
    used = {source for rule in document.sourced() for source in rule.src}
    for rule in document.sourced():
        for source in sorted(set(rule.src) - declared):
            yield Refusal(f"{rule.id}.src", f"dangling source {source}", "add the source or name another")
    for source in sorted(declared - used):
        yield Refusal(
            f"source.{source}", "unused source: no rule rests on it", "remove it or name it in a rule"
        )


def _facts(document: Document, dictionary: Dictionary) -> Iterator[Refusal]:
    for code, use in document.facts.items():
        where = f"facts.{code}"
        try:
            definition = dictionary.define(code, where=where)
        except InputRefused as error:
            yield Refusal(where, "not a code of the fact dictionary", error.mend)
            continue
        if use.unit != definition.unit:
            yield Refusal(
                f"{where}.unit",
                f"unit mismatch: {code} is in {definition.unit or 'no unit'}, not {use.unit or 'none'}",
                f'write unit = "{definition.unit}"',
            )
        if use.max_age is not None:
            yield from _max_age(where, definition, use.max_age)


def _max_age(where: str, definition: FactDefinition, max_age: Duration) -> Iterator[Refusal]:
    if definition.derived:
        yield Refusal(
            f"{where}.max_age", "a derived fact is as old as its inputs", "limit the inputs instead"
        )
    elif definition.max_age is not None and _approximate_days(max_age) > _approximate_days(
        definition.max_age
    ):
        yield Refusal(
            f"{where}.max_age",
            f"longer than the dictionary's {definition.max_age}",
            "shorten it; never lengthen it",
        )


def _approximate_days(duration: Duration) -> float:
    # Months are taken at their shortest against the dictionary and only order matters here.
    return duration.months * 30.4 + duration.seconds / 86400


def _read(document: Document) -> dict[str, set[str]]:
    """The fact codes that each rule reads, by any of its keys."""
    reads: dict[str, set[str]] = {}
    for rule, written in document.conditions():
        reads.setdefault(rule, set()).update(codes(written.condition))
    for item in document.evaluation:
        reads.setdefault(item.id, set()).update(item.facts)
    for monitor in document.monitor:
        reads.setdefault(monitor.id, set()).update(monitor.measure)
    reads.setdefault(document.outcome.id, set()).add(document.outcome.primary)
    return reads


def _undeclared(document: Document, dictionary: Dictionary) -> Iterator[Refusal]:
    reads = _read(document)
    for rule, facts in reads.items():
        for code in sorted(facts - set(document.facts)):
            yield Refusal(rule, f"undeclared fact {code}", "declare it in [facts] with its unit")
    used = {code for facts in reads.values() for code in facts} | _READ_BY_THE_ENGINE
    for code in sorted(set(document.facts) - used):
        if not any(
            code in (*dictionary[one].inputs, dictionary[one].complete_by)
            for one in used
            if one in dictionary
        ):
            yield Refusal(f"facts.{code}", "declared but read by no rule", "remove it or use it in a rule")


def _gate_rules(document: Document) -> Iterator[tuple[str, GateRule]]:
    for rule in document.gate:
        for gate in rule.at:
            yield gate, rule
    for rule in document.sameday:
        yield "start", rule
    for rule in document.discharge.require:
        yield "discharge", rule


def _known(document: Document, dictionary: Dictionary) -> Iterator[Refusal]:
    """`known()` may not open a gate by absence, nor be content with a fact that has a bad value."""
    judged: dict[str, set[str]] = {}
    for gate, rule in _gate_rules(document):
        judged.setdefault(gate, set()).update(_values_read(rule.when.condition))
    judged["start"] = judged.get("start", set()) | judged.get("evaluation", set())
    for gate, rule in _gate_rules(document):
        if any(known_under_negation(rule.when.condition, negative=rule.kind != "require")):
            yield Refusal(
                rule.id, "known() stands where an absent fact would open the gate", "turn the condition round"
            )
        for part in walk(rule.when.condition):
            if isinstance(part, IsKnown) and dictionary[part.code].bad and part.code not in judged[gate]:
                yield Refusal(
                    rule.id,
                    f"only known({part.code}) guards a fact that has a bad value",
                    f"add a rule at the {gate} gate that reads the value of {part.code}",
                )
    yield from _known_items(document, dictionary, judged.get("evaluation", set()))


def _known_items(document: Document, dictionary: Dictionary, judged: set[str]) -> Iterator[Refusal]:
    for item in document.evaluation:
        for code in item.facts:
            if code in dictionary and dictionary[code].bad and code not in judged:
                yield Refusal(
                    item.id,
                    f"only asks that {code} is known, which has a bad value",
                    f"add an evaluation rule that reads the value of {code}",
                )


def _values_read(condition: Condition) -> Iterator[str]:
    for part in walk(condition):
        match part:
            case Flag(code=code) | Membership(code=code) | Comparison(term=Value(code=code)):
                yield code
            case _:
                continue


def _overrides(document: Document) -> Iterator[Refusal]:
    for _, rule in _gate_rules(document):
        if rule.override is not None and rule.kind != "relative":
            yield Refusal(
                f"{rule.id}.override", f"an {rule.kind} rule has no override" if rule.kind == "absolute"
                else "a require rule has no override", "make it relative, or remove the override",
            )  # fmt: skip
        if rule.override is None and rule.kind == "relative":
            yield Refusal(
                rule.id, "a relative rule that nobody may override", "make it absolute or name the signers"
            )
    for rule in document.discharge.require:
        if rule.kind != "require":
            yield Refusal(rule.id, "a discharge rule is a requirement", 'write kind = "require"')


def _gates(document: Document) -> Iterator[Refusal]:
    """A gate that a rule names but that never asks it would let pass whatever the rule stands against."""
    for rule in document.gate:
        if "discharge" in rule.at:
            yield Refusal(
                f"{rule.id}.at", "the discharge gate never asks a [[gate]] rule", _MOVE_TO_DISCHARGE
            )
    asked: tuple[tuple[Gate, tuple[GateRule, ...]], ...] = (
        ("start", document.sameday),
        ("discharge", document.discharge.require),
    )
    for gate, rules in asked:
        for rule in rules:
            if "at" in rule.model_fields_set and rule.at != (gate,):
                yield Refusal(
                    f"{rule.id}.at", f"this rule is asked at the {gate} gate alone", f'write at = ["{gate}"]'
                )


def _before_any_session(document: Document, dictionary: Dictionary) -> Iterator[Refusal]:
    """At the evaluation there is no session yet: what exists only in one would keep the gate shut for ever."""
    asked = [(rule.id, codes(rule.when.condition)) for rule in document.gate if "evaluation" in rule.at]
    asked += [(item.id, item.facts) for item in document.evaluation]
    for id_, read in asked:
        for code in read:
            if code in dictionary and dictionary[code].in_session:
                yield Refusal(
                    id_,
                    f"reads {code} at the evaluation, which exists only within a session",
                    "ask it at the start, or use the reading of a visit",
                )


def _medicines_asked(document: Document) -> Iterator[Refusal]:
    """Without such an item nobody would answer for a medicine that the table does not know."""
    if not any("medicines" in item.facts for item in document.evaluation):
        yield Refusal(
            "evaluation", "no item asks for the medicines taken", 'add an item with facts = ["medicines"]'
        )


def _measured(document: Document, dictionary: Dictionary) -> Iterator[Refusal]:
    for monitor in document.monitor:
        for code in monitor.measure:
            if code in dictionary and Phase(monitor.phase) not in dictionary[code].phases:
                yield Refusal(
                    f"{monitor.id}.measure",
                    f"{code} is not charted in the {monitor.phase} part of a session",
                    "name a reading of that part",
                )
    primary = document.outcome.primary
    if primary in dictionary and dictionary[primary].type is not FactType.NUMBER:
        yield Refusal(f"{document.outcome.id}.primary", f"{primary} is not a number", "name a score")


def _dates(document: Document) -> Iterator[Refusal]:
    header = document.protocol
    if header.review_by <= header.effective:
        yield Refusal(
            "protocol.review_by",
            f"{header.review_by} is not after {header.effective}, when it takes effect",
            "correct one of the two dates",
        )


def _today(document: Document, dictionary: Dictionary) -> Iterator[Refusal]:
    """Same-day and discharge rules read only facts of the session's right part, or of the last day."""
    for rule in document.sameday:
        yield from _fresh(document, dictionary, rule, phase=Phase.BEFORE)
    for rule in document.discharge.require:
        yield from _fresh(document, dictionary, rule, phase=Phase.RECOVERY)


def _fresh(document: Document, dictionary: Dictionary, rule: GateRule, *, phase: Phase) -> Iterator[Refusal]:
    guarded = {
        part.term.code
        for part in walk(rule.when.condition)
        if isinstance(part, Comparison) and isinstance(part.term, AgeOf) and _limits_age(part)
    }
    for code in codes(rule.when.condition):
        for recorded in _inputs(code, dictionary):
            definition = dictionary[recorded]
            use = document.facts.get(recorded)
            max_age = use.max_age if use is not None and use.max_age is not None else definition.max_age
            bound = phase in definition.phases
            recent = max_age is not None and _approximate_days(max_age) <= 1 and phase is Phase.BEFORE
            if not (bound or recent or recorded in guarded or recorded in _TIMELESS):
                yield Refusal(
                    rule.id,
                    f"reads {recorded}, which may be older than a day and is not bound to the {phase} part of a session",
                    f"bind it to the session, or add age_of({recorded}) <= P1D",
                )


def _limits_age(part: Comparison) -> bool:
    return isinstance(part.operand, Duration) and part.operator in {"<", "<="}


def _inputs(code: str, dictionary: Dictionary) -> tuple[str, ...]:
    definition = dictionary[code]
    if code in _TIMELESS or not definition.derived:
        return (code,)
    return tuple(source for source in definition.inputs if source != "infusion_given")
