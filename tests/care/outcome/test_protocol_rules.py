"""The definitions that a protocol writes out are the ones that a course is judged by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from unloop.care.outcome import CONSENSUS, Category, Rating, criteria_met, definitions_of
from unloop.protocol import bundled
from unloop.protocol.document import OutcomeRule
from unloop.protocol.protocol import Protocol
from unloop.quantity import InputRefused
from unloop.quantity.duration import Duration

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def with_rules(**conditions: str | None) -> Protocol:
    """The bundled protocol with other outcome rules; None leaves one out."""
    protocol = bundled()
    outcome = protocol.document.outcome
    rules = []
    for rule in outcome.rule:
        name = rule.name.replace("-", "_")
        if name not in conditions:
            rules.append(rule)
        elif (condition := conditions[name]) is not None:
            parts = {key: getattr(rule, key) for key in ("id", "basis", "src", "why", "name")}
            lasting = "P14D" if rule.lasting is not None else None
            rules.append(OutcomeRule(**parts, when=condition, lasting=lasting))
    changed = outcome.model_copy(update={"rule": tuple(rules)})
    document = protocol.document.model_copy(update={"outcome": changed})
    return replace(protocol, document=document)


def test_the_bundled_protocol_writes_out_the_consensus():
    found = definitions_of(bundled())
    for part in ("response", "partial_response", "remission", "relapse", "noticeable_points"):
        assert getattr(found, part) == getattr(CONSENSUS, part)


def test_the_source_names_the_protocol_and_what_it_cites():
    assert definitions_of(bundled()).source.startswith(f"protocol {bundled().id} {bundled().version}: ")
    assert "Mataix-Cols" in definitions_of(bundled()).source


def test_a_protocol_with_a_stricter_response_is_judged_by_it():
    stricter = definitions_of(with_rules(response="pct(ybocs) <= -50 and cgi_i <= 1"))
    assert (stricter.response.fall_percent, stricter.response.cgi_i_at_most) == (50, 1)
    assert stricter.response.lasting == Duration.parse("P14D")
    before, after = Rating(AT, 30), Rating(AT, 18, cgi_i=1)
    assert criteria_met(after, before)[0] is Category.RESPONSE
    assert criteria_met(after, before, definitions=stricter)[0] is Category.PARTIAL_RESPONSE


def test_what_a_protocol_leaves_out_is_the_consensus():
    found = definitions_of(with_rules(relapse=None, recovery=None, noticeable_change=None))
    assert found.relapse == CONSENSUS.relapse
    assert found.remission.recovery_lasting == CONSENSUS.remission.recovery_lasting
    assert found.noticeable_points == CONSENSUS.noticeable_points


@pytest.mark.parametrize(
    ("rule", "condition"),
    [
        pytest.param("response", "pct(ybocs) <= -35", id="without the impression of change"),
        pytest.param("response", "ybocs <= 12 and cgi_i <= 2", id="a total where a fall is meant"),
        pytest.param("response", "pct(ybocs) <= -35 or cgi_i <= 2", id="either of the two"),
        pytest.param("remission", "ybocs <= 12 and not cgi_s > 2", id="a denial"),
        pytest.param("relapse", "ybocs > 12 and cgi_i >= 6", id="another comparison"),
    ],
)
def test_a_definition_that_cannot_be_counted_is_refused_and_not_guessed(rule, condition):
    with pytest.raises(InputRefused) as refused:
        definitions_of(with_rules(**{rule: condition}))
    assert refused.value.given == condition
    assert refused.value.where.startswith("OUT-")
