"""Special values, bit by bit: NaN, infinities and zeros of either sign as the spec states them, subnormals kept.

Every value and every derivative, in every dtype, with the special value somewhere in an array of each length from 1 to
70: no full vector, tail or block may treat it differently. The limits of the spec are evaluated by the oracle.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import pyact
from codegen import check, ieee, reference
from codegen.expr import Expr, variables
from codegen.kernels import Kernel, kernels_of
from codegen.spec import SPECIAL_POINTS, built_in
from codegen.ulp import FORMATS, round_nearest, ulp_error
from tests.accuracy import BOUNDS, correctly_rounded, exact_value

Array = np.ndarray[Any, Any]
DTYPES = {d.name: d for d in map(np.dtype, (np.float16, ml_dtypes.bfloat16, np.float32, np.float64))}
LENGTHS = range(1, 71)
KERNELS = {k.name: k for a in built_in().values() for k in kernels_of(a)}
# rows.h: a row that holds NaN or +inf has no softmax. The spec states no limit there, and the result is NaN.
ROWS_WITHOUT_VALUE = {
    ("softmax", "inf"), ("log_softmax", "inf"), ("softmin", "-inf"), ("softmax_one", "inf"), ("sparsemax", "inf"),
}  # fmt: skip

by_dtype = pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """Special values are values: no kernel warns of them."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        yield


def bits(array: Any) -> list[int]:
    array = np.ascontiguousarray(array)
    pattern: list[int] = array.view(f"u{array.dtype.itemsize}").tolist()
    return pattern


def special_input(kernel: Kernel) -> str:
    """The input the limits speak of: x (or the saved result), and for a gate the one it is not linear in."""
    return check.gating_input(kernel.activation) if kernel.activation.kind == "gate" else kernel.inputs[0]


def has_limits(kernel: Kernel) -> bool:
    """The value, and the derivative by the special input."""
    suffix = "" if kernel.activation.kind == "elementwise" else f"_{special_input(kernel)}"
    return kernel.factor is None or kernel.name == f"{kernel.activation.name}_backward{suffix}"


def stated(limit: Expr, parameters: Mapping[str, float], dtype: np.dtype[Any]) -> Any:
    """A limit in the dtype: the oracle's value rounded once, the sign of a zero from the formula."""
    plain = ieee.evaluate(limit, parameters)
    value = plain
    if plain and math.isfinite(plain):
        value = round_nearest(reference.evaluate(limit, parameters, digits=60), FORMATS[dtype.name])
    return dtype.type(value)


@functools.cache
def limits(name: str, setting: int, dtype: np.dtype[Any]) -> dict[str, Any]:
    """The values stated for a kernel at the special points, for one set of parameters."""
    kernel = KERNELS[name]
    activation = kernel.activation
    parameters = settings(name)[setting]
    given = activation.limits if kernel.factor is None else activation.derivative_limits
    return {point: stated(limit, parameters, dtype) for point, limit in given.items()}


@functools.cache
def settings(name: str) -> list[dict[str, float]]:
    """The defaults, the other sets of parameters that the proofs use, and one or all of them 0 where they may be."""
    activation = KERNELS[name].activation
    zeros = [{**activation.defaults, parameter: 0.0} for parameter in activation.defaults]
    zeros.append(dict.fromkeys(activation.defaults, 0.0))
    allowed = [z for z in zeros if activation.requires is None or ieee.evaluate(activation.requires, z)]
    return [*check.parameter_sets(activation), *allowed]


def limits_of_format(dtype: np.dtype[Any]) -> Any:
    return ml_dtypes.finfo(dtype)  # type: ignore[no-untyped-call]


def ordinary(dtype: np.dtype[Any], n: int) -> Array:
    return np.resize(np.array([0.5, -1.5, 2.0, -0.25, 1.0]), n).astype(dtype)


def call(
    kernel: Kernel, values: Mapping[str, Any], n: int, dtype: np.dtype[Any], parameters: Mapping[str, float]
) -> Array:
    """The kernel over arrays of n; inputs that are not named are 1."""
    data = [values.get(name, np.ones(n, dtype)) for name in kernel.data_inputs]
    result: Array = getattr(pyact.ufuncs, kernel.name)(*data, *(parameters[p] for p in kernel.parameters))
    assert result.dtype == dtype
    return result


# ---- the table of the spec ----


@by_dtype
def test_stated_limits_at_every_length(dtype: np.dtype[Any]) -> None:
    wrong = []
    for name, kernel in KERNELS.items():
        if not has_limits(kernel):
            continue
        wanted = limits(name, 0, dtype)
        alone = call(kernel, {special_input(kernel): ordinary(dtype, 70)}, 70, dtype, kernel.activation.defaults)
        for n in LENGTHS:
            for number, (point, value) in enumerate(wanted.items()):
                x = ordinary(dtype, n)
                at = (3 * n + 17 * number) % n
                x[at] = float(point)
                expected = alone[:n].copy()
                expected[at] = value
                result = call(kernel, {special_input(kernel): x}, n, dtype, kernel.activation.defaults)
                if bits(result) != bits(expected):
                    wrong.append(f"{name}({point}) = {result[at]!r}, not {value!r} (length {n}, at {at})")
    assert not wrong


