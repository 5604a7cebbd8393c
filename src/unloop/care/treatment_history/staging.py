"""How resistant an illness has been, computed from what was tried; nobody types a stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unloop.care.treatment_history.criteria import ErpCriteria, SriCriteria
from unloop.care.treatment_history.history import (
    History,
    Treatment,
    any_of,
    by_medicine,
    conjunction,
    enough,
    judge_history,
)
from unloop.care.treatment_history.pallanti import PallantiLevel, pallanti
from unloop.care.treatment_history.refractory import Criterion, refractoriness
from unloop.rules import Truth

SRIS_ASKED = 2
"""Failed adequate serotonin reuptake inhibitors from which OCD is called resistant (Hudak 2026; the bundled
protocol's ELG-04), beside one failed adequate course of ERP (ELG-05)."""


@dataclass(frozen=True, slots=True)
class Staging:
    """Everything computed from a history.

    Attributes:
        treatments: each with its adequacy and its failure.
        adequate_sris: serotonin reuptake inhibitors that were certainly adequate, each once, by name.
        adequate_sri_count: how many these are; None where nobody asked for the medicines.
        erp_adequate: whether a course of exposure with response prevention was adequate.
        resistant: whether two adequate serotonin reuptake inhibitors and one adequate course of ERP failed.
        pallanti: the level; its wording is unverified.
        refractory: whether all criteria hold that are asked before deep brain stimulation.
        criteria: these, one by one.
        missing: what would have to be answered, as (treatment, key).
    """

    treatments: tuple[Treatment, ...]
    adequate_sris: tuple[str, ...]
    adequate_sri_count: int | None
    erp_adequate: Truth
    resistant: Truth
    pallanti: PallantiLevel
    refractory: Truth
    criteria: tuple[Criterion, ...]
    missing: tuple[tuple[str, str], ...]


def stage(history: History, sri: SriCriteria, erp: ErpCriteria) -> Staging:
    """Stage a history by a protocol's criteria of adequate treatments."""
    treatments = judge_history(history, sri, erp)
    sris = [one for one in treatments if is_sri(one, sri) or one.nameless]
    courses = [one for one in treatments if one.kind == "psychotherapy"]
    certain = {one.ingredients[0] for one in sris if one.ingredients and one.adequacy.answer is Truth.TRUE}
    asked, talked = history.whole(history.medicines), history.whole(history.psychotherapy)
    criteria = refractoriness(treatments, history, sri)
    return Staging(
        treatments=treatments,
        adequate_sris=tuple(sorted(certain)),
        adequate_sri_count=len(certain) if history.medicines is not None else None,
        erp_adequate=any_of((one.adequacy.answer for one in courses), known=talked),
        resistant=conjunction((
            enough(by_medicine(sris, {id(one): one.counts for one in sris}), SRIS_ASKED, known=asked),
            any_of((one.counts for one in courses), known=talked),
        )),
        pallanti=pallanti(treatments, history),
        refractory=conjunction(one.answer for one in criteria),
        criteria=criteria,
        missing=tuple(_missing(treatments)),
    )  # fmt: skip


def is_sri(treatment: Treatment, sri: SriCriteria) -> bool:
    """Whether a treatment was with one of the protocol's serotonin reuptake inhibitors."""
    return treatment.kind == "medicine" and any(one in sri.doses for one in treatment.ingredients)


def _missing(treatments: Iterable[Treatment]) -> Iterator[tuple[str, str]]:
    for one in treatments:
        if one.adequacy.answer is Truth.UNKNOWN:
            yield from ((one.name, key) for key in one.adequacy.missing)
        if one.failure is Truth.UNKNOWN:
            yield one.name, "outcome"
