"""The environment is made once, renewed when a lock changes, and never loses what development put into it."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program over a checkout of its own, with installing replaced by taking notes."""
    spec = importlib.util.spec_from_file_location("bootstrap", REPOSITORY / "tools" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    for name in ("bootstrap", "run", "test"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(name)
    (tmp_path / "pyproject.toml").touch()
    module.ROOT, module.VENV = tmp_path, tmp_path / ".venv"
    module.NOTE = module.VENV / "unloop-set.json"
    module.installed = []

    def install(wanted: str) -> None:
        module.python().parent.mkdir(parents=True, exist_ok=True)
        module.python().touch()
        module.installed.append(wanted)

    monkeypatch.setattr(module, "install", install)
    return module


def test_the_second_call_finds_nothing_to_do(bootstrap: ModuleType) -> None:
    assert [bootstrap.main("run"), bootstrap.main("run")] == [0, 0]
    assert bootstrap.installed == ["run"]


def test_development_adds_to_what_a_newcomer_had(bootstrap: ModuleType) -> None:
    bootstrap.main("run")
    bootstrap.main("test")
    assert bootstrap.installed == ["run", "test"]


def test_serving_takes_nothing_away_from_development(bootstrap: ModuleType) -> None:
    bootstrap.main("test")
    assert bootstrap.main("run") == 0
    assert bootstrap.installed == ["test"]


@pytest.mark.parametrize(
    "changed", ["requirements/test.lock", "requirements/bootstrap.lock", "pyproject.toml"]
)
def test_a_changed_lock_renews_the_set_that_was_held(bootstrap: ModuleType, changed: str) -> None:
    bootstrap.main("test")
    (bootstrap.ROOT / changed).write_text("changed")
    bootstrap.main("run")
    assert bootstrap.installed == ["test", "test"]


def test_an_environment_without_its_python_is_made_again(bootstrap: ModuleType) -> None:
    bootstrap.main("run")
    bootstrap.python().unlink()
    bootstrap.main("run")
    assert bootstrap.installed == ["run", "run"]


def test_a_failed_step_is_named_and_not_taken_for_done(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.main("run")
    (bootstrap.ROOT / "pyproject.toml").write_text("changed")

    def fail(wanted: str) -> None:
        raise subprocess.CalledProcessError(1, ["uv", "pip", "sync"])

    monkeypatch.setattr(bootstrap, "install", fail)
    assert bootstrap.main("run") == 1
    assert "uv pip sync" in capsys.readouterr().err
    assert not bootstrap.NOTE.exists()


def test_an_older_python_is_told_what_is_needed(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    assert bootstrap.main("run") == 1
    assert "PYTHON=" in capsys.readouterr().err
    assert bootstrap.installed == []
