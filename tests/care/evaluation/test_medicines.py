"""What the gates make of the list of medicines: which rule speaks, with what, and when it is silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import charts
from charts import JUDGED_AT, entry
from unloop.care.evaluation import Outcome, Standing, Verdict, interactions, look
from unloop.care.evaluation.medicines import judged, medicine_verdicts
from unloop.care.treatment_history import canonical
from unloop.facts import Absence, Unknown
from unloop.protocol import bundled
from unloop.rules import Truth

PROTOCOL = bundled("ocd-ivket")
ASKING = {one.id for one in PROTOCOL.document.drug if one.action != "inform"}
ACTION = {one.id: one.action for one in PROTOCOL.document.drug}


def decision(medicine: str, what: str = "proceed", **more: object) -> dict[str, object]:
    return {"medicine": medicine, "decision": what, "reason": "spoken about", "decided_by": "dr-1"} | more


def seen(
    *medicines: str,
    decisions: list[dict[str, object]] | None = None,
    complete: object = True,
    minutes: float = 0,
):
    facts = [entry("medicines", list(medicines)), entry("medicines_complete", complete)]
    if decisions is not None:
        facts.append(entry("medicine_decisions", decisions, minutes=minutes))
    chart = charts.read({"person": {}, "facts": facts})
    return look(PROTOCOL, chart, at=JUDGED_AT)


def verdicts(*medicines: str, **more) -> dict[str, Verdict]:
    return {one.rule: one for one in medicine_verdicts(PROTOCOL, seen(*medicines, **more))}


def shut(*medicines: str, **more) -> dict[str, Outcome]:
    return {id_: one.outcome for id_, one in verdicts(*medicines, **more).items() if not one.outcome.opens}


def test_every_rule_of_the_document_is_asked_with_its_own_words() -> None:
    for written, asked in zip(PROTOCOL.document.drug, interactions(PROTOCOL), strict=True):
        assert (asked.id, asked.match, asked.action, asked.effect) == (
            written.id, written.match, written.action, written.effect,
        )  # fmt: skip


class TestNothingTaken:
    def test_every_rule_that_asks_for_something_says_that_nothing_is_taken(self) -> None:
        found = verdicts()
        assert set(found) == ASKING
        assert {one.words for one in found.values()} == {"none of these is taken"}
        assert {one.answer for one in found.values()} == {Truth.FALSE}

    def test_rules_that_only_inform_are_silent_until_they_have_something_to_say(self) -> None:
        assert "DDI-03" not in verdicts()
        found = verdicts("lamotrigine")["DDI-03"]
        assert (found.outcome, found.words) == (Outcome.PASSES, "taken: lamotrigine")


class TestNotKnown:
    @pytest.mark.parametrize("complete", [False])
    def test_a_list_that_may_lack_something_answers_nothing(self, complete: object) -> None:
        assert isinstance(judged(PROTOCOL, seen("sertraline", complete=complete)), Unknown)
        assert set(shut("sertraline", complete=complete)) == ASKING

    def test_such_a_list_waits_for_the_statement_that_it_is_complete(self) -> None:
        answer = judged(PROTOCOL, seen("sertraline", complete=False))
        assert isinstance(answer, Unknown)
        assert (answer.absence, answer.missing) == (Absence.MISSING, ("medicines_complete",))
        for one in verdicts("sertraline", complete=False).values():
            assert [gap.code for gap in one.missing] == ["medicines_complete"]

    def test_a_verdict_rests_on_the_list_and_on_the_decisions_about_it(self) -> None:
        found = verdicts("lorazepam", decisions=[decision("lorazepam")])
        assert {tuple(use.code for use in one.used) for one in found.values()} == {
            ("medicines", "medicine_decisions")
        }

    def test_no_list_at_all_names_the_list(self) -> None:
        view = look(PROTOCOL, charts.read({"person": {}, "facts": []}), at=JUDGED_AT)
        for one in medicine_verdicts(PROTOCOL, view):
            assert one.outcome is Outcome.MISSING
            assert "medicines" in {gap.code for gap in one.missing}
            assert one.words == "not yet known"

    def test_a_list_that_is_too_old_is_stale_and_not_missing(self) -> None:
        chart = charts.read(
            {"person": {}, "facts": [entry("medicines", []), entry("medicines_complete", True)]}
        )
        view = look(PROTOCOL, chart, at=JUDGED_AT.replace(year=2028))
        assert {one.outcome for one in medicine_verdicts(PROTOCOL, view)} == {Outcome.STALE}


class TestDecisions:
    @pytest.mark.parametrize(("what", "opens"), [("proceed", True), ("hold", True), ("stop", False)])
    def test_going_on_and_holding_settle_a_medicine_and_stopping_does_not_while_it_is_taken(
        self, *, what: str, opens: bool
    ) -> None:
        assert (shut("lorazepam", decisions=[decision("lorazepam", what)]) == {}) is opens

    @pytest.mark.parametrize(("minutes", "opens"), [(0, True), (-0.1, False)])
    def test_a_decision_is_about_the_list_that_stood_then(self, *, minutes: float, opens: bool) -> None:
        found = shut("lorazepam", decisions=[decision("lorazepam")], minutes=minutes)
        assert (found == {}) is opens

    @pytest.mark.parametrize("lack", ["reason", "decided_by", "medicine"])
    def test_a_decision_says_what_who_and_why(self, lack: str) -> None:
        assert shut("lorazepam", decisions=[{**decision("lorazepam"), lack: " "}]) == {
            "DDI-01": Outcome.MISSING
        }

    def test_a_decision_about_one_medicine_settles_no_other(self) -> None:
        found = verdicts("lorazepam", "oxycodone", decisions=[decision("lorazepam")])
        assert found["DDI-01"].outcome is Outcome.PASSES
        assert found["DDI-07"].outcome is Outcome.MISSING
        assert found["DDI-07"].words == "a named clinician decides about: oxycodone"

    def test_no_decision_lifts_a_block(self) -> None:
        assert shut("theophylline", decisions=[decision("theophylline")]) == {"DDI-05": Outcome.EXCLUDES}

    def test_a_trade_name_is_decided_on_under_any_name(self) -> None:
        assert shut("Ativan", decisions=[decision("lorazepam")]) == {}
        assert shut("lorazepam", decisions=[decision("ATIVAN")]) == {}


class TestMedicinesThatNobodyKnows:
    def test_they_wait_under_the_item_that_asks_for_the_list(self) -> None:
        found = verdicts("zorblaxine", "quxil", "sertraline")["EVA-11"]
        assert (found.outcome, found.standing) == (Outcome.MISSING, Standing.MEDICINE)
        assert found.words == "a named clinician decides about: zorblaxine, quxil"
        assert [gap.code for gap in found.missing] == ["medicine_decisions"]

    def test_each_needs_a_decision_of_its_own(self) -> None:
        both = [decision("zorblaxine"), decision("quxil")]
        assert shut("zorblaxine", "quxil", decisions=both[:1]) == {"EVA-11": Outcome.MISSING}
        assert shut("zorblaxine", "quxil", decisions=both) == {}


NAMES = [
    "lorazepam",
    "oxycodone",
    "theophylline",
    "lamotrigine",
    "sertraline",
    "zorblaxine",
    "rifampicin",
    "alcohol",
]


@given(st.lists(st.sampled_from(NAMES), unique=True), st.permutations(range(len(NAMES))))
def test_the_order_of_the_list_changes_no_outcome(medicines: list[str], order: list[int]) -> None:
    turned = [NAMES[index] for index in order if NAMES[index] in medicines]
    assert shut(*medicines) == shut(*turned)


@given(st.lists(st.sampled_from(NAMES), unique=True), st.sampled_from(NAMES))
def test_a_further_medicine_never_opens_a_gate(medicines: list[str], more: str) -> None:
    assert set(shut(*medicines)) <= set(shut(*medicines, more))


@given(st.lists(st.sampled_from(NAMES), unique=True))
def test_every_rule_that_speaks_was_asked_about_something_on_the_list(medicines: list[str]) -> None:
    for id_, one in verdicts(*medicines).items():
        if one.answer is Truth.TRUE:
            assert any(canonical(name) is not None and name in one.words for name in medicines), id_
            assert (one.outcome is Outcome.EXCLUDES) == (ACTION[id_] == "block")
