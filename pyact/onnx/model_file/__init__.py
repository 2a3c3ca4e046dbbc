"""`validate_model`: finds the activations in a model file, whoever wrote it, and tests each on its own.

`reader` reads the file and believes nothing in it, `graph` expands functions, `operators` says what operators mean,
`regions` finds the parts that are activations (`identify` says which), and `measure` runs and judges each of them.
"""

from __future__ import annotations

from .reader import ModelFileError
from .report import Finding, ModelReport, text
from .validate import validate_model

__all__ = ["Finding", "ModelFileError", "ModelReport", "text", "validate_model"]
