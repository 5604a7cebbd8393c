"""Consent to research with the data: asked apart, answered apart, taken back apart."""

from __future__ import annotations

from django.db import transaction

from unloop.care.consultation import consent_text
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import Person
from unloop.clinic.consulting_room.models import ResearchConsent
from unloop.clinic.consulting_room.signer import signer
from unloop.quantity import InputRefused


@transaction.atomic
def record_research_consent(
    person: Person, answer: ResearchConsent.Answer, *, signed_name: str
) -> ResearchConsent:
    """Keep what a person said about research; the treatment knows nothing of it.

    Raises:
        InputRefused: no name is signed, or there is nothing to take back.
    """
    last = research_consent(person)
    if answer == ResearchConsent.Answer.WITHDRAWN:
        if last is None or last.answer != ResearchConsent.Answer.GIVEN:
            raise InputRefused("research", given="none", allowed="an answer that said yes",
                               mend="there is nothing to take back")  # fmt: skip
        signed_name = last.signed_name
    if not signed_name.strip():
        raise InputRefused("name", given=None, allowed="the person's name", mend="let the person sign")
    text = consent_text()
    row = ResearchConsent(
        person=person, answer=answer, text_version=text.version, text_sha256=text.sha256,
        signed_name=signed_name.strip(), at=clock.now(), by=signer(),
    )  # fmt: skip
    row.save()
    record("consulting_room.research.recorded", person=person.id, about=row, detail={"answer": answer.value})
    return row


def research_consent(person: Person) -> ResearchConsent | None:
    """The last answer about research; None where nobody asked, which is no yes."""
    latest: ResearchConsent | None = ResearchConsent.objects.filter(person=person).order_by("-at").first()
    return latest
