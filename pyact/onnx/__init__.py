"""ONNX models of the activations, and proof that a runtime computes the same functions.

`export` writes a model; `validate` runs models beside pyact's kernels and the high-precision definition.
`pip install pyact[validate]` brings onnx, onnxruntime and mpmath.
"""

from __future__ import annotations

from .export import ExportError, export
from .runtime import ProviderError
from .validate import ValidationError, validate

__all__ = ["ExportError", "ProviderError", "ValidationError", "export", "validate"]
