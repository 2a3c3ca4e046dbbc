"""The public functions. Made by `python -m codegen` from activations.toml; do not edit."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _composed, _native_ufuncs
from ._native import ffi, lib

__all__ = [  # noqa: RUF022 - in the order of the catalogue
    "linear",
    "linear_backward",
    "linear_with_derivative",
    "relu",
    "relu_backward",
    "relu_with_derivative",
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_with_derivative",
    "prelu",
    "prelu_backward",
    "prelu_backward_weight",
    "prelu_gradients",
    "prelu_with_derivative",
    "relu6",
    "relu6_backward",
    "relu6_with_derivative",
    "hardtanh",
    "hardtanh_backward",
    "hardtanh_with_derivative",
    "threshold",
    "threshold_backward",
    "threshold_with_derivative",
    "thresholded_relu",
    "thresholded_relu_backward",
    "thresholded_relu_with_derivative",
    "softshrink",
    "softshrink_backward",
    "softshrink_with_derivative",
    "hardshrink",
    "hardshrink_backward",
    "hardshrink_with_derivative",
    "shrink",
    "shrink_backward",
    "shrink_with_derivative",
    "hardsigmoid",
    "hardsigmoid_backward",
    "hardsigmoid_with_derivative",
    "hard_sigmoid",
    "hard_sigmoid_backward",
    "hard_sigmoid_with_derivative",
    "sparse_sigmoid",
    "sparse_sigmoid_backward",
    "sparse_sigmoid_with_derivative",
    "relu_squared",
    "relu_squared_backward",
    "relu_squared_with_derivative",
    "star_relu",
    "star_relu_backward",
    "star_relu_backward_scale",
    "star_relu_backward_bias",
    "star_relu_with_derivative",
    "hardswish",
    "hardswish_backward",
    "hardswish_with_derivative",
    "hard_mish",
    "hard_mish_backward",
    "hard_mish_with_derivative",
    "smelu",
    "smelu_backward",
    "smelu_with_derivative",
    "sparse_plus",
    "sparse_plus_backward",
    "sparse_plus_with_derivative",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_backward_from_output",
    "sigmoid_with_derivative",
    "logsigmoid",
    "logsigmoid_backward",
    "logsigmoid_with_derivative",
    "tanh",
    "tanh_backward",
    "tanh_backward_from_output",
    "tanh_with_derivative",
    "stanh",
    "stanh_backward",
    "stanh_with_derivative",
    "bipolar_sigmoid",
    "bipolar_sigmoid_backward",
    "bipolar_sigmoid_with_derivative",
    "rectified_tanh",
    "rectified_tanh_backward",
    "rectified_tanh_with_derivative",
    "laplace",
    "laplace_backward",
    "laplace_with_derivative",
    "cloglog",
    "cloglog_backward",
    "cloglog_with_derivative",
    "loglog",
    "loglog_backward",
    "loglog_with_derivative",
    "aranda",
    "aranda_backward",
    "aranda_with_derivative",
    "soft_clipping",
    "soft_clipping_backward",
    "soft_clipping_with_derivative",
    "exponential",
    "exponential_backward",
    "exponential_with_derivative",
    "elu",
    "elu_backward",
    "elu_backward_alpha",
    "elu_gradients",
    "elu_with_derivative",
    "celu",
    "celu_backward",
    "celu_backward_alpha",
    "celu_gradients",
    "celu_with_derivative",
    "selu",
    "selu_backward",
    "selu_with_derivative",
    "pelu",
    "pelu_backward",
    "pelu_backward_a",
    "pelu_backward_b",
    "pelu_with_derivative",
    "elish",
    "elish_backward",
    "elish_with_derivative",
    "hard_elish",
    "hard_elish_backward",
    "hard_elish_with_derivative",
    "softplus",
    "softplus_backward",
    "softplus_with_derivative",
    "squareplus",
    "squareplus_backward",
    "squareplus_with_derivative",
    "nlrelu",
    "nlrelu_backward",
    "nlrelu_with_derivative",
    "symlog",
    "symlog_backward",
    "symlog_with_derivative",
    "silu",
    "silu_backward",
    "silu_with_derivative",
    "swish",
    "swish_backward",
    "swish_backward_beta",
    "swish_gradients",
    "swish_with_derivative",
    "quick_gelu",
    "quick_gelu_backward",
    "quick_gelu_with_derivative",
    "gelu",
    "gelu_backward",
    "gelu_with_derivative",
    "gelu_tanh",
    "gelu_tanh_backward",
    "gelu_tanh_with_derivative",
    "mish",
    "mish_backward",
    "mish_with_derivative",
    "serf",
    "serf_backward",
    "serf_with_derivative",
    "tanhexp",
    "tanhexp_backward",
    "tanhexp_with_derivative",
    "logish",
    "logish_backward",
    "logish_with_derivative",
    "smish",
    "smish_backward",
    "smish_with_derivative",
    "phish",
    "phish_backward",
    "phish_with_derivative",
    "colu",
    "colu_backward",
    "colu_with_derivative",
    "lisht",
    "lisht_backward",
    "lisht_with_derivative",
    "tanhshrink",
    "tanhshrink_backward",
    "tanhshrink_with_derivative",
    "softsign",
    "softsign_backward",
    "softsign_with_derivative",
    "elliott",
    "elliott_backward",
    "elliott_with_derivative",
    "isru",
    "isru_backward",
    "isru_with_derivative",
    "isrlu",
    "isrlu_backward",
    "isrlu_with_derivative",
    "bent_identity",
    "bent_identity_backward",
    "bent_identity_with_derivative",
    "arctan",
    "arctan_backward",
    "arctan_with_derivative",
    "gaussian",
    "gaussian_backward",
    "gaussian_with_derivative",
    "sinusoid",
    "sinusoid_backward",
    "sinusoid_with_derivative",
    "cosine",
    "cosine_backward",
    "cosine_with_derivative",
    "snake",
    "snake_backward",
    "snake_backward_alpha",
    "snake_gradients",
    "snake_with_derivative",
    "glu",
    "glu_backward",
    "bilinear",
    "bilinear_backward",
    "reglu",
    "reglu_backward",
    "geglu",
    "geglu_backward",
    "swiglu",
    "swiglu_backward",
    "gtu",
    "gtu_backward",
    "softmax",
    "softmax_backward",
    "softmax_backward_from_output",
    "log_softmax",
    "log_softmax_backward",
    "log_softmax_backward_from_output",
    "softmin",
    "softmin_backward",
    "softmin_backward_from_output",
    "hardmax",
    "hardmax_backward",
    "softmax_one",
    "softmax_one_backward",
    "sparsemax",
    "sparsemax_backward",
    "logsumexp",
    "logsumexp_backward",
]

_DOCS = {
    "linear": """Identity.

    x

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

The function of torch.nn.Identity.

Source: https://keras.io/api/layers/activations/

Examples
--------
>>> import pyact
>>> pyact.linear([-2.0, -0.5, 0.5, 2.0])
array([-2. , -0.5,  0.5,  2. ])""",
    "linear_backward": """Gradient of linear: grad_output times the derivative.

    1

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 1.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

The function of torch.nn.Identity.

Source: https://keras.io/api/layers/activations/

Examples
--------
>>> import pyact
>>> pyact.linear_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([1., 1., 1., 1.])""",
    "linear_with_derivative": """Value and derivative of linear at once: x (see pyact.linear_with_derivative).""",
    "relu": """Rectified linear unit.

    max(x, 0)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

The function of torch.nn.ReLU.

Source: https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf

Examples
--------
>>> import pyact
>>> pyact.relu([-2.0, -0.5, 0.5, 2.0])
array([0. , 0. , 0.5, 2. ])""",
    "relu_backward": """Gradient of relu: grad_output times the derivative.

    where(x > 0, 1, 0)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> 1.0.

The derivative jumps at x = 0.0, where it is 0 (left 0, right 1).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

The function of torch.nn.ReLU.

Source: https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf

Examples
--------
>>> import pyact
>>> pyact.relu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0., 0., 1., 1.])""",
    "relu_with_derivative": """Value and derivative of relu at once: x (see pyact.relu_with_derivative).""",
    "leaky_relu": """Rectified linear unit with a small slope for negative inputs: x, negative_slope (see pyact.leaky_relu).""",
    "leaky_relu_backward": """Gradient of leaky_relu for x: grad_output, x, negative_slope (see pyact.leaky_relu_backward).""",
    "leaky_relu_with_derivative": """Value and derivative of leaky_relu at once: x, negative_slope (see pyact.leaky_relu_with_derivative).""",
    "prelu": """Rectified linear unit with a learned slope for negative inputs: x, weight (see pyact.prelu).""",
    "prelu_backward": """Gradient of prelu for x: grad_output, x, weight (see pyact.prelu_backward).""",
    "prelu_backward_weight": """Gradient of prelu for weight: grad_output, x, weight (see pyact.prelu_backward).""",
    "prelu_gradients": """Gradients of prelu for x and weight at once: grad_output, x, weight (see pyact.prelu_gradients).""",
    "prelu_with_derivative": """Value and derivative of prelu at once: x, weight (see pyact.prelu_with_derivative).""",
    "rrelu": """Randomized leaky rectified linear unit, evaluation form: the mean slope: x, lower, upper (see pyact.rrelu).""",
    "rrelu_backward": """Gradient of rrelu for x: grad_output, x, lower, upper (see pyact.rrelu_backward).""",
    "rrelu_with_derivative": """Value and derivative of rrelu at once: x, lower, upper (see pyact.rrelu_with_derivative).""",
    "relu6": """Rectified linear unit capped at 6.

    min(max(x, 0), 6)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 6.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

The function of torch.nn.ReLU6.

Source: https://www.cs.utoronto.ca/~kriz/conv-cifar10-aug2010.pdf

Examples
--------
>>> import pyact
>>> pyact.relu6([-2.0, -0.5, 0.5, 2.0])
array([0. , 0. , 0.5, 2. ])""",
    "relu6_backward": """Gradient of relu6: grad_output times the derivative.

    where(0 < x < 6, 1, 0)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> 0.0.

The derivative jumps at x = 0.0, where it is 0 (left 0, right 1); at
x = 6.0, where it is 0 (left 1, right 0).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

The function of torch.nn.ReLU6.

Source: https://www.cs.utoronto.ca/~kriz/conv-cifar10-aug2010.pdf

Examples
--------
>>> import pyact
>>> pyact.relu6_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0., 0., 1., 1.])""",
    "relu6_with_derivative": """Value and derivative of relu6 at once: x (see pyact.relu6_with_derivative).""",
    "hardtanh": """Identity cut off below min_val and above max_val: x, min_val, max_val (see pyact.hardtanh).""",
    "hardtanh_backward": """Gradient of hardtanh for x: grad_output, x, min_val, max_val (see pyact.hardtanh_backward).""",
    "hardtanh_with_derivative": """Value and derivative of hardtanh at once: x, min_val, max_val (see pyact.hardtanh_with_derivative).""",
    "threshold": """Identity above the threshold, a constant elsewhere: x, threshold, value (see pyact.threshold).""",
    "threshold_backward": """Gradient of threshold for x: grad_output, x, threshold, value (see pyact.threshold_backward).""",
    "threshold_with_derivative": """Value and derivative of threshold at once: x, threshold, value (see pyact.threshold_with_derivative).""",
    "thresholded_relu": """Identity above alpha, zero elsewhere: x, alpha (see pyact.thresholded_relu).""",
    "thresholded_relu_backward": """Gradient of thresholded_relu for x: grad_output, x, alpha (see pyact.thresholded_relu_backward).""",
    "thresholded_relu_with_derivative": """Value and derivative of thresholded_relu at once: x, alpha (see pyact.thresholded_relu_with_derivative).""",
    "softshrink": """Zero around the origin, moved towards it by lambd elsewhere: x, lambd (see pyact.softshrink).""",
    "softshrink_backward": """Gradient of softshrink for x: grad_output, x, lambd (see pyact.softshrink_backward).""",
    "softshrink_with_derivative": """Value and derivative of softshrink at once: x, lambd (see pyact.softshrink_with_derivative).""",
    "hardshrink": """Zero around the origin, the identity elsewhere: x, lambd (see pyact.hardshrink).""",
    "hardshrink_backward": """Gradient of hardshrink for x: grad_output, x, lambd (see pyact.hardshrink_backward).""",
    "hardshrink_with_derivative": """Value and derivative of hardshrink at once: x, lambd (see pyact.hardshrink_with_derivative).""",
    "shrink": """Zero around the origin, moved towards it by bias elsewhere: x, bias, lambd (see pyact.shrink).""",
    "shrink_backward": """Gradient of shrink for x: grad_output, x, bias, lambd (see pyact.shrink_backward).""",
    "shrink_with_derivative": """Value and derivative of shrink at once: x, bias, lambd (see pyact.shrink_with_derivative).""",
    "hardsigmoid": """Piecewise linear sigmoid with slope 1/6.

    min(max(x + 3, 0), 6) / 6

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.667 ULP over all inputs, float64 1.33 ULP.

The function of torch.nn.Hardsigmoid.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html

Examples
--------
>>> import pyact
>>> pyact.hardsigmoid([-2.0, -0.5, 0.5, 2.0])
array([0.16666667, 0.41666667, 0.58333333, 0.83333333])""",
    "hardsigmoid_backward": """Gradient of hardsigmoid: grad_output times the derivative.

    where(-3 < x < 3, 1 / 6, 0)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.166666667, 0.0 -> 0.166666667,
inf -> 0.0.

The derivative jumps at x = -3.0, where it is 0 (left 0, right 0.166667); at
x = 3.0, where it is 0 (left 0.166667, right 0).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.333 ULP over all inputs, float64 0.333 ULP.

The function of torch.nn.Hardsigmoid.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html

Examples
--------
>>> import pyact
>>> pyact.hardsigmoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.16666667, 0.16666667, 0.16666667, 0.16666667])""",
    "hardsigmoid_with_derivative": """Value and derivative of hardsigmoid at once: x (see pyact.hardsigmoid_with_derivative).""",
    "hard_sigmoid": """Piecewise linear sigmoid with a slope of choice: x, alpha, beta (see pyact.hard_sigmoid).""",
    "hard_sigmoid_backward": """Gradient of hard_sigmoid for x: grad_output, x, alpha, beta (see pyact.hard_sigmoid_backward).""",
    "hard_sigmoid_with_derivative": """Value and derivative of hard_sigmoid at once: x, alpha, beta (see pyact.hard_sigmoid_with_derivative).""",
    "sparse_sigmoid": """Piecewise linear sigmoid with slope 1/2, the derivative of sparse_plus.

    where(x <= -1, 0, where(x < 1, (x + 1) / 2, 1))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://docs.jax.dev/en/latest/_autosummary/jax.nn.sparse_sigmoid.html

Examples
--------
>>> import pyact
>>> pyact.sparse_sigmoid([-2.0, -0.5, 0.5, 2.0])
array([0.  , 0.25, 0.75, 1.  ])""",
    "sparse_sigmoid_backward": """Gradient of sparse_sigmoid: grad_output times the derivative.

    where(-1 < x < 1, 1 / 2, 0)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 0.0.

The derivative jumps at x = -1.0, where it is 0 (left 0, right 0.5); at
x = 1.0, where it is 0 (left 0.5, right 0).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

Source: https://docs.jax.dev/en/latest/_autosummary/jax.nn.sparse_sigmoid.html

Examples
--------
>>> import pyact
>>> pyact.sparse_sigmoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0. , 0.5, 0.5, 0. ])""",
    "sparse_sigmoid_with_derivative": """Value and derivative of sparse_sigmoid at once: x (see pyact.sparse_sigmoid_with_derivative).""",
    "relu_squared": """Square of the rectified linear unit.

    max(x, 0)**2

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2109.08668

Examples
--------
>>> import pyact
>>> pyact.relu_squared([-2.0, -0.5, 0.5, 2.0])
array([0.  , 0.  , 0.25, 4.  ])""",
    "relu_squared_backward": """Gradient of relu_squared: grad_output times the derivative.

    2 * max(x, 0)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0 ULP over all inputs, float64 0 ULP.

Source: https://arxiv.org/abs/2109.08668

Examples
--------
>>> import pyact
>>> pyact.relu_squared_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0., 0., 1., 4.])""",
    "relu_squared_with_derivative": """Value and derivative of relu_squared at once: x (see pyact.relu_squared_with_derivative).""",
    "star_relu": """Square of the rectified linear unit with a learned scale and bias: x, scale, bias (see pyact.star_relu).""",
    "star_relu_backward": """Gradient of star_relu for x: grad_output, x, scale, bias (see pyact.star_relu_backward).""",
    "star_relu_backward_scale": """Gradient of star_relu for scale: grad_output, x, scale, bias (see pyact.star_relu_backward).""",
    "star_relu_backward_bias": """Gradient of star_relu for bias: grad_output, x, scale, bias (see pyact.star_relu_backward).""",
    "star_relu_with_derivative": """Value and derivative of star_relu at once: x, scale, bias (see pyact.star_relu_with_derivative).""",
    "hardswish": """Identity times a piecewise linear sigmoid.

    x * min(max(x + 3, 0), 6) / 6

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 1 ULP over all inputs, float64 1.48 ULP.

The function of torch.nn.Hardswish.

Source: https://arxiv.org/abs/1905.02244

Examples
--------
>>> import pyact
>>> pyact.hardswish([-2.0, -0.5, 0.5, 2.0])
array([-0.33333333, -0.20833333,  0.29166667,  1.66666667])""",
    "hardswish_backward": """Gradient of hardswish: grad_output times the derivative.

    where(x <= -3, 0, where(x < 3, (2 * x + 3) / 6, 1))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

The derivative jumps at x = -3.0, where it is 0 (left 0, right -0.5); at
x = 3.0, where it is 1 (left 1.5, right 1).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.667 ULP over all inputs, float64 1.33 ULP.

The function of torch.nn.Hardswish.

Source: https://arxiv.org/abs/1905.02244

Examples
--------
>>> import pyact
>>> pyact.hardswish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.16666667,  0.33333333,  0.66666667,  1.16666667])""",
    "hardswish_with_derivative": """Value and derivative of hardswish at once: x (see pyact.hardswish_with_derivative).""",
    "hard_mish": """Piecewise quadratic approximation of mish.

    x / 2 * min(2, max(0, x + 2))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.47 ULP.

Source: https://github.com/digantamisra98/H-Mish

Examples
--------
>>> import pyact
>>> pyact.hard_mish([-2.0, -0.5, 0.5, 2.0])
array([-0.   , -0.375,  0.5  ,  2.   ])""",
    "hard_mish_backward": """Gradient of hard_mish: grad_output times the derivative.

    where(x <= -2, 0, min(x + 1, 1))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 1.0.

The derivative jumps at x = -2.0, where it is 0 (left 0, right -1).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://github.com/digantamisra98/H-Mish

