"""What the linter says of each part of a document: the place, the reason, the mend, and nothing beside them."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import tried
from unloop.facts import DICTIONARY, Phase
from unloop.protocol import Document, Protocol, ProtocolRefused, Refusal, bundled, load
from unloop.protocol.linting import lint, warn
from unloop.rules import codes

TEXT = bundled("ocd-ivket").text.replace('version = "1.1.0"', 'version = "9.9.9"', 1)
DOCUMENT = bundled("ocd-ivket").document
DECLARED = sorted(DOCUMENT.facts)
RULES = [rule.id for rule in DOCUMENT.sourced()]


def block(id_: str) -> str:
    """The lines of one rule, from its id to the next table."""
    found = re.search(rf'^id = "{id_}"$.*?(?=^\[|^# ---|\Z)', TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None, id_
    return found[0]


def with_lines(id_: str, **lines: str) -> str:
    """The document with these keys of one rule set, added where they are missing."""
    old = new = block(id_)
    for key, value in lines.items():
        line = f"{key} = {value}"
        pattern = re.compile(rf"^{key} = .*$", re.MULTILINE)
        found = pattern.sub(lambda _, line=line: line, new)
        new = found if pattern.search(new) else new.replace("\n", f"\n{line}\n", 1)
    return TEXT.replace(old, new, 1)


def refused(text: str) -> tuple[Refusal, ...]:
    with pytest.raises(ProtocolRefused) as caught:
        load(text.encode())
    return caught.value.refusals


def the(text: str) -> Refusal:
    """The only reason why a document is refused."""
    (refusal,) = refused(text)
    assert refusal.mend
    return refusal


def taken(text: str) -> Protocol:
    return load(text.encode())


class TestGates:
    @pytest.mark.parametrize("at", ['["discharge"]', '["evaluation", "discharge"]', '["start", "discharge"]'])
    def test_a_gate_rule_for_going_home_would_never_be_asked(self, at: str) -> None:
        refusal = the(with_lines("CON-01", at=at))
        assert refusal.where == "CON-01.at"
        assert "never asks" in refusal.why
        assert "[[discharge.require]]" in refusal.mend

    @pytest.mark.parametrize("at", ['["evaluation"]', '["start"]', '["start", "evaluation"]'])
    def test_a_gate_rule_is_asked_at_the_evaluation_or_the_start_or_both(self, at: str) -> None:
        assert taken(with_lines("CON-01", at=at))

    @pytest.mark.parametrize("at", ['["evaluation"]', '["evaluation", "start"]', '["discharge"]'])
    def test_a_rule_of_the_day_is_asked_at_the_start_alone(self, at: str) -> None:
        refusal = the(with_lines("DAY-02", at=at))
        assert (refusal.where, refusal.mend) == ("DAY-02.at", 'write at = ["start"]')

    @pytest.mark.parametrize("at", ['["start"]', '["start", "discharge"]'])
    def test_a_rule_about_going_home_is_asked_on_going_home_alone(self, at: str) -> None:
        refusal = the(with_lines("DIS-02", at=at))
        assert (refusal.where, refusal.mend) == ("DIS-02.at", 'write at = ["discharge"]')

    @pytest.mark.parametrize("id_", ["DAY-02", "DIS-02"])
    def test_the_gate_need_not_be_said_where_there_is_only_one(self, id_: str) -> None:
        old = block(id_)
        assert taken(TEXT.replace(old, re.sub(r"^at = .*\n", "", old, flags=re.MULTILINE), 1))

    @pytest.mark.parametrize("kind", ["absolute", "relative"])
    def test_going_home_asks_requirements_only(self, kind: str) -> None:
        found = refused(with_lines("DIS-02", kind=f'"{kind}"'))
        assert Refusal("DIS-02", "a discharge rule is a requirement", 'write kind = "require"') in found


class TestBeforeAnySession:
    @pytest.mark.parametrize("code", sorted(code for code in DECLARED if DICTIONARY[code].in_session))
    def test_no_item_of_the_evaluation_waits_for_a_reading_of_a_session(self, code: str) -> None:
        found = {one.why: one.where for one in refused(with_lines("EVA-01", facts=f'["{code}"]'))}
        assert found[f"reads {code} at the evaluation, which exists only within a session"] == "EVA-01"

    def test_no_rule_of_the_evaluation_does_either_and_the_start_may(self) -> None:
        refusal = the(with_lines("CON-01", when='"ketamine_allergy or sbp >= 200"'))
        assert (refusal.where, "sbp" in refusal.why) == ("CON-01", True)
        assert taken(with_lines("CON-01", when='"ketamine_allergy or sbp >= 200"', at='["start"]'))

    def test_a_reading_of_a_visit_stands_at_the_evaluation(self) -> None:
        assert taken(with_lines("CON-01", when='"ketamine_allergy or office_sbp >= 200"'))


def test_somebody_has_to_ask_for_the_medicines() -> None:
    """A medicine that the table does not know is decided on under that item."""
    items = tuple(item for item in DOCUMENT.evaluation if "medicines" not in item.facts)
    found = lint(DOCUMENT.model_copy(update={"evaluation": items}), DICTIONARY)
    assert ("evaluation", "no item asks for the medicines taken") in {(one.where, one.why) for one in found}


class TestMonitoring:
    @pytest.mark.parametrize(
        ("id_", "code", "phase"),
        [
            ("MON-01", "aldrete", "before"), ("MON-02", "escort", "infusion"), ("MON-02", "weight", "infusion"),
            ("MON-03", "iv_patent", "recovery"), ("MON-03", "ybocs", "recovery"),
        ],
    )  # fmt: skip
    def test_only_what_is_charted_in_that_part_can_be_due(self, id_: str, code: str, phase: str) -> None:
        refusal = the(with_lines(id_, measure=f'["sbp", "{code}"]'))
        assert refusal.where == f"{id_}.measure"
        assert refusal.why == f"{code} is not charted in the {phase} part of a session"

    @pytest.mark.parametrize(("id_", "phase"), [("MON-01", Phase.BEFORE), ("MON-03", Phase.RECOVERY)])
    def test_whatever_is_charted_in_that_part_can(self, id_: str, phase: Phase) -> None:
        measurable = [code for code in DECLARED if phase in DICTIONARY[code].phases]
        listed = ", ".join(f'"{code}"' for code in measurable)
        assert taken(with_lines(id_, measure=f"[{listed}]"))


class TestOutcome:
    @pytest.mark.parametrize("code", ["insight", "diagnoses", "escort"])
    def test_the_outcome_is_a_number(self, code: str) -> None:
        refusal = the(with_lines("OUT-00", primary=f'"{code}"'))
        assert (refusal.where, refusal.why) == ("OUT-00.primary", f"{code} is not a number")

    @pytest.mark.parametrize("code", ["ybocs", "phq9", "wsas"])
    def test_it_may_be_any_score(self, code: str) -> None:
        assert taken(with_lines("OUT-00", primary=f'"{code}"')).document.outcome.primary == code

    def test_a_score_that_was_not_declared_is_refused(self) -> None:
        assert the(with_lines("OUT-00", primary='"oci_r"')).why == "undeclared fact oci_r"


class TestDates:
    @pytest.mark.parametrize(
        ("day", "stands"), [("2026-11-02", True), ("2026-11-01", False), ("2025-05-01", False)]
    )
    def test_a_document_is_looked_at_again_after_it_took_effect(self, *, day: str, stands: bool) -> None:
        text = TEXT.replace("review_by = 2027-05-01", f"review_by = {day}")
        if stands:
            assert taken(text).document.protocol.review_by.isoformat() == day
            return
        refusal = the(text)
        assert refusal.where == "protocol.review_by"
        assert refusal.why == f"{day} is not after 2026-11-01, when it takes effect"


class TestFacts:
    @pytest.mark.parametrize("code", DECLARED)
    def test_every_fact_that_a_rule_reads_has_to_be_declared(self, code: str) -> None:
        declared = {one: use for one, use in DOCUMENT.facts.items() if one != code}
        found = lint(DOCUMENT.model_copy(update={"facts": declared}), DICTIONARY)
        readers = {rule for rule, written in DOCUMENT.conditions() if code in codes(written.condition)}
        readers |= {item.id for item in DOCUMENT.evaluation if code in item.facts}
        readers |= {one.id for one in DOCUMENT.monitor if code in one.measure}
        readers |= {DOCUMENT.outcome.id} if code == DOCUMENT.outcome.primary else set()
        assert {one.where for one in found if one.why == f"undeclared fact {code}"} == readers

    @pytest.mark.parametrize("code", [code for code in DECLARED if DICTIONARY[code].unit])
    def test_every_unit_is_the_dictionarys(self, code: str) -> None:
        facts = {**DOCUMENT.facts, code: DOCUMENT.facts[code].model_copy(update={"unit": "stone"})}
        (refusal,) = lint(DOCUMENT.model_copy(update={"facts": facts}), DICTIONARY)
        assert refusal.where == f"facts.{code}.unit"
        assert refusal.mend == f'write unit = "{DICTIONARY[code].unit}"'

    def test_a_unit_where_there_is_none_is_refused(self) -> None:
        refusal = the(TEXT.replace("insight = {}", 'insight = { unit = "kg" }'))
        assert refusal.why == "unit mismatch: insight is in no unit, not kg"

    def test_a_fact_that_no_rule_reads_is_refused(self) -> None:
        unread = next(
            code for code in DICTIONARY if code not in DOCUMENT.facts and not DICTIONARY[code].derived
        )
        unit = DICTIONARY[unread].unit
        refusal = the(TEXT.replace("[facts]\n", f'[facts]\n{unread} = {{ unit = "{unit}" }}\n'))
        assert (refusal.where, refusal.why) == (f"facts.{unread}", "declared but read by no rule")

    @pytest.mark.parametrize(("age", "stands"), [("P1D", True), ("P29D", True), ("P10Y", False)])
    def test_a_maximum_age_may_be_shortened_and_never_lengthened(self, *, age: str, stands: bool) -> None:
        text = TEXT.replace('weight = { unit = "kg" }', f'weight = {{ unit = "kg", max_age = "{age}" }}')
        if stands:
            assert str(taken(text).document.facts["weight"].max_age) == age
            return
        refusal = the(text)
        assert refusal.where == "facts.weight.max_age"
        assert refusal.why == f"longer than the dictionary's {DICTIONARY['weight'].max_age}"

    @pytest.mark.parametrize(
        "code", [code for code in DECLARED if DICTIONARY[code].max_age and not DICTIONARY[code].derived]
    )
    def test_the_dictionarys_own_age_may_be_repeated(self, code: str) -> None:
        use = DOCUMENT.facts[code].model_copy(update={"max_age": DICTIONARY[code].max_age})
        assert lint(DOCUMENT.model_copy(update={"facts": {**DOCUMENT.facts, code: use}}), DICTIONARY) == ()

    @pytest.mark.parametrize("code", [code for code in DECLARED if DICTIONARY[code].derived])
    def test_what_is_computed_has_no_age_of_its_own(self, code: str) -> None:
        age = DICTIONARY["weight"].max_age
        use = DOCUMENT.facts[code].model_copy(update={"max_age": age})
        (refusal,) = lint(DOCUMENT.model_copy(update={"facts": {**DOCUMENT.facts, code: use}}), DICTIONARY)
        assert refusal == Refusal(
            f"facts.{code}.max_age", "a derived fact is as old as its inputs", "limit the inputs instead"
        )


class TestSources:
    @pytest.mark.parametrize("id_", [source.id for source in DOCUMENT.source])
    def test_a_source_that_is_taken_away_dangles_wherever_it_was_named(self, id_: str) -> None:
        kept = tuple(source for source in DOCUMENT.source if source.id != id_)
        found = lint(DOCUMENT.model_copy(update={"source": kept}), DICTIONARY)
        named = {f"{rule.id}.src" for rule in DOCUMENT.sourced() if id_ in rule.src}
        assert {one.where for one in found} == named
        assert {one.why for one in found} == {f"dangling source {id_}"}

    def test_a_source_that_stands_twice_is_refused(self) -> None:
        twice = (*DOCUMENT.source, DOCUMENT.source[0])
        (refusal,) = lint(DOCUMENT.model_copy(update={"source": twice}), DICTIONARY)
        assert refusal == Refusal("S01", "the same source id twice", "give every one an id of its own")


class TestSameDay:
    @pytest.mark.parametrize("age", ["P1D", "PT24H", "PT1H"])
    def test_an_old_kind_of_fact_may_be_read_when_its_age_is_limited_to_the_day(self, age: str) -> None:
        assert taken(
            with_lines(
                "DAY-02", when=f'"escort and bmi < 60 and age_of(weight) <= {age} and age_of(height) <= P1Y"'
            )
        )

    @pytest.mark.parametrize("guard", ["age_of(weight) > P1D", "age_of(weight) >= P1D", "not known(weight)"])
    def test_a_guard_that_does_not_limit_the_age_is_none(self, guard: str) -> None:
        found = refused(with_lines("DAY-02", when=f'"escort and weight < 200 and {guard}"'))
        assert any(one.where == "DAY-02" for one in found)

    def test_what_the_clinics_own_sessions_tell_needs_no_guard(self) -> None:
        assert taken(with_lines("DAY-02", when='"escort and age >= 18 and infusions_total < 99"'))

    def test_every_bundled_rule_of_the_day_reads_nothing_older(self) -> None:
        assert not [one for one in lint(DOCUMENT, DICTIONARY) if "older than a day" in one.why]


@pytest.mark.parametrize("id_", sorted(set(RULES)))
def test_every_rule_has_an_id_of_its_own(id_: str) -> None:
    """Given to another rule as well, it is refused once, by name."""
    other = next(rule for rule in DOCUMENT.aftercare if rule.id != id_)
    doubled = tuple(one.model_copy(update={"id": id_}) if one is other else one for one in DOCUMENT.aftercare)
    (refusal,) = lint(DOCUMENT.model_copy(update={"aftercare": doubled}), DICTIONARY)
    assert (refusal.where, refusal.why) == (id_, "the same rule id twice")


@tried(40)
@given(st.permutations(range(len(DOCUMENT.gate))), st.permutations(range(len(DOCUMENT.source))))
def test_the_order_of_rules_and_sources_makes_no_fault(gates: list[int], sources: list[int]) -> None:
    shuffled = DOCUMENT.model_copy(
        update={
            "gate": tuple(DOCUMENT.gate[index] for index in gates),
            "source": tuple(DOCUMENT.source[index] for index in sources),
        }
    )
    assert lint(shuffled, DICTIONARY) == ()


FAULTS = {
    "a dangling source": ('src = ["S01", "S05"]', 'src = ["S01", "S98"]', "ELG-02.src"),
    "a unit": ('height = { unit = "cm" }', 'height = { unit = "m" }', "facts.height.unit"),
    "a floor": ("min_mg = 10.0", "min_mg = 70.0", "DOS-01"),
    "an undeclared fact": ("cystitis = {}\n", "", "CON-08"),
    "a choice that does not exist": ('when = "child_pugh == c"', 'when = "child_pugh == z"', "CON-06"),
}


@pytest.mark.parametrize("names", [*combinations(FAULTS, 2), tuple(FAULTS)])
def test_one_fault_never_hides_another(names: tuple[str, ...]) -> None:
    text = TEXT
    for name in names:
        old, new, _ = FAULTS[name]
        assert old in text
        text = text.replace(old, new, 1)
    assert {FAULTS[name][2] for name in names} <= {one.where for one in refused(text)}


def test_a_refusal_is_its_three_parts_for_json() -> None:
    refusal = the(TEXT.replace("min_mg = 10.0", "min_mg = 70.0"))
    assert refusal.as_dict() == {"where": "DOS-01", "why": refusal.why, "mend": refusal.mend}


def test_a_refused_document_is_still_known_by_name_version_and_hash() -> None:
    with pytest.raises(ProtocolRefused) as caught:
        load(TEXT.replace("min_mg = 10.0", "min_mg = 70.0").encode())
    assert (caught.value.id, caught.value.version, len(caught.value.sha256)) == ("ocd-ivket", "9.9.9", 64)
    assert str(caught.value).startswith("DOS-01: the floor of 70 mg")


def test_a_document_without_a_header_is_known_by_its_hash_alone() -> None:
    with pytest.raises(ProtocolRefused) as caught:
        load(b'protocol = "a word"')
    assert (caught.value.id, caught.value.version) == (None, None)


def test_warnings_refuse_nothing() -> None:
    draft: Document = taken(TEXT.replace('status = "final"', 'status = "draft"')).document
    assert len(warn(draft)) == len(warn(DOCUMENT)) + 1
