"""The page of one session: checklist before the start, infusion screen, recovery, record, by its state."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from unloop.care.evaluation import NotReady, Ready
from unloop.care.infusion import InfusionEvent, PromptStanding, SessionState
from unloop.clinic.bedside.board import chair_is_taken
from unloop.clinic.bedside.drawing import draw
from unloop.clinic.bedside.forms import SecondCheckForm, SignForm
from unloop.clinic.bedside.leaving import judge_leaving, questions_after
from unloop.clinic.bedside.limits import limits
from unloop.clinic.bedside.models import InfusionSession
from unloop.clinic.bedside.ordering import preparation_now
from unloop.clinic.bedside.predicted import NotPredicted, Prediction, predict, spread_of
from unloop.clinic.bedside.preparing import judge_start, questions_before
from unloop.clinic.bedside.screen import Screen, screen_of
from unloop.clinic.bedside.sessions import events_of, protocol_of
from unloop.clinic.bedside.views.guarding import new_id, of_session
from unloop.clinic.bedside.wording import (
    FIELDS,
    SEVERITIES,
    STATES,
    SYMPTOMS,
    event_words,
    label_of,
    value_words,
)
from unloop.clinic.chart.services import OpenChart, open_chart
from unloop.clinic.laboratory.services import not_modelled, observed
from unloop.clinic.people.services import ClinicRequest, may_open
from unloop.facts import DICTIONARY, Chart, FactDefinition
from unloop.quantity import InputRefused

Events = tuple[InfusionEvent, ...]
ALARMING = ("vomiting", "end_organ_symptom", "stridor", "seizure", "anaphylaxis", "asks_to_stop")
AT_WORK = frozenset({SessionState.RUNNING, SessionState.PAUSED, SessionState.STOPPED})
WAITING = frozenset({SessionState.ORDERED, SessionState.CHECKED})


@require_GET
@of_session("session")
def session(request: ClinicRequest, session: InfusionSession) -> HttpResponse:
    """The session as it stands."""
    return show(request, session)


def show(request: ClinicRequest, session: InfusionSession, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a session in its state; `more` holds what a refused form has to say."""
    opened, events = open_chart(session.person), events_of(session)
    chart = opened.chart
    screen = screen_of(session, chart=chart, events=events)
    state = screen.state.state
    if request.htmx and state not in AT_WORK:
        return HttpResponseClientRefresh()  # the beat of an infusion that is over asks for another page
    common = {**_common(screen, opened), "may_chart": may_open(request.user, "bedside:chart"), **more}
    if state in AT_WORK:
        return render(request, "bedside/infusion.html", {**common, **_infusion(screen)}, status=status)
    if state in WAITING:
        return render(
            request, "bedside/prepare.html", {**common, **_before(screen, chart, events)}, status=status
        )
    if state is SessionState.RECOVERING:
        return render(
            request, "bedside/recovery.html", {**common, **_after(screen, chart, events)}, status=status
        )
    if status == 200:
        return redirect("bedside:record", session.person_id, session.id)
    from unloop.clinic.bedside.views.record import show_record  # noqa: PLC0415 - each shows the other's refusals

    return show_record(request, session, status=status, **more)


def _common(screen: Screen, opened: OpenChart) -> dict[str, Any]:
    session = screen.session
    return {
        "person": session.person, "opened": opened, "session": session, "screen": screen, "state": screen.state,
        "state_words": STATES[screen.state.state], "new_id": new_id,
        "rass": [f"{value:g}" for value in range(-5, 5)],
        "unjudged": [
            {"title": one.prompt.title, "rule": one.prompt.rule, "missing": ", ".join(label_of(code) for code in one.prompt.missing)}
            for one in screen.prompts if one.prompt.standing is PromptStanding.CANNOT_BE_JUDGED
        ],
    }  # fmt: skip


