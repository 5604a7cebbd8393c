"""What a medical director is told before signing, and by what a document is known."""

from __future__ import annotations

import hashlib

import pytest

from unloop.protocol import Protocol, bundled, bundled_ids, load
from unloop.quantity import InputRefused

PROTOCOL = bundled("ocd-ivket")
TEXT = PROTOCOL.text.replace('version = "1.1.0"', 'version = "9.9.9"', 1)


def changed(old: str, new: str) -> Protocol:
    assert old in TEXT
    return load(TEXT.replace(old, new).encode())


def test_a_rule_that_rests_on_memory_alone_is_unverified() -> None:
    told = changed('src = ["S27", "S34"]\nwhy = "Standard', 'src = ["S34"]\nwhy = "Standard')
    assert "ELG-04: unverified, rests on memory alone (S34)" in told.warnings
    assert told.unverified(told.rule("ELG-04"))


def test_memory_beside_a_source_that_was_read_is_verified() -> None:
    assert not PROTOCOL.unverified(PROTOCOL.rule("ELG-04"))
    assert not any("ELG-04: unverified" in warning for warning in PROTOCOL.warnings)


def test_rules_on_policy_alone_are_listed_and_others_are_not() -> None:
    (policy,) = [warning for warning in PROTOCOL.warnings if "policy alone" in warning]
    alone = [rule.id for rule in PROTOCOL.rules if rule.src == ("POL",)]
    assert policy.startswith(f"{len(alone)} rules rest on clinic policy alone: ")
    assert policy.partition(": ")[2].split(", ") == alone
    assert "CON-01" not in alone


@pytest.mark.parametrize("status", ["example", "draft", "retired"])
def test_nobody_can_be_treated_under_what_is_not_final(status: str) -> None:
    told = changed('status = "final"', f'status = "{status}"')
    assert f"status is {status}: nobody can be treated under it" in told.warnings


def test_a_final_document_has_no_word_about_its_status() -> None:
    assert not any(warning.startswith("status") for warning in PROTOCOL.warnings)


def test_the_hash_is_of_the_very_bytes() -> None:
    assert PROTOCOL.sha256 == hashlib.sha256(PROTOCOL.text.encode()).hexdigest()
    spaced = load((TEXT + "\n").encode())
    assert spaced.sha256 != load(TEXT.encode()).sha256
    assert spaced.document == load(TEXT.encode()).document


def test_every_bundled_document_is_found_by_its_own_name() -> None:
    assert [bundled(id_).id for id_ in bundled_ids()] == list(bundled_ids())


@pytest.mark.parametrize("name", ["nothing", "OCD-IVKET", ""])
def test_a_document_that_is_not_bundled_is_wrong_input(name: str) -> None:
    with pytest.raises(InputRefused):
        bundled(name)


def test_a_rule_that_does_not_exist_is_wrong_input() -> None:
    with pytest.raises(InputRefused, match="ZZZ-99"):
        PROTOCOL.rule("ZZZ-99")


def test_each_rule_cites_its_sources_in_order() -> None:
    for rule in PROTOCOL.rules:
        assert tuple(source.id for source in PROTOCOL.cite(rule)) == rule.src


@pytest.mark.parametrize("name", ["../documents/ocd-ivket", "nobody", "", "ocd-ivket.toml"])
def test_a_bundled_protocol_is_asked_for_by_its_name_alone(name: str) -> None:
    with pytest.raises(InputRefused, match="ocd-ivket"):
        bundled(name)
