"""The exact risk in one family without loops, by peeling it from the outside in.

Given the inherited part g of every person, observations are independent of each other, and a child's g depends on
its parents' g through their mean alone. So a family is a tree of persons and matings, and what one side of a mating
says about a person is a function of that person's g (Elston & Stewart 1971; for a normal liability the functions live
on a line). They are kept at equally spaced points, where the trapezoidal rule is exact to rounding for functions that
fall off like a normal law.

Identical twins are one person here with two observations. Where relatives married relatives the tree has loops, and
the answer is that it does not apply: `propagation` takes any kinship.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from unloop.quantity.refusal import InputRefused
from unloop.science.liability.arrays import FloatArray
from unloop.science.liability.normal import upper_tail
from unloop.science.liability.threshold_model import LiabilityModel

REACH_SD = 9.0
POINTS = 129
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who descends from whom, and what was observed; everything by position.

    Attributes:
        mother, father: position of each person's parent, or -1 where nothing is known of that parent.
        twin: position of the identical twin who stands for the person, or the person's own.
        ill, lived: as in `Kindred`, (people,); person 0 is asked about and not observed.
    """

    mother: Sequence[int]
    father: Sequence[int]
    twin: Sequence[int]
    ill: Sequence[bool]
    lived: Sequence[float]


@dataclass(slots=True)
class _Mating:
    parents: tuple[int, int]
    children: list[int] = field(default_factory=list)


def peel(lineage: Lineage, model: LiabilityModel) -> float | None:
    """The lifetime risk of person 0, a fraction of 1; None where the family has loops.

    Raises:
        InputRefused: a position that is nobody's.
    """
    tree = _Tree.of(lineage)
    if tree.has_loops():
        return None
    if model.heritability == 0.0:
        return model.prevalence
    line = _Line.of(model)
    belief = line.normalised(_Peeling(tree, line, lineage).about(lineage.twin[0]))
    return float(belief @ line.ill)


@dataclass(slots=True)
class _Tree:
    """Genotypes as nodes (the twins' in one) and the matings between them."""

    bearers: dict[int, list[int]]
    matings: list[_Mating]

    @classmethod
    def of(cls, lineage: Lineage) -> _Tree:
        people = range(len(lineage.ill))
        _check_positions(lineage)
        bearers: dict[int, list[int]] = {}
        for person in people:
            bearers.setdefault(lineage.twin[person], []).append(person)
        by_parents: dict[tuple[int, int], _Mating] = {}
        unknown = len(people)
        for genotype, bearing in bearers.items():
            named = [
                (lineage.mother[one], lineage.father[one])
                for one in bearing
                if (lineage.mother[one], lineage.father[one]) != (NOBODY, NOBODY)
            ]
            if not named:
                continue
            couple = [lineage.twin[parent] if parent != NOBODY else NOBODY for parent in named[0]]
            for side, parent in enumerate(couple):
                if parent == NOBODY:  # somebody of whom nothing is known, another one for each child
                    couple[side], unknown = unknown, unknown + 1
            parents = (couple[0], couple[1])
            by_parents.setdefault(parents, _Mating(parents)).children.append(genotype)
        return cls(bearers, list(by_parents.values()))

    def around(self, genotype: int) -> list[_Mating]:
        return [one for one in self.matings if genotype in one.parents or genotype in one.children]

    def has_loops(self) -> bool:
        """Whether two ways lead from one person to another: each link must join what was apart."""
        root: dict[int, int] = {}

        def find(node: int) -> int:
            while root.setdefault(node, node) != node:
                node = root[node]
            return node

        for number, mating in enumerate(self.matings):
            for genotype in (*mating.parents, *mating.children):
                here, there = find(genotype), find(-1 - number)
                if here == there:
                    return True
                root[here] = there
        return False


@dataclass(frozen=True, slots=True)
class _Line:
    """The inherited part at equally spaced points, and the laws between parents and child.

    Attributes:
        founder: probability of each point for a person without known parents.
        ill: chance of illness at each point.
        inherit: (middles, points): how a child falls around the mean of its parents; rows sum to 1.
    """

    founder: FloatArray
    ill: FloatArray
    inherit: FloatArray

    @classmethod
    def of(cls, model: LiabilityModel) -> _Line:
        sd = math.sqrt(model.heritability)
        g = np.linspace(-REACH_SD * sd, REACH_SD * sd, POINTS)
        step = g[1] - g[0]
        middles = np.linspace(g[0], g[-1], 2 * POINTS - 1)
        within = math.sqrt(0.5) * sd  # half of the variance is dealt anew among siblings
        inherit = np.exp(-0.5 * ((g[None, :] - middles[:, None]) / within) ** 2)
        inherit *= step / (within * math.sqrt(2.0 * math.pi))
        founder = np.exp(-0.5 * (g / sd) ** 2)
        ill = upper_tail((model.threshold - g) / math.sqrt(1.0 - model.heritability))
        return cls(founder / founder.sum(), ill, inherit)

    def normalised(self, values: FloatArray) -> FloatArray:
        """Scaled to sum 1, so that large families do not run out of exponents."""
        scaled: FloatArray = values / values.sum()
        return scaled

    def observed(self, *, ill: bool, lived: float) -> FloatArray:
        return self.ill if ill else 1.0 - lived * self.ill


@dataclass(slots=True)
class _Peeling:
    tree: _Tree
    line: _Line
    lineage: Lineage

    def about(self, genotype: int, *, but: _Mating | None = None) -> FloatArray:
        """What is known of one genotype, but for what one mating says; person 0 is not observed.

        A founder's law comes with it; of a child only what lies below and beside the parents' mating.
        """
        values = np.ones(POINTS)
        for person in self.tree.bearers.get(genotype, ()):
            if person != 0:
                values = values * self.line.observed(
                    ill=bool(self.lineage.ill[person]), lived=float(self.lineage.lived[person])
                )
        around = self.tree.around(genotype)
        if not any(genotype in mating.children for mating in around):
            values = values * self.line.founder
        for mating in around:
            if mating is not but:
                values = values * self.said_by(mating, of=genotype)
        return values

    def said_by(self, mating: _Mating, *, of: int) -> FloatArray:
        """What a mating and everything beyond it says of one of its parents or children."""
        middles = self.children_of(mating, but=of)
        if of in mating.children:
            mother, father = (self.about(parent, but=mating) for parent in mating.parents)
            return self.line.normalised((np.convolve(mother, father) * middles) @ self.line.inherit)
        other = mating.parents[1 - mating.parents.index(of)]
        return self.line.normalised(np.correlate(middles, self.about(other, but=mating), mode="valid"))

    def children_of(self, mating: _Mating, *, but: int) -> FloatArray:
        """What the children say of their parents' mean, at 2 x points - 1 places."""
        values = np.ones(2 * POINTS - 1)
        for child in mating.children:
            if child != but:
                said = self.line.inherit @ self.about(child, but=mating)
                values = values * (said / said.max())
        return values


def _check_positions(lineage: Lineage) -> None:
    people = len(lineage.ill)
    lengths = {len(column) for column in (lineage.mother, lineage.father, lineage.twin, lineage.lived)}
    named: Iterable[int] = (*lineage.mother, *lineage.father)
    inside = all(NOBODY <= one < people for one in named) and all(0 <= one < people for one in lineage.twin)
    if people == 0 or lengths != {people} or not inside:
        raise InputRefused(
            "lineage",
            given="positions that do not fit together",
            allowed=f"columns of the same length with positions from {NOBODY} to the last person",
            mend="name only people of this family",
        )
