"""Random numbers that belong to a person, not to an order of drawing.

Philox (Salmon 2011, doi 10.1145/2063384.2063405) is a counter put through a keyed mixing: the seed is the key, and a
person's number is the counter. So person 7 of seed 1 is the same in a crowd of ten and of a million, alone, in any
lot and on any thread. NumPy promises that its Philox keeps its numbers from version to version.

Uniform numbers become normal ones by the inverse of the distribution function (Wichura 1988, AS 241, PPND16,
doi 10.2307/2347330; relative error about 1e-16): one each, so that nothing is rejected and nothing shifts.
"""

from __future__ import annotations

import numpy as np

from unloop.quantity import InputRefused
from unloop.science.pharmacokinetics.arrays import FloatArray

WORDS = 4  # 64-bit numbers that Philox makes of one count
LARGEST_SEED = 2**64 - 1

CENTRAL = 0.425
CENTRE = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
)  # fmt: skip
TAIL = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
     3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0),
)  # fmt: skip
FAR_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0),
)  # fmt: skip


def standard_normals(seed: int, *, first: int = 0, count: int, columns: int) -> FloatArray:
    """Independent standard normals of people `first` to `first + count`, shape (count, columns).

    Raises:
        InputRefused: when the seed is not a whole number from 0 to 2^64 - 1.

    Example:
        >>> crowd = standard_normals(1, count=1000, columns=3)
        >>> bool((standard_normals(1, first=700, count=5, columns=3) == crowd[700:705]).all())
        True
    """
    if not 0 <= seed <= LARGEST_SEED:
        raise InputRefused(
            "seed",
            given=seed,
            allowed="a whole number from 0 to 2^64 - 1",
            mend="choose any; the same seed draws the same people",
        )
    counts = -(-columns // WORDS)  # of each person
    generator = np.random.Philox(key=seed, counter=first * counts)
    raw = generator.random_raw(count * counts * WORDS).reshape(count, counts * WORDS)[:, :columns]
    # 52 bits and a half: never 0 and never 1.
    return inverse_normal(((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52)


def inverse_normal(probability: FloatArray) -> FloatArray:
    """The standard normal deviate below which each probability, between 0 and 1, lies; same shape."""
    q = probability - 0.5
    deviate = q * _ratio(CENTRE, CENTRAL * CENTRAL - np.minimum(q * q, CENTRAL * CENTRAL))
    outer = np.abs(q) > CENTRAL
    smaller = np.minimum(probability[outer], 1.0 - probability[outer])
    r = np.sqrt(-np.log(smaller))
    far = np.where(r <= 5.0, _ratio(TAIL, r - 1.6), _ratio(FAR_TAIL, r - 5.0))
    deviate[outer] = np.copysign(far, q[outer])
    return deviate


def _ratio(polynomials: tuple[tuple[float, ...], tuple[float, ...]], r: FloatArray) -> FloatArray:
    """One polynomial over another, both by Horner; highest power first."""
    numerator, denominator = (np.full_like(r, coefficients[0]) for coefficients in polynomials)
    for above, below in zip(polynomials[0][1:], polynomials[1][1:], strict=True):
        numerator = numerator * r + above
        denominator = denominator * r + below
    return numerator / denominator
