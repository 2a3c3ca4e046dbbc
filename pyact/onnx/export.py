"""`export`: an activation, a module or a small network as a checked ONNX model."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import math
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

if TYPE_CHECKING:
    import onnx

    from codegen.spec import Activation

expr = _toolchain.module("expr")
lower_numpy = _toolchain.module("lower_numpy")
lower_onnx = _toolchain.module("lower_onnx")
onnx_graph = _toolchain.module("onnx_graph")
spec = _toolchain.module("spec")

Dimension = int | str
Array = npt.NDArray[Any]

OLDEST_OPSET = 13  # the first with axes as an input of ReduceSum and a Softmax of one axis
DEFAULT_OPSET = 18
DTYPES = ("float32", "float64", "float16", "bfloat16")
STYLES = ("auto", "inline")
LATER_STYLES = ("function", "op")
GRADIENT = "grad_output"


class ExportError(ValueError):
    """An export that cannot be made; the message says what is wrong and what to do."""


def import_onnx() -> Any:
    """The onnx package, or an error that says how to get it."""
    try:
        import onnx
        import onnx.checker
        import onnx.helper
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
        compute in float32 between two Casts.
    shape
        Of the input: integers, names of symbolic dimensions, or None for an anonymous one. The default has one
        symbolic dimension; two for activations of rows, for parameters per channel, and for networks.
    style
        "inline" writes primitive operators in a numerically stable form; "auto" the standard operator where the opset
        has one that is this very function, else the same as "inline".
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
    OSError
        If the file cannot be written; an existing file is then as it was.
    """
    onnx_package = import_onnx()
    request = _Request(_opset(onnx_package, opset), dtype_name(dtype), _style(style), bool(gradient))
    if spec_file is not None:
        activation = find(activation, spec_file)
    layers, modules = _layers(activation, parameters)
    if request.gradient and (len(layers) != 1 or isinstance(layers[0], _Linear)):
        raise ExportError("gradient=True exports one activation, not a network")
    model: onnx.ModelProto = _Writer(onnx_package, request, layers, _shape(shape, layers), network=modules).model()
    if path is not None:
        save(model, path)
    return model


# --- arguments --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Request:
    opset: int
    dtype: str
    style: str
    gradient: bool


@dataclass(frozen=True)
class _Layer:
    """An activation with its parameters."""

    activation: Activation
    parameters: Mapping[str, float | Array]
    axis: int | None
    splits: bool = False  # a gate over the two halves of one input


@dataclass(frozen=True)
class _Linear:
    """y = x @ weight.T + bias."""

    weight: Array
    bias: Array | None


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
    if style in LATER_STYLES:
        raise ExportError(f"style {style!r} is not available yet; use 'auto' or 'inline'")
    if style not in STYLES:
        raise ExportError(f"unknown style {style!r}; there are {', '.join(STYLES)}")
    return str(style)


def find(name: str, spec_file: str | os.PathLike[str] | None = None) -> Activation:
    """The activation of this name or alias, in a spec of the user's own or in pyact's."""
    try:
        catalogue = spec.built_in() if spec_file is None else spec.load(spec_file, base=spec.built_in())
        found: Activation = catalogue[name]
    except KeyError as error:
        raise ExportError(error.args[0]) from None
    return found


def _layers(given: Any, parameters: Mapping[str, Any]) -> tuple[list[_Layer | _Linear], bool]:
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


def _flatten(modules: Iterable[Any]) -> Iterable[_Layer | _Linear]:
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


def _linear(module: Any) -> _Linear:
    weight = np.asarray(module.weight)
    bias = None if module.bias is None else np.asarray(module.bias)
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ExportError(f"Linear: the bias has shape {bias.shape}, the weight {weight.shape}")
    return _Linear(weight, bias)


def _module(module: Any) -> _Layer:
    name, parameters, options = module.export_spec()
    layer = _named(find(name), parameters)
    axis = options.get("axis", options.get("dim"))
    splits = layer.activation.kind == "gate"
    return _Layer(layer.activation, layer.parameters, -1 if axis is None and splits else axis, splits)


