"""Whether people make a family: every id is somebody's, nobody is their own ancestor, nobody is older than a parent."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Protocol

from unloop.quantity.refusal import InputRefused

YOUNGEST_PARENT = 10
"""Years between parent and child below which an age must be a slip (policy)."""

OLDEST = 125


class _Person(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def sex(self) -> str: ...
    @property
    def mother(self) -> str | None: ...
    @property
    def father(self) -> str | None: ...
    @property
    def partner_of(self) -> str | None: ...
    @property
    def status(self) -> str: ...
    @property
    def age(self) -> float | None: ...
    @property
    def onset_age(self) -> float | None: ...
    @property
    def deceased(self) -> bool: ...
    @property
    def twin(self) -> str | None: ...
    @property
    def fraternal_twin(self) -> str | None: ...
    @property
    def unsure_twin(self) -> str | None: ...
    @property
    def blood_partner(self) -> str | None: ...
    @property
    def adoptive_mother(self) -> str | None: ...
    @property
    def adoptive_father(self) -> str | None: ...


def check(proband: str, people: Sequence[_Person], *, most: int) -> None:
    """Refuse what cannot be a family.

    Raises:
        InputRefused: naming the person by id and the key.
    """
    if not 1 <= len(people) <= most:
        raise InputRefused(
            "people",
            given=f"{len(people)} people",
            allowed=f"1 to {most}",
            mend="keep to the closer relatives",
        )
    by_id: dict[str, _Person] = {}
    for person in people:
        if not person.id or person.id in by_id:
            raise InputRefused(
                "people, id",
                given=person.id or "nothing",
                allowed="an id of its own for each",
                mend="rename it",
            )
        by_id[person.id] = person
    if proband not in by_id:
        raise _nobody("proband", proband)
    for person in people:
        _check_links(person, by_id)
        _check_ages(person)
    _check_descent(by_id)
    for person in people:
        _check_parents(person, by_id)
        _check_twin(person, by_id)


def _check_links(person: _Person, by_id: dict[str, _Person]) -> None:
    links = {
        "mother": person.mother,
        "father": person.father,
        "partner_of": person.partner_of,
        "mz_twin_of": person.twin,
        "fraternal_twin": person.fraternal_twin,
        "twin_of": person.unsure_twin,
        "related_partner": person.blood_partner,
        "adoptive_mother": person.adoptive_mother,
        "adoptive_father": person.adoptive_father,
    }
    for key, other in links.items():
        if other is not None and other not in by_id:
            raise _nobody(_at(person, key), other)
        if other == person.id:
            raise InputRefused(
                _at(person, key), given=other, allowed="another person", mend="name the person who is meant"
            )
    if person.mother is not None and person.mother == person.father:
        raise InputRefused(
            _at(person, "father"),
            given="the mother again",
            allowed="two different people",
            mend="leave out the parent who is not known",
        )


def _check_ages(person: _Person) -> None:
    for key, age in (("age", person.age), ("onset_age", person.onset_age)):
        if age is not None and not 0 <= age <= OLDEST:
            raise InputRefused(
                _at(person, key), given=age, allowed=f"0 to {OLDEST} years", mend="check the age"
            )
    if person.onset_age is None:
        return
    if person.status != "affected":
        raise InputRefused(
            _at(person, "onset_age"),
            given=f"an onset with status {person.status}",
            allowed="only with status affected",
            mend="set the status, or leave the onset out",
        )
    if person.age is not None and person.onset_age > person.age:
        raise InputRefused(
            _at(person, "onset_age"),
            given=person.onset_age,
            allowed=f"at most the age of {person.age:g}",
            mend="check both ages",
        )


def _check_descent(by_id: dict[str, _Person]) -> None:
    """Nobody may be reached by going up from themselves; each person is left for good once."""
    done: set[str] = set()
    for start in by_id:
        path: list[tuple[str, bool]] = [(start, False)]
        above: set[str] = set()
        while path:
            one, left = path.pop()
            if left:
                above.discard(one)
                done.add(one)
                continue
            if one in above:
                raise InputRefused(
                    f"person {one}",
                    given="an ancestor of themselves",
                    allowed="descent without circles",
                    mend="check mother and father along this line",
                )
            if one in done:
                continue
            above.add(one)
            path.append((one, True))
            path += [(parent, False) for parent in _parents(by_id[one])]


def _check_parents(person: _Person, by_id: dict[str, _Person]) -> None:
    for key, parent_id, wrong in (("mother", person.mother, "male"), ("father", person.father, "female")):
        if parent_id is None:
            continue
        parent = by_id[parent_id]
        if parent.sex == wrong:
            raise InputRefused(
                _at(person, key),
                given=f"a person whose sex is {wrong}",
                allowed=f"a person who can be a {key}",
                mend="swap mother and father, or mend the sex",
            )
        _check_older(person, parent, key=key)


def _check_older(person: _Person, parent: _Person, *, key: str) -> None:
    """Ages compare only between the living; of a parent who died it is known that the child came before."""
    if parent.age is None:
        return
    alive = not parent.deceased and not person.deceased and person.age is not None
    at_birth = parent.age - (person.age or 0.0) if alive else parent.age
    if at_birth < YOUNGEST_PARENT:
        raise InputRefused(
            _at(person, key),
            given=f"a parent {at_birth:g} years older" if alive else f"a parent who reached {parent.age:g}",
            allowed=f"at least {YOUNGEST_PARENT} years",
            mend="check both ages",
        )


def _check_twin(person: _Person, by_id: dict[str, _Person]) -> None:
    if person.twin is None:
        return
    twin = by_id[person.twin]
    where = _at(person, "mz_twin_of")
    differing: Iterable[tuple[str, object, object]] = (
        ("sex", _known(person.sex), _known(twin.sex)),
        ("mother", person.mother, twin.mother),
        ("father", person.father, twin.father),
    )
    for what, one, other in differing:
        if one is not None and other is not None and one != other:
            raise InputRefused(
                where,
                given=f"another {what}",
                allowed=f"identical twins have the same {what}",
                mend="leave mz_twin_of out: other twins are brothers and sisters with the same parents",
            )
    living = not person.deceased and not twin.deceased
    ages = (person.age, twin.age)
    if living and ages[0] is not None and ages[1] is not None and abs(ages[0] - ages[1]) > 1:
        raise InputRefused(where, given="another age", allowed="twins of one age", mend="check both ages")


def _known(sex: str) -> str | None:
    return None if sex == "unknown" else sex


def _parents(person: _Person) -> list[str]:
    return [parent for parent in itertools.chain([person.mother], [person.father]) if parent is not None]


def _at(person: _Person, key: str) -> str:
    return f"person {person.id}, {key}"


def _nobody(where: str, given: str) -> InputRefused:
    return InputRefused(
        where, given=given, allowed="the id of somebody in people", mend="add the person, or mend the id"
    )
