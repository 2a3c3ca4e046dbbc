"""Which kernels float32 evaluates in pair arithmetic: python -m codegen.pair_choice [KERNEL ...] [--points N]

Candidates are the kernels without another float32 core whose operations pair arithmetic has. Each is compiled for this
machine and measured against extended precision: one input over the bit patterns that fit_check takes, two over seeded
samples of all magnitudes; at the default parameters and at two others. Those within the bound are kept in
tables/pair.json. What was measured at other parameters, a call with these may use, too.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import float64, spec
from .compiled_reference import Reference
from .fit_check import CHUNK, LARGEST_VECTOR, Floats, compile_core, patterns
from .fitted import path_of
from .kernels import Kernel, kernels_of
from .lower_c import SingleCore
from .lower_pair import TABLE, NotPair, pair_core
from .lower_plain import plain_core
from .lower_staged import is_staged_for_all_parameters
from .lower_staged_gates import gate_core
from .ulp import FORMATS, PROMISE, ulp_errors

ACCEPTED = 0.99  # ULP: not yet every float
PARAMETERS = (1.0, 1.75, 0.3719)  # times the defaults
STRIDE = 173
POINTS = 1 << 22  # of a kernel with two inputs


@dataclass(frozen=True)
class Found:
    """The largest error, where it is, and how many points there were; lanes that double decided count as right."""

    ulp: float
    at: tuple[float, ...]
    points: int


def candidates(catalogue: spec.Catalogue) -> Iterator[Kernel]:
    for activation in catalogue.values():
        for kernel in kernels_of(activation):
            staged = gate_core(kernel) is not None or is_staged_for_all_parameters(kernel)
            has_core = staged or plain_core(kernel) is not None or path_of(kernel.name).exists()
            if not kernel.wide_only and not has_core:
                yield kernel


def _magnitudes(rng: np.random.Generator, n: int) -> Floats:
    """Half of them as networks have them, the others of any binade; either sign."""
    common = rng.normal(0, rng.choice([0.5, 1.0, 3.0, 10.0], n), n)
    any_binade = np.ldexp(rng.uniform(1, 2, n), rng.integers(-149, 128, n)) * rng.choice([-1, 1], n)
    return np.where(rng.random(n) < 0.5, common, any_binade).astype(np.float32)


def inputs_of(kernel: Kernel, points: int) -> Iterator[list[Floats]]:
    """Blocks of the data inputs but the gradient, CHUNK each."""
    names = [n for n in kernel.data_inputs if n != kernel.factor]
    if len(names) == 1:
        for x in patterns(None, STRIDE):
            yield [np.concatenate([x, np.full(-x.size % LARGEST_VECTOR, x[-1])])]
        return
    rng = np.random.default_rng(11)
    for _ in range(points // CHUNK):
        yield [_magnitudes(rng, CHUNK) for _ in names]


def measure(kernel: Kernel, core: SingleCore, points: int = POINTS) -> Found:
    oracle = Reference([kernel], "long double")
    worst, total = Found(-1.0, (), 0), 0
    with tempfile.TemporaryDirectory() as scratch:
        run = compile_core(kernel, core, Path(scratch)).run
    run.restype = None
    for factor in PARAMETERS if kernel.parameters else (1.0,):
        defaults = [factor * kernel.activation.defaults[p] for p in kernel.parameters]
        parameters = [np.full(LARGEST_VECTOR, d) for d in defaults]
        for arrays in inputs_of(kernel, points):
            data = [np.ones_like(arrays[0])] * (kernel.factor is not None) + arrays
            pointers = (ctypes.c_void_p * (len(data) + len(parameters)))(*(a.ctypes.data for a in (*data, *parameters)))
            result = np.empty_like(data[0])
            run(pointers, ctypes.c_void_p(result.ctypes.data), ctypes.c_size_t(result.size))
            exact = [*(a.astype(np.float64) for a in data), *(np.full(result.shape, d) for d in defaults)]
            head, tail = oracle(kernel, exact)
            error = np.where(np.isfinite(head), ulp_errors(result, head, tail, FORMATS["float32"]), 0.0)
            at = int(np.argmax(error))
            total += result.size
            if error[at] > worst.ulp:
                worst = Found(float(error[at]), (*(float(a[at]) for a in arrays), *defaults), 0)
    return Found(worst.ulp, worst.at, total)


def main(arguments: Sequence[str] | None = None) -> int:
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m codegen.pair_choice", description=summary)
    parser.add_argument("kernels", nargs="*", help="kernels to measure (default: all candidates)")
    parser.add_argument("--points", type=int, default=POINTS, help="of a kernel with two inputs")
    options = parser.parse_args(arguments)
    known = {k.name: k for k in candidates(spec.built_in())}
    if unknown := sorted(set(options.kernels) - known.keys()):
        parser.error(f"no candidates: {', '.join(unknown)}; there are {', '.join(known)}")
    table: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    for name, kernel in known.items():
        if options.kernels and name not in options.kernels:
            continue
        table.pop(name, None)
        try:
            found = measure(kernel, pair_core(kernel), options.points)
        except NotPair as reason:
            print(f"{name}: {reason}", flush=True)
            continue
        kept = found.ulp <= (ACCEPTED if len(kernel.inputs) == 1 else PROMISE["float32"])
        print(f"{name}: {found.ulp:.4f} ULP at {found.at}{'' if kept else ': not kept'}", flush=True)
        if kept:
            table[name] = {"expression": float64.digest(kernel), "ulp": round(found.ulp, 4), "points": found.points}
    TABLE.write_text(json.dumps({n: table[n] for n in known if n in table}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
