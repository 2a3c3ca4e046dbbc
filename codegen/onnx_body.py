"""The body of a model-local function: an activation, or its gradient, in nodes that read the parameters as attributes.

A call writes each scalar parameter as an attribute: a FLOAT where the arithmetic is float32, and for float64, since
float attributes are float32 numbers, a TENSOR of one double. Parameters with one value per channel are inputs. The axis
of a row is the attribute `axis`. The text of a body depends on no parameter's value, with rare exceptions (a special
value that only some values of the parameter break), so that one function serves every call.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .expr import Expr, postorder
from .lower_onnx import Number, Symbol, lower_gradient, lower_value
from .onnx_graph import Graph, Node, Value
from .spec import GRADIENT, Activation

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class AttributeReference:
    """An attribute whose value is the one that the call gives to the function's attribute `name`."""

    name: str
    kind: str  # of AttributeProto.AttributeType


@dataclass(frozen=True)
class Body:
    """A function without its name: what it takes and gives, and the nodes between."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]  # that the nodes refer to, with the values of this call
    nodes: tuple[Node, ...]
    constants: Mapping[str, Array]


class BodyGraph(Graph):
    """A graph whose axis and scalar parameters are attributes of the function."""

    def symbol(self, name: str, number: float) -> Symbol:
        """The attribute as a scalar of the arithmetic's type."""
        key, kind = ("value", "TENSOR") if self.is_double else ("value_float", "FLOAT")
        reference = AttributeReference(name, kind)
        with np.errstate(over="ignore"):
            probe = np.array(number, self.dtype)
        value = self.call("Constant", name=name, **{key: reference})
        return Symbol(Value(value.name, probe), number)

    def axis_scalar(self, axis: int) -> Value:
        return self.call("Constant", name="axis", value_int=self.axis_attribute(axis))

    def axis_list(self, axis: int) -> Value:
        return self.call("Unsqueeze", self.axis_scalar(axis), self.integers([0], "first_axis"), name="axes")

    def axis_attribute(self, axis: int) -> Any:
        return AttributeReference("axis", "INT")

    def axes_attribute(self, axis: int) -> Any:
        return AttributeReference("axes", "INTS")  # a list cannot be made of the attribute axis


def body(
    activation: Activation,
    opset: int,
    dtype: str,
    parameters: Mapping[str, float | Array],
    axis: int,
    *,
    gradient: bool,
    keeps_tails: bool,
) -> Body:
    """The function of an activation, or with `gradient` of its vector-Jacobian product."""
    graph = BodyGraph(opset, dtype, keeps_tails=keeps_tails)
    outputs = tuple(f"grad_{n}" for n in activation.inputs) if gradient else ("y",)
    inputs = ((GRADIENT,) if gradient else ()) + activation.inputs
    per_channel = tuple(n for n, v in parameters.items() if np.ndim(v) > 0)
    for name in (*outputs, *inputs, *per_channel):
        graph.reserve(name)
    expressions = [activation.derivatives[n] for n in activation.inputs] if gradient else [activation.kernel]
    values: dict[str, Any] = {"axis": axis, "axes": [axis]}
    symbols: dict[str, Number] = {}
    for name, number in parameters.items():
        if isinstance(number, np.ndarray):
            first = number.reshape(-1)[:1].reshape(()).astype(graph.dtype)
            symbols[name] = Symbol(Value(name, first), float(first))
            continue
        rounded = number if graph.is_double else _float32(number, _roundings(expressions, name))
        values[name] = np.array(number, np.float64) if graph.is_double else rounded
        symbols[name] = graph.symbol(name, rounded)
    given = {n: Value(n) for n in activation.inputs}
    if gradient:
        results = [
            lower_gradient(graph, activation, n, Value(GRADIENT), given, symbols, axis) for n in activation.inputs
        ]
    else:
        results = [lower_value(graph, activation, given, symbols, axis)]
    for value, output in zip(results, outputs, strict=True):
        graph.finish(value, output)
    graph.prune()
    used = {v.name for n in graph.nodes for v in n.attributes.values() if isinstance(v, AttributeReference)}
    return Body(
        (*inputs, *per_channel), outputs, {n: v for n, v in values.items() if n in used}, tuple(graph.nodes),
        graph.constants,
    )  # fmt: skip


def _roundings(expressions: Iterable[Expr], parameter: str) -> set[str]:
    """Which way the parameter must be rounded so that comparisons with it come out as with the exact number.

    For numbers x of the format, x < c holds exactly if x < (c rounded up), and c < x if (c rounded down) < x; for <=
    it is the other way, and so it is for -c.
    """
    found: set[str] = set()
    for node in {n for e in expressions for n in postorder(e)}:
        if node.op not in ("lt", "le"):
            continue
        for operand, upward in zip(node.args, (node.op == "le", node.op == "lt"), strict=True):
            negative = operand.op == "neg"
            if negative:
                operand = operand.args[0]
            if operand.op == "var" and operand.value == parameter:
                found.add("up" if upward != negative else "down")
    return found


def _float32(number: float, directions: set[str]) -> float:
    """The float32 number above or below where only one is right, else the nearest."""
    with np.errstate(over="ignore"):
        nearest = np.float32(number)
    if directions == {"up"} and float(nearest) < number:
        nearest = np.nextafter(nearest, np.float32(math.inf))
    elif directions == {"down"} and float(nearest) > number:
        nearest = np.nextafter(nearest, np.float32(-math.inf))
    return float(nearest)
