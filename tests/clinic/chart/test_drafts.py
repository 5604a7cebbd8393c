"""What a record mentions counts once a clinician has said so, and until then what the person takes is unknown."""

from __future__ import annotations

import pytest

from unloop.care.evaluation import NotReady, judge
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.deciding import decide
from unloop.clinic.chart.drafts import name_medicines, say_medicines, suggested_medicines
from unloop.clinic.chart.models import Draft, FactRow
from unloop.clinic.chart.services import (
    NewFact,
    add_facts,
    allergies_of,
    import_bundle,
    imported_doses,
    load_chart,
    undecided_medicines,
)
from unloop.protocol import bundled
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db


def missing(person) -> set[str]:
    answer = judge("evaluation", bundled(), load_chart(person), at=clock.now(), session=None)
    assert isinstance(answer, NotReady)
    return set(answer.missing)


@pytest.fixture
def imported(provider, bundle, patient, prescription, condition, allergy):
    """Somebody whose record mentions one medicine, one condition and one allergy."""
    return import_bundle(bundle(patient(), prescription(), condition(), allergy())).person


def the(person, kind: str) -> Draft:
    return Draft.objects.get(person=person, kind=kind)


def test_while_a_medicine_is_undecided_what_the_person_takes_is_unknown(
    person, bundle, patient, prescription
) -> None:
    say_medicines(person, ["sertraline"], complete=True)
    assert "medicines_complete" not in missing(person)
    import_bundle(bundle(patient(), prescription()), into=person)
    assert undecided_medicines([person.id]) == {person.id}
    assert {"medicines_complete", "medicines"} & missing(person)
    decide(person, the(person, "medicine").id, decision="past")
    assert not {"medicines_complete", "medicines"} & missing(person)


def test_a_list_of_medicines_waits_for_the_imported_ones(imported) -> None:
    with pytest.raises(InputRefused, match="undecided"):
        say_medicines(imported, ["sertraline"], complete=True)
    assert not FactRow.objects.filter(code="medicines").exists()


