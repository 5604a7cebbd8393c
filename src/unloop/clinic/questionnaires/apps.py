"""The questionnaires app."""

from __future__ import annotations

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """Links, answer sheets, ratings and official wording."""

    name = "unloop.clinic.questionnaires"
    label = "questionnaires"
    default_auto_field = "django.db.models.BigAutoField"
