"""The dose by each of the weights that sources dose on, side by side: they disagree, and one is chosen by rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

from unloop.care.plan.dose_rule import DoseRule
from unloop.care.plan.dosing_weight import Body, DosingWeight, WeightBasis, dosing_weight
from unloop.care.plan.preparation import decide_dose
from unloop.quantity import Dose, InputRefused


@dataclass(frozen=True, slots=True)
class DoseByWeight:
    """What one weight would lead to.

    Attributes:
        basis: actual, ideal or adjusted weight.
        chosen: whether it is the one that the protocol doses on for this person.
        dosing: the weight and its formula; None where a measure is missing.
        dose: cut to the ceiling and rounded down; None where it is refused.
        refusal: why there is none.
    """

    basis: WeightBasis
    chosen: bool
    dosing: DosingWeight | None
    dose: Dose | None
    refusal: InputRefused | None = None


def doses_by_weight(rule: DoseRule, body: Body) -> tuple[DoseByWeight, ...]:
    """The dose by each weight, under the same rule otherwise; for the eye of a physician, ordering nothing."""
    return tuple(_by(basis, rule, body) for basis in WeightBasis)


def _by(basis: WeightBasis, rule: DoseRule, body: Body) -> DoseByWeight:
    chosen, dosing = basis is rule.weight_basis, None
    try:
        dosing = dosing_weight(body, basis)
        dose, _steps = decide_dose(replace(rule, weight_basis=basis), dosing)
    except InputRefused as refusal:
        return DoseByWeight(basis, chosen, dosing, None, refusal)
    return DoseByWeight(basis, chosen, dosing, dose)
