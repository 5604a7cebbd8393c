"""A person whose course has come to the chair: evaluated, planned, consented, ordered, and the clock held."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from unloop.clinic.bedside.models import InfusionSession
    from unloop.clinic.chart.models import Person
    from unloop.clinic.people.models import AdoptedProtocol, User

PASSWORD = "five made-up words stand here"
NOON = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
DOCUMENT = resources.files("unloop.protocol").joinpath("documents", "ocd-ivket.toml").read_bytes()
READY = Path(__file__).parents[2] / "scenarios" / "charts" / "ready.chart.json"

DAY = {
    "fasted_solids": 10, "fasted_clear": 3, "escort": True, "iv_patent": True, "acls_on_site": True,
    "nurse_in_room": True, "emergency_equipment_checked": True, "suicide_risk_today": "none", "rass": 0,
    "oriented": True,
}  # fmt: skip
HOME = {
    "aldrete": 10, "mpadss": 10, "oriented": True, "rass": 0, "cadss6": 0, "suicide_risk_today": "none",
    "escort": True, "aftercare_sheet_given": True, "end_organ_symptom": False, "vomiting": False, "stridor": False,
    "seizure": False, "anaphylaxis": False,
}  # fmt: skip
CALM = {"sbp": 122, "dbp": 76, "hr": 70, "spo2": 98, "rr": 14}


@dataclass
class Bedside:
    """The clinic of one test, with its clock."""

    person: Person
    adopted: AdoptedProtocol
    provider: User
    nurse: User
    second: User
    now: datetime = NOON
    _session: list[InfusionSession] = field(default_factory=list)

    @contextmanager
    def acting(self, user: User, *, minutes: float = 0) -> Iterator[datetime]:
        """Somebody acts, so many minutes after noon."""
        from unloop.clinic.audit import clock
        from unloop.clinic.audit.services import acting

        with clock.frozen(self.now + timedelta(minutes=minutes)) as at, acting(user.as_actor()):
            yield at

    def order(self, *, minutes: float = 0) -> InfusionSession:
        """The session as ordered by the provider."""
        from unloop.clinic.bedside.ordering import order_session
        from unloop.clinic.consulting_room.services import current_plan

        with self.acting(self.provider, minutes=minutes):
            return order_session(self.person, current_plan(self.person))

    def chart(
        self,
        session: InfusionSession,
        kind: str,
        *,
        minutes: float = 0,
        by: User | None = None,
        **payload: Any,
    ) -> Any:
        """Chart one event."""
        from unloop.clinic.bedside.sessions import chart_event

        with self.acting(by or self.nurse, minutes=minutes):
            return chart_event(session, {"id": str(uuid4()), "type": kind, **payload})

    def scores(self, session: InfusionSession, answers: dict[str, Any], *, minutes: float = 0) -> None:
        """Chart answers one by one."""
        for code, value in answers.items():
            self.chart(session, "score", minutes=minutes, code=code, value=value)

    def ready(self) -> InfusionSession:
        """A session at which nothing is missing but the start."""
        session = self.order()
        self.scores(session, DAY)
        self.chart(session, "vitals", **CALM)
        self.chart(session, "checked", second=str(self.second.pk))
        return session

    def running(self) -> InfusionSession:
        """Started two minutes after noon."""
        session = self.ready()
        self.chart(session, "started", minutes=2, rate_ml_per_h=75.0)
        return session

    def recovering(self) -> InfusionSession:
        """Stopped at minute 42, and the pump is off."""
        session = self.running()
        self.chart(session, "stopped", minutes=42)
        self.chart(session, "pump_confirmed_off", minutes=43)
        return session

    def ready_to_leave(self) -> InfusionSession:
        """Everything answered at minute 110."""
        session = self.recovering()
        self.chart(session, "vitals", minutes=110, **CALM)
        self.scores(session, HOME, minutes=110)
        return session


def facts_of_the_ready_chart(at: datetime) -> list[Any]:
    """The facts of the ready chart, as of a moment."""
    from unloop.clinic.chart.services import NewFact

    document = json.loads(READY.read_text("utf-8"))
    return [NewFact(one["code"], one["value"], one.get("unit", ""), at=at) for one in document["facts"]]


@pytest.fixture
def bedside(cast: Any, tmp_path: Path, settings: Any) -> Iterator[Bedside]:
    """Evaluated, planned and consented this morning; nothing is ordered yet."""
    from unloop.care.consultation import Ability
    from unloop.clinic.audit import clock
    from unloop.clinic.audit.services import acting
    from unloop.clinic.chart.models import Person
    from unloop.clinic.chart.services import NewFact, add_facts
    from unloop.clinic.consulting_room.services import (
        Consent,
        GateChoice,
        Given,
        Understanding,
        clear,
        make_plan,
        record_consent,
    )
    from unloop.clinic.people import protocols

    settings.HOME = tmp_path
    morning = NOON - timedelta(hours=1)
    with clock.frozen(morning - timedelta(days=1)):
        adopted = protocols.adopt_protocol(DOCUMENT, by=cast.director, password=PASSWORD)
    with clock.frozen(morning), acting(cast.provider.as_actor()):
        person = Person.objects.create(family="Beatty", given="Mila", birth_date=date(1991, 4, 30), sex="female", made_at=morning)  # fmt: skip
        add_facts(person, [*facts_of_the_ready_chart(morning), NewFact("no_ketamine_elsewhere", True)])
        cleared = clear(GateChoice.EVALUATION, person, protocols.protocol_of(adopted))
        assert hasattr(cleared, "valid_until"), cleared
        plan = make_plan(person, adopted)
        given = Given(
            Consent.Answer.GIVEN, "Mila Beatty", dict.fromkeys(Ability, True),
            (Understanding("What is it?", "A drip.", True),), sooner="Has read it at home.",
        )  # fmt: skip
        record_consent(person, plan, given)
    with clock.frozen(NOON):
        yield Bedside(person, adopted, cast.provider, cast.nurse, cast.second_nurse)


@pytest.fixture
def open_as(client: Any) -> Callable[..., Any]:
    """The test's browser, signed in as somebody, and ways to send a form of a person."""

    def open_as(user: User) -> Any:
        client.logout()
        client.force_login(user, backend="unloop.clinic.people.sign_in.Backend")
        return client

    return open_as


def form(person: Person, **fields: Any) -> dict[str, Any]:
    """A form of this person, with an id of its own."""
    from unloop.clinic.chart.tokens import token_for

    return {"for_person": token_for(person.id), "id": str(uuid4()), **fields}


@pytest.fixture
def made_form() -> Callable[..., dict[str, Any]]:
    """Make a form of a person."""
    return form
