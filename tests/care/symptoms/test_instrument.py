"""What can be asked of an instrument once it is read."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from unloop.care.symptoms import (
    SILENCE_LABELS,
    Direction,
    Gate,
    Instrument,
    Item,
    Option,
    Seen,
    Silence,
    bundled,
    library,
)
from unloop.quantity.duration import Duration

PHQ, YBOCS, SCREENER = bundled("phq-9"), bundled("ybocs"), bundled("c-ssrs")


def test_an_item_is_found_by_its_link_id():
    assert PHQ.item("9").id == "9"
    assert PHQ.item("10") is None
    assert PHQ.item("") is None


def test_a_scheme_is_found_by_its_name():
    assert YBOCS.scheme("empirical").bands[0].label == "mild"
    assert YBOCS.scheme("severity") is None


def test_an_item_knows_its_values_and_their_words():
    item = Item("1", "Sad", (Option(0, "No"), Option(2, "Much")))
    assert item.values == (0, 2)
    assert item.label_of(2) == "Much"
    assert item.label_of(Silence.DONT_KNOW) == "I don’t know"


def test_every_silence_has_words_and_the_name_that_fhir_gives_it():
    assert set(SILENCE_LABELS) == set(Silence)
    assert {str(silence) for silence in Silence} == {"asked-unknown", "asked-declined", "not-applicable"}


@pytest.mark.parametrize("instrument", library(), ids=lambda instrument: instrument.id)
def test_an_instrument_is_frozen(instrument):
    for field in fields(Instrument):
        with pytest.raises(FrozenInstanceError):
            setattr(instrument, field.name, None)


@pytest.mark.parametrize(
    ("instrument_id", "recall"),
    [
        ("phq-9", "P14D"),
        ("gad-7", "P14D"),
        ("ybocs", "P7D"),
        ("check-in", "P7D"),
        ("c-ssrs", "P1M"),
        ("audit-c", "P12M"),
        ("rass", "PT0S"),
    ],
)
def test_the_time_asked_about_is_the_published_one(instrument_id, recall):
    assert bundled(instrument_id).recall == Duration.parse(recall)


def test_the_screener_opens_its_follow_up_questions_by_the_published_gates():
    gates = {item.id: item.asked_when for item in SCREENER.items}
    behind_thoughts, behind_acts = Gate("2", 1), Gate("6", 1)
    assert gates == {
        "1": None, "2": None, "3": behind_thoughts, "4": behind_thoughts, "5": behind_thoughts,
        "6": None, "7": behind_acts,
    }  # fmt: skip


def test_every_suicide_item_of_the_screener_counts_from_the_first_yes():
    assert SCREENER.suicide.items == tuple(item.id for item in SCREENER.items)
    assert SCREENER.suicide.at_least == 1


def test_agitation_and_sedation_run_to_both_sides_of_calm():
    rass = bundled("rass")
    assert rass.items[0].values == tuple(range(-5, 5))
    assert rass.items[0].label_of(0) == "Awake and calm"
    assert rass.direction is Direction.ZERO_IS_BEST


def test_the_middle_of_the_scale_of_change_is_no_change():
    assert bundled("cgi-i").items[0].label_of(4) == "As before"


def test_both_halves_of_the_ybocs_ask_the_same_five_things():
    asked = [[option.label for option in item.options] for item in YBOCS.items]
    assert asked[:5] == asked[5:]
    topics = [item.label.partition(": ") for item in YBOCS.items]
    assert [topic[0] for topic in topics] == ["Obsessions"] * 5 + ["Compulsions"] * 5


def test_the_short_dissociation_scale_carries_the_numbers_of_the_long_one():
    numbers = [item.label.split("uestion ")[1].rstrip(")").split(" ")[0] for item in bundled("cadss-6").items]
    assert numbers == ["1", "2", "6", "7", "15", "22"]


@pytest.mark.parametrize(
    ("instrument_id", "points", "seen"),
    [
        ("ybocs", 4.9, Seen.ABSTRACT),
        ("gad-7", 4.0, Seen.ABSTRACT),
        ("phq-9", 5.0, Seen.SECONDARY),
        ("wsas", 8.0, Seen.MEMORY),
    ],
)
def test_the_noticeable_change_says_how_far_its_source_was_read(instrument_id, points, seen):
    noticeable = bundled(instrument_id).noticeable
    assert (noticeable.points, noticeable.source.seen) == (points, seen)


@pytest.mark.parametrize(
    ("instrument_id", "codes"),
    [
        ("phq-9", {"panel": "44249-1", "total": "44261-6", "item:9": "44260-8"}),
        ("gad-7", {"panel": "69737-5", "total": "70274-6"}),
        ("audit-c", {"panel": "72109-2", "total": "75626-2"}),
        ("c-ssrs", {"level": "93374-7"}),
        ("ybocs", {}),
        ("rass", {}),
        ("check-in", {}),
    ],
)
def test_codes_stand_only_where_a_look_up_shows_them(instrument_id, codes):
    assert {code.of: code.code for code in bundled(instrument_id).codes} == codes


def test_the_official_questionnaire_itself_shows_the_codes_of_the_phq_9(shared_data):
    official = (shared_data / "fhir/phq9-questionnaire.json").read_text(encoding="utf-8")
    for code in PHQ.codes:
        assert f'"{code.code}"' in official or f'"/{code.code}"' in official
