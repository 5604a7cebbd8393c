"""The family tree: who descends from whom, and what is known of each one's mind. No names, no birth dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from unloop.care.heredity.checking import check

MOST_PEOPLE = 300


class FamilySex(StrEnum):
    """Assigned at birth, since descent and twins go by it; as it is drawn: a circle, a square, a diamond."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Whether a relative has or had OCD; unknown says nothing, and is never taken for well."""

    AFFECTED = "affected"
    UNAFFECTED = "unaffected"
    UNKNOWN = "unknown"


class FamilyCondition(StrEnum):
    """What else is asked of each relative."""

    TIC = "tic"
    ANXIETY = "anxiety"
    DEPRESSION = "depression"
    BIPOLAR = "bipolar"
    PSYCHOSIS = "psychosis"
    SUBSTANCE_USE = "substance_use"
    SUICIDE = "suicide"


@dataclass(frozen=True, slots=True)
class Relative:
    """One person of the tree, the proband included.

    Attributes:
        id: a code of the tree's own, never a name.
        mother, father: ids of the biological parents; None where nothing is known of that parent.
        adopted: into the family; the biological parents are unknown unless given.
        partner_of: id of a partner without common children in the tree, for the drawing.
        status: of OCD.
        age: in years, at death where `deceased`; None when unknown.
        onset_age: of OCD, in years.
        twin: id of the identical twin.
        conditions: what else is known; None when it was not asked, empty when there is nothing.
        not_known: those of the conditions that were asked, and of which nobody knows.
        adoptive_mother, adoptive_father: ids of those who brought the person up, for the drawing.
        fraternal_twin: id of the twin who is not identical, for the drawing.
        unsure_twin: id of the twin of whom nobody knows whether identical; counts as a brother or sister.
        blood_partner: id of a partner who is said to be a blood relative, by whom is not in the tree; for the drawing.
    """

    id: str
    sex: FamilySex = FamilySex.UNKNOWN
    mother: str | None = None
    father: str | None = None
    adopted: bool = False
    partner_of: str | None = None
    status: Status = Status.UNKNOWN
    age: float | None = None
    onset_age: float | None = None
    deceased: bool = False
    twin: str | None = None
    conditions: frozenset[FamilyCondition] | None = None
    not_known: frozenset[FamilyCondition] = frozenset()
    adoptive_mother: str | None = None
    adoptive_father: str | None = None
    fraternal_twin: str | None = None
    unsure_twin: str | None = None
    blood_partner: str | None = None

    @property
    def parents(self) -> tuple[str, ...]:
        """The parents that are known, mother first."""
        return tuple(parent for parent in (self.mother, self.father) if parent is not None)

    def has(self, condition: FamilyCondition) -> bool | None:
        """Whether the person has or had it; None when it was not asked or nobody knows."""
        if self.conditions is None or condition in self.not_known:
            return None
        return condition in self.conditions


@dataclass(frozen=True, slots=True)
class FamilyTree:
    """A family that fits together.

    Attributes:
        proband: id of the person whose risk or history is asked.
        people: everybody, the proband included, in the order given.

    Raises:
        InputRefused: an id twice or of nobody, a circle of descent, a parent younger than the child, an identical twin
            of another sex or other parents, an onset after the age, or more than 300 people.
    """

    proband: str
    people: tuple[Relative, ...]
    _by_id: Mapping[str, Relative] = field(init=False, repr=False, compare=False)
    _twins: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check(self.proband, self.people, most=MOST_PEOPLE)
        object.__setattr__(self, "_by_id", MappingProxyType({one.id: one for one in self.people}))
        object.__setattr__(self, "_twins", MappingProxyType(_twins(self.people)))

    def __getitem__(self, person: str) -> Relative:
        return self._by_id[person]

    def twins_of(self, person: str) -> tuple[str, ...]:
        """Everybody with the same genes, the person first, the others in the order of the tree."""
        return (person, *(one for one in self._twins[person] if one != person))

    def genotype_of(self, person: str) -> str:
        """The id that stands for all identical twins: the first of them in the tree."""
        return self._twins[person][0]

    def parents_of(self, person: str) -> tuple[str | None, str | None]:
        """Mother and father; those of the identical twin where only that one's are given."""
        given = [self._by_id[one] for one in self.twins_of(person)]
        return (
            next((one.mother for one in given if one.mother is not None), None),
            next((one.father for one in given if one.father is not None), None),
        )


def _twins(people: tuple[Relative, ...]) -> dict[str, tuple[str, ...]]:
    """Everybody's group of the same genes, in the order of the tree; twins of a twin belong to it."""
    groups = {one.id: [one.id] for one in people}
    for one in people:
        if one.twin is not None and groups[one.id] is not groups[one.twin]:
            joined = groups[one.twin] + groups[one.id]
            groups |= dict.fromkeys(joined, joined)
    place = {one.id: index for index, one in enumerate(people)}
    return {person: tuple(sorted(group, key=place.__getitem__)) for person, group in groups.items()}
