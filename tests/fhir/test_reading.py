"""What every resource is held against: whose it is, when it can have been true, and an id that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.facts import DICTIONARY
from unloop.fhir.codes import codes
from unloop.fhir.notes import Notes, Unread
from unloop.fhir.reading import Entry, Reading, valid_id
from unloop.fhir.resources import CodeableConcept, CodingElement, Reference

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ENTRY = Entry("entry[1].resource", "Observation", "weight-1", "", {})
PATH = "entry[1].resource.effectiveDateTime"


def reading(*, born: date | None = date(1984, 6, 1), zone: str = "UTC", person: str = "p") -> Reading:
    return Reading(
        person=person, subjects=frozenset({"Patient/p", "urn:uuid:p"}), source="fhir:abc", recorded_at=NOW,
        zone=ZoneInfo(zone), born=born, notes=Notes(), codes=codes(), dictionary=DICTIONARY,
    )  # fmt: skip


class TestWhose:
    @pytest.mark.parametrize("reference", ["Patient/p", "urn:uuid:p", "Patient/p/_history/3"])
    def test_any_name_of_the_person_is_taken(self, reference: str) -> None:
        reading().check_subject(Reference(reference=reference), path="subject")

    @pytest.mark.parametrize("reference", ["Patient/q", "Patient/P", "patient/p", "Patient/p/x", "p", "#p"])
    def test_anybody_else_is_not(self, reference: str) -> None:
        with pytest.raises(Unread, match="somebody else") as unread:
            reading().check_subject(Reference(reference=reference), path="subject")
        assert unread.value.path == "subject.reference"

    @pytest.mark.parametrize("subject", [None, Reference(reference=""), Reference(display="the person")])
    def test_nobody_is_refused_too(self, subject: Reference | None) -> None:
        with pytest.raises(Unread, match="whom it is about"):
            reading().check_subject(subject, path="subject")


class TestWhen:
    @pytest.mark.parametrize(
        ("written", "taken"),
        [
            ("2026-03-02T09:30:00Z", True), ("2026-03-02T09:30:01Z", False), ("2026-03-02T10:30:00+01:00", True),
            ("1984-05-31T12:00:00Z", True), ("1984-05-30T23:59:59Z", False),
        ],
    )  # fmt: skip
    def test_an_observation_lies_between_birth_and_import(self, *, written: str, taken: bool) -> None:
        if taken:
            assert reading().moment(written, path=PATH).written == written
            return
        with pytest.raises(Unread, match=r"future|born"):
            reading().moment(written, path=PATH)

    def test_where_the_birth_is_not_known_only_the_future_is_ruled_out(self) -> None:
        assert reading(born=None).moment("1901-01-01T00:00:00Z", path=PATH).at.year == 1901

    @pytest.mark.parametrize("written", ["2026", "2026-02"])
    def test_a_measurement_needs_its_day(self, written: str) -> None:
        with pytest.raises(Unread, match="needs its day"):
            reading().moment(written, path=PATH)

    @pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
    def test_a_bare_day_counts_from_its_first_moment_in_the_clinics_zone(self, zone: str) -> None:
        asked = reading(zone=zone)
        found = asked.moment("2026-02-20", path=PATH)
        assert found.at == datetime(2026, 2, 20, tzinfo=ZoneInfo(zone))
        assert [one.path for one in asked.notes.adapted] == [PATH]

    @given(st.datetimes(datetime(1984, 6, 2), datetime(2026, 3, 2)), st.integers(-12, 14))  # noqa: DTZ001
    def test_an_offset_never_moves_the_moment(self, naive: datetime, hours: int) -> None:
        here = naive.replace(microsecond=0, tzinfo=UTC)
        there = here.astimezone(ZoneInfo("UTC")) + timedelta(hours=hours)
        written = f"{there:%Y-%m-%dT%H:%M:%S}{'+' if hours >= 0 else '-'}{abs(hours):02}:00"
        assert reading().moment(written, path=PATH).at == here

    def test_a_date_of_a_draft_that_cannot_be_believed_is_listed_and_left_out(self) -> None:
        asked = reading()
        assert asked.believable("2031-01-01", path=PATH) is None
        assert asked.believable("2031-01-01", path=PATH, may_be_future=True) is not None
        assert asked.believable(None, path=PATH) is None
        assert [one.path for one in asked.notes.not_understood] == [PATH]


class TestIds:
    @given(st.lists(st.text(max_size=8), max_size=4))
    def test_the_same_content_has_the_same_id_and_other_content_another(self, content: list[str]) -> None:
        asked = reading()
        assert asked.stable_id(ENTRY, *content) == reading(zone="Asia/Kolkata").stable_id(ENTRY, *content)
        assert asked.stable_id(ENTRY, *content) != asked.stable_id(ENTRY, *content, "more")

    def test_two_people_and_two_resources_never_share_one(self) -> None:
        ids = {
            reading().stable_id(ENTRY, 70.0), reading(person="q").stable_id(ENTRY, 70.0),
            reading().stable_id(replace(ENTRY, identity="weight-2"), 70.0),
            reading().stable_id(replace(ENTRY, kind="Condition"), 70.0), reading().stable_id(ENTRY, 71.0),
        }  # fmt: skip
        assert len(ids) == 5

    @pytest.mark.parametrize(
        ("text", "valid"), [("a", True), ("A-1.b", True), ("x" * 64, True), ("x" * 65, False)]
    )
    def test_an_id_is_as_long_as_fhir_allows(self, *, text: str, valid: bool) -> None:
        assert valid_id(text) == (text if valid else "")

    @pytest.mark.parametrize("text", ["", "a b", "a/b", "a_b", "ä", 7, None, ["a"]])
    def test_anything_else_is_no_id(self, text: object) -> None:
        assert valid_id(text) == ""


class TestFacts:
    def test_a_fact_says_where_it_came_from_and_when_it_came(self) -> None:
        asked = reading()
        when = asked.moment("2026-02-20T10:00:00Z", path=PATH)
        fact = asked.fact(ENTRY, "weight", 70.5, when=when, path="entry[1].resource.valueQuantity")
        assert (fact.value, fact.unit, fact.source) == (70.5, "kg", "fhir:abc/Observation/weight-1")
        assert (fact.at, fact.recorded_at, fact.by) == (when.at, NOW, "")

    @pytest.mark.parametrize(("code", "value"), [("weight", 7000.0), ("ybocs", 41.0), ("sex_female", 1.0)])
    def test_a_value_that_cannot_be_is_named_with_what_is_allowed(self, code: str, value: float) -> None:
        with pytest.raises(Unread, match="allowed is"):
            reading().fact(ENTRY, code, value, when=reading().undated, path=PATH)

    @pytest.mark.parametrize(("value", "taken"), [(30.0, True), (30.5, False)])
    def test_a_score_is_a_whole_number(self, *, value: float, taken: bool) -> None:
        if taken:
            assert reading().fact(ENTRY, "ybocs", value, when=reading().undated, path=PATH).value == value
            return
        with pytest.raises(Unread, match="whole number"):
            reading().fact(ENTRY, "ybocs", value, when=reading().undated, path=PATH)


class TestWords:
    @pytest.mark.parametrize(
        ("concept", "text"),
        [
            (CodeableConcept(text="as said", coding=[CodingElement(display="as coded")]), "as said"),
            (
                CodeableConcept(coding=[CodingElement(code="1"), CodingElement(display="as coded")]),
                "as coded",
            ),
            (CodeableConcept(), ""),
        ],
    )
    def test_what_was_said_goes_before_what_was_coded(self, concept: CodeableConcept, text: str) -> None:
        assert reading().text_of(concept, path="code") == text

    @pytest.mark.parametrize(("length", "said"), [(500, False), (501, True), (9000, True)])
    def test_a_text_that_is_cut_says_so(self, *, length: int, said: bool) -> None:
        asked = reading()
        assert len(asked.text_of(CodeableConcept(text="x" * length), path="code")) == 500
        assert bool(asked.notes.adapted) is said
