"""Refuse names of package registries, addresses in locks and paths of one machine in any tracked file.

A lock or a script that names a host works only where that host is reached, and tells where it was made. The
patterns are written so that this file does not match itself.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

REGISTRIES = re.compile(
    r"\bpyp[i]\.(?:org|io)\b|python[h]osted\.|\bnpm[j]s\.(?:org|com)\b|\byarn[p]kg\.com\b|\banac[o]nda\.(?:org|com)\b"
    r"|\bcrate[s]\.io\b|\bproxy\.gol[a]ng\.|\brub[y]gems\.org\b|\bdeb\.deb[i]an\.org\b|\b(?:archive|security)\.ub[u]ntu\."
    r"|\bunp[k]g\.com\b|\bjsd[e]livr\.net\b|\bcdn[j]s\.(?:com|cloudflare)\b|\bghc[r]\.io\b|\bqua[y]\.io\b|\bdock[e]r\.io\b"
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.-])/(?:wor[k]/(?:main|shared|brief|steering|\.)|far[m]/|roo[t]/|hom[e]/\w+/|User[s]/\w+/)"
)
ADDRESS = re.compile(r":/{2}")


def main() -> int:
    found = [line for path in tracked_files() for line in faults_of(path)]
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print(
            f"{len(found)} lines name a registry, an address or a machine; take the names out",
            file=sys.stderr,
        )
    return 1 if found else 0


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return [path for name in listing.split("\0") if name and (path := Path(name)).is_file()]


def faults_of(path: Path) -> list[str]:
    content = path.read_bytes()
    if b"\0" in content[:8000]:
        return []
    lines = content.decode("utf-8", errors="replace").splitlines()
    return [
        f"{path}:{number}: {why}: {line.strip()[:100]}"
        for number, line in enumerate(lines, start=1)
        if (why := fault_of(line, is_lock=path.suffix == ".lock"))
    ]


def fault_of(line: str, *, is_lock: bool) -> str | None:
    if REGISTRIES.search(line):
        return "package registry"
    if MACHINE_PATHS.search(line):
        return "path of one machine"
    if is_lock and ADDRESS.search(line):
        return "address in a lock"
    return None


if __name__ == "__main__":
    raise SystemExit(main())
