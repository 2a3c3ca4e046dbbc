"""The exact values of a validation's cases, computed in this process or in several."""

from __future__ import annotations

import concurrent.futures
import math
import multiprocessing
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from . import oracle
from .cases import Case, Inputs

Array = npt.NDArray[Any]

_CHUNK = 250
Submit = Callable[[Case, Inputs], Callable[[], list[tuple[Array, Array]]]]


class Pool:
    """Computes exact values, in this process or in several."""

    def __init__(self, workers: int) -> None:
        self.executor: concurrent.futures.ProcessPoolExecutor | None = None
        if workers > 1:  # spawned, since a fork would inherit onnxruntime's threads
            context = multiprocessing.get_context("spawn")
            self.executor = concurrent.futures.ProcessPoolExecutor(workers, mp_context=context)

    def __enter__(self) -> Submit:
        return self.submit

    def __exit__(self, kind: object, *_: object) -> None:
        if self.executor is not None:
            self.executor.shutdown(cancel_futures=kind is not None)

    def submit(self, case: Case, inputs: Inputs) -> Callable[[], list[tuple[Array, Array]]]:
        """Start; the function that is returned gives head and tail per block."""
        tasks = list(_tasks(case, inputs))
        if self.executor is not None:
            futures = [self.executor.submit(oracle.solve, t) for t in tasks]
            return lambda: _assemble(case, inputs, [f.result() for f in futures])
        return lambda: _assemble(case, inputs, [oracle.solve(t) for t in tasks])


def _tasks(case: Case, inputs: Inputs) -> Iterator[oracle.Task]:
    parameters = tuple(case.activation.defaults.items())
    for block, finite in zip(inputs.blocks, inputs.finite, strict=True):
        columns = [c.astype(np.float64) for c in block]
        if case.activation.kind == "row":
            if finite.all():
                yield oracle.Task(
                    case.activation.name, case.output, parameters, (tuple(tuple(c.tolist()) for c in columns),)
                )
            continue
        listed = list(zip(*(c[finite].tolist() for c in columns), strict=True))
        for start in range(0, len(listed), _CHUNK):
            yield oracle.Task(case.activation.name, case.output, parameters, tuple(listed[start : start + _CHUNK]))


def _assemble(case: Case, inputs: Inputs, answers: list[Any]) -> list[tuple[Array, Array]]:
    """Exact values per block; NaN where the oracle was not asked."""
    if case.activation.kind == "row":
        rows = iter(answers)
        pairs = [next(rows)[0] if f.all() else [(math.nan, 0.0)] * f.size for f in inputs.finite]
        return [(np.array([p[0] for p in row]), np.array([p[1] for p in row])) for row in pairs]
    flat = np.array([p for a in answers for p in a], np.float64).reshape(-1, 2)
    finite = inputs.finite[0]
    head, tail = np.full(finite.shape, math.nan), np.zeros(finite.shape)
    head[finite], tail[finite] = flat[:, 0], flat[:, 1]
    return [(head, tail)]
