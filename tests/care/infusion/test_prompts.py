"""Prompts over a session's readings: raised, over, or not to be judged; none of them moves a pump."""

from __future__ import annotations

import pytest

from unloop.care.infusion import PromptStanding, watch
from unloop.facts import Chart, Fact, Person, Phase
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")


@pytest.fixture
def watched(bedside):
    def _watched(*events, at=None, chart=None):
        moment = None if at is None else bedside.time(at)
        more = {} if chart is None else {"chart": chart}
        return watch(PROTOCOL, bedside.order, events, session="S1", at=moment, **more)

    return _watched


def standing(watch_, rule):
    return next((prompt.standing for prompt in watch_.prompts if prompt.rule == rule), None)


@pytest.fixture
def running(bedside):
    return (bedside.checked(), bedside.vitals(-5), bedside.started())


def test_a_session_without_events_has_no_prompts(watched):
    found = watched()
    assert (found.prompts, found.stops, found.raised, found.facts) == ((), (), (), ())


def test_usual_readings_raise_nothing(bedside, watched, running):
    found = watched(*running, bedside.vitals(10))
    assert [prompt for prompt in found.prompts if prompt.standing is PromptStanding.RAISED] == []
    assert found.stops == ()


@pytest.mark.parametrize(("sbp", "dbp", "raised"), [(159, 99, False), (160, 80, True), (140, 100, True)])
def test_pressure_from_160_or_100_asks_to_measure_again(bedside, watched, running, sbp, dbp, raised):
    found = watched(*running, bedside.vitals(10, sbp=sbp, dbp=dbp))
    assert (standing(found, "PRO-01") is PromptStanding.RAISED) == raised


def test_a_prompt_says_what_to_do_and_who_says_so(bedside, watched, running):
    (prompt, *_) = watched(*running, bedside.vitals(10, sbp=205, dbp=100)).prompts
    assert (prompt.rule, prompt.level, prompt.pump) == ("PRO-03", "red", "stop")
    assert "physician now" in prompt.do
    assert prompt.words
    assert prompt.raised_at == (bedside.time(10),)


@pytest.mark.parametrize(
    ("minutes", "raised"),
    [((10,), False), ((10, 14), False), ((10, 15), True), ((10, 20), True)],
    ids=["once", "four minutes apart", "five minutes apart", "ten minutes apart"],
)
def test_180_twice_at_least_five_minutes_apart_asks_for_a_pause(bedside, watched, running, minutes, raised):
    """Fault 6 of the example protocol: readings every ten minutes must be able to raise it."""
    readings = [bedside.vitals(minute, sbp=185, dbp=105) for minute in minutes]
    found = watched(*running, *readings)
    assert (standing(found, "PRO-02") is PromptStanding.RAISED) == raised


def test_a_prompt_that_cannot_be_judged_says_what_is_missing(bedside, watched, running):
    found = watched(*running, bedside.vitals(10))
    (prompt,) = [prompt for prompt in found.prompts if prompt.rule == "PRO-08"]
    assert prompt.standing is PromptStanding.CANNOT_BE_JUDGED
    assert prompt.missing == ("rass",)
    assert standing(watched(*running, bedside.vitals(10), bedside.score(10, "rass", 0)), "PRO-08") is None


def test_after_the_end_nobody_is_asked_whether_the_person_wants_to_stop(bedside, watched):
    assert standing(watched(*bedside.course(), at=39), "PRO-12") is PromptStanding.CANNOT_BE_JUDGED
    assert standing(watched(*bedside.course(), bedside.vitals(50)), "PRO-12") is None
    assert (
        standing(watched(*bedside.course(), bedside.vitals(50)), "PRO-10") is PromptStanding.CANNOT_BE_JUDGED
    )


def test_old_readings_leave_a_prompt_unjudged(bedside, watched, running):
    found = watched(*running, bedside.vitals(5), at=60)
    assert standing(found, "PRO-01") is PromptStanding.CANNOT_BE_JUDGED


def test_before_the_start_and_after_leaving_nothing_is_asked_for(bedside, watched):
    assert watched(bedside.checked()).prompts == ()
    assert watched(*bedside.course(), bedside.discharged(105)).prompts == ()


