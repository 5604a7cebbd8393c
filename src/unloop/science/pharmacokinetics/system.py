"""One substance with all that it becomes and all the ways it gets in: parent, metabolites and depots as one graph.

`KineticModel.graph` is the parent alone, which is all that a level of the drug itself needs after a vein was used;
this is for the rest. A chain of metabolites runs one way, so nothing here changes the parent's own curve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray
from unloop.science.pharmacokinetics.document import Absorption, Further, Metabolite, Path
from unloop.science.pharmacokinetics.drug import Analyte
from unloop.science.pharmacokinetics.graph import MINUTES_PER_HOUR, CompartmentGraph
from unloop.science.pharmacokinetics.kinetic_model import KineticModel, Part
from unloop.science.pharmacokinetics.schedule import AbsorbedDose, Bolus, Infusion, Route, Schedule

# Policy: sprays within two hours of the first are one session, for which a paper counts them together.
SESSION_MIN = 120.0

DEPOT_L = 1.0  # a depot has no volume of its own; with one litre its flow in L/h is its rate in 1/h


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a part of an absorbed dose begins.

    Attributes:
        compartment: the depot.
        share: of the dose; `share_beyond` of what goes beyond the first amount of a session.
        evenly_min: over how long the depot fills; 0 for at once.
    """

    compartment: int
    share: float
    share_beyond: float
    evenly_min: float


@dataclass(frozen=True, slots=True)
class System:
    """A graph whose compartments are known by what is measured in them and by what enters them.

    Attributes:
        graph: amounts are milligrams of the parent throughout.
        observed: the compartment of each analyte.
        mg_per_parent_mg: what a milligram of the parent weighs as the analyte, where moles are conserved.
        entries: for each route that needs absorption, where its doses begin.
        beyond_mg: for routes whose later sprays count less, the amount that counts in full.
    """

    graph: CompartmentGraph
    observed: Mapping[Analyte, int]
    mg_per_parent_mg: Mapping[Analyte, float]
    entries: Mapping[Route, tuple[Entry, ...]]
    beyond_mg: Mapping[Route, float]

    def inputs(self, schedule: Schedule) -> dict[int, Schedule]:
        """For each compartment that something enters, what and when.

        Raises:
            InputRefused: when something was given by a route that this system was not built for.
        """
        found = {0: Schedule(schedule.infusions, schedule.boluses)}
        for route in schedule.routes:
            if route is Route.INTRAVENOUS:
                continue
            for dose, first_mg in _sessions(schedule, route, self.beyond_mg.get(route, np.inf)):
                for entry in self._entries(route):
                    mg = entry.share * first_mg + entry.share_beyond * (dose.mg - first_mg)
                    found[entry.compartment] = _with(
                        found.get(entry.compartment, Schedule()), dose, entry, mg=mg
                    )
        return found

    def _entries(self, route: Route) -> tuple[Entry, ...]:
        if route not in self.entries:
            taken = ", ".join([Route.INTRAVENOUS, *self.entries])
            raise InputRefused(
                "route", given=route, allowed=taken, mend="choose a model that takes this route"
            )
        return self.entries[route]


def _with(schedule: Schedule, dose: AbsorbedDose, entry: Entry, *, mg: float) -> Schedule:
    if mg == 0:
        return schedule
    if entry.evenly_min == 0:
        return Schedule(schedule.infusions, (*schedule.boluses, Bolus(dose.at_min, mg)))
    end = dose.at_min + entry.evenly_min
    return Schedule(
        (*schedule.infusions, Infusion.of_dose(mg, start_min=dose.at_min, end_min=end)), schedule.boluses
    )


