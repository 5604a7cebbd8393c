"""Documents: judged by content, sealed at rest, out as a download alone, every look recorded."""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.clinic.audit.models import AuditEntry
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.documents import attach, open_document
from unloop.clinic.chart.documents_model import Document
from unloop.clinic.chart.documents_sealing import SealBroken
from unloop.clinic.chart.documents_types import DocumentKind, kind_of
from unloop.clinic.chart.services import NewFact, Person, add_facts, make_person
from unloop.clinic.chart.tokens import FIELD, token_for
from unloop.quantity import InputRefused

pytestmark = pytest.mark.django_db


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x7f" * 3 * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pdf(body: bytes = b"1 0 obj<</Type/Catalog>>endobj\n") -> bytes:
    start = b"%PDF-1.4\n" + body
    return start + b"xref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(start)


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\x34\xff\xd9"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings):
    """A data folder of the test's own."""
    settings.HOME, settings.UNLOOP_DOCUMENTS_KEY = tmp_path, ""
    return tmp_path


@pytest.fixture
def ecg(person):
    """An entry that a document may prove."""
    return add_facts(person, [NewFact("weight", 70.5, "kg")])[0]


@pytest.fixture
def send(tab, person):
    def send(data: bytes, name: str, fact: object = "", to: Person | None = None):
        whose = to or person
        return tab.post(reverse("chart:attach", args=[whose.id]),
                        {FIELD: token_for(whose.id), "fact": str(fact), "file": SimpleUploadedFile(name, data)})  # fmt: skip

    return send


# --- judged by content --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"), [(png(), DocumentKind.PNG), (pdf(), DocumentKind.PDF), (JPEG, DocumentKind.JPEG)]
)
def test_a_whole_file_is_known_by_its_content(data, kind):
    assert kind_of(data) is kind


