"""Slips are made where code decides, each by a name that stays, and no argument outlives its mutant."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def tools() -> ModuleType:
    """The program, which finds its other half beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY / "tools"))
        yield importlib.import_module("mutate")
    for name in ("mutate", "mutation"):
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


def test_every_module_has_its_tests_and_every_argument_its_mutant(tools: ModuleType) -> None:
    for target in tools.targets():
        assert (REPOSITORY / target.path).is_file()
        assert target.tests
        assert all((REPOSITORY / one.partition("::")[0]).is_file() for one in target.tests)
    assert list(tools.stale()) == []
    assert all(len(one["why"]) > 20 for one in tools.SAID.get("survivor", ()))
