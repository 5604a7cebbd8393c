"""Answers and wordings are only ever added, and a sheet that was sent is never changed, on both engines."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only
from unloop.clinic.audit.row_refusal import refuse
from unloop.clinic.questionnaires.sent_sheets import SENT_ANSWER, SENT_SHEET


class Migration(migrations.Migration):
    """Set the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("questionnaires", "0001_initial")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.protect("questionnaires_answer", key="sequence"),
        append_only.protect("questionnaires_wording"),
        refuse(SENT_SHEET, SENT_ANSWER),
    ]
