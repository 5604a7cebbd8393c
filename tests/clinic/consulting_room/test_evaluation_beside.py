"""Beside the rules: documents that prove an item, laboratory values with their range, what is asked of everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unloop.clinic.audit.services import acting
from unloop.clinic.chart.documents import attach
from unloop.clinic.chart.services import FactRow, NewFact, add_facts, documents_by_code
from unloop.clinic.consulting_room.services import in_force, questions, view_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 1\ntrailer\n<<>>\nstartxref\n29\n%%EOF\n"


def _row(text: str, title: str) -> str:
    """The line of an answered item."""
    return text.split(f'<th scope="row">{title}</th>')[1].split("</tr>", maxsplit=1)[0]


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    """The key of documents is drawn in a folder of this test."""
    settings.HOME = tmp_path


@pytest.fixture
def with_ecg(ready: Any) -> FactRow:
    """Somebody at risk, whose ECG was read."""
    add_facts(ready, [NewFact("cardiovascular_risk", value=True), NewFact("ecg", "normal")])
    return FactRow.objects.filter(person=ready, code="ecg").latest("recorded_at")


def test_an_item_that_a_paper_proves_offers_to_attach_one_to_its_entry(
    see: Any, cast: Any, adopted: Any, ready: Any, with_ecg: FactRow, as_user: Any
) -> None:
    row = _row(see(cast.nurse, "evaluation", ready), "12-lead ECG, read by a physician")
    address = f"/people/{ready.id}/documents/?fact={with_ecg.id}"
    assert "Attach" in row
    assert address in row
    page = as_user(cast.nurse).get(address).content.decode()
    assert f'<option value="{with_ecg.id}" selected>' in page


def test_an_item_says_how_many_documents_prove_it_and_one_of_a_corrected_entry_counts_no_more(
    see: Any, cast: Any, adopted: Any, ready: Any, with_ecg: FactRow
) -> None:
    with acting(cast.nurse.as_actor()):
        attach(ready, with_ecg.id, PDF)
    assert documents_by_code(ready) == {"ecg": 1}
    row = _row(see(cast.nurse, "evaluation", ready), "12-lead ECG, read by a physician")
    assert "1 document" in row
    assert "Attach" not in row
    add_facts(ready, [NewFact("ecg", "abnormal-not-limiting", supersedes=with_ecg.id, reason="read again")])
    assert documents_by_code(ready) == {}


def test_what_nobody_proves_with_a_paper_offers_nothing(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    row = _row(see(cast.nurse, "evaluation", ready), "Psychiatric interview")
    assert "Attach" not in row


def test_a_laboratory_value_stands_beside_its_range_and_its_multiple(
    see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [
        NewFact("alt", 90, "U/L"), NewFact("alt_upper_limit", 40, "U/L"), NewFact("potassium", 3.1, "mmol/L"),
        NewFact("potassium_lower_limit", 3.5, "mmol/L"), NewFact("potassium_upper_limit", 5.1, "mmol/L"),
    ])  # fmt: skip
    text = see(cast.nurse, "evaluation", ready).split('id="laboratory"')[1]
    assert "up to 40 U/L" in _row(text, "ALT")
    assert "<b>above</b>, 2.25 times the upper limit" in _row(text, "ALT")
    assert "no multiple without an upper limit" in _row(text, "AST")
    assert "3.5 to 5.1 mmol/L" in _row(text, "Potassium")
    assert "<b>below</b>" in _row(text, "Potassium")


def test_both_limits_of_a_value_are_asked_beside_it(cast: Any, adopted: Any, newcomer: Any) -> None:
    protocol = in_force().protocol
    codes = [one.code for one in questions("laboratory", view_of(newcomer, protocol), protocol)]
    place = codes.index("sodium")
    assert codes[place : place + 3] == ["sodium", "sodium_lower_limit", "sodium_upper_limit"]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("social", {"escort_arranged": "True", "driving": "drives-for-work", "work": "safety-critical"}),
        ("psychiatric", {"ocd_onset_age": "14", "psychosis_screen": "negative"}),
        ("medical", {"contraception": "reliable-method"}),
    ],
)
def test_what_no_rule_reads_is_asked_kept_and_shown(
    group: str, said: dict[str, str], see: Any, send: Any, cast: Any, adopted: Any, newcomer: Any
) -> None:
    assert (
        see(cast.provider, "evaluation", newcomer).split('id="beside-rules"')[1].count("not asked yet") == 9
    )
    assert send(cast.provider, "answer", newcomer, group, **said).status_code == 302
    assert {row.code for row in FactRow.objects.filter(person=newcomer)} == set(said)
    text = see(cast.provider, "evaluation", newcomer).split('id="beside-rules"')[1]
    assert text.count("not asked yet") == 9 - len(said)
