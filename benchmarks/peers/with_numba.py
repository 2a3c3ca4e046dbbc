"""numba: the loop a user writes, compiled by njit without fastmath, which would give up NaN and the order of sums.

Constants are of the array's own type: a Python float would turn float32 arithmetic into float64. One thread.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from ..cells import FORWARD, FROM_OUTPUT, Cell
from ..inputs import Data, aligned
from .base import RRELU_SLOPE, SELU_ALPHA, SELU_SCALE, Call, Unsupported, written_to

numba = importlib.import_module("numba")

Scalar = Callable[..., Any]
Scalars = tuple[Scalar | None, Scalar | None]  # value of x, gradient of (g, x)
exp, log1p, tanh, erf = math.exp, math.log1p, math.tanh, math.erf


def piecewise(name: str, T: Any) -> Scalars | None:
    """Straight pieces; None where the function is not one of these."""
    zero, one, half, three, six = T(0), T(1), T(0.5), T(3), T(6)
    if name == "linear":
        return lambda x: x, lambda g, x: g
    if name in ("relu", "threshold"):
        return lambda x: x if x > zero else zero, lambda g, x: g if x > zero else zero
    if name in ("relu6", "hardtanh"):
        low, high = (zero, six) if name == "relu6" else (-one, one)
        return lambda x: min(max(x, low), high), lambda g, x: g if (x > low) & (x < high) else zero
    if name in ("leaky_relu", "prelu", "rrelu"):
        slope = T({"leaky_relu": 0.01, "prelu": 0.25, "rrelu": RRELU_SLOPE}[name])
        gradient = None if name == "prelu" else lambda g, x: g if x > zero else g * slope
        return lambda x: x if x > zero else x * slope, gradient
    if name == "softshrink":
        return lambda x: x - min(max(x, -half), half), lambda g, x: g if abs(x) > half else zero
    if name == "hardshrink":
        return lambda x: x if abs(x) > half else zero, lambda g, x: g if abs(x) > half else zero
    sixth, third = T(1 / 6), T(1 / 3)
    if name == "hardsigmoid":
        return (
            lambda x: min(max(x * sixth + half, zero), one),
            lambda g, x: g * sixth if (x > -three) & (x < three) else zero,
        )
    if name == "hardswish":
        return (
            lambda x: x * min(max(x * sixth + half, zero), one),
            lambda g, x: g * (zero if x <= -three else (one if x >= three else x * third + half)),
        )
    if name == "softsign":
        return lambda x: x / (one + abs(x)), lambda g, x: g / ((one + abs(x)) * (one + abs(x)))
    return None


def smooth(name: str, T: Any) -> Scalars | None:
    zero, one, two, half = T(0), T(1), T(2), T(0.5)

    logistic = numba.njit(lambda x: one / (one + exp(-x)))

    if name == "sigmoid":

        def sigmoid_gradient(g: Any, x: Any) -> Any:
            s = logistic(x)
            return g * (s * (one - s))

        return lambda x: one / (one + exp(-x)), sigmoid_gradient
    if name == "tanh":

        def tanh_gradient(g: Any, x: Any) -> Any:
            t = tanh(x)
            return g * (one - t * t)

        return lambda x: tanh(x), tanh_gradient
    if name == "tanhshrink":

        def tanhshrink_gradient(g: Any, x: Any) -> Any:
            t = tanh(x)
            return g * (t * t)

        return lambda x: x - tanh(x), tanhshrink_gradient
    if name == "softplus":
        return lambda x: max(x, zero) + log1p(exp(-abs(x))), lambda g, x: g * logistic(x)
    if name == "logsigmoid":
        return lambda x: min(x, zero) - log1p(exp(-abs(x))), lambda g, x: g * logistic(-x)
    if name == "silu":

        def silu_gradient(g: Any, x: Any) -> Any:
            s = logistic(x)
            return g * (s * (one + x * (one - s)))

        return lambda x: x / (one + exp(-x)), silu_gradient
    if name == "gelu":
        root_half, density = T(math.sqrt(0.5)), T(1 / math.sqrt(2 * math.pi))
        return (
            lambda x: half * x * (one + erf(x * root_half)),
            lambda g, x: g * (half * (one + erf(x * root_half)) + x * exp(-half * x * x) * density),
        )
    if name == "gelu_tanh":
        c, d = T(math.sqrt(2 / math.pi)), T(0.044715 * math.sqrt(2 / math.pi))
        d3 = T(3) * d

        def gelu_tanh_gradient(g: Any, x: Any) -> Any:
            t = tanh(x * (c + d * x * x))
            return g * (half * (one + t) + half * x * (one - t * t) * (c + d3 * x * x))

        return lambda x: half * x * (one + tanh(x * (c + d * x * x))), gelu_tanh_gradient
    if name in ("elu", "celu", "selu"):
        a, s = (T(SELU_ALPHA * SELU_SCALE), T(SELU_SCALE)) if name == "selu" else (one, one)
        return lambda x: s * x if x > zero else a * math.expm1(x), lambda g, x: g * (s if x > zero else a * exp(x))
    if name == "mish":

        def ratio(x: Any) -> Any:
            """tanh(softplus(x)), without overflow of the square"""
            e = exp(min(x, T(20)))
            w = e * (e + two)
            return w / (w + two)

        ratio = numba.njit(ratio)

        def mish_gradient(g: Any, x: Any) -> Any:
            r = ratio(x)
            return g * (r + x * (one - r * r) * logistic(x))

        return lambda x: x * ratio(x), mish_gradient
    return None


def scalars(name: str, T: Any) -> Scalars:
    found = piecewise(name, T) or smooth(name, T)
    if found is None:
        raise Unsupported("no loop written")
    return found


OF_OUTPUT: dict[str, Callable[[Any], Scalar]] = {
    "sigmoid": lambda one: lambda g, y: g * (y * (one - y)),
    "tanh": lambda one: lambda g, y: g * (one - y * y),
}


def loop(scalar: Scalar, arguments: int) -> Callable[..., Any]:
    body = numba.njit(scalar)
    compiled = partial(numba.njit, error_model="numpy")  # division by zero as IEEE has it, not an exception

    if arguments == 1:

        @compiled
        def of_one(x: Any, out: Any) -> None:
            for i in range(x.size):
                out[i] = body(x[i])

        return of_one  # type: ignore[no-any-return]

    @compiled
    def of_two(g: Any, x: Any, out: Any) -> None:
        for i in range(x.size):
            out[i] = body(g[i], x[i])

    return of_two  # type: ignore[no-any-return]


@cache
def prelu_gradients(dtype: str) -> Callable[..., Any]:
    """Of x and of the weight, in one loop."""
    zero, slope = np.dtype(dtype).type(0), np.dtype(dtype).type(0.25)

    def run(g: Any, x: Any, out: Any, weight_out: Any) -> None:
        for i in range(x.size):
            out[i] = g[i] if x[i] > zero else g[i] * slope
            weight_out[i] = zero if x[i] > zero else g[i] * x[i]

    return numba.njit(run)  # type: ignore[no-any-return]


@cache  # a compilation takes a second
def compiled_loop(name: str, direction: str, dtype: str) -> Callable[..., Any]:
    T = np.dtype(dtype).type
    if direction == FROM_OUTPUT:
        if name not in OF_OUTPUT:
            raise Unsupported("no loop written")
        return loop(OF_OUTPUT[name](T(1)), 2)
    value, gradient = scalars(name, T)
    chosen = value if direction == FORWARD else gradient
    if chosen is None:
        raise Unsupported("no loop written")
    return loop(chosen, 1 if direction == FORWARD else 2)


class Numba:
    name = "numba"

    def __init__(self, threads: int) -> None:
        pass

    def call(self, cell: Cell, data: Data) -> Call:
        if cell.table == "rows":
            raise Unsupported("no loop written")
        if cell.dtype not in ("float32", "float64"):
            raise Unsupported("no arithmetic in 16 bits on the CPU")
        if cell.name == "prelu" and cell.direction != FORWARD:
            weight_out = aligned(data.x.shape, cell.dtype, place=5)
            run = partial(prelu_gradients(cell.dtype), data.grad, data.x, data.grad_x, weight_out)
            return Call(run, written_to(data.grad_x))
        function = compiled_loop(cell.name, cell.direction, cell.dtype)
        if cell.direction == FORWARD:
            return Call(partial(function, data.x, data.out), written_to(data.out))
        if cell.direction == FROM_OUTPUT:
            y = aligned(data.x.shape, cell.dtype, place=5)
            compiled_loop(cell.name, FORWARD, cell.dtype)(data.x, y)
            return Call(partial(function, data.grad, y, data.grad_x), written_to(data.grad_x))
        return Call(partial(function, data.grad, data.x, data.grad_x), written_to(data.grad_x))


def create(threads: int) -> Numba:
    return Numba(threads)
