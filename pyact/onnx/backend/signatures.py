"""What the ONNX standard says of an operator at an opset: its parameters, their types, its attributes with defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import onnx
from onnx import AttributeProto

from .element_types import Dtype, from_schema_type, schema_dtypes, schema_type
from .errors import BackendError, UnsupportedError


@dataclass(frozen=True)
class Formal:
    """A formal input or output."""

    name: str
    type_name: str  # a type parameter, or a type
    types: frozenset[str]
    optional: bool
    variadic: bool
    homogeneous: bool


@dataclass(frozen=True)
class Signature:
    """A version of an operator. A copy of onnx's schema, which makes its lists anew whenever it is asked."""

    name: str
    since: int
    inputs: tuple[Formal, ...]
    outputs: tuple[Formal, ...]
    fewest_inputs: int
    defaults: Mapping[str, Any]  # of the attributes that have one
    attributes: Mapping[str, bool]  # name: required

    def complete(self, given: Mapping[str, AttributeProto], where: str) -> dict[str, Any]:
        """The values of the attributes, with the defaults of this version."""
        if unknown := [n for n in given if n not in self.attributes]:
            raise BackendError(
                f"{where}: there is no attribute {unknown[0]} in {self.name}-{self.since} "
                f"(it has {', '.join(self.attributes) or 'none'})"
            )
        result = dict(self.defaults)
        result.update((name, decoded(attribute)) for name, attribute in given.items())
        if missing := [n for n, required in self.attributes.items() if required and n not in result]:
            raise BackendError(f"{where}: the attribute {missing[0]} is missing")
        return result

    def bind(self, inputs: Sequence[Dtype | None], where: str) -> dict[str, Dtype]:
        """What each type parameter stands for; None is an input that was left out."""
        required = sum(1 for formal in self.inputs if not formal.optional)
        if any(d is None for d in inputs[:required]) or len(inputs) < self.fewest_inputs:
            raise BackendError(f"{where}: an input is missing; the operator needs {self.fewest_inputs}")
        bound: dict[str, Dtype] = {}
        for position, dtype in enumerate(inputs):
            formal = _formal(self.inputs, position, where, "input")
            if dtype is None:
                continue
            if schema_type(dtype) not in formal.types:
                allowed = ", ".join(schema_dtypes(formal.types)) or "none of the backend's types"
                raise UnsupportedError(
                    f"{where}: input {formal.name} is {dtype.name}, which {self.name}-{self.since} does not take "
                    f"({allowed}); cast it, or use an opset whose {self.name} does"
                )
            if formal.homogeneous and bound.setdefault(formal.type_name, dtype) != dtype:
                raise BackendError(
                    f"{where}: input {formal.name} is {dtype.name}, but another input of the same type is "
                    f"{bound[formal.type_name].name}"
                )
        return bound

    def results(self, bound: Mapping[str, Dtype], count: int, where: str) -> tuple[Dtype, ...]:
        """The types of so many outputs."""
        found = []
        for position in range(count):
            formal = _formal(self.outputs, position, where, "output")
            dtype = bound.get(formal.type_name)
            if dtype is None:
                (only,) = formal.types  # such as the bool of a comparison
                dtype = from_schema_type(only)
            assert dtype is not None, where
            found.append(dtype)
        return tuple(found)


def _formal(parameters: Sequence[Formal], position: int, where: str, kind: str) -> Formal:
    """The formal parameter of an argument; the last may stand for many."""
    if position < len(parameters):
        return parameters[position]
    if parameters and parameters[-1].variadic:
        return parameters[-1]
    raise BackendError(f"{where}: {kind} {position} is one too many; the operator has {len(parameters)}")


def decoded(attribute: AttributeProto) -> Any:
    """An attribute's value, text as str."""
    value = onnx.helper.get_attribute_value(attribute)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def signature(op_type: str, domain: str, opset: int, where: str) -> Signature:
    """The operator as it stands at this opset."""
    found = _signature(op_type, domain, opset)
    if found is not None:
        return found
    versions = [
        s.since_version for s in onnx.defs.get_all_schemas_with_history() if s.name == op_type and s.domain == domain
    ]
    if versions and min(versions) > opset:
        raise UnsupportedError(f"{where}: the operator came with opset {min(versions)}; the model has opset {opset}")
    raise UnsupportedError(
        f"{where}: there is no such operator in {f'domain {domain!r}' if domain else 'the ONNX standard'}, "
        "and no function of that name in the model"
    )


@lru_cache(maxsize=4096)
def _signature(op_type: str, domain: str, opset: int) -> Signature | None:
    try:
        schema = onnx.defs.get_schema(op_type, opset, domain)
    except (
        onnx.defs.SchemaError,
        TypeError,
    ):  # TypeError: a name that is no UTF-8 comes as bytes, a version may be huge
        return None
    attributes = schema.attributes
    return Signature(
        schema.name,
        schema.since_version,
        tuple(map(_copied, schema.inputs)),
        tuple(map(_copied, schema.outputs)),
        schema.min_input,
        {n: decoded(a.default_value) for n, a in attributes.items() if a.default_value.name},
        {n: a.required for n, a in attributes.items()},
    )


def _copied(formal: Any) -> Formal:
    option = onnx.defs.OpSchema.FormalParameterOption
    return Formal(
        formal.name,
        formal.type_str,
        frozenset(formal.types),
        formal.option == option.Optional,
        formal.option == option.Variadic,
        formal.is_homogeneous,
    )
