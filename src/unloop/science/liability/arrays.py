"""The array types of this room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
"""float64 throughout; the first axis is the family where there are several."""

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
