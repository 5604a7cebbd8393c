"""Mutation testing of the modules that decide who is treated and who may do what.

`make mutate` tries every change of the lines that differ from BASE; `make mutate ARGS=--all` tries the whole. Each
mutant is loaded in a process of its own, in place of the module that it was made from: no file is written, so that
several people and a running server may share the checkout. tools/mutation.toml says which tests cover which module,
and holds the survivors that were looked at, each with the reason why no test could or should tell it apart.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from in_place import KILLED, SURVIVED, TOO_LONG, InPlace, Unshrunk, ended
from mutation import Mutant, mutants

REPOSITORY = Path(__file__).resolve().parent.parent
SAID = tomllib.loads((REPOSITORY / "tools" / "mutation.toml").read_text(encoding="utf-8"))
NOT_TRIED = "not tried"
AFRESH_S = 600
"""A mutant that is loaded afresh and takes longer than this will not end."""


@dataclass(frozen=True, slots=True)
class Target:
    """A module with the tests that cover it, the quickest to notice first; `floor` is loaded once for all mutants.

    `unless` names, in pytest's words, tests that take long and that others do the work of.
    """

    path: str
    tests: tuple[str, ...]
    floor: tuple[str, ...]
    unless: str

    @property
    def module(self) -> str:
        """Its name."""
        return self.path.removeprefix("src/").removesuffix(".py").replace("/", ".")


def targets() -> list[Target]:
    """Every module that is looked at, in the order of the document."""
    floors = SAID["floors"]
    return [
        Target(path, tuple(one["tests"]), tuple(floors[one["floor"]]), one.get("unless", ""))
        for path, one in SAID["module"].items()
    ]


def argued(path: str) -> dict[str, str]:
    """The survivors of a module that were looked at, each with its reason."""
    return {one["mutant"]: one["why"] for one in SAID.get("survivor", ()) if one["module"] == path}


def changed_lines(path: str, base: str) -> set[int]:
    """The lines of a file that differ from a commit."""
    command = ["git", "diff", "--unified=0", base, "--", path]
    diff = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    hunks = re.findall(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", diff, re.MULTILINE)
    return {line for first, count in hunks for line in range(int(first), int(first) + int(count or 1))}


def chosen(target: Target, *, base: str | None) -> list[Mutant]:
    """The mutants of a module, of its changed lines alone where there is a base."""
    found = list(mutants((REPOSITORY / target.path).read_text(encoding="utf-8")))
    if base is None:
        return found
    lines = changed_lines(target.path, base)
    return [one for one in found if lines.intersection(range(one.line, one.end + 1))]


# --- One mutant in a process of its own --------------------------------------------------------------------------


class Instead(MetaPathFinder, Loader):
    """Loads other code under the name of a module."""

    def __init__(self, module: str, code: CodeType, origin: Path) -> None:
        self._module, self._code, self._origin = module, code, origin

    def find_spec(self, fullname: str, *_where: object) -> ModuleSpec | None:
        """The module, if it is this one."""
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, self._origin, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the other code."""
        exec(self._code, module.__dict__)  # noqa: S102 - our own module, with one change


def tried(target: Target, tree: ast.Module) -> str:
    """What the tests say of a module that is loaded afresh with one change."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        path = REPOSITORY / target.path
        sys.meta_path.insert(0, Instead(target.module, compile(tree, str(path), "exec"), path))
        os._exit(_run_tests(target, "-x"))
    return ended(child, patience_s=AFRESH_S)


def tried_in_place(target: Target, listed: list[Mutant], *, ends: float) -> dict[int, str]:
    """What the tests say of each mutant that could be tried where its function stands, by its index."""
    answers = Path(tempfile.mkdtemp()) / "answers"
    answers.touch()

    def say(index: int, answer: str) -> None:
        with answers.open("a", encoding="utf-8") as file:
            file.write(f"{index} {answer}\n")

    child = os.fork()
    if child == 0:
        os._exit(_run_tests(target, plugin=InPlace(REPOSITORY / target.path, listed, say, ends=ends)))
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise SystemExit(f"{target.path}: its tests fail on the module as it stands")
    said = (line.split(maxsplit=1) for line in answers.read_text(encoding="utf-8").splitlines())
    return {int(index): answer for index, answer in said}


def _run_tests(target: Target, *words: str, plugin: InPlace | None = None) -> int:
    """In a child: run the tests of a module in silence; their answer."""
    import pytest  # noqa: PLC0415 - loaded by the parent's floor

    silence = os.open(os.environ.get("UNLOOP_MUTATE_LOG", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    only = ["-k", f"not ({target.unless})"] if target.unless else []
    return pytest.main(
        ["-q", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:playwright",
         "-W", "ignore::pytest.PytestAssertRewriteWarning", *words, *only, *target.tests],
        plugins=[Unshrunk(), *([plugin] if plugin else [])],
    )  # fmt: skip


def load_floor(target: Target) -> None:
    """Load what lies below the module, so that each mutant does not have to."""
    for name in target.floor:
        importlib.import_module(name)
    if "unloop.protocol" in target.floor:
        importlib.import_module("unloop.protocol").bundled()
    above = [name for name in sys.modules if name == target.module or name.startswith(f"{target.module}.")]
    if above:
        raise SystemExit(f"{target.module} was loaded with its own floor; name a lower one")


# --- A campaign --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was tried of one module, and what nobody noticed."""

    path: str
    results: Counter[str]
    survivors: tuple[Mutant, ...]

    def said(self) -> str:
        """In one line."""
        counted = ", ".join(
            f"{self.results[word]} {word}" for word in (KILLED, TOO_LONG, SURVIVED, NOT_TRIED)
        )
        return f"{self.path}: {counted}"

    @property
    def unexplained(self) -> int:
        """Survivors that nobody has looked at."""
        return sum(one.name not in argued(self.path) for one in self.survivors)


