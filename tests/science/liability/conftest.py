"""Random families for the laws of this room: a pedigree without loops, what is observed of it, and its relatedness."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from unloop.science.liability import Kindred, LiabilityModel, Lineage
from unloop.science.liability.peeling import NOBODY


class Pedigree:
    """Grows a family around person 0; relatives beyond those asked for are partners of whom nothing is known."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.mother, self.father, self.twin = [NOBODY], [NOBODY], [0]
        self.couples: list[tuple[int, int]] = []

    def person(self, mother: int = NOBODY, father: int = NOBODY, *, twin: int | None = None) -> int:
        self.mother.append(mother)
        self.father.append(father)
        self.twin.append(len(self.twin) if twin is None else twin)
        return len(self.twin) - 1

    def add_parents(self) -> None:
        child = int(self.rng.integers(len(self.mother)))
        if self.mother[child] == NOBODY and self.twin[child] == child and child not in self.twin[child + 1 :]:
            couple = (self.person(), self.person())
            self.mother[child], self.father[child] = couple
            self.couples.append(couple)

    def add_child(self) -> None:
        """Of a couple there is, or of somebody with another partner: brothers and sisters, half ones, children."""
        if self.couples and self.rng.random() < 0.6:
            self.person(*self.couples[self.rng.integers(len(self.couples))])
            return
        parent = int(self.rng.integers(len(self.mother)))
        couple = (parent, NOBODY)
        if self.rng.random() < 0.5:
            couple = (parent, self.person())
            self.couples.append(couple)
        self.person(*couple)

    def add_twin(self) -> None:
        one = int(self.rng.integers(len(self.mother)))
        if self.mother[one] != NOBODY and self.father[one] != NOBODY:
            self.person(self.mother[one], self.father[one], twin=self.twin[one])

    def grown(self, people: int) -> Pedigree:
        while len(self.mother) < people:
            [self.add_parents, self.add_child, self.add_twin][self.rng.choice(3, p=[0.4, 0.5, 0.1])]()
        return self


def relatedness_of(mother: list[int], father: list[int], twin: list[int]) -> np.ndarray:
    """Twice the kinship, from the definition: the chance that two genes drawn from two people are the same one."""
    depth: dict[int, int] = {}

    def generation(one: int) -> int:
        if one not in depth:
            above = [generation(twin[parent]) for parent in (mother[one], father[one]) if parent != NOBODY]
            depth[one] = 1 + max(above, default=0)
        return depth[one]

    def phi(a: int, b: int) -> float:
        a, b = twin[a], twin[b]
        if a == b:
            known = mother[a] != NOBODY and father[a] != NOBODY
            return 0.5 * (1.0 + (phi(mother[a], father[a]) if known else 0.0))
        if generation(a) < generation(b):
            a, b = b, a
        return 0.5 * sum(phi(parent, b) for parent in (mother[a], father[a]) if parent != NOBODY)

    people = range(len(mother))
    return 2.0 * np.array([[phi(a, b) for b in people] for a in people])


@pytest.fixture(scope="session")
def family() -> Callable[..., tuple[Lineage, Kindred, LiabilityModel]]:
    """A random family with its kinship and a random pair of prevalence and heritability, from a seed."""

    def family(seed: int, *, relatives: int = 12) -> tuple[Lineage, Kindred, LiabilityModel]:
        rng = np.random.default_rng(seed)
        grown = Pedigree(rng).grown(int(rng.integers(2, relatives + 2)))
        people = min(len(grown.mother), relatives + 1)
        mother, father, twin = ([*column] for column in (grown.mother, grown.father, grown.twin))
        ill = rng.random(len(mother)) < 0.25
        lived = np.where(rng.random(len(mother)) < 0.3, 0.0, rng.random(len(mother)) ** 0.5)
        ill[people:], lived[people:] = False, 0.0
        kindred = Kindred(relatedness_of(mother, father, twin), ill, lived)
        model = LiabilityModel(float(rng.uniform(0.005, 0.03)), float(rng.uniform(0.35, 0.6)))
        return Lineage(mother, father, twin, ill.tolist(), lived.tolist()), kindred, model

    return family


@pytest.fixture(scope="session")
def relatedness() -> Callable[[list[int], list[int], list[int]], np.ndarray]:
    """The matrix of a family given by the positions of parents and twins."""
    return relatedness_of
