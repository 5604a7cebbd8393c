"""Elements are read strictly, by FHIR's own names, and whatever does not fit is named by its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.fhir import resources
from unloop.fhir.elements import join, read_element, read_pruned, value_elements
from unloop.fhir.notes import Notes, Unread
from unloop.fhir.resources import CodeableConcept, Element, Observation, Patient, Quantity
from unloop.quantity import InputRefused

MODELS = [
    model
    for model in vars(resources).values()
    if isinstance(model, type) and issubclass(model, Element) and model is not Element
]


def unread(model, raw):
    with pytest.raises(Unread) as given_up:
        read_element(model, raw, path="entry[2].resource")
    return given_up.value


@pytest.mark.parametrize(
    ("model", "raw", "place", "why"),
    [
        (Quantity, {"value": "70"}, ".value", "not a number"),
        (Quantity, {"value": True}, ".value", "not a number"),
        (Quantity, {"unit": 7}, ".unit", "not text"),
        (CodeableConcept, {"coding": {}}, ".coding", "not a list"),
        (CodeableConcept, {"coding": ["x"]}, ".coding[0]", "not an object"),
        (CodeableConcept, {"coding": [{}, {"code": 7}]}, ".coding[1].code", "not text"),
        (Observation, {"status": "final"}, ".code", "missing"),
        (
            Observation,
            {"status": "final", "code": {}, "valueInteger": 1.5},
            ".valueInteger",
            "not a whole number",
        ),
        (Patient, {"deceasedBoolean": "true"}, ".deceasedBoolean", "not true or false"),
        (Patient, [], "", "not an object"),
        (Patient, None, "", "not an object"),
    ],
)
def test_the_first_place_that_does_not_fit_is_named(model, raw, place, why):
    given_up = unread(model, raw)
    assert given_up.path == f"entry[2].resource{place}"
    assert why in given_up.why


def test_elements_that_are_not_used_are_left_alone():
    read = read_element(
        Quantity, {"value": 1, "unit": "kg", "extension": [{"url": 7}], "_value": 3}, path="x"
    )
    assert (read.value, read.unit) == (1.0, "kg")


def test_whole_numbers_are_numbers():
    assert read_element(Quantity, {"value": 70}, path="x").value == 70.0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_elements_are_named_as_fhir_names_them(model):
    for name, field in model.model_fields.items():
        alias = field.alias or name
        assert alias[0].islower()
        assert "_" not in alias


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_was_read_cannot_be_changed(model):
    assert model.model_config["frozen"]
    assert model.model_config["strict"]


def test_two_resources_do_not_share_their_empty_lists():
    one, other = (read_element(Patient, {}, path="x") for _ in range(2))
    assert one.name == other.name == []
    assert one.name is not other.name


def test_paths_are_written_as_json_paths():
    assert join("entry[3].resource", ("name", 0, "given", 2)) == "entry[3].resource.name[0].given[2]"
    assert join("entry[3]", ()) == "entry[3]"


def test_only_values_are_values():
    raw = {
        "valueQuantity": {},
        "valueString": "x",
        "value": 1,
        "valued": 2,
        "_valueString": {},
        "status": "x",
    }
    assert value_elements(raw) == ("valueQuantity", "valueString")


# --- leaving out what does not fit -----------------------------------------------------------------------


def pruned(raw):
    notes = Notes()
    return read_pruned(Patient, raw, path="p", notes=notes), {note.path for note in notes.not_understood}


def test_nothing_is_left_out_of_what_fits():
    patient, places = pruned({"gender": "male", "name": [{"family": "Quill"}]})
    assert (patient.gender, patient.name[0].family, places) == ("male", "Quill", set())


def test_one_bad_element_is_left_out_alone():
    patient, places = pruned({"gender": 7, "birthDate": "1984-06-01"})
    assert (patient.gender, patient.birth_date, places) == (None, "1984-06-01", {"p.gender"})


def test_one_bad_member_of_a_list_is_left_out_alone_and_keeps_its_place():
    patient, places = pruned({"telecom": [{"value": "1"}, {"value": 2}, {"value": "3"}]})
    assert [contact.value for contact in patient.telecom] == ["1", "", "3"]
    assert places == {"p.telecom[1].value"}


def test_a_list_that_is_none_is_left_out_whole():
    patient, places = pruned({"telecom": {"value": "1"}})
    assert (patient.telecom, places) == ([], {"p.telecom"})


def test_everything_that_does_not_fit_is_listed_at_once():
    _, places = pruned({"gender": 1, "birthDate": 2, "name": [3, {"given": 4}], "address": [{"line": [5]}]})
    assert places == {"p.gender", "p.birthDate", "p.name[0]", "p.name[1].given", "p.address[0].line[0]"}


def test_what_needs_an_element_that_is_not_there_is_refused():
    with pytest.raises(InputRefused):
        read_pruned(Observation, {"status": "final"}, path="p", notes=Notes())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["family", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
ELEMENTS = [field.alias for field in Patient.model_fields.values()]


@given(st.dictionaries(st.sampled_from(ELEMENTS), anything, max_size=6))
def test_any_patient_can_be_read_by_leaving_out_what_does_not_fit(raw):
    patient, places = pruned(raw)
    assert isinstance(patient, Patient)
    for name, value in raw.items():
        if not any(place.startswith(f"p.{name}") for place in places) and isinstance(value, str):
            assert value in patient.model_dump().values()
