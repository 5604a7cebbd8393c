"""Studies that a clinic adds: kept, counted with the others, every change said, and taken out without a trace lost."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from uuid import uuid4

import pytest

from unloop.clinic.audit import clock
from unloop.clinic.audit.append_only import NeverChanged
from unloop.clinic.audit.services import Actor, ActorKind, AuditEntry, acting
from unloop.clinic.laboratory import added
from unloop.clinic.laboratory.services import (
    FigureChange,
    keep_studies,
    keep_study,
    kept_studies,
    known_of_ketamine,
    published_response,
    read_file,
    study_lines,
    withdraw_study,
)
from unloop.quantity import InputRefused
from unloop.science.evidence import certainty

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
AT = datetime(2026, 11, 22, 15, tzinfo=UTC)
SOMEBODY = Actor(kind=ActorKind.USER, id=uuid4(), role="provider")
OWN = """
[study]
id = "OWN2026"
about = "adults seen here, one infusion, at one week"
topic = "ketamine in OCD"
design = "open label"
status = "published"
source = "a journal"
pools_as = "efficacy"
[[arm]]
id = "treated"
role = "open"
[[response]]
arm = "treated"
n = 12
t_h = 168.0
events = 3
definition = { instrument = "Y-BOCS", percent = 35.0, words = "reduction of at least 35%" }
how = "printed"
where = "table 2"
"""
LONG = (
    "study_id,year,doi,arm,n,route,dose_mg_per_kg,duration_min,instrument,time_hours,mean,sd,responders,response_def,"
    "source_note\n"
    "MINE2026,2026,journal,ketamine,9,IV,0.5,40,YBOCS,168,,,4,>=35% Y-BOCS reduction,abstract\n"
    "YOURS2026,2026,journal,ketamine,7,IV,0.5,40,YBOCS,168,,,1,>=35% Y-BOCS reduction,abstract\n"
)


@pytest.fixture(autouse=True)
def _somebody_acts():
    with acting(SOMEBODY), clock.frozen(AT):
        yield


def own(old="", new=""):
    (record,) = read_file(
        OWN.replace(old, new, 1).encode(), form="record", how="printed", counted=True, where="own"
    )
    return record


def test_an_added_study_changes_figures_and_each_change_is_said_and_kept():
    changes = keep_study(own())
    assert FigureChange("samples", "5", "6") in changes
    assert FigureChange("people", "48", "60") in changes
    assert {one.figure for one in changes} == {"samples", "people", "differ", "prediction"}
    (entry,) = kept_studies()
    assert (entry.changes, entry.at, entry.by, entry.last) == (changes, AT, SOMEBODY.id, True)
    assert known_of_ketamine().samples[-1].study_id == "OWN2026"
    assert [one.study for one in published_response().studies][-1] == "OWN2026"
    (line,) = [one for one in study_lines() if one.added_here]
    assert (line.citation.id, line.values, line.barred) == ("OWN2026", 1, 0)


def test_it_is_in_the_trail_without_a_word_of_it():
    keep_study(own())
    entry = AuditEntry.objects.get(action="laboratory.study.added")
    assert entry.detail == {
        "study": "OWN2026",
        "version": 1,
        "figures": ["samples", "people", "differ", "prediction"],
    }


def test_a_study_that_is_not_counted_changes_no_figure():
    assert keep_study(own('pools_as = "efficacy"', 'pools_as = "nothing"')) == ()
    assert len(known_of_ketamine().samples) == 5


def test_a_later_version_takes_the_place_of_the_first_which_stays():
    keep_study(own())
    changes = keep_study(own("events = 3", "events = 9"))
    assert {one.figure for one in changes} == {"differ", "prediction"}
    assert known_of_ketamine().samples[-1].response.events == 9
    assert sorted((one.version, one.last) for one in kept_studies()) == [(1, False), (2, True)]


def test_a_study_taken_out_leaves_every_figure_as_it_was():
    before = known_of_ketamine()
    there = keep_study(own())
    back = withdraw_study("OWN2026")
    assert [(one.figure, one.after, one.before) for one in there] == [
        (one.figure, one.before, one.after) for one in back
    ]
    assert known_of_ketamine() == before
    assert [one.withdrawn for one in kept_studies() if one.last] == [True]
    with pytest.raises(InputRefused, match="clinic added"):
        withdraw_study("OWN2026")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("OWN2026", "BLOCH2012", "no shipped study"),
        ('source = "a journal"', 'source = "a journal"\noverlaps_with = ["BLOCH2012"]', "share no people"),
        ('source = "a journal"', 'source = "a journal"\noverlaps_with = ["BLOHC2012"]', "evidence page"),
        ('source = "a journal"', 'source = "a journal"\nregistration = ["NCT01349231"]', "share no people"),
    ],
)
def test_people_who_were_counted_before_are_refused(old, new, said):
    with pytest.raises(InputRefused, match=said):
        keep_study(own(old, new))
    assert kept_studies() == ()


def test_the_same_again_is_refused():
    keep_study(own())
    with pytest.raises(InputRefused, match="something new"):
        keep_study(own())


def test_a_table_is_added_whole_with_its_changes_from_first_to_last_or_not_at_all():
    records = read_file(LONG.encode(), form="long", how="secondary", counted=True, where="file")
    changes = keep_studies(records)
    assert FigureChange("samples", "5", "7") in changes
    assert FigureChange("people", "48", "64") in changes
    assert not any(one.for_patients for one in known_of_ketamine().samples if one.added_here)
    other = read_file(
        LONG.replace("MINE", "HERS").encode(), form="long", how="secondary", counted=True, where="file"
    )
    with pytest.raises(InputRefused):
        keep_studies(other)  # the second of them stands already
    assert [one.study_id for one in kept_studies()].count("HERS2026") == 0


def test_what_was_kept_is_never_changed():
    from unloop.clinic.laboratory.models import StudyKept

    keep_study(own())
    row = StudyKept.objects.get()
    with pytest.raises(NeverChanged):
        row.save()
    with pytest.raises(NeverChanged):
        StudyKept.objects.all().delete()
    assert str(row) == "OWN2026 1 added"


def test_every_shipped_record_could_be_added_as_it_is_but_for_its_name():
    file = resources.files("unloop.science.evidence").joinpath("studies", "ALGIN2024.toml")
    text = file.read_text("utf-8").replace('id = "ALGIN2024"', 'id = "LIKE_ALGIN"', 1)
    (record,) = read_file(text.encode(), form="record", how="printed", counted=False, where="file")
    assert keep_study(record) == ()


def test_a_sample_that_comes_with_a_later_version_leaves_the_clinics_own_out_and_every_page_standing(
    monkeypatch,
):
    """The shipped studies of a later version are stood in for by one that names the clinic's own."""
    keep_study(own())
    keep_study(own('"OWN2026"', '"OTHER2026"'))
    shipped = added.study

    def later(study_id):
        found = shipped(study_id)
        if study_id != "BLOCH2012":
            return found
        return found.model_copy(
            update={"study": found.study.model_copy(update={"overlaps_with": ("OWN2026",)})}
        )

    monkeypatch.setattr(added, "study", later)
    monkeypatch.setattr(certainty, "study", later)
    assert [one.study_id for one in known_of_ketamine().samples if one.added_here] == ["OTHER2026"]
    assert {one.study_id: one.left_out for one in kept_studies()} == {"OWN2026": True, "OTHER2026": False}
    assert "OWN2026" in {line.citation.id for line in study_lines()}
    withdraw_study("OWN2026")
    assert not any(one.left_out for one in kept_studies())
