"""How a risk is said: as people in a hundred, with its range, beside that of anybody; only to somebody who asked.

Words alone ("moderate") are understood differently, and a relative risk alone frightens or soothes (Austin 2012, doi
10.1016/j.psychres.2012.02.005); many want an explanation rather than a number (Austin 2008, doi
10.1007/s10897-007-9121-4). So the number is whole, the range stands beside it, and the question comes first.
"""

from __future__ import annotations

from dataclasses import dataclass

from unloop.quantity.refusal import InputRefused

ASK_FIRST = "Would you like to hear a number, or rather what runs in families and what does not?"
CAVEATS = (
    "This is an estimate from the family history alone, not a diagnosis and not a destiny.",
    "About half of the differences in liability between people are not inherited.",
    "It says nothing about how ketamine or any other treatment will work, and decides nothing about treatment.",
)


@dataclass(frozen=True, slots=True)
class RiskFigures:
    """A lifetime risk as it came from wherever it was computed; fractions of 1.

    Raises:
        InputRefused: not 0 <= low <= risk <= high <= 1.
    """

    risk: float
    low: float
    high: float
    baseline: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.low <= self.risk <= self.high <= 1.0 and 0.0 <= self.baseline <= 1.0):
            raise InputRefused(
                "risk",
                given=f"{self.low:g}, {self.risk:g}, {self.high:g}",
                allowed="low, risk and high in this order, fractions of 1",
                mend="give what the model returned",
            )


def say(figures: RiskFigures) -> str:
    """The sentence: "about 7 in 100, most likely between 3 and 10, beside 2 in 100 for anybody".

    Where a whole number in 100 would be 0, all are said in 1,000.
    """
    lowest = min(figures.risk, figures.low, figures.baseline)
    out_of = 100 if lowest >= 0.005 else 1000
    risk, low, high, baseline = (
        round(part * out_of) for part in (figures.risk, figures.low, figures.high, figures.baseline)
    )
    between = f"most likely between {low} and {high}" if low != high else "with little doubt about it"
    whole = f"{out_of:,}"
    return f"about {risk} in {whole}, {between}, beside {baseline} in {whole} for anybody"
