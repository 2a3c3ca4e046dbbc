"""torch: the operator's out= form or its allocating one, whichever is faster, reached by the shortest way Python has.

Gradients are aten's *_backward operators, without autograd, which would only add to torch's time.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..cells import BACKWARD, FORWARD, FROM_OUTPUT, Cell
from ..inputs import Data
from .base import RRELU_SLOPE, SELU_ALPHA, SELU_SCALE, Array, Call, Unsupported, written_to

torch = importlib.import_module("torch")
aten = torch.ops.aten
direct = torch._C._nn  # what torch.nn.functional calls

Tensor = Any
Run = Callable[[], Any]


def tensor(array: Array) -> Tensor:
    """The same memory."""
    if array.dtype.name == "bfloat16":
        return torch.from_numpy(array.view(np.uint16)).view(torch.bfloat16)
    return torch.from_numpy(array)


def operator(overload: Any) -> Any:
    """The C function under torch.ops' Python wrapper: 0.4 microseconds less."""
    return getattr(overload, "_op", overload)


# (function, arguments after x)
FORWARD_OPERATORS: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]] = {
    "relu": (torch.clamp_min, (0.0,), {}),  # what torch.relu calls; its own out= form takes twice as long
    "relu6": (direct.hardtanh, (0.0, 6.0), {}),
    "hardtanh": (direct.hardtanh, (-1.0, 1.0), {}),
    "leaky_relu": (direct.leaky_relu, (0.01,), {}),
    "rrelu": (direct.leaky_relu, (RRELU_SLOPE,), {}),
    "threshold": (torch.threshold, (0.0, 0.0), {}),
    "softshrink": (direct.softshrink, (0.5,), {}),
    "hardshrink": (torch.hardshrink, (0.5,), {}),
    "hardsigmoid": (direct.hardsigmoid, (), {}),
    "hardswish": (direct.hardswish, (), {}),
    "sigmoid": (torch.sigmoid, (), {}),
    "logsigmoid": (direct.log_sigmoid, (), {}),
    "tanh": (torch.tanh, (), {}),
    "elu": (direct.elu, (1.0, 1.0, 1.0), {}),
    "celu": (direct.elu, (1.0, 1.0, 1.0), {}),  # torch.celu calls elu so
    "selu": (direct.elu, (SELU_ALPHA, SELU_SCALE, 1.0), {}),  # torch.selu calls elu so, and has no out=
    "softplus": (direct.softplus, (1.0, 20.0), {}),
    "silu": (direct.silu, (), {}),
    "gelu": (direct.gelu, (), {"approximate": "none"}),
    "gelu_tanh": (direct.gelu, (), {"approximate": "tanh"}),
    "mish": (direct.mish, (), {}),
    "glu": (direct.glu, (-1,), {}),
    "thresholded_relu": (torch.threshold, (1.0, 0.0), {}),
    "exponential": (torch.exp, (), {}),
    "arctan": (torch.atan, (), {}),
    "sinusoid": (torch.sin, (), {}),
    "cosine": (torch.cos, (), {}),
}

# (name of the operator, arguments after grad and x)
GRADIENTS_OF_X: dict[str, tuple[str, tuple[Any, ...]]] = {
    "relu": ("threshold_backward", (0.0,)),
    "relu6": ("hardtanh_backward", (0.0, 6.0)),
    "hardtanh": ("hardtanh_backward", (-1.0, 1.0)),
    "leaky_relu": ("leaky_relu_backward", (0.01, False)),
    "rrelu": ("leaky_relu_backward", (RRELU_SLOPE, False)),
    "threshold": ("threshold_backward", (0.0,)),
    "softshrink": ("softshrink_backward", (0.5,)),
    "hardshrink": ("hardshrink_backward", (0.5,)),
    "hardsigmoid": ("hardsigmoid_backward", ()),
    "softplus": ("softplus_backward", (1.0, 20.0)),
    "silu": ("silu_backward", ()),
    "glu": ("glu_backward", (-1,)),
}
ELU_ARGUMENTS = {"elu": (1.0, 1.0, 1.0), "celu": (1.0, 1.0, 1.0), "selu": (SELU_ALPHA, SELU_SCALE, 1.0)}


def softsign(x: Tensor, out: Tensor) -> Run:
    """torch.nn.functional.softsign, x / (1 + |x|), with what it allocates allocated before."""

    def run() -> None:
        torch.abs(x, out=out)
        out.add_(1)
        torch.div(x, out, out=out)

    return run


def softsign_gradient(g: Tensor, x: Tensor, out: Tensor) -> Run:
    def run() -> None:
        torch.abs(x, out=out)
        out.add_(1)
        torch.mul(out, out, out=out)
        torch.div(g, out, out=out)

    return run


def tanhshrink(x: Tensor, out: Tensor) -> Run:
    """torch.nn.functional.tanhshrink, x - tanh(x)."""

    def run() -> None:
        torch.tanh(x, out=out)
        torch.sub(x, out, out=out)

    return run


def tanhshrink_gradient(g: Tensor, x: Tensor, out: Tensor) -> Run:
    def run() -> None:
        torch.tanh(x, out=out)
        torch.mul(out, out, out=out)
        torch.mul(g, out, out=out)

    return run


