"""Observations become facts with their own times, or are listed with the place and the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY
from unloop.fhir.codes import codes

PATH = "entry[1].resource"


def missed(imported):
    return {entry.path: entry.why for entry in imported.not_understood}


def values(imported):
    return {fact.code: fact.value for fact in imported.facts}


def test_a_weight_becomes_a_fact_with_its_own_time_unit_and_source(record):
    imported = record.read(record.observation())
    [fact] = imported.facts
    assert (fact.code, fact.value, fact.unit) == ("weight", 70.5, "kg")
    assert fact.at == datetime(2026, 2, 20, 9, tzinfo=UTC)
    assert fact.recorded_at == record.now
    assert fact.source == f"fhir:{imported.sha256[:12]}/Observation/weight-1"
    assert fact.session is None
    assert missed(imported) == {}


@pytest.mark.parametrize("panel", ["85354-9", "55284-4"])
def test_a_blood_pressure_panel_becomes_two_facts(record, panel):
    imported = record.read(record.pressure(122, 78, code=record.concept(panel)))
    assert values(imported) == {"office_sbp": 122.0, "office_dbp": 78.0}
    assert len({fact.id for fact in imported.facts}) == 2


def test_a_part_of_a_panel_that_does_not_fit_is_listed_and_the_other_is_taken(record):
    parts = [record.component("8480-6", 420), record.component("8462-4", 78), record.component("8867-4", 70)]
    imported = record.read(record.pressure(component=parts))
    assert values(imported) == {"office_dbp": 78.0}
    assert "50 to 300" in missed(imported)[f"{PATH}.component[0].valueQuantity"]
    assert "mm[Hg]" not in missed(imported)[f"{PATH}.component[2].valueQuantity.code"]


def test_a_part_of_a_panel_that_nobody_asks_for_is_listed(record):
    imported = record.read(record.pressure(component=[record.component("8478-0", 92)]))
    assert imported.facts == ()
    assert f"{PATH}.component[0].code" in missed(imported)


def test_a_panel_without_parts_says_so(record):
    assert f"{PATH}.component" in missed(record.read(record.pressure(component=None)))


def test_a_systolic_pressure_may_stand_alone(record):
    alone = record.observation("8480-6", valueQuantity=record.quantity(131, "mm[Hg]"))
    assert values(record.read(alone)) == {"office_sbp": 131.0}


def test_pounds_become_kilograms_and_that_is_said(record):
    imported = record.read(record.observation(valueQuantity=record.quantity(150, "[lb_av]")))
    assert values(imported) == {"weight": 68.0388555}
    assert [entry.how for entry in imported.adapted] == ["converted from [lb_av] to kg"]


@pytest.mark.parametrize(
    ("value", "element", "why"),
    [
        ({"value": 70}, ".valueQuantity.unit", "no unit"),
        ({"value": "70", "unit": "kg"}, ".valueQuantity.value", "not a number"),
        ({"value": True, "unit": "kg"}, ".valueQuantity.value", "not a number"),
        ({"value": 700, "unit": "kg"}, ".valueQuantity", "20 to 350"),
        ({"value": -70, "unit": "kg"}, ".valueQuantity", "20 to 350"),
        ({"unit": "kg"}, ".valueQuantity.value", "no number"),
        ({"value": 70, "unit": "stone"}, ".valueQuantity.unit", "not converted"),
        ([], ".valueQuantity", "not an object"),
        ("70 kg", ".valueQuantity", "not an object"),
    ],
)
def test_a_value_that_does_not_fit_is_listed_with_its_place(record, value, element, why):
    imported = record.read(record.observation(valueQuantity=value), record.observation("8302-2", id="h"))
    assert why in missed(imported)[f"{PATH}{element}"]


def test_one_bad_entry_does_not_stop_the_rest(record):
    bad = record.observation(valueQuantity=record.quantity(700))
    good = record.observation("8302-2", id="height-1", valueQuantity=record.quantity(178, "cm"))
    assert values(record.read(bad, good)) == {"height": 178.0}


def test_text_is_not_a_number_even_where_it_reads_as_one(record):
    imported = record.read(record.observation(valueQuantity=None, valueString="70 kg"))
    assert missed(imported)[f"{PATH}.valueString"] == "a number in kg is needed here"


def test_two_values_are_one_too_many(record):
    imported = record.read(record.observation(valueString="71 kg"))
    assert "two values" in missed(imported)[PATH]


def test_no_value_with_and_without_a_reason(record):
    silent = record.observation(valueQuantity=None)
    said = record.observation(id="w2", valueQuantity=None, dataAbsentReason=record.concept("unknown"))
    whys = missed(record.read(silent, said))
    assert whys[PATH] == "there is no value"
    assert whys["entry[2].resource"] == "there is no value, as it says"


# --- when ------------------------------------------------------------------------------------------------


def test_a_bare_day_counts_from_its_first_moment_in_the_clinics_zone(record):
    day = record.observation(effectiveDateTime="2026-02-20")
    imported = record.read(day, zone=ZoneInfo("America/New_York"))
    assert imported.facts[0].at == datetime(2026, 2, 20, 5, tzinfo=UTC)
    assert "only the day" in imported.adapted[0].how


def test_today_is_not_the_future(record):
    assert record.read(record.observation(effectiveDateTime="2026-03-02")).facts


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2026", "only the year"),
        ("2026-02", "only the month"),
        ("2026-02-20T10:00:00", "offset"),
        ("2026-03-03", "future"),
        ("2026-03-02T09:30:01Z", "future"),
        ("1984-05-30", "before the person was born"),
        ("20.2.2026", "FHIR date"),
        ("", "FHIR date"),
    ],
)
def test_a_time_that_cannot_be_believed_is_listed(record, when, why):
    imported = record.read(record.observation(effectiveDateTime=when))
    assert imported.facts == ()
    assert why in missed(imported)[f"{PATH}.effectiveDateTime"]


def test_the_moment_of_the_import_itself_is_not_the_future(record):
    assert record.read(record.observation(effectiveDateTime="2026-03-02T09:30:00Z")).facts


def test_of_a_period_the_beginning_counts(record):
    period = {"start": "2026-02-20T08:00:00Z", "end": "2026-02-21T08:00:00Z"}
    imported = record.read(record.observation(effectiveDateTime=None, effectivePeriod=period))
    assert imported.facts[0].at == datetime(2026, 2, 20, 8, tzinfo=UTC)
    assert "beginning" in imported.adapted[0].how


def test_an_instant_is_a_time_too(record):
    imported = record.read(
        record.observation(effectiveDateTime=None, effectiveInstant="2026-02-20T08:00:00Z")
    )
    assert imported.facts[0].at == datetime(2026, 2, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize("period", [None, {}, {"end": "2026-02-21"}])
def test_when_a_result_was_issued_is_not_when_it_was_true(record, period):
    issued = record.observation(effectiveDateTime=None, effectivePeriod=period, issued="2026-02-20T08:00:00Z")
    assert "when this was observed" in missed(record.read(issued))[PATH]


# --- whose, and how sure ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", ["registered", "preliminary", "cancelled", "entered-in-error", "unknown", "done"]
)
def test_only_final_results_are_taken(record, status):
    imported = record.read(record.observation(status=status))
    assert imported.facts == ()
    assert f"{PATH}.status" in missed(imported)


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_final_amended_and_corrected_results_are_taken(record, status):
    assert record.read(record.observation(status=status)).facts


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "urn:uuid:11111111-2222-3333-4444-555555555555"},
        {"reference": "Patient/another"},
        {"reference": "https://elsewhere.example.org/Patient/0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10"},
        {"reference": "#p"},
        {"display": "Ansel Quill"},
        {},
    ],
)
def test_an_observation_about_somebody_else_is_never_taken(record, subject):
    imported = record.read(record.observation(subject=subject))
    assert imported.facts == ()
    assert any(path.startswith(f"{PATH}.subject") for path in missed(imported))


def test_an_observation_about_nobody_is_not_taken(record):
    assert record.read(record.observation(subject=None)).facts == ()


@pytest.mark.parametrize(
    "reference",
    [
        "urn:uuid:0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10",
        "Patient/0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10",
        "Patient/0b7e3c52-6a51-4c5f-9f3c-6c2f8f8b7a10/_history/3",
        "Patient?identifier=https://mrn.example.org|17",
    ],
)
def test_the_person_may_be_named_in_any_of_fhirs_ways(record, reference):
    patient = record.patient(identifier=[{"system": "https://mrn.example.org", "value": "17"}])
    document = record.bundle(patient, record.observation(subject={"reference": reference}))
    assert record.read_document(document).facts


# --- which codes -----------------------------------------------------------------------------------------


def test_a_code_that_is_not_asked_for_is_listed_once_with_a_count(record):
    several = [record.observation("4548-4", id=f"a1c-{index}") for index in range(3)]
    [entry] = record.read(*several).not_understood
    assert (entry.path, entry.count) == (f"{PATH}.code", 3)
    assert "4548-4" in entry.why


def test_a_code_left_out_on_purpose_says_why(record):
    imported = record.read(record.observation("39156-5", valueQuantity=record.quantity(24, "kg/m2")))
    assert "computed" in missed(imported)[f"{PATH}.code"]
    assert imported.facts == ()


def test_a_wrong_check_digit_is_named_as_such(record):
    assert "check digit" in missed(record.read(record.observation("29463-8")))[f"{PATH}.code"]


@pytest.mark.parametrize(
    "code",
    [
        {"coding": [{"system": "http://snomed.info/sct", "code": "29463-7"}]},
        {"coding": [{"code": "29463-7"}]},
        {"text": "Body weight"},
        {},
    ],
)
def test_a_code_without_its_system_is_not_recognised_by_chance(record, code):
    imported = record.read(record.observation(code=code))
    assert imported.facts == ()
    assert f"{PATH}.code" in missed(imported)


def test_a_local_code_beside_a_known_one_does_no_harm(record):
    code = {
        "coding": [{"system": "urn:local", "code": "WT"}, {"system": "http://loinc.org", "code": "29463-7"}]
    }
    assert values(record.read(record.observation(code=code))) == {"weight": 70.5}


def test_two_codes_that_mean_different_things_are_not_settled_by_guessing(record):
    code = {
        "coding": [
            {"system": "http://loinc.org", "code": "29463-7"},
            {"system": "http://loinc.org", "code": "8302-2"},
        ]
    }
    imported = record.read(record.observation(code=code))
    assert "different things" in missed(imported)[f"{PATH}.code"]


def test_two_codes_of_one_thing_are_one_thing(record):
    code = {
        "coding": [
            {"system": "http://loinc.org", "code": "2160-0"},
            {"system": "http://loinc.org", "code": "38483-4"},
        ]
    }
    imported = record.read(record.observation(code=code, valueQuantity=record.quantity(0.9, "mg/dL")))
    assert values(imported) == {"creatinine": 0.9}


# --- laboratory ------------------------------------------------------------------------------------------


def liver(record, *ranges, loinc="1742-6"):
    return record.observation(
        loinc, valueQuantity=record.quantity(44, "U/L"), referenceRange=list(ranges) or None
    )


def limit(value, unit="U/L"):
    return {"low": {"value": 5, "unit": unit}, "high": {"value": value, "unit": unit}}


def test_the_laboratorys_own_upper_limit_comes_with_the_value(record):
    imported = record.read(liver(record, limit(40)))
    assert values(imported) == {"alt": 44.0, "alt_upper_limit": 40.0}
    assert len({fact.at for fact in imported.facts}) == 1


def test_without_a_limit_there_is_none(record):
    imported = record.read(liver(record))
    assert values(imported) == {"alt": 44.0}
    assert missed(imported) == {}


def test_a_limit_for_some_people_only_is_left_to_a_person(record):
    for_women = limit(34) | {"appliesTo": [{"text": "women"}]}
    for_children = limit(30) | {"age": {"high": {"value": 18}}}
    imported = record.read(liver(record, for_women, for_children))
    assert values(imported) == {"alt": 44.0}
    assert f"{PATH}.referenceRange" in missed(imported)


def test_two_limits_for_everybody_are_one_too_many(record):
    imported = record.read(liver(record, limit(40), limit(55)))
    assert values(imported) == {"alt": 44.0}


def test_a_limit_that_cannot_be_right_is_listed_and_the_value_kept(record):
    imported = record.read(liver(record, limit(4000)))
    assert values(imported) == {"alt": 44.0}
    assert f"{PATH}.referenceRange[0].high" in missed(imported)


def test_a_limit_in_another_unit_is_listed_and_the_value_kept(record):
    imported = record.read(liver(record, limit(0.7, "ukat/L")))
    assert values(imported) == {"alt": 44.0}
    assert f"{PATH}.referenceRange[0].high.unit" in missed(imported)


def test_a_value_that_no_rule_compares_keeps_its_limit_too(record):
    read = values(record.read(liver(record, limit(40), loinc="1920-8")))
    assert read == {"ast": 44.0, "ast_upper_limit": 40.0}


def test_both_ends_of_a_range_come_with_the_value(record):
    range_ = {"low": record.quantity(135, "mmol/L"), "high": record.quantity(145, "mmol/L")}
    sodium = record.observation(
        "2951-2", valueQuantity=record.quantity(140, "mmol/L"), referenceRange=[range_]
    )
    assert values(record.read(sodium)) == {
        "sodium": 140.0, "sodium_lower_limit": 135.0, "sodium_upper_limit": 145.0,
    }  # fmt: skip


def test_a_range_that_is_open_below_has_an_upper_limit_alone(record):
    range_ = {"high": record.quantity(4.2, "m[IU]/L")}
    tsh = record.observation("3016-3", valueQuantity=record.quantity(2, "m[IU]/L"), referenceRange=[range_])
    imported = record.read(tsh)
    assert values(imported) == {"tsh": 2.0, "tsh_upper_limit": 4.2}
    assert missed(imported) == {}


def test_less_than_is_not_a_value(record):
    low = record.observation("1742-6", valueQuantity=record.quantity(5, "U/L", comparator="<"))
    assert "limit (<)" in missed(record.read(low))[f"{PATH}.valueQuantity.comparator"]


# --- questionnaires and tests ----------------------------------------------------------------------------


@pytest.mark.parametrize(("loinc", "fact"), [("44261-6", "phq9"), ("70274-6", "gad7"), ("75626-2", "auditc")])
def test_totals_of_questionnaires_are_taken_as_quantity_or_whole_number(record, loinc, fact):
    as_quantity = record.observation(loinc, valueQuantity=record.quantity(7, "{score}"))
    as_integer = record.observation(loinc, valueQuantity=None, valueInteger=7)
    assert values(record.read(as_quantity)) == values(record.read(as_integer)) == {fact: 7.0}


@pytest.mark.parametrize("points", [-1, 28, 7.5])
def test_a_total_that_cannot_be_is_not_taken(record, points):
    total = record.observation("44261-6", valueQuantity=record.quantity(points, "{score}"))
    assert record.read(total).facts == ()


@pytest.mark.parametrize(
    ("answer", "points"), [("LA6568-5", 0), ("LA6569-3", 1), ("LA6570-1", 2), ("LA6571-9", 3)]
)
def test_the_item_on_self_harm_is_read_from_its_coded_answer(record, answer, points):
    item = record.observation("44260-8", valueQuantity=None, valueCodeableConcept=record.concept(answer))
    assert values(record.read(item)) == {"phq9_item9": points}


def test_an_unknown_answer_is_not_zero(record):
    item = record.observation("44260-8", valueQuantity=None, valueCodeableConcept=record.concept("LA0-0"))
    imported = record.read(item)
    assert imported.facts == ()
    assert f"{PATH}.valueCodeableConcept" in missed(imported)


def test_two_coded_answers_that_disagree_are_none(record):
    answer = {
        "coding": [
            {"system": "http://loinc.org", "code": "LA6568-5"},
            {"system": "http://loinc.org", "code": "LA6571-9"},
        ]
    }
    item = record.observation("44260-8", valueQuantity=None, valueCodeableConcept=answer)
    assert record.read(item).facts == ()


@pytest.mark.parametrize(("snomed", "answer"), [("260385009", "negative"), ("10828004", "positive")])
def test_a_pregnancy_test_is_read_where_it_is_plain(record, snomed, answer):
    concept = record.concept(snomed, system="http://snomed.info/sct")
    test = record.observation("2106-3", valueQuantity=None, valueCodeableConcept=concept)
    assert values(record.read(test)) == {"pregnancy_test": answer}


@pytest.mark.parametrize(
    "value",
    [
        {"valueCodeableConcept": {"text": "Negative"}},
        {"valueString": "Negative"},
        {"valueQuantity": {"value": 3, "unit": "m[IU]/mL"}},
    ],
)
def test_a_pregnancy_test_in_words_or_numbers_is_left_to_a_person(record, value):
    test = record.observation("2106-3", **({"valueQuantity": None} | value))
    assert record.read(test).facts == ()


def test_a_pregnancy_status_is_not_a_test(record):
    status = record.concept("60001007", system="http://snomed.info/sct")
    imported = record.read(record.observation("82810-3", valueQuantity=None, valueCodeableConcept=status))
    assert imported.facts == ()
    assert "not a test" in missed(imported)[f"{PATH}.code"]


# --- laws ------------------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(codes().observations)), st.floats(-1e9, 1e9))
def test_no_number_outside_the_plausible_range_ever_becomes_a_fact(record, loinc, value):
    definition = DICTIONARY[codes().observations[loinc].fact]
    unit = definition.unit or "1"
    imported = record.read(record.observation(loinc, valueQuantity=record.quantity(value, unit)))
    plausible = definition.low is not None and definition.low <= value <= (definition.high or 0)
    assert all(definition.low <= fact.value <= definition.high for fact in imported.facts)
    if imported.facts:
        assert plausible
    else:
        assert imported.not_understood


@given(st.permutations(range(4)))
def test_the_order_of_the_entries_changes_nothing_but_the_places(record, order):
    parts = [
        record.observation(),
        record.pressure(),
        record.observation("8302-2", id="h", valueQuantity=record.quantity(178, "cm")),
        record.observation("44261-6", id="p", valueQuantity=record.quantity(9, "{score}")),
    ]
    usual, other = record.read(*parts), record.read(*(parts[place] for place in order))
    assert {(fact.id, fact.value) for fact in usual.facts} == {(fact.id, fact.value) for fact in other.facts}
