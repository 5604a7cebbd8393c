"""Verification sheets: for each model, what was printed or observed beside what ours gives, as Markdown.

`python -m unloop.science.pharmacokinetics.sheets docs/verification` writes them all again. A test holds the written
sheets against what would be written now, so none can be out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from unloop.science.pharmacokinetics.document import Combined, Proportional, Unknown
from unloop.science.pharmacokinetics.kinetic_model import KineticModel
from unloop.science.pharmacokinetics.library import model, model_ids, partial, partial_ids
from unloop.science.pharmacokinetics.parameter import Parameter
from unloop.science.pharmacokinetics.reference import Check
from unloop.science.pharmacokinetics.verification import Comparison, verify

INDEX = "README.md"
MEMORY_MARK = "memory, **unverified**"


def sheets() -> dict[str, str]:
    """Every sheet by its file name, and a page that lists them."""
    found = {f"{model_id}.md": sheet(model(model_id)) for model_id in model_ids()}
    found |= {f"{model_id}.md": _partial_sheet(model_id) for model_id in partial_ids()}
    return {INDEX: _index()} | found


def sheet(shown: KineticModel) -> str:
    """One model's sheet: where its values come from, and how it stands beside print."""
    lines = [
        f"# {shown.id}",
        "",
        f"{shown.title}.",
        "",
        *([f"**{shown.notice}**", ""] if shown.notice else []),
        *_table(("", ""), _facts(shown)),
        "",
        *(f"- {note}" for note in shown.notes),
        "",
        "## Values",
        "",
        *_table(
            ("parameter", "value", "per", "printed as", "read in"),
            [_parameter_row(name, value) for name, value in shown.printed_parameters().items()],
        ),
        "",
        *_variability(shown),
        "## Beside print",
        "",
        *_results(shown),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _facts(shown: KineticModel) -> list[tuple[str, str]]:
    analytes = dict.fromkeys(chain.from_iterable(shown.analytes_of(drug) for drug in shown.parts))
    ratio = shown.clearance_ratio
    return [
        ("status", shown.status),
        ("takes", ", ".join(shown.parts)),
        ("gives", ", ".join(analytes)),
        ("routes", ", ".join(shown.routes)),
        ("blood", f"{shown.blood.site}, reads as {shown.blood.reads_as}"),
        ("people", shown.people.summary),
        ("source", f"{shown.source.citation}, {shown.source.identifier}"),
        ("read in", shown.source.read_in),
        *(
            [("clearance of R over S", f"{ratio.value:g} ({ratio.low:g}-{ratio.high:g}): {ratio.source}")]
            if ratio is not None
            else []
        ),
    ]


def _parameter_row(name: str, value: Parameter) -> tuple[str, ...]:
    power = "" if value.weight_exponent is None else f", power {value.weight_exponent:g}"
    origin = MEMORY_MARK if value.provenance == "memory" else value.provenance
    unit = "" if value.unit == "1" else f" {value.unit}"
    return name, f"{value.value:g}{unit}", f"{value.per}{power}", value.printed_as or "", origin


def _variability(shown: KineticModel) -> list[str]:
    between = shown.between_all or shown.between
    if isinstance(between, Unknown):
        told = f"unknown: {between.reason}"
    else:
        diagonal = [f"{name} {between.covariance[k][k]:g}" for k, name in enumerate(between.parameters)]
        told = f"variances on the log scale: {', '.join(diagonal)} ({between.provenance})"
    residuals = [("parent", shown.residual), *((made.analyte, made.residual) for made in shown.metabolites)]
    return [
        f"Between people: {told}.",
        "",
        *(f"Residual error, {of}: {_residual(law)}." for of, law in residuals),
        "",
    ]


def _residual(law: Proportional | Combined | Unknown) -> str:
    match law:
        case Unknown():
            return f"unknown: {law.reason}"
        case Proportional():
            on_logarithms = " of logarithms" if law.scale == "log" else ""
            return f"{law.sd:g} of the prediction{on_logarithms} ({law.provenance})"
        case Combined():
            return f"{law.sd:g} of the prediction and {law.additive_nmol_per_ml:g} nmol/mL ({law.provenance})"


def _results(shown: KineticModel) -> list[str]:
    found = verify(shown)
    if not found:
        return ["Nothing in print could be found to hold this model against."]
    return list(chain.from_iterable(_result(one) for one in found))


def _result(one: Comparison) -> list[str]:
    check = one.check
    independent: Sequence[float | None] = check.independent_percent or [None] * len(check.values)
    rows = zip(_points(check), one.reference, one.ours, one.deviations_percent, independent, strict=True)
    return [
        f"### {check.id}",
        "",
        f"{check.what[0].upper()}{check.what[1:]}. {check.analyte}, {check.site} blood, {check.basis}.",
        f"Source: {check.source}.",
        "",
        *_table(
            (_points_are(check), check.basis, "ours", "deviation", "independent run"),
            [
                (
                    point,
                    _digits(printed),
                    _digits(ours),
                    f"{deviation:+.1f} %",
                    "" if other is None else f"{other:+.1f} %",
                )
                for point, printed, ours, deviation, other in rows
            ],
        ),
        "",
        _verdict(one),
        "",
    ]


def _points_are(check: Check) -> str:
    quantity = "ng h/mL" if check.quantity.startswith("auc") else "ng/mL"
    return ("minute" if check.times_min else "dose") + f" ({quantity})"


def _points(check: Check) -> list[str]:
    if check.times_min:
        return [f"{minute:g}" for minute in check.times_min]
    return [f"{mg:g} mg" for mg in check.for_each_mg or (check.doses[-1].mg,)]


def _verdict(one: Comparison) -> str:
    bar = one.check.bar
    if bar is None:
        return f"No bar: {one.check.shown_because}."
    reached = abs(one.worst_percent) if bar.of == "every point" else one.median_absolute_percent
    outcome = "**pass**" if one.within_bar else f"**miss**: {one.check.missed_because}"
    return f"Bar: {bar.of} within {bar.percent:g} %; reached {reached:.1f} %; {outcome}."


def _digits(value: float) -> str:
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def _partial_sheet(model_id: str) -> str:
    shown = partial(model_id)
    seen = [
        (one.name, f"{one.value:g} {one.unit}", MEMORY_MARK if one.provenance == "memory" else one.provenance)
        for one in shown.seen
    ]
    lines = [
        f"# {shown.id}",
        "",
        f"{shown.title}. **Partial: it does not run.**",
        "",
        f"{shown.source.citation}, {shown.source.identifier}; read in: {shown.source.read_in}.",
        "",
        *(f"- {note}" for note in shown.notes),
        *([""] if shown.notes else []),
        "Missing, to be read in the paper:",
        "",
        *(f"- {item}" for item in shown.missing),
        "",
        "Seen so far:",
        "",
        *_table(("what", "value", "read in"), seen),
    ]
    return "\n".join(lines) + "\n"


def _index() -> str:
    rows = [_index_row(model(model_id)) for model_id in model_ids()]
    rows += [(f"[{name}]({name}.md)", "partial", "does not run", "", "") for name in partial_ids()]
    lines = [
        "# Verification sheets",
        "",
        "One for each model of the library: every value with where it was read, and every printed or observed",
        "exposure beside ours. Most papers could be read in part only: `secondary-code` is a public implementation",
        "that cites the paper's table. Written by `python -m unloop.science.pharmacokinetics.sheets docs/verification`;",
        "a test fails when a sheet is out of date or a deviation leaves its bar.",
        "",
        *_table(("model", "status", "bars kept", "bars missed", "shown without a bar"), rows),
    ]
    return "\n".join(lines) + "\n"


def _index_row(shown: KineticModel) -> tuple[str, ...]:
    found = [one.within_bar for one in verify(shown)]
    counts = [str(found.count(answer)) for answer in (True, False, None)]
    return (f"[{shown.id}]({shown.id}.md)", shown.status, *counts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    body = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *body]


def write(folder: Path) -> None:
    """Write every sheet into a folder, and remove those of models that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    written = sheets()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.name not in written:
            old.unlink()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
