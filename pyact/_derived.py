"""Another activation in use: rrelu is leaky_relu with drawn slopes, softmax2d is softmax over channels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _composed
from ._functions import UFUNCS, _direct, leaky_relu, leaky_relu_backward, softmax, softmax_backward


@_direct(UFUNCS["rrelu"], only_direct=True, ordered=True)
def rrelu(
    x: ArrayLike,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    rng: np.random.Generator | int | None = None,
    out: NDArray[Any] | None = None,
) -> Any:
    """Randomised leaky rectified linear unit.

        where(x > 0, x, slope * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy promotes them.
    lower, upper : float, default 1/8 and 1/3
        Bounds of the slope.
    training : bool, default False
        If true, a slope is drawn for every element, uniform on [lower, upper); otherwise it is (lower + upper) / 2.
    rng : numpy.random.Generator, or a seed, optional
        Where the slopes come from; by default a generator seeded by the operating system.
    out : ndarray, optional
        Where the result is written; it may be `x`.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape and the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        `x` is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `lower` is above `upper`, or `out` has another shape or is read-only.

    Notes
    -----
    Special values: those of leaky_relu with a positive slope; -inf stays -inf, -0.0 stays -0.0. NaN gives NaN.

    For the gradient of a training pass draw the slopes yourself, or use `pyact.nn.RReLU`, which keeps those it drew.

    Error: that of leaky_relu, one rounding.

    The function of torch.nn.RReLU.

    Source: https://arxiv.org/abs/1505.00853

    Examples
    --------
    >>> import numpy as np, pyact
    >>> pyact.rrelu([-2.0, -0.5, 0.5, 2.0], lower=0.25, upper=0.75)
    array([-1.  , -0.25,  0.5 ,  2.  ])
    >>> y = pyact.rrelu(-np.ones(1000), training=True, rng=0)
    >>> bool(np.all((-1 / 3 <= y) & (y <= -1 / 8)))
    True
    """
    if not lower <= upper:
        _composed.check_bounds(lower, upper)
    if not training:
        return UFUNCS["rrelu"](x, lower, upper, out)
    return leaky_relu(x, _composed.draw_slopes(x, lower, upper, rng), out)


@_direct(UFUNCS["rrelu_backward"], only_direct=True, ordered=True)
def rrelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    slope: ArrayLike | None = None,
    out: NDArray[Any] | None = None,
) -> Any:
    """Gradient of rrelu: grad_output times the derivative.

        where(x > 0, 1, slope)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy promotes them.
    lower, upper : float, default 1/8 and 1/3
        Bounds of the slope; without `slope` it is their mean, as outside training.
    slope : array_like, optional
        The slopes of a training pass.
    out : ndarray, optional
        Where the gradient is written; it may be an input.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `lower` is above `upper`, the shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    At the kink x = 0 the derivative is the slope, as for leaky_relu. NaN gives NaN. Error: one rounding.

    Source: https://arxiv.org/abs/1505.00853

    Examples
    --------
    >>> import pyact
    >>> pyact.rrelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0], slope=[0.25, 0.125, 0.25, 0.125])
    array([0.25 , 0.125, 1.   , 1.   ])
    """
    if not lower <= upper:
        _composed.check_bounds(lower, upper)
    if slope is None:
        return UFUNCS["rrelu_backward"](grad_output, x, lower, upper, out)
    return leaky_relu_backward(grad_output, x, slope, out)


def softmax2d(x: ArrayLike, out: NDArray[Any] | None = None) -> Any:
    """Softmax over the channels of images: `softmax` along axis -3.

        exp(x - max(x)) / sum(exp(x - max(x)))

    Parameters
    ----------
    x : array_like
        Shape (C, H, W) or (N, C, H, W), of any dtype that `softmax` takes.
    out : ndarray, optional
        Where the result is written; it may be `x`.

    Returns
    -------
    ndarray
        The shape and the dtype of `x`.

    Raises
    ------
    TypeError
        `x` is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has neither three nor four axes, or `out` has another shape or is read-only.

    Notes
    -----
    Special values and error: see `softmax`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html

    Examples
    --------
    >>> import numpy as np, pyact
    >>> pyact.softmax2d(np.zeros((4, 1, 2)))[:, 0, :]
    array([[0.25, 0.25],
           [0.25, 0.25],
           [0.25, 0.25],
           [0.25, 0.25]])
    """
    _composed.check_images(x)
    return softmax(x, -3, out)


def softmax2d_backward(grad_output: ArrayLike, x: ArrayLike, out: NDArray[Any] | None = None) -> Any:
    """Gradient of softmax2d: the vector-Jacobian product.

        y * (grad_output - sum(grad_output * y))   where y = softmax2d(x)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        Shape (C, H, W) or (N, C, H, W), of any dtype that `softmax` takes.
    out : ndarray, optional
        Where the gradient is written; it may be an input.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has neither three nor four axes, the shapes differ, or `out` has another shape or is read-only.

    Notes
    -----
    Special values and error: see `softmax_backward`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html

    Examples
    --------
    >>> import numpy as np, pyact
    >>> gradient = np.zeros((2, 1, 1))
    >>> gradient[0] = 1.0
    >>> pyact.softmax2d_backward(gradient, np.zeros((2, 1, 1))).ravel()
    array([ 0.25, -0.25])
    """
    _composed.check_images(x)
    return softmax_backward(grad_output, x, -3, out)
