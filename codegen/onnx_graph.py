"""ONNX nodes under construction: names, typed constants, shared subexpressions. Needs neither onnx nor onnxruntime.

Every elementwise value also carries a *probe*: what NumPy gets for it at a few telling inputs (infinities, zeros, NaN,
huge numbers). The lowering reads it to see whether a graph is right there, in the arithmetic the graph will use.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# TensorProto.DataType of the formats a graph may have at its inputs and outputs.
DATA_TYPES: Mapping[str, int] = {"float32": 1, "float16": 10, "float64": 11, "bfloat16": 16}


@dataclass(frozen=True)
class Value:
    """A tensor in the graph."""

    name: str
    probe: Array | None = None


@dataclass(frozen=True)
class Node:
    """One operator call. Its name is the one that its first output had when it was made, so it is unique."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    name: str
    domain: str = ""  # the default one


_NUMBER_NAMES = {0.0: "zero", 1.0: "one", 2.0: "two", 0.5: "half", -1.0: "minus_one", math.inf: "inf"}


def _erf(x: Array) -> Array:
    return np.asarray(np.vectorize(math.erf, otypes=[x.dtype])(x))


_PROBE: Mapping[str, Callable[..., Array]] = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Neg": np.negative, "Abs": np.abs,
    "Sign": np.sign, "Exp": np.exp, "Log": np.log, "Sqrt": np.sqrt, "Tanh": np.tanh, "Erf": _erf, "Sin": np.sin,
    "Cos": np.cos, "Atan": np.arctan, "Max": np.maximum, "Min": np.minimum, "Where": np.where, "Less": np.less,
    "LessOrEqual": np.less_equal, "Equal": np.equal, "And": np.logical_and, "Or": np.logical_or,
    "Floor": np.floor, "Reciprocal": np.reciprocal, "Identity": np.array,
}  # fmt: skip


def identifier(text: str) -> str:
    """A C identifier, as ONNX asks of names, that still reads like the text."""
    for symbol, word in (("**", " to_the "), ("/", " over "), ("*", " times "), ("+", " plus "), ("- ", " minus ")):
        text = text.replace(symbol, word)
    text = re.sub(r"[^A-Za-z0-9]+", "_", text.replace("-", " minus ")).strip("_")
    return f"c_{text}" if not text or text[0].isdigit() else text


