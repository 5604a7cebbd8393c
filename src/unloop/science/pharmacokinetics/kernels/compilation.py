"""How the functions of this package are compiled, and where the machine code is kept.

Numba's own cache looks at the one file that a function stands in, so a change in a file that it calls would go
unnoticed. Here the folder's name holds a hash of every file of this package: what does not fit is not found, and is
compiled anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

# What Numba says of its own types does not hold for functions read by it; the casts below are ours.
_numba: Any = numba
_intrinsic: Any = intrinsic


def _load_without_blas() -> None:
    """Load what Numba knows of arrays, and not SciPy's linear algebra: no kernel calls it, and it takes 0.2 s.

    Numba asks for it only to note that it is there; the note is made without loading.
    """
    if "numba.np.arraymath" in sys.modules or "scipy.linalg" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # so an import of it is refused
    try:
        arraymath: Any = import_module("numba.np.arraymath")
    finally:
        del sys.modules["scipy.linalg"]
    arraymath._HAVE_BLAS = find_spec("scipy") is not None  # noqa: SLF001 - the note that Numba would have made


_load_without_blas()

# A product and the sum that takes it may become one instruction with one rounding. Nothing else may be reordered:
# the constants that split an exponent from its remainder would be simplified away.
ARITHMETIC = {"error_model": "numpy", "fastmath": {"contract"}, "nogil": True}


def compiled(signature: str) -> Callable[[F], F]:
    """Compile for exactly these types, or load what was compiled before; runs without the interpreter's lock."""

    def decorate(function: F) -> F:
        folder = _folder()
        named = _numba.config.CACHE_DIR
        try:
            if not named and folder is not None:
                _numba.config.CACHE_DIR = str(folder)
            keeps = bool(named) or folder is not None
            return cast(F, _numba.njit(signature, cache=keeps, **ARITHMETIC)(function))
        finally:
            _numba.config.CACHE_DIR = named

    return decorate


def part(function: F) -> F:
    """A function that compiled ones call."""
    return cast(F, _numba.njit(**ARITHMETIC)(function))


def inlined(function: F) -> F:
    """A function that is written out where it is called, so that the loop around it can take several people at once."""
    return cast(F, _numba.njit(forceinline=True, **ARITHMETIC)(function))


def instruction(generate: Callable[..., Any]) -> Any:
    """A function that is written in LLVM; called with one argument less, since Numba gives the first."""
    return _intrinsic(generate)


def _folder() -> Path | None:
    """The folder of these very sources; None where nothing may be written, and then every start compiles."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    folder = (
        Path(platformdirs.user_cache_dir("unloop", appauthor=False)) / f"kernels-{digest.hexdigest()[:16]}"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
    except OSError:
        return None
    return folder
