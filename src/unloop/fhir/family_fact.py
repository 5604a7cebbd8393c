"""A record's family history as one fact: FamilyMemberHistory, or the answers of the Family Health Portrait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from unloop.care.heredity import FamilySex, to_records
from unloop.facts import Fact, Sex
from unloop.fhir.dates import Precision, read_date
from unloop.fhir.family_history import ImportedFamily, read_family_members, read_health_portrait
from unloop.fhir.notes import Unread
from unloop.fhir.reading import Entry, Moment, Reading
from unloop.fhir.resources import Reference
from unloop.quantity.refusal import InputRefused

PORTRAIT: Final = "54127-6"
_CODE: Final = "family_history"
_SEXES: Final = {Sex.FEMALE: FamilySex.FEMALE, Sex.MALE: FamilySex.MALE}


def is_of_family(entry: Entry) -> bool:
    """Whether a resource is a FamilyMemberHistory, or answers the Family Health Portrait by the groups it alone has."""
    if entry.kind == "FamilyMemberHistory":
        return True
    items = entry.resource.get("item")
    links = (
        [str(one.get("linkId", "")) for one in items if isinstance(one, dict)]
        if isinstance(items, list)
        else []
    )
    named = PORTRAIT in str(entry.resource.get("questionnaire", ""))
    return named or any(link.rsplit("/", 1)[-1] in {"54126-8", "54114-4"} for link in links)


def read_family(entries: Sequence[Entry], reading: Reading, *, sex: Sex) -> tuple[Fact, ...]:
    """One fact with the whole tree, or none; members come before a portrait, which repeats them.

    Args:
        entries: FamilyMemberHistory resources and portraits, of which those about somebody else are listed.
        sex: of the person whose family it is.
    """
    own = [entry for entry in entries if _is_own(entry, reading)]
    members = [entry for entry in own if entry.kind == "FamilyMemberHistory"]
    used = members or own[:1]
    if not used:
        return ()
    try:
        family = _family(used, sex=_SEXES.get(sex, FamilySex.UNKNOWN))
        return _fact(used, family, reading)
    except InputRefused as refused:
        reading.notes.miss(used[0].path, f"these relatives make no family: {refused.where}; {refused.mend}")
    except Unread as unread:
        reading.notes.miss_unread(unread)
    return ()


def _family(used: Sequence[Entry], *, sex: FamilySex) -> ImportedFamily:
    if used[0].kind == "FamilyMemberHistory":
        return read_family_members(
            [entry.resource for entry in used], sex=sex, paths=[one.path for one in used]
        )
    return read_health_portrait(used[0].resource)


def _fact(used: Sequence[Entry], family: ImportedFamily, reading: Reading) -> tuple[Fact, ...]:
    for missed in family.not_understood:
        reading.notes.miss(missed.path, missed.why)
    for adapted in family.adapted:
        reading.notes.adapt(adapted.path, adapted.how)
    if len(family.tree.people) == 1:
        return ()
    return (
        reading.fact(used[0], _CODE, to_records(family.tree), when=_when(used, reading), path=used[0].path),
    )


def _when(used: Sequence[Entry], reading: Reading) -> Moment:
    """The latest day on which something of it was said; an undated history counts from its import."""
    key = "date" if used[0].kind == "FamilyMemberHistory" else "authored"
    dated: list[Moment] = []
    for entry in used:
        text = entry.resource.get(key)
        if isinstance(text, str) and read_date(text, path=entry.path).precision not in {
            Precision.YEAR,
            Precision.MONTH,
        }:
            dated.append(reading.moment(text, path=f"{entry.path}.{key}"))
    return max(dated, key=lambda one: one.at) if dated else Moment(reading.recorded_at, "")


def _is_own(entry: Entry, reading: Reading) -> bool:
    key = "patient" if entry.kind == "FamilyMemberHistory" else "subject"
    raw = entry.resource.get(key)
    named = raw.get("reference") if isinstance(raw, dict) else None
    try:
        subject = Reference(reference=named) if isinstance(named, str) else None
        reading.check_subject(subject, path=f"{entry.path}.{key}")
    except Unread as unread:
        reading.notes.miss_unread(unread)
        return False
    return True
