"""ONNX models of the activations, and proof that a runtime computes the same functions.

`export` writes a model; `validate` runs models beside pyact's kernels and the high-precision definition;
`validate_model` finds the activations in a model file of any origin and tests each; `backend` runs models on pyact's
kernels, by the interface of `onnx.backend.base`.
`pip install pyact[validate]` brings onnx, onnxruntime and mpmath.
"""

from __future__ import annotations

import importlib
from typing import Any

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
    "backend",
    "export",
    "validate",
    "validate_model",
]


def __getattr__(name: str) -> Any:
    if name == "backend":  # it needs onnx when it is imported
        return importlib.import_module(f"{__name__}.backend")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
