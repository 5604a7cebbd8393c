"""Adding a study on the staff's evidence page: by form, by file, refused in words, and taken out again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from unloop.clinic.laboratory.services import kept_studies, known_of_ketamine

ADD, FILE, PAGE = "/learn/evidence/add/", "/learn/evidence/add-file/", "/learn/evidence/"
ANSWERS = {
    "study_id": "OWN2026", "about": "adults seen here, at one week", "year": "2026", "design": "open label",
    "status": "published", "source": "a journal", "drug": "ketamine (racemate)", "route": "IV", "amount": "0.5",
    "unit": "mg/kg", "minutes": "40", "dose_how": "printed", "dose_where": "methods", "people": "12", "events": "3",
    "hours": "168", "response_how": "printed", "response_where": "table 2", "pools_as": "efficacy",
}  # fmt: skip
CROSSED = {"design": "randomised crossover", "carry_over": "shown", "phase": "1"}
CONTROL = {"control_people": "11", "control_events": "1"}
SCORE = {"score": "21.5", "score_sd": "6.5", "score_how": "derived", "score_where": "figure 2",
         "score_formula": "mean of both raters"}  # fmt: skip
TABLE = (
    "study_id,year,doi,instrument,time_hours,response_def,source_note,events1,n1,events2,n2\n"
    "{name},2026,journal,YBOCS,168,>=35% Y-BOCS reduction,abstract,4,9,1,8\n"
)


@pytest.fixture
def provider(as_user, cast):
    return as_user(cast.provider)


def upload(browser, text, **given):
    file = SimpleUploadedFile("studies.csv", text.encode())
    return browser.post(
        FILE, {"file": file, "form": "wide", "how": "secondary", "pools_as": "nothing"} | given, follow=True
    )


def test_a_study_by_form_is_counted_and_the_page_says_what_changed(provider):
    page = provider.post(ADD, ANSWERS, follow=True).content.decode()
    assert "1 study was added." in page
    assert "People counted: from 48 to 60" in page
    assert "Samples counted: from 5 to 6" in page
    assert "added by this clinic" in page
    assert "V. Varga" in page
    assert known_of_ketamine().samples[-1].for_patients


def test_the_page_says_how_many_sheets_and_consents_a_study_touched(provider, cast):
    from datetime import date, timedelta

    from unloop.clinic.audit import clock
    from unloop.clinic.audit.services import acting
    from unloop.clinic.chart.services import Person
    from unloop.clinic.consulting_room.services import give_sheet, void_sheets

    holder = Person.objects.create(
        given="Una", family="Unsigned", birth_date=date(1990, 1, 1), sex="female", made_at=clock.now()
    )
    with acting(cast.provider.as_actor()):
        give_sheet(holder, "en")
    assert void_sheets() == 0
    page = provider.post(ADD, ANSWERS, follow=True).content.decode()
    assert "1 sheet that was given and not signed is void: give it anew." in page
    assert "Unsigned" not in page
    assert void_sheets() == 1
    with acting(cast.provider.as_actor()), clock.frozen(clock.now() + timedelta(minutes=1)):
        give_sheet(holder, "en")
    assert void_sheets() == 0


def test_every_value_of_the_form_says_where_it_was_read_and_has_its_unit(provider):
    provider.post(ADD, ANSWERS | CROSSED | CONTROL | SCORE)
    from unloop.clinic.laboratory.added import clinic_studies

    (record,) = clinic_studies()
    assert record.crossover.carry_over == "shown"
    assert [(row.arm, row.events, row.n, row.phase) for row in record.response] == [
        ("treated", 3, 12, 1), ("control", 1, 11, 1),
    ]  # fmt: skip
    (score,) = record.observation
    assert (score.value, score.sd, score.unit, score.formula) == (21.5, 6.5, "points", "mean of both raters")
    assert (record.arm[0].dose[0].amount, record.arm[0].dose[0].unit) == (0.5, "mg/kg")
    assert [one.how for one in record.sourced()] == ["printed", "printed", "derived", "printed", "printed"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"design": "randomised crossover"}, "may still feel the first"),
        ({"phase": "1"}, "Only a crossover has phases"),
        (CROSSED | {"phase": "both"}, "the first phase alone"),
        ({"events": "13"}, "people in this arm: at most 12"),
        ({"people": "20000000"}, "at most 10000"),
        ({"response_how": ""}, "This field is required"),
        ({"study_id": "bloch2012"}, "no shipped study"),
        (CONTROL | {"control_events": "12"}, "people in this arm: at most 11"),
        ({"response_how": "derived"}, "A computed value says how"),
        ({"response_where": ""}, "This field is required"),
        ({"unit": ""}, "This field is required"),
        ({"control_people": "9"}, "both numbers of the control arm"),
        ({"score": "20"}, "how the mean score was read"),
        ({"overlaps": "BLOCH2012"}, "share no people"),
        ({"study_id": "BLOCH2012"}, "no shipped study"),
        ({"study_id": "two words"}, "Letters, digits"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_what_was_entered_stays(provider, wrong, said):
    answer = provider.post(ADD, ANSWERS | wrong)
    assert answer.status_code == 422
    page = answer.content.decode().replace("&#x27;", "'")
    assert said in page
    assert "adults seen here, at one week" in page
    assert kept_studies() == ()


def test_a_file_is_added_and_its_values_stay_off_pages_for_patients(provider):
    page = upload(provider, TABLE.format(name="OWN2026"), pools_as="efficacy").content.decode()
    assert "People counted: from 48 to" in page
    assert not known_of_ketamine().samples[-1].for_patients


def test_a_file_that_is_kept_only_changes_no_figure(provider):
    assert "No figure changed with it." in upload(provider, TABLE.format(name="OWN2026")).content.decode()


def test_a_file_that_cannot_be_is_refused_with_its_place(provider):
    answer = upload(provider, TABLE.format(name="OWN2026").replace(",4,9,", ",four,9,"))
    assert answer.status_code == 422
    assert "row 2" in answer.content.decode()


@pytest.mark.parametrize("rows", [0, 51])
def test_a_file_without_a_study_or_with_a_whole_library_is_refused(provider, rows):
    header, row = TABLE.splitlines()
    answer = upload(provider, "\n".join([header, *(row.format(name=f"OWN{n}") for n in range(rows))]))
    assert answer.status_code == 422
    assert "1 to 50 studies at once" in answer.content.decode()
    assert kept_studies() == ()


def test_a_study_is_taken_out_again_and_what_was_written_stays(provider):
    provider.post(ADD, ANSWERS)
    page = provider.post("/learn/evidence/OWN2026/withdraw/", follow=True).content.decode()
    assert "People counted: from 60 to 48" in page
    assert "taken out" in page
    assert "Take OWN2026 out" not in page
    assert "clinic added" in provider.post("/learn/evidence/OWN2026/withdraw/", follow=True).content.decode()


def test_only_those_who_judge_evidence_may_add_to_it(as_user, cast):
    assert as_user(cast.front_desk).get(ADD).status_code == 403
    assert ADD not in as_user(cast.nurse).get(PAGE).content.decode()
    assert ADD in as_user(cast.researcher).get(PAGE).content.decode()


@pytest.mark.parametrize("address", [PAGE, ADD, FILE])
def test_the_pages_ask_the_database_seldom(provider, django_assert_max_num_queries, address):
    provider.post(ADD, ANSWERS)
    with django_assert_max_num_queries(15):
        assert provider.get(address).status_code == 200


def test_the_forest_shows_every_sample_and_no_pooled_effect(provider):
    page = provider.get(PAGE).content.decode()
    drawing = page[page.index('<svg xmlns="http://www.w3.org/2000/svg" role="img"') :].partition("</svg>")[0]
    assert all(one.study_id in drawing for one in known_of_ketamine().samples)
    assert "a further clinic" in drawing
    assert "nothing is pooled" in drawing
    assert "style=" not in drawing


def test_every_alternative_stands_with_its_certainty_and_its_reasons(provider):
    page = provider.get(PAGE).content.decode()
    assert "Imprecision (-2): one trial of 99 people" in page
    assert "METAPSY2024:erp-psychological: mean difference -8.1 points (-10.7 to -5.6)" in page
    assert "FOA2005:erp-treated: proportion 62%, 122 people" in page
    assert "PELLEGRINI2022:g: Hedges g -0.47<" in page