PACKED = zlib.compress(b"<</S/JavaScript/JS(app.alert(1))>>")
REFUSED = {
    "nothing": b"",
    "a program": b"MZ\x90\x00" + b"\0" * 80,
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with scripts": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "a PDF inside something else": b"GIF89a" + pdf(),
    "an archive": b"PK\x03\x04" + b"\0" * 40,
    "a PNG cut off": png()[:-4],
    "a PNG with a byte changed": png()[:45] + b"!" + png()[46:],
    "a PNG with something after it": png() + b"<script>",
    "a PNG whose header is another chunk": png()[:8] + png()[33:],
    "a JPEG cut off": JPEG[:-2],
    "a JPEG without a frame": JPEG[:20] + JPEG[33:],
    "a PDF cut off": pdf()[:-30],
    "a PDF that points outside": pdf().replace(b"startxref\n4", b"startxref\n9"),
    "a PDF with a password": pdf(b"1 0 obj<</Encrypt 2 0 R>>endobj\n"),
    "a PDF with a script": pdf(b"1 0 obj<</OpenAction<</S/JavaScript/JS(x)>>>>endobj\n"),
    "a PDF with a script whose name is disguised": pdf(b"1 0 obj<</S/J#61vaScript>>endobj\n"),
    "a PDF with a script in a packed stream": pdf(b"1 0 obj<<>>stream\n" + PACKED + b"\nendstream endobj\n"),
    "a PDF that starts a program": pdf(b"1 0 obj<</S/Launch>>endobj\n"),
    "a PDF with another file inside": pdf(b"1 0 obj<</EmbeddedFiles 2 0 R>>endobj\n"),
    "more than ten megabytes": pdf(b"%" + b"x" * 10_000_000),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused_with_what_is_allowed(data):
    with pytest.raises(InputRefused) as refused:
        kind_of(data)
    assert refused.value.allowed == "a PDF, PNG or JPEG file of at most 10 MB"


def test_a_small_file_that_unpacks_to_very_much_is_refused():
    bomb = zlib.compress(b"\0" * 80_000_000, 9)
    with pytest.raises(InputRefused):
        kind_of(pdf(b"1 0 obj<<>>stream\n" + bomb + b"\nendstream endobj\n"))


@tried(100)
@given(st.sampled_from([png(), pdf(), JPEG]), st.integers(0, 400), st.binary(max_size=12))
def test_no_damage_makes_anything_but_a_kind_or_a_refusal(whole, at, patch):
    with contextlib.suppress(InputRefused):
        assert kind_of(whole[:at] + patch + whole[at + len(patch) :]) in DocumentKind


# --- sealed at rest -----------------------------------------------------------------------------------------


def test_what_is_kept_is_sealed_and_opens_to_the_same_bytes(person, ecg, home):
    kept = attach(person, ecg.id, pdf())
    assert b"%PDF" not in bytes(kept.sealed)
    assert open_document(Document.objects.get(id=kept.id)) == pdf()
    key = home / "documents.key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_the_same_file_for_the_same_entry_is_kept_once(person, ecg):
    assert attach(person, ecg.id, png()).id == attach(person, ecg.id, png()).id
    assert Document.objects.count() == 1


def test_the_key_may_come_from_the_settings(person, ecg, home, settings):
    settings.UNLOOP_DOCUMENTS_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert open_document(attach(person, ecg.id, png())) == png()
    assert not (home / "documents.key").exists()


@pytest.mark.parametrize("change", ["bytes", "place", "key"])
def test_what_was_changed_moved_or_sealed_otherwise_is_not_opened_and_that_is_recorded(
    person, ecg, settings, change
):
    kept = attach(person, ecg.id, png())
    if change == "bytes":
        kept.sealed = kept.sealed[:-1] + bytes([kept.sealed[-1] ^ 1])
    elif change == "place":
        kept.sealed = attach(person, ecg.id, pdf()).sealed
    else:
        settings.UNLOOP_DOCUMENTS_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    with pytest.raises(SealBroken):
        open_document(kept)
    assert AuditEntry.objects.filter(action="chart.document.read", outcome="failed").count() == 1


def test_no_document_is_changed_or_removed(person, ecg):
    kept = attach(person, ecg.id, png())
    for verb in ("delete", "save"):
        with pytest.raises(TypeError):
            getattr(kept, verb)()


# --- the pages ----------------------------------------------------------------------------------------------


def test_a_document_is_attached_and_comes_out_as_a_download_that_cannot_run(send, tab, person, ecg):
    assert send(pdf(), "Ansel Quill ECG.html", ecg.id).status_code == 302
    kept = Document.objects.get()
    answer = tab.get(reverse("chart:document", args=[person.id, kept.id]))
    assert answer.content == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="weight-{kept.at:%Y-%m-%d}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert "chart.document.attached" in actions
    assert "chart.document.read" in actions


def test_the_wrong_kind_is_refused_by_name_of_what_is_taken_and_the_choice_stays(send, ecg):
    answer = send(b"MZ program", "ecg.pdf", ecg.id)
    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "a PDF, PNG or JPEG file of at most 10 MB" in text
    assert f'<option value="{ecg.id}" selected>' in text
    assert not Document.objects.exists()


def test_no_entry_and_no_file_are_both_said(send, ecg):
    answer = send(b"", "x.pdf")
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') == 2


def test_a_document_of_somebody_else_is_not_found(provider, tab, person, ecg):
    kept = attach(person, ecg.id, png())
    with acting(provider.as_actor()):
        other = make_person(Person(given="Wren", family="Other"))
    assert tab.get(reverse("chart:document", args=[other.id, kept.id])).status_code == 404


def test_an_entry_of_somebody_else_is_refused(provider, person, ecg):
    other = make_person(Person(given="Wren", family="Other"))
    with pytest.raises(InputRefused):
        attach(other, ecg.id, png())


def test_the_list_asks_little_of_the_database_and_reads_no_content(tab, person, ecg):
    for size in range(1, 6):
        attach(person, ecg.id, png(width=size))
    address = reverse("chart:documents", args=[person.id])
    tab.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = tab.get(address)
    assert answer.content.decode().count("Download") == 5
    assert len(asked) <= 15
    assert not any('"sealed"' in one["sql"] for one in asked)


def test_a_refused_file_is_told_in_words_as_they_are_written(send, ecg):
    text = send(b"<html>", "report.pdf", ecg.id).content.decode()
    assert "Another kind of file was given; what is taken: a PDF, PNG or JPEG file of at most 10 MB." in text
    assert "Save or print it as a PDF, PNG or JPEG." in text
