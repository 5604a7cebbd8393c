"""The family: grown step by step, drawn, never silently changed, and read by one rule alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unloop.care.heredity import FamilyCondition, FamilyTree, Relative, Status, Step, add
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import FactRow, NewFact, add_facts, load_chart
from unloop.clinic.consulting_room.family import family_of, keep_family, say_choice
from unloop.facts import Known

pytestmark = pytest.mark.django_db
RULED = "psychosis_in_first_degree_relative"
NEW = {"sex": "female", "status": "unknown", "based_on": ""}
EVERY = frozenset(FamilyCondition)


@pytest.fixture
def provider(cast: Any) -> Any:
    """The provider, in whose name the test acts."""
    with acting(cast.provider.as_actor()):
        yield cast.provider


@pytest.fixture
def keep(newcomer: Any, provider: Any) -> Callable[..., None]:
    """Write the newcomer's tree."""

    def keep(tree: FamilyTree, *, complete: bool = True) -> None:
        standing = family_of(newcomer, load_chart(newcomer)).based_on
        keep_family(newcomer, tree, based_on=standing, reason="", complete=complete)

    return keep


def family(**psychosis: bool | None) -> FamilyTree:
    """Mother, father and sister, with what is known of psychosis in each."""
    people = [
        Relative(one, mother="mother" if one == "sister" else None, father="father" if one == "sister" else None,
                 conditions=None if answer is None else frozenset({FamilyCondition.PSYCHOSIS} if answer else ()))
        for one, answer in psychosis.items()
    ]  # fmt: skip
    return FamilyTree("proband", (Relative("proband", mother="mother", father="father"), *people))


def answer_of(person: Any) -> object:
    rows = FactRow.objects.filter(person=person, code=RULED, superseded_by__isnull=True)
    return [row.value for row in rows]


# --- what the rule reads ------------------------------------------------------------------------------------


def test_one_psychosis_in_the_first_degree_answers_the_rule(newcomer, keep):
    keep(family(mother=None, father=None, sister=True), complete=False)
    assert answer_of(newcomer) == [True]


def test_what_nobody_knows_answers_nothing(newcomer, keep):
    keep(family(mother=False, father=None, sister=False))
    assert answer_of(newcomer) == []


def test_a_no_needs_everybody_and_the_word_that_everybody_is_there(newcomer, keep):
    tree = family(mother=False, father=False, sister=False)
    keep(tree, complete=False)
    assert answer_of(newcomer) == []
    keep(tree, complete=True)
    assert answer_of(newcomer) == [False]


def test_a_no_is_taken_back_when_somebody_unknown_joins(newcomer, keep):
    tree = family(mother=False, father=False, sister=False)
    keep(tree)
    keep(add(tree, Step.SIBLING, Relative("new"), of="proband"))
    assert answer_of(newcomer) == [None]


def test_a_yes_written_by_mistake_is_taken_back_with_the_tree(newcomer, keep):
    keep(family(mother=True, father=False, sister=False))
    keep(family(mother=False, father=False, sister=False))
    assert answer_of(newcomer) == [False]


def test_what_was_said_in_the_interview_is_never_touched_by_the_tree(newcomer, keep):
    from unloop.clinic.consulting_room.services import view_of
    from unloop.protocol import bundled

    add_facts(newcomer, [NewFact(RULED, True)])
    keep(family(mother=False, father=False, sister=False))
    assert sorted(answer_of(newcomer)) == [False, True]
    with clock.frozen(clock.now() + timedelta(days=1)):
        found = view_of(newcomer, bundled("ocd-ivket")).find(RULED)
    assert isinstance(found, Known)
    assert found.value is True


def test_a_psychosis_in_the_tree_voids_a_signed_evaluation(ready, adopted, cast, credential, provider):
    from unloop.clinic.consulting_room.services import in_force, last_sign_off, sign_evaluation

    credential(cast.provider, "psychiatrist")
    protocol = in_force().protocol
    sign_evaluation(ready, protocol, by=cast.provider, password="five made-up words stand here")
    assert last_sign_off(ready, protocol).holds
    keep_family(ready, family(mother=True, father=False, sister=False), based_on="", reason="", complete=True)
    assert not last_sign_off(ready, protocol).holds


def test_a_signature_over_the_psychosis_of_one_relative_does_not_hold_for_another(
    ready, adopted, cast, credential, provider, now
):
    from unloop.clinic.consulting_room.overriding import verdict_of
    from unloop.clinic.consulting_room.services import NewSignature, in_force, sign_override

    credential(cast.provider, "psychiatrist")
    protocol = in_force().protocol

    def keep(tree: FamilyTree, *, minutes: int) -> str:
        with clock.frozen(now + timedelta(minutes=minutes)):
            standing = family_of(ready, load_chart(ready)).based_on
            keep_family(ready, tree, based_on=standing, reason="", complete=True)
            return verdict_of(ready, protocol, "REL-01").outcome

    assert keep(family(mother=False, father=False, sister=True), minutes=1) == "excludes"
    new = NewSignature(
        "REL-01", "psychiatrist", "once, under steroids", "a written reason: once, under steroids"
    )
    with clock.frozen(now + timedelta(minutes=2)):
        sign_override(ready, protocol, new, by=cast.provider, password="five made-up words stand here")
    older = family(mother=False, father=False, sister=True)
    assert keep(older, minutes=3) == "overridden"
    assert keep(family(mother=True, father=False, sister=True), minutes=4) == "excludes"


