"""Write engine.ipynb from engine.md: prose becomes Markdown cells, each Python block a code cell without output."""
# ruff: noqa: INP001 - a script beside the pages that it writes

from __future__ import annotations

import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def notebook(page: str) -> str:
    """The notebook of a page, as it is written to the file; the same page gives the same bytes."""
    pieces = BLOCK.split(page)  # prose and code by turns
    cells = [
        _cell(number, piece.strip(), kind="code" if number % 2 else "markdown")
        for number, piece in enumerate(pieces)
        if piece.strip()
    ]
    whole = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, text: str, *, kind: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{number:02d}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": text.splitlines(keepends=True)}


if __name__ == "__main__":
    (HERE / "engine.ipynb").write_text(
        notebook((HERE / "engine.md").read_text(encoding="utf-8")), encoding="utf-8"
    )
