"""A protocol treats people once a medical director has signed these very bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from unloop.clinic.audit import clock
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.people import home, protocols
from unloop.clinic.people.identity import IdentityNotConfirmed, confirm_identity
from unloop.clinic.people.models import AdoptedProtocol
from unloop.protocol import ProtocolRefused, bundled
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db
PASSWORD = "five made-up words stand here"
DOCUMENT = resources.files("unloop.protocol").joinpath("documents", "ocd-ivket.toml").read_bytes()


def version(number: str, *, status: str = "final") -> bytes:
    """The bundled document under another version."""
    now = bundled().version
    text = DOCUMENT.replace(f'version = "{now}"'.encode(), f'version = "{number}"'.encode(), 1)
    return text.replace(b'status = "final"', f'status = "{status}"'.encode(), 1)


@pytest.fixture(autouse=True)
def _own_home(settings: object, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_a_signature_keeps_the_bytes_the_hash_and_who_signed(cast: object, tmp_path: Path) -> None:
    adopted = protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)
    assert bytes(adopted.document) == DOCUMENT
    assert adopted.sha256 == hashlib.sha256(DOCUMENT).hexdigest() == bundled().sha256
    assert (adopted.name, adopted.role) == (cast.director.name, "medical director")
    assert protocols.protocol_of(adopted).id == "ocd-ivket"
    entry = AuditEntry.objects.get(action="people.protocol.adopted")
    assert (entry.actor_id, entry.detail["sha256"]) == (cast.director.pk, adopted.sha256)


def test_the_signature_stands_in_a_file_beside_the_database(cast: object, tmp_path: Path) -> None:
    adopted = protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)
    (signature,) = home.adopted_protocols(tmp_path)
    assert signature["sha256"] == adopted.sha256
    assert signature["signed_at"] == adopted.signed_at.isoformat()
    assert home.adopted_document(tmp_path, adopted.sha256) == DOCUMENT
    assert home.seen_versions(tmp_path) == {("ocd-ivket", adopted.version): adopted.sha256}


@pytest.mark.parametrize("who", ["owner", "provider", "nurse", "researcher", "front_desk"])
def test_only_a_medical_director_signs(cast: object, who: str) -> None:
    with pytest.raises(InputRefused, match="medical director"):
        protocols.adopt_protocol(DOCUMENT, by=getattr(cast, who), password=PASSWORD)
    assert not AdoptedProtocol.objects.exists()


def test_nothing_is_signed_without_the_password(cast: object, tmp_path: Path) -> None:
    with pytest.raises(IdentityNotConfirmed):
        protocols.adopt_protocol(DOCUMENT, by=cast.director, password="not the right one at all")
    assert not AdoptedProtocol.objects.exists()
    assert home.adopted_protocols(tmp_path) == ()
    assert AuditEntry.objects.filter(action="people.identity_confirmed", outcome="failed").exists()


@pytest.mark.parametrize("status", ["example", "draft", "retired"])
def test_a_document_that_is_not_final_treats_nobody(cast: object, status: str) -> None:
    with pytest.raises(InputRefused, match=status):
        protocols.adopt_protocol(version("9.0.0", status=status), by=cast.director, password=PASSWORD)


def test_the_same_version_is_signed_once(cast: object) -> None:
    protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)
    with pytest.raises(InputRefused, match="not adopted yet"):
        protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)


def test_other_bytes_under_a_version_that_was_seen_are_refused(cast: object) -> None:
    protocols.adopt_protocol(version("9.0.0"), by=cast.director, password=PASSWORD)
    with pytest.raises(ProtocolRefused):
        protocols.adopt_protocol(version("9.0.0") + b"\n# later\n", by=cast.director, password=PASSWORD)


def test_the_protocol_in_force_is_the_one_signed_last_before_that_moment(cast: object) -> None:
    noon = datetime(2026, 12, 3, 12, tzinfo=UTC)
    assert protocols.current_protocol(noon) is None
    for day, number in enumerate(["9.0.0", "9.1.0"]):
        with clock.frozen(noon + timedelta(days=day)):
            protocols.adopt_protocol(version(number), by=cast.director, password=PASSWORD)

    def in_force(at: datetime) -> str | None:
        adopted = protocols.current_protocol(at)
        return adopted.version if adopted else None

    assert in_force(noon - timedelta(seconds=1)) is None
    assert in_force(noon) == "9.0.0"
    assert in_force(noon + timedelta(days=1)) == "9.1.0"
    assert protocols.current_protocol(noon, protocol_id="another") is None
    assert [adopted.version for adopted in protocols.adopted_protocols()] == ["9.1.0", "9.0.0"]


def test_the_bytes_a_session_ran_under_are_found_by_their_hash(cast: object) -> None:
    adopted = protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)
    assert protocols.adopted_by_hash(adopted.sha256) == adopted
    assert protocols.adopted_by_hash("0" * 64) is None


def test_five_wrong_passwords_in_a_row_stop_signing_for_a_while(cast: object) -> None:
    for _ in range(5):
        with pytest.raises(IdentityNotConfirmed, match="not the password"):
            confirm_identity(cast.director, "not the right one at all")
    with pytest.raises(IdentityNotConfirmed, match="Too many"):
        confirm_identity(cast.director, PASSWORD)
    confirm_identity(cast.owner, PASSWORD)


def test_a_closed_account_signs_nothing(cast: object) -> None:
    cast.nurse.is_active = False
    with pytest.raises(IdentityNotConfirmed):
        confirm_identity(cast.nurse, PASSWORD)


# --- by page ---------------------------------------------------------------------------------------------------

ADOPT = "/clinic/protocols/adopt/"


def encoded(document: bytes) -> str:
    return base64.b64encode(document).decode()


def test_a_director_reads_and_signs_the_bundled_protocol(
    cast: object, as_user: Callable[..., Client]
) -> None:
    browser = as_user(cast.director)
    assert "ocd-ivket" in browser.get(ADOPT).content.decode()
    shown = browser.get(ADOPT, {"bundled": "ocd-ivket"}).content.decode()
    assert bundled().sha256 in shown
    response = browser.post(ADOPT, {"document": encoded(DOCUMENT), "password": PASSWORD}, follow=True)
    page = response.content.decode()
    assert "is in force" in page
    assert bundled().sha256 in page
    assert bytes(AdoptedProtocol.objects.get().document) == DOCUMENT
    assert "All of them are signed" in browser.get(ADOPT).content.decode()


def test_a_file_with_other_line_ends_is_signed_byte_for_byte(
    cast: object, as_user: Callable[..., Client]
) -> None:
    windows = version("9.0.0").replace(b"\n", b"\r\n")
    browser = as_user(cast.director)
    page = browser.post(ADOPT, {"document": SimpleUploadedFile("own.toml", windows)}).content.decode()
    assert hashlib.sha256(windows).hexdigest() in page
    sent = page.split('name="document" value="')[1].split('"')[0]
    browser.post(ADOPT, {"document": sent, "password": PASSWORD})
    assert bytes(AdoptedProtocol.objects.get().document) == windows


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"this is not TOML", "UTF-8 TOML"),
        (b"\xff\xfe", "UTF-8 TOML"),
        (b"[protocol]\nid = 'x'\n", "cannot be a protocol"),
        (b"", "is empty"),
    ],
)
def test_a_file_that_is_no_protocol_is_refused_with_its_reasons(
    cast: object, as_user: Callable[..., Client], document: bytes, said: str
) -> None:
    page = as_user(cast.director).post(ADOPT, {"document": SimpleUploadedFile("own.toml", document)})
    assert page.status_code == 422
    assert said in page.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"document": encoded(DOCUMENT), "password": "not the right one at all"}, "not the password"),
        ({"document": encoded(DOCUMENT), "password": ""}, "This field is required"),
        ({"document": encoded(version("9.0.0", status="draft")), "password": PASSWORD}, "only a final one"),
        ({"document": "%%%", "password": PASSWORD}, "did not arrive whole"),
        ({"document": encoded(b"no protocol at all ]["), "password": PASSWORD}, "UTF-8 TOML"),
        ({"document": encoded(b"[protocol]"), "password": PASSWORD}, "cannot be a protocol"),
    ],
)
def test_a_signature_that_cannot_be_taken_says_why(
    cast: object, as_user: Callable[..., Client], sent: dict[str, str], said: str
) -> None:
    page = as_user(cast.director).post(ADOPT, sent)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not AdoptedProtocol.objects.exists()


def test_an_owner_reads_what_was_signed_and_cannot_sign(cast: object, as_user: Callable[..., Client]) -> None:
    adopted = protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)
    browser = as_user(cast.owner)
    assert adopted.version in browser.get("/clinic/protocols/").content.decode()
    assert "word for word" in browser.get(f"/clinic/protocols/{adopted.pk}/").content.decode()
    assert browser.get(ADOPT).status_code == 403
