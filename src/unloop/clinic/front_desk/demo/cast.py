"""Who is in the demo: made-up people, with what their evaluation found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from unloop.care.outcome import ActionTaken, EventOutcome, Grade, Relatedness
from unloop.care.symptoms import Compulsion, CompulsionKind, Dimension, Obsession, Trouble
from unloop.clinic.chart.services import NewFact, SexChoice


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person.

    Attributes:
        found: answers that differ from those of an evaluation in which nothing stands in the way; None leaves the
            question open.
    """

    given: str
    family: str
    born: date
    sex: SexChoice
    weight_kg: float
    height_cm: float
    ybocs: int
    found: dict[str, Any] = field(default_factory=dict)


F, M = SexChoice.FEMALE, SexChoice.MALE
WREN = Somebody("Wren", "Adeyemi", date(1994, 2, 11), F, 61.5, 168, 27)
TOBIAS = Somebody("Tobias", "Lindh", date(1988, 9, 3), M, 84.0, 183, 31)
PETRA = Somebody(
    "Petra", "Okoye", date(1979, 6, 21), F, 72.3, 165, 29, {"psychosis_in_first_degree_relative": None}
)  # her family tree answers it
SAMIR = Somebody("Samir", "Lowe", date(1990, 12, 5), M, 77.8, 176, 26)
INES = Somebody("Ines", "Halloran", date(1985, 4, 17), F, 66.0, 171, 30)
MATEO = Somebody("Mateo", "Silva", date(1997, 1, 29), M, 70.2, 174, 32)
YARA = Somebody("Yara", "Stein", date(1982, 8, 8), F, 58.9, 163, 28)
JONAS = Somebody("Jonas", "Feld", date(1975, 11, 14), M, 98.3, 180, 33, {"ecg": "normal"})
AMARA = Somebody("Amara", "Diallo", date(1992, 3, 2), F, 63.4, 170, 30)
LENA = Somebody("Lena", "Brook", date(1987, 5, 26), F, 69.1, 167, 31)
HENRIK = Somebody("Henrik", "Moss", date(1973, 10, 30), M, 88.6, 178, 30, {"ecg": "normal"})
PRIYA = Somebody("Priya", "Nair", date(1999, 7, 19), F, 55.2, 160, 29)

_NO = (
    "tic_disorder_ever", "psychosis_now", "psychosis_ever", "psychosis_in_first_degree_relative", "mania_now",
    "substance_use_disorder_now", "ketamine_misuse_ever", "ketamine_allergy", "aneurysm_or_avm",
    "intracerebral_haemorrhage_ever", "hypertension_uncontrolled", "infarction_or_stroke_last_6_months",
    "infarction_or_stroke_ever", "cardiovascular_risk", "heart_failure", "thyrotoxicosis",
    "intracranial_pressure_raised", "intraocular_pressure_raised", "cystitis", "sleep_apnoea_untreated",
    "breastfeeding",
)  # fmt: skip
_SRI = [
    {"name": "sertraline", "max_dose_mg_per_day": 200, "weeks_total": 30, "weeks_at_max": 16, "adherence_percent": 95,
     "outcome": "none"},
    {"name": "fluoxetine", "max_dose_mg_per_day": 80, "weeks_total": 20, "weeks_at_max": 12, "adherence_percent": 90,
     "outcome": "partial"},
]  # fmt: skip
_ERP = [
    {"kind": "erp", "sessions": 16, "hours": 20, "weeks_total": 18, "therapist_trained": True, "homework_percent": 70,
     "completed": True, "outcome": "partial"},
]  # fmt: skip


