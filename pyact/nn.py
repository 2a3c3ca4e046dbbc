"""Modules with torch.nn's names, arguments, defaults and repr, on NumPy arrays, forward and backward.

A module keeps the input of its last call (the array itself, so leave it unchanged until `backward`; an in-place module
keeps a copy). `backward(grad_output)` returns the gradient for that input and adds the gradients of learned parameters
to their `.grad`:

>>> import numpy as np
>>> from pyact import nn
>>> m = nn.Sequential(nn.Linear(2, 3, rng=0), nn.GELU())
>>> m
Sequential(
  (0): Linear(in_features=2, out_features=3, bias=True)
  (1): GELU(approximate='none')
)
>>> y = m(np.ones((4, 2), dtype=np.float32))
>>> m.backward(np.ones_like(y)).shape
(4, 2)
>>> m[0].weight.grad.shape
(3, 2)

Inside `with no_grad():` nothing is kept: an in-place module then needs no copy of its input.
"""

from __future__ import annotations

import contextlib
import contextvars
import math
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import _composed, _derived, _functions
from ._info import activations, get

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "SELU", "Activation", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh",
    "Identity", "LeakyReLU", "Linear", "LogSigmoid", "LogSoftmax", "Mish", "Module", "PReLU", "Parameter", "RReLU",
    "ReLU", "ReLU6", "Sequential", "SiLU", "Sigmoid", "Softmax", "Softmax2d", "Softmin", "Softplus", "Softshrink",
    "Softsign", "Tanh", "Tanhshrink", "Threshold", "no_grad",
]  # fmt: skip

Array = NDArray[Any]
Specification = tuple[str, dict[str, Any], dict[str, Any]]

_keeps_inputs = contextvars.ContextVar("pyact_keeps_inputs", default=True)


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Within it modules keep nothing for `backward`."""
    token = _keeps_inputs.set(False)
    try:
        yield
    finally:
        _keeps_inputs.reset(token)


class Parameter:
    """An array that is learned, in `data`, and its gradient, in `grad` (None until the first `backward`)."""

    __slots__ = ("data", "grad")

    def __init__(self, data: ArrayLike) -> None:
        self.data: Array = np.asarray(data)
        self.grad: Array | None = None

    def accumulate(self, gradient: ArrayLike) -> None:
        """Add to `grad`."""
        gradient = np.asarray(gradient, dtype=self.data.dtype)
        self.grad = gradient if self.grad is None else self.grad + gradient

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.data.dtype

    @property
    def ndim(self) -> int:
        return self.data.ndim

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        if copy:
            return np.array(self.data, dtype=dtype)
        return self.data if dtype is None else self.data.astype(dtype, copy=False)

    def __repr__(self) -> str:
        return f"Parameter({self.data!r})"


class Module:
    """What all modules share: the mode, the parameters, and `m(x)` followed by `m.backward(grad_output)`."""

    training: bool = True

    def __call__(self, x: ArrayLike) -> Any:
        return self.forward(x)

    def forward(self, x: ArrayLike) -> Any:
        """The result for `x`; what `backward` needs is kept."""
        raise NotImplementedError(f"{type(self).__name__} has no forward pass")

    def backward(self, grad_output: ArrayLike) -> Any:
        """The gradient for the input of the last call, given that for its result.

        Gradients of learned parameters are added to their `.grad`. Raises RuntimeError before the first call.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward pass")

    def train(self, mode: bool = True) -> Self:
        """Switch to training mode (or, with False, to evaluation mode); returns the module."""
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Switch to evaluation mode; returns the module."""
        return self.train(False)

    def children(self) -> Iterator[Module]:
        """The modules this one consists of."""
        return iter(())

    def parameters(self) -> Iterator[Parameter]:
        """The learned parameters, those of the children included."""
        for value in vars(self).values():
            if isinstance(value, Parameter):
                yield value
        for child in self.children():
            yield from child.parameters()

    def zero_grad(self) -> None:
        """Forget the gradients of the parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def extra_repr(self) -> str:
        """The arguments, as they stand in the repr."""
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"


