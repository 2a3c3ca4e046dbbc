"""Staged float32 kernels: which they are, their accuracy at the seams, and that no seam shows.

Accuracy over all inputs is the business of tests/test_exhaustive.py and tests/test_accuracy.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

import pyact
from codegen import fit, lower_staged
from codegen.compiled_reference import Doubles, Reference
from codegen.expr import const, mul
from codegen.generate import single_core
from codegen.kernels import Kernel, kernels_of
from codegen.lower_staged_gates import GATES, gate_core
from codegen.spec import built_in
from codegen.ulp import FORMATS, PROMISE, ulp_errors
from pyact._native import ffi, lib

KERNELS = {k.name: k for a in built_in().values() for k in kernels_of(a)}
STAGED = [name for name, kernel in KERNELS.items() if gate_core(kernel) or lower_staged.staged_core(kernel)]
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
PARAMETRIC = list(lower_staged.PARAMETRIC)
BLOCK = 512  # staged.h's
FLOAT32_MAX = float(np.finfo(np.float32).max)
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


def settings(kernel: Kernel) -> list[list[float]]:
    """Parameters that the staged functions take: one bit, many bits, next to a power of two; and some that only double
    takes: tiny, huge, zero, negative. The last of several parameters is another one of the list.
    """
    values = [0.5, 1.37, 1.9999, 0.1, 13.7, 3e-5, 3e4, 1.0, 1e-38, 1e30, -0.7]
    if kernel.activation.requires is None:
        values.append(0.0)
    count = len(kernel.parameters)
    found = [[v, *[values[(i + 3) % len(values)]] * (count - 1)] for i, v in enumerate(values)]
    return found + ([[2.0, np.inf], [2.0, -1.0], [1.0, 0.0]] if "threshold" in kernel.parameters else [])


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
    assert {*lower_staged.FUNCTIONS, *GATES} <= set(STAGED)
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
    core = lower_staged.staged_core(other)  # by the functions for all parameters alone
    assert core is not None
    assert "staged_run(" not in core.text
    stanh = KERNELS["stanh_backward"]
    changed = tuple(replace(p, default=1.5) for p in stanh.activation.parameters)
    assert lower_staged.staged_core(replace(stanh, activation=replace(stanh.activation, parameters=changed))) is None
    assert gate_core(KERNELS["glu"]) is not None
    assert gate_core(replace(KERNELS["glu"], data_inputs=("b", "a"))) is None


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


@pytest.mark.parametrize("name", [n for n in STAGED if KERNELS[n].parameters and n not in PARAMETRIC])
def test_other_parameters_take_another_core(name: str) -> None:
    kernel = KERNELS[name]
    x = np.linspace(-8, 8, 1001, dtype=np.float32)
    parameters = [1.75 * kernel.activation.defaults[p] for p in kernel.parameters]
    wide = [np.ones(x.shape)] * (kernel.factor is not None) + [x.astype(np.float64)]
    head, tail = Reference([kernel], "long double")(kernel, [*wide, *(np.full(x.shape, p) for p in parameters)])
    data = [np.ones_like(x), x] if kernel.factor else [x]
    result = getattr(pyact.ufuncs, name)(*data, *parameters)
    assert ulp_errors(result, head, tail, FORMATS["float32"]).max() <= PROMISE["float32"]


def exact_values(kernel: Kernel, x: Floats, parameters: Sequence[float]) -> tuple[Doubles, Doubles]:
    """In quad where the argument of a sine is a product."""
    wide = [np.ones(x.shape)] * (kernel.factor is not None) + [x.astype(np.float64)]
    oracle = reference_of(kernel.name, "quad" if kernel.wide_only else "long double")
    return oracle(kernel, [*wide, *(np.full(x.shape, p) for p in parameters)])


@cache
def reference_of(name: str, precision: str) -> Reference:
    return Reference([KERNELS[name]], precision)


@pytest.mark.parametrize("name", PARAMETRIC)
def test_accuracy_with_other_parameters(name: str) -> None:
    """Next to the seams, which the parameters move, and between them."""
    kernel, rng = KERNELS[name], np.random.default_rng(5)
    for parameters in settings(kernel):
        scale = abs(parameters[-1 if "b" in kernel.parameters else 0])
        units = [1.0] if scale in (0, np.inf) else [scale, 1 / scale, 1.0]
        near = [rng.choice(seams(), 3000)] + [rng.normal(0, spread, 3000) for spread in (0.3, 3, 40)]
        with np.errstate(over="ignore", under="ignore"):
            x = np.concatenate([points * unit for points in near for unit in units]).astype(np.float32)
        head, tail = exact_values(kernel, x, parameters)
        data = [np.ones_like(x), x] if kernel.factor else [x]
        result = getattr(pyact.ufuncs, name)(*data, *parameters)
        usable = np.isfinite(x) & np.isfinite(head) & (np.abs(head) < FLOAT32_MAX)
        error = np.where(usable, ulp_errors(result, head, tail, FORMATS["float32"]), 0.0)
        at = int(np.argmax(error))
        assert error[at] <= PROMISE["float32"], (float(x[at]), parameters)
        assert usable.sum() > x.size / 2 or not 1e-30 < scale < 1e20


@pytest.mark.parametrize("name", PARAMETRIC)
def test_parameters_that_differ_from_element_to_element(name: str) -> None:
    """An element gets the bits that it gets with its parameters as numbers, whatever its neighbours' are."""
    kernel, rng = KERNELS[name], np.random.default_rng(6)
    known = [*settings(kernel), [kernel.activation.defaults[p] for p in kernel.parameters]]
    known += [[special] * len(kernel.parameters) for special in (np.inf, np.nan)]
    n = 40 * len(known)
    x = np.concatenate([rng.normal(0, 3, n - 9), [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-40, -90, 3e38, -1e-40]])
    x = rng.permutation(x.astype(np.float32))
    which = rng.integers(len(known), size=n)
    which[: n // 2] = which[: n // 2 : 32].repeat(32)[: n // 2]  # also whole vectors of one kind
    gradient = rng.normal(0, 1, n).astype(np.float32)
    data = [gradient, x] if kernel.factor else [x]
    function = getattr(pyact.ufuncs, name)
    together = function(*data, *(np.array(column) for column in np.array(known)[which].T))
    for k, parameters in enumerate(known):
        chosen = which == k
        alone = function(*(a[chosen] for a in data), *parameters)
        np.testing.assert_array_equal(together[chosen].view(np.uint32), alone.view(np.uint32), err_msg=str(parameters))


@pytest.mark.parametrize("name", PARAMETRIC)
def test_bits_with_other_parameters_do_not_depend_on_the_instruction_set(name: str) -> None:
    kernel, rng = KERNELS[name], np.random.default_rng(7)
    x = np.concatenate([rng.choice(seams(), 2 * BLOCK + 3), rng.normal(0, 3, 3000)]).astype(np.float32)
    gradient = rng.normal(0, 1, x.size).astype(np.float32)
    data = [gradient, x] if kernel.factor else [x]
    for parameters in settings(kernel)[:4]:
        expected = None
        for isa in ISAS:
            assert lib.pyact_set_isa(isa.encode()) == 0
            bits = getattr(pyact.ufuncs, name)(*data, *parameters).view(np.uint32)
            in_place = x.copy()
            getattr(pyact.ufuncs, name)(*data[:-1], in_place, *parameters, out=in_place)
            expected = bits if expected is None else expected
            np.testing.assert_array_equal(bits, expected, err_msg=isa)
            np.testing.assert_array_equal(in_place.view(np.uint32), expected, err_msg=isa)
