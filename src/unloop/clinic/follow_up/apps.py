"""The follow-up app."""

from __future__ import annotations

from django.apps import AppConfig


class FollowUpConfig(AppConfig):
    """Contacts and ratings after infusions."""

    name = "unloop.clinic.follow_up"
    label = "follow_up"
    default_auto_field = "django.db.models.BigAutoField"