def _infusion(screen: Screen) -> dict[str, Any]:
    protocol = protocol_of(screen.session)
    happened = [{"at": one.at, "words": event_words(one)} for one in reversed(screen.happened)]
    stopped = next((one for one in reversed(screen.happened) if one.kind == "stopped"), None)
    prediction = predict(screen)
    return {
        "picture": draw(screen, limits(protocol), get_current_timezone(), prediction=prediction),
        **_expected(prediction),
        "happened": happened[:6],
        "symptoms": SYMPTOMS, "severities": SEVERITIES,
        "alarming": [DICTIONARY[code] for code in ALARMING],
        "stopped": stopped,
        "undo_ids": " ".join(one.id for one in screen.undo),
        "undo_words": ", ".join(event_words(one) for one in screen.undo),
    }  # fmt: skip


def _expected(prediction: Prediction | NotPredicted) -> dict[str, Any]:
    """What models expect, for the figures and for the table beside the picture."""
    if isinstance(prediction, NotPredicted):
        return {"not_predicted": prediction.why}
    models = [
        {"curve": curve, "now": now, "spread": spread_of(curve), "effect": effect, "felt": felt}
        for curve, now, effect, felt in zip(
            prediction.curves, prediction.now, prediction.effects, prediction.effects_now, strict=True
        )
    ]
    return {
        "prediction": prediction,
        "models": models,
        "not_modelled": not_modelled(),
        "observed": observed(),
    }


def _before(screen: Screen, chart: Chart, events: Events) -> dict[str, Any]:
    session = screen.session
    answer = judge_start(session, chart=chart, events=events)
    prepared, refused = None, None
    try:
        prepared = preparation_now(session, chart=chart)
    except InputRefused as error:
        refused = error
    return {
        "answer": answer, "open": isinstance(answer, Ready), "shut": _shut(answer),
        "ready": isinstance(answer, Ready) and prepared is not None,
        "questions": [_question(one, screen) for one in questions_before(session)], "read": _read_before(screen),
        "prepared": prepared, "order_refused": refused, "check_form": SecondCheckForm(),
        "rate": prepared.rate.ml_per_h if prepared else None, "chair_is_taken": chair_is_taken(session),
    }  # fmt: skip


def _read_before(screen: Screen) -> list[dict[str, Any]]:
    """The readings from before the start, named as the form names them."""
    return [
        {
            "label": FIELDS.get(one.code, label_of(one.code)),
            "value": value_words(one.value, code=one.code),
            "at": one.at,
        }
        for one in screen.state.readings
        if one.code in screen.baseline
    ]


def _shut(answer: Ready | NotReady) -> list[dict[str, Any]]:
    """The rules that keep a gate shut, with the answers of this session that could be given on the page."""
    return [
        {
            "verdict": one,
            "excludes": not one.missing,
            "signers": [signer.replace("_", " ") for signer in one.override.signers] if one.override else [],
            "ask": [_choice(DICTIONARY[gap.code]) for gap in one.missing if DICTIONARY[gap.code].in_session],
            "elsewhere": [label_of(gap.code) for gap in one.missing if not DICTIONARY[gap.code].in_session],
        }
        for one in answer.verdicts
        if not one.outcome.opens
    ]


def _choice(definition: FactDefinition) -> dict[str, Any]:
    return {"code": definition.code, "label": definition.label, "one_tap": definition.type == "bool" and definition.code != "second_check"}  # fmt: skip


def _question(definition: FactDefinition, screen: Screen) -> dict[str, Any]:
    answered = next((one for one in screen.state.readings if one.code == definition.code), None)
    return {
        "code": definition.code, "text": definition.question or definition.label, "kind": str(definition.type),
        "unit": definition.unit if not definition.unit.startswith("{") else "", "values": definition.values,
        "low": definition.low, "high": definition.high,
        "answer": value_words(answered.value, code=definition.code) if answered else None, "at": answered.at if answered else None,
    }  # fmt: skip


def _after(screen: Screen, chart: Chart, events: Events) -> dict[str, Any]:
    session = screen.session
    leaving = judge_leaving(session, chart=chart, events=events)
    return {
        "leaving": leaving, "shut": _shut(leaving.verdict),
        "questions": [_question(one, screen) for one in questions_after(session)],
        "sign_form": SignForm(),
        "happened": [{"at": one.at, "words": event_words(one)} for one in reversed(screen.happened)][:8],
    }  # fmt: skip
