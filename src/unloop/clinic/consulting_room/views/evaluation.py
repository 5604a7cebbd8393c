"""The evaluation: one sentence, what is open with one link each, what is answered, and its signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from unloop.care.evaluation import NotReady, Standing
from unloop.clinic.chart.services import OpenChart, Person, documents_by_code, of_person, open_chart
from unloop.clinic.consulting_room.answering import asked_beside, groups
from unloop.clinic.consulting_room.board import Answered, Board, lay_out
from unloop.clinic.consulting_room.clearance import judge_person
from unloop.clinic.consulting_room.forms import SignForm
from unloop.clinic.consulting_room.laboratory_words import laboratory_rows
from unloop.clinic.consulting_room.models import GateChoice
from unloop.clinic.consulting_room.not_now import tell
from unloop.clinic.consulting_room.proofs import Proof, proof_of
from unloop.clinic.consulting_room.said import say_value
from unloop.clinic.consulting_room.signing import last_sign_off, may_sign, sign_evaluation
from unloop.clinic.consulting_room.standing import InForce, in_force, view_of
from unloop.clinic.consulting_room.treatments import beside_ketamine_now, erp_first
from unloop.clinic.consulting_room.views.refusing import nobody_can_be_treated, refuse
from unloop.clinic.consulting_room.wording import GROUPS, STANDINGS, sentence, way
from unloop.clinic.people.services import ClinicRequest, IdentityNotConfirmed
from unloop.facts import View
from unloop.quantity import InputRefused


@require_GET
@of_person("evaluation")
def evaluation(request: ClinicRequest, person: Person) -> HttpResponse:
    """Every item that the protocol asks for, in its state."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    return _page(request, person, current, form=SignForm())


@require_POST
@of_person("sign")
def sign(request: ClinicRequest, person: Person) -> HttpResponse:
    """Sign the evaluation with one's password."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            answer = sign_evaluation(
                person, current.protocol, by=request.user, password=form.cleaned_data["password"]
            )
        except IdentityNotConfirmed as error:
            form.add_error("password", error.args[0])
        except InputRefused as refused:
            refuse(form, refused)
        else:
            if not isinstance(answer, NotReady):
                messages.success(request, _("The evaluation is signed."))
                return redirect("consulting_room:evaluation", person.id)
            form.add_error(
                None, _("Nothing was signed: the evaluation is not ready. What is open stands below.")
            )
    return _page(request, person, current, form=form)


@require_GET
@of_person("not-now")
def not_now(request: ClinicRequest, person: Person) -> HttpResponse:
    """Why not now, for the person, in plain words."""
    current = in_force()
    if current is None:
        return nobody_can_be_treated(request, person)
    opened = open_chart(person)
    board = _board(person, current, opened)
    context = {
        "person": person,
        "opened": opened,
        "board": board,
        "told": tell(board),
        "protocol": current.protocol,
    }
    return render(request, "consulting_room/not_now.html", context)


def _page(request: ClinicRequest, person: Person, current: InForce, *, form: SignForm) -> HttpResponse:
    opened = open_chart(person)
    view = view_of(person, current.protocol, chart=opened.chart)
    board = _board(person, current, opened)
    context: dict[str, Any] = {
        "person": person, "opened": opened, "board": board, "protocol": current.protocol, "adopted": current.adopted,
        "sentence": sentence(board), "sections": _sections(board, person, opened),
        "answered": _with_proofs(board, view, person), "laboratory": laboratory_rows(view),
        "beside_rules": [(one, say_value(one.code, one.last)) for one in asked_beside(view)], "erp": erp_first(view, current.protocol), "beside": beside_ketamine_now(view),
        "pages": [(name, GROUPS[name]) for name in groups(current.protocol) if name in GROUPS],
        "signed": last_sign_off(person, current.protocol), "form": form, "may_sign": may_sign(request.user),
    }  # fmt: skip
    return render(request, "consulting_room/evaluation.html", context, status=422 if form.is_bound else 200)


def _board(person: Person, current: InForce, opened: OpenChart) -> Board:
    answer = judge_person(GateChoice.EVALUATION, person, current.protocol, chart=opened.chart)
    return lay_out(answer, view_of(person, current.protocol, chart=opened.chart))


def _with_proofs(
    board: Board, view: View, person: Person
) -> list[tuple[str, list[tuple[Answered, Proof | None]]]]:
    documents = documents_by_code(person)
    return [
        (words, [(row, proof_of(row, view, documents=documents, person=person)) for row in rows])
        for words, rows in _answered(board)
    ]


def _answered(board: Board) -> list[tuple[str, tuple[Answered, ...]]]:
    """The answered rules by standing, as the protocol groups them; the many asked items in two halves."""
    tables: list[tuple[str, tuple[Answered, ...]]] = []
    for standing, words in STANDINGS.items():
        rows = board.answered[standing]
        half = (len(rows) + 1) // 2
        if standing is Standing.ITEM and half > 1:
            tables += [(str(words), rows[:half]), (_("%s, continued") % words, rows[half:])]
        elif rows:
            tables.append((str(words), rows))
    return tables


def _sections(board: Board, person: Person, opened: OpenChart) -> list[dict[str, Any]]:
    named = [
        ("excludes", _("Excludes"), _("An answer is in, and it stands against treatment."), board.excludes),
        (
            "missing",
            _("Missing"),
            _("Nobody has answered yet. Unknown never counts as a yes."),
            board.missing,
        ),
        ("stale", _("Out of date"), _("Answered once, too long ago to rely on."), board.stale),
    ]
    return [
        {
            "state": state,
            "title": title,
            "words": words,
            "items": [(one, way(one, person, drafts=opened.medicines_wait)) for one in items],
        }
        for state, title, words, items in named
        if items
    ]
