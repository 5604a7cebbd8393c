"""Deciding on what an imported record mentions, and deciding again where that was a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import current_actor, record
from unloop.clinic.chart.drafts import of_one_kind, standing_list
from unloop.clinic.chart.models import Draft, DraftDecision, DraftKind, Person
from unloop.clinic.chart.recording import NewFact, add_facts
from unloop.quantity import InputRefused

_SETS = {DraftKind.CONDITION: "diagnoses", DraftKind.ALLERGY: "allergies"}


def drafts_of(person: Person) -> list[Draft]:
    """Everything that imported records mention, with every decision on it."""
    return list(Draft.objects.filter(person=person).prefetch_related("decisions"))


def in_order(made: Iterable[DraftDecision]) -> list[DraftDecision]:
    """The decisions on one draft, each after the one whose place it took."""
    follower = {one.supersedes_id: one for one in made}
    ordered: list[DraftDecision] = []
    while (following := follower.get(ordered[-1].id if ordered else None)) is not None:
        ordered.append(following)
    return ordered


def standing_decision(draft: Draft) -> DraftDecision | None:
    """The decision that no later one took the place of; None while nobody decided."""
    return DraftDecision.objects.filter(draft=draft, superseded_by__isnull=True).first()


@transaction.atomic
def decide(person: Person, draft_id: UUID, *, decision: str, decided_as: str = "") -> Draft:
    """Keep a clinician's decision on a draft and say in the chart what follows from it.

    The same decision sent twice changes nothing.

    Raises:
        InputRefused: a condition that holds today was given no ICD-10-CM code, or it was decided otherwise already.
    """
    draft = _locked(person, draft_id)
    if draft.decision:
        if draft.decision == decision:
            return draft
        raise InputRefused("decision", given=decision, allowed=f"the decision that stands: {draft.decision}",
                           mend="decide again, from the list of what is decided, and write why")  # fmt: skip
    said = DraftDecision(draft=draft, decision=decision, decided_as=decided_as.strip())
    return _keep(person, draft, said, before=standing_decision(draft))


@transaction.atomic
def decide_again(
    person: Person, draft_id: UUID, *, instead_of: UUID, decision: str, reason: str, decided_as: str = ""
) -> Draft:
    """Put another decision in the place of the one that stands; both stay visible.

    What was signed on the strength of the earlier one no longer holds. The same sent twice changes nothing.

    Args:
        person: whose record.
        draft_id: what is decided on.
        instead_of: the decision that this one replaces, as the page showed it.
        decision: one of `Draft.Decision`; undecided opens it again.
        reason: why the earlier one was wrong.
        decided_as: code or name, where it holds today.

    Raises:
        InputRefused: somebody decided again meanwhile, nothing is changed, no reason or no code is given.
    """
    draft = _locked(person, draft_id)
    standing = standing_decision(draft)
    said = DraftDecision(draft=draft, decision=decision, decided_as=decided_as.strip(), reason=reason.strip())
    if standing is not None and standing.supersedes_id == instead_of and _says_same(standing, said):
        return draft
    if standing is None or standing.id != instead_of:
        raise InputRefused("decision", given="another decision than the one on the page", allowed="the decision that stands",
                           mend="read what was decided meanwhile, then decide again")  # fmt: skip
    if _says_same(standing, said):
        raise InputRefused("decision", given=decision or "not decided", allowed="another decision than the one that stands",
                           mend="choose what is right, or leave it as it is")  # fmt: skip
    if not said.reason:
        raise InputRefused(
            "reason", given=None, allowed="a sentence", mend="write why the earlier decision was wrong"
        )
    return _keep(person, draft, said, before=standing)


def _locked(person: Person, draft_id: UUID) -> Draft:
    draft: Draft = get_object_or_404(Draft.objects.select_for_update(), id=draft_id, person=person)
    return draft


def _says_same(one: DraftDecision, other: DraftDecision) -> bool:
    return (one.decision, one.decided_as) == (other.decision, other.decided_as)


def _keep(person: Person, draft: Draft, said: DraftDecision, *, before: DraftDecision | None) -> Draft:
    if said.decision == Draft.Decision.TAKEN and draft.kind == DraftKind.CONDITION and not said.decided_as:
        raise InputRefused("code", given=None, allowed="an ICD-10-CM code such as F42.2",
                           mend="write the code of the diagnosis as you see it today")  # fmt: skip
    said.supersedes, said.by, said.at = before, current_actor().id, clock.now()
    said.save(force_insert=True)
    draft.decision, draft.decided_as = said.decision, said.decided_as
    draft.decided_by, draft.decided_at = (said.by, said.at) if said.decision else (None, None)
    draft.save(update_fields=["decision", "decided_as", "decided_by", "decided_at"])
    record(
        "chart.draft.decided", person=person.id, about=draft,
        detail={"decision": said.decision, **({"instead_of": before.decision} if before else {})},
    )  # fmt: skip
    _say_what_follows(person, draft, before)
    return draft


def _say_what_follows(person: Person, draft: Draft, before: DraftDecision | None) -> None:
    kind = DraftKind(draft.kind)
    if kind is DraftKind.MEDICINE:
        _ask_for_the_list_again(person, draft, decided_before=before is not None)
        return
    if before is not None and before.decision == Draft.Decision.TAKEN:
        _take_from_set(person, _SETS[kind], before.decided_as or draft.name)
    if draft.decision == Draft.Decision.TAKEN:
        _add_to_set(person, _SETS[kind], draft.decided_as or draft.name)


def _ask_for_the_list_again(person: Person, draft: Draft, *, decided_before: bool) -> None:
    """A list that was called complete is so no more once a decision speaks against it."""
    complete, said = standing_list(person, "medicines_complete"), standing_list(person, "medicines")
    if complete is None or complete.value is not True:
        return
    names = [str(one) for one in said.value] if said is not None and said.value is not None else []
    left_out = draft.decision == Draft.Decision.TAKEN and not any(
        of_one_kind(one, draft.name) for one in names
    )
    if decided_before or left_out:
        reason = "an imported medicine was decided on after the list was said"
        add_facts(person, [NewFact("medicines_complete", value=False, reason=reason)])


def _add_to_set(person: Person, code: str, member: str) -> None:
    before = _members(person, code)
    if member not in before:
        add_facts(person, [NewFact(code, [*before, member])])


def _take_from_set(person: Person, code: str, member: str) -> None:
    before = _members(person, code)
    if member in before:
        add_facts(person, [NewFact(code, [one for one in before if one != member])])


def _members(person: Person, code: str) -> list[str]:
    row = standing_list(person, code)
    return [str(one) for one in row.value] if row is not None and row.value is not None else []
