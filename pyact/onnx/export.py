"""`export`: an activation, a module or a small network as a checked ONNX model."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .layers import ExportError, Layer, Linear, find, layers_of
from .writer import Dimension, Request, Writer

if TYPE_CHECKING:
    import onnx

__all__ = ["ExportError", "export", "find", "save"]

OLDEST_OPSET = 13  # the first with axes as an input of ReduceSum and a Softmax of one axis
DEFAULT_OPSET = 18
DTYPES = ("float32", "float64", "float16", "bfloat16")
STYLES = ("auto", "inline", "function", "op")
OLDEST_FUNCTION_OPSET = 15  # it goes with IR version 8, the first that has model-local functions


def import_onnx() -> Any:
    """The onnx package, or an error that says how to get it."""
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.inliner
        import onnx.numpy_helper
        import onnx.shape_inference
    except ImportError as error:
        raise ImportError(f"ONNX export needs the onnx package ({error}): pip install pyact[validate]") from None
    return onnx


def export(
    activation: Any,
    path: str | os.PathLike[str] | None = None,
    *,
    opset: int = DEFAULT_OPSET,
    dtype: Any = "float32",
    shape: Sequence[int | str | None] | None = None,
    style: str = "auto",
    gradient: bool = False,
    spec_file: str | os.PathLike[str] | None = None,
    **parameters: Any,
) -> onnx.ModelProto:
    """Write an activation, a `pyact.nn` module or a `pyact.nn.Sequential` as an ONNX model.

    Parameters
    ----------
    activation
        A name or alias from `pyact.activations`, a module, or a Sequential of modules and Linear layers.
    path
        Where to save the model, besides returning it. The file is written whole or not at all.
    opset
        Version of the default operator set the model is stamped with: 13 up to the newest the installed onnx knows.
        The model gets the lowest IR version that goes with it.
    dtype
        "float32", "float64", "float16" or "bfloat16" (or a NumPy dtype): of inputs and outputs. The half formats
        compute in float32 between two Casts, except in the style "op". In float64 parameters keep every bit.
    shape
        Of the input: integers, names of symbolic dimensions, or None for an anonymous one. The default has one
        symbolic dimension; two for activations of rows, for parameters per channel, and for networks.
    style
        - "inline": primitive operators in a form that is right in the tails, at infinities and at NaN. In float32 and
          with onnxruntime's optimizer off, results of torch.nn's activations are within 16 ULP wherever they are
          normal numbers.
        - "function" (opset 15 and newer): one node per activation, `pyact.elu <alpha = 0.5> (x)`, and the primitives
          as the body of a model-local function. Scalar parameters and the axis are attributes (in float64 a parameter
          is a tensor of one double), parameters per channel are inputs. Layers of a network share functions. A runtime
          that knows the function may put its own in place; all others use the body.
        - "op": the standard operator, in the dtype itself, or an error that names the first opset that has it. That
          the standard has an operator does not mean that a runtime has a kernel: onnxruntime's CPU provider has none
          for most operators in float64 and bfloat16.
        - "auto" (the default): as "op" where the operator computes this very function in onnxruntime, else "inline".
    gradient
        Export the vector-Jacobian product instead: inputs grad_output and x, output grad_x. A gate has the inputs
        grad_output, a, b and the outputs grad_a, grad_b. Learned parameters are constants.
    spec_file
        A spec of your own (TOML) that the name is looked up in, instead of pyact's catalogue.
    **parameters
        Of the activation, by name, such as alpha=0.5; an array holds one value per channel (dimension 1).
        Activations of rows also take axis (-1).

    Returns
    -------
    onnx.ModelProto
        A model that has passed the full checker and strict shape inference.

    Raises
    ------
    ExportError
        For an unknown name or parameter, and for an opset, dtype, shape or style that cannot be had.
    ImportError
        If the onnx package is missing.
    OSError
        If the file cannot be written; an existing file is then as it was.

    Examples
    --------
    >>> import pyact.onnx
    >>> [node.op_type for node in pyact.onnx.export("elu", alpha=0.5).graph.node]
    ['Elu']
    >>> [node.op_type for node in pyact.onnx.export("silu", dtype="float64", style="inline").graph.node]
    ['Max', 'Neg', 'Exp', 'Add', 'Reciprocal', 'Mul']
    >>> model = pyact.onnx.export("elu", alpha=0.5, style="function", shape=("batch", 16))
    >>> [(node.domain, node.op_type, node.attribute[0].name) for node in model.graph.node]
    [('pyact', 'elu', 'alpha')]
    >>> try:
    ...     pyact.onnx.export("gelu", style="op", opset=18)
    ... except pyact.onnx.ExportError as error:
    ...     print(error)
    gelu: opset 20 is the first that has the operator Gelu, not 18; use style='inline' or 'auto'
    >>> network = pyact.nn.Sequential(pyact.nn.Linear(4, 8), pyact.nn.GELU(), pyact.nn.Linear(8, 2))
    >>> [node.op_type for node in pyact.onnx.export(network, opset=20).graph.node]
    ['Gemm', 'Gelu', 'Gemm']
    >>> [tensor.name for tensor in pyact.onnx.export("gelu", gradient=True).graph.input]
    ['grad_output', 'x']
    """
    onnx_package = import_onnx()
    request = Request(_opset(onnx_package, opset), dtype_name(dtype), _style(style), bool(gradient))
    _check_combination(request)
    if spec_file is not None:
        activation = find(activation, spec_file)
    layers, modules = layers_of(activation, parameters)
    if request.gradient and (len(layers) != 1 or isinstance(layers[0], Linear)):
        raise ExportError("gradient=True exports one activation, not a network")
    model: onnx.ModelProto = Writer(onnx_package, request, layers, _shape(shape, layers), network=modules).model()
    if path is not None:
        save(model, path)
    return model


# --- arguments --------------------------------------------------------------------------------------------------------
def newest_opset() -> int:
    """The newest opset the installed onnx knows."""
    return int(import_onnx().defs.onnx_opset_version())


def _opset(onnx_package: Any, opset: Any) -> int:
    newest = int(onnx_package.defs.onnx_opset_version())
    if isinstance(opset, bool) or not isinstance(opset, int | np.integer):
        raise ExportError(f"opset must be an integer, not {opset!r}")
    if not OLDEST_OPSET <= opset <= newest:
        raise ExportError(
            f"opset {opset} is not supported: pyact writes opset {OLDEST_OPSET} to {newest} "
            f"(the newest that onnx {onnx_package.__version__} knows)"
        )
    return int(opset)


def dtype_name(dtype: Any) -> str:
    """Canonical name of one of the four formats, from a name, a NumPy dtype or a scalar type."""
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", None) or getattr(dtype, "name", None)
    if name not in DTYPES and dtype is not None:  # NumPy takes None for float64
        with contextlib.suppress(TypeError):
            name = np.dtype(dtype).name
    if name not in DTYPES:
        raise ExportError(f"dtype {dtype!r} is not supported; there are {', '.join(DTYPES)}")
    return str(name)


def _style(style: Any) -> str:
    if style not in STYLES:
        raise ExportError(f"unknown style {style!r}; there are {', '.join(STYLES)}")
    return str(style)


def _check_combination(request: Request) -> None:
    if request.style == "function" and request.opset < OLDEST_FUNCTION_OPSET:
        raise ExportError(
            f"style 'function' needs opset {OLDEST_FUNCTION_OPSET} or newer, not {request.opset}: model-local "
            "functions came with IR version 8; use style='inline'"
        )
    if request.style == "op" and request.gradient:
        raise ExportError("ONNX has no operator for a gradient; use style='inline' or 'function'")


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _shape(shape: Any, layers: Sequence[Layer | Linear]) -> list[Dimension]:
    if shape is None:
        return _default_shape(layers)
    if isinstance(shape, str | bytes) or not isinstance(shape, Iterable):
        raise ExportError(f"shape must be a sequence such as ('N', 16), not {shape!r}")
    result: list[Dimension] = []
    for position, size in enumerate(shape):
        if size is None:
            result.append(f"dim_{position}")
        elif isinstance(size, str) and _NAME.match(size):
            result.append(size)
        elif isinstance(size, int | np.integer) and not isinstance(size, bool) and size >= 0:
            result.append(int(size))
        else:
            raise ExportError(f"shape: {size!r} is no size; use an integer, a name, or None for a dynamic dimension")
    return result


def _default_shape(layers: Sequence[Layer | Linear]) -> list[Dimension]:
    """As many dimensions as the layers need: one where everything is elementwise."""
    rank = 1
    for layer in layers:
        if isinstance(layer, Linear):
            return ["N", int(layer.weight.shape[1])]
        if layer.activation.kind == "row" or layer.splits:
            axis = layer.axis if layer.axis is not None else -1
            rank = max(rank, 2, -axis, axis + 1)
        if channels := [v.size for v in layer.parameters.values() if isinstance(v, np.ndarray)]:
            return ["N", int(channels[0])]
    names = ("N", "C", "H", "W") if rank <= 4 else tuple(f"dim_{i}" for i in range(rank))
    return list(names[:rank])


# --- files ------------------------------------------------------------------------------------------------------------
def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Write the model to a file, whole or not at all."""
    write_whole(path, model.SerializeToString(deterministic=True))


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a temporary file beside the target and move it into place."""
    target = Path(os.path.realpath(path))  # through a link, not over it
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            if target.is_dir():
                raise IsADirectoryError(21, "it is a directory")
            with open(temporary, "xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise type(error)(error.errno, f"cannot write the file: {error.strerror}", str(path)) from None
