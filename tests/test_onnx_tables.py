"""The polynomials that graphs are made of (codegen/tables/onnx.json) are as close to their functions as they say."""

from __future__ import annotations

import json
from typing import Any

import pytest

mpmath = pytest.importorskip("mpmath")

from codegen import fit_onnx, spec  # noqa: E402
from codegen.expr import postorder  # noqa: E402
from codegen.reference import evaluate  # noqa: E402

mp = mpmath.mp
TABLES = json.loads(fit_onnx.TABLE.read_text(encoding="utf-8"))


def erfc(table: dict[str, Any], s: Any) -> Any:
    a = table["center"] * (1 + s) / (1 - s)
    return (1 + 2 * a) * mp.exp(a * a) * mp.erfc(a)


FUNCTIONS = {
    "erfc_float32": erfc,
    "erfc_float64": erfc,
    "erf_float64": lambda _, z: mp.erf(mp.sqrt(z)) / mp.sqrt(z),
    "atan_float64": lambda _, z: mp.atan(mp.sqrt(z)) / mp.sqrt(z),
}


def check(table: dict[str, Any], function: Any, target: float) -> None:
    low, high = (mp.mpf(end) for end in table["interval"])
    # The stored coefficients are doubles: half an ULP of each comes on top.
    bound = table["relative_error"] * 1.5 + 2.0**-52
    assert table["relative_error"] <= target
    for k in range(1, 40):
        point = low + (high - low) * k / 40 + (high - low) / 1000
        value = mp.polyval([mp.mpf(c) for c in table["coefficients"][::-1]], point)
        assert abs(value / function(point) - 1) <= bound


@pytest.mark.parametrize("name", FUNCTIONS)
def test_polynomials(name: str) -> None:
    with mp.workdps(60):
        check(TABLES[name], lambda point: FUNCTIONS[name](TABLES[name], point), 2.0**-26 if "32" in name else 2.0**-56)


def test_every_root_that_a_gate_multiplies_has_a_polynomial() -> None:
    series = {
        fit_onnx.root_key(node.value): node.value
        for activation in spec.built_in().values()
        if activation.kind == "gate"
        for expression in activation.derivatives.values()
        for node in postorder(expression)
        if node.op == "near_root"
    }
    assert set(TABLES["roots"]) == set(series)
    for key, formats in TABLES["roots"].items():
        for dtype, table in formats.items():
            with mp.workdps(60):
                root = mp.mpf(table["root"]) + mp.mpf(table["root_rest"])

                def quotient(t: Any, function: Any = series[key].function, root: Any = root) -> Any:
                    return evaluate(function, {"x": root + t}, digits=40) / t

                check(table, quotient, 2.0**-26 if dtype == "float32" else 2.0**-54)
