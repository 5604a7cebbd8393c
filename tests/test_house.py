"""The house keeps its own rules: short functions, named rooms, honest contracts, locks that agree."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "src" / "unloop"
CORE = ("quantity", "facts", "rules", "protocol", "care", "science", "dosing", "fhir")
CODE_FOLDERS = ("src", "tests", "tools", "benchmarks")
LONGEST_FUNCTION, LONGEST_FILE = 60, 500
USUAL_FUNCTION, USUAL_FILE = 35, 350
NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "shared",
    "base",
    "core",
    "lib",
}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in (REPOSITORY / folder).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@cache
def lines_of_functions(path: Path) -> dict[str, int]:
    """Lines of each function without its decorators and docstring."""
    lengths: dict[str, int] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node) is not None else None
            spoken = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
            lengths[f"{name_of(path)}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1 - spoken
    return lengths


def percentile_95(lengths: list[int]) -> int:
    return sorted(lengths)[int(0.95 * (len(lengths) - 1))]


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {name: n for path in sources(*CODE_FOLDERS) for name, n in lines_of_functions(path).items()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in sources(*CODE_FOLDERS)}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_the_usual_function_and_file_are_much_shorter() -> None:
    functions = [n for path in sources("src") for n in lines_of_functions(path).values()]
    files = [path.read_text(encoding="utf-8").count("\n") for path in sources("src")]
    assert percentile_95(functions) <= USUAL_FUNCTION
    assert percentile_95(files) <= USUAL_FILE


def test_every_room_and_module_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in sources("src", "tools", "benchmarks")
        if path.name != "__main__.py" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [
        path.parent.name if path.name == "__init__.py" else path.stem for path in sources("src", "tests")
    ]
    assert NAMES_THAT_SAY_NOTHING.intersection(named) == set()


def rooms_with_modules() -> list[str]:
    """The packages of the core that hold code themselves, not only further rooms."""
    folders = [
        folder
        for room in CORE
        for folder in (PACKAGE / room).rglob("**/")
        if (folder / "__init__.py").exists()
    ]
    inner = [folder for folder in folders if len(list(folder.glob("*.py"))) > 1]
    return sorted(".".join(folder.relative_to(PACKAGE.parent).parts) for folder in inner)


@pytest.mark.parametrize("room", rooms_with_modules())
def test_what_a_room_of_the_core_exports_is_real_and_named_once(room: str) -> None:
    """Their order is ruff's affair (RUF022)."""
    module = importlib.import_module(room)
    exported = module.__all__
    assert len(exported) == len(set(exported))
    assert [name for name in exported if not hasattr(module, name)] == []


def test_only_the_gates_construct_the_proof_of_readiness() -> None:
    """A `Ready` made elsewhere would be a clearance that nobody judged."""
    made = [
        name_of(path)
        for path in sources("src")
        if "Ready" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Ready"
    ]
    assert [name for name in made if not name.startswith("src/unloop/care/evaluation/")] == []


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


def test_no_page_carries_script_or_style_inside_itself() -> None:
    """The content security policy would switch it off in front of a patient. Data blocks are no script."""
    pages = [path for path in PACKAGE.rglob("*.html") if "templates" in path.parts]
    found = [
        f"{name_of(path)}:{text[: hit.start()].count(chr(10)) + 1}: {hit.group().strip()}"
        for path in pages
        for text in [path.read_text(encoding="utf-8")]
        for hit in INLINE.finditer(text)
        if 'type="application/json"' not in hit.group()
    ]
    assert found == []


# --- Set-up ----------------------------------------------------------------------------------------------


def project() -> dict[str, object]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def test_a_room_that_is_built_is_no_longer_optional_in_the_contracts() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    still_optional = []
    for contract in contracts:
        for container in contract.get("containers", ["unloop"]):
            rooms = re.findall(r"\((\w+)\)", " ".join(contract.get("layers", [])))
            still_optional += [f"{container}.{room}" for room in rooms]
        for key in ("source_modules", "forbidden_modules", "protected_modules", "allowed_importers"):
            still_optional += [name[:-3] for name in contract.get(key, []) if name.endswith(".**")]
    stand = [
        name for name in still_optional if (PACKAGE.parent / name.replace(".", "/") / "__init__.py").exists()
    ]
    assert sorted(set(stand)) == []


def pins(lock: str) -> set[str]:
    text = (REPOSITORY / "requirements" / lock).read_text(encoding="utf-8")
    return {
        line.rstrip(" \\") for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))
    }


def test_the_test_lock_contains_the_run_lock() -> None:
    assert pins("run.lock") - pins("test.lock") == set()
    assert any(pin.startswith("django==") for pin in pins("run.lock"))


def test_every_direct_dependency_is_locked() -> None:
    metadata = project()["project"]
    wanted = [*metadata["dependencies"], *metadata["optional-dependencies"]["clinic"]]
    names = {re.match(r"[A-Za-z0-9-]+", line).group().lower() for line in wanted}
    locked = {pin.split("==")[0] for pin in pins("run.lock")}
    assert names - locked == set()


def test_every_pin_carries_a_hash_and_no_lock_names_a_host() -> None:
    for lock in ("bootstrap.lock", "run.lock", "test.lock"):
        text = (REPOSITORY / "requirements" / lock).read_text(encoding="utf-8")
        entries = re.split(r"\n(?=\S)", text.strip())
        assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
        assert ":" + "//" not in text


def test_every_path_that_the_guide_for_contributors_names_exists() -> None:
    guide = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:src|tests|tools|docs|\.ci)/[^`\s]*|[A-Z]+\.md|pyproject\.toml)`", guide))
    assert len(named) > 10
    assert [path for path in sorted(named) if not (REPOSITORY / path).exists()] == []


def test_what_runs_again_on_postgresql_stands_where_make_looks_for_it() -> None:
    marked = [
        name_of(path) for path in sources("tests") if "mark." + "postgres" in path.read_text(encoding="utf-8")
    ]
    assert marked
    assert [name for name in marked if not name.startswith("tests/clinic/")] == []
