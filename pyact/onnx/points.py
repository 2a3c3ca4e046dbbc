"""Inputs for a validation: bit patterns, not decimals. Seeded, so every run sees the same ones."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Layout:
    """A binary format as integers: its unsigned type, its mantissa bits, and its exponent bits."""

    unsigned: Any
    mantissa: int
    exponent: int


LAYOUTS = {
    "float16": Layout(np.uint16, 10, 5),
    "bfloat16": Layout(np.uint16, 7, 8),
    "float32": Layout(np.uint32, 23, 8),
    "float64": Layout(np.uint64, 52, 11),
}
SPECIAL = (-math.inf, -0.0, 0.0, math.inf, math.nan)
_COMMON_THRESHOLDS = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 20.0)


def numpy_type(dtype: str) -> Any:
    """The NumPy type of a format; bfloat16 comes from ml_dtypes, which onnx depends on."""
    if dtype == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(dtype)


def rounded(values: Array, dtype: str) -> Array:
    """The values in the format."""
    with np.errstate(all="ignore"):
        return np.asarray(values).astype(numpy_type(dtype))


def from_bits(bits: Array, dtype: str) -> Array:
    return bits.astype(LAYOUTS[dtype].unsigned).view(numpy_type(dtype))


def _binades(dtype: str, generator: np.random.Generator) -> Array:
    """A random number of either sign in every binade, subnormal ones included (float64: one sign far from 1)."""
    layout = LAYOUTS[dtype]
    sign = 1 << (layout.mantissa + layout.exponent)
    bits = []
    bias = (1 << (layout.exponent - 1)) - 1
    for exponent in range(1, (1 << layout.exponent) - 1):
        bits.append((exponent << layout.mantissa) | int(generator.integers(1 << layout.mantissa)))
        near = dtype != "float64" or abs(exponent - bias) <= 64
        if near:
            bits.append(sign | (exponent << layout.mantissa) | int(generator.integers(1 << layout.mantissa)))
        elif generator.integers(2):
            bits[-1] |= sign
    step = 1 if dtype != "float64" else 4
    for place in range(0, layout.mantissa, step):
        low = int(generator.integers(1 << place)) if place else 0
        bits += [(1 << place) | low, sign | (1 << place) | low]
    largest = (((1 << layout.exponent) - 1) << layout.mantissa) - 1
    bits += [1, sign | 1, largest, sign | largest]
    return from_bits(np.array(bits, dtype=np.uint64), dtype)


def _around(thresholds: Iterable[float], dtype: str) -> Array:
    """Each threshold of either sign with its two neighbours in the format."""
    kind = numpy_type(dtype)
    values = []
    for threshold in sorted({abs(float(t)) for t in thresholds if math.isfinite(t)} | set(_COMMON_THRESHOLDS)):
        with np.errstate(all="ignore"):
            center = np.array(threshold).astype(kind)
        bits = center.view(LAYOUTS[dtype].unsigned).astype(np.int64)
        neighbours = np.array([b for b in (bits - 1, bits, bits + 1) if b >= 0])
        near = from_bits(neighbours, dtype)
        values += [near, -near]
    return np.concatenate(values)


def scalars(dtype: str, count: int, thresholds: Iterable[float], seed: int) -> Array:
    """Finite inputs of an elementwise function, `count` of them random in the common range, then the special ones."""
    generator = np.random.default_rng(seed)
    dense = np.concatenate(
        [
            generator.uniform(-10, 10, count // 2),
            generator.normal(0, 1, count // 4),
            generator.uniform(-30, 30, count - count // 2 - count // 4),
        ]
    )
    finite = np.concatenate([_binades(dtype, generator), _around(thresholds, dtype), rounded(dense, dtype)])
    finite = np.unique(finite[np.isfinite(finite.astype(np.float64)) & (finite.astype(np.float64) != 0)])
    return np.concatenate([finite, rounded(np.array(SPECIAL), dtype)])


_ROWS = ((1, 1.0), (2, 1.0), (3, 0.01), (5, 30.0), (8, 5.0), (17, 1.0), (64, 1.0), (64, 5.0), (10, 1000.0), (129, 3.0))


def rows(dtype: str, seed: int) -> list[Array]:
    """Rows of several lengths and widths, one all equal, one with ties, one huge."""
    generator = np.random.default_rng(seed)
    result = [rounded(generator.normal(0, scale, length), dtype) for length, scale in _ROWS]
    result.append(rounded(np.full(7, 1.5), dtype))
    result.append(rounded(np.array([0.25, 2.0, -1.0, 2.0, 2.0, 0.5]), dtype))
    bits = np.array([(((1 << LAYOUTS[dtype].exponent) - 1) << LAYOUTS[dtype].mantissa) - 1], np.uint64)
    largest = float(from_bits(bits, dtype)[0])
    result.append(rounded(np.array([largest, 0.0, -largest / 4]), dtype))
    return result


def special_rows(dtype: str) -> list[Array]:
    """Rows with -inf (a mask) and with NaN in different places."""
    wanted = ([1.0, -math.inf, 2.0], [math.nan, 1.0, 2.0], [0.5, math.nan, -1.0], [0.5, -1.0, math.nan])
    return [rounded(np.array(row), dtype) for row in wanted]
