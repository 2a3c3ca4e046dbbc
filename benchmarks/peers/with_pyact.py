"""pyact itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import pyact

from ..cells import FORWARD, FROM_OUTPUT, Cell
from ..inputs import Data, aligned
from .base import Call, Unsupported, written_to


def by_position(function: Any, inputs: tuple[Any, ...], out: Any) -> Callable[[], Any]:
    """The call with `out` by position, as for numba, because keywords cost 0.1 us; what is between has its default."""
    if isinstance(function, np.ufunc):
        return partial(function, *inputs, out)
    places = inspect.signature(function).parameters
    if places["out"].kind is inspect.Parameter.KEYWORD_ONLY:
        return partial(function, *inputs, out=out)
    between = list(places.values())[len(inputs) : list(places).index("out")]
    return partial(function, *inputs, *(parameter.default for parameter in between), out)


class Pyact:
    name = "pyact"

    def __init__(self, threads: int) -> None:
        pyact.set_num_threads(threads)

    def call(self, cell: Cell, data: Data) -> Call:
        name = cell.name if cell.direction == FORWARD else f"{cell.name}_backward"
        from_output: Any = getattr(pyact, f"{name}_from_output", None) if cell.direction == FROM_OUTPUT else None
        # Where there is no function that starts from a saved output, the gradient "from output" is the one from x.
        function: Any = from_output or getattr(pyact, name, None)
        if function is None:
            raise Unsupported("no such function")
        axis = {"axis": cell.axis} if cell.table == "rows" else {}
        saved = data.x
        if from_output is not None:
            saved = aligned(data.out.shape, cell.dtype, place=4)
            getattr(pyact, cell.name)(data.x, out=saved, **axis)
        inputs = (data.x,) if cell.direction == FORWARD else (data.grad, saved)
        out = data.out if cell.direction == FORWARD else data.grad_x
        run = partial(function, *inputs, out=out, **axis) if axis else by_position(function, inputs, out)
        if name == "prelu_backward":  # torch's op gives the gradient of the weight in the same call
            weight_out = aligned(out.shape, cell.dtype, place=5)
            return Call(partial(pyact.prelu_gradients, data.grad, data.x, out=(out, weight_out)), written_to(out))
        return Call(run, written_to(out))


def create(threads: int) -> Pyact:
    return Pyact(threads)
