"""The page of past treatments: entered, judged, staged and drawn; prefilled by imports; ERP said before ketamine."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from treatment_histories import COURSE, SERTRALINE, sri
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import Draft, DraftKind, FactRow, ImportRecord, NewFact, add_facts

pytestmark = pytest.mark.django_db
MOST = 14


def said(person: Any, *medicines: Any, talks: Any = (COURSE,), complete: bool = True, **more: Any) -> None:
    add_facts(person, [
        NewFact("sri_treatments", list(medicines)), NewFact("psychotherapies", list(talks)),
        *(NewFact(code, value) for code, value in more.items()),
        NewFact("treatment_history_complete", value=complete),
    ])  # fmt: skip


def imported(person: Any, name: str, **detail: str) -> None:
    kept, _made = ImportRecord.objects.get_or_create(
        person=person,
        sha256="0" * 64,
        defaults={"record_key": "x", "at": clock.now(), "added": 1, "unchanged": 0},
    )
    Draft.objects.create(
        id=uuid4(),
        person=person,
        kind=DraftKind.MEDICINE,
        name=name,
        source="record",
        brought_by=kept,
        detail=detail,
    )


@pytest.fixture
def page(see: Any, cast: Any, adopted: Any) -> Any:
    def page(person: Any) -> str:
        return see(cast.provider, "answer", person, "treatments")

    return page


def test_nobody_asked_yet(page: Any, newcomer: Any) -> None:
    text = page(newcomer)
    assert "Nobody has asked yet which treatments were tried." in text
    assert "Resistance, computed" not in text
    assert 'class="timeline"' not in text


def test_a_stage_is_computed_and_its_wording_marked_as_unverified(page: Any, newcomer: Any) -> None:
    said(newcomer, SERTRALINE, sri("fluoxetine"), other_medicine_treatments=[], procedures=[])
    text = page(newcomer)
    assert "Two adequate treatments with serotonin reuptake inhibitors, and ERP was adequate." in text
    assert "<dd>III <span" in text
    assert "unverified: its wording is from memory" in text
    assert "PMC12148002" in text


def test_a_list_that_may_not_be_whole_leaves_the_level_open(page: Any, newcomer: Any) -> None:
    said(newcomer, SERTRALINE, complete=False)
    assert "II for certain; up to X if what is not known were so" in page(newcomer)


def test_failure_stands_apart_from_adequacy(page: Any, newcomer: Any) -> None:
    said(
        newcomer,
        {**SERTRALINE, "weeks_total": 3, "weeks_at_max": 3},
        {**sri("fluoxetine"), "outcome": "intolerance"},
    )
    text = page(newcomer)
    assert 'Sertraline: not adequate</b></p><p class="line">It failed.' in text
    assert 'Fluoxetine: adequate</b></p><p class="line">It was not tolerated, which is no failure.' in text


@pytest.mark.parametrize(
    ("talks", "words"),
    [
        ((), "ERP has not been tried yet"),
        (({**COURSE, "sessions": 3},), "ERP was not adequate"),
        (({"kind": "erp"},), "whether ERP was adequate is not known"),
    ],
)
def test_erp_that_was_not_tried_is_said_with_its_rule_and_source(
    page: Any, see: Any, cast: Any, newcomer: Any, talks: Any, words: str
) -> None:
    said(newcomer, SERTRALINE, talks=talks)
    assert words in page(newcomer)
    for route in ("evaluation", "plan"):
        offered = see(cast.provider, route, newcomer)
        assert "Before ketamine is offered" in offered
        assert "ELG-05: Simpson et al. 2013" in offered


def test_adequate_erp_says_nothing_before_ketamine(see: Any, cast: Any, adopted: Any, ready: Any) -> None:
    assert "Before ketamine is offered" not in see(cast.provider, "evaluation", ready)


def test_added_medicines_and_procedures_are_entered_with_partial_dates(
    page: Any, send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    sent = {
        "sri_treatments-rows": "0", "psychotherapies-rows": "0", "other_medicine_treatments-rows": "1",
        "procedures-rows": "1", "treatment_history_complete": "True",
        "other_medicine_treatments-0-name": "risperidone", "other_medicine_treatments-0-augments": "sertraline",
        "other_medicine_treatments-0-start": "2020", "other_medicine_treatments-0-end": "2021-06",
        "procedures-0-kind": "tms", "procedures-0-start": "2022",
    }  # fmt: skip
    saved = send(cast.provider, "answer", newcomer, "treatments", **sent)
    assert (saved.status_code, saved.url) == (302, reverse("consulting_room:evaluation", args=[newcomer.id]))
    kept = {row.code: row.value for row in FactRow.objects.filter(person=newcomer)}
    assert kept["other_medicine_treatments"][0]["end"] == "2021-06"
    assert kept["procedures"] == [{"kind": "tms", "start": "2022"}]
    assert kept["sri_treatments"] == []
    assert "by its dates 21 to 78 weeks, enough: at least 8 weeks is asked" in page(newcomer)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"start": "June 2021"}, "allowed is a year, a month or a day: 2021, 2021-06 or 2021-06-15"),
        ({"start": "2021", "end": "2020"}, "This is before the start."),
        ({"weeks_total": "12,5"}, "write a point for decimals"),
    ],
)
def test_a_slip_is_refused_and_nothing_typed_is_lost(
    send: Any, cast: Any, adopted: Any, newcomer: Any, typed: dict[str, str], words: str
) -> None:
    sent = {"sri_treatments-rows": "1", "sri_treatments-0-name": "sertraline"}
    sent |= {f"sri_treatments-0-{key}": value for key, value in typed.items()}
    answer = send(cast.provider, "answer", newcomer, "treatments", **sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert all(f'value="{value}"' in text for value in typed.values())
    assert not FactRow.objects.filter(person=newcomer).exists()


class TestImports:
    def test_an_imported_medicine_is_filled_in_and_not_written(self, page: Any, newcomer: Any) -> None:
        imported(
            newcomer,
            "Zoloft",
            **{"dose": "50 mg daily", "from": "2019-03-01T00:00:00+00:00", "to": "2020-01"},
        )
        text = page(newcomer)
        assert 'name="sri_treatments-0-name" value="sertraline"' in text
        assert 'name="sri_treatments-0-start" value="2019-03-01"' in text
        assert 'name="sri_treatments-0-end" value="2020-01"' in text
        assert "from the imported record, which says “50 mg daily”; check it" in text
        assert 'name="sri_treatments-0-max_dose_mg_per_day" value' not in text
        assert not FactRow.objects.filter(person=newcomer).exists()

    def test_one_that_is_in_the_history_is_not_offered_again(self, page: Any, newcomer: Any) -> None:
        said(newcomer, SERTRALINE)
        imported(newcomer, "Zoloft 50 MG Oral Tablet")
        assert "from the imported record" not in page(newcomer)

    def test_others_that_are_tried_for_ocd_stand_in_the_other_list_and_the_rest_nowhere(
        self, page: Any, newcomer: Any
    ) -> None:
        imported(newcomer, "risperidone", dose="1 mg")
        imported(newcomer, "amoxicillin", dose="500 mg")
        imported(newcomer, "no such medicine")
        text = page(newcomer)
        assert 'name="other_medicine_treatments-0-name" value="risperidone"' in text
        assert "amoxicillin" not in text

    def test_what_was_refused_is_not_offered(self, page: Any, newcomer: Any) -> None:
        imported(newcomer, "Zoloft")
        Draft.objects.update(decision=Draft.Decision.REFUSED)
        assert "from the imported record" not in page(newcomer)


class TestPicture:
    def test_treatments_with_dates_are_drawn_under_the_curve(self, page: Any, newcomer: Any) -> None:
        said(newcomer, {**SERTRALINE, "start": "2019", "end": "2021-06"}, sri("fluoxetine"))
        text = page(newcomer)
        assert "Past treatments under the Y-BOCS ratings" in text
        assert "up to 150 mg a day, adequate" in text
        assert "2 treatments without a date stand only in the list." in text
        assert text.count('class="medicine lower"') == text.count('class="medicine"') == 1

    def test_dates_that_overlap_are_sure_of_no_day(self, page: Any, newcomer: Any) -> None:
        said(newcomer, {**SERTRALINE, "start": "2021", "end": "2021"})
        assert 'class="medicine"' not in page(newcomer)

    def test_an_end_that_nobody_knows_is_said(self, page: Any, newcomer: Any) -> None:
        said(newcomer, {**SERTRALINE, "start": "2019"})
        assert "adequate; until when is not known" in page(newcomer)

    def test_names_are_escaped(self, page: Any, newcomer: Any) -> None:
        said(newcomer, {**SERTRALINE, "name": "<b>x</b>", "start": "2019"})
        assert "<b>x</b>" not in page(newcomer)


class TestMedicinesNow:
    def take(self, person: Any, *names: str) -> None:
        add_facts(person, [NewFact("medicines", list(names)), NewFact("medicines_complete", value=True)])

    def test_every_finding_stands_on_the_evaluation_with_its_size_or_that_none_is_known(
        self, see: Any, cast: Any, adopted: Any, ready: Any
    ) -> None:
        self.take(ready, "rifampicin", "phenelzine")
        text = see(cast.provider, "evaluation", ready)
        assert "AUC -14% (S-ketamine by vein, n = 11)" in text
        assert "by mouth; its size does not hold by vein" in text
        assert "size not known" in text
        assert "Veraart et al. 2021" in text

    def test_a_daily_dose_is_kept_and_held_against_diazepam(
        self, see: Any, send: Any, cast: Any, adopted: Any, ready: Any
    ) -> None:
        self.take(ready, "lorazepam")
        assert "Not known in diazepam, for want of a daily dose or a factor: lorazepam." in see(
            cast.provider, "evaluation", ready
        )
        sent = {
            "m0-medicine": "lorazepam",
            "m0-decision": "hold",
            "m0-reason": "held for a day",
            "m0-mg_per_day": "2",
        }
        assert send(cast.provider, "medicine_decisions", ready, **sent).status_code == 302
        assert FactRow.objects.get(code="medicine_doses").value == [
            {"medicine": "lorazepam", "mg_per_day": 2.0}
        ]
        assert "lorazepam 2 mg a day: 10 to 20 mg of diazepam" in see(cast.provider, "evaluation", ready)
        assert "From the charted doses: lorazepam 2 mg a day" in see(cast.nurse, "answer", ready, "medicines")
        assert 'name="m0-mg_per_day" value="2"' in see(cast.provider, "medicine_decisions", ready)

    def test_a_dose_that_is_written_in_the_list_is_kept_and_the_next_list_keeps_it(
        self, see: Any, cast: Any, adopted: Any, ready: Any
    ) -> None:
        from unloop.clinic.chart.drafts import say_medicines

        say_medicines(ready, ["Ativan 0.5 mg twice a day", "sertraline 100 mg"], complete=True)
        kept = {"medicine": "lorazepam", "mg_per_day": 1.0, "as_written": "Ativan 0.5 mg twice a day"}
        assert FactRow.objects.get(code="medicine_doses").value == [kept]
        assert "lorazepam 1 mg a day: 5 to 10 mg of diazepam" in see(cast.provider, "evaluation", ready)
        say_medicines(ready, ["lorazepam", "clonazepam 0.5 mg daily"], complete=True)
        rows = FactRow.objects.filter(code="medicine_doses").order_by("recorded_at", "at")
        assert [one["medicine"] for one in list(rows)[-1].value] == ["lorazepam", "clonazepam"]

    def test_a_dose_is_asked_of_benzodiazepines_alone(
        self, see: Any, send: Any, cast: Any, adopted: Any, ready: Any
    ) -> None:
        self.take(ready, "naltrexone")
        assert "mg_per_day" not in see(cast.provider, "medicine_decisions", ready)

    def test_a_name_that_nobody_can_map_waits_for_a_named_clinician_with_what_looks_alike(
        self, see: Any, send: Any, cast: Any, adopted: Any, ready: Any
    ) -> None:
        self.take(ready, "lorazepan")
        assert "a named clinician decides about: lorazepan" in see(cast.provider, "evaluation", ready).lower()
        assert "similar: lorazepam" in see(cast.provider, "medicine_decisions", ready)
        sent = {
            "m0-medicine": "lorazepan",
            "m0-decision": "proceed",
            "m0-reason": "a local syrup without effect",
        }
        send(cast.provider, "medicine_decisions", ready, **sent)
        assert FactRow.objects.get(code="medicine_decisions").value[0]["decided_by"] == cast.provider.name
        assert "decides about: lorazepan" not in see(cast.provider, "evaluation", ready)


def test_the_page_takes_at_most_fifteen_queries(as_user: Any, cast: Any, adopted: Any, ready: Any) -> None:
    imported(ready, "Prozac", dose="20 mg")
    client = as_user(cast.provider)
    address = reverse("consulting_room:answer", args=[ready.id, "treatments"])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= MOST
