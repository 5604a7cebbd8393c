"""A mistaken decision on an imported entry can be undone: the new one takes its place, and both stay visible."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from unloop.care.evaluation import NotReady, judge
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.chart.deciding import decide, decide_again, drafts_of, in_order, standing_decision
from unloop.clinic.chart.drafts import say_medicines, suggested_medicines
from unloop.clinic.chart.models import Draft, DraftDecision, FactRow
from unloop.clinic.chart.services import import_bundle, load_chart, undecided_medicines
from unloop.protocol import bundled
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
WHY = "read again: it was stopped in 1994"


@pytest.fixture
def imported(provider, bundle, patient, prescription, condition, allergy):
    """Somebody whose record mentions one medicine, one condition and one allergy."""
    return import_bundle(bundle(patient(), prescription(), condition(), allergy())).person


def the(person, kind: str) -> Draft:
    return Draft.objects.get(person=person, kind=kind)


def again(person, kind: str, decision: str, **more) -> Draft:
    draft = the(person, kind)
    seen = more.pop("instead_of", None) or standing_decision(draft).id
    return decide_again(person, draft.id, instead_of=seen, decision=decision, **({"reason": WHY} | more))


def missing(person) -> set[str]:
    answer = judge("evaluation", bundled(), load_chart(person), at=clock.now(), session=None)
    assert isinstance(answer, NotReady)
    return set(answer.missing)


def later():
    return clock.frozen(clock.now() + timedelta(minutes=5))


def test_another_decision_takes_the_place_of_the_mistaken_one(imported, provider) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    draft = again(imported, "medicine", "past")
    assert draft.decision == "past"
    first, second = in_order(draft.decisions.all())
    assert (first.decision, second.decision, second.supersedes_id) == ("taken", "past", first.id)
    assert second.reason == WHY
    assert second.by == provider.pk


def test_every_decision_and_what_it_replaced_is_in_the_trail(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    again(imported, "medicine", "past")
    details = [one.detail for one in AuditEntry.objects.filter(action="chart.draft.decided").order_by("at")]
    assert {"decision": "past", "instead_of": "taken"} in details
    assert len(details) == 2


def test_the_list_of_medicines_counts_no_more_until_it_is_gone_through_again(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="past")
    say_medicines(imported, ["lithium"], complete=True)
    assert not {"medicines", "medicines_complete"} & missing(imported)
    with later():
        again(imported, "medicine", "taken")
        assert {"medicines", "medicines_complete"} & missing(imported)
        assert suggested_medicines(imported) == ["lithium", "Sertraline 50 MG Oral Tablet"]
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        say_medicines(imported, suggested_medicines(imported), complete=True)
        assert not {"medicines", "medicines_complete"} & missing(imported)


def test_a_medicine_that_is_no_longer_taken_leaves_what_is_suggested(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    say_medicines(imported, ["lithium", *suggested_medicines(imported)], complete=True)
    with later():
        again(imported, "medicine", "refused")
        assert suggested_medicines(imported) == ["lithium"]


def test_a_medicine_that_holds_and_is_not_in_the_complete_list_makes_the_list_incomplete(
    person, bundle, patient, prescription
) -> None:
    say_medicines(person, ["lithium"], complete=True)
    with later():
        import_bundle(bundle(patient(), prescription()), into=person)
        decide(person, the(person, "medicine").id, decision="taken")
        assert {"medicines", "medicines_complete"} & missing(person)


def test_a_medicine_that_holds_and_is_in_the_list_leaves_it_complete(
    person, bundle, patient, prescription
) -> None:
    say_medicines(person, ["sertraline"], complete=True)
    with later():
        import_bundle(bundle(patient(), prescription()), into=person)
        decide(person, the(person, "medicine").id, decision="taken")
        assert not {"medicines", "medicines_complete"} & missing(person)


def test_a_decision_that_is_opened_again_waits_like_a_new_one(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="past")
    again(imported, "medicine", "")
    assert undecided_medicines([imported.id]) == {imported.id}
    decide(imported, the(imported, "medicine").id, decision="taken")
    made = in_order(the(imported, "medicine").decisions.all())
    assert [one.decision for one in made] == ["past", "", "taken"]


def test_a_diagnosis_that_does_not_hold_leaves_the_set_and_comes_back(imported) -> None:
    decide(imported, the(imported, "condition").id, decision="taken", decided_as="F42.2")
    with later():
        again(imported, "condition", "past")
        assert FactRow.objects.filter(code="diagnoses").order_by("-at").first().value == []
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        again(imported, "condition", "taken", decided_as="F42.8")
        assert FactRow.objects.filter(code="diagnoses").order_by("-at").first().value == ["F42.8"]


def test_an_allergy_that_was_called_none_can_be_put_right(imported) -> None:
    decide(imported, the(imported, "allergy").id, decision="refused")
    again(imported, "allergy", "taken")
    assert FactRow.objects.get(code="allergies").value == ["Latex"]


def test_a_decision_needs_a_reason_and_another_answer(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    with pytest.raises(InputRefused, match="why the earlier decision was wrong"):
        again(imported, "medicine", "past", reason=" ")
    with pytest.raises(InputRefused, match="leave it as it is"):
        again(imported, "medicine", "taken")
    assert DraftDecision.objects.count() == 1


def test_a_condition_that_holds_after_all_needs_a_code(imported) -> None:
    decide(imported, the(imported, "condition").id, decision="past")
    with pytest.raises(InputRefused, match="ICD-10-CM"):
        again(imported, "condition", "taken")
    assert the(imported, "condition").decision == "past"


def test_the_database_keeps_one_first_decision_and_one_follower_each(imported) -> None:
    draft = decide(imported, the(imported, "medicine").id, decision="past")
    first = standing_decision(draft)
    again(imported, "medicine", "taken")
    for supersedes in (None, first):
        with pytest.raises(IntegrityError), transaction.atomic():
            DraftDecision(draft=draft, decision="refused", supersedes=supersedes, at=clock.now()).save()


def test_a_decision_is_never_changed_or_removed_in_the_database(imported) -> None:
    decide(imported, the(imported, "medicine").id, decision="past")
    for statement in (
        "UPDATE chart_draft_decision SET decision = 'taken'",
        "DELETE FROM chart_draft_decision",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- by page ---------------------------------------------------------------------------------------------------


@pytest.fixture
def open_again(tab):
    """Opens the page on which a draft is decided again; what its form would send."""

    def open_again(person, kind: str) -> tuple[str, dict[str, str]]:
        address = f"/people/{person.id}/imported/{the(person, kind).id}/again/"
        text = tab.get(address).content.decode()
        hidden = {
            name: text.split(f'name="{name}" value="')[1].split('"')[0]
            for name in ("for_person", "instead_of")
        }
        return address, hidden

    return open_again


def test_the_page_of_the_record_links_to_deciding_again_and_shows_both(imported, tab, open_again) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    address, hidden = open_again(imported, "medicine")
    assert f'href="{address}"' in tab.get(f"/people/{imported.id}/imported/").content.decode()
    page = tab.post(address, {**hidden, "decision": "past", "reason": WHY}, follow=True).content.decode()
    assert "<del>holds today</del>" in page
    assert WHY in page
    assert "Go through the list of medicines again" in page


def test_two_tabs_cannot_double_a_decision(imported, tab, open_again) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    address, first_tab = open_again(imported, "medicine")
    _, second_tab = open_again(imported, "medicine")
    sent = {"decision": "past", "reason": WHY}
    assert tab.post(address, {**first_tab, **sent}).status_code == 302
    assert tab.post(address, {**second_tab, **sent}).status_code == 302
    assert [one.decision for one in in_order(the(imported, "medicine").decisions.all())] == ["taken", "past"]


def test_two_tabs_that_disagree_keep_the_first_and_tell_the_second(imported, tab, open_again) -> None:
    decide(imported, the(imported, "medicine").id, decision="taken")
    address, first_tab = open_again(imported, "medicine")
    _, second_tab = open_again(imported, "medicine")
    tab.post(address, {**first_tab, "decision": "past", "reason": WHY})
    answer = tab.post(address, {**second_tab, "decision": "refused", "reason": "another reason"})
    assert answer.status_code == 422
    assert "read what was decided meanwhile" in answer.content.decode()
    assert "another reason" in answer.content.decode()
    assert the(imported, "medicine").decision == "past"
    assert DraftDecision.objects.count() == 2


def test_a_first_decision_sent_from_two_tabs_is_made_once(imported, tab) -> None:
    draft = the(imported, "medicine")
    text = tab.get(f"/people/{imported.id}/imported/").content.decode()
    token = text.split('name="for_person" value="')[1].split('"')[0]
    for _ in range(2):
        tab.post(f"/people/{imported.id}/imported/{draft.id}/", {"for_person": token, "decision": "taken"})
    assert DraftDecision.objects.count() == 1
    assert AuditEntry.objects.filter(action="chart.draft.decided").count() == 1


def test_there_is_nothing_to_decide_again_while_nobody_decided(imported, tab) -> None:
    draft = the(imported, "medicine")
    assert tab.get(f"/people/{imported.id}/imported/{draft.id}/again/").status_code == 302
    assert tab.get(f"/people/{imported.id}/imported/{uuid4()}/again/").status_code == 404


def test_dates_of_the_record_are_said_in_words(imported, tab) -> None:
    page = tab.get(f"/people/{imported.id}/imported/").content.decode()
    assert "5 January 1993" in page
    assert "1993-01-05" not in page


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1993", "1993"),
        ("1993-01", "January 1993"),
        ("1993-01-05", "5 January 1993"),
        ("1993-01-05T23:30:00-08:00", "6 January 1993"),
        ("last spring", "last spring"),
        ("1993-13", "1993-13"),
    ],
)
def test_a_date_of_a_record_is_said_in_the_zone_of_the_clinic(written: str, said: str) -> None:
    from unloop.clinic.chart.templatetags.unloop_chart import in_words

    assert in_words(written) == said


def test_all_drafts_are_read_with_their_decisions_at_once(imported, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(2):
        assert [len(in_order(draft.decisions.all())) for draft in drafts_of(imported)] == [0, 0, 0]
