"""Pages for what went wrong. They say what to do, and nothing about anybody."""

from __future__ import annotations

from http import HTTPStatus

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


def not_taken(request: HttpRequest, *, allow: str) -> HttpResponse:
    """405: typed into the browser's address line where only a form is taken, or a form sent where one only reads."""
    if request.method in {"GET", "HEAD"}:
        title = _("There is nothing to read at this address.")
        why = _("It only takes what a form sends. Open the page that has the form, and send it from there.")
    else:
        title = _("This address takes no form.")
        why = _("Nothing was changed: what stands here can only be read.")
    response = _say(request, HTTPStatus.METHOD_NOT_ALLOWED, title=title, why=why)
    response.headers["Allow"] = allow
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500: nothing of the request was saved, because each request is one transaction."""
    why = _("Nothing was changed or lost: what you sent was not saved. Go back and try it once more.")
    return _say(request, 500, title=_("Something in the program failed."), why=why)


def _say(request: HttpRequest, status: int, *, title: str, why: str) -> HttpResponse:
    return render(request, "unloop/error.html", {"title": title, "why": why}, status=status)
