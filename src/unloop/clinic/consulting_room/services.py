"""The consulting room's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.consulting_room.answering import groups, questions, save_answers
from unloop.clinic.consulting_room.board import Board, OpenItem, lay_out
from unloop.clinic.consulting_room.clearance import clear, current_clearance, judge_person
from unloop.clinic.consulting_room.consenting import (
    Given,
    Understanding,
    consent_holds,
    current_consent,
    plan_and_answer,
    record_consent,
    withdraw_consent,
)
from unloop.clinic.consulting_room.consultation_numbers import numbers
from unloop.clinic.consulting_room.consultation_sheets import (
    ToTalkOver,
    changed_since,
    consents_to_talk_over,
    give_sheet,
    void_sheets,
)
from unloop.clinic.consulting_room.family import keep_family
from unloop.clinic.consulting_room.models import (
    Clearance,
    ClearanceVoided,
    Consent,
    GateChoice,
    Plan,
    ResearchConsent,
)
from unloop.clinic.consulting_room.overriding import AtStart, NewSignature, sign_override
from unloop.clinic.consulting_room.overriding_page import Overriding, answer_override
from unloop.clinic.consulting_room.planning import (
    Proposal,
    current_plan,
    make_plan,
    propose,
    rule_of,
    work_out,
)
from unloop.clinic.consulting_room.research import record_research_consent, research_consent
from unloop.clinic.consulting_room.signing import SignOff, last_sign_off, may_sign, sign_evaluation
from unloop.clinic.consulting_room.standing import InForce, in_force, view_of
from unloop.clinic.consulting_room.treatments import decide_medicines, medicines_to_decide
from unloop.clinic.consulting_room.wording import Way, sentence, way

__all__ = [
    "AtStart",
    "Board",
    "Clearance",
    "ClearanceVoided",
    "Consent",
    "GateChoice",
    "Given",
    "InForce",
    "NewSignature",
    "OpenItem",
    "Overriding",
    "Plan",
    "Proposal",
    "ResearchConsent",
    "SignOff",
    "ToTalkOver",
    "Understanding",
    "Way",
    "answer_override",
    "changed_since",
    "clear",
    "consent_holds",
    "consents_to_talk_over",
    "current_clearance",
    "current_consent",
    "current_plan",
    "decide_medicines",
    "give_sheet",
    "groups",
    "in_force",
    "judge_person",
    "keep_family",
    "last_sign_off",
    "lay_out",
    "make_plan",
    "may_sign",
    "medicines_to_decide",
    "numbers",
    "plan_and_answer",
    "propose",
    "questions",
    "record_consent",
    "record_research_consent",
    "research_consent",
    "rule_of",
    "save_answers",
    "sentence",
    "sign_evaluation",
    "sign_override",
    "view_of",
    "void_sheets",
    "way",
    "withdraw_consent",
    "work_out",
]
