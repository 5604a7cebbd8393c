"""Racemate and S, base and salt: each said, none assumed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics import Infusion, SaltDose, Weighed, as_base_mg
from unloop.science.pharmacokinetics.drug import ng_per_ml_of_ketamine


def test_115_mg_of_hydrochloride_hold_100_mg_of_base():
    # Molar masses 274.2 and 237.73 g/mol.
    assert as_base_mg(115.34, Weighed.HYDROCHLORIDE) == pytest.approx(100.0, rel=1e-4)


def test_a_dose_of_salt_is_a_type_of_its_own_that_no_infusion_takes():
    salt = SaltDose(hydrochloride_mg=40.25)
    assert salt.base_mg == pytest.approx(34.9, abs=0.05)
    assert Infusion.of_dose(salt.base_mg, end_min=40.0).mg == pytest.approx(salt.base_mg)
    with pytest.raises(TypeError):
        Infusion.of_dose(salt, end_min=40.0)


@pytest.mark.parametrize("mg", [0.0, -1.0, float("nan"), float("inf")])
def test_a_dose_of_salt_that_cannot_be_is_refused(mg):
    with pytest.raises(InputRefused, match="hydrochloride"):
        SaltDose(hydrochloride_mg=mg)


@given(st.floats(0.0, 1000.0))
def test_base_is_base(mg):
    assert as_base_mg(mg, Weighed.BASE) == mg
    assert as_base_mg(mg, Weighed.HYDROCHLORIDE) <= mg


@pytest.mark.parametrize("mg", [-1.0, float("nan"), float("inf")])
def test_an_amount_that_cannot_be_is_refused(mg):
    with pytest.raises(InputRefused, match="dose"):
        as_base_mg(mg, Weighed.BASE)


def test_half_a_nanomole_in_a_millilitre_is_121_nanograms():
    # Olofsen 2022 prints the same C50 both ways: 0.51 nmol/mL and 121 ng/mL.
    assert ng_per_ml_of_ketamine(0.51) == pytest.approx(121.0, abs=0.5)
