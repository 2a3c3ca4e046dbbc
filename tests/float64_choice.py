"""Choose the arithmetic of float64 kernels by measurement: python -m tests.float64_choice [--points N] [KERNEL ...]

Builds the library once with every kernel in each arithmetic that could evaluate it, measures all of them as
tests.accuracy does, and compares zeros, infinities and NaN bit by bit with the wide arithmetic. The cheapest that keeps
the promise with a margin goes into codegen/tables/float64.json; what only the wide arithmetic holds has no entry there.
Takes about 15 minutes of one core. Afterwards: python -m codegen and make build.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from codegen import float64
from codegen.compiled_reference import Reference
from codegen.kernels import Kernel
from codegen.ulp import PROMISE

from . import accuracy

ROOT = Path(__file__).resolve().parent.parent
# A derivative is rounded once more when it is multiplied; and a sample does not find the very worst point.
LARGEST_ERROR = PROMISE["float64"] - 0.4
VARIANTS = ("wide", "double", "narrow", "light", "light checked")  # cheapest first, after the reference
NAN_WITH_PAYLOAD = np.array([0xFFF8000000000123], np.uint64).view(np.float64).item()
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, NAN_WITH_PAYLOAD]
GRADIENTS = [1.0, -2.0, 0.0, -0.0, np.inf, np.nan]


def kernels(names: list[str]) -> list[Kernel]:
    """Those with a choice."""
    return [k for k in accuracy.all_kernels(names or None) if len(float64.candidates(k)) > 1]


def entry(kernel: Kernel, variant: str) -> dict[str, Any] | None:
    """What the table says about a kernel in this variant; None where the arithmetic cannot evaluate it."""
    name, _, checked = variant.partition(" ")
    if variant == "wide" or kernel.narrow_suffices or name not in float64.candidates(kernel):
        return None
    return {"arithmetic": name, "checked": bool(checked), "expression": float64.digest(kernel)}


def write_table(entries: dict[str, dict[str, Any] | None]) -> None:
    kept = {name: e for name, e in entries.items() if e is not None}
    float64.TABLE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def special_results(kernel: Kernel) -> list[int]:
    """Bit patterns of the results for every combination of special inputs, under each parameter set."""
    data = [GRADIENTS if n == kernel.factor else SPECIAL for n in kernel.data_inputs]
    inputs = [np.array(column) for column in zip(*itertools.product(*data), strict=True)]
    results = []
    for parameters in accuracy.settings(kernel, "float64"):
        with np.errstate(all="ignore"):
            y = accuracy._call(kernel, [*inputs, *(np.array([parameters[p]]) for p in kernel.parameters)])
        results += y.view(np.uint64).tolist()
    return results


def measure(chosen: list[Kernel], count: int, output: Path) -> None:
    """In a process of its own, because the extension is imported: error, worst x and special results by kernel."""
    found: dict[str, Any] = {}
    quad = Reference(accuracy.all_kernels(), "quad")
    for kernel in chosen:
        result = accuracy.measure(kernel, "float64", quad, quad, count)
        found[kernel.name] = [result.ulp, result.x, result.points, special_results(kernel)]
    output.write_text(json.dumps(found))


def build_and_measure(
    variant: str, names: list[str], count: int, others: dict[str, dict[str, Any] | None]
) -> dict[str, Any]:
    write_table(others | {k.name: entry(k, variant) for k in kernels(names)})
    chosen = [k.name for k in kernels(names) if variant == "wide" or entry(k, variant) is not None]
    subprocess.run([sys.executable, "-m", "codegen"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    venv = Path(sys.executable).parent.parent
    subprocess.run(["make", "build", f"VENV={venv}"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "measured.json"
        command = [sys.executable, "-m", "tests.float64_choice", *chosen, "--points", str(count), "--measure"]
        subprocess.run([*command, str(output)], cwd=ROOT, check=True)
        measured: dict[str, Any] = json.loads(output.read_text())
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kernels", nargs="*")
    parser.add_argument("--points", type=int, default=8_000_000, help="as for tests.accuracy, which uses an eighth")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure is not None:
        wanted = set(options.kernels)
        measure([k for k in accuracy.all_kernels() if k.name in wanted], options.points, options.measure)
        return

    before = json.loads(float64.TABLE.read_text()) if float64.TABLE.exists() else {}
    choice: dict[str, dict[str, Any] | None] = dict(before) if options.kernels else {}
    measured = {
        v: build_and_measure(v, options.kernels, options.points if v != "wide" else 8_000, choice) for v in VARIANTS
    }
    for kernel in kernels(options.kernels):
        name = kernel.name
        choice.pop(name, None)
        report = []
        for variant in VARIANTS[1:]:
            if name not in measured[variant]:
                continue
            ulp, x, points, specials = measured[variant][name]
            same = specials == measured["wide"][name][3]
            report.append(f"{variant} {ulp:.3f} at {x!r}{'' if same else ', other special values'}")
            if name not in choice and ulp <= LARGEST_ERROR and same:
                found = entry(kernel, variant)
                assert found is not None
                choice[name] = found | {"ulp": round(ulp, 4), "x": x, "points": points}
        got = choice.get(name)
        print(f"{name:34} {got['arithmetic'] if got else 'wide':6} {'; '.join(report)}", flush=True)
    write_table({k.name: choice.get(k.name) for k in accuracy.all_kernels()})


if __name__ == "__main__":
    main()
