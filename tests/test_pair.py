"""Float32 kernels in pair arithmetic: which they are, their accuracy at all magnitudes, and that no seam shows.

Accuracy over all inputs is the business of tests/test_exhaustive.py and tests/test_accuracy.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import pyact
from codegen import float64, lower_pair
from codegen.compiled_reference import Reference
from codegen.expr import const, mul
from codegen.generate import single_core
from codegen.kernels import Kernel, kernels_of
from codegen.pair_choice import candidates, inputs_of, measure
from codegen.spec import built_in
from codegen.ulp import FORMATS, PROMISE, ulp_errors

MEASURED = json.loads(lower_pair.TABLE.read_text(encoding="utf-8"))
KERNELS = {k.name: k for a in built_in().values() for k in kernels_of(a)}
POINTS = 1 << 18  # of a kernel with two inputs


def data_of(kernel: Kernel) -> list[list[np.ndarray]]:
    """Blocks of all data inputs, the gradient 1."""
    blocks = list(inputs_of(kernel, POINTS))
    if len(blocks[0]) == 1:
        blocks = blocks[::8]  # from the lowest binades to the highest
    return [[np.ones_like(b[0])] * (kernel.factor is not None) + b for b in blocks]


def test_the_table_is_of_the_kernels_there_are() -> None:
    gates, ends = ("swiglu", "geglu", "gtu"), ("", "_backward_a", "_backward_b")
    smooth_gates = {f"{gate}{end}" for gate in gates for end in ends}
    assert smooth_gates | {"softsign", "softsign_backward"} <= set(MEASURED)
    assert set(MEASURED) <= {k.name for k in candidates(built_in())}
    for name, entry in MEASURED.items():
        assert entry["ulp"] <= PROMISE["float32"]
        core = single_core(KERNELS[name], {})
        assert core is not None, f"measured another expression; run: python -m codegen.pair_choice {name}"
        assert f" {name}_pair_core(" in core.text  # alone, or for other parameters of a staged kernel


def test_another_expression_is_not_the_one_that_was_measured() -> None:
    kernel = KERNELS["swiglu"]
    assert lower_pair.measured_core(replace(kernel, expression=mul(kernel.expression, const(3)))) is None
    assert float64.digest(kernel) == MEASURED["swiglu"]["expression"]


def test_what_pair_arithmetic_has_not_is_refused() -> None:
    with pytest.raises(lower_pair.NotPair, match="has no atan"):
        lower_pair.pair_core(KERNELS["arctan"])
    with pytest.raises(lower_pair.NotPair, match="out of the range"):
        lower_pair.pair_core(KERNELS["swish_backward_beta"])


@pytest.mark.parametrize("name", MEASURED)
def test_accuracy_at_all_magnitudes(name: str) -> None:
    kernel = KERNELS[name]
    oracle = Reference([kernel], "long double")
    for factor in (1.0, 1.75) if kernel.parameters else (1.0,):
        parameters = [factor * kernel.activation.defaults[p] for p in kernel.parameters]
        for data in data_of(kernel):
            result = getattr(pyact.ufuncs, name)(*data, *parameters)
            exact = [a.astype(np.float64) for a in data] + [np.full(data[0].shape, p) for p in parameters]
            head, tail = oracle(kernel, exact)
            error = np.where(np.isfinite(head), ulp_errors(result, head, tail, FORMATS["float32"]), 0.0)
            at = int(np.argmax(error))
            assert error[at] <= PROMISE["float32"], [float(a[at]) for a in data]


@pytest.mark.parametrize("name", MEASURED)
def test_lanes_for_double_do_not_touch_their_neighbours(name: str) -> None:
    """One input in eight is of no use to pair arithmetic; the bits are those of each element alone."""
    kernel = KERNELS[name]
    rng = np.random.default_rng(3)
    data = [rng.normal(0, 2, 480).astype(np.float32) for _ in kernel.data_inputs]
    for k, array in enumerate(data):
        array[k::24] = np.resize(np.array([np.nan, np.inf, -np.inf, 1e-42, -100.0, 3e38, 0.0, -0.0], np.float32), 20)
    parameters = [kernel.activation.defaults[p] for p in kernel.parameters]
    function = getattr(pyact.ufuncs, name)
    with np.errstate(all="raise"):
        together = function(*data, *parameters)
        alone = np.array([function(*(a[i] for a in data), *parameters) for i in range(480)], np.float32)
    np.testing.assert_array_equal(together.view(np.uint32), alone.view(np.uint32))


SPECIAL = np.array(
    [0, 1, np.inf, np.nan, 1e-42, 1e-20, 0.75, 0.7517915, 1.5, 8.7, 11, 61, 88, 89.5, 700, 1e30, 2e38], np.float32
)


@pytest.mark.parametrize("name", MEASURED)
def test_every_combination_of_special_values(name: str) -> None:
    """Zeros with their sign, infinities, NaN and overflow, beside the float64 kernel, which is written another way."""
    kernel = KERNELS[name]
    values = np.concatenate([SPECIAL, -SPECIAL])
    inputs = [n for n in kernel.data_inputs if n != kernel.factor]
    data = [a.ravel() for a in np.meshgrid(*[values] * len(inputs))]
    data = [np.full_like(data[0], 1)] * (kernel.factor is not None) + data
    parameters = [kernel.activation.defaults[p] for p in kernel.parameters]
    function = getattr(pyact.ufuncs, name)
    got = function(*data, *parameters)
    with np.errstate(over="ignore", under="ignore"):
        expected = function(*(a.astype(np.float64) for a in data), *parameters).astype(np.float32)
    close = np.abs(got.view(np.int32).astype(np.int64) - expected.view(np.int32)) <= 1
    wrong = np.flatnonzero(~(close | (np.isnan(got) & np.isnan(expected))))
    assert not wrong.size, [([float(a[i]) for a in data], float(got[i]), float(expected[i])) for i in wrong[:3]]


def test_the_measurement_can_say_no() -> None:
    """The core of a function that is one per mille off."""
    kernel = KERNELS["softsign"]
    core = lower_pair.pair_core(replace(kernel, expression=mul(kernel.expression, const(Fraction(1001, 1000)))))
    assert measure(kernel, core).ulp > 1000
