"""What holds for every rule over every chart: taking away never turns an answer round, and the trace tells why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from examples import tried
from unloop.facts import BASIC, DICTIONARY, Chart, Fact, Infusion, Person, Phase, Sex, View
from unloop.rules import (
    Condition,
    Context,
    Judgement,
    Truth,
    check,
    codes,
    evaluate,
    known_under_negation,
    parse,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

# --- Charts: every kind of fact, with what completes, ends and counts it ---------------------------------

COURSE: dict[str, list[Any]] = {
    "psychosis_now": [True, False],
    "psychosis_ever": [True, False],
    "ecg": ["normal", "limiting"],
    "weight": [60.0, 130.0],
    "height": [170.0],
    "alt": [40.0, 130.0],
    "alt_upper_limit": [40.0],
    "ybocs": [14.0, 28.0],
    "medicines": [(), ("zinc",), ("phenelzine",)],
    "medicines_complete": [True, False],
    "infusion_given": [0.0, 35.0],
    "no_ketamine_elsewhere": [True, False],
}
SESSION: dict[str, list[Any]] = {
    "hr": [100.0, 130.0],
    "sbp": [120.0, 185.0],
    "rass": [-3.0, 0.0],
    "vomiting": [True, False],
    "escort": [True, False],
    "infusion_ended": [True, True, False],
}
course_ages = st.sampled_from([0, 1, 60, 1439, 1440, 5 * 1440, 20 * 1440, 40 * 1440, 200 * 1440])
session_ages = st.integers(0, 45)


def entries(code: str) -> st.SearchStrategy[list[Fact]]:
    bound = code in SESSION
    phases = DICTIONARY[code].phases

    def make(n: int, ago: int, value: Any, phase: Phase | None, late: int) -> Fact:
        at = NOW - ago * MINUTE
        return Fact(
            id=f"{code}{n}", code=code, value=value, at=at, recorded_at=at + late * MINUTE,
            session="S1" if bound else None, phase=phase,
        )  # fmt: skip

    one = st.builds(
        make,
        st.integers(0, 10**6),
        session_ages if bound else course_ages,
        st.sampled_from((SESSION if bound else COURSE)[code]),
        st.sampled_from(phases) if bound else st.none(),
        st.sampled_from([0, 0, 0, 3]),
    )
    return st.lists(one, max_size=5 if bound else 3)


charts = st.builds(
    lambda lists, born, own: Chart(
        Person(born, Sex.FEMALE),
        tuple({fact.id: fact for found in lists.values() for fact in found}.values()),
        own,
    ),
    st.fixed_dictionaries({code: entries(code) for code in (*COURSE, *SESSION)}),
    st.sampled_from([None, date(1990, 4, 30), date(2010, 1, 1)]),
    st.none() | st.just(()) | st.just((Infusion(NOW - timedelta(days=10), 35.0),)),
)
phase_sets = st.sets(st.sampled_from(list(Phase))).map(frozenset)

# --- Rules -----------------------------------------------------------------------------------------------

SESSION_LEAVES = [
    "hr > 120", "sbp >= 180", "rass <= -3", "vomiting", "sbp < 130", "delta(sbp) >= 40", "pct(hr) >= 20",
]  # fmt: skip
LEAVES = [
    *SESSION_LEAVES, "escort", "minutes_since_end >= 10", "age_of(sbp) <= PT10M", "age_of(weight) <= P1D",
    "psychosis_now", "psychosis_ever", "ecg == normal", "ecg in [limiting]", "bmi >= 40", "age >= 18",
    "alt_over_limit > 3", "medicines in [phenelzine]", "infusions_30d < 2", "infusions_total >= 1",
    "hours_since_last_infusion >= 48", "pct(ybocs) <= -35", "delta(ybocs) < 0", "sex_female",
]  # fmt: skip
KNOWN = [f"known({code})" for code in (*COURSE, *SESSION, "bmi", "infusions_30d", "minutes_since_end")]


def joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(lambda one: f"not ({one})"),
        several.map(lambda parts: f"({' and '.join(parts)})"),
        several.map(lambda parts: f"({' or '.join(parts)})"),
    )


def rules_of(session_leaves: list[str], leaves: list[str]) -> st.SearchStrategy[str]:
    inside = st.recursive(st.sampled_from(session_leaves), joined, max_leaves=4)
    minutes = st.sampled_from(["PT0M", "PT5M", "PT10M"])
    rows = st.one_of(
        st.builds("sustained({}, {})".format, inside, minutes),
        st.builds("repeat({}, {}, {})".format, inside, st.integers(2, 3), minutes),
    )
    return st.recursive(st.one_of(st.sampled_from(leaves), rows, inside), joined, max_leaves=5)


plain_rules = rules_of(SESSION_LEAVES, LEAVES)
rules_with_known = rules_of([*SESSION_LEAVES, "known(hr)", "known(sbp)"], [*LEAVES, *KNOWN])


@cache
def tree(text: str) -> Condition:
    condition = parse(text)
    check(condition, DICTIONARY)
    return condition


def judge(text: str, chart: Chart, phases: frozenset[Phase] = frozenset(Phase), **view: Any) -> Judgement:
    fields: dict[str, Any] = {"now": NOW, "known_at": NOW, "session": "S1", **view}
    view_ = View(chart=chart, dictionary=DICTIONARY, derivations=BASIC, phases=phases, **fields)
    return evaluate(tree(text), Context(view_))


def without(chart: Chart, code: str) -> Chart:
    return Chart(chart.person, tuple(fact for fact in chart.facts if fact.code != code), chart.own_infusions)


def recorded(chart: Chart) -> list[str]:
    return sorted({fact.code for fact in chart.facts})


# --- Taking away -----------------------------------------------------------------------------------------


def reading(code: str, value: Any, minutes_ago: int, phase: Phase = Phase.INFUSION) -> Fact:
    at = NOW - minutes_ago * MINUTE
    return Fact(f"{code}{minutes_ago}{phase}", code, value, at, at, session="S1", phase=phase)


def chart_of(*facts: Fact) -> Chart:
    return Chart(Person(), facts)


RECOVERED = chart_of(
    reading("sbp", 120.0, 20, Phase.BEFORE),
    reading("infusion_ended", value=True, minutes_ago=10, phase=Phase.RECOVERY),
    reading("sbp", 185.0, 5, Phase.RECOVERY),
)
TURNED = chart_of(
    reading("hr", 100.0, 14), reading("hr", 130.0, 12), reading("rass", -3.0, 16), reading("sbp", 120.0, 2)
)


@tried(200)
@given(plain_rules, charts, phase_sets)
@example("sbp >= 180", RECOVERED, frozenset(Phase))
@example("sbp >= 180", RECOVERED, frozenset({Phase.BEFORE, Phase.RECOVERY}))
@example("sustained(hr > 120 and (sbp < 130 or rass <= -3), PT10M)", TURNED, frozenset(Phase))
@example("repeat(hr > 120 and (sbp < 130 or rass <= -3), 2, PT5M)", TURNED, frozenset(Phase))
def test_removing_every_observation_of_a_code_leaves_the_answer_or_makes_it_unknown(
    text: str, chart: Chart, phases: frozenset[Phase]
) -> None:
    before = judge(text, chart, phases).answer
    for code in recorded(chart):
        assert judge(text, without(chart, code), phases).answer in {before, UNKNOWN}, code


@given(plain_rules, charts)
def test_an_empty_chart_answers_nothing_that_was_recorded(text: str, chart: Chart) -> None:
    """What is left is what no fact tells: age, sex and the clinic's own sessions."""
    before = judge(text, chart).answer
    bare = Chart(chart.person, (), chart.own_infusions)
    assert judge(text, bare).answer in {before, UNKNOWN}


