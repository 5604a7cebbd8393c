"""Make `.venv` hold one of the two locked sets of packages: `run`, or `test`, which contains `run`.

Called by the Makefile with the system's Python, so it uses the standard library only. What was installed is noted
in `.venv/unloop-set.json`; when nothing changed since, it returns at once. An environment that holds the test set
keeps it: `make run` after `make test` takes nothing away.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NOTE = VENV / "unloop-set.json"
OLDEST = (3, 11)
SETS = ("run", "test")
DEBIAN_HINT = """\
This Python cannot make environments or install packages. On Debian and Ubuntu:

    apt-get install python3-venv python3-pip

Elsewhere, install Python 3.11 or newer with pip, or name one: make run PYTHON=python3.12
"""


def main(asked: str) -> int:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        say(f"Unloop needs Python 3.11 or newer; this is {found}. Name another: make run PYTHON=python3.12")
        return 1
    held = note_of_what_is_installed()
    wanted = "test" if "test" in (asked, held.get("set")) else "run"
    if held == note_for(wanted) and python().exists():
        return 0
    say(f"Preparing .venv with the locked packages ({wanted} set); this is done once.")
    NOTE.unlink(missing_ok=True)
    try:
        install(wanted)
    except subprocess.CalledProcessError as failure:
        say(f"This step failed: {' '.join(map(str, failure.cmd))}")
        return 1
    NOTE.write_text(json.dumps(note_for(wanted)), encoding="utf-8")
    return 0


def install(wanted: str) -> None:
    """With uv where it can be had (seconds), else with pip (minutes); both check the same hashes."""
    lock = lock_of(wanted)
    if make_environment_with_uv():
        uv = scripts() / "uv"
        into = ("--python", python())
        call(uv, "pip", "sync", "--quiet", *into, "--require-hashes", lock_of("bootstrap"), lock)
        call(uv, "pip", "install", "--quiet", *into, "--no-deps", "--no-build-isolation", "--editable", ROOT)
        return
    say("uv could not be installed here; pip does the same, more slowly.")
    make_environment_with_pip()
    pip = (python(), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    call(*pip, "--require-hashes", "--requirement", lock)
    call(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)


def make_environment_with_uv() -> bool:
    """An environment without pip, since `ensurepip` is slow and often missing; uv goes into it by the system's pip."""
    if (scripts() / "uv").exists() and works(scripts() / "uv", "--version") and works(python(), "--version"):
        return True
    if importlib.util.find_spec("pip") is None:
        return False
    shutil.rmtree(VENV, ignore_errors=True)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python())
    return works(sys.executable, "-m", "venv", "--without-pip", VENV) and works(
        *pip, "install", "--quiet", "--require-hashes", "--requirement", lock_of("bootstrap")
    )


def make_environment_with_pip() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    if not works(sys.executable, "-m", "venv", VENV):
        say(DEBIAN_HINT)
        raise SystemExit(1)


def note_of_what_is_installed() -> dict[str, str]:
    try:
        note: dict[str, str] = json.loads(NOTE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note


def note_for(wanted: str) -> dict[str, str]:
    """What an up-to-date environment says of itself: a digest over all that decides its content."""
    digest = hashlib.sha256(str(ROOT).encode())
    for source in (lock_of("bootstrap"), lock_of(wanted), ROOT / "pyproject.toml"):
        digest.update(source.read_bytes())
    return {"set": wanted, "digest": digest.hexdigest()}


def lock_of(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"


def scripts() -> Path:
    return VENV / ("Scripts" if os.name == "nt" else "bin")


def python() -> Path:
    return scripts() / ("python.exe" if os.name == "nt" else "python")


def call(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)


def works(*command: str | Path) -> bool:
    """Whether the command ran to its end; its own words are shown only where it did not."""
    try:
        run = subprocess.run(
            [str(part) for part in command], check=False, cwd=ROOT, capture_output=True, text=True
        )
    except OSError:
        return False
    if run.returncode:
        say(run.stderr.strip())
    return run.returncode == 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if sys.argv[1:] not in ([SETS[0]], [SETS[1]]):
        say("usage: bootstrap.py run|test")
        raise SystemExit(2)
    raise SystemExit(main(sys.argv[1]))
