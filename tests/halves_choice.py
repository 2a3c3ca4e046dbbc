"""Where float32, rounded once more, is right in half precision: python -m tests.halves_choice [KERNEL ...]

Tries all 65,536 inputs of each kernel that has a plain float32 core (codegen/lower_plain.py), at the default
parameters: the float32 result rounded to float16 or bfloat16 must be the exact value rounded once, at least where it is
a normal number, possibly moved a little before. Of a gradient every value of grad_output is tried with every value of
the derivative, if these are few; if they are many, every significand of grad_output is tried with every x, and the
exact value is a double: between such results and midpoints are more than 2**-40 of them, or nothing. What is found goes
into codegen/tables/halves.json. Takes a few minutes. Afterwards: python -m codegen and make build.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

import pyact
from codegen import halves
from codegen.compiled_reference import Reference
from codegen.kernels import Kernel
from codegen.lower_plain import plain_core, selects
from codegen.ulp import FORMATS as FORMATS_OF_ULP

from .accuracy import all_kernels, half_patterns, wrongly_rounded

Floats = npt.NDArray[np.float32]
FORMATS = {"f16": "float16", "bf16": "bfloat16"}
MOVES: dict[str, Callable[[Floats], Floats]] = {
    "": lambda y: y,
    " | PLAIN_SNAP": lambda y: ((y.view(np.int32) + np.int32(3)) & np.int32(~7)).view(np.float32),
    " | PLAIN_DOWN": lambda y: y * np.float32(1 - 2.0**-24),
    " | PLAIN_UP": lambda y: y * np.float32(1 + 2.0**-23),
}
MOST_SLOPES = 32
Array = npt.NDArray[Any]


def candidates(names: list[str] | None = None) -> list[Kernel]:
    """Kernels of one variable, or of that and grad_output, that do not select their results from their inputs."""
    kernels = [k for k in all_kernels(names or None) if k.activation.kind == "elementwise"]
    return [k for k in kernels if plain_core(k) is not None and not selects(k)]


def cases(kernel: Kernel, dtype: str) -> Iterator[list[Array]] | None:
    """Data that stand for all inputs; None if they are too many."""
    x = half_patterns(dtype)
    if kernel.factor is None:
        return iter([[x]])
    points = x[x != 0]  # a zero says nothing: special values are not judged
    slopes = float32_result(kernel, [np.ones_like(points), points])
    _, first = np.unique(slopes.view(np.uint32), return_index=True)
    if first.size > MOST_SLOPES:
        return None
    return ([x, np.full_like(x, points[i])] for i in first)


def float32_result(kernel: Kernel, data: list[Array]) -> npt.NDArray[np.float32]:
    parameters = [kernel.activation.defaults[p] for p in kernel.parameters]
    result: npt.NDArray[np.float32] = getattr(pyact.ufuncs, kernel.name)(
        *(a.astype(np.float32) for a in data), *parameters
    )
    return result


def wrong_results(kernel: Kernel, dtype: str, oracle: Reference) -> dict[str, float]:
    """By way of moving: the largest result that is wrong; -1 if none is."""
    chosen = cases(kernel, dtype)
    if chosen is None:
        return wrong_of_all_significands(kernel, dtype, oracle)
    worst = dict.fromkeys(MOVES, -1.0)
    for data in chosen:
        parameters = [np.full(data[0].shape, kernel.activation.defaults[p]) for p in kernel.parameters]
        result = float32_result(kernel, data)
        for move, moved in MOVES.items():
            with np.errstate(all="ignore"):
                rounded = moved(result).astype(data[0].dtype)
            bad = wrongly_rounded(kernel, dtype, [*data, *parameters], rounded, oracle)
            worst[move] = max(worst[move], float(np.max(np.abs(result[bad]), initial=-1.0)))
    return worst


def wrong_of_all_significands(kernel: Kernel, dtype: str, oracle: Reference) -> dict[str, float]:
    """The same of a gradient: for a factor twice as large the result is, so that those from 1 to 2 stand for all; but
    a wrong result from a subnormal derivative counts as infinite, since a large factor makes it normal."""
    x = half_patterns(dtype)
    worst = {move: -1.0 for move in MOVES if move in ("", " | PLAIN_SNAP")}
    bits = FORMATS_OF_ULP[dtype].precision - 1
    parameters = [np.full(x.shape, kernel.activation.defaults[p]) for p in kernel.parameters]
    subnormal = np.abs(float32_result(kernel, [np.ones_like(x), x])) < np.finfo(np.float32).tiny
    for factor in 1 + np.arange(2**bits) / 2**bits:
        data = [np.full_like(x, factor), x]
        result = float32_result(kernel, data)
        head, _ = oracle(kernel, [*(a.astype(np.float64) for a in data), *parameters])
        with np.errstate(all="ignore"):
            right = head.astype(x.dtype)
            for move in worst:
                bad = (MOVES[move](result).astype(x.dtype) != right) & (x != 0) & np.isfinite(head)
                sizes = np.where(subnormal, np.inf, np.abs(result))
                worst[move] = max(worst[move], float(np.max(sizes[bad], initial=-1.0)))
    return worst


def certainty(kernel: Kernel, dtype: str, oracle: Reference) -> str | None:
    """The cheapest way that was right for all inputs."""
    smallest = float(2.0 ** FORMATS_OF_ULP[dtype].min_exponent)
    worst = wrong_results(kernel, dtype, oracle)
    for test, below in (("PLAIN_SURE", 0.0), ("PLAIN_IF_NORMAL", smallest)):
        if test == "PLAIN_SURE" and len(worst) < len(MOVES):
            continue  # smaller factors would make results subnormal
        for move, largest in worst.items():
            if largest < below:
                return test + move
    return None


def entry(kernel: Kernel, oracle: Reference) -> dict[str, Any] | None:
    formats = {f: found for f, dtype in FORMATS.items() if (found := certainty(kernel, dtype, oracle)) is not None}
    return {"formats": formats, "expression": halves.digest(kernel)} if formats else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernels", nargs="*", metavar="KERNEL")
    kernels = candidates(parser.parse_args().kernels)
    oracle = Reference(kernels, "long double")
    table = json.loads(halves.TABLE.read_text(encoding="utf-8")) if halves.TABLE.exists() else {}
    for kernel in kernels:
        found = entry(kernel, oracle)
        print(f"{kernel.name:34} {found['formats'] if found else 'neither'}", flush=True)
        table[kernel.name] = found
    names = [k.name for k in candidates()]
    kept = {name: table[name] for name in names if table.get(name) is not None}
    halves.TABLE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
