"""A protocol is refused before anybody signs it when it could not be carried out for anybody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.evaluation import read_protocol
from unloop.care.treatment_history import canonical, shipped_table
from unloop.protocol import ProtocolRefused, bundled, bundled_ids, load
from unloop.quantity import InputRefused

TEXT = bundled("ocd-ivket").text.replace('version = "1.1.0"', 'version = "9.9.9"', 1)
LAMOTRIGINE = 'match = ["lamotrigine"]'
NAMES = sorted(shipped_table().ingredients)
CLASSES = sorted(shipped_table().classes)


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def refusals(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ProtocolRefused) as caught:
        read_protocol(text.encode())
    return [(one.where, one.why, one.mend) for one in caught.value.refusals]


def set_to(key: str, value: str) -> str:
    """The document with one key set otherwise; the key stands in it once."""
    pattern = re.compile(rf"^{key} = .*$", re.MULTILINE)
    assert len(pattern.findall(TEXT)) == 1, key
    return pattern.sub(lambda _: f"{key} = {value}", TEXT)


@pytest.mark.parametrize("id_", bundled_ids())
def test_every_bundled_document_can_be_carried_out(id_: str) -> None:
    document = bundled(id_)
    assert read_protocol(document.text.encode()) == document


def test_what_the_language_of_rules_takes_may_still_be_impossible_to_carry_out() -> None:
    text = changed(LAMOTRIGINE, 'match = ["lamotrigin"]').encode()
    assert load(text).id == "ocd-ivket"
    with pytest.raises(ProtocolRefused):
        read_protocol(text)


class TestNamesOfMedicines:
    def test_a_slip_is_refused_with_the_rule_and_the_name_that_may_have_been_meant(self) -> None:
        ((where, why, mend),) = refusals(changed(LAMOTRIGINE, 'match = ["lamotrigin"]'))
        assert where == "DDI-03.match"
        assert why.startswith("lamotrigin was given; allowed is an ingredient of the table of medicines")
        assert mend.startswith("did you mean lamotrigine")

    def test_every_slip_of_a_rule_is_named_and_not_only_the_first(self) -> None:
        found = refusals(changed(LAMOTRIGINE, 'match = ["lamotrigin", "lamotrigine", "qqq", "class:opiod"]'))
        assert [why.split()[0] for _, why, _ in found] == ["lamotrigin", "qqq", "class:opiod"]
        assert {where for where, _, _ in found} == {"DDI-03.match"}

    def test_a_class_that_does_not_exist_is_refused_with_the_one_that_looks_alike(self) -> None:
        ((where, why, mend),) = refusals(
            changed('match = ["class:benzodiazepine"]', 'match = ["class:benzodiazapine"]')
        )
        assert (where, why.split()[0]) == ("DDI-01.match", "class:benzodiazapine")
        assert "class:benzodiazepine" in mend

    @pytest.mark.parametrize(
        "name", ["", " ", "class:", "class", "Class:opioid", "qqqq", "lamotrigine 25 mg"]
    )
    def test_what_is_no_name_of_one_ingredient_is_refused(self, name: str) -> None:
        ((where, _, mend),) = refusals(changed(LAMOTRIGINE, f'match = ["{name}"]'))
        assert where == "DDI-03.match"
        assert mend.endswith("correct the spelling, or add the medicine to the table")

    @pytest.mark.parametrize(
        "name", ["LAMOTRIGINE", "Lamictal", "class:opioid", "rifampin", "St. John's wort"]
    )
    def test_any_name_that_the_table_knows_is_taken(self, name: str) -> None:
        assert read_protocol(changed(LAMOTRIGINE, f'match = ["{name}"]').encode())

    @given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(CLASSES))
    def test_every_ingredient_and_every_class_of_the_table_may_be_named(self, names, group) -> None:
        listed = ", ".join(f'"{name}"' for name in (*names, f"class:{group}"))
        assert read_protocol(changed(LAMOTRIGINE, f"match = [{listed}]").encode())

    @given(st.text(st.characters(categories=["Ll", "Nd"], include_characters=" -"), max_size=20))
    def test_no_other_text_is(self, written: str) -> None:
        text = changed(LAMOTRIGINE, f'match = ["{written}"]').encode()
        if canonical(written) is not None:
            assert read_protocol(text)
            return
        with pytest.raises(ProtocolRefused):
            read_protocol(text)


class TestAdequateTreatments:
    def test_an_inhibitor_that_nobody_knows_would_never_count(self) -> None:
        ((where, why, _),) = refusals(changed("fluoxetine = {", "fluoxetin = {"))
        assert where == "RES-SRI.doses"
        assert why.startswith("fluoxetin was given")

    def test_every_such_inhibitor_is_named(self) -> None:
        text = changed("fluoxetine = {", "fluoxetin = {").replace("sertraline = {", "sertralin = {")
        assert [why.split()[0] for _, why, _ in refusals(text)] == ["fluoxetin", "sertralin"]

    def test_the_same_inhibitor_under_two_names_would_never_count_either(self) -> None:
        prozac = "Prozac = { target = 60.0, max = 80.0 }"
        text = changed("[resistance.sri.dose]", f"[resistance.sri.dose]\n{prozac}")
        ((where, why, mend),) = refusals(text)
        assert (where, mend) == ("RES-SRI.doses", "keep one of the two")
        assert "Prozac and fluoxetine" in why

    def test_a_target_may_be_the_maximum_and_not_above_it(self) -> None:
        sertraline = "sertraline = { target = 150.0, max = 200.0 }"
        assert read_protocol(changed(sertraline, sertraline.replace("150.0", "200.0")).encode())
        ((where, why, _),) = refusals(changed(sertraline, sertraline.replace("150.0", "200.1")))
        assert where == "RES-SRI.dose"
        assert "target 200.1, maximum 200" in why

    @pytest.mark.parametrize(
        ("key", "rule"), [("adherence_min_percent", "RES-SRI"), ("homework_min_percent", "RES-ERP")]
    )
    def test_a_share_is_at_most_the_whole(self, key: str, rule: str) -> None:
        assert read_protocol(set_to(key, "100.0").encode())
        ((where, why, _),) = refusals(set_to(key, "100.1"))
        assert where == f"{rule}.share"
        assert "0 to 100 %" in why


class TestPlan:
    @pytest.mark.parametrize(
        ("key", "taken", "refused", "where"),
        [
            ("tolerance_percent", "10.0", "10.1", "PRE-01.tolerance_percent"),
            ("preferred_vial_mg_per_ml", "100.0", "20.0", "PRE-01.preferred vial"),
            ("allowed_vial_mg_per_ml", "[10.0]", "[]", "PRE-01.preferred vial"),
            ("bag_ml", "6.0", "5.9", "PRE-01.bag"),
            ("bag_ml", "1000.0", "5000.0", "PRE-01.volume"),
            ("assess_after", "[]", "[1, 7]", "SCH-01.assess_after"),
            ("assess_after", "[6]", "[0]", "SCH-01.assess_after"),
            ("infusions", "9", "5", "SCH-01.assess_after"),
            ("infusions", "6", "0", "SCH-01.infusions"),
            ("per_week", "1", "0", "SCH-01.per_week"),
            ("slowest_minutes", "1440.0", "1441.0", "DOS-01.minutes"),
            ("max_mg", "500.0", "501.0", "PRE-01.bag"),
        ],
    )
    def test_the_last_value_that_can_be_planned_is_taken_and_the_next_is_refused(
        self, key: str, taken: str, refused: str, where: str
    ) -> None:
        assert read_protocol(set_to(key, taken).encode())
        ((place, why, mend),) = refusals(set_to(key, refused))
        assert place == where
        assert "allowed is" in why
        assert mend

    def test_faults_of_rules_and_of_plans_are_told_in_one_go(self) -> None:
        text = changed(LAMOTRIGINE, 'match = ["lamotrigin"]').replace("max_mg = 60.0", "max_mg = 5.0")
        assert {where for where, _, _ in refusals(text)} == {"DDI-03.match", "DOS-01", "DOS-01.floor"}

    def test_what_is_not_toml_is_wrong_input_here_too(self) -> None:
        with pytest.raises(InputRefused):
            read_protocol(b"= 3")

    def test_a_version_that_was_seen_differently_is_refused_here_too(self) -> None:
        with pytest.raises(ProtocolRefused, match="seen here before"):
            read_protocol(TEXT.encode(), seen={("ocd-ivket", "9.9.9"): "0" * 64})