# --- the pages ----------------------------------------------------------------------------------------------


def test_nobody_is_in_the_tree_of_a_newcomer(see, newcomer, cast):
    page = see(cast.nurse, "family", newcomer)
    assert "Nobody of the family is in the tree yet." in page
    assert "the tree does not say" in page


def test_a_relative_is_added_by_what_they_are_to_somebody(see, send, newcomer, cast):
    send(cast.provider, "family_add", newcomer, "proband", step="mother", **NEW, age="61", tic="yes")
    page = see(cast.provider, "family", newcomer)
    assert "1 relative is in the tree" in page
    assert "Mother" in page
    assert "61 years" in page
    assert "tics" in page
    tree = family_of(newcomer, load_chart(newcomer)).tree
    assert tree[tree["proband"].mother].has(FamilyCondition.TIC)


def test_a_change_supersedes_and_the_entry_before_stays(send, newcomer, cast, keep):
    keep(family(mother=None, father=None))
    standing = family_of(newcomer, load_chart(newcomer)).based_on
    answer = send(cast.provider, "family_change", newcomer, "mother",
                  **NEW | {"based_on": standing, "status": "affected", "onset_age": "14", "age": "61"})  # fmt: skip
    assert answer.status_code == 302
    rows = FactRow.objects.filter(person=newcomer, code="family_history")
    assert rows.count() == 2
    tree = family_of(newcomer, load_chart(newcomer)).tree
    assert (tree["mother"].status, tree["mother"].onset_age) == (Status.AFFECTED, 14.0)


def test_taking_out_needs_a_reason_and_keeps_the_entry_before(send, newcomer, cast, keep):
    keep(family(mother=None, father=None, sister=None))
    standing = family_of(newcomer, load_chart(newcomer)).based_on
    refused = send(cast.provider, "family_remove", newcomer, "sister", based_on=standing, reason="")
    assert refused.status_code == 422
    send(cast.provider, "family_remove", newcomer, "sister", based_on=standing, reason="a slip")
    assert "sister" not in {one.id for one in family_of(newcomer, load_chart(newcomer)).tree.people}
    assert FactRow.objects.filter(person=newcomer, code="family_history").count() == 2


def test_two_who_change_the_tree_at_once_do_not_overwrite_each_other(send, newcomer, cast, keep):
    keep(family(mother=None, father=None))
    answer = send(cast.provider, "family_add", newcomer, "proband", step="child", **NEW, age="7")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "changed meanwhile" in text
    assert 'value="7"' in text


def test_what_cannot_be_is_refused_and_everything_entered_stays(send, newcomer, cast, keep):
    keep(family(mother=None, father=None))
    answer = send(cast.provider, "family_change", newcomer, "mother",
                  **NEW | {"status": "affected", "onset_age": "70", "age": "61"})  # fmt: skip
    assert answer.status_code == 422
    assert 'value="70"' in answer.content.decode()
    assert "OCD began after the age given" in answer.content.decode()


def test_the_picture_shows_what_the_table_says_without_colour(see, newcomer, cast, keep):
    tree = add(
        family(mother=True, father=None),
        Step.IDENTICAL_TWIN,
        Relative("n", deceased=True, age=30.0),
        of="proband",
    )
    keep(add(tree, Step.CHILD, Relative("n", adopted=True), of="proband"))
    page = see(cast.provider, "family", newcomer)
    assert 'fill="url(#fill-psychosis)"' in page
    assert "slash" in page
    assert "bracket" in page
    assert "kin identical" in page
    assert "kin adoption" in page
    assert page.count("<polyline") >= 4
    assert "style=" not in page


def test_a_family_without_rows_has_its_table_alone(see, newcomer, cast, keep):
    keep(
        FamilyTree(
            "proband", (Relative("proband", mother="m", father="f"), Relative("m", father="f"), Relative("f"))
        )
    )
    page = see(cast.provider, "family", newcomer)
    assert "cannot be drawn in rows" in page
    assert "Parent" in page


def test_an_empty_list_of_relatives_is_the_person_alone_and_can_be_added_to(
    see, send, newcomer, cast, provider
):
    """As an import or a program may say it; it never answers the rule, since two parents nobody spoke of are unknown."""
    (row, _whole) = add_facts(
        newcomer, [NewFact("family_history", []), NewFact("first_degree_complete", True)]
    )
    assert answer_of(newcomer) == []
    assert "Nobody of the family is in the tree yet." in see(cast.provider, "family", newcomer)
    added = send(
        cast.provider, "family_add", newcomer, "proband", step="mother", **NEW | {"based_on": str(row.id)}
    )
    assert added.status_code == 302
    assert "1 relative is in the tree" in see(cast.provider, "family", newcomer)


