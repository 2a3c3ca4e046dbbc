"""Style "op": whether the standard operator of an activation can be written at an opset, or what is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

from .layers import ExportError

lower_onnx = _toolchain.module("lower_onnx")

Array = npt.NDArray[Any]
_TYPE_NAMES = {"float32": "float", "float64": "double", "float16": "float16", "bfloat16": "bfloat16"}
_INSTEAD = "use style='inline' or 'auto'"


def check_operator(onnx: Any, activation: Any, parameters: Mapping[str, float | Array], opset: int, dtype: str) -> None:
    """Raise ExportError unless a standard operator of this opset takes the dtype and means this very function."""
    name, operator = activation.name, activation.onnx
    if operator is None:
        raise ExportError(f"{name}: ONNX has no operator that is this function, at any opset; {_INSTEAD}")
    first = first_opset(onnx, operator, dtype)
    if first is None:
        raise ExportError(
            f"{name}: the operator {operator.op} does not take {dtype} up to opset {onnx.defs.onnx_opset_version()}, "
            f"the newest that onnx {onnx.__version__} knows; {_INSTEAD}"
        )
    if opset < first:
        what = f"has the operator {operator.op}"
        if opset >= operator.since:
            what = f"lets the operator {operator.op} take {dtype}"
        raise ExportError(f"{name}: opset {first} is the first that {what}, not {opset}; {_INSTEAD}")
    _check_attributes(activation, parameters, dtype)


def first_opset(onnx: Any, operator: Any, dtype: str) -> int | None:
    """The first opset whose version of the operator takes the dtype."""
    for opset in range(operator.since, onnx.defs.onnx_opset_version() + 1):
        try:
            schema = onnx.defs.get_schema(operator.op, opset)
        except onnx.defs.SchemaError:
            continue
        if f"tensor({_TYPE_NAMES[dtype]})" in schema.inputs[0].types:
            return opset
    return None


def _check_attributes(activation: Any, parameters: Mapping[str, float | Array], dtype: str) -> None:
    """Attributes are single float32 numbers, and a parameter that is none of them is lost."""
    name, operator = activation.name, activation.onnx
    inputs = operator.inputs or activation.inputs
    for parameter in parameters:
        if parameter not in inputs and parameter not in operator.attributes.values():
            raise ExportError(f"{name}: the operator {operator.op} has no {parameter}; {_INSTEAD}")
    for attribute, source in operator.attributes.items():
        value = parameters.get(source, source) if isinstance(source, str) else source
        if isinstance(value, str):
            continue
        shown = f"{source} = {value!r}" if isinstance(source, str) else f"{attribute} = {value!r}"
        if np.ndim(value) > 0:
            raise ExportError(
                f"{name}: {source} has {np.size(value)} values, and the attribute {attribute} of {operator.op} "
                f"holds one; {_INSTEAD}"
            )
        exact = float(np.float32(value)) == value
        if not exact and (dtype == "float64" or operator.op in lower_onnx.THRESHOLD_OPERATORS):
            raise ExportError(
                f"{name}: the operator {operator.op} cannot hold {shown}: its attribute {attribute} is a float32 "
                f"number; {_INSTEAD}"
            )
