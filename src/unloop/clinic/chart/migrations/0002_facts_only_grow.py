"""Facts and imports are only ever added, on both engines."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Set the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("chart", "0001_initial")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.protect("chart_fact"),
        append_only.protect("chart_import"),
    ]
