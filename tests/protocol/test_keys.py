"""Every key of every table: missing, unknown or of the wrong type, it is refused at its own place."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from unloop.protocol import Document, bundled

TABLES: dict[str, Any] = tomllib.loads(bundled("ocd-ivket").text)
Path = tuple[str | int, ...]

# Keys that may be left out, because leaving them out says something: no override, the usual gates, no limit.
OPTIONAL = {
    "unit", "max_age", "at", "override", "applies", "hold_before", "adjust", "step", "mg_per_kg", "minutes", "weight",
    "every", "late_after", "minimum", "contact_after", "asks", "lasting",
}  # fmt: skip
# Tables whose keys are names and not fields.
NAMED = {("facts",), ("resistance", "sri", "dose")}


def tables(value: Any = TABLES, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every table, of a list of equal tables only those that bring a key of their own."""
    if isinstance(value, dict):
        if path not in NAMED:
            yield path, value
        for key, inner in value.items():
            yield from tables(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        seen: set[str] = set()
        for index, inner in enumerate(value):
            if not set(inner) <= seen:
                seen |= set(inner)
                yield from tables(inner, (*path, index))


ALL = [(path, table) for path, table in tables() if path[:1] != ("facts",)] + [
    (("facts", "weight"), TABLES["facts"]["weight"])
]
KEYS = [(path, key) for path, table in ALL for key in table]
REQUIRED = [
    (path, key)
    for path, key in KEYS
    if key not in OPTIONAL or (path == ("dose",) and key not in {"adjust", "step"})
]


def named(path: Path) -> str:
    return ".".join(map(str, path)) or "document"


def changed(path: Path, key: str, *, to: object = None, drop: bool = False) -> dict[str, Any]:
    document = copy.deepcopy(TABLES)
    table: Any = document
    for step in path:
        table = table[step]
    if drop:
        del table[key]
    else:
        table[key] = to
    return document


def errors(document: dict[str, Any]) -> list[tuple[Path, str]]:
    with pytest.raises(ValidationError) as caught:
        Document.model_validate(document)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


@pytest.mark.parametrize(("path", "key"), REQUIRED, ids=[named((*path, key)) for path, key in REQUIRED])
def test_a_missing_key_is_refused_where_it_is_missing(path: Path, key: str) -> None:
    assert errors(changed(path, key, drop=True)) == [((*path, key), "missing")]


@pytest.mark.parametrize(("path", "table"), ALL, ids=[named(path) for path, _ in ALL])
def test_an_unknown_key_is_refused_in_every_table(path: Path, table: dict[str, Any]) -> None:
    stray = "quite_unknown"
    assert stray not in table
    assert errors(changed(path, stray, to="x")) == [((*path, stray), "extra_forbidden")]


@pytest.mark.parametrize(("path", "key"), KEYS, ids=[named((*path, key)) for path, key in KEYS])
def test_a_value_of_another_type_is_refused_and_never_converted(path: Path, key: str) -> None:
    value = TABLES
    for step in (*path, key):
        value = value[step]  # type: ignore[index]
    other: object = 7 if isinstance(value, (str, list, dict, bool)) else "7"
    if not isinstance(value, (str, list, dict, bool, int, float)):
        other = "soon"  # a date
    found = errors(changed(path, key, to=other))
    assert all(where[: len(path) + 1] == (*path, key) for where, _ in found), found


NUMBERS = [
    (path, key)
    for path, table in ALL
    for key, value in table.items()
    if isinstance(value, (int, float)) and not isinstance(value, bool)
]


@pytest.mark.parametrize(("path", "key"), NUMBERS, ids=[named((*path, key)) for path, key in NUMBERS])
@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), True])
def test_a_number_that_is_none_is_refused(path: Path, key: str, wrong: object) -> None:
    assert all(where[: len(path) + 1] == (*path, key) for where, _ in errors(changed(path, key, to=wrong)))


CHOICES = [
    (path, key)
    for path, table in ALL
    for key in table
    if key in {"basis", "kind", "seen", "status", "drug", "milligrams", "level", "pump", "phase", "scope", "action",
               "route", "weight", "schema"} and isinstance(table[key], str)
]  # fmt: skip


@pytest.mark.parametrize(("path", "key"), CHOICES, ids=[named((*path, key)) for path, key in CHOICES])
def test_a_word_outside_the_list_is_refused(path: Path, key: str) -> None:
    assert errors(changed(path, key, to="whatever")) == [((*path, key), "literal_error")]


PATTERNS = {
    "rule id in small letters": (("gate", 0), "id", "elg-00"),
    "rule id without a dash": (("gate", 0), "id", "ELG00"),
    "source id with a space": (("source", 0), "id", "S 1"),
    "version with two numbers": (("protocol",), "version", "1.0"),
    "version with a word": (("protocol",), "version", "1.0.0-beta"),
    "name with capitals": (("protocol",), "id", "OCD"),
    "name that is a path": (("protocol",), "id", "../etc"),
    "language by name": (("protocol",), "language", "English"),
    "country by name": (("protocol",), "jurisdiction", "usa"),
}


@pytest.mark.parametrize(("path", "key", "given"), PATTERNS.values(), ids=PATTERNS.keys())
def test_a_name_of_another_form_is_refused(path: Path, key: str, given: str) -> None:
    assert errors(changed(path, key, to=given)) == [((*path, key), "string_pattern_mismatch")]


LISTS = [
    (path, key)
    for path, table in ALL
    for key in (
        "src",
        "measure",
        "do",
        "match",
        "facts",
        "must_say",
        "rate_after",
        "signers",
        "needs",
        "changes",
    )
    if isinstance(table.get(key), list)
]


@pytest.mark.parametrize(("path", "key"), LISTS, ids=[named((*path, key)) for path, key in LISTS])
def test_a_list_that_has_to_say_something_is_not_empty(path: Path, key: str) -> None:
    assert errors(changed(path, key, to=[])) == [((*path, key), "too_short")]


@pytest.mark.parametrize("length", [0, 2, 401])
def test_words_are_neither_too_few_nor_a_page(length: int) -> None:
    kinds = {kind for _, kind in errors(changed(("gate", 0), "why", to="x" * length))}
    assert kinds <= {"string_too_short", "string_too_long"}


def test_leaving_out_what_may_be_left_out_is_taken() -> None:
    document = copy.deepcopy(TABLES)
    del document["evaluation"][7]["applies"]
    del document["drug"][0]["hold_before"]
    del document["dose"]["step"]
    assert Document.model_validate(document).dose.step == ()
