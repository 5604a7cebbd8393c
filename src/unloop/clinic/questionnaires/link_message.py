"""The message that brings a link: in the language of whoever reads it, and without a word about health."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from unloop.clinic.questionnaires.languages import language_of
from unloop.clinic.questionnaires.models import Invitation, Purpose
from unloop.clinic.questionnaires.results import clinic_zone


@dataclass(frozen=True, slots=True)
class LinkMessage:
    """What the person reads before they open the link.

    Attributes:
        language: the code of the language in which it is written.
    """

    language: str
    subject: str
    text: str


def message_of(invitation: Invitation, address: str) -> LinkMessage:
    """The message for a link.

    Args:
        invitation: what the link opens, until when, and in which language.
        address: of the link, in full.
    """
    spoken = language_of(invitation).code
    with translation.override(spoken):
        until = date_format(localtime(invitation.expires_at, clinic_zone()), _("j F Y"))
        if invitation.purpose == Purpose.LOOK:
            subject = _("The page that you asked for")
            text = _("The page that you asked for is ready. Open this address, until %(until)s; it asks for your birth "
                     "date first: %(address)s")  # fmt: skip
        else:
            subject = _("A few questions")
            text = _("A few questions are waiting for you. Open this address, until %(until)s; it asks for your birth date "
                     "first: %(address)s")  # fmt: skip
        return LinkMessage(spoken, subject, text % {"until": until, "address": address})
