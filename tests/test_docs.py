"""What the pages in docs/ say is held against the program: keys, tests, links, commands."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from unloop.cli import program
from unloop.protocol import document

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = sorted([*(REPOSITORY / "docs").rglob("*.md"), REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md"])
PROTOCOL = (REPOSITORY / "docs" / "protocol.md").read_text(encoding="utf-8")
HAZARDS = (REPOSITORY / "docs" / "hazards.md").read_text(encoding="utf-8")
BASIS = (REPOSITORY / "docs" / "clinical-basis.md").read_text(encoding="utf-8")
GUIDE = (REPOSITORY / "docs" / "users-guide.md").read_text(encoding="utf-8")
NODE = re.compile(r"`(tests/[\w/.-]+\.py)::(\w+)`")
LINK = re.compile(r"\]\((?!\w+:)([^)#]+)(#[\w-]+)?\)")


def rows(page: str, marker: str) -> dict[str, list[str]]:
    """The rows of the table under a marker, by their first cell."""
    _, found, after = page.partition(f"<!-- {marker} -->\n")
    assert found, f"no table {marker}"
    lines = after.partition("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("`"): row for row in cells}


# --- protocol.md ---------------------------------------------------------------------------------------------

PARTS = sorted(
    name
    for name, kind in vars(document).items()
    if isinstance(kind, type) and issubclass(kind, document.Part) and kind is not document.Part
)


def keys_of(part: str) -> dict[str, Any]:
    """A table's own keys as they are written, with their types; what every rule says is a table of its own."""
    kind: type[BaseModel] = getattr(document, part)
    fields = {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    if kind is not document.Sourced and issubclass(kind, document.Sourced):
        return {key: type_ for key, type_ in fields.items() if key not in document.Sourced.model_fields}
    return fields


def choices_in(type_: Any) -> set[str]:
    inner = get_args(type_)
    words = {one for one in inner if isinstance(one, str)}
    return words.union(*(choices_in(one) for one in inner if not isinstance(one, str)))


@pytest.mark.parametrize("part", PARTS)
def test_every_key_of_a_protocol_stands_in_the_page_and_no_other(part: str) -> None:
    assert set(rows(PROTOCOL, f"keys: {part}")) == set(keys_of(part))


@pytest.mark.parametrize("part", [part for part in PARTS if part != "Source"])
def test_every_allowed_word_of_a_key_stands_beside_it(part: str) -> None:
    table = rows(PROTOCOL, f"keys: {part}")
    for key, type_ in keys_of(part).items():
        missing = {choice for choice in choices_in(type_) if f"`{choice}`" not in table[key][-1]}
        assert not missing, f"{part}.{key}"


@pytest.mark.parametrize("part", PARTS)
def test_every_key_has_a_meaning_and_what_is_allowed(part: str) -> None:
    for key, row in rows(PROTOCOL, f"keys: {part}").items():
        assert len(row) == 3, f"{part}.{key}"
        assert all(row), f"{part}.{key}"


# --- clinical-basis.md ---------------------------------------------------------------------------------------


def test_every_basis_and_every_depth_of_reading_is_explained() -> None:
    assert set(rows(BASIS, "bases")) == set(get_args(document.Basis))
    assert set(rows(BASIS, "seen")) == set(get_args(document.Seen))
    assert set(rows(BASIS, "kinds")) == set(get_args(document.Kind))


def test_the_sources_in_the_page_are_those_of_the_bundled_protocol() -> None:
    from unloop.protocol import bundled

    listed = rows(BASIS, "sources")
    sources = bundled("ocd-ivket").sources
    assert set(listed) == set(sources)
    for id_, source in sources.items():
        assert listed[id_][1:3] == [source.kind, source.seen], id_
        assert listed[id_][3] == source.cite, id_


# --- hazards.md ----------------------------------------------------------------------------------------------


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((REPOSITORY / file).read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def test_every_test_that_is_named_exists() -> None:
    named = [
        (path.name, *found) for path in PAGES for found in NODE.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(named) >= 40
    gone = [f"{page}: {file}::{test}" for page, file, test in named if not (REPOSITORY / file).is_file()]
    gone += [
        f"{page}: {file}::{test}"
        for page, file, test in named
        if (REPOSITORY / file).is_file() and test not in named_in(file)
    ]
    assert not gone


def test_every_hazard_is_either_controlled_with_a_proof_or_listed_as_open() -> None:
    controlled, open_ = rows(HAZARDS, "controlled"), rows(HAZARDS, "open")
    assert not set(controlled) & set(open_)
    assert set(controlled) | set(open_) == {f"H{number}" for number in range(1, 43)}
    for hazard, row in controlled.items():
        assert NODE.search(row[-1]), f"{hazard} names no test"


# --- users-guide.md, links ---------------------------------------------------------------------------------------


def test_every_command_in_the_guide_is_one_that_there_is() -> None:
    lines = re.findall(r"^\$ (unloop .+)$", GUIDE, re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        words = [word for word in line.split()[1:] if not word.startswith("-")]
        depth = (
            2
            if words and words[0] in {"protocol", "infusion", "audit", "messages", "history", "heredity"}
            else 1
        )
        result = CliRunner().invoke(program(), [*words[:depth], "--help"])
        assert result.exit_code == 0, line
        options = {word.partition("=")[0] for word in line.split() if word.startswith("--")}
        plain = re.sub(r"\x1b\[[\d;]*m", "", result.output)
        assert not {option for option in options if option not in plain}, line


@pytest.mark.parametrize(
    ("arguments", "status", "keys"),
    [
        (["protocol", "check", "{protocol}", "--json"], 0, {"id", "version", "sha256", "rules", "warnings"}),
        (
            ["protocol", "judge", "{protocol}", "--chart", "{chart}", "--at", "{at}", "--json"],
            0,
            {"ready", "gate", "rules", "missing"},
        ),
        (["infusion", "replay", "{session}", "--json"], 0, {"state", "given_mg", "prompts", "discharge"}),
    ],
)
def test_the_examples_of_the_guide_run(arguments: list[str], status: int, keys: set[str]) -> None:
    scenarios = REPOSITORY / "tests" / "scenarios"
    chart = scenarios / "charts" / "ready.chart.json"
    held = json.loads(chart.read_text(encoding="utf-8"))["facts"]
    names = {
        "protocol": str(REPOSITORY / "src/unloop/protocol/documents/ocd-ivket.toml"),
        "chart": str(chart),
        "at": max(fact["at"] for fact in held),
        "session": str(scenarios / "sessions" / "forty-minutes.session.json"),
    }
    result = CliRunner().invoke(program(), [argument.format(**names) for argument in arguments])
    assert result.exit_code == status, result.output
    assert keys <= set(json.loads(result.stdout))


@pytest.mark.parametrize("path", PAGES, ids=[one.relative_to(REPOSITORY).as_posix() for one in PAGES])
def test_every_link_between_the_pages_leads_somewhere(path: Path) -> None:
    for target, _anchor in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_picture_in_the_readme_is_small_and_there() -> None:
    picture = REPOSITORY / "docs" / "images" / "today.png"
    assert "docs/images/today.png" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 150_000


def test_every_decision_stands_in_the_list() -> None:
    folder = REPOSITORY / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for record in folder.glob("0*.md"):
        assert f"]({record.name})" in listed, record.name
