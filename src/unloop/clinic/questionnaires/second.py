"""A second rating that is blind to the first: asked for, made, and only then shown beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from unloop.care.symptoms import Agreement, Instrument, agreement, library
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import ActorKind, AuditEntry, current_actor, current_route, record
from unloop.clinic.chart.services import FactRow, Person
from unloop.clinic.people.services import User
from unloop.clinic.questionnaires.models import AnswerSheet, SecondRating
from unloop.quantity import InputRefused

SHOWING = ("chart:", "consulting_room:")
"""Rooms whose pages of a person are held back from whoever is to repeat a rating unseen, but for the plain ones."""
LEAVING_OUT = frozenset({"chart:person", "chart:facts", "chart:correct"})
"""Pages outside this room that leave the first rating out once somebody was asked."""
PLAIN = frozenset({
    "chart:medicines", "chart:imported", "chart:draft",
    "chart:decide_again", "consulting_room:family", "consulting_room:family_add", "consulting_room:family_change",
    "consulting_room:family_remove", "consulting_room:family_number", "consulting_room:consent",
    "consulting_room:record_consent", "consulting_room:withdraw_consent", "consulting_room:research_consent",
    "follow_up:adverse_events", "follow_up:adverse_event", "follow_up:adverse_event_change", "follow_up:life_event",
    "follow_up:erp_session", "follow_up:leaving", "front_desk:booking", "front_desk:call_off",
})  # fmt: skip
"""Pages of a person on which no rating stands. What is neither plain nor leaves it out is held back or noted."""
_SHOWING_HERE = frozenset({
    "questionnaires:person", "questionnaires:sheet", "questionnaires:own_view", "questionnaires:responses_csv",
    "questionnaires:responses_fhir",
})  # fmt: skip
"""Pages of this room on which a rating stands for whoever was not asked yet."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A first rating with a second one that was finished.

    Attributes:
        difference: second minus first, in points; None where one of them has no total.
        saw_the_record: whether the second rater opened a page on which the first score may have stood, between the
            first rating and their own: the rating is then not known to be blind.
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


def holds_back() -> Exists | None:
    """Whether whoever acts is to rate a person unseen, to be asked along when this page of the person is opened.

    None for a page on which no first rating stands. Whoever opened such a page all the same, since they were asked, is
    not blind any more, and nothing is held back from them.
    """
    actor, route, harmless = current_actor(), current_route(), PLAIN | LEAVING_OUT
    if actor.kind is not ActorKind.USER or not route.startswith(SHOWING) or route in harmless:
        return None
    rooms = Q(*(("route__startswith", room) for room in SHOWING), _connector=Q.OR)
    opened = AuditEntry.objects.filter(
        rooms, actor_id=actor.id, person_id=OuterRef("first__person_id"), action="chart.read", at__gte=OuterRef("asked_at"),
    ).exclude(route__in=harmless)  # fmt: skip
    return Exists(_open().filter(~Exists(opened), rater_id=actor.id, first__person=OuterRef("pk")))


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
    known_from = max(one.first.sent_at or one.first.started_at, one.first.started_at)
    looks = AuditEntry.objects.filter(
        actor_id=one.rater_id, person_id=one.first.person_id, action="chart.read", at__gte=known_from,
        at__lte=one.sheet.sent_at,
    )  # fmt: skip
    plain = Q(route__in=PLAIN) | (Q(route__startswith="questionnaires:") & ~Q(route__in=_SHOWING_HERE))
    left_out = Q(at__gte=one.asked_at) & (Q(route__in=LEAVING_OUT) | Q(route__in=_SHOWING_HERE))
    return bool(looks.exclude(plain).exclude(left_out).exists())
