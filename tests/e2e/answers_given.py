"""What is answered in the browser: for each question of the dictionary the value that stands against nothing."""

from __future__ import annotations

from unloop.facts import DICTIONARY, FactDefinition, FactType

# Of questions whose answer is neither good nor bad by itself, the answers of somebody who can be treated.
_SAID: dict[str, object] = {
    "vital_status": "alive", "diagnoses": "F42.2", "tic_disorder_ever": False, "erp_unavailable": False,
    "cardiovascular_risk": False, "can_be_pregnant": False, "allergies": "none", "insight": "good",
    "auditc": 1, "dast10": 0, "cgi_s": 5, "wsas": 24, "mdq": 2, "stopbang": 1, "gad7": 11, "phq9": 9, "ybocs": 30,
    "ybocs_obsessions": 15, "ybocs_compulsions": 15, "diazepam_equivalent": 0, "weight": 70, "height": 172,
    "office_sbp": 118, "office_dbp": 74, "office_hr": 68, "alt": 21, "alt_upper_limit": 40, "alp": 74,
    "alp_upper_limit": 120, "ast": 19, "ggt": 24, "bilirubin": 0.6, "egfr": 96, "creatinine": 0.8, "tsh": 1.9,
    "haemoglobin": 13.4, "platelets": 250, "sodium": 140, "potassium": 4.2, "fasted_solids": 10, "fasted_clear": 3,
    "rass": 0, "aldrete": 10, "mpadss": 10, "cadss6": 1,
}  # fmt: skip
# Those were measured on another page of the course, so that what stands there is left as it is.
RATED_ELSEWHERE = frozenset({"ybocs", "ybocs_obsessions", "ybocs_compulsions", "phq9", "phq9_item9"})
NOT_ANSWERED = frozenset({"cgi_i", "checkin_obsessions", "checkin_compulsions", "checkin_interference"})
PAST_TREATMENTS: dict[str, list[dict[str, str]]] = {
    "sri_treatments": [
        {"name": "sertraline", "max_dose_mg_per_day": "200", "weeks_total": "30", "weeks_at_max": "16",
         "adherence_percent": "95", "outcome": "none"},
        {"name": "fluoxetine", "max_dose_mg_per_day": "80", "weeks_total": "20", "weeks_at_max": "12",
         "adherence_percent": "90", "outcome": "partial"},
    ],
    "psychotherapies": [
        {"kind": "erp", "sessions": "16", "hours": "20", "weeks_total": "18", "therapist_trained": "True",
         "homework_percent": "70", "completed": "True", "outcome": "partial"},
    ],
}  # fmt: skip


def answer_to(code: str) -> object | None:
    """What is answered to this question; None where nothing is."""
    if code in NOT_ANSWERED:
        return None
    return _SAID[code] if code in _SAID else _harmless(DICTIONARY[code])


def _harmless(definition: FactDefinition) -> object | None:
    match definition.type:
        case FactType.BOOL:
            return next(value for value in (True, False) if value not in definition.bad)
        case FactType.ENUM:
            return next(value for value in definition.values if value not in definition.bad)
        case _:
            return None