# --- the saved input ------------------------------------------------------------------------------------------------
class _Saving(Module):
    """A module whose backward pass needs the input."""

    _saved: Any = None

    def _save(self, x: Any, *, overwritten: bool = False) -> None:
        if _keeps_inputs.get():
            self._saved = x.copy() if overwritten else x
        else:
            self._saved = None

    def _input(self) -> Any:
        if self._saved is None:
            raise RuntimeError(f"{type(self).__name__}.backward needs a forward pass first (and not under no_grad)")
        return self._saved


def _writable(module: str, x: Any) -> Array:
    """The array that an in-place module may write into."""
    if not isinstance(x, np.ndarray):
        raise TypeError(f"{module}(inplace=True) writes into its input: an ndarray, not {type(x).__name__}")
    if x.dtype.kind in "biu":
        raise TypeError(f"{module}(inplace=True) cannot write its results into an array of integers ({x.dtype})")
    if not x.flags.writeable:
        raise ValueError(f"{module}(inplace=True) writes into its input, which is read-only")
    return x


class _Elementwise(_Saving):
    """An elementwise activation of the catalogue, in place if wanted."""

    _activation: str
    inplace: bool = False

    def _arguments(self) -> dict[str, Any]:
        """The activation's parameters, in the order in which its function takes them."""
        return {}

    def forward(self, x: ArrayLike) -> Any:
        function = get(self._activation)
        if not self.inplace:
            self._save(x)
            return function(x, *self._arguments().values())
        target = _writable(type(self).__name__, x)
        self._save(target, overwritten=True)
        return function(target, *self._arguments().values(), out=target)

    def backward(self, grad_output: ArrayLike) -> Any:
        x = self._input()
        return activations[self._activation].backward(grad_output, x, *self._arguments().values())

    def export_spec(self) -> Specification:
        """What the ONNX exporter asks for: the activation's name, its parameters, and options such as the axis."""
        return self._activation, self._arguments(), {}

    def _with_inplace(self, *arguments: str) -> str:
        return ", ".join([*arguments, *(["inplace=True"] if self.inplace else [])])


class _Inplace(_Elementwise):
    """An elementwise activation whose only argument is `inplace`."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def extra_repr(self) -> str:
        return self._with_inplace()


class Identity(_Elementwise):
    """x itself: `pyact.linear`. Takes any arguments, as torch's does, and ignores them."""

    _activation = "linear"

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        pass


# --- without parameters -----------------------------------------------------------------------------------------------
class Sigmoid(_Elementwise):
    """1 / (1 + exp(-x)): `pyact.sigmoid`."""

    _activation = "sigmoid"


class Tanh(_Elementwise):
    """The hyperbolic tangent: `pyact.tanh`."""

    _activation = "tanh"


class Softsign(_Elementwise):
    """x / (1 + abs(x)): `pyact.softsign`."""

    _activation = "softsign"


class Tanhshrink(_Elementwise):
    """x - tanh(x): `pyact.tanhshrink`."""

    _activation = "tanhshrink"


class LogSigmoid(_Elementwise):
    """log(sigmoid(x)): `pyact.logsigmoid`."""

    _activation = "logsigmoid"


class ReLU(_Inplace):
    """max(x, 0): `pyact.relu`."""

    _activation = "relu"


class ReLU6(_Inplace):
    """min(max(x, 0), 6): `pyact.relu6`."""

    _activation = "relu6"


class SELU(_Inplace):
    """The self-normalising exponential linear unit: `pyact.selu`."""

    _activation = "selu"


class SiLU(_Inplace):
    """x * sigmoid(x): `pyact.silu`."""

    _activation = "silu"


class Mish(_Inplace):
    """x * tanh(softplus(x)): `pyact.mish`."""

    _activation = "mish"


