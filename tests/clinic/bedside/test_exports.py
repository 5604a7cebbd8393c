"""What leaves the clinic about a person holds nothing of the relatives, unless somebody asked for the family itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts

pytestmark = pytest.mark.django_db
GRANDMOTHER = "relative-q7"
ASKED_FOR = {"consulting_room:family_file"}
PAGES = {  # which show the tree because they are about it, or because they are the whole record
    "consulting_room:family", "consulting_room:family_add", "consulting_room:family_change", "chart:facts", "chart:correct",
}  # fmt: skip


def addresses_of_a_person() -> Iterator[tuple[str, frozenset[str]]]:
    """Each address with a person in it, and its parts."""

    def walk(patterns: Any, space: str, parts: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        for one in patterns:
            found = parts | frozenset(getattr(one.pattern, "converters", {}))
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, f"{one.namespace}:" if one.namespace else space, found)
            elif isinstance(one, URLPattern) and "person_id" in found:
                yield f"{space}{one.name}", found

    return walk(get_resolver().url_patterns, "", frozenset())


@pytest.fixture
def with_family(bedside: Any) -> Any:
    """A session that is over, of a person whose grandmother is in the tree by a word that stands nowhere else."""
    session = bedside.ready_to_leave()
    with acting(bedside.provider.as_actor()):
        add_facts(bedside.person, [NewFact("family_history", [
            {"id": "proband", "sex": "female", "mother": "mother"}, {"id": "mother", "sex": "female", "mother": GRANDMOTHER},
            {"id": GRANDMOTHER, "sex": "female", "status": "affected", "age": 87, "onset_age": 23, "psychosis": True},
        ])])  # fmt: skip
    return session


def test_relatives_stay_out_of_everything_that_leaves_but_what_is_asked_for(
    bedside: Any, with_family: Any, open_as: Any
) -> None:
    """Every address of the person is opened: what is no page is an export, and a new one is tried here by itself.

    The words of a PDF are packed; test_plan_paper looks at what goes into one.
    """
    from unloop.clinic.chart.models import FactRow

    tree = FactRow.objects.get(person=bedside.person, code="family_history")
    filled = {
        "person_id": bedside.person.id, "session_id": with_family.id, "fact_id": tree.id, "of": "proband",
        "relative": GRANDMOTHER, "group": "psychiatric", "rule": "REL-01", "instrument": "ybocs",
    }  # fmt: skip
    exports, told = dict[str, str](), set[str]()
    with bedside.acting(bedside.provider, minutes=111):
        browser = open_as(bedside.provider)
        for name, parts in addresses_of_a_person():
            answer = browser.get(reverse(name, kwargs={part: filled.get(part, uuid4()) for part in parts}))
            if answer.status_code != 200:
                continue
            text = answer.content.decode("utf-8", errors="replace")
            if not answer["Content-Type"].startswith("text/html"):
                exports[name] = text
            elif GRANDMOTHER in text:
                told.add(name)
    assert {
        "bedside:file",
        "questionnaires:responses_csv",
        "questionnaires:responses_fhir",
        *ASKED_FOR,
    } <= set(exports)
    words = (GRANDMOTHER, "FamilyMemberHistory", "family_history", "grandmother")
    assert {name for name, text in exports.items() if any(word in text for word in words)} == ASKED_FOR
    assert told <= PAGES
    assert "consulting_room:family" in told or "chart:facts" in told


def test_what_is_asked_for_holds_the_relatives_and_no_id_of_ours(
    bedside: Any, with_family: Any, open_as: Any
) -> None:
    with bedside.acting(bedside.provider, minutes=111):
        file = (
            open_as(bedside.provider)
            .get(reverse("consulting_room:family_file", args=[bedside.person.id]))
            .json()
        )
    said = [one["resource"] for one in file["entry"]]
    assert {"deceasedAge", "ageAge"} & {key for one in said for key in one}
    assert any(one.get("relationship", {}).get("text") == "maternal grandmother" for one in said)


def test_a_print_of_the_record_leaves_the_tree_out(bedside: Any, with_family: Any, open_as: Any) -> None:
    from pathlib import Path

    from unloop.clinic import chart

    with bedside.acting(bedside.provider, minutes=111):
        shown = (
            open_as(bedside.provider).get(reverse("chart:facts", args=[bedside.person.id])).content.decode()
        )
    row = next(one for one in shown.split("<tr")[1:] if GRANDMOTHER in one)
    assert row.startswith(' class="of-relatives"')
    assert shown.count('class="of-relatives"') == 1
    style = Path(chart.__path__[0], "static", "chart", "record.css").read_text("utf-8")
    assert "@media print { .of-relatives { display: none; } }" in style
