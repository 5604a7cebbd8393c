"""Every single value of every shipped file, taken away or spoiled: the file is refused, or the value was optional."""

from __future__ import annotations

import copy
import json
import tomllib
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from unloop.science.pharmacokinetics import ModelRefused, library, model_ids
from unloop.science.pharmacokinetics.document import PublishedDocument, RacemateDocument

FOLDER = files("unloop.science.pharmacokinetics").joinpath("models")

# What a file may leave unsaid: remarks, the references that it is held against, variability that is kept beside the
# model and not drawn, and effects of traits, which are refused where none is printed.
OPTIONAL = {
    *("notes", "check", "printed_as", "reason", "across_sites"),
    *("scale", "logit_sd", "between_occasions", "effect"),
}


@cache
def shipped(model_id):
    return tomllib.loads(FOLDER.joinpath(f"{model_id}.toml").read_text(encoding="utf-8"))


def raw(model_id):
    """A fresh copy of a shipped document, to be spoiled."""
    return copy.deepcopy(shipped(model_id))


def paths(document, prefix=()):
    """The place of every value in a document, tables and lists included."""
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in entries:
        yield (*prefix, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*prefix, key))


def keys_of(model_id):
    """The place of every key, list entries left out."""
    return [path for path in paths(shipped(model_id)) if isinstance(path[-1], str)]


def at(document, path):
    for step in path:
        document = document[step]
    return document


def read(document):
    """As the library reads it, from the parsed document on."""
    form = RacemateDocument if "base_model" in document else PublishedDocument
    validated = library._validated(form, document, "spoiled")
    build = library._racemate if "base_model" in document else library._published
    return build(validated, "spoiled")


def accepted(document):
    """Whether the library takes it; a refusal of any other kind than its own is a failure."""
    try:
        read(document)
    except ModelRefused:
        return False
    return True


def spoiled_yet_read(model_id, kind, *, by):
    """The places of all values of a kind where a spoiled one was taken."""
    taken = []
    for path in keys_of(model_id):
        if type(at(shipped(model_id), path)) not in kind:
            continue
        document = raw(model_id)
        at(document, path[:-1])[path[-1]] = by
        if accepted(document):
            taken.append(".".join(map(str, path)))
    return taken


@pytest.mark.parametrize("model_id", model_ids())
def test_the_file_as_it_ships_is_read(model_id):
    assert accepted(raw(model_id))


@pytest.mark.parametrize("model_id", model_ids())
def test_no_value_can_be_left_out_in_silence(model_id):
    required = [path for path in keys_of(model_id) if not OPTIONAL.intersection(path)]
    assert len(required) > 15
    for path in required:
        document = raw(model_id)
        del at(document, path[:-1])[path[-1]]
        assert not accepted(document), path


@pytest.mark.parametrize("model_id", model_ids())
@pytest.mark.parametrize("spoiled", ["84,0", -1.0, float("nan"), float("inf"), True, [1.0]], ids=str)
def test_no_number_can_be_spoiled_in_silence(model_id, spoiled):
    assert spoiled_yet_read(model_id, {int, float}, by=spoiled) == []


@pytest.mark.parametrize("model_id", model_ids())
@pytest.mark.parametrize("spoiled", ["", 7, False, ["a", "b"]], ids=str)
def test_no_text_can_be_emptied_or_be_something_else_in_silence(model_id, spoiled):
    assert spoiled_yet_read(model_id, {str}, by=spoiled) == []


@pytest.mark.parametrize("model_id", model_ids())
@pytest.mark.parametrize("spoiled", ["all", 1.0, []], ids=str)
def test_no_table_can_be_flattened_in_silence(model_id, spoiled):
    assert spoiled_yet_read(model_id, {dict}, by=spoiled) == []


@pytest.mark.parametrize("model_id", model_ids())
@pytest.mark.parametrize("optional", ["notes", "check"])
def test_remarks_and_references_are_optional(model_id, optional):
    document = raw(model_id)
    document.pop(optional, None)
    assert read(document).id == model_id


@pytest.mark.parametrize("model_id", model_ids())
def test_no_table_takes_a_key_that_it_does_not_know(model_id):
    tables = [(), *(path for path in paths(raw(model_id)) if isinstance(at(raw(model_id), path), dict))]
    for path in tables:
        document = raw(model_id)
        at(document, path)["surplus"] = 1.0
        with pytest.raises(ModelRefused) as refusal:
            read(document)
        assert "surplus" in str(refusal.value)


@pytest.mark.parametrize("model_id", model_ids())
def test_reading_changes_nothing_in_what_was_read(model_id):
    document = raw(model_id)
    before = copy.deepcopy(document)
    read(document)
    assert document == before


@given(st.sampled_from(model_ids()), st.data())
def test_a_refusal_names_the_place_that_was_spoiled(model_id, data):
    if model_id == "racemate-otto-2021":
        return
    parameters = sorted(raw(model_id)["disposition"]["parameters"])
    parameter = data.draw(st.sampled_from(parameters))
    document = raw(model_id)
    document["disposition"]["parameters"][parameter]["value"] = "many"
    with pytest.raises(ModelRefused) as refusal:
        read(document)
    assert f"disposition.parameters.{parameter}.value" in refusal.value.where
    assert refusal.value.given == "many"


def test_what_was_read_cannot_be_changed():
    document = PublishedDocument.model_validate_json(json.dumps(raw("kamp-2020")))
    with pytest.raises(ValidationError):
        document.status = "verified"
    with pytest.raises(ValidationError):
        document.disposition.parameters["CL"].value = 1.0