class Hardswish(_Inplace):
    """x * min(max(x + 3, 0), 6) / 6: `pyact.hardswish`."""

    _activation = "hardswish"

    def extra_repr(self) -> str:
        return ""  # as torch prints it


class Hardsigmoid(_Inplace):
    """min(max(x + 3, 0), 6) / 6: `pyact.hardsigmoid`."""

    _activation = "hardsigmoid"

    def extra_repr(self) -> str:
        return ""  # as torch prints it


# --- with parameters --------------------------------------------------------------------------------------------------
class Hardtanh(_Elementwise):
    """min(max(x, min_val), max_val): `pyact.hardtanh`."""

    _activation = "hardtanh"

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        if not max_val > min_val:
            raise ValueError(f"Hardtanh needs min_val < max_val; min_val is {min_val}, max_val is {max_val}")
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def _arguments(self) -> dict[str, Any]:
        return {"min_val": self.min_val, "max_val": self.max_val}

    def extra_repr(self) -> str:
        return self._with_inplace(f"min_val={self.min_val}", f"max_val={self.max_val}")


class LeakyReLU(_Elementwise):
    """x for x > 0, else negative_slope * x: `pyact.leaky_relu`."""

    _activation = "leaky_relu"

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope, self.inplace = negative_slope, inplace

    def _arguments(self) -> dict[str, Any]:
        return {"negative_slope": self.negative_slope}

    def extra_repr(self) -> str:
        return self._with_inplace(f"negative_slope={self.negative_slope}")


class _Alpha(_Elementwise):
    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha, self.inplace = alpha, inplace

    def _arguments(self) -> dict[str, Any]:
        return {"alpha": self.alpha}

    def extra_repr(self) -> str:
        return self._with_inplace(f"alpha={self.alpha}")


class ELU(_Alpha):
    """x for x > 0, else alpha * expm1(x): `pyact.elu`."""

    _activation = "elu"


class CELU(_Alpha):
    """x for x > 0, else alpha * expm1(x / alpha): `pyact.celu`."""

    _activation = "celu"

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        if alpha == 0:
            raise ZeroDivisionError("CELU divides by alpha, which cannot be 0")
        super().__init__(alpha, inplace)


class GELU(_Elementwise):
    """The Gaussian error linear unit: `pyact.gelu`, or with approximate="tanh" `pyact.gelu_tanh`."""

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"GELU: approximate must be 'none' or 'tanh', not {approximate!r}")
        self.approximate = approximate
        self._activation = "gelu" if approximate == "none" else "gelu_tanh"

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(_Elementwise):
    """log(1 + exp(beta * x)) / beta, and x itself above threshold: `pyact.softplus`."""

    _activation = "softplus"

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta, self.threshold = beta, threshold

    def _arguments(self) -> dict[str, Any]:
        return {"beta": self.beta, "threshold": self.threshold}

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class _Lambda(_Elementwise):
    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def _arguments(self) -> dict[str, Any]:
        return {"lambd": self.lambd}

    def extra_repr(self) -> str:
        return str(self.lambd)


class Softshrink(_Lambda):
    """x shrunk towards 0 by lambd: `pyact.softshrink`."""

    _activation = "softshrink"

    def __init__(self, lambd: float = 0.5) -> None:
        if lambd < 0:
            raise ValueError(f"Softshrink needs lambd >= 0, not {lambd}")
        super().__init__(lambd)


class Hardshrink(_Lambda):
    """x outside [-lambd, lambd], else 0: `pyact.hardshrink`."""

    _activation = "hardshrink"


class Threshold(_Elementwise):
    """x above threshold, else value: `pyact.threshold`."""

    _activation = "threshold"

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def _arguments(self) -> dict[str, Any]:
        return {"threshold": self.threshold, "value": self.value}

    def extra_repr(self) -> str:
        return self._with_inplace(f"threshold={self.threshold}", f"value={self.value}")


