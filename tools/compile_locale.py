"""Compile the catalogues of translations: `python tools/compile_locale.py` writes a .mo beside every .po.

The program needs no gettext tools: the compiled files stand in the repository and in the wheel, and a test holds them
to their source.
"""

from __future__ import annotations

import ast
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "src/unloop/clinic/locale"
_MAGIC = 0x950412DE


def read_po(text: str) -> dict[str, str]:
    """The messages of a catalogue; plural forms are joined as gettext keeps them, fuzzy and empty ones left out."""
    messages: dict[str, str] = {}
    for entry in _entries(text):
        ids = [entry["msgid"], *([entry["msgid_plural"]] if "msgid_plural" in entry else [])]
        strings = [value for key, value in sorted(entry.items()) if key.startswith("msgstr")]
        key = "\0".join(ids)
        if key in messages:
            raise ValueError(f"a message stands twice: {ids[0]}")
        if all(strings):
            messages[key] = "\0".join(strings)
    return messages


def _entries(text: str) -> Iterator[dict[str, str]]:
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line]
        if any(line.startswith("#,") and "fuzzy" in line for line in lines):
            continue
        entry: dict[str, str] = {}
        keyword = ""
        for line in lines:
            if line.startswith("#"):
                continue
            keyword, quoted = _parted(line) if not line.startswith('"') else (keyword, line)
            entry[keyword] = entry.get(keyword, "") + str(ast.literal_eval(quoted))
        if entry:
            yield entry


def _parted(line: str) -> tuple[str, str]:
    keyword, _, quoted = line.partition(" ")
    return keyword, quoted


def compiled(messages: dict[str, str]) -> bytes:
    """The catalogue as gettext reads it: two tables of lengths and places, then the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in messages.items())
    head, rows = 28, 8 * len(pairs)
    place = head + 2 * rows
    tables: list[bytes] = []
    texts = b""
    for column in (0, 1):
        table = b""
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), place + len(texts))
            texts += pair[column] + b"\0"
        tables.append(table)
    header = struct.pack("<7I", _MAGIC, 0, len(pairs), head, head + rows, 0, place)
    return header + b"".join(tables) + texts


def main() -> int:
    """Compile every catalogue."""
    for source in sorted(LOCALE.rglob("*.po")):
        source.with_suffix(".mo").write_bytes(compiled(read_po(source.read_text(encoding="utf-8"))))
        print(source.with_suffix(".mo").relative_to(LOCALE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
