"""The plan on paper: everything that was planned, in plain words, and nothing read as markup."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from unloop.care.plan import Sri, Tailoring
from unloop.clinic.audit import clock
from unloop.clinic.audit.services import acting
from unloop.clinic.chart.services import NewFact, add_facts
from unloop.clinic.consulting_room.plan_paper import plan_document, plan_pdf
from unloop.clinic.consulting_room.planning import versions
from unloop.clinic.consulting_room.services import Plan, in_force, make_plan, view_of
from unloop.clinic.consulting_room.views.plan_paper import planned_of

pytestmark = pytest.mark.django_db
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="no pdftotext on this computer"
)
SAID = Tailoring(
    erp_sessions=2, sri=Sri.CHANGE, sri_words="sertraline from 150 to 200 mg", goals=("cook for my children",),
    stop_rules=("no sleep for three nights",),
)  # fmt: skip


@pytest.fixture
def plan(cast: Any, adopted: Any, ready: Any) -> Plan:
    """A plan with everything said, by the provider."""
    with acting(cast.provider.as_actor()):
        return make_plan(ready, adopted, tailoring=SAID)


def paper(person: Any) -> dict[str, Any]:
    """What would stand on the paper now."""
    planned = planned_of(versions(person), view_of(person, in_force().protocol))
    made: Any = plan_document(planned, spoken_to="Rhea Ready", day="3 December 2026")
    return made


def part(made: dict[str, Any], title: str) -> dict[str, Any]:
    return next(one for one in made["parts"] if one["title"].startswith(title))


def words_of(one: dict[str, Any]) -> str:
    return json.dumps(one, ensure_ascii=False)


def test_everything_that_was_planned_stands_on_it(ready: Any, plan: Plan) -> None:
    made = paper(ready)
    assert "34 mg of ketamine into a vein over 40 min, for the weight of today." in made["lead"]
    assert "Up to 6 infusions, at most 2 a week." in made["lead"]
    assert part(made, "What you want")["quotes"] == ("cook for my children",)
    assert part(made, "The infusions")["table"]["rows"][:2] == (
        ("1", "day 1", "days 2 to 3", "day 2, day 3", "how you are is rated"),
        ("2", "day 4", "days 5 to 7", "day 5, day 6", ""),
    )
    beside = words_of(part(made, "What goes beside"))
    assert "2 sessions after each infusion" in beside
    assert "It is changed: sertraline from 150 to 200 mg." in beside
    ends = words_of(part(made, "When the course ends"))
    for said in (
        "STP-02",
        "the fall of Y-BOCS, clinician rated from baseline is under 25%",
        "one of these is found: ",
        "; bladder pain, urgency or blood in urine; psychosis now; mania now;",
        "no sleep for three nights",
        "you can stop at any time",
    ):
        assert said in ends
    assert made["warning"] == ""


def test_the_same_plan_laid_down_again_says_so(
    cast: Any, adopted: Any, ready: Any, plan: Plan, now: Any
) -> None:
    with clock.frozen(now + timedelta(minutes=5)), acting(cast.provider.as_actor()):
        make_plan(ready, adopted)
    second, first = part(paper(ready), "Versions")["items"]
    assert (first["text"], second["text"]) == (
        "The first one.",
        "The same again, for the weight of that day.",
    )


def test_the_dose_stands_with_every_step_of_its_arithmetic(ready: Any, plan: Plan) -> None:
    dose = part(paper(ready), "The dose")
    rows = {label: (how, result) for label, how, result in dose["table"]["rows"]}
    assert rows["Dose by body weight"] == ("0.5 mg/kg \u00d7 68.4 kg", "34.2 mg")
    assert rows["Rounded down"][1] == "34 mg"
    assert rows["Pump rate"][1] == "75 mL/h"
    assert "ketamine base as labelled" in words_of(dose)
    assert "No rule changes it: the dose is the protocol's own." in dose["said"]


def test_a_rule_that_changed_the_dose_stands_with_its_reason_and_source(
    cast: Any, adopted: Any, ready: Any
) -> None:
    add_facts(ready, [NewFact("child_pugh", "b")])
    with acting(cast.provider.as_actor()):
        make_plan(ready, adopted)
    (item,) = part(paper(ready), "The dose")["items"]
    assert item["strong"] == "Because Child-Pugh class of liver disease is b."
    assert "Care with monitoring" in item["text"]
    assert item["small"].startswith("DOS-04: ")
    assert "ASRA/AAPM/ASA" in item["small"]


def test_a_step_that_was_ordered_stands_with_the_physicians_reason(ready: Any, plan: Plan) -> None:
    plan.terms = {**plan.terms, "step": "DOS-05", "mg_per_kg": 0.75, "minutes": 60.0}
    plan.reason = "nothing changed after two"
    planned = planned_of((plan,), view_of(ready, in_force().protocol))
    made: Any = plan_document(planned, spoken_to="Rhea Ready", day="3 December 2026")
    (item,) = part(made, "The dose")["items"]
    assert item["text"].startswith("nothing changed after two")
    assert item["small"].startswith("DOS-05: ")
    assert "51 mg of ketamine into a vein over 60 min" in made["lead"]


def test_what_is_left_out_before_an_infusion_is_said_with_its_reason(ready: Any, plan: Plan) -> None:
    decided = {"medicine": "lorazepam", "decision": "hold", "reason": "low dose", "decided_by": "A. Varga"}
    add_facts(ready, [
        NewFact("medicines", ["sertraline", "lorazepam", "methylphenidate"]), NewFact("medicines_complete", value=True),
        NewFact("medicine_decisions", [decided]),
    ])  # fmt: skip
    held = {one["strong"]: one["text"] for one in part(paper(ready), "What you leave out")["items"]}
    assert held["lorazepam"].startswith("Left out for 12 hours before each infusion.")
    assert held["methylphenidate"].startswith("Still to be decided: ask us before the first infusion.")
    assert "sertraline" not in held


def test_without_a_list_of_medicines_nobody_says_that_nothing_is_left_out(
    ready: Any, plan: Plan, now: Any
) -> None:
    with clock.frozen(now + timedelta(days=31)):
        said = words_of(part(paper(ready), "What you leave out"))
    assert "not known yet" in said
    assert "Nothing is left out" not in said


def test_every_version_stands_with_who_changed_what_and_why(
    cast: Any, adopted: Any, ready: Any, plan: Plan, now: Any
) -> None:
    with clock.frozen(now + timedelta(minutes=5)), acting(cast.director.as_actor()):
        make_plan(
            ready,
            adopted,
            tailoring=Tailoring(goals=("leave the house",)),
            reason="asked for it at the visit",
        )
        made = paper(ready)
    last, first = part(made, "Versions")["items"]
    assert last["strong"].startswith("Version 2, ")
    assert cast.director.name in last["strong"]
    assert last["text"] == "asked for it at the visit"
    assert "goals: leave the house (before: cook for my children)" in last["small"]
    assert first["strong"].startswith("Version 1, ")
    assert cast.provider.name in first["strong"]
    assert made["foot"].startswith("Version 2, laid down on ")


def test_a_plan_that_the_protocol_no_longer_gives_says_so(ready: Any, plan: Plan) -> None:
    add_facts(ready, [NewFact("child_pugh", "b")])
    assert "Ask before the next infusion." in paper(ready)["warning"]


def test_without_a_weight_that_counts_no_dose_is_worked_out(ready: Any, plan: Plan, now: Any) -> None:
    with clock.frozen(now + timedelta(days=40)):
        made = paper(ready)
    dose = part(made, "The dose")
    assert dose["table"] is None
    assert "body weight" in words_of(dose)
    assert "for the weight of today" not in made["lead"]
    assert "When the plan was laid down that was 34 mg for 68.4 kg." in words_of(dose)


def test_it_is_a_pdf_that_names_nobody_in_its_name_and_there_is_none_without_a_plan(
    as_user: Any, see: Any, cast: Any, adopted: Any, ready: Any
) -> None:
    address = reverse("consulting_room:plan_pdf", args=[ready.id])
    assert as_user(cast.nurse).get(address).status_code == 404
    assert address not in see(cast.nurse, "plan", ready)
    with acting(cast.provider.as_actor()):
        make_plan(ready, adopted, tailoring=SAID)
    assert address in see(cast.nurse, "plan", ready)
    answer = as_user(cast.nurse).get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert ready.family not in answer["Content-Disposition"]
    for user in (cast.front_desk, cast.researcher):
        assert as_user(user).get(address).status_code == 403


def test_nothing_of_the_family_goes_into_it(ready: Any, plan: Plan) -> None:
    add_facts(ready, [NewFact("family_history", [
        {"id": "proband", "mother": "relative-q7"}, {"id": "relative-q7", "sex": "female", "status": "affected"},
    ])])  # fmt: skip
    assert "relative" not in words_of(paper(ready))


@needs_pdftotext
def test_what_people_wrote_is_never_read_as_markup(
    cast: Any, adopted: Any, ready: Any, tmp_path: Path
) -> None:
    wild = '#sys.version "x" $1$ *bold* <a>'
    with acting(cast.provider.as_actor()):
        make_plan(ready, adopted, tailoring=Tailoring(goals=(wild,), stop_rules=(wild,)))
    planned = planned_of(versions(ready), view_of(ready, in_force().protocol))
    file = tmp_path / "plan.pdf"
    file.write_bytes(plan_pdf(planned, spoken_to=wild, day="3 December 2026"))
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    words = re.sub(r"\s+", " ", text)
    assert words.count("$1$ *bold* <a>") >= 3
    assert "What you want to be able to do again" in words
