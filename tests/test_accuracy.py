"""Every kernel keeps its promise: float32 within 1 ULP, float64 within 2, float16 and bfloat16 correctly rounded.

`make accuracy` measures the same with many more points and prints the worst x of each.
"""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest
from mpmath import mp

from codegen import reference, spec
from codegen.compiled_reference import Reference
from codegen.derivative import differentiate
from codegen.kernels import Kernel, kernels_of
from codegen.ulp import FORMATS, round_nearest, ulp_error, ulp_errors
from tests import accuracy
from tests.accuracy import BOUNDS

KERNELS = accuracy.all_kernels()
FLOAT32_POINTS = 60_000


@pytest.fixture(scope="module")
def long_double() -> Reference:
    return Reference(KERNELS, "long double")


@pytest.fixture(scope="module")
def quad() -> Reference:
    try:
        return Reference(KERNELS, "quad")
    except (subprocess.CalledProcessError, OSError):
        pytest.skip("the C compiler has no libquadmath (gcc on x86-64 has)")


def name_of(kernel: Kernel) -> str:
    return kernel.name


@pytest.mark.parametrize("kernel", KERNELS, ids=name_of)
def test_float32_is_within_one_ulp(kernel: Kernel, long_double: Reference, quad: Reference) -> None:
    result = accuracy.measure(kernel, "float32", long_double, quad, FLOAT32_POINTS)
    assert result.points > FLOAT32_POINTS / 2
    assert result.ulp <= BOUNDS["float32"], f"{result.ulp} ULP at x = {result.x!r}"


@pytest.mark.parametrize("kernel", KERNELS, ids=name_of)
def test_float64_is_within_two_ulp(kernel: Kernel, long_double: Reference, quad: Reference) -> None:
    result = accuracy.measure(kernel, "float64", long_double, quad, FLOAT32_POINTS)
    assert result.points > FLOAT32_POINTS / 16
    assert result.ulp <= BOUNDS["float64"], f"{result.ulp} ULP at x = {result.x!r}"


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("kernel", KERNELS, ids=name_of)
def test_half_formats_are_correctly_rounded_for_every_input(kernel: Kernel, dtype: str, long_double: Reference) -> None:
    result = accuracy.measure_half(kernel, dtype, long_double)
    assert result.points >= 63_488
    assert result.ulp == 0, f"{result.ulp:.0f} inputs are rounded wrongly, the first at x = {result.x!r}"


@pytest.mark.parametrize("kernel", KERNELS, ids=name_of)
def test_the_reference_agrees_with_the_definition(kernel: Kernel, quad: Reference) -> None:
    """The measuring stick itself: quad evaluation of the kernel form against the textbook formula in 50 digits."""
    activation = kernel.activation
    rng = np.random.default_rng(7)
    x = np.concatenate([rng.normal(0, 2, 8), rng.uniform(-30, 30, 6), [1e-8, -1e-8, 0.3, -50.0]])
    inputs = accuracy._inputs(kernel, x, activation.defaults)
    head, tail = quad(kernel, [a.astype(np.float64) for a in inputs])
    by = kernel.name.removeprefix(f"{activation.name}_backward").lstrip("_") or activation.inputs[0]
    definition = activation.formula if kernel.factor is None else differentiate(activation.formula, by)
    if kernel.starts_from_output:
        definition = kernel.expression  # what it has to do with the formula, check.py proves
    for i in range(x.size):
        values = {n: float(a[i]) for n, a in zip(kernel.arguments, inputs, strict=True)}
        exact = reference.evaluate(definition, values)
        with mp.workdps(40):
            got = mp.mpf(float(head[i])) + mp.mpf(float(tail[i]))
            # head and tail are doubles: nothing below the smallest of them is seen
            assert abs(got - exact) <= abs(exact) * mp.mpf(2) ** -85 + mp.mpf(2) ** -1074, values


def test_a_wrong_result_is_noticed(long_double: Reference) -> None:
    """The measurement cannot pass by comparing nothing."""
    kernel = next(k for k in KERNELS if k.name == "gelu")
    x = accuracy.points_float32(kernel, 1000)
    head, tail = long_double(kernel, [x.astype(np.float64)])
    right = head.astype(np.float32)
    off_by_two = np.nextafter(np.nextafter(right, np.float32(np.inf)), np.float32(np.inf))
    assert ulp_errors(right, head, tail, FORMATS["float32"]).max() <= 0.5
    assert ulp_errors(off_by_two, head, tail, FORMATS["float32"]).max() > 1.4


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_errors_of_arrays_are_those_of_numbers(dtype: str) -> None:
    rng = np.random.default_rng(3)
    form = FORMATS[dtype]
    head = np.ldexp(rng.uniform(1, 2, 300), rng.integers(form.min_exponent - 20, form.max_exponent, 300))
    head *= rng.choice([-1, 1], 300)
    tail = head * 1e-18
    result = (head * (1 + rng.normal(0, 2.0**-form.precision, 300))).astype(dtype)
    result[:20] = rng.choice([np.inf, np.nan], 20)
    for got, y, h, t in zip(ulp_errors(result, head, tail, form), result, head, tail, strict=True):
        with mp.workdps(60):
            wanted = ulp_error(float(y), mp.mpf(float(h)) + float(t), form)
        assert got == pytest.approx(wanted, rel=1e-9) or (np.isinf(y) and np.isinf(got) and wanted > 1)


def test_ulp_by_hand() -> None:
    form = FORMATS["float32"]
    one = reference.exact(1)
    assert ulp_error(1.0, one, form) == 0
    assert ulp_error(float(np.nextafter(np.float32(1), np.float32(2))), one, form) == 1
    assert ulp_error(0.0, reference.exact(2.0**-150), form) == 0.5  # below the smallest subnormal, 2**-149
    assert ulp_error(float("inf"), reference.exact(3.5e38), form) == 0
    assert ulp_error(float("nan"), one, form) == float("inf")
    assert round_nearest(reference.exact(2.0**-150), form) == 0.0  # a tie goes to even
    assert round_nearest(reference.exact(1.5 * 2.0**-150), form) == 2.0**-149
    assert round_nearest(reference.exact(65520.0), FORMATS["float16"]) == float("inf")


def test_the_record_is_complete_and_within_the_promise() -> None:
    """codegen/tables/accuracy.json, which the documentation quotes, names every kernel and no other."""
    record = json.loads(accuracy.RECORD.read_text())
    assert set(record) == {k.name for a in spec.built_in().values() for k in kernels_of(a)}
    for name, entry in record.items():
        assert set(entry) == set(FORMATS), name
        assert all(entry[dtype]["ulp"] <= BOUNDS.get(dtype, 0) for dtype in FORMATS), name
