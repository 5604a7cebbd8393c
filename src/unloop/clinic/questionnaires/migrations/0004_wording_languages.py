"""Official wording in more than one language, each of them loaded and taken back apart.

SQLite rebuilds a table that grows a column, and its triggers are gone with the old one: they are lifted before and set
again after, on both engines.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Add the column."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("questionnaires", "0003_schedules_and_second_ratings")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.release("questionnaires_wording"),
        migrations.AddField("loadedwording", "language", models.CharField(blank=True, max_length=10)),
        append_only.protect("questionnaires_wording"),
    ]
