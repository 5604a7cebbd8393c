"""The model library: files read into models that may run, or refused with what is missing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from unloop.quantity import InputRefused
from unloop.quantity.refusal import shorten
from unloop.science.pharmacokinetics.document import (
    LogNormal,
    PartialDocument,
    PublishedDocument,
    RacemateDocument,
    Unknown,
)
from unloop.science.pharmacokinetics.drug import Analyte, Drug, Weighed
from unloop.science.pharmacokinetics.graph import plasma_clearance_l_per_h
from unloop.science.pharmacokinetics.kinetic_model import REFERENCE_KG, KineticModel, Part
from unloop.science.pharmacokinetics.parameter import Strict
from unloop.science.pharmacokinetics.reference import Check

# Policy: what a ketamine model for a body of 70 kg can mean at all. Published ones lie well inside (clearance
# 39-151 L/h, steady-state volume 141-850 L); a value per kg read as per 70 kg, or per minute as per hour, does not.
CLEARANCE_L_PER_H = (20.0, 300.0)
STEADY_STATE_VOLUME_L = (50.0, 1500.0)

ANALYTE_OF_DRUG = {Drug.RACEMATE: {Analyte.RACEMIC}, Drug.ESKETAMINE: {Analyte.S}}

Document = TypeVar("Document", bound=Strict)


class ModelRefused(InputRefused):
    """A model file that may not run.

    Attributes:
        missing: what the file does not say, where that is the reason; the paper has to be read for it.
    """

    def __init__(
        self, where: str, *, given: object, allowed: str, mend: str, missing: Sequence[str] = ()
    ) -> None:
        super().__init__(where, given=given, allowed=allowed, mend=mend)
        self.missing = tuple(missing)


def model_ids() -> tuple[str, ...]:
    """The ids of the models of the library that run, in alphabetical order."""
    return tuple(name for name, status in _shipped().items() if status != "partial")


def partial_ids() -> tuple[str, ...]:
    """The ids of the models of which too little could be read: asking for one says what is missing."""
    return tuple(name for name, status in _shipped().items() if status == "partial")


@cache
def _shipped() -> dict[str, str]:
    """Every file's id and status, in alphabetical order."""
    texts = {file.name: file.read_bytes() for file in _folder().iterdir() if file.name.endswith(".toml")}
    return {
        name.removesuffix(".toml"): str(tomllib.loads(texts[name].decode("utf-8")).get("status"))
        for name in sorted(texts)
    }


@cache
def model(model_id: str) -> KineticModel:
    """A model of the library by its id.

    Raises:
        InputRefused: when there is no such model.
        ModelRefused: when its file is partial or says something that cannot be.

    Example:
        >>> model("otto-2021").blood.site
        <Site.VENOUS: 'venous'>
    """
    if model_id not in _shipped():
        raise InputRefused(
            "model",
            given=model_id,
            allowed=", ".join(model_ids()),
            mend="choose one of these, spelled as here",
        )
    return read_model(_folder().joinpath(f"{model_id}.toml").read_bytes(), where=model_id)


def partial(model_id: str) -> PartialDocument:
    """What could be read of a partial model.

    Raises:
        InputRefused: when there is no such partial model.
    """
    if model_id not in partial_ids():
        raise InputRefused(
            "partial model", given=model_id, allowed=", ".join(partial_ids()), mend="choose one of these"
        )
    text = _folder().joinpath(f"{model_id}.toml").read_text(encoding="utf-8")
    return _validated(PartialDocument, tomllib.loads(text), model_id)


def for_clinic_screens(drug: Drug | None = None) -> tuple[str, ...]:
    """The ids of the models that a clinic screen may show: adults', complete, and for this drug if one is given."""
    shown = (model(model_id) for model_id in model_ids())
    return tuple(one.id for one in shown if one.for_clinic_screens and (drug is None or drug in one.parts))


