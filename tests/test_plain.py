"""Kernels that run in float32 alone: which they are, and hostile parameters, where they must leave it to double."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pyact
from codegen import halves
from codegen.compiled_reference import Reference
from codegen.kernels import kernels_of
from codegen.lower_plain import plain_core, selects
from codegen.spec import built_in

from . import accuracy, halves_choice

KERNELS = {k.name: k for a in built_in().values() for k in kernels_of(a)}
# No floats, subnormal floats, beyond all floats, powers of two around the range of exact factors, zeros.
# Just inside and outside of what one float is enough for.
NEAR = float(np.float32(0.7))
PARAMETERS = (
    0.01, 1 / 3, 0.25, NEAR * (1 + 2.0**-25), NEAR * (1 + 2.0**-24.9), 1.5 + 2.0**-26, 1e-40, -3e-46, 1e-310, 1e39,
    -1e300, 2.0**-60, 2.0**60 * 1.1, 2.0**-61, 0.0, -0.0,
)  # fmt: skip


def inputs() -> npt.NDArray[np.float32]:
    """Every binade, and a few numbers of no special kind in each."""
    rng = np.random.default_rng(1)
    exponents = np.repeat(np.arange(255, dtype=np.uint32), 24) << 23
    bits = exponents | rng.integers(0, 2**23, exponents.size, dtype=np.uint32)
    return np.concatenate([bits, bits | np.uint32(1 << 31)]).view(np.float32)


def ulps(result: npt.NDArray[np.float32], exact: npt.NDArray[np.longdouble]) -> npt.NDArray[np.float64]:
    """The error in units of the last place of float32; 0 where both overflow alike."""
    exponent = np.maximum(np.frexp(exact)[1] - 1, -126)
    with np.errstate(all="ignore"):
        error = np.abs(result.astype(np.longdouble) - exact) / np.ldexp(np.longdouble(1), exponent - 23)
        largest = np.longdouble(2) ** 128 * (1 - np.longdouble(2) ** -25)
        overflow = np.isinf(result) & (np.abs(exact) >= largest) & (np.sign(result) == np.sign(exact))
    return np.where(overflow, 0, error).astype(np.float64)


def test_kernels_with_one_rounding_are_plain() -> None:
    plain = {name for name, kernel in KERNELS.items() if plain_core(kernel) is not None}
    assert {"relu", "leaky_relu", "hardtanh", "softshrink", "relu_squared", "hardswish", "leaky_relu_backward"} <= plain
    assert not plain & {"gelu", "softsign", "star_relu", "smelu", "hard_sigmoid_backward", "sinusoid"}
    assert {"relu", "hardtanh", "relu_backward"} <= {n for n, k in KERNELS.items() if selects(k)}
    assert not any(selects(KERNELS[n]) for n in ("leaky_relu", "softshrink", "prelu_backward_weight", "gelu"))


@pytest.mark.parametrize("slope", PARAMETERS)
def test_a_factor_of_any_size(slope: float) -> None:
    x = inputs()
    exact = np.where(x >= 0, x, x.astype(np.longdouble) * np.longdouble(slope))
    assert ulps(pyact.ufuncs.leaky_relu(x, slope), exact).max() <= 1
    one = np.ones_like(x)
    derivative = np.where(x > 0, 1, np.longdouble(slope))
    assert ulps(pyact.ufuncs.leaky_relu_backward(one, x, slope), derivative).max() <= 1


@pytest.mark.parametrize("bound", PARAMETERS)
def test_a_bound_that_is_no_float(bound: float) -> None:
    """Comparisons are with the parameter itself, not with the float next to it."""
    with np.errstate(all="ignore"):
        near = np.float32(bound)
        beside = np.array([np.nextafter(near, np.float32(-np.inf)), near, np.nextafter(near, np.float32(np.inf))])
    x = np.concatenate([inputs(), beside[np.isfinite(beside)]])
    wide = x.astype(np.longdouble)
    one = np.ones_like(x)
    np.testing.assert_array_equal(pyact.ufuncs.threshold_backward(one, x, bound, 0.0), wide > bound)
    assert ulps(pyact.ufuncs.hardtanh(x, bound, np.inf), np.maximum(wide, np.longdouble(bound))).max() <= 1
    if bound >= 0:
        exact = np.where(wide > bound, wide - bound, np.where(wide < -bound, wide + bound, 0))
        assert ulps(pyact.ufuncs.softshrink(x, bound), exact).max() <= 1
        np.testing.assert_array_equal(pyact.ufuncs.hardshrink(x, bound), np.where(np.abs(wide) > bound, x, 0))


def test_parameters_that_differ_from_lane_to_lane() -> None:
    """An element gets the bits that it gets alone, whichever its neighbours' parameters are."""
    values = np.array([*PARAMETERS, np.nan, np.inf])
    x, slopes = (np.array(v) for v in zip(*itertools.product([-1.5, -1e-30, 2.5, -np.inf], values), strict=True))
    x = x.astype(np.float32)
    alone = [pyact.ufuncs.leaky_relu(a, s) for a, s in zip(x, slopes, strict=True)]
    together = pyact.ufuncs.leaky_relu(x, slopes)
    np.testing.assert_array_equal(together.view(np.uint32), np.array(alone, np.float32).view(np.uint32))


# ---- half precision ----
HALVES = json.loads(halves.TABLE.read_text())
PLAIN = [k for k in KERNELS.values() if k.activation.kind == "elementwise" and plain_core(k) is not None]


@pytest.fixture(scope="module")
def long_double() -> Reference:
    return Reference(PLAIN, "long double")


