"""Saving a page of answers: one form, and lists of records beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.answering import Question, save_answers
from unloop.clinic.consulting_room.forms import AnswerForm, RecordList
from unloop.clinic.consulting_room.views.refusing import refuse
from unloop.clinic.people.services import ClinicRequest
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it was sent."""

    asked: tuple[Question, ...]
    form: AnswerForm
    lists: list[RecordList]

    def is_valid(self) -> bool:
        """Whether everything that was sent can be taken."""
        valid = [self.form.is_valid(), *(one.is_valid() for one in self.lists)]
        return all(valid)

    def answers(self) -> dict[str, object]:
        """What was answered, by code."""
        lists = {one.definition.code: one.records() for one in self.lists if _said(one, self.form)}
        return self.form.answers() | lists


def saved(request: ClinicRequest, person: Person, sheet: Sheet) -> bool:
    """Write what was answered, or put on the form why not."""
    if not sheet.is_valid():
        return False
    said = sheet.form.cleaned_data
    try:
        added = save_answers(person, sheet.asked, sheet.answers(), at=said["at"], again=said["again"])
    except InputRefused as refused:
        refuse(sheet.form, refused, refused.where)
        return False
    words = ngettext("%d answer was written.", "%d answers were written.", len(added)) % len(added)
    messages.success(
        request, words if added else _("Nothing was written, since nothing differs from what stands.")
    )
    return True


def _said(one: RecordList, form: AnswerForm) -> bool:
    """Whether the list was answered: with a row, with a row taken out, or as none beside a statement."""
    statement = one.definition.complete_by
    stated = statement is not None and form.cleaned_data.get(statement) is True
    return bool(one.records()) or one.question.last is not None or stated
