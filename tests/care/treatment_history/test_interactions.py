"""What each medicine means beside ketamine: who must decide, what blocks, and that silence settles nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.evaluation.medicines import interactions
from unloop.care.treatment_history import Interaction, MedicineVerdict, Resolved, judge_medicines, resolve
from unloop.protocol import bundled
from unloop.quantity import InputRefused


def rule(id_: str, *match: str, action: str = "consult") -> Interaction:
    return Interaction(
        id=id_, match=match, route="any", effect=f"effect of {id_}", action=action, basis="label", sources=("S21",)
    )  # fmt: skip


RULES = (
    rule("BENZO", "class:benzodiazepine"),
    rule("OPIOID-ANTAGONIST", "naltrexone", "naloxone", "buprenorphine"),
    rule("XANTHINE", "theophylline", "aminophylline", action="block"),
    rule("LAMOTRIGINE", "lamotrigine", action="inform"),
    rule("DEPRESSANT", "class:opioid", "class:z-drug", "alcohol"),
    rule("INDUCER", "rifampin", "St. John's wort", action="inform"),
)
PROCEED = {
    "medicine": "lorazepam",
    "decision": "proceed",
    "reason": "2 mg a day, stable",
    "decided_by": "dr-1",
}


def judged(*medicines: str, decisions: tuple[dict[str, object], ...] = ()) -> tuple[MedicineVerdict, ...]:
    return judge_medicines(medicines, decisions, RULES)


def only(*medicines: str, decisions: tuple[dict[str, object], ...] = ()) -> MedicineVerdict:
    (verdict,) = judged(*medicines, decisions=decisions)
    return verdict


class TestWithoutADecision:
    @pytest.mark.parametrize(
        ("medicine", "interaction", "state"),
        [
            ("lorazepam 1 mg", "BENZO", "needs-decision"),
            ("Xanax", "BENZO", "needs-decision"),
            ("Vivitrol", "OPIOID-ANTAGONIST", "needs-decision"),
            ("Theo-24", "XANTHINE", "blocked"),
            ("Lamictal", "LAMOTRIGINE", "clear"),
            ("ethanol", "DEPRESSANT", "needs-decision"),
            ("rifampicin", "INDUCER", "clear"),
            ("St John's wort", "INDUCER", "clear"),
            ("sertraline", None, "clear"),
            ("lithium", None, "clear"),
            ("elixir of life", None, "unmapped"),
        ],
    )
    def test_each_medicine_has_its_state(self, medicine: str, interaction: str | None, state: str) -> None:
        verdict = only(medicine)
        assert (verdict.interaction, verdict.state) == (interaction, state)
        assert verdict.holds_back is (state in {"needs-decision", "blocked", "unmapped"})

    def test_no_medicines_have_no_verdict(self) -> None:
        assert judged() == ()

    def test_a_medicine_is_judged_by_every_rule_that_concerns_it(self) -> None:
        verdicts = judged("Suboxone")
        assert [one.interaction for one in verdicts] == ["OPIOID-ANTAGONIST", "DEPRESSANT"]
        assert {one.ingredient for one in verdicts} == {"buprenorphine / naloxone"}

    def test_an_ingredient_hidden_in_a_combination_is_found(self) -> None:
        assert only("Contrave").interaction == "OPIOID-ANTAGONIST"
        assert only("Librax").interaction == "BENZO"

    def test_words_say_the_effect(self) -> None:
        assert only("Ativan").words == "effect of BENZO"
        assert only("sertraline").words == "no interaction with ketamine in the protocol"

    def test_an_unknown_name_comes_with_what_looks_alike(self) -> None:
        verdict = only("lorazepan")
        assert verdict.state == "unmapped"
        assert verdict.ingredient is None
        assert "lorazepam" in verdict.words


class TestWithADecision:
    @pytest.mark.parametrize("decision", ["proceed", "hold"])
    def test_a_named_clinician_with_a_reason_settles_it(self, decision: str) -> None:
        verdict = only("Ativan 1 mg", decisions=({**PROCEED, "decision": decision},))
        assert verdict.state == "decided"
        assert not verdict.holds_back

    @pytest.mark.parametrize("key", ["medicine", "decision", "reason", "decided_by"])
    @pytest.mark.parametrize("nothing", [None, "", "   "])
    def test_without_one_of_its_parts_a_decision_settles_nothing(self, key: str, nothing: str | None) -> None:
        assert only("lorazepam", decisions=({**PROCEED, key: nothing},)).state == "needs-decision"
        without = {name: value for name, value in PROCEED.items() if name != key}
        assert only("lorazepam", decisions=(without,)).state == "needs-decision"

    def test_a_decision_about_another_medicine_settles_nothing(self) -> None:
        assert only("clonazepam", decisions=(PROCEED,)).state == "needs-decision"

    @pytest.mark.parametrize("name", ["Ativan", "LORAZEPAM", "Lorazepam 0.5 MG Oral Tablet"])
    def test_any_name_of_the_ingredient_will_do(self, name: str) -> None:
        assert only("lorazepam 2 mg", decisions=({**PROCEED, "medicine": name},)).state == "decided"

    def test_a_block_is_lifted_by_no_decision(self) -> None:
        assert only("theophylline", decisions=({**PROCEED, "medicine": "theophylline"},)).state == "blocked"

    def test_a_medicine_that_was_to_be_stopped_holds_back_for_as_long_as_it_is_listed(self) -> None:
        stop = {**PROCEED, "medicine": "naltrexone", "decision": "stop"}
        verdict = only("Vivitrol", decisions=(stop,))
        assert verdict.state == "needs-decision"
        assert verdict.words.startswith("take it off the list")

    def test_stop_outweighs_go_on_in_one_list_of_decisions(self) -> None:
        both = (PROCEED, {**PROCEED, "decision": "stop"})
        assert only("lorazepam", decisions=both).state == "needs-decision"
        assert only("lorazepam", decisions=both[::-1]).state == "needs-decision"

    def test_a_combination_needs_every_ingredient_that_is_concerned_decided(self) -> None:
        verdicts = judged("Suboxone", decisions=({**PROCEED, "medicine": "naloxone"},))
        assert [one.state for one in verdicts] == ["needs-decision", "needs-decision"]
        verdicts = judged("Suboxone", decisions=({**PROCEED, "medicine": "Suboxone 8 mg"},))
        assert [one.state for one in verdicts] == ["decided", "decided"]

    def test_the_part_of_a_combination_that_is_concerned_suffices(self) -> None:
        assert only("Contrave", decisions=({**PROCEED, "medicine": "naltrexone"},)).state == "decided"

    def test_a_clinician_can_decide_about_a_name_that_nobody_knows(self) -> None:
        decision = {**PROCEED, "medicine": "elixir  of LIFE"}
        assert only("Elixir of life", decisions=(decision,)).state == "decided"
        assert only("elixir of youth", decisions=(decision,)).state == "unmapped"

    def test_an_unknown_medicine_that_was_to_be_stopped_holds_back(self) -> None:
        decision = {**PROCEED, "medicine": "elixir of life", "decision": "stop"}
        verdict = only("elixir of life", decisions=(decision,))
        assert (verdict.state, verdict.words.startswith("take it off the list")) == ("unmapped", True)


class TestTheRulesThemselves:
    @pytest.mark.parametrize(
        "name", ["class:benzos", "class:", "lorazepan", "", "Contrave", "benzodiazepine"]
    )
    def test_a_rule_about_something_unknown_is_refused_since_it_would_concern_nobody(self, name: str) -> None:
        with pytest.raises(InputRefused, match="BAD, match"):
            rule("BAD", "naltrexone", name)

    @pytest.mark.parametrize(
        ("named", "taken"),
        [
            ("rifampin", "Rifadin"),
            ("epinephrine", "EpiPen"),
            ("acetaminophen", "Tylenol"),
            ("Zoloft", "sertraline"),
        ],
    )
    def test_a_rule_may_use_any_name_of_an_ingredient(self, named: str, taken: str) -> None:
        medicine = resolve(taken)
        assert isinstance(medicine, Resolved)
        assert rule("ANY", named).concerns(medicine)

    def test_it_names_the_ingredients_that_it_concerns(self) -> None:
        medicine = resolve("Tylenol with codeine")
        assert isinstance(medicine, Resolved)
        assert rule("DEPRESSANT", "class:opioid").concerned(medicine) == {"codeine"}
        assert rule("BENZO", "class:benzodiazepine").concerned(medicine) == frozenset()


class TestTheBundledProtocol:
    RULES = interactions(bundled("ocd-ivket"))

    @pytest.mark.parametrize(
        ("medicine", "states"),
        [
            ("diazepam", {"DDI-01": "needs-decision"}),
            ("naltrexone", {"DDI-02": "needs-decision"}),
            ("lamotrigine", {"DDI-03": "clear"}),
            ("Adderall", {"DDI-04": "needs-decision"}),
            ("Sudafed", {"DDI-04": "needs-decision"}),
            ("tranylcypromine", {"DDI-04": "needs-decision"}),
            ("theophylline", {"DDI-05": "blocked"}),
            ("Synthroid", {"DDI-06": "clear"}),
            ("Ambien", {"DDI-07": "needs-decision"}),
            ("gabapentin", {"DDI-07": "needs-decision"}),
            ("phenobarbital", {"DDI-07": "needs-decision", "DDI-09": "clear"}),
            ("clarithromycin", {"DDI-08": "clear"}),
            ("carbamazepine", {"DDI-09": "clear"}),
            ("Nuedexta", {"DDI-10": "needs-decision"}),
            ("buprenorphine", {"DDI-02": "needs-decision", "DDI-07": "needs-decision"}),
            ("sertraline", {None: "clear"}),
            ("lithium", {None: "clear"}),
        ],
    )
    def test_it_asks_what_its_table_says(self, medicine: str, states: dict[str | None, str]) -> None:
        verdicts = judge_medicines([medicine], [], self.RULES)
        assert {one.interaction: one.state for one in verdicts} == states


medicines = st.lists(
    st.sampled_from(
        ["Ativan", "lorazepam", "naltrexone", "Contrave", "Suboxone", "theophylline", "sertraline", "potion"]
    ),
    max_size=6,
)
decisions = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "medicine": st.sampled_from(
                ["lorazepam", "Vivitrol", "buprenorphine", "Suboxone", "potion", "theophylline"]
            ),
            "decision": st.sampled_from(["proceed", "hold", "stop"]),
            "reason": st.sampled_from(["stable", ""]),
            "decided_by": st.sampled_from(["dr-1", None]),
        },
    ),
    max_size=6,
)


class TestLaws:
    @given(medicines, decisions)
    def test_every_medicine_has_at_least_one_verdict_in_its_order(self, taken, made) -> None:
        named = [verdict.medicine for verdict in judge_medicines(taken, made, RULES)]
        assert list(dict.fromkeys(named)) == list(dict.fromkeys(taken))

    @given(medicines)
    def test_without_decisions_nothing_is_decided(self, taken) -> None:
        assert all(verdict.state != "decided" for verdict in judge_medicines(taken, [], RULES))

    @given(medicines, decisions, st.data())
    def test_taking_every_decision_away_never_lets_a_gate_open(self, taken, made, data) -> None:
        assert _shut(taken, made) <= _shut(taken, [])
        kept = [{**one, "decided_by": None} for one in made]
        assert _shut(taken, kept) == _shut(taken, [])

    @given(medicines, decisions)
    def test_a_block_stands_whatever_was_decided(self, taken, made) -> None:
        blocked = [one for one in judge_medicines(taken, made, RULES) if one.action == "block"]
        assert all(one.state == "blocked" for one in blocked)

    @given(medicines, decisions)
    def test_the_order_of_decisions_does_not_matter(self, taken, made) -> None:
        assert judge_medicines(taken, made[::-1], RULES) == judge_medicines(taken, made, RULES)

    @given(medicines, decisions)
    def test_a_stricter_action_never_opens_a_gate(self, taken, made) -> None:
        stricter = [replace(one, action="consult") if one.action == "inform" else one for one in RULES]
        shut = {one.medicine for one in judge_medicines(taken, made, stricter) if one.holds_back}
        assert _shut(taken, made) <= shut


def _shut(taken: list[str], made: list[dict[str, object]]) -> set[str]:
    return {one.medicine for one in judge_medicines(taken, made, RULES) if one.holds_back}
