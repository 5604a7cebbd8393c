"""`unloop measures score`: what it prints and how it exits."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from unloop import cli

PROMISED = {"instrument", "total", "subscales", "band", "band_scheme", "missing", "change"}
BEFORE, AFTER = "2026-03-02T09:30:00+01:00", "2026-03-16T09:30:00+01:00"


@pytest.fixture
def unloop(monkeypatch, capsys):
    """Runs the command as a person does: exit status, standard output and standard error."""

    def unloop(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["unloop", "measures", "score", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return unloop


@pytest.fixture
def file(tmp_path: Path):
    def file(instrument: str, *values: object, at: str = BEFORE, name: str = "answers.json") -> Path:
        answers = {str(number): value for number, value in enumerate(values, start=1)}
        path = tmp_path / name
        path.write_text(json.dumps({"instrument": instrument, "at": at, "answers": answers}), "utf-8")
        return path

    return file


def scored(unloop, *arguments: object) -> dict[str, object]:
    status, out, err = unloop(*arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_a_form_gives_total_subscales_band_and_scheme(unloop, file):
    answer = scored(unloop, "ybocs", "--responses", file("ybocs", 3, 3, 3, 2, 3, 3, 3, 3, 3, 3))
    assert set(answer) >= PROMISED
    assert (answer["instrument"], answer["total"], answer["band"]) == ("ybocs", 29, "severe")
    assert answer["subscales"] == {"obsessions": 14, "compulsions": 15}
    assert (answer["band_scheme"], answer["missing"], answer["change"]) == ("conventional", [], None)


def test_the_other_scheme_names_the_same_total_otherwise(unloop, file):
    path = file("ybocs", 3, 3, 3, 2, 3, 3, 3, 3, 3, 3)
    answer = scored(unloop, "ybocs", "--responses", path, "--scheme", "empirical")
    assert (answer["band"], answer["band_scheme"]) == ("moderate to severe", "empirical")


def test_a_missing_item_withholds_the_total_and_the_command_still_succeeds(unloop, file):
    answer = scored(unloop, "phq-9", "--responses", file("phq-9", 1, 2, None, 1, 0, 0, 0, 1, 0))
    assert (answer["total"], answer["band"], answer["missing"]) == (None, None, ["3"])


def test_a_key_that_is_left_out_is_missing_too(unloop, file):
    answer = scored(unloop, "phq-9", "--responses", file("phq-9", 1, 2))
    assert answer["missing"] == [str(number) for number in range(3, 10)]
    assert answer["suicide"] == "unanswered"


def test_change_from_a_baseline_with_its_word(unloop, file):
    before = file("ybocs", *[3] * 10, name="before.json")
    after = file("ybocs", *[2] * 8, 1, 1, at=AFTER)
    answer = scored(unloop, "ybocs", "--responses", after, "--baseline", before)
    change = answer["change"]
    assert (change["points"], change["percent"], change["reliable"]) == (-12, -40.0, True)
    assert change["category"] == "response"
    assert "by score only" in change["basis"]


@pytest.mark.parametrize(
    ("after", "category"),
    [
        pytest.param([3] * 10, "no response", id="no change"),
        pytest.param([3] * 2 + [2] * 8, "partial response", id="27 % down"),
        pytest.param([2] * 9 + [1], "response", id="37 % down"),
        pytest.param([1] * 10, "remission", id="10 points"),
    ],
)
def test_the_word_of_a_ybocs_is_that_of_the_protocol(unloop, file, after, category):
    before = file("ybocs", *[3] * 10, name="before.json")
    answer = scored(unloop, "ybocs", "--responses", file("ybocs", *after, at=AFTER), "--baseline", before)
    assert answer["change"]["category"] == category


@pytest.mark.parametrize(
    ("after", "category"),
    [([3] * 7, "reliably worse"), ([1] * 6 + [2], "no reliable change"), ([0] * 7, "reliably better")],
)
def test_the_word_of_another_instrument_is_whether_its_change_is_reliable(unloop, file, after, category):
    before = file("gad-7", *[1] * 7, name="before.json")
    answer = scored(unloop, "gad-7", "--responses", file("gad-7", *after, at=AFTER), "--baseline", before)
    assert answer["change"]["category"] == category


def test_where_the_spread_is_not_known_change_has_no_word(unloop, file):
    before = file("docs", *[4] * 20, name="before.json")
    answer = scored(unloop, "docs", "--responses", file("docs", *[0] * 20, at=AFTER), "--baseline", before)
    assert answer["change"]["points"] == -80
    assert (answer["change"]["reliable"], answer["change"]["category"]) == (None, None)


@pytest.mark.parametrize("total", [None, 0])
def test_from_a_baseline_without_a_total_or_of_nothing_there_is_no_word(unloop, file, total):
    before = file("ybocs", *[total] * 10, name="before.json")
    answer = scored(unloop, "ybocs", "--responses", file("ybocs", *[1] * 10, at=AFTER), "--baseline", before)
    if total is None:
        assert answer["change"] is None
    else:
        assert (answer["change"]["percent"], answer["change"]["category"]) == (None, None)


def test_a_screener_gives_a_level_and_never_a_total(unloop, file):
    answer = scored(unloop, "c-ssrs", "--responses", file("c-ssrs", 1, 1, 1, 0, 0, 0))
    assert (answer["total"], answer["band"], answer["band_scheme"]) == (None, "moderate", "screener-triage")
    assert answer["suicide"] == "positive"


def test_a_cut_off_that_differs_by_sex_needs_the_sex(unloop, file):
    path = file("audit-c", 3, 0, 0)
    assert scored(unloop, "audit-c", "--responses", path)["band"] is None
    for sex, band in (("female", "at or above the cut-off"), ("male", "below the cut-off")):
        assert scored(unloop, "audit-c", "--responses", path, "--sex", sex)["band"] == band


def test_a_cut_off_score_says_what_it_tells_apart(unloop, file):
    answer = scored(unloop, "oci-r", "--responses", file("oci-r", *[1] * 18))
    assert [(one["at_least"], one["reached"]) for one in answer["cut_offs"]] == [(21, False), (14, True)]


def test_answers_may_come_by_standard_input(unloop):
    form = json.dumps({"instrument": "cgi-s", "at": BEFORE, "answers": {"1": 4}})
    status, out, _err = unloop("cgi-s", "--responses", "-", "--json", stdin=form)
    assert (status, json.loads(out)["total"]) == (0, 4)


def test_for_people_the_same_is_said_in_words(unloop, file):
    before = file("ybocs", *[3] * 10, name="before.json")
    after = file("ybocs", *[2] * 8, 1, 1, at=AFTER)
    status, out, _err = unloop("ybocs", "--responses", after, "--baseline", before)
    assert status == 0
    assert "18 of 40" in out
    assert "moderate (scheme conventional)" in out
    assert "-12 points (-40.0%); beyond measurement error (5.9 points)" in out
    assert "category: response, by score only: no CGI and no duration is known here" in out


def test_in_words_too_a_missing_item_leaves_no_total(unloop, file):
    _status, out, _err = unloop("phq-9", "--responses", file("phq-9", 1, 2, None, 1, 0, 0, 0, 1, 0))
    assert "no total" in out
    assert "missing: 3" in out
    _status, out, _err = unloop("c-ssrs", "--responses", file("c-ssrs", 1, None))
    assert "no level yet" in out
    assert "at least: low" in out


@pytest.mark.parametrize(
    ("instrument", "values", "said"),
    [
        pytest.param("phq-9", [4], ["phq-9 item 1", "4", "0, 1, 2, 3"], id="beyond the scale"),
        pytest.param("phq-9", [1.5], ["phq-9 item 1", "1.5"], id="between two answers"),
        pytest.param("phq-9", [True], ["phq-9 item 1", "True"], id="a yes for a number"),
        pytest.param("phq-9", ["often"], ["phq-9 item 1", "text"], id="text, which is not repeated"),
        pytest.param("phq-9", [0] * 10, ["phq-9 answers", "item 10", "items 1 to 9"], id="an item too many"),
        pytest.param("gad-7", [0] * 7, ["instrument", "gad-7", "phq-9"], id="another instrument"),
    ],
)
def test_wrong_input_exits_2_with_item_value_allowed_and_mend(unloop, file, instrument, values, said):
    path = file(instrument, *values)
    status, out, err = unloop("phq-9", "--responses", path)
    assert (status, out) == (2, "")
    for word in (*said, "allowed:", "mend:"):
        assert word in err
    status, out, _err = unloop("phq-9", "--responses", path, "--json")
    assert status == 2
    assert set(json.loads(out)["error"]) >= {"where", "given", "allowed", "mend"}


def test_an_unknown_instrument_exits_2_with_those_that_there_are(unloop, file):
    status, _out, err = unloop("beck", "--responses", file("beck", 1))
    assert status == 2
    assert "ybocs-ii" in err


def test_a_file_that_is_not_there_or_not_json_exits_2(unloop, tmp_path):
    assert unloop("phq-9", "--responses", tmp_path / "none.json")[0] == 2
    (tmp_path / "text.json").write_text("0.5", encoding="utf-8")
    assert unloop("phq-9", "--responses", tmp_path / "text.json")[0] == 2


def test_a_baseline_after_the_form_exits_2(unloop, file):
    before = file("gad-7", *[1] * 7, at=AFTER, name="before.json")
    status, _out, err = unloop("gad-7", "--responses", file("gad-7", *[1] * 7), "--baseline", before)
    assert status == 2
    assert "exchange the two forms" in err


def test_standard_input_cannot_be_both(unloop):
    assert unloop("gad-7", "--responses", "-", "--baseline", "-")[0] == 2


def test_a_scheme_of_another_instrument_exits_2(unloop, file):
    status, _out, err = unloop("ybocs", "--responses", file("ybocs", *[1] * 10), "--scheme", "kroenke-2001")
    assert status == 2
    assert "conventional, empirical" in err
