"""From a name as somebody wrote it to its ingredients: what is understood, and what is left to a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from unloop.care.treatment_history import How, Resolved, Unmapped, canonical, resolve, shipped_table
from unloop.care.treatment_history.naming import LONGEST_TEXT
from unloop.care.treatment_history.spelling import words

TABLE = shipped_table()
NAMES = sorted({name for one in TABLE.ingredients.values() for name in (one.name, *one.also, *one.brands)})
SINGLE_DRUGS = sorted(TABLE.ingredients)


def ingredients(name: str) -> tuple[str, ...]:
    found = resolve(name)
    assert isinstance(found, Resolved), f"{name} stayed unmapped"
    return found.ingredients


class TestWhatIsUnderstood:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("fluoxetine", "fluoxetine"),
            ("FLUOXETINE", "fluoxetine"),
            ("  Fluoxetine  ", "fluoxetine"),
            ("fluoxetine hydrochloride", "fluoxetine"),
            ("Fluoxetine HCl", "fluoxetine"),
            ("Fluoxetine 25MG", "fluoxetine"),
            ("Fluoxetine 20 MG Oral Capsule", "fluoxetine"),
            ("fluoxetine 20 mg/5 ml oral solution", "fluoxetine"),
            ("Prozac", "fluoxetine"),
            ("prozac 20mg daily", "fluoxetine"),
            ("Prozac (fluoxetine)", "fluoxetine"),
            ("fluoxetine 20 MG Oral Capsule [Prozac]", "fluoxetine"),
            ("Wellbutrin XL 300", "bupropion"),
            ("lorazepam 1 mg PRN", "lorazepam"),
            ("Acetaminophen 325 MG Oral Tablet", "paracetamol"),
            ("Paracétamol", "paracetamol"),
            ("epinephrine 0.3 mg auto-injector", "adrenaline"),
            ("St. John's Wort 300 mg", "st johns wort"),
            ("St John’s wort", "st johns wort"),
            ("5-HTP 100 mg", "oxitriptan"),
            ("5-ASA", "mesalazine"),
            ("ASA 81 mg", "aspirin"),
            ("Humulin 70/30", "insulin human"),
            ("insulin, regular, human 100 UNT/ML Injectable Solution", "insulin human"),
            ("estrogens, conjugated (USP) 0.625 MG Oral Tablet", "conjugated estrogens"),
            ("vitamin D3 1000 IU", "colecalciferol"),
            ("lithium carbonate 300 mg", "lithium"),
            ("potassium chloride 20 MEQ Extended Release Oral Tablet", "potassium"),
            ("atorvastatin calcium 20 mg", "atorvastatin"),
            ("Penicillin V Potassium 500 MG Oral Tablet", "phenoxymethylpenicillin"),
            ("10 ML Furosemide 10 MG/ML Injection", "furosemide"),
            ("Jolivette 28 Day Pack", "norethisterone"),
            ("24 HR venlafaxine 75 MG Extended Release Oral Capsule [Effexor]", "venlafaxine"),
            ("12 HR oxycodone hydrochloride 10 MG Extended Release Oral Tablet", "oxycodone"),
            ("Zyprexa Zydis", "olanzapine"),
            ("haloperidol decanoate 100 MG/ML Injectable Solution", "haloperidol"),
        ],
    )
    def test_case_salts_strengths_and_forms_do_not_matter(self, written: str, meant: str) -> None:
        assert ingredients(written) == (meant,)

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", ("amoxicillin", "clavulanic acid")),
            (
                "Acetaminophen 21.7 MG/ML / Dextromethorphan HBr 1 MG/ML / doxylamine succinate 0.417 MG/ML Solution",
                ("paracetamol", "dextromethorphan", "doxylamine"),
            ),
            ("lisinopril-hydrochlorothiazide 20-12.5 mg", ("lisinopril", "hydrochlorothiazide")),
            ("acetaminophen with codeine", ("paracetamol", "codeine")),
            ("atorvastatin / calcium", ("atorvastatin", "calcium")),
            ("sertraline 100 mg, bupropion 150", ("sertraline", "bupropion")),
            ("fluoxetine lithium", ("fluoxetine", "lithium")),
            ("Contrave", ("naltrexone", "bupropion")),
            ("Lybalvi 10 mg", ("olanzapine", "samidorphan")),
            ("Suboxone 8-2 mg sublingual film", ("buprenorphine", "naloxone")),
            ("Claritin-D 12 Hour", ("loratadine", "pseudoephedrine")),
            ("Tylenol #3", ("paracetamol", "codeine")),
            ("Advil PM", ("ibuprofen", "diphenhydramine")),
            (
                "{21 (ethinyl estradiol 0.03 MG / levonorgestrel 0.15 MG Tablet) / 7 (inert 1 MG Tablet) } Pack [Levora]",
                ("ethinylestradiol", "levonorgestrel"),
            ),
        ],
    )
    def test_every_ingredient_of_a_combination_is_found(self, written: str, meant: tuple[str, ...]) -> None:
        assert ingredients(written) == meant

    @pytest.mark.parametrize(
        ("written", "how"),
        [
            ("sertraline", How.EXACT),
            ("Sertraline", How.EXACT),
            ("acetaminophen", How.EXACT),
            ("Zoloft", How.BRAND),
            ("Zoloft 50 mg", How.BRAND),
            ("Contrave", How.BRAND),
            ("sertraline hydrochloride", How.NORMALISED),
            ("sertraline 50 mg", How.NORMALISED),
            ("sertraline / bupropion", How.NORMALISED),
        ],
    )
    def test_it_says_how_a_name_was_understood(self, written: str, how: How) -> None:
        found = resolve(written)
        assert isinstance(found, Resolved)
        assert found.how is how

    def test_the_classes_of_a_combination_are_those_of_all_its_ingredients(self) -> None:
        found = resolve("Contrave")
        assert isinstance(found, Resolved)
        assert {"opioid-antagonist", "antidepressant"} <= found.classes
        assert found.name == "Contrave"
        assert found.ingredient == "naltrexone / bupropion"


class TestWhatIsLeftToAPerson:
    @pytest.mark.parametrize(
        ("written", "suggested"),
        [
            ("sertralin", "sertraline"),
            ("flouxetine", "fluoxetine"),
            ("Zolof", "zoloft"),
            ("prozak 20 mg", "prozac"),
            ("wellbutrn XL", "wellbutrin xl"),
            ("levetiracetm 500 mg", "levetiracetam"),
        ],
    )
    def test_a_misspelling_is_suggested_and_never_taken(self, written: str, suggested: str) -> None:
        found = resolve(written)
        assert isinstance(found, Unmapped)
        assert suggested in found.suggestions

    @pytest.mark.parametrize(
        "written",
        [
            "no fluoxetine",
            "stopped fluoxetine",
            "fluoxetine (stopped 2019)",
            "allergic to penicillin",
            "fluoxetine or sertraline",
            "Benadryl PM",
            "Motrin PM",
            "Zyrtec cold",
            "fluoxetine and something else",
        ],
    )
    def test_one_word_that_is_not_accounted_for_leaves_the_whole_unmapped(self, written: str) -> None:
        assert isinstance(resolve(written), Unmapped)

    @pytest.mark.parametrize(
        "written", ["Prozac (sertraline)", "fluoxetine 20 MG Oral Capsule [Zoloft]", "Contrave [Wellbutrin]"]
    )
    def test_brackets_that_contradict_the_text_leave_it_unmapped(self, written: str) -> None:
        found = resolve(written)
        assert isinstance(found, Unmapped)
        assert len(found.suggestions) >= 2

    @pytest.mark.parametrize(
        "written",
        ["caffeine 125 MG/ML / sodium benzoate 125 MG/ML Injection", "sodium", "hydrochloride 5 mg"],
    )
    def test_a_salt_that_stands_alone_is_no_word_to_pass_over(self, written: str) -> None:
        assert isinstance(resolve(written), Unmapped)

    @pytest.mark.parametrize("written", ["", "   ", "25 mg", "oral tablet", "/", "()", "[]", "\x00", "---"])
    def test_a_text_without_any_name_is_unmapped_and_suggests_nothing(self, written: str) -> None:
        assert resolve(written) == Unmapped(written, ())

    @pytest.mark.parametrize("written", ["HCTZ", "MTX", "APAP", "Robitussin", "Unisom", "Gaviscon"])
    def test_what_can_be_misread_or_differs_by_pack_stays_unmapped(self, written: str) -> None:
        assert isinstance(resolve(written), Unmapped)

    def test_a_long_note_is_not_a_name(self) -> None:
        assert resolve("fluoxetine " * (LONGEST_TEXT // 10)) == Unmapped(
            "fluoxetine " * (LONGEST_TEXT // 10), ()
        )


class TestNamesFromRecords:
    def test_every_medicine_of_the_public_example_records_is_understood(self, shared_data: Path) -> None:
        written = {
            resource["medicationCodeableConcept"]["text"]
            for file in (shared_data / "fhir").glob("*.json")
            for entry in json.loads(file.read_text("utf-8")).get("entry", [])
            for resource in [entry["resource"]]
            if resource["resourceType"] == "MedicationRequest"
            and resource.get("medicationCodeableConcept", {}).get("text")
        }
        assert len(written) >= 10
        assert [name for name in sorted(written) if isinstance(resolve(name), Unmapped)] == []


class TestLaws:
    @given(st.text(max_size=60))
    def test_any_text_has_an_answer(self, text) -> None:
        found = resolve(text)
        assert found.name == text

    @given(
        st.lists(
            st.sampled_from(
                [*NAMES, "(", ")", "[", "]", "{", "/", "20", "mg", "ml", "%", ",", "oral", "x", "²"]
            )
        )
    )
    def test_any_jumble_of_names_and_signs_has_an_answer(self, parts) -> None:
        found = resolve(" ".join(parts))
        if isinstance(found, Resolved):
            assert found.ingredients
            assert set(found.ingredients) <= set(TABLE.ingredients)

    @given(st.sampled_from(NAMES))
    def test_every_name_of_the_table_is_understood_whatever_its_case(self, name) -> None:
        assert ingredients(name) == ingredients(name.upper()) == ingredients(name.title())

    @given(
        st.sampled_from(SINGLE_DRUGS),
        st.sampled_from(["", " hydrochloride", " sodium", " maleate", " succinate"]),
        st.sampled_from(["", " 20 MG", " 20mg", " 2.5 mg/ml", " 0.4 MG/ACTUAT", " 1,000 units", " 5%"]),
        st.sampled_from(
            ["", " Oral Tablet", " Extended Release Oral Capsule", " XR", " injection", " daily", " prn"]
        ),
    )
    def test_salt_strength_and_form_never_change_the_ingredient(self, drug, salt, strength, form) -> None:
        salted = words(f"{drug}{salt}")
        assume(not salt or salted not in TABLE.meanings)
        assert ingredients(f"{drug}{salt}{strength}{form}") == (drug,)

    @given(
        st.sampled_from(SINGLE_DRUGS),
        st.sampled_from(SINGLE_DRUGS),
        st.sampled_from([" / ", " and ", "+", ", ", " & "]),
    )
    def test_a_combination_holds_both_whatever_stands_between(self, one, other, between) -> None:
        written = f"{one} 5 mg{between}{other} 10 mg"
        assert set(ingredients(written)) == {one, other}

    @given(st.sampled_from(NAMES), st.data())
    def test_a_letter_left_out_is_never_taken_for_something_else(self, name, data) -> None:
        letters = [index for index, letter in enumerate(name) if letter.isalpha()]
        left_out = data.draw(st.sampled_from(letters))
        spelled = name[:left_out] + name[left_out + 1 :]
        found = resolve(spelled)
        if isinstance(found, Resolved) and found.ingredients != ingredients(name):
            # the shorter word is itself a name of the table, or the letter stood alone
            assert any(key in TABLE.meanings for key in _runs(words(spelled)))

    @given(st.sampled_from(NAMES), st.sampled_from("bcdfghklmnprstvz"))
    def test_every_suggestion_is_itself_understood(self, name, letter) -> None:
        found = resolve(f"{name[:3]}{letter}{name[3:]}")
        if isinstance(found, Unmapped):
            assert all(isinstance(resolve(one), Resolved) for one in found.suggestions)

    @given(
        st.sampled_from(
            sorted(key for key, meaning in TABLE.meanings.items() if len(meaning.ingredients) > 1)
        )
    )
    def test_a_combination_written_out_means_the_same(self, key) -> None:
        found = resolve(" ".join(key))
        assert isinstance(found, Resolved)
        assert ingredients(found.ingredient) == found.ingredients


class TestCanonical:
    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("rifampin", "rifampicin"),
            ("Epinephrine", "adrenaline"),
            ("Zoloft", "sertraline"),
            ("alcohol", "alcohol"),
        ],
    )
    def test_one_ingredient_has_one_name(self, written: str, name: str) -> None:
        assert canonical(written) == name

    @pytest.mark.parametrize("written", ["Symbyax", "sertralin", "sertraline 50 mg", "class:ssri", ""])
    def test_anything_else_has_none(self, written: str) -> None:
        assert canonical(written) is None


def _runs(parts: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {parts[start:end] for start in range(len(parts)) for end in range(start + 1, len(parts) + 1)}