def test_a_prompt_that_is_over_stays_in_sight(bedside, watched, running):
    found = watched(*running, bedside.vitals(10, sbp=170), bedside.vitals(20, sbp=130))
    assert standing(found, "PRO-01") is PromptStanding.WAS_RAISED
    assert found.raised[0].rule == "PRO-01"


def test_a_prompt_is_raised_anew_only_after_it_was_over(bedside, watched, running):
    high, low = {"sbp": 170}, {"sbp": 130}
    one_stretch = [bedside.vitals(minute, **high) for minute in (10, 20, 30)]
    assert len(watched(*running, *one_stretch).raised) == 1
    two_stretches = [bedside.vitals(10, **high), bedside.vitals(20, **low), bedside.vitals(30, **high)]
    (prompt,) = [p for p in watched(*running, *two_stretches).prompts if p.rule == "PRO-01"]
    assert prompt.raised_at == (bedside.time(10), bedside.time(30))


def test_a_reading_charted_late_raises_its_prompt_where_it_belongs(bedside, watched, running):
    late = bedside.vitals(10, sbp=205, dbp=100, charted=45)
    found = watched(*running, bedside.vitals(20), late)
    (prompt,) = [p for p in found.prompts if p.rule == "PRO-03"]
    assert prompt.standing is PromptStanding.WAS_RAISED
    assert prompt.raised_at == (bedside.time(10),)


def test_a_corrected_reading_takes_its_prompt_back(bedside, watched, running):
    wrong = bedside.vitals(10, sbp=205, dbp=100)
    right = bedside.corrected(12, wrong, sbp=125)
    assert standing(watched(*running, wrong), "PRO-03") is PromptStanding.RAISED
    assert standing(watched(*running, wrong, right), "PRO-03") is not PromptStanding.RAISED
    assert watched(*running, wrong, right).stops == ()


def test_one_red_prompt_means_no_restart_today(bedside, watched, running):
    found = watched(*running, bedside.vitals(10, sbp=205, dbp=100), bedside.vitals(20))
    assert [stop.rule for stop in found.stops] == ["STP-01"]
    assert "No restart today" in found.stops[0].then


def test_one_orange_prompt_twice_means_no_restart_today(bedside, watched, running):
    once = [bedside.score(10, "rass", -3), bedside.score(14, "rass", 0)]
    assert watched(*running, *once).stops == ()
    assert [stop.rule for stop in watched(*running, *once, bedside.score(18, "rass", -4)).stops] == ["STP-01"]


def test_a_person_who_asks_to_stop_raises_the_red_prompt(bedside, watched, running):
    found = watched(*running, bedside.vitals(10), bedside.symptom(12, "asks-to-stop", "severe"))
    assert standing(found, "PRO-12") is PromptStanding.RAISED


def test_the_most_urgent_prompt_stands_first(bedside, watched, running):
    found = watched(*running, bedside.vitals(10, sbp=205, dbp=110, spo2=93))
    assert [prompt.rule for prompt in found.prompts[:3]] == ["PRO-03", "PRO-01", "PRO-06"]


def test_a_prompt_moves_no_pump(bedside, watched, running):
    found = watched(*running, bedside.vitals(10, sbp=230, dbp=130), at=20)
    assert found.state.rate.ml_per_h == 75
    assert found.state.given_mg == 17.5


def test_the_person_s_other_facts_are_seen_and_old_copies_of_the_session_s_are_not(bedside, watched, running):
    def fact(id_, code, value, *, source=""):
        at = bedside.time(8)
        return Fact(
            id=id_,
            code=code,
            value=value,
            at=at,
            recorded_at=at,
            source=source,
            session="S1",
            phase=Phase.INFUSION,
        )

    chart = Chart(
        Person(),
        (fact("a", "rass", -4.0), fact("b", "sbp", 210.0, source="infusion session")),
    )
    found = watched(*running, bedside.vitals(7), chart=chart, at=9)
    assert standing(found, "PRO-08") is PromptStanding.RAISED
    assert standing(found, "PRO-03") is None
