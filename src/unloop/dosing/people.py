"""People behind a band: spread evenly instead of drawn by chance, so that few of them say as much as many."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np

from unloop.science.pharmacokinetics import FloatArray, KineticModel
from unloop.science.pharmacokinetics.document import LogNormal

# Policy: so many evenly spread people hold the 5 % lines about as well as five times as many drawn by chance.
PEOPLE = 160


def people_of(model: KineticModel, *, weight_kg: float, columns: FloatArray) -> dict[str, FloatArray]:
    """Parameters of evenly spread people of one weight, shape (subjects,) each; all typical without a spread.

    Args:
        model: the varying parameters of the drug itself take the first columns.
        columns: standard normals from `even_normals`, shape (subjects, columns); at least one for each of them.
    """
    people = {name: np.full(len(columns), value) for name, value in model.typical(weight_kg).items()}
    for name, factor in factors_of(model, columns).items():
        people[name] = people[name] * factor
    return people


def factors_of(model: KineticModel, columns: FloatArray) -> dict[str, FloatArray]:
    """How the parameters of these people stand to the typical person's; only those that vary, at every weight the same."""
    places = _places(model)
    if not (isinstance(model.between, LogNormal) and places):
        return {}
    covariance = np.array(model.between.covariance, dtype=np.float64)[np.ix_(places, places)]
    variances, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(np.maximum(variances, 0.0))) @ axes.T
    etas = columns[:, : len(places)] @ root
    return {model.between.parameters[place]: np.exp(etas[:, at]) for at, place in enumerate(places)}


def varying(model: KineticModel) -> int:
    """How many parameters of the drug itself vary between people."""
    return len(_places(model))


def _places(model: KineticModel) -> list[int]:
    """Where the drug's own parameters stand; those of metabolites have a dot and move no level of the drug."""
    if not isinstance(model.between, LogNormal):
        return []
    return [place for place, name in enumerate(model.between.parameters) if "." not in name]


@cache
def even_normals(subjects: int, columns: int) -> FloatArray:
    """Standard normals that fill space evenly, shape (subjects, columns); always the same.

    Multiples of the powers of the generalised golden ratio (Roberts 2018), through the normal's quantiles; then
    moved and turned a little, so that their mean is 0 and their covariance the identity.
    """
    ratio = 2.0
    for _ in range(64):
        ratio = (1.0 + ratio) ** (1.0 / (columns + 1))
    steps = ratio ** -np.arange(1.0, columns + 1.0)
    uniform = (0.5 + np.outer(np.arange(1, subjects + 1), steps)) % 1.0
    quantile = NormalDist().inv_cdf
    normals = np.array([[quantile(float(one)) for one in row] for row in uniform]).reshape(subjects, columns)
    normals -= normals.mean(axis=0)
    if 0 < columns < subjects:  # and exactly uncorrelated, with a variance of 1
        root = np.linalg.cholesky(normals.T @ normals / subjects)
        normals = np.linalg.solve(root, normals.T).T.copy()
    normals.flags.writeable = False
    return normals
