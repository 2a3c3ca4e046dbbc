"""A model made ready to run: a flat list of steps over numbered slots.

Calls of model-local functions are expanded, every operator is looked up and its types are checked, nodes of constants
are computed; what is left is one pass over the steps, in which each value is dropped after its last use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto

from . import activations, primitives  # which fill OPERATORS
from .calls import OPERATORS, Call, Function, Maker
from .element_types import Array, Dtype, dtype_of, from_schema_type, schema_dtypes, schema_type, tensor_array
from .errors import BackendError, UnsupportedError

NEWEST_OPSET = 28  # the last whose operators the backend was written against
MOST_STEPS = 1_000_000  # of the expanded model: functions that call functions grow exponentially
DEEPEST_NESTING = 100
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
    return [np.asarray(r) for r in (results if isinstance(results, tuple) else (results,))]


def _owned(array: Array | None) -> Array:
    """A copy: a result may be an input, a constant, a view of either, or another result."""
    assert array is not None
    return array.copy()


def compile_model(model: ModelProto) -> Program:
    """The program of a checked model."""
    opsets = _opsets(model.opset_import) or {"": 1}  # IR 1 and 2 know no operator sets
    functions = {(_domain(f.domain), f.name, f.overload): f for f in model.functions}
    return _Compiler(functions).graph(model.graph, opsets)


# --- names of things --------------------------------------------------------------------------------------------------
def _domain(name: str) -> str:
    return "" if name == "ai.onnx" else name


def _opsets(imports: Iterable[Any]) -> dict[str, int]:
    return {_domain(i.domain): i.version for i in imports}


def _title(op_type: str, domain: str) -> str:
    return f"{domain}::{op_type}" if domain else op_type


@dataclass(frozen=True)
class _Context:
    """Where a node stands: the graph, or a function that is being expanded."""

    opsets: Mapping[str, int]
    attributes: Mapping[str, AttributeProto] = field(default_factory=dict)  # of the function's call
    callers: tuple[tuple[str, str, str], ...] = ()

    def place(self, position: int, node: NodeProto) -> str:
        name = f"node {node.name!r}" if node.name else f"node {position}"
        inside = f" of function {_title(self.callers[-1][1], self.callers[-1][0])}" if self.callers else ""
        return f"{name}{inside} ({_title(node.op_type, _domain(node.domain))})"


@lru_cache(maxsize=4096)
def _schema(op_type: str, domain: str, opset: int) -> Any:
    """The operator as it stands at this opset, or None."""
    try:
        return onnx.defs.get_schema(op_type, opset, domain)
    except onnx.defs.SchemaError:
        return None


def _find_schema(op_type: str, domain: str, opset: int, where: str) -> Any:
    schema = _schema(op_type, domain, opset)
    if schema is not None:
        return schema
    versions = [
        s.since_version for s in onnx.defs.get_all_schemas_with_history() if s.name == op_type and s.domain == domain
    ]
    if versions and min(versions) > opset:
        raise UnsupportedError(f"{where}: the operator came with opset {min(versions)}; the model has opset {opset}")
    raise UnsupportedError(
        f"{where}: there is no such operator in {f'domain {domain!r}' if domain else 'the ONNX standard'}, "
        "and no function of that name in the model"
    )


# --- attributes and types ---------------------------------------------------------------------------------------------
def _decoded(attribute: AttributeProto) -> Any:
    value = onnx.helper.get_attribute_value(attribute)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _given_attributes(node: NodeProto, context: _Context, where: str) -> dict[str, AttributeProto]:
    """The node's attributes; a reference to one of the function's is followed, and is none if the call has none."""
    given: dict[str, AttributeProto] = {}
    for attribute in node.attribute:
        found: AttributeProto | None = attribute
        if attribute.ref_attr_name:
            found = context.attributes.get(attribute.ref_attr_name)
            if found is not None and found.type != attribute.type:
                raise BackendError(
                    f"{where}: attribute {attribute.name} refers to {attribute.ref_attr_name}, which has another type"
                )
        if found is not None:
            given[attribute.name] = found
    return given


def _attributes(schema: Any, given: Mapping[str, AttributeProto], where: str) -> dict[str, Any]:
    """With the defaults of this version of the operator; None where there is neither."""
    if unknown := [n for n in given if n not in schema.attributes]:
        raise BackendError(
            f"{where}: there is no attribute {unknown[0]} in {schema.name}-{schema.since_version} "
            f"(it has {', '.join(schema.attributes) or 'none'})"
        )
    result: dict[str, Any] = {}
    for name, formal in schema.attributes.items():
        if name in given:
            result[name] = _decoded(given[name])
        elif formal.default_value.name:
            result[name] = _decoded(formal.default_value)
        elif formal.required:
            raise BackendError(f"{where}: the attribute {name} is missing")
    return result


def _formal(parameters: Sequence[Any], position: int, where: str, kind: str) -> Any:
    """The formal parameter of an argument; the last may stand for many."""
    if position < len(parameters):
        return parameters[position]
    if parameters and parameters[-1].option == onnx.defs.OpSchema.FormalParameterOption.Variadic:
        return parameters[-1]
    raise BackendError(f"{where}: {kind} {position} is one too many; the operator has {len(parameters)}")


def _bind_types(schema: Any, inputs: Sequence[Dtype | None], where: str) -> dict[str, Dtype]:
    """What each type parameter of the operator stands for."""
    optional = onnx.defs.OpSchema.FormalParameterOption.Optional
    required = sum(1 for formal in schema.inputs if formal.option != optional)
    if any(d is None for d in inputs[:required]) or len(inputs) < schema.min_input:
        raise BackendError(f"{where}: an input is missing; the operator needs {schema.min_input}")
    bound: dict[str, Dtype] = {}
    for position, dtype in enumerate(inputs):
        formal = _formal(schema.inputs, position, where, "input")
        if dtype is None:
            continue
        if schema_type(dtype) not in formal.types:
            allowed = ", ".join(schema_dtypes(formal.types)) or "none of the backend's types"
            raise UnsupportedError(
                f"{where}: input {formal.name} is {dtype.name}, which {schema.name}-{schema.since_version} does not "
                f"take ({allowed}); cast it, or use an opset whose {schema.name} does"
            )
        if formal.is_homogeneous and bound.setdefault(formal.type_str, dtype) != dtype:
            raise BackendError(
                f"{where}: input {formal.name} is {dtype.name}, but another input of the same type is "
                f"{bound[formal.type_str].name}"
            )
    return bound


def _result_types(
    schema: Any, bound: Mapping[str, Dtype], attributes: Mapping[str, Any], count: int, where: str
) -> tuple[Dtype, ...]:
    if schema.name == "Cast":
        return (dtype_of(attributes["to"], f"{where}: the type to cast to"),)
    if schema.name == "Constant":
        return (primitives.constant(dict(attributes)).dtype,)
    if schema.name == "ConstantOfShape":
        return (primitives.fill_value(attributes.get("value")).dtype,)
    results = []
    for position in range(count):
        formal = _formal(schema.outputs, position, where, "output")
        dtype = bound.get(formal.type_str)
        if dtype is None:
            (only,) = formal.types  # such as the bool of a comparison
            dtype = from_schema_type(only)
        assert dtype is not None, where
        results.append(dtype)
    return tuple(results)


# --- compiling --------------------------------------------------------------------------------------------------------
class _Compiler:
    def __init__(self, functions: Mapping[tuple[str, str, str], FunctionProto]) -> None:
        self.functions = functions
        self.dtypes: list[Dtype | None] = [None]  # by slot
        self.constants: dict[int, Array] = {}
        self.defaults: dict[int, Array] = {}  # of inputs that may be given
        self.steps: list[Step] = []
        self.expanded = 0

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
            self.expanded += 1
            if self.expanded > MOST_STEPS:
                raise UnsupportedError(f"{where}: with its functions expanded the model has over {MOST_STEPS} nodes")
            inputs = [_read(scope, name, where) for name in node.input]
            attributes = _given_attributes(node, context, where)
            key = (_domain(node.domain), node.op_type, node.overload)
            if key in self.functions:
                results = self._expand(key, inputs, attributes, context, where)
            else:
                results = self._operator(node, inputs, attributes, context, where)
            for name, slot in zip(node.output, results, strict=False):  # of a function's, some may not be wanted
                if name in scope:
                    raise BackendError(f"{where}: {name!r} is computed twice; every value needs a name of its own")
                if name:
                    scope[name] = slot

    def _expand(
        self,
        key: tuple[str, str, str],
        inputs: Sequence[int],
        attributes: Mapping[str, AttributeProto],
        context: _Context,
        where: str,
    ) -> list[int]:
        """The body of a function in place of its call."""
        function = self.functions[key]
        if key in context.callers:
            raise BackendError(f"{where}: the function calls itself, which ONNX does not allow")
        if len(context.callers) >= DEEPEST_NESTING:
            raise UnsupportedError(f"{where}: functions are nested deeper than {DEEPEST_NESTING}")
        if len(inputs) > len(function.input):
            raise BackendError(f"{where}: {len(inputs)} inputs; the function has {len(function.input)}")
        absent = [_ABSENT] * (len(function.input) - len(inputs))
        scope = dict(zip(function.input, [*inputs, *absent], strict=True))
        defaults = {a.name: a for a in function.attribute_proto}
        inner = _Context(_opsets(function.opset_import), defaults | dict(attributes), (*context.callers, key))
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
        schema = _schema_of(node, context, where)
        make = _maker(schema, where)
        attributes = _attributes(schema, given, where)
        dtypes = tuple(self.dtypes[slot] for slot in inputs)
        bound = _bind_types(schema, dtypes, where)
        try:
            results = _result_types(schema, bound, attributes, len(node.output), where)
            function = make(Call(where, schema.name, schema.since_version, attributes, dtypes, results))
        except BackendError:
            raise
        except FAILURES as error:
            raise BackendError(f"{where}: {error}") from error
        read = tuple(inputs[:1] if schema.name == "CastLike" else inputs)
        step = Step(where, function, read, tuple(self._slot(d) for d in results))
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


def _schema_of(node: NodeProto, context: _Context, where: str) -> Any:
    domain = _domain(node.domain)
    opset = context.opsets.get(domain)
    if opset is None:
        raise BackendError(f"{where}: the opset imports name no version of domain {domain!r}")
    newest = onnx.defs.onnx_opset_version()
    if not domain and opset > newest:
        raise UnsupportedError(f"{where}: opset {opset} is newer than the installed onnx knows ({newest}); update onnx")
    schema = _find_schema(node.op_type, domain, opset, where)
    if domain:
        raise UnsupportedError(f"{where}: of domain {domain!r} the backend runs what the model defines as functions")
    return schema


def _maker(schema: Any, where: str) -> Maker:
    """What makes the function of this version of the operator."""
    versions = OPERATORS.get(schema.name) or activations.from_spec(schema.name)
    fitting = [entry for entry in versions if entry.since <= schema.since_version]
    if not versions:
        raise UnsupportedError(
            f"{where}: the backend has the activations and the primitives they are made of, not {schema.name}; "
            "pyact.onnx.backend.operators() lists them"
        )
    if not fitting or schema.since_version > NEWEST_OPSET:
        known = f"{versions[0].since} to {NEWEST_OPSET}"
        raise UnsupportedError(f"{where}: version {schema.since_version} of the operator; the backend knows {known}")
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
        kept.append(Step(step.where, step.function, step.inputs, step.outputs, tuple(finished)))
    return tuple(reversed(kept))
