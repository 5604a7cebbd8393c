"""The data folder `UNLOOP_HOME`: database, keys, signed protocols, backups. No Django, so every command can read it.

Everything here is kept for the person who runs the clinic alone: folders are made 0700, files 0600.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

DATABASE = "db.sqlite3"
DEMO = "demo"
_SECRET = "secret.key"  # noqa: S105 - the name of the file, not what is in it
_SEEN = "protocols-seen.json"
_ADOPTED = "protocols-adopted.json"


@dataclass(frozen=True, slots=True)
class SeenProtocol:
    """A protocol document that this installation has once read: who it said it was, and what it was."""

    id: str
    version: str
    sha256: str


class NoDatabase(ValueError):
    """A file stands where the database belongs and is none; it is neither read nor written over."""


class AnotherDocumentUnderThisVersion(ValueError):
    """The same protocol id and version came with other bytes; a changed document needs a new version."""


def path() -> Path:
    """`UNLOOP_HOME`, or the platform's folder for a user's data."""
    given = os.environ.get("UNLOOP_HOME") or platformdirs.user_data_dir("unloop", appauthor=False)
    return Path(given).expanduser().absolute()


def demo(home: Path) -> Path:
    """The only folder in which a demo clinic lives."""
    return home / DEMO


def make(home: Path) -> Path:
    """The folder, made for its owner alone if it was not there."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def kind(home: Path) -> str | None:
    """What the database in this home says it is: "demo", "clinic", or None while nothing was written into it.

    Raises:
        NoDatabase: the file is none.
    """
    file = home / DATABASE
    if not file.is_file():
        return None
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT demo FROM people_installation").fetchone()
        except sqlite3.OperationalError:  # no such table: an empty home
            return None
        except sqlite3.DatabaseError:
            raise NoDatabase(
                f"{file} is not a database that can be read; restore a backup or name another folder in UNLOOP_HOME"
            ) from None
    if row is None:
        return None
    return "demo" if row[0] else "clinic"


def secret_key(home: Path) -> str:
    """The installation's signing key: drawn once, then read back."""
    file = make(home) / _SECRET
    try:
        with _exclusive(file) as handle:
            handle.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii").strip()


def seen_protocols(home: Path) -> tuple[SeenProtocol, ...]:
    """Every protocol version that this installation has read, in the order in which it met them."""
    return tuple(SeenProtocol(**entry) for entry in _read_list(home / _SEEN))


def seen_versions(home: Path) -> dict[tuple[str, str], str]:
    """The sha256 under which each (id, version) was seen: what `unloop.protocol.load` takes as `seen`."""
    return {(known.id, known.version): known.sha256 for known in seen_protocols(home)}


def remember_protocol(home: Path, protocol: SeenProtocol) -> None:
    """Add a protocol to those seen.

    Raises:
        AnotherDocumentUnderThisVersion: this id and version were seen with other bytes.
    """
    seen = seen_protocols(home)
    for known in seen:
        if (known.id, known.version) == (protocol.id, protocol.version):
            if known.sha256 != protocol.sha256:
                raise AnotherDocumentUnderThisVersion(
                    f"{protocol.id} {protocol.version} was seen with sha256 {known.sha256[:12]}, "
                    f"now {protocol.sha256[:12]}; give the changed document a new version"
                )
            return
    _write_list(make(home) / _SEEN, [*(asdict(known) for known in seen), asdict(protocol)])


def adopted_protocols(home: Path) -> tuple[dict[str, Any], ...]:
    """The signatures kept beside the database: id, version, sha256, approved_by, name, role, signed_at."""
    return tuple(_read_list(home / _ADOPTED))


def keep_adopted_protocol(home: Path, signature: dict[str, Any], document: bytes) -> None:
    """Keep a signature and the signed bytes outside the database, so that either can witness for the other."""
    folder = make(home) / "protocols"
    folder.mkdir(mode=0o700, exist_ok=True)
    _replace(folder / f"{signature['sha256']}.toml", document)
    _write_list(home / _ADOPTED, [*adopted_protocols(home), signature])


def adopted_document(home: Path, sha256: str) -> bytes | None:
    """The bytes of an adopted protocol, or None when this home has none with that hash."""
    file = home / "protocols" / f"{sha256}.toml"
    return file.read_bytes() if file.is_file() else None


def _read_list(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    entries: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return entries


def _write_list(file: Path, entries: list[dict[str, Any]]) -> None:
    _replace(file, (json.dumps(entries, ensure_ascii=False, indent=1) + "\n").encode())


def _replace(file: Path, content: bytes) -> None:
    """Write beside, flush, then swap, so that a crash leaves the old file or the new one."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    Path(name).replace(file)


def _exclusive(file: Path) -> Any:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii")
