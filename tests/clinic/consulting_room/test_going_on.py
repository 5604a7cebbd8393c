"""Going on over a rule: whatever is not in order is refused by its field, and nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from unloop.care.evaluation import Outcome
from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import FactRow, NewFact, add_facts
from unloop.clinic.consulting_room.overriding import Signature, override_of, signatures
from unloop.clinic.consulting_room.services import NewSignature, in_force, sign_override, view_of
from unloop.clinic.people.services import IdentityNotConfirmed
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"
WRITTEN = NewSignature("REL-03", "physician", "mild and stable", "")


@pytest.fixture
def failing(cast: Any, adopted: Any, ready: Any, credential: Any) -> Any:
    """Somebody with heart failure, which a physician and the director may go on over; the provider is a physician."""
    credential(cast.provider, "physician")
    add_facts(ready, [NewFact("heart_failure", value=True)])
    return ready


def sign(person: Any, by: Any, password: str = PASSWORD, **changes: str) -> Outcome:
    protocol = in_force().protocol
    needs = override_of(protocol, "REL-03").needs
    new = replace(WRITTEN, written="; ".join(needs))
    with acting(by.as_actor()):
        return sign_override(person, protocol, replace(new, **changes), by=by, password=password)


def signed_by(person: Any) -> list[tuple[str, str]]:
    """Who signed as what, as the last entry has it."""
    row = FactRow.objects.filter(person=person, code="overrides").order_by("recorded_at").last()
    return [(one["signer"], one["credential"]) for one in row.value] if row else []


def test_a_signature_that_is_in_order_is_kept_and_leaves_a_line(cast: Any, failing: Any, now: Any) -> None:
    assert sign(failing, cast.provider) is Outcome.EXCLUDES
    assert signed_by(failing) == [(str(cast.provider.pk), "physician")]
    line = AuditEntry.objects.get(action="consulting_room.override.signed")
    assert (line.person_id, line.detail) == (failing.id, {"rule": "REL-03", "credential": "physician"})
    (kept,) = signatures("REL-03", in_force().protocol, view_of(failing, in_force().protocol))
    assert kept == Signature(
        str(cast.provider.pk), "physician", "mild and stable", now, "a written reason; a specialist's note"
    )
    with clock.frozen(now + timedelta(minutes=5)):
        assert sign(failing, cast.director, credential="medical_director") is Outcome.OVERRIDDEN


def test_each_need_is_asked_for_and_not_only_one_of_them(cast: Any, failing: Any) -> None:
    needs = override_of(in_force().protocol, "REL-03").needs
    assert len(needs) > 1
    for left_out in needs:
        with pytest.raises(InputRefused) as refused:
            sign(failing, cast.provider, written="; ".join(one for one in needs if one != left_out))
        assert refused.value.where == "written"
    assert signed_by(failing) == []


@pytest.mark.parametrize(
    ("changes", "where", "given"),
    [
        ({"reason": "  "}, "written", "not everything"),
        ({"written": ""}, "written", "not everything"),
        ({"credential": "medical_director"}, "signature", "medical_director"),
        ({"credential": "psychiatrist"}, "signature", "psychiatrist"),
        ({"rule": "REL-01"}, "rule", "REL-01"),
        ({"rule": "CON-01"}, "rule", "CON-01"),
        ({"rule": "XXX-99"}, "rule", "XXX-99"),
    ],
)
def test_what_is_not_in_order_is_refused_by_its_field_and_not_kept(
    cast: Any, failing: Any, changes: dict[str, str], where: str, given: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        sign(failing, cast.provider, **changes)
    assert (refused.value.where, str(refused.value.given)) == (where, given)
    assert signed_by(failing) == []


def test_the_same_person_is_not_the_second_one_under_another_credential(
    cast: Any, failing: Any, credential: Any
) -> None:
    credential(cast.director, "physician")
    sign(failing, cast.director, credential="medical_director")
    with pytest.raises(InputRefused) as refused:
        sign(failing, cast.director)
    assert (refused.value.where, str(refused.value.given)) == ("signature", "your second")
    assert signed_by(failing) == [(str(cast.director.pk), "medical_director")]


def test_a_wrong_password_goes_on_over_nothing(cast: Any, failing: Any) -> None:
    with pytest.raises(IdentityNotConfirmed):
        sign(failing, cast.provider, password="another password")
    assert signed_by(failing) == []
    assert not AuditEntry.objects.filter(action="consulting_room.override.signed").exists()
