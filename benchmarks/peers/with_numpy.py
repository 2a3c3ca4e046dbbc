"""NumPy: np.tanh itself, and the composites a user writes, in their fast form: each step into an array made before.

`t` is scratch, as large as the result. Other activations are the catalogue's formula, which allocates. One thread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..cells import FORWARD, FROM_OUTPUT, Cell
from ..inputs import Array, Data, aligned
from . import from_formula
from .base import RRELU_SLOPE, SELU_ALPHA, SELU_SCALE, Call, Unsupported, written_to

SQRT_2_OVER_PI = 0.7978845608028654
Forward = Callable[[Array, Array, Array], Any]  # x, out, t
Gradient = Callable[[Array, Array, Array, Array], Any]  # g, x, out, t


# --- values -----------------------------------------------------------------------------------------------------------
def linear(x: Array, out: Array, t: Array) -> None:
    np.copyto(out, x)


def relu(x: Array, out: Array, t: Array) -> None:
    np.maximum(x, 0, out=out)


def clip(low: float, high: float) -> Forward:
    return lambda x, out, t: np.clip(x, low, high, out=out)


def leaky_relu(slope: float) -> Forward:
    def run(x: Array, out: Array, t: Array) -> None:
        np.multiply(x, slope, out=t)
        np.maximum(x, t, out=out)

    return run


def softshrink(x: Array, out: Array, t: Array) -> None:
    np.clip(x, -0.5, 0.5, out=t)
    np.subtract(x, t, out=out)


def hardshrink(x: Array, out: Array, t: Array) -> None:
    np.abs(x, out=t)
    np.multiply(x, t > 0.5, out=out)


def hardsigmoid(x: Array, out: Array, t: Array) -> None:
    np.multiply(x, 1 / 6, out=out)
    np.add(out, 0.5, out=out)
    np.clip(out, 0, 1, out=out)


def hardswish(x: Array, out: Array, t: Array) -> None:
    hardsigmoid(x, t, t)
    np.multiply(x, t, out=out)


def sigmoid(x: Array, out: Array, t: Array) -> None:
    np.negative(x, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.divide(1, out, out=out)


def softplus(x: Array, out: Array, t: Array) -> None:
    np.abs(x, out=t)
    np.negative(t, out=t)
    np.exp(t, out=t)
    np.log1p(t, out=t)
    np.maximum(x, 0, out=out)
    np.add(out, t, out=out)


def logsigmoid(x: Array, out: Array, t: Array) -> None:
    np.abs(x, out=t)
    np.negative(t, out=t)
    np.exp(t, out=t)
    np.log1p(t, out=t)
    np.minimum(x, 0, out=out)
    np.subtract(out, t, out=out)


def tanh(x: Array, out: Array, t: Array) -> None:
    np.tanh(x, out=out)


def silu(x: Array, out: Array, t: Array) -> None:
    np.negative(x, out=t)
    np.exp(t, out=t)
    np.add(t, 1, out=t)
    np.divide(x, t, out=out)


def gelu_tanh(x: Array, out: Array, t: Array) -> None:
    np.multiply(x, x, out=t)
    np.multiply(t, 0.044715 * SQRT_2_OVER_PI, out=t)
    np.add(t, SQRT_2_OVER_PI, out=t)
    np.multiply(t, x, out=t)
    np.tanh(t, out=t)
    np.add(t, 1, out=t)
    np.multiply(t, x, out=t)
    np.multiply(t, 0.5, out=out)


def elu(alpha: float, scale: float = 1.0) -> Forward:
    """scale * (max(x, 0) + alpha * expm1(min(x, 0)))"""

    def run(x: Array, out: Array, t: Array) -> None:
        np.minimum(x, 0, out=t)
        np.expm1(t, out=t)
        if alpha != 1:
            np.multiply(t, alpha, out=t)
        np.maximum(x, 0, out=out)
        np.add(out, t, out=out)
        if scale != 1:
            np.multiply(out, scale, out=out)

    return run


def mish(x: Array, out: Array, t: Array) -> None:
    """x * w / (w + 2), w = e^x * (e^x + 2): no logarithm, no tanh; e^x is held below overflow of its square."""
    np.minimum(x, 30 if x.itemsize > 2 else 5, out=t)
    np.exp(t, out=t)
    np.add(t, 2, out=out)
    np.multiply(out, t, out=t)
    np.add(t, 2, out=out)
    np.divide(t, out, out=t)
    np.multiply(x, t, out=out)


def softsign(x: Array, out: Array, t: Array) -> None:
    np.abs(x, out=t)
    np.add(t, 1, out=t)
    np.divide(x, t, out=out)


def tanhshrink(x: Array, out: Array, t: Array) -> None:
    np.tanh(x, out=t)
    np.subtract(x, t, out=out)


def glu(x: Array, out: Array, t: Array) -> None:
    half = x.shape[-1] // 2
    silu_gate = t[..., :half]
    sigmoid(x[..., half:], silu_gate, silu_gate)
    np.multiply(x[..., :half], silu_gate, out=out)


def softmax(axis: int) -> Forward:
    def run(x: Array, out: Array, t: Array) -> None:
        np.subtract(x, x.max(axis=axis, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(axis=axis, keepdims=True), out=out)

    return run


def log_softmax(axis: int) -> Forward:
    def run(x: Array, out: Array, t: Array) -> None:
        np.subtract(x, x.max(axis=axis, keepdims=True), out=out)
        np.exp(out, out=t)
        np.subtract(out, np.log(t.sum(axis=axis, keepdims=True)), out=out)

    return run


# --- gradients of x ---------------------------------------------------------------------------------------------------
def linear_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.copyto(out, g)


def relu_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.multiply(g, x > 0, out=out)


def inside_gradient(low: float, high: float, slope: float = 1.0) -> Gradient:
    """The slope between the bounds, 0 outside."""

    def run(g: Array, x: Array, out: Array, t: Array) -> None:
        inside = x > low
        np.logical_and(inside, x < high, out=inside)
        np.multiply(g, inside, out=out)
        if slope != 1:
            np.multiply(out, slope, out=out)

    return run


def outside_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.abs(x, out=t)
    np.multiply(g, t > 0.5, out=out)


def leaky_relu_gradient(slope: float) -> Gradient:
    def run(g: Array, x: Array, out: Array, t: Array) -> None:
        np.multiply(x > 0, 1 - slope, out=t, dtype=t.dtype)  # three times as fast as a masked copy
        np.add(t, slope, out=t)
        np.multiply(g, t, out=out)

    return run


def prelu_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    """Of x and, in t, of the weight."""
    leaky_relu_gradient(0.25)(g, x, out, t)
    np.minimum(x, 0, out=t)
    np.multiply(g, t, out=t)


def hardswish_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.multiply(x, 1 / 3, out=t)
    np.add(t, 0.5, out=t)
    np.multiply(t, x > -3, out=t)
    np.copyto(t, 1, where=x >= 3)
    np.multiply(g, t, out=out)


def sigmoid_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    sigmoid(x, t, t)
    sigmoid_gradient_of_output(g, t, out)


def sigmoid_gradient_of_output(g: Array, y: Array, out: Array) -> None:
    np.subtract(1, y, out=out)
    np.multiply(out, y, out=out)
    np.multiply(out, g, out=out)


def tanh_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.tanh(x, out=t)
    tanh_gradient_of_output(g, t, out)


def tanh_gradient_of_output(g: Array, y: Array, out: Array) -> None:
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)
    np.multiply(out, g, out=out)


def softplus_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.negative(x, out=t)
    np.exp(t, out=t)
    np.add(t, 1, out=t)
    np.divide(g, t, out=out)


def logsigmoid_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.exp(x, out=t)
    np.add(t, 1, out=t)
    np.divide(g, t, out=out)


def silu_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    """s * (1 + x * (1 - s))"""
    sigmoid(x, t, t)
    np.subtract(1, t, out=out)
    np.multiply(out, x, out=out)
    np.add(out, 1, out=out)
    np.multiply(out, t, out=out)
    np.multiply(out, g, out=out)


def gelu_tanh_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    """(1 + t) / 2 + x / 2 * (1 - t^2) * (c + 3 * d * x^2), t = tanh(x * (c + d * x^2))"""
    square = x * x
    np.multiply(square, 0.044715 * SQRT_2_OVER_PI, out=square)
    np.add(square, SQRT_2_OVER_PI, out=t)
    np.multiply(t, x, out=t)
    np.tanh(t, out=t)
    np.multiply(square, 3, out=square)
    np.add(square, SQRT_2_OVER_PI, out=square)
    np.multiply(square, x, out=square)
    np.multiply(t, t, out=out)
    np.subtract(1, out, out=out)
    np.multiply(out, square, out=out)
    np.add(out, t, out=out)
    np.add(out, 1, out=out)
    np.multiply(out, 0.5, out=out)
    np.multiply(out, g, out=out)


def elu_gradient(alpha: float, scale: float = 1.0) -> Gradient:
    """scale * (alpha * e^x below 0, 1 above)"""

    def run(g: Array, x: Array, out: Array, t: Array) -> None:
        np.minimum(x, 0, out=t)
        np.exp(t, out=t)
        if alpha != 1:
            np.multiply(t, alpha, out=t)
            np.multiply(x > 0, 1 - alpha, out=out, dtype=out.dtype)
            np.add(t, out, out=t)
        np.multiply(g, t, out=out)
        if scale != 1:
            np.multiply(out, scale, out=out)

    return run


def mish_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    """r + x * (1 - r^2) * sigmoid(x), r = tanh(softplus(x)) = w / (w + 2)"""
    e = np.exp(np.minimum(x, 30 if x.itemsize > 2 else 5, out=t))
    np.add(e, 2, out=t)
    np.multiply(t, e, out=t)
    np.add(t, 2, out=out)
    np.divide(t, out, out=t)
    np.add(e, 1, out=out)
    np.divide(e, out, out=e)
    np.multiply(e, x, out=e)
    np.multiply(t, t, out=out)
    np.subtract(1, out, out=out)
    np.multiply(out, e, out=out)
    np.add(out, t, out=out)
    np.multiply(out, g, out=out)


def softsign_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.abs(x, out=t)
    np.add(t, 1, out=t)
    np.multiply(t, t, out=t)
    np.divide(g, t, out=out)


def tanhshrink_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.tanh(x, out=t)
    np.multiply(t, t, out=t)
    np.multiply(g, t, out=out)


def softmax_gradient_of_output(g: Array, y: Array, out: Array, axis: int) -> None:
    np.multiply(g, y, out=out)
    inner = out.sum(axis=axis, keepdims=True)
    np.subtract(g, inner, out=out)
    np.multiply(out, y, out=out)


def log_softmax_gradient_of_output(g: Array, y: Array, out: Array, axis: int) -> None:
    np.exp(y, out=out)
    np.multiply(out, g.sum(axis=axis, keepdims=True), out=out)
    np.subtract(g, out, out=out)


FORWARDS: dict[str, Forward] = {
    "linear": linear, "relu": relu, "threshold": relu, "relu6": clip(0, 6), "hardtanh": clip(-1, 1),
    "leaky_relu": leaky_relu(0.01), "prelu": leaky_relu(0.25), "rrelu": leaky_relu(RRELU_SLOPE),
    "softshrink": softshrink, "hardshrink": hardshrink, "hardsigmoid": hardsigmoid, "hardswish": hardswish,
    "sigmoid": sigmoid, "softplus": softplus, "logsigmoid": logsigmoid, "tanh": tanh, "silu": silu,
    "gelu_tanh": gelu_tanh, "elu": elu(1.0), "celu": elu(1.0), "selu": elu(SELU_ALPHA, SELU_SCALE), "mish": mish,
    "softsign": softsign, "tanhshrink": tanhshrink, "glu": glu,
}  # fmt: skip
GRADIENTS: dict[str, Gradient] = {
    "linear": linear_gradient, "relu": relu_gradient, "threshold": relu_gradient, "relu6": inside_gradient(0, 6),
    "hardtanh": inside_gradient(-1, 1), "leaky_relu": leaky_relu_gradient(0.01),
    "prelu": prelu_gradient, "rrelu": leaky_relu_gradient(RRELU_SLOPE), "softshrink": outside_gradient,
    "hardshrink": outside_gradient, "hardsigmoid": inside_gradient(-3, 3, 1 / 6), "hardswish": hardswish_gradient,
    "sigmoid": sigmoid_gradient,
    "tanh": tanh_gradient, "softplus": softplus_gradient, "logsigmoid": logsigmoid_gradient, "silu": silu_gradient,
    "gelu_tanh": gelu_tanh_gradient, "elu": elu_gradient(1.0), "celu": elu_gradient(1.0),
    "selu": elu_gradient(SELU_ALPHA, SELU_SCALE), "mish": mish_gradient, "softsign": softsign_gradient,
    "tanhshrink": tanhshrink_gradient,
}  # fmt: skip
OF_OUTPUT = {"sigmoid": sigmoid_gradient_of_output, "tanh": tanh_gradient_of_output}
ROWS = {"softmax": softmax, "log_softmax": log_softmax}
ROWS_OF_OUTPUT = {"softmax": softmax_gradient_of_output, "log_softmax": log_softmax_gradient_of_output}


def sigmoid_of(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


def softplus_of(x: Array) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


LIBRARY = from_formula.Library(np, {"sigmoid": sigmoid_of, "softplus": softplus_of})


def rows(cell: Cell, data: Data, t: Array) -> Callable[[], Any]:
    if cell.name not in ROWS:
        raise Unsupported("no composite written")
    function = ROWS[cell.name](cell.axis)
    if cell.direction == FORWARD:
        return partial(function, data.x, data.out, t)
    y = aligned(data.x.shape, cell.dtype, place=5)
    function(data.x, y, t)
    gradient = partial(ROWS_OF_OUTPUT[cell.name], data.grad, y, data.grad_x, cell.axis)
    if cell.direction == FROM_OUTPUT:
        return gradient

    def both() -> None:
        function(data.x, y, t)
        gradient()

    return both


class Numpy:
    name = "numpy"

    def __init__(self, threads: int) -> None:
        np.seterr(all="ignore")  # an overflow to the right limit costs a warning otherwise

    def call(self, cell: Cell, data: Data) -> Call:
        t = aligned(data.x.shape, cell.dtype, place=4)
        if cell.table == "rows":
            return Call(rows(cell, data, t), written_to(data.out if cell.direction == FORWARD else data.grad_x))
        if cell.direction == FORWARD:
            if cell.name not in FORWARDS:
                return Call(partial(from_formula.value(LIBRARY, cell.name), data.x), np.asarray)
            return Call(partial(FORWARDS[cell.name], data.x, data.out, t), written_to(data.out))
        if cell.direction == FROM_OUTPUT:
            if cell.name not in OF_OUTPUT:
                raise Unsupported("no composite written")
            y = aligned(data.x.shape, cell.dtype, place=5)
            FORWARDS[cell.name](data.x, y, t)
            return Call(partial(OF_OUTPUT[cell.name], data.grad, y, data.grad_x), written_to(data.grad_x))
        if cell.name not in GRADIENTS:
            return Call(partial(from_formula.gradient(LIBRARY, cell.name), data.grad, data.x), np.asarray)
        return Call(partial(GRADIENTS[cell.name], data.grad, data.x, data.grad_x, t), written_to(data.grad_x))


def create(threads: int) -> Numpy:
    return Numpy(threads)
