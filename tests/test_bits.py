"""One value, one result: every kernel gives the same bits on every ISA and wherever in an array the value is.

Inputs are bit patterns of every kind: any at all, all binades, the common range, subnormals and special values. The
half formats run through all of their 65,536 patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import pyact
from codegen.kernels import Kernel, kernels_of
from codegen.spec import built_in
from pyact._native import ffi, lib

Array = np.ndarray[Any, Any]
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
OTHER_ISAS = ("avx2", "avx512")  # besides the baseline, on x86-64; other CPUs have one ISA
DTYPES = {d.name: d for d in map(np.dtype, (np.float16, ml_dtypes.bfloat16, np.float32, np.float64))}
KERNELS = {k.name: k for a in built_in().values() for k in kernels_of(a)}
ROWS = [f"{a.name}{suffix}" for a in built_in().values() if a.kind == "row" for suffix in ("", "_backward")]
POINTS = 20_000  # the half formats have 65,536 patterns: all of them
LENGTHS = range(1, 71)


@pytest.fixture(autouse=True)
def same_isa_afterwards() -> Iterator[None]:
    before = lib.pyact_isa()
    yield
    lib.pyact_set_isa(before)


def use(isa: str) -> None:
    assert lib.pyact_set_isa(isa.encode()) == 0


def bits(array: Array) -> Array:
    array = np.ascontiguousarray(array)
    return array.view(f"u{array.dtype.itemsize}")


def samples(dtype: np.dtype[Any], n: int, seed: int) -> Array:
    """n values: a sixth each from six kinds, shuffled."""
    rng = np.random.default_rng(seed)
    size, part = dtype.itemsize, n // 6
    with np.errstate(over="ignore"):
        special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, 3.0, -3.0, 6.0, 20.0]).astype(dtype)
        parts = [
            rng.integers(0, 256, part * size, np.uint8).view(dtype),
            np.ldexp(rng.uniform(-2, 2, part), rng.integers(-24, 8, part)).astype(dtype),
            rng.normal(0, 3, part).astype(dtype),
            rng.uniform(-120, 120, part).astype(dtype),
            (rng.uniform(-40, 40, part) * np.ldexp(1.0, rng.integers(-1, 5, part))).astype(dtype),
        ]
    subnormal = rng.integers(0, 2 ** (4 if size == 2 else 20), n - part * 5).astype(f"u{size}").view(dtype)
    subnormal[: part // 4] = np.resize(special, part // 4)
    return rng.permutation(np.concatenate([*parts, subnormal]))


def all_patterns(dtype: np.dtype[Any]) -> Array:
    return np.random.default_rng(0).permutation(2**16).astype(np.uint16).view(dtype)


def parameters(kernel: Kernel, n: int) -> list[list[Any]]:
    """The defaults as scalars; then arrays around them, with zeros, negative values, infinities and NaN among them."""
    defaults = [kernel.activation.defaults[p] for p in kernel.parameters]
    if not defaults:
        return [[]]
    rng = np.random.default_rng(11)
    arrays = []
    for value in defaults:
        array = value + rng.normal(0, 1, n)
        odd = rng.random(n) < 0.05
        array[odd] = rng.choice([0.0, -0.0, np.inf, -np.inf, np.nan, 1e300, -1e-310, value], int(odd.sum()))
        arrays.append(array)
    return [list(defaults), arrays]


def data(kernel: Kernel, dtype: np.dtype[Any]) -> list[Array]:
    """Data inputs in the order of the kernel. Half of the gradients are 1, the derivative itself."""
    half = dtype.itemsize == 2
    n = 2**16 if half else POINTS
    inputs = [samples(dtype, n, seed) for seed in range(len(kernel.data_inputs))]
    if half:
        inputs[-1] = all_patterns(dtype)
    if kernel.factor is not None:
        inputs[0][::2] = 1
    return inputs


def ufunc(name: str) -> np.ufunc:
    function: np.ufunc = getattr(pyact.ufuncs, name)
    return function


def test_every_ufunc_is_tested() -> None:
    pairs = {n for n in dir(pyact.ufuncs) if n.endswith("_with_derivative")}  # see test_with_derivative.py
    from_output = {n for n in dir(pyact.ufuncs) if n.endswith("_from_output")} - set(KERNELS)  # rows: see test_rows.py
    of_gates = {f"{n}_backward" for n, a in built_in().items() if a.kind == "gate"}  # see test_gates.py
    at_once = {n for n in dir(pyact.ufuncs) if n.endswith("_gradients")}  # see test_gradients.py
    assert {*KERNELS, *ROWS} == set(dir(pyact.ufuncs)) - pairs - from_output - of_gates - at_once
    assert len(KERNELS) >= 163


def skip_unless_usable(isa: str) -> None:
    if isa not in ISAS:
        pytest.skip(f"the CPU has no {isa}")


@pytest.mark.parametrize("isa", OTHER_ISAS)
@pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))
def test_same_bits_as_baseline(dtype: np.dtype[Any], isa: str) -> None:
    skip_unless_usable(isa)
    different = []
    for name, kernel in KERNELS.items():
        inputs = data(kernel, dtype)
        for setting in parameters(kernel, inputs[0].size):
            results = []
            for each in ("baseline", isa):
                use(each)
                results.append(bits(ufunc(name)(*inputs, *setting)))
            wrong = np.flatnonzero(results[0] != results[1])
            if wrong.size:
                at = [a[wrong[0]] if isinstance(a, np.ndarray) else a for a in (*inputs, *setting)]
                different.append(f"{name}: {wrong.size}, first {at}")
    assert not different


@pytest.mark.parametrize("isa", OTHER_ISAS)
@pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))
def test_rows_have_same_bits_as_baseline(dtype: np.dtype[Any], isa: str) -> None:
    """Ordinary rows, rows of any bit patterns, and rows with one special value."""
    skip_unless_usable(isa)
    different = []
    for length in (1, 2, 3, 7, 8, 9, 16, 31, 64, 100, 255, 256, 257, 1024, 1025, 2000):
        rng = np.random.default_rng(length)
        ordinary = rng.normal(0, 4, (12, length)).astype(dtype)
        mixed = samples(dtype, 12 * length, length).reshape(12, length)
        with np.errstate(invalid="ignore"):  # NumPy casts signalling NaN
            mixed = np.where(np.isfinite(mixed.astype(np.float64)), mixed, dtype.type(1))
        special = ordinary.copy()
        special[np.arange(12), rng.integers(0, length, 12)] = np.resize([np.inf, -np.inf, np.nan, -0.0], 12)
        x = np.concatenate([ordinary, mixed, special])
        g = samples(dtype, x.size, length + 1).reshape(x.shape)
        for name in ROWS:
            operands = [x]
            if name.endswith("_backward"):
                reduces = built_in()[name.removesuffix("_backward")].reduces
                operands = [g[:, 0] if reduces else g, x]
            results = []
            for each in ("baseline", isa):
                use(each)
                results.append(bits(ufunc(name)(*operands)))
            wrong = np.flatnonzero((results[0] != results[1]).reshape(len(x), -1).any(axis=1))
            if wrong.size:
                different.append(f"{name}, length {length}: rows {wrong.tolist()}")
    assert not different


# ---- where in an array a value is ----


def misaligned(array: Array) -> Array:
    copy = np.empty(array.nbytes + 1, np.uint8)[1:].view(array.dtype)
    copy[:] = array
    return copy


def placements(inputs: list[Array], expected: Array, n: int) -> Iterator[tuple[str, list[Array], Array, Array]]:
    """Ways to hand over n of the values: how, the inputs, the output, what it must become. Offsets and strides vary."""
    start, step = 5 * n % 67, (1, 2, 3, 5)[n % 4]
    plain, spread = slice(start, start + n), slice(start, start + n * step, step)
    backwards = slice(start + n - 1, start - 1 if start else None, -1)
    dtype = expected.dtype
    room = np.zeros((n, 3), dtype)
    yield "an offset", [a[plain] for a in inputs], np.zeros(n, dtype), expected[plain]
    yield "a stride", [a[spread] for a in inputs], np.zeros(n, dtype), expected[spread]
    yield "a strided output", [a[spread] for a in inputs], room[:, n % 3], expected[spread]
    yield "from the end", [a[backwards] for a in inputs], np.zeros(n, dtype)[::-1], expected[backwards]
    yield "misaligned", [misaligned(a[plain]) for a in inputs], misaligned(np.zeros(n, dtype)), expected[plain]
    mixed = [a[plain].copy() if i else a[plain] for i, a in enumerate(inputs)]
    yield "strides that differ", mixed, np.zeros((n, 2), dtype)[:, 1], expected[plain]
    for target, array in enumerate(inputs):
        if array.dtype != dtype:
            continue
        copies = [a[spread].copy() for a in inputs]
        yield "in place", copies, copies[target], expected[spread]
        views = [a.copy()[spread] for a in inputs]
        yield "in place with a stride", views, views[target], expected[spread]


@pytest.mark.parametrize("isa", [ISAS[0], *OTHER_ISAS])
@pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))
def test_position_does_not_change_bits(dtype: np.dtype[Any], isa: str) -> None:
    """Lengths 1 to 70, and what crosses the blocks of 256, in every placement, against one long array."""
    skip_unless_usable(isa)
    use(isa)
    n = 67 + 5 * max(LENGTHS)
    different = []
    for name, kernel in KERNELS.items():
        inputs = [samples(dtype, n, seed) for seed in range(len(kernel.data_inputs))]
        inputs += parameters(kernel, n)[-1]
        expected = ufunc(name)(*inputs)
        for length in LENGTHS:
            for how, operands, out, wanted in placements(inputs, expected, length):
                wanted = bits(wanted)
                result = ufunc(name)(*operands, out=out)
                if not np.array_equal(bits(result), wanted):
                    different.append(f"{name}, length {length}: {how}")
    assert not different


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))
def test_a_scalar_is_an_array_of_one(dtype: np.dtype[Any]) -> None:
    """Element by element, with parameters as scalars, the bits are those of the array."""
    for name, kernel in KERNELS.items():
        inputs = [samples(dtype, 60, seed) for seed in range(len(kernel.data_inputs))]
        defaults = [kernel.activation.defaults[p] for p in kernel.parameters]
        expected = ufunc(name)(*inputs, *defaults)
        single = [ufunc(name)(*values, *defaults) for values in zip(*inputs, strict=True)]
        np.testing.assert_array_equal(bits(np.array(single, dtype)), bits(expected), name)
