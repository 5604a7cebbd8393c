"""The ways out: what is handed over, under which key, and what counts as taken."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from django.core import mail

from unloop.clinic.work.messages.backends import Console, NotTaken, Outgoing, Smtp, Webhook, is_safe, way_out

MESSAGE = Outgoing("0123456789abcdef", "email", "ansel@example.org", "Something waits", "Open the link.")


class Hook(BaseHTTPRequestHandler):
    """An address that answers as it is told and remembers what it was sent."""

    status = 200
    seen: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[str]:
    """Serves the address while a test runs."""
    Hook.status, Hook.seen[:] = 200, []
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/messages"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_sent_the_message_with_its_key_and_its_seal(hook: str) -> None:
    Webhook(hook, "secret").send(MESSAGE)
    ((headers, body),) = Hook.seen
    assert headers["idempotency-key"] == MESSAGE.key
    assert headers["x-unloop-signature"] == hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert json.loads(body) == {"key": MESSAGE.key, "channel": "email", "to": "ansel@example.org",
                                "subject": "Something waits", "text": "Open the link."}  # fmt: skip


@pytest.mark.parametrize(("status", "for_good"), [(302, False), (400, True), (401, False), (422, True), (429, False), (503, False)])  # fmt: skip
def test_any_other_answer_is_not_a_yes(hook: str, status, for_good) -> None:
    Hook.status = status
    with pytest.raises(NotTaken) as refused:
        Webhook(hook).send(MESSAGE)
    assert (refused.value.fault, refused.value.for_good) == (f"http-{status}", for_good)
    assert len(Hook.seen) == 1


def test_an_address_that_nobody_serves_is_tried_again() -> None:
    with pytest.raises(NotTaken) as refused:
        Webhook("http://127.0.0.1:9/").send(MESSAGE)
    assert not refused.value.for_good


def test_a_mail_carries_the_key_as_its_message_id() -> None:
    Smtp("post@clinic.example", "The clinic").send(MESSAGE)
    (sent,) = mail.outbox
    assert sent.extra_headers["Message-ID"] == "<0123456789abcdef@clinic.example>"
    assert (sent.to, sent.from_email) == (["ansel@example.org"], "The clinic <post@clinic.example>")


@pytest.mark.parametrize(("error", "fault", "for_good"), [
    (smtplib.SMTPRecipientsRefused({"x": (550, b"")}), "smtp-recipient", True),
    (smtplib.SMTPRecipientsRefused({"x": (450, b"")}), "smtp-recipient", False),
    (smtplib.SMTPAuthenticationError(535, b""), "smtp-535", False),
    (smtplib.SMTPDataError(554, b""), "smtp-554", True),
    (smtplib.SMTPServerDisconnected(), "SMTPServerDisconnected", False),
    (TimeoutError(), "TimeoutError", False),
])  # fmt: skip
def test_what_a_mail_server_refuses_is_told_apart(monkeypatch, error, fault, for_good) -> None:
    def send(_mail: object) -> None:
        raise error

    monkeypatch.setattr(mail.EmailMessage, "send", send)
    with pytest.raises(NotTaken) as refused:
        Smtp("post@clinic.example").send(MESSAGE)
    assert (refused.value.fault, refused.value.for_good) == (fault, for_good)


def test_the_console_prints(capsys: pytest.CaptureFixture[str]) -> None:
    Console().send(MESSAGE)
    assert "Open the link." in capsys.readouterr().out


def test_a_demo_reaches_nobody_whatever_is_set_up(settings) -> None:
    settings.UNLOOP_MAIL_FROM, settings.UNLOOP_WEBHOOK_URL = "post@clinic.example", "https://hook.example"
    assert isinstance(way_out("email", demo=True), Console)


def test_the_way_out_is_what_is_set_up(settings) -> None:
    settings.UNLOOP_MAIL_FROM, settings.UNLOOP_WEBHOOK_URL, settings.UNLOOP_MESSAGES = "", "", ""
    assert way_out("email", demo=False) is None
    settings.UNLOOP_MESSAGES = "console"
    assert isinstance(way_out("text", demo=False), Console)
    settings.UNLOOP_WEBHOOK_URL, settings.UNLOOP_WEBHOOK_SECRET = "https://hook.example", "s"
    assert way_out("text", demo=False) == Webhook("https://hook.example", "s")
    settings.UNLOOP_MAIL_FROM = "post@clinic.example"
    assert way_out("email", demo=False, clinic="C") == Smtp("post@clinic.example", "C")
    assert isinstance(way_out("text", demo=False), Webhook)


@pytest.mark.parametrize(("address", "safe"), [
    ("https://hook.example/x", True), ("http://127.0.0.1:8/x", True), ("http://hook.example/x", False),
    ("file:///etc/passwd", False), ("", False),
])  # fmt: skip
def test_messages_leave_over_tls_or_to_this_machine(address, safe) -> None:
    assert is_safe(address) is safe
