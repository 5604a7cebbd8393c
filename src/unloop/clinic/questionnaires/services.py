"""The questionnaires app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.questionnaires.links import invite, links_of, withdraw
from unloop.clinic.questionnaires.models import AnswerSheet, Invitation, LinkState
from unloop.clinic.questionnaires.results import Result, results, score_of
from unloop.clinic.questionnaires.scheduling import follow, open_windows, stop_following
from unloop.clinic.questionnaires.sheets import SheetClosed, answer_sheet, rate, sheets_of
from unloop.clinic.questionnaires.targets import write_list
from unloop.clinic.questionnaires.wordings import load_wording, take_wording_back

__all__ = [
    "AnswerSheet",
    "Invitation",
    "LinkState",
    "Result",
    "SheetClosed",
    "answer_sheet",
    "follow",
    "invite",
    "links_of",
    "load_wording",
    "open_windows",
    "rate",
    "results",
    "score_of",
    "sheets_of",
    "stop_following",
    "take_wording_back",
    "withdraw",
    "write_list",
]
