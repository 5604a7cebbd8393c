"""The people app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.people.installation import ClinicHere, NotServable, clinic_here
from unloop.clinic.people.models import AdoptedProtocol, Chair, Credential, Location, Organisation, User
from unloop.clinic.people.requests import ClinicRequest
from unloop.clinic.people.roles import CredentialKind, Role
from unloop.clinic.people.templatetags.unloop_ui import Link

__all__ = [
    "AdoptedProtocol",
    "Chair",
    "ClinicHere",
    "ClinicRequest",
    "Credential",
    "CredentialKind",
    "Link",
    "Location",
    "NotServable",
    "Organisation",
    "Role",
    "User",
    "clinic_here",
]
