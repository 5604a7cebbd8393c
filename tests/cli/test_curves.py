"""Everybody's curves in a file: the same numbers in each kind of file, whole or not at all."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from unloop.cli.curves import check_suffix, curve_file
from unloop.quantity import InputRefused

TIMES = np.array([0.0, 40.0, 80.5])
CURVES = np.array([[0.0, 150.25, 60.0], [0.0, 1 / 3, 55.5], [0.0, 190.0, 1e-9]])


def written(file, *, lots=((0, 2), (2, 3))):
    with curve_file(file, times_min=TIMES, people=len(CURVES)) as writing:
        for first, last in lots:
            writing.write(first, CURVES[first:last])
    return file


def stopped_halfway(file):
    with curve_file(file, times_min=TIMES, people=len(CURVES)) as writing:
        writing.write(0, CURVES[:1])
        raise RuntimeError("stopped")


def test_a_csv_holds_a_row_for_each_person_and_minute_with_every_digit(tmp_path):
    with written(tmp_path / "curves.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["subject"] for row in rows] == ["0"] * 3 + ["1"] * 3 + ["2"] * 3
    assert [float(row["minute"]) for row in rows] == [*TIMES, *TIMES, *TIMES]
    assert [float(row["ng_per_ml"]) for row in rows] == CURVES.ravel().tolist()


def test_an_npz_is_read_by_numpy_as_if_it_had_been_written_at_once(tmp_path):
    with np.load(written(tmp_path / "curves.npz"), allow_pickle=False) as read:
        assert sorted(read) == ["ketamine_ng_per_ml", "times_min"]
        assert np.array_equal(read["times_min"], TIMES)
        assert np.array_equal(read["ketamine_ng_per_ml"], CURVES)


def test_a_parquet_file_holds_the_same_long_form(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    read = parquet.read_table(written(tmp_path / "curves.parquet")).to_pydict()
    assert read["subject"] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert read["minute"] == [*TIMES, *TIMES, *TIMES]
    assert read["ng_per_ml"] == CURVES.ravel().tolist()


@pytest.mark.parametrize("kind", ["csv", "npz", "parquet"])
def test_lots_of_any_size_give_the_same_file(tmp_path, kind):
    one, other = tmp_path / f"one.{kind}", tmp_path / f"other.{kind}"
    written(one, lots=((0, 1), (1, 2), (2, 3)))
    written(other, lots=((0, 3),))
    if kind == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        assert parquet.read_table(one).equals(parquet.read_table(other))
    elif kind == "npz":  # a zip remembers when it was written
        with np.load(one) as left, np.load(other) as right:
            assert all(np.array_equal(left[name], right[name]) for name in left)
    else:
        assert one.read_bytes() == other.read_bytes()


def test_a_file_that_was_not_finished_is_not_there_and_an_older_one_stays(tmp_path):
    file = written(tmp_path / "curves.csv")
    before = file.read_bytes()
    with pytest.raises(RuntimeError, match="stopped"):
        stopped_halfway(file)
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["curves.csv"]


def test_a_kind_of_file_that_nobody_writes_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(InputRefused) as refused:
        check_suffix(tmp_path / "curves.xlsx", option="--out")
    assert "csv" in refused.value.allowed
    assert refused.value.given == "curves.xlsx"


def test_a_folder_that_is_not_there_is_refused_with_the_reason(tmp_path):
    with (
        pytest.raises(InputRefused) as refused,
        curve_file(tmp_path / "nowhere" / "curves.csv", times_min=TIMES, people=1),
    ):
        pass
    assert refused.value.where == "--out"
    assert "No such file" in refused.value.mend