def _sessions(schedule: Schedule, route: Route, beyond_mg: float) -> list[tuple[AbsorbedDose, float]]:
    """Each dose of a route with the part of it that falls within the first amount of its session."""
    found: list[tuple[AbsorbedDose, float]] = []
    began, given = -np.inf, 0.0
    for dose in sorted((d for d in schedule.absorbed if d.route is route), key=lambda dose: dose.at_min):
        if dose.at_min - began > SESSION_MIN:
            began, given = dose.at_min, 0.0
        found.append((dose, min(dose.mg, max(0.0, beyond_mg - given))))
        given += dose.mg
    return found


def whole_system(
    model: KineticModel,
    parameters: Mapping[str, ArrayLike],
    part: Part,
    *,
    routes: tuple[Route, ...] = (Route.INTRAVENOUS,),
    at_hours: float = 0.0,
) -> System:
    """The whole of what a model says becomes of one substance.

    Args:
        model: any model of the library.
        parameters: from `KineticModel.typical`, numbers or arrays over people; absorption is the same for all.
        part: the substance, from `KineticModel.parts_of`.
        routes: the ways of giving to build depots for.
        at_hours: hours since the first dose, for a clearance that grows with them.

    Raises:
        InputRefused: when the model does not take a route.
    """
    values = {name: np.asarray(value, dtype=np.float64) for name, value in parameters.items()}
    building = _Building.on(model.graph(values, part), clears_from=model.clears_from)
    observed, weighs = {part.analyte: 0}, {part.analyte: 1.0}
    metabolism: int | None = None
    for made in model.metabolites:
        if made.formed_from in observed:
            first, central = building.metabolite(made, values, at_hours=at_hours)
            metabolism = first if metabolism is None else metabolism
            observed[made.analyte] = central
            moles = made.analyte.g_per_mol / part.analyte.g_per_mol
            weighs[made.analyte] = moles if made.conserves == "moles" else 1.0
    building.close()
    arrivals = {"central": 0, "liver": model.clears_from, "metabolism": metabolism}
    entries: dict[Route, tuple[Entry, ...]] = {}
    for taken in _absorptions(model, routes):
        places = [arrivals[path.into] for path in taken.path]
        entries[taken.route] = tuple(
            building.entry(taken, path, values, into=place)
            for path, place in zip(taken.path, places, strict=True)
            if place is not None
        )
    beyond: dict[Route, float] = {
        taken.route: taken.further.beyond_mg for taken in model.absorptions if taken.further is not None
    }
    return System(building.graph(), observed, weighs, entries, beyond)


def _absorptions(model: KineticModel, routes: tuple[Route, ...]) -> list[Absorption]:
    known = {taken.route: taken for taken in model.absorptions}
    for route in routes:
        if route not in model.routes:
            raise InputRefused(
                f"route into {model.id}",
                given=route,
                allowed=", ".join(model.routes),
                mend="give it by a route that the model was made for, or choose another model",
            )
    return [known[route] for route in routes if route is not Route.INTRAVENOUS]


