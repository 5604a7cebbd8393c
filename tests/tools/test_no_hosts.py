"""The check for host names finds what it is for, and not itself."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def no_hosts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("no_hosts", REPOSITORY / "tools" / "no_hosts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spelled(*parts: str) -> str:
    """Put together here, so that this file holds no such name either."""
    return "".join(parts)


@pytest.mark.parametrize(
    "line",
    [
        spelled("see https://py", "pi.org/project/unloop"),
        spelled("url = https://files.python", "hosted.org/packages/x.whl"),
        spelled('"resolved": "https://registry.npm', 'js.org/htmx"'),
        spelled("deb http://deb.deb", "ian.org/debian bookworm main"),
        spelled("src=https://cdn.jsd", "elivr.net/npm/htmx"),
        spelled("FROM ghc", "r.io/someone/image"),
    ],
)
def test_a_registry_is_refused_in_any_file(no_hosts: ModuleType, line: str) -> None:
    assert no_hosts.fault_of(line, is_lock=False) == "package registry"


@pytest.mark.parametrize(
    "line", [spelled("cd /wo", "rk/main"), spelled("/ho", "me/anna/unloop"), spelled("open('/ro", "ot/x')")]
)
def test_a_path_of_one_machine_is_refused(no_hosts: ModuleType, line: str) -> None:
    assert no_hosts.fault_of(line, is_lock=False) == "path of one machine"


def test_an_address_is_refused_in_a_lock_and_allowed_in_a_document(no_hosts: ModuleType) -> None:
    line = "# from https://example.org/"
    assert no_hosts.fault_of(line, is_lock=True) == "address in a lock"
    assert no_hosts.fault_of(line, is_lock=False) is None


@pytest.mark.parametrize(
    "line",
    [
        "https://doi.org/10.1097/x",
        "/work/tasks/",
        "pip install .",
        "deployment/home/index.html",
        "a registry",
    ],
)
def test_ordinary_lines_pass(no_hosts: ModuleType, line: str) -> None:
    assert no_hosts.fault_of(line, is_lock=False) is None


def test_the_check_does_not_find_itself(no_hosts: ModuleType) -> None:
    for name in ("tools/no_hosts.py", "tests/tools/test_no_hosts.py"):
        assert no_hosts.faults_of(REPOSITORY / name) == []
