"""What is measured: a cell is one function in one direction, dtype, shape and input distribution."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyact

from .inputs import DISTRIBUTIONS

FORWARD, BACKWARD, FROM_OUTPUT = "forward", "backward", "backward from output"

# Where torch's own gradient takes the saved output (for logsigmoid: a saved buffer) instead of x. Both contracts are
# measured: "backward" starts from x and includes what is needed of the forward pass, "backward from output" does not;
# pyact has functions of the second kind for rows.
SAVED_OUTPUT = ("sigmoid", "tanh", "logsigmoid", "softmax", "log_softmax")

ROW_LENGTHS = (128, 1024, 32_000)
ROW_FUNCTIONS = ("softmax", "log_softmax")
THREADED_FUNCTIONS = ("relu", "silu", "gelu")
THREADED_SIZES = (65_536, 1 << 19, 1 << 20, 1 << 22, 1 << 24)
INPUTS_SIZE = 65_536  # in cache, where arithmetic shows rather than memory

# activations: every peer; rows: softmax and the like; calls: one element beside np.tanh;
# threads: one beside all; inputs: the distributions beside one another
TABLES = ("activations", "rows", "calls", "threads", "inputs")


@dataclass(frozen=True)
class Cell:
    table: str
    name: str
    direction: str
    dtype: str
    shape: tuple[int, ...]
    inputs: str
    axis: int = -1  # of row functions

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def __str__(self) -> str:
        shape = f"{self.size:,}" if len(self.shape) == 1 else "x".join(map(str, self.shape)) + f" axis {self.axis}"
        what = f"{self.name} {self.direction} {self.dtype} {shape}"
        inputs = f"{what} {DISTRIBUTIONS.get(self.inputs, 'each distribution of inputs')}"
        return f"{inputs}, threads" if self.table == "threads" else inputs


def directions_of(name: str, directions: Iterable[str]) -> list[str]:
    wanted = list(directions)
    return wanted + [FROM_OUTPUT] * (BACKWARD in wanted and name in SAVED_OUTPUT)


def row_shapes(size: int) -> list[tuple[tuple[int, int], int]]:
    """Shape and axis: rows along the last axis, which lie in memory, and along the first, which do not."""
    shapes = []
    for length in ROW_LENGTHS:
        if length <= size:
            shapes += [((size // length, length), -1), ((length, size // length), 0)]
    return shapes


def matrix(
    tables: Sequence[str],
    names: Sequence[str],
    directions: Sequence[str],
    dtypes: Sequence[str],
    sizes: Sequence[int],
    inputs: Sequence[str],
    chosen: bool,
) -> list[Cell]:
    """Every cell asked for; `chosen` says that the user named the functions, also for the table of threads."""
    kinds = {name: activation.kind for name, activation in pyact.activations.items()}
    elementwise = [n for n in names if kinds[n] != "row"]
    rows = [n for n in names if kinds[n] == "row"]
    cells: list[Cell] = []
    for table in tables:
        if table == "activations":
            cells += [
                Cell(table, name, direction, dtype, (size,), distribution)
                for dtype in dtypes for size in sizes for distribution in inputs for name in elementwise
                for direction in directions_of(name, directions)
            ]  # fmt: skip
        elif table == "rows":
            cells += [
                Cell(table, name, direction, dtype, shape, inputs[0], axis)
                for dtype in dtypes for size in sizes for shape, axis in row_shapes(size)
                for name in rows for direction in directions_of(name, directions)
            ]  # fmt: skip
        elif table == "calls":
            cells += [Cell(table, name, FORWARD, "float32", (1,), inputs[0]) for name in (*elementwise, *rows)]
        elif table == "threads":
            threaded = elementwise if chosen else [n for n in THREADED_FUNCTIONS if n in elementwise]
            cells += [
                Cell(table, name, direction, dtypes[0], (size,), inputs[0])
                for size in THREADED_SIZES for name in threaded for direction in directions
            ]  # fmt: skip
        elif table == "inputs":
            cells += [
                Cell(table, name, direction, dtype, (INPUTS_SIZE,), "each")
                for dtype in dtypes for name in elementwise for direction in directions
            ]  # fmt: skip
    return cells
