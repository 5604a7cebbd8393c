"""The course page on a phone: what takes room is folded away, and everything is still there."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, add_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(tab, person) -> str:
    """The page of somebody with ratings, parts, medicines and an event of their life."""
    facts = {"ybocs": 30, "ybocs_obsessions": 15, "ybocs_compulsions": 15, "medicines": ["sertraline"],
             "life_event": [{"in_own_words": "Moved in with my sister."}], "erp_session": 90}  # fmt: skip
    day = clock.now() - timedelta(days=9)
    add_facts(person, [NewFact(code, value, at=day) for code, value in facts.items()])
    page: str = tab.get(f"/people/{person.id}/").content.decode()
    return page


def test_every_table_and_every_group_of_parts_can_be_folded_and_nothing_is_left_out(course: str) -> None:
    main = course.partition("<main")[2].partition("</main>")[0]
    for folded in ("<table>", '<div class="multiples">'):
        for place in re.finditer(folded, main):
            before = main[: place.start()]
            assert before.count("<details") > before.count("</details>"), before[-200:]
    assert main.count("<table>") == 5  # severity, medicines, ERP, every part, life
    assert "Moved in with my sister." in main
    assert "Severity (1)" in main


def test_a_wide_window_and_paper_show_what_a_phone_folds(course: str) -> None:
    assert "chart/course.js" in course
    assert course.count("data-wide") >= 5
    assert "<details open" not in course
    script = Path(str(finders.find("chart/course.js"))).read_text("utf-8")
    assert "(min-width: 901px)" in script
    assert "beforeprint" in script
