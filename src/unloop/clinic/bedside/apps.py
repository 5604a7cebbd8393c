"""The bedside app."""

from __future__ import annotations

from django.apps import AppConfig


class BedsideConfig(AppConfig):
    """Infusion sessions and the chair board."""

    name = "unloop.clinic.bedside"
    label = "bedside"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The clinic's own infusions are counted from its sessions."""
        from unloop.clinic.bedside.sessions import own_infusions  # noqa: PLC0415 - models are ready only now
        from unloop.clinic.chart.services import count_infusions_with  # noqa: PLC0415

        count_infusions_with(own_infusions)
