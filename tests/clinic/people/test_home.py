"""The data folder: kept for its owner alone, whole after a crash, readable without Django."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from unloop.clinic.people import home
from unloop.clinic.people.home import AnotherDocumentUnderThisVersion, SeenProtocol

FIRST = SeenProtocol("ocd-ivket", "1.0.0", "a" * 64)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_the_one_named_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UNLOOP_HOME", str(tmp_path / "here"))
    assert home.path() == tmp_path / "here"
    monkeypatch.setenv("UNLOOP_HOME", "~/there")
    assert home.path() == Path.home() / "there"


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_name_it_is_the_platforms_folder_for_data(
    monkeypatch: pytest.MonkeyPatch, nothing: str | None
) -> None:
    monkeypatch.delenv("UNLOOP_HOME")
    if nothing is not None:
        monkeypatch.setenv("UNLOOP_HOME", nothing)
    assert home.path().name == "unloop"


def test_folder_and_key_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    key = home.secret_key(folder)
    assert mode(folder) == 0o700
    assert mode(folder / "secret.key") == 0o600
    assert len(key) >= 50


def test_the_key_is_drawn_once(tmp_path: Path) -> None:
    assert home.secret_key(tmp_path) == home.secret_key(tmp_path)
    assert home.secret_key(tmp_path) != home.secret_key(tmp_path / "another")


def test_a_protocol_once_seen_is_remembered(tmp_path: Path) -> None:
    assert home.seen_versions(tmp_path) == {}
    home.remember_protocol(tmp_path, FIRST)
    home.remember_protocol(tmp_path, FIRST)
    second = SeenProtocol("ocd-ivket", "1.1.0", "b" * 64)
    home.remember_protocol(tmp_path, second)
    assert home.seen_protocols(tmp_path) == (FIRST, second)
    assert mode(tmp_path / "protocols-seen.json") == 0o600


def test_other_bytes_under_a_seen_version_are_refused(tmp_path: Path) -> None:
    home.remember_protocol(tmp_path, FIRST)
    with pytest.raises(AnotherDocumentUnderThisVersion, match="new version"):
        home.remember_protocol(tmp_path, SeenProtocol("ocd-ivket", "1.0.0", "b" * 64))
    assert home.seen_protocols(tmp_path) == (FIRST,)


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.remember_protocol(tmp_path, FIRST)

    def crash(_descriptor: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="no space"):
        home.remember_protocol(tmp_path, SeenProtocol("ocd-ivket", "1.1.0", "b" * 64))
    assert home.seen_protocols(tmp_path) == (FIRST,)


def test_a_signature_is_kept_with_its_document(tmp_path: Path) -> None:
    home.keep_adopted_protocol(tmp_path, {"sha256": "c" * 64, "id": "x"}, b"bytes")
    assert home.adopted_protocols(tmp_path) == ({"sha256": "c" * 64, "id": "x"},)
    assert home.adopted_document(tmp_path, "c" * 64) == b"bytes"
    assert home.adopted_document(tmp_path, "d" * 64) is None


def test_a_folder_without_a_database_holds_nothing(tmp_path: Path) -> None:
    import sqlite3

    assert home.kind(tmp_path) is None
    sqlite3.connect(tmp_path / home.DATABASE).close()
    assert home.kind(tmp_path) is None


@pytest.mark.parametrize(("demo", "kind"), [(0, "clinic"), (1, "demo")])
def test_a_database_says_what_it_is(tmp_path: Path, demo: int, kind: str) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / home.DATABASE)
    connection.execute("CREATE TABLE people_installation (id, demo)")
    connection.commit()
    assert home.kind(tmp_path) is None
    connection.execute("INSERT INTO people_installation VALUES (1, ?)", [demo])
    connection.commit()
    connection.close()
    assert home.kind(tmp_path) == kind


def test_a_file_that_is_no_database_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / home.DATABASE).write_text("notes of somebody")
    with pytest.raises(home.NoDatabase, match="restore a backup"):
        home.kind(tmp_path)
    assert (tmp_path / home.DATABASE).read_text() == "notes of somebody"


def test_the_folder_is_read_without_django() -> None:
    code = "import sys, unloop.clinic.people.home, unloop.cli.home; assert 'django' not in sys.modules"
    program = f"import types; p = types.ModuleType('unloop.cli'); {code}"
    subprocess.run([sys.executable, "-c", program], check=True)
