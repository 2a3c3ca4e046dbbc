"""jax: jit-compiled, on the CPU, waited for. It allocates its results: it has no way to write into an array.

Gradients are jax's own vector-Jacobian product, one compiled function of the gradient and x. Activations that jax lacks
are compiled from the catalogue's formula and derivative.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..cells import BACKWARD, FORWARD, Cell
from ..inputs import Array, Data
from . import from_formula
from .base import RRELU_SLOPE, Call, Unsupported

# What jax reads when it is imported; environment.py has set XLA_FLAGS.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
jax = importlib.import_module("jax")
jnp = importlib.import_module("jax.numpy")
jax.config.update("jax_enable_x64", True)  # else float64 becomes float32
jax.config.update("jax_cpu_enable_async_dispatch", False)  # handing over to another thread only costs here

Function = Callable[..., Any]


def softshrink(x: Any) -> Any:
    return x - jnp.clip(x, -0.5, 0.5)


def hardshrink(x: Any) -> Any:
    return jnp.where(jnp.abs(x) > 0.5, x, 0)


def prelu(x: Any, weight: Any) -> Any:
    return jnp.where(x > 0, x, weight * x)


FUNCTIONS: dict[str, Function] = {
    "linear": lambda x: x + 0,  # a copy: XLA would hand back the input
    "relu": jax.nn.relu,
    "threshold": jax.nn.relu,
    "relu6": jax.nn.relu6,
    "hardtanh": jax.nn.hard_tanh,
    "leaky_relu": jax.nn.leaky_relu,
    "prelu": prelu,
    "rrelu": partial(jax.nn.leaky_relu, negative_slope=RRELU_SLOPE),
    "softshrink": softshrink,
    "hardshrink": hardshrink,
    "hardsigmoid": jax.nn.hard_sigmoid,
    "hardswish": jax.nn.hard_swish,
    "sigmoid": jax.nn.sigmoid,
    "logsigmoid": jax.nn.log_sigmoid,
    "tanh": jnp.tanh,
    "elu": jax.nn.elu,
    "celu": jax.nn.celu,
    "selu": jax.nn.selu,
    "softplus": jax.nn.softplus,
    "squareplus": jax.nn.squareplus,
    "sparse_plus": jax.nn.sparse_plus,
    "sparse_sigmoid": jax.nn.sparse_sigmoid,
    "silu": jax.nn.silu,
    "gelu": partial(jax.nn.gelu, approximate=False),
    "gelu_tanh": partial(jax.nn.gelu, approximate=True),
    "mish": jax.nn.mish,
    "softsign": jax.nn.soft_sign,
    "tanhshrink": lambda x: x - jnp.tanh(x),
    "glu": jax.nn.glu,
}
LIBRARY = from_formula.Library(
    jnp,
    {
        "sigmoid": jax.nn.sigmoid, "softplus": jax.nn.softplus, "erf": jax.scipy.special.erf,
        "erfc": jax.scipy.special.erfc,
    },
)  # fmt: skip


def function_of(cell: Cell) -> Function:
    if cell.name in ("softmax", "log_softmax"):
        return partial(getattr(jax.nn, cell.name), axis=cell.axis)
    return FUNCTIONS[cell.name] if cell.name in FUNCTIONS else from_formula.value(LIBRARY, cell.name)


def vector_jacobian(function: Function) -> Function:
    def run(g: Any, *arguments: Any) -> Any:
        return jax.vjp(function, *arguments)[1](g)

    return run


def waited_for(function: Function, *arguments: Any) -> Callable[[], Any]:
    compiled = jax.jit(function).lower(*arguments).compile()

    def run() -> Any:
        return jax.block_until_ready(compiled(*arguments))

    return run


def to_numpy(result: Any) -> Array:
    return np.asarray(result[0] if isinstance(result, (tuple, list)) else result)


class Jax:
    name = "jax"

    def __init__(self, threads: int) -> None:
        """The number of threads is fixed when the process starts: see environment.py."""

    def call(self, cell: Cell, data: Data) -> Call:
        x, g = jnp.asarray(data.x), jnp.asarray(data.grad)
        function = function_of(cell)
        arguments = (x, jnp.asarray(0.25, dtype=x.dtype)) if cell.name == "prelu" else (x,)
        if cell.direction == FORWARD:
            return Call(waited_for(function, *arguments), to_numpy)
        if cell.direction == BACKWARD:
            known = cell.name in FUNCTIONS or cell.table == "rows"
            gradient = vector_jacobian(function) if known else from_formula.gradient(LIBRARY, cell.name)
            return Call(waited_for(gradient, g, *arguments), to_numpy)
        raise Unsupported("what it saves cannot be reached")


def create(threads: int) -> Jax:
    return Jax(threads)
