"""Who is to blame for a wrong result, the model or the provider that ran it: onnx's own interpreter runs it again.

The reference evaluator computes each node with NumPy, in the type the model gives it. If it gets the right result, so
does the model, and the provider is wrong; if it does not, the model is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .cases import Array


class Arbiter:
    """A model, run by onnx's reference evaluator."""

    def __init__(self, model: Any) -> None:
        import onnx
        from onnx.reference import ReferenceEvaluator

        self.evaluator = ReferenceEvaluator(onnx.ModelProto.FromString(model.SerializeToString()))

    def __call__(self, inputs: Mapping[str, Array]) -> list[Array]:
        with np.errstate(all="ignore"):
            return [np.asarray(o) for o in self.evaluator.run(None, dict(inputs))]
