"""Text into a quantity, or a refusal that says the mend. Nothing without a unit is ever taken."""

from __future__ import annotations

import re
from typing import Final, TypeVar

from unloop.quantity.drug import Concentration, Dose, PumpRate, Volume, WeightedDose, WeightedRate
from unloop.quantity.measured import Quantity, plain
from unloop.quantity.spelling import EXAMPLES, FOREIGN, SLIPS, SPELLINGS

Q = TypeVar("Q", bound=Quantity)

LONGEST = 40
DECIMAL = re.compile(
    r"(?P<whole>0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?: ?(?P<unit>(?!e[+-]?[0-9])[^0-9.,\s].*))?",
    re.IGNORECASE,
)
# A trailing zero in an order is a known path to a tenfold dose; a scale or a monitor may well show 98.0.
NO_TRAILING_ZERO: Final = (Dose, WeightedDose, Concentration, Volume, PumpRate, WeightedRate)


def read(text: str, kind: type[Q], *, where: str = "") -> Q:
    """Reads one quantity such as `98.3 kg` or `0.5 mg/kg`.

    Args:
        text: a decimal number and the UCUM code of `kind`, with at most one space between.
        kind: the quantity expected; its unit is the only one taken, nothing is converted.
        where: the field's name for the message; default: the quantity's own name.

    Raises:
        InputRefused: for another unit or none, a comma, a sign, an exponent, a missing or trailing digit, or a
            number outside the plausible range. The message says how to write it.
    """
    given = text.strip()
    match = DECIMAL.fullmatch(given) if len(given) <= LONGEST else None
    if match is None:
        raise kind.refusal(given or "nothing", where=where, mend=slip(given, kind))
    written = match["whole"] + (match["fraction"] or "")
    number = float(written)
    if match["unit"] != kind.unit:
        raise kind.refusal(given, where=where, mend=other_unit(written, match["unit"], kind))
    if written.endswith("0") and match["fraction"] and issubclass(kind, NO_TRAILING_ZERO):
        mend = f"write {plain(number)} {kind.unit}: a trailing zero is misread as tenfold"
        raise kind.refusal(given, where=where, mend=mend)
    if not kind.low <= number <= kind.high:
        raise kind.refusal(given, where=where, mend=kind.check)
    return kind.of(number)


def read_field(text: str, kind: type[Q], *, where: str = "") -> Q:
    """Reads what was typed into a field beside which `kind`'s unit is printed.

    A bare number takes the printed unit. A unit that was typed all the same is read, and refused when it is another
    one: `150 lb` in a field for kilograms is never 150 kg.

    Raises:
        InputRefused: as `read`.
    """
    given = text.strip()
    bare = re.fullmatch(r"[0-9.,+-]+", given) is not None
    return read(f"{given} {kind.unit}" if bare else given, kind, where=where)


def example(kind: type[Quantity]) -> str:
    """How a value of this kind is written."""
    return f"{EXAMPLES.get(kind, '1')} {kind.unit}"


def other_unit(written: str, unit: str | None, kind: type[Quantity]) -> str:
    """The mend for a missing unit, another unit or another spelling of the right one."""
    if unit is None:
        return f"write the unit too: {written} {kind.unit}, if that is what was measured"
    folded = "".join(unit.lower().split()).rstrip(".")
    foreign = FOREIGN.get(kind, {}).get(folded)
    if foreign is not None:
        return foreign.say(float(written), f"{written} {unit}")
    if folded in SPELLINGS.get(kind, frozenset({kind.unit.lower()})):
        return f"write {written} {kind.unit}"
    return f"give it in {kind.unit}, such as {example(kind)}"


def slip(given: str, kind: type[Quantity]) -> str:
    """The mend for text that is no plain decimal number with a unit."""
    for pattern, mend in SLIPS:
        match = re.match(pattern, given[:LONGEST], re.IGNORECASE)
        if match is not None:
            return mend.format(*match.groups(), unit=kind.unit, example=example(kind))
    return f"write a number and the unit, such as {example(kind)}"