@tried(200)
@given(rules_with_known, charts, phase_sets)
def test_where_no_known_is_found_under_negation_removal_never_opens(
    text: str, chart: Chart, phases: frozenset[Phase]
) -> None:
    """For a requirement, which opens on true, and for an exclusion, which opens on false."""
    before = judge(text, chart, phases).answer
    for opens, negative in ((TRUE, False), (FALSE, True)):
        if before is opens or any(known_under_negation(tree(text), negative=negative)):
            continue
        for code in recorded(chart):
            assert judge(text, without(chart, code), phases).answer is not opens, code


def test_a_known_under_negation_is_opened_by_removal() -> None:
    """The finder does not cry wolf: this is what it keeps out of protocols."""
    chart = chart_of(reading("hr", 130.0, 0))
    assert judge("not known(hr)", chart).answer is FALSE
    assert judge("not known(hr)", without(chart, "hr")).answer is TRUE


# --- What must not matter --------------------------------------------------------------------------------


@given(rules_with_known, charts, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter(text: str, chart: Chart, shuffler: Any) -> None:
    facts = list(chart.facts)
    shuffler.shuffle(facts)
    assert (
        judge(text, Chart(chart.person, tuple(facts), chart.own_infusions)).answer
        is judge(text, chart).answer
    )


@given(rules_with_known, charts, st.integers(1, 10_000))
def test_what_lies_in_the_future_does_not_matter(text: str, chart: Chart, minutes: int) -> None:
    """Judged then, with what was written down by then: the same answer however much came later."""
    then = NOW - minutes * MINUTE
    seen = tuple(fact for fact in chart.facts if max(fact.at, fact.recorded_at) <= then)
    past = Chart(chart.person, seen, chart.own_infusions)
    assert judge(text, chart, now=then, known_at=then) == judge(text, past, now=then, known_at=then)


@given(rules_with_known, charts, charts)
def test_other_sessions_do_not_matter(text: str, chart: Chart, other: Chart) -> None:
    """A fact with a session of its own belongs there and nowhere else."""
    strange = tuple(
        Fact(
            f"other-{fact.id}",
            fact.code,
            fact.value,
            fact.at,
            fact.recorded_at,
            session="S0",
            phase=fact.phase,
        )
        for fact in other.facts
        if fact.session is not None
    )
    both = Chart(chart.person, (*chart.facts, *strange), chart.own_infusions)
    assert judge(text, both).answer is judge(text, chart).answer


@given(rules_with_known, charts, st.data())
def test_an_entry_made_in_error_and_taken_back_does_not_matter(
    text: str, chart: Chart, data: st.DataObject
) -> None:
    assume(chart.facts)
    model = data.draw(st.sampled_from(chart.facts))
    wrong = Fact("wrong", model.code, model.value, NOW, NOW, session=model.session, phase=model.phase)
    back = Fact("back", model.code, None, NOW, NOW, session=model.session, supersedes="wrong")
    both = Chart(chart.person, (*chart.facts, wrong, back), chart.own_infusions)
    assert judge(text, both) == judge(text, chart)


# --- Logic -----------------------------------------------------------------------------------------------


@given(plain_rules, plain_rules, charts)
def test_de_morgan_holds_with_unknowns(one: str, other: str, chart: Chart) -> None:
    assume((one + other).count("(") <= 40)  # written out, the law adds brackets, and a rule may have 50
    for left, right in (("and", "or"), ("or", "and")):
        denied = judge(f"not (({one}) {left} ({other}))", chart).answer
        assert denied is judge(f"(not ({one})) {right} (not ({other}))", chart).answer


@given(plain_rules, charts)
def test_a_rule_and_its_opposite_are_decided_together(text: str, chart: Chart) -> None:
    assume(text.count("(") <= 20)  # written twice with more brackets, it stays a rule that can be read
    answer = judge(text, chart).answer
    opposite = judge(f"not ({text})", chart).answer
    assert {answer, opposite} in ({TRUE, FALSE}, {UNKNOWN})
    assert judge(f"not (not ({text}))", chart).answer is answer
    assert judge(f"({text}) or ({text})", chart).answer is answer


# --- The trace -------------------------------------------------------------------------------------------


@given(rules_with_known, charts, phase_sets)
def test_unknown_says_what_is_missing_and_a_decided_answer_lacks_nothing(
    text: str, chart: Chart, phases: frozenset[Phase]
) -> None:
    judged = judge(text, chart, phases)
    assert (judged.answer is UNKNOWN) == bool(judged.missing)
    assert len(set(judged.missing)) == len(judged.missing)


@given(rules_with_known, charts)
def test_the_trace_names_only_facts_of_the_rule_with_the_values_that_are_seen(
    text: str, chart: Chart
) -> None:
    judged = judge(text, chart)
    view = View(chart, NOW, NOW, DICTIONARY, BASIC, session="S1")
    assert {use.code for use in judged.used} <= set(codes(tree(text)))
    for use in judged.used:
        finding = view.find(use.code)
        assert (finding.value, finding.at) == (use.value, use.at)


def resting_on(judged: Judgement) -> set[str]:
    """The codes in a trace, with what they are computed from and completed, ended or counted by."""
    found = {use.code for use in judged.used}
    inputs = {one for code in found for one in DICTIONARY[code].inputs}
    statements = {DICTIONARY[code].complete_by for code in found | inputs} - {None}
    return found | inputs | statements | {"infusion_given", "infusion_ended"}


@tried(100)
@given(
    st.recursive(st.sampled_from(LEAVES), joined, max_leaves=5),
    charts,
    phase_sets,
)
def test_a_decided_answer_rests_on_the_facts_of_its_trace_alone(
    text: str, chart: Chart, phases: frozenset[Phase]
) -> None:
    judged = judge(text, chart, phases)
    assume(judged.answer is not UNKNOWN)
    kept = tuple(fact for fact in chart.facts if fact.code in resting_on(judged))
    assert judge(text, Chart(chart.person, kept, chart.own_infusions), phases).answer is judged.answer


@given(st.recursive(st.sampled_from(LEAVES), joined, max_leaves=5), charts)
def test_an_answer_is_traced_to_a_fact_unless_no_fact_tells_it(text: str, chart: Chart) -> None:
    judged = judge(text, chart)
    assert judged.answer is UNKNOWN or judged.used
