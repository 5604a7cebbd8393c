"""Slips are made where code decides, each by a name that stays, and no argument outlives its mutant."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def tools() -> ModuleType:
    """The program, which finds its other half beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY / "tools"))
        yield importlib.import_module("mutate")
    for name in ("mutate", "mutation", "in_place"):
        del sys.modules[name]


@pytest.mark.parametrize(
    ("line", "slips"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a == b", {"a != b"}),
        ("a in b", {"a not in b"}),
        ("a is None", {"a is not None"}),
        ("a and b", {"a or b"}),
        ("f(not a)", {"a", "pass"}),
        ("x = a + b", {"a - b"}),
        ("x = min(a)", {"max(a)"}),
        ("x = True", {"False"}),
        ("x = 3", {"4"}),
        ("x = 'start'", {"'not start'"}),
        ("x = 'A sentence for people.'", set()),
        ("x: bool = a", set()),
        ("if a:\n    b()", {"if not a: b()", "pass"}),
        ("x = [a for a in b if a]", {"for a in b"}),
        ("def f():\n    return g(a)", {"return None"}),
        ("def f():\n    raise a", {"pass"}),
        ('x = """SELECT 1\n  AND a = b\n"""', {"'SELECT 1\\n\\n'"}),
        ('def f():\n    """Say what it is."""', set()),
    ],
)
def test_a_slip_is_made_of_what_decides_and_of_nothing_that_is_said(
    tools: ModuleType, line: str, slips: set[str]
) -> None:
    found = {one.after for one in tools.mutants(line)}
    assert found >= slips if slips else not found


def test_each_mutant_differs_from_the_module_in_its_own_place_alone(tools: ModuleType) -> None:
    import ast

    source = "def f(a, b):\n    return a < b and not a\n"
    made = [ast.unparse(one.tree) for one in tools.mutants(source)]
    assert len(set(made)) == len(made) == 5
    assert source.strip() not in made


def test_a_mutant_keeps_its_name_when_lines_move(tools: ModuleType) -> None:
    source = "def f(a):\n    if a > 1:\n        return a > 1\n"
    names = [one.name for one in tools.mutants(source)]
    assert len(set(names)) == len(names)
    assert [one.name for one in tools.mutants("\n\n" + source)] == names


class OneTest:
    """As much of a test of pytest's as a campaign asks for."""

    def __init__(self, session: SimpleNamespace, check: Callable[[], bool]) -> None:
        self.session, self.check, self.ihook = session, check, self

    def pytest_runtest_protocol(self, **_said: object) -> None:
        self.session.testsfailed += not self.check()


def test_a_slip_is_tried_in_its_function_and_what_runs_at_import_is_left_to_be_loaded_afresh(
    tools: ModuleType, tmp_path: Path
) -> None:
    source = tmp_path / "limits.py"
    source.write_text(
        "LIMIT = 18\n\n\ndef adult(age):\n    return age >= LIMIT\n\n\ndef unseen():\n    return 1\n"
    )
    module: dict[str, Any] = {}
    exec(compile(source.read_text(), str(source), "exec"), module)  # noqa: S102 - the module of this test
    session = SimpleNamespace(testsfailed=0, _setupstate=SimpleNamespace(teardown_exact=lambda _item: None))
    session.items = [OneTest(session, lambda: module["adult"](18)), OneTest(session, lambda: True)]
    listed = list(tools.mutants(source.read_text()))
    found: dict[int, str] = {}
    watching = sys.gettrace()
    tools.InPlace(source, listed, found.__setitem__, ends=float("inf")).pytest_runtestloop(session)
    sys.settrace(watching)
    gc.unfreeze()
    assert {listed[index].name: answer for index, answer in found.items()} == {
        "adult: return age >= LIMIT -> return None": "killed",
        "adult: age >= LIMIT -> age > LIMIT": "killed",
        "adult: age >= LIMIT -> age < LIMIT": "killed",
        "unseen: 1 -> 2": "survived",
    }
    assert module["adult"](18), "the module itself stays as it is"


def test_every_module_has_its_tests_and_every_argument_its_mutant(tools: ModuleType) -> None:
    for target in tools.targets():
        assert (REPOSITORY / target.path).is_file()
        assert target.tests
        assert all((REPOSITORY / one.partition("::")[0]).is_file() for one in target.tests)
    assert list(tools.stale()) == []
    assert all(len(one["why"]) > 20 for one in tools.SAID.get("survivor", ()))
