"""Reading a person's chart: every look leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.models import Draft, DraftKind, FactRow, Person
from unloop.facts import Chart, Fact, Infusion

Hider = Callable[[Person], frozenset[UUID]]
Holder = Callable[[], Exists | None]
InfusionSource = Callable[[Iterable[UUID]], dict[UUID, tuple[Infusion, ...]]]
_UNTIL_DECIDED = frozenset({"medicines", "medicines_complete"})
_infusion_sources: list[InfusionSource] = []
_hiders: list[Hider] = []
_holders: list[Holder] = []


def count_infusions_with(source: InfusionSource) -> None:
    """Name the one who knows the infusions that this clinic has begun (the bedside, at start-up)."""
    _infusion_sources[:] = [source]


def hide_facts_with(hider: Hider) -> None:
    """Name the one who knows which facts whoever acts may not see yet (the questionnaires, at start-up)."""
    _hiders[:] = [hider]


def hold_back_with(holder: Holder) -> None:
    """Name the one who knows from whom the page that is asked for is held back (the questionnaires, at start-up)."""
    _holders[:] = [holder]


def hidden_facts(person: Person) -> frozenset[UUID]:
    """The facts that whoever acts may not see yet, since they were asked to rate without knowing them.

    The pages of the course and of the record leave them out; what judges a chart always reads all of it.
    """
    return _hiders[0](person) if _hiders else frozenset()


def open_person(person_id: UUID, *, page: str) -> Person:
    """A person whose record is looked at; 404 for an id that is nobody's.

    Args:
        person_id: whose.
        page: what is looked at, as a code for the trail, e.g. `evaluation`.
    """
    person: Person = get_object_or_404(Person, id=person_id)
    record("chart.read", person=person.id, about=person, detail={"page": page})
    return person


def open_unless_held_back(person_id: UUID, *, page: str, all_the_same: bool) -> tuple[Person, bool]:
    """A person whose record is asked for, and whether this page of it is held back from whoever asks.

    What is held back is not looked at, which the trail says in another line.

    Args:
        person_id, page: as for `open_person`.
        all_the_same: whether they said that they want to see it nevertheless.
    """
    asked = _holders[0]() if _holders and not all_the_same else None
    people = Person.objects.all() if asked is None else Person.objects.annotate(held_back=asked)
    person: Person = get_object_or_404(people, id=person_id)
    held_back = bool(vars(person).get("held_back"))
    action = "chart.held_back" if held_back else "chart.read"
    record(action, person=person.id, about=person, detail={"page": page})
    return person, held_back


@dataclass(frozen=True, slots=True)
class OpenChart:
    """A chart as it was read for one request, with what nobody has decided on yet.

    Attributes:
        chart: for the core to judge.
        undecided: names of what imported records mention and nobody decided on, by kind.
    """

    chart: Chart
    undecided: dict[DraftKind, tuple[str, ...]]

    @property
    def medicines_wait(self) -> bool:
        """Whether what the person takes is unknown because an imported medicine is undecided."""
        return DraftKind.MEDICINE in self.undecided

    @property
    def allergies(self) -> str:
        """The allergies as they stand, in one line; undecided ones are named."""
        now = clock.now()
        standing = self.chart.standing("allergies", at=now, known_at=now)
        return _say_allergies(
            _names(standing[-1].value) if standing else None, self.undecided.get(DraftKind.ALLERGY, ())
        )


def open_chart(person: Person) -> OpenChart:
    """A chart with its undecided drafts, each table read once."""
    drafts = Draft.objects.filter(person=person, decision=Draft.Decision.UNDECIDED)
    undecided: dict[DraftKind, tuple[str, ...]] = {}
    for kind, name in drafts.values_list("kind", "name"):
        undecided[DraftKind(kind)] = (*undecided.get(DraftKind(kind), ()), name)
    waiting = {person.id} if DraftKind.MEDICINE in undecided else set()
    return OpenChart(_charts([person], waiting)[person.id], undecided)


def load_chart(person: Person) -> Chart:
    """Everything that stands in a person's chart, for the core to judge.

    While an imported medicine is undecided, what the person takes is unknown.
    """
    return load_charts([person])[person.id]


def load_charts(persons: Iterable[Person]) -> dict[UUID, Chart]:
    """The charts of several persons, in a fixed number of queries."""
    people = list(persons)
    return _charts(people, undecided_medicines(person.id for person in people))


def _charts(persons: Iterable[Person], undecided: set[UUID]) -> dict[UUID, Chart]:
    people = {person.id: person for person in persons}
    facts: dict[UUID, list[Fact]] = {id_: [] for id_ in people}
    for row in FactRow.objects.filter(person_id__in=people):
        facts[row.person_id].append(row.as_fact())
    infusions = _infusions(people)
    return {
        id_: Chart(
            person=person.as_facts_person(),
            facts=tuple(
                fact for fact in facts[id_] if id_ not in undecided or fact.code not in _UNTIL_DECIDED
            ),
            own_infusions=infusions.get(id_, ()),
        )
        for id_, person in people.items()
    }


def undecided_medicines(person_ids: Iterable[UUID]) -> set[UUID]:
    """Who has an imported medicine on which nobody has decided yet."""
    drafts = Draft.objects.filter(
        person_id__in=list(person_ids), kind=DraftKind.MEDICINE, decision=Draft.Decision.UNDECIDED
    )
    return set(drafts.values_list("person_id", flat=True).distinct())


def _infusions(people: Iterable[UUID]) -> dict[UUID, tuple[Infusion, ...]]:
    ids = list(people)
    return _infusion_sources[0](ids) if _infusion_sources else {}


def allergies_of(person: Person) -> str:
    """The allergies as they stand, in one line; one that a record mentions is named until somebody decides on it."""
    mentioned = Draft.objects.filter(person=person, kind=DraftKind.ALLERGY, decision=Draft.Decision.UNDECIDED)
    return _say_allergies(load_chart_of_code(person, "allergies"), mentioned.values_list("name", flat=True))


def _say_allergies(standing: tuple[str, ...] | None, mentioned: Iterable[str]) -> str:
    undecided = ", ".join(mentioned)
    if undecided:
        undecided = _("not decided: %(names)s") % {"names": undecided}
        return f"{', '.join(standing)}; {undecided}" if standing else undecided
    if standing is None:
        return _("allergies not asked")
    return ", ".join(standing) if standing else _("no known allergies")


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()


def load_chart_of_code(person: Person, code: str) -> tuple[str, ...] | None:
    """The latest set of one code, if there is one that was not taken back."""
    row = (
        FactRow.objects.filter(person=person, code=code, superseded_by__isnull=True)
        .exclude(value__isnull=True)
        .order_by("-at", "-recorded_at")
        .first()
    )
    return tuple(row.value) if row is not None else None
