"""The primitives that function bodies and exported graphs are made of, on NumPy.

Elementwise arithmetic rounds once per node in the tensor's own type. Sums and products of matrices are accumulated in
float64 (half formats: float32 for matrices) and rounded once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from onnx import TensorProto

from .calls import Call, Function, operator, simple
from .element_types import BFLOAT16, FLOATS, Array, Dtype, rounded, tensor_array

# --- elementwise ------------------------------------------------------------------------------------------------------
for _function, _name, _since in (
    (np.add, "Add", 7), (np.subtract, "Sub", 7), (np.multiply, "Mul", 7), (np.negative, "Neg", 1), (np.abs, "Abs", 1),
    (np.sign, "Sign", 9), (np.floor, "Floor", 1), (np.ceil, "Ceil", 1), (np.rint, "Round", 11), (np.sqrt, "Sqrt", 1),
    (np.reciprocal, "Reciprocal", 1), (np.log, "Log", 1), (np.tan, "Tan", 7), (np.arcsin, "Asin", 7),
    (np.arccos, "Acos", 7), (np.sinh, "Sinh", 9), (np.cosh, "Cosh", 9), (np.arcsinh, "Asinh", 9),
    (np.arccosh, "Acosh", 9), (np.arctanh, "Atanh", 9), (np.less, "Less", 7), (np.less_equal, "LessOrEqual", 12),
    (np.greater, "Greater", 7), (np.greater_equal, "GreaterOrEqual", 12), (np.equal, "Equal", 7),
    (np.logical_and, "And", 7), (np.logical_or, "Or", 7), (np.logical_xor, "Xor", 7), (np.logical_not, "Not", 1),
    (np.isnan, "IsNaN", 9), (np.where, "Where", 9), (lambda x: x, "Identity", 1),
):  # fmt: skip
    simple(_function, _name, since=_since)


@operator("Div", since=7)
def _div(call: Call) -> Function:
    if call.dtype in FLOATS:
        return np.divide

    def truncating(a: Array, b: Array) -> Array:
        quotient = np.floor_divide(a, b)
        return np.asarray(quotient + ((quotient < 0) & (quotient * b != a)).astype(call.dtype))

    return truncating


@operator("Pow", since=7)
def _pow(call: Call) -> Function:
    """The result has the type of the base, whatever that of the exponent is."""

    def function(base: Array, exponent: Array) -> Array:
        if base.dtype == exponent.dtype and base.dtype in FLOATS:
            return np.asarray(np.power(base, exponent))
        if base.dtype not in FLOATS and exponent.dtype not in FLOATS and (exponent >= 0).all():
            return np.asarray(np.power(base, exponent, dtype=base.dtype, casting="unsafe"))
        return rounded(np.asarray(np.power(base.astype(np.float64), exponent.astype(np.float64))), call.dtype)

    return function


def _fold(function: np.ufunc) -> Function:
    def folded(*arrays: Array) -> Array:
        result = arrays[0]
        for array in arrays[1:]:
            result = function(result, array)
        return result

    return folded


simple(_fold(np.maximum), "Max")
simple(_fold(np.minimum), "Min")


@operator("Sum", "Mean")
def _sum_of_all(call: Call) -> Function:
    """Each addition rounds, as a chain of Add does; the mean divides at the end."""
    total, count = _fold(np.add), len(call.inputs)
    return total if call.op == "Sum" else lambda *arrays: total(*arrays) / np.array(count, dtype=call.dtype)


@operator("IsInf", since=10)
def _is_inf(call: Call) -> Function:
    negative, positive = call.attributes["detect_negative"], call.attributes["detect_positive"]
    return lambda x: np.isinf(x) & np.where(x < 0, bool(negative), bool(positive))


# --- types and constants ----------------------------------------------------------------------------------------------
def _cast(to: Dtype) -> Callable[[Array], Array]:
    return lambda x: x if x.dtype == to else rounded(x, to)


@operator("Cast", since=6)
def _cast_to(call: Call) -> Function:
    return _cast(call.results[0])


@operator("CastLike", since=15)
def _cast_like(call: Call) -> Function:
    """The second input gives its type alone, so its value is not passed."""
    return _cast(call.results[0])


_CONSTANTS: dict[str, Dtype] = {
    "value_float": np.dtype(np.float32), "value_floats": np.dtype(np.float32), "value_int": np.dtype(np.int64),
    "value_ints": np.dtype(np.int64),
}  # fmt: skip


def constant(attributes: Mapping[str, Any]) -> Array:
    """The value of a Constant node."""
    if len(attributes) != 1:
        raise ValueError(f"one attribute must hold the value; given are {', '.join(attributes) or 'none'}")
    ((name, value),) = attributes.items()
    if isinstance(value, TensorProto):
        return tensor_array(value, "the value")
    if name not in _CONSTANTS:
        raise ValueError(f"the attribute {name} is not supported; use value, {', '.join(_CONSTANTS)}")
    return np.array(value, dtype=_CONSTANTS[name])


@operator("Constant")
def _constant(call: Call) -> Function:
    value = constant(call.attributes)
    return lambda: value


@operator("ConstantOfShape", since=9)
def _constant_of_shape(call: Call) -> Function:
    value = fill_value(call.attributes.get("value"))
    return lambda shape: np.full(tuple(shape.tolist()), value.reshape(()))


def fill_value(tensor: TensorProto | None) -> Array:
    """Of ConstantOfShape."""
    value = np.zeros(1, np.float32) if tensor is None else tensor_array(tensor, "the value")
    if value.size != 1:
        raise ValueError(f"value must have one element; it has shape {value.shape}")
    return value


# --- shapes -----------------------------------------------------------------------------------------------------------
@operator("Shape")
def _shape(call: Call) -> Function:
    start, end = call.attributes.get("start", 0), call.attributes.get("end")

    def function(x: Array) -> Array:
        last = x.ndim if end is None else _clamped(end, x.ndim)
        return np.array(x.shape[_clamped(start, x.ndim) : last], np.int64)

    return function


def _clamped(index: int, size: int) -> int:
    return min(max(index + size if index < 0 else index, 0), size)


simple(lambda x: np.array(x.size, np.int64), "Size")


@operator("Reshape", since=5)
def _reshape(call: Call) -> Function:
    """A size of 0 is that of the input, unless allowzero is set."""
    keep_zero = call.attributes.get("allowzero", 0)

    def function(x: Array, shape: Array) -> Array:
        sizes = shape.tolist()
        if not keep_zero:
            sizes = [x.shape[i] if size == 0 else size for i, size in enumerate(sizes)]
        return x.reshape(sizes)

    return function


@operator("Flatten")
def _flatten(call: Call) -> Function:
    axis = call.attributes["axis"]

    def function(x: Array) -> Array:
        if not -x.ndim <= axis <= x.ndim:
            raise ValueError(f"axis {axis} is out of range for an input of rank {x.ndim}")
        position = _clamped(axis, x.ndim)
        return x.reshape(_size(x.shape[:position]), _size(x.shape[position:]))

    return function


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _axes(call: Call, since: int, change: Callable[[Array, tuple[int, ...] | None], Array]) -> Function:
    """The axes are an attribute before the version `since`, an input from then on."""
    if call.version < since:
        fixed = call.attributes.get("axes")
        return lambda x: change(x, None if fixed is None else tuple(fixed))
    return lambda x, axes=None: change(x, None if axes is None else tuple(axes.tolist()))


@operator("Squeeze")
def _squeeze(call: Call) -> Function:
    return _axes(call, 13, lambda x, axes: np.squeeze(x, axes))


@operator("Unsqueeze")
def _unsqueeze(call: Call) -> Function:
    return _axes(call, 13, lambda x, axes: np.expand_dims(x, axes or ()))


@operator("Transpose")
def _transpose(call: Call) -> Function:
    permutation = call.attributes.get("perm")
    return lambda x: np.transpose(x, permutation)


@operator("Expand", since=8)
def _expand(call: Call) -> Function:
    return lambda x, shape: np.broadcast_to(x, np.broadcast_shapes(x.shape, tuple(shape.tolist())))


@operator("Concat", since=4)
def _concat(call: Call) -> Function:
    axis = call.attributes["axis"]
    return lambda *arrays: np.concatenate(arrays, axis)


@operator("Split", since=2)
def _split(call: Call) -> Function:
    axis, fixed, count = call.attributes["axis"], call.attributes.get("split"), len(call.results)

    def function(x: Array, sizes: Array | None = None) -> tuple[Array, ...]:
        length = x.shape[axis]
        if sizes is not None:
            given = sizes.tolist()
        elif fixed is not None:
            given = list(fixed)
        elif "num_outputs" in call.attributes:  # from opset 18 on; the last part may be smaller
            part = -(-length // count)
            given = [min(part, max(length - i * part, 0)) for i in range(count)]
        elif length % count:
            raise ValueError(f"dimension {axis} has size {length}, which {count} equal parts do not give")
        else:
            given = [length // count] * count
        if len(given) != count or sum(given) != length or min(given) < 0:
            raise ValueError(f"the sizes {given} do not split dimension {axis} of size {length} in {count} parts")
        return tuple(np.split(x, np.cumsum(given)[:-1], axis))

    return function


@operator("Gather")
def _gather(call: Call) -> Function:
    axis = call.attributes["axis"]
    return lambda x, indices: np.take(x, indices, axis)


@operator("Slice", since=10)
def _slice(call: Call) -> Function:
    def function(x: Array, starts: Array, ends: Array, axes: Array | None = None, steps: Array | None = None) -> Array:
        count = starts.size
        along = np.arange(count) if axes is None else axes
        by = np.ones(count, np.int64) if steps is None else steps
        index: list[slice] = [slice(None)] * x.ndim
        for start, end, axis, step in zip(starts.tolist(), ends.tolist(), along.tolist(), by.tolist(), strict=True):
            index[axis] = _piece(start, end, step, x.shape[axis])
        return x[tuple(index)]

    return function


def _piece(start: int, end: int, step: int, size: int) -> slice:
    """A slice whose numbers are clamped to the dimension; going backwards, the end may lie before its first element."""
    if step > 0:
        return slice(_clamped(start, size), _clamped(end, size), step)
    first = min(max(start + size if start < 0 else start, -1), size - 1)
    last = min(max(end + size if end < 0 else end, -1), size - 1)
    return slice(first if first >= 0 else 0, last if last >= 0 else None, step) if first > last else slice(0, 0)


# --- rows -------------------------------------------------------------------------------------------------------------
def _summed(x: Array, axes: tuple[int, ...] | None, keep: bool) -> Array:
    if x.dtype not in FLOATS:
        return np.asarray(np.sum(x, axis=axes, keepdims=keep, dtype=x.dtype))
    return np.asarray(np.sum(x, axis=axes, keepdims=keep, dtype=np.float64))


def _sum(x: Array, axes: tuple[int, ...] | None, keep: bool) -> Array:
    return rounded(_summed(x, axes, keep), x.dtype)


def _mean(x: Array, axes: tuple[int, ...] | None, keep: bool) -> Array:
    total = _summed(x, axes, keep)
    count = x.size if axes is None else _size(tuple(x.shape[a] for a in axes))
    return rounded(total / count if x.dtype in FLOATS else total // count, x.dtype)


def _bound(dtype: Dtype, sign: int) -> Any:
    """The largest (smallest) value: what the minimum (maximum) of nothing is."""
    if dtype in FLOATS:
        return np.array(sign * np.inf, dtype=np.float32).astype(dtype)
    if dtype == np.bool_:
        return sign > 0
    return np.iinfo(dtype).max if sign > 0 else np.iinfo(dtype).min


def _largest(x: Array, axes: tuple[int, ...] | None, keep: bool) -> Array:
    return np.asarray(np.max(x, axis=axes, keepdims=keep, initial=_bound(x.dtype, -1)))


def _smallest(x: Array, axes: tuple[int, ...] | None, keep: bool) -> Array:
    return np.asarray(np.min(x, axis=axes, keepdims=keep, initial=_bound(x.dtype, 1)))


_REDUCTIONS = {"ReduceSum": _sum, "ReduceMean": _mean, "ReduceMax": _largest, "ReduceMin": _smallest}


@operator(*_REDUCTIONS)
def _reduce(call: Call) -> Function:
    """Over the axes; over all of them where none are given, unless noop_with_empty_axes is set."""
    reduction, keep = _REDUCTIONS[call.op], bool(call.attributes["keepdims"])
    no_operation = call.attributes.get("noop_with_empty_axes", 0)

    def change(x: Array, axes: tuple[int, ...] | None) -> Array:
        if not axes:
            return x if no_operation else reduction(x, None, keep)
        return reduction(x, axes, keep)

    return _axes(call, 13 if call.op == "ReduceSum" else 18, change)


@operator("CumSum", since=11)
def _cumsum(call: Call) -> Function:
    exclusive, reverse = call.attributes["exclusive"], call.attributes["reverse"]

    def function(x: Array, axis: Array) -> Array:
        along = int(axis.reshape(()))
        terms = np.flip(x, along) if reverse else x
        sums = np.cumsum(terms, axis=along, dtype=np.float64 if x.dtype in FLOATS else x.dtype)
        if exclusive:
            first = np.zeros_like(np.take(sums, [0] if sums.shape[along] else [], along))
            sums = np.concatenate([first, np.delete(sums, -1, along) if sums.shape[along] else sums], along)
        return rounded(np.flip(sums, along) if reverse else sums, x.dtype)

    return function


@operator("TopK", since=11)
def _top_k(call: Call) -> Function:
    """Sorted; among equals the first comes first."""
    axis, largest = call.attributes["axis"], call.attributes["largest"]

    def function(x: Array, k: Array) -> tuple[Array, Array]:
        count, length = int(k.reshape(())), x.shape[axis]
        if not 0 <= count <= length:
            raise ValueError(f"K is {count}, but dimension {axis} has size {length}")
        if largest:  # backwards, so that the stable order of equals is right after turning the ascending one around
            order = length - 1 - np.flip(np.argsort(np.flip(x, axis), axis=axis, kind="stable"), axis)
        else:
            order = np.argsort(x, axis=axis, kind="stable")
        chosen = np.take(order, np.arange(count), axis).astype(np.int64)
        return np.take_along_axis(x, chosen, axis), chosen

    return function


# --- matrices ---------------------------------------------------------------------------------------------------------
_HALVES = (np.dtype(np.float16), BFLOAT16)


def _product(a: Array, b: Array) -> Array:
    """In float32 for the half formats."""
    if a.dtype in _HALVES:
        a, b = a.astype(np.float32), b.astype(np.float32)
    return np.asarray(np.matmul(a, b))


@operator("MatMul")
def _matmul(call: Call) -> Function:
    return lambda a, b: rounded(_product(a, b), call.dtype)


@operator("Gemm", since=7)
def _gemm(call: Call) -> Function:
    alpha, beta, transpose_a, transpose_b = (call.attributes[n] for n in ("alpha", "beta", "transA", "transB"))

    def scaled(x: Array, factor: float) -> Array:
        return x if factor == 1 else (x * factor).astype(x.dtype)

    def function(a: Array, b: Array, c: Array | None = None) -> Array:
        result = scaled(_product(a.T if transpose_a else a, b.T if transpose_b else b), alpha)
        if c is not None:
            result = result + scaled(c.astype(result.dtype), beta)
        return rounded(result, call.dtype)

    return function