Examples
--------
>>> import pyact
>>> pyact.hard_mish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0. , 0.5, 1. , 1. ])""",
    "hard_mish_with_derivative": """Value and derivative of hard_mish at once: x (see pyact.hard_mish_with_derivative).""",
    "smelu": """Rectified linear unit with a quadratic bend of half width beta: x, beta (see pyact.smelu).""",
    "smelu_backward": """Gradient of smelu for x: grad_output, x, beta (see pyact.smelu_backward).""",
    "smelu_with_derivative": """Value and derivative of smelu at once: x, beta (see pyact.smelu_with_derivative).""",
    "sparse_plus": """Rectified linear unit with a quadratic bend between -1 and 1.

    where(x <= -1, 0, where(x < 1, (x + 1)**2 / 4, x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.25, 0.0 -> 0.25, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://docs.jax.dev/en/latest/_autosummary/jax.nn.sparse_plus.html

Examples
--------
>>> import pyact
>>> pyact.sparse_plus([-2.0, -0.5, 0.5, 2.0])
array([0.    , 0.0625, 0.5625, 2.    ])""",
    "sparse_plus_backward": """Gradient of sparse_plus: grad_output times the derivative.

    min(max(x + 1, 0), 2) / 2

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://docs.jax.dev/en/latest/_autosummary/jax.nn.sparse_plus.html

Examples
--------
>>> import pyact
>>> pyact.sparse_plus_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.  , 0.25, 0.75, 1.  ])""",
    "sparse_plus_with_derivative": """Value and derivative of sparse_plus at once: x (see pyact.sparse_plus_with_derivative).""",
    "sigmoid": """Logistic function, from 0 to 1.

    1 / (1 + exp(-x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.904 ULP over all inputs, float64 0.714 ULP.

The function of torch.nn.Sigmoid.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html

Examples
--------
>>> import pyact
>>> pyact.sigmoid([-2.0, -0.5, 0.5, 2.0])
array([0.11920292, 0.37754067, 0.62245933, 0.88079708])""",
    "sigmoid_backward": """Gradient of sigmoid: grad_output times the derivative.

    sigmoid(x) * sigmoid(-x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.25, 0.0 -> 0.25, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.805 ULP over all inputs, float64 0.739 ULP.

The function of torch.nn.Sigmoid.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html

Examples
--------
>>> import pyact
>>> pyact.sigmoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.10499359, 0.23500371, 0.23500371, 0.10499359])""",
    "sigmoid_backward_from_output": """Gradient of sigmoid from its result: grad_output times the derivative.

    y * (1 - y)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `y`.
y : array_like
    What `sigmoid` gave. Any shape: float16, bfloat16, float32 or float64; integers and booleans are
    promoted as NumPy promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `y` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
What the forward pass has computed is not computed again. Where x is at hand, `sigmoid_backward`
is more accurate, as y has been rounded. The error is that of this formula for y as given.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.49 ULP.

NaN gives NaN.

Examples
--------
>>> import pyact
>>> y = pyact.sigmoid([-2.0, -0.5, 0.5, 2.0])
>>> pyact.sigmoid_backward_from_output(1.0, y)
array([0.10499359, 0.23500371, 0.23500371, 0.10499359])""",
    "sigmoid_with_derivative": """Value and derivative of sigmoid at once: x (see pyact.sigmoid_with_derivative).""",
    "logsigmoid": """Logarithm of the logistic function.

    log(1 / (1 + exp(-x)))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -inf, -0.0 -> -0.693147181, 0.0 -> -0.693147181, inf -> -0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.888 ULP over all inputs, float64 0.739 ULP.

The function of torch.nn.LogSigmoid.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html

Examples
--------
>>> import pyact
>>> pyact.logsigmoid([-2.0, -0.5, 0.5, 2.0])
array([-2.12692801, -0.97407698, -0.47407698, -0.12692801])""",
    "logsigmoid_backward": """Gradient of logsigmoid: grad_output times the derivative.

    sigmoid(-x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 1.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.649 ULP over all inputs, float64 0.739 ULP.

The function of torch.nn.LogSigmoid.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html

Examples
--------
>>> import pyact
>>> pyact.logsigmoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.88079708, 0.62245933, 0.37754067, 0.11920292])""",
    "logsigmoid_with_derivative": """Value and derivative of logsigmoid at once: x (see pyact.logsigmoid_with_derivative).""",
    "tanh": """Hyperbolic tangent, from -1 to 1.

    (exp(x) - exp(-x)) / (exp(x) + exp(-x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -1.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.975 ULP over all inputs, float64 1.03 ULP.

The function of torch.nn.Tanh.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html

Examples
--------
>>> import pyact
>>> pyact.tanh([-2.0, -0.5, 0.5, 2.0])
array([-0.96402758, -0.46211716,  0.46211716,  0.96402758])""",
    "tanh_backward": """Gradient of tanh: grad_output times the derivative.

    4 * sigmoid(2 * x) * sigmoid(-2 * x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.781 ULP over all inputs, float64 0.8 ULP.

The function of torch.nn.Tanh.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html

Examples
--------
>>> import pyact
>>> pyact.tanh_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.07065082, 0.78644773, 0.78644773, 0.07065082])""",
    "tanh_backward_from_output": """Gradient of tanh from its result: grad_output times the derivative.

    (1 - y) * (1 + y)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `y`.
y : array_like
    What `tanh` gave. Any shape: float16, bfloat16, float32 or float64; integers and booleans are
    promoted as NumPy promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `y` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
What the forward pass has computed is not computed again. Where x is at hand, `tanh_backward` is
more accurate, as y has been rounded. The error is that of this formula for y as given.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.5 ULP.

NaN gives NaN.

Examples
--------
>>> import pyact
>>> y = pyact.tanh([-2.0, -0.5, 0.5, 2.0])
>>> pyact.tanh_backward_from_output(1.0, y)
array([0.07065082, 0.78644773, 0.78644773, 0.07065082])""",
    "tanh_with_derivative": """Value and derivative of tanh at once: x (see pyact.tanh_with_derivative).""",
    "stanh": """Scaled hyperbolic tangent: x, scale_a, scale_b (see pyact.stanh).""",
    "stanh_backward": """Gradient of stanh for x: grad_output, x, scale_a, scale_b (see pyact.stanh_backward).""",
    "stanh_with_derivative": """Value and derivative of stanh at once: x, scale_a, scale_b (see pyact.stanh_with_derivative).""",
    "bipolar_sigmoid": """Logistic function stretched to go from -1 to 1.

    (1 - exp(-x)) / (1 + exp(-x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -1.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.922 ULP over all inputs, float64 0.797 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.bipolar_sigmoid([-2.0, -0.5, 0.5, 2.0])
array([-0.76159416, -0.24491866,  0.24491866,  0.76159416])""",
    "bipolar_sigmoid_backward": """Gradient of bipolar_sigmoid: grad_output times the derivative.

    2 * sigmoid(x) * sigmoid(-x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.781 ULP over all inputs, float64 0.749 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.bipolar_sigmoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.20998717, 0.47000742, 0.47000742, 0.20998717])""",
    "bipolar_sigmoid_with_derivative": """Value and derivative of bipolar_sigmoid at once: x (see pyact.bipolar_sigmoid_with_derivative).""",
    "rectified_tanh": """Hyperbolic tangent of the positive part.

    max(tanh(x), 0)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.804 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.rectified_tanh([-2.0, -0.5, 0.5, 2.0])
array([0.        , 0.        , 0.46211716, 0.96402758])""",
    "rectified_tanh_backward": """Gradient of rectified_tanh: grad_output times the derivative.

    where(x > 0, 4 * sigmoid(2 * x) * sigmoid(-2 * x), 0)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> 0.0.

The derivative jumps at x = 0.0, where it is 0 (left 0, right 1).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.665 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.rectified_tanh_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.        , 0.        , 0.78644773, 0.07065082])""",
    "rectified_tanh_with_derivative": """Value and derivative of rectified_tanh at once: x (see pyact.rectified_tanh_with_derivative).""",
    "laplace": """Gaussian distribution function with mean mu and deviation sigma: x, mu, sigma (see pyact.laplace).""",
    "laplace_backward": """Gradient of laplace for x: grad_output, x, mu, sigma (see pyact.laplace_backward).""",
    "laplace_with_derivative": """Value and derivative of laplace at once: x, mu, sigma (see pyact.laplace_with_derivative).""",
    "cloglog": """Complementary log-log distribution function.

    1 - exp(-exp(x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.632120559, 0.0 -> 0.632120559, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.958 ULP over all inputs, float64 0.846 ULP.

Source: https://doi.org/10.1007/s00521-010-0407-3

Examples
--------
>>> import pyact
>>> pyact.cloglog([-2.0, -0.5, 0.5, 2.0])
array([0.12657698, 0.45476079, 0.80770435, 0.99938202])""",
    "cloglog_backward": """Gradient of cloglog: grad_output times the derivative.

    y = min(x, 10)
    exp(y - exp(y))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.367879441, 0.0 -> 0.367879441,
inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.714 ULP.

Source: https://doi.org/10.1007/s00521-010-0407-3

Examples
--------
>>> import pyact
>>> pyact.cloglog_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.11820495, 0.3307043 , 0.31704192, 0.00456628])""",
    "cloglog_with_derivative": """Value and derivative of cloglog at once: x (see pyact.cloglog_with_derivative).""",
    "loglog": """Log-log (Gumbel) distribution function.

    exp(-exp(-x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.367879441, 0.0 -> 0.367879441, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://doi.org/10.1007/s00521-010-0407-3

Examples
--------
>>> import pyact
>>> pyact.loglog([-2.0, -0.5, 0.5, 2.0])
array([6.17978989e-04, 1.92295646e-01, 5.45239212e-01, 8.73423018e-01])""",
    "loglog_backward": """Gradient of loglog: grad_output times the derivative.

    y = max(x, -10)
    exp(-y - exp(-y))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.367879441, 0.0 -> 0.367879441,
inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.739 ULP.

Source: https://doi.org/10.1007/s00521-010-0407-3

Examples
--------
>>> import pyact
>>> pyact.loglog_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.00456628, 0.31704192, 0.3307043 , 0.11820495])""",
    "loglog_with_derivative": """Value and derivative of loglog at once: x (see pyact.loglog_with_derivative).""",
    "aranda": """Aranda-Ordaz distribution function: sigmoid at lambd = 1, nearly cloglog at small lambd: x, lambd (see pyact.aranda).""",
    "aranda_backward": """Gradient of aranda for x: grad_output, x, lambd (see pyact.aranda_backward).""",
    "aranda_with_derivative": """Value and derivative of aranda at once: x, lambd (see pyact.aranda_with_derivative).""",
    "soft_clipping": """Smooth form of clipping to the range from 0 to 1: x, alpha (see pyact.soft_clipping).""",
    "soft_clipping_backward": """Gradient of soft_clipping for x: grad_output, x, alpha (see pyact.soft_clipping_backward).""",
    "soft_clipping_with_derivative": """Value and derivative of soft_clipping at once: x, alpha (see pyact.soft_clipping_with_derivative).""",
    "exponential": """Exponential function.

    exp(x)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.635 ULP over all inputs, float64 0.716 ULP.

Source: https://keras.io/api/layers/activations/

Examples
--------
>>> import pyact
>>> pyact.exponential([-2.0, -0.5, 0.5, 2.0])
array([0.13533528, 0.60653066, 1.64872127, 7.3890561 ])""",
    "exponential_backward": """Gradient of exponential: grad_output times the derivative.

    exp(x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.635 ULP over all inputs, float64 0.716 ULP.

Source: https://keras.io/api/layers/activations/

Examples
--------
>>> import pyact
>>> pyact.exponential_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.13533528, 0.60653066, 1.64872127, 7.3890561 ])""",
    "exponential_with_derivative": """Value and derivative of exponential at once: x (see pyact.exponential_with_derivative).""",
    "elu": """Exponential linear unit: x, alpha (see pyact.elu).""",
    "elu_backward": """Gradient of elu for x: grad_output, x, alpha (see pyact.elu_backward).""",
    "elu_backward_alpha": """Gradient of elu for alpha: grad_output, x, alpha (see pyact.elu_backward).""",
    "elu_gradients": """Gradients of elu for x and alpha at once: grad_output, x, alpha (see pyact.elu_gradients).""",
    "elu_with_derivative": """Value and derivative of elu at once: x, alpha (see pyact.elu_with_derivative).""",
    "celu": """Continuously differentiable exponential linear unit: x, alpha (see pyact.celu).""",
    "celu_backward": """Gradient of celu for x: grad_output, x, alpha (see pyact.celu_backward).""",
    "celu_backward_alpha": """Gradient of celu for alpha: grad_output, x, alpha (see pyact.celu_backward).""",
    "celu_gradients": """Gradients of celu for x and alpha at once: grad_output, x, alpha (see pyact.celu_gradients).""",
    "celu_with_derivative": """Value and derivative of celu at once: x, alpha (see pyact.celu_with_derivative).""",
    "selu": """Scaled exponential linear unit.

    scale = 1.0507009873554804934193349852946
    alpha = 1.6732632423543772848170429916717
    scale * where(x >= 0, x, alpha * (exp(x) - 1))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -1.75809934, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 1 ULP over all inputs, float64 0.856 ULP.

The function of torch.nn.SELU.

Source: https://arxiv.org/abs/1706.02515

Examples
--------
>>> import pyact
>>> pyact.selu([-2.0, -0.5, 0.5, 2.0])
array([-1.52016647, -0.69175819,  0.52535049,  2.10140197])""",
    "selu_backward": """Gradient of selu: grad_output times the derivative.

    scale = 1.0507009873554804934193349852946
    alpha = 1.6732632423543772848170429916717
    where(x > 0, scale, scale * alpha * exp(x))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.75809934, 0.0 -> 1.75809934,
inf -> 1.05070099.

The derivative jumps at x = 0.0, where it is 1.7581 (left 1.7581, right 1.0507).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.776 ULP over all inputs, float64 0.736 ULP.

The function of torch.nn.SELU.

Source: https://arxiv.org/abs/1706.02515

Examples
--------
>>> import pyact
>>> pyact.selu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.23793287, 1.06634115, 1.05070099, 1.05070099])""",
    "selu_with_derivative": """Value and derivative of selu at once: x (see pyact.selu_with_derivative).""",
    "pelu": """Parametric exponential linear unit: x, a, b (see pyact.pelu).""",
    "pelu_backward": """Gradient of pelu for x: grad_output, x, a, b (see pyact.pelu_backward).""",
    "pelu_backward_a": """Gradient of pelu for a: grad_output, x, a, b (see pyact.pelu_backward).""",
    "pelu_backward_b": """Gradient of pelu for b: grad_output, x, a, b (see pyact.pelu_backward).""",
    "pelu_with_derivative": """Value and derivative of pelu at once: x, a, b (see pyact.pelu_with_derivative).""",
    "elish": """Exponential linear sigmoid squashing.

    where(x >= 0, x, exp(x) - 1) / (1 + exp(-x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.601 ULP over all inputs, float64 0.758 ULP.

Source: https://arxiv.org/abs/1808.00783

Examples
--------
>>> import pyact
>>> pyact.elish([-2.0, -0.5, 0.5, 2.0])
array([-0.10307056, -0.14855068,  0.31122967,  1.76159416])""",
    "elish_backward": """Gradient of elish: grad_output times the derivative.

    y = min(x, 1000)
    u = max(min(x, 0), -80)
    sigmoid(x) * where(x >= 0, 1 + y * sigmoid(-y), exp(u) + expm1(u) * sigmoid(-x))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.879 ULP over all inputs, float64 0.714 ULP.

Source: https://arxiv.org/abs/1808.00783

Examples
--------
>>> import pyact
>>> pyact.elish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.07465189,  0.13652324,  0.73996119,  1.09078425])""",
    "elish_with_derivative": """Value and derivative of elish at once: x (see pyact.elish_with_derivative).""",
    "hard_elish": """Elish with a piecewise linear sigmoid.

    where(x >= 0, x, exp(x) - 1) * max(0, min(1, (x + 1) / 2))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.789 ULP.

Source: https://arxiv.org/abs/1808.00783

Examples
--------
>>> import pyact
>>> pyact.hard_elish([-2.0, -0.5, 0.5, 2.0])
array([-0.        , -0.09836734,  0.375     ,  2.        ])""",
    "hard_elish_backward": """Gradient of hard_elish: grad_output times the derivative.

    u = max(min(x, 0), -1)
    where(x >= 1, 1, where(x >= 0, x + 1 / 2, where(x > -1, ((u + 2) * exp(u) - 1) / 2, 0)))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

The derivative jumps at x = -1.0, where it is 0 (left 0, right -0.31606); at
x = 1.0, where it is 1 (left 1.5, right 1).

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.01 ULP.

Source: https://arxiv.org/abs/1808.00783

Examples
--------
>>> import pyact
>>> pyact.hard_elish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([ 0.        , -0.04510201,  1.        ,  1.        ])""",
    "hard_elish_with_derivative": """Value and derivative of hard_elish at once: x (see pyact.hard_elish_with_derivative).""",
    "softplus": """Smooth form of the rectified linear unit: x, beta, threshold (see pyact.softplus).""",
    "softplus_backward": """Gradient of softplus for x: grad_output, x, beta, threshold (see pyact.softplus_backward).""",
    "softplus_with_derivative": """Value and derivative of softplus at once: x, beta, threshold (see pyact.softplus_with_derivative).""",
    "squareplus": """Algebraic form of softplus: x, b (see pyact.squareplus).""",
    "squareplus_backward": """Gradient of squareplus for x: grad_output, x, b (see pyact.squareplus_backward).""",
    "squareplus_with_derivative": """Value and derivative of squareplus at once: x, b (see pyact.squareplus_with_derivative).""",
    "nlrelu": """Natural logarithm of the rectified linear unit plus one: x, beta (see pyact.nlrelu).""",
    "nlrelu_backward": """Gradient of nlrelu for x: grad_output, x, beta (see pyact.nlrelu_backward).""",
    "nlrelu_with_derivative": """Value and derivative of nlrelu at once: x, beta (see pyact.nlrelu_with_derivative).""",
    "symlog": """Logarithm of one plus the magnitude, with the sign of x.

    sign(x) * log(abs(x) + 1)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.787 ULP over all inputs, float64 0.562 ULP.

Source: https://arxiv.org/abs/2301.04104

Examples
--------
>>> import pyact
>>> pyact.symlog([-2.0, -0.5, 0.5, 2.0])
array([-1.09861229, -0.40546511,  0.40546511,  1.09861229])""",
    "symlog_backward": """Gradient of symlog: grad_output times the derivative.

    1 / (1 + abs(x))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.49 ULP.

Source: https://arxiv.org/abs/2301.04104

Examples
--------
>>> import pyact
>>> pyact.symlog_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.33333333, 0.66666667, 0.66666667, 0.33333333])""",
    "symlog_with_derivative": """Value and derivative of symlog at once: x (see pyact.symlog_with_derivative).""",
    "silu": """Sigmoid linear unit.

    x / (1 + exp(-x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.951 ULP over all inputs, float64 0.741 ULP.

The function of torch.nn.SiLU.

Source: https://arxiv.org/abs/1702.03118

Examples
--------
>>> import pyact
>>> pyact.silu([-2.0, -0.5, 0.5, 2.0])
array([-0.23840584, -0.18877033,  0.31122967,  1.76159416])""",
    "silu_backward": """Gradient of silu: grad_output times the derivative.

    y = max(min(x, 1000), -1000)
    sigmoid(y) * (1 + y * sigmoid(-y))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.817 ULP over all inputs, float64 1.47 ULP.

The function of torch.nn.SiLU.

Source: https://arxiv.org/abs/1702.03118

Examples
--------
>>> import pyact
>>> pyact.silu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.09078425,  0.26003881,  0.73996119,  1.09078425])""",
    "silu_with_derivative": """Value and derivative of silu at once: x (see pyact.silu_with_derivative).""",
    "swish": """Sigmoid linear unit with a learned sharpness: x, beta (see pyact.swish).""",
    "swish_backward": """Gradient of swish for x: grad_output, x, beta (see pyact.swish_backward).""",
    "swish_backward_beta": """Gradient of swish for beta: grad_output, x, beta (see pyact.swish_backward).""",
    "swish_gradients": """Gradients of swish for x and beta at once: grad_output, x, beta (see pyact.swish_gradients).""",
    "swish_with_derivative": """Value and derivative of swish at once: x, beta (see pyact.swish_with_derivative).""",
    "quick_gelu": """Sigmoid approximation of gelu.

    x / (1 + exp(-1.702 * x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.694 ULP over all inputs, float64 0.73 ULP.

Source: https://arxiv.org/abs/1606.08415

Examples
--------
>>> import pyact
>>> pyact.quick_gelu([-2.0, -0.5, 0.5, 2.0])
array([-0.06434138, -0.14961156,  0.35038844,  1.93565862])""",
    "quick_gelu_backward": """Gradient of quick_gelu: grad_output times the derivative.

    silu.derivative(1.702 * x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.967 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/1606.08415

Examples
--------
>>> import pyact
>>> pyact.quick_gelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.07381535,  0.12077809,  0.87922191,  1.07381535])""",
    "quick_gelu_with_derivative": """Value and derivative of quick_gelu at once: x (see pyact.quick_gelu_with_derivative).""",
    "gelu": """Gaussian error linear unit.

    x * (1 + erf(x / sqrt(2))) / 2

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 1 ULP over all inputs, float64 1.38 ULP.

The function of torch.nn.GELU.

Source: https://arxiv.org/abs/1606.08415

Examples
--------
>>> import pyact
>>> pyact.gelu([-2.0, -0.5, 0.5, 2.0])
array([-0.04550026, -0.15426877,  0.34573123,  1.95449974])""",
    "gelu_backward": """Gradient of gelu: grad_output times the derivative.

    y = max(min(x, 50), -50)
    density = exp(-y * y / 2) / sqrt(2 * pi)
    -(-y * density - erfc(-sqrt(1 / 2) * y) / 2)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.923 ULP over all inputs, float64 1.15 ULP.

The function of torch.nn.GELU.

Source: https://arxiv.org/abs/1606.08415

Examples
--------
>>> import pyact
>>> pyact.gelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.0852318 ,  0.13250488,  0.86749512,  1.0852318 ])""",
    "gelu_with_derivative": """Value and derivative of gelu at once: x (see pyact.gelu_with_derivative).""",
    "gelu_tanh": """Approximation of gelu with tanh.

    x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.947 ULP over all inputs, float64 1.51 ULP.

Source: https://arxiv.org/abs/1606.08415

Examples
--------
>>> import pyact
>>> pyact.gelu_tanh([-2.0, -0.5, 0.5, 2.0])
array([-0.04540231, -0.15428599,  0.34571401,  1.95459769])""",
    "gelu_tanh_backward": """Gradient of gelu_tanh: grad_output times the derivative.

    y = max(min(x, 50), -50)
    u = sqrt(8 / pi) * y * (1 + 0.044715 * y * y)
    sigmoid(u) * (1 + sqrt(8 / pi) * y * (1 + 0.134145 * y * y) * sigmoid(-u))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.887 ULP over all inputs, float64 1.04 ULP.

Source: https://arxiv.org/abs/1606.08415

Examples
--------
>>> import pyact
>>> pyact.gelu_tanh_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.08609926,  0.1326301 ,  0.8673699 ,  1.08609926])""",
    "gelu_tanh_with_derivative": """Value and derivative of gelu_tanh at once: x (see pyact.gelu_tanh_with_derivative).""",
    "mish": """Identity times the hyperbolic tangent of softplus.

    x * tanh(log(1 + exp(x)))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.758 ULP over all inputs, float64 0.8 ULP.

The function of torch.nn.Mish.

Source: https://arxiv.org/abs/1908.08681

Examples
--------
>>> import pyact
>>> pyact.mish([-2.0, -0.5, 0.5, 2.0])
array([-0.25250148, -0.22074377,  0.37524521,  1.94395896])""",
    "mish_backward": """Gradient of mish: grad_output times the derivative.

    y = max(min(x, 40), -1000)
    ex = exp(y)
    n = ex * (ex + 2)
    ex * ((ex + 2) * (n + 2) + 4 * y * (ex + 1)) / ((n + 2) * (n + 2))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.6, 0.0 -> 0.6, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.871 ULP over all inputs, float64 0.812 ULP.

The function of torch.nn.Mish.

Source: https://arxiv.org/abs/1908.08681

Examples
--------
>>> import pyact
>>> pyact.mish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.10835509,  0.28951068,  0.88642438,  1.06931793])""",
    "mish_with_derivative": """Value and derivative of mish at once: x (see pyact.mish_with_derivative).""",
    "serf": """Identity times the error function of softplus.

    x * erf(log(1 + exp(x)))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.937 ULP over all inputs, float64 0.832 ULP.

Source: https://arxiv.org/abs/2108.09598

Examples
--------
>>> import pyact
>>> pyact.serf([-2.0, -0.5, 0.5, 2.0])
array([-0.28491497, -0.24871327,  0.41582931,  1.99473933])""",
    "serf_backward": """Gradient of serf: grad_output times the derivative.

    y = max(min(x, 20), -1000)
    s = softplus(y)
    -(-y * sigmoid(y) * (2 / sqrt(pi) * exp(-s * s)) - erf(s))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.67304129, 0.0 -> 0.67304129,
inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.842 ULP over all inputs, float64 0.75 ULP.

Source: https://arxiv.org/abs/2108.09598

Examples
--------
>>> import pyact
>>> pyact.serf_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.12225545,  0.32729629,  0.96763584,  1.0189317 ])""",
    "serf_with_derivative": """Value and derivative of serf at once: x (see pyact.serf_with_derivative).""",
    "tanhexp": """Identity times the hyperbolic tangent of the exponential.

    x * tanh(exp(x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 1 ULP over all inputs, float64 0.912 ULP.

Source: https://arxiv.org/abs/2003.09855

Examples
--------
>>> import pyact
>>> pyact.tanhexp([-2.0, -0.5, 0.5, 2.0])
array([-0.26903008, -0.27084017,  0.46434097,  1.99999847])""",
    "tanhexp_backward": """Gradient of tanhexp: grad_output times the derivative.

    y = max(min(x, 4), -1000)
    ex = exp(y)
    -(-y * ex * (4 * sigmoid(2 * ex) * sigmoid(-2 * ex)) - tanh(ex))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.761594156, 0.0 -> 0.761594156,
inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.856 ULP over all inputs, float64 1.24 ULP.

Source: https://arxiv.org/abs/2003.09855

Examples
--------
>>> import pyact
>>> pyact.tanhexp_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.13125793,  0.32739838,  1.04207262,  1.00002181])""",
    "tanhexp_with_derivative": """Value and derivative of tanhexp at once: x (see pyact.tanhexp_with_derivative).""",
    "logish": """Identity times the logarithm of one plus the logistic function.

    x * log(1 + 1 / (1 + exp(-x)))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.67 ULP over all inputs, float64 0.782 ULP.

Source: https://doi.org/10.1016/j.neucom.2021.06.067

Examples
--------
>>> import pyact
>>> pyact.logish([-2.0, -0.5, 0.5, 2.0])
array([-0.22523351, -0.16014989,  0.24197155,  1.26339133])""",
    "logish_backward": """Gradient of logish: grad_output times the derivative.

    y = max(min(x, 1000), -1000)
    s = sigmoid(y)
    -(-y * s * sigmoid(-y) / (1 + s) - log1p(s))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.405465108, 0.0 -> 0.405465108,
inf -> 0.693147181.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.957 ULP over all inputs, float64 0.711 ULP.

Source: https://doi.org/10.1016/j.neucom.2021.06.067

