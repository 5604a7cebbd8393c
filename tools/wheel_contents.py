"""Build the wheel and prove that it holds every tracked file of the package, and nothing else.

The protocol, the instruments, the dictionary, templates and scripts are data beside the code; a wheel that lacks
one of them installs well and fails in front of a patient.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCE = "src/"
PACKAGE = "unloop/"


def main(keep_in: Path | None) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        wheel = build(keep_in or Path(scratch))
        with zipfile.ZipFile(wheel) as archive:
            packed = {name for name in archive.namelist() if name.startswith(PACKAGE)}
            stray = {name.split("/")[0] for name in archive.namelist()} - {PACKAGE.rstrip("/")}
    tracked = tracked_files_of_the_package()
    faults = [f"missing in the wheel: {name}" for name in sorted(tracked - packed)]
    faults += [f"in the wheel, but not tracked: {name}" for name in sorted(packed - tracked)]
    faults += [f"beside the package: {name}" for name in sorted(stray) if not name.endswith(".dist-info")]
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        data = sum(not name.endswith((".py", ".pyi")) for name in packed)
        print(f"{wheel.name}: {len(packed)} files, {data} of them data, as tracked")
    return 1 if faults else 0


def build(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return max(folder.glob("*.whl"), key=lambda wheel: wheel.stat().st_mtime)


def tracked_files_of_the_package() -> set[str]:
    command = ["git", "ls-files", "-z", "--", SOURCE + PACKAGE]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name.removeprefix(SOURCE) for name in listing.split("\0") if name}


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
