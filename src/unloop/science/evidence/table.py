"""A table of studies as a file: one row a study, one of four forms, refused with row and column.

The forms: `study` and `n1,mean1,sd1,n2,mean2,sd2`, or `events1,n1,events2,n2`, or `events,n`, or `yi,vi`; 1 is
treated, 2 is control. Columns in any order; an unknown column is refused, since a silent one may be meant.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.evidence.effects import (
    LARGEST,
    LARGEST_VARIANCE,
    LEAST_VARIANCE,
    Counts,
    Data,
    Effects,
    Means,
    Measure,
    OneArm,
    effects_given,
    effects_of,
)

MEANS = ("n1", "mean1", "sd1", "n2", "mean2", "sd2")
COUNTS = ("events1", "n1", "events2", "n2")
ONE_ARM = ("events", "n")
GIVEN = ("yi", "vi")
FORMS = (MEANS, COUNTS, ONE_ARM, GIVEN)
FORMS_IN_WORDS = "study and one of: " + " · ".join(",".join(form) for form in FORMS)
MOST_STUDIES = 10_000
MOST_PEOPLE = 1e9


@dataclass(frozen=True, slots=True)
class Given:
    """Effects and variances computed elsewhere; lists of k numbers."""

    yi: tuple[float, ...]
    vi: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StudyTable:
    """The rows of a file, in its order."""

    labels: tuple[str, ...]
    data: Data | Given

    def effects(self, measure: Measure) -> Effects:
        """Effects and variances for a measure; effects that were given are taken as this measure's.

        Raises:
            InputRefused: when the measure needs other data.
        """
        match self.data:
            case Given(yi, vi):
                return effects_given(measure, yi, vi, labels=self.labels)
            case Means() | Counts() | OneArm():
                return effects_of(measure, self.data, labels=self.labels)
            case _:
                assert_never(self.data)


def read_table(text: bytes, *, where: str = "studies") -> StudyTable:
    """Read a file of studies.

    Args:
        text: CSV in UTF-8 with a header, separated by commas, decimals with a point.
        where: what to call the file in a refusal.

    Raises:
        InputRefused: with the row (the header is row 1) and the column of the first thing that is wrong.
    """
    rows = csv_rows(text, where)
    form = _form(rows[0], where)
    columns = {name: rows[0].index(name) for name in ("study", *form)}
    records = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    if not 1 <= len(records) <= MOST_STUDIES:
        raise InputRefused(
            where,
            given=f"{len(records)} studies",
            allowed=f"1 to {MOST_STUDIES} rows below the header",
            mend="give one row for each study",
        )
    labels, values = [], []
    for number, row in records:
        if len(row) != len(rows[0]):
            raise _refused(
                where,
                number,
                None,
                given=f"{len(row)} cells",
                allowed=f"{len(rows[0])} cells, as in the header",
            )
        labels.append(_label(row[columns["study"]], where, number))
        cells = {name: _number(name, row[columns[name]], where, number=number) for name in form}
        _check_row(cells, where, number)
        values.append([cells[name] for name in form])
    return StudyTable(tuple(labels), _data(form, np.array(values, dtype=np.float64)))


def csv_rows(text: bytes, where: str) -> list[list[str]]:
    """The cells of a CSV file, stripped; the header is the first row.

    Raises:
        InputRefused: when it is no CSV in UTF-8, or has no header.
    """
    try:
        decoded = text.decode("utf-8-sig")
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(decoded), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputRefused(
            where, given=error, allowed="CSV in UTF-8", mend="save the table as CSV in UTF-8"
        ) from error
    if not rows or not any(rows[0]):
        raise InputRefused(
            f"{where} row 1", given=None, allowed="column names", mend="begin with a row of column names"
        )
    return rows


def _form(header: list[str], where: str) -> tuple[str, ...]:
    twice = [name for name in header if header.count(name) > 1]
    for form in FORMS:
        if set(header) == {"study", *form} and not twice:
            return form
    known = {"study", *(name for form in FORMS for name in form)}
    strange = [name for name in header if name not in known] or twice
    mend = f"name or remove column {strange[0]!r}" if strange else "give the columns of exactly one form"
    if len(header) == 1 and ";" in header[0]:
        mend = "separate the columns by commas and write decimals with a point"
    raise InputRefused(f"{where} row 1", given=", ".join(header), allowed=FORMS_IN_WORDS, mend=mend)


def _label(text: str, where: str, number: int) -> str:
    if not text or not text.isprintable() or len(text) > 200:
        raise _refused(where, number, "study", given=text, allowed="a name of 1 to 200 printable characters")
    return text


def _number(name: str, text: str, where: str, *, number: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        allowed = f"a number with a decimal point{' and no fraction' if name in _WHOLE else ''}"
        raise _refused(where, number, name, given=text or None, allowed=allowed)
    low, high = _RANGES[name.rstrip("12")]
    if not low <= value <= high or (name in _WHOLE and value != int(value)):
        whole = "a whole number " if name in _WHOLE else ""
        raise _refused(where, number, name, given=text, allowed=f"{whole}from {low:g} to {high:g}")
    return value


_WHOLE = frozenset({"n", "n1", "n2", "events", "events1", "events2"})
_RANGES = {
    "n": (1.0, MOST_PEOPLE),
    "events": (0.0, MOST_PEOPLE),
    "mean": (-LARGEST, LARGEST),
    "sd": (1e-6, LARGEST),
    "yi": (-LARGEST, LARGEST),
    "vi": (LEAST_VARIANCE, LARGEST_VARIANCE),
}


def _check_row(cells: dict[str, float], where: str, number: int) -> None:
    for suffix in ("", "1", "2"):
        people = cells.get(f"n{suffix}")
        if people is None:
            continue
        if cells.get(f"events{suffix}", 0.0) > people:
            raise _refused(
                where,
                number,
                f"events{suffix}",
                given=f"{cells[f'events{suffix}']:g}",
                allowed=f"at most n{suffix}, which is {people:g}",
            )
        if f"sd{suffix}" in cells and people < 2:
            raise _refused(
                where,
                number,
                f"n{suffix}",
                given=f"{people:g}",
                allowed="2 or more, since one person has no spread",
            )


def _refused(where: str, number: int, column: str | None, *, given: object, allowed: str) -> InputRefused:
    place = f"{where} row {number}" + (f", column {column}" if column else "")
    return InputRefused(
        place, given=given, allowed=allowed, mend="mend this cell" if column else "mend this row"
    )


def _data(form: tuple[str, ...], values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Data | Given:
    columns = list(values.T)
    if form == MEANS:
        return Means(*columns)
    if form == COUNTS:
        return Counts(*columns)
    if form == ONE_ARM:
        return OneArm(*columns)
    return Given(tuple(columns[0].tolist()), tuple(columns[1].tolist()))
