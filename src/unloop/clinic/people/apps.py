"""The people app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisation, staff, sign-in and adopted protocols."""

    name = "unloop.clinic.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the audit page how its actors are called."""
        from unloop.clinic.audit.services import names_come_from  # noqa: PLC0415 - models load after apps
        from unloop.clinic.people.staff import names_of  # noqa: PLC0415

        names_come_from("actor", names_of)
