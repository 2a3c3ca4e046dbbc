"""Where float32, rounded once more, is right in half precision: python -m tests.halves_choice [KERNEL ...]

Tries all 65,536 inputs of each kernel that has a plain float32 core (codegen/lower_plain.py), at the default
parameters: the float32 result rounded to float16 or bfloat16 must be the exact value rounded once, at least where it is
a normal number, possibly moved by an ULP before. Of a gradient every value of grad_output is tried with every value of
the derivative, if these are few. What is found goes into codegen/tables/halves.json. Takes a minute. Afterwards:
python -m codegen and make build.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
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

FORMATS = {"f16": "float16", "bf16": "bfloat16"}
MOVES = {
    "": np.float32(1), " | PLAIN_DOWN": np.float32(1 - 2.0**-24), " | PLAIN_UP": np.float32(1 + 2.0**-23),
}  # fmt: skip
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


def wrong_results(kernel: Kernel, dtype: str, factor: np.float32, oracle: Reference) -> list[float] | None:
    """The magnitudes of the results that are wrong if float32's are moved by a factor first."""
    chosen = cases(kernel, dtype)
    if chosen is None:
        return None
    wrong: list[float] = []
    for data in chosen:
        with np.errstate(all="ignore"):
            result = float32_result(kernel, data) * factor
            rounded = result.astype(data[0].dtype)
        parameters = [np.full(data[0].shape, kernel.activation.defaults[p]) for p in kernel.parameters]
        bad = wrongly_rounded(kernel, dtype, [*data, *parameters], rounded, oracle)
        wrong += np.abs(result[bad].astype(np.float64)).tolist()
    return wrong


def certainty(kernel: Kernel, dtype: str, oracle: Reference) -> str | None:
    """The cheapest way that was right for all inputs."""
    smallest = float(2.0 ** FORMATS_OF_ULP[dtype].min_exponent)
    wrong = {move: wrong_results(kernel, dtype, factor, oracle) for move, factor in MOVES.items()}
    for test, below in (("PLAIN_SURE", 0.0), ("PLAIN_IF_NORMAL", smallest)):
        for move, results in wrong.items():
            if results is not None and max(results, default=-1.0) < below:
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