def read_model(text: bytes, *, where: str) -> KineticModel:
    """Read one model file.

    Args:
        text: a TOML document in UTF-8.
        where: what to call it in a refusal, such as its file name.

    Raises:
        ModelRefused: when it is not TOML, says too little, says too much, or says what cannot be.
    """
    try:
        raw = tomllib.loads(text.decode("utf-8"))
    except ValueError as error:  # bad UTF-8 and bad TOML both are
        raise ModelRefused(
            where, given=error, allowed="a TOML document in UTF-8", mend="mend the file"
        ) from error
    if raw.get("status") == "partial":
        raise _partial(raw, where)
    if "base_model" in raw:
        return _racemate(_validated(RacemateDocument, raw, where), where)
    return _published(_validated(PublishedDocument, raw, where), where)


def _folder() -> Traversable:
    return files("unloop.science.pharmacokinetics").joinpath("models")


def _partial(raw: Mapping[str, Any], where: str) -> ModelRefused:
    document = _validated(PartialDocument, raw, where)
    return ModelRefused(
        where,
        given="a partial model",
        allowed="complete models",
        mend=f"read the paper for what is missing: {', '.join(document.missing)}",
        missing=document.missing,
    )


def _validated(form: type[Document], raw: Mapping[str, Any], where: str) -> Document:
    try:
        # By way of JSON, where a list is the only sequence there is: strict, yet lists become tuples.
        return form.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as error:
        raise _refusal(error, where) from error


def _refusal(error: ValidationError, where: str) -> ModelRefused:
    faults = error.errors(include_url=False)
    missing: list[str] = []
    for fault in faults:
        place = ".".join(str(step) for step in fault["loc"])
        match fault:
            case {"type": "missing"}:
                missing.append(place)
            case {"type": "incomplete", "ctx": {"missing": str(names)}}:
                missing.extend(f"{place}.{name}" for name in names.split(", "))
            case _:
                pass
    first = faults[0]
    place = ".".join(str(step) for step in first["loc"])
    return ModelRefused(
        f"{where}: {place}" if place else where,
        given=f"missing {', '.join(missing)}" if missing else shorten(first.get("input")),
        allowed=first["msg"],
        mend=f"add {', '.join(missing)}" if missing else f"mend {place or 'the file'}",
        missing=missing,
    )


def _published(document: PublishedDocument, where: str) -> KineticModel:
    for drug, analyte in zip(document.takes, document.analytes, strict=True):
        if analyte not in ANALYTE_OF_DRUG[drug]:
            raise _impossible(
                where, f"{analyte} after {drug}", "racemic ketamine after racemate, S after esketamine"
            )
    if document.weighed is not Weighed.BASE:
        raise _impossible(where, "doses weighed as the salt", "parameters for milligrams of base")
    built = KineticModel(
        id=document.id,
        title=document.title,
        status=document.status,
        notes=document.notes,
        people=document.people,
        blood=document.blood,
        source=document.source,
        disposition=document.disposition,
        parts={
            drug: (Part(analyte, share=1.0),)
            for drug, analyte in zip(document.takes, document.analytes, strict=True)
        },
        between=_of_parent(document),
        residual=document.residual,
        checks=document.check,
        between_all=document.between_people,
        between_occasions=document.between_occasions,
        metabolites=document.metabolite,
        absorptions=document.absorption,
        effects=document.effect,
    )
    _check_whole(built, where)
    return built


def _of_parent(document: PublishedDocument) -> LogNormal | Unknown:
    """The variability of the drug's own disposition: the rest of the covariance, integrated out."""
    between = document.between_people
    if isinstance(between, Unknown):
        return between
    own = [place for place, name in enumerate(between.parameters) if name in document.disposition.parameters]
    covariance = between.covariance
    return LogNormal(
        law="log-normal",
        parameters=tuple(between.parameters[place] for place in own),
        covariance=tuple(tuple(covariance[i][j] for j in own) for i in own),
        provenance=between.provenance,
    )