Examples
--------
>>> import pyact
>>> pyact.logish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.07500532,  0.2350015 ,  0.55636517,  0.74334363])""",
    "logish_with_derivative": """Value and derivative of logish at once: x (see pyact.logish_with_derivative).""",
    "smish": """Identity times the hyperbolic tangent of the logarithm of one plus the logistic function.

    x * tanh(log(1 + 1 / (1 + exp(-x))))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.67 ULP over all inputs, float64 0.923 ULP.

Source: https://www.mdpi.com/2079-9292/11/4/540

Examples
--------
>>> import pyact
>>> pyact.smish([-2.0, -0.5, 0.5, 2.0])
array([-0.22428614, -0.15488898,  0.22469797,  1.11843742])""",
    "smish_backward": """Gradient of smish: grad_output times the derivative.

    y = max(min(x, 1000), -1000)
    s = sigmoid(y)
    n = s * (s + 2)
    s * ((s + 2) * (n + 2) + 4 * y * (1 + s) * sigmoid(-y)) / ((n + 2) * (n + 2))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 0.384615385, 0.0 -> 0.384615385,
inf -> 0.6.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.913 ULP over all inputs, float64 0.923 ULP.

Source: https://www.mdpi.com/2079-9292/11/4/540

Examples
--------
>>> import pyact
>>> pyact.smish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.07311945,  0.23266511,  0.50719189,  0.6359515 ])""",
    "smish_with_derivative": """Value and derivative of smish at once: x (see pyact.smish_with_derivative).""",
    "phish": """Identity times the hyperbolic tangent of gelu.

    x * tanh(x * (1 + erf(x / sqrt(2))) / 2)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.1 ULP.

Source: https://doi.org/10.36227/techrxiv.17283824

Examples
--------
>>> import pyact
>>> pyact.phish([-2.0, -0.5, 0.5, 2.0])
array([0.09093778, 0.07652825, 0.16629218, 1.9213358 ])""",
    "phish_backward": """Gradient of phish: grad_output times the derivative.

    y = max(min(x, 50), -50)
    p = erfc(-sqrt(1 / 2) * y) / 2
    density = exp(-y * y / 2) / sqrt(2 * pi)
    g = y * p
    tanh(g) - y * (-y * density - p) * (4 * sigmoid(2 * g) * sigmoid(-2 * g))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.916 ULP over all inputs, float64 1 ULP.

Source: https://doi.org/10.36227/techrxiv.17283824

Examples
--------
>>> import pyact
>>> pyact.phish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([ 0.12464229, -0.21775689,  0.71835408,  1.12804795])""",
    "phish_with_derivative": """Value and derivative of phish at once: x (see pyact.phish_with_derivative).""",
    "colu": """Collapsing linear unit.

    x / (1 - x * exp(-(x + exp(x))))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.691 ULP over all inputs, float64 0.715 ULP.

Source: https://arxiv.org/abs/2112.12078

Examples
--------
>>> import pyact
>>> pyact.colu([-2.0, -0.5, 0.5, 2.0])
array([-0.14380685, -0.34495278,  0.53096402,  2.00033459])""",
    "colu_backward": """Gradient of colu: grad_output times the derivative.

    y = max(min(x, 5), -1000)
    ex = exp(y)
    p = exp(-ex)
    d = ex - y * p
    ex * (ex - y * y * p * (1 + ex)) / (d * d)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.944 ULP over all inputs, float64 1.06 ULP.

Source: https://arxiv.org/abs/2112.12078

Examples
--------
>>> import pyact
>>> pyact.colu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.14635929,  0.30412241,  1.04059707,  0.99752723])""",
    "colu_with_derivative": """Value and derivative of colu at once: x (see pyact.colu_with_derivative).""",
    "lisht": """Identity times the hyperbolic tangent.

    x * tanh(x)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> inf, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.644 ULP over all inputs, float64 0.841 ULP.

Source: https://arxiv.org/abs/1901.05894

Examples
--------
>>> import pyact
>>> pyact.lisht([-2.0, -0.5, 0.5, 2.0])
array([1.92805516, 0.23105858, 0.23105858, 1.92805516])""",
    "lisht_backward": """Gradient of lisht: grad_output times the derivative.

    y = max(min(x, 1000), -1000)
    tanh(y) + y * (4 * sigmoid(2 * y) * sigmoid(-2 * y))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> -1.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.973 ULP over all inputs, float64 0.622 ULP.

Source: https://arxiv.org/abs/1901.05894

Examples
--------
>>> import pyact
>>> pyact.lisht_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-1.10532923, -0.85534102,  0.85534102,  1.10532923])""",
    "lisht_with_derivative": """Value and derivative of lisht at once: x (see pyact.lisht_with_derivative).""",
    "tanhshrink": """Identity less the hyperbolic tangent.

    x - tanh(x)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.85 ULP over all inputs, float64 1.42 ULP.

The function of torch.nn.Tanhshrink.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html

Examples
--------
>>> import pyact
>>> pyact.tanhshrink([-2.0, -0.5, 0.5, 2.0])
array([-1.03597242, -0.03788284,  0.03788284,  1.03597242])""",
    "tanhshrink_backward": """Gradient of tanhshrink: grad_output times the derivative.

    tanh(x)**2

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 1.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.693 ULP over all inputs, float64 1.28 ULP.

The function of torch.nn.Tanhshrink.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html

Examples
--------
>>> import pyact
>>> pyact.tanhshrink_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.92934918, 0.21355227, 0.21355227, 0.92934918])""",
    "tanhshrink_with_derivative": """Value and derivative of tanhshrink at once: x (see pyact.tanhshrink_with_derivative).""",
    "softsign": """Identity divided by one plus the magnitude.

    x / (1 + abs(x))

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -1.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.874 ULP over all inputs, float64 1.46 ULP.

The function of torch.nn.Softsign.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softsign.html

Examples
--------
>>> import pyact
>>> pyact.softsign([-2.0, -0.5, 0.5, 2.0])
array([-0.66666667, -0.33333333,  0.33333333,  0.66666667])""",
    "softsign_backward": """Gradient of softsign: grad_output times the derivative.

    (1 / (1 + abs(x)))**2

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 1 ULP over all inputs, float64 1.48 ULP.

The function of torch.nn.Softsign.

Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softsign.html

Examples
--------
>>> import pyact
>>> pyact.softsign_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.11111111, 0.44444444, 0.44444444, 0.11111111])""",
    "softsign_with_derivative": """Value and derivative of softsign at once: x (see pyact.softsign_with_derivative).""",
    "elliott": """Elliott's sigmoid: softsign moved to go from 0 to 1.

    x / (2 * (1 + abs(x))) + 1 / 2

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 1.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.49 ULP.

Source: https://drum.lib.umd.edu/handle/1903/5355

Examples
--------
>>> import pyact
>>> pyact.elliott([-2.0, -0.5, 0.5, 2.0])
array([0.16666667, 0.33333333, 0.66666667, 0.83333333])""",
    "elliott_backward": """Gradient of elliott: grad_output times the derivative.

    (1 / (1 + abs(x)))**2 / 2

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.5, 0.0 -> 0.5, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.877 ULP.

Source: https://drum.lib.umd.edu/handle/1903/5355

Examples
--------
>>> import pyact
>>> pyact.elliott_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.05555556, 0.22222222, 0.22222222, 0.05555556])""",
    "elliott_with_derivative": """Value and derivative of elliott at once: x (see pyact.elliott_with_derivative).""",
    "isru": """Inverse square root unit: x, alpha (see pyact.isru).""",
    "isru_backward": """Gradient of isru for x: grad_output, x, alpha (see pyact.isru_backward).""",
    "isru_with_derivative": """Value and derivative of isru at once: x, alpha (see pyact.isru_with_derivative).""",
    "isrlu": """Inverse square root linear unit: x, alpha (see pyact.isrlu).""",
    "isrlu_backward": """Gradient of isrlu for x: grad_output, x, alpha (see pyact.isrlu_backward).""",
    "isrlu_with_derivative": """Value and derivative of isrlu at once: x, alpha (see pyact.isrlu_with_derivative).""",
    "bent_identity": """Hyperbola with slope 1/2 on the left and 3/2 on the right.

    (sqrt(x**2 + 1) - 1) / 2 + x

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.bent_identity([-2.0, -0.5, 0.5, 2.0])
array([-1.38196601, -0.44098301,  0.55901699,  2.61803399])""",
    "bent_identity_backward": """Gradient of bent_identity: grad_output times the derivative.

    y = max(min(x, 1), -1)
    t = 1 / max(abs(x), 1)
    1 + y / (2 * sqrt(t * t + y * y))

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.5, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 1.5.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 1.45 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.bent_identity_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.5527864, 0.7763932, 1.2236068, 1.4472136])""",
    "bent_identity_with_derivative": """Value and derivative of bent_identity at once: x (see pyact.bent_identity_with_derivative).""",
    "arctan": """Inverse tangent, from -pi/2 to pi/2.

    atan(x)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> -1.57079633, -0.0 -> -0.0, 0.0 -> 0.0, inf -> 1.57079633.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.836 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.arctan([-2.0, -0.5, 0.5, 2.0])
array([-1.10714872, -0.46364761,  0.46364761,  1.10714872])""",
    "arctan_backward": """Gradient of arctan: grad_output times the derivative.

    y = max(min(x, 1), -1)
    t = 1 / max(abs(x), 1)
    t * t / (t * t + y * y)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.754 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.arctan_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([0.2, 0.8, 0.8, 0.2])""",
    "arctan_with_derivative": """Value and derivative of arctan at once: x (see pyact.arctan_with_derivative).""",
    "gaussian": """Bell curve.

    exp(-x**2)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> 0.0, -0.0 -> 1.0, 0.0 -> 1.0, inf -> 0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.798 ULP over all inputs, float64 0.74 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.gaussian([-2.0, -0.5, 0.5, 2.0])
array([0.01831564, 0.77880078, 0.77880078, 0.01831564])""",
    "gaussian_backward": """Gradient of gaussian: grad_output times the derivative.

    y = max(min(x, 50), -50)
    -2 * y * exp(-y * y)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> -0.0, inf -> -0.0.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.5 ULP over all inputs, float64 0.742 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.gaussian_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([ 0.07326256,  0.77880078, -0.77880078, -0.07326256])""",
    "gaussian_with_derivative": """Value and derivative of gaussian at once: x (see pyact.gaussian_with_derivative).""",
    "sinusoid": """Sine.

    sin(x)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> nan, -0.0 -> -0.0, 0.0 -> 0.0, inf -> nan.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.61 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2006.09661

Examples
--------
>>> import pyact
>>> pyact.sinusoid([-2.0, -0.5, 0.5, 2.0])
array([-0.90929743, -0.47942554,  0.47942554,  0.90929743])""",
    "sinusoid_backward": """Gradient of sinusoid: grad_output times the derivative.

    cos(x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> nan, -0.0 -> 1.0, 0.0 -> 1.0, inf -> nan.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.593 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2006.09661

Examples
--------
>>> import pyact
>>> pyact.sinusoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([-0.41614684,  0.87758256,  0.87758256, -0.41614684])""",
    "sinusoid_with_derivative": """Value and derivative of sinusoid at once: x (see pyact.sinusoid_with_derivative).""",
    "cosine": """Cosine.

    cos(x)

Parameters
----------
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the result is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
    them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values: -inf -> nan, -0.0 -> 1.0, 0.0 -> 1.0, inf -> nan.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.593 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.cosine([-2.0, -0.5, 0.5, 2.0])
array([-0.41614684,  0.87758256,  0.87758256, -0.41614684])""",
    "cosine_backward": """Gradient of cosine: grad_output times the derivative.

    -sin(x)

Parameters
----------
grad_output : array_like
    Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
x : array_like
    Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
    promotes them.
out : ndarray, optional
    Where the gradient is written; it may be an input.
where : array_like of bool, default True
    Where to compute; elsewhere `out` is left as it is.
**ufunc_keywords
    casting, order, dtype, subok: as for any NumPy ufunc.

Returns
-------
ndarray, or a scalar if that has no axes
    The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
    (integers: the float that holds them).

Raises
------
TypeError
    An input is complex, object or text, or `out` has a dtype that the result does not cast to.
ValueError
    The shapes do not broadcast, or `out` has another shape or is read-only.

Notes
-----
Special values of the derivative: -inf -> nan, -0.0 -> 0.0, 0.0 -> -0.0, inf -> nan.

NaN gives NaN.

Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
float32 0.61 ULP over all inputs, float64 0.5 ULP.

Source: https://arxiv.org/abs/2402.09092

Examples
--------
>>> import pyact
>>> pyact.cosine_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
array([ 0.90929743,  0.47942554, -0.47942554, -0.90929743])""",
    "cosine_with_derivative": """Value and derivative of cosine at once: x (see pyact.cosine_with_derivative).""",
    "snake": """Identity plus a squared sine of learned frequency: x, alpha (see pyact.snake).""",
    "snake_backward": """Gradient of snake for x: grad_output, x, alpha (see pyact.snake_backward).""",
    "snake_backward_alpha": """Gradient of snake for alpha: grad_output, x, alpha (see pyact.snake_backward).""",
    "snake_gradients": """Gradients of snake for x and alpha at once: grad_output, x, alpha (see pyact.snake_gradients).""",
    "snake_with_derivative": """Value and derivative of snake at once: x, alpha (see pyact.snake_with_derivative).""",
    "glu": """Gated linear unit: a times the sigmoid of b: a, b (see pyact.glu).""",
    "glu_backward_a": """Gradient of glu for a: grad_output, a, b (see pyact.glu_backward).""",
    "glu_backward_b": """Gradient of glu for b: grad_output, a, b (see pyact.glu_backward).""",
    "glu_backward": """Gradients of glu for a and b at once: grad_output, a, b (see pyact.glu_backward).""",
    "bilinear": """Gated linear unit without a nonlinearity: a times b: a, b (see pyact.bilinear).""",
    "bilinear_backward_a": """Gradient of bilinear for a: grad_output, a, b (see pyact.bilinear_backward).""",
    "bilinear_backward_b": """Gradient of bilinear for b: grad_output, a, b (see pyact.bilinear_backward).""",
    "bilinear_backward": """Gradients of bilinear for a and b at once: grad_output, a, b (see pyact.bilinear_backward).""",
    "reglu": """Gated linear unit with relu: relu of a times b: a, b (see pyact.reglu).""",
    "reglu_backward_a": """Gradient of reglu for a: grad_output, a, b (see pyact.reglu_backward).""",
    "reglu_backward_b": """Gradient of reglu for b: grad_output, a, b (see pyact.reglu_backward).""",
    "reglu_backward": """Gradients of reglu for a and b at once: grad_output, a, b (see pyact.reglu_backward).""",
    "geglu": """Gated linear unit with gelu: gelu of a times b: a, b (see pyact.geglu).""",
    "geglu_backward_a": """Gradient of geglu for a: grad_output, a, b (see pyact.geglu_backward).""",
    "geglu_backward_b": """Gradient of geglu for b: grad_output, a, b (see pyact.geglu_backward).""",
    "geglu_backward": """Gradients of geglu for a and b at once: grad_output, a, b (see pyact.geglu_backward).""",
    "swiglu": """Gated linear unit with silu: silu of a times b: a, b (see pyact.swiglu).""",
    "swiglu_backward_a": """Gradient of swiglu for a: grad_output, a, b (see pyact.swiglu_backward).""",
    "swiglu_backward_b": """Gradient of swiglu for b: grad_output, a, b (see pyact.swiglu_backward).""",
    "swiglu_backward": """Gradients of swiglu for a and b at once: grad_output, a, b (see pyact.swiglu_backward).""",
    "gtu": """Gated tanh unit: the hyperbolic tangent of a times the sigmoid of b: a, b (see pyact.gtu).""",
    "gtu_backward_a": """Gradient of gtu for a: grad_output, a, b (see pyact.gtu_backward).""",
    "gtu_backward_b": """Gradient of gtu for b: grad_output, a, b (see pyact.gtu_backward).""",
    "gtu_backward": """Gradients of gtu for a and b at once: grad_output, a, b (see pyact.gtu_backward).""",
    "softmax": """Exponentials of a row divided by their sum: x (see pyact.softmax).""",
    "softmax_backward": """Gradient of softmax for x: grad_output, x (see pyact.softmax_backward).""",
    "softmax_backward_from_output": """Gradient of softmax from its result: grad_output, y (see pyact.softmax_backward_from_output).""",
    "log_softmax": """Logarithm of softmax: x (see pyact.log_softmax).""",
    "log_softmax_backward": """Gradient of log_softmax for x: grad_output, x (see pyact.log_softmax_backward).""",
    "log_softmax_backward_from_output": """Gradient of log_softmax from its result: grad_output, y (see pyact.log_softmax_backward_from_output).""",
    "softmin": """Softmax of the negative row: x (see pyact.softmin).""",
    "softmin_backward": """Gradient of softmin for x: grad_output, x (see pyact.softmin_backward).""",
    "softmin_backward_from_output": """Gradient of softmin from its result: grad_output, y (see pyact.softmin_backward_from_output).""",
    "hardmax": """One at the first maximum of a row, zero elsewhere: x (see pyact.hardmax).""",
    "hardmax_backward": """Gradient of hardmax for x: grad_output, x (see pyact.hardmax_backward).""",
    "softmax_one": """Softmax with a one added to the sum, so that a row may be nearly zero everywhere: x (see pyact.softmax_one).""",
    "softmax_one_backward": """Gradient of softmax_one for x: grad_output, x (see pyact.softmax_one_backward).""",
    "sparsemax": """Projection of a row onto the simplex: many results are exactly zero: x (see pyact.sparsemax).""",
    "sparsemax_backward": """Gradient of sparsemax for x: grad_output, x (see pyact.sparsemax_backward).""",
    "logsumexp": """Logarithm of the sum of the exponentials of a row: x (see pyact.logsumexp).""",
    "logsumexp_backward": """Gradient of logsumexp for x: grad_output, x (see pyact.logsumexp_backward).""",
}
UFUNCS: Mapping[str, np.ufunc] = _native_ufuncs.build(ffi, lib, _DOCS)
_direct = _native_ufuncs.direct_calls(ffi, lib)


linear: np.ufunc = UFUNCS["linear"]
linear_backward: np.ufunc = UFUNCS["linear_backward"]
_linear_with_derivative = UFUNCS["linear_with_derivative"]


@_direct(_linear_with_derivative)
def linear_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of linear, in one pass over memory.

        x

    and

        1

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `linear` and, with a grad_output of 1, `linear_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.linear_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-2. , -0.5,  0.5,  2. ])
    >>> slope
    array([1., 1., 1., 1.])
    """
    return _linear_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


relu: np.ufunc = UFUNCS["relu"]
relu_backward: np.ufunc = UFUNCS["relu_backward"]
_relu_with_derivative = UFUNCS["relu_with_derivative"]


@_direct(_relu_with_derivative)
def relu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of relu, in one pass over memory.

        max(x, 0)

    and

        where(x > 0, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `relu` and, with a grad_output of 1, `relu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.relu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0. , 0. , 0.5, 2. ])
    >>> slope
    array([0., 0., 1., 1.])
    """
    return _relu_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_leaky_relu = UFUNCS["leaky_relu"]
_leaky_relu_backward = UFUNCS["leaky_relu_backward"]
_leaky_relu_with_derivative = UFUNCS["leaky_relu_with_derivative"]


@_direct(_leaky_relu)
def leaky_relu(
    x: ArrayLike,
    negative_slope: ArrayLike = 0.01,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Rectified linear unit with a small slope for negative inputs.

        where(x >= 0, x, negative_slope * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    negative_slope : float or array_like, default 0.01
        Slope for x < 0. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values with the default parameters: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.959 ULP, float64 0.5 ULP.

    The function of torch.nn.LeakyReLU.

    Source: https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf

    Examples
    --------
    >>> import pyact
    >>> pyact.leaky_relu([-2.0, -0.5, 0.5, 2.0])
    array([-0.02 , -0.005,  0.5  ,  2.   ])
    """
    return _leaky_relu(x, negative_slope, out, where=where, **ufunc_keywords)


@_direct(_leaky_relu_backward)
def leaky_relu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    negative_slope: ArrayLike = 0.01,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of leaky_relu: grad_output times the derivative.

        where(x > 0, 1, negative_slope)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    negative_slope : float or array_like, default 0.01
        Slope for x < 0. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> negative_slope,
    -0.0 -> negative_slope, 0.0 -> negative_slope, inf -> 1.0.

    The derivative jumps with the default parameters at
    x = 0.0, where it is 0.01 (left 0.01, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.29 ULP, float64 0 ULP.

    The function of torch.nn.LeakyReLU.

    Source: https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf

    Examples
    --------
    >>> import pyact
    >>> pyact.leaky_relu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.01, 0.01, 1.  , 1.  ])
    """
    return _leaky_relu_backward(grad_output, x, negative_slope, out, where=where, **ufunc_keywords)


@_direct(_leaky_relu_with_derivative)
def leaky_relu_with_derivative(
    x: ArrayLike,
    negative_slope: ArrayLike = 0.01,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of leaky_relu, in one pass over memory.

        where(x >= 0, x, negative_slope * x)

    and

        where(x > 0, 1, negative_slope)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    negative_slope : float or array_like, default 0.01
        Slope for x < 0. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `leaky_relu` and, with a grad_output of 1, `leaky_relu_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.leaky_relu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.02 , -0.005,  0.5  ,  2.   ])
    >>> slope
    array([0.01, 0.01, 1.  , 1.  ])
    """
    return _leaky_relu_with_derivative(x, negative_slope, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_prelu = UFUNCS["prelu"]
_prelu_backward = UFUNCS["prelu_backward"]
_prelu_backward_weight = UFUNCS["prelu_backward_weight"]
_prelu_gradients = UFUNCS["prelu_gradients"]
_prelu_with_derivative = UFUNCS["prelu_with_derivative"]


@_direct(_prelu, only_direct=True)
def prelu(
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Rectified linear unit with a learned slope for negative inputs.

        where(x >= 0, x, weight * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    weight : float or array_like, default 0.25
        Slope for x < 0. One value, or one per channel (axis 1 of `x`) as a 1-D array; an array of more
        axes broadcasts.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        A 1-D weight has neither length 1 nor one entry per channel, the shapes do not broadcast, or
        `out` has another shape or is read-only.

    Notes
    -----
    Special values with the default parameters: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.575 ULP, float64 0.5 ULP.

    The function of torch.nn.PReLU.

    Source: https://arxiv.org/abs/1502.01852

    Examples
    --------
    >>> import pyact
    >>> pyact.prelu([-2.0, -0.5, 0.5, 2.0])
    array([-0.5  , -0.125,  0.5  ,  2.   ])
    """
    weight = _composed.channel_weight(x, weight)
    return _prelu(x, weight, out, where=where, **ufunc_keywords)