def campaign(target: Target, listed: list[Mutant], *, ends: float) -> Campaign:
    """Try these mutants of a module until a moment; in a process that has its floor loaded."""
    if time.monotonic() > ends:
        return Campaign(target.path, Counter({NOT_TRIED: len(listed)}), ())
    load_floor(target)
    in_place = tried_in_place(target, listed, ends=ends)
    results: Counter[str] = Counter()
    survivors = []
    for index, one in enumerate(listed):
        answer, why = in_place.get(index, SURVIVED), argued(target.path).get(one.name)
        if answer == SURVIVED and why is None:
            if time.monotonic() > ends:
                results[NOT_TRIED] += 1
                continue
            answer = tried(target, one.tree)
        results[answer] += 1
        if answer == SURVIVED:
            survivors.append(one)
            print(f"  line {one.line}, {one.name}" + (f"\n    because {why}" if why else ""), flush=True)
    return Campaign(target.path, results, tuple(survivors))


def apart(target: Target, listed: list[Mutant], *, ends: float) -> int:
    """A campaign in a process of its own, since each module stands on another floor; answers 1 for a new survivor."""
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="unloop-mutants-") as folder:
        child = os.fork()
        if child == 0:
            os.environ["TMPDIR"], tempfile.tempdir = (
                folder,
                None,
            )  # tests leave their homes here, and cannot tidy up
            found = campaign(target, listed, ends=ends)
            print(found.said(), flush=True)
            os._exit(1 if found.unexplained else 0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(words: Sequence[str] | None = None) -> int:
    """Try the mutants that are asked for; 1 if one survived that nobody has looked at."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--all", action="store_true", help="the whole modules, not the changed lines alone")
    parser.add_argument(
        "--base", default="HEAD", help="the commit that lines are compared with (default: HEAD)"
    )
    parser.add_argument("--at-most", type=float, default=36000, help="stop after so many seconds")
    parser.add_argument("--sample", type=int, help="only so many of each module")
    parser.add_argument("--seed", type=int, default=20261122, help="of the sample")
    parser.add_argument("paths", nargs="*", help="only these modules")
    asked = parser.parse_args(words)
    os.chdir(REPOSITORY)
    sys.path.insert(0, str(REPOSITORY / "src"))  # this checkout, whichever one the environment was made for
    os.environ["CI"] = "true"  # the laws are tried with the same examples every time
    ends, worst = time.monotonic() + asked.at_most, 0
    for target in targets():
        if asked.paths and target.path not in asked.paths:
            continue
        listed = chosen(target, base=None if asked.all else asked.base)
        if asked.sample is not None:
            listed = sorted(listed, key=lambda one: _drawn(one, asked.seed))[: asked.sample]
        if listed:
            worst = max(worst, abs(apart(target, listed, ends=ends)))
    return worst


def _drawn(one: Mutant, seed: int) -> str:
    """Its place in a draw that a seed names."""
    return hashlib.sha256(f"{seed} {one.name}".encode()).hexdigest()


def stale() -> Iterator[str]:
    """Arguments for survivors that cannot be made any more."""
    for path in SAID["module"]:
        names = {one.name for one in mutants((REPOSITORY / path).read_text(encoding="utf-8"))}
        yield from (f"{path}: {name}" for name in argued(path) if name not in names)


if __name__ == "__main__":
    raise SystemExit(main())
