"""Layers as the nodes of one ONNX model, with its names, documentation and checks."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

from .functions import DOMAIN, Functions, make_node
from .layers import ExportError, Layer, Linear
from .operators import check_operator

expr = _toolchain.module("expr")
onnx_body = _toolchain.module("onnx_body")
lower_onnx = _toolchain.module("lower_onnx")
onnx_graph = _toolchain.module("onnx_graph")

Array = npt.NDArray[Any]
Dimension = int | str
GRADIENT = "grad_output"


@dataclass(frozen=True)
class Request:
    """What the model is to be."""

    opset: int
    dtype: str
    style: str
    gradient: bool


@dataclass
class Writer:
    """Makes one model."""

    onnx: Any
    request: Request
    layers: Sequence[Layer | Linear]
    shape: list[Dimension]
    network: bool
    outputs: list[tuple[str, list[Dimension]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        dtype, style = self.request.dtype, self.request.style
        # An operator takes the half formats itself; anything else computes in float32 between two Casts.
        self.halves = dtype in ("float16", "bfloat16") and style != "op"
        arithmetic = "float32" if self.halves else dtype
        self.graph = onnx_graph.Graph(self.request.opset, _numpy_type(arithmetic), keeps_tails=dtype == "float32")
        self.functions = Functions(self.onnx, self.request.opset)
        self.inputs: list[tuple[str, list[Dimension]]] = []

    # -- building
    def model(self) -> Any:
        if self.request.gradient:
            layer = self.layers[0]
            assert isinstance(layer, Layer)
            self._gradient(layer)
        elif self.network or self._splits(self.layers[0]):
            self._chain()
        else:
            layer = self.layers[0]
            assert isinstance(layer, Layer)
            self._single(layer)
        return self._proto()

    def _splits(self, layer: Layer | Linear) -> bool:
        return isinstance(layer, Layer) and layer.splits

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

    def _single(self, layer: Layer) -> None:
        self.graph.reserve("y")
        inputs = {n: self._input(n, self.shape) for n in layer.activation.inputs}
        value, shape = self._activation(layer, inputs, self.shape)
        self._output(value, "y", shape)

    def _chain(self) -> None:
        self.graph.reserve("y")
        value, shape = self._input("x", self.shape), self.shape
        for position, layer in enumerate(self.layers):
            name = "linear" if isinstance(layer, Linear) else layer.activation.name
            self.graph.prefix = f"layer{position}_{name}_" if self.network else ""
            if isinstance(layer, Linear):
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
        self, layer: Layer, inputs: Mapping[str, Any], shape: list[Dimension]
    ) -> tuple[Any, list[Dimension]]:
        activation = layer.activation
        axis = self._axis(layer, shape)
        parameters = self._per_channel(layer, shape)
        arguments = (self.graph, activation, inputs, parameters, axis)
        if self._takes_operator(activation, parameters):
            value = lower_onnx.lower_operator(*arguments)
        elif self.request.style == "function":
            (value,) = self._call(activation, inputs, parameters, axis)
        else:
            value = lower_onnx.lower_value(*arguments)
        if activation.reduces:
            shape = [d for i, d in enumerate(shape) if i != axis % len(shape)]
        return value, shape

    def _takes_operator(self, activation: Any, parameters: Mapping[str, float | Array]) -> bool:
        if self.request.style == "op":
            check_operator(self.onnx, activation, parameters, self.request.opset, self.request.dtype)
            return True
        arithmetic = self.graph.dtype.name
        return self.request.style == "auto" and bool(
            lower_onnx.operator_applies(activation, self.request.opset, arithmetic, parameters)
        )

    def _call(
        self, activation: Any, inputs: Mapping[str, Any], parameters: Mapping[str, float | Array], axis: int
    ) -> tuple[Any, ...]:
        """A call of the activation's (or its gradient's) function, which joins the model's functions."""
        graph, gradient = self.graph, GRADIENT in inputs
        body = onnx_body.body(
            activation, self.request.opset, graph.dtype, parameters, axis, gradient=gradient,
            keeps_tails=graph.keeps_tails,
        )  # fmt: skip
        name = activation.name + ("_gradient" if gradient else "")
        function = self.functions.add(name, body, _documentation(activation, gradient=gradient))
        arrays = [
            graph.tensor(np.asarray(parameters[n]).astype(graph.dtype), n) for n in body.inputs if n in parameters
        ]
        names = tuple(f"{activation.name}_{n}" for n in body.outputs) if gradient else (activation.name,)
        called: tuple[Any, ...] = graph.call_many(
            function, *inputs.values(), *arrays, names=names, domain=DOMAIN, **body.attributes
        )
        return called

    def _gradient(self, layer: Layer) -> None:
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
        if self.request.style == "function":
            results = list(self._call(activation, {GRADIENT: gradient, **inputs}, parameters, axis))
        else:
            results = [
                lower_onnx.lower_gradient(self.graph, activation, n, gradient, inputs, parameters, axis)
                for n in activation.inputs
            ]
        if layer.splits:
            results = [self.graph.call("Concat", *results, name="joined", axis=axis)]
        for name, value in zip(wanted, results, strict=True):
            self._output(value, name, self.shape)

    def _axis(self, layer: Layer, shape: Sequence[Dimension]) -> int:
        """The axis of a row activation or a split, as given; -1 for all others."""
        if layer.activation.kind != "row" and not layer.splits:
            return -1
        axis = -1 if layer.axis is None else layer.axis
        if not -len(shape) <= axis < len(shape):
            raise ExportError(f"{layer.activation.name}: axis {axis} is out of range for an input of rank {len(shape)}")
        return axis

    def _per_channel(self, layer: Layer, shape: Sequence[Dimension]) -> dict[str, float | Array]:
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

    def _half_shape(self, layer: Layer, shape: list[Dimension]) -> tuple[list[Dimension], int]:
        axis = self._axis(layer, shape)
        size = shape[axis]
        if isinstance(size, int) and size % 2:
            raise ExportError(f"{layer.activation.name} splits dimension {axis}, whose size {size} is odd")
        half = list(shape)
        half[axis] = size // 2 if isinstance(size, int) else f"half_{size}"
        return half, axis

    def _split(self, layer: Layer, value: Any, shape: list[Dimension]) -> tuple[tuple[Any, ...], list[Dimension]]:
        half, axis = self._half_shape(layer, shape)
        count = {"num_outputs": 2} if self.request.opset >= 18 else {}
        return self.graph.call_many("Split", value, names=layer.activation.inputs, axis=axis, **count), half

    def _linear(self, layer: Linear, value: Any, shape: list[Dimension]) -> tuple[Any, list[Dimension]]:
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
        stored = self.graph.tensor(array.astype(_numpy_type(self.request.dtype)), name)
        if not self.halves:
            return stored
        return self.graph.cast(stored, "float32", f"{name}_float32")

    # -- protobuf
    def _proto(self) -> Any:
        self.graph.prune()
        helper = self.onnx.helper
        element = onnx_graph.DATA_TYPES[self.request.dtype]
        graph = helper.make_graph(
            [make_node(self.onnx, n) for n in self.graph.nodes],
            "_".join([*self._names(), *(["gradient"] if self.request.gradient else [])]) or "network",
            [helper.make_tensor_value_info(n, element, s) for n, s in self.inputs],
            [helper.make_tensor_value_info(n, element, s) for n, s in self.outputs],
            [self.onnx.numpy_helper.from_array(a, n) for n, a in self.graph.constants.items()],
            doc_string=self._documentation(),
        )
        imports = [helper.make_opsetid("", self.request.opset)]
        ir_version = helper.find_min_ir_version_for(imports)
        functions = self.functions.protos(ir_version)
        version = _version()
        model = helper.make_model(
            graph,
            functions=functions,
            opset_imports=[*imports, *([helper.make_opsetid(DOMAIN, 1)] if functions else [])],
            ir_version=ir_version,
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
                **({"pyact.functions": " ".join(f"{DOMAIN}.{f.name}" for f in functions)} if functions else {}),
            },
        )
        self._check(model)
        return model

    def _names(self) -> list[str]:
        return ["Linear" if isinstance(layer, Linear) else layer.activation.name for layer in self.layers]

    def _shown(self, layer: Layer | Linear) -> dict[str, Any]:
        if isinstance(layer, Linear):
            return {"shape": list(layer.weight.shape)}
        shown: dict[str, Any] = {n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in layer.parameters.items()}
        return shown if layer.axis is None else {**shown, "axis": layer.axis}

    def _documentation(self) -> str:
        return "\n".join(
            "Linear(x) = x @ weight.T + bias"
            if isinstance(layer, Linear)
            else _documentation(layer.activation, gradient=self.request.gradient)
            for layer in self.layers
        )

    def _check(self, model: Any) -> None:
        try:
            self._check_once(model, custom_domains=not model.functions)
            if model.functions:  # custom domains: a domain without schemas, such as that of the functions, is refused
                self._check_once(self.onnx.inliner.inline_local_functions(model), custom_domains=True)
        except (self.onnx.checker.ValidationError, self.onnx.shape_inference.InferenceError) as error:
            names = ", ".join(self._names())
            raise ExportError(f"the model of {names} fails onnx's check, which is a bug of pyact: {error}") from error

    def _check_once(self, model: Any, *, custom_domains: bool) -> None:
        self.onnx.checker.check_model(model, full_check=True, check_custom_domain=custom_domains)
        self.onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)


def _documentation(activation: Any, *, gradient: bool) -> str:
    """The formula, and with `gradient` the gradients too."""
    lines = [f"{activation.name}({', '.join(activation.names)}) = {activation.formula_text}"]
    if gradient:
        factor = "" if activation.kind == "row" else f"{GRADIENT} * "
        lines += [f"grad_{n} = {factor}({expr.to_text(activation.derivatives[n])})" for n in activation.inputs]
    return "\n".join(lines)


def _numpy_type(dtype: str) -> Any:
    if dtype != "bfloat16":
        return np.dtype(dtype)
    import ml_dtypes  # onnx depends on it

    return np.dtype(ml_dtypes.bfloat16)


def _version() -> str:
    try:
        return importlib.metadata.version("pyact")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