class Graph:
    """Collects nodes and constants for one model."""

    def __init__(self, opset: int, dtype: npt.DTypeLike, *, keeps_tails: bool = False) -> None:
        self.opset = opset
        self.dtype: np.dtype[Any] = np.dtype(dtype)  # of the arithmetic
        self.keeps_tails = keeps_tails  # float32 whose far tails count: arguments of Exp are worth an error term
        self.prefix = ""  # of the names, one per layer of a network
        self.nodes: list[Node] = []
        self.constants: dict[str, Array] = {}
        self.outputs: list[str] = []
        self._taken: set[str] = set()
        self._known_nodes: dict[Any, tuple[Value, ...]] = {}
        self._known_constants: dict[Any, Value] = {}

    @property
    def is_double(self) -> bool:
        return bool(self.dtype == np.float64)

    def fork(self) -> Graph:
        """A copy to try something on."""
        other = copy.copy(self)
        other.nodes, other.constants, other.outputs = list(self.nodes), dict(self.constants), list(self.outputs)
        other._taken = set(self._taken)
        other._known_nodes, other._known_constants = dict(self._known_nodes), dict(self._known_constants)
        return other

    def become(self, other: Graph) -> None:
        """Keep what was tried on a fork."""
        self.__dict__.update(other.__dict__)

    def reserve(self, name: str) -> str:
        """The name, numbered if it is taken."""
        wanted = candidate = self.prefix + name
        number = 2
        while candidate in self._taken:
            candidate, number = f"{wanted}_{number}", number + 1
        self._taken.add(candidate)
        return candidate

    # --- constants ------------------------------------------------------------------------------------------------
    def number(self, value: float, name: str | None = None) -> Value:
        """A scalar of the arithmetic's type; equal ones share an initializer. Unnamed ones are called what they are."""
        signed_zero = value == 0 and math.copysign(1, value) < 0
        name = name or ("minus_zero" if signed_zero else _NUMBER_NAMES.get(value)) or identifier(f"{value:.12g}")
        with np.errstate(over="ignore"):
            return self._initializer(np.array(value, dtype=self.dtype), name)

    def parameter(self, value: float, name: str) -> Value:
        """A scalar that is shared with no other, so that it can be changed in the model."""
        with np.errstate(over="ignore"):
            return self._initializer(np.array(value, dtype=self.dtype), name, owner=name)

    def holds(self, value: float) -> bool:
        """Whether the arithmetic's type has this very number."""
        with np.errstate(over="ignore"):
            return float(np.array(value, dtype=self.dtype)) == value

    def bound(self, value: float, name: str | None, *, upward: bool) -> Value:
        """A threshold for x < c or x <= c, rounded so that the test is exact for every x of the arithmetic's type."""
        with np.errstate(over="ignore"):
            rounded = np.array(value, dtype=self.dtype)
        if upward and float(rounded) < value:
            rounded = np.nextafter(rounded, self.dtype.type(np.inf))
        elif not upward and float(rounded) > value:
            rounded = np.nextafter(rounded, self.dtype.type(-np.inf))
        return self.number(float(rounded), name)

    def tensor(self, value: Array, name: str, probe: Array | None = None) -> Value:
        """Any array, as it is."""
        return self._initializer(np.asarray(value), name, probe)

    def integers(self, values: list[int], name: str) -> Value:
        return self._initializer(np.array(values, dtype=np.int64), name)

    # An axis goes by its number; in a function (see onnx_body) it is what the call says.
    def axis_list(self, axis: int) -> Value:
        return self.integers([axis], "axes")

    def axis_scalar(self, axis: int) -> Value:
        return self.tensor(np.array(axis), "axis")

    def axis_attribute(self, axis: int) -> Any:
        return axis

    def axes_attribute(self, axis: int) -> Any:
        return [axis]

    def _initializer(self, array: Array, name: str, probe: Array | None = None, owner: str = "") -> Value:
        key = (array.dtype.str, array.shape, array.tobytes(), owner and self.prefix + owner)
        if key not in self._known_constants:
            unique = self.reserve(name)
            self.constants[unique] = array
            if probe is None and array.ndim == 0:
                probe = array
            self._known_constants[key] = Value(unique, probe)
        return self._known_constants[key]

    # --- nodes ----------------------------------------------------------------------------------------------------
    def call(self, op: str, *inputs: Value | None, name: str | None = None, **attributes: Any) -> Value:
        return self.call_many(op, *inputs, names=(name or op.lower(),), **attributes)[0]

    def call_many(
        self, op: str, *inputs: Value | None, names: tuple[str, ...], domain: str = "", **attributes: Any
    ) -> tuple[Value, ...]:
        """The outputs of one operator call; the same call on the same values is made once."""
        given = tuple("" if v is None else v.name for v in inputs)
        key = (op, domain, given, len(names), repr(sorted(attributes.items())))
        if key not in self._known_nodes:
            outputs = tuple(self.reserve(n) for n in names)
            self.nodes.append(Node(op, given, outputs, attributes, outputs[0], domain))
            probe = self._probe(op, inputs) if len(names) == 1 and not domain else None
            self._known_nodes[key] = tuple(Value(o, probe) for o in outputs)
        return self._known_nodes[key]

    def add(self, a: Value, b: Value, name: str = "sum") -> Value:
        return self.call("Add", a, b, name=name)

    def sub(self, a: Value, b: Value, name: str = "difference") -> Value:
        return self.call("Sub", a, b, name=name)

    def mul(self, a: Value, b: Value, name: str = "product") -> Value:
        return self.call("Mul", a, b, name=name)

    def div(self, a: Value, b: Value, name: str = "quotient") -> Value:
        return self.call("Div", a, b, name=name)

    def reciprocal(self, a: Value, name: str = "reciprocal") -> Value:
        """1 / a. Not Div: onnxruntime's DivMulFusion breaks a graph that multiplies two quotients 1 / a and 1 / b."""
        return self.call("Reciprocal", a, name=name)

    def where(self, test: Value, if_true: Value, if_false: Value, name: str = "chosen") -> Value:
        return self.call("Where", test, if_true, if_false, name=name)

    def _probe(self, op: str, inputs: tuple[Value | None, ...]) -> Array | None:
        probes = [v.probe for v in inputs if v is not None]
        if op not in _PROBE or any(p is None for p in probes):
            return None
        with np.errstate(all="ignore"):
            return np.asarray(_PROBE[op](*probes))

    def cast(self, value: Value, to: str, name: str) -> Value:
        result = self.call("Cast", value, name=name, to=DATA_TYPES[to])
        if value.probe is None or to not in ("float32", "float64"):
            return result
        with np.errstate(all="ignore"):
            return Value(result.name, value.probe.astype(to))

    def finish(self, value: Value, output: str) -> None:
        """Make the value the graph output of this (already reserved) name."""
        produced = {o for n in self.nodes for o in n.outputs} - set(self.outputs)
        if value.name not in produced:  # an input, a constant, or an output already
            self.nodes.append(Node("Identity", (value.name,), (output,), {}, output))
        else:

            def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
                return tuple(output if n == value.name else n for n in names)

            self.nodes = [replace(n, inputs=renamed(n.inputs), outputs=renamed(n.outputs)) for n in self.nodes]
        self.outputs.append(output)

    def prune(self) -> None:
        """Drop what no output depends on."""
        used = set(self.outputs)
        kept: list[Node] = []
        for node in reversed(self.nodes):
            if used & set(node.outputs):
                used |= set(node.inputs)
                kept.append(node)
        self.nodes = kept[::-1]
        self.constants = {n: a for n, a in self.constants.items() if n in used}
