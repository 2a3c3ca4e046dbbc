"""One cell: every peer computes it once and is compared with pyact, then all are timed in interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

import pyact

from .cells import FORWARD, Cell
from .environment import confined_to
from .inputs import DISTRIBUTIONS, ITEM_SIZES, Data, data, fresh_data
from .peers import Call, Peer, Unsupported
from .peers.with_pyact import Pyact
from .results import LIMIT, NP_TANH, OK, Measurement
from .timing import Effort, Timed, interleaved_minima

# Largest |peer - pyact| / max(1, |pyact|) at which the two are the same function. Loose: it is to find a wrong
# formula, and the peers' own errors are large (torch's float64 hardsigmoid has a float32 1/6, half-precision NumPy
# rounds each step); rows sum up to 32,000 terms.
TOLERANCE = {"float32": 1e-4, "float64": 1e-6, "float16": 0.03, "bfloat16": 0.2}
# Share of the elements that may differ by more: at a kink jax takes the mean of the two slopes, and in half precision
# many inputs lie right on a kink.
AT_KINKS = 0.01

ANOTHER_WAY = " way "


def fastest_ways(measurements: Sequence[Measurement]) -> list[Measurement]:
    """One measurement of each peer: of its fastest way."""
    fastest: dict[str, Measurement] = {}
    for m in measurements:
        who = m.who.split(ANOTHER_WAY)[0]
        known = fastest.get(who)
        if known is None or (m.seconds or 0.0) < (known.seconds or 0.0):
            fastest[who] = replace(m, who=who)
    return list(fastest.values())


def disagreement(theirs: Any, ours: Any, dtype: str) -> str | None:
    """What is wrong with the other result, if anything is."""
    theirs, ours = np.asarray(theirs).astype(np.float64), np.asarray(ours).astype(np.float64)
    if theirs.shape != ours.shape:
        return f"shape {theirs.shape}"
    if not np.array_equal(np.isfinite(theirs), np.isfinite(ours)):
        return "NaN or infinity"
    difference = np.abs(theirs - ours) / np.maximum(1, np.abs(ours))
    difference[~np.isfinite(ours)] = 0
    if np.count_nonzero(difference > TOLERANCE[dtype]) > AT_KINKS * ours.size:
        return f"by {difference.max():.1e}"
    return None


def limit(cell: Cell, arrays: Data) -> Callable[[], Any]:
    """What memory allows: a copy where one array is read, an addition where two are. 16-bit floats as integers,
    because NumPy's own arithmetic on them is slow."""
    x, grad, out, grad_x = arrays.x, arrays.grad, arrays.out, arrays.grad_x
    if ITEM_SIZES[cell.dtype] == 2:
        x, grad, out, grad_x = (a.view(np.int16) for a in (x, grad, out, grad_x))
    gate = x.shape != out.shape
    if cell.direction == FORWARD:
        if gate:
            half = out.shape[-1]
            return partial(np.add, x[..., :half], x[..., half:], out)
        return partial(np.copyto, out, x)
    return partial(np.copyto, grad_x, x) if gate else partial(np.add, grad, x, grad_x)


def is_gate(name: str) -> bool:
    return pyact.activations[name].kind == "gate"


