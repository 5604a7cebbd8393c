"""What a member of staff may be, and what a credential may say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A user holds one or several; what each may open stands in `permissions.toml`."""

    PROVIDER = "provider", _("provider")
    NURSE = "nurse", _("nurse")
    FRONT_DESK = "front_desk", _("front desk")
    RESEARCHER = "researcher", _("researcher")
    OWNER = "owner", _("owner")
    MEDICAL_DIRECTOR = "medical_director", _("medical director")


CLINICAL = frozenset({Role.PROVIDER, Role.NURSE, Role.MEDICAL_DIRECTOR})
"""Roles that see charts: their session ends after ten idle minutes."""


class CredentialKind(models.TextChoices):
    """Qualifications that a protocol or a page may ask for."""

    PHYSICIAN = "physician", _("physician")
    PSYCHIATRIST = "psychiatrist", _("psychiatrist")
    ANAESTHESIA = "anaesthesia", _("anaesthesia")
    REGISTERED_NURSE = "registered_nurse", _("registered nurse")
    NURSE_PRACTITIONER = "nurse_practitioner", _("nurse practitioner")
    PSYCHOLOGIST = "psychologist", _("psychologist")
    YBOCS_RATER = "ybocs_rater", _("trained Y-BOCS rater")
    LIFE_SUPPORT = "life_support", _("advanced life support")
