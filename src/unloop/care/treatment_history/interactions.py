"""What each medicine taken now means beside ketamine, and whether somebody has decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.facts import Record

Action = Literal["block", "consult", "inform"]
State = Literal["clear", "decided", "needs-decision", "blocked", "unmapped"]
_CLASS = "class:"


@dataclass(frozen=True, slots=True)
class Interaction:
    """Medicines that matter to ketamine.

    Attributes:
        id: of the protocol's rule.
        match: ingredients, and classes written `class:benzodiazepine`.
        route: of ketamine, for which the effect was found: any, intravenous or oral.
        effect: what is known, in words.
        action: `block` stands against treatment, `consult` asks for a clinician's decision, `inform` is shown.
        basis, sources: who says so.
    """

    id: str
    match: tuple[str, ...]
    route: str
    effect: str
    action: Action
    basis: str
    sources: tuple[str, ...]

    def concerns(self, medicine: Resolved) -> bool:
        """Whether one of the medicine's ingredients or classes is meant."""
        wanted = set(self.match)
        return not wanted.isdisjoint(medicine.ingredients) or not wanted.isdisjoint(
            f"{_CLASS}{one}" for one in medicine.classes
        )


@dataclass(frozen=True, slots=True)
class MedicineVerdict:
    """What one medicine means beside ketamine.

    Attributes:
        medicine: as it was written.
        ingredient: what it was understood as; None when nobody knows.
        interaction: id of the rule that concerns it; None when none does.
        action: of that rule.
        state: clear, decided, needs-decision, blocked or unmapped; only the first two let a gate open.
        words: the effect, or what to do about an unknown name.
    """

    medicine: str
    ingredient: str | None
    interaction: str | None
    action: Action | None
    state: State
    words: str


def judge_medicines(
    medicines: Iterable[str], decisions: Iterable[Record], interactions: Iterable[Interaction]
) -> tuple[MedicineVerdict, ...]:
    """Judge every medicine by every rule that concerns it; at least one verdict a medicine.

    A decision counts when it names the medicine, who decided and why. Whether it was made for this list, and not for
    an earlier one, is for the caller to see to, who knows the times.
    """
    decided = {_key(str(one.get("medicine"))) for one in decisions if _counts(one)}
    rules = tuple(interactions)
    return tuple(verdict for name in medicines for verdict in _judge(name, decided, rules))


def _judge(name: str, decided: set[str], rules: tuple[Interaction, ...]) -> Iterator[MedicineVerdict]:
    found = resolve(name)
    settled = _key(name) in decided
    if not isinstance(found, Resolved):
        words = (
            f"not in the table; similar: {', '.join(found.suggestions)}"
            if found.suggestions
            else "not in the table"
        )
        yield MedicineVerdict(name, None, None, None, "decided" if settled else "unmapped", words)
        return
    concerned = [rule for rule in rules if rule.concerns(found)]
    if not concerned:
        yield MedicineVerdict(
            name, found.ingredient, None, None, "clear", "no interaction with ketamine in the protocol"
        )
    for rule in concerned:
        yield MedicineVerdict(
            name, found.ingredient, rule.id, rule.action, _state(rule, settled=settled), rule.effect
        )


def _state(rule: Interaction, *, settled: bool) -> State:
    match rule.action:
        case "block":
            return "blocked"
        case "consult":
            return "decided" if settled else "needs-decision"
        case "inform":
            return "clear"


def _counts(decision: Record) -> bool:
    said = (decision.get("decided_by"), decision.get("reason"), decision.get("decision"))
    return all(isinstance(one, str) and one.strip() for one in said)


def _key(name: str) -> str:
    """Two names of one medicine are one medicine."""
    found = resolve(name)
    return found.ingredient if isinstance(found, Resolved) else " ".join(name.casefold().split())