class Bench:
    """Measures cells in one environment."""

    def __init__(self, peers: Sequence[Peer], threads: int, allowed: set[int] | None, effort: Effort) -> None:
        self.pyact = Pyact(threads)
        self.peers = peers
        self.threads = threads
        self.allowed = allowed  # all processors of this process: for the table of threads
        self.effort = effort

    def measure(self, cell: Cell) -> list[Measurement]:
        if cell.table == "calls":
            return self.calls(cell)
        if cell.table == "threads":
            return self.threads_table(cell)
        if cell.table == "inputs":
            return self.inputs_table(cell)
        return self.beside_peers(cell)

    def timed(self, cell: Cell, functions: Mapping[str, Timed]) -> list[Measurement]:
        timings = interleaved_minima(functions, self.effort)
        return [Measurement(cell, who, OK, t.seconds, t.rounds, t.calls) for who, t in timings.items()]

    def beside_peers(self, cell: Cell) -> list[Measurement]:
        arrays = data(cell.inputs, cell.shape, cell.dtype, is_gate(cell.name))
        try:
            ours = self.pyact.call(cell, arrays)
        except Unsupported as reason:
            return [Measurement(cell, "pyact", str(reason))]
        expected = ours.result(ours.run())
        calls: dict[str, Call] = {"pyact": ours}
        refused: list[Measurement] = []
        differences: dict[str, str | None] = {}
        for peer in self.peers:
            try:
                call = peer.call(cell, arrays)
                differences[peer.name] = disagreement(call.result(call.run()), expected, cell.dtype)
            except Unsupported as reason:
                refused.append(Measurement(cell, peer.name, str(reason)))
            except Exception as error:  # whatever a library raises where it lacks a dtype: said in the report
                refused.append(Measurement(cell, peer.name, f"{type(error).__name__}: {first_line(error)}"))
            else:
                calls[peer.name] = call
        functions = {name: Timed(call.run) for name, call in calls.items()}
        functions[LIMIT] = Timed(limit(cell, arrays))
        for name, call in calls.items():
            functions |= {f"{name}{ANOTHER_WAY}{i}": Timed(way) for i, way in enumerate(call.also)}
        measured = []
        for m in fastest_ways(self.timed(cell, functions)):
            if difference := differences.get(m.who):
                m = replace(m, status=f"disagrees with pyact: {difference}")
            measured.append(m)
        return measured + refused

    def calls(self, cell: Cell) -> list[Measurement]:
        """One element as a user calls it, without out=, beside a ufunc of NumPy's own."""
        x = np.array([0.7], dtype=np.float32)
        activation = pyact.activations[cell.name]
        wide = np.array([0.7, -0.3], dtype=np.float32) if activation.kind == "gate" else x
        function: Any = getattr(pyact, cell.name)
        functions = {NP_TANH: Timed(partial(np.tanh, x)), "pyact": Timed(partial(function, wide))}
        if activation.parameters:
            given = [float(p.default) for p in activation.parameters]
            functions["pyact, parameters given"] = Timed(partial(function, wide, *given))
        return self.timed(cell, functions)

    def threads_table(self, cell: Cell) -> list[Measurement]:
        """pyact, and torch if it is a peer, on one and on all processors."""
        most = len(self.allowed) if self.allowed else 1
        if most == 1:
            return [Measurement(cell, "pyact", "this process may use one processor only")]
        arrays = data(cell.inputs, cell.shape, cell.dtype, is_gate(cell.name))
        set_threads: dict[str, Callable[[int], Any]] = {"pyact": pyact.set_num_threads}
        calls: dict[str, Call] = {"pyact": self.pyact.call(cell, arrays)}
        for peer in self.peers:
            if peer.name == "torch":
                from .peers.with_torch import torch

                set_threads["torch"] = torch.set_num_threads
                try:
                    calls["torch"] = peer.call(cell, arrays)
                except Unsupported:
                    continue
        with confined_to(self.allowed):
            try:
                return self.timed(
                    cell,
                    {
                        f"{name}, {count} thread{'s' * (count > 1)}": Timed(
                            call.run, partial(set_threads[name], count)
                        )
                        for name, call in calls.items() for count in (1, most)
                    },
                )  # fmt: skip
            finally:
                for function in set_threads.values():
                    function(self.threads)

    def inputs_table(self, cell: Cell) -> list[Measurement]:
        """pyact on each distribution; the arrays are as large, so only arithmetic can differ."""
        functions = {}
        for distribution in DISTRIBUTIONS:
            arrays = fresh_data(distribution, cell.shape, cell.dtype, is_gate(cell.name))
            functions[distribution] = Timed(self.pyact.call(cell, arrays).run)
        return self.timed(cell, functions)


def first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:120] if lines else ""
