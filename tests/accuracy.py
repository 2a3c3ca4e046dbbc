"""Measure every kernel against extended precision: python -m tests.accuracy [KERNEL ...] [--quick] [--record]

float32 and float64 results are compared with libquadmath or long double evaluation of the same expression (see
codegen/lower_reference.py; the test-suite compares that with the definition in 50 digits). float16 and bfloat16 are
checked on all 65,536 inputs, hard cases against mpmath. Prints the largest error of each kernel with its x.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import pyact
from codegen import lower_c, reference, spec
from codegen.compiled_reference import Doubles, Reference
from codegen.expr import Expr, postorder, var
from codegen.kernels import Kernel, kernels_of
from codegen.ulp import FORMATS, PROMISE, Format, round_nearest, ulp_error, ulp_errors

RECORD = Path(__file__).resolve().parent.parent / "codegen" / "tables" / "accuracy.json"
BOUNDS = {dtype: PROMISE[dtype] for dtype in ("float32", "float64")}  # of the half formats every input is checked


@dataclass(frozen=True)
class Result:
    """The worst case of one kernel in one dtype; for the half formats `ulp` counts inputs rounded wrongly."""

    kernel: str
    dtype: str
    ulp: float
    x: float
    points: int

    @property
    def bound(self) -> float:
        return BOUNDS.get(self.dtype, 0.0)


# --- points ---------------------------------------------------------------------------------------------------------
def interesting(kernel: Kernel) -> list[float]:
    """Roots, thresholds and parameter values where kernels change their form."""
    values = [0.5, 1.0, 2.0, 3.0, 6.0, 20.0, 0.25, 1 / 3, 0.2, 0.7, math.pi / 2, math.pi, 1 / 16, 1 / 8, 27.0, 40.0]
    values += [abs(v) for v in kernel.activation.defaults.values() if v]
    for node in postorder(kernel.expression):
        if node.op == "near_root":
            values.append(abs(float(node.value.approximate_root)))
        if node.op == "const" and not isinstance(node.value, str) and 0 < abs(node.value) < 1e6:
            values.append(abs(float(node.value)))
    return sorted(set(values))


def points_float32(kernel: Kernel, count: int) -> npt.NDArray[np.float32]:
    """Strided over all bit patterns, dense runs in every common binade, and runs around the interesting values."""
    rng = np.random.default_rng(12345)
    strided = np.arange(rng.integers(64), 2**32, 2**32 // (count // 2) | 1, dtype=np.uint64).astype(np.uint32)
    run = np.arange(max(16, count // 300), dtype=np.uint32)
    starts = [np.uint32((e + 127) << 23) + rng.integers(0, 2**23 - run.size, dtype=np.uint32) for e in range(-24, 8)]
    middle = np.array(interesting(kernel)).astype(np.float32)
    starts += list(middle[middle > 1e-30].view(np.uint32) - np.uint32(run.size // 2))
    dense = (np.array(starts, dtype=np.uint32)[:, None] + run).ravel()
    patterns = np.concatenate([strided, dense, dense | np.uint32(0x80000000)])
    x = patterns.view(np.float32)
    return x[np.isfinite(x) & (x != 0)]


def points_float64(kernel: Kernel, count: int) -> Doubles:
    """Every binade, the common range, tails, and distances from the interesting values down to one ULP."""
    rng = np.random.default_rng(54321)
    binades = np.ldexp(rng.uniform(1, 2, count // 3), rng.integers(-1074, 1024, count // 3)) * rng.choice(
        [-1, 1], count // 3
    )
    common = np.concatenate([rng.normal(0, 3, count // 4), rng.uniform(-40, 40, count // 4)])
    tails = np.concatenate(
        [rng.uniform(-760, -590, count // 12), rng.uniform(590, 760, count // 12), rng.uniform(-39, -20, count // 12)]
    )
    near = []
    for v in interesting(kernel):
        steps = np.ldexp(1.0, rng.integers(-52, -3, 60)) * rng.choice([-1, 1], 60)
        near += [v * (1 + steps), np.array([v, np.nextafter(v, 0), np.nextafter(v, np.inf)])]
    close = np.concatenate(near)
    x = np.concatenate([binades, common, tails, close, -close])
    reach = 2.0**1019 if kernel.parameters else np.inf  # a parameter may not carry the argument beyond all numbers
    return x[np.isfinite(x) & (x != 0) & (np.abs(x) < reach)]


def settings(kernel: Kernel, dtype: str) -> Iterator[dict[str, float]]:
    """Parameter values: the defaults and one other set; for float32 and float64 also one of no short binary numbers.

    (With such parameters a few subnormal half-precision results lie so close to ties that wide arithmetic cannot tell.)
    """
    defaults = kernel.activation.defaults
    yield defaults
    other = {name: 1.75 * value if value else 0.375 for name, value in defaults.items()}
    if other and other != defaults:
        yield other
    if other and dtype in BOUNDS:
        yield {name: 0.7371 * value + 0.0123 for name, value in defaults.items()}


def exact_value(kernel: Kernel) -> Expr:
    """What the kernel computes, gradient factor included."""
    return kernel.expression if kernel.factor is None else var(kernel.factor) * kernel.expression


# --- measuring ------------------------------------------------------------------------------------------------------
def _inputs(kernel: Kernel, x: npt.NDArray[Any], parameters: dict[str, float]) -> list[npt.NDArray[Any]]:
    """Arguments in ABI order. grad_output is 1: the derivative itself."""
    values: dict[str, npt.NDArray[Any]] = {"grad_output": np.ones_like(x)}
    values[kernel.inputs[0]] = x
    if kernel.activation.kind == "gate":  # one factor is common data; products of two extremes are another subject
        rng = np.random.default_rng(99)
        values[kernel.inputs[1]] = rng.normal(0, 3, x.shape).astype(x.dtype)
    return [values[n] for n in kernel.data_inputs] + [np.full(x.shape, parameters[p]) for p in kernel.parameters]


def _call(kernel: Kernel, inputs: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    scalars = [a[0] if i >= len(kernel.data_inputs) else a for i, a in enumerate(inputs)]
    result: npt.NDArray[Any] = getattr(pyact.ufuncs, kernel.name)(*scalars)
    return result


def measure(kernel: Kernel, dtype: str, long_double: Reference, quad: Reference, count: int) -> Result:
    """The worst error of a kernel over `count` points in float32, an eighth of that in float64."""
    # What double is too narrow for, long double may be too: the argument of a sine loses its bits in both.
    oracle = long_double if dtype == "float32" and not kernel.wide_only else quad
    worst, where, total = -1.0, math.nan, 0
    for parameters in settings(kernel, dtype):
        x: npt.NDArray[Any] = (
            points_float32(kernel, count) if dtype == "float32" else points_float64(kernel, count // 8)
        )
        inputs = _inputs(kernel, x, parameters)
        head, tail = oracle(kernel, [a.astype(np.float64) for a in inputs])
        usable = np.isfinite(head)
        result = _call(kernel, inputs)
        error = np.where(usable, ulp_errors(result, head, tail, FORMATS[dtype]), 0.0)
        # Extended precision is not the last word: whatever looks bad, and the record itself, goes to the oracle.
        checked: set[int] = set()
        while (top := int(np.argmax(error))) not in checked:
            checked.add(top)
            values = {n: float(a[top]) for n, a in zip(kernel.arguments, inputs, strict=True)}
            error[top] = ulp_error(float(result[top]), reference.evaluate(exact_value(kernel), values), FORMATS[dtype])
        total += int(usable.sum())
        if error[top] > worst:
            worst, where = float(error[top]), float(x[top])
    return Result(kernel.name, dtype, worst, where, total)


def correctly_rounded(kernel: Kernel, values: dict[str, float], form: Format) -> float:
    """By the oracle. What looks like a tie at 100 digits may not be one: 2050 - tanh(2050) departs at the 1,781st.

    What still looks like one at 2,500 digits is taken for one, except that NaN ("either neighbour") is returned where
    the expression has transcendental parts, so that it cannot be an exact tie.
    """
    finer = Format(form.name, form.precision + 1, form.min_exponent, form.max_exponent)
    for digits in (100, 2_500):
        exact = reference.evaluate(exact_value(kernel), values, digits=digits)
        if not reference.mp.isfinite(exact) or round_nearest(exact, finer) != exact:
            return round_nearest(exact, form)
    transcendental = {n.op for n in postorder(kernel.expression)} & lower_c.ELEMENTARY
    return math.nan if transcendental and kernel.activation.kind == "gate" else round_nearest(exact, form)


def half_patterns(dtype: str) -> npt.NDArray[Any]:
    """All finite values of a 16-bit format."""
    patterns = np.arange(2**16, dtype=np.uint16)
    if dtype == "float16":
        x: npt.NDArray[Any] = patterns.view(np.float16)
    else:
        import ml_dtypes

        x = patterns.view(ml_dtypes.bfloat16)
    return x[np.isfinite(x.astype(np.float32))]


def wrongly_rounded(
    kernel: Kernel, dtype: str, inputs: list[npt.NDArray[Any]], result: npt.NDArray[Any], oracle: Reference
) -> npt.NDArray[np.bool_]:
    """Where a half-precision result is not the correctly rounded one."""
    form = FORMATS[dtype]
    doubles = [a.astype(np.float64) for a in inputs]
    head, tail = oracle(kernel, doubles)
    error = ulp_errors(result.astype(np.float64), head, tail, form)
    # An error of 0.5 ULP is a tie or nearly one; there, and where the reference is not finite, ask the oracle.
    unsure = (np.abs(error - 0.5) < 1e-9) | ~np.isfinite(head) | ((head == 0) & (result != 0))
    bad: npt.NDArray[np.bool_] = (error > 0.5 + 1e-9) & np.isfinite(head)
    regular = np.all([a != 0 for a in doubles[: len(kernel.data_inputs)]], axis=0)
    for i in np.flatnonzero(unsure & regular):
        values = {n: float(a[i]) for n, a in zip(kernel.arguments, doubles, strict=True)}
        right = correctly_rounded(kernel, values, form)
        bad[i] = not math.isnan(right) and right != float(result[i])
    return bad


def measure_half(kernel: Kernel, dtype: str, oracle: Reference) -> Result:
    """Count the inputs, out of all, whose result is not the correctly rounded one."""
    wrong, where, total = 0, math.nan, 0
    for parameters in settings(kernel, dtype):
        x = half_patterns(dtype)
        inputs = _inputs(kernel, x, parameters)
        bad = wrongly_rounded(kernel, dtype, inputs, _call(kernel, inputs), oracle)
        total += x.size
        if bad.any() and not wrong:
            where = float(x[int(np.argmax(bad))])
        wrong += int(bad.sum())
    return Result(kernel.name, dtype, float(wrong), where, total)


def run(kernels: list[Kernel], dtypes: list[str], count: int) -> Iterator[Result]:
    """Measure one after the other."""
    long_double = Reference(kernels, "long double")
    quad = Reference(kernels, "quad") if "float64" in dtypes or any(k.wide_only for k in kernels) else long_double
    for kernel in kernels:
        for dtype in dtypes:
            if dtype in BOUNDS:
                yield measure(kernel, dtype, long_double, quad, count)
            else:
                yield measure_half(kernel, dtype, long_double)


def all_kernels(names: list[str] | None = None) -> list[Kernel]:
    kernels = [k for a in spec.built_in().values() for k in kernels_of(a)]
    if not names:
        return kernels
    chosen = [k for k in kernels if k.name in names or k.activation.name in names]
    if not chosen:
        raise SystemExit(f"no kernel is named {', '.join(names)}")
    return chosen


def write_record(measured: dict[str, dict[str, Any]]) -> None:
    """Put what was measured into the record; kernels that no longer exist leave it."""
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    merged = {k.name: record.get(k.name, {}) | measured.get(k.name, {}) for k in all_kernels()}
    RECORD.write_text(json.dumps({name: entry for name, entry in merged.items() if entry}, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kernels", nargs="*")
    parser.add_argument("--dtype", action="append", choices=list(FORMATS))
    parser.add_argument("--points", type=int, default=1_500_000, help="float32 points per kernel and parameter set")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    options = parser.parse_args()
    dtypes = options.dtype or list(FORMATS)
    kernels = all_kernels(options.kernels)
    record: dict[str, dict[str, Any]] = {}
    failures = 0
    print("Largest error in ULP; for float16 and bfloat16 the number of inputs that are not correctly rounded.")
    print(f"{'kernel':34} {'dtype':9} {'error':>9}  worst x                    points")
    for done, result in enumerate(run(kernels, dtypes, options.points), start=1):
        over = result.ulp > result.bound
        failures += over
        flag = f"  ABOVE {result.bound}" if over else ""
        print(
            f"{result.kernel:34} {result.dtype:9} {result.ulp:9.4f}  {result.x!r:25} {result.points:8}{flag}",
            flush=True,
        )
        if sys.stderr.isatty():
            print(f"\r{done}/{len(kernels) * len(dtypes)}", end="\r", file=sys.stderr)
        x = None if math.isnan(result.x) else result.x
        entry = {"ulp": round(result.ulp, 4), "x": x, "points": result.points}
        record.setdefault(result.kernel, {})[result.dtype] = entry
    if options.record:
        write_record(record)
    print(f"{len(record)} kernels measured on {pyact.isa()}; {failures} above their bound")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
