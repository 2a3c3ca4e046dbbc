"""Where along x a runtime and a kernel are wrong: the largest error in each stretch of the floats, for a plot.

The verdict of a validation rests on its own points and on the high-precision oracle. A curve needs many more points: it
searches with pyact's float64 kernels (within 2 ULP of float64, which is 4e-9 ULP of float32), or with the oracle where
those do not serve, and asks the oracle for the worst point it found.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

from . import oracle, points
from .cases import Case, case_inputs, native_kernel

Array = npt.NDArray[Any]
Run = Callable[[Mapping[str, Array]], Sequence[Array]]

BINS = 400
# Half of the axis, from 0 to the largest float: what share the exponents below, between and above these get.
_EXPONENTS = (-12, 9)
_SHARES = (0.14, 0.68, 0.18)
# Points. Rows are run one by one; what the oracle has to answer takes a millisecond each.
_PER_BIN, _PER_BIN_ROWS, _PER_BIN_ORACLE = 128, 16, 1
_SEED = 20240301


@dataclass(frozen=True)
class Series:
    """Per stretch of the axis the largest error in ULP and the x it was found at; NaN where no point lies."""

    ulp: Array
    at: Array

    @property
    def worst(self) -> tuple[float, float]:
        """The largest error, and its x."""
        i = int(np.nanargmax(self.ulp))
        return float(self.ulp[i]), float(self.at[i])


@dataclass(frozen=True)
class ErrorCurve:
    """The error of one result of a validation along x.

    Parameters have their defaults. A gradient is the derivative: grad_output is 1. Of a gate, x is the gating input and
    the other one is 1; of a row, x is the first element of the row [x, 0], and the error that of the first element.
    """

    activation: str
    output: str | None  # as `validate.Case.output`
    dtype: str
    promise: float  # what pyact promises here, in ULP
    points: int
    runtime: Series
    kernel: Series


# --- the axis ---------------------------------------------------------------------------------------------------------
class Axis:
    """The floats of a format on a line from 0 to 1, in order, with more room for the exponents people use."""

    def __init__(self, dtype: str) -> None:
        self.precision, self.smallest, largest = oracle.FORMATS[dtype]
        last = float(largest - self.smallest + 2)
        self._binades = np.array([0.0, *(e - self.smallest + 1.0 for e in _EXPONENTS), last])
        self._places = np.array([0.0, *itertools.accumulate(_SHARES[:-1]), 1.0])

    def place(self, x: Array | float) -> Array:
        """Where x is, in [0, 1]; 0 is in the middle."""
        magnitude = np.abs(np.asarray(x, np.float64))
        exponent = np.where(magnitude == 0, self.smallest, np.maximum(np.frexp(magnitude)[1] - 1, self.smallest))
        # the bit pattern as a number of binades: subnormal numbers are the first
        steps = np.ldexp(magnitude, -exponent) + (exponent - self.smallest)
        return np.asarray(0.5 + np.copysign(np.interp(steps, self._binades, self._places) / 2, x))

    def bin(self, x: Array) -> Array:
        return np.asarray(np.minimum((self.place(x) * BINS).astype(int), BINS - 1))

    def edges(self) -> Array:
        """The |x| between which the bins of one half lie, as bit patterns."""
        steps = np.interp(np.linspace(0, 1, BINS // 2 + 1), self._places, self._binades)
        return np.asarray(np.floor(steps * 2.0 ** (self.precision - 1)).astype(np.uint64))

    def boundaries(self) -> Array:
        """The x between which the bins lie, BINS + 1 of them; infinite at the ends."""
        steps = np.interp(np.linspace(0, 1, BINS // 2 + 1)[:-1], self._places, self._binades)
        whole = np.maximum(np.floor(steps), 1)
        significand = np.where(steps < 1, steps, steps - whole + 1)  # the first binade is that of subnormal numbers
        half = np.ldexp(significand, (whole - 1 + self.smallest).astype(int))
        return np.concatenate([[-np.inf], -half[:0:-1], half, [np.inf]])


@cache
def inputs(dtype: str, per_bin: int) -> Array:
    """`per_bin` random floats of each bin; of the half formats every finite number. 0 is left to the special values."""
    edges = Axis(dtype).edges()
    if dtype in ("float16", "bfloat16"):
        magnitudes = np.arange(1, edges[-1], dtype=np.uint64)
    else:
        low, high = edges[:-1].copy(), np.maximum(edges[1:], edges[:-1] + 1)
        low[0] = 1
        generator = np.random.default_rng(_SEED)
        magnitudes = np.unique(generator.integers(low, high, (per_bin, low.size), dtype=np.uint64))
    half = points.from_bits(magnitudes, dtype)
    return np.concatenate([-half[::-1], half])


# --- the measurement --------------------------------------------------------------------------------------------------
def measure(
    case: Case, run: Run, kernel: Callable[[Case, Sequence[Array]], Array], *, flushes: bool = False
) -> ErrorCurve:
    """The errors of a model, run by `run` from inputs to outputs, and of a kernel.

    Parameters
    ----------
    case
        What the model and the kernel compute.
    run
        Takes a mapping from the model's input names to arrays, gives the outputs.
    kernel
        As for `validate`.
    flushes
        Where the model runs, subnormal numbers may become 0: it is not asked for those.
    """
    from .judge import PROMISE, ROW_PROMISE  # which imports what holds curves

    row = case.activation.kind == "row"
    exactly = case.dtype == "float64" or (row and case.output is not None)  # the gradients of rows cancel
    x = _with_thresholds(case, inputs(case.dtype, _PER_BIN_ORACLE if exactly else _PER_BIN_ROWS if row else _PER_BIN))
    columns = _columns(case, x)
    head, tail = _exact(case, columns) if exactly else (_wide(case, columns), np.zeros(x.size))
    wide = x.astype(np.float64)
    tiny = oracle.is_subnormal(wide, case.dtype) | oracle.is_subnormal(head, case.dtype)
    series = []
    for given, asked in (
        (_run(case, run, columns), ~tiny if flushes else np.ones(x.shape, bool)),
        (_run_kernel(case, kernel, columns), np.ones(x.shape, bool)),
    ):
        error = np.where(asked, oracle.ulp_errors(given, head, tail, case.dtype), -1.0)
        worst = int(np.argmax(error))
        if not exactly:
            error[worst] = _exact_error(case, [c[worst : worst + 1] for c in columns], given[worst])
        series.append(_largest(case.dtype, wide[asked], error[asked]))
    promise = (ROW_PROMISE if row else PROMISE)[case.dtype]
    return ErrorCurve(case.activation.name, case.output, case.dtype, promise, x.size, *series)


def _with_thresholds(case: Case, x: Array) -> Array:
    """The points of the validation, too, where they are inputs of the same kind: it tries what is next to a kink."""
    if case.activation.kind != "elementwise" or case.dtype in ("float16", "bfloat16"):
        return x
    tried = case_inputs(case).blocks[0][-1]
    return np.unique(np.concatenate([x, tried[np.isfinite(tried) & (tried != 0)]]))


def _columns(case: Case, x: Array) -> list[Array]:
    """The inputs in order, grad_output first; a row is the last axis."""
    one = np.ones_like(x)
    if case.activation.kind == "row":
        row = np.stack([x, np.zeros_like(x)], axis=-1)
        first = np.stack([one, one if case.activation.reduces else np.zeros_like(x)], axis=-1)
        return [row] if case.output is None else [first, row]
    if case.activation.kind == "gate":
        gate = _toolchain.module("check").gating_input(case.activation)
        values = [x if name == gate else one for name in case.activation.inputs]
    else:
        values = [x]
    return values if case.output is None else [one, *values]


def _names(case: Case) -> tuple[str, ...]:
    return (*(() if case.output is None else ("grad_output",)), *case.activation.inputs)


def _run(case: Case, run: Run, columns: Sequence[Array]) -> Array:
    feed = dict(zip(_names(case), columns, strict=True))
    if case.activation.reduces and case.output is not None:
        feed["grad_output"] = feed["grad_output"][:, 0]
    output = 0 if case.output is None else case.activation.inputs.index(case.output)
    return _first(case, np.asarray(run(feed)[output]).astype(np.float64), len(columns[-1]))


def _run_kernel(case: Case, kernel: Callable[[Case, Sequence[Array]], Array], columns: Sequence[Array]) -> Array:
    if case.activation.kind == "row":  # a kernel takes one row
        results = np.stack([np.asarray(kernel(case, row)) for row in zip(*columns, strict=True)])
    else:
        results = np.asarray(kernel(case, columns))
    return _first(case, results.astype(np.float64), len(columns[-1]))


def _first(case: Case, results: Array, count: int) -> Array:
    """The first element of each row."""
    return results.reshape(count, -1)[:, 0] if case.activation.kind == "row" else results


def _wide(case: Case, columns: Sequence[Array]) -> Array:
    """The values of pyact's float64 kernel."""
    return _run_kernel(replace(case, dtype="float64"), native_kernel, [c.astype(np.float64) for c in columns])


def _exact(case: Case, columns: Sequence[Array]) -> tuple[Array, Array]:
    doubles = [c.astype(np.float64).tolist() for c in columns]
    listed: list[Any] = list(zip(*doubles, strict=True))
    if case.activation.kind == "row":
        listed = [tuple(map(tuple, point)) for point in listed]
    task = oracle.Task(case.activation.name, case.output, tuple(case.activation.defaults.items()), tuple(listed))
    pairs: list[Any] = oracle.solve(task)
    flat = np.array([p[0] if case.activation.kind == "row" else p for p in pairs], np.float64)
    return flat[:, 0], flat[:, 1]


def _exact_error(case: Case, columns: Sequence[Array], given: float) -> float:
    return float(oracle.ulp_errors(np.array([given]), *_exact(case, columns), case.dtype)[0])


def _largest(dtype: str, x: Array, error: Array) -> Series:
    """Of each bin the largest error, and where."""
    bins = Axis(dtype).bin(x)
    order = np.lexsort((error, bins))
    last = order[np.flatnonzero(np.diff(bins[order], append=BINS))]
    ulp, at = np.full(BINS, np.nan), np.full(BINS, np.nan)
    ulp[bins[last]], at[bins[last]] = error[last], x[last]
    return Series(ulp, at)
