"""ONNX models of the activations, and proof that a runtime computes the same functions.

`export` writes a model; `validate` runs models beside pyact's kernels and the high-precision definition;
`validate_model` finds the activations in a model file of any origin and tests each.
`pip install pyact[validate]` brings onnx, onnxruntime and mpmath.
"""

from __future__ import annotations

from .export import ExportError, export
from .model_file import ModelFileError, ModelReport, validate_model
from .runtime import ProviderError
from .validate import ValidationError, validate

__all__ = [
    "ExportError",
    "ModelFileError",
    "ModelReport",
    "ProviderError",
    "ValidationError",
    "export",
    "validate",
    "validate_model",
]
