"""The evaluation page says one true sentence, and each open thing once with one way to answer it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from charts import JUDGED_AT
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, add_facts

pytestmark = pytest.mark.django_db


def _heading(page: str) -> str:
    return re.sub(r"\s+", " ", re.findall(r"<h1>(.*?)</h1>", page)[0]).strip()


def test_without_a_signed_protocol_nobody_can_be_treated(see: Any, cast: Any, newcomer: Any) -> None:
    for route in ("evaluation", "plan", "not_now"):
        assert "Nobody can be treated" in _heading(see(cast.provider, route, newcomer))


def test_a_whole_chart_is_ready_and_says_what_expires_first(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "evaluation", ready)
    assert _heading(text) == "Ready. Every rule is answered and none stands against it."
    assert "First to expire" in text
    assert f"ocd-ivket {adopted.version}" in text


def test_the_sentence_counts_what_excludes_is_missing_and_is_out_of_date(
    see: Any, cast: Any, adopted: Any, newcomer: Any, fill: Any
) -> None:
    fill(
        newcomer,
        without=("urine_drug_screen", "prescription_monitoring_checked", "ybocs"),
        ketamine_allergy=True,
    )
    add_facts(newcomer, [NewFact("ybocs", 30, at=JUDGED_AT - timedelta(days=20))])
    text = see(cast.provider, "evaluation", newcomer)
    assert _heading(text) == "Not ready. One answer excludes, two are missing, one is out of date."
    assert "20 days old, good for 14 days" in text


def test_every_open_thing_has_one_link_and_stands_once(
    see: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    text = see(cast.provider, "evaluation", newcomer)
    items = text.split('<section class="sheet" aria-labelledby="signature">')[0].split(
        '<div class="open-item">'
    )[1:]
    assert len(items) > 10
    for item in items:
        assert item.count("<a href=") == 1
        assert "Basis:" in item
    names = [re.findall(r"Not known: (.*?)\.</p>", item) for item in items]
    labels = [label for found in names for line in found for label in line.split("; ")]
    assert len(labels) == len(set(labels))


def test_every_link_of_an_empty_evaluation_opens(
    see: Any, cast: Any, adopted: Any, newcomer: Any, client: Any
) -> None:
    text = see(cast.provider, "evaluation", newcomer)
    for address in set(re.findall(r'<p class="do"><a href="(.*?)"', text)):
        assert client.get(address).status_code == 200


def test_an_absolute_rule_offers_the_entry_and_no_way_around_it(
    see: Any, send: Any, cast: Any, adopted: Any, ready: Any, client: Any
) -> None:
    add_facts(ready, [NewFact("ketamine_allergy", value=True)])
    text = see(cast.provider, "evaluation", ready)
    assert "See the entry" in text
    assert "Decide and write why" not in text
    assert client.get(reverse("consulting_room:override", args=[ready.id, "CON-01"])).status_code == 404


def _excludes(text: str) -> dict[str, str]:
    """What stands beside each open item that excludes, by its title."""
    section = text.split('id="excludes"')[1].split('<section class="sheet', maxsplit=1)[0]
    items = section.split('<div class="open-item">')[1:]
    return {re.findall(r"<h3>(.*?)</h3>", one)[0]: one.split('<p class="do">')[1] for one in items}


def test_what_nobody_can_go_on_over_and_what_somebody_can_stand_apart(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [
        NewFact("ketamine_allergy", value=True), NewFact("egfr", 20, "mL/min/{1.73_m2}"),
        NewFact("heart_failure", value=True), NewFact("diagnosis_by_interview", value=False),
    ])  # fmt: skip
    beside = _excludes(see(cast.provider, "evaluation", ready))
    assert "Absolute: nobody can go on over it." in beside["Allergy to ketamine"]
    assert "Relative: physician can go on in writing." in beside["Breastfeeding or kidney disease"]
    two = next(words for title, words in beside.items() if title.startswith("Heart failure"))
    assert "Relative: medical director, physician can go on in writing together, each another person." in two
    assert "This must be so: nobody can go on without it." in beside["OCD by interview"]


def test_what_has_to_be_so_is_told_to_the_person_as_such_and_not_as_a_finding(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [
        NewFact("prescription_monitoring_checked", value=False), NewFact("diagnosis_by_interview", value=False),
    ])  # fmt: skip
    text = see(cast.nurse, "not_now", ready)
    assert "This has to be so first, and is not: prescription monitoring queried" in text
    assert "This has to be so first, and is not: OCD by interview" in text
    assert text.count("Until it is so, this clinic does not give ketamine.") == 2
    assert "As long as this is so" not in text


def test_what_is_still_to_ask_is_told_to_the_person_part_by_part(
    see: Any, cast: Any, adopted: Any, newcomer: Any, fill: Any
) -> None:
    whole = see(cast.nurse, "not_now", newcomer)
    assert len(re.findall(r"<li><b>", whole)) == 9
    fill(newcomer, without=("urine_drug_screen", "prescription_monitoring_checked", "potassium"))
    text = see(cast.nurse, "not_now", newcomer)
    assert _heading(text) == "Not yet, because not everything is known."
    parts = re.findall(r"<li><b>(.*?)</b>: (.*?)</li>", text)
    assert parts == [
        ("Laboratory and ECG", "potassium"),
        ("Alcohol and drugs", "urine drug screen, prescription-monitoring programme queried"),
    ]


def test_two_entries_of_one_moment_that_disagree_are_to_be_corrected(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [NewFact("cystitis", value=True, at=JUDGED_AT)])
    text = see(cast.provider, "evaluation", ready)
    assert "Two entries of the same moment disagree" in text
    assert "Correct one of the two entries" in text


def test_what_is_told_to_the_person_has_no_rule_numbers_in_its_words_and_names_every_reason(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [NewFact("psychosis_in_first_degree_relative", value=True)])
    text = see(cast.nurse, "not_now", ready)
    assert _heading(text) == "Not now, because of what we found."
    assert "Psychosis ever or in the close family" in text
    assert "REL-01" not in text


def test_a_ready_evaluation_grows_out_of_date_by_itself(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    with clock.frozen(JUDGED_AT + timedelta(days=8)):
        assert "out of date" in _heading(see(cast.provider, "evaluation", ready))


@pytest.mark.parametrize("route", ["evaluation", "plan", "consent", "not_now"])
def test_a_page_asks_at_most_fifteen_questions_of_the_database(
    route: str, cast: Any, adopted: Any, ready: Any, as_user: Callable[..., Any]
) -> None:
    client = as_user(cast.provider)
    address = reverse(f"consulting_room:{route}", args=[ready.id])
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address)
    queries = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(queries) <= 15, "\n".join(queries)


@pytest.mark.parametrize("route", ["evaluation", "plan", "consent", "not_now", "sheet_pdf"])
def test_those_who_care_for_people_may_look_and_others_may_not(
    route: str, cast: Any, adopted: Any, ready: Any, as_user: Callable[..., Any]
) -> None:
    seen = {
        role: as_user(user).get(reverse(f"consulting_room:{route}", args=[ready.id])).status_code
        for role, user in cast.by_role().items()
    }
    assert {role for role, status in seen.items() if status == 200} == {
        "provider",
        "nurse",
        "medical_director",
    }
    assert {seen[role] for role in ("front_desk", "researcher", "owner")} == {403}


def test_a_look_at_the_evaluation_leaves_a_line_in_the_trail(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    from unloop.clinic.audit.models import AuditEntry

    see(cast.nurse, "evaluation", ready)
    assert AuditEntry.objects.filter(action="chart.read", person_id=ready.id, actor_id=cast.nurse.pk).exists()


def test_who_may_go_on_is_said_in_words_and_no_code_stands_on_the_page(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [NewFact("psychosis_in_first_degree_relative", value=True)])
    text = see(cast.provider, "evaluation", ready)
    shown = re.sub(r"<[^>]+>", " ", text.split("<main")[1])
    assert "psychiatrist" in shown
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", shown)


def test_asked_items_stand_in_two_halves_in_the_order_of_the_protocol(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    text = see(cast.provider, "evaluation", ready)
    first, second = text.split("<b>Asked items</b>")[1].split("<b>Asked items, continued</b>")
    rules = [re.findall(r"EVA-\d+", half) for half in (first, second)]
    assert 0 <= len(rules[0]) - len(rules[1]) <= 1
    asked = [one for half in rules for one in half]
    assert asked == sorted(asked)
    assert len(asked) == len(set(asked))


def test_an_answer_that_the_family_tree_gave_names_it(see: Any, cast: Any, adopted: Any, ready: Any) -> None:
    tree = [{"id": "proband", "mother": "m"}, {"id": "m", "sex": "female", "psychosis": True}]
    add_facts(ready, [NewFact("family_history", tree)])
    excludes = see(cast.provider, "evaluation", ready).split('id="excludes"')[1].split("</section>")[0]
    found = re.findall(r"<li>(.*?)</li>", excludes)
    by_tree = [one for one in found if f'<a href="/people/{ready.id}/family/">by the family tree</a>' in one]
    assert [one.split(":")[0] for one in by_tree] == ["psychosis in a parent, brother, sister or child"]
