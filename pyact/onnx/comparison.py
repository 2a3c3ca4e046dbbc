"""The results of one case beside its exact values and its special values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pyact import _toolchain

from . import oracle, points
from .cases import Array, Case, Inputs

expr = _toolchain.module("expr")
lower_numpy = _toolchain.module("lower_numpy")

# A model is the same function if it is within this of the exact value at scale max(1, |value|); half formats: in ULP.
TOLERANCE = {"float32": 3e-6, "float64": 1e-12, "float16": 1.0, "bfloat16": 1.0}


@dataclass(frozen=True)
class Error:
    """The largest error found, and the input (of a row: the element) it was found at."""

    ulp: float
    ulp_at: float
    scaled: float
    scaled_at: float
    rounded: float = math.nan  # the share of the results that are the nearest number of the format


@dataclass(frozen=True)
class Special:
    """What came out at a special value: an infinity, a NaN or a zero among the inputs."""

    block: int
    position: int
    x: float  # the input that makes it special
    wanted: float
    got: float
    same: bool

    @property
    def shown(self) -> str:
        return f"{self.got!r} at {self.x!r}, not {self.wanted!r}"


def doubles(array: Array) -> Array:
    return np.asarray(array).astype(np.float64)


class Comparison:
    """Results of one case against what they should be. Results are doubles, one array per block of the inputs."""

    def __init__(self, case: Case, inputs: Inputs, answers: Sequence[tuple[Array, Array]]) -> None:
        self.case, self.inputs, self.answers = case, inputs, answers
        activation = case.activation
        expression = activation.kernel if case.output is None else oracle.expression_of(activation, case.output)
        self.parameters = activation.defaults
        # NaN in an input that a derivative does not name does not matter to it.
        self.read = [n == "grad_output" or n in expr.variables(expression) for n in inputs.names]
        self.function = lower_numpy.compile_numpy(expression, (*inputs.names, *self.parameters))
        which = 0 if case.output is None else 1
        self.at = self._finite([doubles(b[which]) for b in inputs.blocks])
        self.head = self._finite([head for head, _ in answers])
        self.tail = self._finite([tail for _, tail in answers])
        self.least = self._finite([self._scale(b) for b in inputs.blocks])
        tiny = [[oracle.is_subnormal(doubles(c), case.dtype) for c in block] for block in inputs.blocks]
        self._tiny_input = np.any([self._finite(column) for column in zip(*tiny, strict=True)], axis=0)
        self._tiny_exact = oracle.is_subnormal(self.head, case.dtype)

    def _finite(self, blocks: Sequence[Array]) -> Array:
        """All positions that have an exact value, in one array."""
        return np.concatenate([
            np.broadcast_to(b, f.shape)[f] for b, f in zip(blocks, self.inputs.finite, strict=True)
        ])  # fmt: skip

    def _scale(self, block: Sequence[Array]) -> Array:
        """1; for the gradient of a gate |grad_output * other input|, which it is a multiple of, if that is larger."""
        scale = np.ones(block[-1].shape)
        if self.case.activation.kind == "gate" and self.case.output is not None:
            factors = [c for n, c in zip(self.inputs.names, block, strict=True) if n != self.case.output]
            with np.errstate(all="ignore"):
                product = np.abs(np.prod([doubles(f) for f in factors], axis=0))
            scale = np.where(np.isfinite(product), np.maximum(1.0, product), 1.0)
        return scale

    # --- exact values -------------------------------------------------------------------------------------------------
    # `flushes`: subnormal numbers may become 0, so that subnormal inputs are left out, and of errors in ULP also exact
    # values that are subnormal.
    def count(self, *, flushes: bool = False) -> int:
        """How many positions are compared."""
        return int(np.sum(~self._tiny_input)) if flushes else self.at.size

    def scaled(self, results: Sequence[Array], *, flushes: bool = False) -> Array:
        """The error at the verdict's scale, at every position that has an exact value."""
        scaled = oracle.scaled_errors(self._finite(results), self.head, self.tail, self.case.dtype, self.least)
        return np.where(self._tiny_input, 0.0, scaled) if flushes else scaled

    def ulp(self, results: Sequence[Array]) -> Array:
        """The error in ULP of the exact value, likewise."""
        return oracle.ulp_errors(self._finite(results), self.head, self.tail, self.case.dtype)

    def error(self, results: Sequence[Array], *, flushes: bool = False) -> Error:
        """Against the exact values."""
        return self._worst(self.ulp(results), self.scaled(results), flushes)

    def difference(self, results: Sequence[Array], others: Sequence[Array], *, flushes: bool = False) -> Error:
        """Against other results, in ULP of those."""
        given, wanted = self._finite(results), self._finite(others)
        none, dtype = np.zeros(wanted.shape), self.case.dtype
        ulp = oracle.ulp_errors(given, wanted, none, dtype)
        both = np.isinf(given) & (given == wanted)
        scaled = oracle.scaled_errors(given, wanted, none, dtype, self.least)
        return self._worst(np.where(both, 0.0, ulp), np.where(both, 0.0, scaled), flushes)

    def _worst(self, ulp: Array, scaled: Array, flushes: bool) -> Error:
        rounded = float(np.mean(ulp <= 0.5))
        if flushes:
            left_out = self._tiny_input | self._tiny_exact
            rounded = float(np.mean(ulp[~left_out] <= 0.5)) if not left_out.all() else math.nan
            ulp, scaled = np.where(left_out, 0.0, ulp), np.where(self._tiny_input, 0.0, scaled)
        i, j = int(np.argmax(ulp)), int(np.argmax(scaled))
        return Error(float(ulp[i]), float(self.at[i]), float(scaled[j]), float(self.at[j]), rounded)

    # --- special values -----------------------------------------------------------------------------------------------
    def specials(
        self, results: Sequence[Array], *, signed_zero: bool = False, only_finite: bool = False
    ) -> list[Special]:
        """What came out at the special inputs; what IEEE leaves NaN is not asked."""
        found = []
        for block, position, x, wanted in self._wanted():
            if only_finite and not math.isfinite(x):
                continue
            got = float(np.broadcast_to(results[block], self.inputs.finite[block].shape)[position])
            same = self._same(got, wanted, signed_zero=signed_zero)
            found.append(Special(block, position, x, wanted, got, same))
        return found

    def _wanted(self) -> Iterator[tuple[int, int, float, float]]:
        """block, position, the telling input, and the value that must come out."""
        case = self.case
        limits = case.activation.limits if case.output is None else case.activation.derivative_limits
        stated = {
            p: float(lower_numpy.compile_numpy(e, tuple(self.parameters))(*self.parameters.values()))
            for p, e in limits.items()
        }
        elementwise, is_row = case.activation.kind == "elementwise", case.activation.kind == "row"
        for number, (block, finite) in enumerate(zip(self.inputs.blocks, self.inputs.finite, strict=True)):
            columns = [doubles(c) for c in block]
            ieee = np.broadcast_to(self.function(*columns, *self.parameters.values()), finite.shape)
            wanted = doubles(points.rounded(ieee, case.dtype))
            zeros = columns[-1] == 0 if elementwise else np.zeros(finite.shape, bool)
            for position in np.nonzero(~finite | zeros)[0]:
                here = [c[position] for c in columns]
                if is_row:
                    nan = any(np.isnan(c).any() for c in columns)
                else:
                    nan = any(math.isnan(v) for v, read in zip(here, self.read, strict=True) if read)
                x = here[0 if case.output is None else 1]
                value = float(wanted[position])
                if elementwise and (point := repr(float(x))) in stated:
                    value = stated[point] * (here[0] if case.output is not None else 1.0)
                if nan:
                    value = math.nan
                elif math.isnan(value):
                    continue
                around = np.concatenate(columns).tolist() if is_row else [x, *here]
                telling = math.nan if nan else next((v for v in around if math.isinf(v)), x)
                yield number, int(position), float(telling), value

    def _same(self, got: float, wanted: float, *, signed_zero: bool) -> bool:
        if math.isnan(wanted) or math.isinf(wanted) or not math.isfinite(got):
            return got == wanted or (math.isnan(got) and math.isnan(wanted))
        if signed_zero and wanted == 0 and got == 0:
            return math.copysign(1, wanted) == math.copysign(1, got)
        one = np.array([wanted])
        error = oracle.scaled_errors(np.array([got]), one, np.zeros(1), self.case.dtype)
        return bool(error[0] <= TOLERANCE[self.case.dtype])
