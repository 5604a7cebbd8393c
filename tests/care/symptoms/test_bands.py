"""Every total of every banded instrument, against the ranges written out from the publications."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unloop.care.symptoms import band_of, bundled, library
from unloop.facts import Sex

BELOW, ABOVE = "below the cut-off", "at or above the cut-off"

# (instrument, scheme, sex): the last total of each band, and its word.
RANGES = {
    ("phq-9", "kroenke-2001", None): {
        4: "minimal",
        9: "mild",
        14: "moderate",
        19: "moderately severe",
        27: "severe",
    },
    ("gad-7", "spitzer-2006", None): {4: "minimal", 9: "mild", 14: "moderate", 21: "severe"},
    ("ybocs", "conventional", None): {
        7: "subclinical",
        15: "mild",
        23: "moderate",
        31: "severe",
        40: "extreme",
    },
    ("ybocs", "empirical", None): {13: "mild", 25: "moderate", 34: "moderate to severe", 40: "severe"},
    ("ybocs-ii", "pinciotti-2025", None): {
        14: "none or subclinical",
        21: "mild",
        34: "moderate",
        50: "severe",
    },
    ("oci-r", "abramovitch-2020", None): {15: "mild", 27: "moderate", 72: "severe"},
    ("wsas", "mundt-2002", None): {9: "low", 20: "marked", 40: "moderately severe or worse"},
    ("audit-c", "bush-1998", Sex.MALE): {3: BELOW, 12: ABOVE},
    ("audit-c", "bush-1998", Sex.FEMALE): {2: BELOW, 12: ABOVE},
    ("aldrete", "line-of-9", None): {8: "below 9", 10: "9 or 10"},
    ("mpadss", "line-of-9", None): {8: "below 9", 10: "9 or 10"},
}


@pytest.mark.parametrize(("key", "ends"), RANGES.items(), ids=lambda part: "-".join(map(str, part)))
def test_every_total_falls_into_its_published_band(key, ends):
    instrument_id, scheme, sex = key
    instrument = bundled(instrument_id)
    for total in range(instrument.low, instrument.high + 1):
        word = next(word for end, word in ends.items() if total <= end)
        assert band_of(instrument, total, sex=sex, scheme=scheme) == (word, scheme)


def test_no_scheme_ships_without_its_ranges_written_out_here():
    shipped = {(instrument.id, scheme.name) for instrument in library() for scheme in instrument.schemes}
    assert shipped == {(instrument_id, scheme) for instrument_id, scheme, _ in RANGES}


@pytest.mark.parametrize("total", [0, 1, 2, 4, 5, 12])
def test_where_both_sexes_agree_the_band_is_said_without_knowing_the_sex(total):
    audit = bundled("audit-c")
    said = {band_of(audit, total, sex=sex) for sex in (None, *Sex)}
    assert said == {(BELOW if total < 3 else ABOVE, "bush-1998")}


def test_the_first_scheme_of_the_file_is_the_one_that_is_shown():
    assert band_of(bundled("ybocs"), 14) == ("mild", "conventional")


BANDED = [(instrument, scheme) for instrument in library() for scheme in instrument.schemes]


@given(st.sampled_from(BANDED), st.sampled_from([Sex.FEMALE, Sex.MALE]), st.data())
def test_every_total_has_one_band_and_a_higher_total_never_a_lower_one(banded, sex, data):
    instrument, scheme = banded
    bands = [band for band in scheme.bands if band.sex in (None, sex)]
    totals = st.integers(instrument.low, instrument.high)
    lower, higher = sorted((data.draw(totals), data.draw(totals)))
    places = [
        [place for place, band in enumerate(bands) if band.low <= total <= band.high]
        for total in (lower, higher)
    ]
    assert [len(place) for place in places] == [1, 1]
    assert places[0] <= places[1]
    assert band_of(instrument, lower, sex=sex, scheme=scheme.name) == (bands[places[0][0]].label, scheme.name)


@pytest.mark.parametrize("total", [-1, 28, 1000])
def test_a_total_beyond_the_scale_has_no_band(total):
    assert band_of(bundled("phq-9"), total) == (None, None)