@_direct(_prelu_backward, only_direct=True)
def prelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of prelu: grad_output times the derivative.

        where(x > 0, 1, weight)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    weight : float or array_like, default 0.25
        Slope for x < 0. One value, or one per channel (axis 1 of `x`) as a 1-D array; an array of more
        axes broadcasts.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        A 1-D weight has neither length 1 nor one entry per channel, the shapes do not broadcast, or
        `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> weight, -0.0 -> weight,
    0.0 -> weight, inf -> 1.0.

    The derivative jumps with the default parameters at
    x = 0.0, where it is 0.25 (left 0.25, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.0592 ULP, float64 0 ULP.

    The function of torch.nn.PReLU.

    Source: https://arxiv.org/abs/1502.01852

    Examples
    --------
    >>> import pyact
    >>> pyact.prelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.25, 0.25, 1.  , 1.  ])
    """
    weight = _composed.channel_weight(x, weight)
    return _prelu_backward(grad_output, x, weight, out, where=where, **ufunc_keywords)


@_direct(_prelu_backward_weight, only_direct=True)
def prelu_backward_weight(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of prelu for its parameter weight, element by element: grad_output times the derivative.

        where(x < 0, x, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    weight : float or array_like, default 0.25
        Slope for x < 0. One value, or one per channel (axis 1 of `x`) as a 1-D array; an array of more
        axes broadcasts.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        A 1-D weight has neither length 1 nor one entry per channel, the shapes do not broadcast, or
        `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> -inf, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    The function of torch.nn.PReLU.

    Source: https://arxiv.org/abs/1502.01852

    Examples
    --------
    >>> import pyact
    >>> pyact.prelu_backward_weight(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([-2. , -0.5,  0. ,  0. ])
    """
    weight = _composed.channel_weight(x, weight)
    return _prelu_backward_weight(grad_output, x, weight, out, where=where, **ufunc_keywords)


@_direct(_prelu_gradients, only_direct=True)
def prelu_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradients of prelu for x and for its parameter weight, element by element, in one pass over memory:
    grad_output times the derivatives.

        where(x > 0, 1, weight)

    and

        where(x < 0, x, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    weight : float or array_like, default 0.25
        Slope for x < 0. One value, or one per channel (axis 1 of `x`) as a 1-D array; an array of more
        axes broadcasts.
    out : tuple of two ndarrays or None, optional
        Where both gradients are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    for_x, for_weight : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        A 1-D weight has neither length 1 nor one entry per channel, the shapes do not broadcast, or
        `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `prelu_backward` and `prelu_backward_weight` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> for_x, for_weight = pyact.prelu_gradients(1.0, [-2.0, -0.5, 0.5, 2.0])
    >>> for_x
    array([0.25, 0.25, 1.  , 1.  ])
    >>> for_weight
    array([-2. , -0.5,  0. ,  0. ])
    """
    weight = _composed.channel_weight(x, weight)
    return _prelu_gradients(grad_output, x, weight, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


@_direct(_prelu_with_derivative, only_direct=True)
def prelu_with_derivative(
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of prelu, in one pass over memory.

        where(x >= 0, x, weight * x)

    and

        where(x > 0, 1, weight)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    weight : float or array_like, default 0.25
        Slope for x < 0. One value, or one per channel (axis 1 of `x`) as a 1-D array; an array of more
        axes broadcasts.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        A 1-D weight has neither length 1 nor one entry per channel, the shapes do not broadcast, or
        `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `prelu` and, with a grad_output of 1, `prelu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.prelu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.5  , -0.125,  0.5  ,  2.   ])
    >>> slope
    array([0.25, 0.25, 1.  , 1.  ])
    """
    weight = _composed.channel_weight(x, weight)
    return _prelu_with_derivative(x, weight, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


relu6: np.ufunc = UFUNCS["relu6"]
relu6_backward: np.ufunc = UFUNCS["relu6_backward"]
_relu6_with_derivative = UFUNCS["relu6_with_derivative"]


@_direct(_relu6_with_derivative)
def relu6_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of relu6, in one pass over memory.

        min(max(x, 0), 6)

    and

        where(0 < x < 6, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `relu6` and, with a grad_output of 1, `relu6_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.relu6_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0. , 0. , 0.5, 2. ])
    >>> slope
    array([0., 0., 1., 1.])
    """
    return _relu6_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_hardtanh = UFUNCS["hardtanh"]
_hardtanh_backward = UFUNCS["hardtanh_backward"]
_hardtanh_with_derivative = UFUNCS["hardtanh_with_derivative"]


@_direct(_hardtanh)
def hardtanh(
    x: ArrayLike,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Identity cut off below min_val and above max_val.

        min(max(x, min_val), max_val)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    min_val : float or array_like, default -1.0
        Smallest value. A scalar, or an array that broadcasts against `x`.
    max_val : float or array_like, default 1.0
        Largest value. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for min_val <= max_val; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> min_val, -0.0 -> -0.0, 0.0 -> 0.0,
    inf -> max_val.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.33 ULP, float64 0 ULP.

    The function of torch.nn.Hardtanh.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hardtanh([-2.0, -0.5, 0.5, 2.0])
    array([-1. , -0.5,  0.5,  1. ])
    """
    return _hardtanh(x, min_val, max_val, out, where=where, **ufunc_keywords)


@_direct(_hardtanh_backward)
def hardtanh_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of hardtanh: grad_output times the derivative.

        where(min_val < x and x < max_val, 1, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    min_val : float or array_like, default -1.0
        Smallest value. A scalar, or an array that broadcasts against `x`.
    max_val : float or array_like, default 1.0
        Largest value. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for min_val <= max_val; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 1.0,
    0.0 -> 1.0, inf -> 0.0.

    The derivative jumps with the default parameters at x = -1.0, where it is 0 (left 0, right 1);
    at x = 1.0, where it is 0 (left 1, right 0).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    The function of torch.nn.Hardtanh.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hardtanh_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0., 1., 1., 0.])
    """
    return _hardtanh_backward(grad_output, x, min_val, max_val, out, where=where, **ufunc_keywords)


@_direct(_hardtanh_with_derivative)
def hardtanh_with_derivative(
    x: ArrayLike,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hardtanh, in one pass over memory.

        min(max(x, min_val), max_val)

    and

        where(min_val < x and x < max_val, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    min_val : float or array_like, default -1.0
        Smallest value. A scalar, or an array that broadcasts against `x`.
    max_val : float or array_like, default 1.0
        Largest value. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hardtanh` and, with a grad_output of 1, `hardtanh_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hardtanh_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1. , -0.5,  0.5,  1. ])
    >>> slope
    array([0., 1., 1., 0.])
    """
    return _hardtanh_with_derivative(x, min_val, max_val, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_threshold = UFUNCS["threshold"]
_threshold_backward = UFUNCS["threshold_backward"]
_threshold_with_derivative = UFUNCS["threshold_with_derivative"]


@_direct(_threshold)
def threshold(
    x: ArrayLike,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Identity above the threshold, a constant elsewhere.

        where(x > threshold, x, value)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    threshold : float or array_like, default 0.0
        x must be above it to pass. A scalar, or an array that broadcasts against `x`.
    value : float or array_like, default 0.0
        Result where x does not pass. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    torch.nn.Threshold has no defaults; with the ones here the function is 0 for every x <= 0.

    Special values with the default parameters: -inf -> value, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.435 ULP, float64 0 ULP.

    The function of torch.nn.Threshold.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html

    Examples
    --------
    >>> import pyact
    >>> pyact.threshold([-2.0, -0.5, 0.5, 2.0])
    array([0. , 0. , 0.5, 2. ])
    """
    return _threshold(x, threshold, value, out, where=where, **ufunc_keywords)


@_direct(_threshold_backward)
def threshold_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of threshold: grad_output times the derivative.

        where(x > threshold, 1, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    threshold : float or array_like, default 0.0
        x must be above it to pass. A scalar, or an array that broadcasts against `x`.
    value : float or array_like, default 0.0
        Result where x does not pass. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    torch.nn.Threshold has no defaults; with the ones here the function is 0 for every x <= 0.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 1.0.

    The derivative jumps with the default parameters at x = 0.0, where it is 0 (left 0, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    The function of torch.nn.Threshold.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html

    Examples
    --------
    >>> import pyact
    >>> pyact.threshold_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0., 0., 1., 1.])
    """
    return _threshold_backward(grad_output, x, threshold, value, out, where=where, **ufunc_keywords)


@_direct(_threshold_with_derivative)
def threshold_with_derivative(
    x: ArrayLike,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of threshold, in one pass over memory.

        where(x > threshold, x, value)

    and

        where(x > threshold, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    threshold : float or array_like, default 0.0
        x must be above it to pass. A scalar, or an array that broadcasts against `x`.
    value : float or array_like, default 0.0
        Result where x does not pass. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `threshold` and, with a grad_output of 1, `threshold_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.threshold_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0. , 0. , 0.5, 2. ])
    >>> slope
    array([0., 0., 1., 1.])
    """
    return _threshold_with_derivative(x, threshold, value, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_thresholded_relu = UFUNCS["thresholded_relu"]
_thresholded_relu_backward = UFUNCS["thresholded_relu_backward"]
_thresholded_relu_with_derivative = UFUNCS["thresholded_relu_with_derivative"]


@_direct(_thresholded_relu)
def thresholded_relu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Identity above alpha, zero elsewhere.

        where(x > alpha, x, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        x must be above it to pass. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values with the default parameters: -inf -> 0.0, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    Source: https://arxiv.org/abs/1402.3337

    Examples
    --------
    >>> import pyact
    >>> pyact.thresholded_relu([-2.0, -0.5, 0.5, 2.0])
    array([0., 0., 0., 2.])
    """
    return _thresholded_relu(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_thresholded_relu_backward)
def thresholded_relu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of thresholded_relu: grad_output times the derivative.

        where(x > alpha, 1, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        x must be above it to pass. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 1.0.

    The derivative jumps with the default parameters at x = 1.0, where it is 0 (left 0, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    Source: https://arxiv.org/abs/1402.3337

    Examples
    --------
    >>> import pyact
    >>> pyact.thresholded_relu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0., 0., 0., 1.])
    """
    return _thresholded_relu_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_thresholded_relu_with_derivative)
def thresholded_relu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of thresholded_relu, in one pass over memory.

        where(x > alpha, x, 0)

    and

        where(x > alpha, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        x must be above it to pass. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `thresholded_relu` and, with a grad_output of 1,
    `thresholded_relu_backward` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.thresholded_relu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0., 0., 0., 2.])
    >>> slope
    array([0., 0., 0., 1.])
    """
    return _thresholded_relu_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_softshrink = UFUNCS["softshrink"]
_softshrink_backward = UFUNCS["softshrink_backward"]
_softshrink_with_derivative = UFUNCS["softshrink_with_derivative"]


@_direct(_softshrink)
def softshrink(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Zero around the origin, moved towards it by lambd elsewhere.

        where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd >= 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -inf, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    The function of torch.nn.Softshrink.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softshrink([-2.0, -0.5, 0.5, 2.0])
    array([-1.5,  0. ,  0. ,  1.5])
    """
    return _softshrink(x, lambd, out, where=where, **ufunc_keywords)


@_direct(_softshrink_backward)
def softshrink_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of softshrink: grad_output times the derivative.

        where(abs(x) > lambd, 1, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd >= 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 1.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 1.0.

    The derivative jumps with the default parameters at x = -0.5, where it is 0 (left 1, right 0);
    at x = 0.5, where it is 0 (left 0, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    The function of torch.nn.Softshrink.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softshrink_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([1., 0., 0., 1.])
    """
    return _softshrink_backward(grad_output, x, lambd, out, where=where, **ufunc_keywords)


@_direct(_softshrink_with_derivative)
def softshrink_with_derivative(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of softshrink, in one pass over memory.

        where(x > lambd, x - lambd, where(x < -lambd, x + lambd, 0))

    and

        where(abs(x) > lambd, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `softshrink` and, with a grad_output of 1, `softshrink_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.softshrink_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.5,  0. ,  0. ,  1.5])
    >>> slope
    array([1., 0., 0., 1.])
    """
    return _softshrink_with_derivative(x, lambd, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_hardshrink = UFUNCS["hardshrink"]
_hardshrink_backward = UFUNCS["hardshrink_backward"]
_hardshrink_with_derivative = UFUNCS["hardshrink_with_derivative"]


@_direct(_hardshrink)
def hardshrink(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Zero around the origin, the identity elsewhere.

        where(abs(x) > lambd, x, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd >= 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -inf, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    The function of torch.nn.Hardshrink.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hardshrink([-2.0, -0.5, 0.5, 2.0])
    array([-2.,  0.,  0.,  2.])
    """
    return _hardshrink(x, lambd, out, where=where, **ufunc_keywords)


@_direct(_hardshrink_backward)
def hardshrink_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of hardshrink: grad_output times the derivative.

        where(abs(x) > lambd, 1, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd >= 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 1.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 1.0.

    The derivative jumps with the default parameters at x = -0.5, where it is 0 (left 1, right 0);
    at x = 0.5, where it is 0 (left 0, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    The function of torch.nn.Hardshrink.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hardshrink_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([1., 0., 0., 1.])
    """
    return _hardshrink_backward(grad_output, x, lambd, out, where=where, **ufunc_keywords)


@_direct(_hardshrink_with_derivative)
def hardshrink_with_derivative(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hardshrink, in one pass over memory.

        where(abs(x) > lambd, x, 0)

    and

        where(abs(x) > lambd, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hardshrink` and, with a grad_output of 1, `hardshrink_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hardshrink_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-2.,  0.,  0.,  2.])
    >>> slope
    array([1., 0., 0., 1.])
    """
    return _hardshrink_with_derivative(x, lambd, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_shrink = UFUNCS["shrink"]
_shrink_backward = UFUNCS["shrink_backward"]
_shrink_with_derivative = UFUNCS["shrink_with_derivative"]


@_direct(_shrink)
def shrink(
    x: ArrayLike,
    bias: ArrayLike = 0.0,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Zero around the origin, moved towards it by bias elsewhere.

        where(x < -lambd, x + bias, where(x > lambd, x - bias, 0))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    bias : float or array_like, default 0.0
        How far values move towards zero. A scalar, or an array that broadcasts against `x`.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd >= 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -inf, -0.0 -> 0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://onnx.ai/onnx/operators/onnx__Shrink.html

    Examples
    --------
    >>> import pyact
    >>> pyact.shrink([-2.0, -0.5, 0.5, 2.0])
    array([-2.,  0.,  0.,  2.])
    """
    return _shrink(x, bias, lambd, out, where=where, **ufunc_keywords)


@_direct(_shrink_backward)
def shrink_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    bias: ArrayLike = 0.0,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of shrink: grad_output times the derivative.

        where(abs(x) > lambd, 1, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    bias : float or array_like, default 0.0
        How far values move towards zero. A scalar, or an array that broadcasts against `x`.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd >= 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 1.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 1.0.

    The derivative jumps with the default parameters at x = -0.5, where it is 0 (left 1, right 0);
    at x = 0.5, where it is 0 (left 0, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    Source: https://onnx.ai/onnx/operators/onnx__Shrink.html

    Examples
    --------
    >>> import pyact
    >>> pyact.shrink_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([1., 0., 0., 1.])
    """
    return _shrink_backward(grad_output, x, bias, lambd, out, where=where, **ufunc_keywords)


@_direct(_shrink_with_derivative)
def shrink_with_derivative(
    x: ArrayLike,
    bias: ArrayLike = 0.0,
    lambd: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of shrink, in one pass over memory.

        where(x < -lambd, x + bias, where(x > lambd, x - bias, 0))

    and

        where(abs(x) > lambd, 1, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    bias : float or array_like, default 0.0
        How far values move towards zero. A scalar, or an array that broadcasts against `x`.
    lambd : float or array_like, default 0.5
        Half width of the dead zone. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `shrink` and, with a grad_output of 1, `shrink_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.shrink_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-2.,  0.,  0.,  2.])
    >>> slope
    array([1., 0., 0., 1.])
    """
    return _shrink_with_derivative(x, bias, lambd, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


hardsigmoid: np.ufunc = UFUNCS["hardsigmoid"]
hardsigmoid_backward: np.ufunc = UFUNCS["hardsigmoid_backward"]
_hardsigmoid_with_derivative = UFUNCS["hardsigmoid_with_derivative"]


@_direct(_hardsigmoid_with_derivative)
def hardsigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hardsigmoid, in one pass over memory.

        min(max(x + 3, 0), 6) / 6

    and

        where(-3 < x < 3, 1 / 6, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hardsigmoid` and, with a grad_output of 1, `hardsigmoid_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hardsigmoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.16666667, 0.41666667, 0.58333333, 0.83333333])
    >>> slope
    array([0.16666667, 0.16666667, 0.16666667, 0.16666667])
    """
    return _hardsigmoid_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_hard_sigmoid = UFUNCS["hard_sigmoid"]
_hard_sigmoid_backward = UFUNCS["hard_sigmoid_backward"]
_hard_sigmoid_with_derivative = UFUNCS["hard_sigmoid_with_derivative"]


@_direct(_hard_sigmoid)
def hard_sigmoid(
    x: ArrayLike,
    alpha: ArrayLike = 0.2,
    beta: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Piecewise linear sigmoid with a slope of choice.

        min(max(alpha * x + beta, 0), 1)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 0.2
        Slope. A scalar, or an array that broadcasts against `x`.
    beta : float or array_like, default 0.5
        Value at 0. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    The operator of ONNX. torch's hard sigmoid, with slope 1/6, is hardsigmoid.

    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> min(max(beta, 0), 1),
    0.0 -> min(max(beta, 0), 1), inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://onnx.ai/onnx/operators/onnx__HardSigmoid.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hard_sigmoid([-2.0, -0.5, 0.5, 2.0])
    array([0.1, 0.4, 0.6, 0.9])
    """
    return _hard_sigmoid(x, alpha, beta, out, where=where, **ufunc_keywords)


@_direct(_hard_sigmoid_backward)
def hard_sigmoid_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 0.2,
    beta: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of hard_sigmoid: grad_output times the derivative.

        where(0 < alpha * x + beta < 1, alpha, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 0.2
        Slope. A scalar, or an array that broadcasts against `x`.
    beta : float or array_like, default 0.5
        Value at 0. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    The operator of ONNX. torch's hard sigmoid, with slope 1/6, is hardsigmoid.

    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.2,
    0.0 -> 0.2, inf -> 0.0.

    The derivative jumps with the default parameters at x = -2.5, where it is 0 (left 0, right 0.2);
    at x = 2.5, where it is 0 (left 0.2, right 0).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.242 ULP, float64 0 ULP.

    Source: https://onnx.ai/onnx/operators/onnx__HardSigmoid.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hard_sigmoid_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.2, 0.2, 0.2, 0.2])
    """
    return _hard_sigmoid_backward(grad_output, x, alpha, beta, out, where=where, **ufunc_keywords)


@_direct(_hard_sigmoid_with_derivative)
def hard_sigmoid_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 0.2,
    beta: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hard_sigmoid, in one pass over memory.

        min(max(alpha * x + beta, 0), 1)

    and

        where(0 < alpha * x + beta < 1, alpha, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 0.2
        Slope. A scalar, or an array that broadcasts against `x`.
    beta : float or array_like, default 0.5
        Value at 0. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hard_sigmoid` and, with a grad_output of 1, `hard_sigmoid_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hard_sigmoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.1, 0.4, 0.6, 0.9])
    >>> slope
    array([0.2, 0.2, 0.2, 0.2])
    """
    return _hard_sigmoid_with_derivative(x, alpha, beta, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


sparse_sigmoid: np.ufunc = UFUNCS["sparse_sigmoid"]
sparse_sigmoid_backward: np.ufunc = UFUNCS["sparse_sigmoid_backward"]
_sparse_sigmoid_with_derivative = UFUNCS["sparse_sigmoid_with_derivative"]


@_direct(_sparse_sigmoid_with_derivative)
def sparse_sigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of sparse_sigmoid, in one pass over memory.

        where(x <= -1, 0, where(x < 1, (x + 1) / 2, 1))

    and

        where(-1 < x < 1, 1 / 2, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `sparse_sigmoid` and, with a grad_output of 1, `sparse_sigmoid_backward`
    give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.sparse_sigmoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.  , 0.25, 0.75, 1.  ])
    >>> slope
    array([0. , 0.5, 0.5, 0. ])
    """
    return _sparse_sigmoid_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


relu_squared: np.ufunc = UFUNCS["relu_squared"]
relu_squared_backward: np.ufunc = UFUNCS["relu_squared_backward"]
_relu_squared_with_derivative = UFUNCS["relu_squared_with_derivative"]


@_direct(_relu_squared_with_derivative)
def relu_squared_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of relu_squared, in one pass over memory.

        max(x, 0)**2

    and

        2 * max(x, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `relu_squared` and, with a grad_output of 1, `relu_squared_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.relu_squared_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.  , 0.  , 0.25, 4.  ])
    >>> slope
    array([0., 0., 1., 4.])
    """
    return _relu_squared_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_star_relu = UFUNCS["star_relu"]
_star_relu_backward = UFUNCS["star_relu_backward"]
_star_relu_backward_scale = UFUNCS["star_relu_backward_scale"]
_star_relu_backward_bias = UFUNCS["star_relu_backward_bias"]
_star_relu_with_derivative = UFUNCS["star_relu_with_derivative"]


@_direct(_star_relu)
def star_relu(
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Square of the rectified linear unit with a learned scale and bias.

        scale * max(x, 0)**2 + bias

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale : float or array_like, default 0.8944
        Factor of the square. A scalar, or an array that broadcasts against `x`.
    bias : float or array_like, default -0.4472
        Added to it. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values with the default parameters: -inf -> bias, -0.0 -> bias, 0.0 -> bias, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2210.13452

    Examples
    --------
    >>> import pyact
    >>> pyact.star_relu([-2.0, -0.5, 0.5, 2.0])
    array([-0.4472, -0.4472, -0.2236,  3.1304])
    """
    return _star_relu(x, scale, bias, out, where=where, **ufunc_keywords)


@_direct(_star_relu_backward)
def star_relu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of star_relu: grad_output times the derivative.

        2 * scale * max(x, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale : float or array_like, default 0.8944
        Factor of the square. A scalar, or an array that broadcasts against `x`.
    bias : float or array_like, default -0.4472
        Added to it. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> -(scale * -0.0),
    -0.0 -> scale * -0.0, 0.0 -> -(scale * -0.0), inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.998 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2210.13452

    Examples
    --------
    >>> import pyact
    >>> pyact.star_relu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.    , 0.    , 0.8944, 3.5776])
    """
    return _star_relu_backward(grad_output, x, scale, bias, out, where=where, **ufunc_keywords)


@_direct(_star_relu_backward_scale)
def star_relu_backward_scale(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of star_relu for its parameter scale, element by element: grad_output times the derivative.

        max(x, 0)**2

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale : float or array_like, default 0.8944
        Factor of the square. A scalar, or an array that broadcasts against `x`.
    bias : float or array_like, default -0.4472
        Added to it. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2210.13452

    Examples
    --------
    >>> import pyact
    >>> pyact.star_relu_backward_scale(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.  , 0.  , 0.25, 4.  ])
    """
    return _star_relu_backward_scale(grad_output, x, scale, bias, out, where=where, **ufunc_keywords)


@_direct(_star_relu_backward_bias)
def star_relu_backward_bias(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of star_relu for its parameter bias, element by element: grad_output times the derivative.

        1

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale : float or array_like, default 0.8944
        Factor of the square. A scalar, or an array that broadcasts against `x`.
    bias : float or array_like, default -0.4472
        Added to it. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> 1.0, -0.0 -> 1.0,
    0.0 -> 1.0, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP.

    Source: https://arxiv.org/abs/2210.13452

    Examples
    --------
    >>> import pyact
    >>> pyact.star_relu_backward_bias(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([1., 1., 1., 1.])
    """
    return _star_relu_backward_bias(grad_output, x, scale, bias, out, where=where, **ufunc_keywords)


@_direct(_star_relu_with_derivative)
def star_relu_with_derivative(
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of star_relu, in one pass over memory.

        scale * max(x, 0)**2 + bias

    and

        2 * scale * max(x, 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale : float or array_like, default 0.8944
        Factor of the square. A scalar, or an array that broadcasts against `x`.
    bias : float or array_like, default -0.4472
        Added to it. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `star_relu` and, with a grad_output of 1, `star_relu_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.star_relu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.4472, -0.4472, -0.2236,  3.1304])
    >>> slope
    array([0.    , 0.    , 0.8944, 3.5776])
    """
    return _star_relu_with_derivative(x, scale, bias, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


hardswish: np.ufunc = UFUNCS["hardswish"]
hardswish_backward: np.ufunc = UFUNCS["hardswish_backward"]
_hardswish_with_derivative = UFUNCS["hardswish_with_derivative"]


@_direct(_hardswish_with_derivative)
def hardswish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hardswish, in one pass over memory.

        x * min(max(x + 3, 0), 6) / 6

    and

        where(x <= -3, 0, where(x < 3, (2 * x + 3) / 6, 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hardswish` and, with a grad_output of 1, `hardswish_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hardswish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.33333333, -0.20833333,  0.29166667,  1.66666667])
    >>> slope
    array([-0.16666667,  0.33333333,  0.66666667,  1.16666667])
    """
    return _hardswish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


hard_mish: np.ufunc = UFUNCS["hard_mish"]
hard_mish_backward: np.ufunc = UFUNCS["hard_mish_backward"]
_hard_mish_with_derivative = UFUNCS["hard_mish_with_derivative"]


@_direct(_hard_mish_with_derivative)
def hard_mish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hard_mish, in one pass over memory.

        x / 2 * min(2, max(0, x + 2))

    and

        where(x <= -2, 0, min(x + 1, 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hard_mish` and, with a grad_output of 1, `hard_mish_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hard_mish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.   , -0.375,  0.5  ,  2.   ])
    >>> slope
    array([0. , 0.5, 1. , 1. ])
    """
    return _hard_mish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_smelu = UFUNCS["smelu"]
_smelu_backward = UFUNCS["smelu_backward"]
_smelu_with_derivative = UFUNCS["smelu_with_derivative"]


@_direct(_smelu)
def smelu(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Rectified linear unit with a quadratic bend of half width beta.

        where(x <= -beta, 0, where(x < beta, (x + beta)**2 / (4 * beta), x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Half width of the bend. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for beta > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> beta / 4, 0.0 -> beta / 4,
    inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2202.06499

    Examples
    --------
    >>> import pyact
    >>> pyact.smelu([-2.0, -0.5, 0.5, 2.0])
    array([0.    , 0.0625, 0.5625, 2.    ])
    """
    return _smelu(x, beta, out, where=where, **ufunc_keywords)


@_direct(_smelu_backward)
def smelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of smelu: grad_output times the derivative.

        where(x <= -beta, 0, where(x < beta, (x + beta) / (2 * beta), 1))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Half width of the bend. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for beta > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.5,
    0.0 -> 0.5, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 1.17 ULP.

    Source: https://arxiv.org/abs/2202.06499

    Examples
    --------
    >>> import pyact
    >>> pyact.smelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.  , 0.25, 0.75, 1.  ])
    """
    return _smelu_backward(grad_output, x, beta, out, where=where, **ufunc_keywords)


@_direct(_smelu_with_derivative)
def smelu_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of smelu, in one pass over memory.

        where(x <= -beta, 0, where(x < beta, (x + beta)**2 / (4 * beta), x))

    and

        where(x <= -beta, 0, where(x < beta, (x + beta) / (2 * beta), 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Half width of the bend. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `smelu` and, with a grad_output of 1, `smelu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.smelu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.    , 0.0625, 0.5625, 2.    ])
    >>> slope
    array([0.  , 0.25, 0.75, 1.  ])
    """
    return _smelu_with_derivative(x, beta, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


sparse_plus: np.ufunc = UFUNCS["sparse_plus"]
sparse_plus_backward: np.ufunc = UFUNCS["sparse_plus_backward"]
_sparse_plus_with_derivative = UFUNCS["sparse_plus_with_derivative"]


@_direct(_sparse_plus_with_derivative)
def sparse_plus_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of sparse_plus, in one pass over memory.

        where(x <= -1, 0, where(x < 1, (x + 1)**2 / 4, x))

    and

        min(max(x + 1, 0), 2) / 2

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `sparse_plus` and, with a grad_output of 1, `sparse_plus_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.sparse_plus_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.    , 0.0625, 0.5625, 2.    ])
    >>> slope
    array([0.  , 0.25, 0.75, 1.  ])
    """
    return _sparse_plus_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


sigmoid: np.ufunc = UFUNCS["sigmoid"]
sigmoid_backward: np.ufunc = UFUNCS["sigmoid_backward"]
sigmoid_backward_from_output: np.ufunc = UFUNCS["sigmoid_backward_from_output"]
_sigmoid_with_derivative = UFUNCS["sigmoid_with_derivative"]


@_direct(_sigmoid_with_derivative)
def sigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of sigmoid, in one pass over memory.

        1 / (1 + exp(-x))

    and

        sigmoid(x) * sigmoid(-x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `sigmoid` and, with a grad_output of 1, `sigmoid_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.sigmoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.11920292, 0.37754067, 0.62245933, 0.88079708])
    >>> slope
    array([0.10499359, 0.23500371, 0.23500371, 0.10499359])
    """
    return _sigmoid_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


logsigmoid: np.ufunc = UFUNCS["logsigmoid"]
logsigmoid_backward: np.ufunc = UFUNCS["logsigmoid_backward"]
_logsigmoid_with_derivative = UFUNCS["logsigmoid_with_derivative"]


@_direct(_logsigmoid_with_derivative)
def logsigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of logsigmoid, in one pass over memory.

        log(1 / (1 + exp(-x)))

    and

        sigmoid(-x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `logsigmoid` and, with a grad_output of 1, `logsigmoid_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.logsigmoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-2.12692801, -0.97407698, -0.47407698, -0.12692801])
    >>> slope
    array([0.88079708, 0.62245933, 0.37754067, 0.11920292])
    """
    return _logsigmoid_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


tanh: np.ufunc = UFUNCS["tanh"]
tanh_backward: np.ufunc = UFUNCS["tanh_backward"]
tanh_backward_from_output: np.ufunc = UFUNCS["tanh_backward_from_output"]
_tanh_with_derivative = UFUNCS["tanh_with_derivative"]


@_direct(_tanh_with_derivative)
def tanh_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of tanh, in one pass over memory.

        (exp(x) - exp(-x)) / (exp(x) + exp(-x))

    and

        4 * sigmoid(2 * x) * sigmoid(-2 * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `tanh` and, with a grad_output of 1, `tanh_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.tanh_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.96402758, -0.46211716,  0.46211716,  0.96402758])
    >>> slope
    array([0.07065082, 0.78644773, 0.78644773, 0.07065082])
    """
    return _tanh_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_stanh = UFUNCS["stanh"]
_stanh_backward = UFUNCS["stanh_backward"]
_stanh_with_derivative = UFUNCS["stanh_with_derivative"]


@_direct(_stanh)
def stanh(
    x: ArrayLike,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Scaled hyperbolic tangent.

        scale_b * tanh(scale_a * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale_a : float or array_like, default 0.67
        Factor of x. A scalar, or an array that broadcasts against `x`.
    scale_b : float or array_like, default 1.7159
        Factor of the result. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for scale_a > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -scale_b, -0.0 -> scale_b * -0.0,
    0.0 -> -(scale_b * -0.0), inf -> scale_b.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 1 ULP, float64 0.891 ULP.

    Source: https://www.paddlepaddle.org.cn/documentation/docs/en/api/paddle/stanh_en.html

    Examples
    --------
    >>> import pyact
    >>> pyact.stanh([-2.0, -0.5, 0.5, 2.0])
    array([-1.49570241, -0.55424654,  0.55424654,  1.49570241])
    """
    return _stanh(x, scale_a, scale_b, out, where=where, **ufunc_keywords)


@_direct(_stanh_backward)
def stanh_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of stanh: grad_output times the derivative.

        scale_b * scale_a * 4 * sigmoid(2 * scale_a * x) * sigmoid(-2 * scale_a * x)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale_a : float or array_like, default 0.67
        Factor of x. A scalar, or an array that broadcasts against `x`.
    scale_b : float or array_like, default 1.7159
        Factor of the result. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for scale_a > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> -(scale_b * -0.0),
    -0.0 -> scale_a * scale_b, 0.0 -> scale_a * scale_b, inf -> -(scale_b * -0.0).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.766 ULP, float64 0.743 ULP.

    Source: https://www.paddlepaddle.org.cn/documentation/docs/en/api/paddle/stanh_en.html

    Examples
    --------
    >>> import pyact
    >>> pyact.stanh_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.27613227, 1.02970616, 1.02970616, 0.27613227])
    """
    return _stanh_backward(grad_output, x, scale_a, scale_b, out, where=where, **ufunc_keywords)


@_direct(_stanh_with_derivative)
def stanh_with_derivative(
    x: ArrayLike,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of stanh, in one pass over memory.

        scale_b * tanh(scale_a * x)

    and

        scale_b * scale_a * 4 * sigmoid(2 * scale_a * x) * sigmoid(-2 * scale_a * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    scale_a : float or array_like, default 0.67
        Factor of x. A scalar, or an array that broadcasts against `x`.
    scale_b : float or array_like, default 1.7159
        Factor of the result. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `stanh` and, with a grad_output of 1, `stanh_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.stanh_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.49570241, -0.55424654,  0.55424654,  1.49570241])
    >>> slope
    array([0.27613227, 1.02970616, 1.02970616, 0.27613227])
    """
    return _stanh_with_derivative(x, scale_a, scale_b, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


bipolar_sigmoid: np.ufunc = UFUNCS["bipolar_sigmoid"]
bipolar_sigmoid_backward: np.ufunc = UFUNCS["bipolar_sigmoid_backward"]
_bipolar_sigmoid_with_derivative = UFUNCS["bipolar_sigmoid_with_derivative"]


@_direct(_bipolar_sigmoid_with_derivative)
def bipolar_sigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of bipolar_sigmoid, in one pass over memory.

        (1 - exp(-x)) / (1 + exp(-x))

    and

        2 * sigmoid(x) * sigmoid(-x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `bipolar_sigmoid` and, with a grad_output of 1, `bipolar_sigmoid_backward`
    give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.bipolar_sigmoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.76159416, -0.24491866,  0.24491866,  0.76159416])
    >>> slope
    array([0.20998717, 0.47000742, 0.47000742, 0.20998717])
    """
    return _bipolar_sigmoid_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


rectified_tanh: np.ufunc = UFUNCS["rectified_tanh"]
rectified_tanh_backward: np.ufunc = UFUNCS["rectified_tanh_backward"]
_rectified_tanh_with_derivative = UFUNCS["rectified_tanh_with_derivative"]


@_direct(_rectified_tanh_with_derivative)
def rectified_tanh_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of rectified_tanh, in one pass over memory.

        max(tanh(x), 0)

    and

        where(x > 0, 4 * sigmoid(2 * x) * sigmoid(-2 * x), 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `rectified_tanh` and, with a grad_output of 1, `rectified_tanh_backward`
    give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.rectified_tanh_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.        , 0.        , 0.46211716, 0.96402758])
    >>> slope
    array([0.        , 0.        , 0.78644773, 0.07065082])
    """
    return _rectified_tanh_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_laplace = UFUNCS["laplace"]
_laplace_backward = UFUNCS["laplace_backward"]
_laplace_with_derivative = UFUNCS["laplace_with_derivative"]


@_direct(_laplace)
def laplace(
    x: ArrayLike,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gaussian distribution function with mean mu and deviation sigma.

        (1 + erf((x - mu) / (sigma * sqrt(2)))) / 2

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    mu : float or array_like, default 0.707107
        Where the value is 1/2. A scalar, or an array that broadcasts against `x`.
    sigma : float or array_like, default 0.282095
        Width. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for sigma > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> 0.00609445962,
    0.0 -> 0.00609445962, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.906 ULP.

    Source: https://arxiv.org/abs/2209.10655

    Examples
    --------
    >>> import pyact
    >>> pyact.laplace([-2.0, -0.5, 0.5, 2.0])
    array([4.13777351e-22, 9.38338117e-06, 2.31421148e-01, 9.99997710e-01])
    """
    return _laplace(x, mu, sigma, out, where=where, **ufunc_keywords)


@_direct(_laplace_backward)
def laplace_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of laplace: grad_output times the derivative.

        z = (x - mu) / (sigma * sqrt(2))
        exp(-z * z) / (sigma * sqrt(2 * pi))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    mu : float or array_like, default 0.707107
        Where the value is 1/2. A scalar, or an array that broadcasts against `x`.
    sigma : float or array_like, default 0.282095
        Width. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for sigma > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0611138288,
    0.0 -> 0.0611138288, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.596 ULP, float64 0.72 ULP.

    Source: https://arxiv.org/abs/2209.10655

    Examples
    --------
    >>> import pyact
    >>> pyact.laplace_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([1.42257642e-20, 1.49429048e-04, 1.08011405e+00, 3.88341627e-05])
    """
    return _laplace_backward(grad_output, x, mu, sigma, out, where=where, **ufunc_keywords)


@_direct(_laplace_with_derivative)
def laplace_with_derivative(
    x: ArrayLike,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of laplace, in one pass over memory.

        (1 + erf((x - mu) / (sigma * sqrt(2)))) / 2

    and

        z = (x - mu) / (sigma * sqrt(2))
        exp(-z * z) / (sigma * sqrt(2 * pi))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    mu : float or array_like, default 0.707107
        Where the value is 1/2. A scalar, or an array that broadcasts against `x`.
    sigma : float or array_like, default 0.282095
        Width. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `laplace` and, with a grad_output of 1, `laplace_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.laplace_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([4.13777351e-22, 9.38338117e-06, 2.31421148e-01, 9.99997710e-01])
    >>> slope
    array([1.42257642e-20, 1.49429048e-04, 1.08011405e+00, 3.88341627e-05])
    """
    return _laplace_with_derivative(x, mu, sigma, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


cloglog: np.ufunc = UFUNCS["cloglog"]
cloglog_backward: np.ufunc = UFUNCS["cloglog_backward"]
_cloglog_with_derivative = UFUNCS["cloglog_with_derivative"]


@_direct(_cloglog_with_derivative)
def cloglog_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of cloglog, in one pass over memory.

        1 - exp(-exp(x))

    and

        y = min(x, 10)
        exp(y - exp(y))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `cloglog` and, with a grad_output of 1, `cloglog_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.cloglog_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.12657698, 0.45476079, 0.80770435, 0.99938202])
    >>> slope
    array([0.11820495, 0.3307043 , 0.31704192, 0.00456628])
    """
    return _cloglog_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


loglog: np.ufunc = UFUNCS["loglog"]
loglog_backward: np.ufunc = UFUNCS["loglog_backward"]
_loglog_with_derivative = UFUNCS["loglog_with_derivative"]


@_direct(_loglog_with_derivative)
def loglog_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of loglog, in one pass over memory.

        exp(-exp(-x))

    and

        y = max(x, -10)
        exp(-y - exp(-y))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `loglog` and, with a grad_output of 1, `loglog_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.loglog_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([6.17978989e-04, 1.92295646e-01, 5.45239212e-01, 8.73423018e-01])
    >>> slope
    array([0.00456628, 0.31704192, 0.3307043 , 0.11820495])
    """
    return _loglog_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_aranda = UFUNCS["aranda"]
_aranda_backward = UFUNCS["aranda_backward"]
_aranda_with_derivative = UFUNCS["aranda_with_derivative"]


@_direct(_aranda)
def aranda(
    x: ArrayLike,
    lambd: ArrayLike = 2.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Aranda-Ordaz distribution function: sigmoid at lambd = 1, nearly cloglog at small lambd.

        1 - exp(-log(1 + lambd * exp(x)) / lambd)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 2.0
        Asymmetry. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> 0.422649731,
    0.0 -> 0.422649731, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.671 ULP, float64 0.714 ULP.

    Source: https://doi.org/10.1007/s00521-010-0407-3

    Examples
    --------
    >>> import pyact
    >>> pyact.aranda([-2.0, -0.5, 0.5, 2.0])
    array([0.11287766, 0.32779262, 0.5176137 , 0.74824826])
    """
    return _aranda(x, lambd, out, where=where, **ufunc_keywords)


@_direct(_aranda_backward)
def aranda_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lambd: ArrayLike = 2.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of aranda: grad_output times the derivative.

        u = x + log(lambd)
        sigmoid(u) / lambd * exp(-softplus(u) / lambd)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 2.0
        Asymmetry. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for lambd > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.19245009,
    0.0 -> 0.19245009, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.713 ULP, float64 0.714 ULP.

    Source: https://doi.org/10.1007/s00521-010-0407-3

    Examples
    --------
    >>> import pyact
    >>> pyact.aranda_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.09448472, 0.18423095, 0.18506834, 0.11789799])
    """
    return _aranda_backward(grad_output, x, lambd, out, where=where, **ufunc_keywords)


@_direct(_aranda_with_derivative)
def aranda_with_derivative(
    x: ArrayLike,
    lambd: ArrayLike = 2.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of aranda, in one pass over memory.

        1 - exp(-log(1 + lambd * exp(x)) / lambd)

    and

        u = x + log(lambd)
        sigmoid(u) / lambd * exp(-softplus(u) / lambd)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    lambd : float or array_like, default 2.0
        Asymmetry. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `aranda` and, with a grad_output of 1, `aranda_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.aranda_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.11287766, 0.32779262, 0.5176137 , 0.74824826])
    >>> slope
    array([0.09448472, 0.18423095, 0.18506834, 0.11789799])
    """
    return _aranda_with_derivative(x, lambd, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_soft_clipping = UFUNCS["soft_clipping"]
_soft_clipping_backward = UFUNCS["soft_clipping_backward"]
_soft_clipping_with_derivative = UFUNCS["soft_clipping_with_derivative"]


@_direct(_soft_clipping)
def soft_clipping(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Smooth form of clipping to the range from 0 to 1.

        log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))) / alpha

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Sharpness: the larger, the closer to clipping. A scalar, or an array that broadcasts against
        `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> 0.379885493,
    0.0 -> 0.379885493, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.897 ULP, float64 0.74 ULP.

    Source: https://arxiv.org/abs/1810.11509

    Examples
    --------
    >>> import pyact
    >>> pyact.soft_clipping([-2.0, -0.5, 0.5, 2.0])
    array([0.07834066, 0.27266371, 0.5       , 0.81366632])
    """
    return _soft_clipping(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_soft_clipping_backward)
def soft_clipping_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of soft_clipping: grad_output times the derivative.

        -expm1(-alpha) * sigmoid(alpha * x) * sigmoid(-alpha * (x - 1))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Sharpness: the larger, the closer to clipping. A scalar, or an array that broadcasts against
        `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.231058579,
    0.0 -> 0.231058579, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.966 ULP, float64 0.747 ULP.

    Source: https://arxiv.org/abs/1810.11509

    Examples
    --------
    >>> import pyact
    >>> pyact.soft_clipping_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.07177705, 0.19511514, 0.24491866, 0.1497385 ])
    """
    return _soft_clipping_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_soft_clipping_with_derivative)
def soft_clipping_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of soft_clipping, in one pass over memory.

        log((1 + exp(alpha * x)) / (1 + exp(alpha * (x - 1)))) / alpha

    and

        -expm1(-alpha) * sigmoid(alpha * x) * sigmoid(-alpha * (x - 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Sharpness: the larger, the closer to clipping. A scalar, or an array that broadcasts against
        `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `soft_clipping` and, with a grad_output of 1, `soft_clipping_backward`
    give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.soft_clipping_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.07834066, 0.27266371, 0.5       , 0.81366632])
    >>> slope
    array([0.07177705, 0.19511514, 0.24491866, 0.1497385 ])
    """
    return _soft_clipping_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


exponential: np.ufunc = UFUNCS["exponential"]
exponential_backward: np.ufunc = UFUNCS["exponential_backward"]
_exponential_with_derivative = UFUNCS["exponential_with_derivative"]


@_direct(_exponential_with_derivative)
def exponential_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of exponential, in one pass over memory.

        exp(x)

    and

        exp(x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `exponential` and, with a grad_output of 1, `exponential_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.exponential_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.13533528, 0.60653066, 1.64872127, 7.3890561 ])
    >>> slope
    array([0.13533528, 0.60653066, 1.64872127, 7.3890561 ])
    """
    return _exponential_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_elu = UFUNCS["elu"]
_elu_backward = UFUNCS["elu_backward"]
_elu_backward_alpha = UFUNCS["elu_backward_alpha"]
_elu_gradients = UFUNCS["elu_gradients"]
_elu_with_derivative = UFUNCS["elu_with_derivative"]


@_direct(_elu)
def elu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Exponential linear unit.

        where(x >= 0, x, alpha * (exp(x) - 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values with the default parameters: -inf -> -alpha, -0.0 -> -0.0, 0.0 -> 0.0,
    inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.832 ULP, float64 0.792 ULP.

    The function of torch.nn.ELU.

    Source: https://arxiv.org/abs/1511.07289

    Examples
    --------
    >>> import pyact
    >>> pyact.elu([-2.0, -0.5, 0.5, 2.0])
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    """
    return _elu(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_elu_backward)
def elu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of elu: grad_output times the derivative.

        where(x > 0, 1, alpha * exp(x))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> -(alpha * -0.0),
    -0.0 -> alpha, 0.0 -> alpha, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.649 ULP, float64 0.749 ULP.

    The function of torch.nn.ELU.

    Source: https://arxiv.org/abs/1511.07289

    Examples
    --------
    >>> import pyact
    >>> pyact.elu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    """
    return _elu_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_elu_backward_alpha)
def elu_backward_alpha(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of elu for its parameter alpha, element by element: grad_output times the derivative.

        where(x < 0, expm1(x), 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> -1.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.832 ULP, float64 0.792 ULP.

    The function of torch.nn.ELU.

    Source: https://arxiv.org/abs/1511.07289

    Examples
    --------
    >>> import pyact
    >>> pyact.elu_backward_alpha(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([-0.86466472, -0.39346934,  0.        ,  0.        ])
    """
    return _elu_backward_alpha(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_elu_gradients)
def elu_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradients of elu for x and for its parameter alpha, element by element, in one pass over memory:
    grad_output times the derivatives.

        where(x > 0, 1, alpha * exp(x))

    and

        where(x < 0, expm1(x), 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where both gradients are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    for_x, for_alpha : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `elu_backward` and `elu_backward_alpha` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> for_x, for_alpha = pyact.elu_gradients(1.0, [-2.0, -0.5, 0.5, 2.0])
    >>> for_x
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    >>> for_alpha
    array([-0.86466472, -0.39346934,  0.        ,  0.        ])
    """
    return _elu_gradients(grad_output, x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


@_direct(_elu_with_derivative)
def elu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of elu, in one pass over memory.

        where(x >= 0, x, alpha * (exp(x) - 1))

    and

        where(x > 0, 1, alpha * exp(x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `elu` and, with a grad_output of 1, `elu_backward` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.elu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    >>> slope
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    """
    return _elu_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_celu = UFUNCS["celu"]
_celu_backward = UFUNCS["celu_backward"]
_celu_backward_alpha = UFUNCS["celu_backward_alpha"]
_celu_gradients = UFUNCS["celu_gradients"]
_celu_with_derivative = UFUNCS["celu_with_derivative"]


@_direct(_celu)
def celu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Continuously differentiable exponential linear unit.

        max(0, x) + min(0, alpha * (exp(x / alpha) - 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -alpha, -0.0 -> -0.0, 0.0 -> 0.0,
    inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.832 ULP, float64 1 ULP.

    The function of torch.nn.CELU.

    Source: https://arxiv.org/abs/1704.07483

    Examples
    --------
    >>> import pyact
    >>> pyact.celu([-2.0, -0.5, 0.5, 2.0])
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    """
    return _celu(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_celu_backward)
def celu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of celu: grad_output times the derivative.

        where(x > 0, 1, exp(x / alpha))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 1.0,
    0.0 -> 1.0, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.634 ULP, float64 0.73 ULP.

    The function of torch.nn.CELU.

    Source: https://arxiv.org/abs/1704.07483

    Examples
    --------
    >>> import pyact
    >>> pyact.celu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    """
    return _celu_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_celu_backward_alpha)
def celu_backward_alpha(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of celu for its parameter alpha, element by element: grad_output times the derivative.

        u = max(x / alpha, -1000)
        s = 1 / 403200 + u * (1 / 3991680 + u * (1 / 43545600 + u * (1 / 518918400 + u / 6706022400)))
        r = 1 / 144 + u * (1 / 840 + u * (1 / 5760 + u * (1 / 45360 + u * s)))
        q = 1 / 2 + u * (1 / 3 + u * (1 / 8 + u * (1 / 30 + u * r)))
        where(x < 0, where(u > -1 / 8, -u * u * q, expm1(u) - u * exp(u)), 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> -1.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.945 ULP, float64 1.2 ULP.

    The function of torch.nn.CELU.

    Source: https://arxiv.org/abs/1704.07483

    Examples
    --------
    >>> import pyact
    >>> pyact.celu_backward_alpha(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([-0.59399415, -0.09020401,  0.        ,  0.        ])
    """
    return _celu_backward_alpha(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_celu_gradients)
def celu_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradients of celu for x and for its parameter alpha, element by element, in one pass over memory:
    grad_output times the derivatives.

        where(x > 0, 1, exp(x / alpha))

    and

        u = max(x / alpha, -1000)
        s = 1 / 403200 + u * (1 / 3991680 + u * (1 / 43545600 + u * (1 / 518918400 + u / 6706022400)))
        r = 1 / 144 + u * (1 / 840 + u * (1 / 5760 + u * (1 / 45360 + u * s)))
        q = 1 / 2 + u * (1 / 3 + u * (1 / 8 + u * (1 / 30 + u * r)))
        where(x < 0, where(u > -1 / 8, -u * u * q, expm1(u) - u * exp(u)), 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where both gradients are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    for_x, for_alpha : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `celu_backward` and `celu_backward_alpha` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> for_x, for_alpha = pyact.celu_gradients(1.0, [-2.0, -0.5, 0.5, 2.0])
    >>> for_x
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    >>> for_alpha
    array([-0.59399415, -0.09020401,  0.        ,  0.        ])
    """
    return _celu_gradients(grad_output, x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


@_direct(_celu_with_derivative)
def celu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of celu, in one pass over memory.

        max(0, x) + min(0, alpha * (exp(x / alpha) - 1))

    and

        where(x > 0, 1, exp(x / alpha))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -alpha. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `celu` and, with a grad_output of 1, `celu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.celu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    >>> slope
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    """
    return _celu_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


selu: np.ufunc = UFUNCS["selu"]
selu_backward: np.ufunc = UFUNCS["selu_backward"]
_selu_with_derivative = UFUNCS["selu_with_derivative"]


@_direct(_selu_with_derivative)
def selu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of selu, in one pass over memory.

        scale = 1.0507009873554804934193349852946
        alpha = 1.6732632423543772848170429916717
        scale * where(x >= 0, x, alpha * (exp(x) - 1))

    and

        scale = 1.0507009873554804934193349852946
        alpha = 1.6732632423543772848170429916717
        where(x > 0, scale, scale * alpha * exp(x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `selu` and, with a grad_output of 1, `selu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.selu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.52016647, -0.69175819,  0.52535049,  2.10140197])
    >>> slope
    array([0.23793287, 1.06634115, 1.05070099, 1.05070099])
    """
    return _selu_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_pelu = UFUNCS["pelu"]
_pelu_backward = UFUNCS["pelu_backward"]
_pelu_backward_a = UFUNCS["pelu_backward_a"]
_pelu_backward_b = UFUNCS["pelu_backward_b"]
_pelu_with_derivative = UFUNCS["pelu_with_derivative"]


@_direct(_pelu)
def pelu(
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Parametric exponential linear unit.

        where(x >= 0, a / b * x, a * (exp(x / b) - 1))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    a : float or array_like, default 1.0
        Negative saturation is -a. A scalar, or an array that broadcasts against `x`.
    b : float or array_like, default 1.0
        Scale of the exponential decay. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for a > 0 and b > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -a, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.832 ULP, float64 1 ULP.

    Source: https://arxiv.org/abs/1605.09332

    Examples
    --------
    >>> import pyact
    >>> pyact.pelu([-2.0, -0.5, 0.5, 2.0])
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    """
    return _pelu(x, a, b, out, where=where, **ufunc_keywords)


@_direct(_pelu_backward)
def pelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of pelu: grad_output times the derivative.

        a / b * exp(min(x / b, 0))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    a : float or array_like, default 1.0
        Negative saturation is -a. A scalar, or an array that broadcasts against `x`.
    b : float or array_like, default 1.0
        Scale of the exponential decay. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for a > 0 and b > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> a / b,
    0.0 -> a / b, inf -> a / b.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.635 ULP, float64 0.714 ULP.

    Source: https://arxiv.org/abs/1605.09332

    Examples
    --------
    >>> import pyact
    >>> pyact.pelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    """
    return _pelu_backward(grad_output, x, a, b, out, where=where, **ufunc_keywords)


@_direct(_pelu_backward_a)
def pelu_backward_a(
    grad_output: ArrayLike,
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of pelu for its parameter a, element by element: grad_output times the derivative.

        u = x / b
        where(x >= 0, u, expm1(u))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    a : float or array_like, default 1.0
        Negative saturation is -a. A scalar, or an array that broadcasts against `x`.
    b : float or array_like, default 1.0
        Scale of the exponential decay. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for a > 0 and b > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> -1.0, -0.0 -> -0.0,
    0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.832 ULP, float64 0.843 ULP.

    Source: https://arxiv.org/abs/1605.09332

    Examples
    --------
    >>> import pyact
    >>> pyact.pelu_backward_a(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    """
    return _pelu_backward_a(grad_output, x, a, b, out, where=where, **ufunc_keywords)


@_direct(_pelu_backward_b)
def pelu_backward_b(
    grad_output: ArrayLike,
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of pelu for its parameter b, element by element: grad_output times the derivative.

        u = x / b
        -(a / b) * (max(u, -1000) * exp(min(u, 0)))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    a : float or array_like, default 1.0
        Negative saturation is -a. A scalar, or an array that broadcasts against `x`.
    b : float or array_like, default 1.0
        Scale of the exponential decay. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for a > 0 and b > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0,
    0.0 -> -0.0, inf -> -inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.71 ULP, float64 0.741 ULP.

    Source: https://arxiv.org/abs/1605.09332

    Examples
    --------
    >>> import pyact
    >>> pyact.pelu_backward_b(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([ 0.27067057,  0.30326533, -0.5       , -2.        ])
    """
    return _pelu_backward_b(grad_output, x, a, b, out, where=where, **ufunc_keywords)


@_direct(_pelu_with_derivative)
def pelu_with_derivative(
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of pelu, in one pass over memory.

        where(x >= 0, a / b * x, a * (exp(x / b) - 1))

    and

        a / b * exp(min(x / b, 0))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    a : float or array_like, default 1.0
        Negative saturation is -a. A scalar, or an array that broadcasts against `x`.
    b : float or array_like, default 1.0
        Scale of the exponential decay. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `pelu` and, with a grad_output of 1, `pelu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.pelu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.86466472, -0.39346934,  0.5       ,  2.        ])
    >>> slope
    array([0.13533528, 0.60653066, 1.        , 1.        ])
    """
    return _pelu_with_derivative(x, a, b, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


elish: np.ufunc = UFUNCS["elish"]
elish_backward: np.ufunc = UFUNCS["elish_backward"]
_elish_with_derivative = UFUNCS["elish_with_derivative"]


@_direct(_elish_with_derivative)
def elish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of elish, in one pass over memory.

        where(x >= 0, x, exp(x) - 1) / (1 + exp(-x))

    and

        y = min(x, 1000)
        u = max(min(x, 0), -80)
        sigmoid(x) * where(x >= 0, 1 + y * sigmoid(-y), exp(u) + expm1(u) * sigmoid(-x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `elish` and, with a grad_output of 1, `elish_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.elish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.10307056, -0.14855068,  0.31122967,  1.76159416])
    >>> slope
    array([-0.07465189,  0.13652324,  0.73996119,  1.09078425])
    """
    return _elish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


hard_elish: np.ufunc = UFUNCS["hard_elish"]
hard_elish_backward: np.ufunc = UFUNCS["hard_elish_backward"]
_hard_elish_with_derivative = UFUNCS["hard_elish_with_derivative"]


@_direct(_hard_elish_with_derivative)
def hard_elish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of hard_elish, in one pass over memory.

        where(x >= 0, x, exp(x) - 1) * max(0, min(1, (x + 1) / 2))

    and

        u = max(min(x, 0), -1)
        where(x >= 1, 1, where(x >= 0, x + 1 / 2, where(x > -1, ((u + 2) * exp(u) - 1) / 2, 0)))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `hard_elish` and, with a grad_output of 1, `hard_elish_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.hard_elish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.        , -0.09836734,  0.375     ,  2.        ])
    >>> slope
    array([ 0.        , -0.04510201,  1.        ,  1.        ])
    """
    return _hard_elish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_softplus = UFUNCS["softplus"]
_softplus_backward = UFUNCS["softplus_backward"]
_softplus_with_derivative = UFUNCS["softplus_with_derivative"]


@_direct(_softplus)
def softplus(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    threshold: ArrayLike = 20.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Smooth form of the rectified linear unit.

        where(beta * x > threshold, x, log(1 + exp(beta * x)) / beta)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness of the bend. A scalar, or an array that broadcasts against `x`.
    threshold : float or array_like, default 20.0
        The identity where beta * x is above it. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    The threshold is part of torch's definition: just above it the result is smaller than log(1 +
    exp(x)) by 2e-9. threshold = inf gives the mathematical function.

    Meant for beta > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> 0.693147181,
    0.0 -> 0.693147181, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.888 ULP, float64 0.771 ULP.

    The function of torch.nn.Softplus.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softplus([-2.0, -0.5, 0.5, 2.0])
    array([0.12692801, 0.47407698, 0.97407698, 2.12692801])
    """
    return _softplus(x, beta, threshold, out, where=where, **ufunc_keywords)


@_direct(_softplus_backward)
def softplus_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    threshold: ArrayLike = 20.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of softplus: grad_output times the derivative.

        where(beta * x - threshold > 0, 1, sigmoid(beta * x))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness of the bend. A scalar, or an array that broadcasts against `x`.
    threshold : float or array_like, default 20.0
        The identity where beta * x is above it. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    The threshold is part of torch's definition: just above it the result is smaller than log(1 +
    exp(x)) by 2e-9. threshold = inf gives the mathematical function.

    Meant for beta > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.5,
    0.0 -> 0.5, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.904 ULP, float64 0.714 ULP.

    The function of torch.nn.Softplus.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softplus_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.11920292, 0.37754067, 0.62245933, 0.88079708])
    """
    return _softplus_backward(grad_output, x, beta, threshold, out, where=where, **ufunc_keywords)


@_direct(_softplus_with_derivative)
def softplus_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    threshold: ArrayLike = 20.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of softplus, in one pass over memory.

        where(beta * x > threshold, x, log(1 + exp(beta * x)) / beta)

    and

        where(beta * x - threshold > 0, 1, sigmoid(beta * x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness of the bend. A scalar, or an array that broadcasts against `x`.
    threshold : float or array_like, default 20.0
        The identity where beta * x is above it. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `softplus` and, with a grad_output of 1, `softplus_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.softplus_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.12692801, 0.47407698, 0.97407698, 2.12692801])
    >>> slope
    array([0.11920292, 0.37754067, 0.62245933, 0.88079708])
    """
    return _softplus_with_derivative(x, beta, threshold, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_squareplus = UFUNCS["squareplus"]
_squareplus_backward = UFUNCS["squareplus_backward"]
_squareplus_with_derivative = UFUNCS["squareplus_with_derivative"]


@_direct(_squareplus)
def squareplus(
    x: ArrayLike, b: ArrayLike = 4.0, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Algebraic form of softplus.

        (x + sqrt(x**2 + b)) / 2

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    b : float or array_like, default 4.0
        Smoothness of the bend. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for b > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> sqrt(b) / 2,
    0.0 -> sqrt(b) / 2, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.63 ULP.

    Source: https://arxiv.org/abs/2112.11687

    Examples
    --------
    >>> import pyact
    >>> pyact.squareplus([-2.0, -0.5, 0.5, 2.0])
    array([0.41421356, 0.78077641, 1.28077641, 2.41421356])
    """
    return _squareplus(x, b, out, where=where, **ufunc_keywords)


@_direct(_squareplus_backward)
def squareplus_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    b: ArrayLike = 4.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of squareplus: grad_output times the derivative.

        y = max(min(x, 1), -1)
        t = 1 / max(abs(x), 1)
        q = sqrt(y * y + b * t * t)
        where(x >= 0, (1 + y / q) / 2, b * t / (2 * q * (q + abs(y))) * t)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    b : float or array_like, default 4.0
        Smoothness of the bend. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for b > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.5,
    0.0 -> 0.5, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 1.1 ULP.

    Source: https://arxiv.org/abs/2112.11687

    Examples
    --------
    >>> import pyact
    >>> pyact.squareplus_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.14644661, 0.37873219, 0.62126781, 0.85355339])
    """
    return _squareplus_backward(grad_output, x, b, out, where=where, **ufunc_keywords)


@_direct(_squareplus_with_derivative)
def squareplus_with_derivative(
    x: ArrayLike,
    b: ArrayLike = 4.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of squareplus, in one pass over memory.

        (x + sqrt(x**2 + b)) / 2

    and

        y = max(min(x, 1), -1)
        t = 1 / max(abs(x), 1)
        q = sqrt(y * y + b * t * t)
        where(x >= 0, (1 + y / q) / 2, b * t / (2 * q * (q + abs(y))) * t)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    b : float or array_like, default 4.0
        Smoothness of the bend. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `squareplus` and, with a grad_output of 1, `squareplus_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.squareplus_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.41421356, 0.78077641, 1.28077641, 2.41421356])
    >>> slope
    array([0.14644661, 0.37873219, 0.62126781, 0.85355339])
    """
    return _squareplus_with_derivative(x, b, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_nlrelu = UFUNCS["nlrelu"]
_nlrelu_backward = UFUNCS["nlrelu_backward"]
_nlrelu_with_derivative = UFUNCS["nlrelu_with_derivative"]


@_direct(_nlrelu)
def nlrelu(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Natural logarithm of the rectified linear unit plus one.

        log(beta * max(0, x) + 1)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Factor of x. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for beta > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> 0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.547 ULP.

    Source: https://arxiv.org/abs/1908.03682

    Examples
    --------
    >>> import pyact
    >>> pyact.nlrelu([-2.0, -0.5, 0.5, 2.0])
    array([0.        , 0.        , 0.40546511, 1.09861229])
    """
    return _nlrelu(x, beta, out, where=where, **ufunc_keywords)


@_direct(_nlrelu_backward)
def nlrelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of nlrelu: grad_output times the derivative.

        where(x > 0, beta / (1 + beta * x), 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Factor of x. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for beta > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 0.0.

    The derivative jumps with the default parameters at x = 0.0, where it is 0 (left 0, right 1).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 1.48 ULP.

    Source: https://arxiv.org/abs/1908.03682

    Examples
    --------
    >>> import pyact
    >>> pyact.nlrelu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.        , 0.        , 0.66666667, 0.33333333])
    """
    return _nlrelu_backward(grad_output, x, beta, out, where=where, **ufunc_keywords)


@_direct(_nlrelu_with_derivative)
def nlrelu_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of nlrelu, in one pass over memory.

        log(beta * max(0, x) + 1)

    and

        where(x > 0, beta / (1 + beta * x), 0)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Factor of x. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `nlrelu` and, with a grad_output of 1, `nlrelu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.nlrelu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.        , 0.        , 0.40546511, 1.09861229])
    >>> slope
    array([0.        , 0.        , 0.66666667, 0.33333333])
    """
    return _nlrelu_with_derivative(x, beta, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


symlog: np.ufunc = UFUNCS["symlog"]
symlog_backward: np.ufunc = UFUNCS["symlog_backward"]
_symlog_with_derivative = UFUNCS["symlog_with_derivative"]


@_direct(_symlog_with_derivative)
def symlog_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of symlog, in one pass over memory.

        sign(x) * log(abs(x) + 1)

    and

        1 / (1 + abs(x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `symlog` and, with a grad_output of 1, `symlog_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.symlog_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.09861229, -0.40546511,  0.40546511,  1.09861229])
    >>> slope
    array([0.33333333, 0.66666667, 0.66666667, 0.33333333])
    """
    return _symlog_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


silu: np.ufunc = UFUNCS["silu"]
silu_backward: np.ufunc = UFUNCS["silu_backward"]
_silu_with_derivative = UFUNCS["silu_with_derivative"]


@_direct(_silu_with_derivative)
def silu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of silu, in one pass over memory.

        x / (1 + exp(-x))

    and

        y = max(min(x, 1000), -1000)
        sigmoid(y) * (1 + y * sigmoid(-y))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `silu` and, with a grad_output of 1, `silu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.silu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.23840584, -0.18877033,  0.31122967,  1.76159416])
    >>> slope
    array([-0.09078425,  0.26003881,  0.73996119,  1.09078425])
    """
    return _silu_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_swish = UFUNCS["swish"]
_swish_backward = UFUNCS["swish_backward"]
_swish_backward_beta = UFUNCS["swish_backward_beta"]
_swish_gradients = UFUNCS["swish_gradients"]
_swish_with_derivative = UFUNCS["swish_with_derivative"]


@_direct(_swish)
def swish(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Sigmoid linear unit with a learned sharpness.

        x / (1 + exp(-beta * x))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness; 1 gives silu. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values with the default parameters: -inf -> -0.0, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.951 ULP, float64 0.741 ULP.

    Source: https://arxiv.org/abs/1710.05941

    Examples
    --------
    >>> import pyact
    >>> pyact.swish([-2.0, -0.5, 0.5, 2.0])
    array([-0.23840584, -0.18877033,  0.31122967,  1.76159416])
    """
    return _swish(x, beta, out, where=where, **ufunc_keywords)


@_direct(_swish_backward)
def swish_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of swish: grad_output times the derivative.

        silu.derivative(beta * x)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness; 1 gives silu. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> -0.0, -0.0 -> 0.5,
    0.0 -> 0.5, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.904 ULP, float64 0.711 ULP.

    Source: https://arxiv.org/abs/1710.05941

    Examples
    --------
    >>> import pyact
    >>> pyact.swish_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([-0.09078425,  0.26003881,  0.73996119,  1.09078425])
    """
    return _swish_backward(grad_output, x, beta, out, where=where, **ufunc_keywords)


@_direct(_swish_backward_beta)
def swish_backward_beta(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of swish for its parameter beta, element by element: grad_output times the derivative.

        y = max(min(x, 1e60), -1e60)
        y * sigmoid(beta * y) * (y * sigmoid(-beta * y))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness; 1 gives silu. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 0.0,
    0.0 -> 0.0, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.814 ULP, float64 0.743 ULP.

    Source: https://arxiv.org/abs/1710.05941

    Examples
    --------
    >>> import pyact
    >>> pyact.swish_backward_beta(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.41997434, 0.05875093, 0.05875093, 0.41997434])
    """
    return _swish_backward_beta(grad_output, x, beta, out, where=where, **ufunc_keywords)


@_direct(_swish_gradients)
def swish_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradients of swish for x and for its parameter beta, element by element, in one pass over memory:
    grad_output times the derivatives.

        silu.derivative(beta * x)

    and

        y = max(min(x, 1e60), -1e60)
        y * sigmoid(beta * y) * (y * sigmoid(-beta * y))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness; 1 gives silu. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where both gradients are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    for_x, for_beta : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `swish_backward` and `swish_backward_beta` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> for_x, for_beta = pyact.swish_gradients(1.0, [-2.0, -0.5, 0.5, 2.0])
    >>> for_x
    array([-0.09078425,  0.26003881,  0.73996119,  1.09078425])
    >>> for_beta
    array([0.41997434, 0.05875093, 0.05875093, 0.41997434])
    """
    return _swish_gradients(grad_output, x, beta, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


@_direct(_swish_with_derivative)
def swish_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of swish, in one pass over memory.

        x / (1 + exp(-beta * x))

    and

        silu.derivative(beta * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    beta : float or array_like, default 1.0
        Sharpness; 1 gives silu. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `swish` and, with a grad_output of 1, `swish_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.swish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.23840584, -0.18877033,  0.31122967,  1.76159416])
    >>> slope
    array([-0.09078425,  0.26003881,  0.73996119,  1.09078425])
    """
    return _swish_with_derivative(x, beta, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


quick_gelu: np.ufunc = UFUNCS["quick_gelu"]
quick_gelu_backward: np.ufunc = UFUNCS["quick_gelu_backward"]
_quick_gelu_with_derivative = UFUNCS["quick_gelu_with_derivative"]


@_direct(_quick_gelu_with_derivative)
def quick_gelu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of quick_gelu, in one pass over memory.

        x / (1 + exp(-1.702 * x))

    and

        silu.derivative(1.702 * x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `quick_gelu` and, with a grad_output of 1, `quick_gelu_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.quick_gelu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.06434138, -0.14961156,  0.35038844,  1.93565862])
    >>> slope
    array([-0.07381535,  0.12077809,  0.87922191,  1.07381535])
    """
    return _quick_gelu_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


gelu: np.ufunc = UFUNCS["gelu"]
gelu_backward: np.ufunc = UFUNCS["gelu_backward"]
_gelu_with_derivative = UFUNCS["gelu_with_derivative"]


@_direct(_gelu_with_derivative)
def gelu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of gelu, in one pass over memory.

        x * (1 + erf(x / sqrt(2))) / 2

    and

        y = max(min(x, 50), -50)
        density = exp(-y * y / 2) / sqrt(2 * pi)
        -(-y * density - erfc(-sqrt(1 / 2) * y) / 2)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `gelu` and, with a grad_output of 1, `gelu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.gelu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.04550026, -0.15426877,  0.34573123,  1.95449974])
    >>> slope
    array([-0.0852318 ,  0.13250488,  0.86749512,  1.0852318 ])
    """
    return _gelu_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


gelu_tanh: np.ufunc = UFUNCS["gelu_tanh"]
gelu_tanh_backward: np.ufunc = UFUNCS["gelu_tanh_backward"]
_gelu_tanh_with_derivative = UFUNCS["gelu_tanh_with_derivative"]


@_direct(_gelu_tanh_with_derivative)
def gelu_tanh_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of gelu_tanh, in one pass over memory.

        x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))

    and

        y = max(min(x, 50), -50)
        u = sqrt(8 / pi) * y * (1 + 0.044715 * y * y)
        sigmoid(u) * (1 + sqrt(8 / pi) * y * (1 + 0.134145 * y * y) * sigmoid(-u))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `gelu_tanh` and, with a grad_output of 1, `gelu_tanh_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.gelu_tanh_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.04540231, -0.15428599,  0.34571401,  1.95459769])
    >>> slope
    array([-0.08609926,  0.1326301 ,  0.8673699 ,  1.08609926])
    """
    return _gelu_tanh_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


mish: np.ufunc = UFUNCS["mish"]
mish_backward: np.ufunc = UFUNCS["mish_backward"]
_mish_with_derivative = UFUNCS["mish_with_derivative"]


@_direct(_mish_with_derivative)
def mish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of mish, in one pass over memory.

        x * tanh(log(1 + exp(x)))

    and

        y = max(min(x, 40), -1000)
        ex = exp(y)
        n = ex * (ex + 2)
        ex * ((ex + 2) * (n + 2) + 4 * y * (ex + 1)) / ((n + 2) * (n + 2))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `mish` and, with a grad_output of 1, `mish_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.mish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.25250148, -0.22074377,  0.37524521,  1.94395896])
    >>> slope
    array([-0.10835509,  0.28951068,  0.88642438,  1.06931793])
    """
    return _mish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


serf: np.ufunc = UFUNCS["serf"]
serf_backward: np.ufunc = UFUNCS["serf_backward"]
_serf_with_derivative = UFUNCS["serf_with_derivative"]


@_direct(_serf_with_derivative)
def serf_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of serf, in one pass over memory.

        x * erf(log(1 + exp(x)))

    and

        y = max(min(x, 20), -1000)
        s = softplus(y)
        -(-y * sigmoid(y) * (2 / sqrt(pi) * exp(-s * s)) - erf(s))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `serf` and, with a grad_output of 1, `serf_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.serf_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.28491497, -0.24871327,  0.41582931,  1.99473933])
    >>> slope
    array([-0.12225545,  0.32729629,  0.96763584,  1.0189317 ])
    """
    return _serf_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


tanhexp: np.ufunc = UFUNCS["tanhexp"]
tanhexp_backward: np.ufunc = UFUNCS["tanhexp_backward"]
_tanhexp_with_derivative = UFUNCS["tanhexp_with_derivative"]


@_direct(_tanhexp_with_derivative)
def tanhexp_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of tanhexp, in one pass over memory.

        x * tanh(exp(x))

    and

        y = max(min(x, 4), -1000)
        ex = exp(y)
        -(-y * ex * (4 * sigmoid(2 * ex) * sigmoid(-2 * ex)) - tanh(ex))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `tanhexp` and, with a grad_output of 1, `tanhexp_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.tanhexp_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.26903008, -0.27084017,  0.46434097,  1.99999847])
    >>> slope
    array([-0.13125793,  0.32739838,  1.04207262,  1.00002181])
    """
    return _tanhexp_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


logish: np.ufunc = UFUNCS["logish"]
logish_backward: np.ufunc = UFUNCS["logish_backward"]
_logish_with_derivative = UFUNCS["logish_with_derivative"]


@_direct(_logish_with_derivative)
def logish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of logish, in one pass over memory.

        x * log(1 + 1 / (1 + exp(-x)))

    and

        y = max(min(x, 1000), -1000)
        s = sigmoid(y)
        -(-y * s * sigmoid(-y) / (1 + s) - log1p(s))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `logish` and, with a grad_output of 1, `logish_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.logish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.22523351, -0.16014989,  0.24197155,  1.26339133])
    >>> slope
    array([-0.07500532,  0.2350015 ,  0.55636517,  0.74334363])
    """
    return _logish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


smish: np.ufunc = UFUNCS["smish"]
smish_backward: np.ufunc = UFUNCS["smish_backward"]
_smish_with_derivative = UFUNCS["smish_with_derivative"]


@_direct(_smish_with_derivative)
def smish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of smish, in one pass over memory.

        x * tanh(log(1 + 1 / (1 + exp(-x))))

    and

        y = max(min(x, 1000), -1000)
        s = sigmoid(y)
        n = s * (s + 2)
        s * ((s + 2) * (n + 2) + 4 * y * (1 + s) * sigmoid(-y)) / ((n + 2) * (n + 2))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `smish` and, with a grad_output of 1, `smish_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.smish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.22428614, -0.15488898,  0.22469797,  1.11843742])
    >>> slope
    array([-0.07311945,  0.23266511,  0.50719189,  0.6359515 ])
    """
    return _smish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


phish: np.ufunc = UFUNCS["phish"]
phish_backward: np.ufunc = UFUNCS["phish_backward"]
_phish_with_derivative = UFUNCS["phish_with_derivative"]


@_direct(_phish_with_derivative)
def phish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of phish, in one pass over memory.

        x * tanh(x * (1 + erf(x / sqrt(2))) / 2)

    and

        y = max(min(x, 50), -50)
        p = erfc(-sqrt(1 / 2) * y) / 2
        density = exp(-y * y / 2) / sqrt(2 * pi)
        g = y * p
        tanh(g) - y * (-y * density - p) * (4 * sigmoid(2 * g) * sigmoid(-2 * g))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `phish` and, with a grad_output of 1, `phish_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.phish_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.09093778, 0.07652825, 0.16629218, 1.9213358 ])
    >>> slope
    array([ 0.12464229, -0.21775689,  0.71835408,  1.12804795])
    """
    return _phish_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


colu: np.ufunc = UFUNCS["colu"]
colu_backward: np.ufunc = UFUNCS["colu_backward"]
_colu_with_derivative = UFUNCS["colu_with_derivative"]


@_direct(_colu_with_derivative)
def colu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of colu, in one pass over memory.

        x / (1 - x * exp(-(x + exp(x))))

    and

        y = max(min(x, 5), -1000)
        ex = exp(y)
        p = exp(-ex)
        d = ex - y * p
        ex * (ex - y * y * p * (1 + ex)) / (d * d)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `colu` and, with a grad_output of 1, `colu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.colu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.14380685, -0.34495278,  0.53096402,  2.00033459])
    >>> slope
    array([-0.14635929,  0.30412241,  1.04059707,  0.99752723])
    """
    return _colu_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


lisht: np.ufunc = UFUNCS["lisht"]
lisht_backward: np.ufunc = UFUNCS["lisht_backward"]
_lisht_with_derivative = UFUNCS["lisht_with_derivative"]


@_direct(_lisht_with_derivative)
def lisht_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of lisht, in one pass over memory.

        x * tanh(x)

    and

        y = max(min(x, 1000), -1000)
        tanh(y) + y * (4 * sigmoid(2 * y) * sigmoid(-2 * y))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `lisht` and, with a grad_output of 1, `lisht_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.lisht_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([1.92805516, 0.23105858, 0.23105858, 1.92805516])
    >>> slope
    array([-1.10532923, -0.85534102,  0.85534102,  1.10532923])
    """
    return _lisht_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


tanhshrink: np.ufunc = UFUNCS["tanhshrink"]
tanhshrink_backward: np.ufunc = UFUNCS["tanhshrink_backward"]
_tanhshrink_with_derivative = UFUNCS["tanhshrink_with_derivative"]


@_direct(_tanhshrink_with_derivative)
def tanhshrink_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of tanhshrink, in one pass over memory.

        x - tanh(x)

    and

        tanh(x)**2

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `tanhshrink` and, with a grad_output of 1, `tanhshrink_backward` give;
    their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.tanhshrink_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.03597242, -0.03788284,  0.03788284,  1.03597242])
    >>> slope
    array([0.92934918, 0.21355227, 0.21355227, 0.92934918])
    """
    return _tanhshrink_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


softsign: np.ufunc = UFUNCS["softsign"]
softsign_backward: np.ufunc = UFUNCS["softsign_backward"]
_softsign_with_derivative = UFUNCS["softsign_with_derivative"]


@_direct(_softsign_with_derivative)
def softsign_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of softsign, in one pass over memory.

        x / (1 + abs(x))

    and

        (1 / (1 + abs(x)))**2

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `softsign` and, with a grad_output of 1, `softsign_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.softsign_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.66666667, -0.33333333,  0.33333333,  0.66666667])
    >>> slope
    array([0.11111111, 0.44444444, 0.44444444, 0.11111111])
    """
    return _softsign_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


elliott: np.ufunc = UFUNCS["elliott"]
elliott_backward: np.ufunc = UFUNCS["elliott_backward"]
_elliott_with_derivative = UFUNCS["elliott_with_derivative"]


@_direct(_elliott_with_derivative)
def elliott_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of elliott, in one pass over memory.

        x / (2 * (1 + abs(x))) + 1 / 2

    and

        (1 / (1 + abs(x)))**2 / 2

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `elliott` and, with a grad_output of 1, `elliott_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.elliott_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.16666667, 0.33333333, 0.66666667, 0.83333333])
    >>> slope
    array([0.05555556, 0.22222222, 0.22222222, 0.05555556])
    """
    return _elliott_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_isru = UFUNCS["isru"]
_isru_backward = UFUNCS["isru_backward"]
_isru_with_derivative = UFUNCS["isru_with_derivative"]


@_direct(_isru)
def isru(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Inverse square root unit.

        x / sqrt(1 + alpha * x**2)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Saturation is 1 / sqrt(alpha). A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -1 / sqrt(alpha), -0.0 -> -0.0, 0.0 -> 0.0,
    inf -> 1 / sqrt(alpha).

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/1710.09967

    Examples
    --------
    >>> import pyact
    >>> pyact.isru([-2.0, -0.5, 0.5, 2.0])
    array([-0.89442719, -0.4472136 ,  0.4472136 ,  0.89442719])
    """
    return _isru(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_isru_backward)
def isru_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of isru: grad_output times the derivative.

        y = max(min(x, 1), -1)
        t = 1 / max(abs(x), 1)
        (t / sqrt(t * t + alpha * y * y))**3

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Saturation is 1 / sqrt(alpha). A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 1.0,
    0.0 -> 1.0, inf -> 0.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 1.07 ULP.

    Source: https://arxiv.org/abs/1710.09967

    Examples
    --------
    >>> import pyact
    >>> pyact.isru_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.08944272, 0.71554175, 0.71554175, 0.08944272])
    """
    return _isru_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_isru_with_derivative)
def isru_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of isru, in one pass over memory.

        x / sqrt(1 + alpha * x**2)

    and

        y = max(min(x, 1), -1)
        t = 1 / max(abs(x), 1)
        (t / sqrt(t * t + alpha * y * y))**3

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Saturation is 1 / sqrt(alpha). A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `isru` and, with a grad_output of 1, `isru_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.isru_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.89442719, -0.4472136 ,  0.4472136 ,  0.89442719])
    >>> slope
    array([0.08944272, 0.71554175, 0.71554175, 0.08944272])
    """
    return _isru_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_isrlu = UFUNCS["isrlu"]
_isrlu_backward = UFUNCS["isrlu_backward"]
_isrlu_with_derivative = UFUNCS["isrlu_with_derivative"]


@_direct(_isrlu)
def isrlu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Inverse square root linear unit.

        where(x >= 0, x, x / sqrt(1 + alpha * x**2))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -1 / sqrt(alpha). A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -1 / sqrt(alpha), -0.0 -> -0.0, 0.0 -> 0.0,
    inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/1710.09967

    Examples
    --------
    >>> import pyact
    >>> pyact.isrlu([-2.0, -0.5, 0.5, 2.0])
    array([-0.89442719, -0.4472136 ,  0.5       ,  2.        ])
    """
    return _isrlu(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_isrlu_backward)
def isrlu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of isrlu: grad_output times the derivative.

        where(x >= 0, 1, isru.derivative(x, alpha))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -1 / sqrt(alpha). A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> 0.0, -0.0 -> 1.0,
    0.0 -> 1.0, inf -> 1.0.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 1.07 ULP.

    Source: https://arxiv.org/abs/1710.09967

    Examples
    --------
    >>> import pyact
    >>> pyact.isrlu_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([0.08944272, 0.71554175, 1.        , 1.        ])
    """
    return _isrlu_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_isrlu_with_derivative)
def isrlu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of isrlu, in one pass over memory.

        where(x >= 0, x, x / sqrt(1 + alpha * x**2))

    and

        where(x >= 0, 1, isru.derivative(x, alpha))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Negative saturation is -1 / sqrt(alpha). A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `isrlu` and, with a grad_output of 1, `isrlu_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.isrlu_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.89442719, -0.4472136 ,  0.5       ,  2.        ])
    >>> slope
    array([0.08944272, 0.71554175, 1.        , 1.        ])
    """
    return _isrlu_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


bent_identity: np.ufunc = UFUNCS["bent_identity"]
bent_identity_backward: np.ufunc = UFUNCS["bent_identity_backward"]
_bent_identity_with_derivative = UFUNCS["bent_identity_with_derivative"]


@_direct(_bent_identity_with_derivative)
def bent_identity_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of bent_identity, in one pass over memory.

        (sqrt(x**2 + 1) - 1) / 2 + x

    and

        y = max(min(x, 1), -1)
        t = 1 / max(abs(x), 1)
        1 + y / (2 * sqrt(t * t + y * y))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `bent_identity` and, with a grad_output of 1, `bent_identity_backward`
    give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.bent_identity_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.38196601, -0.44098301,  0.55901699,  2.61803399])
    >>> slope
    array([0.5527864, 0.7763932, 1.2236068, 1.4472136])
    """
    return _bent_identity_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


arctan: np.ufunc = UFUNCS["arctan"]
arctan_backward: np.ufunc = UFUNCS["arctan_backward"]
_arctan_with_derivative = UFUNCS["arctan_with_derivative"]


@_direct(_arctan_with_derivative)
def arctan_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of arctan, in one pass over memory.

        atan(x)

    and

        y = max(min(x, 1), -1)
        t = 1 / max(abs(x), 1)
        t * t / (t * t + y * y)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `arctan` and, with a grad_output of 1, `arctan_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.arctan_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.10714872, -0.46364761,  0.46364761,  1.10714872])
    >>> slope
    array([0.2, 0.8, 0.8, 0.2])
    """
    return _arctan_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


gaussian: np.ufunc = UFUNCS["gaussian"]
gaussian_backward: np.ufunc = UFUNCS["gaussian_backward"]
_gaussian_with_derivative = UFUNCS["gaussian_with_derivative"]


@_direct(_gaussian_with_derivative)
def gaussian_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of gaussian, in one pass over memory.

        exp(-x**2)

    and

        y = max(min(x, 50), -50)
        -2 * y * exp(-y * y)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `gaussian` and, with a grad_output of 1, `gaussian_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.gaussian_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([0.01831564, 0.77880078, 0.77880078, 0.01831564])
    >>> slope
    array([ 0.07326256,  0.77880078, -0.77880078, -0.07326256])
    """
    return _gaussian_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


sinusoid: np.ufunc = UFUNCS["sinusoid"]
sinusoid_backward: np.ufunc = UFUNCS["sinusoid_backward"]
_sinusoid_with_derivative = UFUNCS["sinusoid_with_derivative"]


@_direct(_sinusoid_with_derivative)
def sinusoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of sinusoid, in one pass over memory.

        sin(x)

    and

        cos(x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `sinusoid` and, with a grad_output of 1, `sinusoid_backward` give; their
    notes hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.sinusoid_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.90929743, -0.47942554,  0.47942554,  0.90929743])
    >>> slope
    array([-0.41614684,  0.87758256,  0.87758256, -0.41614684])
    """
    return _sinusoid_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


cosine: np.ufunc = UFUNCS["cosine"]
cosine_backward: np.ufunc = UFUNCS["cosine_backward"]
_cosine_with_derivative = UFUNCS["cosine_with_derivative"]


@_direct(_cosine_with_derivative)
def cosine_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of cosine, in one pass over memory.

        cos(x)

    and

        -sin(x)

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `cosine` and, with a grad_output of 1, `cosine_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.cosine_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-0.41614684,  0.87758256,  0.87758256, -0.41614684])
    >>> slope
    array([ 0.90929743,  0.47942554, -0.47942554, -0.90929743])
    """
    return _cosine_with_derivative(x, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_snake = UFUNCS["snake"]
_snake_backward = UFUNCS["snake_backward"]
_snake_backward_alpha = UFUNCS["snake_backward_alpha"]
_snake_gradients = UFUNCS["snake_gradients"]
_snake_with_derivative = UFUNCS["snake_with_derivative"]


@_direct(_snake)
def snake(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Identity plus a squared sine of learned frequency.

        x + sin(alpha * x)**2 / alpha

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Frequency. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values with the default parameters: -inf -> -inf, -0.0 -> -0.0, 0.0 -> 0.0, inf -> inf.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.8 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2006.08195

    Examples
    --------
    >>> import pyact
    >>> pyact.snake([-2.0, -0.5, 0.5, 2.0])
    array([-1.17317819, -0.27015115,  0.72984885,  2.82682181])
    """
    return _snake(x, alpha, out, where=where, **ufunc_keywords)


