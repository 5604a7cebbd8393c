"""A correction replaces and keeps both in sight."""

from __future__ import annotations

from itertools import permutations

import pytest

from unloop.care.infusion import ImpossibleTransition, SessionState, append, sort_out
from unloop.quantity import InputRefused


def test_a_corrected_rate_counts_from_when_it_was_set(bedside):
    wrong = bedside.started(rate=150)
    right = bedside.corrected(12, wrong, rate_ml_per_h=75)
    assert bedside.state(bedside.checked(), wrong, at=20).given_mg == 35
    assert bedside.state(bedside.checked(), wrong, right, at=20).given_mg == 17.5


def test_the_original_and_its_corrections_stay_in_sight(bedside):
    wrong = bedside.vitals(10, sbp=246)
    right = bedside.corrected(11, wrong, sbp=146)
    (entry,) = sort_out((wrong, right)).entries
    assert entry.original == wrong
    assert entry.corrections == (right,)
    assert entry.now is not None
    assert entry.now.sbp.mm_hg == 146
    assert entry.now.at == wrong.at
    assert entry.now.recorded_at == right.recorded_at


def test_fields_that_a_correction_leaves_out_stay(bedside):
    wrong = bedside.vitals(10, sbp=246, hr=88)
    (entry,) = sort_out((wrong, bedside.corrected(11, wrong, sbp=146))).entries
    assert entry.now.hr.per_min == 88


def test_a_correction_can_move_an_event_in_time(bedside):
    late = bedside.stopped(30)
    moved = bedside.corrected(35, late, true_at=bedside.time(24).isoformat())
    state = bedside.state(bedside.checked(), bedside.started(), late, moved)
    assert state.ended_at == bedside.time(24)
    assert state.given_mg == 21


def test_what_was_entered_in_error_counts_for_nothing_and_stays_in_sight(bedside):
    slip = bedside.stopped(12)
    events = (bedside.checked(), bedside.started(), slip, bedside.corrected(13, slip, entered_in_error=True))
    state = bedside.state(*events, at=20)
    assert (state.state, state.given_mg) == (SessionState.RUNNING, 17.5)
    assert sort_out(events).entries[2].original == slip
    assert sort_out(events).entries[2].now is None


def test_a_later_correction_adds_to_an_earlier_one(bedside):
    wrong = bedside.vitals(10, sbp=246, dbp=188)
    first = bedside.corrected(11, wrong, dbp=88)
    second = bedside.corrected(12, wrong, sbp=146)
    for arrived in permutations((wrong, first, second)):
        (entry,) = sort_out(arrived).entries
        assert (entry.now.sbp.mm_hg, entry.now.dbp.mm_hg) == (146, 88)


def test_a_correction_of_a_correction_reaches_the_event(bedside):
    wrong = bedside.vitals(10, sbp=246)
    first = bedside.corrected(11, wrong, sbp=164)
    second = bedside.corrected(12, first, sbp=146)
    (entry,) = sort_out((wrong, first, second)).entries
    assert entry.now.sbp.mm_hg == 146
    assert entry.corrections == (first, second)


def test_a_reason_can_be_given_to_a_stop_afterwards(bedside):
    stop = bedside.stopped(12)
    (entry,) = sort_out((stop, bedside.corrected(14, stop, reason="asked to stop"))).entries
    assert entry.now.reason == "asked to stop"


def test_a_score_can_be_corrected_from_no_to_yes(bedside):
    wrong = bedside.score(50, "oriented", value=False)
    (entry,) = sort_out((wrong, bedside.corrected(51, wrong, value=True))).entries
    assert entry.now.value is True


def test_after_signing_a_correction_is_still_taken(bedside):
    wrong = bedside.vitals(30, sbp=246)
    events = (*bedside.course(), wrong, bedside.discharged(105), bedside.signed(106))
    more = append(bedside.order, events, bedside.corrected(200, wrong, sbp=146))
    assert len(more) == len(events) + 1


@pytest.mark.parametrize(
    "changes",
    [{"sbp": 900}, {"sbp": "146"}, {"sbp": 60}, {"rate_ml_per_h": 75}, {"by": "nurse-3"}],
    ids=["implausible", "text", "below diastolic", "another event's field", "who charted"],
)
def test_a_correction_that_does_not_fit_its_event_is_refused_when_charted(bedside, changes):
    wrong = bedside.vitals(10, sbp=246)
    if "by" in changes:
        assert bedside.corrected(11, wrong, sbp=146, **changes).by == "nurse-3"
        return
    with pytest.raises(ImpossibleTransition, match="cannot be applied"):
        append(bedside.order, (wrong,), bedside.corrected(11, wrong, **changes))


def test_a_stored_correction_that_does_not_fit_is_named_and_changes_nothing(bedside):
    wrong = bedside.vitals(10, sbp=246)
    record = sort_out((wrong, bedside.corrected(11, wrong, sbp=900)))
    assert record.standing == (wrong,)
    assert "cannot be applied" in record.anomalies[0].why


def test_a_stored_correction_of_nothing_or_of_itself_is_named_and_changes_nothing(bedside):
    missing = bedside.corrected(11, bedside.vitals(10), sbp=146)
    record = sort_out((missing,))
    assert (record.standing, len(record.anomalies)) == ((), 1)


def test_corrections_in_a_circle_are_named_and_end(bedside):
    one = bedside.event("corrected", 11, event="11111111-1111-4111-8111-111111111111", sbp=146)
    round_it = bedside.document("corrected", 12, event=one.id, sbp=147) | {
        "id": "11111111-1111-4111-8111-111111111111"
    }
    from unloop.care.infusion import read_event

    record = sort_out((one, read_event(round_it)))
    assert len(record.anomalies) == 2


@pytest.mark.parametrize("payload", [{}, {"entered_in_error": False}, {"entered_in_error": "yes"}])
def test_a_correction_says_what_it_corrects(bedside, payload):
    with pytest.raises(InputRefused, match="say what is corrected"):
        bedside.corrected(11, bedside.vitals(10), **payload)


def test_two_different_entries_of_one_id_in_a_stored_list_are_named_and_the_first_stands(bedside):
    one, other = bedside.document("vitals", 10, sbp=140, dbp=80, hr=70, spo2=98), None
    from unloop.care.infusion import read_event

    other = {**one, "sbp": 150}
    for arrived in permutations((read_event(one), read_event(other))):
        record = sort_out(arrived)
        assert record.standing[0].sbp.mm_hg == 140
        assert "same id" in record.anomalies[0].why
