"""Signing out, and what it leaves on the device: nothing, unless nobody has looked for unsent entries there."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LogoutView
from django.http import HttpResponse

from unloop.clinic.audit.services import record
from unloop.clinic.people.models import User

NONE, LOST = "none", "lost"
_LONGEST_COUNT = 6


class SignOut(LogoutView):
    """Ends the session; the page it shows first asks about entries that the device still keeps.

    `kept` is what the device says of them: `none` wait, or they are given up and `lost`. Only then is the browser told to
    clear its storage. A device that says nothing keeps them for their author, since losing one in silence is worse.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        answer, user = self.request.POST.get("kept"), self.request.user
        if answer == LOST and isinstance(user, User):
            record("people.unsent_given_up", about=user, detail={"entries": self._unsent()})
        response: HttpResponse = super().post(*args, **kwargs)
        if answer in {NONE, LOST}:
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    def _unsent(self) -> int | None:
        said = self.request.POST.get("unsent", "")
        return int(said) if said.isdecimal() and len(said) <= _LONGEST_COUNT else None
