"""python -m benchmarks [NAME ...]: pyact beside numpy and, where installed, torch; one thread, interleaved, minima.

Absolute figures move from machine to machine; compare within one row. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import timeit
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import pyact

ROUNDS = 25
Functions = dict[str, Callable[[], Any]]


def fastest(functions: Functions, budget: float = 0.002) -> dict[str, float]:
    """Seconds per call: the minimum over interleaved rounds, so that a change of clock hits all alike."""
    number = {}
    for name, function in functions.items():
        function()
        number[name] = max(1, int(budget / max(timeit.timeit(function, number=3) / 3, 1e-9)))
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(ROUNDS):
        for name, function in functions.items():
            best[name] = min(best[name], timeit.timeit(function, number=number[name]) / number[name])
    return best


def small_calls() -> None:
    """One element: the cost of a call, as a ratio to a ufunc of NumPy's own."""
    x = np.array([0.7], dtype=np.float32)
    names = ("sigmoid", "relu", "gelu", "elu", "leaky_relu", "softmax")
    functions: Functions = {"np.tanh": lambda: np.tanh(x)}
    functions |= {name: (lambda f: lambda: f(x))(getattr(pyact, name)) for name in names}
    seconds = fastest(functions)
    print("| one float32 element | ns per call | ratio to np.tanh |\n|---|---|---|")
    for name, value in seconds.items():
        print(f"| {name} | {value * 1e9:.0f} | {value / seconds['np.tanh']:.2f} |")


def torch_module(torch: Any, name: str, dtype: Any) -> Any:
    """The class in torch.nn with its default arguments, where it has any."""
    torch.set_grad_enabled(False)
    if name == "gelu_tanh":
        return torch.nn.GELU(approximate="tanh")
    try:
        return getattr(torch.nn, str(pyact.activations[name].torch))().to(torch.from_numpy(np.empty(0, dtype)).dtype)
    except TypeError:  # arguments are required, as for Threshold
        return None


def throughput(names: Sequence[str], size: int) -> None:
    """Nanoseconds per element on N(0, 1), outputs preallocated where the peer can."""
    torch = importlib.import_module("torch") if importlib.util.find_spec("torch") else None
    if torch is not None:
        torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    print(f"\n| {size:,} elements, ns per element | pyact f32 | torch f32 | pyact f64 | torch f64 |")
    print("|---|---|---|---|---|")
    for name in names:
        cells = []
        for dtype in (np.float32, np.float64):
            x = rng.standard_normal(size).astype(dtype)
            out = np.empty_like(x)
            function = getattr(pyact, name)
            functions: Functions = {"pyact": lambda f=function, a=x, o=out: f(a, out=o)}  # type: ignore[misc]
            if torch is not None and (peer := torch_module(torch, name, dtype)) is not None:
                tensor = torch.from_numpy(x)
                functions["torch"] = lambda f=peer, a=tensor: f(a)  # type: ignore[misc]
            seconds = fastest(functions)
            cells += [f"{seconds[k] / size * 1e9:.2f}" if k in seconds else "" for k in ("pyact", "torch")]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def on_threads(function: Callable[..., Any], size: int, counts: Sequence[int]) -> dict[int, float]:
    """Seconds of one call by number of threads, interleaved."""
    x = np.random.default_rng(0).standard_normal(size).astype(np.float32)
    out, best = np.empty_like(x), dict.fromkeys(counts, float("inf"))
    for _ in range(ROUNDS):
        for count in best:
            pyact.set_num_threads(count)
            best[count] = min(best[count], timeit.timeit(lambda: function(x, out=out), number=1))
    return best


def threads(names: Sequence[str]) -> None:
    """All threads beside one: the ratio of times, above 1 where threads help."""
    pyact.set_num_threads(None)
    most = pyact.get_num_threads()
    sizes = (65_536, 1 << 19, 1 << 20, 1 << 24)
    print(f"\n| float32, {most} threads beside 1 | {' | '.join(f'{n:,}' for n in sizes)} |\n|---|{'---|' * len(sizes)}")
    for name in names:
        cells = []
        for size in sizes:
            best = on_threads(getattr(pyact, name), size, (1, most))
            cells.append(f"{best[1] / best[most]:.2f}")
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="activations (default: those of torch.nn.functional)")
    parser.add_argument("--size", type=int, default=65_536)
    options = parser.parse_args()
    pyact.set_num_threads(1)
    known = [n for n, a in pyact.activations.items() if a.kind == "elementwise" and a.torch]
    print(f"pyact {pyact.__version__} on {pyact.isa()}, numpy {np.__version__}, {os.cpu_count()} cores\n")
    small_calls()
    throughput(options.names or known, options.size)
    threads(("relu", "silu", "gelu"))


if __name__ == "__main__":
    main()
