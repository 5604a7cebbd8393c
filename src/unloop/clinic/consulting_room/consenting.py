"""Consent: to one plan and one text, with teach-back, and taken back in one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext as _

from unloop.care.consultation import Ability, can_decide, consent_text
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import record
from unloop.clinic.chart.services import NewFact, Person, add_facts
from unloop.clinic.consulting_room.consultation_sheets import TIME_TO_THINK, sheet_to_sign
from unloop.clinic.consulting_room.models import Consent, ConsentTaking, Plan
from unloop.clinic.consulting_room.planning import current_plan
from unloop.clinic.consulting_room.signer import signer
from unloop.quantity import InputRefused


@dataclass(frozen=True, slots=True)
class Understanding:
    """One teach-back question, answered in the person's own words.

    Attributes:
        understood: whether it was right in the end.
        again: whether it had to be explained once more before it was.
    """

    question: str
    words: str
    understood: bool
    again: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What was said and by whom.

    Attributes:
        answer: given or refused.
        signed_name: the person's name as signed.
        abilities: what the clinician found of each ability that deciding takes; empty where consent is taken back.
        teach_back: each question asked.
        sooner: why the person decides before the time to think is over.
    """

    answer: Consent.Answer
    signed_name: str
    abilities: Mapping[Ability, bool]
    teach_back: tuple[Understanding, ...]
    witness: str = ""
    interpreter: str = ""
    sooner: str = ""


@transaction.atomic
def record_consent(person: Person, plan: Plan, given: Given) -> Consent:
    """Keep a person's answer to the plan as it stands, and say it in the chart.

    Raises:
        InputRefused: the plan is not the one that stands or names an older text, no name is signed, a question was not
            answered, an ability was not looked at, something has changed since the sheet was given, or the person agrees
            before the time to think is over and nobody wrote down why.
    """
    _check(person, plan, given)
    capacity = can_decide(given.abilities)
    sheet = sheet_to_sign(person)
    consent = _row(person, plan, given)
    _check_time_to_think(given, consent.at - sheet.at)
    hours = (consent.at - sheet.at).total_seconds() / 3600
    found = {one.value: given.abilities[one] for one in Ability}
    ConsentTaking(
        consent=consent, sheet=sheet, hours_to_think=hours, sooner=given.sooner.strip(), abilities=found
    ).save()
    agreed = given.answer == Consent.Answer.GIVEN
    understood = bool(given.teach_back) and all(one.understood for one in given.teach_back)
    add_facts(person, [
        NewFact("consent", [_said(consent, given=agreed)]),
        NewFact("teach_back", understood),
        NewFact("capacity", capacity),
    ])  # fmt: skip
    return consent


@transaction.atomic
def withdraw_consent(person: Person) -> Consent:
    """Take consent back: one step, no reason needed.

    Raises:
        InputRefused: there is no consent to take back.
    """
    last = Consent.objects.filter(person=person).select_related("plan").order_by("-at").first()
    if last is None or last.answer != Consent.Answer.GIVEN:
        raise InputRefused(
            "consent", given="none", allowed="a consent that was given", mend="there is nothing to take back"
        )
    withdrawn = Given(Consent.Answer.WITHDRAWN, last.signed_name, abilities={}, teach_back=())
    consent = _row(person, last.plan, withdrawn)
    add_facts(person, [NewFact("consent", [_said(consent, given=False)])])
    return consent


def current_consent(person: Person) -> Consent | None:
    """The last answer, to whichever plan it was, with the sheet that it was given under."""
    rows = Consent.objects.filter(person=person).select_related("plan", "taking__sheet")
    latest: Consent | None = rows.order_by("-at").first()
    return latest


def plan_and_answer(person: Person) -> tuple[Plan | None, Consent | None]:
    """The plan that stands and the last answer; one look at the database where the answer is to that plan."""
    made = Plan.objects.filter(person=person).order_by("-at").values("pk")[:1]
    rows = Consent.objects.filter(person=person).select_related("plan__protocol", "taking__sheet")
    consent = rows.annotate(standing=Subquery(made)).order_by("-at").first()
    if consent is not None and consent.plan_id == consent.standing:
        return consent.plan, consent
    return current_plan(person), consent


def consent_holds(consent: Consent | None, plan: Plan | None, *, text_sha256: str) -> bool:
    """Whether the last answer agrees to this very plan and this very text."""
    if consent is None or plan is None or consent.answer != Consent.Answer.GIVEN:
        return False
    return (
        consent.plan_sha256 == plan.sha256
        and consent.text_sha256 == plan.consent_text_sha256
        and consent.text_sha256 == text_sha256
    )


def _check(person: Person, plan: Plan, given: Given) -> None:
    standing = current_plan(person)
    if standing is None or standing.id != plan.id:
        raise InputRefused("plan", given=plan.sha256[:12], allowed="the plan as it stands",
                           mend="the plan has changed; open the sheet again and talk it through")  # fmt: skip
    if plan.consent_text_sha256 != consent_text().sha256:
        raise InputRefused("plan", given="a plan that names an older text", allowed="a plan that names the text of today",
                           mend="lay the plan down again, then talk it through")  # fmt: skip
    if not given.signed_name.strip():
        raise InputRefused(
            "name", given=None, allowed="the person's name", mend="let the person sign with their name"
        )
    unanswered = [one.question for one in given.teach_back if not one.words.strip()]
    if unanswered:
        raise InputRefused("teach-back", given="no words", allowed="the person's own words for each question",
                           mend="ask again and write down what the person says")  # fmt: skip


def _check_time_to_think(given: Given, had: timedelta) -> None:
    if given.answer == Consent.Answer.GIVEN and had < TIME_TO_THINK and not given.sooner.strip():
        raise InputRefused("sooner", given=_("no reason"), allowed=_("24 hours to think, or why the person decides sooner"),
                           mend=_("write down why, in the person's own words, or ask again later"))  # fmt: skip


def _row(person: Person, plan: Plan, given: Given) -> Consent:
    consent = Consent(
        person=person,
        plan=plan,
        plan_sha256=plan.sha256,
        text_version=plan.consent_text_version,
        text_sha256=plan.consent_text_sha256,
        answer=given.answer,
        signed_name=given.signed_name.strip(),
        witness=given.witness.strip(),
        interpreter=given.interpreter.strip(),
        teach_back=[
            {"question": one.question, "words": one.words, "understood": one.understood, "again": one.again}
            for one in given.teach_back
        ],
        at=clock.now(),
        by=signer(),
    )
    consent.save()
    record(
        "consulting_room.consent.recorded",
        person=person.id,
        about=consent,
        detail={"answer": given.answer.value},
    )
    return consent


def _said(consent: Consent, *, given: bool) -> dict[str, object]:
    return {"text_sha256": consent.text_sha256, "plan_sha256": consent.plan_sha256, "given": given}
