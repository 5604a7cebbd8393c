"""Answers, wordings and sheets that were sent stay as they are, in the database of either engine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from unloop.clinic.audit import clock
from unloop.clinic.audit.row_refusal import refuse
from unloop.clinic.questionnaires.links import invitation_of
from unloop.clinic.questionnaires.models import AnswerGiven, AnswerSheet, LoadedWording
from unloop.clinic.questionnaires.sent_sheets import SENT_ANSWER, SENT_SHEET
from unloop.clinic.questionnaires.sheets import SheetClosed, give_answer, send, sheets_for

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

CLOSED = "a sheet that was sent is closed"
KEPT = "never changed or removed"
ONE_MORE = (
    "INSERT INTO questionnaires_answer (sheet_id, link_id, token, at) "
    "SELECT id, '1', '3', started_at FROM questionnaires_sheet"
)


@pytest.fixture
def sheet(ines, sent_to) -> AnswerSheet:
    """A sheet with one answer, still open."""
    invitation = invitation_of(sent_to(ines).rstrip("/").rsplit("/", 1)[-1])
    assert invitation is not None
    begun = sheets_for(invitation)[0]
    return give_answer(begun.id, "1", "2").sheet


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE questionnaires_sheet SET answers = '{}'", CLOSED),
        ("UPDATE questionnaires_sheet SET sent_at = NULL, score = NULL", CLOSED),
        ("UPDATE questionnaires_sheet SET score = score", CLOSED),
        (ONE_MORE, CLOSED),
        ("UPDATE questionnaires_answer SET token = '0'", KEPT),
        ("DELETE FROM questionnaires_answer", KEPT),
    ],
    ids=["changed", "opened-again", "touched", "answered", "answer-changed", "forgotten"],
)
def test_the_database_itself_keeps_a_sent_sheet_closed(sheet, statement: str, refusal: str) -> None:
    send(sheet.id)
    before = AnswerSheet.objects.values().get()
    with pytest.raises(DatabaseError, match=refusal):
        run(statement)
    assert AnswerSheet.objects.values().get() == before
    assert AnswerGiven.objects.values_list("token", flat=True).get() == "2"


def test_an_open_sheet_takes_further_answers_and_keeps_the_earlier_ones(sheet) -> None:
    run(ONE_MORE)
    assert list(AnswerGiven.objects.values_list("token", flat=True)) == ["2", "3"]
    for statement in ("UPDATE questionnaires_answer SET token = '0'", "DELETE FROM questionnaires_answer"):
        with pytest.raises(DatabaseError, match=KEPT):
            run(statement)


def test_a_sheet_that_was_sent_cannot_be_answered_by_a_service_either(sheet) -> None:
    send(sheet.id)
    with pytest.raises(SheetClosed):
        give_answer(sheet.id, "1", "0")
    assert AnswerGiven.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE questionnaires_wording SET title = 'other'", "DELETE FROM questionnaires_wording"],
    ids=["changed", "removed"],
)
def test_a_wording_that_was_served_stays_as_it_was_loaded(cast, statement: str) -> None:
    LoadedWording(
        instrument="phq-9", number=1, title="as loaded", loaded_at=clock.now(), loaded_by=cast.provider
    ).save()
    with pytest.raises(DatabaseError, match=KEPT):
        run(statement)
    assert LoadedWording.objects.get().title == "as loaded"


def test_no_table_is_emptied_at_one_stroke(sheet) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    run("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the end of a transaction forbids TRUNCATE as well
    with pytest.raises(DatabaseError, match=KEPT):
        run("TRUNCATE questionnaires_answer")


def test_a_migration_backwards_takes_the_guard_off_and_forwards_sets_it_again(sheet) -> None:
    operation, editor = refuse(SENT_SHEET, SENT_ANSWER), SimpleNamespace(connection=connection)
    send(sheet.id)
    operation.reverse_code(None, editor)
    run("UPDATE questionnaires_sheet SET reads_on = NULL")
    operation.code(None, editor)
    with pytest.raises(DatabaseError, match=CLOSED):
        run("UPDATE questionnaires_sheet SET reads_on = NULL")