@_direct(_snake_backward)
def snake_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of snake: grad_output times the derivative.

        u = alpha * x
        v = 2 * u
        s = sin(v)
        where(abs(u) > 1e300, (sin(u) + cos(u))**2, where(s < 0, cos(v)**2 / (1 - s), 1 + s))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Frequency. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> nan, -0.0 -> 1.0,
    0.0 -> 1.0, inf -> nan.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2006.08195

    Examples
    --------
    >>> import pyact
    >>> pyact.snake_backward(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([1.7568025 , 0.15852902, 1.84147098, 0.2431975 ])
    """
    return _snake_backward(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_snake_backward_alpha)
def snake_backward_alpha(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of snake for its parameter alpha, element by element: grad_output times the derivative.

        u = alpha * x
        sin(u) / alpha * ((2 * u * cos(u) - sin(u)) / alpha)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Frequency. A scalar, or an array that broadcasts against `x`.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    Meant for alpha > 0; other values follow the formula as far as it goes.

    Special values of the derivative with the default parameters: -inf -> nan, -0.0 -> -0.0,
    0.0 -> 0.0, inf -> nan.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.555 ULP.

    Source: https://arxiv.org/abs/2006.08195

    Examples
    --------
    >>> import pyact
    >>> pyact.snake_backward_alpha(1.0, [-2.0, -0.5, 0.5, 2.0])
    array([-2.3404268 ,  0.19088665,  0.19088665, -2.3404268 ])
    """
    return _snake_backward_alpha(grad_output, x, alpha, out, where=where, **ufunc_keywords)


@_direct(_snake_gradients)
def snake_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Gradients of snake for x and for its parameter alpha, element by element, in one pass over memory:
    grad_output times the derivatives.

        u = alpha * x
        v = 2 * u
        s = sin(v)
        where(abs(u) > 1e300, (sin(u) + cos(u))**2, where(s < 0, cos(v)**2 / (1 - s), 1 + s))

    and

        u = alpha * x
        sin(u) / alpha * ((2 * u * cos(u) - sin(u)) / alpha)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`.
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Frequency. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where both gradients are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    for_x, for_alpha : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype that `grad_output` and `x` promote to
        (integers: the float that holds them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `snake_backward` and `snake_backward_alpha` give; their notes hold.

    Examples
    --------
    >>> import pyact
    >>> for_x, for_alpha = pyact.snake_gradients(1.0, [-2.0, -0.5, 0.5, 2.0])
    >>> for_x
    array([1.7568025 , 0.15852902, 1.84147098, 0.2431975 ])
    >>> for_alpha
    array([-2.3404268 ,  0.19088665,  0.19088665, -2.3404268 ])
    """
    return _snake_gradients(grad_output, x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


@_direct(_snake_with_derivative)
def snake_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any:
    """Value and derivative of snake, in one pass over memory.

        x + sin(alpha * x)**2 / alpha

    and

        u = alpha * x
        v = 2 * u
        s = sin(v)
        where(abs(u) > 1e300, (sin(u) + cos(u))**2, where(s < 0, cos(v)**2 / (1 - s), 1 + s))

    Parameters
    ----------
    x : array_like
        Any shape: float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy
        promotes them.
    alpha : float or array_like, default 1.0
        Frequency. A scalar, or an array that broadcasts against `x`.
    out : tuple of two ndarrays or None, optional
        Where value and derivative are written, None for a new array; one of the two may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    value, derivative : ndarray, or a scalar if that has no axes
        The shape that the arguments broadcast to; the dtype of `x` (integers: the float that holds
        them). Parameters do not change it.

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The shapes do not broadcast, or `out` has another shape or is read-only.

    Notes
    -----
    To the last bit what `snake` and, with a grad_output of 1, `snake_backward` give; their notes
    hold.

    Examples
    --------
    >>> import pyact
    >>> y, slope = pyact.snake_with_derivative([-2.0, -0.5, 0.5, 2.0])
    >>> y
    array([-1.17317819, -0.27015115,  0.72984885,  2.82682181])
    >>> slope
    array([1.7568025 , 0.15852902, 1.84147098, 0.2431975 ])
    """
    return _snake_with_derivative(x, alpha, out=(None, None) if out is None else out, where=where, **ufunc_keywords)


_glu = UFUNCS["glu"]
_glu_backward = UFUNCS["glu_backward"]


@_direct(_glu)
def glu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Gated linear unit: a times the sigmoid of b.

        a / (1 + exp(-b))

    Parameters
    ----------
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        Half as long as `x` along the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is b, the second half of the input in torch.nn.GLU.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.958 ULP, float64 0.884 ULP.

    The function of torch.nn.GLU.

    Source: https://arxiv.org/abs/1612.08083

    Examples
    --------
    >>> import pyact
    >>> pyact.glu([1.0, 2.0, -1.0, 0.5])
    array([0.26894142, 1.24491866])
    """
    a, b = _composed.split_in_halves("glu", x, axis)
    return _glu(a, b, out=out, where=where, **ufunc_keywords)


@_direct(_glu_backward)
def glu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any:
    """Gradient of glu for x, both halves.

        grad_output * d/da:
            sigmoid(b)
        grad_output * d/db:
            a * (sigmoid(b) * sigmoid(-b))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result: half as long as `x` along the axis, or a scalar.
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
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
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is b, the second half of the input in torch.nn.GLU.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.649 ULP, float64 0.665 ULP for a; float16 none (correctly rounded), bfloat16 none
    (correctly rounded), float32 0.775 ULP, float64 0.947 ULP for b.

    The function of torch.nn.GLU.

    Source: https://arxiv.org/abs/1612.08083

    Examples
    --------
    >>> import pyact
    >>> pyact.glu_backward(1.0, [1.0, 2.0, -1.0, 0.5])
    array([0.26894142, 0.62245933, 0.19661193, 0.47000742])
    """
    return _composed.gate_backward("glu", _glu_backward, grad_output, x, axis, (), out)


_bilinear = UFUNCS["bilinear"]
_bilinear_backward = UFUNCS["bilinear_backward"]


@_direct(_bilinear)
def bilinear(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Gated linear unit without a nonlinearity: a times b.

        a * b

    Parameters
    ----------
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        Half as long as `x` along the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.bilinear([1.0, 2.0, -1.0, 0.5])
    array([-1.,  1.])
    """
    a, b = _composed.split_in_halves("bilinear", x, axis)
    return _bilinear(a, b, out=out, where=where, **ufunc_keywords)


@_direct(_bilinear_backward)
def bilinear_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any:
    """Gradient of bilinear for x, both halves.

        grad_output * d/da:
            b
        grad_output * d/db:
            a

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result: half as long as `x` along the axis, or a scalar.
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
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
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP for a; float16 none (correctly rounded), bfloat16 none (correctly
    rounded), float32 0 ULP, float64 0 ULP for b.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.bilinear_backward(1.0, [1.0, 2.0, -1.0, 0.5])
    array([-1. ,  0.5,  1. ,  2. ])
    """
    return _composed.gate_backward("bilinear", _bilinear_backward, grad_output, x, axis, (), out)


_reglu = UFUNCS["reglu"]
_reglu_backward = UFUNCS["reglu_backward"]


@_direct(_reglu)
def reglu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Gated linear unit with relu: relu of a times b.

        max(a, 0) * b

    Parameters
    ----------
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        Half as long as `x` along the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is a, the first factor, as in the paper.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.5 ULP, float64 0.5 ULP.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.reglu([1.0, 2.0, -1.0, 0.5])
    array([-1.,  1.])
    """
    a, b = _composed.split_in_halves("reglu", x, axis)
    return _reglu(a, b, out=out, where=where, **ufunc_keywords)


@_direct(_reglu_backward)
def reglu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any:
    """Gradient of reglu for x, both halves.

        grad_output * d/da:
            where(a > 0, b, 0)
        grad_output * d/db:
            max(a, 0)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result: half as long as `x` along the axis, or a scalar.
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
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
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is a, the first factor, as in the paper.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0 ULP, float64 0 ULP for a; float16 none (correctly rounded), bfloat16 none (correctly
    rounded), float32 0 ULP, float64 0 ULP for b.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.reglu_backward(1.0, [1.0, 2.0, -1.0, 0.5])
    array([-1. ,  0.5,  1. ,  2. ])
    """
    return _composed.gate_backward("reglu", _reglu_backward, grad_output, x, axis, (), out)


_geglu = UFUNCS["geglu"]
_geglu_backward = UFUNCS["geglu_backward"]


@_direct(_geglu)
def geglu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Gated linear unit with gelu: gelu of a times b.

        a * (1 + erf(a / sqrt(2))) / 2 * b

    Parameters
    ----------
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        Half as long as `x` along the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is a, the first factor, as in the paper. Libraries that split one projection often gate
    the second half: there a is the second half.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.911 ULP, float64 0.89 ULP.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.geglu([1.0, 2.0, -1.0, 0.5])
    array([-0.84134475,  0.97724987])
    """
    a, b = _composed.split_in_halves("geglu", x, axis)
    return _geglu(a, b, out=out, where=where, **ufunc_keywords)


@_direct(_geglu_backward)
def geglu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any:
    """Gradient of geglu for x, both halves.

        grad_output * d/da:
            b * gelu.derivative(a)
        grad_output * d/db:
            gelu(a)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result: half as long as `x` along the axis, or a scalar.
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
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
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is a, the first factor, as in the paper. Libraries that split one projection often gate
    the second half: there a is the second half.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.897 ULP, float64 0.545 ULP for a; float16 none (correctly rounded), bfloat16 none
    (correctly rounded), float32 0.911 ULP, float64 0.956 ULP for b.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.geglu_backward(1.0, [1.0, 2.0, -1.0, 0.5])
    array([-1.08331547,  0.5426159 ,  0.84134475,  1.95449974])
    """
    return _composed.gate_backward("geglu", _geglu_backward, grad_output, x, axis, (), out)


_swiglu = UFUNCS["swiglu"]
_swiglu_backward = UFUNCS["swiglu_backward"]


@_direct(_swiglu)
def swiglu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Gated linear unit with silu: silu of a times b.

        a / (1 + exp(-a)) * b

    Parameters
    ----------
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        Half as long as `x` along the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is a, the first factor, as in the paper and in the SwiGLU operator of ONNX.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.575 ULP, float64 0.75 ULP.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.swiglu([1.0, 2.0, -1.0, 0.5])
    array([-0.73105858,  0.88079708])
    """
    a, b = _composed.split_in_halves("swiglu", x, axis)
    return _swiglu(a, b, out=out, where=where, **ufunc_keywords)


@_direct(_swiglu_backward)
def swiglu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any:
    """Gradient of swiglu for x, both halves.

        grad_output * d/da:
            b * silu.derivative(a)
        grad_output * d/db:
            silu(a)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result: half as long as `x` along the axis, or a scalar.
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
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
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    The gate is a, the first factor, as in the paper and in the SwiGLU operator of ONNX.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.686 ULP, float64 1.17 ULP for a; float16 none (correctly rounded), bfloat16 none
    (correctly rounded), float32 0.575 ULP, float64 0.741 ULP for b.

    Source: https://arxiv.org/abs/2002.05202

    Examples
    --------
    >>> import pyact
    >>> pyact.swiglu_backward(1.0, [1.0, 2.0, -1.0, 0.5])
    array([-0.92767051,  0.54539212,  0.73105858,  1.76159416])
    """
    return _composed.gate_backward("swiglu", _swiglu_backward, grad_output, x, axis, (), out)


_gtu = UFUNCS["gtu"]
_gtu_backward = UFUNCS["gtu_backward"]


@_direct(_gtu)
def gtu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any:
    """Gated tanh unit: the hyperbolic tangent of a times the sigmoid of b.

        tanh(a) / (1 + exp(-b))

    Parameters
    ----------
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
    out : ndarray, optional
        Where the result is written; it may be an input.
    where : array_like of bool, default True
        Where to compute; elsewhere `out` is left as it is.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        Half as long as `x` along the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Both inputs pass through a nonlinearity; the limits are those of a.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.58 ULP, float64 0.887 ULP.

    Source: https://arxiv.org/abs/1612.08083

    Examples
    --------
    >>> import pyact
    >>> pyact.gtu([1.0, 2.0, -1.0, 0.5])
    array([0.20482421, 0.60006796])
    """
    a, b = _composed.split_in_halves("gtu", x, axis)
    return _gtu(a, b, out=out, where=where, **ufunc_keywords)


@_direct(_gtu_backward)
def gtu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any:
    """Gradient of gtu for x, both halves.

        grad_output * d/da:
            4 * sigmoid(2 * a) * sigmoid(-2 * a) * sigmoid(b)
        grad_output * d/db:
            tanh(a) * (sigmoid(b) * sigmoid(-b))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result: half as long as `x` along the axis, or a scalar.
    x : array_like
        a and b, one after the other along the axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis that is split.
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
        The length along the axis is odd, the shapes do not broadcast, or `out` has another shape or is
        read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Both inputs pass through a nonlinearity; the limits are those of a.

    NaN gives NaN.

    Largest measured error: float16 none (correctly rounded), bfloat16 none (correctly rounded),
    float32 0.584 ULP, float64 0.756 ULP for a; float16 none (correctly rounded), bfloat16 none
    (correctly rounded), float32 0.588 ULP, float64 0.947 ULP for b.

    Source: https://arxiv.org/abs/1612.08083

    Examples
    --------
    >>> import pyact
    >>> pyact.gtu_backward(1.0, [1.0, 2.0, -1.0, 0.5])
    array([0.1129485 , 0.04397727, 0.1497385 , 0.22655006])
    """
    return _composed.gate_backward("gtu", _gtu_backward, grad_output, x, axis, (), out)


_softmax = UFUNCS["softmax"]
_softmax_backward = UFUNCS["softmax_backward"]
_softmax_backward_from_output = UFUNCS["softmax_backward_from_output"]


@_direct(_softmax)
def softmax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any:
    """Exponentials of a row divided by their sum.

        exp(x) / row_sum(exp(x))

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it, or of -inf alone, gives NaN
    throughout.

    Largest measured error: float32 1.7 ULP, float64 1.54 ULP, float16 0.5 ULP.

    The function of torch.nn.Softmax.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softmax([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([[0.04201007, 0.1141952 , 0.84379473],
           [0.33333333, 0.33333333, 0.33333333]])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(x)
    return _softmax(x, axis=axis, out=out, **ufunc_keywords)


@_direct(_softmax_backward)
def softmax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of softmax: the vector-Jacobian product.

        ex = exp(x - row_max(x))
        y = ex / row_sum(ex)
        y * (grad_output - row_sum(grad_output * y))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it, or of -inf alone, gives NaN
    throughout.

    Largest measured error: float32 1 ULP, float64 1.13 ULP, float16 1 ULP, of the largest term.

    The function of torch.nn.Softmax.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softmax_backward([1.0, 0.0, 0.0], [1.0, 2.0, 4.0])
    array([ 0.04024522, -0.00479735, -0.03544787])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, x)
    return _softmax_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)


@_direct(_softmax_backward_from_output)
def softmax_backward_from_output(
    grad_output: ArrayLike, y: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of softmax from its result: the vector-Jacobian product.

        y * (grad_output - sum(grad_output * y))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    y : array_like
        What `softmax` gave. At least one axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `y`; the dtype that `grad_output` and `y` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `y` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `y` has no such axis (a ValueError, too).

    Notes
    -----
    What the forward pass has computed is not computed again. Where x is at hand, `softmax_backward`
    is more accurate, as y has been rounded. The error is that of this formula for y as given.

    Largest measured error: float32 1.47 ULP, float64 1.42 ULP, float16 1 ULP, of the largest term.

    A row of y that holds NaN gives NaN throughout.

    Examples
    --------
    >>> import pyact
    >>> y = pyact.softmax([1.0, 2.0, 4.0])
    >>> pyact.softmax_backward_from_output([1.0, 0.0, 0.0], y)
    array([ 0.04024522, -0.00479735, -0.03544787])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, y)
    return _softmax_backward_from_output(grad_output, y, axis=axis, out=out, **ufunc_keywords)


_log_softmax = UFUNCS["log_softmax"]
_log_softmax_backward = UFUNCS["log_softmax_backward"]
_log_softmax_backward_from_output = UFUNCS["log_softmax_backward_from_output"]


@_direct(_log_softmax)
def log_softmax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any:
    """Logarithm of softmax.

        log(exp(x) / row_sum(exp(x)))

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives -inf; a row with +inf or NaN in it, or of -inf alone, gives NaN
    throughout.

    Largest measured error: float32 1.25 ULP, float64 1.24 ULP, float16 0.5 ULP.

    The function of torch.nn.LogSoftmax.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html

    Examples
    --------
    >>> import pyact
    >>> pyact.log_softmax([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([[-3.16984602, -2.16984602, -0.16984602],
           [-1.09861229, -1.09861229, -1.09861229]])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(x)
    return _log_softmax(x, axis=axis, out=out, **ufunc_keywords)


@_direct(_log_softmax_backward)
def log_softmax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of log_softmax: the vector-Jacobian product.

        ex = exp(x - row_max(x))
        grad_output - ex / row_sum(ex) * row_sum(grad_output)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: a row with +inf or NaN in it, or of -inf alone, gives NaN throughout.

    Largest measured error: float32 1 ULP, float64 1.41 ULP, float16 0.997 ULP, of the largest term.

    The function of torch.nn.LogSoftmax.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html

    Examples
    --------
    >>> import pyact
    >>> pyact.log_softmax_backward([1.0, 0.0, 0.0], [1.0, 2.0, 4.0])
    array([ 0.95798993, -0.1141952 , -0.84379473])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, x)
    return _log_softmax_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)


@_direct(_log_softmax_backward_from_output)
def log_softmax_backward_from_output(
    grad_output: ArrayLike, y: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of log_softmax from its result: the vector-Jacobian product.

        grad_output - exp(y) * sum(grad_output)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    y : array_like
        What `log_softmax` gave. At least one axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `y`; the dtype that `grad_output` and `y` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `y` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `y` has no such axis (a ValueError, too).

    Notes
    -----
    What the forward pass has computed is not computed again. Where x is at hand,
    `log_softmax_backward` is more accurate, as y has been rounded. The error is that of this
    formula for y as given.

    Largest measured error: float32 1.32 ULP, float64 0.995 ULP, float16 0.992 ULP, of the largest
    term.

    A row of y that holds NaN gives NaN throughout.

    Examples
    --------
    >>> import pyact
    >>> y = pyact.log_softmax([1.0, 2.0, 4.0])
    >>> pyact.log_softmax_backward_from_output([1.0, 0.0, 0.0], y)
    array([ 0.95798993, -0.1141952 , -0.84379473])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, y)
    return _log_softmax_backward_from_output(grad_output, y, axis=axis, out=out, **ufunc_keywords)


_softmin = UFUNCS["softmin"]
_softmin_backward = UFUNCS["softmin_backward"]
_softmin_backward_from_output = UFUNCS["softmin_backward_from_output"]


@_direct(_softmin)
def softmin(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any:
    """Softmax of the negative row.

        exp(-x) / row_sum(exp(-x))

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: +inf gives 0; a row with -inf or NaN in it, or of +inf alone, gives NaN
    throughout.

    Largest measured error: float32 1.7 ULP, float64 1.54 ULP, float16 0.5 ULP.

    The function of torch.nn.Softmin.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softmin([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([[0.70538451, 0.25949646, 0.03511903],
           [0.33333333, 0.33333333, 0.33333333]])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(x)
    return _softmin(x, axis=axis, out=out, **ufunc_keywords)


@_direct(_softmin_backward)
def softmin_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of softmin: the vector-Jacobian product.

        ex = exp(-row_max(-x) - x)
        y = ex / row_sum(ex)
        y * (row_sum(grad_output * y) - grad_output)

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: +inf gives 0; a row with -inf or NaN in it, or of +inf alone, gives NaN
    throughout.

    Largest measured error: float32 1 ULP, float64 1.13 ULP, float16 1 ULP, of the largest term.

    The function of torch.nn.Softmin.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softmin_backward([1.0, 0.0, 0.0], [1.0, 2.0, 4.0])
    array([-0.2078172 ,  0.18304478,  0.02477242])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, x)
    return _softmin_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)


@_direct(_softmin_backward_from_output)
def softmin_backward_from_output(
    grad_output: ArrayLike, y: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of softmin from its result: the vector-Jacobian product.

        -y * (grad_output - sum(grad_output * y))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    y : array_like
        What `softmin` gave. At least one axis: float16, bfloat16, float32 or float64; integers and
        booleans are promoted as NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `y`; the dtype that `grad_output` and `y` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `y` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `y` has no such axis (a ValueError, too).

    Notes
    -----
    What the forward pass has computed is not computed again. Where x is at hand, `softmin_backward`
    is more accurate, as y has been rounded. The error is that of this formula for y as given.

    Largest measured error: float32 1.44 ULP, float64 1.43 ULP, float16 0.998 ULP, of the largest
    term.

    A row of y that holds NaN gives NaN throughout.

    Examples
    --------
    >>> import pyact
    >>> y = pyact.softmin([1.0, 2.0, 4.0])
    >>> pyact.softmin_backward_from_output([1.0, 0.0, 0.0], y)
    array([-0.2078172 ,  0.18304478,  0.02477242])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, y)
    return _softmin_backward_from_output(grad_output, y, axis=axis, out=out, **ufunc_keywords)


_hardmax = UFUNCS["hardmax"]
_hardmax_backward = UFUNCS["hardmax_backward"]


@_direct(_hardmax)
def hardmax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any:
    """One at the first maximum of a row, zero elsewhere.

        row_first_max(x)

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: the first maximum counts, infinite or not; a row with NaN in it gives NaN
    throughout.

    Largest measured error: float64 0 ULP, float16 0 ULP.

    Source: https://onnx.ai/onnx/operators/onnx__Hardmax.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hardmax([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(x)
    return _hardmax(x, axis=axis, out=out, **ufunc_keywords)


@_direct(_hardmax_backward)
def hardmax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of hardmax: the vector-Jacobian product.

        0

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: the gradient is 0 whatever the row holds.

    Largest measured error: float64 0 ULP, float16 0 ULP, of the largest term.

    Source: https://onnx.ai/onnx/operators/onnx__Hardmax.html

    Examples
    --------
    >>> import pyact
    >>> pyact.hardmax_backward([1.0, 0.0, 0.0], [1.0, 2.0, 4.0])
    array([0., 0., 0.])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, x)
    return _hardmax_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)


_softmax_one = UFUNCS["softmax_one"]
_softmax_one_backward = UFUNCS["softmax_one_backward"]


@_direct(_softmax_one)
def softmax_one(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any:
    """Softmax with a one added to the sum, so that a row may be nearly zero everywhere.

        exp(x) / (1 + row_sum(exp(x)))

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it gives NaN throughout.

    Largest measured error: float32 1.7 ULP, float64 0.499 ULP, float16 0.499 ULP.

    Source: https://www.evanmiller.org/attention-is-off-by-one.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softmax_one([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([[0.0413707 , 0.11245721, 0.83095266],
           [0.25      , 0.25      , 0.25      ]])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(x)
    return _softmax_one(x, axis=axis, out=out, **ufunc_keywords)


@_direct(_softmax_one_backward)
def softmax_one_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of softmax_one: the vector-Jacobian product.

        m = max(row_max(x), 0)
        ex = exp(x - m)
        y = ex / (exp(-m) + row_sum(ex))
        y * (grad_output - row_sum(grad_output * y))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it gives NaN throughout.

    Largest measured error: float32 1 ULP, float64 1 ULP, float16 0.999 ULP, of the largest term.

    Source: https://www.evanmiller.org/attention-is-off-by-one.html

    Examples
    --------
    >>> import pyact
    >>> pyact.softmax_one_backward([1.0, 0.0, 0.0], [1.0, 2.0, 4.0])
    array([ 0.03965916, -0.00465243, -0.03437709])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, x)
    return _softmax_one_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)


_sparsemax = UFUNCS["sparsemax"]
_sparsemax_backward = UFUNCS["sparsemax_backward"]


@_direct(_sparsemax)
def sparsemax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any:
    """Projection of a row onto the simplex: many results are exactly zero.

        max(x - row_simplex_threshold(x), 0)

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it, or of -inf alone, gives NaN
    throughout.

    Largest measured error: float64 0.5 ULP, float16 0.5 ULP.

    Source: https://arxiv.org/abs/1602.02068

    Examples
    --------
    >>> import pyact
    >>> pyact.sparsemax([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([[0.        , 0.        , 1.        ],
           [0.33333333, 0.33333333, 0.33333333]])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(x)
    return _sparsemax(x, axis=axis, out=out, **ufunc_keywords)


@_direct(_sparsemax_backward)
def sparsemax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Gradient of sparsemax: the vector-Jacobian product.

        support = where(x > row_simplex_threshold(x), 1, 0)
        support * (grad_output - row_sum(grad_output * support) / row_sum(support))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of the shape of `x`.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it, or of -inf alone, gives NaN
    throughout.

    Largest measured error: float64 0.5 ULP, float16 0.5 ULP, of the largest term.

    Source: https://arxiv.org/abs/1602.02068

    Examples
    --------
    >>> import pyact
    >>> pyact.sparsemax_backward([1.0, 0.0, 0.0], [1.0, 2.0, 4.0])
    array([0., 0., 0.])
    """
    if out is None and not ufunc_keywords:
        out = _composed.row_output(grad_output, x)
    return _sparsemax_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)


_logsumexp = UFUNCS["logsumexp"]
_logsumexp_backward = UFUNCS["logsumexp_backward"]


@_direct(_logsumexp)
def logsumexp(
    x: ArrayLike, axis: int = -1, keepdims: bool = False, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any:
    """Logarithm of the sum of the exponentials of a row.

        log(row_sum(exp(x)))

    Parameters
    ----------
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    keepdims : bool, default False
        The result keeps the axis, with length 1.
    out : ndarray, optional
        Where the result is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray, or a scalar if that has no axes
        The shape of `x` without the axis; the dtype of `x` (integers: the float that holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf adds nothing; a row with +inf gives inf, a row of -inf alone or of length 0
    gives -inf; NaN gives NaN.

    Largest measured error: float32 0.757 ULP, float64 0.489 ULP, float16 0.495 ULP.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html

    Examples
    --------
    >>> import pyact
    >>> pyact.logsumexp([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    array([4.16984602, 1.09861229])
    """
    return _logsumexp(x, axis=axis, keepdims=keepdims, out=out, **ufunc_keywords)


@_direct(_logsumexp_backward)
def logsumexp_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    axis: int = -1,
    keepdims: bool = False,
    out: NDArray[Any] | None = None,
    **ufunc_keywords: Any,
) -> Any:
    """Gradient of logsumexp: the vector-Jacobian product.

        ex = exp(x - row_max(x))
        grad_output * (ex / row_sum(ex))

    Parameters
    ----------
    grad_output : array_like
        Gradient of the loss for the result, of its shape.
    x : array_like
        At least one axis: float16, bfloat16, float32 or float64; integers and booleans are promoted as
        NumPy promotes them.
    axis : int, default -1
        The axis along which the rows lie.
    keepdims : bool, default False
        `grad_output` has the axis, with length 1.
    out : ndarray, optional
        Where the gradient is written; it may be an input.
    **ufunc_keywords
        casting, order, dtype, subok: as for any NumPy ufunc.

    Returns
    -------
    ndarray
        The shape of `x`; the dtype that `grad_output` and `x` promote to (integers: the float that
        holds them).

    Raises
    ------
    TypeError
        An input is complex, object or text, or `out` has a dtype that the result does not cast to.
    ValueError
        `x` has no axes, the shapes do not broadcast, or `out` has another shape or is read-only.
    numpy.exceptions.AxisError
        `x` has no such axis (a ValueError, too).

    Notes
    -----
    Special values: -inf gives 0; a row with +inf or NaN in it, or of -inf alone, gives NaN
    throughout.

    Largest measured error: float32 0.5 ULP, float64 0.5 ULP, float16 0.5 ULP, of the largest term.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html

    Examples
    --------
    >>> import pyact
    >>> pyact.logsumexp_backward(1.0, [1.0, 2.0, 4.0])
    array([0.04201007, 0.1141952 , 0.84379473])
    """
    if keepdims:
        grad_output = np.squeeze(grad_output, axis)
    return _logsumexp_backward(grad_output, x, axis=axis, out=out, **ufunc_keywords)

