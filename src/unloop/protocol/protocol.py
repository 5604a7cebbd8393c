"""A protocol that was read and may be relied upon, and the door through which documents come in."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from pydantic import ValidationError

from unloop.facts import DICTIONARY, Dictionary
from unloop.protocol.document import Document, Source, Sourced
from unloop.protocol.linting import Refusal, lint, warn
from unloop.quantity.refusal import InputRefused, shorten

MAX_BYTES = 1_000_000
SeenVersions = Mapping[tuple[str, str], str]
"""The sha256 under which each (id, version) was seen by this installation."""
Further = Callable[[Document], Iterable[Refusal]]
"""Faults that only the rooms which carry a protocol out can see."""


class ProtocolRefused(Exception):
    """A document that cannot be a protocol, with every reason that was found."""

    def __init__(
        self, refusals: tuple[Refusal, ...], *, id_: str | None, version: str | None, sha256: str
    ) -> None:
        self.refusals = refusals
        self.id = id_
        self.version = version
        self.sha256 = sha256
        super().__init__("; ".join(f"{one.where}: {one.why}" for one in refusals))


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol document in types.

    Attributes:
        document: the whole document.
        sha256: of the bytes that were read; together with id and version it names the protocol.
        text: the bytes as text, to be kept with what ran under it.
        warnings: what a medical director should know before signing.
        sources: the document's sources by id.
    """

    document: Document
    sha256: str
    text: str
    warnings: tuple[str, ...]
    sources: Mapping[str, Source] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", {source.id: source for source in self.document.source})

    @property
    def id(self) -> str:
        """Name of the protocol."""
        return self.document.protocol.id

    @property
    def version(self) -> str:
        """Semantic version: major changes who may be treated or the dose ceiling."""
        return self.document.protocol.version

    @property
    def rules(self) -> tuple[Sourced, ...]:
        """Every rule, in document order."""
        return self.document.sourced()

    def cite(self, rule: Sourced) -> tuple[Source, ...]:
        """The sources of a rule."""
        return tuple(self.sources[id_] for id_ in rule.src)

    def unverified(self, rule: Sourced) -> bool:
        """Whether the rule rests on memory alone."""
        return all(source.seen == "memory" for source in self.cite(rule))

    def rule(self, id_: str) -> Sourced:
        """The rule with this id.

        Raises:
            InputRefused: there is none.
        """
        for rule in self.rules:
            if rule.id == id_:
                return rule
        raise InputRefused(
            "rule", given=id_, allowed="a rule id of this protocol", mend="look it up in the document"
        )


def load(
    data: bytes,
    *,
    dictionary: Dictionary = DICTIONARY,
    seen: SeenVersions | None = None,
    further: Further | None = None,
) -> Protocol:
    """Read a protocol document into types, or refuse it with every reason found.

    Args:
        data: the document, UTF-8 TOML.
        dictionary: the facts its rules may use.
        seen: versions that this installation knows; the bundled ones are always known.
        further: faults that a room above looks for; `unloop.care.evaluation.read_protocol` names those of care.

    Raises:
        InputRefused: the data is not UTF-8 TOML.
        ProtocolRefused: it is, but cannot be a protocol.
    """
    tables, text = _toml(data)
    sha256 = hashlib.sha256(data).hexdigest()
    known = {**bundled_versions(), **(seen or {})}
    header = tables.get("protocol")
    id_, version = _named(header, "id"), _named(header, "version")
    try:
        document = Document.model_validate(tables)
    except ValidationError as error:
        refusals = tuple(_refusal(one, tables) for one in error.errors())
        raise ProtocolRefused(refusals, id_=id_, version=version, sha256=sha256) from None
    beyond = further(document) if further is not None else ()
    refusals = tuple(
        dict.fromkeys((*lint(document, dictionary), *beyond, *_same_version(document, sha256, known)))
    )
    if refusals:
        raise ProtocolRefused(refusals, id_=id_, version=version, sha256=sha256)
    return Protocol(document, sha256, text, warn(document))


@cache
def bundled(id_: str = "ocd-ivket") -> Protocol:
    """A protocol that ships with Unloop.

    Raises:
        InputRefused: there is none of this name.
    """
    file = resources.files("unloop.protocol").joinpath("documents", f"{id_}.toml")
    if id_ not in bundled_ids():
        raise InputRefused(
            "protocol", given=id_, allowed=", ".join(bundled_ids()), mend="name a bundled protocol"
        )
    return load(file.read_bytes())


@cache
def bundled_ids() -> tuple[str, ...]:
    """The names of the protocols that ship with Unloop."""
    folder = resources.files("unloop.protocol").joinpath("documents")
    return tuple(
        sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    )


@cache
def bundled_versions() -> SeenVersions:
    """Id, version and sha256 of the bundled documents."""
    seen: dict[tuple[str, str], str] = {}
    for id_ in bundled_ids():
        data = resources.files("unloop.protocol").joinpath("documents", f"{id_}.toml").read_bytes()
        header = tomllib.loads(data.decode()).get("protocol", {})
        seen[header["id"], header["version"]] = hashlib.sha256(data).hexdigest()
    return seen


def _toml(data: bytes) -> tuple[dict[str, Any], str]:
    if len(data) > MAX_BYTES:
        raise InputRefused(
            "protocol",
            given=f"{len(data)} bytes",
            allowed=f"at most {MAX_BYTES} bytes",
            mend="give a protocol document",
        )
    try:
        text = data.decode("utf-8")
        return tomllib.loads(text), text
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputRefused(
            "protocol", given="text that is not TOML", allowed="UTF-8 TOML", mend=f"mend the file: {error}"
        ) from None


def _named(header: object, key: str) -> str | None:
    value = header.get(key) if isinstance(header, dict) else None
    return value if isinstance(value, str) else None


def _refusal(error: Any, tables: Mapping[str, Any]) -> Refusal:
    where = _where(error["loc"], tables)
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, InputRefused):
        prose = " " in str(error["input"]) and cause.where.startswith("condition")
        why = f"{cause.where}: {cause.given} was given; allowed is {cause.allowed}"
        return Refusal(where, f"not a condition of the rule language: {why}" if prose else why, cause.mend)
    match error["type"]:
        case "extra_forbidden":
            return Refusal(
                where, "unknown key", "remove it or correct its name; docs/protocol.md lists the keys"
            )
        case "missing":
            return Refusal(where, "missing key", "add it; docs/protocol.md says what it means")
        case _:
            return Refusal(where, f"{error['msg']}; given was {shorten(error['input'])}", "correct the value")


def _where(location: tuple[int | str, ...], tables: Mapping[str, Any]) -> str:
    """The path with the id of the rule in place of its number."""
    path: list[str] = []
    value: Any = tables
    for step in location:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        id_ = value.get("id") if isinstance(step, int) and isinstance(value, dict) else None
        path.append(str(id_ or step))
    return ".".join(path)


def _same_version(document: Document, sha256: str, known: SeenVersions) -> tuple[Refusal, ...]:
    header = document.protocol
    before = known.get((header.id, header.version))
    if before is None or before == sha256:
        return ()
    return (
        Refusal(
            "protocol.version",
            f"{header.id} {header.version} was seen here before with other content (sha256 {before[:12]}…)",
            "give the changed document a version of its own",
        ),
    )
