"""What Python has no word for: the bits of a number, four numbers at once, and stores that bypass the cache.

Each is a few lines of LLVM that Numba writes into the function that calls it. They take addresses and check
nothing; only `linear` calls them, with memory that it has just measured.
"""

# ruff: noqa: ARG001, PLR0913, PLR0917 - Numba takes numbers and arrays, no objects

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


def _everywhere(builder: Any, number: Any) -> Any:
    """A vector with the same number four times."""
    empty = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(_I32, STATES), [0] * STATES))


def _block(*, terms: int, bypass: bool) -> Any:
    """A writer of `POINTS` rows: each is the sum of `terms` vectors of coefficients times one number each."""

    @instruction
    def write(
        typing_context: Any,
        to: Any,
        coefficients: Any,
        a: Any,
        b: Any,
        c: Any,
        m: Any,
        u: Any,
    ) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            to, source = (_pointer(builder, address) for address in arguments[:2])
            numbers = [_everywhere(builder, number) for number in arguments[2 : 2 + terms]]
            for point in range(POINTS):
                products = []
                for term, number in enumerate(numbers):
                    place = builder.gep(source, [ir.Constant(_I32, point * TERMS + term)])
                    products.append(builder.fmul(builder.load(place, align=8), number, flags=("contract",)))
                total = products[0]
                for product in products[1:]:
                    total = builder.fadd(total, product, flags=("contract",))
                place = builder.gep(to, [ir.Constant(_I32, point)])
                store = builder.store(total, place, align=ROW_BYTES if bypass else 8)
                if bypass:
                    _bypassing(builder, store)
            return context.get_dummy_value()

        return types.void(types.intp, types.intp, *[types.float64] * TERMS), generate

    return write


write_free = _block(terms=4, bypass=False)
write_fed = _block(terms=5, bypass=False)
stream_free = _block(terms=4, bypass=True)
stream_fed = _block(terms=5, bypass=True)


@instruction
def stream_rows(typing_context: Any, to: Any, source: Any, rows: Any) -> Any:
    """Copy rows to memory that will not be read soon; `to` stands at a multiple of 32 bytes."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        to, source = (_pointer(builder, address) for address in arguments[:2])
        with cgutils.for_range(builder, arguments[2]) as loop:
            row = builder.load(builder.gep(source, [loop.index]), align=8)
            _bypassing(builder, builder.store(row, builder.gep(to, [loop.index]), align=ROW_BYTES))
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, types.intp), generate
