"""Float32 graphs in ULP: python -m tests.onnx_tails [NAME ...] [--style inline] [--optimize] [--points 200000]

Every activation of torch.nn, as a float32 model in onnxruntime (CPU), on bit patterns of all binades, runs around the
places where formulas change, and rows of many lengths; against long double arithmetic, the worst point of each against
the oracle. Only results that are normal numbers count. The bound is 8 ULP; onnx_tails.toml may grant more, with a
reason.
"""

from __future__ import annotations

import argparse
import math
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from codegen import reference, spec
from codegen.compiled_reference import Reference
from codegen.kernels import Kernel, kernels_of
from codegen.ulp import FORMATS, ulp_error, ulp_errors
from pyact.onnx import export
from pyact.onnx.runtime import Session

from .accuracy import exact_value, points_float32

Array = npt.NDArray[Any]

BOUND = 8.0  # 5.4 was measured; other CPUs run other code in onnxruntime
EXCEPTIONS = Path(__file__).with_suffix(".toml")
SMALLEST_NORMAL = 2.0**-126
FORM = FORMATS["float32"]
# Lengths and deviations of rows: near ties, masks' distances, and long sums.
_ROWS = (
    (1, 5.0, 100), (2, 30.0, 5000), (2, 0.01, 2000), (3, 60.0, 5000), (5, 1.0, 5000), (16, 20.0, 2000), (64, 30.0, 500),
    (128, 3.0, 300), (1000, 10.0, 40), (10_000, 5.0, 4), (100_000, 1.0, 1),
)  # fmt: skip


@dataclass(frozen=True)
class Worst:
    """The largest error of a model, and the input it was found at (of a row: the element)."""

    name: str
    ulp: float
    at: tuple[float, ...]
    points: int
    nodes: int


def names() -> list[str]:
    """torch.nn's; gelu_tanh is torch.nn.GELU(approximate="tanh")."""
    return [n for n, a in spec.built_in().items() if a.torch or n == "gelu_tanh"]


def exceptions() -> dict[str, dict[str, Any]]:
    """By activation: `ulp`, the bound instead of 8, and `reason`."""
    return tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))


def kernel_of(name: str) -> Kernel:
    return next(k for k in kernels_of(spec.built_in()[name]) if k.name == name)


def measure(chosen: Sequence[str], count: int, style: str = "inline", *, optimize: bool = False) -> Iterator[Worst]:
    catalogue = spec.built_in()
    kernels = {n: kernel_of(n) for n in chosen if catalogue[n].kind != "row"}
    long_double = Reference(list(kernels.values()), "long double") if kernels else None
    for name in chosen:
        model = export(name, style=style)
        session = Session(model, optimize=optimize)
        nodes = len(model.graph.node) + sum(len(f.node) for f in model.functions)
        if long_double is None or name not in kernels:
            yield _measure_rows(name, session, nodes)
        else:
            yield _measure_points(kernels[name], long_double, session, count, nodes)


def _columns(kernel: Kernel, x: Array) -> list[Array]:
    """The points go to either input of a gate in turn."""
    if len(kernel.activation.inputs) == 1:
        return [x]
    other = np.random.default_rng(3).normal(0, 3, x.size).astype(np.float32)
    first = np.arange(x.size) % 2 == 0
    return [np.where(first, x, other), np.where(first, other, x)]


def _measure_points(kernel: Kernel, long_double: Reference, session: Session, count: int, nodes: int) -> Worst:
    columns = _columns(kernel, points_float32(kernel, count))
    (result,) = session(dict(zip(kernel.activation.inputs, columns, strict=True)))
    parameters = [np.full(result.shape, v) for v in kernel.activation.defaults.values()]
    inputs = [*(c.astype(np.float64) for c in columns), *parameters]
    head, tail = long_double(kernel, inputs)
    counts = np.isfinite(head) & (np.abs(head) >= SMALLEST_NORMAL)
    errors = np.where(counts, ulp_errors(result, head, tail, FORM), 0.0)
    checked: set[int] = set()
    while (worst := int(np.argmax(errors))) not in checked:  # extended precision is not the last word
        checked.add(worst)
        values = {n: float(a[worst]) for n, a in zip(kernel.arguments, inputs, strict=True)}
        errors[worst] = ulp_error(float(result[worst]), reference.evaluate(exact_value(kernel), values), FORM)
    at = tuple(float(c[worst]) for c in columns)
    return Worst(kernel.name, float(errors[worst]), at, int(counts.sum()), nodes)


def _measure_rows(name: str, session: Session, nodes: int) -> Worst:
    generator = np.random.default_rng(5)
    worst = Worst(name, -1.0, (math.nan,), 0, nodes)
    total = 0
    for length, deviation, rows in _ROWS:
        x = generator.normal(0, deviation, (rows, length)).astype(np.float32)
        (result,) = session({"x": x})
        exact = _exact_rows(name, x)
        head = exact.astype(np.float64)
        errors = ulp_errors(result, head, (exact - head).astype(np.float64), FORM)
        counts = np.abs(head) >= SMALLEST_NORMAL
        errors = np.where(counts, errors, 0.0)
        total += int(counts.sum())
        place = np.unravel_index(int(np.argmax(errors)), errors.shape)
        if errors[place] > worst.ulp:
            worst = Worst(name, float(errors[place]), (float(x[place]),), 0, nodes)
    return Worst(name, worst.ulp, worst.at, total, nodes)


def _exact_rows(name: str, x: Array) -> Array:
    """softmax, softmin or log_softmax in long double arithmetic."""
    wide = x.astype(np.longdouble)
    if name == "softmin":
        wide = -wide
    distance = wide - wide.max(axis=1, keepdims=True)
    exponential = np.exp(distance)
    if name != "log_softmax":
        return np.asarray(exponential / exponential.sum(axis=1, keepdims=True))
    exponential[np.arange(len(x)), np.argmax(wide, axis=1)] = 0
    return np.asarray(distance - np.log1p(exponential.sum(axis=1, keepdims=True)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.onnx_tails", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="activations; torch.nn's by default")
    parser.add_argument("--style", default="inline")
    parser.add_argument("--optimize", action="store_true", help="with onnxruntime's optimizer fully on")
    parser.add_argument("--points", type=int, default=200_000)
    options = parser.parse_args()
    granted = exceptions()
    bad = 0
    for worst in measure(options.names or names(), options.points, options.style, optimize=options.optimize):
        bound = granted.get(worst.name, {}).get("ulp", BOUND)
        bad += worst.ulp > bound
        at = ", ".join(f"{v!r}" for v in worst.at)
        mark = "  TOO LARGE" if worst.ulp > bound else ""
        size = f"{worst.points:7d} points, {worst.nodes:2d} nodes"
        print(f"{worst.name:12s} {worst.ulp:8.4g} ULP at {at:40s} {size}{mark}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
