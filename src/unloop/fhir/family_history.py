"""FamilyMemberHistory in and out, and the answers of the Family Health Portrait: a family tree without any name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from unloop.care.heredity import (
    FamilyCondition,
    FamilySex,
    FamilyTree,
    Relative,
    Status,
    TwinKind,
    relation,
    twin_kind,
)
from unloop.care.heredity.placing import Kin, Placed, place
from unloop.fhir.codes import LOINC
from unloop.fhir.notes import Adapted, Notes, NotUnderstood

ROLE: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
OWN: Final = "urn:unloop:family-condition"
UCUM: Final = "http://unitsofmeasure.org"
MOST_RELATIVES: Final = 150

F, M, U = FamilySex.FEMALE, FamilySex.MALE, FamilySex.UNKNOWN
_Role = tuple[Kin, FamilySex]
_ROLES: Final[Mapping[str, _Role]] = {
    **dict.fromkeys(("MTH", "NMTH"), (Kin.MOTHER, F)),
    **dict.fromkeys(("FTH", "NFTH"), (Kin.FATHER, M)),
    **dict.fromkeys(("DAU", "DAUC"), (Kin.CHILD, F)),
    **dict.fromkeys(("SON", "SONC"), (Kin.CHILD, M)),
    **dict.fromkeys(("CHILD", "NCHILD"), (Kin.CHILD, U)),
    **dict.fromkeys(("SIS", "NSIS"), (Kin.SIBLING, F)),
    **dict.fromkeys(("BRO", "NBRO"), (Kin.SIBLING, M)),
    **dict.fromkeys(("SIB", "NSIB"), (Kin.SIBLING, U)),
    "ITWINSIS": (Kin.IDENTICAL_TWIN, F),
    "ITWINBRO": (Kin.IDENTICAL_TWIN, M),
    "ITWIN": (Kin.IDENTICAL_TWIN, U),
    "FTWINSIS": (Kin.FRATERNAL_TWIN, F),
    "FTWINBRO": (Kin.FRATERNAL_TWIN, M),
    "FTWIN": (Kin.FRATERNAL_TWIN, U),
    "TWINSIS": (Kin.TWIN, F),
    "TWINBRO": (Kin.TWIN, M),
    "TWIN": (Kin.TWIN, U),
    "HSIS": (Kin.HALF_SIBLING, F),
    "HBRO": (Kin.HALF_SIBLING, M),
    "HSIB": (Kin.HALF_SIBLING, U),
    "MGRMTH": (Kin.MATERNAL_GRANDMOTHER, F),
    "MGRFTH": (Kin.MATERNAL_GRANDFATHER, M),
    "PGRMTH": (Kin.PATERNAL_GRANDMOTHER, F),
    "PGRFTH": (Kin.PATERNAL_GRANDFATHER, M),
    "MAUNT": (Kin.MATERNAL_AUNT_OR_UNCLE, F),
    "MUNCLE": (Kin.MATERNAL_AUNT_OR_UNCLE, M),
    "PAUNT": (Kin.PATERNAL_AUNT_OR_UNCLE, F),
    "PUNCLE": (Kin.PATERNAL_AUNT_OR_UNCLE, M),
    "MCOUSN": (Kin.MATERNAL_COUSIN, U),
    "PCOUSN": (Kin.PATERNAL_COUSIN, U),
    "NIECE": (Kin.NIECE_OR_NEPHEW, F),
    "NEPHEW": (Kin.NIECE_OR_NEPHEW, M),
    "GRNDDAU": (Kin.GRANDCHILD, F),
    "GRNDSON": (Kin.GRANDCHILD, M),
    "GRNDCHILD": (Kin.GRANDCHILD, U),
}
_PORTRAIT: Final[Mapping[str, str]] = {  # answers of LOINC 54136-7, as the questionnaire lists them
    "LA10405-1": "DAU",
    "LA10406-9": "GRNDDAU",
    "LA10407-7": "GRNDSON",
    "LA10408-5": "HBRO",
    "LA10409-3": "HSIS",
    "LA10410-1": "MAUNT",
    "LA10411-9": "MCOUSN",
    "LA10412-7": "MGRFTH",
    "LA10413-5": "MGRMTH",
    "LA10414-3": "MUNCLE",
    "LA10415-0": "BRO",
    "LA10416-8": "FTH",
    "LA10417-6": "MTH",
    "LA10418-4": "SIS",
    "LA10419-2": "NEPHEW",
    "LA10420-0": "NIECE",
    "LA10421-8": "PAUNT",
    "LA10422-6": "PCOUSN",
    "LA10423-4": "PGRFTH",
    "LA10424-2": "PGRMTH",
    "LA10425-9": "PUNCLE",
    "LA10426-7": "SON",
}
_FAMILY_MEMBER: Final = "FAMMEMB"
_OCD: Final = "ocd"
_LOINC_ANSWERS: Final = {
    "LA10581-9": _OCD,
    "LA10574-4": "anxiety",
    "LA10582-7": "anxiety",
    "LA10585-0": "anxiety",
    "LA10575-1": "bipolar",
    "LA10576-9": "depression",
    "LA10584-3": "psychosis",
    "LA10587-6": "suicide",
}
_ICD: Final = {
    "F42": _OCD,
    "F95": "tic",
    "F40": "anxiety",
    "F41": "anxiety",
    "F32": "depression",
    "F33": "depression",
    "F31": "bipolar",
    **{f"F{chapter}": "psychosis" for chapter in range(20, 30)},
    **{f"F{chapter}": "substance_use" for chapter in range(10, 20)},
}
_DECADES: Final = {"LA10396-2": 25.0, "LA10397-0": 35.0, "LA10398-8": 45.0, "LA10399-6": 55.0}
_IDENTICAL, _YES, _NO = "LA10427-5", "LA33-6", "LA32-8"
_SEXES: Final = {"female": F, "male": M, "LA3-6": F, "LA2-8": M}


@dataclass(frozen=True, slots=True)
class ImportedFamily:
    """A tree from a record; the proband is called "proband", and no name is kept.

    Attributes:
        not_understood, adapted: as in `Imported`.
    """

    tree: FamilyTree
    not_understood: tuple[NotUnderstood, ...]
    adapted: tuple[Adapted, ...]


def family_member_histories(tree: FamilyTree, *, patient: str) -> tuple[dict[str, Any], ...]:
    """One FamilyMemberHistory for each blood relative, without names; the degree in words where no code fits.

    Args:
        patient: the reference to the proband, such as `Patient/1`.
    """
    written = []
    for one in tree.people:
        if one == Relative(one.id, mother=one.mother, father=one.father):
            continue  # somebody who only joins others: nothing is known of this person
        code = _role_of(tree, one)
        if code is not None:
            resource = _resource(one, code, patient=patient)
            resource["relationship"]["text"] = relation(tree, one.id)
            written.append(resource)
    return tuple(written)


def read_family_members(
    resources: Sequence[object], *, sex: FamilySex = FamilySex.UNKNOWN, paths: Sequence[str] = ()
) -> ImportedFamily:
    """A tree from FamilyMemberHistory resources about one person of this sex.

    Args:
        paths: where each stands in its record, for what was not understood; by default `entry[0]`, `entry[1]`, ...
    """
    notes, placed = Notes(), []
    for index, raw in enumerate(resources[:MOST_RELATIVES]):
        path = paths[index] if paths else f"entry[{index}]"
        if not isinstance(raw, dict) or raw.get("resourceType") != "FamilyMemberHistory":
            notes.miss(path, "this is no FamilyMemberHistory")
        elif raw.get("status") == "entered-in-error":
            notes.miss(path, "the sender has marked this as entered in error")
        else:
            placed += _placed(_codes(raw.get("relationship"), ROLE), _member(raw), notes, path=path)
    if len(resources) > MOST_RELATIVES:
        notes.miss("entry", f"only the first {MOST_RELATIVES} relatives are taken")
    return _finished(Relative("proband", sex), placed, notes)


def read_health_portrait(response: Mapping[str, Any]) -> ImportedFamily:
    """A tree from a QuestionnaireResponse to the Family Health Portrait (LOINC 54127-6).

    A relative of whom OCD was not mentioned stays unknown: the portrait never asks for it.
    """
    notes, placed, proband = Notes(), [], Relative("proband")
    for index, group in enumerate(_items(response)):
        answers = _Answers(group)
        if answers.about("54126-8"):
            sex = _SEXES.get(answers.code("54131-8"), U)
            proband = Relative("proband", sex, adopted=answers.code("54128-4") == _YES)
        elif answers.about("54114-4"):
            role = _PORTRAIT.get(answers.code("54136-7"), "")
            if answers.code("54121-9") == _IDENTICAL and role in {"SIS", "BRO"}:
                role = f"ITWIN{role}"
            placed += _placed([role], _portrayed(answers), notes, path=f"item[{index}]")
    return _finished(proband, placed, notes)


def _finished(proband: Relative, placed: Sequence[Placed], notes: Notes) -> ImportedFamily:
    if any(one.kin is Kin.HALF_SIBLING for one in placed):
        notes.adapt(
            "relationship", "half-siblings were put on the mother's side; change it where it is the father's"
        )
    return ImportedFamily(place(proband, placed), notes.not_understood, notes.adapted)


def _placed(codes: Sequence[str], person: Relative, notes: Notes, *, path: str) -> list[Placed]:
    role = next((_ROLES[code] for code in codes if code in _ROLES), None)
    if role is None:
        notes.miss(
            f"{path}.relationship", "which relative this is was not understood; add the person by hand"
        )
        return []
    kin, sex = role
    known = sex if sex is not U else person.sex
    return [Placed(kin, replace(person, sex=known))]


def _member(raw: Mapping[str, Any]) -> Relative:
    found = [
        (meant, _years(one.get("onsetAge")))
        for one in _dicts(raw.get("condition"))
        for meant in _meant(one.get("code"))
    ]
    died_at = _years(raw.get("deceasedAge"))
    deceased = raw.get("deceasedBoolean") is True or died_at is not None or "deceasedDate" in raw
    age = died_at if deceased else _years(raw.get("ageAge"))
    sex = next((_SEXES[code] for code in _codes(raw.get("sex"), None) if code in _SEXES), U)
    return _relative(found, sex=sex, age=age, deceased=deceased)


def _portrayed(answers: _Answers) -> Relative:
    onset = _DECADES.get(answers.code("54115-1"))
    found = [(meant, onset) for raw in answers.values("54116-9") for meant in _meant({"coding": [raw]})]
    deceased = answers.code("54139-1") == _NO
    age = _DECADES.get(answers.code("54113-6")) if deceased else answers.number("54141-7")
    sex = _SEXES.get(answers.code("54123-5"), U)
    return _relative(found, sex=sex, age=age, deceased=deceased, adopted=answers.code("54122-7") == _YES)


def _relative(
    found: Sequence[tuple[str, float | None]],
    *,
    sex: FamilySex,
    age: float | None,
    deceased: bool,
    adopted: bool = False,
) -> Relative:
    ill = [onset for meant, onset in found if meant == _OCD]
    onset = next((one for one in ill if one is not None and (age is None or one <= age)), None)
    others = frozenset(FamilyCondition(meant) for meant, _ in found if meant != _OCD)
    # A record lists what somebody has. What it does not list was not asked, and is no "no".
    silent = frozenset(FamilyCondition) - others if others else frozenset()
    return Relative(
        "relative",
        sex,
        status=Status.AFFECTED if ill else Status.UNKNOWN,
        age=age,
        onset_age=onset,
        deceased=deceased,
        adopted=adopted,
        conditions=others or None,
        not_known=silent,
    )


def _meant(concept: object) -> Iterator[str]:
    """What a coded condition is in our words; nothing for what is not asked of a family."""
    for coding in _dicts(concept.get("coding") if isinstance(concept, dict) else None):
        system, code = coding.get("system"), str(coding.get("code", ""))
        known = {
            OWN: code if code == _OCD or code in set(FamilyCondition) else None,
            ICD_10_CM: _ICD.get(code[:3]),
            LOINC: _LOINC_ANSWERS.get(code),
        }
        meant = known.get(str(system)) or (_LOINC_ANSWERS.get(code) if system is None else None)
        if meant is not None:
            yield meant
            return


def _role_of(tree: FamilyTree, one: Relative) -> str | None:
    """The code whose meaning here is this relation; the first of several spellings."""
    words = relation(tree, one.id)
    if "sibling" in _SAME.get(words, ()):
        words = _TWINS.get(twin_kind(tree, tree.proband, one.id), words)
    for code, (kin, sex) in _ROLES.items():
        if (kin.value in _SAME.get(words, (words,))) and sex in {one.sex, U}:
            return code
    return None if words in {"proband", "partner", "not related"} else _FAMILY_MEMBER


_TWINS: Final[Mapping[TwinKind | None, str]] = {
    TwinKind.FRATERNAL: Kin.FRATERNAL_TWIN.value,
    TwinKind.UNKNOWN: Kin.TWIN.value,
}
_SAME: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("daughter", "son", "child"), ("child",)),
    **dict.fromkeys(("sister", "brother", "sibling"), ("sibling",)),
    **dict.fromkeys(("half-sister", "half-brother", "half-sibling"), ("half-sibling",)),
    **dict.fromkeys(("granddaughter", "grandson", "grandchild"), ("grandchild",)),
    **dict.fromkeys(("niece", "nephew", "niece or nephew"), ("niece or nephew",)),
    **dict.fromkeys(("maternal aunt", "maternal uncle"), ("maternal aunt or uncle",)),
    **dict.fromkeys(("paternal aunt", "paternal uncle"), ("paternal aunt or uncle",)),
}


def _resource(one: Relative, code: str, *, patient: str) -> dict[str, Any]:
    conditions = sorted(one.conditions or ())
    written: dict[str, Any] = {
        "resourceType": "FamilyMemberHistory",
        "status": "health-unknown" if one.status is Status.UNKNOWN and not conditions else "partial",
        "patient": {"reference": patient},
        "relationship": {"coding": [{"system": ROLE, "code": code}]},
    }
    if one.sex is not U:
        written["sex"] = {
            "coding": [{"system": "http://hl7.org/fhir/administrative-gender", "code": one.sex.value}]
        }
    if one.age is not None:
        written["deceasedAge" if one.deceased else "ageAge"] = _age(one.age)
    elif one.deceased:
        written["deceasedBoolean"] = True
    listed = [{"code": _own(condition.value)} for condition in conditions]
    if one.status is Status.AFFECTED:
        onset = {} if one.onset_age is None else {"onsetAge": _age(one.onset_age)}
        listed.insert(0, {"code": _own(_OCD), **onset})
    return written | ({"condition": listed} if listed else {})


def _own(code: str) -> dict[str, Any]:
    return {"coding": [{"system": OWN, "code": code}], "text": code.replace("_", " ")}


def _age(years: float) -> dict[str, Any]:
    return {"value": years, "unit": "years", "system": UCUM, "code": "a"}


def _years(raw: object) -> float | None:
    if not isinstance(raw, dict) or raw.get("code", "a") != "a":
        return None
    value = raw.get("value")
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 125
    return float(value) if usable else None  # type: ignore[arg-type]


def _codes(concept: object, system: str | None) -> list[str]:
    codings = _dicts(concept.get("coding") if isinstance(concept, dict) else None)
    return [str(one.get("code")) for one in codings if system is None or one.get("system") == system]


def _dicts(raw: object) -> list[dict[str, Any]]:
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []


def _items(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _dicts(raw.get("item"))


class _Answers:
    """The answers below one group, by the LOINC number that ends their linkId."""

    def __init__(self, group: Mapping[str, Any]) -> None:
        self._group = str(group.get("linkId", ""))
        self._found: dict[str, list[dict[str, Any]]] = {}
        self._gather(group, depth=0)

    def _gather(self, item: Mapping[str, Any], *, depth: int) -> None:
        if depth > 10:
            return
        given = _dicts(item.get("answer"))
        self._found.setdefault(str(item.get("linkId", "")).rsplit("/", 1)[-1], []).extend(given)
        for below in (item, *given):
            for one in _items(below):
                self._gather(one, depth=depth + 1)

    def about(self, number: str) -> bool:
        return self._group.rsplit("/", 1)[-1] == number

    def values(self, number: str) -> list[dict[str, Any]]:
        return [
            one["valueCoding"]
            for one in self._found.get(number, [])
            if isinstance(one.get("valueCoding"), dict)
        ]

    def code(self, number: str) -> str:
        return next((str(one.get("code", "")) for one in self.values(number)), "")

    def number(self, number: str) -> float | None:
        given = (one.get("valueDecimal") for one in self._found.get(number, []))
        return next((_years({"value": one}) for one in given if one is not None), None)
