"""What the clinic added to the evidence is only ever added to, on both engines."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Set the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("laboratory", "0001_initial")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.protect("laboratory_study_kept"),
    ]
