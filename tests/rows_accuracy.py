"""Measure the row functions: python -m tests.rows_accuracy [--record]

Values are judged in ULP of the exact value, gradients in ULP of their largest term (test_rows.scales). float32 is
compared with long double up to rows of a million elements, as is float64 where that says enough
(test_rows.FLOAT64_DENSE), the other dtypes with mpmath on shorter rows, and so is all of float64. --record
writes codegen/tables/rows.json, which the docstrings quote.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp

import pyact
from codegen.ulp import FORMATS, ulp_error
from tests import test_rows

RECORD = Path(__file__).resolve().parent.parent / "codegen" / "tables" / "rows.json"
LENGTHS = (1, 2, 3, 5, 8, 17, 33, 64, 100, 129, 256)
LONG = (*range(1, 200, 3), 256, 1000, 4096, 32_000, 1_000_000)
Worst = tuple[str, str, float, int]  # function, dtype, ULP, elements


def float32() -> Iterator[Worst]:
    rng = np.random.default_rng(21)
    for draw in test_rows.DISTRIBUTIONS.values():
        for length in LONG:
            shape = (max(1, min(20, 20_000 // length)), length)
            x = np.ascontiguousarray(draw(rng, shape), dtype=np.float32)
            g = rng.standard_normal(shape).astype(np.float32)
            for name, error in test_rows.worst_errors(x, g).items():
                yield name, "float32", error, x.size


def float64() -> Iterator[Worst]:
    rng = np.random.default_rng(22)
    for draw in test_rows.DISTRIBUTIONS.values():
        for length in LONG:
            shape = (max(1, 20_000 // length), length)
            x, g = np.ascontiguousarray(draw(rng, shape)), rng.standard_normal(shape)
            errors = test_rows.worst_errors(x, g)
            for name in test_rows.FLOAT64_DENSE:
                yield name, "float64", errors[name], x.size


def with_mpmath(dtype: str) -> Iterator[Worst]:
    """Every row function of the other dtypes."""
    form = FORMATS[dtype]
    for length in LENGTHS:
        for row in test_rows.rows(dtype, length):
            g = np.asarray(np.random.default_rng(length).standard_normal(length), dtype)
            for name, definition in test_rows.FORWARD.items():
                x = -row if name == "softmin" else row
                got = np.atleast_1d(getattr(pyact, name)(x))
                values = definition(test_rows.exact(x))
                pairs = zip(got, values, strict=True)
                yield name, dtype, max(ulp_error(float(a), b, form) for a, b in pairs), length
                upstream = g[0] if name == "logsumexp" else g
                gradient = getattr(pyact, f"{name}_backward")(upstream, x)
                with mp.workdps(800):
                    terms = test_rows.exact(x), test_rows.exact(g)
                    expected, scales = test_rows.BACKWARD[name](*terms), test_rows.scales(name, *terms)
                yield f"{name}_backward", dtype, worst_gradient(gradient, expected, scales, dtype), length


def from_output(dtype: str) -> Iterator[Worst]:
    for length in LENGTHS:
        for row in test_rows.rows(dtype, length)[:4]:
            g = np.asarray(np.random.default_rng(length).standard_normal(length), dtype)
            for name in test_rows.FROM_OUTPUT:
                y = getattr(pyact, name)(row)
                gradient = getattr(pyact, f"{name}_backward_from_output")(g, y)
                expected, scales = test_rows.from_output(name, test_rows.exact(y), test_rows.exact(g))
                yield f"{name}_backward_from_output", dtype, worst_gradient(gradient, expected, scales, dtype), length


def worst_gradient(got: Any, expected: list[Any], scales: list[Any], dtype: str) -> float:
    return max(test_rows.scaled_error(float(a), b, s, dtype) for a, b, s in zip(got, expected, scales, strict=True))


def measure() -> dict[str, dict[str, dict[str, float]]]:
    record: dict[str, dict[str, dict[str, float]]] = {}
    sources = [float32(), float64(), with_mpmath("float64"), with_mpmath("float16")]
    sources += [from_output(dtype) for dtype in ("float32", "float64", "float16")]
    with mp.workdps(60):
        for source in sources:
            for name, dtype, error, count in source:
                worst = record.setdefault(name, {}).setdefault(dtype, {"ulp": 0.0, "points": 0})
                worst["ulp"] = max(worst["ulp"], error)
                worst["points"] += count
    return {name: record[name] for name in sorted(record)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    chosen = options.parse_args()
    record = measure()
    for name, by_dtype in record.items():
        print(f"{name:36}", ", ".join(f"{dtype} {worst['ulp']:.4g}" for dtype, worst in by_dtype.items()))
    if chosen.record:
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
