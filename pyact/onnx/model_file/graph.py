"""The nodes of a model in one list per graph, functions expanded and constants known."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..export import import_onnx
from ..oracle import FORMATS
from ..points import rounded
from . import operators
from .operators import Meaning, Operation
from .reader import LARGEST_CONSTANT, Model, defined, graphs, in_order, key_of, label, shown, subgraphs

Array = npt.NDArray[Any]
_RESHAPING = frozenset({"Identity", "Reshape", "Unsqueeze", "Squeeze", "Flatten", "Transpose"})
_NOT_FLOAT = frozenset({"Shape", "Size", "ArgMax", "ArgMin", "NonZero", "IsNaN", "IsInf"})


@dataclass
class Node:
    """One node of a flat graph. Values have names of their own, however often a function is called."""

    operation: Operation
    proto: Any
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    label: str
    domains: Mapping[str, int]
    meaning: Meaning | None = None

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """Equal for nodes that do the same with their inputs."""
        operation = self.operation
        attributes = tuple(sorted((k, repr(v)) for k, v in operation.attributes.items()))
        return operation.op, operation.domain, operation.version, attributes


@dataclass
class Graph:
    """One graph: the main one, or one inside an If, a Loop or a Scan."""

    title: str
    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)  # of values, where it is known
    unknown: dict[str, int] = field(default_factory=dict)  # operators nobody knows, and how often


def flatten(model: Model) -> Iterator[Graph]:
    """Every graph of the model, outer ones first; values of outer graphs are visible in inner ones."""
    domains = _imports(model.proto.opset_import)
    known: list[Graph] = []
    for proto, outer, title in graphs(model.proto):
        graph = Graph(title)
        visible = outer - defined(proto) if outer else outer
        for other in known:  # names are unique among graphs that see each other
            if visible:
                graph.constants.update({n: c for n, c in other.constants.items() if n in visible})
                graph.dtypes.update({n: d for n, d in other.dtypes.items() if n in visible})
        _Flattening(model, graph).run(proto, domains)
        known.append(graph)
        yield graph


def _imports(opsets: Any) -> dict[str, int]:
    return {"" if o.domain == "ai.onnx" else o.domain: int(o.version) for o in opsets}


class _Flattening:
    """Expands functions and finds out constants and types on the way."""

    def __init__(self, model: Model, graph: Graph) -> None:
        self.model, self.graph = model, graph
        self.calls = 0
        self.onnx = import_onnx()

    def run(self, proto: Any, domains: Mapping[str, int]) -> None:
        for value in (*proto.input, *proto.value_info, *proto.output):
            if (dtype := _value_type(value)) is not None:
                self.graph.dtypes[value.name] = dtype
        for tensor in proto.initializer:
            self._tensor(tensor.name, tensor)
        self._nodes(in_order(proto.node), domains, {}, "", {})

    def _tensor(self, name: str, tensor: Any) -> None:
        if (dtype := _dtype(tensor.data_type)) is not None:
            self.graph.dtypes[name] = dtype
        values = self.model.constant(tensor)
        if values is not None:
            self.graph.constants[name] = values

    def _nodes(
        self,
        nodes: list[Any],
        domains: Mapping[str, int],
        renamed: dict[str, str],
        prefix: str,
        attributes: Mapping[str, Any],
    ) -> None:
        """`renamed` maps names of a function's body to those of the flat graph; `attributes` are those of the call."""
        for proto in nodes:
            key = key_of(proto)
            inputs = tuple(renamed.get(n, n) if n else "" for n in proto.input)
            outputs = tuple(self._output(n, renamed, prefix) for n in proto.output)
            given = {a.name: a for a in self._attributes(proto, attributes)}
            if key in self.model.functions:
                self._call(self.model.functions[key], proto, inputs, outputs, given, prefix)
            else:
                operation = Operation(
                    key[1], key[0], domains.get(key[0], 1), inputs, {n: self._value(a) for n, a in given.items()}
                )
                bare = self._bare(proto, given)
                self._node(Node(operation, bare, inputs, outputs, prefix + label(proto), domains), given)

    @staticmethod
    def _output(name: str, renamed: dict[str, str], prefix: str) -> str:
        if name and prefix and name not in renamed:
            renamed[name] = f"{prefix}{name}"
        return renamed.get(name, name)

    def _call(
        self, function: Any, proto: Any, inputs: tuple[str, ...], outputs: tuple[str, ...], given: Any, prefix: str
    ) -> None:
        self.calls += 1
        inner = {n: (inputs[i] if i < len(inputs) else "") for i, n in enumerate(function.input)}
        inner |= {n: outputs[i] for i, n in enumerate(function.output) if i < len(outputs) and outputs[i]}
        # An output of the function that is also one of its inputs keeps the input's name.
        inner |= {n: (inputs[i] if i < len(inputs) else "") for i, n in enumerate(function.input)}
        attributes = {a.name: a for a in function.attribute_proto} | given
        domains = _imports(function.opset_import)
        name = f"{prefix}{label(proto)} [{self.calls}] / "
        self._nodes(in_order(function.node), domains, inner, name, attributes)

    def _attributes(self, proto: Any, given: Mapping[str, Any]) -> Iterator[Any]:
        """With references to attributes of the call put in; one that was not given is not there."""
        for attribute in proto.attribute:
            if not attribute.ref_attr_name:
                yield attribute
            elif attribute.ref_attr_name in given:
                copy = self.onnx.AttributeProto()
                copy.CopyFrom(given[attribute.ref_attr_name])
                copy.name = attribute.name
                yield copy

    def _bare(self, proto: Any, given: Mapping[str, Any]) -> Any:
        """The node without graphs inside, and without large tensors."""
        node = self.onnx.NodeProto(op_type=proto.op_type, domain=proto.domain)
        if not any(True for _ in subgraphs(proto)):
            node.attribute.extend(a for a in given.values() if not a.HasField("t") and not a.tensors)
        return node

    def _value(self, attribute: Any) -> Any:
        kinds = self.onnx.AttributeProto
        if attribute.type == kinds.FLOAT:
            return float(attribute.f)
        if attribute.type == kinds.INT:
            return int(attribute.i)
        if attribute.type == kinds.STRING:
            return bytes(attribute.s)
        if attribute.type in (kinds.FLOATS, kinds.INTS):
            return tuple(attribute.floats) or tuple(attribute.ints)
        return None

    # -- what is known of values
    def _node(self, node: Node, given: Mapping[str, Any]) -> None:
        operation, graph = node.operation, self.graph
        if operation.op == "Constant" and operation.domain == "":
            self._constant_node(node, given)
            return
        if not operators.is_known(operation.domain, operation.op):
            name = shown(f"{operation.domain}::{operation.op}" if operation.domain else operation.op)
            graph.unknown[name] = graph.unknown.get(name, 0) + 1
        node.meaning = operators.meaning(operation, self._exponent(operation))
        if self._fold(node):
            return
        if node.outputs and node.outputs[0]:
            dtype = self._result_type(node)
            if dtype is not None:
                graph.dtypes[node.outputs[0]] = dtype
        graph.nodes.append(node)

    def _constant_node(self, node: Node, given: Mapping[str, Any]) -> None:
        name = node.outputs[0] if node.outputs else ""
        if "value" in given and given["value"].HasField("t"):
            self._tensor(name, given["value"].t)
            return
        for attribute, kind in (
            ("value_float", np.float32), ("value_floats", np.float32), ("value_int", np.int64), ("value_ints", np.int64)
        ):  # fmt: skip
            value = node.operation.attributes.get(attribute)
            if value is not None and np.size(value) <= LARGEST_CONSTANT:
                self.graph.constants[name] = np.array(value, kind)
                if kind is np.float32:
                    self.graph.dtypes[name] = "float32"

    def _exponent(self, operation: Operation) -> float | None:
        if operation.op != "Pow" or not operation.given(1):
            return None
        values = self.graph.constants.get(operation.inputs[1])
        if values is None or values.size != 1:
            return None
        with contextlib.suppress(TypeError, ValueError):
            return float(values.reshape(-1)[0])
        return None

    def _fold(self, node: Node) -> bool:
        """Constants of constants, where they are small and of numbers."""
        graph = self.graph
        given = [graph.constants.get(n) for n in node.inputs if n]
        if not given or not node.outputs:
            return False
        if node.operation.op in _RESHAPING and node.operation.domain == "" and given[0] is not None:
            if node.operation.op != "Identity" and any(v is None for v in given):
                return False
            graph.constants[node.outputs[0]] = given[0]
            if node.inputs[0] in graph.dtypes:
                graph.dtypes[node.outputs[0]] = graph.dtypes[node.inputs[0]]
            return True
        arrays = [v for v in given if v is not None]
        meaning = node.meaning
        if len(arrays) < len(given) or meaning is None or meaning.row or len(given) < len(node.inputs):
            return False
        dtype = self._result_type(node)
        try:
            size = math.prod(np.broadcast_shapes(*(a.shape for a in arrays)))
        except ValueError:
            return False
        if size > LARGEST_CONSTANT or dtype is None:
            return False
        with np.errstate(all="ignore"):
            result = meaning.numbers([a.astype(np.float64) for a in arrays])
            plain = result.astype(dtype) if dtype not in FORMATS else rounded(result, dtype)
        graph.constants[node.outputs[0]] = plain
        graph.dtypes[node.outputs[0]] = dtype
        return True

    def _result_type(self, node: Node) -> str | None:
        """The format of the first output; other than that of an input only where the operator says so."""
        dtypes = self.graph.dtypes
        stated = node.meaning.out_dtype if node.meaning is not None else ""
        if stated.startswith("like "):
            position = int(stated[5:])
            inputs = node.inputs[position : position + 2] if position < len(node.inputs) else ()
            return next((dtypes[n] for n in inputs if n in dtypes), None)
        if stated:
            return stated
        if node.operation.op in _NOT_FLOAT or (node.operation.op == "Cast" and node.meaning is None):
            return None
        if node.outputs[0] in dtypes:
            return dtypes[node.outputs[0]]
        known = [dtypes[n] for n in node.inputs if n in dtypes]
        return next((d for d in known if d in FORMATS), next((d for d in known if d != "bool"), None))


def _dtype(number: int) -> str | None:
    return "bool" if number == 9 else operators.FLOATS.get(number) or operators.INTEGERS.get(number)


def _value_type(value: Any) -> str | None:
    return _dtype(value.type.tensor_type.elem_type) if value.type.HasField("tensor_type") else None
