"""Trying slips where their functions stand: tests are collected once, the database is made once, a slip is a fork.

A function that is loaded gets the mutant's code in place of its own, and those tests are run that call it. What runs
while the module is loaded cannot be exchanged so, and a test may stand on an answer that was kept from before: such
mutants, and those that nobody noticed here, `mutate.py` loads afresh.
"""

from __future__ import annotations

import ast
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from hypothesis import Phase, settings
from mutation import Mutant

KILLED, SURVIVED, TOO_LONG = "killed", "survived", "ran too long"
PATIENCE = 4
"""A mutant that takes this many times as long as the module itself, and half a minute, will not end."""

Place = tuple[str, int]
"""A function by its dotted name and first line."""


def ended(child: int, *, patience_s: float) -> str:
    """What a process that runs tests says by its end; one that does not end is ended."""
    ends = time.monotonic() + patience_s
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TOO_LONG


class Unshrunk:
    """A plugin of pytest: a law that fails is enough; no smaller example of it is looked for."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Before the tests take their settings, and after the house has said its own."""
        settings.register_profile(
            "unshrunk", settings.default, phases=(Phase.explicit, Phase.reuse, Phase.generate)
        )
        settings.load_profile("unshrunk")


class InPlace:
    """A plugin of pytest: it runs the tests of a module as it stands, and then those that call each mutant.

    Args:
        source: the file of the module.
        listed: its mutants.
        say: told the index of each mutant that was tried, and what came of it.
        ends: the moment of the monotonic clock after which no other is begun.
    """

    def __init__(
        self, source: Path, listed: list[Mutant], say: Callable[[int, str], None], *, ends: float
    ) -> None:
        self._source, self._listed, self._say, self._ends = source, listed, say, ends
        self._reached: dict[pytest.Item, set[Place]] = {}
        self._lines: dict[pytest.Item, set[int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop over the tests."""
        began = time.monotonic()
        self._watch(session)
        if session.testsfailed:
            return True
        patience = max(30.0, PATIENCE * (time.monotonic() - began))
        living = _living(self._source)
        gc.freeze()
        whole = _codes(ast.parse(self._source.read_text(encoding="utf-8")), self._source)
        for index, one in enumerate(self._listed):
            if time.monotonic() > self._ends:
                break
            codes = _codes(one.tree, self._source)
            changed = {place for place, code in codes.items() if whole.get(place) != code}
            put = [(function, codes[place]) for place in changed for function in living.get(place, ())]
            if put and all(len(old.__code__.co_freevars) == len(new.co_freevars) for old, new in put):
                calling = self._calling(session, one, changed)
                self._say(index, _tried(session, calling, put, patience_s=patience))
        return True

    def _watch(self, session: pytest.Session) -> None:
        """Run every test once, note what it calls of the module, and leave the fixtures of the session standing."""
        for item, following in zip(session.items, [*session.items[1:], *session.items[:1]], strict=True):
            reached, lines = self._reached.setdefault(item, set()), self._lines.setdefault(item, set())
            sys.settrace(_watcher(str(self._source), reached, lines))
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            sys.settrace(None)

    def _calling(self, session: pytest.Session, one: Mutant, changed: set[Place]) -> list[pytest.Item]:
        """The tests that call what was changed, first those that come to its very lines."""
        there = set(range(one.line, one.end + 1))
        calling = [item for item in session.items if self._reached[item] & changed]
        return sorted(calling, key=lambda item: not self._lines[item] & there)


def _tried(
    session: pytest.Session,
    calling: list[pytest.Item],
    put: list[tuple[FunctionType, CodeType]],
    *,
    patience_s: float,
) -> str:
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        for function, code in put:
            function.__code__ = code
        _run(session, calling)
    return ended(child, patience_s=patience_s)


def _run(session: pytest.Session, calling: list[pytest.Item]) -> None:
    """In the child: run these tests until one fails, and leave with 1 if one did."""
    try:
        if calling:
            session._setupstate.teardown_exact(calling[0])  # noqa: SLF001 - pytest has no public way to jump
        for item, following in zip_longest(calling, calling[1:]):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                os._exit(1)
        os._exit(0)
    finally:
        os._exit(1)


def _watcher(source: str, reached: set[Place], lines: set[int]) -> Callable[[FrameType, str, Any], Any]:
    def line(frame: FrameType, _event: str, _arg: Any) -> Any:
        lines.add(frame.f_lineno)
        return line

    def call(frame: FrameType, _event: str, _arg: Any) -> Any:
        code = frame.f_code
        if code.co_filename != source:
            return None
        reached.add((code.co_qualname, code.co_firstlineno))
        return line

    return call


def _living(source: Path) -> dict[Place, list[FunctionType]]:
    """Every function of the module that exists now, whoever holds it; asked by `type`, which wakes no lazy object."""
    found: dict[Place, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename == str(source):
            found.setdefault((one.__code__.co_qualname, one.__code__.co_firstlineno), []).append(one)
    return found


def _codes(tree: ast.Module, source: Path) -> dict[Place, CodeType]:
    return {
        (code.co_qualname, code.co_firstlineno): code for code in _within(compile(tree, str(source), "exec"))
    }


def _within(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _within(one)
