"""Populations, compiled: the same answers as `solver`, a hundred times as fast, on as many threads as there are.

Nothing that serves a web page may import this package: it loads Numba. Ask for an engine and hand it to `band`::

    from unloop.science.pharmacokinetics.kernels import fastest

    engine = fastest()          # compiled, or NumPy's where there is no Numba
    people = band(chosen, given, times, subjects=100_000, rng=rng, engine=engine)
    print(engine.name)          # "numba" or "numpy"

The first use on a computer compiles for some 10 s and keeps the result in the user's cache folder, or in
`NUMBA_CACHE_DIR`; nothing but Numba is needed for it.
"""

from __future__ import annotations

from unloop.science.pharmacokinetics.kernels.choice import compiled, fastest

__all__ = ["compiled", "fastest"]
