"""SciPy: the special functions that are activations, or one product away from one. One thread."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..cells import BACKWARD, FORWARD, Cell
from ..inputs import Array, Data, aligned
from .base import Call, Unsupported, written_to

special = importlib.import_module("scipy.special")
INVERSE_SQRT_2_PI = 0.3989422804014327


def silu(x: Array, out: Array, t: Array) -> None:
    special.expit(x, out=t)
    np.multiply(x, t, out=out)


def gelu(x: Array, out: Array, t: Array) -> None:
    special.ndtr(x, out=t)
    np.multiply(x, t, out=out)


def sigmoid_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    special.expit(x, out=t)
    np.subtract(1, t, out=out)
    np.multiply(out, t, out=out)
    np.multiply(out, g, out=out)


def softplus_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    special.expit(x, out=t)
    np.multiply(g, t, out=out)


def logsigmoid_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.negative(x, out=t)
    special.expit(t, out=t)
    np.multiply(g, t, out=out)


def gelu_gradient(g: Array, x: Array, out: Array, t: Array) -> None:
    np.multiply(x, x, out=out)
    np.multiply(out, -0.5, out=out)
    np.exp(out, out=out)
    np.multiply(out, x, out=out)
    np.multiply(out, INVERSE_SQRT_2_PI, out=out)
    special.ndtr(x, out=t)
    np.add(out, t, out=out)
    np.multiply(out, g, out=out)


FORWARDS: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda x, out, t: special.expit(x, out=out),
    "logsigmoid": lambda x, out, t: special.log_expit(x, out=out),
    "silu": silu,
    "gelu": gelu,
}
GRADIENTS: dict[str, Callable[..., Any]] = {
    "sigmoid": sigmoid_gradient,
    "softplus": softplus_gradient,
    "logsigmoid": logsigmoid_gradient,
    "gelu": gelu_gradient,
}


class Scipy:
    name = "scipy"

    def __init__(self, threads: int) -> None:
        np.seterr(all="ignore")

    def call(self, cell: Cell, data: Data) -> Call:
        if cell.table == "rows":
            if cell.name not in ("softmax", "log_softmax", "logsumexp") or cell.direction != FORWARD:
                raise Unsupported("no such function")
            return Call(partial(getattr(special, cell.name), data.x, axis=cell.axis), np.asarray)
        t = aligned(data.x.shape, cell.dtype, place=4)
        if cell.direction == FORWARD and cell.name in FORWARDS:
            return Call(partial(FORWARDS[cell.name], data.x, data.out, t), written_to(data.out))
        if cell.direction == BACKWARD and cell.name in GRADIENTS:
            return Call(partial(GRADIENTS[cell.name], data.grad, data.x, data.grad_x, t), written_to(data.grad_x))
        raise Unsupported("no such function")


def create(threads: int) -> Scipy:
    return Scipy(threads)
