"""Documents: sealed files that prove facts, only ever added."""

from __future__ import annotations

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Make the table, and let rows only be added."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("chart", "0003_decisions_on_drafts")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField(null=True)),
                ("fact", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="documents",
                                           to="chart.factrow")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="documents",
                                             to="chart.person")),
            ],
            options={
                "db_table": "chart_document",
                "ordering": ["-at"],
                "constraints": [models.UniqueConstraint(fields=("fact", "sha256"), name="document_once_per_fact")],
            },
        ),
        append_only.protect("chart_document"),
    ]  # fmt: skip
