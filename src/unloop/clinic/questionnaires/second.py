"""A second rating that is blind to the first: asked for, made, and only then shown beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from unloop.care.symptoms import Agreement, Instrument, agreement, library
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import ActorKind, AuditEntry, current_actor, record
from unloop.clinic.chart.services import FactRow, Person
from unloop.clinic.people.services import User
from unloop.clinic.questionnaires.models import AnswerSheet, SecondRating
from unloop.quantity import InputRefused

_HIDES = ("chart:person", "chart:facts", "chart:correct")
"""Pages outside this room that leave out what a second rater may not see."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A first rating with a second one that was finished.

    Attributes:
        difference: second minus first, in points; None where one of them has no total.
        saw_the_record: whether the second rater opened other pages of the record between being asked and rating,
            where the first score may have stood: the rating is then not known to be blind.
    """

    second: SecondRating
    difference: int | None
    saw_the_record: bool


@transaction.atomic
def ask_second(first: AnswerSheet, *, rater: User, by: User) -> SecondRating:
    """Ask somebody else to rate the same person with the same instrument; from now on the first is hidden from them.

    Raises:
        InputRefused: the first is not a finished rating of a clinician, the rater made it, treats nobody, was asked
            before, or has looked at it.
    """
    if first.sent_at is None or first.entered_by_id is None or is_second(first):
        raise InputRefused("second rating", given="a form that no clinician finished", allowed="a clinician's rating",
                           mend="save the first rating before")  # fmt: skip
    if rater.pk == first.entered_by_id or not rater.is_active or not rater.is_clinical:
        raise InputRefused("second rater", given="the first rater, or nobody who rates",
                           allowed="somebody else who treats people", mend="choose another one")  # fmt: skip
    if SecondRating.objects.filter(first=first, rater=rater).exists():
        raise InputRefused("second rater", given="somebody who was asked already", allowed="each rater once",
                           mend="choose another one")  # fmt: skip
    if _has_seen(first, rater):
        raise InputRefused("second rater", given="somebody who has seen the first rating",
                           allowed="somebody who has not", mend="choose another one")  # fmt: skip
    asked: SecondRating = SecondRating.objects.create(
        first=first, rater=rater, asked_by=by, asked_at=clock.now()
    )
    record(
        "questionnaires.second.asked", person=first.person_id, about=first, detail={"rater": str(rater.pk)}
    )
    return asked


def take_up(sheet: AnswerSheet, rater: User) -> None:
    """Tie a rating that somebody begins to what they were asked for; nothing where they were not asked."""
    asked = (
        _open()
        .filter(rater=rater, first__person=sheet.person, first__instrument=sheet.instrument, sheet=None)
        .first()
    )
    if asked is not None:
        asked.sheet = sheet
        asked.save(update_fields=["sheet"])


def is_second(sheet: AnswerSheet) -> bool:
    """Whether a sheet is a second rating, which stays beside the first and becomes no fact."""
    return SecondRating.objects.filter(sheet=sheet).exists()


def hidden_from(user: User, person: Person) -> set[UUID]:
    """The sheets that this user may not see yet: first ratings, and others' second ones, until their own is saved."""
    return hidden_by(asked_of(user, person))


def hidden_by(asked: Sequence[SecondRating]) -> set[UUID]:
    """What is hidden from whoever was asked for these and has not finished."""
    if not asked:
        return set()
    firsts = [one.first_id for one in asked]
    others = (
        SecondRating.objects.filter(first_id__in=firsts).exclude(rater=asked[0].rater_id).exclude(sheet=None)
    )
    return {*firsts, *others.values_list("sheet_id", flat=True)}


def asked_of(user: User, person: Person) -> list[SecondRating]:
    """What somebody was asked to rate of a person and has not finished."""
    return _asked_of(user.pk, person)


def _asked_of(rater: UUID, person: Person) -> list[SecondRating]:
    return list(_open().filter(rater_id=rater, first__person=person).select_related("first", "asked_by"))


def facts_hidden(person: Person) -> frozenset[UUID]:
    """The facts of ratings that whoever acts was asked to repeat unseen, and the corrections of these facts."""
    actor = current_actor()
    sheets = hidden_by(_asked_of(actor.id, person)) if actor.kind is ActorKind.USER and actor.id else set()
    if not sheets:
        return frozenset()
    sources = [f"questionnaire/{sheet}" for sheet in sheets]
    rows = FactRow.objects.filter(person=person)
    return frozenset(
        rows.filter(Q(source__in=sources) | Q(supersedes__source__in=sources)).values_list("id", flat=True)
    )


def pairs_of(first: AnswerSheet) -> list[Pair]:
    """The second ratings of a sheet that were finished."""
    done = SecondRating.objects.filter(first=first, sheet__sent_at__isnull=False)
    return [_pair(one) for one in done.select_related("sheet", "first", "rater")]


def agreements() -> list[tuple[Instrument, Agreement]]:
    """Agreement of all first and second ratings of this clinic, by instrument; those without a pair are left out."""
    totals: dict[str, list[tuple[int, int]]] = {}
    done = SecondRating.objects.filter(sheet__sent_at__isnull=False).select_related("first", "sheet")
    for one in done.order_by("asked_at"):
        first, second = _total(one.first), _total(one.sheet)
        if first is not None and second is not None:
            totals.setdefault(one.first.instrument, []).append((first, second))
    return [(one, agreement(one, totals[one.id])) for one in library() if one.id in totals]


def _open() -> QuerySet[SecondRating]:
    return SecondRating.objects.filter(withdrawn_at=None).filter(Q(sheet=None) | Q(sheet__sent_at=None))


def _pair(one: SecondRating) -> Pair:
    first, second = _total(one.first), _total(one.sheet)
    difference = second - first if first is not None and second is not None else None
    return Pair(one, difference, _saw_the_record(one))


def _total(sheet: AnswerSheet | None) -> int | None:
    total = sheet.score["total"] if sheet is not None and sheet.score else None
    return total if isinstance(total, int) else None


def _has_seen(first: AnswerSheet, rater: User) -> bool:
    looks = AuditEntry.objects.filter(actor_id=rater.pk, person_id=first.person_id, action="chart.read")
    return bool(looks.filter(at__gte=first.sent_at, route="questionnaires:sheet").exists())


def _saw_the_record(one: SecondRating) -> bool:
    if one.sheet is None or one.sheet.sent_at is None:
        return False
    looks = AuditEntry.objects.filter(
        actor_id=one.rater_id, person_id=one.first.person_id, action="chart.read",
        at__gte=one.asked_at, at__lte=one.sheet.sent_at,
    )  # fmt: skip
    return bool(looks.exclude(route__startswith="questionnaires:").exclude(route__in=_HIDES).exists())
