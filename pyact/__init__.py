"""Neural-network activation functions for NumPy and onnxruntime, each from one formula: value, gradient, ONNX graph.

- `pyact.gelu(x)` and the other activations are NumPy ufuncs, or thin functions around one; `pyact.gelu_backward` is
  the gradient, `pyact.gelu_with_derivative` gives value and derivative at once. Names, argument order and defaults are
  those of torch.nn.functional; arrays behave as in NumPy.
- `pyact.nn` has modules with torch.nn's names that run forward and backward.
- `pyact.onnx` exports an activation or a network as an ONNX model and validates execution providers.
- `pyact.activations` tells what there is; `pyact.get(name)` finds a function by name or alias; `pyact.ufuncs` has every
  kernel as a plain ufunc; `pyact.isa()` says which instruction set runs.

>>> import numpy as np, pyact
>>> pyact.softmax(np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]))
array([[0.09003057, 0.24472847, 0.66524096],
       [0.33333333, 0.33333333, 0.33333333]])
"""

from __future__ import annotations

import importlib
from typing import Any

from . import _functions, ufuncs
from ._derived import rrelu, rrelu_backward, softmax2d, softmax2d_backward
from ._functions import *  # noqa: F403 - the names are those of the catalogue
from ._info import ActivationInfo, ParameterInfo, activations, get
from ._native_ufuncs import get_num_threads, isa, set_num_threads

__version__ = "0.1.0"
_SUBMODULES = ("nn", "onnx")  # loaded when first used

__all__ = [
    *_functions.__all__, "ActivationInfo", "ParameterInfo", "activations", "get", "get_num_threads", "isa",
    "rrelu", "rrelu_backward", "set_num_threads", "softmax2d", "softmax2d_backward", "ufuncs", *_SUBMODULES,
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_SUBMODULES])
