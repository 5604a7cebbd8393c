"""The chart app."""

from __future__ import annotations

from django.apps import AppConfig


class ChartConfig(AppConfig):
    """Persons, facts, imports, timeline."""

    name = "unloop.clinic.chart"
    label = "chart"
    default_auto_field = "django.db.models.BigAutoField"
