"""Notes on tasks, windows of duty and their withdrawal are only ever added, on both engines."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Set the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("work", "0002_messages_and_duty")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.protect("work_task_note"),
        append_only.protect("work_duty_window"),
        append_only.protect("work_duty_withdrawn"),
    ]
