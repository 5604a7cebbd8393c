"""What counts as response, remission, recovery and relapse in OCD: numbers with their sources, passed in as data."""

from __future__ import annotations

from dataclasses import dataclass

from unloop.quantity.duration import Duration

CONSENSUS_SOURCE = (
    "Mataix-Cols et al. 2016, World Psychiatry 15:80-81, PMC4780290 (expert consensus; durations and relapse were read; the "
    "CGI parts of response and remission were read in Ramakrishnan 2024, doi 10.1016/j.jpsychires.2024.03.044, looked up "
    "2026-11-23; that of partial response is remembered)"
)
NOTICEABLE_SOURCE = (
    "Cohen et al. 2024, Eur Psychiatry, PMID 39301594: 7 trials, 1,216 adults, rated by clinicians"
)


@dataclass(frozen=True, slots=True)
class ImprovementRule:
    """A fall from baseline with a clinician's impression of change, held for some time."""

    fall_percent: float
    cgi_i_at_most: int
    lasting: Duration


@dataclass(frozen=True, slots=True)
class RemissionRule:
    """A low score with a clinician's impression of severity, held for some time; recovery is a long remission.

    Attributes:
        longest_gap: ratings further apart than this do not show that remission lasted between them (policy: the
            consensus names no interval, and a year cannot be vouched for by its first and its last day).
    """

    score_at_most: float
    cgi_s_at_most: int
    lasting: Duration
    recovery_lasting: Duration
    longest_gap: Duration


@dataclass(frozen=True, slots=True)
class RelapseRule:
    """A score back above remission with a clinician's impression of clear worsening, held for some time."""

    score_at_least: float
    cgi_i_at_least: int
    lasting: Duration


@dataclass(frozen=True, slots=True)
class OutcomeDefinitions:
    """One set of definitions for the Y-BOCS, with the source that a page shows beside the category."""

    response: ImprovementRule
    partial_response: ImprovementRule
    remission: RemissionRule
    relapse: RelapseRule
    noticeable_points: float
    source: str
    noticeable_source: str


CONSENSUS = OutcomeDefinitions(
    response=ImprovementRule(fall_percent=35, cgi_i_at_most=2, lasting=Duration.parse("P7D")),
    partial_response=ImprovementRule(fall_percent=25, cgi_i_at_most=3, lasting=Duration.parse("P7D")),
    remission=RemissionRule(
        score_at_most=12,
        cgi_s_at_most=2,
        lasting=Duration.parse("P7D"),
        recovery_lasting=Duration.parse("P1Y"),
        longest_gap=Duration.parse("P100D"),
    ),
    relapse=RelapseRule(score_at_least=13, cgi_i_at_least=6, lasting=Duration.parse("P1M")),
    noticeable_points=4.9,
    source=CONSENSUS_SOURCE,
    noticeable_source=NOTICEABLE_SOURCE,
)
"""The consensus of 2016 and the noticeable change of 2024."""