# --- learned and random slopes ----------------------------------------------------------------------------------------
class PReLU(_Elementwise):
    """x for x > 0, else weight * x with a learned weight, one or one per channel (axis 1): `pyact.prelu`."""

    _activation = "prelu"

    def __init__(self, num_parameters: int = 1, init: float = 0.25, dtype: DTypeLike = np.float32) -> None:
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(np.full(num_parameters, init, dtype=dtype))

    def _arguments(self) -> dict[str, Any]:
        return {"weight": self.weight.data}

    def backward(self, grad_output: ArrayLike) -> Any:
        x = self._input()
        for_x, per_element = _functions.prelu_gradients(grad_output, x, self.weight.data)
        if self.num_parameters == 1:
            total = np.sum(per_element, dtype=np.float64).reshape(1)
        else:
            axes = tuple(a for a in range(np.ndim(per_element)) if a != 1)
            total = np.sum(per_element, axis=axes, dtype=np.float64)
        self.weight.accumulate(total)
        return for_x

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(_Elementwise):
    """x for x > 0, else slope * x: `pyact.rrelu`.

    In training a slope is drawn for every element, uniform on [lower, upper), and kept in `slope` for `backward`; in
    evaluation it is (lower + upper) / 2. `rng` is a numpy.random.Generator or a seed.
    """

    slope: Any = None

    def __init__(
        self,
        lower: float = 1.0 / 8,
        upper: float = 1.0 / 3,
        inplace: bool = False,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        _composed.check_bounds(lower, upper)
        self.lower, self.upper, self.inplace = lower, upper, inplace
        self.rng = np.random.default_rng(rng)

    def forward(self, x: ArrayLike) -> Any:
        if self.training:
            self._activation, self.slope = "leaky_relu", _composed.draw_slopes(x, self.lower, self.upper, self.rng)
        else:
            self._activation, self.slope = "rrelu", (self.lower + self.upper) / 2
        return super().forward(x)

    def _arguments(self) -> dict[str, Any]:
        if self._activation == "leaky_relu":
            return {"negative_slope": self.slope}
        return {"lower": self.lower, "upper": self.upper}

    def export_spec(self) -> Specification:
        """The exported graph is that of evaluation."""
        return "rrelu", {"lower": self.lower, "upper": self.upper}, {}

    def extra_repr(self) -> str:
        return self._with_inplace(f"lower={self.lower}", f"upper={self.upper}")


# --- along an axis ----------------------------------------------------------------------------------------------------
class _Row(_Saving):
    """An activation of rows along `dim`; None is torch's implicit choice, with its warning."""

    _activation: str
    _from_output = False  # the gradient starts from the result, which is saved instead of the input

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def _axis(self, x: ArrayLike, stacklevel: int = 4) -> int:
        if self.dim is not None:
            return self.dim
        warnings.warn(
            f"Implicit dimension choice for {type(self).__name__}: state it, as in {type(self).__name__}(dim=1)",
            UserWarning,
            stacklevel=stacklevel,
        )
        return 0 if np.ndim(x) in (0, 1, 3) else 1

    def forward(self, x: ArrayLike) -> Any:
        y = getattr(_functions, self._activation)(x, self._axis(x))
        self._save(y if self._from_output else x)
        return y

    def backward(self, grad_output: ArrayLike) -> Any:
        saved = self._input()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the forward pass has warned
            axis = self._axis(saved)
        name = f"{self._activation}_backward" + ("_from_output" if self._from_output else "")
        return getattr(_functions, name)(grad_output, saved, axis)

    def export_spec(self) -> Specification:
        """What the ONNX exporter asks for: the activation's name, its parameters, and options such as the axis."""
        if self.dim is None:
            raise ValueError(f"{type(self).__name__}() has no fixed dim to export; state it, as in dim=1")
        return self._activation, {}, {"axis": self.dim}

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Row):
    """exp(x) / sum(exp(x)) along `dim`: `pyact.softmax`."""

    _activation = "softmax"
    _from_output = True


