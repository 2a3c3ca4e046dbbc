"""The exact values a validation compares with, and the error of a result against them.

An exact value is kept as head + tail, two doubles that hold its first 100 bits or so. The functions here take and give
plain data, so that they can run in worker processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

Array = npt.NDArray[Any]
Pair = tuple[float, float]

# precision in bits, exponent of the smallest normal number, exponent of the largest
FORMATS: Mapping[str, tuple[int, int, int]] = {
    "float16": (11, -14, 15), "bfloat16": (8, -126, 127), "float32": (24, -126, 127), "float64": (53, -1022, 1023),
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One batch of points of one output: for a row activation each entry of `points` is one row per input."""

    activation: str
    output: str | None  # None: the value; else the input the gradient is for
    parameters: tuple[tuple[str, float], ...]
    points: tuple[tuple[Any, ...], ...]  # per point the inputs in order; for gradients grad_output first


def expression_of(activation: Any, output: str | None) -> Any:
    """The definition of the value, or the gradient that has been proven against it."""
    expr = _toolchain.module("expr")
    if output is None:
        return activation.formula
    gradient = activation.derivatives[output]
    return gradient if activation.kind == "row" else expr.var("grad_output") * gradient


_TRANSCENDENTAL = frozenset({"exp", "expm1", "tanh", "sigmoid", "softplus", "erf", "erfc", "log1p"})


def bounded(expression: Any) -> Any:
    """The same function, with exponentials of exponentials kept from filling the memory with digits.

    exp(exp(1e38)) has 1e38 bits. Where an argument itself holds an exponential it is cut off at 2**1100, which no
    double reaches, so no value that can be told from 0 or infinity changes.
    """
    expr = _toolchain.module("expr")
    limit = expr.const(2**1100)

    def rule(node: Any, arguments: tuple[Any, ...]) -> Any:
        if node.op in _TRANSCENDENTAL and any(n.op in ("exp", "expm1") for n in expr.postorder(node.args[0])):
            arguments = (expr.function("min", expr.function("max", arguments[0], -limit), limit),)
        return expr.rebuild(node, arguments)

    return expr.transform(expression, rule)


@lru_cache(maxsize=8192)
def solve(task: Task) -> list[Pair] | list[list[Pair]]:
    """The exact values at the points of a task; kept, as another style or provider is asked for the same."""
    reference = _toolchain.module("reference")
    activation = _toolchain.module("spec").built_in()[task.activation]
    expression = bounded(expression_of(activation, task.output))
    names = (*(["grad_output"] if task.output is not None else []), *activation.inputs)
    fixed = dict(task.parameters)
    if activation.kind == "row":
        return [_row(reference, expression, names, fixed, point) for point in task.points]
    return [
        _pair(reference.evaluate(expression, {**dict(zip(names, point, strict=True)), **fixed}))
        for point in task.points
    ]


def _row(
    reference: Any, expression: Any, names: Sequence[str], fixed: Mapping[str, float], point: tuple[Any, ...]
) -> list[Pair]:
    length = len(point[-1])
    rows = {**dict(zip(names, point, strict=True)), **{n: [v] * length for n, v in fixed.items()}}
    return [_pair(value) for value in reference.evaluate_row(expression, rows)]


def _pair(value: Any) -> Pair:
    head = float(value)
    return (head, float(value - head)) if np.isfinite(head) else (head, 0.0)


def spacing(values: Array, dtype: str) -> Array:
    """The unit in the last place of the format at each value."""
    precision, smallest, largest = FORMATS[dtype]
    exponent = np.frexp(np.abs(values))[1] - 1
    exponent = np.where(values == 0, smallest, np.clip(exponent, smallest, largest))
    return np.asarray(np.ldexp(1.0, exponent - precision + 1))


def is_subnormal(values: Array, dtype: str) -> Array:
    """Which doubles are subnormal numbers of the format."""
    return np.asarray((values != 0) & (np.abs(values) < np.ldexp(1.0, FORMATS[dtype][1])))


def _compare(result: Array, head: Array, tail: Array, dtype: str) -> tuple[Array, Array, Array, Array]:
    """|result - exact|; its unit (1/2 where doubles would overflow); where exact overflows; where both are the same.

    An infinite result counts as the power of two beyond the largest number.
    """
    precision, _, largest = FORMATS[dtype]
    edge = np.ldexp(2.0 - 2.0 ** (1 - precision), largest - 1)  # half of the largest number
    unit = np.ldexp(1.0, largest - precision + 1)
    with np.errstate(all="ignore"):
        overflows = np.isinf(head) | (np.abs(head) / 2 + np.sign(head) * tail / 2 >= edge + unit / 4)
        rightly = overflows & np.isinf(result) & (np.sign(result) == np.sign(head))
        part = np.where(np.isinf(result), 0.5, 1.0)
        shrunk = np.where(np.isinf(result), np.sign(result) * np.ldexp(1.0, largest), result)
        difference = np.abs((shrunk - head * part) - tail * part)
    return difference, part, overflows, rightly | (np.isnan(head) & np.isnan(result))


def ulp_errors(result: Array, head: Array, tail: Array, dtype: str) -> Array:
    """As `codegen.ulp.ulp_error`, for arrays; `result` holds numbers of the format as doubles."""
    difference, part, overflows, same = _compare(result, head, tail, dtype)
    with np.errstate(all="ignore"):
        error = difference / (spacing(np.where(np.isfinite(head), head, 0.0), dtype) * part)
    return np.where(same, 0.0, np.where(np.isnan(error) | overflows, np.inf, error))


def scaled_errors(result: Array, head: Array, tail: Array, dtype: str, least: Array | float = 1.0) -> Array:
    """|result - exact| / max(least, |exact|), in units of the format's spacing there for the half formats."""
    difference, part, _, same = _compare(result, head, tail, dtype)
    with np.errstate(all="ignore"):
        scale = np.maximum(least, np.abs(head))
        if dtype in ("float16", "bfloat16"):
            scale = spacing(np.where(np.isfinite(scale), scale, 1.0), dtype)
        error = difference / (scale * part)
    return np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))
