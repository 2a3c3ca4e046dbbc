"""Types of the public interface. Made by `python -m codegen` from activations.toml; do not edit."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import nn as nn
from . import onnx as onnx
from . import ufuncs as ufuncs
from ._info import ActivationInfo as ActivationInfo
from ._info import ParameterInfo as ParameterInfo

__version__: str
activations: Mapping[str, ActivationInfo]

def get(name: str) -> Callable[..., Any]: ...
def isa() -> str: ...
def get_num_threads() -> int: ...
def set_num_threads(n: int | None) -> None: ...

class _Ufunc(Protocol):
    """What every NumPy ufunc has."""

    @property
    def __name__(self) -> str: ...
    @property
    def nin(self) -> int: ...
    @property
    def nout(self) -> int: ...
    @property
    def nargs(self) -> int: ...
    @property
    def types(self) -> list[str]: ...
    @property
    def signature(self) -> str | None: ...

class _Activation(_Ufunc, Protocol):
    def __call__(
        self,
        x: ArrayLike,
        /,
        out: NDArray[Any] | tuple[NDArray[Any]] | None = None,
        *,
        where: ArrayLike = True,
        casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"] = "same_kind",
        order: Literal["K", "A", "C", "F"] = "K",
        dtype: DTypeLike | None = None,
        subok: bool = True,
    ) -> Any: ...
    def at(self, a: NDArray[Any], indices: Any, /) -> None: ...

class _Gradient(_Ufunc, Protocol):
    def __call__(
        self,
        grad_output: ArrayLike,
        x: ArrayLike,
        /,
        out: NDArray[Any] | tuple[NDArray[Any]] | None = None,
        *,
        where: ArrayLike = True,
        casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"] = "same_kind",
        order: Literal["K", "A", "C", "F"] = "K",
        dtype: DTypeLike | None = None,
        subok: bool = True,
    ) -> Any: ...

linear: _Activation
linear_backward: _Gradient
def linear_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

relu: _Activation
relu_backward: _Gradient
def relu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def leaky_relu(
    x: ArrayLike,
    negative_slope: ArrayLike = 0.01,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def leaky_relu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    negative_slope: ArrayLike = 0.01,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def leaky_relu_with_derivative(
    x: ArrayLike,
    negative_slope: ArrayLike = 0.01,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def prelu(
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def prelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def prelu_backward_weight(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def prelu_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def prelu_with_derivative(
    x: ArrayLike,
    weight: ArrayLike = 0.25,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

relu6: _Activation
relu6_backward: _Gradient
def relu6_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def hardtanh(
    x: ArrayLike,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def hardtanh_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def hardtanh_with_derivative(
    x: ArrayLike,
    min_val: ArrayLike = -1.0,
    max_val: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def threshold(
    x: ArrayLike,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def threshold_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def threshold_with_derivative(
    x: ArrayLike,
    threshold: ArrayLike = 0.0,
    value: ArrayLike = 0.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def thresholded_relu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def thresholded_relu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def thresholded_relu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def softshrink(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def softshrink_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def softshrink_with_derivative(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def hardshrink(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def hardshrink_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def hardshrink_with_derivative(
    x: ArrayLike,
    lambd: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def shrink(
    x: ArrayLike,
    bias: ArrayLike = 0.0,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def shrink_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    bias: ArrayLike = 0.0,
    lambd: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def shrink_with_derivative(
    x: ArrayLike,
    bias: ArrayLike = 0.0,
    lambd: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

hardsigmoid: _Activation
hardsigmoid_backward: _Gradient
def hardsigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def hard_sigmoid(
    x: ArrayLike,
    alpha: ArrayLike = 0.2,
    beta: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def hard_sigmoid_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 0.2,
    beta: ArrayLike = 0.5,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def hard_sigmoid_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 0.2,
    beta: ArrayLike = 0.5,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

sparse_sigmoid: _Activation
sparse_sigmoid_backward: _Gradient
def sparse_sigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

relu_squared: _Activation
relu_squared_backward: _Gradient
def relu_squared_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def star_relu(
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def star_relu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def star_relu_backward_scale(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def star_relu_backward_bias(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def star_relu_with_derivative(
    x: ArrayLike,
    scale: ArrayLike = 0.8944,
    bias: ArrayLike = -0.4472,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

hardswish: _Activation
hardswish_backward: _Gradient
def hardswish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

hard_mish: _Activation
hard_mish_backward: _Gradient
def hard_mish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def smelu(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def smelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def smelu_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

sparse_plus: _Activation
sparse_plus_backward: _Gradient
def sparse_plus_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

sigmoid: _Activation
sigmoid_backward: _Gradient
sigmoid_backward_from_output: _Gradient
def sigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

logsigmoid: _Activation
logsigmoid_backward: _Gradient
def logsigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

tanh: _Activation
tanh_backward: _Gradient
tanh_backward_from_output: _Gradient
def tanh_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def stanh(
    x: ArrayLike,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def stanh_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def stanh_with_derivative(
    x: ArrayLike,
    scale_a: ArrayLike = 0.67,
    scale_b: ArrayLike = 1.7159,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

bipolar_sigmoid: _Activation
bipolar_sigmoid_backward: _Gradient
def bipolar_sigmoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

rectified_tanh: _Activation
rectified_tanh_backward: _Gradient
def rectified_tanh_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def laplace(
    x: ArrayLike,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def laplace_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def laplace_with_derivative(
    x: ArrayLike,
    mu: ArrayLike = 0.707107,
    sigma: ArrayLike = 0.282095,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

cloglog: _Activation
cloglog_backward: _Gradient
def cloglog_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

loglog: _Activation
loglog_backward: _Gradient
def loglog_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def aranda(
    x: ArrayLike,
    lambd: ArrayLike = 2.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def aranda_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lambd: ArrayLike = 2.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def aranda_with_derivative(
    x: ArrayLike,
    lambd: ArrayLike = 2.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def soft_clipping(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def soft_clipping_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def soft_clipping_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

exponential: _Activation
exponential_backward: _Gradient
def exponential_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def elu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def elu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def elu_backward_alpha(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def elu_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def elu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def celu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def celu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def celu_backward_alpha(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def celu_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def celu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

selu: _Activation
selu_backward: _Gradient
def selu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def pelu(
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def pelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def pelu_backward_a(
    grad_output: ArrayLike,
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def pelu_backward_b(
    grad_output: ArrayLike,
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def pelu_with_derivative(
    x: ArrayLike,
    a: ArrayLike = 1.0,
    b: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

elish: _Activation
elish_backward: _Gradient
def elish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

hard_elish: _Activation
hard_elish_backward: _Gradient
def hard_elish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def softplus(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    threshold: ArrayLike = 20.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def softplus_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    threshold: ArrayLike = 20.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def softplus_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    threshold: ArrayLike = 20.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def squareplus(
    x: ArrayLike, b: ArrayLike = 4.0, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def squareplus_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    b: ArrayLike = 4.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def squareplus_with_derivative(
    x: ArrayLike,
    b: ArrayLike = 4.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def nlrelu(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def nlrelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def nlrelu_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

symlog: _Activation
symlog_backward: _Gradient
def symlog_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

silu: _Activation
silu_backward: _Gradient
def silu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def swish(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def swish_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def swish_backward_beta(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def swish_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def swish_with_derivative(
    x: ArrayLike,
    beta: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

quick_gelu: _Activation
quick_gelu_backward: _Gradient
def quick_gelu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

gelu: _Activation
gelu_backward: _Gradient
def gelu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

gelu_tanh: _Activation
gelu_tanh_backward: _Gradient
def gelu_tanh_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

mish: _Activation
mish_backward: _Gradient
def mish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

serf: _Activation
serf_backward: _Gradient
def serf_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

tanhexp: _Activation
tanhexp_backward: _Gradient
def tanhexp_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

logish: _Activation
logish_backward: _Gradient
def logish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

smish: _Activation
smish_backward: _Gradient
def smish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

phish: _Activation
phish_backward: _Gradient
def phish_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

colu: _Activation
colu_backward: _Gradient
def colu_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

lisht: _Activation
lisht_backward: _Gradient
def lisht_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

tanhshrink: _Activation
tanhshrink_backward: _Gradient
def tanhshrink_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

softsign: _Activation
softsign_backward: _Gradient
def softsign_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

elliott: _Activation
elliott_backward: _Gradient
def elliott_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def isru(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def isru_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def isru_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def isrlu(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def isrlu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def isrlu_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

bent_identity: _Activation
bent_identity_backward: _Gradient
def bent_identity_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

arctan: _Activation
arctan_backward: _Gradient
def arctan_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

gaussian: _Activation
gaussian_backward: _Gradient
def gaussian_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

sinusoid: _Activation
sinusoid_backward: _Gradient
def sinusoid_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

cosine: _Activation
cosine_backward: _Gradient
def cosine_with_derivative(
    x: ArrayLike,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def snake(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def snake_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def snake_backward_alpha(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: NDArray[Any] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def snake_gradients(
    grad_output: ArrayLike,
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...
def snake_with_derivative(
    x: ArrayLike,
    alpha: ArrayLike = 1.0,
    out: tuple[NDArray[Any] | None, NDArray[Any] | None] | None = None,
    *,
    where: ArrayLike = True,
    **ufunc_keywords: Any,
) -> Any: ...

def glu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def glu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any: ...

def bilinear(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def bilinear_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any: ...

def reglu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def reglu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any: ...

def geglu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def geglu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any: ...

def swiglu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def swiglu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any: ...

def gtu(
    x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, *, where: ArrayLike = True, **ufunc_keywords: Any
) -> Any: ...
def gtu_backward(grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None) -> Any: ...

def softmax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any: ...
def softmax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...
def softmax_backward_from_output(
    grad_output: ArrayLike, y: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...

def log_softmax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any: ...
def log_softmax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...
def log_softmax_backward_from_output(
    grad_output: ArrayLike, y: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...

def softmin(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any: ...
def softmin_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...
def softmin_backward_from_output(
    grad_output: ArrayLike, y: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...

def hardmax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any: ...
def hardmax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...

def softmax_one(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any: ...
def softmax_one_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...

def sparsemax(x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any) -> Any: ...
def sparsemax_backward(
    grad_output: ArrayLike, x: ArrayLike, axis: int = -1, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...

def logsumexp(
    x: ArrayLike, axis: int = -1, keepdims: bool = False, out: NDArray[Any] | None = None, **ufunc_keywords: Any
) -> Any: ...
def logsumexp_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    axis: int = -1,
    keepdims: bool = False,
    out: NDArray[Any] | None = None,
    **ufunc_keywords: Any,
) -> Any: ...

def rrelu(
    x: ArrayLike,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    training: bool = False,
    rng: np.random.Generator | int | None = None,
    out: NDArray[Any] | None = None,
) -> Any: ...

def rrelu_backward(
    grad_output: ArrayLike,
    x: ArrayLike,
    lower: float = 0.125,
    upper: float = 0.3333333333333333,
    slope: ArrayLike | None = None,
    out: NDArray[Any] | None = None,
) -> Any: ...

def softmax2d(x: ArrayLike, out: NDArray[Any] | None = None) -> Any: ...

def softmax2d_backward(grad_output: ArrayLike, x: ArrayLike, out: NDArray[Any] | None = None) -> Any: ...
