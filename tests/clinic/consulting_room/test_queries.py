"""Every page of the consulting room asks the database little, whatever has happened to the person so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.consulting_room.services import Clearance, current_plan, make_plan, sign_evaluation

pytestmark = pytest.mark.django_db
MOST = 14
"""One less than a page may ask, so that the stamp of a session once a minute fits in."""
PASSWORD = "five made-up words stand here"


@pytest.fixture
def far_on(cast: Any, adopted: Any, ready: Any, send: Any, credential: Any) -> Any:
    """Somebody with a signed evaluation, a plan, a consent, and an import of which one medicine is undecided."""
    from unloop.care.consultation import Ability, consent_text
    from unloop.clinic.chart.models import Draft, ImportRecord

    credential(cast.provider, "psychiatrist")
    with acting(cast.provider.as_actor()):
        plan = make_plan(ready, adopted)
        ids = [one.id for one in consent_text().sheet.question]
        said = {f"words_{one}": "in my own words" for one in ids} | {f"right_{one}": "True" for one in ids}
        send(cast.provider, "record_consent", ready, plan=plan.sha256, answer="given", signed_name="R. R.", sooner="I know it.",
             **said, **{f"can_{one.value}": "True" for one in Ability})  # fmt: skip
        signed = sign_evaluation(ready, _protocol(), by=cast.provider, password=PASSWORD)
        assert isinstance(signed, Clearance)
        brought = ImportRecord(
            person=ready, sha256="0" * 64, record_key="k", at=clock.now(), added=0, unchanged=0
        )
        brought.save()
        Draft.objects.create(id=uuid4(), person=ready, kind="medicine", name="Sertraline 50 MG", source="s",
                             brought_by=brought)  # fmt: skip
    assert current_plan(ready) is not None
    return ready


def _protocol() -> Any:
    from unloop.clinic.consulting_room.services import in_force

    current = in_force()
    assert current is not None
    return current.protocol


@pytest.mark.parametrize(
    "route",
    [
        "evaluation",
        "plan",
        "consent",
        "consultation",
        "not_now",
        "medicine_decisions",
        "answer",
        "side_by_side",
    ],
)
@pytest.mark.parametrize("state", ["newcomer", "ready", "far_on"])
def test_a_page_takes_at_most_fifteen_queries(
    request: Any, state: str, route: str, cast: Any, adopted: Any, as_user: Callable[..., Any]
) -> None:
    person = request.getfixturevalue(state)
    client = as_user(cast.provider)
    address = reverse(
        f"consulting_room:{route}", args=[person.id, *(["laboratory"] if route == "answer" else [])]
    )
    client.get(address)  # which stamps the session as used, as happens once a minute
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    queries = [one["sql"] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert len(queries) <= MOST, "\n".join(queries)
