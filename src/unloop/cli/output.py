"""What every command prints and how it reads its files: one JSON document on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import typer

from unloop.quantity.refusal import InputRefused

MAX_BYTES = 50_000_000


def read_input(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        InputRefused: the file cannot be read or is too large.
    """
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputRefused(
            "file",
            given=path,
            allowed="a file that can be read, or - for standard input",
            mend=error.strerror or "check it",
        ) from None
    if len(data) > MAX_BYTES:
        raise InputRefused(
            "file", given=path, allowed=f"at most {MAX_BYTES} bytes", mend="give a smaller file"
        )
    return data


def print_json(document: Mapping[str, object]) -> None:
    """Print one JSON document; numbers are not rounded and never NaN."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def refuse(error: InputRefused, *, as_json: bool) -> None:
    """Say what is wrong with an input, where, what is allowed and how to mend it."""
    if as_json:
        print_json({"error": error.as_dict()})
    typer.echo(f"{error.where}: {error.given}\n  allowed: {error.allowed}\n  mend:    {error.mend}", err=True)
