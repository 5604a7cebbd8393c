"""10,000 random forms against a scorer written from the publications, which reads none of our files."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime

import numpy as np
import pytest

from unloop.care.symptoms import Responses, bundled, score
from unloop.facts import Sex

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FORMS = 10_000

# instrument: (items, lowest, highest answer, total needs items up to, cut points, words)
PUBLISHED = {
    "phq-9": (9, 0, 3, 9, [5, 10, 15, 20], ["minimal", "mild", "moderate", "moderately severe", "severe"]),
    "gad-7": (7, 0, 3, 7, [5, 10, 15], ["minimal", "mild", "moderate", "severe"]),
    "ybocs": (10, 0, 4, 10, [8, 16, 24, 32], ["subclinical", "mild", "moderate", "severe", "extreme"]),
    "wsas": (5, 0, 8, 5, [10, 21], ["low", "marked", "moderately severe or worse"]),
    "aldrete": (5, 0, 2, 5, [9], ["below 9", "9 or 10"]),
    "mpadss": (5, 0, 2, 5, [9], ["below 9", "9 or 10"]),
    "cadss-6": (6, 0, 4, 6, [], []),
    "cgi-s": (1, 1, 7, 1, [], []),
    "cgi-i": (1, 1, 7, 1, [], []),
    "rass": (1, -5, 4, 1, [], []),
    "audit-c": (3, 0, 4, 3, [], []),
    "check-in": (16, 0, 3, 5, [], []),
}
SUBSCALES = {
    "ybocs": {"obsessions": range(1, 6), "compulsions": range(6, 11)},
    "check-in": {"obsessions": (1, 2), "compulsions": (3, 4), "interference": (6, 7, 8, 9)},
}
SUICIDE_ITEM = {"phq-9": 9, "check-in": 16}
ALCOHOL_CUT_OFF = {Sex.MALE: 4, Sex.FEMALE: 3}


def points(values: list[int | None], numbers) -> int | None:
    picked = [values[number - 1] for number in numbers]
    return None if None in picked else sum(picked)


def written_again(instrument_id: str, values: list[int | None], sex: Sex) -> dict[str, object]:
    """The score by the publications alone."""
    _, _, _, needed, cuts, words = PUBLISHED[instrument_id]
    total = points(values, range(1, needed + 1))
    band = words[bisect_right(cuts, total)] if words and total is not None else None
    if instrument_id == "audit-c" and total is not None:
        band = "at or above the cut-off" if total >= ALCOHOL_CUT_OFF[sex] else "below the cut-off"
    suicide = None
    if instrument_id in SUICIDE_ITEM:
        answer = values[SUICIDE_ITEM[instrument_id] - 1]
        suicide = "unanswered" if answer is None else "positive" if answer >= 1 else "negative"
    return {
        "total": total,
        "band": band,
        "subscales": {
            name: points(values, numbers) for name, numbers in SUBSCALES.get(instrument_id, {}).items()
        },
        "missing": tuple(str(number) for number, value in enumerate(values, start=1) if value is None),
        "suicide": suicide,
    }


@pytest.mark.parametrize("seed", range(4))
def test_both_scorers_agree_on_every_form(seed):
    rng = np.random.default_rng(20260302 + seed)
    names = list(PUBLISHED)
    seen = set()
    for _ in range(FORMS // 4):
        name = names[rng.integers(len(names))]
        items, low, high, *_ = PUBLISHED[name]
        values = [None if rng.random() < 0.04 else int(rng.integers(low, high + 1)) for _ in range(items)]
        sex = [Sex.FEMALE, Sex.MALE][rng.integers(2)]
        answers = {str(number): value for number, value in enumerate(values, start=1)}
        if rng.random() < 0.5:  # a key that is left out means the same as null
            answers = {link_id: value for link_id, value in answers.items() if value is not None}
        scored = score(bundled(name), Responses(name, AT, answers), sex=sex)
        ours = {
            "total": scored.total,
            "band": scored.band,
            "subscales": dict(scored.subscales),
            "missing": scored.missing,
            "suicide": None if scored.suicide is None else scored.suicide.value,
        }
        assert ours == written_again(name, values, sex), (name, values)
        seen.add((name, scored.total is None))
    assert {name for name, _ in seen} == set(names)
    assert {withheld for _, withheld in seen} == {True, False}
