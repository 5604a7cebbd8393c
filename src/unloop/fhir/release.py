"""Signs that a record is of another FHIR release than R4. Read as R4, it would lose facts without a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from unloop.fhir.plain_text import nameable
from unloop.quantity.refusal import InputRefused

Resource = Mapping[str, Any]

_R4_VERSION = re.compile(r"4\.0(\.[0-9]+)?")
_PROFILE_OF_ANOTHER_RELEASE = re.compile(
    r"hl7\.org/fhir/(?P<folder>DSTU2|STU3|R5|R6|1\.0|3\.0|5\.0|6\.0)/|hl7\.org/fhir/StructureDefinition/[A-Za-z-]+\|"
    r"(?P<version>[1-3]\.|5\.|6\.)|(?P<argonaut>fhir\.org/guides/argonaut/)",
    re.IGNORECASE,
)
_RETIRED_TYPES: Final = {
    "MedicationOrder": "DSTU2",
    "DiagnosticOrder": "DSTU2",
    "ProcedureRequest": "STU3 or DSTU2",
    "ReferralRequest": "STU3 or DSTU2",
    "BodySite": "STU3 or DSTU2",
    "DeviceUseRequest": "DSTU2",
    "Transport": "R5",
    "InventoryItem": "R5",
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """An element that only another release has, or has in this form."""

    release: str
    type: str
    element: str
    fits: Callable[[Any], bool]


def _is_object_with(*keys: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and any(key in value for key in keys)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_there(value: Any) -> bool:
    return value is not None


def _has_listed_family(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(name, dict) and isinstance(name.get("family"), list) for name in value
    )


_SHAPES: Final = (
    _Shape("R5", "MedicationRequest", "medication", _is_object_with("concept", "reference")),
    _Shape("R5", "MedicationStatement", "medication", _is_object_with("concept", "reference")),
    _Shape("R5", "Condition", "participant", _is_there),
    _Shape("R5", "Observation", "triggeredBy", _is_there),
    _Shape("R5", "AllergyIntolerance", "type", _is_object_with("coding", "text")),
    _Shape("STU3", "Condition", "context", _is_there),
    _Shape("STU3", "MedicationRequest", "context", _is_there),
    _Shape("STU3", "Observation", "context", _is_there),
    _Shape("STU3", "Observation", "related", _is_there),
    _Shape("STU3", "Observation", "comment", _is_there),
    _Shape("STU3", "MedicationStatement", "taken", _is_there),
    _Shape("STU3 or DSTU2", "Condition", "clinicalStatus", _is_text),
    _Shape("STU3 or DSTU2", "Condition", "assertedDate", _is_there),
    _Shape("STU3", "AllergyIntolerance", "clinicalStatus", _is_text),
    _Shape("STU3", "AllergyIntolerance", "assertedDate", _is_there),
    _Shape("DSTU2", "Condition", "patient", _is_there),
    _Shape("DSTU2", "Condition", "dateRecorded", _is_there),
    _Shape("DSTU2", "Observation", "comments", _is_there),
    _Shape("DSTU2", "AllergyIntolerance", "substance", _is_there),
    _Shape("DSTU2", "MedicationStatement", "wasNotTaken", _is_there),
    _Shape("DSTU2", "Patient", "careProvider", _is_there),
    _Shape("DSTU2", "Patient", "name", _has_listed_family),
    _Shape("STU3", "Questionnaire", "item", lambda items: _some_item_has(items, "option", "options")),
    _Shape("R5", "Questionnaire", "item", lambda items: _some_item_has(items, "answerConstraint")),
    _Shape("DSTU2", "Questionnaire", "group", _is_there),
)


def _some_item_has(items: Any, *keys: str) -> bool:
    if not isinstance(items, list):
        return False
    return any(
        isinstance(item, dict)
        and (any(key in item for key in keys) or _some_item_has(item.get("item"), *keys))
        for item in items
    )


def refuse_other_releases(resource: Resource, *, path: str) -> None:
    """Refuse a resource that declares or shows another release than R4 (4.0.x).

    Signs are a declared version, a profile of another release, a resource type that R4 does not have, and elements
    that R4 has not or has in another form.

    Raises:
        InputRefused: naming the place and the release that it looks like.
    """
    kind = nameable(resource.get("resourceType"), otherwise="resource")
    declared = resource.get("fhirVersion")
    if isinstance(declared, str) and not _R4_VERSION.fullmatch(declared):
        raise _other(f"{path}.fhirVersion", "a declared version other than 4.0")
    if kind in _RETIRED_TYPES:
        raise _other(path, f"{kind}, a resource of FHIR {_RETIRED_TYPES[kind]}")
    if (release := _release_of_profile(resource)) is not None:
        raise _other(f"{path}.meta.profile", f"a profile of FHIR {release}")
    for shape in _SHAPES:
        if shape.type == kind and shape.element in resource and shape.fits(resource[shape.element]):
            raise _other(f"{path}.{shape.element}", f"{kind}.{shape.element} as in FHIR {shape.release}")


def _release_of_profile(resource: Resource) -> str | None:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else []:
        match = _PROFILE_OF_ANOTHER_RELEASE.search(profile) if isinstance(profile, str) else None
        if match is not None:
            return "DSTU2" if match["argonaut"] else match["folder"] or "other than R4"
    return None


def _other(path: str, given: str) -> InputRefused:
    return InputRefused(
        path,
        given=given,
        allowed="FHIR R4 (4.0.1)",
        mend="export the record again and choose FHIR R4; other releases are not converted here",
    )
