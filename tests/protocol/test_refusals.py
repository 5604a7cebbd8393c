"""Documents that are refused, each by one change to the bundled one, with the place and the mend."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.protocol import ProtocolRefused, bundled, load
from unloop.quantity import InputRefused

TEXT = bundled("ocd-ivket").text


def changed(old: str, new: str, *, version: str = "9.9.9") -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1).replace('version = "1.1.0"', f'version = "{version}"', 1)


def refusals(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ProtocolRefused) as caught:
        load(text.encode())
    return [(one.where, one.why, one.mend) for one in caught.value.refusals]


def test_a_new_version_with_a_small_change_is_taken() -> None:
    assert load(changed("max_mg = 60.0", "max_mg = 55.0").encode()).document.dose.max_mg == 55


CASES: dict[str, tuple[str, str, str, str]] = {
    "unknown key": ('who = "psychiatrist"', 'who = "psychiatrist"\nwhom = "x"', "EVA-01", "unknown key"),
    "unknown table": ("[records]", "[pump]\nx = 1\n[records]", "pump", "unknown key"),
    "dangling source": ('src = ["S01", "S05"]', 'src = ["S01", "S99"]', "ELG-02.src", "dangling source S99"),
    "unused source": (
        '[[source]]\nid = "POL"',
        '[[source]]\nid = "S77"\nkind = "trial"\nseen = "full"\ncite = "Nobody cites this"\n[[source]]\nid = "POL"',
        "source.S77",
        "unused source",
    ),
    "undeclared fact": ("breastfeeding = {}\n", "", "REL-07", "undeclared fact breastfeeding"),
    "fact that does not exist": (
        "breastfeeding = {}",
        "breastfeedign = {}",
        "facts.breastfeedign",
        "not a code",
    ),
    "unit mismatch": (
        'weight = { unit = "kg" }',
        'weight = { unit = "[lb_av]" }',
        "facts.weight.unit",
        "unit mismatch",
    ),
    "no unit": ('sbp = { unit = "mm[Hg]" }\ndbp', "sbp = {}\ndbp", "facts.sbp.unit", "unit mismatch"),
    "longer age": ("cystitis = {}", 'cystitis = { max_age = "P1Y" }', "facts.cystitis.max_age", "longer"),
    "override on an absolute rule": (
        'why = "The label forbids it."',
        'why = "The label forbids it."\noverride = { signers = ["physician"], needs = ["a written reason"] }',
        "CON-01.override",
        "absolute rule has no override",
    ),
    "override on a requirement": (
        'why = "All trials took adults only."',
        'why = "All trials took adults only."\noverride = { signers = ["physician"], needs = ["a reason"] }',
        "ELG-01.override",
        "require rule has no override",
    ),
    "unknown signer": (
        'signers = ["psychiatrist"], needs = ["a written reason"]',
        'signers = ["friend"], needs = ["a written reason"]',
        "REL-01.override",
        "friend",
    ),
    "same-day rule over an old fact": (
        'when = "fasted_solids < 6 or fasted_clear < 2"',
        'when = "office_sbp >= 140"',
        "DAY-01",
        "older than a day",
    ),
    "discharge rule over a fact of the morning": (
        'when = "aldrete >= 9"',
        'when = "suicide_risk == none"',
        "DIS-02",
        "not bound to the recovery part",
    ),
    "discharge rule over a reading from before": (
        'when = "aldrete >= 9"',
        'when = "iv_patent"',
        "DIS-02",
        "not bound to the recovery part",
    ),
    "known() alone over a fact with a bad value": (
        "urine_drug_screen == unexpected or ",
        "(known(urine_drug_screen) and age < 0) or ",
        "REL-08",
        "known",
    ),
    "known() that opens by absence": (
        'when = "vital_status == alive"',
        'when = "vital_status == alive and not known(cystitis)"',
        "ELG-00",
        "known()",
    ),
    "item content with presence": (
        'cystitis"\nbasis',
        'cystitis"\nbasis',
        "",
        "",
    ),
    "prose where a condition belongs": (
        'when = "cystitis"',
        'when = "any red prompt, or two of one kind"',
        "CON-08.when",
        "not a condition",
    ),
    "condition with a choice that does not exist": (
        'when = "child_pugh == c"',
        'when = "child_pugh == d"',
        "CON-06",
        "line 1, column 1",
    ),
    "adjustment above the rate ceiling": (
        'when = "age >= 65"\nset = { mg_per_kg = 0.3 }',
        'when = "age >= 65"\nset = { minutes = 20.0 }',
        "DOS-01 with DOS-03",
        "over the ceiling",
    ),
    "step above the rate ceiling": (
        "minutes = 60.0 }",
        "minutes = 40.0 }",
        "DOS-01 with DOS-05",
        "over the ceiling",
    ),
    "base dose in the anaesthetic range": ("mg_per_kg = 0.5\n", "mg_per_kg = 1.2\n", "DOS-01", "anaesthetic"),
    "stored pump rate": (
        "bag_ml = 50.0",
        "bag_ml = 50.0\npump_ml_per_h = 75.0",
        "preparation.pump_ml_per_h",
        "unknown",
    ),
    "floor above the ceiling": ("min_mg = 10.0", "min_mg = 80.0", "DOS-01", "floor"),
    "rule id twice": ('id = "CON-02"', 'id = "CON-01"', "CON-01", "twice"),
    "relative rule without signers": (
        'override = { signers = ["anaesthesia"], needs = ["a written reason"] }',
        "",
        "REL-05",
        "nobody may override",
    ),
    "text for a number": ("max_mg = 60.0", 'max_mg = "sixty"', "dose.max_mg", "number"),
    "no reason": ('why = "The label forbids it."\n', "", "CON-01.why", "missing key"),
}
del CASES["item content with presence"]


@pytest.mark.parametrize(("old", "new", "where", "why"), CASES.values(), ids=CASES.keys())
def test_a_faulty_document_is_refused_with_place_and_mend(old: str, new: str, where: str, why: str) -> None:
    found = refusals(changed(old, new))
    assert any(where in place and why in reason for place, reason, _ in found), found
    assert all(mend for _, _, mend in found)


def test_an_item_that_only_asks_that_a_bad_value_is_known_is_refused() -> None:
    text = changed(' or airway == difficult"', '"')
    assert any("airway" in why and where == "EVA-03" for where, why, _ in refusals(text))


def test_the_same_version_with_other_content_is_refused() -> None:
    text = changed("max_mg = 60.0", "max_mg = 55.0", version="1.1.0")
    assert [where for where, _, _ in refusals(text)] == ["protocol.version"]


def test_a_version_that_the_installation_has_seen_differently_is_refused() -> None:
    text = changed("max_mg = 60.0", "max_mg = 55.0")
    with pytest.raises(ProtocolRefused, match=r"9\.9\.9 was seen here before"):
        load(text.encode(), seen={("ocd-ivket", "9.9.9"): "0" * 64})


@pytest.mark.parametrize("data", [b"not = [toml", b"\xff\xfe", b"a" * 2_000_000, b"= 3"])
def test_what_is_not_toml_is_wrong_input(data: bytes) -> None:
    with pytest.raises(InputRefused):
        load(data)


def test_an_empty_document_names_every_missing_table() -> None:
    found = refusals("")
    assert {"protocol", "source", "gate", "evaluation", "dose", "discharge"} <= {
        where for where, _, _ in found
    }


Damage = Callable[[str], str]


@given(start=st.integers(0, len(TEXT)), length=st.integers(1, 400))
def test_a_document_with_a_hole_is_taken_or_refused_and_never_crashes(start: int, length: int) -> None:
    damaged = TEXT[:start] + TEXT[start + length :]
    try:
        load(damaged.encode())
    except (ProtocolRefused, InputRefused) as refused:
        assert str(refused)  # noqa: PT017 - either is right
