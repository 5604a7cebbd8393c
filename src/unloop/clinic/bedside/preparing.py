"""Before the start: what the start gate asks of this day, the draw counted back, and the second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from unloop.care.evaluation import NotReady, Ready
from unloop.care.infusion import InfusionEvent
from unloop.care.plan import check_draw
from unloop.clinic.audit.services import current_actor
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.ordering import preparation_now
from unloop.clinic.bedside.sessions import Charted, chart_event, chart_with_session, protocol_of
from unloop.clinic.consulting_room.services import GateChoice, judge_person
from unloop.clinic.people.services import Role, User, confirm_identity
from unloop.facts import DICTIONARY, Chart, FactDefinition, Phase
from unloop.quantity import Concentration, Dose, InputRefused, Volume, plain
from unloop.rules import codes

VITALS = ("sbp", "dbp", "hr", "spo2", "rr")
IN_THE_VITALS_ROW = frozenset({*VITALS, "rass"})
CHECKERS = (Role.PROVIDER, Role.NURSE, Role.MEDICAL_DIRECTOR)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the one who drew up has read from vial and syringe."""

    vial_mg_per_ml: float
    ml: float


def questions_before(session: InfusionSession) -> tuple[FactDefinition, ...]:
    """What the protocol's rules of the day ask and somebody has to answer, beside the vital signs."""
    asked: dict[str, None] = {}
    for rule in protocol_of(session).document.sameday:
        asked.update(dict.fromkeys(codes(rule.when.condition)))
    return tuple(
        definition
        for code in asked
        if (definition := DICTIONARY[code]).in_session
        and Phase.BEFORE in definition.phases
        and code not in IN_THE_VITALS_ROW
        and code != "second_check"
    )


def judge_start(
    session: InfusionSession, *, chart: Chart | None = None, events: tuple[InfusionEvent, ...] | None = None
) -> Ready | NotReady:
    """What the start gate would say now; nothing is kept."""
    return judge_person(
        GateChoice.START, session.person, protocol_of(session), session=session.id,
        chart=chart_with_session(session, chart=chart, events=events),
    )  # fmt: skip


@transaction.atomic
def answer_questions(
    session: InfusionSession, form_id: UUID, answers: Mapping[str, object], *, at: datetime | None = None
) -> None:
    """Chart the answers of one form; sent twice it adds nothing.

    Args:
        session: where they were asked.
        form_id: of the form, made where it was filled in.
        answers: by code.
        at: when they were given, where a tablet kept them for a while; None is now.

    Raises:
        InputRefused: an answer that the dictionary refuses, or a time in the future.
    """
    stamped = {"at": at.isoformat()} if at else {}
    for code, value in answers.items():
        entry = {"id": str(uuid5(form_id, code)), "type": "score", "code": code, "value": value}
        chart_event(session, {**entry, **stamped})


def count_back(session: InfusionSession, drawn: Drawn) -> Dose:
    """The milligrams in the syringe, from what was read on vial and syringe.

    Raises:
        InputRefused: they differ from the order by more than the protocol's tolerance, as they do tenfold for a vial taken
            for another, or the order is not what would be ordered now.
    """
    return check_draw(
        preparation_now(session),
        vial=Concentration(mg_per_ml=drawn.vial_mg_per_ml),
        drawn=Volume(ml=drawn.ml),
    )


def second_check(
    session: InfusionSession, entry_id: UUID, drawn: Drawn, *, second: User | None, password: str
) -> Charted:
    """A second person counts the syringe back and confirms it with their own password.

    Args:
        session: the session, ordered and not begun.
        entry_id: of the entry, made where it was charted.
        drawn: vial and syringe as read.
        second: who checks; None when nobody has the user name that was typed.
        password: theirs.

    Raises:
        InputRefused: the syringe does not hold the order, or the second person is the first or may not check.
        IdentityNotConfirmed: not their password.
    """
    held = count_back(session, drawn)
    if second is None or not second.is_active or not second.has_role(*CHECKERS):
        raise InputRefused("second person", given=None, allowed="a physician or nurse of this clinic",
                           mend="let a second member of staff type their user name")  # fmt: skip
    if second.pk == current_actor().id:
        raise InputRefused("second person", given="the person who is signed in", allowed="another person",
                           mend="let a second member of staff check")  # fmt: skip
    confirm_identity(second, password)
    words = f"Drawn up and counted back: {plain(drawn.ml, decimals=2)} mL of {drawn.vial_mg_per_ml:g} mg/mL = {held}"
    with transaction.atomic():
        chart_event(session, {"id": str(uuid5(entry_id, "draw")), "type": "note", "text": words})
        return chart_event(session, {"id": str(entry_id), "type": "checked", "second": str(second.pk)})