class Softmin(_Row):
    """softmax(-x) along `dim`: `pyact.softmin`."""

    _activation = "softmin"
    _from_output = True


class LogSoftmax(_Row):
    """log(softmax(x)) along `dim`: `pyact.log_softmax`."""

    _activation = "log_softmax"
    _from_output = True


class Softmax2d(_Saving):
    """softmax over the channels of (C, H, W) or (N, C, H, W): `pyact.softmax2d`."""

    def forward(self, x: ArrayLike) -> Any:
        y = _derived.softmax2d(x)
        self._save(y)
        return y

    def backward(self, grad_output: ArrayLike) -> Any:
        return _functions.softmax_backward_from_output(grad_output, self._input(), -3)

    def export_spec(self) -> Specification:
        """What the ONNX exporter asks for: the activation's name, its parameters, and options such as the axis."""
        return "softmax", {}, {"axis": -3}


class GLU(_Saving):
    """a * sigmoid(b) for the halves a, b of the input along `dim`: `pyact.glu`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: ArrayLike) -> Any:
        self._save(x)
        return _functions.glu(x, self.dim)

    def backward(self, grad_output: ArrayLike) -> Any:
        return _functions.glu_backward(grad_output, self._input(), self.dim)

    def export_spec(self) -> Specification:
        """What the ONNX exporter asks for: the activation's name, its parameters, and options such as the axis."""
        return "glu", {}, {"axis": self.dim}

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


# --- any activation of the catalogue ----------------------------------------------------------------------------------
class Activation(_Saving):
    """Any activation by name: `Activation("snake", alpha=2.0)`, `Activation("swiglu", axis=1)`.

    Parameters that the catalogue calls learned become a `Parameter` (0-d, float64), found under their name; the others
    stay numbers. `axis` (default -1) is for gates and rows, `inplace` for elementwise activations.

    >>> m = Activation("leaky_relu", negative_slope=0.5)
    >>> m
    Activation('leaky_relu', negative_slope=0.5)
    >>> m([-2.0, 2.0])
    array([-1.,  2.])
    """

    def __init__(self, name: str, *, axis: int | None = None, inplace: bool = False, **parameters: float) -> None:
        get(name)  # an unknown name is refused with the nearest ones
        info = activations[name]
        if info.name in ("rrelu", "softmax2d"):
            raise ValueError(f"{info.name} has a module of its own, nn.{info.torch}")
        known = {p.name: p for p in info.parameters}
        for unknown in parameters.keys() - known.keys():
            has = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            raise TypeError(f"{info.name} has no parameter {unknown!r}; {has}")
        if axis is not None and info.kind == "elementwise":
            raise TypeError(f"{info.name} is elementwise; it has no axis")
        if inplace and info.kind != "elementwise":
            raise TypeError(f"{info.name} is no elementwise activation; it cannot work in place")
        self.name, self.kind, self.inplace = info.name, info.kind, inplace
        self.axis = -1 if axis is None and info.kind != "elementwise" else axis
        self._names = tuple(known)
        for parameter in info.parameters:
            value = parameters.get(parameter.name, parameter.default)
            setattr(self, parameter.name, Parameter(np.float64(value)) if parameter.learned else value)

    def _values(self) -> dict[str, Any]:
        """The parameters as numbers."""
        found: Mapping[str, Any] = vars(self)
        return {n: float(p.data) if isinstance(p := found[n], Parameter) else p for n in self._names}

    def _options(self) -> dict[str, Any]:
        return {} if self.axis is None else {"axis": self.axis}

    def forward(self, x: ArrayLike) -> Any:
        function = get(self.name)
        if not self.inplace:
            self._save(x)
            return function(x, **self._options(), **self._values())
        target = _writable(f"Activation {self.name}", x)
        self._save(target, overwritten=True)
        return function(target, **self._values(), out=target)

    def backward(self, grad_output: ArrayLike) -> Any:
        x = self._input()
        values = self._values()
        learned = {n: p for n in self._names if isinstance(p := getattr(self, n), Parameter)}
        if self.kind == "elementwise" and len(learned) == 1:  # at once
            gradients = getattr(_functions, f"{self.name}_gradients")
            for_x, per_element = gradients(grad_output, x, **values)
            for parameter in learned.values():
                parameter.accumulate(np.sum(per_element, dtype=np.float64))
            return for_x
        for name, parameter in learned.items():
            function = getattr(_functions, f"{self.name}_backward_{name}")
            per_element = function(grad_output, x, **self._options(), **values)
            parameter.accumulate(np.sum(per_element, dtype=np.float64))
        return activations[self.name].backward(grad_output, x, **self._options(), **values)

    def export_spec(self) -> Specification:
        """What the ONNX exporter asks for: the activation's name, its parameters, and options such as the axis."""
        return self.name, self._values(), self._options()

    def extra_repr(self) -> str:
        given = [repr(self.name), *(f"{n}={v!r}" for n, v in self._values().items())]
        given += [f"axis={self.axis}"] if self.axis is not None else []
        return ", ".join([*given, *(["inplace=True"] if self.inplace else [])])