def _named(activation: Activation, given: Mapping[str, Any]) -> _Layer:
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
    return _Layer(activation, complete, axis)


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


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def _shape(shape: Any, layers: Sequence[_Layer | _Linear]) -> list[Dimension]:
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


def _default_shape(layers: Sequence[_Layer | _Linear]) -> list[Dimension]:
    """As many dimensions as the layers need: one where everything is elementwise."""
    rank = 1
    for layer in layers:
        if isinstance(layer, _Linear):
            return ["N", int(layer.weight.shape[1])]
        if layer.activation.kind == "row" or layer.splits:
            axis = layer.axis if layer.axis is not None else -1
            rank = max(rank, 2, -axis, axis + 1)
        if channels := [v.size for v in layer.parameters.values() if isinstance(v, np.ndarray)]:
            return ["N", int(channels[0])]
    names = ("N", "C", "H", "W") if rank <= 4 else tuple(f"dim_{i}" for i in range(rank))
    return list(names[:rank])


# --- the model --------------------------------------------------------------------------------------------------------
@dataclass
class _Writer:
    onnx: Any
    request: _Request
    layers: Sequence[_Layer | _Linear]
    shape: list[Dimension]
    network: bool
    outputs: list[tuple[str, list[Dimension]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        arithmetic = "float64" if self.request.dtype == "float64" else "float32"
        self.graph = onnx_graph.Graph(self.request.opset, arithmetic)
        self.halves = self.request.dtype in ("float16", "bfloat16")
        self.inputs: list[tuple[str, list[Dimension]]] = []

    # -- building
    def model(self) -> Any:
        if self.request.gradient:
            layer = self.layers[0]
            assert isinstance(layer, _Layer)
            self._gradient(layer)
        elif self.network or self._splits(self.layers[0]):
            self._chain()
        else:
            layer = self.layers[0]
            assert isinstance(layer, _Layer)
            self._single(layer)
        return self._proto()

    def _splits(self, layer: _Layer | _Linear) -> bool:
        return isinstance(layer, _Layer) and layer.splits

    def _input(self, name: str, shape: list[Dimension]) -> Any:
        """A graph input, in the type of the arithmetic."""
        value = onnx_graph.Value(self.graph.reserve(name))
        self.inputs.append((name, shape))
        return self.graph.cast(value, "float32", f"{name}_float32") if self.halves else value

    def _output(self, value: Any, name: str, shape: list[Dimension]) -> None:
        if self.halves:
            value = self.graph.cast(value, self.request.dtype, "rounded")
        self.graph.finish(value, name)
        self.outputs.append((name, shape))

    def _single(self, layer: _Layer) -> None:
        self.graph.reserve("y")
        inputs = {n: self._input(n, self.shape) for n in layer.activation.inputs}
        value, shape = self._activation(layer, inputs, self.shape)
        self._output(value, "y", shape)

    def _chain(self) -> None:
        self.graph.reserve("y")
        value, shape = self._input("x", self.shape), self.shape
        for position, layer in enumerate(self.layers):
            name = "linear" if isinstance(layer, _Linear) else layer.activation.name
            self.graph.prefix = f"layer{position}_{name}_" if self.network else ""
            if isinstance(layer, _Linear):
                value, shape = self._linear(layer, value, shape)
            elif layer.splits:
                halves, shape = self._split(layer, value, shape)
                inputs = dict(zip(layer.activation.inputs, halves, strict=True))
                value, shape = self._activation(layer, inputs, shape)
            else:
                value, shape = self._activation(layer, {"x": value}, shape)
        self.graph.prefix = ""
        self._output(value, "y", shape)

    def _activation(
        self, layer: _Layer, inputs: Mapping[str, Any], shape: list[Dimension]
    ) -> tuple[Any, list[Dimension]]:
        activation = layer.activation
        axis = self._axis(layer, shape)
        parameters = self._per_channel(layer, shape)
        arguments = (self.graph, activation, inputs, parameters, axis)
        arithmetic = self.graph.dtype.name
        if self.request.style == "auto" and lower_onnx.operator_applies(
            activation, self.request.opset, arithmetic, parameters
        ):
            value = lower_onnx.lower_operator(*arguments)
        else:
            value = lower_onnx.lower_value(*arguments)
        if activation.reduces:
            shape = [d for i, d in enumerate(shape) if i != axis % len(shape)]
        return value, shape

    def _gradient(self, layer: _Layer) -> None:
        activation = layer.activation
        wanted = [f"grad_{n}" for n in (["x"] if layer.splits else activation.inputs)]
        for name in wanted:
            self.graph.reserve(name)
        axis = self._axis(layer, self.shape)
        inner = self._half_shape(layer, self.shape)[0] if layer.splits else self.shape
        reduced = [d for i, d in enumerate(inner) if not activation.reduces or i != axis % len(inner)]
        gradient = self._input(GRADIENT, reduced)
        if layer.splits:
            x = self._input("x", self.shape)
            halves, _ = self._split(layer, x, self.shape)
            inputs = dict(zip(activation.inputs, halves, strict=True))
        else:
            inputs = {n: self._input(n, self.shape) for n in activation.inputs}
        parameters = self._per_channel(layer, inner)
        results = [
            lower_onnx.lower_gradient(self.graph, activation, n, gradient, inputs, parameters, axis)
            for n in activation.inputs
        ]
        if layer.splits:
            results = [self.graph.call("Concat", *results, name="joined", axis=axis)]
        for name, value in zip(wanted, results, strict=True):
            self._output(value, name, self.shape)

    def _axis(self, layer: _Layer, shape: Sequence[Dimension]) -> int:
        """The axis of a row activation or a split, as given; -1 for all others."""
        if layer.activation.kind != "row" and not layer.splits:
            return -1
        axis = -1 if layer.axis is None else layer.axis
        if not -len(shape) <= axis < len(shape):
            raise ExportError(f"{layer.activation.name}: axis {axis} is out of range for an input of rank {len(shape)}")
        return axis

    def _per_channel(self, layer: _Layer, shape: Sequence[Dimension]) -> dict[str, float | Array]:
        """Parameters with one value per channel, shaped to broadcast along the channel dimension."""
        channel = 1 if layer.axis is None or layer.activation.kind != "elementwise" else layer.axis
        result: dict[str, float | Array] = {}
        for name, value in layer.parameters.items():
            if isinstance(value, np.ndarray):
                where = f"{layer.activation.name}: {name} has {value.size} values"
                if not -len(shape) <= channel < len(shape):
                    raise ExportError(
                        f"{where}, one per channel, but the input of rank {len(shape)} has no dimension {channel}"
                    )
                size = shape[channel]
                if isinstance(size, int) and size != value.size:
                    raise ExportError(f"{where}, but dimension {channel} of the input has size {size}")
                value = value.reshape(-1, *[1] * (len(shape) - channel % len(shape) - 1))
            result[name] = value
        return result

    def _half_shape(self, layer: _Layer, shape: list[Dimension]) -> tuple[list[Dimension], int]:
        axis = self._axis(layer, shape)
        size = shape[axis]
        if isinstance(size, int) and size % 2:
            raise ExportError(f"{layer.activation.name} splits dimension {axis}, whose size {size} is odd")
        half = list(shape)
        half[axis] = size // 2 if isinstance(size, int) else f"half_{size}"
        return half, axis

    def _split(self, layer: _Layer, value: Any, shape: list[Dimension]) -> tuple[tuple[Any, ...], list[Dimension]]:
        half, axis = self._half_shape(layer, shape)
        count = {"num_outputs": 2} if self.request.opset >= 18 else {}
        return self.graph.call_many("Split", value, names=layer.activation.inputs, axis=axis, **count), half

    def _linear(self, layer: _Linear, value: Any, shape: list[Dimension]) -> tuple[Any, list[Dimension]]:
        out_features, in_features = (int(n) for n in layer.weight.shape)
        if not shape:
            raise ExportError("Linear needs an input of at least one dimension")
        if isinstance(shape[-1], int) and shape[-1] != in_features:
            raise ExportError(f"Linear takes {in_features} features; the last dimension of its input is {shape[-1]}")
        g = self.graph
        bias = None if layer.bias is None else self._weight(layer.bias, "bias")
        if len(shape) == 2:
            weight = self._weight(layer.weight, "weight")
            operands = (value, weight) if bias is None else (value, weight, bias)
            result = g.call("Gemm", *operands, name="gemm", alpha=1.0, beta=1.0, transA=0, transB=1)
        else:
            result = g.call("MatMul", value, self._weight(layer.weight.T, "weight_transposed"), name="matmul")
            if bias is not None:
                result = g.call("Add", result, bias, name="plus_bias")
        return result, [*shape[:-1], out_features]

    def _weight(self, array: Array, name: str) -> Any:
        """A weight in the model's own type, so that a float16 model is half the size; computed with in float32."""
        array = np.ascontiguousarray(array)
        if not self.halves:
            return self.graph.tensor(array.astype(self.graph.dtype), name)
        if self.request.dtype == "float16":
            stored = self.graph.tensor(array.astype(np.float16), name)
        else:
            import ml_dtypes  # onnx depends on it

            stored = self.graph.tensor(array.astype(ml_dtypes.bfloat16), name)
        return self.graph.cast(stored, "float32", f"{name}_float32")

    # -- protobuf
    def _proto(self) -> Any:
        self.graph.prune()
        helper = self.onnx.helper
        element = onnx_graph.DATA_TYPES[self.request.dtype]
        graph = helper.make_graph(
            [
                helper.make_node(n.op, list(n.inputs), list(n.outputs), name=n.outputs[0], **n.attributes)
                for n in self.graph.nodes
            ],
            "_".join([*self._names(), *(["gradient"] if self.request.gradient else [])]) or "network",
            [helper.make_tensor_value_info(n, element, s) for n, s in self.inputs],
            [helper.make_tensor_value_info(n, element, s) for n, s in self.outputs],
            [self.onnx.numpy_helper.from_array(a, n) for n, a in self.graph.constants.items()],
            doc_string=self._documentation(),
        )
        imports = [helper.make_opsetid("", self.request.opset)]
        version = _version()
        model = helper.make_model(
            graph,
            opset_imports=imports,
            ir_version=helper.find_min_ir_version_for(imports),
            producer_name="pyact",
            producer_version=version,
            model_version=1,
            doc_string=self._documentation(),
        )
        helper.set_model_props(
            model,
            {
                "pyact.activation": " ".join(self._names()),
                "pyact.kind": "vjp" if self.request.gradient else "value",
                "pyact.parameters": json.dumps([self._shown(layer) for layer in self.layers]),
                "pyact.style": self.request.style,
                "pyact.version": version,
            },
        )
        self._check(model)
        return model

    def _names(self) -> list[str]:
        return ["Linear" if isinstance(layer, _Linear) else layer.activation.name for layer in self.layers]

    def _shown(self, layer: _Layer | _Linear) -> dict[str, Any]:
        if isinstance(layer, _Linear):
            return {"shape": list(layer.weight.shape)}
        shown: dict[str, Any] = {n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in layer.parameters.items()}
        return shown if layer.axis is None else {**shown, "axis": layer.axis}

    def _documentation(self) -> str:
        lines = []
        for layer in self.layers:
            if isinstance(layer, _Linear):
                lines.append("Linear(x) = x @ weight.T + bias")
                continue
            activation = layer.activation
            arguments = ", ".join(activation.names)
            lines.append(f"{activation.name}({arguments}) = {activation.formula_text}")
            if self.request.gradient:
                for name in activation.inputs:
                    factor = "" if activation.kind == "row" else f"{GRADIENT} * "
                    lines.append(f"grad_{name} = {factor}({expr.to_text(activation.derivatives[name])})")
        return "\n".join(lines)

    def _check(self, model: Any) -> None:
        try:
            self.onnx.checker.check_model(model, full_check=True, check_custom_domain=True)
            self.onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        except (self.onnx.checker.ValidationError, self.onnx.shape_inference.InferenceError) as error:
            names = ", ".join(self._names())
            raise ExportError(f"the model of {names} fails onnx's check, which is a bug of pyact: {error}") from error


def _version() -> str:
    try:
        return importlib.metadata.version("pyact")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


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
