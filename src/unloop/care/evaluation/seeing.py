"""A chart as a protocol sees it: with its maximum ages and its way of counting past treatments."""

from __future__ import annotations

from datetime import datetime

from unloop.care.treatment_history import DoseRange, ErpCriteria, SriCriteria, derivations
from unloop.facts import BASIC, DICTIONARY, Chart, Phase, View
from unloop.protocol import Protocol


def look(
    protocol: Protocol,
    chart: Chart,
    *,
    at: datetime,
    session: str | None = None,
    phases: tuple[Phase, ...] = (),
) -> View:
    """The chart at a moment, under this protocol.

    Args:
        protocol: gives shorter maximum ages and the criteria of adequate treatments.
        chart: the person's facts.
        at: the moment; timezone-aware.
        session: the infusion session whose readings are seen.
        phases: the parts of that session that are seen.
    """
    max_ages = {code: use.max_age for code, use in protocol.document.facts.items() if use.max_age is not None}
    return View(
        chart=chart, now=at, known_at=at, dictionary=DICTIONARY,
        derivations={**BASIC, **derivations(sri_criteria(protocol), erp_criteria(protocol))},
        max_ages=max_ages, session=session, phases=frozenset(phases),
    )  # fmt: skip


def sri_criteria(protocol: Protocol) -> SriCriteria:
    """What this protocol calls an adequate treatment with a serotonin reuptake inhibitor."""
    sri = protocol.document.resistance.sri
    return SriCriteria(
        weeks_total_min=sri.weeks_total_min,
        weeks_at_target_min=sri.weeks_at_target_min,
        adherence_min_percent=sri.adherence_min_percent,
        doses={name: DoseRange(target_mg=dose.target, max_mg=dose.max) for name, dose in sri.dose.items()},
    )


def erp_criteria(protocol: Protocol) -> ErpCriteria:
    """What this protocol calls an adequate course of exposure with response prevention."""
    erp = protocol.document.resistance.erp
    return ErpCriteria(
        sessions_min=erp.sessions_min,
        hours_min=erp.hours_min,
        within_weeks=erp.within_weeks,
        homework_min_percent=erp.homework_min_percent,
        therapist_trained=erp.therapist_trained,
    )
