"""The questionnaires app."""

from __future__ import annotations

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Links, answer sheets, ratings and official wording."""

    name = "unloop.clinic.questionnaires"
    label = "questionnaires"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Start the clock of the windows again whenever an infusion is charted, and keep second ratings blind."""
        from unloop.clinic.chart.services import (  # noqa: PLC0415 - models are ready only now
            hide_facts_with,
            hold_back_with,
            on_facts_added,
        )
        from unloop.clinic.questionnaires.scheduling import restart  # noqa: PLC0415
        from unloop.clinic.questionnaires.second import facts_hidden, holds_back  # noqa: PLC0415

        on_facts_added(restart)
        hide_facts_with(facts_hidden)
        hold_back_with(holds_back)