@by_dtype
def test_stated_limits_for_other_parameters(dtype: np.dtype[Any]) -> None:
    wrong = []
    for name, kernel in KERNELS.items():
        if not has_limits(kernel):
            continue
        for setting, parameters in enumerate(settings(name)[1:], start=1):
            for point, value in limits(name, setting, dtype).items():
                x = np.full(9, float(point), dtype)
                result = call(kernel, {special_input(kernel): x}, 9, dtype, parameters)
                if set(bits(result)) != set(bits(value)):
                    wrong.append(f"{name}({point}, {parameters}) = {result[0]!r}, not {value!r}")
    assert not wrong


@by_dtype
def test_limits_of_rows(dtype: np.dtype[Any]) -> None:
    """The first element of the row [point, 0]."""
    rows = [a for a in built_in().values() if a.kind == "row"]
    assert len(rows) == 7
    for activation in rows:
        for point in SPECIAL_POINTS:
            result = np.atleast_1d(getattr(pyact, activation.name)(np.array([float(point), 0.0]).astype(dtype)))
            if (activation.name, point) in ROWS_WITHOUT_VALUE:
                assert point not in activation.limits
                assert np.isnan(result).all(), (activation.name, point)
            else:
                value = stated(activation.limits[point], {}, dtype)
                assert bits(result[:1]) == bits(value.reshape(1)), (activation.name, point)


# ---- NaN ----


def depends_on(kernel: Kernel, name: str) -> bool:
    return name == kernel.factor or name in variables(kernel.expression)


@by_dtype
def test_an_input_that_the_derivative_does_not_name_is_not_read(dtype: np.dtype[Any]) -> None:
    """The derivative of the identity is 1, and that of a linear input of a gate is the gate, whatever the input is."""
    unread = {(k.name, n) for k in KERNELS.values() for n in k.data_inputs if not depends_on(k, n)}
    assert unread == {
        ("linear_backward", "x"), ("star_relu_backward_bias", "x"), ("bilinear_backward_a", "a"),
        ("bilinear_backward_b", "b"), ("glu_backward_a", "a"), ("reglu_backward_b", "b"), ("swiglu_backward_b", "b"),
        ("geglu_backward_b", "b"),
    }  # fmt: skip
    for name, unused in unread:
        kernel, n = KERNELS[name], 40
        values = {i: ordinary(dtype, n) for i in kernel.data_inputs}
        expected = call(kernel, values, n, dtype, kernel.activation.defaults)
        values[unused] = np.resize([np.nan, np.inf, 0.0], n).astype(dtype)
        result = call(kernel, values, n, dtype, kernel.activation.defaults)
        if dtype == np.float64:  # wide arithmetic leaves such lanes to double
            np.testing.assert_allclose(result, expected, rtol=4e-16, err_msg=name)
        else:
            assert bits(result) == bits(expected), name


@by_dtype
def test_nan_gives_nan_at_every_length(dtype: np.dtype[Any]) -> None:
    """From each data input that a kernel depends on, and from no other element."""
    wrong = []
    for name, kernel in KERNELS.items():
        parameters = kernel.activation.defaults
        for number, bad in enumerate(kernel.data_inputs):
            for n in LENGTHS if depends_on(kernel, bad) else ():
                at = (3 * n + 17 * number) % n
                values = {i: ordinary(dtype, n) for i in kernel.data_inputs}
                expected = call(kernel, values, n, dtype, parameters)
                values[bad][at] = np.nan if n % 2 else -np.nan
                expected[at] = np.nan
                result = call(kernel, values, n, dtype, parameters)
                if bits(result) != bits(expected):
                    wrong.append(f"{name}: {bad} = nan gives {result[at]!r} (length {n}, at {at})")
    assert not wrong


@by_dtype
def test_nan_beats_every_special_value(dtype: np.dtype[Any]) -> None:
    """NaN in one input, whatever the others are: 0 * NaN is NaN, in a gate and in a gradient."""
    others = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0]).astype(dtype)
    for name, kernel in KERNELS.items():
        for bad in (n for n in kernel.data_inputs if depends_on(kernel, n)):
            values: dict[str, Array] = dict.fromkeys(kernel.data_inputs, others)
            values[bad] = np.full(6, np.nan, dtype)
            assert np.isnan(call(kernel, values, 6, dtype, kernel.activation.defaults)).all(), (name, bad)


# ---- what the spec states no limit for ----


