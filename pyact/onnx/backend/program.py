"""A model made ready to run: a flat list of steps over numbered slots.

Calls of model-local functions are expanded, every operator is looked up and its types are checked, nodes of constants
are computed; what is left is one pass over the steps, in which each value is dropped after its last use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto

from . import activations, primitives  # which fill OPERATORS
from .calls import OPERATORS, Call, Function, Maker
from .element_types import Array, Dtype, dtype_of, tensor_array
from .errors import BackendError, UnsupportedError
from .expansion import FunctionKey, check_expansion, key_of, title, without_alias
from .signatures import Signature, signature

NEWEST_OPSET = 28  # the last whose operators the backend was written against
_ABSENT = 0  # the slot of an input that was left out; always None

# What a computation raises where shapes, axes or indices do not fit.
FAILURES = (ArithmeticError, IndexError, TypeError, ValueError)


@dataclass(frozen=True)
class Input:
    """A graph input: a tensor of this type. Dimensions are sizes, names or None; the shape is None if unknown."""

    name: str
    slot: int
    dtype: Dtype
    shape: tuple[int | str | None, ...] | None
    has_default: bool  # an initializer of the same name


@dataclass(frozen=True)
class Step:
    where: str
    function: Function
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    dtypes: tuple[Dtype, ...]  # of the outputs
    finished: tuple[int, ...] = ()  # slots that nothing reads any more


@dataclass(frozen=True)
class Program:
    inputs: tuple[Input, ...]
    outputs: tuple[tuple[str, int], ...]
    constants: Mapping[int, Array]
    steps: tuple[Step, ...]
    slots: int

    def run(self, given: Mapping[int, Array]) -> list[Array]:
        """The outputs, from the arrays in the slots of the inputs."""
        values: list[Array | None] = [None] * self.slots
        for slot, array in {**self.constants, **given}.items():
            values[slot] = array
        with np.errstate(all="ignore"):
            for step in self.steps:
                for slot, result in zip(step.outputs, results_of(step, values.__getitem__), strict=True):
                    values[slot] = result
                for slot in step.finished:
                    values[slot] = None
        return [_owned(values[slot]) for _, slot in self.outputs]


def results_of(step: Step, value: Callable[[int], Array | None]) -> list[Array]:
    """What the step computes from the values in its slots."""
    try:
        results = step.function(*map(value, step.inputs))
    except FAILURES as error:
        raise BackendError(f"{step.where}: {error}") from error
    arrays = [np.asarray(r) for r in (results if isinstance(results, tuple) else (results,))]
    assert [a.dtype for a in arrays] == list(step.dtypes), f"{step.where} broke its promise of {step.dtypes}"
    return arrays


def _owned(array: Array | None) -> Array:
    """A copy: a result may be an input, a constant, a view of either, or another result."""
    assert array is not None
    return array.copy()


def compile_model(model: ModelProto) -> Program:
    """The program of a checked model."""
    opsets = _opsets(model.opset_import) or {"": 1}  # IR 1 and 2 know no operator sets
    functions = {(without_alias(f.domain), f.name, f.overload): f for f in model.functions}
    check_expansion(model.graph.node, functions)
    return _Compiler(functions).graph(model.graph, opsets)


# --- where a node stands ----------------------------------------------------------------------------------------------
def _opsets(imports: Iterable[Any]) -> dict[str, int]:
    return {without_alias(i.domain): i.version for i in imports}


@dataclass(frozen=True)
class _Context:
    """The graph, or a function that is being expanded."""

    opsets: Mapping[str, int]
    attributes: Mapping[str, AttributeProto] = field(default_factory=dict)  # of the function's call
    function: str = ""

    def place(self, position: int, node: NodeProto) -> str:
        name = f"node {node.name!r}" if node.name else f"node {position}"
        inside = f" of function {self.function}" if self.function else ""
        return f"{name}{inside} ({title(node.op_type, without_alias(node.domain))})"

    def given(self, node: NodeProto, where: str) -> dict[str, AttributeProto]:
        """The node's attributes; a reference to one of the function's is followed, and is none if the call has none."""
        found: dict[str, AttributeProto] = {}
        for attribute in node.attribute:
            if not attribute.ref_attr_name:
                found[attribute.name] = attribute
            elif (referred := self.attributes.get(attribute.ref_attr_name)) is not None:
                if referred.type != attribute.type:
                    raise BackendError(
                        f"{where}: attribute {attribute.name} refers to {referred.name}, which has another type"
                    )
                found[attribute.name] = referred
        return found


# --- compiling --------------------------------------------------------------------------------------------------------
class _Compiler:
    def __init__(self, functions: Mapping[FunctionKey, FunctionProto]) -> None:
        self.functions = functions
        self.dtypes: list[Dtype | None] = [None]  # by slot
        self.constants: dict[int, Array] = {}
        self.defaults: dict[int, Array] = {}  # of inputs that may be given
        self.steps: list[Step] = []

    def graph(self, graph: GraphProto, opsets: Mapping[str, int]) -> Program:
        if graph.sparse_initializer:
            raise UnsupportedError("the backend has no sparse tensors; write the initializers as dense ones")
        scope: dict[str, int] = {}
        declared = {value.name for value in graph.input}
        for tensor in graph.initializer:
            array = tensor_array(tensor, f"initializer {tensor.name!r}")
            scope[tensor.name] = self._slot(array.dtype)
            (self.defaults if tensor.name in declared else self.constants)[scope[tensor.name]] = array
        inputs = tuple(self._input(value, scope) for value in graph.input)
        self._nodes(graph.node, scope, _Context(opsets))
        outputs = tuple(self._output(value, scope) for value in graph.output)
        steps = _with_last_uses(self.steps, {slot for _, slot in outputs})
        read = {slot for step in steps for slot in step.inputs} | {slot for _, slot in outputs}
        constants = {slot: a for slot, a in (self.constants | self.defaults).items() if slot in read}
        return Program(inputs, outputs, constants, steps, len(self.dtypes))

    def _slot(self, dtype: Dtype) -> int:
        self.dtypes.append(dtype)
        return len(self.dtypes) - 1

    # -- the graph's ends
    def _input(self, value: Any, scope: dict[str, int]) -> Input:
        where = f"input {value.name!r}"
        if not value.type.HasField("tensor_type"):
            raise UnsupportedError(f"{where} is no tensor; the backend takes nothing else")
        tensor = value.type.tensor_type
        dtype = dtype_of(tensor.elem_type, where)
        shape = tuple(_dimension(d) for d in tensor.shape.dim) if tensor.HasField("shape") else None
        has_default = value.name in scope
        if not has_default:
            scope[value.name] = self._slot(dtype)
        return Input(value.name, scope[value.name], dtype, shape, has_default)

    def _output(self, value: Any, scope: Mapping[str, int]) -> tuple[str, int]:
        where = f"output {value.name!r}"
        slot = _read(scope, value.name, where)
        computed, declared = self.dtypes[slot], value.type.tensor_type.elem_type
        if declared and computed is not None and dtype_of(declared, where) != computed:
            raise BackendError(f"{where} is declared as {dtype_of(declared, where).name}; computed is {computed.name}")
        return value.name, slot

    # -- nodes
    def _nodes(self, nodes: Iterable[NodeProto], scope: dict[str, int], context: _Context) -> None:
        for position, node in enumerate(nodes):
            where = context.place(position, node)
            inputs = [_read(scope, name, where) for name in node.input]
            attributes = context.given(node, where)
            function = self.functions.get(key_of(node))
            if function is not None:
                results = self._expand(function, inputs, attributes, where)
            else:
                results = self._operator(node, inputs, attributes, context, where)
            for name, slot in zip(node.output, results, strict=False):  # of a function's, some may not be wanted
                if name in scope:
                    raise BackendError(f"{where}: {name!r} is computed twice; every value needs a name of its own")
                if name:
                    scope[name] = slot

    def _expand(
        self, function: FunctionProto, inputs: Sequence[int], attributes: Mapping[str, AttributeProto], where: str
    ) -> list[int]:
        """The body of a function in place of its call."""
        if len(inputs) > len(function.input):
            raise BackendError(f"{where}: {len(inputs)} inputs; the function has {len(function.input)}")
        absent = [_ABSENT] * (len(function.input) - len(inputs))
        scope = dict(zip(function.input, [*inputs, *absent], strict=True))
        defaults = {a.name: a for a in function.attribute_proto}
        name = title(function.name, without_alias(function.domain))
        inner = _Context(_opsets(function.opset_import), defaults | dict(attributes), name)
        self._nodes(function.node, scope, inner)
        return [_read(scope, name, where) for name in function.output]

    def _operator(
        self,
        node: NodeProto,
        inputs: Sequence[int],
        given: Mapping[str, AttributeProto],
        context: _Context,
        where: str,
    ) -> list[int]:
        found = _signature_of(node, context, where)
        make = _maker(found, where)
        attributes = found.complete(given, where)
        dtypes = tuple(self.dtypes[slot] for slot in inputs)
        bound = found.bind(dtypes, where)
        try:
            results = _types_by_attribute(found.name, attributes) or found.results(bound, len(node.output), where)
            function = make(Call(where, found.name, found.since, attributes, dtypes, results))
        except UnsupportedError as error:
            raise UnsupportedError(f"{where}: {error}") from error
        except FAILURES as error:
            raise BackendError(f"{where}: {error}") from error
        read = tuple(inputs[:1] if found.name == "CastLike" else inputs)
        step = Step(where, function, read, tuple(self._slot(d) for d in results), results)
        if all(slot in self.constants or slot == _ABSENT for slot in read):
            with np.errstate(all="ignore"):
                self.constants.update(zip(step.outputs, results_of(step, self.constants.get), strict=True))
        else:
            self.steps.append(step)
        return list(step.outputs)


def _dimension(dimension: Any) -> int | str | None:
    if dimension.HasField("dim_value"):
        return int(dimension.dim_value)
    return dimension.dim_param or None


def _read(scope: Mapping[str, int], name: str, where: str) -> int:
    if not name:
        return _ABSENT
    if name not in scope:
        raise BackendError(
            f"{where} reads {name!r}, which is no input and no result of a node before it; nodes must be in "
            "topological order, and there can be no cycle"
        )
    return scope[name]


def _signature_of(node: NodeProto, context: _Context, where: str) -> Signature:
    domain = without_alias(node.domain)
    opset = context.opsets.get(domain)
    if opset is None:
        raise BackendError(f"{where}: the opset imports name no version of domain {domain!r}")
    newest = onnx.defs.onnx_opset_version()
    if not domain and opset > newest:
        raise UnsupportedError(f"{where}: opset {opset} is newer than the installed onnx knows ({newest}); update onnx")
    found = signature(node.op_type, domain, opset, where)
    if domain:
        raise UnsupportedError(f"{where}: of domain {domain!r} the backend runs what the model defines as functions")
    return found


def _types_by_attribute(op: str, attributes: Mapping[str, Any]) -> tuple[Dtype, ...] | None:
    """The type of the result, where it is no input's."""
    if op == "Cast":
        return (dtype_of(attributes["to"], "the type to cast to"),)
    if op == "Constant":
        return (primitives.constant(attributes).dtype,)
    if op == "ConstantOfShape":
        return (primitives.fill_value(attributes.get("value")).dtype,)
    return None


def _maker(found: Signature, where: str) -> Maker:
    """What makes the function of this version of the operator."""
    versions = OPERATORS.get(found.name) or activations.from_spec(found.name)
    if not versions:
        raise UnsupportedError(
            f"{where}: the backend has the activations and the primitives they are made of, not {found.name}; "
            "pyact.onnx.backend.operators() lists them"
        )
    fitting = [entry for entry in versions if entry.since <= found.since]
    if not fitting or found.since > NEWEST_OPSET:
        known = f"{versions[0].since} to {NEWEST_OPSET}"
        raise UnsupportedError(f"{where}: version {found.since} of the operator; the backend knows {known}")
    return fitting[-1].make


def _with_last_uses(steps: Sequence[Step], outputs: set[int]) -> tuple[Step, ...]:
    """The steps that the outputs depend on, each with the slots it is the last to read."""
    needed = set(outputs)
    kept: list[Step] = []
    for step in reversed(steps):
        if needed.isdisjoint(step.outputs):
            continue
        finished = {slot for slot in (*step.inputs, *step.outputs) if slot not in needed}
        needed.update(step.inputs)
        kept.append(replace(step, finished=tuple(finished)))
    return tuple(reversed(kept))
