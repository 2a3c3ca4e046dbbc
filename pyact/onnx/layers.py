"""What an export is of: names, `pyact.nn` modules and networks of them as a list of layers with their parameters."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

if TYPE_CHECKING:
    from codegen.spec import Activation

expr = _toolchain.module("expr")
lower_numpy = _toolchain.module("lower_numpy")
spec = _toolchain.module("spec")

Array = npt.NDArray[Any]


class ExportError(ValueError):
    """An export that cannot be made; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Layer:
    """An activation with its parameters."""

    activation: Activation
    parameters: Mapping[str, float | Array]
    axis: int | None
    splits: bool = False  # a gate over the two halves of one input


@dataclass(frozen=True)
class Linear:
    """y = x @ weight.T + bias."""

    weight: Array
    bias: Array | None


def find(name: str, spec_file: str | os.PathLike[str] | None = None) -> Activation:
    """The activation of this name or alias, in a spec of the user's own or in pyact's."""
    try:
        catalogue = spec.built_in() if spec_file is None else spec.load(spec_file, base=spec.built_in())
        found: Activation = catalogue[name]
    except KeyError as error:
        raise ExportError(error.args[0]) from None
    return found


def layers_of(given: Any, parameters: Mapping[str, Any]) -> tuple[list[Layer | Linear], bool]:
    """What to chain, and whether it is a network rather than one activation."""
    if isinstance(given, str):
        return [_named(find(given), parameters)], False
    if isinstance(given, spec.Activation):
        return [_named(given, parameters)], False
    if isinstance(given, type):
        raise ExportError(f"{given.__name__} is a class; export a module, such as {given.__name__}()")
    if parameters:
        raise ExportError(f"a module has its own parameters; {', '.join(parameters)} cannot be given here")
    if hasattr(given, "export_spec"):
        return [_module(given)], False
    if _is_linear(given):
        return [_linear(given)], True
    if isinstance(given, Iterable):
        layers = list(_flatten(given))
        if not layers:
            raise ExportError("the network has no layers")
        return layers, True
    raise ExportError(f"cannot export {type(given).__name__}; give a name, a pyact.nn module or a Sequential of them")


def _flatten(modules: Iterable[Any]) -> Iterable[Layer | Linear]:
    for module in modules:
        if hasattr(module, "export_spec"):
            yield _module(module)
        elif _is_linear(module):
            yield _linear(module)
        elif isinstance(module, Iterable) and not isinstance(module, str):
            yield from _flatten(module)
        else:
            raise ExportError(f"cannot export a network with {type(module).__name__} in it")


def _is_linear(module: Any) -> bool:
    return hasattr(module, "bias") and np.ndim(getattr(module, "weight", 0)) == 2


def _linear(module: Any) -> Linear:
    weight = np.asarray(module.weight)
    bias = None if module.bias is None else np.asarray(module.bias)
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ExportError(f"Linear: the bias has shape {bias.shape}, the weight {weight.shape}")
    return Linear(weight, bias)


def _module(module: Any) -> Layer:
    name, parameters, options = module.export_spec()
    layer = _named(find(name), parameters)
    axis = options.get("axis", options.get("dim"))
    splits = layer.activation.kind == "gate"
    return Layer(layer.activation, layer.parameters, -1 if axis is None and splits else axis, splits)


def _named(activation: Activation, given: Mapping[str, Any]) -> Layer:
    name = activation.name
    rest = dict(given)
    axis: int | None = None
    if activation.kind == "row" and "axis" in rest:
        axis = rest.pop("axis")
        if isinstance(axis, bool) or not isinstance(axis, int | np.integer):
            raise ExportError(f"{name}: axis must be an integer, not {axis!r}")
        axis = int(axis)
    known = [p.name for p in activation.parameters]
    parameters: dict[str, float | Array] = {}
    for parameter, value in rest.items():
        if parameter not in known:
            has = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            raise ExportError(f"{name} has no parameter {parameter!r}; {has}")
        parameters[parameter] = _number(name, parameter, value, activation.kind)
    complete = {**activation.defaults, **parameters}
    _check_requirement(activation, complete)
    return Layer(activation, complete, axis)


def _number(name: str, parameter: str, value: Any, kind: str) -> float | Array:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ExportError(f"{name}: {parameter} must be a number or an array of numbers, not {value!r}") from None
    if array.size == 1:
        return float(array.reshape(())) if array.ndim == 0 else float(array.reshape(-1)[0])
    if array.ndim != 1 or array.size == 0 or kind != "elementwise":
        raise ExportError(f"{name}: {parameter} has shape {array.shape}; it must be a number or one number per channel")
    return array


def _check_requirement(activation: Activation, parameters: Mapping[str, float | Array]) -> None:
    if activation.requires is None:
        return
    test = expr.where(activation.requires, expr.ONE, expr.ZERO)
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, np.float64)) for v in parameters.values()))
    for values in zip(*(a.tolist() for a in arrays), strict=True):
        named = dict(zip(parameters, values, strict=True))
        if any(math.isnan(v) for v in values) or _exact(test, named) != 1:
            shown = ", ".join(f"{n}={v!r}" for n, v in named.items())
            raise ExportError(f"{activation.name} requires {activation.requires_text}; got {shown}")


def _exact(test: Any, values: Mapping[str, float]) -> float:
    return float(lower_numpy.compile_numpy(test, tuple(values))(*values.values()))
