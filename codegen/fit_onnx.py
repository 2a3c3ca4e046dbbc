"""Fits the polynomials of the ONNX lowering (mpmath): python -m codegen.fit_onnx writes tables/onnx.json.

ONNX has no erfc at all, and onnxruntime has neither Erf nor Atan for float64, so an exported graph computes them from
polynomials. Each is the Chebyshev interpolant, within a factor of two of the minimax error, in powers of its variable.

    erfc(a)  = exp(-a*a) * P(s) / (1 + 2*a),  s = (a - center) / (a + center),  a >= 0   (Shepherd & Laframboise 1981)
    erf(u)   = u * P(u*u),   |u| <= 1
    atan(r)  = r * P(r*r),   0 <= r <= tan(pi/8)

A derivative that a gate multiplies by its other input needs relative accuracy around its root r as well:

    f(x)     = t * P(t),     t = x - r,  |t| <= 1/8
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp

from .expr import RootSeries, postorder
from .reference import evaluate
from .spec import built_in

TABLE = Path(__file__).with_name("tables") / "onnx.json"
Function = Callable[[Any], Any]


def interpolate(function: Function, low: Any, high: Any, terms: int) -> list[Any]:
    """Coefficients, lowest power first, of the polynomial through the Chebyshev points of [low, high]."""
    points = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * k + 1) / (2 * terms)) for k in range(terms)]
    matrix = mp.matrix(terms, terms)
    for row, point in enumerate(points):
        for column in range(terms):
            matrix[row, column] = point**column
    return list(mp.lu_solve(matrix, mp.matrix([function(p) for p in points])))


def relative_error(function: Function, coefficients: list[Any], low: Any, high: Any, samples: int = 500) -> Any:
    worst = mp.mpf(0)
    for k in range(samples + 1):
        point = low + (high - low) * k / samples
        exact = function(point)
        worst = max(worst, abs(mp.polyval(coefficients[::-1], point) / exact - 1))
    return worst


def fit(function: Function, low: Any, high: Any, target: float) -> dict[str, Any]:
    """The shortest interpolant whose relative error is below the target."""
    for terms in range(4, 40):
        coefficients = interpolate(function, low, high, terms)
        error = relative_error(function, coefficients, low, high)
        if error < target:
            return {
                "interval": [float(low), float(high)],
                "relative_error": float(f"{float(error):.3g}"),
                "coefficients": [float(c) for c in coefficients],
            }
    raise ArithmeticError("no polynomial of at most 39 terms is accurate enough")


def erfc_table(largest: float, center: float, target: float) -> dict[str, Any]:
    """`largest`: above it erfc is 0 in the format."""

    def scaled(s: Any) -> Any:
        a = center * (1 + s) / (1 - s)
        return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)

    low, high = mp.mpf(-1), (mp.mpf(largest) - center) / (mp.mpf(largest) + center)
    return {"center": center, "largest": largest, **fit(scaled, low, high, target)}


_ROOT_WIDTH = mp.mpf(1) / 8


def root_tables() -> dict[str, Any]:
    """By the root as the spec has it: the root in two numbers and the polynomials, for both formats."""
    found: dict[str, RootSeries] = {}
    for activation in built_in().values():
        for expression in activation.derivatives.values() if activation.kind == "gate" else ():
            for node in postorder(expression):
                if node.op == "near_root":
                    found[root_key(node.value)] = node.value
    return {key: _root_table(series) for key, series in sorted(found.items())}


def root_key(series: RootSeries) -> str:
    return str(float(series.approximate_root))


def _root_table(series: RootSeries) -> dict[str, Any]:
    def function(x: Any) -> Any:
        return evaluate(series.function, {"x": x}, digits=55)

    start = mp.mpf(float(series.approximate_root))
    root = mp.findroot(function, (start - 1e-6, start + 1e-6), solver="anderson", tol=1e-90, verify=False)

    def quotient(t: Any) -> Any:
        t = t or mp.mpf(10) ** -25  # the limit, to 25 digits
        return function(root + t) / t

    result: dict[str, Any] = {}
    for dtype, kind, target in (("float32", np.float32, 2.0**-26), ("float64", np.float64, 2.0**-54)):
        head = float(kind(root))
        numbers = {"root": head, "root_rest": float(root - mp.mpf(head))}
        result[dtype] = {**numbers, **fit(quotient, -_ROOT_WIDTH, _ROOT_WIDTH, target)}
    return result


def tables() -> dict[str, Any]:
    with mp.workdps(60):
        # The function divided by its odd factor, in the variable z = u*u; the limit at 0 stands in for 0/0.
        def erf(z: Any) -> Any:
            return mp.erf(mp.sqrt(z)) / mp.sqrt(z) if z else 2 / mp.sqrt(mp.pi)

        def atan(z: Any) -> Any:
            return mp.atan(mp.sqrt(z)) / mp.sqrt(z) if z else mp.mpf(1)

        return {
            "about": "written by `python -m codegen.fit_onnx`; coefficients lowest power first",
            "erfc_float32": erfc_table(10.25, 3.0, 2.0**-26),
            "erfc_float64": erfc_table(27.5, 3.75, 2.0**-56),
            "erf_float64": fit(erf, mp.mpf(0), mp.mpf(1), 2.0**-57),
            "atan_float64": fit(atan, mp.mpf(0), mp.tan(mp.pi / 8) ** 2, 2.0**-57),
            "roots": root_tables(),
        }


def main() -> None:
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(tables(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
