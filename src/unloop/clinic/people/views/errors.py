"""Pages for what went wrong. They say what to do, and nothing about anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - so named by Django
    """400."""
    return _say(
        request, 400, title=_("This request could not be read."), why=_("Go back and try it once more.")
    )


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - so named by Django
    """403."""
    why = _(
        "Your roles do not open it, or the form was left open too long. The owner of the clinic sets roles."
    )
    return _say(request, 403, title=_("This page is not open to you."), why=why)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - so named by Django
    """404."""
    why = _("The address is wrong, or what stood here belongs to somebody else.")
    return _say(request, 404, title=_("There is no such page."), why=why)


def broken(request: HttpRequest) -> HttpResponse:
    """500: nothing of the request was saved, because each request is one transaction."""
    why = _("Nothing was changed or lost: what you sent was not saved. Go back and try it once more.")
    return _say(request, 500, title=_("Something in the program failed."), why=why)


def _say(request: HttpRequest, status: int, *, title: str, why: str) -> HttpResponse:
    return render(request, "unloop/error.html", {"title": title, "why": why}, status=status)
