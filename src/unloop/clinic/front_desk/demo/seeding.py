"""Seeding the demo: the clock is held at each step's time, and each step is a call to a service."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime, override

from unloop.care.consultation import Ability, consent_text
from unloop.care.outcome import AdverseEvent
from unloop.clinic.audit import clock
from unloop.clinic.chart.services import NewFact, Person, add_facts, import_bundle, make_person
from unloop.clinic.consulting_room.services import (
    Consent,
    GateChoice,
    Given,
    Understanding,
    clear,
    current_plan,
    keep_family,
    make_plan,
    record_consent,
)
from unloop.clinic.follow_up.services import (
    plan_follow_up,
    record_adverse_event,
    record_erp_session,
    say_life_event,
)
from unloop.clinic.front_desk.booking import book
from unloop.clinic.front_desk.demo import cast
from unloop.clinic.front_desk.demo.at_work import AtWork
from unloop.clinic.front_desk.demo.families import FAMILIES
from unloop.clinic.front_desk.demo.infusing import complete_infusion, recovering_infusion, running_infusion
from unloop.clinic.front_desk.models import VisitKind
from unloop.clinic.people.services import (
    DEMO_PASSWORD,
    Organisation,
    adopt_protocol,
    protocol_of,
    seed_demo_staff,
)
from unloop.clinic.questionnaires.services import answer_sheet, invite, rate, write_list
from unloop.clinic.work.services import TaskKind, close_task, open_tasks, set_duty
from unloop.fhir import example_bundle
from unloop.protocol import bundled


@transaction.atomic
def seed() -> None:
    """Bring a dozen made-up people to a dozen places; does nothing where they are already."""
    now = clock.now()
    with clock.frozen(now - timedelta(days=140)):
        seed_demo_staff()
    if Person.objects.exists():
        return
    demo = Demo(now)
    with override(Organisation.objects.get().tz):
        with demo.at(days=-139, by=demo.director):
            adopt_protocol(bundled().text.encode(), by=demo.director, password=DEMO_PASSWORD)
        demo.on_duty()
        demo.newcomers()
        demo.in_evaluation()
        demo.planned()
        demo.today()
        demo.courses()
        demo.befallen()
        demo.asked_apart()
        demo.followed_up()


class Demo(AtWork):
    """Every stage of a course, with somebody at it."""

    def on_duty(self) -> None:
        """Somebody acts on an answer that speaks of suicide, and somebody after them, for the next four weeks."""
        with self.at(days=-2, by=self.director):
            set_duty(
                self.provider,
                begins_at=self.now - timedelta(days=2),
                ends_at=self.now + timedelta(days=28),
                escalates_to=self.director,
            )

    def newcomers(self) -> None:
        """Somebody whose record was just imported, and somebody who has a link to the first questions."""
        with self.at(minutes=-50, by=self.provider):
            import_bundle(example_bundle())
        with self.at(days=-1, by=self.provider):
            wren = self.person(cast.WREN)
            invite(wren, ["check-in", "phq-9", "gad-7"], by=self.provider)
            priya = self.person(cast.PRIYA)
            invitation, _path = invite(priya, ["phq-9"], by=self.provider)
        with self.at(minutes=-35, by=self.provider):
            answers = {str(item): 1 for item in range(1, 10)}
            answer_sheet(invitation, {"phq-9": answers})
            book(priya, VisitKind.EVALUATION, self.today_at(15), minutes=60)

    def in_evaluation(self) -> None:
        """One begun, one excluded, one out of date, one complete."""
        with self.at(days=-3, by=self.provider):
            tobias = self.person(cast.TOBIAS)
            add_facts(tobias, [fact for fact in cast.interview(cast.TOBIAS) if fact.code in _BEGUN])
            book(tobias, VisitKind.EVALUATION, self.today_at(14), minutes=60)
        with self.at(days=-2, by=self.provider):
            petra = self.evaluated(cast.PETRA)
            book(petra, VisitKind.EVALUATION, self.today_at(16), minutes=60)
        with self.at(days=-98, by=self.provider):
            samir = self.evaluated(cast.SAMIR)
        with self.at(days=-1, by=self.provider):
            add_facts(samir, [fact for fact in cast.interview(cast.SAMIR) if fact.code not in _LABORATORY])
            self.medicines(samir, "escitalopram")
            book(samir, VisitKind.EVALUATION, self.today_at(11), minutes=60)
        with self.at(minutes=-90, by=self.provider):
            self.evaluated(cast.INES)

    def planned(self) -> None:
        """One with a plan to talk through, one who has consented and comes later today."""
        with self.at(minutes=-80, by=self.provider):
            mateo = self.signed(cast.MATEO)
            make_plan(mateo, self.protocol)
            yara = self.signed(cast.YARA)
            self.consented(yara)
            book(yara, VisitKind.INFUSION, self.after_the_others(), chair=self.chairs[0])

    def after_the_others(self) -> datetime:
        """One o'clock, or later today once the chairs are free of those who sit there now."""
        return self.today_at(min(max(13, localtime(self.now).hour + 3), 22))

    def today(self) -> None:
        """One infusion that runs, and one person who recovers."""
        with self.at(minutes=-125, by=self.provider):
            jonas = self.signed(cast.JONAS)
            self.consented(jonas)
            amara = self.signed(cast.AMARA)
            self.consented(amara)
        recovering_infusion(self, amara, began_minutes_ago=68, chair=self.chairs[1])
        running_infusion(self, jonas, began_minutes_ago=22, chair=self.chairs[0])

    def courses(self) -> None:
        """One in the middle of a course, and one three months after it."""
        self.course(cast.LENA, begins=-12, ratings=((-12, 31, None), (-4, 24, 3)), infusions=(-11, -8, -4))
        self.course(
            cast.HENRIK,
            begins=-112,
            ratings=((-112, 30, None), (-99, 22, 3), (-90, 18, 2), (-76, 17, 2), (-45, 20, 3), (-8, 22, 3)),
            infusions=(-111, -108, -104, -101, -97, -94),
        )

    def befallen(self) -> None:
        """What happened in two courses besides infusions and ratings."""
        people = {person.family: person for person in Person.objects.filter(family__in=["Moss", "Brook"])}
        for day, minutes in cast.ERP_SESSIONS:
            with self.at(days=day, by=self.provider) as moment:
                record_erp_session(people["Moss"], minutes, at=moment)
        for day, words in cast.LIFE:
            with self.at(days=day, by=self.provider) as moment:
                say_life_event(people["Moss"], words, at=moment)
        for family, began, event in cast.ADVERSE:
            with self.at(days=began, minutes=30, by=self.nurse):
                onset = self.now + timedelta(days=began)
                record_adverse_event(people[family], AdverseEvent(onset=onset, **event))

    def asked_apart(self) -> None:
        """What troubles one person in their own words, and what check-ins that were read out to them said of it."""
        person = Person.objects.get(family="Moss")
        with self.at(days=-112, by=self.provider):
            write_list(person, cast.TARGETS)
        for day, answers in cast.CHECK_INS:
            with self.at(days=day, by=self.nurse):
                rate(person, "check-in", answers, by=self.nurse)

    def followed_up(self) -> None:
        """Every call and rating that was due is done, but for the last two days."""
        with self.at(by=self.provider):
            plan_follow_up()
            done = [task for task in open_tasks() if task.due_at < self.now - timedelta(days=2)]
        for task in done:
            minutes = (task.due_at - self.now) / timedelta(minutes=1) - 30
            with self.at(minutes=minutes, by=self.nurse):
                close_task(task.id, by=self.nurse, outcome=_DONE[TaskKind(task.kind)])

    def course(
        self,
        who: cast.Somebody,
        *,
        begins: int,
        ratings: tuple[tuple[int, int, int | None], ...],
        infusions: tuple[int, ...],
    ) -> None:
        """A course: evaluated, consented, infused, rated."""
        with self.at(days=begins, by=self.provider):
            person = self.signed(who)
            self.consented(person)
        steps = sorted([*ratings[1:], *((day, None, None) for day in infusions)], key=lambda step: step[0])
        for day, total, cgi_i in steps:
            if total is None:
                self.infused(person, who, day=day)
                continue
            with self.at(days=day, minutes=-300, by=self.provider):
                said = cast.severity(total, cgi_s=4 if total > _MODERATE else 3, cgi_i=cgi_i)
                add_facts(person, cast.facts(said | cast.dimensions(total)))

    def infused(self, person: Person, who: cast.Somebody, *, day: int) -> None:
        """One infusion of a course, with what has to be asked again before it."""
        with self.at(days=day, minutes=-220, by=self.provider):
            self.reviewed(person, who)
        complete_infusion(self, person, day=day, chair=self.chairs[0])

    def person(self, who: cast.Somebody) -> Person:
        """Somebody who was not here before."""
        return make_person(
            Person(given=who.given, family=who.family, birth_date=who.born, sex=who.sex, phone="555 0100")
        )

    def evaluated(self, who: cast.Somebody) -> Person:
        """A person with every question of the evaluation answered."""
        person = self.person(who)
        add_facts(person, cast.interview(who))
        if who.family in FAMILIES:
            keep_family(person, FAMILIES[who.family], based_on="", reason="", complete=True)
        self.medicines(person, "sertraline")
        return person

    def signed(self, who: cast.Somebody) -> Person:
        """An evaluated person whose evaluation is signed."""
        person = self.evaluated(who)
        clear(GateChoice.EVALUATION, person, protocol_of(self.protocol))
        return person

    def medicines(self, person: Person, *names: str) -> None:
        """What the person takes, and that this is all."""
        add_facts(person, [NewFact("medicines", list(names)), NewFact("medicines_complete", value=True)])

    def consented(self, person: Person) -> None:
        """A plan, talked through, understood and agreed to."""
        make_plan(person, self.protocol)
        plan = current_plan(person)
        if plan is None:
            raise LookupError("the plan that was just made")
        words = "Said back in own words, and right."
        asked = tuple(
            Understanding(one.text, words, understood=True) for one in consent_text().sheet.question
        )
        record_consent(
            person,
            plan,
            Given(
                Consent.Answer.GIVEN,
                person.name,
                abilities=dict.fromkeys(Ability, True),
                teach_back=asked,
                sooner="Has read the public pages at home for weeks and talked them over with the family.",
            ),
        )
        add_facts(person, [NewFact("no_ketamine_elsewhere", value=True)])

    def reviewed(self, person: Person, who: cast.Somebody) -> None:
        """What has to be asked again before each infusion of a course."""
        again = [fact for fact in cast.interview(who) if fact.code in _EACH_TIME]
        add_facts(
            person, [*again, NewFact("capacity", value=True), NewFact("no_ketamine_elsewhere", value=True)]
        )
        self.medicines(person, "sertraline")
        clear(GateChoice.EVALUATION, person, protocol_of(self.protocol))


