"""A credential counts once another has verified it, while it is in date and not withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.people import credentials, staff
from unloop.clinic.people.credentials import holds_credential
from unloop.clinic.people.models import Credential
from unloop.clinic.people.roles import CredentialKind
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 3, 17, tzinfo=UTC)  # noon in New York


@pytest.fixture
def licence(cast: object) -> Credential:
    with clock.frozen(NOON):
        credential = credentials.add_credential(
            cast.nurse, CredentialKind.REGISTERED_NURSE, number="RN-1", expires_on=date(2026, 12, 10)
        )
        credentials.verify_credential(credential, by=cast.owner)
    return credential


def test_it_counts_for_nothing_until_verified(cast: object) -> None:
    credentials.add_credential(cast.nurse, CredentialKind.REGISTERED_NURSE, number="RN-1")
    assert not holds_credential(cast.nurse, CredentialKind.REGISTERED_NURSE)


def test_it_counts_from_the_moment_it_is_verified_to_the_end_of_its_last_day(
    cast: object, licence: Credential
) -> None:
    def holds(at: datetime) -> bool:
        return holds_credential(cast.nurse, CredentialKind.REGISTERED_NURSE, at=at)

    assert not holds(NOON - timedelta(seconds=1))
    assert holds(NOON)
    assert holds(datetime(2026, 12, 10, 23, 59, tzinfo=UTC))
    assert not holds(datetime(2026, 12, 11, 12, tzinfo=UTC))


def test_one_of_several_kinds_is_enough_and_another_kind_is_not(cast: object, licence: Credential) -> None:
    kinds = CredentialKind.PHYSICIAN, CredentialKind.REGISTERED_NURSE
    assert holds_credential(cast.nurse, *kinds, at=NOON)
    assert not holds_credential(cast.nurse, CredentialKind.PHYSICIAN, at=NOON)
    assert not holds_credential(cast.second_nurse, *kinds, at=NOON)


def test_withdrawn_it_no_longer_counts_but_once_did(cast: object, licence: Credential) -> None:
    with clock.frozen(NOON + timedelta(days=1)):
        credentials.withdraw_credential(licence)
    assert holds_credential(cast.nurse, CredentialKind.REGISTERED_NURSE, at=NOON)
    assert not holds_credential(
        cast.nurse, CredentialKind.REGISTERED_NURSE, at=NOON + timedelta(days=1, seconds=1)
    )
    with pytest.raises(InputRefused, match="withdrawn"):
        credentials.verify_credential(licence, by=cast.owner)


def test_a_closed_account_holds_none(cast: object, licence: Credential) -> None:
    staff.deactivate(cast.nurse)
    assert not holds_credential(cast.nurse, CredentialKind.REGISTERED_NURSE, at=NOON)


def test_nobody_verifies_their_own_while_somebody_else_could(cast: object) -> None:
    own = credentials.add_credential(cast.owner, CredentialKind.PHYSICIAN, number="P-1")
    with pytest.raises(InputRefused, match="your own"):
        credentials.verify_credential(own, by=cast.owner)
    staff.deactivate(cast.director)
    credentials.verify_credential(own, by=cast.owner)
    assert own.verified_by == cast.owner


def test_a_credential_goes_its_way_by_page(cast: object, as_user: Callable[..., Client]) -> None:
    browser = as_user(cast.owner)
    member = f"/clinic/staff/{cast.nurse.pk}/"
    sent = {"credential-kind": "registered_nurse", "credential-number": "RN-7", "credential-issuer": ""}
    browser.post(f"{member}credentials/", sent | {"credential-expires_on": ""})
    assert "not verified" in browser.get(member).content.decode()
    credential = Credential.objects.get(number="RN-7")
    browser.post(f"/clinic/credentials/{credential.pk}/verify/")
    assert "verified by L. Lindqvist" in browser.get(member).content.decode()
    assert browser.post(f"{member}credentials/", sent).status_code == 422  # the same one twice
    browser.post(f"/clinic/credentials/{credential.pk}/withdraw/")
    assert "withdrawn on" in browser.get(member).content.decode()


def test_one_s_own_is_refused_by_page_too(cast: object, as_user: Callable[..., Client]) -> None:
    own = credentials.add_credential(cast.owner, CredentialKind.PHYSICIAN, number="P-1")
    page = as_user(cast.owner).post(f"/clinic/credentials/{own.pk}/verify/", follow=True)
    assert "ask another owner" in page.content.decode()
    own.refresh_from_db()
    assert own.verified_at is None
