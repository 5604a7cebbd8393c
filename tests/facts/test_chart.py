"""What stands in a chart at a moment: the future is unseen, corrections hold, nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import Chart, Fact, Person, Sex, Value, check_corrections
from unloop.quantity import InputRefused

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
PERSON = Person(date(1990, 4, 30), Sex.FEMALE)


def ecg(id_: str, value: Value | None, *, at: datetime = NOW, **fields: object) -> Fact:
    return Fact(**{"id": id_, "code": "ecg", "value": value, "at": at, "recorded_at": at, **fields})


def standing(*facts: Fact, at: datetime = NOW, known_at: datetime | None = None) -> list[str]:
    return [fact.id for fact in Chart(PERSON, facts).standing("ecg", at=at, known_at=known_at or at)]


def test_entries_stand_oldest_first_whatever_their_order_in_the_chart() -> None:
    old, new = ecg("old", "normal", at=NOW - HOUR), ecg("new", "limiting")
    assert standing(new, old) == standing(old, new) == ["old", "new"]


def test_an_entry_of_the_future_is_unseen_until_its_time_has_come() -> None:
    tomorrow = ecg("tomorrow", "normal", at=NOW + timedelta(days=1))
    assert standing(tomorrow) == []
    assert standing(tomorrow, at=NOW + timedelta(days=1)) == ["tomorrow"]


def test_an_entry_written_down_after_the_judged_time_is_unseen() -> None:
    late = ecg("late", "normal", at=NOW - HOUR, recorded_at=NOW + HOUR)
    assert standing(late) == []
    assert standing(late, at=NOW + HOUR) == ["late"]


def test_looking_back_sees_what_was_true_then_with_what_is_known_now() -> None:
    late = ecg("late", "normal", at=NOW - HOUR, recorded_at=NOW + HOUR)
    assert standing(late, at=NOW, known_at=NOW + HOUR) == ["late"]


def test_the_very_moment_of_an_entry_sees_it() -> None:
    second = timedelta(seconds=1)
    assert standing(ecg("x", "normal"), at=NOW) == ["x"]
    assert standing(ecg("x", "normal"), at=NOW - second) == []


def test_the_same_instant_in_another_zone_is_the_same_instant() -> None:
    berlin = datetime.fromisoformat("2026-03-02T10:30:00+01:00")
    assert standing(ecg("x", "normal", at=berlin), at=NOW) == ["x"]


def test_other_codes_do_not_stand_in_for_this_one() -> None:
    chart = Chart(PERSON, (ecg("x", "normal", code="physical_examination"),))
    assert chart.standing("ecg", at=NOW, known_at=NOW) == ()


# --- Corrections -----------------------------------------------------------------------------------------


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    wrong = ecg("wrong", "normal", at=NOW - HOUR)
    right = ecg("right", "limiting", at=NOW - HOUR, recorded_at=NOW, supersedes="wrong")
    assert standing(wrong, right) == ["right"]


def test_before_the_correction_was_written_the_first_entry_stood() -> None:
    """An audit of last year's decision sees what could be seen then."""
    wrong = ecg("wrong", "normal", at=NOW - HOUR)
    right = ecg("right", "limiting", at=NOW - HOUR, recorded_at=NOW, supersedes="wrong")
    assert standing(wrong, right, at=NOW - HOUR) == ["wrong"]


def test_an_entry_made_in_error_is_withdrawn_and_leaves_nothing_in_its_place() -> None:
    wrong = ecg("wrong", "normal", at=NOW - HOUR)
    withdrawal = ecg("withdrawal", None, supersedes="wrong")
    assert standing(wrong, withdrawal) == []


def test_withdrawing_one_entry_lets_an_older_one_stand_again() -> None:
    old, wrong = ecg("old", "normal", at=NOW - 2 * HOUR), ecg("wrong", "limiting", at=NOW - HOUR)
    assert standing(old, wrong, ecg("withdrawal", None, supersedes="wrong")) == ["old"]


def test_withdrawing_a_correction_does_not_bring_the_corrected_entry_back() -> None:
    """What was once said to be wrong needs an entry of its own to be right again."""
    wrong = ecg("wrong", "normal", at=NOW - 2 * HOUR)
    right = ecg("right", "limiting", at=NOW - HOUR, supersedes="wrong")
    assert standing(wrong, right, ecg("withdrawal", None, supersedes="right")) == []


def test_in_a_chain_of_corrections_the_last_one_stands() -> None:
    first = ecg("1", "normal", at=NOW - 3 * HOUR)
    second = ecg("2", "limiting", at=NOW - 2 * HOUR, supersedes="1")
    third = ecg("3", "abnormal-not-limiting", at=NOW - HOUR, supersedes="2")
    check_corrections((first, second, third))
    assert standing(first, second, third) == ["3"]
    assert standing(first, second, third, at=NOW - 2 * HOUR) == ["2"]


