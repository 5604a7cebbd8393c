"""What Python has no word for: the bits of a number, four numbers at once, and stores that bypass the cache.

Each is a few lines of LLVM that Numba writes into the function that calls it. They take addresses and check
nothing; only `linear` calls them, with memory that it has just measured.
"""

# ruff: noqa: ARG001, PLR0917 - Numba takes numbers and arrays, no objects

from __future__ import annotations

from typing import Any

from llvmlite import ir  # pyright: ignore[reportMissingTypeStubs]
from numba import types
from numba.core import cgutils

from unloop.science.pharmacokinetics.kernels.compilation import instruction

POINTS = 4  # times in a block
STATES = 4  # three compartments and a metabolite: one vector register
TERMS = 5  # three modes, the metabolite, and the input
ROW_BYTES = 8 * STATES

# A block: the matrix of four rows; how far each mode has decayed at each of the four times; and what an input of 1
# mg/min has left in it.
ROW = TERMS * STATES
MODE_DECAY = POINTS * ROW
MODE_LEFT = MODE_DECAY + POINTS * STATES
BLOCK = MODE_LEFT + POINTS * STATES

# What Numba says of its own tools does not hold under strict types.
_cgutils: Any = cgutils
_NUMBER = ir.DoubleType().as_pointer()
_CONTRACT = ("contract",)
_VECTOR = ir.VectorType(ir.DoubleType(), STATES)
_I32 = ir.IntType(32)


@instruction
def bits_of(typing_context: Any, number: Any) -> Any:
    """A float64 as the int64 of the same bits."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@instruction
def number_of(typing_context: Any, bits: Any) -> Any:
    """The float64 with these 64 bits."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


def _pointer(builder: Any, address: Any) -> Any:
    return builder.inttoptr(address, _VECTOR.as_pointer())


def _bypassing(builder: Any, store: Any) -> None:
    store.set_metadata("nontemporal", builder.module.add_metadata([ir.Constant(_I32, 1)]))


def _number_at(builder: Any, address: Any, place: int) -> Any:
    return builder.load(builder.gep(address, [_I32(place)]), align=8)


def _everywhere(builder: Any, number: Any) -> Any:
    """A vector with the same number four times."""
    empty = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_I32, STATES), [0] * STATES))


def _walker(*, fed: bool, bypass: bool) -> Any:
    """A writer of blocks of `POINTS` rows that takes the state along.

    A row is the sum of four vectors of coefficients, or five under an input, times one number each. The state is
    kept four times over in each register: so it steps on by multiplying, and nothing has to be spread anew.
    """

    @instruction
    def write(typing_context: Any, to: Any, coefficients: Any, state: Any, rate: Any, blocks: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            source = builder.inttoptr(arguments[1], _NUMBER)
            home = builder.inttoptr(arguments[2], _NUMBER)
            inflow = _everywhere(builder, arguments[3]) if fed else None
            steps = _Steps(builder, source, inflow)
            places = [_cgutils.alloca_once(builder, _VECTOR) for _ in range(STATES)]
            for number, place in enumerate(places):
                builder.store(_everywhere(builder, _number_at(builder, home, number)), place)
            with _cgutils.for_range(builder, arguments[4]) as loop:
                here = [builder.load(place) for place in places]
                first = builder.add(
                    arguments[0], builder.mul(loop.index, loop.index.type(POINTS * ROW_BYTES))
                )
                rows = _pointer(builder, first)
                for point in range(POINTS):
                    row = steps.row(point, here)
                    store = builder.store(
                        row, builder.gep(rows, [_I32(point)]), align=ROW_BYTES if bypass else 8
                    )
                    if bypass:
                        _bypassing(builder, store)
                for place, number in zip(places, steps.onward(here), strict=True):
                    builder.store(number, place)
            for number, place in enumerate(places):
                one = builder.extract_element(builder.load(place), _I32(0))
                builder.store(one, builder.gep(home, [_I32(number)]), align=8)
            return context.get_dummy_value()

        return types.void(types.intp, types.intp, types.intp, types.float64, types.intp), generate

    return write


class _Steps:
    """What a block's coefficients make of a state: its rows, and the state after them."""

    def __init__(self, builder: Any, source: Any, inflow: Any) -> None:
        self._builder, self._source, self._inflow = builder, source, inflow
        last = (POINTS - 1) * TERMS * STATES + STATES - 1  # of the metabolite, in the last row
        decays = MODE_DECAY + (POINTS - 1) * STATES
        self._decays = [self._everywhere(decays + mode) for mode in range(STATES - 1)]
        self._formed = [self._everywhere(last + term * STATES) for term in range(STATES)]
        self._left: list[Any] = []
        if inflow is not None:
            left = [MODE_LEFT + (POINTS - 1) * STATES + mode for mode in range(STATES - 1)]
            places = [*left, last + STATES * STATES]
            self._left = [builder.fmul(self._everywhere(place), inflow) for place in places]

    def row(self, point: int, state: list[Any]) -> Any:
        """The row at one of a block's times."""
        numbers = state if self._inflow is None else [*state, self._inflow]
        place = point * TERMS * STATES
        return self._sum([(self._row_at(place + term * STATES), one) for term, one in enumerate(numbers)])

    def onward(self, state: list[Any]) -> list[Any]:
        """The state after a block."""
        builder = self._builder
        modes = [builder.fmul(decay, one) for decay, one in zip(self._decays, state[:-1], strict=True)]
        after = [*modes, self._sum(list(zip(self._formed, state, strict=True)))]
        if self._left:
            pairs = zip(after, self._left, strict=True)
            after = [builder.fadd(one, left, flags=_CONTRACT) for one, left in pairs]
        return after

    def _sum(self, pairs: list[tuple[Any, Any]]) -> Any:
        products = [self._builder.fmul(one, other, flags=_CONTRACT) for one, other in pairs]
        total = products[0]
        for product in products[1:]:
            total = self._builder.fadd(total, product, flags=_CONTRACT)
        return total

    def _everywhere(self, place: int) -> Any:
        return _everywhere(self._builder, _number_at(self._builder, self._source, place))

    def _row_at(self, place: int) -> Any:
        address = self._builder.gep(self._source, [_I32(place)])
        return self._builder.load(self._builder.bitcast(address, _VECTOR.as_pointer()), align=8)


write_free = _walker(fed=False, bypass=False)
write_fed = _walker(fed=True, bypass=False)
stream_free = _walker(fed=False, bypass=True)
stream_fed = _walker(fed=True, bypass=True)


@instruction
def stream_rows(typing_context: Any, to: Any, source: Any, rows: Any) -> Any:
    """Copy rows to memory that will not be read soon; `to` stands at a multiple of 32 bytes."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        to, source = (_pointer(builder, address) for address in arguments[:2])
        with _cgutils.for_range(builder, arguments[2]) as loop:
            row = builder.load(builder.gep(source, [loop.index]), align=8)
            _bypassing(builder, builder.store(row, builder.gep(to, [loop.index]), align=ROW_BYTES))
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp), generate
