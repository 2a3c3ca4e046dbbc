"""One model in onnxruntime's CPU provider, with NumPy arrays of all four formats in and out."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_BFLOAT16 = 16  # TensorProto.BFLOAT16


class Session:
    """A model, loaded once."""

    def __init__(self, model: Any, *, optimize: bool = False) -> None:
        import onnxruntime

        self.onnxruntime = onnxruntime
        options = onnxruntime.SessionOptions()
        levels = onnxruntime.GraphOptimizationLevel
        options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimize else levels.ORT_DISABLE_ALL
        options.intra_op_num_threads = 1
        options.log_severity_level = 4  # errors arrive as exceptions
        self.session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self.outputs = [o.name for o in self.session.get_outputs()]

    def __call__(self, inputs: Mapping[str, Array]) -> list[Array]:
        """All outputs. bfloat16 arrays are those of ml_dtypes, which onnxruntime takes and gives as raw bits only."""
        if all(a.dtype.name != "bfloat16" for a in inputs.values()):
            outputs: list[Array] = self.session.run(self.outputs, dict(inputs))
            return outputs
        make = self.onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type
        values = {n: make(np.ascontiguousarray(a).view(np.uint16), _BFLOAT16) for n, a in inputs.items()}
        return [_bfloat16(v) for v in self.session.run_with_ort_values(self.outputs, values)]


def _bfloat16(value: Any) -> Array:
    import ml_dtypes

    shape = tuple(value.shape())
    bits = np.empty(shape, np.uint16)
    if bits.size:
        ctypes.memmove(bits.ctypes.data, value.data_ptr(), bits.nbytes)
    return bits.view(ml_dtypes.bfloat16)