def test_the_corrected_and_the_withdrawn_entry_stay_in_the_chart() -> None:
    facts = (ecg("wrong", "normal"), ecg("withdrawal", None, supersedes="wrong"))
    assert Chart(PERSON, facts).facts == facts


@given(st.permutations(range(6)), st.integers(0, 5))
def test_of_any_chain_in_any_order_exactly_one_entry_stands(order: list[int], until: int) -> None:
    chain = [ecg(str(n), "normal", at=NOW + n * HOUR, supersedes=str(n - 1) if n else None) for n in range(6)]
    shuffled = tuple(chain[n] for n in order)
    check_corrections(shuffled)
    assert standing(*shuffled, at=NOW + until * HOUR) == [str(until)]


# --- Corrections that are refused ------------------------------------------------------------------------

ANOTHER = {"code": "physical_examination"}


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param((ecg("a", "normal", supersedes="nobody"),), id="points nowhere"),
        pytest.param((ecg("a", "normal", supersedes="a"),), id="corrects itself"),
        pytest.param(
            (ecg("a", "normal", supersedes="b"), ecg("b", "normal", supersedes="a")), id="circle of two"
        ),
        pytest.param(
            tuple(ecg(one, "normal", supersedes=next_) for one, next_ in ("ab", "bc", "ca")),
            id="circle of three",
        ),
        pytest.param(
            tuple(ecg(one, "normal", supersedes=next_) for one, next_ in ("xa", "ab", "ba")),
            id="chain into a circle",
        ),
        pytest.param(
            (ecg("a", "normal", **ANOTHER), ecg("b", "normal", supersedes="a")), id="of another code"
        ),
        pytest.param(
            (ecg("a", "normal", session="S1"), ecg("b", "normal", session="S2", supersedes="a")),
            id="of another session",
        ),
    ],
)
def test_a_correction_of_nothing_of_something_else_or_of_itself_is_refused(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(InputRefused) as refused:
        check_corrections(facts)
    assert refused.value.where.endswith(", supersedes")
    assert refused.value.allowed == "the id of an earlier entry of the same code and session"
    assert refused.value.mend == "name the entry that this one corrects"


def test_taking_back_nothing_is_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        check_corrections((ecg("a", None),))
    assert (refused.value.where, refused.value.given) == ("fact a", "null")


def test_two_entries_with_one_id_are_refused() -> None:
    with pytest.raises(InputRefused) as refused:
        check_corrections((ecg("a", "normal"), ecg("a", "limiting")))
    assert refused.value.given == "the same id twice"


def test_a_chain_of_fifty_thousand_corrections_is_followed_once() -> None:
    """Every link anew from every entry would be more than a thousand million steps."""
    chain = tuple(ecg(str(n), "normal", supersedes=str(n - 1) if n else None) for n in range(50_000))
    check_corrections(chain)
    check_corrections(tuple(reversed(chain)))


# --- The latest session ----------------------------------------------------------------------------------


def bound(id_: str, session: str, **fields: object) -> Fact:
    return ecg(id_, value=True, code="escort", session=session, **fields)


def latest_session(*facts: Fact, at: datetime = NOW) -> str | None:
    return Chart(PERSON, facts).latest_session(at=at)


def test_the_latest_session_is_the_one_last_spoken_of() -> None:
    week = timedelta(days=7)
    facts = (bound("1", "S1", at=NOW - week), bound("2", "S2", at=NOW), ecg("3", "normal"))
    assert latest_session(*facts) == "S2"
    assert latest_session(*facts, at=NOW - week) == "S1"


def test_a_chart_without_session_entries_has_no_session() -> None:
    assert latest_session(ecg("1", "normal")) is None


@pytest.mark.parametrize(
    "later",
    [
        pytest.param((bound("2", "S2", at=NOW + HOUR),), id="in the future"),
        pytest.param((bound("2", "S2", recorded_at=NOW + HOUR),), id="written down later"),
        pytest.param(
            (bound("2", "S2"), ecg("3", None, code="escort", session="S2", supersedes="2")), id="withdrawn"
        ),
    ],
)
def test_a_session_that_cannot_be_known_yet_or_was_taken_back_is_not_the_latest(
    later: tuple[Fact, ...],
) -> None:
    assert latest_session(bound("1", "S1", at=NOW - HOUR), *later) == "S1"


def test_the_latest_time_of_a_chart_counts_when_things_were_written_down() -> None:
    written = ecg("x", "normal", at=NOW, recorded_at=NOW + HOUR)
    assert Chart(PERSON, (written, ecg("y", "normal"))).latest_time() == NOW + HOUR
    assert Chart(PERSON, ()).latest_time() is None
