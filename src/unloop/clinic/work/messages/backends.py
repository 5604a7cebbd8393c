"""The ways out: the console, a mail server, or an address of the clinic's own that passes messages on.

To add a way out, write a class with `send`, and a line in `way_out`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import sys
from dataclasses import dataclass
from email.utils import formataddr
from http import HTTPStatus
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

WAIT_SECONDS = 20
"""A way out answers within so many seconds, or is tried again; shorter than the lease of a message."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is handed over.

    Attributes:
        key: the same at every attempt, so that whoever takes the message can tell that they have it; says nothing.
        channel: `email` or `text`.
    """

    key: str
    channel: str
    to: str
    subject: str
    text: str


class NotTaken(Exception):
    """The way out did not take the message.

    Attributes:
        fault: a code without words, e.g. `http-503`.
        for_good: whether another attempt would be refused as well.
    """

    def __init__(self, fault: str, *, for_good: bool = False) -> None:
        super().__init__(fault)
        self.fault, self.for_good = fault, for_good


class Backend(Protocol):
    """A way out of the clinic."""

    def send(self, message: Outgoing) -> None:
        """Hand a message over, or raise `NotTaken`."""


@dataclass(frozen=True, slots=True)
class Console:
    """Prints instead of sending: for the demo and for trying out."""

    def send(self, message: Outgoing) -> None:
        """Print it."""
        lines = (
            f"--- {message.channel} to {message.to} [{message.key}]",
            message.subject,
            message.text,
            "---",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server, through Django. The key becomes the Message-ID, by which mail servers know a second copy."""

    sender: str
    clinic: str = ""

    def send(self, message: Outgoing) -> None:
        """Hand it to the mail server."""
        domain = self.sender.rpartition("@")[2]
        mail = EmailMessage(
            subject=message.subject, body=message.text, to=[message.to], from_email=formataddr((self.clinic, self.sender)),
            headers={"Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=WAIT_SECONDS),
        )  # fmt: skip
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _said in refused.recipients.values()]
            raise NotTaken("smtp-recipient", for_good=all(code >= 500 for code in codes)) from None
        except smtplib.SMTPResponseException as refused:
            raise NotTaken(f"smtp-{refused.smtp_code}", for_good=_for_good(refused)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken(type(error).__name__) from None


def _for_good(refused: smtplib.SMTPResponseException) -> bool:
    """A server that knows us and says no; one that does not let us in may have been set up wrongly for a while."""
    return refused.smtp_code >= 500 and not isinstance(refused, smtplib.SMTPAuthenticationError)


class _NoDetour(HTTPRedirectHandler):
    """A message goes to the address that was configured, and to no other."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Refused: the answer stays the redirect itself, which is not a yes."""
        return


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes each message as JSON and passes it on, e.g. to a provider of text messages.

    The key stands in the header Idempotency-Key; with a secret, X-Unloop-Signature holds the HMAC-SHA256 of the body.
    """

    address: str
    secret: str = ""

    def send(self, message: Outgoing) -> None:
        """Post it; any answer in the 200s is a yes."""
        body = json.dumps({
            "key": message.key, "channel": message.channel, "to": message.to, "subject": message.subject,
            "text": message.text,
        }).encode()  # fmt: skip
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        if self.secret:
            headers["X-Unloop-Signature"] = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        request = Request(self.address, data=body, headers=headers, method="POST")  # noqa: S310 - checked in `way_out`
        try:
            with build_opener(_NoDetour).open(request, timeout=WAIT_SECONDS):
                return
        except HTTPError as error:
            error.close()
            raise NotTaken(f"http-{error.code}", for_good=_is_no(error.code)) from None
        except (URLError, OSError) as error:
            raise NotTaken(type(error).__name__) from None


def _is_no(status: int) -> bool:
    """Whether the message itself was refused; being asked to wait, or kept out, is tried again."""
    patient = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_TIMEOUT,
               HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}  # fmt: skip
    return 400 <= status < 500 and status not in patient


def way_out(channel: str, *, demo: bool, clinic: str = "") -> Backend | None:
    """The way out for a channel as this installation is set up; None where there is none.

    A demo reaches nobody: its messages are printed.
    """
    if demo:
        return Console()
    if channel == "email" and settings.UNLOOP_MAIL_FROM:
        return Smtp(settings.UNLOOP_MAIL_FROM, clinic)
    address = settings.UNLOOP_WEBHOOK_URL
    if address and is_safe(address):
        return Webhook(address, settings.UNLOOP_WEBHOOK_SECRET)
    return Console() if settings.UNLOOP_MESSAGES == "console" else None


def is_safe(address: str) -> bool:
    """Whether messages may be posted there: over TLS, or to this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    )
