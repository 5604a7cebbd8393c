"""`unloop serve` and `unloop audit verify` as a newcomer types them, in homes of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

MAIN = "from unloop.cli import main; main()"
PATIENCE_S = 120


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNLOOP_", "DJANGO_"))}
    return {**kept, "UNLOOP_HOME": str(home), "PYTHONWARNINGS": "default", **more}


def unloop(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(home: Path, *arguments: str) -> Iterator[tuple[str, str]]:
    """A clinic that is really served: what it printed first, and its address."""
    port = free_port()
    command = [sys.executable, "-c", MAIN, "serve", "--port", str(port), *arguments]
    with subprocess.Popen(
        command, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        try:
            printed = server.stdout.readline()
            assert "http://" in printed, printed + server.stdout.read()
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/healthz")
            yield printed, address
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_S)


def wait_for(address: str) -> None:
    for _ in range(PATIENCE_S * 10):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer")


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
        return answer.read().decode()


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A demo that was served once, and its sign-in page."""
    home = tmp_path_factory.mktemp("demo-home")
    with served(home, "--demo") as (printed, address):
        assert "made up" in printed
        seen = page(address)
    yield home, seen
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, str]]:
    """A home that was served for real once, with what it printed and the page behind the printed address."""
    home = tmp_path_factory.mktemp("real-home")
    with served(home) as (printed, _address):
        found = re.search(r"http://\S+", printed)
        assert found is not None
        seen = page(found.group())
    yield home, printed, seen
    shutil.rmtree(home, ignore_errors=True)


def test_a_demo_opens_with_one_button_for_each_made_up_member_of_staff(demo_home: tuple[Path, str]) -> None:
    _home, seen = demo_home
    assert seen.count('name="user"') == 6
    assert "<b>DEMO</b>" in seen


def test_a_demo_lives_in_its_own_folder(demo_home: tuple[Path, str]) -> None:
    home, _seen = demo_home
    assert (home / "demo" / "db.sqlite3").is_file()
    assert not (home / "db.sqlite3").exists()


def test_a_demos_trail_verifies_and_was_sealed_when_it_stopped(demo_home: tuple[Path, str]) -> None:
    home, _seen = demo_home
    run = unloop(home / "demo", "audit", "verify", "--json")
    verdict = json.loads(run.stdout)
    assert run.returncode == 0, run.stderr
    assert verdict["ok"] is True
    assert verdict["entries"] > 0
    assert verdict["seals"] > 0
    assert verdict["unsealed"] == 0
    assert verdict["first_broken"] is None


def test_a_touched_trail_is_found_by_the_command(demo_home: tuple[Path, str], tmp_path: Path) -> None:
    home, _seen = demo_home
    copy = tmp_path / "copy"
    shutil.copytree(home / "demo", copy)
    with closing(sqlite3.connect(copy / "db.sqlite3")) as connection:
        (trigger,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'unloop_keep_audit_entry_update'"
        ).fetchone()
        connection.execute("DROP TRIGGER unloop_keep_audit_entry_update")
        connection.execute("UPDATE audit_entry SET action = 'nothing' WHERE sequence = 3")
        connection.execute(trigger)
        connection.commit()
    run = unloop(copy, "audit", "verify", "--json")
    assert run.returncode == 1
    assert json.loads(run.stdout)["first_broken"] == 3
    assert "touched at entry 3" in unloop(copy, "audit", "verify").stderr


def test_a_demo_is_never_served_without_saying_demo(demo_home: tuple[Path, str]) -> None:
    home, _seen = demo_home
    run = unloop(home / "demo", "serve")
    assert run.returncode == 2
    assert "holds a demo clinic" in run.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "clinic.example"])  # noqa: S104
def test_a_demo_is_served_to_this_machine_alone(tmp_path: Path, host: str) -> None:
    run = unloop(tmp_path, "serve", "--demo", "--host", host)
    assert run.returncode == 2
    assert "this machine alone" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_first_run_prints_an_address_with_a_token_that_opens_the_set_up(
    real_home: tuple[Path, str, str],
) -> None:
    _home, printed, seen = real_home
    token = printed.split("token=")[1].split()[0]
    assert len(token) >= 22  # 128 bits
    assert 'name="owner_name"' in seen
    assert "DEMO" not in seen


def test_a_real_clinics_home_holds_no_demo(real_home: tuple[Path, str, str]) -> None:
    home, _printed, _seen = real_home
    run = unloop(home, "serve", "--demo")
    assert run.returncode == 2
    assert "real clinic" in run.stderr
    assert not (home / "demo").exists()


def test_a_real_clinic_in_the_demo_folder_is_refused(
    real_home: tuple[Path, str, str], tmp_path: Path
) -> None:
    home, _printed, _seen = real_home
    shutil.copytree(home, tmp_path / "demo")
    run = unloop(tmp_path, "serve", "--demo")
    assert run.returncode == 2
    assert "real clinic" in run.stderr


def test_a_network_address_needs_an_https_name(tmp_path: Path) -> None:
    run = unloop(tmp_path, "serve", "--host", "0.0.0.0")  # noqa: S104
    assert run.returncode == 2
    assert "UNLOOP_ORIGIN" in run.stderr


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = unloop(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert run.returncode == 2
    assert "name another --port" in run.stderr


def test_verifying_an_empty_home_migrates_it_and_finds_nothing_touched(tmp_path: Path) -> None:
    run = unloop(tmp_path, "audit", "verify")
    assert run.returncode == 0, run.stderr
    assert "whole: 0 entries" in run.stdout


def test_files_of_a_home_are_for_their_owner_alone(real_home: tuple[Path, str, str]) -> None:
    home, _printed, _seen = real_home
    for file in home.rglob("*"):
        if file.is_file():
            assert file.stat().st_mode & 0o077 == 0, file.name
