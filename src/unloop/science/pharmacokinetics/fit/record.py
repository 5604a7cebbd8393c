"""A person's doses and levels from a CSV file: each row read or refused by its number.

::

    event,minutes,until,value,unit,analyte,site
    dose,0,40,35,mg,,
    level,40,,180,ng/mL,S-ketamine,venous
    level,230,,0.031,mg/L,S-ketamine,venous
    level,1440,,<2,ng/mL,S-ketamine,venous

- `event`: `dose` or `level`.
- `minutes`: when the dose began or the blood was drawn; any zero, the same for every row.
- `until`: the minute at which an infusion ended; empty for a dose pushed at once, and for a level.
- `value` with `unit`: a dose in mg (of base, as labelled), mg/kg or mg-hydrochloride; a level in ng/mL, ug/L, mg/L,
  ug/mL, nmol/mL, umol/L or nmol/L. `<2` is a level below the laboratory's limit of quantification of 2.
- `analyte`: `S-ketamine`, `R-ketamine` or `ketamine (S + R)`, which is what an ordinary assay measures after the
  racemate; or a metabolite by the name that a model gives it, such as `S-norketamine`.
- `site`: `venous` or `arterial`.

Lines that are empty or begin with # are passed over. No name, birth date or number of a person belongs in the file.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.drug import Analyte, Site, Weighed, as_base_mg
from unloop.science.pharmacokinetics.fit.level import Level
from unloop.science.pharmacokinetics.schedule import Bolus, Infusion, Schedule

HEADER = ("event", "minutes", "until", "value", "unit", "analyte", "site")

NG_PER_ML = {"ng/mL": 1.0, "ug/L": 1.0, "µg/L": 1.0, "mcg/L": 1.0, "mg/L": 1000.0, "ug/mL": 1000.0}
NMOL_PER_ML = {"nmol/mL": 1.0, "umol/L": 1.0, "nmol/L": 0.001}
DOSE_UNITS = ("mg", "mg/kg", "mg-hydrochloride")
SITES = (Site.VENOUS, Site.ARTERIAL)


@dataclass(frozen=True, slots=True)
class Record:
    """What a file says was given and measured; levels in its order."""

    schedule: Schedule
    levels: tuple[Level, ...]


def read_record(data: bytes, *, weight_kg: float) -> Record:
    """Read a file of doses and levels.

    Args:
        data: CSV in UTF-8 with the header above.
        weight_kg: for doses in mg/kg.

    Raises:
        InputRefused: naming the row, when anything in it cannot be read.
    """
    infusions: list[Infusion] = []
    boluses: list[Bolus] = []
    levels: list[Level] = []
    for number, row in _rows(data):
        where = f"row {number}"
        match row["event"]:
            case "dose":
                dose = _dose(row, where, weight_kg)
                if isinstance(dose, Bolus):
                    boluses.append(dose)
                else:
                    infusions.append(dose)
            case "level":
                levels.append(_level(row, where))
            case other:
                raise _refused(where, "event", other, allowed="dose or level")
    if not infusions and not boluses:
        raise InputRefused("file", given="no dose", allowed="at least one", mend="add a row with event dose")
    return Record(Schedule(tuple(infusions), tuple(boluses)), tuple(levels))


def _rows(data: bytes) -> Iterable[tuple[int, Mapping[str, str]]]:
    """Each row that says something, with its number in the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRefused("file", given=error.reason, allowed="UTF-8", mend="save it as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] | None = None
    for cells in reader:
        values = [cell.strip() for cell in cells]
        if not any(values) or values[0].startswith("#"):
            continue
        if header is None:
            header = _header(values)
        elif len(values) != len(header):
            raise InputRefused(
                f"row {reader.line_num}",
                given=f"{len(values)} cells",
                allowed=f"{len(header)}, as in the header",
                mend="leave a cell empty rather than out; write 0.5 with a point, not a comma",
            )
        else:
            yield reader.line_num, dict(zip(header, values, strict=True))


def _header(values: list[str]) -> list[str]:
    names = [value.lower() for value in values]
    if sorted(names) != sorted(HEADER):
        raise InputRefused(
            "header",
            given=",".join(names),
            allowed=",".join(HEADER),
            mend="name the columns so, in any order",
        )
    return names


def _dose(row: Mapping[str, str], where: str, weight_kg: float) -> Infusion | Bolus:
    amount, start = _number(row, "value", where), _number(row, "minutes", where)
    if row["unit"] not in DOSE_UNITS:
        raise _refused(where, "unit", row["unit"], allowed=", ".join(DOSE_UNITS))
    if not amount > 0:
        raise _refused(where, "value", row["value"], allowed="a dose above 0")
    for name in ("analyte", "site"):
        if row[name]:
            raise _refused(where, name, row[name], allowed="nothing: a dose has none")
    weighed = Weighed.HYDROCHLORIDE if row["unit"] == "mg-hydrochloride" else Weighed.BASE
    mg = as_base_mg(amount * weight_kg if row["unit"] == "mg/kg" else amount, weighed)
    if not row["until"]:
        return Bolus(at_min=start, mg=mg)
    end = _number(row, "until", where)
    if not end > start:
        raise _refused(
            where, "until", row["until"], allowed="a minute after the start, or nothing for a bolus"
        )
    return Infusion.of_dose(mg, start_min=start, end_min=end)


def _level(row: Mapping[str, str], where: str) -> Level:
    minutes = _number(row, "minutes", where)
    if row["until"]:
        raise _refused(where, "until", row["until"], allowed="nothing: a level is drawn at one minute")
    if row["unit"] not in {*NG_PER_ML, *NMOL_PER_ML}:
        raise _refused(where, "unit", row["unit"], allowed=", ".join([*NG_PER_ML, *NMOL_PER_ML]))
    below = row["value"].startswith("<")
    value = _number({**row, "value": row["value"].removeprefix("<").strip()}, "value", where)
    if not value > 0:
        raise _refused(where, "value", row["value"], allowed="above 0, or < and the limit of quantification")
    try:
        analyte, site = Analyte(row["analyte"]), Site(row["site"])
    except ValueError:
        known = row["analyte"] in set(Analyte)
        name, allowed = ("site", SITES) if known else ("analyte", tuple(Analyte))
        raise _refused(where, name, row[name], allowed=", ".join(allowed)) from None
    if site not in SITES:
        raise _refused(where, "site", site, allowed=", ".join(SITES))
    moles = NMOL_PER_ML.get(row["unit"], 0.0) * analyte.g_per_mol
    return Level(minutes, value * NG_PER_ML.get(row["unit"], moles), analyte, site, below=below, row=where)


def _number(row: Mapping[str, str], name: str, where: str) -> float:
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _refused(where, name, row[name], allowed="a number")
    return value


def _refused(where: str, name: str, given: str, *, allowed: str) -> InputRefused:
    return InputRefused(
        f"{where}: {name}", given=given or None, allowed=allowed, mend="mend this row of the file"
    )
