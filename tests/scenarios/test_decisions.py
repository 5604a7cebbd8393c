"""Every rule of the bundled protocol, with somebody just inside and somebody just outside of it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import charts
from charts import JUDGED_AT, SESSION
from decision_table import Row, chart_of, context_of, view_of
from rule_changes import changes
from unloop.care.evaluation import Outcome, judge
from unloop.care.plan import (
    body_of,
    check_draw,
    check_start,
    dose_by_protocol,
    preparation_rule,
    prepare,
    series_rule,
)
from unloop.facts import Known
from unloop.protocol import Gate, Sourced, Stop, bundled
from unloop.quantity import Concentration, InputRefused, Minutes, Volume
from unloop.rules import Condition, Truth, evaluate

HERE = Path(__file__).parent
TABLE: dict[str, dict[str, Any]] = tomllib.loads((HERE / "decisions.toml").read_text("utf-8"))
PROTOCOL = bundled("ocd-ivket")
DOCUMENT = PROTOCOL.document
CONDITIONS = {id_: written.condition for id_, written in DOCUMENT.conditions()}
SIDES = ("true", "false")
# What no row can tell from the rule, and why.
THE_SAME = {
    (
        "DAY-07",
        "can_be_pregnant <= P181D",
    ): "the answer itself counts for 180 days and is unknown from then on",
    ("DAY-07", "part 2 (can_be_pregnant) left out"): "the answer itself counts for 180 days",
    ("DAY-09", "part 1 (suicide_risk_today) left out"): "every answer but moderate is in the list before it",
    ("STP-01", "prompts red, the same or any"): "one of any rule is one of the same rule",
}


def place_of(id_: str) -> str:
    """Where a rule is asked."""
    rule = PROTOCOL.rule(id_)
    if rule in DOCUMENT.prompt or (isinstance(rule, Stop) and rule.scope == "session"):
        return "drip"
    if rule in DOCUMENT.discharge.require:
        return "discharge"
    asked_at_start = rule in DOCUMENT.sameday or isinstance(rule, Stop)
    return (
        "start"
        if asked_at_start or "evaluation" not in getattr(rule, "at", ("evaluation",))
        else "evaluation"
    )


def rows() -> Iterator[tuple[str, str, Row]]:
    for id_, sides in TABLE["conditions"].items():
        yield from ((id_, side, row) for side, listed in sides.items() for row in listed)


ROWS = list(rows())
NAMES = [f"{id_} {side} {row}"[:90] for id_, side, row in ROWS]


@cache
def contexts(id_: str) -> tuple[tuple[Truth, Any], ...]:
    """Every row of a rule as its condition sees it, with the answer that the table gives."""
    mine = [(side, row) for rule, side, row in ROWS if rule == id_]
    return tuple((Truth(side), context_of(row, place_of(id_), PROTOCOL)) for side, row in mine)


# --- Nobody is left out ------------------------------------------------------------------------------------------


def missing_sides(id_: str) -> Iterator[str]:
    """What a rule lacks in its table."""
    wanted = {
        "conditions": SIDES, "medicines": ("taken", "left_alone"), "treatments": ("enough", "short"),
        "doses": ("given", "refused"), "syringes": ("drawn", "not_drawn"), "courses": ("may", "may_not"),
    }  # fmt: skip
    tables = [name for name, table in TABLE.items() if id_ in table]
    if not tables and any(item.id == id_ for item in DOCUMENT.evaluation):
        return  # `test_an_item_of_the_evaluation_is_missing_without_any_of_its_facts` takes both sides of each
    if not tables:
        yield f"{id_} is in no table"
    for name in tables:
        yield from (
            f"{id_}: nobody under `{side}`" for side in wanted.get(name, ()) if not TABLE[name][id_].get(side)
        )


def test_no_rule_is_without_a_row_on_each_side() -> None:
    assert [fault for rule in PROTOCOL.rules for fault in missing_sides(rule.id)] == []


def test_the_tables_name_no_rule_that_the_protocol_does_not_have() -> None:
    named = {id_ for table in TABLE.values() for id_ in table}
    assert named - {rule.id for rule in PROTOCOL.rules} == set()


def test_every_condition_is_in_the_table_of_conditions() -> None:
    assert set(TABLE["conditions"]) == set(CONDITIONS)


def test_what_is_only_words_decides_nothing() -> None:
    numbers = {"contact_after", "every", "late_after", "minimum", "rate_after"}
    for id_ in TABLE["words"]:
        rule = PROTOCOL.rule(id_)
        assert id_ not in CONDITIONS
        assert not any(getattr(rule, name, None) for name in numbers), id_


@pytest.mark.parametrize("id_", TABLE["elsewhere"])
def test_what_is_held_elsewhere_is_held_there(id_: str) -> None:
    path, _, name = TABLE["elsewhere"][id_].partition("::")
    tree = ast.parse((HERE.parents[1] / path).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


# --- Conditions --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("id_", "side", "row"), ROWS, ids=NAMES)
def test_the_rule_answers_as_the_table_says(id_: str, side: str, row: Row) -> None:
    assert evaluate(CONDITIONS[id_], context_of(row, place_of(id_), PROTOCOL)).answer == side


def told_apart(id_: str, other: Condition) -> bool:
    return any(evaluate(other, context).answer != answer for answer, context in contexts(id_))


@pytest.mark.parametrize("id_", CONDITIONS)
def test_the_table_tells_the_rule_from_itself_with_one_limit_moved_or_one_part_turned_round(id_: str) -> None:
    found = [words for words, other in changes(CONDITIONS[id_]) if not told_apart(id_, other)]
    assert [words for words in found if (id_, words) not in THE_SAME] == []


def asked_by_gates() -> list[tuple[Gate, Sourced]]:
    """Rules and stops, each at the gate that asks it."""
    rules: list[tuple[Gate, Sourced]] = [(at, rule) for rule in DOCUMENT.gate for at in rule.at]
    rules += [("start", rule) for rule in DOCUMENT.sameday]
    rules += [("start", stop) for stop in DOCUMENT.stop if stop.scope == "course"]
    return rules + [("discharge", rule) for rule in DOCUMENT.discharge.require]


def outcome(gate: Gate, id_: str, row: Row) -> Outcome:
    chart = charts.read(chart_of(row, gate))
    answer = judge(gate, PROTOCOL, chart, at=JUDGED_AT, session=SESSION)
    return next(one.outcome for one in answer.verdicts if one.rule == id_)


@pytest.mark.parametrize(("gate", "rule"), asked_by_gates(), ids=lambda one: getattr(one, "id", one))
def test_the_gate_takes_the_answer_as_the_kind_of_rule_wants_it(gate: Gate, rule: Sourced) -> None:
    opens = "true" if getattr(rule, "kind", "absolute") == "require" else "false"
    for side in SIDES:
        found = {outcome(gate, rule.id, row) for row in TABLE["conditions"][rule.id][side]}
        assert found == {Outcome.PASSES if side == opens else Outcome.EXCLUDES}


# --- Items, medicines, treatments --------------------------------------------------------------------------------


INPUTS = {"alt_over_limit": "alt_upper_limit", "alp_over_limit": "alp_upper_limit"}


@pytest.mark.parametrize(
    ("item", "code"), [(item.id, code) for item in DOCUMENT.evaluation for code in item.facts]
)
def test_an_item_of_the_evaluation_is_missing_without_any_of_its_facts(item: str, code: str) -> None:
    whole = {"cardiovascular_risk": True, "ecg": "normal"}
    assert outcome("evaluation", item, whole) is Outcome.PASSES
    chart = charts.without(chart_of(whole, "evaluation"), INPUTS.get(code, code))
    answer = judge("evaluation", PROTOCOL, charts.read(chart), at=JUDGED_AT)
    assert next(one.outcome for one in answer.verdicts if one.rule == item) is Outcome.MISSING


def verdict_on(medicine: str, rule: str) -> Outcome | None:
    chart = charts.read(chart_of({"medicines": [medicine]}, "evaluation"))
    verdicts = judge("evaluation", PROTOCOL, chart, at=JUDGED_AT).verdicts
    assert not any(one.title == "Medicines that are not in the table" for one in verdicts), medicine
    return next((one.outcome for one in verdicts if one.rule == rule), None)


TAKEN = {"block": Outcome.EXCLUDES, "consult": Outcome.MISSING, "inform": Outcome.PASSES}


@pytest.mark.parametrize("id_", TABLE["medicines"])
def test_a_medicine_meets_its_rule_and_its_neighbour_does_not(id_: str) -> None:
    rule = next(one for one in DOCUMENT.drug if one.id == id_)
    taken, left_alone = TABLE["medicines"][id_]["taken"], TABLE["medicines"][id_]["left_alone"]
    assert len(taken) >= len(rule.match)
    assert {verdict_on(one, id_) for one in taken} == {TAKEN[rule.action]}
    quiet = None if rule.action == "inform" else Outcome.PASSES
    assert {verdict_on(one, id_) for one in left_alone} == {quiet}


def adequate(id_: str, **otherwise: object) -> object:
    said = TABLE["treatments"][id_]
    view = view_of({said["code"]: [{**said["enough"], **otherwise}]}, "evaluation", PROTOCOL)
    found = view.find({"RES-SRI": "adequate_sri_count", "RES-ERP": "adequate_erp_count"}[id_])
    assert isinstance(found, Known)
    return found.value


@pytest.mark.parametrize("id_", TABLE["treatments"])
def test_a_past_treatment_counts_from_just_enough_on(id_: str) -> None:
    said = TABLE["treatments"][id_]
    assert adequate(id_) == 1
    assert {adequate(id_, **short) for short in said["short"]} == {0}
    assert {key for short in said["short"] for key in short} == set(said["enough"])


@pytest.mark.parametrize("drug", DOCUMENT.resistance.sri.dose)
def test_each_medicine_of_the_first_line_counts_from_its_target_dose_on(drug: str) -> None:
    target = DOCUMENT.resistance.sri.dose[drug].target
    assert adequate("RES-SRI", name=drug, max_dose_mg_per_day=target) == 1
    assert adequate("RES-SRI", name=drug, max_dose_mg_per_day=target - 1) == 0


# --- Dose, syringe, course ---------------------------------------------------------------------------------------

PREPARATION = preparation_rule(PROTOCOL)
TEN = PREPARATION.preferred_vial


def dose_of(row: Row) -> float:
    view = view_of({code: value for code, value in row.items() if code != "mg"}, "evaluation", PROTOCOL)
    return prepare(dose_by_protocol(PROTOCOL, view).rule, body_of(view), PREPARATION, vial=TEN).dose.mg


def test_the_ceiling_cuts_and_the_floor_refuses() -> None:
    said = TABLE["doses"]["DOS-01"]
    assert [dose_of(row) for row in said["given"]] == [row["mg"] for row in said["given"]]
    for row in said["refused"]:
        with pytest.raises(InputRefused, match="floor"):
            dose_of(row)


def test_neither_the_fastest_rate_nor_the_longest_time_is_passed() -> None:
    said, rule = (
        TABLE["doses"]["DOS-01"],
        dose_by_protocol(PROTOCOL, view_of({}, "evaluation", PROTOCOL)).rule,
    )
    for minutes in said["minutes"]:
        assert replace(rule, minutes=Minutes(minutes=minutes))
    for minutes in said["not_minutes"]:
        with pytest.raises(InputRefused):
            replace(rule, minutes=Minutes(minutes=minutes))


def prepared(mg_per_ml: float) -> Any:
    view = view_of({}, "evaluation", PROTOCOL)
    vial = Concentration(mg_per_ml=mg_per_ml)
    return prepare(dose_by_protocol(PROTOCOL, view).rule, body_of(view), PREPARATION, vial=vial)


def test_a_strong_vial_asks_for_two_people_and_a_strange_one_is_refused() -> None:
    said = TABLE["syringes"]["PRE-01"]
    assert {prepared(vial).second_person for vial in said["one_person"]} == {False}
    assert {prepared(vial).second_person for vial in said["two_people"]} == {True}
    for vial in said["refused"]:
        with pytest.raises(InputRefused):
            prepared(vial)


def test_a_syringe_is_taken_within_two_percent_of_the_order() -> None:
    said, order = TABLE["syringes"]["PRE-01"], prepared(10)
    assert order.dose.mg == 34
    for ml in said["drawn"]:
        assert check_draw(order, vial=TEN, drawn=Volume(ml=ml))
    for ml in said["not_drawn"]:
        with pytest.raises(InputRefused):
            check_draw(order, vial=TEN, drawn=Volume(ml=ml))


def begin(hours_ago: list[float]) -> int:
    starts = tuple(JUDGED_AT - timedelta(hours=one) for one in hours_ago)
    return check_start(series_rule(PROTOCOL), starts, at=JUDGED_AT).number


def test_the_next_infusion_keeps_gap_week_and_number() -> None:
    said = TABLE["courses"]["SCH-01"]
    assert [begin(given) for given in said["may"]] == [len(given) + 1 for given in said["may"]]
    for given in said["may_not"]:
        with pytest.raises(InputRefused):
            begin(given)
