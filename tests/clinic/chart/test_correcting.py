"""A correction keeps both entries, says who and why, and is made once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.correcting import correct, entries_of, parse, show
from unloop.clinic.chart.models import FactRow
from unloop.clinic.chart.services import NewFact, SameIdOtherContent, add_facts, load_chart
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def weighed(person):
    """A weight that was typed wrong."""
    (row,) = add_facts(person, [NewFact("weight", 86.4, "kg")])
    return row


def standing(person, code: str) -> list[object]:
    return [fact.value for fact in load_chart(person).standing(code, at=clock.now(), known_at=clock.now())]


def test_a_correction_keeps_both_entries_and_counts_the_later(person, weighed) -> None:
    correct(person, weighed, value="68.4", in_error=False, reason="digits swapped")
    first, second = FactRow.objects.filter(code="weight").order_by("recorded_at")
    assert (first.value, second.value) == (86.4, 68.4)
    assert (second.supersedes, second.at, second.reason) == (first, first.at, "digits swapped")
    assert standing(person, "weight") == [68.4]


def test_an_entry_made_in_error_no_longer_counts_and_stays_visible(person, weighed) -> None:
    correct(person, weighed, value="", in_error=True, reason="another person's")
    assert standing(person, "weight") == []
    shown = {(entry.shown, entry.corrected) for entry in entries_of(person)}
    assert shown == {("86.4 kg", True), ("taken back", False)}


def test_an_entry_is_corrected_once_and_then_the_later_one(person, weighed) -> None:
    correct(person, weighed, value="68.4", in_error=False, reason="digits swapped")
    with pytest.raises(InputRefused, match="corrected already"):
        correct(person, weighed, value="69.0", in_error=False, reason="from the other tab")
    later = FactRow.objects.get(value=68.4)
    correct(person, later, value="69.0", in_error=False, reason="weighed again")
    assert standing(person, "weight") == [69.0]


def test_the_database_itself_keeps_one_correction_an_entry(person, weighed) -> None:
    correct(person, weighed, value="68.4", in_error=False, reason="digits swapped")
    columns = ", ".join(field.column for field in FactRow._meta.concrete_fields if field.column != "id")
    copy = f"INSERT INTO chart_fact (id, {columns}) SELECT %s, {columns} FROM chart_fact WHERE supersedes_id IS NOT NULL"  # noqa: S608 - columns of our own
    id_ = uuid4()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy, [id_.hex if connection.vendor == "sqlite" else id_])


def test_nobody_corrects_an_entry_of_somebody_else(person, weighed, provider) -> None:
    from unloop.clinic.chart.services import Person, make_person

    other = make_person(Person(given="Bo", family="Tamm"))
    with pytest.raises(InputRefused, match="same person"):
        add_facts(other, [NewFact("weight", 70.0, "kg", supersedes=weighed.id)])


def test_a_correction_is_of_the_same_kind(person, weighed) -> None:
    with pytest.raises(InputRefused, match="same person, kind"):
        add_facts(person, [NewFact("height", 170.0, "cm", supersedes=weighed.id)])


def test_a_correction_leaves_its_line(person, weighed, provider) -> None:
    correct(person, weighed, value="68.4", in_error=False, reason="digits swapped")
    line = AuditEntry.objects.filter(action="chart.facts.added").latest("at")
    assert (line.person_id, line.actor_id, line.detail["codes"]) == (person.id, provider.pk, ["weight"])


@pytest.mark.parametrize(
    ("code", "text"),
    [("weight", "68,4"), ("weight", "150 lb"), ("weight", "nan"), ("weight", "1e3"), ("weight", "684"),
     ("weight", ""), ("pregnancy_test", "maybe"), ("escort", "sure"), ("medicines", ""), ("medicines", " ; ")],
)  # fmt: skip
def test_a_value_that_cannot_be_that_is_refused(code: str, text: str) -> None:
    definition = DICTIONARY[code]
    with pytest.raises(InputRefused):
        definition.check(parse(definition, text), definition.unit, where=definition.label)


def test_none_is_said_in_words() -> None:
    assert parse(DICTIONARY["medicines"], "none") == []
    assert parse(DICTIONARY["medicines"], "sertraline; melatonin") == ["sertraline", "melatonin"]
    assert show(DICTIONARY["medicines"], []) == "none"


def test_what_another_page_signed_is_taken_back_here_and_never_rewritten(person) -> None:
    signed = {"text_sha256": "b" * 64, "plan_sha256": "a" * 64, "given": False}
    (row,) = add_facts(person, [NewFact("consent", [signed])])
    with pytest.raises(InputRefused, match="taking it back"):
        correct(person, row, value='[{"given": true}]', in_error=False, reason="changed her mind")
    correct(person, row, value="", in_error=True, reason="of another person")
    assert standing(person, "consent") == []


# --- adding ----------------------------------------------------------------------------------------------------


def test_the_same_entry_sent_twice_is_there_once(person) -> None:
    entry = NewFact("weight", 68.4, "kg")
    assert len(add_facts(person, [entry])) == 1
    assert add_facts(person, [entry]) == ()
    assert FactRow.objects.count() == 1


def test_another_content_under_the_same_id_is_refused(person) -> None:
    entry = NewFact("weight", 68.4, "kg")
    add_facts(person, [entry])
    with pytest.raises(SameIdOtherContent):
        add_facts(person, [NewFact("weight", 70.0, "kg", id=entry.id)])


def test_a_correction_sent_twice_is_one_correction(person, weighed) -> None:
    entry = NewFact("weight", 68.4, "kg", at=weighed.at, supersedes=weighed.id)
    add_facts(person, [entry])
    assert add_facts(person, [entry]) == ()


@pytest.mark.parametrize("wrong", [
    NewFact("weight", 150.0, "[lb_av]"), NewFact("weight", float("nan"), "kg"), NewFact("weight", 684.0, "kg"),
    NewFact("bmi", 22.0, "kg/m2"), NewFact("no_such_fact", 1), NewFact("weight", "68", "kg"), NewFact("weight", None),
    NewFact("sbp", 120.0, "mm[Hg]"),
])  # fmt: skip
def test_an_entry_that_the_dictionary_refuses_writes_nothing(person, wrong: NewFact) -> None:
    with pytest.raises(InputRefused):
        add_facts(person, [NewFact("height", 170.0, "cm"), wrong])
    assert not FactRow.objects.exists()


def test_nothing_is_true_tomorrow(person) -> None:
    with pytest.raises(InputRefused, match="not after"):
        add_facts(person, [NewFact("weight", 68.4, "kg", at=clock.now() + timedelta(minutes=1))])


def test_a_row_is_never_changed_and_never_removed(person, weighed) -> None:
    for statement in ("UPDATE chart_fact SET value = '1'", "DELETE FROM chart_fact"):
        with (
            pytest.raises(DatabaseError, match="never changed or removed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert FactRow.objects.get().value == 86.4


# --- by page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def form(tab, person, weighed):
    """The correction page of the wrong weight: its address and the field that ties it to the person."""
    address = f"/people/{person.id}/record/{weighed.id}/"
    return address, tab.get(address).content.decode().split('name="for_person" value="')[1].split('"')[0]


def test_the_page_names_what_is_corrected_in_words(tab, person) -> None:
    (row,) = add_facts(person, [NewFact("diagnoses_complete", value=True)])
    page = tab.get(f"/people/{person.id}/record/{row.id}/").content.decode()
    assert "diagnoses_complete" not in page
    assert f"<h1>Correcting: {DICTIONARY['diagnoses_complete'].label}.</h1>" in page


def test_both_values_stand_on_the_page_with_the_reason(tab, person, form) -> None:
    address, token = form
    sent = {"for_person": token, "value": "68.4", "reason": "digits swapped"}
    page = tab.post(address, sent, follow=True).content.decode()
    assert "<del>86.4 kg</del>" in page
    assert "68.4 kg" in page
    assert "digits swapped" in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"value": "68,4", "reason": "x"}, "with a point for decimals"),
        ({"value": "", "reason": "x"}, "Write the right value, or take the entry back."),
        ({"value": "68.4", "reason": ""}, "This field is required"),
        ({"value": "684", "reason": "x"}, "allowed is"),
    ],
)
def test_a_wrong_correction_keeps_what_was_typed_and_says_the_mend(tab, form, sent, said: str) -> None:
    address, token = form
    response = tab.post(address, sent | {"for_person": token})
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert f'value="{sent["value"]}"' in page or not sent["value"]
    assert FactRow.objects.count() == 1


def test_a_correction_from_a_second_tab_is_told_that_it_came_late(tab, form) -> None:
    address, token = form
    tab.post(address, {"for_person": token, "value": "68.4", "reason": "x"})
    response = tab.post(address, {"for_person": token, "value": "70.1", "reason": "y"})
    assert response.status_code == 422
    assert "corrected already" in response.content.decode()
    assert FactRow.objects.count() == 2
