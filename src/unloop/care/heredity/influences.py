"""What else bears on OCD beside inheritance, with its numbers: said beside every risk, and put into none.

Only what was measured in a population is listed. Ratios are hazard ratios against people without it; all are small
beside a family history, none is a cause proved for one person, and none enters the computed risk.
"""

from __future__ import annotations

from dataclasses import dataclass

_BRANDER = (
    "Brander 2016, doi 10.1001/jamapsychiatry.2016.2095: 2.42 million births, 17,305 cases, siblings compared"
)
_MATAIX_COLS = "Mataix-Cols 2013, doi 10.1001/jamapsychiatry.2013.3: 24,768 cases"
_MAHJANI = "Mahjani 2020, doi 10.1016/j.biopsych.2020.01.006"


@dataclass(frozen=True, slots=True)
class Influence:
    """One thing that goes with more OCD: a ratio and its 95% interval."""

    what: str
    ratio: float
    low: float
    high: float
    source: str


AROUND_BIRTH = (
    Influence("a mother who smoked 10 or more cigarettes a day", 1.27, 1.02, 1.58, _BRANDER),
    Influence("birth in breech position", 1.35, 1.06, 1.71, _BRANDER),
    Influence("birth by caesarean section", 1.17, 1.01, 1.34, _BRANDER),
    Influence("birth before term", 1.24, 1.07, 1.43, _BRANDER),
    Influence("a birth weight of 1,501 to 2,500 g", 1.30, 1.05, 1.62, _BRANDER),
    Influence("a weight high for the time of birth", 1.23, 1.05, 1.45, _BRANDER),
    Influence("signs of distress just after birth (low Apgar score)", 1.50, 1.07, 2.09, _BRANDER),
    Influence("one such event around birth", 1.11, 1.07, 1.15, _BRANDER),
    Influence("five or more such events", 1.51, 1.18, 1.94, _BRANDER),
)

SHARES = (
    ("inherited, of the differences in liability", "47% (42 to 52)", _MATAIX_COLS),
    ("shared by growing up in one home", "about 0%", _MATAIX_COLS),
    ("by the mother's genes through her, not through the child's", "7.6% (6.9 to 8.3)", _MAHJANI),
)

LIFE_EXPERIENCE = (
    "The rest, about half, is what each person lives through alone, and chance. No event of a life has been measured "
    "well enough in OCD to put a number on it here, and growing up in the same home adds nothing measurable, so no "
    f"parent has caused it by how they raised a child ({_MATAIX_COLS})."
)
