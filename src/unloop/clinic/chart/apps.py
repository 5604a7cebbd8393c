"""The chart app."""

from __future__ import annotations

from django.apps import AppConfig


class ChartConfig(AppConfig):
    """Persons, facts, imports, timeline."""

    name = "unloop.clinic.chart"
    label = "chart"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the table of documents known: it stands in a module of its own."""
        from unloop.clinic.chart import documents_model  # noqa: F401, PLC0415 - models are ready only now
