"""Answers: only what was answered is written, a changed one is added, and a slip is refused with its mend."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from charts import JUDGED_AT
from unloop.care.evaluation import Ready
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Draft, DraftKind, FactRow, ImportRecord, NewFact, add_facts
from unloop.clinic.consulting_room.services import (
    GateChoice,
    groups,
    in_force,
    judge_person,
    questions,
    view_of,
)
from unloop.facts import BASIC, DICTIONARY, Chart, Person, View
from unloop.protocol import bundled

pytestmark = pytest.mark.django_db


def rows(person: Any, code: str) -> list[FactRow]:
    return list(FactRow.objects.filter(person=person, code=code).order_by("recorded_at", "at"))


def test_nothing_is_chosen_before_somebody_answers(see: Any, cast: Any, adopted: Any, newcomer: Any) -> None:
    text = see(cast.nurse, "answer", newcomer, "substances")
    assert " checked" not in text
    assert "Not known, or not asked" in text


def test_an_answer_that_stands_is_chosen_and_shown_with_its_day(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.nurse, "answer", ready, "substances")
    assert "Stands: as expected, on 16 November 2026" in text


def test_only_what_was_answered_is_written(send: Any, cast: Any, adopted: Any, newcomer: Any) -> None:
    answer = send(cast.nurse, "answer", newcomer, "substances", auditc="2", ketamine_misuse_ever="False")
    assert answer.status_code == 302
    assert {row.code: row.value for row in FactRow.objects.filter(person=newcomer)} == {
        "auditc": 2.0, "ketamine_misuse_ever": False,
    }  # fmt: skip


def test_a_changed_answer_is_added_and_the_first_one_stays(
    send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    send(cast.nurse, "answer", ready, "substances", auditc="5", dast10="0")
    assert [row.value for row in rows(ready, "auditc")] == [1, 5]
    assert [row.value for row in rows(ready, "dast10")] == [0]


def test_an_answer_asked_again_and_unchanged_is_dated_anew(
    send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    send(cast.nurse, "answer", ready, "substances", dast10="0", again="on")
    assert [row.at for row in rows(ready, "dast10")] == [JUDGED_AT, clock.now()]


@pytest.mark.parametrize(
    ("key", "typed", "allowed"),
    [("adherence_percent", "140", "0 to 100"), ("ybocs_before", "55", "0 to 50"), ("cgi_i", "0", "1 to 7"),
     ("weeks_total", "6000", "0 to 5200")],
)  # fmt: skip
def test_a_number_of_a_past_treatment_that_cannot_be_meant_is_refused_as_the_command_refuses_it(
    key: str, typed: str, allowed: str, send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    rows_ = {
        "sri_treatments-rows": "1",
        "sri_treatments-0-name": "sertraline",
        f"sri_treatments-0-{key}": typed,
    }
    answer = send(cast.nurse, "answer", newcomer, "treatments", **rows_)
    assert answer.status_code == 422
    assert f"{typed} was given; allowed is {allowed}" in answer.content.decode()
    assert not rows(newcomer, "sri_treatments")


def test_what_is_no_longer_known_is_not_passed_over_while_an_answer_goes_on_counting(
    send: Any, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    answer = send(cast.nurse, "answer", ready, "substances", ketamine_misuse_ever="unknown", auditc="2")
    assert answer.status_code == 422
    assert "An answer stands here and goes on counting." in answer.content.decode()
    assert [row.value for row in rows(ready, "auditc")] == [1]
    row = rows(ready, "ketamine_misuse_ever")[-1]
    add_facts(ready, [NewFact(row.code, None, supersedes=row.id, reason="never asked")])
    assert send(cast.nurse, "answer", ready, "substances", ketamine_misuse_ever="unknown").status_code == 302
    assert "Not known: misuse of ketamine, ever" in see(cast.nurse, "evaluation", ready)


def test_a_limit_left_beside_a_new_value_is_dated_with_it(
    send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    send(cast.nurse, "answer", ready, "laboratory", alt="130", alt_upper_limit="40")
    assert [row.at for row in rows(ready, "alt_upper_limit")] == [JUDGED_AT, clock.now()]
    assert view_of(ready, in_force().protocol).find("alt_over_limit").value == 3.25


def test_a_limit_emptied_beside_a_new_value_is_asked_for_and_no_longer_stands(
    send: Any, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    send(cast.nurse, "answer", ready, "laboratory", alt="130", alt_upper_limit="")
    page = see(cast.nurse, "evaluation", ready)
    assert "Not known: ALT, upper limit of the laboratory" in page
    form = see(cast.nurse, "answer", ready, "laboratory")
    assert "Out of date: 40 U/L on 16 November 2026." in form
    assert 'name="alt_upper_limit" value' not in form
    send(cast.nurse, "answer", ready, "laboratory", alt="130", alt_upper_limit="40")
    assert view_of(ready, in_force().protocol).find("alt_over_limit").value == 3.25


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        pytest.param("70,5", "write a point for decimals: 0,5 and 5 differ tenfold", id="a comma"),
        pytest.param("154 lb", "write digits only", id="a unit"),
        pytest.param("7", "check the number and its unit", id="out of range"),
        pytest.param("NaN", "write digits only", id="no number"),
    ],
)
def test_a_slip_in_a_number_is_refused_with_its_mend_and_nothing_typed_is_lost(
    typed: str, mend: str, send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    answer = send(cast.nurse, "answer", newcomer, "measurements", weight=typed, height="172")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"{typed} was given; allowed is 20-350 kg. To mend it: {mend}" in text
    assert f'value="{typed}"' in text
    assert 'value="172"' in text
    assert not FactRow.objects.filter(person=newcomer).exists()


def test_an_answer_can_be_dated_back_but_not_into_the_future(
    send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    send(cast.nurse, "answer", newcomer, "measurements", height="172", at="2026-11-10T09:30")
    assert rows(newcomer, "height")[0].at.isoformat() == "2026-11-10T14:30:00+00:00"
    late = send(cast.nurse, "answer", newcomer, "measurements", height="173", at="2027-01-01T09:30")
    assert late.status_code == 422
    assert "still to come" in late.content.decode()


def test_diagnoses_are_written_one_a_line_with_the_statement_that_they_are_all(
    send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    send(
        cast.provider, "answer", newcomer, "psychiatric", diagnoses="F42.2\nF32.1", diagnoses_complete="True"
    )
    assert rows(newcomer, "diagnoses")[0].value == ["F42.2", "F32.1"]
    assert rows(newcomer, "diagnoses_complete")[0].value is True


def test_a_changed_list_is_stated_complete_anew(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    send(cast.provider, "answer", ready, "psychiatric", diagnoses="F42.2\nF32.1", diagnoses_complete="True")
    finding = view_of(ready, in_force().protocol).find("diagnoses")
    assert finding.complete


def _treatment(index: int, **values: str) -> dict[str, str]:
    return {f"sri_treatments-{index}-{key}": value for key, value in values.items()}


def test_a_treatment_is_entered_as_a_row_and_shown_with_why_it_counts(
    see: Any, send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    sent = {
        "sri_treatments-rows": "2", "psychotherapies-rows": "1", "treatment_history_complete": "True",
        **_treatment(0, name="sertraline", max_dose_mg_per_day="200", weeks_total="20", weeks_at_max="8",
                     adherence_percent="95", outcome="none"),
        **_treatment(1, name="fluoxetine", max_dose_mg_per_day="20", weeks_total="4"),
    }  # fmt: skip
    assert send(cast.provider, "answer", newcomer, "treatments", **sent).status_code == 302
    view = view_of(newcomer, in_force().protocol)
    assert view.find("adequate_sri_count").value == 1
    assert view.find("adequate_erp_count").value == 0
    text = see(cast.provider, "answer", newcomer, "treatments")
    assert "not adequate" in text
    assert "highest dose 20 mg a day, too little: at least 60 mg a day is asked" in text


def test_a_row_can_be_added_without_a_script_and_nothing_is_written_by_it(
    send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    answer = send(
        cast.provider, "answer", newcomer, "treatments",
        **{"sri_treatments-rows": "1", "psychotherapies-rows": "1", "add": "sri_treatments"}, **_treatment(0, name="sertraline"),
    )  # fmt: skip
    text = answer.content.decode()
    assert 'name="sri_treatments-rows" value="2"' in text
    assert 'value="sertraline"' in text
    assert not FactRow.objects.filter(person=newcomer).exists()


def test_a_row_taken_out_is_gone_from_the_next_list(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    first = {key: str(value) for key, value in rows(ready, "sri_treatments")[0].value[0].items()}
    send(cast.provider, "answer", ready, "treatments", **{
        "sri_treatments-rows": "2", "psychotherapies-rows": "0", **_treatment(0, **first),
        **_treatment(1, name="fluoxetine", drop="on"),
    })  # fmt: skip
    assert [one["name"] for one in rows(ready, "sri_treatments")[-1].value] == ["sertraline"]


def test_what_is_out_of_date_is_not_chosen_beforehand(cast: Any, adopted: Any, ready: Any) -> None:
    protocol = in_force().protocol
    with clock.frozen(JUDGED_AT + timedelta(days=9)):
        asked = {one.code: one for one in questions("substances", view_of(ready, protocol), protocol)}
    assert asked["urine_drug_screen"].stale
    assert asked["urine_drug_screen"].prefilled is None


def test_a_medicine_that_matters_waits_for_a_named_clinician(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(
        ready, [NewFact("medicines", ["sertraline", "lorazepam"]), NewFact("medicines_complete", value=True)]
    )
    protocol = in_force().protocol
    assert "Decide about the medicine" in see(cast.provider, "evaluation", ready)
    refused = send(
        cast.provider, "medicine_decisions", ready, **{"m0-medicine": "lorazepam", "m0-decision": "hold"}
    )
    assert refused.status_code == 422
    sent = {"m0-medicine": "lorazepam", "m0-decision": "hold", "m0-reason": "low dose, held for a day"}
    assert send(cast.provider, "medicine_decisions", ready, **sent).status_code == 302
    assert rows(ready, "medicine_decisions")[0].value[0]["decided_by"] == cast.provider.name
    assert isinstance(judge_person(GateChoice.EVALUATION, ready, protocol), Ready)


def test_a_nurse_decides_about_no_medicine(send: Any, cast: Any, adopted: Any, ready: Any) -> None:
    assert send(cast.nurse, "medicine_decisions", ready).status_code == 403


@pytest.mark.parametrize("group", ["session", "decisions", "nonsense", "consent"])
def test_a_page_that_is_not_there_is_not_found(
    group: str, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    see(cast.provider, "answer", ready, group, status=404)


def test_a_form_made_for_another_person_writes_nothing(
    as_user: Any, cast: Any, adopted: Any, ready: Any, newcomer: Any
) -> None:
    from django.urls import reverse

    from unloop.clinic.chart.tokens import FIELD, token_for

    address = reverse("consulting_room:answer", args=[newcomer.id, "measurements"])
    answer = as_user(cast.nurse).post(address, {FIELD: token_for(ready.id), "weight": "70"})
    assert answer.status_code == 409
    assert not FactRow.objects.filter(person=newcomer).exists()


def test_an_imported_dose_stands_beside_the_question_and_is_not_converted(
    see: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    kept = ImportRecord.objects.create(
        person=newcomer, sha256="0" * 64, record_key="x", at=clock.now(), added=1, unchanged=0
    )
    Draft.objects.create(
        id=uuid4(), person=newcomer, kind=DraftKind.MEDICINE, name="lorazepam", source="record", brought_by=kept,
        detail={"dose": "0.5 mg when needed", "from": "2024-03"},
    )  # fmt: skip
    text = see(cast.nurse, "answer", newcomer, "medicines")
    said = "In the imported record, not converted: lorazepam, 0.5 mg when needed, from March 2024 (not decided yet)."
    assert said in text
    assert 'name="diazepam_equivalent" value' not in text
    assert said not in see(cast.nurse, "answer", newcomer, "substances")


def test_every_fact_that_the_protocol_reads_is_asked_on_a_page() -> None:
    """Those with pages of their own aside: medicines, the infusions of this clinic, consent, decisions, a session."""
    protocol = bundled()
    pages_of_their_own = {"medicines", "medicines_complete", "medicine_decisions", "infusion_given"}
    view = View(Chart(Person(), ()), JUDGED_AT, JUDGED_AT, DICTIONARY, BASIC)
    asked = {one.code for group in groups(protocol) for one in questions(group, view, protocol)}
    read = {
        one.code
        for one in map(DICTIONARY.__getitem__, protocol.document.facts)
        if not (one.derived or one.in_session or one.group in {"consent", "decisions", "session"})
    }
    assert read - asked - pages_of_their_own == set()
