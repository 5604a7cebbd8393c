"""A data folder that cannot be used is said in one sentence, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from unloop.cli.home import HomeRefused, open_clinic, refuse_demo_home, use_demo_home


@pytest.fixture
def in_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of the test's own, named in the environment; what the commands set there is undone."""
    for name in ("UNLOOP_DEMO", "UNLOOP_DATABASE_URL", "UNLOOP_ORIGIN"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("UNLOOP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize("turn_to", [use_demo_home, refuse_demo_home])
def test_a_file_that_is_no_database_is_not_served(in_home: Path, turn_to: object) -> None:
    in_home.mkdir()
    (in_home / "db.sqlite3").write_text("notes of somebody")
    with pytest.raises(HomeRefused, match="not a database"):
        turn_to()


def test_no_command_opens_a_file_that_is_no_database(
    in_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_home.mkdir()
    (in_home / "db.sqlite3").write_text("notes of somebody")
    with pytest.raises(typer.Exit):
        open_clinic()
    assert "name another folder in UNLOOP_HOME" in capsys.readouterr().err


def test_a_home_that_is_a_file_is_said(in_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_home.write_text("a file")
    with pytest.raises(typer.Exit):
        open_clinic()
    said = capsys.readouterr().err
    assert f"{in_home} cannot be the data folder" in said
    assert in_home.read_text() == "a file"
