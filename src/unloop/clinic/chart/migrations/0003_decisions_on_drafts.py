"""Every decision on a draft is kept: those made so far become the first of theirs."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

from unloop.clinic.audit import append_only


def _keep_what_was_decided(apps: Any, _editor: Any) -> None:
    draft, decision = apps.get_model("chart", "Draft"), apps.get_model("chart", "DraftDecision")
    decision.objects.bulk_create([
        decision(draft=one, decision=one.decision, decided_as=one.decided_as, by=one.decided_by, at=one.decided_at)
        for one in draft.objects.exclude(decision="")
    ])  # fmt: skip


class Migration(migrations.Migration):
    """Make the table, fill it, and let rows only be added."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("chart", "0002_facts_only_grow")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name="DraftDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("decision", models.CharField(blank=True, max_length=10, choices=[
                    ("", "not decided"), ("taken", "holds today"), ("past", "was so once"), ("refused", "is not so"),
                ])),
                ("decided_as", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("draft", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="decisions",
                                            to="chart.draft")),
                ("supersedes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT,
                                                    related_name="superseded_by", to="chart.draftdecision")),
            ],
            options={
                "db_table": "chart_draft_decision",
                "ordering": ["at"],
                "constraints": [models.UniqueConstraint(
                    condition=models.Q(("supersedes__isnull", True)), fields=("draft",), name="draft_first_decided_once",
                )],
            },
        ),
        migrations.RunPython(_keep_what_was_decided, migrations.RunPython.noop),
        append_only.protect("chart_draft_decision"),
    ]  # fmt: skip
