"""What was found of each ability that deciding takes, beside how the consent came about."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from unloop.clinic.audit import append_only

TABLE = "consulting_room_consent_taking"


class Migration(migrations.Migration):
    """Add the column; SQLite may rebuild the table for it, which drops the triggers."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("consulting_room", "0003_the_sheet_as_it_was_given"),
    ]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.release(TABLE),
        migrations.AddField(
            model_name="consenttaking",
            name="abilities",
            field=models.JSONField(null=True),
        ),
        append_only.protect(TABLE),
    ]
