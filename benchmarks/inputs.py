"""The data of a cell: the same arrays for every peer, all on cache-line boundaries."""

from __future__ import annotations

import importlib
import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DISTRIBUTIONS = {
    "normal1": "N(0, 1)",
    "normal3": "N(0, 3)",
    "uniform10": "uniform(-10, 10)",
    "outliers": "N(0, 1) with 1% at +-30",
}
DTYPES = {"f32": "float32", "f64": "float64", "f16": "float16", "bf16": "bfloat16"}
ITEM_SIZES = {"float32": 4, "float64": 8, "float16": 2, "bfloat16": 2}
CACHE_LINE = 64  # torch aligns so; NumPy's own 16 bytes would cost whoever gets them
PAGE = 4096


def numpy_dtype(name: str) -> np.dtype[Any]:
    """NumPy has no bfloat16: ml_dtypes brings it."""
    return np.dtype(importlib.import_module("ml_dtypes").bfloat16 if name == "bfloat16" else name)


def aligned(shape: tuple[int, ...], dtype: str, place: int = 0) -> Array:
    """An array of zeros whose pages are there: the first write to a fresh page would be timed, too.

    Arrays of different `place` (0 to 7) differ in their position in a page: a store and a load a multiple of 4,096
    bytes apart look alike to the processor, and a copy between such arrays takes half as long again.
    """
    count = math.prod(shape) * ITEM_SIZES[dtype]
    raw = np.zeros(count + 2 * PAGE, dtype=np.uint8)
    raw.fill(0)
    start = -raw.ctypes.data % PAGE + place * (PAGE // 8 + CACHE_LINE)
    return raw[start : start + count].view(numpy_dtype(dtype)).reshape(shape)


def draw(distribution: str, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    if distribution == "uniform10":
        return generator.uniform(-10, 10, shape).astype(np.float32)
    x = generator.standard_normal(shape, dtype=np.float32)
    if distribution == "normal3":
        x *= 3
    elif distribution == "outliers":
        far = generator.random(shape, dtype=np.float32) < 0.01
        x[far] = np.copysign(np.float32(30), x[far])
    return x


@dataclass(frozen=True)
class Data:
    x: Array
    grad: Array  # of the loss for the output: N(0, 1)
    out: Array  # forward
    grad_x: Array  # backward


def fresh_data(distribution: str, shape: tuple[int, ...], dtype: str, gate: bool) -> Data:
    """`gate`: the input holds two halves of `shape` along the last axis, as torch.nn.GLU wants it."""
    generator = np.random.default_rng(zlib.crc32(f"{distribution} {shape}".encode()))
    wide = (*shape[:-1], 2 * shape[-1]) if gate else shape
    x, grad = aligned(wide, dtype, 0), aligned(shape, dtype, 1)
    x[...] = draw(distribution, wide, generator).astype(x.dtype)
    grad[...] = draw("normal1", shape, generator).astype(grad.dtype)
    return Data(x, grad, aligned(shape, dtype, 2), aligned(wide, dtype, 3))


data = lru_cache(maxsize=1)(fresh_data)  # cells of the same data follow one another
