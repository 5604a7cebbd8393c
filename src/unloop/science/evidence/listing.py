"""The list of studies as a page: `python -m unloop.science.evidence.listing > docs/evidence/studies.md`."""

from __future__ import annotations

import sys
from collections import Counter

from unloop.science.evidence.record import FOR_PATIENTS, StudyRecord
from unloop.science.evidence.store import studies

HEAD = """# Studies of the evidence store

Made by `python -m unloop.science.evidence.listing`; the records stand in `src/unloop/science/evidence/studies/`.
Barred values are those that were told by somebody else, read off a picture or never seen: they stand on no page for
patients until somebody has held them against the paper. Awaited values have a row and no number.
"""


def page() -> str:
    """The whole page in Markdown."""
    records = studies()
    topics = dict.fromkeys(record.study.topic for record in sorted(records, key=lambda one: one.study.topic))
    parts = [HEAD, _counts(records)]
    for topic in topics:
        parts += [
            f"## {topic[0].upper()}{topic[1:]}",
            _table([one for one in records if one.study.topic == topic]),
        ]
    return "\n".join(parts)


def _counts(records: tuple[StudyRecord, ...]) -> str:
    how = Counter(value.how for record in records for value in record.sourced())
    said = ", ".join(f"{count} {name}" for name, count in sorted(how.items()))
    return f"{len(records)} records, {sum(how.values())} sourced values: {said}.\n"


def _table(records: list[StudyRecord]) -> str:
    lines = ["| id | about | source | values | barred | awaited | shares people with |", "| --- " * 7 + "|"]
    for record in records:
        values = record.sourced()
        rows = (*record.observation, *record.response)
        awaited = sum(row.awaited is not None for row in rows)
        barred = sum(value.how not in FOR_PATIENTS for value in values)
        shares = ", ".join(f"`{name}`" for name in record.study.overlaps_with)
        cells = (f"`{record.id}`", record.study.about, _source(record), len(values), barred, awaited, shares)
        lines.append("| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _source(record: StudyRecord) -> str:
    named = record.study.source
    return (
        named if record.study.doi is None or record.study.doi in named else f"{named}, doi {record.study.doi}"
    )


if __name__ == "__main__":
    sys.stdout.write(page())
