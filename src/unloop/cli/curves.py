"""People's curves into a file, lot by lot, so that memory does not grow with the number of people."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from numpy.lib import format as npy

from unloop.quantity import InputRefused

if TYPE_CHECKING:
    from unloop.science.pharmacokinetics import FloatArray

SUFFIXES = (".csv", ".npz", ".parquet")


class CurveFile(Protocol):
    """A file being written; `write` takes people in order and is called until all of them are in."""

    def write(self, first: int, curves: FloatArray) -> None:
        """Add people `first`, `first + 1`, ...; curves of shape (people, T), in ng/mL."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def check_suffix(file: Path, *, option: str) -> str:
    """The kind of file that its name asks for.

    Raises:
        InputRefused: when it is none of those that can be written here.
    """
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputRefused(
            option,
            given=file.name,
            allowed="a name that ends in " + ", ".join(SUFFIXES),
            mend="choose the kind of file by its name, such as curves.npz",
        )
    if suffix == ".parquet":
        _parquet()
    return suffix


@contextmanager
def curve_file(file: Path, *, times_min: FloatArray, people: int) -> Iterator[CurveFile]:
    """Open a file for everybody's curves; one that was not finished is removed.

    Args:
        file: ends in .csv (long form: subject, minute, ng_per_ml), .npz (arrays `times_min` and
            `ketamine_ng_per_ml` of shape (people, T)) or .parquet (long form; needs the `data` extra).
        times_min: shape (T,).
        people: how many will be written.

    Raises:
        InputRefused: when the file cannot be written.
    """
    kinds: dict[str, type[_Csv | _Npz | _ParquetFile]] = {
        ".csv": _Csv,
        ".npz": _Npz,
        ".parquet": _ParquetFile,
    }
    kind = kinds[check_suffix(file, option="--out")]
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with kind(unfinished, times_min, people) as writing:
            yield writing
        unfinished.replace(file)
    except OSError as error:
        raise InputRefused(
            "--out",
            given=file.name,
            allowed="a file that can be written",
            mend=error.strerror or "check the folder",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


class _Csv:
    def __init__(self, file: Path, times_min: FloatArray, people: int) -> None:  # noqa: ARG002
        self._stream = file.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._stream, lineterminator="\n")
        self._minutes = [repr(minute) for minute in times_min.tolist()]
        self._rows.writerow(("subject", "minute", "ng_per_ml"))

    def write(self, first: int, curves: FloatArray) -> None:
        for subject, curve in enumerate(curves.tolist(), start=first):
            self._rows.writerows((subject, *pair) for pair in zip(self._minutes, curve, strict=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


class _Npz:
    """The parts of a .npz written in place: NumPy itself would hold them whole."""

    def __init__(self, file: Path, times_min: FloatArray, people: int) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        with self._zip.open("times_min.npy", "w") as part:
            npy.write_array(part, times_min, allow_pickle=False)
        self._part = self._zip.open("ketamine_ng_per_ml.npy", "w", force_zip64=True)
        header = {"descr": "<f8", "fortran_order": False, "shape": (people, times_min.size)}
        npy.write_array_header_2_0(self._part, header)

    def write(self, first: int, curves: FloatArray) -> None:  # noqa: ARG002
        self._part.write(np.ascontiguousarray(curves, dtype="<f8").data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._part.close()
        self._zip.close()


class _ParquetFile:
    def __init__(self, file: Path, times_min: FloatArray, people: int) -> None:  # noqa: ARG002
        self._arrow, parquet = _parquet()
        self._times = times_min
        self._schema = self._arrow.schema(
            [
                ("subject", self._arrow.int64()),
                ("minute", self._arrow.float64()),
                ("ng_per_ml", self._arrow.float64()),
            ]
        )
        self._file = parquet.ParquetWriter(file, self._schema)

    def write(self, first: int, curves: FloatArray) -> None:
        people, times = curves.shape
        subjects = np.repeat(np.arange(first, first + people), times)
        columns = (subjects, np.tile(self._times, people), curves.ravel())
        self._file.write_table(self._arrow.table(list(columns), schema=self._schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _parquet() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise InputRefused(
            "--out",
            given="a .parquet file",
            allowed=".csv or .npz without the `data` extra",
            mend="install unloop[data], or choose another kind of file",
        ) from error
    return pa, parquet
