"""Schedules, second ratings, languages and target symptoms.

SQLite rebuilds a table that grows a column, and its triggers are gone with the old one: they are lifted before and set
again after, on both engines.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from unloop.clinic.audit import append_only
from unloop.clinic.audit.row_refusal import allow, refuse
from unloop.clinic.questionnaires.sent_sheets import SENT_ANSWER, SENT_SHEET


def _somebody(*, null: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    """Make the tables and the columns."""

    dependencies: ClassVar = [
        ("chart", "0004_documents"),
        ("questionnaires", "0002_answers_only_grow"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        append_only.release("questionnaires_wording"),
        append_only.release("questionnaires_answer", key="sequence"),
        allow(SENT_SHEET, SENT_ANSWER),
        migrations.CreateModel(
            name="Followed",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("started_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT,
                                             related_name="followed_by_schedule", to="chart.person")),
                ("reader", _somebody()),
                ("started_by", _somebody()),
                ("stopped_by", _somebody(null=True)),
            ],
            options={
                "db_table": "questionnaires_followed",
                "ordering": ["-started_at"],
                "constraints": [models.UniqueConstraint(
                    condition=models.Q(("stopped_at", None)), fields=("person",), name="followed_once_at_a_time",
                )],
            },
        ),
        migrations.CreateModel(
            name="SecondRating",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("asked_by", _somebody()),
                ("rater", _somebody()),
                ("first", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT,
                                            related_name="second_ratings", to="questionnaires.answersheet")),
                ("sheet", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT,
                                               related_name="second_to", to="questionnaires.answersheet")),
            ],
            options={
                "db_table": "questionnaires_second_rating",
                "ordering": ["-asked_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "rater"), name="one_second_rating_a_rater")
                ],
            },
        ),
        migrations.AddField("answersheet", "language", models.CharField(blank=True, max_length=10)),
        migrations.AddField("answersheet", "targets", models.JSONField(default=list)),
        migrations.AddField("invitation", "language", models.CharField(blank=True, max_length=10)),
        migrations.AddField("invitation", "purpose", models.CharField(
            choices=[("answer", "questions"), ("look", "the person's own view")], default="answer", max_length=10,
        )),
        migrations.AddField("invitation", "window", models.CharField(blank=True, max_length=60)),
        migrations.AddField("loadedwording", "permission", models.CharField(blank=True, max_length=240)),
        migrations.AddConstraint("invitation", models.UniqueConstraint(
            condition=models.Q(("window", ""), _negated=True), fields=("person", "window"), name="one_link_a_window",
        )),
        append_only.protect("questionnaires_wording"),
        append_only.protect("questionnaires_answer", key="sequence"),
        refuse(SENT_SHEET, SENT_ANSWER),
    ]  # fmt: skip
