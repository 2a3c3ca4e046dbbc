"""The activation operators on pyact's kernels.

Where the spec says which activation an operator is (`onnx = { op = "Elu", attributes = { alpha = "alpha" } }`), that is
all there is to it. Attributes are float32 numbers, and are taken as such: LeakyRelu of float64 has the slope
0.009999999776482582. NaN gives NaN but where the standard's own function bodies say otherwise (Shrink and
ThresholdedRelu compare, so NaN gives 0), and at infinities the result is the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from pyact import _toolchain
from pyact._functions import UFUNCS

from .calls import Call, Function, Operator, operator
from .element_types import FLOATS, Array, rounded

if TYPE_CHECKING:
    from codegen.spec import Activation

spec: ModuleType = _toolchain.module("spec")


# --- what the spec says -----------------------------------------------------------------------------------------------
@cache
def _activations_of() -> Mapping[str, tuple[Activation, ...]]:
    """The elementwise activations that are an operator of one input, by operator."""
    found: dict[str, tuple[Activation, ...]] = {}
    for activation in spec.built_in().values():
        operation = activation.onnx
        if operation is not None and operation.inputs is None and activation.kind == "elementwise":
            found[operation.op] = (*found.get(operation.op, ()), activation)
    return found


def from_spec(name: str) -> list[Operator]:
    """The operator by this name, if the spec knows it; it has always meant the same."""
    return [Operator(1, _elementwise)] if name in _activations_of() else []


def names_in_spec() -> list[str]:
    return list(_activations_of())


def _bound(activation: Activation, attributes: Mapping[str, Any]) -> dict[str, float] | None:
    """The activation's parameters as the attributes give them; None where it is another function."""
    assert activation.onnx is not None
    parameters = {p.name for p in activation.parameters}
    result: dict[str, float] = {}
    for attribute, meaning in activation.onnx.attributes.items():
        if isinstance(meaning, str) and meaning in parameters:
            result[meaning] = attributes[attribute]
        elif attributes[attribute] != meaning:
            return None
    return result if set(result) == parameters else None


def _elementwise(call: Call) -> Function:
    matches = [(a, _bound(a, call.attributes)) for a in _activations_of()[call.op]]
    # Several may be right: hardshrink is shrink without a bias. The one with the most parameters says it all.
    fitting = [(a, b) for a, b in matches if b is not None]
    if not fitting:
        shown = ", ".join(f"{n}={v!r}" for n, v in call.attributes.items())
        raise ValueError(f"{call.op} is not defined for {shown}")
    activation, bound = max(fitting, key=lambda pair: len(pair[1]))
    kernel, parameters = UFUNCS[activation.name], [bound[p.name] for p in activation.parameters]
    if call.op in _COMPARISONS:
        return lambda x: _without_nan(x, kernel(x, *parameters))
    return lambda x: kernel(x, *parameters)


_COMPARISONS = frozenset({"Shrink", "ThresholdedRelu"})  # x passes where a comparison holds, else the result is 0


def _without_nan(x: Array, result: Array) -> Array:
    return np.where(np.isnan(x), result.dtype.type(0), result)


# --- what it does not say ---------------------------------------------------------------------------------------------
@operator("Softplus")
def _softplus(call: Call) -> Function:
    """Without the threshold above which torch's is the identity."""
    return lambda x: UFUNCS["softplus"](x, 1.0, np.inf)


@operator("Swish")
def _swish(call: Call) -> Function:
    alpha = call.attributes["alpha"]
    return lambda x: UFUNCS["swish"](x, alpha)


@operator("SwiGLU")
def _swiglu(call: Call) -> Function:
    alpha = call.attributes["alpha"]

    def function(gate: Array, value: Array) -> Array:
        if gate.shape != value.shape:
            raise ValueError(f"A has shape {gate.shape} and B {value.shape}; they must be the same")
        if alpha == 1:
            return np.asarray(UFUNCS["swiglu"](gate, value))
        product = UFUNCS["swish"](gate.astype(np.float64), alpha) * value.astype(np.float64)
        return rounded(np.asarray(product), call.dtype)

    return function


@operator("Selu")
def _selu(call: Call) -> Function:
    """gamma * elu(x, alpha), whatever the two are, rounded once; the kernel selu has the paper's digits."""
    alpha, gamma = call.attributes["alpha"], call.attributes["gamma"]
    return lambda x: rounded(np.asarray(gamma * UFUNCS["elu"](x.astype(np.float64), alpha)), call.dtype)


@operator("Erf")
def _erf(call: Call) -> Function:
    """Integers, which Erf-9 has, are cut off like any real result."""
    return lambda x: rounded(_erf_of_double(x.astype(np.float64)), call.dtype)


# erf(x) = 2 / sqrt(pi) * sum of (-1)**n x**(2 n + 1) / (n! (2 n + 1)); twelve terms hold to 2**-60 up to 1/2.
_ERF_SERIES = (2 / np.sqrt(np.pi)) * np.array(
    [(-1) ** n / (float(np.prod(np.arange(1.0, n + 1))) * (2 * n + 1)) for n in range(13)]
)


