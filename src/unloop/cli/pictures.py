"""Pictures of simulated curves, by matplotlib (extra `plots`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unloop.quantity import InputRefused

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Told apart in grey as well: the first is a full line, the others are broken.
COLOURS = ("#0b5563", "#8a4b08", "#4a4e8c", "#3d6b35", "#7a2d4e", "#555555")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 1)))


def draw_side_by_side(documents: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Draw the curves of simulated models into one picture, with the band of each that has one.

    Raises:
        InputRefused: when matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InputRefused(
            "--plot", given="no matplotlib", allowed="the extra `plots`", mend="pip install 'unloop[plots]'"
        ) from None
    figure = Figure(figsize=(8.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    for place, document in enumerate(documents):
        _draw_one(axes, document, place=place)
    first = documents[0]
    axes.axvspan(0, first["minutes"], color="#dfe7ea", zorder=0, label="infusion")
    axes.set_xlabel("minutes after the start")
    axes.set_ylabel("ng/mL")
    axes.set_title(
        f"{first['dose_mg']:g} mg {first['drug']} over {first['minutes']:g} min, {first['weight_kg']:g} kg; "
        "what models expect, not what was measured",
        loc="left",
        fontsize=10,
    )
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    try:
        figure.savefig(file, dpi=150)
    except (OSError, ValueError) as error:
        raise InputRefused(
            "--plot", given=file.name, allowed="a file that can be written, ending in .png, .svg or .pdf",
            mend=getattr(error, "strerror", None) or str(error),
        ) from error  # fmt: skip


def _draw_one(axes: Axes, document: Mapping[str, Any], *, place: int) -> None:
    curve, colour = document["ketamine_ng_per_ml"], COLOURS[place % len(COLOURS)]
    order = sorted(range(len(document["times_min"])), key=document["times_min"].__getitem__)
    minutes = [document["times_min"][one] for one in order]

    def sorted_(values: Sequence[float]) -> list[float]:
        return [values[one] for one in order]

    spread = "5 to 95 in 100 people" if curve["p05"] is not None else "spread unknown"
    if curve["p05"] is not None:
        axes.fill_between(
            minutes, sorted_(curve["p05"]), sorted_(curve["p95"]), color=colour, alpha=0.15, lw=0
        )
    axes.plot(
        minutes, sorted_(curve["median"]), color=colour, ls=LINES[place % len(LINES)], lw=1.8,
        label=f"{document['model']}: {document['analyte']}, {document['site']}; {spread}",
    )  # fmt: skip
