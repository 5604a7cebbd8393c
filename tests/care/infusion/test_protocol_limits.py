"""Each limit of the bundled protocol's prompts and discharge, just inside and just outside.

Moving any of these numbers in the document makes a test here fail; the numbers and their sources stand there.
"""

from __future__ import annotations

import pytest

from unloop.care.infusion import PromptStanding, going_home, watch
from unloop.protocol import bundled

PROTOCOL = bundled("ocd-ivket")
USUAL = {"sbp": 128, "dbp": 78, "hr": 72, "spo2": 98, "rr": 14}
CALM = {"rass": 0, "cadss6": 0}
ABSENT = ("end_organ_symptom", "vomiting", "stridor", "seizure", "anaphylaxis")

PROMPT_LIMITS = [
    # rule, what raises it, what is just not enough
    ("PRO-01", {"sbp": 160}, {"sbp": 159}),
    ("PRO-01", {"dbp": 100}, {"dbp": 99}),
    ("PRO-03", {"sbp": 200}, {"sbp": 199, "end_organ_symptom": "none"}),
    ("PRO-03", {"dbp": 120}, {"dbp": 119, "sbp": 159}),
    ("PRO-03", {"sbp": 160, "end_organ_symptom": "mild"}, {"sbp": 159, "end_organ_symptom": "mild"}),
    ("PRO-04", {"hr": 49}, {"hr": 50}),
    ("PRO-05", {"sbp": 89}, {"sbp": 90}),
    ("PRO-06", {"spo2": 93}, {"spo2": 94}),
    ("PRO-07", {"spo2": 89}, {"spo2": 90, "stridor": "none"}),
    ("PRO-07", {"rr": 7}, {"rr": 8, "stridor": "none"}),
    ("PRO-07", {"stridor": "mild"}, {"stridor": "none"}),
    ("PRO-08", {"rass": -3}, {"rass": -2}),
    ("PRO-09", {"rass": 2}, {"rass": 1}),
    ("PRO-09", {"rass": 1, "cadss6": 16}, {"rass": 1, "cadss6": 15}),
    ("PRO-09", {"rass": 1, "cadss6": 24}, {"rass": 0, "cadss6": 24}),
    ("PRO-10", {"vomiting": "mild"}, {"vomiting": "none"}),
    ("PRO-11", {"seizure": "mild"}, {"seizure": "none", "anaphylaxis": "none"}),
    ("PRO-11", {"anaphylaxis": "mild"}, {"seizure": "none", "anaphylaxis": "none"}),
    ("PRO-12", {"asks_to_stop": "mild"}, {"asks_to_stop": "none"}),
]


def readings(bedside, minute, found):
    """One set of readings, scores and symptoms; what is not named is usual."""
    vitals = {code: found.get(code, value) for code, value in USUAL.items()}
    yield bedside.vitals(minute, **vitals)
    for code, value in (CALM | {code: found[code] for code in CALM if code in found}).items():
        yield bedside.score(minute, code, value)
    for code, value in found.items():
        if code not in USUAL and code not in CALM:
            yield bedside.symptom(minute, code, value)


def standing_of(bedside, rule, *sets):
    events = [bedside.checked(), bedside.vitals(-5), bedside.started()]
    for minute, found in sets:
        events.extend(readings(bedside, minute, found))
    watched = watch(PROTOCOL, bedside.order, events, session="S1")
    return next((prompt.standing for prompt in watched.prompts if prompt.rule == rule), None)


@pytest.mark.parametrize(
    ("rule", "over", "under"), PROMPT_LIMITS, ids=[f"{row[0]} {row[1]}" for row in PROMPT_LIMITS]
)
def test_a_prompt_is_raised_at_its_limit_and_not_before(bedside, rule, over, under):
    assert standing_of(bedside, rule, (10, over)) is PromptStanding.RAISED
    assert standing_of(bedside, rule, (10, under)) is None


def test_every_prompt_of_the_protocol_is_tried_at_its_limit():
    tried = {row[0] for row in PROMPT_LIMITS} | {"PRO-02"}
    assert tried == {prompt.id for prompt in PROTOCOL.document.prompt}


@pytest.mark.parametrize(
    ("sets", "raised"),
    [
        pytest.param([(10, {"sbp": 180}), (15, {"sbp": 180})], True, id="180 twice, five minutes apart"),
        pytest.param([(10, {"sbp": 179}), (15, {"sbp": 180})], False, id="179 and then 180"),
        pytest.param([(10, {"dbp": 110}), (15, {"dbp": 110})], True, id="110 twice"),
        pytest.param([(10, {"dbp": 109}), (15, {"dbp": 110})], False, id="109 and then 110"),
        pytest.param([(10, {"sbp": 180}), (15, {"dbp": 110})], True, id="180 and then 110"),
        pytest.param([(10, {"sbp": 180}), (14.9, {"sbp": 180})], False, id="less than five minutes apart"),
        pytest.param([(5, {"sbp": 180}), (10, {}), (15, {"sbp": 180})], False, id="one between is lower"),
        pytest.param([(0.5, {"sbp": 180}), (16, {"sbp": 180})], False, id="too far apart to say"),
    ],
)
def test_180_over_110_counts_in_two_readings_in_a_row(bedside, sets, raised):
    assert (standing_of(bedside, "PRO-02", *sets) is PromptStanding.RAISED) == raised