_MODERATE = 20
_DONE = {
    TaskKind.CONTACT: "Spoke by phone. Mood steady, no thoughts of suicide, slept well, no trouble passing water.",
    TaskKind.RATE: "Rated at the visit.",
    TaskKind.READ_ANSWERS: "Read and talked about.",
    TaskKind.SAFETY: "Spoke with the person; a safety plan stands.",
    TaskKind.ADVERSE_EVENT: "Looked at the same day; the course goes on.",
}
_BEGUN = frozenset({
    "vital_status", "diagnoses", "diagnosis_by_interview", "insight", "tic_disorder_ever", "psychosis_now",
    "psychosis_ever", "mania_now", "ybocs", "cgi_s", "weight", "height", "office_sbp", "office_dbp", "office_hr",
    "ketamine_allergy", "allergies",
})  # fmt: skip
_LABORATORY = frozenset({
    "alt", "alt_upper_limit", "alp", "alp_upper_limit", "ast", "ggt", "bilirubin", "urine_drug_screen",
})  # fmt: skip
_EACH_TIME = frozenset({
    "suicide_risk", "urine_drug_screen", "pregnancy_test", "weight", "cystitis", "psychosis_now", "mania_now",
    "substance_use_disorder_now", "breastfeeding", "infarction_or_stroke_last_6_months", "office_sbp", "office_dbp",
    "office_hr", "phq9", "gad7", "wsas", "prescription_monitoring_checked",
})  # fmt: skip
