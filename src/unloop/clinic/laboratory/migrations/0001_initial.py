"""The table of studies that the clinic added."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make it."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name="StudyKept",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("study_id", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(choices=[("added", "added"), ("withdrawn", "taken out")], max_length=9),
                ),
                ("document", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("changes", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
            ],
            options={
                "db_table": "laboratory_study_kept",
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study_id", "version"), name="one_of_each_version_of_a_study"
                    )
                ],
            },
        ),
    ]