@dataclass(slots=True)
class _Building:
    """A graph as it grows, compartment by compartment; every value may be one number or one for each person."""

    volumes: list[FloatArray]
    flows: dict[tuple[int, int], FloatArray]
    leaving: dict[int, FloatArray]
    source: int
    cleared: FloatArray
    people: tuple[int, ...] = field(default=())

    @classmethod
    def on(cls, parent: CompartmentGraph, *, clears_from: int) -> _Building:
        """The parent's compartments, with what it is cleared of still to be led somewhere."""
        n = parent.n
        return cls(
            volumes=[parent.volumes_l[..., i] for i in range(n)],
            flows={
                (i, j): parent.flows_l_per_h[..., i, j]
                for i in range(n)
                for j in range(n)
                if np.any(parent.flows_l_per_h[..., i, j])
            },
            leaving={},
            source=clears_from,
            cleared=parent.clearances_l_per_h[..., clears_from],
            people=parent.people,
        )

    def compartment(self, volume_l: ArrayLike) -> int:
        self.volumes.append(np.asarray(volume_l, dtype=np.float64))
        return len(self.volumes) - 1

    def chain(self, stages: int, hours: FloatArray) -> tuple[int, FloatArray]:
        """Equal stages that take these hours together: the first one's place, and the flow out of each."""
        rate = stages / hours
        first = len(self.volumes)
        for stage in range(stages):
            place = self.compartment(DEPOT_L)
            if stage:
                self.flows[place, place - 1] = rate
        return first, rate

    def metabolite(
        self, made: Metabolite, values: Mapping[str, FloatArray], *, at_hours: float
    ) -> tuple[int, int]:
        """Lead what was cleared so far into a metabolite; where it first arrives, and the place of its blood."""
        own = {str(name): values[f"{made.id}.{name}"] for name in made.parameters}
        share = own["fm"] if "fm" in own else values["kmet"] / (values["kmet"] + values["kel"])
        source, cleared, first = self.source, self.cleared, None
        if made.delay_compartments:
            first, rate = self.chain(made.delay_compartments, own["MTT"])
            self.flows[first, source] = cleared
            source, cleared = first + made.delay_compartments - 1, rate
        central = self.compartment(own["V1"] if made.central_volume == "own" else values["V1"])
        self.flows[central, source] = share * cleared
        if np.any(share < 1):
            self.leaving[source] = (1.0 - share) * cleared
        if made.compartments == 2:
            peripheral = self.compartment(own["V2"])
            self.flows[central, peripheral] = self.flows[peripheral, central] = own["Q2"]
        grown = 1.0 + own["CL_rise"] * at_hours if made.clearance == "rising" else 1.0
        self.source, self.cleared = central, own["CL"] * grown
        return (central if first is None else first), central

    def close(self) -> None:
        """What the last substance is cleared of leaves the body."""
        self.leaving[self.source] = self.cleared

    def entry(self, taken: Absorption, path: Path, values: Mapping[str, FloatArray], *, into: int) -> Entry:
        """The depot of one path, led into a compartment."""
        own = {str(name): values[f"{taken.route}.{name}"] for name in taken.parameters}
        depot, rate = self.chain(1, 1.0 / own[path.rate])
        if path.delay is not None:
            stage, onward = self.chain(1, own[path.delay])
            self.flows[stage, depot] = rate
            self.flows[into, stage] = onward
        else:
            self.flows[into, depot] = rate
        hours = 0.0 if path.evenly_over is None else _alike(own[path.evenly_over])
        return Entry(
            compartment=depot,
            share=_share(path, own, further=None),
            share_beyond=_share(path, own, further=taken.further),
            evenly_min=hours * MINUTES_PER_HOUR,
        )

    def graph(self) -> CompartmentGraph:
        n = len(self.volumes)
        flows = np.zeros((*self.people, n, n))
        for (i, j), flow in self.flows.items():
            flows[..., i, j] = flow
        clearances = np.zeros((*self.people, n))
        for i, clearance in self.leaving.items():
            clearances[..., i] = clearance
        volumes = np.zeros((*self.people, n))
        for i, volume in enumerate(self.volumes):
            volumes[..., i] = volume
        return CompartmentGraph(volumes_l=volumes, flows_l_per_h=flows, clearances_l_per_h=clearances)


def _share(path: Path, own: Mapping[str, FloatArray], *, further: Further | None) -> float:
    shares = {name: _alike(value) for name, value in own.items()}
    if further is not None:
        shares[further.of] *= shares[further.times]
    product = 1.0
    for name in path.share:
        left_over = name.startswith("not ")
        value = shares[name.removeprefix("not ")]
        product *= 1.0 - value if left_over else value
    return product


def _alike(value: FloatArray) -> float:
    """The one value that everybody shares.

    Raises:
        InputRefused: when people differ in it.
    """
    values = np.ravel(value)
    if np.any(values != values[0]):
        raise InputRefused(
            "absorption",
            given="a share or a duration that differs between people",
            allowed="the typical person's for everybody",
            mend="run people with their own absorption one by one",
        )
    return float(values[0])
