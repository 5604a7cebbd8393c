"""Being ready to choose: yes to all four, and one no says that more talk is needed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unloop.care.consultation import CERTAIN, consent_text, ready_to_choose

ANSWERS = st.dictionaries(
    st.sampled_from(["sure", "understand", "ratio", "encouragement"]), st.sampled_from([True, False, None])
)


def test_the_sheet_asks_the_four_questions() -> None:
    assert len(consent_text().sheet.sure) == CERTAIN


def test_yes_to_all_four_is_ready() -> None:
    assert ready_to_choose(dict.fromkeys(["a", "b", "c", "d"], True)) is True


def test_an_answer_that_is_missing_is_no_yes() -> None:
    assert ready_to_choose({"a": True, "b": True, "c": True, "d": None}) is None
    assert ready_to_choose({"a": True}) is None
    assert ready_to_choose({}) is None


@given(ANSWERS)
def test_one_no_is_enough_whatever_the_others_say(answers: dict[str, bool | None]) -> None:
    found = ready_to_choose(answers)
    assert (found is False) == (False in answers.values())
    assert (found is True) == (len(answers) == CERTAIN and all(one is True for one in answers.values()))
