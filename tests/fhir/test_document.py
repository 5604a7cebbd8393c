"""Bytes that are no record: each is refused with its place, before anything can be harmed by it."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.fhir.document import MAX_BYTES, MAX_DEPTH, MAX_PARTS, open_document
from unloop.quantity import InputRefused


def refusal(data: bytes, **options: int) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        open_document(data, where="bundle", **options)
    return refused.value


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def test_a_document_is_an_object():
    assert open_document(b'{"a": [1, 2.5, null]}', where="bundle") == {"a": [1, 2.5, None]}


def test_a_byte_order_mark_is_no_fault():
    assert open_document(b'\xef\xbb\xbf{"a": 1}', where="bundle") == {"a": 1}


def test_letters_beyond_ascii_survive():
    assert open_document('{"name": "Montañez"}'.encode(), where="bundle") == {"name": "Montañez"}


def test_a_file_that_ends_in_the_middle_is_said_to_be_cut_off_with_line_and_column():
    refused = refusal(b'{"resourceType": "Bundle",\n  "entry": [\n    {"resource"')
    assert refused.where == "bundle, line 3, column 16"
    assert refused.given == "a file that ends in the middle"
    assert "again" in refused.mend


def test_a_file_that_ends_within_a_text_is_said_to_be_cut_off():
    assert refusal(b'{"resourceType": "Bun').given == "a file that ends in the middle"


def test_an_empty_file_is_said_to_be_cut_off():
    assert refusal(b"").given == "a file that ends in the middle"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(b'{"a": 1,}', 1, id="trailing comma"),
        pytest.param(b"{\n'a': 1}", 2, id="single quotes"),
        pytest.param(b'{"a": 1}\n{"b": 2}', 2, id="several documents, one a line"),
        pytest.param(b"<Bundle xmlns='http://hl7.org/fhir'/>", 1, id="XML"),
        pytest.param(b'{"a": 01}', 1, id="leading zero"),
        pytest.param(b'{"a": "\n"}', 1, id="raw line break in a text"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(data, line):
    refused = refusal(data)
    assert refused.where.startswith(f"bundle, line {line}, column ")
    assert refused.given == "text that is not JSON"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_are_not_finite_are_refused(number):
    assert "finite" in refusal(f'{{"value": {number}}}'.encode()).allowed


def test_a_number_of_endless_digits_is_refused_rather_than_computed():
    assert "digits" in refusal(b'{"value": ' + b"9" * 100_000 + b"}").allowed


def test_a_long_decimal_is_a_number_like_another():
    assert (
        open_document(b'{"latitude": 42.674176102041564}', where="bundle")["latitude"] == 42.674176102041564
    )


def test_the_same_key_twice_is_refused_since_readers_disagree_which_one_counts():
    refused = refusal(b'{"birthDate": "1990-01-01", "birthDate": "1991-01-01"}')
    assert refused.given == "the key birthDate twice"


def test_a_key_that_may_be_free_text_is_not_repeated_in_the_message():
    refused = refusal(b'{"Ansel Quill, 1984": 1, "Ansel Quill, 1984": 2}')
    assert "Ansel" not in str(refused)


@pytest.mark.parametrize(
    ("data", "kind"), [(b"[]", "list"), (b'"a"', "text"), (b"null", "null"), (b"1", "value")]
)
def test_anything_but_an_object_is_refused(data, kind):
    assert refusal(data).given == f"a JSON {kind}"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_another_encoding_is_refused_with_its_place(encoding):
    refused = refusal('{"name": "Montañez"}'.encode(encoding))
    assert "UTF-8" in refused.allowed
    assert refused.where.startswith("bundle, line 1, byte ")


def test_nesting_up_to_the_limit_is_read():
    assert open_document(nested(MAX_DEPTH), where="bundle")


def test_nesting_one_deeper_is_refused():
    assert refusal(nested(MAX_DEPTH + 1)).given == f"nesting deeper than {MAX_DEPTH} levels"


def test_closing_brackets_first_do_not_buy_depth():
    """Such text is no JSON, and is refused as that before it could nest."""
    assert refusal(b"]" * 100 + b"[" * 150).given == "text that is not JSON"


def test_more_parts_than_any_record_has_are_refused_before_parsing():
    refused = refusal(b'{"a": [' + b"[]," * MAX_PARTS + b"[]]}")
    assert refused.allowed == f"at most {MAX_PARTS}"


@pytest.mark.parametrize("bracket", [b"[", b'{"a":', b'[{"a":'])
def test_nesting_that_would_exhaust_the_stack_is_refused_before_parsing(bracket):
    assert "nesting" in refusal(bracket * 200_000).given


def test_brackets_within_texts_are_no_nesting():
    assert open_document(json.dumps({"a": "[{" * 500 + '"\\'}).encode(), where="bundle")


def test_an_unterminated_text_full_of_escapes_is_passed_once():
    """Tried again from each quote, this would take hours."""
    assert refusal(b'{"a": "' + b'\\"' * 1_000_000).given == "a file that ends in the middle"


def test_fifty_megabytes_are_refused_by_their_length_alone():
    refused = refusal(b"{" * 50_000_000)
    assert refused.given == "50.0 MB"
    assert refused.allowed == f"at most {MAX_BYTES // 1_000_000} MB"


def test_the_limit_can_be_set_by_whoever_opens_the_file():
    assert "MB" in refusal(b'{"a": 1}', max_bytes=4).allowed


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_open_or_be_refused(data):
    with contextlib.suppress(InputRefused):
        assert isinstance(open_document(data, where="bundle"), dict)


documents = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), documents, max_size=4))
def test_every_json_object_opens_as_it_was_written(document):
    assert open_document(json.dumps(document).encode(), where="bundle") == document


@given(st.dictionaries(st.text(), documents, min_size=1, max_size=4), st.data())
def test_every_true_beginning_of_a_document_is_refused(document, data):
    whole = json.dumps(document).encode()
    end = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(InputRefused):
        open_document(whole[:end], where="bundle")
