"""What each medicine taken now means beside ketamine, and whether somebody has decided about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal, assert_never

from unloop.care.treatment_history.ingredients import shipped_table
from unloop.care.treatment_history.naming import Resolved, Unmapped, canonical, resolve
from unloop.facts import Record
from unloop.quantity.refusal import InputRefused

Action = Literal["block", "consult", "inform"]
State = Literal["clear", "decided", "needs-decision", "blocked", "unmapped"]

_CLASS = "class:"
_STOP = "take it off the list of medicines once it has been stopped, as was decided"


@dataclass(frozen=True, slots=True)
class Interaction:
    """Medicines that matter to ketamine.

    Attributes:
        id: of the protocol's rule.
        match: ingredients by any of their names, and classes written `class:benzodiazepine`.
        route: of ketamine, for which the effect was found: any, intravenous or oral.
        effect: what is known, in words.
        action: `block` stands against treatment, `consult` asks for a clinician's decision, `inform` is shown.
        basis, sources: who says so.

    Raises:
        InputRefused: a name that the table does not know, since such a rule would silently concern nobody.
    """

    id: str
    match: tuple[str, ...]
    route: str
    effect: str
    action: Action
    basis: str
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        check_names(self.match, where=f"{self.id}, match")

    def concerned(self, medicine: Resolved) -> frozenset[str]:
        """The ingredients of a medicine that are meant, by name or by class."""
        return meant_by(self.match, medicine)

    def concerns(self, medicine: Resolved) -> bool:
        """Whether any ingredient of a medicine is meant."""
        return bool(self.concerned(medicine))


def check_names(match: Iterable[str], *, where: str) -> None:
    """Refuse a name that the table does not know, since what is matched by it would silently concern nobody.

    Raises:
        InputRefused: naming the first such.
    """
    for written in match:
        if _meant(written) is None:
            raise InputRefused(
                where, given=written, allowed="an ingredient of the table of medicines, or class: and one of its classes",
                mend=_mend(written),
            )  # fmt: skip


def meant_by(match: Iterable[str], medicine: Resolved) -> frozenset[str]:
    """The ingredients of a medicine that are meant, by name or by class."""
    wanted = {_meant(written) for written in match}
    table = shipped_table()
    return frozenset(
        one
        for one in medicine.ingredients
        if one in wanted or any(f"{_CLASS}{group}" in wanted for group in table.ingredients[one].classes)
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
        words: the effect, or what is still to be done.
    """

    medicine: str
    ingredient: str | None
    interaction: str | None
    action: Action | None
    state: State
    words: str

    @property
    def holds_back(self) -> bool:
        """Whether a gate stays shut because of this medicine."""
        return self.state not in {"clear", "decided"}


@dataclass(frozen=True, slots=True)
class _Decisions:
    """What clinicians decided: the ingredients or unknown names to go on with, and those to be stopped."""

    settled: frozenset[str]
    stopped: frozenset[str]


def judge_medicines(
    medicines: Iterable[str], decisions: Iterable[Record], interactions: Iterable[Interaction]
) -> tuple[MedicineVerdict, ...]:
    """Judge every medicine by every rule that concerns it; at least one verdict a medicine.

    A decision counts when it says what was decided, by whom and why, and names every ingredient that the rule
    concerns, under whatever name. Going on and holding on the day settle a medicine; a medicine that was to be
    stopped needs a further look for as long as it is on the list. No decision lifts a block. Whether a decision was
    made for this list, and not for an earlier one, is for the caller to see to, who knows the times.

    Args:
        medicines: the list as written.
        decisions: records of `medicine_decisions` that were made for this list.
        interactions: of the protocol.
    """
    made, rules = _read_decisions(decisions), tuple(interactions)
    return tuple(verdict for name in medicines for verdict in _judge(name, made, rules))


def _judge(name: str, made: _Decisions, rules: tuple[Interaction, ...]) -> Iterator[MedicineVerdict]:
    found = resolve(name)
    if isinstance(found, Unmapped):
        yield _unmapped(found, made)
        return
    concerned = [(rule, rule.concerned(found)) for rule in rules]
    if not any(ingredients for _, ingredients in concerned):
        words = "no interaction with ketamine in the protocol"
        yield MedicineVerdict(name, found.ingredient, None, None, "clear", words)
    for rule, ingredients in concerned:
        if ingredients:
            state = _state(rule, ingredients, made)
            stopped = state == "needs-decision" and not ingredients.isdisjoint(made.stopped)
            words = f"{_STOP}. {rule.effect}" if stopped else rule.effect
            yield MedicineVerdict(name, found.ingredient, rule.id, rule.action, state, words)


def _unmapped(found: Unmapped, made: _Decisions) -> MedicineVerdict:
    key = _plain(found.name)
    words = "not in the table of medicines"
    if found.suggestions:
        words = f"{words}; similar: {', '.join(found.suggestions)}"
    if key in made.stopped:
        words = _STOP
    settled = key in made.settled and key not in made.stopped
    return MedicineVerdict(found.name, None, None, None, "decided" if settled else "unmapped", words)


def _state(rule: Interaction, ingredients: frozenset[str], made: _Decisions) -> State:
    match rule.action:
        case "block":
            return "blocked"
        case "consult":
            settled = ingredients <= made.settled and ingredients.isdisjoint(made.stopped)
            return "decided" if settled else "needs-decision"
        case "inform":
            return "clear"
        case _:
            assert_never(rule.action)


def _read_decisions(decisions: Iterable[Record]) -> _Decisions:
    settled: set[str] = set()
    stopped: set[str] = set()
    for one in decisions:
        if not _complete(one):
            continue
        named = _named(str(one.get("medicine")))
        match one.get("decision"):
            case "proceed" | "hold":
                settled |= named
            case "stop":
                stopped |= named
            case _:
                continue
    return _Decisions(frozenset(settled), frozenset(stopped))


def _complete(decision: Record) -> bool:
    said = (decision.get("medicine"), decision.get("decided_by"), decision.get("reason"))
    return all(isinstance(one, str) and one.strip() for one in said)


def _named(medicine: str) -> frozenset[str]:
    found = resolve(medicine)
    return frozenset(found.ingredients) if isinstance(found, Resolved) else frozenset({_plain(medicine)})


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _mend(written: str) -> str:
    if written.startswith(_CLASS):
        near = get_close_matches(written, [f"{_CLASS}{group}" for group in shipped_table().classes], n=2)
    else:
        found = resolve(written)
        near = list(found.suggestions[:2]) if isinstance(found, Unmapped) else list(found.ingredients)
    spelling = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{spelling}correct the spelling, or add the medicine to the table"


@cache
def _meant(written: str) -> str | None:
    """The table's own name of what a rule names; None when the table does not know it."""
    if written.startswith(_CLASS):
        return written if written.removeprefix(_CLASS) in shipped_table().classes else None
    return canonical(written)
