"""How a number of a study is written on a page: rounded as people round, with commas between thousands."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def written(value: float, decimals: int, *, language: str = "en") -> str:
    """A number to so many decimals, a half away from 0: 6.85 is 6.9, which as a binary fraction is a little less.

    In Spanish the decimals stand behind a comma, and thousands are parted by a thin space from five digits on.

    Example:
        >>> written(6.85, 1), written(1285.0, 0), written(6.85, 1, language="es")
        ('6.9', '1,285', '6,9')
    """
    exact = Decimal(f"{value:.10g}")  # ten digits, so that 0.285 of 100 is 28.5 again
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if language != "es":
        return f"{rounded:,}"
    whole, _, part = str(rounded).partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u202f") if len(whole) > 4 else whole
    return f"{grouped},{part}" if part else grouped