def interview(who: Somebody) -> list[NewFact]:
    """What the interview, the examination and the laboratory found."""
    answers: dict[str, Any] = {
        "vital_status": "alive", "diagnoses": ["F42.2"], "diagnoses_complete": True, "diagnosis_by_interview": True,
        "insight": "good", "trauma_history_taken": True, "suicide_risk": "none", "auditc": 1, "dast10": 0,
        "urine_drug_screen": "as-expected", "prescription_monitoring_checked": True, "sri_treatments": _SRI,
        "psychotherapies": _ERP, "treatment_history_complete": True, "allergies": [], "medical_history_taken": True,
        "physical_examination": "normal", "airway": "no-concern", "child_pugh": "no-liver-disease", "stopbang": 1,
        "can_be_pregnant": who.sex is F, "alt": 21, "alt_upper_limit": 40, "alp": 74, "alp_upper_limit": 120,
        "ast": 19, "ggt": 24, "bilirubin": 0.6, "egfr": 96, "tsh": 1.9, "haemoglobin": 13.4, "sodium": 140,
        "potassium": 4.2, "mdq": 2, "wsas": 24, "phq9": 9, "gad7": 11, "office_sbp": 118, "office_dbp": 74,
        "office_hr": 68,
    }  # fmt: skip
    answers |= dict.fromkeys(_NO, False) | body(who) | severity(who.ybocs) | who.found
    if who.sex is F:
        answers["pregnancy_test"] = "negative"
    return facts(answers)


def body(who: Somebody) -> dict[str, Any]:
    """Weight and height as measured."""
    return {"weight": who.weight_kg, "height": who.height_cm}


def severity(total: int, *, cgi_s: int = 5, cgi_i: int | None = None) -> dict[str, Any]:
    """A clinician's ratings of one visit."""
    obsessions = total - total // 2
    ratings: dict[str, Any] = {
        "ybocs": total, "ybocs_obsessions": obsessions, "ybocs_compulsions": total // 2, "cgi_s": cgi_s,
    }  # fmt: skip
    return ratings if cgi_i is None else ratings | {"cgi_i": cgi_i}


def dimensions(total: int) -> dict[str, Any]:
    """What the person answered on the dimensions of the same day, in step with the total."""
    shares = {"docs_contamination": 0.45, "docs_harm": 0.3, "docs_unacceptable": 0.2, "docs_symmetry": 0.1}
    found = {code: round(total * share) for code, share in shares.items()}
    return found | {"docs": sum(found.values())}


ERP_SESSIONS = ((-96, 90), (-89, 90), (-82, 90), (-75, 60), (-68, 90), (-54, 60))
TARGETS = (
    Trouble("", Obsession(Dimension.HARM_AND_SAFETY_DOUBT, "What if the house burns down because of me?"), points=4),
    Trouble("", Compulsion(CompulsionKind.CHECKING, "Going back to the stove until it feels right",
                           Dimension.HARM_AND_SAFETY_DOUBT), points=4),
)  # fmt: skip
CHECK_INS: tuple[tuple[int, dict[str, int]], ...] = tuple(
    (day, dict(zip(("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "17", "18", "19", "20",
                    "21", "22", "23", "101", "102", "16"), map(int, points), strict=True)))
    for day, points in (
        (-111, "4444433343143201403013440"), (-90, "2222222222031100301012220"),
        (-76, "2212211212021100201011110"), (-45, "3222222223031100302012330"),
    )
)  # fmt: skip
"""Days, and the points of the check-in's questions in their order; the last is about suicide."""
LIFE = ((-92, "Moved in with my sister."), (-40, "New post at work."))
_MILD: dict[str, Any] = {
    "relatedness": Relatedness.PROBABLE, "action": ActionTaken.TREATED, "outcome": EventOutcome.RESOLVED,
}  # fmt: skip
ADVERSE: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("Moss", -111.05, _MILD | {"term": "Nausea", "grade": Grade.MODERATE}),
    ("Moss", -93.0, _MILD | {"term": "Low mood for two days", "grade": Grade.MODERATE,
                           "relatedness": Relatedness.POSSIBLE, "action": ActionTaken.NONE}),
    ("Brook", -8.05, _MILD | {"term": "Headache", "grade": Grade.MILD, "relatedness": Relatedness.POSSIBLE}),
)  # fmt: skip


def facts(answers: dict[str, Any]) -> list[NewFact]:
    """Answers as entries of now; None leaves a question open."""
    return [NewFact(code, value) for code, value in answers.items() if value is not None]
