"""The beat of the infusion screen: parts of it while the pump is at work, another page once it is off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from unloop.clinic.audit import clock

pytestmark = pytest.mark.django_db
BEAT = {"HX-Request": "true"}


@pytest.fixture
def beat(bedside: Any, open_as: Any) -> Any:
    """What the beat of a nurse's page answers, so many minutes after noon."""

    def beat(session: Any, minutes: float, headers: dict[str, str] = BEAT) -> Any:
        with clock.frozen(bedside.now + timedelta(minutes=minutes)):
            return open_as(bedside.nurse).get(
                f"/people/{session.person_id}/sessions/{session.id}/", headers=headers
            )

    return beat


def test_while_the_pump_is_at_work_a_beat_brings_the_parts_of_the_screen(bedside: Any, beat: Any) -> None:
    session = bedside.running()
    for minutes, kind in ((10, "paused"), (12, "stopped")):
        bedside.chart(session, kind, minutes=minutes)
        answer = beat(session, minutes + 1)
        assert "HX-Refresh" not in answer.headers
        for part in ("top", "middle", "prompts", "pump", "running", "models"):
            assert f'id="{part}"' in answer.content.decode()


def test_once_the_pump_is_off_a_beat_asks_the_browser_for_the_page_of_recovery(
    bedside: Any, beat: Any
) -> None:
    session = bedside.recovering()
    answer = beat(session, 44)
    assert answer.headers["HX-Refresh"] == "true"
    assert answer.content == b""
    page = beat(session, 44, headers={}).content.decode()
    assert "Before going home" in page
    assert 'id="beat"' not in page


def test_a_beat_after_the_way_home_asks_for_the_record_the_same_way(bedside: Any, beat: Any) -> None:
    session = bedside.ready_to_leave()
    bedside.chart(session, "discharged", minutes=111)
    assert beat(session, 112).headers["HX-Refresh"] == "true"
    assert beat(session, 112, headers={}).status_code == 302


def test_the_page_of_recovery_sends_its_entries_through_the_outbox_like_the_infusion_screen(
    bedside: Any, beat: Any
) -> None:
    page = beat(bedside.recovering(), 44, headers={}).content.decode()
    assert "bedside/outbox.js" in page
    forms = [one.split(">")[0] for one in page.split("<form ")[1:]]
    in_session = [one for one in forms if "/sessions/" in one]
    assert len(in_session) > 3
    assert all(("data-judged" if "/discharge/" in one else "data-entry") in one for one in in_session)


@pytest.mark.parametrize("state", ["running", "recovering"])
def test_nothing_is_called_saved_before_the_script_has_looked(bedside: Any, beat: Any, state: str) -> None:
    page = beat(getattr(bedside, state)(), 44, headers={}).content.decode()
    line = page.split('id="connection"')[1].split("</span>")[0].split(">", 1)
    assert "Everything is saved" in line[0]
    assert "saved" not in line[1]


def test_the_parts_of_recovery_that_are_renewed_after_an_entry_are_on_the_page(
    bedside: Any, beat: Any
) -> None:
    page = beat(bedside.recovering(), 44, headers={}).content.decode()
    parts = page.split('data-parts="')[1].split('"')[0].split()
    assert "head" in parts
    assert all(page.count(f'id="{part}"') == 1 for part in parts)
