"""The people app's door: what other apps and the command line may use."""

from __future__ import annotations

from unloop.clinic.people.credentials import add_credential, holds_credential, verify_credential
from unloop.clinic.people.demo import PASSWORD as DEMO_PASSWORD
from unloop.clinic.people.demo import seed as seed_demo_staff
from unloop.clinic.people.identity import IdentityNotConfirmed, confirm_identity
from unloop.clinic.people.installation import (
    ClinicHere,
    NotServable,
    check_database,
    clinic_here,
    mark,
    open_database,
)
from unloop.clinic.people.middleware import to_sign_in
from unloop.clinic.people.models import AdoptedProtocol, Chair, Credential, Location, Organisation, User
from unloop.clinic.people.permissions import may_open
from unloop.clinic.people.places import NewClinic, add_chair, add_location, chairs_in_use, set_up
from unloop.clinic.people.protocols import (
    adopt_protocol,
    adopted_by_hash,
    adopted_protocols,
    current_protocol,
    protocol_of,
    read_protocol,
)
from unloop.clinic.people.requests import ClinicRequest
from unloop.clinic.people.roles import CredentialKind, Role
from unloop.clinic.people.staff import add_user, deactivate, names_of, reactivate, set_roles, staff
from unloop.clinic.people.templatetags.unloop_ui import Link, spelled

__all__ = [
    "DEMO_PASSWORD",
    "AdoptedProtocol",
    "Chair",
    "ClinicHere",
    "ClinicRequest",
    "Credential",
    "CredentialKind",
    "IdentityNotConfirmed",
    "Link",
    "Location",
    "NewClinic",
    "NotServable",
    "Organisation",
    "Role",
    "User",
    "add_chair",
    "add_credential",
    "add_location",
    "add_user",
    "adopt_protocol",
    "adopted_by_hash",
    "adopted_protocols",
    "chairs_in_use",
    "check_database",
    "clinic_here",
    "confirm_identity",
    "current_protocol",
    "deactivate",
    "holds_credential",
    "mark",
    "may_open",
    "names_of",
    "open_database",
    "protocol_of",
    "reactivate",
    "read_protocol",
    "seed_demo_staff",
    "set_roles",
    "set_up",
    "spelled",
    "staff",
    "to_sign_in",
    "verify_credential",
]