def _erf_of_double(x: Array) -> Array:
    square = x * x
    near = np.full_like(x, _ERF_SERIES[-1])
    for coefficient in _ERF_SERIES[-2::-1]:
        near = near * square + coefficient
    # laplace(x, 0, sqrt(1/2)) is erfc(-x) / 2.
    far = np.copysign(1 - 2 * UFUNCS["laplace"](-np.abs(x), 0.0, np.sqrt(0.5)), x)
    return np.where(np.abs(x) < 0.5, near * x, far)


# --- integers ---------------------------------------------------------------------------------------------------------
@operator("Relu")
def _relu(call: Call) -> Function:
    if call.dtype in FLOATS:
        return _elementwise(call)
    return lambda x: np.maximum(x, 0)


@operator("Shrink")
def _shrink(call: Call) -> Function:
    """Of integers: they are compared and moved as the real numbers they are, and what that gives is cut off."""
    if call.dtype in FLOATS:
        return _elementwise(call)
    bias, threshold = call.attributes["bias"], call.attributes["lambd"]
    shift: Any = int(bias) if bias == int(bias) else bias

    def moved(x: Array, by: Any) -> Array:
        if isinstance(by, int):  # exact where float64 is not, and around the end of the range as integers do
            return np.asarray(x + np.array(by).astype(x.dtype))
        return np.asarray(np.trunc(x.astype(np.float64) + by).astype(np.int64).astype(x.dtype))

    def function(x: Array) -> Array:
        real = x.astype(np.float64)
        chosen = np.where(real > threshold, moved(x, -shift), x.dtype.type(0))
        return np.where(real < -threshold, moved(x, shift), chosen)

    return function


# --- a second tensor --------------------------------------------------------------------------------------------------
@operator("PRelu")
def _prelu_per_channel(call: Call) -> Function:
    """Before opset 7: one slope, or one per channel, which is dimension 1."""
    return lambda x, slope: _prelu(x, _channel_slope(x, slope))


def _channel_slope(x: Array, slope: Array) -> Array:
    if slope.size == 1:
        return np.reshape(slope, ())
    if x.ndim < 2 or slope.size != x.shape[1]:
        raise ValueError(
            f"slope has {slope.size} elements; before opset 7 it has one, or one per channel (dimension 1) of X, "
            f"whose shape is {x.shape}"
        )
    return np.reshape(slope, (-1, *[1] * (x.ndim - 2)))


@operator("PRelu", since=7)
def _prelu_broadcast(call: Call) -> Function:
    """The slope broadcasts to the shape of X, and X to nothing."""

    def function(x: Array, slope: Array) -> Array:
        if np.broadcast_shapes(x.shape, slope.shape) != x.shape:
            raise ValueError(f"slope of shape {slope.shape} does not broadcast to the shape {x.shape} of X")
        return _prelu(x, slope)

    return function


def _prelu(x: Array, slope: Array) -> Array:
    if x.dtype not in FLOATS:
        return np.where(x < 0, x * slope, x)
    return np.asarray(UFUNCS["prelu"](x, slope.astype(np.float64)))


@operator("Clip")
def _clip_by_attributes(call: Call) -> Function:
    """Clip-1 has no bounds by default, Clip-6 those of float32, which cut off infinities."""
    low, high = (call.attributes.get(n) for n in ("min", "max"))
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    return lambda x: UFUNCS["hardtanh"](x, low, high)


@operator("Clip", since=11)
def _clip_by_inputs(call: Call) -> Function:
    """min(max(x, low), high), also where low > high. A bound that is left out is none: infinities pass."""

    def function(x: Array, low: Array | None = None, high: Array | None = None) -> Array:
        for name, bound in (("min", low), ("max", high)):
            if bound is not None and bound.ndim:
                raise ValueError(f"{name} has shape {bound.shape}; it must be a scalar, of shape ()")
        if x.dtype in FLOATS:
            below = -np.inf if low is None else float(low)
            return np.asarray(UFUNCS["hardtanh"](x, below, np.inf if high is None else float(high)))
        result = x if low is None else np.maximum(x, low)
        return result if high is None else np.minimum(result, high)

    return function


# --- rows -------------------------------------------------------------------------------------------------------------
_ROWS = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Hardmax": "hardmax"}


def _checked_axis(axis: int, x: Array, smallest: int) -> int:
    if not smallest <= axis < x.ndim:
        raise ValueError(f"axis {axis} is out of range for an input of rank {x.ndim} (shape {x.shape})")
    return axis % x.ndim


@operator(*_ROWS)
def _flattened_rows(call: Call) -> Function:
    """Before opset 13: the dimensions from `axis` on are one row. Negative axes came with opset 11."""
    kernel, axis = UFUNCS[_ROWS[call.op]], call.attributes["axis"]

    def function(x: Array) -> Array:
        position = _checked_axis(axis, x, 0 if call.version < 11 else -x.ndim)
        rows = [int(np.prod(sizes, dtype=np.int64)) for sizes in (x.shape[:position], x.shape[position:])]
        return np.asarray(kernel(x.reshape(rows), axis=-1)).reshape(x.shape)

    return function


@operator(*_ROWS, since=13)
def _rows(call: Call) -> Function:
    kernel, axis = UFUNCS[_ROWS[call.op]], call.attributes["axis"]
    return lambda x: kernel(x, axis=_checked_axis(axis, x, -x.ndim))
