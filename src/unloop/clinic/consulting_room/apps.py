"""The consulting room app."""

from __future__ import annotations

from django.apps import AppConfig


class ConsultingRoomConfig(AppConfig):
    """Evaluation, plan, consultation, consent."""

    name = "unloop.clinic.consulting_room"
    label = "consulting_room"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Void what rests on a fact as soon as that fact changes."""
        from unloop.clinic.chart.services import on_facts_added  # noqa: PLC0415 - models are ready only now
        from unloop.clinic.consulting_room.clearance import void_what_rests_on  # noqa: PLC0415
        from unloop.clinic.consulting_room.family import answer_the_rule  # noqa: PLC0415

        on_facts_added(void_what_rests_on)
        on_facts_added(answer_the_rule)
