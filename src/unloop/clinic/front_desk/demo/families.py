"""The families of two of the demo's people, as they told of them: made up, and without anybody's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from unloop.care.heredity import FamilyCondition, FamilySex, FamilyTree, Relative, Status
from unloop.care.heredity.records import PROBAND

_F, _M = FamilySex.FEMALE, FamilySex.MALE
_PARENTS: dict[str, Any] = {"mother": "mother", "father": "father"}


def _asked(*found: FamilyCondition) -> frozenset[FamilyCondition]:
    """Each condition was asked about, and these were there."""
    return frozenset(found)


def _ill(onset_age: float) -> dict[str, Any]:
    return {"status": Status.AFFECTED, "onset_age": onset_age}


_WELL: dict[str, Any] = {"status": Status.UNAFFECTED}

# The uncle's mind was never asked about, so the tree says nothing of it.
_HENRIK = FamilyTree(PROBAND, (
    Relative(PROBAND, _M, **_PARENTS, **_ill(15), age=53),
    Relative("mother", _F, mother="grandmother", age=77, **_WELL, conditions=_asked(FamilyCondition.ANXIETY)),
    Relative("father", _M, age=70, deceased=True, **_ill(19), conditions=_asked()),
    Relative("sister", _F, **_PARENTS, age=49, **_ill(11), conditions=_asked(FamilyCondition.TIC)),
    Relative("brother", _M, **_PARENTS, age=46, **_WELL, conditions=_asked()),
    Relative("grandmother", _F, age=81, deceased=True),
    Relative("uncle", _M, mother="grandmother", age=74),
    Relative("partner", _F, age=51, **_WELL, conditions=_asked()),
    Relative("daughter", _F, mother="partner", father=PROBAND, age=20, **_WELL, conditions=_asked()),
    Relative("nephew", _M, mother="sister", age=17, **_WELL, conditions=_asked(FamilyCondition.TIC)),
))  # fmt: skip

_PETRA = FamilyTree(PROBAND, (
    Relative(PROBAND, _F, **_PARENTS, **_ill(22), age=47),
    Relative("mother", _F, age=70, **_WELL, conditions=_asked(FamilyCondition.DEPRESSION)),
    Relative("father", _M, age=73, **_WELL, conditions=_asked()),
    Relative("brother", _M, **_PARENTS, age=44, **_WELL, conditions=_asked(FamilyCondition.PSYCHOSIS)),
    Relative("son", _M, mother=PROBAND, age=14, **_WELL, conditions=_asked()),
))  # fmt: skip

FAMILIES: Mapping[str, FamilyTree] = MappingProxyType({"Moss": _HENRIK, "Okoye": _PETRA})
"""By the family name of whoever told of it."""
