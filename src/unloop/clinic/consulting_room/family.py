"""The family tree of a person: one fact, and what it says to the rule about psychosis in the first degree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from unloop.care.heredity import (
    FamilySex,
    FamilyTree,
    Relative,
    from_records,
    psychosis_in_first_degree,
    to_records,
    with_psychosis,
)
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, Person, add_facts, load_chart
from unloop.facts import DICTIONARY, Chart, Fact
from unloop.quantity import InputRefused

TREE, COMPLETE, WANTED = "family_history", "first_degree_complete", "lifetime_risk_wanted"
RULED = "psychosis_in_first_degree_relative"
SOURCE = "family tree"
"""Source of the one answer that the tree gives; an answer given in the interview is never touched."""


@dataclass(frozen=True, slots=True)
class Family:
    """The family as it stands.

    Attributes:
        tree: the person alone where nothing was said yet.
        based_on: id of the entry; empty where there is none.
        at: when it was last said; None where there is none.
        complete: whether somebody said, not before the tree as it stands, that nobody of the first degree is left out.
        wanted: whether the person wants to hear a number; None where nobody asked, or long ago.
        psychosis: the answer that the tree gives to the rule; None where it gives none.
    """

    tree: FamilyTree
    based_on: str
    at: datetime | None
    complete: bool
    wanted: bool | None
    psychosis: bool | None


def family_of(person: Person, chart: Chart) -> Family:
    """Read the family out of a chart."""
    entry = _latest(chart, TREE)
    records = [] if entry is None else _records(entry)
    tree = from_records(records) if records else _alone(person)
    said = _latest(chart, COMPLETE)
    complete = entry is not None and said is not None and said.value is True and said.at >= entry.at
    return Family(
        tree=tree,
        based_on=entry.id if entry else "",
        at=entry.at if entry else None,
        complete=complete,
        wanted=_choice(chart),
        psychosis=psychosis_in_first_degree(tree, complete=complete),
    )


@transaction.atomic
def keep_family(person: Person, tree: FamilyTree, *, based_on: str, reason: str, complete: bool) -> None:
    """Write the tree; the one before stays visible, as what this one took the place of.

    Args:
        based_on: the entry that was looked at; empty where there was none.
        reason: what changed, in few words without anybody's name.
        complete: whether parents, brothers, sisters and children are all in it, said together with it.

    Raises:
        InputRefused: somebody else changed the tree meanwhile.
    """
    entry = _latest(load_chart(person), TREE)
    if (entry.id if entry else "") != based_on:
        raise InputRefused("family tree", given=_("a tree that somebody changed meanwhile"),
                           allowed=_("the tree as it stands"),
                           mend=_("look at the tree again, then save once more"))  # fmt: skip
    add_facts(person, [
        NewFact(TREE, list(to_records(tree)), supersedes=UUID(entry.id) if entry else None, reason=reason),
        NewFact(COMPLETE, complete),
    ])  # fmt: skip


def say_choice(person: Person, *, wants: bool) -> None:
    """Whether the person wants to hear a number."""
    add_facts(person, [NewFact(WANTED, wants)])


def answer_the_rule(person: Person, codes: frozenset[str]) -> None:
    """Let the tree answer whether a first-degree relative had a psychosis, or take its answer back.

    Called in the same transaction whenever facts are added. What nobody knows is not "no", and an answer that somebody
    gave in the interview stays as it is. A yes is said anew where it is another relative's, so that nobody who signed to
    go on over one has signed for both.
    """
    if not codes & {TREE, COMPLETE}:
        return
    chart = load_chart(person)
    answer = family_of(person, chart).psychosis
    given = [one for one in _standing(chart, RULED) if one.source == SOURCE]
    last = given[-1] if given else None
    if last is None and answer is None:
        return
    same = last is not None and last.value is True and answer is True
    if same and not (TREE in codes and _others_now(chart)):
        return
    add_facts(person, [
        NewFact(RULED, answer, supersedes=UUID(last.id) if last else None, source=SOURCE,
                reason=_("said anew by the family tree") if last else "")
    ])  # fmt: skip


def _others_now(chart: Chart) -> bool:
    """Whether a psychosis is known of other relatives of the first degree than in the tree before."""
    entry = _latest(chart, TREE)
    before = next((one for one in chart.facts if entry is not None and one.id == entry.supersedes), None)
    if entry is None or before is None:
        return False
    now, then = (with_psychosis(from_records(_records(one))) if _records(one) else frozenset()
                 for one in (entry, before))  # fmt: skip
    return now != then


def _alone(person: Person) -> FamilyTree:
    """The person without anybody: nothing was said yet, or an empty list was."""
    return FamilyTree("proband", (Relative("proband", FamilySex(person.sex)),))


def _choice(chart: Chart) -> bool | None:
    said, age = _latest(chart, WANTED), DICTIONARY[WANTED].max_age
    if said is None or (age is not None and said.at < age.before(clock.now())):
        return None
    return said.value is True


def _standing(chart: Chart, code: str) -> tuple[Fact, ...]:
    now = clock.now()
    return tuple(chart.standing(code, at=now, known_at=now))


def _latest(chart: Chart, code: str) -> Fact | None:
    standing = _standing(chart, code)
    return standing[-1] if standing else None


def _records(entry: Fact) -> list[Mapping[str, float | int | str | bool | None]]:
    value = entry.value if isinstance(entry.value, tuple) else ()
    return [one for one in value if isinstance(one, Mapping)]