@by_dtype
def test_any_combination_is_harmless(dtype: np.dtype[Any]) -> None:
    """Special values in all inputs and parameters at once: a result, and no warning."""
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -3.0])
    for kernel in KERNELS.values():
        grids = np.meshgrid(*[special] * len(kernel.arguments[:4]))
        arrays = [g.ravel() for g in grids]
        arrays += [np.ones_like(arrays[0])] * (len(kernel.arguments) - len(arrays))
        data = len(kernel.data_inputs)
        operands = [a.astype(dtype) for a in arrays[:data]] + arrays[data:]
        assert getattr(pyact.ufuncs, kernel.name)(*operands).shape == arrays[0].shape


def test_sine_and_cosine_have_no_limit() -> None:
    for dtype in DTYPES.values():
        for function in (pyact.sinusoid, pyact.cosine):
            assert np.isnan(function(np.array([np.inf, -np.inf]).astype(dtype))).all()


# ---- the promises that other libraries break ----


@by_dtype
@pytest.mark.parametrize("name", ["gelu", "silu", "mish", "hardswish"])
def test_no_nan_at_infinity(name: str, dtype: np.dtype[Any]) -> None:
    ends = np.array([-np.inf, np.inf]).astype(dtype)
    value = getattr(pyact, name)(ends)
    derivative = getattr(pyact, f"{name}_backward")(np.ones(2, dtype), ends)
    assert not np.isnan(value).any()
    assert not np.isnan(derivative).any()
    assert value.tolist() == [0.0, math.inf]
    assert np.signbit(value).tolist() == [True, False]
    assert derivative.tolist() == [0.0, 1.0]


@by_dtype
def test_softsign_at_infinity(dtype: np.dtype[Any]) -> None:
    assert pyact.softsign(np.array([-np.inf, np.inf]).astype(dtype)).tolist() == [-1.0, 1.0]
    largest = limits_of_format(dtype).max
    assert pyact.softsign(np.array([-largest, largest], dtype)).tolist() == [-1.0, 1.0]


@by_dtype
def test_the_largest_numbers_are_no_exception(dtype: np.dtype[Any]) -> None:
    """No value or derivative is NaN at the largest finite numbers."""
    largest = limits_of_format(dtype).max
    for name, kernel in KERNELS.items():
        if has_limits(kernel):
            x = np.array([-largest, largest], dtype)
            result = call(kernel, {special_input(kernel): x}, 2, dtype, kernel.activation.defaults)
            assert not np.isnan(result).any(), name


# ---- subnormal numbers ----


def subnormals(dtype: np.dtype[Any]) -> Array:
    """The smallest, the largest and one between, of either sign."""
    info = limits_of_format(dtype)
    smallest, largest = float(info.smallest_subnormal), float(info.smallest_normal - info.smallest_subnormal)
    between = math.floor(largest / smallest * 0.3) * smallest
    return np.array([smallest, between, largest, -smallest, -between, -largest]).astype(dtype)


@by_dtype
def test_subnormal_inputs(dtype: np.dtype[Any]) -> None:
    """Neither flushed nor less accurate than other numbers; the half formats are correctly rounded."""
    form = FORMATS[dtype.name]
    wrong = []
    for name, kernel in KERNELS.items():
        if not has_limits(kernel):
            continue
        x = subnormals(dtype)
        result = call(kernel, {special_input(kernel): x}, x.size, dtype, kernel.activation.defaults)
        for argument, y in zip(x.tolist(), result.tolist(), strict=True):
            values = dict.fromkeys(kernel.data_inputs, 1.0) | {special_input(kernel): argument}
            values |= kernel.activation.defaults
            if dtype.itemsize == 2:
                right = correctly_rounded(kernel, values, form)
                good = math.isnan(right) or y == right
            else:
                right = reference.evaluate(exact_value(kernel), values)
                good = ulp_error(y, right, form) <= BOUNDS[dtype.name]
            if not good:
                wrong.append(f"{name}({argument!r}) = {y!r}, not {float(right)!r}")
    assert not wrong


@by_dtype
def test_subnormal_results(dtype: np.dtype[Any]) -> None:
    """Functions that go through the subnormal range on their way to 0."""
    form, info = FORMATS[dtype.name], limits_of_format(dtype)
    low, high = (math.log(float(v)) for v in (info.smallest_subnormal, info.smallest_normal))
    x = np.linspace(low - 1, high + 1, 9).astype(dtype)
    for name in ("exponential", "sigmoid", "silu", "softplus", "mish", "sigmoid_backward", "silu_backward"):
        kernel = KERNELS[name]
        result = call(kernel, {"x": x}, x.size, dtype, kernel.activation.defaults)
        for argument, y in zip(x.tolist(), result.tolist(), strict=True):
            values = {"grad_output": 1.0, "x": argument, **kernel.activation.defaults}
            error = ulp_error(y, reference.evaluate(exact_value(kernel), values), form)
            assert error <= BOUNDS.get(dtype.name, 0.5), (name, argument)
