"""The engine against a second one, written from docs/rules.md alone: numbers for truths, lists for readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from examples import tried
from unloop.facts import BASIC, DICTIONARY, Chart, Fact, Person, Phase, View
from unloop.rules import Context, RaisedPrompt, check, codes, evaluate, parse

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = 24 * 60
START = -35  # session readings up to this minute were taken before the infusion
GAP = 15

# code -> its maximum age in minutes, as docs/facts.md has it
SESSION = {"hr": 30, "sbp": 30, "rass": 30, "vomiting": 30}
COURSE = {
    "psychosis_now": 30 * DAY,
    "psychosis_ever": 180 * DAY,
    "ybocs": 14 * DAY,
    "ecg": 365 * DAY,
    "medicines": 30 * DAY,
    "medicines_complete": 30 * DAY,
    "infusion_given": 10**9,
}
AGES = {**SESSION, **COURSE}
World = dict[str, list[tuple[int, Any]]]
Rule = tuple[Any, ...]

# --- The second engine: 1 true, 0 unknown, -1 false ------------------------------------------------------


def entries(world: World, code: str, now: int) -> list[tuple[int, Any]]:
    return sorted((one for one in world[code] if one[0] <= now), key=lambda one: one[0])


def settled(found: list[tuple[int, Any]]) -> tuple[int, Any] | None:
    """The last of some entries, unless another of the same minute says something else."""
    if not found or any(minute == found[-1][0] and value != found[-1][1] for minute, value in found):
        return None
    return found[-1]


def find(world: World, code: str, now: int) -> tuple[int, Any] | None:
    found = entries(world, code, now)
    if code == "psychosis_ever" and any(value for _, value in found):
        return max(one for one in found if one[1])
    last = settled(found)
    return last if last is not None and now - last[0] <= AGES[code] else None


def complete(world: World, now: int) -> bool:
    listed, stated = find(world, "medicines", now), find(world, "medicines_complete", now)
    return listed is not None and stated is not None and stated[1] is True and stated[0] >= listed[0]


def baseline(world: World, code: str, now: int) -> float | None:
    if code in SESSION:
        last = settled([one for one in entries(world, code, now) if one[0] <= START])
    else:
        given_ = [minute for minute, mg in entries(world, "infusion_given", now) if mg > 0]
        last = settled(entries(world, code, min(given_))) if given_ else None
    return last[1] if last else None


def compare(left: float, operator: str, right: float) -> int:
    sign = (left > right) - (left < right)
    fits = {"<": [-1], "<=": [-1, 0], ">": [1], ">=": [0, 1], "==": [0], "!=": [-1, 1]}[operator]
    return 1 if sign in fits else -1


def change(rule: Rule, world: World, now: int) -> int:
    kind, code, operator, limit = rule
    found, before = find(world, code, now), baseline(world, code, now)
    if found is None or before is None or (kind == "pct" and before <= 0):
        return 0
    difference = found[1] - before
    # Whole numbers throughout: a quotient is compared by multiplying out.
    return (
        compare(100 * difference, operator, limit * before)
        if kind == "pct"
        else compare(difference, operator, limit)
    )


def prompts(rule: Rule, raised: list[tuple[str, str]] | None) -> int:
    _, level, same, operator, limit = rule
    if raised is None:
        return 0
    names = [name for name, its in raised if its == level]
    return compare(max(map(names.count, names), default=0) if same else len(names), operator, limit)


def leaf(rule: Rule, world: World, now: int) -> int:  # noqa: C901, PLR0911 - one arm a form
    found = find(world, rule[1], now)
    match rule:
        case ("known", code):
            return 1 if found is not None and (code != "medicines" or complete(world, now)) else -1
        case ("holds", _, members):
            if found is None:
                return 0
            return 1 if set(members) & set(found[1]) else -1 if complete(world, now) else 0
        case _ if found is None:
            return 0
        case ("flag", _):
            return 1 if found[1] else -1
        case ("number", _, operator, limit):
            return compare(found[1], operator, limit)
        case ("one of", _, choices):
            return 1 if found[1] in choices else -1
        case ("is", _, operator, choice):
            return 1 if (found[1] == choice) == (operator == "==") else -1
        case ("age", _, operator, limit):
            return compare(now - found[0], operator, limit)
    raise AssertionError(rule)


def judged(  # noqa: PLR0911 - one arm a form
    rule: Rule, world: World, now: int, raised: list[tuple[str, str]] | None
) -> int:
    match rule:
        case ("not", inner):
            return -judged(inner, world, now, raised)
        case ("and", *parts):
            return min(judged(part, world, now, raised) for part in parts)
        case ("or", *parts):
            return max(judged(part, world, now, raised) for part in parts)
        case ("sustained" | "repeat", inner, *_):
            return (
                row(rule, world, now, raised)
                if judged(inner, world, now, raised) == 1
                else judged(inner, world, now, raised)
            )
        case ("delta" | "pct", *_):
            return change(rule, world, now)
        case ("count", *_):
            return prompts(rule, raised)
        case _:
            return leaf(rule, world, now)


def named(rule: Rule) -> set[str]:
    return set(codes(parse(written(rule))))


def row(rule: Rule, world: World, now: int, raised: list[tuple[str, str]] | None) -> int:
    """By trying every run of readings that ends with the last one."""
    kind, inner, *limits = rule
    minutes = sorted({minute for code in named(inner) for minute, _ in entries(world, code, now)})
    truths = [judged(inner, world, minute, raised) for minute in minutes]
    whole = 0  # the longest run without a gap, a "no" or an unknown
    while (
        whole < len(minutes)
        and truths[-1 - whole] == 1
        and (whole == 0 or minutes[-whole] - minutes[-1 - whole] <= GAP)
    ):
        whole += 1
    run = minutes[len(minutes) - whole :]
    if kind == "sustained":
        enough = bool(run) and run[-1] - run[0] >= limits[0]
        shut = whole < len(truths) and truths[-1 - whole] == -1 and now - minutes[-1 - whole] <= limits[0]
    else:
        times, apart = limits
        enough = any(
            all(later - earlier >= apart for earlier, later in pairwise(some))
            for some in combinations(run, times)
        )
        shut = whole < len(truths) and truths[-1 - whole] == -1
    everything_read = all(entries(world, code, now) for code in named(inner))
    return 1 if enough else -1 if shut and everything_read else 0


# --- The same rule as text, with as few brackets as it needs ---------------------------------------------

BINDS = {"or": 0, "and": 1, "not": 2}


def minutes_written(minutes: int) -> str:
    return f"P{minutes // DAY}D" if minutes and minutes % DAY == 0 else f"PT{minutes}M"


def written(rule: Rule, inside: int = 0) -> str:
    text = plainly(rule)
    return f"({text})" if BINDS.get(rule[0], 3) < inside else text


def plainly(rule: Rule) -> str:  # noqa: C901, PLR0911 - one arm a form
    match rule:
        case ("or" | "and" as word, *parts):
            return f" {word} ".join(written(part, BINDS[word] + 1) for part in parts)
        case ("not", inner):
            return f"not {written(inner, 2)}"
        case ("sustained", inner, minutes):
            return f"sustained({written(inner)}, {minutes_written(minutes)})"
        case ("repeat", inner, times, minutes):
            return f"repeat({written(inner)}, {times}, {minutes_written(minutes)})"
        case ("count", level, same, operator, limit):
            return f"count_prompts({level}{', same' if same else ''}) {operator} {limit}"
        case ("flag", code):
            return code
        case ("known", code):
            return f"known({code})"
        case ("one of" | "holds", code, choices):
            return f"{code} in [{', '.join(choices)}]"
        case ("age", code, operator, minutes):
            return f"age_of({code}) {operator} {minutes_written(minutes)}"
        case ("delta" | "pct" as word, code, operator, limit):
            return f"{word}({code}) {operator} {limit}"
        case (_, code, operator, operand):
            return f"{code} {operator} {operand}"
    raise AssertionError(rule)


# --- Worlds and rules ------------------------------------------------------------------------------------

orders, equals = st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(["==", "!="])
recent = st.integers(-60, 0)
days = st.sampled_from([-400, -200, -181, -180, -40, -31, -30, -15, -14, -10, -3, -1, 0]).map(
    lambda n: n * DAY
)
VALUES: dict[str, tuple[st.SearchStrategy[int], list[Any]]] = {
    "hr": (recent, [100, 120, 130]),
    "sbp": (recent, [120, 150, 185]),
    "rass": (recent, [-3, 0, 2]),
    "vomiting": (recent, [True, False]),
    "psychosis_now": (days, [True, False]),
    "psychosis_ever": (days, [True, False]),
    "ybocs": (days, [14, 20, 28]),
    "ecg": (days, ["normal", "limiting"]),
    "medicines": (days, [(), ("zinc",), ("zinc", "phenelzine")]),
    "medicines_complete": (days, [True, False]),
    "infusion_given": (days, [0, 35]),
}
worlds = st.fixed_dictionaries(
    {
        code: st.lists(st.tuples(when, st.sampled_from(values)), max_size=5)
        for code, (when, values) in VALUES.items()
    }
)
numbers = {"hr": [100, 120, 125], "sbp": [140, 150, 180], "rass": [-3, 0, 1], "ybocs": [14, 20, 24]}


def number_of(*names: str) -> st.SearchStrategy[Rule]:
    return st.sampled_from(names).flatmap(
        lambda code: st.tuples(
            st.just("number"), st.just(code), orders | equals, st.sampled_from(numbers[code])
        )
    )


in_session = st.one_of(
    number_of("hr", "sbp", "rass"),
    st.just(("flag", "vomiting")),
    st.tuples(
        st.just("delta"), st.sampled_from(["hr", "sbp", "rass"]), orders, st.sampled_from([-10, 0, 2, 30])
    ),
    st.tuples(st.just("pct"), st.sampled_from(["hr", "rass"]), orders, st.sampled_from([-20, 0, 25])),
)
of_the_course = st.one_of(
    number_of("ybocs"),
    st.sampled_from([("flag", "psychosis_now"), ("flag", "psychosis_ever")]),
    st.tuples(st.just("is"), st.just("ecg"), equals, st.sampled_from(["normal", "limiting"])),
    st.tuples(st.just("one of"), st.just("ecg"), st.just(("normal", "abnormal-not-limiting"))),
    st.tuples(st.just("holds"), st.just("medicines"), st.just(("phenelzine", "selegiline"))),
    st.tuples(st.just("age"), st.sampled_from(["ybocs", "ecg", "psychosis_ever", "medicines"]), orders,
              st.sampled_from([DAY, 10 * DAY, 30 * DAY, 180 * DAY])),
    st.tuples(st.sampled_from(["delta", "pct"]), st.just("ybocs"), orders, st.sampled_from([-35, -8, 0, 40])),
    st.tuples(st.just("count"), st.sampled_from(["orange", "red"]), st.booleans(), orders | equals, st.integers(0, 3)),
)  # fmt: skip
asked = st.tuples(st.just("known"), st.sampled_from(sorted({*SESSION, *COURSE})))


def joined(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(lambda one: ("not", one)),
        several.map(lambda parts: ("and", *parts)),
        several.map(lambda parts: ("or", *parts)),
    )


in_rows = st.recursive(in_session, joined, max_leaves=3)
lengths = st.sampled_from([0, 5, 10, 20])
rows = st.one_of(
    st.tuples(st.just("sustained"), in_rows, lengths),
    st.tuples(st.just("repeat"), in_rows, st.integers(2, 3), lengths),
)
rules = st.recursive(st.one_of(in_session, rows, of_the_course, asked), joined, max_leaves=5)
raised_prompts = st.none() | st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["orange", "red"])), max_size=4
)

# --- The engine ------------------------------------------------------------------------------------------


def chart(world: World) -> Chart:
    facts = []
    for code, found in world.items():
        for n, (minute, value) in enumerate(found):
            at = NOW + timedelta(minutes=minute)
            bound: dict[str, Any] = {}
            if code in SESSION:
                bound = {"session": "S1", "phase": Phase.BEFORE if minute <= START else Phase.INFUSION}
            facts.append(Fact(f"{code}{n}", code, value, at, at, **bound))
    return Chart(Person(), tuple(facts))


def answered(text: str, world: World, raised: list[tuple[str, str]] | None) -> str:
    condition = parse(text)
    check(condition, DICTIONARY)
    view = View(chart(world), NOW, NOW, DICTIONARY, BASIC, session="S1")
    passed = None if raised is None else tuple(RaisedPrompt(*one) for one in raised)
    return str(evaluate(condition, Context(view, passed)).answer)


def nothing(**known: list[tuple[int, Any]]) -> World:
    return {code: [] for code in VALUES} | known


HIGH = ("number", "hr", ">", 120)


@tried(250)
@given(rules, worlds, raised_prompts)
@example(("repeat", HIGH, 2, 5), nothing(hr=[(-10, 100), (0, 130)]), None)
@example(("sustained", HIGH, 10), nothing(hr=[(-12, 100), (-11, 130), (-1, 130)]), None)
@example(("not", ("not", ("or", HIGH, ("and", HIGH, ("known", "hr"))))), nothing(hr=[(0, 130)]), None)
@example(("pct", "rass", ">=", 25), nothing(rass=[(-40, -3), (0, 2)]), [])
def test_any_rule_over_any_chart_has_the_answer_of_the_second_engine(
    rule: Rule, world: World, raised: list[tuple[str, str]] | None
) -> None:
    expected = {1: "true", 0: "unknown", -1: "false"}[judged(rule, world, 0, raised)]
    assert answered(written(rule), world, raised) == expected


@tried(250)
@given(rows, worlds)
def test_any_row_of_readings_has_the_answer_of_the_second_engine(rule: Rule, world: World) -> None:
    """Rows alone, since among other parts they seldom decide."""
    expected = {1: "true", 0: "unknown", -1: "false"}[judged(rule, world, 0, None)]
    assert answered(written(rule), world, None) == expected


dense = st.lists(st.tuples(st.integers(-30, 0), st.sampled_from([100, 130])), min_size=1, max_size=8)


@tried(250)
@given(dense, st.sampled_from([("sustained",), ("repeat", 2), ("repeat", 3)]), lengths)
def test_a_row_of_one_fact_read_often_has_the_answer_of_the_second_engine(
    found: list[tuple[int, int]], kind: tuple[Any, ...], minutes: int
) -> None:
    word, *times = kind
    rule = (word, HIGH, *times, minutes)
    world = nothing(hr=found)
    expected = {1: "true", 0: "unknown", -1: "false"}[judged(rule, world, 0, None)]
    assert answered(written(rule), world, None) == expected


def test_the_second_engine_gives_every_answer_to_rows() -> None:
    """Else agreeing with it would prove little."""
    row_ = ("repeat", HIGH, 2, 5)
    answers = [
        judged(row_, nothing(hr=readings), 0, None)
        for readings in ([(-10, 130), (0, 130)], [(-10, 100), (0, 130)], [(0, 130)])
    ]
    assert answers == [1, -1, 0]
