"""Every instrument that ships: it loads, it is short, it is ours in its words, and its numbers have sources."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from unloop.care.symptoms import (
    CompulsionKind,
    Dimension,
    Direction,
    Entry,
    Gate,
    Licence,
    LifeArea,
    Respondent,
    Responses,
    Seen,
    Silence,
    Wording,
    bundled,
    library,
    read_folder,
    score,
)
from unloop.care.symptoms.consistency import has_right_check_digit
from unloop.facts import DICTIONARY
from unloop.quantity import InputRefused

FOLDER = Path(__file__).parents[3] / "src/unloop/care/symptoms/instruments"
EVERY = pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)

# Items, lowest and highest total, as tabulated in the publications that the files name.
STRUCTURE = {
    "aldrete": (5, 0, 10),
    "audit-c": (3, 0, 12),
    "cadss-6": (6, 0, 24),
    "cadss": (23, 0, 92),
    "cgi-i": (1, 1, 7),
    "cgi-s": (1, 1, 7),
    "docs": (20, 0, 80),
    "gad-7": (7, 0, 21),
    "moaas": (1, 0, 5),
    "mpadss": (5, 0, 10),
    "oci-12": (12, 0, 48),
    "oci-r": (18, 0, 72),
    "phq-9": (9, 0, 27),
    "rass": (1, -5, 4),
    "wsas": (5, 0, 40),
    "ybocs": (10, 0, 40),
    "ybocs-ii": (10, 0, 50),
}


@EVERY
def test_no_structure_rests_on_memory(instrument):
    """Items, ranges, parts and bands were read somewhere; what was only remembered is a cut-off or a noticeable change."""
    read = [instrument.origin, *(scheme.source for scheme in instrument.schemes)]
    read += [part.source for part in (instrument.ladder, instrument.reliability) if part is not None]
    assert not [one.cite for one in read if one.seen is Seen.MEMORY]


def test_every_file_of_the_folder_is_an_instrument():
    assert [instrument.id for instrument in library()] == sorted(
        file.stem for file in FOLDER.iterdir() if not file.name.startswith("_")
    )
    assert all(file.suffix == ".toml" for file in FOLDER.iterdir())


@pytest.mark.parametrize(("instrument_id", "structure"), STRUCTURE.items(), ids=STRUCTURE)
def test_items_and_range_are_as_published(instrument_id, structure):
    instrument = bundled(instrument_id)
    assert (len(instrument.items), instrument.low, instrument.high) == structure


@EVERY
def test_every_text_is_short_enough_for_a_phone(instrument):
    assert instrument.texts
    assert [text for text in instrument.texts if len(text) > 80] == []


@EVERY
def test_every_instrument_speaks_in_our_own_words(instrument):
    assert instrument.wording is Wording.OWN_LABELS


@EVERY
def test_no_text_holds_markup_or_stray_blanks(instrument):
    for text in instrument.texts:
        assert not re.search(r"[<>&{}\n\t]|  ", text), text
        assert text == text.strip()


@EVERY
def test_items_are_told_apart_by_their_labels(instrument):
    labels = [item.label for item in instrument.items]
    assert len(set(labels)) == len(labels)


@EVERY
def test_answers_to_one_question_are_told_apart(instrument):
    for item in instrument.items:
        labels = [option.label for option in item.options]
        assert len(set(labels)) == len(labels)


@EVERY
def test_codes_have_a_check_digit_and_a_record_of_their_look_up(instrument):
    for code in instrument.codes:
        assert has_right_check_digit(code.code)
        assert code.record


@EVERY
def test_no_two_files_claim_the_same_fact(instrument):
    mine = {fact.code for fact in instrument.facts}
    others = {fact.code for other in library() if other.id != instrument.id for fact in other.facts}
    assert mine.isdisjoint(others)


@EVERY
def test_facts_exist_and_take_every_value_the_instrument_can_give(instrument):
    values_of = {item.id: item.values for item in instrument.items}
    for fact in instrument.facts:
        definition = DICTIONARY[fact.code]
        if fact.of == "level":
            ladder = instrument.ladder
            assert set(definition.values) == {ladder.lowest, *(level.label for level in ladder.levels)}
            continue
        kind, _, name = fact.of.partition(":")
        low, high = instrument.low, instrument.high
        if kind == "item":
            low, high = min(values_of[name]), max(values_of[name])
        if kind == "subscale":
            items = next(part.items for part in instrument.subscales if part.id == name)
            low, high = (sum(end(values_of[item]) for item in items) for end in (min, max))
        assert definition.low <= low
        assert high <= definition.high


@EVERY
def test_an_instrument_that_asks_about_suicide_lets_nobody_be_forced_to_answer(instrument):
    if instrument.suicide is None or instrument.respondent is Respondent.CLINICIAN:
        return
    for link_id in instrument.suicide.items:
        assert Silence.RATHER_NOT_SAY in instrument.item(link_id).silences


@EVERY
def test_numbers_that_rest_on_an_assumption_or_on_memory_say_so(instrument):
    for part in (instrument.reliability, instrument.noticeable):
        if part is not None:
            assert part.source in instrument.sources
            assert part.source.seen in Seen


@EVERY
def test_a_licence_has_a_note(instrument):
    assert instrument.licence_note
    assert (instrument.licence is Licence.OWN) == (instrument.id == "check-in")


def test_which_instruments_ask_about_suicide():
    asking = {instrument.id for instrument in library() if instrument.suicide is not None}
    assert asking == {"phq-9", "check-in", "c-ssrs", "c-ssrs-since-last-contact"}


def test_the_ybocs_has_its_two_band_schemes_by_name():
    ybocs = bundled("ybocs")
    assert [scheme.name for scheme in ybocs.schemes] == ["conventional", "empirical"]
    assert [band.high for band in ybocs.schemes[0].bands] == [7, 15, 23, 31, 40]
    assert [band.high for band in ybocs.schemes[1].bands] == [13, 25, 34, 40]


def test_the_ybocs_is_rated_by_a_clinician_and_ships_no_wording():
    ybocs = bundled("ybocs")
    assert ybocs.respondent is Respondent.CLINICIAN
    assert ybocs.licence is Licence.UNKNOWN
    assert [part.items for part in ybocs.subscales] == [
        ("1", "2", "3", "4", "5"),
        ("6", "7", "8", "9", "10"),
    ]


def test_the_check_in_asks_every_dimension_and_every_area_of_life_apart():
    check_in = bundled("check-in")
    assert [item.dimension for item in check_in.items if item.dimension] == list(Dimension)
    assert [item.life_area for item in check_in.items if item.life_area] == list(LifeArea)


def test_the_check_in_asks_every_kind_of_compulsion_apart_and_only_where_there_are_any():
    kinds = [item for item in bundled("check-in").items if item.compulsion]
    assert [item.compulsion for item in kinds] == list(CompulsionKind)
    assert {item.asked_when for item in kinds} == {Gate("3", 1)}


def test_the_check_in_keeps_the_numbers_that_its_questions_had_before_kinds_were_asked():
    order = [item.id for item in bundled("check-in").items]
    assert order == [str(number) for number in (*range(1, 16), *range(17, 24), 16)]


def test_the_docs_asks_five_questions_on_each_of_its_four_dimensions():
    docs = bundled("docs")
    asked = [item.dimension for item in docs.items]
    assert {dimension: asked.count(dimension) for dimension in asked} == dict.fromkeys(
        [
            Dimension.CONTAMINATION, Dimension.HARM_AND_SAFETY_DOUBT,
            Dimension.UNACCEPTABLE_THOUGHTS, Dimension.SYMMETRY_AND_ORDER,
        ], 5,
    )  # fmt: skip
    assert [part.id for part in docs.subscales] == list(dict.fromkeys(d.value for d in asked))


def test_the_oci_12_asks_what_the_oci_r_asks_without_hoarding_and_neutralising():
    long, short = bundled("oci-r"), bundled("oci-12")
    left_out = {
        item for part in long.subscales if part.id in ("hoarding", "neutralising") for item in part.items
    }
    assert [item.label for item in short.items] == [i.label for i in long.items if i.id not in left_out]
    for part in short.subscales:
        same = next(other for other in long.subscales if other.id == part.id)
        assert [short.item(i).label for i in part.items] == [long.item(i).label for i in same.items]


def test_the_cadss_6_asks_six_questions_of_the_cadss_in_the_same_words_but_the_last():
    full, six = bundled("cadss"), bundled("cadss-6")
    numbers = ("1", "2", "6", "7", "15")
    assert [item.label for item in six.items[:5]] == [full.item(number).label for number in numbers]
    assert "22" in six.items[5].label
    assert "22" in full.item("22").label


@EVERY
def test_a_cut_off_names_what_it_tells_apart_and_on_what_it_rests(instrument):
    for cut_off in instrument.cut_offs:
        assert instrument.low < cut_off.at_least <= instrument.high
        assert cut_off.tells
        assert cut_off.source in instrument.sources


def test_cut_offs_that_are_remembered_say_so():
    seen = {(one.id, cut.at_least): cut.source.seen for one in library() for cut in one.cut_offs}
    assert seen == {
        ("docs", 18): Seen.SECONDARY, ("docs", 21): Seen.SECONDARY, ("oci-12", 11): Seen.MEMORY,
        ("oci-r", 21): Seen.SECONDARY, ("oci-r", 14): Seen.SECONDARY,
    }  # fmt: skip


def test_adding_an_instrument_is_adding_one_file(tmp_path):
    folder = tmp_path / "instruments"
    shutil.copytree(FOLDER, folder)
    text = (FOLDER / "rass.toml").read_text(encoding="utf-8")
    own = text.replace('id = "rass"', 'id = "calm"').partition("[[facts]]")[0]
    (folder / "calm.toml").write_text(own, encoding="utf-8")
    read = read_folder(folder)
    assert {one.id for one in read} - {one.id for one in library()} == {"calm"}
    added = next(one for one in read if one.id == "calm")
    assert score(added, Responses("calm", datetime(2026, 3, 2, tzinfo=UTC), {"1": -2})).total == -2


def test_a_file_that_is_no_instrument_keeps_the_whole_folder_from_being_read(tmp_path):
    (tmp_path / "calm.toml").write_text('id = "calm"', encoding="utf-8")
    with pytest.raises(InputRefused, match="calm"):
        read_folder(tmp_path)


def test_every_question_of_the_check_in_may_be_left_unknown_or_unsaid():
    for item in bundled("check-in").items:
        assert {Silence.DONT_KNOW, Silence.RATHER_NOT_SAY} <= set(item.silences)


def test_the_check_in_asks_about_death_last_and_claims_no_bands():
    check_in = bundled("check-in")
    assert check_in.suicide.items == (check_in.items[-1].id,)
    assert check_in.schemes == ()


def test_bedside_scales_may_be_entered_as_a_total():
    totals = {i.id for i in library() if i.entry is Entry.ITEMS_OR_TOTAL}
    assert totals == {"aldrete", "cadss", "cadss-6", "moaas", "mpadss", "rass"}


def test_more_points_are_better_only_on_the_scales_of_recovery_and_alertness():
    better = {i.id for i in library() if i.direction is Direction.HIGHER_IS_BETTER}
    assert better == {"aldrete", "moaas", "mpadss"}


def test_an_unknown_instrument_is_refused_with_the_ones_that_exist():
    with pytest.raises(InputRefused) as refused:
        bundled("beck")
    assert refused.value.given == "beck"
    assert "phq-9" in refused.value.allowed


def test_the_library_is_read_once():
    assert library() is library()


def test_our_labels_share_no_phrase_with_the_official_questionnaire(shared_data):
    file = shared_data / "fhir/phq9-questionnaire.json"
    official = phrases(texts_of(json.loads(file.read_text(encoding="utf-8"))))
    for instrument in library():
        for text in instrument.texts:
            assert phrases([text]).isdisjoint(official), text


def texts_of(element: object) -> list[str]:
    """Every text of a FHIR Questionnaire that a person reads."""
    if isinstance(element, list):
        return [text for part in element for text in texts_of(part)]
    if not isinstance(element, dict):
        return []
    own = [element[key] for key in ("text", "display") if isinstance(element.get(key), str)]
    return own + [text for part in element.values() for text in texts_of(part)]


def phrases(texts: list[str]) -> set[tuple[str, ...]]:
    """Runs of four words, without case and signs."""
    found = set()
    for text in texts:
        words = re.findall(r"[a-z]+", text.lower())
        found |= {tuple(words[start : start + 4]) for start in range(len(words) - 3)}
    return found
