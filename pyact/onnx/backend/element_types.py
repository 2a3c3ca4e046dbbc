"""The tensors the backend computes with: ONNX element types and NumPy dtypes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ml_dtypes  # onnx depends on it
import numpy as np
import numpy.typing as npt
from onnx import TensorProto, numpy_helper

from .errors import BackendError, UnsupportedError

Array = npt.NDArray[Any]
Dtype = np.dtype[Any]

BFLOAT16: Dtype = np.dtype(ml_dtypes.bfloat16)
_DTYPES: dict[int, Dtype] = {
    TensorProto.FLOAT: np.dtype(np.float32), TensorProto.DOUBLE: np.dtype(np.float64),
    TensorProto.FLOAT16: np.dtype(np.float16), TensorProto.BFLOAT16: BFLOAT16, TensorProto.BOOL: np.dtype(np.bool_),
    TensorProto.INT8: np.dtype(np.int8), TensorProto.INT16: np.dtype(np.int16), TensorProto.INT32: np.dtype(np.int32),
    TensorProto.INT64: np.dtype(np.int64), TensorProto.UINT8: np.dtype(np.uint8),
    TensorProto.UINT16: np.dtype(np.uint16), TensorProto.UINT32: np.dtype(np.uint32),
    TensorProto.UINT64: np.dtype(np.uint64),
}  # fmt: skip
_SHORT_NAMES = {"float32": "float", "float64": "double"}  # the others have NumPy's name
_SCHEMA_TYPES = {d: f"tensor({_SHORT_NAMES.get(d.name, d.name)})" for d in _DTYPES.values()}
_BY_SCHEMA_TYPE = {name: dtype for dtype, name in _SCHEMA_TYPES.items()}

FLOATS = frozenset({np.dtype(np.float16), BFLOAT16, np.dtype(np.float32), np.dtype(np.float64)})


def _names() -> str:
    return ", ".join(d.name for d in _DTYPES.values())


def dtype_of(element_type: int, where: str) -> Dtype:
    """The dtype of an element type of TensorProto."""
    if element_type not in _DTYPES:
        known = TensorProto.DataType.DESCRIPTOR.values_by_number.get(element_type)
        name = known.name if known is not None else f"number {element_type}"
        raise UnsupportedError(f"{where} has element type {name}; the backend computes with {_names()}")
    return _DTYPES[element_type]


def element_type(dtype: Dtype, name: str) -> int:
    """The element type of TensorProto for an array of this dtype."""
    for number, known in _DTYPES.items():
        if dtype.newbyteorder("=") == known:
            return number
    raise UnsupportedError(f"input {name!r} has dtype {dtype.name}; the backend computes with {_names()}")


def refuse_external(tensor: TensorProto, where: str) -> None:
    if tensor.data_location == TensorProto.EXTERNAL:
        raise BackendError(f"{where} lies in a file beside the model; load the model from its path, which reads it")


def tensor_array(tensor: TensorProto, where: str) -> Array:
    """The numbers in a TensorProto, which is as wrong as whoever wrote it."""
    dtype = dtype_of(tensor.data_type, where)
    refuse_external(tensor, where)
    try:
        array = np.asarray(numpy_helper.to_array(tensor))
    except (OverflowError, TypeError, ValueError) as error:
        raise BackendError(f"{where} of shape {list(tensor.dims)} cannot be read: {error}") from error
    if array.dtype != dtype:
        raise BackendError(f"{where} cannot be read: it is {array.dtype.name}, not {dtype.name}")
    return array


def schema_type(dtype: Dtype) -> str:
    """How operator schemas write a tensor of this dtype."""
    return _SCHEMA_TYPES[dtype]


def from_schema_type(name: str) -> Dtype | None:
    return _BY_SCHEMA_TYPE.get(name)


def schema_dtypes(names: Collection[str]) -> list[str]:
    """Which of the backend's dtypes a schema allows, for messages."""
    return [d.name for d in _DTYPES.values() if schema_type(d) in names]


def rounded(values: Array, dtype: Dtype) -> Array:
    """float64 -> dtype in one rounding; ml_dtypes goes to bfloat16 by way of float32, which may round twice."""
    if dtype != BFLOAT16 or values.dtype != np.float64:
        return values.astype(dtype)
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    inexact = (single != values) & ~np.isnan(values)
    too_large = inexact & (np.abs(single) > np.abs(values))
    odd = (single.view(np.uint32) - too_large) | inexact  # cut off, with a last bit that says so: no tie can arise
    result: Array = odd.astype(np.uint32).view(np.float32).astype(dtype)
    return result
