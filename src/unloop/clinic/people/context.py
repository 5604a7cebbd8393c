"""The clinic, the user and the rooms, for every template."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from unloop.clinic.people.demo import PASSWORD
from unloop.clinic.people.installation import ClinicHere
from unloop.clinic.people.models import User
from unloop.clinic.people.navigation import rooms

_NOWHERE = ClinicHere(demo=False, organisation=None)


def clinic(request: HttpRequest) -> dict[str, Any]:
    """What every template may use.

    `clinic_name`, `clinic_demo`, `clinic_language`, `demo_password` (empty outside a demo), `crisis_line`, `mode`
    ("light" or "dim"), `signed_in` (a user or None) and `navigation` (links).
    """
    here: ClinicHere = getattr(request, "clinic", _NOWHERE)
    organisation = here.organisation
    user = getattr(request, "user", None)
    signed_in = user if isinstance(user, User) else None
    let_in = signed_in is not None and (here.demo or signed_in.has_second_factor)
    return {
        "clinic_name": organisation.name if organisation else "",
        "clinic_demo": here.demo,
        "clinic_language": organisation.language if organisation else "en",
        "demo_password": PASSWORD if here.demo else "",
        "crisis_line": organisation.crisis_line if organisation else "",
        "mode": "dim" if request.COOKIES.get("unloop_mode") == "dim" else "light",
        "signed_in": signed_in,
        "navigation": rooms(signed_in, request.path) if signed_in and let_in else [],
    }
