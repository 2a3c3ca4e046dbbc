"""onnxruntime: a graph as an exporter writes it, run through an IO binding on the arrays themselves. No gradients."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any

from ..cells import FORWARD, Cell
from ..inputs import Array, Data
from .base import RRELU_SLOPE, Call, Unsupported, written_to

onnx = importlib.import_module("onnx")
onnxruntime = importlib.import_module("onnxruntime")
state = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
node = onnx.helper.make_node

OPSET = 20  # the first with Gelu
ELEMENT_TYPES = {
    "float32": onnx.TensorProto.FLOAT,
    "float64": onnx.TensorProto.DOUBLE,
    "float16": onnx.TensorProto.FLOAT16,
    "bfloat16": onnx.TensorProto.BFLOAT16,
}

ONE_OPERATOR: dict[str, tuple[str, dict[str, Any]]] = {
    "linear": ("Identity", {}),
    "relu": ("Relu", {}),
    "threshold": ("Relu", {}),  # with torch's threshold 0, value 0
    "thresholded_relu": ("ThresholdedRelu", {"alpha": 1.0}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.01}),
    "rrelu": ("LeakyRelu", {"alpha": RRELU_SLOPE}),
    "softshrink": ("Shrink", {"lambd": 0.5, "bias": 0.5}),
    "hardshrink": ("Shrink", {"lambd": 0.5, "bias": 0.0}),
    "hardsigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hardswish": ("HardSwish", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "elu": ("Elu", {}),
    "celu": ("Celu", {}),
    "selu": ("Selu", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "gelu": ("Gelu", {"approximate": "none"}),
    "gelu_tanh": ("Gelu", {"approximate": "tanh"}),
    "mish": ("Mish", {}),
}


def graph(cell: Cell) -> tuple[list[Any], dict[str, float]]:
    """Nodes from x to y, and the constants they read."""
    name = cell.name
    if name in ONE_OPERATOR:
        operator, attributes = ONE_OPERATOR[name]
        return [node(operator, ["x"], ["y"], **attributes)], {}
    if name in ("softmax", "log_softmax"):
        operator = "Softmax" if name == "softmax" else "LogSoftmax"
        return [node(operator, ["x"], ["y"], axis=cell.axis)], {}
    if name in ("relu6", "hardtanh"):
        low, high = (0.0, 6.0) if name == "relu6" else (-1.0, 1.0)
        return [node("Clip", ["x", "low", "high"], ["y"])], {"low": low, "high": high}
    if name == "prelu":
        return [node("PRelu", ["x", "weight"], ["y"])], {"weight": 0.25}
    if name == "silu":
        return [node("Sigmoid", ["x"], ["s"]), node("Mul", ["x", "s"], ["y"])], {}
    if name == "logsigmoid":
        return [node("Sigmoid", ["x"], ["s"]), node("Log", ["s"], ["y"])], {}
    if name == "tanhshrink":
        return [node("Tanh", ["x"], ["t"]), node("Sub", ["x", "t"], ["y"])], {}
    if name == "glu":
        split = node("Split", ["x"], ["a", "b"], axis=-1, num_outputs=2)
        return [split, node("Sigmoid", ["b"], ["s"]), node("Mul", ["a", "s"], ["y"])], {}
    raise Unsupported("no graph written")


def model(cell: Cell, x_shape: tuple[int, ...]) -> bytes:
    nodes, constants = graph(cell)
    element = ELEMENT_TYPES[cell.dtype]
    value, tensor = onnx.helper.make_tensor_value_info, onnx.helper.make_tensor
    initializers = [tensor(key, element, [], [constant]) for key, constant in constants.items()]
    body = onnx.helper.make_graph(
        nodes, cell.name, [value("x", element, x_shape)], [value("y", element, cell.shape)], initializers
    )
    opsets = [onnx.helper.make_opsetid("", OPSET)]
    serialized: bytes = onnx.helper.make_model(body, opset_imports=opsets, ir_version=9).SerializeToString()
    return serialized


def bind(session: Any, x: Array, y: Array, element: int) -> Any:
    binding = session.io_binding()
    binding.bind_input("x", "cpu", 0, element, x.shape, x.ctypes.data)
    binding.bind_output("y", "cpu", 0, element, y.shape, y.ctypes.data)
    return binding


class OnnxRuntime:
    name = "onnxruntime"

    def __init__(self, threads: int) -> None:
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1
        self.options.log_severity_level = 4  # a refusal is raised, and printed nowhere else

    def call(self, cell: Cell, data: Data) -> Call:
        if cell.direction != FORWARD:
            raise Unsupported("no gradients")
        serialized = model(cell, data.x.shape)
        try:
            session = onnxruntime.InferenceSession(serialized, self.options, providers=["CPUExecutionProvider"])
        except (state.NotImplemented, state.InvalidGraph) as error:  # no kernel; no such type in the operator
            raise Unsupported(f"not in {cell.dtype}") from error
        binding = bind(session, data.x, data.out, ELEMENT_TYPES[cell.dtype])
        return Call(partial(session.run_with_iobinding, binding), written_to(data.out))


def create(threads: int) -> OnnxRuntime:
    return OnnxRuntime(threads)