def test_a_medicine_that_holds_is_suggested_and_still_said_by_somebody(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    assert not FactRow.objects.filter(code="medicines").exists()
    assert suggested_medicines(imported) == ["Sertraline 50 MG Oral Tablet"]
    say_medicines(imported, suggested_medicines(imported), complete=True)
    assert FactRow.objects.get(code="medicines").value == ["sertraline"]


def test_a_medicine_that_was_past_is_not_suggested(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="past")
    assert suggested_medicines(imported) == []


def test_a_medicine_under_two_names_is_kept_once(person) -> None:
    say_medicines(person, ["Zoloft", "sertraline 100 mg"], complete=True)
    assert FactRow.objects.get(code="medicines").value == ["sertraline"]


def test_a_name_that_the_table_does_not_know_is_kept_as_written(person) -> None:
    (named,) = say_medicines(person, ["Grandmother's drops"], complete=True)
    assert named.ingredient is None
    assert FactRow.objects.get(code="medicines").value == ["Grandmother's drops"]


def test_a_slip_is_shown_with_what_may_have_been_meant_and_not_taken_for_it() -> None:
    (named,) = name_medicines(["sertralin"])
    assert named.ingredient is None or named.ingredient == "sertraline"


def test_a_condition_that_holds_needs_a_code(imported) -> None:
    draft = the(imported, "condition")
    with pytest.raises(InputRefused, match="ICD-10-CM"):
        decide(imported, draft.id, decision="taken")
    decide(imported, draft.id, decision="taken", decided_as="F42.2")
    assert FactRow.objects.get(code="diagnoses").value == ["F42.2"]


def test_a_condition_that_is_not_so_says_nothing_in_the_chart(imported) -> None:
    decide(imported, the(imported, "condition").id, decision="refused")
    assert not FactRow.objects.filter(code="diagnoses").exists()


def test_diagnoses_grow_by_one_and_keep_the_others(imported) -> None:
    add_facts(imported, [NewFact("diagnoses", ["F41.1"])])
    decide(imported, the(imported, "condition").id, decision="taken", decided_as="F42.2")
    assert FactRow.objects.filter(code="diagnoses").order_by("-at").first().value == ["F41.1", "F42.2"]


def test_an_allergy_that_nobody_decided_on_stands_on_every_page(imported) -> None:
    assert allergies_of(imported) == "not decided: Latex"
    decide(imported, the(imported, "allergy").id, decision="taken")
    assert allergies_of(imported) == "Latex"


def test_nothing_asked_and_none_known_are_two_answers(person) -> None:
    assert allergies_of(person) == "allergies not asked"
    add_facts(person, [NewFact("allergies", [])])
    assert allergies_of(person) == "no known allergies"


def test_the_same_decision_sent_twice_counts_once(imported) -> None:
    draft = the(imported, "allergy")
    for _ in range(2):
        decide(imported, draft.id, decision="taken")
    assert FactRow.objects.filter(code="allergies").count() == 1
    assert AuditEntry.objects.filter(action="chart.draft.decided").count() == 1


def test_another_decision_later_is_refused_with_the_place_to_correct_it(imported) -> None:
    draft = the(imported, "condition")
    decide(imported, draft.id, decision="taken", decided_as="F42.2")
    with pytest.raises(InputRefused, match="decision that stands"):
        decide(imported, draft.id, decision="refused")
    draft.refresh_from_db()
    assert draft.decision == "taken"


def test_a_decision_names_who_and_when(imported, provider) -> None:
    draft = decide(imported, the(imported, "allergy").id, decision="past")
    assert draft.decided_by == provider.pk
    assert draft.decided_at <= clock.now()


# --- by page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def page_of(tab):
    """Opens a page of a person and returns it with the hidden field that ties its forms to the person."""

    def page_of(person, path: str) -> tuple[str, str]:
        text = tab.get(f"/people/{person.id}/{path}").content.decode()
        return text, text.split('name="for_person" value="')[1].split('"')[0]

    return page_of


def test_every_draft_offers_its_three_answers(imported, page_of) -> None:
    text, _ = page_of(imported, "imported/")
    assert text.count('name="decision" value="taken"') == 3
    assert text.count('name="decision" value="past"') == 3
    assert text.count('name="decision" value="refused"') == 3
    assert "3 entries of the record wait for a decision" in text


def test_a_decision_by_page_moves_the_draft_to_the_decided_ones(imported, tab, page_of) -> None:
    _, token = page_of(imported, "imported/")
    draft = the(imported, "medicine")
    address = f"/people/{imported.id}/imported/{draft.id}/"
    page = tab.post(address, {"for_person": token, "decision": "past"}, follow=True).content.decode()
    assert "2 entries of the record wait" in page
    assert "was so once" in page


@pytest.mark.parametrize("sent", [{}, {"decision": "perhaps"}, {"decision": "taken"}])
def test_a_decision_that_cannot_be_taken_is_said_and_keeps_nothing(imported, tab, page_of, sent) -> None:
    _, token = page_of(imported, "imported/")
    draft = the(imported, "condition")
    response = tab.post(
        f"/people/{imported.id}/imported/{draft.id}/", sent | {"for_person": token}, follow=True
    )
    assert 'role="status"' in response.content.decode()
    draft.refresh_from_db()
    assert draft.decision == ""


def test_the_list_of_medicines_by_page(person, tab, page_of) -> None:
    _, token = page_of(person, "medicines/")
    sent = {"for_person": token, "medicines": "Zoloft\n\nmelatonin", "complete": "on"}
    page = tab.post(f"/people/{person.id}/medicines/", sent, follow=True).content.decode()
    assert "sertraline" in page
    assert FactRow.objects.get(code="medicines_complete").value is True


def test_a_list_that_is_refused_keeps_what_was_entered(imported, tab, page_of) -> None:
    _, token = page_of(imported, "medicines/")
    response = tab.post(f"/people/{imported.id}/medicines/", {"for_person": token, "medicines": "lithium"})
    page = response.content.decode()
    assert response.status_code == 422
    assert ">\nlithium</textarea>" in page
    assert "decide on each imported medicine first" in page


LORAZEPAM = {
    "medicationCodeableConcept": {"text": "Lorazepam 0.5 MG Oral Tablet"},
    "dosageInstruction": [{"text": "one tablet when needed, at most two a day"}],
    "authoredOn": "2024-03-05",
}


@pytest.mark.parametrize(("decision", "shown"), [("", 1), ("taken", 1), ("past", 0), ("refused", 0)])
def test_a_dose_is_quoted_as_the_record_says_it_while_the_medicine_may_be_taken(
    person, bundle, patient, prescription, decision: str, shown: int
) -> None:
    import_bundle(bundle(patient(), prescription(**LORAZEPAM)), into=person)
    if decision:
        decide(person, the(person, "medicine").id, decision=decision)
    found = imported_doses(person, "benzodiazepine")
    assert [(one.dose, one.begun, one.undecided) for one in found] == shown * [
        ("one tablet when needed, at most two a day", "5 March 2024", not decision)
    ]


def test_no_dose_of_another_class_and_no_silence_is_quoted(person, bundle, patient, prescription) -> None:
    import_bundle(
        bundle(
            patient(),
            prescription(dosageInstruction=[{"text": "one a day"}]),
            prescription(**LORAZEPAM, id="medicine-2") | {"dosageInstruction": []},
        ),
        into=person,
    )
    assert Draft.objects.filter(person=person).count() == 2
    assert imported_doses(person, "benzodiazepine") == ()
