"""What a validation is made of: the cases, and the inputs each is run on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

from . import points

if TYPE_CHECKING:
    from codegen.spec import Activation

Array = npt.NDArray[Any]

_POINTS = {"float32": 900, "float64": 600, "float16": 900, "bfloat16": 700}
_SEED = 20240229


@dataclass(frozen=True)
class Case:
    """One model: an activation, a format, and what is computed."""

    activation: Activation
    dtype: str
    output: str | None  # None: the value; else the input whose gradient it is

    @property
    def name(self) -> str:
        if self.output is None:
            return self.activation.name
        plain = self.activation.kind != "gate"
        return f"{self.activation.name}_backward" + ("" if plain else f"_{self.output}")


@dataclass(frozen=True)
class Inputs:
    """What a case is run on: arrays of one shape per block. Rows are one block each, elementwise inputs one in all."""

    names: tuple[str, ...]
    blocks: tuple[tuple[Array, ...], ...]
    finite: tuple[Array, ...]  # per block: which positions (rows: all or none) the oracle answers

    @property
    def count(self) -> int:
        return sum(int(f.sum()) for f in self.finite)


# For grad_output: exact in every format, and not large, since a kernel promises the derivative within its bound and
# then one rounding: a derivative that is one unit off may be |grad_output| units off in the gradient.
_FACTORS = np.array([1.0, -0.75, 1.5, -1.25])
LARGEST_FACTOR = 1.5


def case_inputs(case: Case) -> Inputs:
    activation, dtype = case.activation, case.dtype
    names = (*(["grad_output"] if case.output is not None else []), *activation.inputs)
    seed = _SEED + sum(activation.name.encode())
    if activation.kind == "row":
        return _row_inputs(case, names, seed)
    x = points.scalars(dtype, _POINTS[dtype], _thresholds(activation), seed)
    factors = points.rounded(np.resize(_FACTORS, x.size), dtype)
    if activation.kind == "elementwise":
        columns = [x]
    else:
        other = points.rounded(np.random.default_rng(seed).normal(0, 1, x.size), dtype)
        first = np.arange(x.size) % 2 == 0  # the points go to either input in turn
        columns = [np.where(first, x, other), np.where(first, other, x)]
    block = (*([factors] if case.output is not None else []), *columns)
    finite = np.all([np.isfinite(c.astype(np.float64)) for c in block], axis=0)
    return Inputs(names, (block,), (finite,))


def _row_inputs(case: Case, names: tuple[str, ...], seed: int) -> Inputs:
    blocks, finite = [], []
    for special, group in ((False, points.rows(case.dtype, seed)), (True, points.special_rows(case.dtype))):
        if special and case.output is not None:
            continue
        for number, row in enumerate(group):
            gradient = points.rounded(np.random.default_rng(seed + number).normal(0, 1, row.size), case.dtype)
            if case.activation.reduces:
                gradient[:] = gradient[0]
            blocks.append((*([gradient] if case.output is not None else []), row))
            finite.append(np.full(row.shape, not special))
    return Inputs(names, tuple(blocks), tuple(finite))


def _thresholds(activation: Activation) -> set[float]:
    """Numbers of the formula and parameters: kinks and jumps are at some of them."""
    expr = _toolchain.module("expr")
    numbers = {abs(float(p.default)) for p in activation.parameters}
    for node in expr.postorder(activation.formula):
        if node.op == "const" and not isinstance(node.value, str) and abs(node.value) < 1000:
            numbers.add(abs(float(node.value)))
    return numbers


# --- pyact's kernels --------------------------------------------------------------------------------------------------
def native_kernel(case: Case, inputs: Sequence[Array]) -> Array:
    """The compiled kernel of the case."""
    from pyact import ufuncs

    function = getattr(ufuncs, case.name)
    if case.activation.reduces and case.output is not None:  # one gradient for the row
        inputs = [inputs[0][0], *inputs[1:]]
    result: Array = function(*inputs, *case.activation.defaults.values())
    return result
