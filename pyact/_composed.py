"""Functions put together from kernels: gates that split one array, prelu's channels, rrelu, softmax2d."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def positive_axis(axis: int, dimensions: int) -> int:
    """The axis counted from the front; raises numpy's AxisError where there is none such."""
    if not -dimensions <= axis < dimensions:
        raise np.exceptions.AxisError(axis, dimensions)
    return axis % dimensions


def split_in_halves(name: str, x: ArrayLike, axis: int) -> tuple[Array, Array]:
    """Views on the first and second half of `x` along `axis`."""
    whole: Any = x if hasattr(x, "__array_function__") else np.asanyarray(x)  # an array of another library stays one
    axis = positive_axis(axis, whole.ndim)
    length = whole.shape[axis]
    if length % 2:
        raise ValueError(f"{name} splits x into two halves along axis {axis}, whose length {length} is odd")
    before = (slice(None),) * axis
    return whole[*before, : length // 2], whole[*before, length // 2 :]


def gate_backward(
    name: str,
    gradients: np.ufunc,
    grad_output: ArrayLike,
    x: ArrayLike,
    axis: int,
    parameters: Sequence[ArrayLike],
    out: Array | None,
) -> Array:
    """The gradient for `x`, both halves written in place by a ufunc with two results."""
    halves = split_in_halves(name, x, axis)
    shape, half_shape = np.shape(x), halves[0].shape
    if np.ndim(grad_output) and np.shape(grad_output) != half_shape:
        raise ValueError(f"grad_output has shape {np.shape(grad_output)}; the output of {name} has {half_shape}")
    arguments = (grad_output, *halves, *parameters)
    if out is None:
        out = np.empty(shape, gradients.resolve_dtypes((*map(_dtype_of, arguments), None, None))[-1])
    elif out.shape != shape:
        raise ValueError(f"out has shape {out.shape}; the gradient has the shape of x, {shape}")
    gradients(*arguments, out=split_in_halves(name, out, axis))
    return out


def _dtype_of(value: ArrayLike) -> Any:
    """What `resolve_dtypes` wants: a Python number stays weak, as it does in the call of a ufunc."""
    return type(value) if type(value) in (int, float) else np.asarray(value).dtype


def row_output(*arrays: Any) -> Array | None:
    """A result that lies in memory as the arrays do, if they are plain arrays of one shape and dtype in C order.

    NumPy would lay it out with the axis of the rows last: the kernels, which stream neighbouring rows together, would
    have to write it element by element.
    """
    first = arrays[0]
    if (
        all(
            type(a) is np.ndarray and a.dtype == first.dtype and a.shape == first.shape and a.flags.c_contiguous
            for a in arrays
        )
        and first.dtype.isnative
        and first.dtype.char in "efd"
        and first.ndim > 0
    ):
        return np.empty(first.shape, first.dtype)
    return None


def channel_weight(x: ArrayLike, weight: ArrayLike) -> Array:
    """prelu's weight shaped so that it broadcasts against `x`: one value, or one per channel (axis 1 of `x`)."""
    weights = np.asarray(weight)
    if np.can_cast(weights.dtype, np.float64):  # few numbers: cheaper here than in the ufunc's buffers
        weights = weights.astype(np.float64, copy=False)
    if weights.ndim != 1:  # a scalar, or an array that is meant to broadcast
        return weights
    if weights.size == 1:
        return weights.reshape(())
    dimensions = np.ndim(x)
    channels = np.shape(x)[1] if dimensions > 1 else 1
    if weights.size != channels:
        raise ValueError(
            f"prelu needs one weight or one per channel: weight has length {weights.size}, "
            f"x has {channels} channel{'s' * (channels != 1)} (shape {np.shape(x)})"
        )
    return weights.reshape((channels,) + (1,) * (dimensions - 2))


def check_images(x: ArrayLike) -> None:
    """softmax2d takes (C, H, W) or (N, C, H, W)."""
    if np.ndim(x) not in (3, 4):
        raise ValueError(f"softmax2d takes an array of shape (C, H, W) or (N, C, H, W), not of shape {np.shape(x)}")


def check_bounds(lower: float, upper: float) -> None:
    """rrelu's interval."""
    if not lower <= upper:  # also refuses NaN
        raise ValueError(f"rrelu needs lower <= upper; lower is {lower}, upper is {upper}")


def draw_slopes(x: ArrayLike, lower: float, upper: float, rng: np.random.Generator | int | None) -> Array:
    """One slope per element, uniform on [lower, upper)."""
    check_bounds(lower, upper)
    return np.random.default_rng(rng).uniform(lower, upper, size=np.shape(x))
