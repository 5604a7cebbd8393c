"""10,000 random forms against a scorer written from the publications, which reads none of our files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest

from examples import LONG, TIMES
from unloop.care.symptoms import Responses, bundled, library, score
from unloop.facts import Sex

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FORMS = 10_000 * (TIMES if LONG else 1)
SEEDS = 4
Values = Mapping[int, int | None]


@dataclass(frozen=True)
class Sheet:
    """A scale as its publication tabulates it: items of low to high, what is added up, and where bands begin."""

    items: int
    low: int
    high: int
    added: Iterable[int] = ()
    cuts: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    parts: Mapping[str, Iterable[int]] = field(default_factory=dict)
    asked_after: Mapping[int, int] = field(
        default_factory=dict
    )  # item: the earlier one that must be above zero
    deaths: Iterable[int] = ()


PUBLISHED = {
    "phq-9": Sheet(
        9, 0, 3, range(1, 10), (5, 10, 15, 20),
        ("minimal", "mild", "moderate", "moderately severe", "severe"), deaths=(9,),
    ),
    "gad-7": Sheet(7, 0, 3, range(1, 8), (5, 10, 15), ("minimal", "mild", "moderate", "severe")),
    "ybocs": Sheet(
        10, 0, 4, range(1, 11), (8, 16, 24, 32), ("subclinical", "mild", "moderate", "severe", "extreme"),
        {"obsessions": range(1, 6), "compulsions": range(6, 11)},
    ),
    "ybocs-ii": Sheet(
        10, 0, 5, range(1, 11), (15, 22, 35), ("none or subclinical", "mild", "moderate", "severe"),
        {"obsessions": range(1, 6), "compulsions": range(6, 11)},
    ),
    "docs": Sheet(
        20, 0, 4, range(1, 21),
        parts={
            "contamination": range(1, 6), "harm-and-safety-doubt": range(6, 11),
            "unacceptable-thoughts": range(11, 16), "symmetry-and-order": range(16, 21),
        },
    ),
    "oci-r": Sheet(
        18, 0, 4, range(1, 19), (16, 28), ("mild", "moderate", "severe"),
        {
            "hoarding": (1, 7, 13), "checking": (2, 8, 14), "ordering": (3, 9, 15),
            "neutralising": (4, 10, 16), "washing": (5, 11, 17), "obsessing": (6, 12, 18),
        },
    ),
    "oci-12": Sheet(
        12, 0, 4, range(1, 13),
        parts={"checking": (1, 5, 9), "ordering": (2, 6, 10), "washing": (3, 7, 11), "obsessing": (4, 8, 12)},
    ),
    "wsas": Sheet(5, 0, 8, range(1, 6), (10, 21), ("low", "marked", "moderately severe or worse")),
    "aldrete": Sheet(5, 0, 2, range(1, 6), (9,), ("below 9", "9 or 10")),
    "mpadss": Sheet(5, 0, 2, range(1, 6), (9,), ("below 9", "9 or 10")),
    "cadss": Sheet(23, 0, 4, range(1, 24)),
    "cadss-6": Sheet(6, 0, 4, range(1, 7)),
    "cgi-s": Sheet(1, 1, 7, (1,)),
    "cgi-i": Sheet(1, 1, 7, (1,)),
    "rass": Sheet(1, -5, 4, (1,)),
    "moaas": Sheet(1, 0, 5, (1,)),
    "audit-c": Sheet(3, 0, 4, range(1, 4)),
    "check-in": Sheet(
        23, 0, 3, range(1, 6),
        parts={"obsessions": (1, 2), "compulsions": (3, 4), "interference": (6, 7, 8, 9)},
        asked_after=dict.fromkeys(range(17, 24), 3), deaths=(16,),
    ),
    "c-ssrs": Sheet(7, 0, 1, asked_after={3: 2, 4: 2, 5: 2, 7: 6}, deaths=range(1, 8)),
    "c-ssrs-since-last-contact": Sheet(6, 0, 1, asked_after={3: 2, 4: 2, 5: 2}, deaths=range(1, 7)),
}  # fmt: skip
ALCOHOL_CUT_OFF = {Sex.MALE: 4, Sex.FEMALE: 3}
LADDER = ("none", "low", "moderate", "high")


def points(values: Values, numbers: Iterable[int]) -> int | None:
    picked = [values[number] for number in numbers]
    return None if None in picked else sum(picked)


def triage(name: str, yes: Values) -> str:
    """The box of the printed triage into which a complete form falls."""
    recent_act = yes[7] if name == "c-ssrs" else yes[6]
    if yes[4] or yes[5] or recent_act:
        return "high"
    if yes[3] or (name == "c-ssrs" and yes[6]):
        return "moderate"
    return "low" if yes[1] or yes[2] else "none"


def closed(sheet: Sheet, values: Values, number: int) -> bool:
    """Whether the form skips this question: the earlier one was answered with no."""
    return number in sheet.asked_after and values[sheet.asked_after[number]] == 0


def every_completion(sheet: Sheet, values: Values) -> Iterable[dict[int, int]]:
    """The form with each open question answered in each way; what the form skips is a no."""
    gaps = [number for number, value in values.items() if value is None]
    for filled in product((0, 1), repeat=len(gaps)):
        form = {**values, **dict(zip(gaps, filled, strict=True))}
        if all(not (form[number] and closed(sheet, form, number)) for number in gaps):
            yield form


def level(name: str, sheet: Sheet, values: Values) -> tuple[str | None, str | None]:
    """The level if every completion has the same one; else the lowest of them, unless that is none."""
    found = {triage(name, form) for form in every_completion(sheet, values)}
    lowest = min(found, key=LADDER.index)
    return (lowest, None) if len(found) == 1 else (None, None if lowest == "none" else lowest)


def suicide(sheet: Sheet, values: Values) -> str | None:
    if not list(sheet.deaths):
        return None
    if any(values[number] for number in sheet.deaths):
        return "positive"
    open_ones = [n for n in sheet.deaths if values[n] is None and not closed(sheet, values, n)]
    return "unanswered" if open_ones else "negative"


def put(sheet: Sheet, values: Values, number: int) -> bool:
    earlier = sheet.asked_after.get(number)
    return earlier is None or bool(values[earlier])


def written_again(name: str, values: Values, sex: Sex) -> dict[str, object]:
    """The score by the publications alone."""
    sheet = PUBLISHED[name]
    total = points(values, sheet.added) if sheet.added else None
    band = sheet.words[bisect_right(sheet.cuts, total)] if sheet.words and total is not None else None
    at_least = None
    if name == "audit-c" and total is not None:
        band = "at or above the cut-off" if total >= ALCOHOL_CUT_OFF[sex] else "below the cut-off"
    if name.startswith("c-ssrs"):
        band, at_least = level(name, sheet, values)
    return {
        "total": total,
        "band": band,
        "at_least": at_least,
        "subscales": {part: points(values, numbers) for part, numbers in sheet.parts.items()},
        "missing": {str(n) for n, value in values.items() if value is None and put(sheet, values, n)},
        "suicide": suicide(sheet, values),
    }


def test_every_instrument_that_ships_is_written_again_here():
    assert set(PUBLISHED) == {instrument.id for instrument in library()}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_scorers_agree_on_every_form(seed):
    rng = np.random.default_rng(20260302 + seed)
    names = list(PUBLISHED)
    seen = set()
    for _ in range(FORMS // SEEDS):
        name = names[rng.integers(len(names))]
        sheet = PUBLISHED[name]
        drawn = rng.integers(sheet.low, sheet.high + 1, sheet.items)
        left_out = rng.random(sheet.items) < rng.choice([0.0, 0.02, 0.2])
        values = {n: None if left_out[n - 1] else int(drawn[n - 1]) for n in range(1, sheet.items + 1)}
        sex = [Sex.FEMALE, Sex.MALE][rng.integers(2)]
        answers = {str(number): value for number, value in values.items()}
        if rng.random() < 0.5:  # a key that is left out means the same as null
            answers = {link_id: value for link_id, value in answers.items() if value is not None}
        scored = score(bundled(name), Responses(name, AT, answers), sex=sex)
        ours = {
            "total": scored.total,
            "band": scored.band,
            "at_least": scored.at_least,
            "subscales": dict(scored.subscales),
            "missing": set(scored.missing),
            "suicide": None if scored.suicide is None else scored.suicide.value,
        }
        assert ours == written_again(name, values, sex), (name, values)
        seen.add((name, scored.total is None and scored.band is None))
    assert {name for name, _ in seen} == set(names)
    assert {withheld for _, withheld in seen} == {True, False}
