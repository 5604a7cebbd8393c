"""Sealing documents: AES-256-GCM with a key of this installation, each document bound to its place in the record."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_FILE = "documents.key"
_NONCE = 12


class SealBroken(ValueError):
    """Sealed bytes were changed, moved to another document, or sealed with another key."""


def seal(data: bytes, *, document: UUID, person: UUID) -> bytes:
    """Sealed bytes that open only as this document of this person."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, data, document.bytes + person.bytes)


def unseal(sealed: bytes, *, document: UUID, person: UUID) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: these are not the bytes that were sealed as this document of this person with this key.
    """
    try:
        return AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], document.bytes + person.bytes)
    except InvalidTag as error:
        raise SealBroken("a sealed document cannot be opened") from error


def _key() -> bytes:
    return base64.urlsafe_b64decode(settings.UNLOOP_DOCUMENTS_KEY or _kept_key(Path(settings.HOME)))


def _kept_key(home: Path) -> str:
    """Drawn once, for the owner of the folder alone, then read back."""
    file = home / _FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    key = AESGCM.generate_key(256)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(base64.urlsafe_b64encode(key).decode())
        handle.flush()
        os.fsync(handle.fileno())
    return base64.urlsafe_b64encode(key).decode()
