"""Numbers for pages: every one is worked out again here, from the raw records and with another library."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest
from scipy import stats

from unloop.care.consultation import figure_slots
from unloop.care.education import Certainty, CountSlot, FindingSlot, ProtocolSlot, RuleSlot, slots
from unloop.clinic.laboratory.services import citation, study_number
from unloop.quantity import InputRefused
from unloop.science.evidence import study_ids

# The public pages and the sheet before consent: every number that a patient reads.
SLOTS = {**slots(), **{f"sheet {name}": one for name, one in figure_slots().items()}}
FINDINGS = {name: one for name, one in SLOTS.items() if isinstance(one, FindingSlot)}
COUNTS = {name: one for name, one in SLOTS.items() if isinstance(one, CountSlot)}
IN_PRINT = {"printed", "derived"}


def raw(kind: str, name: str) -> dict[str, Any]:
    file = resources.files("unloop.science.evidence").joinpath(kind, f"{name}.toml")
    return tomllib.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("name", FINDINGS)
def test_a_figure_is_the_one_that_was_read_in_print(name):
    slot = FINDINGS[name]
    study_id, _, finding_id = slot.of.partition(":")
    record = next(one for one in raw("studies", study_id)["finding"] if one["id"] == finding_id)
    assert record["how"] in IN_PRINT
    found = study_number(slot)
    assert found.value == record[slot.part]
    assert found.studies == (study_id,)


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_and_its_exact_interval_are_worked_out_again(name):
    slot = COUNTS[name]
    record = raw("studies", slot.study)
    if slot.term is not None:
        rows = [(e["people"], e["of"], e["how"]) for e in record["event"] if (e["arm"], e["term"]) == (slot.arm, slot.term)]  # fmt: skip
    else:
        rows = [
            (r["events"], r["n"], r["how"])
            for r in record["response"]
            if (r["arm"], r.get("t_h"), r["definition"].get("percent")) == (slot.arm, slot.t_h, 35.0)
        ]
    ((events, people, how),) = rows
    assert how in IN_PRINT
    low = stats.beta.ppf(0.025, events, people - events + 1) if events else 0.0
    high = stats.beta.ppf(0.975, events + 1, people - events) if events < people else 1.0
    wanted = {"events": events, "people": people, "low": low, "high": high}[slot.part]
    assert study_number(slot).value == pytest.approx(wanted, abs=1e-9)


def test_every_number_that_a_patient_reads_is_among_those_worked_out_again():
    """What is neither a finding nor a count is the protocol's own, or the certainty and p-value worked out below."""
    rest = [one for name, one in SLOTS.items() if name not in {**FINDINGS, **COUNTS}]
    known = {(one.of, one.part) for one in rest if isinstance(one, Certainty)}
    assert known == {("ketamine-ocd-response", "certainty"), ("ketamine-ocd-response", "p")}
    assert all(isinstance(one, Certainty | ProtocolSlot | RuleSlot) for one in rest)
    assert len(FINDINGS) + len(COUNTS) > 150


def test_certainty_is_very_low_by_the_steps_of_the_record():
    body = raw("bodies", "ketamine-ocd-response")["body"]
    assert 4 - sum(step["by"] for step in body["lowered"]) <= 1
    found = study_number(Certainty(kind="known", of="ketamine-ocd-response", part="certainty"))
    assert found.value == "very low"
    assert "RODRIGUEZ2016" not in found.studies  # its count was read in a summary only


def test_the_p_value_of_four_of_eight_against_none_of_seven_is_that_of_another_library():
    found = study_number(Certainty(kind="known", of="ketamine-ocd-response", part="p"))
    assert found.value == pytest.approx(stats.fisher_exact([[4, 4], [0, 7]]).pvalue, abs=1e-12)
    assert found.studies == ("RODRIGUEZ2013",)


@pytest.mark.parametrize("of", ["NCSR:onset", "SIMPSON2008:response-erp", "DOLD2013:response"])
def test_a_value_from_memory_or_from_a_summary_stays_off_the_page(of):
    with pytest.raises(InputRefused, match="printed"):
        study_number(FindingSlot(kind="finding", of=of))


def test_a_count_from_a_summary_stays_off_the_page():
    slot = CountSlot(kind="count", study="RODRIGUEZ2016", arm="ketamine-and-erp", t_h=336.0, part="events")
    with pytest.raises(InputRefused, match="0 counts"):
        study_number(slot)


def test_an_adverse_event_from_a_summary_stays_off_the_page():
    slot = CountSlot(kind="count", study="RODRIGUEZ2013", arm="all", term="sense of unreality", part="events")
    with pytest.raises(InputRefused, match="in print"):
        study_number(slot)


def test_a_part_that_the_finding_lacks_is_refused():
    with pytest.raises(InputRefused, match="no other_value"):
        study_number(FindingSlot(kind="finding", of="BROWNE2015:base", part="other_value"))


@pytest.mark.parametrize(
    ("study_id", "address"),
    [
        ("RODRIGUEZ2013", "https://doi.org/10.1038/npp.2013.150"),
        ("MID_YBOCS", "https://pubmed.ncbi.nlm.nih.gov/39301594/"),
        ("FARRIS2013", "https://pmc.ncbi.nlm.nih.gov/articles/PMC3959901/"),
        ("MKET", "https://clinicaltrials.gov/study/NCT02624596"),
        ("ISSARI", ""),
    ],
)
def test_a_citation_leads_to_the_study_by_whatever_number_it_has(study_id, address):
    assert citation(study_id).address == address


@pytest.mark.parametrize("study_id", study_ids())
def test_every_study_can_be_cited_with_an_address_or_none(study_id):
    found = citation(study_id)
    assert found.said
    assert found.address == "" or found.address.startswith("https://")
