"""How much of a medicine is taken a day, read only where it is written beyond doubt, and what it is in diazepam."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from unloop.care.treatment_history.ingredients import shipped_table
from unloop.care.treatment_history.naming import Resolved, resolve
from unloop.facts import Record

_AMOUNT = re.compile(
    r"(?<![\w.,/-])(\d{1,4}(?:\.\d{1,3})?)\s*(mg|mcg|µg|μg)\b(?!\s*/\s*(?!d\b|day\b))", re.IGNORECASE
)
_TIMES = (
    (4, re.compile(r"\b(?:four times|4\s*(?:x|times)) (?:a|per) day\b|\bfour times daily\b", re.IGNORECASE)),
    (3, re.compile(r"\b(?:three times|3\s*(?:x|times)) (?:a|per) day\b|\bthree times daily\b", re.IGNORECASE)),
    (2, re.compile(r"\b(?:twice|two times|2\s*(?:x|times)) (?:a|per) day\b|\btwice daily\b", re.IGNORECASE)),
    (1, re.compile(r"\b(?:once )?(?:a|per) day\b|\b(?:once )?daily\b|/\s*(?:d|day)\b|\bat (?:night|bedtime)\b|\bevery (?:day|morning|evening|night)\b", re.IGNORECASE)),
)  # fmt: skip
_UNSURE = re.compile(
    r"\b(?:as needed|when needed|if needed|prn|p\.r\.n|max\w*|up to|tablets?|half|every other|alternate|to|or|then|tds|weeks?|hours?)\b|\d\s*-\s*\d|½",
    re.IGNORECASE,
)
_SOME_TIMES = re.compile(r"\btimes\b|\d\s*x\b|\bx\s*\d|\btwice\b|hourly", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AsDiazepam:
    """What the benzodiazepines of a list come to a day, in milligrams of diazepam.

    Attributes:
        low_mg, high_mg: by the smallest and the largest figures of the sources; of what could be compared.
        parts: one phrase a medicine: what is taken, and what that is in diazepam.
        unknown: benzodiazepines without a daily dose, or that no source compares.
        sources: citations of what was compared by.
    """

    low_mg: float
    high_mg: float
    parts: tuple[str, ...]
    unknown: tuple[str, ...]
    sources: tuple[str, ...]


def read_daily_dose(text: str) -> float | None:
    """Milligrams a day where a text says one amount and how often a day: `lorazepam 1 mg twice a day` is 2.

    Anything that could be read in two ways is None: ranges, as needed, tablets, two amounts, Latin abbreviations.
    """
    amounts = _AMOUNT.findall(text)
    if len(amounts) != 1 or _UNSURE.search(text):
        return None
    number, unit = amounts[0]
    often = [times for times, pattern in _TIMES if pattern.search(text)]
    if not often or float(number) <= 0 or (often[0] == 1 and _SOME_TIMES.search(text)):
        return None
    return float(number) * often[0] / (1 if unit.lower() == "mg" else 1000)


def as_diazepam(medicines: Iterable[str], doses: Iterable[Record]) -> AsDiazepam | None:
    """The benzodiazepines of a list in diazepam; None where the list holds none.

    Args:
        medicines: the list as written.
        doses: records of `medicine_doses`; the last one that names an ingredient counts.
    """
    by_ingredient = {key: dose for one in doses for key, dose in _dose_of(one)}
    table, parts, unknown, sources = shipped_table(), [], [], []
    low = high = 0.0
    benzodiazepines = list(dict.fromkeys(_benzodiazepines(medicines)))
    for drug in benzodiazepines:
        dose = by_ingredient.get(drug)
        compared = table.diazepam(drug, dose) if dose is not None else None
        if dose is None or compared is None:
            unknown.append(drug)
            continue
        low, high = low + compared.low_mg, high + compared.high_mg
        parts.append(f"{drug} {dose:g} mg a day: {said(compared.low_mg, compared.high_mg)}")
        sources += [table.sources[one] for one in compared.sources]
    if not benzodiazepines:
        return None
    return AsDiazepam(low, high, tuple(parts), tuple(unknown), tuple(dict.fromkeys(sources)))


def said(low: float, high: float) -> str:
    """A daily amount in diazepam, in words."""
    least, most = f"{low:.3g}", f"{high:.3g}"
    return f"{least} mg of diazepam" if least == most else f"{least} to {most} mg of diazepam"


def _benzodiazepines(medicines: Iterable[str]) -> Iterable[str]:
    table = shipped_table()
    for name in medicines:
        found = resolve(name)
        for one in found.ingredients if isinstance(found, Resolved) else ():
            if "benzodiazepine" in table.ingredients[one].classes:
                yield one


def _dose_of(record: Record) -> Iterable[tuple[str, float]]:
    dose, found = record.get("mg_per_day"), resolve(str(record.get("medicine") or ""))
    if isinstance(dose, bool) or not isinstance(dose, (int, float)) or not 0 <= dose < 1e5:
        return
    if isinstance(found, Resolved) and len(found.ingredients) == 1:
        yield found.ingredients[0], float(dose)
