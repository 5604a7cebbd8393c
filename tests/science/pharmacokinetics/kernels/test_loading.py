"""Loading the compiled engine is quick, and leaves everything else as it was."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest

from unloop.science.pharmacokinetics.kernels import choice, compilation


def test_nothing_is_collected_while_it_loads_and_everything_is_afterwards():
    assert gc.isenabled()
    with choice._nothing_collected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ModuleNotFoundError), choice._nothing_collected():
        import_module("unloop.absent")
    assert gc.isenabled()


def test_whoever_had_switched_collecting_off_finds_it_off():
    gc.disable()
    try:
        with choice._nothing_collected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_linear_algebra_that_no_kernel_calls_is_not_loaded_and_is_there_for_others_later(monkeypatch):
    loaded = SimpleNamespace(_HAVE_BLAS=False)

    def load(name):
        assert name == "numba.np.arraymath"
        with pytest.raises(ImportError):
            import_module("scipy.linalg")
        return loaded

    for name in ("numba.np.arraymath", "scipy.linalg"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(compilation, "import_module", load)
    compilation._load_without_blas()
    assert "scipy.linalg" not in sys.modules
    assert loaded._HAVE_BLAS


def test_what_is_loaded_already_is_left_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.linalg", SimpleNamespace())
    monkeypatch.setattr(compilation, "import_module", lambda name: pytest.fail(f"loads {name}"))
    compilation._load_without_blas()
