"""What every quantity shares: one number, one unit, one plausible range, checked once at birth."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, Self, cast

from unloop.quantity.refusal import InputRefused

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number whose field name is its unit.

    A quantity that exists is finite and lies within `low`-`high`; nothing downstream checks again. Two quantities
    of different types neither add nor compare, so a swapped argument is a type error and not a dose.

    Attributes:
        what: the quantity's name in words.
        unit: its UCUM code, the only unit that is read or written.
        low, high: the plausible range, both ends included, in that unit.
        check: what to look at when a number falls outside the range.
    """

    what: ClassVar[str] = "quantity"
    unit: ClassVar[str] = "1"
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf
    check: ClassVar[str] = "check the number and its unit"

    def __post_init__(self) -> None:
        name = fields(self)[0].name
        number: object = getattr(self, name)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise self.refusal(number, mend=f"give a number in {self.unit}")
        if not self.low <= number <= self.high:
            raise self.refusal(f"{number} {self.unit}", mend=self.check)
        # Adding 0.0 turns -0.0 into 0.0, which would otherwise be printed with its sign.
        object.__setattr__(self, name, float(number) + 0.0)

    @classmethod
    def of(cls, amount: float) -> Self:
        """A quantity of this kind from a bare number in `unit`, for code that chooses the kind from data."""
        return cast("Callable[[float], Self]", cls)(amount)

    @property
    def amount(self) -> float:
        """The bare number, in `unit`; for charts, storage and the science room."""
        number: float = getattr(self, fields(self)[0].name)
        return number

    @classmethod
    def allowed(cls) -> str:
        """The plausible range in words, such as `20-350 kg`."""
        return f"{plain(cls.low)}-{plain(cls.high)} {cls.unit}"

    @classmethod
    def refusal(cls, given: object, *, mend: str, where: str = "") -> InputRefused:
        """A refusal that names this quantity, what was given and its range."""
        return InputRefused(where or cls.what, given=given, allowed=cls.allowed(), mend=mend)

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.unit}"


def is_a(operand: object, kind: type[Quantity]) -> bool:
    """Whether an operand fits; types say so already, but a session's data are not checked by them."""
    return isinstance(operand, kind)


def plain(number: float, *, decimals: int = 6) -> str:
    """A number as a person writes it: no exponent, no trailing zero, always a leading zero.

    `5.0` is read as 50 and `.5` as 5 when the point is not seen; neither is ever written.
    """
    if not math.isfinite(number):
        return str(number)
    text = f"{number:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
