"""Sheets as they were given, what people said to them, and answers about research: only ever added."""

from __future__ import annotations

import uuid
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from unloop.clinic.audit import append_only


class Migration(migrations.Migration):
    """Make the tables, and let rows only be added."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("chart", "0004_documents"),
        ("consulting_room", "0002_clearances_only_grow"),
    ]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name="ConsultationSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("language", models.CharField(max_length=10)),
                ("text_version", models.CharField(max_length=20)),
                ("text_sha256", models.CharField(max_length=64)),
                ("numbers", models.JSONField()),
                ("numbers_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation_sheets",
                        to="chart.person",
                    ),
                ),
            ],
            options={
                "db_table": "consulting_room_consultation_sheet",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="ConsentTaking",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("hours_to_think", models.FloatField()),
                ("sooner", models.CharField(blank=True, max_length=400)),
                (
                    "consent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taking",
                        to="consulting_room.consent",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takings",
                        to="consulting_room.consultationsheet",
                    ),
                ),
            ],
            options={
                "db_table": "consulting_room_consent_taking",
            },
        ),
        migrations.CreateModel(
            name="ResearchConsent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("given", "may be used"),
                            ("refused", "may not be used"),
                            ("withdrawn", "may no longer be used"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text_version", models.CharField(max_length=20)),
                ("text_sha256", models.CharField(max_length=64)),
                ("signed_name", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="research_consents",
                        to="chart.person",
                    ),
                ),
            ],
            options={
                "db_table": "consulting_room_research_consent",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="WhatMatters",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("matters", models.JSONField()),
                ("sure", models.JSONField()),
                ("ready", models.BooleanField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="what_matters",
                        to="chart.person",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="what_matters",
                        to="consulting_room.consultationsheet",
                    ),
                ),
            ],
            options={
                "db_table": "consulting_room_what_matters",
                "ordering": ["-at"],
            },
        ),
        append_only.protect("consulting_room_consultation_sheet"),
        append_only.protect("consulting_room_what_matters"),
        append_only.protect("consulting_room_consent_taking"),
        append_only.protect("consulting_room_research_consent"),
    ]
