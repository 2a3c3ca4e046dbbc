"""Staged float32 kernels: which they are, their accuracy at the seams, and that no seam shows.

Accuracy over all inputs is the business of tests/test_exhaustive.py and tests/test_accuracy.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

import pyact
from codegen import fit, lower_staged
from codegen.compiled_reference import Reference
from codegen.expr import const, mul
from codegen.generate import single_core
from codegen.kernels import kernels_of
from codegen.spec import built_in
from codegen.ulp import FORMATS, PROMISE, ulp_errors
from pyact._native import ffi, lib

KERNELS = {k.name: k for a in built_in().values() for k in kernels_of(a)}
STAGED = [name for name, kernel in KERNELS.items() if lower_staged.staged_core(kernel) is not None]
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
BLOCK = 512  # staged.h's
Floats = npt.NDArray[np.float32]


@pytest.fixture(autouse=True)
def same_isa_afterwards() -> Iterator[None]:
    before = lib.pyact_isa()
    yield
    lib.pyact_set_isa(before)


def data_inputs(name: str, x: Floats, gradient: Floats | None = None) -> list[Floats]:
    """What a gate multiplies is made of what opens it: element by element, of either sign and any size."""
    kernel = KERNELS[name]
    gradients = [np.ones_like(x) if gradient is None else gradient] if kernel.factor else []
    return gradients + [np.float32(1.5) - x] * (len(kernel.activation.inputs) - 1) + [x]


def evaluate(name: str, x: Floats, gradient: Floats | None = None, out: Floats | None = None) -> Floats:
    defaults = [KERNELS[name].activation.defaults[p] for p in KERNELS[name].parameters]
    result: Floats = getattr(pyact.ufuncs, name)(*data_inputs(name, x, gradient), *defaults, out=out)
    return result


def seams() -> Floats:
    """Where cells of exponents and logarithms, and zones, meet; lanes for double, roots, special values; both signs."""
    cells, e = np.arange(0, 1001) * (np.log(2) / 16), np.arange(0.5, 7) / 7
    others = [2.8125, 9.9, 10.001, 1.1924312, 3.28e-13, 1e-30, 1e30, 3e38]
    steps = [cells / 2, cells / 1.702, np.sqrt(cells), np.arange(250) * (np.pi / 16), np.arange(0.25, 120, 0.25)]
    bounds = np.concatenate([cells, *steps, -np.log(e), others])
    near = bounds.astype(np.float32).view(np.int32)[:, None] + np.arange(-3, 4, dtype=np.int32)
    x = near.clip(0).astype(np.int32).ravel().view(np.float32)
    return np.concatenate([x, -x, np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-45], dtype=np.float32)])


def test_the_kernels_of_the_table_are_staged() -> None:
    assert {*lower_staged.FUNCTIONS, *lower_staged.GATES} <= set(STAGED)
    for name in STAGED:
        core = single_core(KERNELS[name], {})
        assert core is not None
        assert core.name == f"{name}_staged_core"
    assert not set(STAGED) & {k.name for k in fit.smooth_kernels(built_in())}


def test_a_kernel_is_known_by_its_expression_and_defaults() -> None:
    kernel = KERNELS["sigmoid"]
    assert lower_staged.staged_core(replace(kernel, name="logistic")) is not None
    assert lower_staged.staged_core(replace(kernel, expression=mul(kernel.expression, const(3)))) is None
    elu = KERNELS["elu_backward"]
    assert lower_staged.staged_core(elu) is not None
    (alpha,) = elu.activation.parameters
    other = replace(elu, activation=replace(elu.activation, parameters=(replace(alpha, default=1.5),)))
    assert lower_staged.staged_core(other) is None
    assert lower_staged.staged_core(replace(KERNELS["glu"], data_inputs=("b", "a"))) is None


@pytest.mark.parametrize("name", STAGED)
def test_accuracy_at_the_seams(name: str) -> None:
    kernel, x = KERNELS[name], seams()
    defaults = [np.full(x.shape, kernel.activation.defaults[p]) for p in kernel.parameters]
    wide = [*(v.astype(np.float64) for v in data_inputs(name, x)), *defaults]
    head, tail = Reference([kernel], "long double")(kernel, wide)
    finite = np.isfinite(x) & np.isfinite(head)
    error = np.where(finite, ulp_errors(evaluate(name, x), head, tail, FORMATS["float32"]), 0.0)
    at = int(np.argmax(error))
    assert error[at] <= PROMISE["float32"], float(x[at])


@pytest.mark.parametrize("name", STAGED)
def test_bits_do_not_depend_on_place_neighbours_or_instruction_set(name: str) -> None:
    """Lanes for double beside others, blocks with and without them, blocks that are cut short, in place."""
    rng = np.random.default_rng(3)
    x = np.concatenate([seams(), rng.normal(0, 1, 2 * BLOCK + 5), rng.uniform(-110, 110, 3000)]).astype(np.float32)
    gradient = np.resize(rng.normal(0, 1, 997), x.size).astype(np.float32)
    gradient[::31] = np.resize(np.array([np.nan, np.inf, 0.0, 1e-42], np.float32), gradient[::31].size)
    lib.pyact_set_isa(ISAS[0].encode())
    with np.errstate(all="raise"):
        expected = evaluate(name, x, gradient).view(np.uint32)
    order = rng.permutation(x.size)
    for isa in ISAS:
        assert lib.pyact_set_isa(isa.encode()) == 0
        assert np.array_equal(evaluate(name, x[order], gradient[order]).view(np.uint32), expected[order]), isa
        in_place = x.copy()
        evaluate(name, in_place, gradient, out=in_place)
        assert np.array_equal(in_place.view(np.uint32), expected), isa
        for length in (1, 7, BLOCK - 1, BLOCK + 1):
            assert np.array_equal(evaluate(name, x[:length], gradient[:length]).view(np.uint32), expected[:length]), isa


@pytest.mark.parametrize("name", [n for n in STAGED if KERNELS[n].parameters])
def test_other_parameters_take_another_core(name: str) -> None:
    kernel = KERNELS[name]
    x = np.linspace(-8, 8, 1001, dtype=np.float32)
    parameters = [1.75 * kernel.activation.defaults[p] for p in kernel.parameters]
    wide = [np.ones(x.shape)] * (kernel.factor is not None) + [x.astype(np.float64)]
    head, tail = Reference([kernel], "long double")(kernel, [*wide, *(np.full(x.shape, p) for p in parameters)])
    data = [np.ones_like(x), x] if kernel.factor else [x]
    result = getattr(pyact.ufuncs, name)(*data, *parameters)
    assert ulp_errors(result, head, tail, FORMATS["float32"]).max() <= PROMISE["float32"]