def forward(cell: Cell, x: Tensor, out: Tensor) -> list[Run]:
    """Into `out`, and where torch also has it, allocating: which is faster changes from operator to operator."""
    if cell.name == "linear":
        return [partial(out.copy_, x)]
    if cell.name == "softsign":
        return [softsign(x, out)]
    if cell.name == "tanhshrink":
        return [tanhshrink(x, out)]
    if cell.name in ("softmax", "log_softmax"):
        name = f"_{cell.name}"
        into, fresh = operator(getattr(aten, name).out), operator(getattr(aten, name).default)
        return [partial(into, x, cell.axis, False, out=out), partial(fresh, x, cell.axis, False)]
    if cell.name not in FORWARD_OPERATORS:
        raise Unsupported("no such function")
    function, arguments, keywords = FORWARD_OPERATORS[cell.name]
    return [partial(function, x, *arguments, **keywords, out=out), partial(function, x, *arguments, **keywords)]


def backward(cell: Cell, g: Tensor, x: Tensor, out: Tensor) -> list[Run]:
    """As `forward`."""
    name = cell.name
    if name == "linear":
        return [partial(out.copy_, g)]
    if name == "softsign":
        return [softsign_gradient(g, x, out)]
    if name == "tanhshrink":
        return [tanhshrink_gradient(g, x, out)]
    target = "grad_input"
    keywords: dict[str, Any] = {}
    arguments: tuple[Any, ...]
    if name in ELU_ARGUMENTS:
        overloads, arguments = aten.elu_backward, (g, *ELU_ARGUMENTS[name], False, x)
    elif name in ("gelu", "gelu_tanh"):
        overloads, arguments = aten.gelu_backward, (g, x)
        keywords = {"approximate": "tanh" if name == "gelu_tanh" else "none"}
    elif name == "hardswish":
        overloads, arguments, target = aten.hardswish_backward, (g, x), "out"
    elif name in GRADIENTS_OF_X:
        overload_name, rest = GRADIENTS_OF_X[name]
        overloads, arguments = getattr(aten, overload_name), (g, x, *rest)
    else:
        raise Unsupported("no such function")
    into, fresh = operator(getattr(overloads, target)), operator(overloads.default)
    return [partial(into, *arguments, **keywords, **{target: out}), partial(fresh, *arguments, **keywords)]


def backward_from_saved(cell: Cell, g: Tensor, x: Tensor, out: Tensor) -> tuple[Run, Run]:
    """(forward, gradient): what makes the saved output, and the operator that reads it."""
    y = torch.empty_like(x)
    first: Run
    if cell.name == "logsigmoid":
        buffer = torch.empty_like(x)
        first = partial(operator(aten.log_sigmoid_forward.output), x, output=y, buffer=buffer)
        first()
        return first, partial(operator(aten.log_sigmoid_backward.grad_input), g, x, buffer, grad_input=out)
    first = forward(cell, x, y)[0]
    first()
    if cell.name in ("softmax", "log_softmax"):
        function = operator(getattr(aten, f"_{cell.name}_backward_data").out)
        target = "grad_input" if cell.name == "softmax" else "out"
        return first, partial(function, g, y, cell.axis, x.dtype, **{target: out})
    function = operator(getattr(aten, f"{cell.name}_backward").grad_input)
    return first, partial(function, g, y, grad_input=out)


def to_numpy(result: Tensor) -> Array:
    """bfloat16 as float32, which holds it."""
    return np.asarray((result.float() if result.dtype == torch.bfloat16 else result).numpy())


class Torch:
    name = "torch"
    saved = ("sigmoid", "tanh", "logsigmoid", "softmax", "log_softmax")

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        self.inference = torch.inference_mode()
        self.inference.__enter__()  # until the process ends: less work in every call

    def call(self, cell: Cell, data: Data) -> Call:
        x, g = tensor(data.x), tensor(data.grad)
        if cell.direction == FORWARD:
            if cell.name == "prelu":  # no out= form
                weight = torch.full((1,), 0.25, dtype=x.dtype)
                return Call(partial(operator(aten._prelu_kernel.default), x, weight), to_numpy)
            run, *also = forward(cell, x, tensor(data.out))
            return Call(run, written_to(data.out), tuple(also))
        out, result = tensor(data.grad_x), written_to(data.grad_x)
        if cell.name == "prelu":
            weight = torch.full((1,), 0.25, dtype=x.dtype)
            function = operator(aten._prelu_kernel_backward.default)
            return Call(partial(function, g, x, weight), lambda both: to_numpy(both[0]))
        if cell.name == "mish":
            return Call(partial(operator(aten.mish_backward.default), g, x), to_numpy)
        if cell.name in self.saved:
            first, second = backward_from_saved(cell, g, x, out)
            if cell.direction == FROM_OUTPUT:
                return Call(second, result)

            def both() -> None:
                first()
                second()

            return Call(both, result)
        assert cell.direction == BACKWARD
        run, *also = backward(cell, g, x, out)
        return Call(run, result, tuple(also))


def create(threads: int) -> Torch:
    return Torch(threads)
