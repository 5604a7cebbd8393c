"""The shipped table of medicines: whole, without two meanings for one name, and refused where it does not fit."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.treatment_history import read_table, shipped_table
from unloop.care.treatment_history.spelling import FORMS, SALTS, SEPARATORS, UNITS, words
from unloop.quantity import InputRefused

TABLE = shipped_table()
PSYCHOTROPIC = {
    "ssri", "snri", "tricyclic", "maoi", "antidepressant", "antipsychotic", "mood-stabiliser", "anticonvulsant",
    "benzodiazepine", "z-drug", "barbiturate", "orexin-antagonist", "sedative", "anxiolytic", "stimulant",
    "wakefulness-agent", "opioid", "opioid-antagonist", "nmda-antagonist", "gabapentinoid", "alpha2-agonist",
    "antidementia", "hallucinogen", "cannabinoid", "alcohol", "alcohol-dependence", "nicotinic", "anticholinergic",
    "sedating-antihistamine", "muscle-relaxant", "dopaminergic", "movement-medicine", "glutamate-modulator",
}  # fmt: skip
INTERACTING = {
    "decongestant", "xanthine", "thyroid-hormone", "cyp3a4-strong-inhibitor", "cyp3a4-moderate-inhibitor",
    "cyp2b6-inhibitor", "cyp-inducer", "vasopressor", "antihypertensive", "qt-prolonging",
}  # fmt: skip

SMALL = """
[sources]
book = "A book"
[classes]
ssri = { label = "an SSRI" }
benzodiazepine = { label = "a benzodiazepine" }
[ingredients]
sertraline = { brands = ["Zoloft"], classes = ["ssri"] }
lorazepam = { also = ["o-chlorooxazepam"], classes = ["benzodiazepine"] }
[products]
"Both" = ["sertraline", "lorazepam"]
[equal_to_10_mg_diazepam]
lorazepam = { book = [1.0, 2.0] }
"""


class TestWhatItHolds:
    def test_at_least_three_hundred_psychotropic_and_interacting_drugs(self) -> None:
        wanted = PSYCHOTROPIC | INTERACTING
        assert sum(bool(one.classes & wanted) for one in TABLE.ingredients.values()) >= 300

    def test_a_thousand_ingredients_in_all(self) -> None:
        assert len(TABLE.ingredients) >= 1000

    def test_every_name_has_one_meaning(self) -> None:
        written = [
            words(name) for one in TABLE.ingredients.values() for name in (one.name, *one.also, *one.brands)
        ]
        assert [key for key, times in Counter(written).items() if times > 1] == []

    def test_every_trade_name_of_a_single_drug_stands_for_that_ingredient(self) -> None:
        for one in TABLE.ingredients.values():
            meanings = [TABLE.meanings[words(brand)] for brand in one.brands]
            assert all(meaning.trade_name and meaning.ingredients == (one.name,) for meaning in meanings)

    def test_every_class_is_used_and_said_in_words(self) -> None:
        used = {name for one in TABLE.ingredients.values() for name in one.classes}
        assert used == set(TABLE.classes)
        assert all(TABLE.classes.values())

    def test_every_ingredient_has_a_class(self) -> None:
        assert [name for name, one in TABLE.ingredients.items() if not one.classes] == []

    def test_names_are_written_in_lower_case(self) -> None:
        assert [name for name in TABLE.ingredients if name != name.lower() or name != name.strip()] == []

    def test_a_combination_holds_at_least_two_ingredients_each_once(self) -> None:
        several = [meaning for meaning in TABLE.meanings.values() if len(meaning.ingredients) > 1]
        assert len(several) > 150
        assert all(len(set(one.ingredients)) == len(one.ingredients) for one in several)

    def test_no_name_consists_of_words_that_name_no_substance(self) -> None:
        silent = FORMS | UNITS | SEPARATORS
        assert [key for key in TABLE.meanings if set(key) <= silent] == []

    def test_no_word_that_changes_a_product_counts_as_a_form(self) -> None:
        telling = {
            "pm",
            "am",
            "d",
            "dm",
            "pe",
            "hct",
            "no",
            "not",
            "stopped",
            "allergy",
            "cold",
            "flu",
            "sinus",
            "night",
        }
        assert telling.isdisjoint(FORMS | UNITS | SALTS | SEPARATORS)

    @pytest.mark.parametrize(
        ("ingredient", "group"),
        [
            ("clonazepam", "benzodiazepine"), ("zolpidem", "z-drug"), ("phenobarbital", "barbiturate"),
            ("tramadol", "opioid"), ("buprenorphine", "opioid-antagonist"), ("naltrexone", "opioid-antagonist"),
            ("samidorphan", "opioid-antagonist"), ("tranylcypromine", "maoi"), ("linezolid", "maoi"),
            ("lisdexamfetamine", "stimulant"), ("pseudoephedrine", "decongestant"), ("pregabalin", "gabapentinoid"),
            ("aminophylline", "xanthine"), ("memantine", "nmda-antagonist"), ("dextromethorphan", "nmda-antagonist"),
            ("clarithromycin", "cyp3a4-strong-inhibitor"), ("ritonavir", "cyp3a4-strong-inhibitor"),
            ("ticlopidine", "cyp2b6-inhibitor"), ("rifampicin", "cyp-inducer"), ("st johns wort", "cyp-inducer"),
            ("carbamazepine", "cyp-inducer"), ("levothyroxine", "thyroid-hormone"), ("clonidine", "alpha2-agonist"),
        ],
    )  # fmt: skip
    def test_what_matters_beside_ketamine_is_in_its_class(self, ingredient: str, group: str) -> None:
        assert group in TABLE.ingredients[ingredient].classes

    def test_an_opioid_antagonist_that_stays_out_of_the_brain_is_none_of_those_that_enter(self) -> None:
        for name in ("methylnaltrexone", "naloxegol", "naldemedine"):
            assert "opioid-antagonist" not in TABLE.ingredients[name].classes


class TestAgainstDiazepam:
    def test_every_benzodiazepine_that_is_compared_names_its_sources(self) -> None:
        for found in TABLE.equivalents.values():
            assert all(one.source in TABLE.sources and 0 < one.low_mg <= one.high_mg for one in found)

    @pytest.mark.parametrize(
        ("drug", "mg", "low", "high"),
        [
            # ASAM pocket card 1532950, table 7 (VA/DoD 2021 and Ashton 2002), WHO 2009 table 8
            ("alprazolam", 1.0, 10, 20),
            ("clonazepam", 1.0, 10, 20),
            ("lorazepam", 2.0, 10, 20),
            ("chlordiazepoxide", 25.0, 10, 10),
            ("oxazepam", 30.0, 10, 15),
            ("temazepam", 20.0, 10, 40 / 3),
            ("triazolam", 0.25, 5, 10),
            ("flunitrazepam", 2.0, 10, 10),
        ],
    )
    def test_a_daily_dose_becomes_the_range_of_its_sources(
        self, drug: str, mg: float, low: float, high: float
    ) -> None:
        found = TABLE.diazepam(drug, mg)
        assert found is not None
        assert (found.low_mg, found.high_mg) == pytest.approx((low, high))
        assert found.sources

    def test_ten_milligrams_of_diazepam_are_ten(self) -> None:
        found = TABLE.diazepam("diazepam", 10)
        assert found is not None
        assert (found.low_mg, found.high_mg) == (10, 10)

    def test_what_no_source_compares_has_no_equivalent(self) -> None:
        assert TABLE.diazepam("sertraline", 100) is None
        assert TABLE.diazepam("etizolam", 1) is None

    @pytest.mark.parametrize("mg", [-1.0, float("nan"), float("inf")])
    def test_a_dose_that_is_none_is_refused(self, mg: float) -> None:
        with pytest.raises(InputRefused, match="0 mg or more"):
            TABLE.diazepam("lorazepam", mg)

    @given(st.sampled_from(sorted(TABLE.equivalents)), st.floats(0, 500), st.floats(1, 10))
    def test_the_equivalent_grows_with_the_dose(self, drug, mg, times) -> None:
        once, more = TABLE.diazepam(drug, mg), TABLE.diazepam(drug, mg * times)
        assert once is not None
        assert more is not None
        assert once.low_mg <= once.high_mg
        assert more.high_mg == pytest.approx(times * once.high_mg)


class TestATableThatDoesNotFit:
    def test_a_small_table_reads(self) -> None:
        table = read_table(SMALL)
        assert table.meanings["both",].ingredients == ("sertraline", "lorazepam")
        assert table.classes_of(("sertraline", "lorazepam")) == {"ssri", "benzodiazepine"}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param('"Zoloft"', '"Zoloft", "ZOLOFT"', id="one trade name twice"),
            pytest.param('"o-chlorooxazepam"', '"Sertraline"', id="one name for two drugs"),
            pytest.param('"Zoloft"', '"---"', id="a name without letters"),
            pytest.param('classes = ["ssri"]', 'classes = ["sri"]', id="a class that is not defined"),
            pytest.param(
                '["sertraline", "lorazepam"]', '["sertraline", "lorazepan"]', id="a stray ingredient"
            ),
            pytest.param("lorazepam = { book", "clonazepam = { book", id="an equivalent of nothing"),
            pytest.param("{ book = [1.0, 2.0] }", "{ blog = [1.0, 2.0] }", id="an equivalent from nowhere"),
            pytest.param("[1.0, 2.0]", "[2.0, 1.0]", id="a range upside down"),
            pytest.param("[1.0, 2.0]", "[0.0, 1.0]", id="a dose of nothing"),
            pytest.param("[1.0, 2.0]", "[1.0]", id="half a range"),
            pytest.param("brands =", "brand =", id="an unknown key"),
            pytest.param("[products]", "[produce]", id="an unknown table"),
            pytest.param("[classes]", "[classes", id="no TOML"),
        ],
    )
    def test_it_is_refused(self, old: str, new: str) -> None:
        assert old in SMALL
        with pytest.raises(InputRefused, match="table of medicines"):
            read_table(SMALL.replace(old, new))