# --- to take along --------------------------------------------------------------------------------------------


def test_the_tree_is_taken_along_only_where_somebody_asks_for_it_and_that_is_written_down(
    see, as_user, newcomer, cast, keep
):
    from unloop.clinic.audit.models import AuditEntry

    address = reverse("consulting_room:family_file", args=[newcomer.id])
    assert as_user(cast.provider).get(address).status_code == 404
    assert address not in see(cast.provider, "family", newcomer)
    keep(family(mother=True, father=False, sister=None))
    assert address in see(cast.provider, "family", newcomer)
    assert not AuditEntry.objects.filter(action="consulting_room.family.exported").exists()
    answer = as_user(cast.provider).get(address)
    assert answer["Content-Type"] == "application/fhir+json"
    assert answer["Content-Disposition"] == 'attachment; filename="family.json"'
    kinds = [one["resource"]["resourceType"] for one in answer.json()["entry"]]
    assert kinds == ["Patient", *["FamilyMemberHistory"] * 2]  # nothing is known of the sister
    line = AuditEntry.objects.get(action="consulting_room.family.exported", person_id=newcomer.id)
    assert line.detail == {"count": 2}


def test_what_is_taken_along_holds_no_name_and_reads_back_as_the_same_family(as_user, newcomer, cast, keep):
    from unloop.care.heredity import relation
    from unloop.fhir import read_family_members

    tree = add(family(mother=True, father=False, sister=True), Step.CHILD,
               Relative("n", status=Status.AFFECTED, age=12.0, onset_age=9.0), of="proband")  # fmt: skip
    keep(tree)
    text = (
        as_user(cast.provider)
        .get(reverse("consulting_room:family_file", args=[newcomer.id]))
        .content.decode()
    )
    assert not any(word in text for word in (newcomer.given, newcomer.family, "1991", "birthDate", '"name"'))
    bundle = json.loads(text)
    relatives = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] != "Patient"]
    back = read_family_members(relatives).tree
    said = {
        relation(back, one.id): (one.status, one.onset_age, one.has(FamilyCondition.PSYCHOSIS))
        for one in back.people
    }
    assert said["child"] == (Status.AFFECTED, 9.0, None)
    assert [said[who][2] for who in ("parent", "sibling") if who in said] == [True] * sum(
        who in said for who in ("parent", "sibling")
    )
    assert {one.get("date") for one in relatives} == {clock.now().date().isoformat()}


# --- the number ---------------------------------------------------------------------------------------------


def test_no_number_is_worked_out_or_shown_for_who_did_not_ask(see, newcomer, cast, keep, monkeypatch):
    from unloop.clinic.consulting_room.views import family as views

    monkeypatch.setattr(views, "lifetime_risk", lambda _tree: pytest.fail("worked out unasked"))
    keep(family(mother=None, father=None))
    assert " in 100" not in see(cast.provider, "family", newcomer)
    say_choice(newcomer, wants=False)
    page = see(cast.provider, "family", newcomer)
    assert "did not want a number" in page
    assert " in 100" not in page


def test_who_wants_it_sees_the_number_with_all_that_it_rests_on(see, send, newcomer, cast, keep):
    tree = family(mother=None, father=None)
    ill = [Relative("mother", status=Status.AFFECTED) if one.id == "mother" else one for one in tree.people]
    keep(FamilyTree("proband", tuple(ill)))
    send(cast.provider, "family_number", newcomer, wants="yes")
    page = see(cast.provider, "family", newcomer)
    assert "about 7 in 100, most likely between 3 and 10, beside 2 in 100 for anybody" in page
    for words in (
        "48 in 100",
        "odds ratio of 3.6",
        "speculation",
        "10.1001/jamapsychiatry.2016.2095",
        "not a destiny",
    ):
        assert words in page


def test_the_choice_is_asked_again_after_a_year(newcomer, keep):
    say_choice(newcomer, wants=True)
    with clock.frozen(clock.now() + timedelta(days=366)):
        assert family_of(newcomer, load_chart(newcomer)).wanted is None


# --- care with the database ---------------------------------------------------------------------------------


def test_a_large_family_asks_the_database_as_little_as_a_small_one(as_user, newcomer, cast, keep):
    tree = family(mother=True, father=False, sister=None)
    for _ in range(12):
        tree = add(tree, Step.SIBLING, Relative("new"), of="mother")
    keep(tree)
    say_choice(newcomer, wants=True)
    browser = as_user(cast.provider)
    address = reverse("consulting_room:family", args=[newcomer.id])
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200
    assert len(asked) <= 15
    assert not re.search(r"Traceback|None,", answer.content.decode())
