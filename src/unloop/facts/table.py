"""The fact dictionary as a page: `python -m unloop.facts.table > docs/facts.md`."""

from __future__ import annotations

import sys

from unloop.facts.dictionary import DICTIONARY, Dictionary, FactDefinition, FactType

_HEAD = """\
# Facts

Every code that a rule may read and a chart file may hold, by the page on which it is answered. This page is printed
from the dictionary by `python -m unloop.facts.table`; a test fails when it is out of date.

- **Unit** is UCUM. A unit in braces (scores, counts) may be left out of a file, every other one has to stand there.
- **Allowed** is what can be typed at all, not what is normal: a number outside it is refused as a slip.
- **Counts for** is how long an answer counts; after that it is unknown. A protocol may shorten it, never lengthen it.
- **Part of the session**: facts bound to one infusion session and a part of it; outside it they are unknown.
- **Against treatment**: answers that stand against treatment by themselves. *ever*: such an answer never expires and
  is taken back only by a correction, while the other answers expire like any other.
- **Complete with**: without this dated statement, not older than the list, what is not on the list is unknown.
- **Computed from**: a derived fact, worked out on reading, as old as its oldest input, never recorded.
"""
_YES_NO = {True: "yes", False: "no"}
_COLUMNS = ("Code", "What it is", "Allowed", "Unit", "Counts for", "Part of the session", "Notes")


def table(dictionary: Dictionary = DICTIONARY) -> str:
    """The dictionary as Markdown, one table a page of the evaluation."""
    parts = [_HEAD]
    for group, definitions in dictionary.groups.items():
        rows = [_COLUMNS, ("---",) * len(_COLUMNS), *(_row(definition) for definition in definitions)]
        parts.append(f"## {group.capitalize()}\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows))
    return "\n".join(parts)


def _row(definition: FactDefinition) -> tuple[str, ...]:
    return (
        f"`{definition.code}`",
        definition.label,
        _allowed(definition),
        f"`{definition.unit}`" if definition.unit else "",
        definition.max_age.words() if definition.max_age is not None else "",
        ", ".join(definition.phases),
        "; ".join(_notes(definition)),
    )


def _allowed(definition: FactDefinition) -> str:
    match definition.type:
        case FactType.NUMBER if definition.low is not None and definition.high is not None:
            return f"{definition.low:g} to {definition.high:g}"
        case FactType.NUMBER:
            return "number"
        case FactType.BOOL:
            return "yes, no"
        case FactType.ENUM:
            return ", ".join(f"`{value}`" for value in definition.values)
        case FactType.SET:
            return "list of names or codes"
        case FactType.RECORDS:
            return "list of records: " + ", ".join(
                f"`{name}` ({kind.replace('|', ', ')})" for name, kind in definition.fields.items()
            )


def _notes(definition: FactDefinition) -> list[str]:
    notes: list[str] = []
    if definition.bad:
        answers = (_YES_NO[bad] if isinstance(bad, bool) else f"`{bad}`" for bad in definition.bad)
        notes.append(f"against treatment: {', '.join(answers)}")
    if definition.ever:
        notes.append("ever")
    if definition.complete_by is not None:
        notes.append(f"complete with `{definition.complete_by}`")
    if definition.derived:
        inputs = ", ".join(f"`{code}`" for code in definition.inputs)
        notes.append(f"computed from {inputs or 'the person'}")
    return notes


if __name__ == "__main__":
    sys.stdout.write(table())
