"""An expression in plain IEEE double arithmetic: what the narrow kernel computes, operation by operation.

Used at generation time to see which special values a formula gets right by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .expr import Expr, postorder

_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "-0.0": -0.0}


def _softplus(u: float) -> float:
    return float(np.maximum(u, 0.0) + np.log1p(np.exp(-abs(u))))


def _sigmoid(u: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.float64(u))))


def _sign(u: float) -> float:
    return math.copysign(1.0, u) if u < 0 or u > 0 else u  # keeps -0.0, which numpy.sign does not


def _min(u: float, v: float) -> float:
    return u if u <= v or math.isnan(u) else v


def _max(u: float, v: float) -> float:
    return u if u >= v or math.isnan(u) else v


_OPS: Mapping[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "abs": np.abs,
    "sign": _sign, "min": _min, "max": _max, "where": lambda c, t, f: t if c else f, "lt": np.less,
    "le": np.less_equal, "eq": np.equal, "and": np.logical_and, "or": np.logical_or, "exp": np.exp, "expm1": np.expm1,
    "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "tanh": np.tanh, "sigmoid": _sigmoid, "softplus": _softplus,
    "erf": math.erf, "erfc": math.erfc, "sin": np.sin, "cos": np.cos, "atan": np.arctan, "near_root": lambda m, _: m,
}  # fmt: skip


def evaluate(root: Expr, values: Mapping[str, float]) -> float:
    """The double that IEEE arithmetic gives; never raises or warns."""
    memo: dict[Expr, Any] = {}
    with np.errstate(all="ignore"):
        for node in postorder(root):
            if node.op == "const":
                value = node.value
                memo[node] = np.float64(_CONSTANTS[value] if isinstance(value, str) else float(value))
            elif node.op == "var":
                memo[node] = np.float64(values[node.value])
            elif node.op == "pow":
                memo[node] = np.power(memo[node.args[0]], float(node.value))
            else:
                memo[node] = _OPS[node.op](*(memo[a] for a in node.args))
    return float(memo[root])