def result_of(kernel: accuracy.Kernel, data: list[npt.NDArray[Any]], parameters: list[float]) -> npt.NDArray[Any]:
    result: npt.NDArray[Any] = getattr(pyact.ufuncs, kernel.name)(*data, *parameters)
    return result


def test_every_entry_is_for_a_kernel_as_it_is() -> None:
    names = {k.name for k in halves_choice.candidates()}
    for name, entry in HALVES.items():
        assert name in names
        assert entry["expression"] == halves.digest(KERNELS[name]), f"{name}: try again with tests.halves_choice"
    assert halves.certainty(KERNELS["hardsigmoid"], "f16") == "PLAIN_SURE"
    assert halves.certainty(KERNELS["hardswish_backward"], "f16") == "PLAIN_TESTED"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", [n for n in HALVES if KERNELS[n].factor is not None])
def test_gradients_that_are_not_tested_at_run_time_are_right(name: str, dtype: str, long_double: Reference) -> None:
    kernel = KERNELS[name]
    parameters = [kernel.activation.defaults[p] for p in kernel.parameters]
    chosen = halves_choice.cases(kernel, dtype)
    if chosen is None:  # all significands take minutes
        x = accuracy.half_patterns(dtype)
        x = x[np.abs(x.astype(np.float64)) < 2.0**120]  # the derivative itself may overflow
        chosen = iter([np.full_like(x, factor), x] for factor in (1.0, 1.2421875, 2.0**-20 * 1.9296875))
    for data in chosen:
        inputs = [*data, *(np.full(data[0].shape, p) for p in parameters)]
        result = result_of(kernel, data, parameters)
        assert not accuracy.wrongly_rounded(kernel, dtype, inputs, result, long_double).any()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("kernel", PLAIN, ids=lambda k: k.name)
def test_random_factors_and_parameters(kernel: accuracy.Kernel, dtype: str, long_double: Reference) -> None:
    """Results near midpoints go to wide arithmetic, also in place and where the elements do not lie side by side."""
    rng = np.random.default_rng(2)
    patterns = accuracy.half_patterns(dtype)
    for scale in (1.0, 0.7371):
        parameters = [scale * kernel.activation.defaults[p] for p in kernel.parameters]
        data = [rng.choice(patterns[np.abs(patterns.astype(float)) < 64], 3000) for _ in kernel.data_inputs]
        inputs = [*data, *(np.full(3000, p) for p in parameters)]
        result = result_of(kernel, data, parameters)
        assert not accuracy.wrongly_rounded(kernel, dtype, inputs, result, long_double).any()
        apart = [np.repeat(a, 3)[::3] for a in data]
        np.testing.assert_array_equal(result_of(kernel, apart, parameters).view(np.uint16), result.view(np.uint16))
        getattr(pyact.ufuncs, kernel.name)(*data, *parameters, out=data[-1])
        np.testing.assert_array_equal(data[-1].view(np.uint16), result.view(np.uint16))


@pytest.mark.parametrize("name", ["hardsigmoid", "hardswish", "hardswish_backward", "softsign", "softsign_backward"])
@pytest.mark.parametrize("density", [0.0005, 0.3])
def test_what_is_looked_for_in_many_elements_at_once(name: str, density: float) -> None:
    """NaN, infinities and huge numbers: a result depends on its element alone, in place, too."""
    rng = np.random.default_rng(3)
    bits = rng.permutation(inputs().view(np.uint32))[:4003]
    special = np.array([0x7F800001, 0xFFC12345, 0x7FFFFFFF, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0xFEF40000], np.uint32)
    bits = np.where(rng.random(bits.size) < density, rng.choice(special, bits.size), bits)
    x = bits.view(np.float32)
    function, kernel = getattr(pyact.ufuncs, name), KERNELS[name]
    first = [rng.choice([1, -2, np.nan, 0], x.size).astype(np.float32)] * (kernel.factor is not None)
    result = function(*first, x)
    single = np.concatenate([function(*(a[i : i + 1] for a in first), x[i : i + 1]) for i in range(x.size)])
    assert np.array_equal(result.view(np.uint32), single.view(np.uint32))
    assert np.all(result.view(np.uint32)[np.isnan(result)] == 0x7FC00000)
    assert np.all(np.isnan(result)[np.isnan(x)])
    function(*first, x, out=x)
    assert np.array_equal(result.view(np.uint32), x.view(np.uint32))


def test_hardswish_gradient_in_float16() -> None:
    """It has a loop of its own: every x, with many values of grad_output. Double holds the product, and what it rounds
    the third part of that to is no midpoint of float16 unless the quotient is one.
    """
    x = np.arange(65536, dtype=np.uint16).view(np.float16)
    rng = np.random.default_rng(7)
    chosen = np.array([1.0, 3.0, -0.75, 6e-5, -6e-8, 0.0, -0.0, 65504.0, np.inf, -np.inf, np.nan], np.float16)
    with np.errstate(invalid="ignore", over="ignore"):
        derivative = np.where(abs(x) < 3, 2 * x.astype(float) + 3, np.where(x > 0, 6.0, np.where(x < 0, 0.0, np.nan)))
        for grad in np.concatenate([chosen, rng.integers(0, 65536, 200, np.uint16).view(np.float16)]):
            expected = (float(grad) * derivative / 6).astype(np.float16)
            got = pyact.hardswish_backward(np.full(65536, grad), x)
            known = ~np.isnan(expected)
            np.testing.assert_array_equal(got.view(np.uint16)[known], expected.view(np.uint16)[known])
            assert (got.view(np.uint16)[~known] == 0x7E00).all()
