"""Being able to decide: four abilities, each looked at; the conclusion is answered by nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.consultation import Ability, can_decide
from unloop.quantity import InputRefused


@given(st.fixed_dictionaries({one: st.booleans() for one in Ability}))
def test_one_ability_that_is_not_there_is_enough_to_say_no(found: dict[Ability, bool]) -> None:
    assert can_decide(found) == (False not in found.values())


@given(st.dictionaries(st.sampled_from(list(Ability)), st.booleans(), max_size=3))
def test_there_is_no_conclusion_while_one_was_not_looked_at(found: dict[Ability, bool]) -> None:
    with pytest.raises(InputRefused) as refused:
        can_decide(found)
    assert refused.value.where == "capacity"
    assert all(one.value in str(refused.value.given) for one in Ability if one not in found)


def test_each_ability_is_asked_by_its_name_and_in_words_of_its_own() -> None:
    asked = [one.question for one in Ability]
    assert len(set(asked)) == 4
    assert all(
        one.question.lower().startswith(name)
        for one, name in zip(
            Ability, ("understanding", "appreciating", "reasoning", "expressing a choice"), strict=True
        )
    )
