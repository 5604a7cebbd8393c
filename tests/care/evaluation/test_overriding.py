"""Going on although a relative rule stands against it: whose signature counts, and from when to when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import charts
from charts import JUDGED_AT
from unloop.care.evaluation import look
from unloop.care.evaluation.overriding import overridden
from unloop.facts import Infusion, Phase
from unloop.protocol import Override, bundled

PROTOCOL = bundled("ocd-ivket")
RULE = "REL-05"
ONE = Override(signers=("physician",), needs=("a written reason",))
TWO = Override(signers=("physician", "physician"), needs=("a written reason",))
THREE = Override(signers=("physician", "psychiatrist", "anaesthesia"), needs=("a written reason", "a plan"))
CREDENTIALS = ["physician", "psychiatrist", "anaesthesia", "registered_nurse", "medical_director"]


def signed(signer: str = "u1", credential: str = "physician", *, minutes: float = 0, **more: object):
    at = JUDGED_AT + timedelta(minutes=minutes)
    return {
        "rule": RULE, "signer": signer, "credential": credential, "reason": "discussed with the person",
        "written": "a written reason; a plan", "signed_at": at.isoformat(),
    } | more  # fmt: skip


def stands(
    override: Override, *records: dict[str, object], fact_minutes: float = 0, later: float = 0
) -> bool:
    """Whether the rule, which read the weight of that minute, is overridden by these records."""
    weight = charts.entry("weight", 68.4, unit="kg", minutes=fact_minutes)
    chart = charts.read({"person": {}, "facts": [weight, charts.entry("overrides", list(records))]})
    view = look(PROTOCOL, chart, at=JUDGED_AT + timedelta(minutes=later))
    return overridden(RULE, override, reads=["weight"], view=view)


def test_one_signature_of_the_right_kind_is_enough_where_one_is_asked_for() -> None:
    assert stands(ONE, signed())


def test_without_any_record_nothing_is_overridden() -> None:
    view = look(PROTOCOL, charts.read({"person": {}, "facts": []}), at=JUDGED_AT)
    assert not overridden(RULE, ONE, reads=(), view=view)
    assert not stands(ONE)


def test_a_signature_for_another_rule_says_nothing_about_this_one() -> None:
    assert not stands(ONE, signed(rule="REL-06"))


class TestWhoSigns:
    def test_one_person_never_signs_for_two(self) -> None:
        assert not stands(TWO, signed(), signed())
        assert stands(TWO, signed(), signed("u2"))

    @pytest.mark.parametrize("spelling", ["u1 ", " u1", "\tu1"])
    def test_a_space_does_not_make_another_person(self, spelling: str) -> None:
        assert not stands(TWO, signed(), signed(spelling))

    def test_one_person_of_two_professions_fills_one_place_of_two(self) -> None:
        both = Override(signers=("physician", "psychiatrist"), needs=("a written reason",))
        assert not stands(both, signed(), signed(credential="psychiatrist"))
        assert stands(both, signed(), signed(credential="psychiatrist"), signed("u2"))

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_the_order_of_the_signatures_does_not_matter(self, order: tuple[int, ...]) -> None:
        records = [signed("u1"), signed("u2", "psychiatrist"), signed("u3", "anaesthesia")]
        assert stands(THREE, *(records[index] for index in order))

    @pytest.mark.parametrize("missing", [0, 1, 2])
    def test_each_of_three_is_needed(self, missing: int) -> None:
        records = [signed("u1"), signed("u2", "psychiatrist"), signed("u3", "anaesthesia")]
        assert not stands(THREE, *(one for index, one in enumerate(records) if index != missing))

    @given(
        st.lists(
            st.tuples(st.sampled_from(["u1", "u2", "u3", "u4"]), st.sampled_from(CREDENTIALS)), max_size=6
        )
    )
    def test_it_stands_exactly_when_different_people_can_fill_every_place(self, who) -> None:
        by_hand = any(
            len({signer for signer, _ in chosen}) == 3
            and [credential for _, credential in chosen] == list(THREE.signers)
            for chosen in permutations(who, 3)
        )
        assert stands(THREE, *(signed(signer, credential) for signer, credential in who)) == by_hand

    @given(st.lists(st.sampled_from(CREDENTIALS), min_size=1, max_size=5))
    def test_a_further_signature_takes_nothing_away(self, credentials) -> None:
        records = [signed(f"u{number}", credential) for number, credential in enumerate(credentials)]
        whole = stands(THREE, *records)
        assert whole or not any(stands(THREE, *records[:count]) for count in range(len(records)))


class TestWhenItCounts:
    @pytest.mark.parametrize(
        ("minutes", "counts"), [(-10, True), (-9.9, True), (-10.1, False), (0, True), (0.1, False)]
    )
    def test_not_before_the_fact_that_it_looks_at_and_not_in_the_future(
        self, *, minutes: float, counts: bool
    ) -> None:
        assert stands(ONE, signed(minutes=minutes), fact_minutes=-10) is counts

    def test_a_fact_that_was_written_down_later_voids_it_although_it_speaks_of_before(self) -> None:
        late = charts.entry("weight", 70, unit="kg", minutes=-30)
        late["recorded_at"] = JUDGED_AT.isoformat()
        record = charts.entry("overrides", [signed(minutes=-5)])
        view = look(PROTOCOL, charts.read({"person": {}, "facts": [late, record]}), at=JUDGED_AT)
        assert not overridden(RULE, ONE, reads=["weight"], view=view)

    @pytest.mark.parametrize("at", ["", "yesterday", "2026-11-16T09:00:00", None])
    def test_a_moment_that_cannot_be_told_is_none(self, at: object) -> None:
        assert not stands(ONE, signed(signed_at=at))

    def test_the_same_moment_in_another_zone_is_the_same(self) -> None:
        assert stands(ONE, signed(signed_at="2026-11-16T04:00:00-05:00"))
        assert not stands(ONE, signed(signed_at="2026-11-16T09:00:00-05:00"))

    def test_it_expires_with_the_record_that_holds_it(self) -> None:
        day = 24 * 60
        assert stands(ONE, signed(), later=90 * day)
        assert not stands(ONE, signed(), later=90 * day + 1)

    @pytest.mark.parametrize(
        ("minutes", "counts"), [(0, True), (1, True), (-1, False)], ids=["at its last", "younger", "older"]
    )
    def test_a_further_signature_keeps_no_earlier_one_alive(self, *, minutes: float, counts: bool) -> None:
        """The list is written anew with each signature; each signature is as old as it is."""
        of_today = [signed("u2", "psychiatrist", rule="REL-06"), signed(minutes=minutes - 90 * 24 * 60)]
        assert stands(ONE, *of_today, fact_minutes=-91 * 24 * 60) is counts


class TestWhatIsWritten:
    @pytest.mark.parametrize("reason", ["", "  ", None])
    def test_a_signature_without_a_reason_is_none(self, reason: object) -> None:
        assert not stands(ONE, signed(reason=reason))

    @pytest.mark.parametrize("written", ["", "a plan", None])
    def test_what_the_protocol_wants_written_has_to_be_there(self, written: object) -> None:
        assert not stands(ONE, signed(written=written))

    @pytest.mark.parametrize("signer", ["", "  ", None])
    def test_nobody_signs_nothing(self, signer: object) -> None:
        assert not stands(ONE, signed(signer=signer))

    def test_every_one_of_several_things_is_needed_from_everybody(self) -> None:
        records = [
            signed("u1"),
            signed("u2", "psychiatrist"),
            signed("u3", "anaesthesia", written="a written reason"),
        ]
        assert not stands(THREE, *records)


@pytest.mark.parametrize("codes", [("weight", "height"), ("height", "weight"), ("bmi",)])
@pytest.mark.parametrize(("minutes", "expected"), [(-61, False), (-30, False), (-11, False), (-10, True)])
def test_the_last_change_of_all_that_a_rule_reads_voids_a_signature(
    codes: tuple[str, ...], minutes: float, *, expected: bool
) -> None:
    """Weight an hour ago, height ten minutes ago; the body mass index rests on both."""
    weight = charts.entry("weight", 68.4, unit="kg", minutes=-60)
    height = charts.entry("height", 171, unit="cm", minutes=-10)
    records = charts.entry("overrides", [signed(minutes=minutes)])
    view = look(PROTOCOL, charts.read({"person": {}, "facts": [weight, height, records]}), at=JUDGED_AT)
    assert overridden(RULE, ONE, reads=codes, view=view) is expected


def of_another_session(minutes: float) -> dict[str, object]:
    return charts.entry("sbp", 150, unit="mm[Hg]", minutes=minutes, session="another", phase="before")


@pytest.mark.parametrize(("infusion_minutes", "expected"), [(-20, True), (-5, False)])
def test_an_infusion_is_a_change_of_what_counts_infusions(infusion_minutes: float, *, expected: bool) -> None:
    """The count itself is of this minute, and is no change."""
    at = JUDGED_AT + timedelta(minutes=infusion_minutes)
    chart = charts.read({"person": {}, "facts": [charts.entry("overrides", [signed(minutes=-10)])]})
    view = look(PROTOCOL, replace(chart, own_infusions=(Infusion(at, 34.0),)), at=JUDGED_AT)
    assert overridden(RULE, ONE, reads=["infusions_total"], view=view) is expected


def test_a_reading_of_another_session_is_no_change() -> None:
    facts = [of_another_session(-5), charts.entry("overrides", [signed(minutes=-10)])]
    chart = charts.read({"person": {}, "facts": facts})
    mine = look(PROTOCOL, chart, at=JUDGED_AT, session="mine", phases=(Phase.BEFORE,))
    assert overridden(RULE, ONE, reads=["sbp"], view=mine)
    other = look(PROTOCOL, chart, at=JUDGED_AT, session="another", phases=(Phase.BEFORE,))
    assert not overridden(RULE, ONE, reads=["sbp"], view=other)


@pytest.mark.parametrize(("stated", "expected"), [(-20, True), (-5, False)])
def test_that_a_list_is_whole_is_a_part_of_what_was_found(stated: float, *, expected: bool) -> None:
    facts = [
        charts.entry("medicines", ["sertraline"], minutes=-30),
        charts.entry("medicines_complete", value=True, minutes=stated),
        charts.entry("overrides", [signed(minutes=-10)]),
    ]
    view = look(PROTOCOL, charts.read({"person": {}, "facts": facts}), at=JUDGED_AT)
    assert overridden(RULE, ONE, reads=["medicines"], view=view) is expected