def _racemate(document: RacemateDocument, where: str) -> KineticModel:
    base = model(document.base_model)
    ratio = document.clearance_ratio
    if not ratio.low <= ratio.value <= ratio.high:
        raise _impossible(
            where, f"{ratio.value} outside {ratio.low}-{ratio.high}", "a ratio inside its own range"
        )
    built = replace(
        racemate_on(base, clearance_ratio=ratio.value, s_share=document.s_share),
        id=document.id,
        title=document.title,
        status=document.status,
        notes=document.notes,
        source=document.source,
        checks=document.check,
        assumption=document.between_people.assumption,
        clearance_ratio=ratio,
    )
    _check_whole(built, where)
    return built


def racemate_on(base: KineticModel, *, clearance_ratio: float, s_share: float = 0.5) -> KineticModel:
    """A racemate built on a model that takes esketamine: S as it stands, R with another clearance.

    Args:
        base: any model that takes esketamine.
        clearance_ratio: R-ketamine's clearance over S-ketamine's.
        s_share: the part of the milligrams that is S.

    Raises:
        InputRefused: when the base model does not take esketamine, or a number is out of range.
    """
    base.parts_of(Drug.ESKETAMINE)
    if not (0 < clearance_ratio < np.inf and 0 < s_share < 1):
        raise InputRefused(
            "racemate",
            given=f"clearance ratio {clearance_ratio}, S share {s_share}",
            allowed="a ratio above 0 and a share between 0 and 1",
            mend="check both numbers",
        )
    parts = (
        Part(Analyte.S, share=s_share),
        Part(Analyte.R, share=1.0 - s_share, clearance_factor=clearance_ratio),
    )
    return replace(
        base,
        parts={Drug.RACEMATE: parts},
        residual=Unknown(law="unknown", reason="published for S-ketamine alone, not for the sum"),
        checks=(),
        absorptions=(),
        assumption="R-ketamine shares each person's deviations from the typical S-ketamine parameters",
    )


def _check_whole(built: KineticModel, where: str) -> None:
    """What no single value shows: the size of the whole, a covariance that can be, checks at the model's own site."""
    for drug in built.parts:
        for part in built.parts[drug]:
            _check_size(built, part, where)
    whole = built.between_all
    if isinstance(whole, LogNormal) and np.min(np.linalg.eigvalsh(whole.covariance)) < 0:
        raise _impossible(where, "a covariance with a negative variance", "a covariance matrix")
    for check in built.checks:
        _check_reference(built, check, where)


def _check_size(built: KineticModel, part: Part, where: str) -> None:
    graph = built.graph(built.typical(REFERENCE_KG), part)
    clearance, volume = plasma_clearance_l_per_h(graph), float(graph.volumes_l.sum())
    for name, value, (low, high) in (
        ("clearance in L/h", clearance, CLEARANCE_L_PER_H),
        ("steady-state volume in L", volume, STEADY_STATE_VOLUME_L),
    ):
        if not low <= value <= high:
            raise ModelRefused(
                f"{where}: {name} at 70 kg",
                given=f"{value:.4g}",
                allowed=f"{low:g}-{high:g}",
                mend="check whether values are per kg or per 70 kg, per minute or per hour",
            )


def _check_reference(built: KineticModel, check: Check, where: str) -> None:
    if check.analyte not in built.analytes_of(check.drug):
        raise _impossible(
            f"{where}: check {check.id}", check.analyte, ", ".join(built.analytes_of(check.drug))
        )
    # An area does not depend on where blood is drawn, so an area's site may go unsaid.
    elsewhere = check.quantity in {"concentration", "peak"} and not built.compares_with(check.site)
    if elsewhere != check.across_sites:
        raise _impossible(
            f"{where}: check {check.id}",
            f"a {check.site} level beside a model that reads as {built.blood.reads_as}",
            "levels from the model's own site, unless across_sites = true says that another one is meant",
        )


def _impossible(where: str, given: object, allowed: str) -> ModelRefused:
    return ModelRefused(where, given=given, allowed=allowed, mend="read the paper again and mend the file")