# --- networks ---------------------------------------------------------------------------------------------------------
class Linear(_Saving):
    """x @ weight.T + bias, over the last axis.

    `weight` (out_features, in_features) and `bias` start uniform on ±1 / sqrt(in_features), as torch's do; `rng` is a
    numpy.random.Generator or a seed.
    """

    bias: Parameter | None

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        dtype: DTypeLike = np.float32,
        rng: np.random.Generator | int | None = None,
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        generator = np.random.default_rng(rng)
        bound = 1 / math.sqrt(in_features) if in_features > 0 else 0.0
        self.weight = Parameter(generator.uniform(-bound, bound, (out_features, in_features)).astype(dtype))
        self.bias = Parameter(generator.uniform(-bound, bound, out_features).astype(dtype)) if bias else None

    def forward(self, x: ArrayLike) -> Any:
        array = np.asarray(x)
        if array.ndim == 0 or array.shape[-1] != self.in_features:
            raise ValueError(f"Linear takes {self.in_features} features in the last axis; x has shape {array.shape}")
        self._save(array)
        result = array @ self.weight.data.T
        return result if self.bias is None else result + self.bias.data

    def backward(self, grad_output: ArrayLike) -> Any:
        x = self._input()
        gradient = np.asarray(grad_output)
        expected = (*x.shape[:-1], self.out_features)
        if gradient.shape != expected:
            raise ValueError(f"grad_output has shape {gradient.shape}; the output had {expected}")
        rows = gradient.reshape(-1, self.out_features)
        self.weight.accumulate(rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            self.bias.accumulate(rows.sum(axis=0))
        return gradient @ self.weight.data

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Sequential(Module):
    """Modules one after the other. It can be iterated, indexed and measured with `len`."""

    def __init__(self, *modules: Module) -> None:
        for module in modules:
            if not isinstance(module, Module):
                raise TypeError(f"Sequential takes modules, not {type(module).__name__}")
        self._modules = modules

    def forward(self, x: ArrayLike) -> Any:
        for module in self._modules:
            x = module(x)
        return x

    def backward(self, grad_output: ArrayLike) -> Any:
        for module in reversed(self._modules):
            grad_output = module.backward(grad_output)
        return grad_output

    def children(self) -> Iterator[Module]:
        return iter(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __getitem__(self, index: int) -> Module:
        return self._modules[index]

    def __repr__(self) -> str:
        if not self._modules:
            return "Sequential()"
        lines = [f"  ({i}): " + repr(m).replace("\n", "\n  ") for i, m in enumerate(self._modules)]
        return "\n".join(["Sequential(", *lines, ")"])
