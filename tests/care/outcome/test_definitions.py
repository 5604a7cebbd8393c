"""The consensus numbers, each beside the line of the literature that it stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from unloop.care.outcome import CONSENSUS, Category, Rating, categorise, criteria_met, is_noticeable
from unloop.care.symptoms import bundled
from unloop.quantity.duration import Duration

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_response_is_35_percent_and_much_improved_for_a_week():
    rule = CONSENSUS.response
    assert (rule.fall_percent, rule.cgi_i_at_most, str(rule.lasting)) == (35, 2, "P7D")


def test_partial_response_is_25_percent_and_at_least_minimally_improved_for_a_week():
    rule = CONSENSUS.partial_response
    assert (rule.fall_percent, rule.cgi_i_at_most, str(rule.lasting)) == (25, 3, "P7D")


def test_remission_is_12_points_and_at_most_borderline_ill_for_a_week_and_recovery_a_year_of_it():
    rule = CONSENSUS.remission
    assert (rule.score_at_most, rule.cgi_s_at_most, str(rule.lasting)) == (12, 2, "P7D")
    assert str(rule.recovery_lasting) == "P12M"


def test_relapse_is_13_points_and_much_worse_for_a_month():
    rule = CONSENSUS.relapse
    assert (rule.score_at_least, rule.cgi_i_at_least, str(rule.lasting)) == (13, 6, "P1M")


def test_relapse_begins_where_remission_ends():
    assert CONSENSUS.relapse.score_at_least == CONSENSUS.remission.score_at_most + 1


def test_the_noticeable_change_is_the_one_of_the_instrument():
    noticeable = bundled("ybocs").noticeable
    assert CONSENSUS.noticeable_points == noticeable.points == 4.9
    assert (noticeable.low, noticeable.high) == (4.4, 5.4)
    assert "39301594" in CONSENSUS.noticeable_source
    assert "39301594" in noticeable.source.cite


def test_the_sources_say_what_was_read_and_what_is_remembered():
    assert "PMC4780290" in CONSENSUS.source
    assert "remembered" in CONSENSUS.source


def test_a_change_of_five_points_is_noticeable_and_of_four_is_not_either_way():
    baseline = Rating(START, 20)
    noticed = {points: is_noticeable(Rating(START, 20 + points), baseline) for points in (-5, -4, 0, 4, 5)}
    assert noticed == {-5: True, -4: False, 0: False, 4: False, 5: True}


def test_exactly_the_noticeable_change_is_noticed():
    five = replace(CONSENSUS, noticeable_points=5)
    assert is_noticeable(Rating(START, 15), Rating(START, 20), definitions=five)


def test_definitions_are_data_and_a_protocol_may_bring_its_own():
    strict = replace(
        CONSENSUS, response=replace(CONSENSUS.response, fall_percent=45), noticeable_points=6.0, source="ours"
    )
    baseline, rating = Rating(START, 30), Rating(START + timedelta(days=10), 18, cgi_i=2)
    assert criteria_met(rating, baseline)[0] is Category.RESPONSE
    assert criteria_met(rating, baseline, definitions=strict)[0] is Category.PARTIAL_RESPONSE
    assert categorise([rating], baseline, rating.at, definitions=strict).source == "ours"
    assert not is_noticeable(Rating(START, 25), baseline, definitions=strict)


def test_a_longer_duration_is_asked_for_by_name():
    month = replace(CONSENSUS, response=replace(CONSENSUS.response, lasting=Duration.parse("P1M")))
    baseline = Rating(START, 30)
    ratings = [Rating(START + timedelta(days=days), 18, cgi_i=2) for days in (10, 20)]
    outcome = categorise(ratings, baseline, ratings[-1].at, definitions=month)
    assert outcome.pending is Category.RESPONSE
    assert "not yet 1 month of response" in [str(reason) for reason in outcome.reasons]