@pytest.mark.parametrize(
    ("sets", "raised"),
    [
        pytest.param([(10, {"hr": 121}), (15, {"hr": 121})], True, id="for five minutes"),
        pytest.param([(10, {"hr": 120}), (15, {"hr": 121})], False, id="120 is not over 120"),
        pytest.param([(10, {"hr": 121}), (12, {"hr": 121})], False, id="two minutes only"),
        pytest.param([(10, {"hr": 121}), (20, {"hr": 130})], True, id="at ten-minute readings"),
    ],
)
def test_a_fast_pulse_counts_when_it_lasts(bedside, sets, raised):
    assert (standing_of(bedside, "PRO-04", *sets) is PromptStanding.RAISED) == raised


READY = (
    USUAL
    | CALM
    | {
        "aldrete": 9,
        "mpadss": 9,
        "oriented": True,
        "suicide_risk_today": "low",
        "escort": True,
        "aftercare_sheet_given": True,
    }
)
DISCHARGE_LIMITS = [
    # rule, just good enough, just not
    ("DIS-02", {"aldrete": 9}, {"aldrete": 8}),
    ("DIS-03", {"mpadss": 9}, {"mpadss": 8}),
    ("DIS-04", {"oriented": True}, {"oriented": False}),
    ("DIS-04", {"rass": 0}, {"rass": 1}),
    ("DIS-04", {"rass": 0}, {"rass": -1}),
    ("DIS-04", {"cadss6": 2}, {"cadss6": 3}),
    ("DIS-05", {"sbp": 159}, {"sbp": 160}),
    ("DIS-05", {"dbp": 99}, {"dbp": 100}),
    ("DIS-05", {"spo2": 94}, {"spo2": 93}),
    ("DIS-05", {"sbp": 90, "dbp": 60}, {"sbp": 89, "dbp": 60}),
    ("DIS-05", {"hr": 50}, {"hr": 49}),
    ("DIS-05", {"hr": 110}, {"hr": 111}),
    ("DIS-06", {"suicide_risk_today": "none"}, {"suicide_risk_today": "high"}),
    (
        "DIS-06",
        {"suicide_risk_today": "moderate", "suicide_review_today": True},
        {"suicide_risk_today": "moderate", "suicide_review_today": False},
    ),
    ("DIS-07", {"escort": True}, {"escort": False}),
    ("DIS-07", {"aftercare_sheet_given": True}, {"aftercare_sheet_given": False}),
    *(("DIS-08", {code: "none"}, {code: "mild"}) for code in ABSENT),
]


def leaving(bedside, *, minute=101, **changes):
    said = READY | dict.fromkeys(ABSENT, "none") | changes
    vitals = {code: value for code, value in said.items() if code in USUAL}
    events = [*bedside.course(), bedside.vitals(minute, **vitals)]
    for code, value in said.items():
        if code in ABSENT:
            events.append(bedside.symptom(minute, code, value))
        elif code not in USUAL:
            events.append(bedside.score(minute, code, value))
    return going_home(PROTOCOL, bedside.order, events, session="S1")


@pytest.mark.parametrize(
    ("rule", "good", "bad"), DISCHARGE_LIMITS, ids=[f"{row[0]} {row[2]}" for row in DISCHARGE_LIMITS]
)
def test_a_discharge_rule_is_met_at_its_limit_and_not_past_it(bedside, rule, good, bad):
    assert leaving(bedside, **good).ready
    assert leaving(bedside, **bad).not_met == (rule,)


def test_moderate_risk_needs_a_review_after_the_infusion(bedside):
    """Fault 2 of the example protocol: a moderate answer let the person go."""
    found = leaving(bedside, suicide_risk_today="moderate")
    assert (found.ready, found.missing) == (False, ("suicide_review_today",))


@pytest.mark.parametrize(("minute", "ready"), [(99, False), (100, True)])
def test_the_watch_after_the_end_lasts_an_hour(bedside, minute, ready):
    assert leaving(bedside, minute=minute).ready == ready


def test_every_discharge_rule_of_the_protocol_is_tried_at_its_limit():
    tried = {row[0] for row in DISCHARGE_LIMITS} | {"DIS-01"}
    assert tried == {rule.id for rule in PROTOCOL.document.discharge.require}
