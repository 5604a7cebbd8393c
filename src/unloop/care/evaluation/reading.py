"""Reading a protocol for use: what the language of rules cannot see, the rooms that carry a protocol out refuse here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial

from unloop.care.evaluation.medicines import interaction
from unloop.care.evaluation.seeing import erp_criteria, sri_criteria
from unloop.care.plan import base_dose, check_room, preparation_rule, series_rule
from unloop.protocol import Document, Protocol, Refusal, SeenVersions, load
from unloop.quantity import Concentration, Dose, InputRefused, Volume


def read_protocol(data: bytes, *, seen: SeenVersions | None = None) -> Protocol:
    """Read a protocol document that could be carried out, or refuse it with every reason found.

    Args:
        data: the document, UTF-8 TOML.
        seen: versions that this installation knows.

    Raises:
        InputRefused: the data is not UTF-8 TOML.
        ProtocolRefused: it is, but cannot be a protocol, or names a medicine that nobody knows, or an impossible
            preparation, series or treatment.
    """
    return _read(data, frozenset((seen or {}).items()))


@lru_cache(maxsize=8)
def _read(data: bytes, seen: frozenset[tuple[tuple[str, str], str]]) -> Protocol:
    """Kept in memory: whoever signs a document has looked at the same bytes a moment before."""
    return load(data, seen=dict(seen), further=faults)


def faults(document: Document) -> Iterator[Refusal]:
    """What would be refused only when a chart is judged or an infusion planned: found before anybody signs."""
    draft = Protocol(document, sha256="", text="", warnings=())
    yield from _medicine_names(document)
    sri = document.resistance.sri
    yield from _refusals(sri.id, lambda: sri_criteria(draft))
    for name, dose in sri.dose.items():
        # One at a time, since the criteria stop at the first name that nobody knows.
        alone = document.resistance.model_copy(update={"sri": sri.model_copy(update={"dose": {name: dose}})})
        yield from _refusals(sri.id, partial(sri_criteria, _with(draft, resistance=alone)))
    yield from _refusals(document.resistance.erp.id, lambda: erp_criteria(draft))
    yield from _refusals(document.dose.id, lambda: base_dose(draft))
    yield from _refusals(document.preparation.id, lambda: preparation_rule(draft))
    weakest = Concentration(mg_per_ml=min((*document.preparation.allowed_vial_mg_per_ml, Concentration.high)))
    yield from _refusals(document.preparation.id, lambda: _largest_dose(draft, weakest))
    yield from _refusals(document.schedule.id, lambda: series_rule(draft))


def _medicine_names(document: Document) -> Iterator[Refusal]:
    for medicine in document.drug:
        for name in medicine.match:
            yield from _refusals(
                medicine.id, partial(interaction, medicine.model_copy(update={"match": (name,)}))
            )


def _largest_dose(draft: Protocol, vial: Concentration) -> None:
    check_room(
        Dose(mg=draft.document.dose.max_mg), vial=vial, bag=Volume(ml=draft.document.preparation.bag_ml)
    )


def _with(draft: Protocol, **parts: object) -> Protocol:
    return replace(draft, document=draft.document.model_copy(update=parts))


def _refusals(rule: str, make: Callable[[], object]) -> Iterator[Refusal]:
    try:
        make()
    except InputRefused as refused:
        where = refused.where.rpartition(", ")[2]
        yield Refusal(
            f"{rule}.{where}", f"{refused.given} was given; allowed is {refused.allowed}", refused.mend
        )
