"""The softmax family against its definition in high precision, its special rows, and its array behaviour."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp

import pyact
from codegen.ulp import FORMATS, ulp_error
from pyact._native import ffi, lib

Array = np.ndarray[Any, Any]
# ULP: float16 rounds a double, float64 a head and a tail.
BOUNDS = {"float16": 0.501, "float64": 0.54}
# Those that are made for speed in float64 (csrc/rows_double_math.h), with a promise of 2 ULP: the worst of wider
# searches (1.73, 1.32, 1.61 and 1.44), rounded up. Their gradients are judged like those in float32.
FLOAT64_BOUNDS = {
    "softmax": 1.75, "softmin": 1.75, "log_softmax": 1.4, "softmax_backward": 1.7, "softmin_backward": 1.7,
    "log_softmax_backward": 1.5,
}  # fmt: skip
# float32 values are evaluated in float32, with a promise of 2 ULP: what was measured, rounded up. Gradients are
# evaluated in double and rounded once: half a ULP, or one of their terms, where the result is larger than those.
FLOAT32_BOUNDS = {
    "softmax": 1.85, "softmin": 1.85, "softmax_one": 1.85, "log_softmax": 1.3, "logsumexp": 0.95,
    "softmax_backward": 1.001, "softmin_backward": 1.001, "softmax_one_backward": 1.001, "log_softmax_backward": 1.001,
    "logsumexp_backward": 0.501, "hardmax": 0.501, "hardmax_backward": 0.501, "sparsemax": 0.501,
    "sparsemax_backward": 0.501,
}  # fmt: skip
# From a given result: in float32 the terms are rounded, too.
FROM_OUTPUT_BOUNDS = {"float16": 1.001, "float32": 1.75, "float64": 1.5}


def bound(name: str, dtype: str) -> float:
    if dtype == "float64":
        return FLOAT64_BOUNDS.get(name, BOUNDS[dtype])
    return FLOAT32_BOUNDS[name] if dtype == "float32" else BOUNDS[dtype]


@pytest.fixture(autouse=True)
def digits() -> Any:
    with mp.workdps(60):
        yield


# ---- the definitions ----


def exact(values: Any) -> list[Any]:
    return [mp.mpf(float(v)) for v in values]


def exp(value: Any) -> Any:
    return mp.mpf(0) if value == -mp.inf else mp.exp(value)


def softmax(x: list[Any], extra: bool = False) -> list[Any]:
    top = max([*x, mp.mpf(0)] if extra else x)
    weights = [exp(v - top) for v in x]
    total = mp.fsum(weights) + (mp.exp(-top) if extra else 0)
    return [w / total for w in weights]


def logsumexp(x: list[Any]) -> Any:
    top = max(x)
    first = x.index(top)
    return top + mp.log1p(mp.fsum(exp(v - top) for i, v in enumerate(x) if i != first))


def log_softmax(x: list[Any]) -> list[Any]:
    top = max(x)
    first = x.index(top)
    tail = mp.log1p(mp.fsum(exp(v - top) for i, v in enumerate(x) if i != first))
    return [v - top - tail for v in x]


def sparsemax(x: list[Any]) -> list[Any]:
    ordered = sorted(x, reverse=True)
    sums = list(itertools.accumulate(ordered))
    size = max(k for k in range(1, len(x) + 1) if 1 + k * ordered[k - 1] > sums[k - 1])
    threshold = (sums[size - 1] - 1) / size
    return [max(v - threshold, mp.mpf(0)) for v in x]


def hardmax(x: list[Any]) -> list[Any]:
    return [mp.mpf(i == x.index(max(x))) for i in range(len(x))]


FORWARD: dict[str, Callable[[list[Any]], Any]] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "softmin": lambda x: softmax([-v for v in x]),
    "softmax_one": lambda x: softmax(x, extra=True),
    "hardmax": hardmax,
    "sparsemax": sparsemax,
    "logsumexp": lambda x: [logsumexp(x)],
}


def weighted(y: list[Any], g: list[Any]) -> list[Any]:
    mean = mp.fsum(a * b for a, b in zip(y, g, strict=True))
    return [a * (b - mean) for a, b in zip(y, g, strict=True)]


def sparsemax_backward(x: list[Any], g: list[Any]) -> list[Any]:
    support = [v > 0 for v in sparsemax(x)]
    mean = mp.fsum(v for v, inside in zip(g, support, strict=True) if inside) / sum(support)
    return [v - mean if inside else mp.mpf(0) for v, inside in zip(g, support, strict=True)]


def log_softmax_backward(x: list[Any], g: list[Any]) -> list[Any]:
    total = mp.fsum(g)
    return [v - y * total for v, y in zip(g, softmax(x), strict=True)]


BACKWARD: dict[str, Callable[[list[Any], list[Any]], list[Any]]] = {
    "softmax": lambda x, g: weighted(softmax(x), g),
    "softmin": lambda x, g: [-v for v in weighted(softmax([-v for v in x]), g)],
    "softmax_one": lambda x, g: weighted(softmax(x, extra=True), g),
    "log_softmax": log_softmax_backward,
    "logsumexp": lambda x, g: [g[0] * y for y in softmax(x)],
    "hardmax": lambda x, g: [mp.mpf(0)] * len(x),
    "sparsemax": sparsemax_backward,
}


def scales(name: str, x: list[Any], g: list[Any]) -> list[Any]:
    """What a gradient is accurate against: its terms, which may cancel to less."""
    if name == "log_softmax":
        total = abs(mp.fsum(g))
        return [max(abs(v), y * total) for v, y in zip(g, softmax(x), strict=True)]
    if name == "logsumexp":
        return [abs(g[0]) * y for y in softmax(x)]
    if name in ("hardmax", "sparsemax"):
        return [abs(v) for v in BACKWARD[name](x, g)]
    y = softmax([-v for v in x] if name == "softmin" else x, extra=name == "softmax_one")
    mean = abs(mp.fsum(a * b for a, b in zip(y, g, strict=True)))
    return [a * max(abs(b), mean) for a, b in zip(y, g, strict=True)]


def scaled_error(result: float, value: Any, scale: Any, dtype: str = "float32") -> float:
    """The error in units of the spacing at `scale`."""
    form = FORMATS[dtype]
    _, exponent = mp.frexp(max(scale, mp.mpf(2) ** form.min_exponent))
    return float(abs(mp.mpf(result) - value) / mp.mpf(2) ** (exponent - form.precision))


def rows(dtype: str, length: int) -> list[Array]:
    """Rows of one length: ordinary, spread out, nearly equal, dominated by one element, with -inf."""
    rng = np.random.default_rng(length)
    normal = rng.standard_normal(length)
    spread = rng.uniform(-1, 1, length) * (60 if dtype == "float16" else 800 if dtype == "float64" else 110)
    nearly_equal = 1 + normal * 1e-3
    dominated = np.where(np.arange(length) == length // 2, 20.0, normal)
    with_infinities = np.where(rng.random(length) < 0.3, -np.inf, normal)
    with_infinities[-1] = 0.5
    return [np.asarray(r, dtype) for r in (normal, spread, nearly_equal, dominated, with_infinities, normal * 1e-6)]


LENGTHS = [1, 2, 3, 7, 8, 9, 31, 64, 100, 257]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", FORWARD)
def test_value(name: str, dtype: str) -> None:
    function = getattr(pyact, name)
    worst = 0.0
    for length in LENGTHS:
        for x in rows(dtype, length):
            x = -x if name == "softmin" else x
            got = np.atleast_1d(function(x))
            assert got.dtype == x.dtype
            for result, value in zip(got, FORWARD[name](exact(x)), strict=True):
                error = ulp_error(float(result), value, FORMATS[dtype])
                if name == "logsumexp" and dtype == "float64" and abs(value) < 2.0**-6:
                    error = min(error, float(abs(mp.mpf(float(result)) - value)) * 2.0**64)  # cancelled: absolute
                worst = max(worst, error)
    assert worst <= bound(name, dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", BACKWARD)
def test_backward(name: str, dtype: str) -> None:
    function = getattr(pyact, name + "_backward")
    worst = 0.0
    for length in LENGTHS:
        for x in rows(dtype, length):
            x = -x if name == "softmin" else x
            g = np.asarray(np.random.default_rng(length + 1).standard_normal(length), dtype)
            got = function(g[0] if name == "logsumexp" else g, x)
            with mp.workdps(800):  # the definition cancels: exp(-1600) is next to 1
                values = BACKWARD[name](exact(x), exact(g))
                units = scales(name, exact(x), exact(g))
            for result, value, unit in zip(got, values, units, strict=True):
                if dtype == "float32" or (dtype == "float64" and f"{name}_backward" in FLOAT64_BOUNDS):
                    worst = max(worst, scaled_error(float(result), value, unit, dtype))
                else:
                    worst = max(worst, ulp_error(float(result), value, FORMATS[dtype]))
    assert worst <= bound(f"{name}_backward", dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("length", [1024, 1025, 5000, 70001])
def test_long_rows(length: int, dtype: str) -> None:
    x = np.asarray(np.random.default_rng(length).standard_normal(length) * 4, dtype)
    top = mp.mpf(float(x.max()))
    with mp.workdps(40):
        weights = [mp.exp(mp.mpf(float(v)) - top) for v in x]
        total = mp.fsum(weights)
        picked = range(0, length, max(1, length // 200))
        soft, log, one = pyact.softmax(x), pyact.log_softmax(x), pyact.logsumexp(x)
        for i in picked:
            assert ulp_error(float(soft[i]), weights[i] / total, FORMATS[dtype]) <= bound("softmax", dtype)
            exact_log = x[i].item() - top - mp.log(total)
            assert ulp_error(float(log[i]), exact_log, FORMATS[dtype]) <= bound("log_softmax", dtype)
        assert ulp_error(float(one), top + mp.log(total), FORMATS[dtype]) <= bound("logsumexp", dtype)
    g = np.asarray(np.random.default_rng(1).standard_normal(length), dtype)
    y = soft.astype(np.float64)
    expected = y * (g - np.dot(y, g.astype(np.float64)))
    np.testing.assert_allclose(pyact.softmax_backward(g, x), expected, rtol=1e-5, atol=1e-12)


def test_subnormal_weights() -> None:
    x = np.array([0.0, -700.0, -708.5, -720.25, -740.0, -745.0, -746.0])
    for result, value in zip(pyact.softmax(x), softmax(exact(x)), strict=True):
        assert ulp_error(float(result), value, FORMATS["float64"]) <= 0.76  # two roundings just below the normal range
    for top in (-600.0, -650.0, -730.0, -744.0):
        x = np.array([0.0, top])
        assert ulp_error(float(pyact.log_softmax(x)[0]), log_softmax(exact(x))[0], FORMATS["float64"]) <= 0.76
        assert ulp_error(float(pyact.logsumexp(x)), logsumexp(exact(x)), FORMATS["float64"]) <= 0.76
    x = np.array([0.0, -90.0, -100.0, -103.0], np.float32)
    for result, value in zip(pyact.softmax(x), softmax(exact(x)), strict=True):
        assert ulp_error(float(result), value, FORMATS["float32"]) <= 0.501


def test_log_softmax_keeps_relative_accuracy_near_zero() -> None:
    x = np.array([30.0, 0.0, -5.0])
    value = log_softmax(exact(x))[0]
    assert abs(mp.mpf(float(pyact.log_softmax(x)[0])) / value - 1) < 2.0**-52


def test_logsumexp_near_zero() -> None:
    x = np.array([-0.6931472, -0.6931471], np.float32)
    value = logsumexp(exact(x))
    assert ulp_error(float(pyact.logsumexp(x)), value, FORMATS["float32"]) <= 0.51


def test_equal_gradients_give_zero() -> None:
    x = np.linspace(-3, 3, 20)
    for dtype in ("float32", "float64"):
        assert not pyact.softmax_backward(np.full(20, 0.7, dtype), x.astype(dtype)).any()


def test_extreme_finite_values() -> None:
    big = np.finfo(np.float64).max
    np.testing.assert_array_equal(pyact.softmax(np.array([big, -big, 0.0])), [1, 0, 0])
    np.testing.assert_array_equal(pyact.log_softmax(np.array([big, -big, 0.0])), [0, -np.inf, -big])
    np.testing.assert_array_equal(pyact.logsumexp(np.array([big, -big])), big)
    np.testing.assert_array_equal(pyact.sparsemax(np.array([big, -big])), [1, 0])


# ---- special rows ----

NAN, INF = np.nan, np.inf
SPECIAL = [
    ("softmax", [1, NAN], [NAN, NAN]),
    ("softmax", [1, INF], [NAN, NAN]),
    ("softmax", [-INF, -INF], [NAN, NAN]),
    ("softmax", [-INF, 3], [0, 1]),
    ("softmax", [7], [1]),
    ("softmin", [1, -INF], [NAN, NAN]),
    ("softmin", [INF, 3], [0, 1]),
    ("log_softmax", [1, NAN], [NAN, NAN]),
    ("log_softmax", [1, INF], [NAN, NAN]),
    ("log_softmax", [-INF, -INF], [NAN, NAN]),
    ("log_softmax", [-INF, 3], [-INF, 0]),
    ("log_softmax", [7], [0]),
    ("softmax_one", [1, NAN], [NAN, NAN]),
    ("softmax_one", [1, INF], [NAN, NAN]),
    ("softmax_one", [-INF, -INF], [0, 0]),
    ("softmax_one", [0], [0.5]),
    ("hardmax", [1, NAN, 2], [NAN, NAN, NAN]),
    ("hardmax", [1, 3, 3], [0, 1, 0]),
    ("hardmax", [1, INF], [0, 1]),
    ("hardmax", [-INF, -INF], [1, 0]),
    ("sparsemax", [1, NAN], [NAN, NAN]),
    ("sparsemax", [1, INF], [NAN, NAN]),
    ("sparsemax", [-INF, -INF], [NAN, NAN]),
    ("sparsemax", [-INF, 0], [0, 1]),
    ("sparsemax", [5, 5], [0.5, 0.5]),
]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("name", "row", "expected"), SPECIAL)
def test_special_rows(name: str, row: list[float], expected: list[float], dtype: str) -> None:
    np.testing.assert_array_equal(getattr(pyact, name)(np.array(row, dtype)), np.array(expected, dtype))


@pytest.mark.parametrize(
    ("row", "expected"),
    [([], -INF), ([-INF], -INF), ([1, INF], INF), ([INF, NAN], NAN), ([-INF, -INF], -INF), ([-INF, 2], 2), ([5], 5)],
)
def test_special_logsumexp(row: list[float], expected: float) -> None:
    for dtype in ("float16", "float32", "float64"):
        np.testing.assert_array_equal(pyact.logsumexp(np.array(row, dtype)), np.array(expected, dtype))


def test_infinite_gradient() -> None:
    for dtype in ("float32", "float64"):
        x, g = np.zeros(3, dtype), np.array([1, INF, 2], dtype)
        np.testing.assert_array_equal(pyact.softmax_backward(g, x), [-INF, NAN, -INF])
        np.testing.assert_array_equal(pyact.log_softmax_backward(g, x), [-INF, NAN, -INF])
        np.testing.assert_array_equal(pyact.logsumexp_backward(dtype_inf(dtype), x), [INF, INF, INF])


def dtype_inf(dtype: str) -> Any:
    return np.array(INF, dtype)


def test_empty() -> None:
    for name in ("softmax", "log_softmax", "softmin", "softmax_one", "hardmax", "sparsemax"):
        assert getattr(pyact, name)(np.empty((3, 0), np.float32)).shape == (3, 0)
        assert getattr(pyact, name)(np.empty((0, 3), np.float32)).shape == (0, 3)
    assert pyact.logsumexp(np.empty((3, 0), np.float32)).tolist() == [-INF] * 3


# ---- array behaviour ----


@pytest.mark.parametrize("name", [n for n in FORWARD if n != "logsumexp"])
def test_axis_and_strides_do_not_change_bits(name: str) -> None:
    function = getattr(pyact, name)
    x = np.random.default_rng(0).standard_normal((5, 37, 6)).astype(np.float32) * 3
    expected = np.empty_like(x)
    for i in range(5):
        for k in range(6):
            expected[i, :, k] = function(np.ascontiguousarray(x[i, :, k]))
    np.testing.assert_array_equal(function(x, axis=1), expected)
    np.testing.assert_array_equal(function(np.asfortranarray(x), axis=1), expected)
    np.testing.assert_array_equal(function(x[:, ::-1], axis=1)[:, ::-1][:, :, 0], function(x[::1, ::-1, 0])[:, ::-1])
    big_endian = x.astype(">f4")
    np.testing.assert_array_equal(function(big_endian, axis=1), expected)
    misaligned = np.empty(x.nbytes + 1, np.uint8)[1:].view(np.float32).reshape(x.shape)
    misaligned[...] = x
    np.testing.assert_array_equal(function(misaligned, axis=1), expected)
    out = np.empty_like(x)
    assert function(x, axis=1, out=out) is out
    np.testing.assert_array_equal(out, expected)
    in_place = x.copy()
    function(in_place, axis=1, out=in_place)
    np.testing.assert_array_equal(in_place, expected)


@pytest.mark.parametrize("name", [n for n in BACKWARD if n != "logsumexp"])
def test_backward_in_place(name: str) -> None:
    rng = np.random.default_rng(0)
    for length in (5, 3000):
        x, g = rng.standard_normal((2, 4, length)).astype(np.float32)
        function = getattr(pyact, name + "_backward")
        expected = function(g, x)
        for target in (0, 1):
            operands = [g.copy(), x.copy()]
            function(*operands, out=operands[target])
            np.testing.assert_array_equal(operands[target], expected)


def test_logsumexp_axis() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4, 5)).astype(np.float32)
    expected = np.array([[pyact.logsumexp(x[i, :, k].copy()) for k in range(5)] for i in range(3)])
    np.testing.assert_array_equal(pyact.logsumexp(x, axis=1), expected)
    assert pyact.logsumexp(x, axis=0, keepdims=True).shape == (1, 4, 5)
    g = np.ones((3, 5), np.float32)
    exact_softmax = pyact.softmax(x.astype(np.float64), axis=1).astype(np.float32)
    np.testing.assert_array_equal(pyact.logsumexp_backward(g, x, axis=1), exact_softmax)


def test_bad_axis() -> None:
    with pytest.raises(np.exceptions.AxisError):
        pyact.softmax(np.ones(3, np.float32), axis=1)
    with pytest.raises(ValueError, match="dimension"):
        pyact.softmax(np.float32(1))


@pytest.mark.parametrize("name", FORWARD)
def test_bfloat16(name: str) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = np.random.default_rng(0).standard_normal((4, 33)).astype(ml_dtypes.bfloat16)
    got = getattr(pyact, name)(x)
    assert got.dtype == x.dtype
    expected = getattr(pyact, name)(x.astype(np.float64)).astype(x.dtype)
    np.testing.assert_array_equal(got.astype(np.float32), expected.astype(np.float32))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_same_bits_on_every_isa(dtype: str) -> None:
    isas = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
    before = lib.pyact_isa()
    rng = np.random.default_rng(3)
    try:
        for length in (*range(1, 40), 1030):
            x, g = (np.asarray(rng.standard_normal((3, length)) * 5, dtype) for _ in range(2))
            for name in FORWARD:
                results = []
                for isa in isas:
                    assert lib.pyact_set_isa(isa.encode()) == 0
                    gradient = g[:, 0] if name == "logsumexp" else g
                    results.append((getattr(pyact, name)(x), getattr(pyact, name + "_backward")(gradient, x)))
                for value, backward in results[1:]:
                    assert value.tobytes() == results[0][0].tobytes(), (name, length)
                    assert backward.tobytes() == results[0][1].tobytes(), (name, length)
    finally:
        lib.pyact_set_isa(before)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_one_row_at_a_time_or_many(dtype: str) -> None:
    """The bits of a row do not depend on where in memory or in the array it is."""
    x = np.asarray(np.random.default_rng(2).standard_normal((70, 70)), dtype)
    for length in range(1, 71):
        block = pyact.softmax(x[:, :length])
        for i in (0, 1, 35, 69):
            np.testing.assert_array_equal(block[i], pyact.softmax(x[i, :length].copy()))


# ---- float32 against extended precision, at every length ----

Long = np.longdouble
DISTRIBUTIONS: dict[str, Callable[[Any, tuple[int, int]], Array]] = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "wide": lambda rng, shape: 30 * rng.standard_normal(shape),
    "uniform": lambda rng, shape: rng.uniform(-300, 300, shape),
    "shifted": lambda rng, shape: 1000 + 5 * rng.standard_normal(shape),
    "large": lambda rng, shape: 1e5 + 50 * rng.standard_normal(shape),
    "equal": lambda rng, shape: np.broadcast_to(5 * rng.standard_normal((shape[0], 1)), shape),
    "dominated": lambda rng, shape: np.where(np.arange(shape[1]) == shape[1] // 3, 12.0, rng.standard_normal(shape)),
}


def spacing(value: Array, dtype: Any = np.float32) -> Array:
    """The spacing of a dtype at a value."""
    form = np.finfo(dtype)
    return np.asarray(np.ldexp(Long(1), np.maximum(np.frexp(np.abs(value))[1], form.minexp + 1) - form.nmant - 1))


def worst_errors(x: Array, g: Array) -> dict[str, float]:
    """The largest error of every function, in spacings of the dtype at the value, for gradients at their terms."""
    wide, upstream = x.astype(Long), g.astype(Long)
    top = wide.max(-1, keepdims=True)
    below = wide - top
    weights = np.exp(below)
    is_first = np.arange(x.shape[-1]) == np.argmax(x, -1)[:, None]
    others = np.where(is_first, 0, weights).sum(-1, keepdims=True)
    y, log_sum = weights / (1 + others), np.log1p(others)
    with_extra = np.maximum(top, 0)
    one = np.exp(wide - with_extra) / (np.exp(wide - with_extra).sum(-1, keepdims=True) + np.exp(-with_extra))
    total = upstream.sum(-1, keepdims=True)

    def product(weight: Array) -> tuple[Array, Array]:
        mean = (weight * upstream).sum(-1, keepdims=True)
        scale = weight * np.maximum(np.abs(upstream), np.abs(mean))
        return weight * (upstream - mean), scale

    soft, soft_scale = product(y)
    quiet, quiet_scale = product(one)
    expected = {
        "softmax": (pyact.softmax(x), y, y),
        "softmin": (pyact.softmin(-x), y, y),
        "softmax_one": (pyact.softmax_one(x), one, one),
        "log_softmax": (pyact.log_softmax(x), below - log_sum, below - log_sum),
        "logsumexp": (pyact.logsumexp(x), (top + log_sum)[:, 0], (top + log_sum)[:, 0]),
        "softmax_backward": (pyact.softmax_backward(g, x), soft, soft_scale),
        "softmin_backward": (pyact.softmin_backward(-g, -x), soft, soft_scale),
        "softmax_one_backward": (pyact.softmax_one_backward(g, x), quiet, quiet_scale),
        "log_softmax_backward": (
            pyact.log_softmax_backward(g, x),
            upstream - y * total,
            np.maximum(np.abs(upstream), np.abs(y * total)),
        ),
        "logsumexp_backward": (pyact.logsumexp_backward(g[:, 0], x), upstream[:, :1] * y, upstream[:, :1] * y),
    }
    return {
        name: float((np.abs(got - want) / spacing(at, x.dtype)).max()) for name, (got, want, at) in expected.items()
    }


@pytest.mark.skipif(np.finfo(Long).nmant < 63, reason="long double is double")
@pytest.mark.parametrize("kind", DISTRIBUTIONS)
def test_float32_at_every_length(kind: str) -> None:
    rng = np.random.default_rng(11)
    for length in (*range(1, 301), 1000, 4095, 4097, 32000, 1_000_000):
        shape = (20 if length <= 300 else 3 if length < 10**6 else 1, length)
        x = np.ascontiguousarray(DISTRIBUTIONS[kind](rng, shape), dtype=np.float32)
        g = rng.standard_normal(shape).astype(np.float32)
        for name, error in worst_errors(x, g).items():
            assert error <= FLOAT32_BOUNDS[name], (name, length)


# Where long double says enough of float64: not of the mean of gradients, which cancels.
FLOAT64_DENSE = ("softmax", "softmin", "log_softmax", "log_softmax_backward")


@pytest.mark.skipif(np.finfo(Long).nmant < 63, reason="long double is double")
@pytest.mark.parametrize("kind", DISTRIBUTIONS)
def test_float64_at_many_lengths(kind: str) -> None:
    rng = np.random.default_rng(12)
    for length in (*range(1, 40), 100, 257, 1025, 5000, 32_000, 200_000):
        shape = (max(1, 20_000 // length), length)
        x, g = np.ascontiguousarray(DISTRIBUTIONS[kind](rng, shape)), rng.standard_normal(shape)
        errors = worst_errors(x, g)
        for name in FLOAT64_DENSE:
            assert errors[name] <= FLOAT64_BOUNDS[name], (name, length)


def test_weights_far_below_the_maximum() -> None:
    """Where a long row rises late, its first pieces are scaled by many powers of two, down to subnormal weights."""
    x = np.linspace(-100, 0, 30_000, dtype=np.float32)
    for name, error in worst_errors(x[None, :], np.ones((1, len(x)), np.float32) + x[None, :] / 128).items():
        assert error <= FLOAT32_BOUNDS[name], name


@pytest.mark.skipif(np.finfo(Long).nmant < 63, reason="long double is double")
def test_gradients_whose_mean_cancels() -> None:
    """The mean is 2^-20 of the gradients: an error of the weights in float32 would be a hundred times the result."""
    rng = np.random.default_rng(4)
    for length in (2, 10, 100, 5000):
        x = rng.standard_normal((8, length)).astype(np.float32)
        g = rng.standard_normal((8, length)).astype(np.float32)
        y = pyact.softmax(x.astype(np.float64))
        g[:, 0] -= ((y * g).sum(-1) / y[:, 0]).astype(np.float32)
        g[:, -1] *= np.float32(2**-20) if length > 2 else 1
        errors = worst_errors(x, g)
        for name in ("softmax_backward", "log_softmax_backward"):
            assert errors[name] <= 2 * FLOAT32_BOUNDS[name], (name, length)


def test_first_elements_far_below_the_others() -> None:
    """Gradients take the maximum of the first sixteen elements for that of the row, until the sum shows better."""
    rng = np.random.default_rng(5)
    for length, axis in itertools.product((20, 300, 5000), (0, 1)):
        x = rng.standard_normal((20, length)).astype(np.float32)
        x[:5, :16] = -np.inf
        x[5:9, :16] -= 550
        x[9:13, :16] -= 3000
        x[13:17, :16] -= 3e38
        g = rng.standard_normal(x.shape).astype(np.float32)
        wide = x.astype(np.float64)
        for name in ("softmax", "log_softmax", "softmax_one"):
            function = getattr(pyact, name + "_backward")
            expected = function(g.astype(np.float64), wide)
            got = function(g, x) if axis == 1 else function(g.T.copy(), x.T.copy(), axis=0).T
            np.testing.assert_allclose(got, expected, rtol=2e-7, atol=1e-45)


def test_large_gradient_at_a_small_weight() -> None:
    x = np.array([-80.0, 0.0, 0.5, 0.25], np.float32)
    g = np.array([1e30, 1.0, 2.0, -3.0], np.float32)
    errors = worst_errors(x[None], g[None])
    assert max(errors[name] for name in ("softmax_backward", "softmax_one_backward")) <= 1.001
    x[0] = -200.0  # e^-200 * 1e30 is nothing
    assert pyact.softmax_backward(g, x)[0] == 0


# ---- gradients from the saved result ----

FROM_OUTPUT = ("softmax", "log_softmax", "softmin")


def from_output(name: str, y: list[Any], g: list[Any]) -> tuple[list[Any], list[Any]]:
    """The gradient by the formula for this y, and the scale of its error."""
    if name == "log_softmax":
        total = mp.fsum(g)
        terms = [mp.exp(v) * total for v in y]
        pairs = list(zip(g, terms, strict=True))
        return [v - t for v, t in pairs], [max(abs(v), abs(t)) for v, t in pairs]
    mean, sign = mp.fsum(a * b for a, b in zip(y, g, strict=True)), -1 if name == "softmin" else 1
    values = [sign * a * (b - mean) for a, b in zip(y, g, strict=True)]
    return values, [a * max(abs(b), abs(mean)) for a, b in zip(y, g, strict=True)]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", FROM_OUTPUT)
def test_from_output(name: str, dtype: str) -> None:
    function = getattr(pyact, f"{name}_backward_from_output")
    worst = 0.0
    for length in LENGTHS:
        for x in rows(dtype, length):
            y = getattr(pyact, name)(-x if name == "softmin" else x)
            if name == "log_softmax" and np.isinf(y).any():
                y = np.maximum(y, np.asarray(-np.finfo(dtype).max, dtype))
            g = np.asarray(np.random.default_rng(length + 1).standard_normal(length), dtype)
            for upstream in (g, np.asarray(g - np.dot(y, g) if name != "log_softmax" else g - g.mean(), dtype)):
                values, units = from_output(name, exact(y), exact(upstream))
                for result, value, unit in zip(function(upstream, y), values, units, strict=True):
                    worst = max(worst, scaled_error(float(result), value, unit, dtype))
    assert worst <= FROM_OUTPUT_BOUNDS[dtype]


def test_from_output_of_special_rows() -> None:
    for dtype in ("float16", "float32", "float64"):
        y, g = np.array([0.25, 0.75], dtype), np.array([1, INF], dtype)
        np.testing.assert_array_equal(pyact.softmax_backward_from_output(g, y), [-INF, NAN])
        np.testing.assert_array_equal(pyact.log_softmax_backward_from_output(g, np.log(y)), [-INF, NAN])
        nan = np.full(3, NAN, dtype)
        for name in FROM_OUTPUT:
            assert np.isnan(getattr(pyact, f"{name}_backward_from_output")(np.ones(3, dtype), nan)).all()
        masked = pyact.log_softmax_backward_from_output(np.array([1, 0, 2], dtype), np.array([0, -INF, -INF], dtype))
        np.testing.assert_array_equal(masked, [-2, 0, 2])
    for name in FROM_OUTPUT:
        assert getattr(pyact, f"{name}_backward_from_output")(np.empty((2, 0)), np.empty((2, 0))).shape == (2, 0)


def test_from_output_of_extreme_gradients() -> None:
    """Beyond the range of float32's products and sums: what float64 gives, rounded."""
    y, log_y = np.array([0.5, 0.3, 0.2], np.float32), np.array([-100, -0.5, -0.9], np.float32)
    for g in ([3e38, 2e38, -3e38], [1e-40, -2e-40, 3e-39], [1e20, 3e12, 1.0], [1e-12, 2e-15, 0.0], [3e38, 3e38, 3e38]):
        upstream = np.array(g, np.float32)
        for name, result in (("softmax", y), ("log_softmax", log_y)):
            function = getattr(pyact, f"{name}_backward_from_output")
            with np.errstate(over="ignore"):
                expected = function(upstream.astype(np.float64), result.astype(np.float64)).astype(np.float32)
            least = 1e-7 * float(np.abs(upstream).max()) + 1e-45
            np.testing.assert_allclose(function(upstream, result), expected, rtol=3e-7, atol=least)


@pytest.mark.parametrize("name", FROM_OUTPUT)
def test_from_output_is_the_gradient(name: str) -> None:
    x, g = np.random.default_rng(6).standard_normal((2, 40, 50))
    y = getattr(pyact, name)(x)
    expected = getattr(pyact, f"{name}_backward")(g, x)
    np.testing.assert_allclose(getattr(pyact, f"{name}_backward_from_output")(g, y), expected, rtol=1e-12, atol=1e-15)


# ---- float32: the same bits wherever the elements lie ----

FUNCTIONS = ("softmax", "log_softmax", "softmin", "softmax_one", "logsumexp")


def evaluate(name: str, x: Array, g: Array, axis: int, **keywords: Any) -> list[Array]:
    """Value, gradient, and the gradient that takes x for the result, where there is one."""
    upstream = g.take(0, axis) if name == "logsumexp" else g
    results = [getattr(pyact, name)(x, axis=axis, **({} if name == "logsumexp" else keywords))]
    results.append(getattr(pyact, name + "_backward")(upstream, x, axis=axis, **keywords))
    if name in FROM_OUTPUT:
        with np.errstate(all="ignore"):
            y = np.minimum(x, 0) if name == "log_softmax" else np.exp(-np.abs(x))
        results.append(getattr(pyact, name + "_backward_from_output")(g, y, axis=axis, **keywords))
    return results


def bits(array: Array, axis: int) -> bytes:
    """The bytes, rows last."""
    return np.ascontiguousarray(array if array.ndim < 2 else np.moveaxis(array, axis, -1)).tobytes()


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("length", [1, 2, 3, 5, 15, 16, 17, 32, 33, 64, 65, 100, 255, 257, 1000, 4096, 4097, 9000])
def test_float32_layouts_do_not_change_bits(name: str, length: int) -> None:
    rng = np.random.default_rng(length)
    for scale, offset in ((1, 0), (30, 0), (1, -5), (5, 9000)):
        x = (rng.standard_normal((21, length)) * scale + offset).astype(np.float32)
        g = rng.standard_normal(x.shape).astype(np.float32)
        x[1] = -np.inf
        x[2, -1], x[3, 0], x[4, length // 2], x[5, 0] = np.nan, np.inf, offset + 40, -np.inf
        one_by_one = [evaluate(name, x[i : i + 1].copy(), g[i : i + 1].copy(), 1) for i in range(len(x))]
        expected = [b"".join(bits(row[k], 1) for row in one_by_one) for k in range(len(one_by_one[0]))]
        columns = [np.ascontiguousarray(a.T) for a in (x, g)]
        spread = [np.repeat(a, 2, axis=1)[:, ::2] for a in (x, g)]
        backwards = [a[:, ::-1].copy()[:, ::-1] for a in (x, g)]
        layouts = {
            "rows": (x, g, 1),
            "columns": (*columns, 0),
            "stride 2": (*spread, 1),
            "negative": (*backwards, 1),
            "Fortran order": (np.asfortranarray(x), g, 1),
            "columns, stride 2": (spread[0].T, columns[1], 0),
        }
        for layout, (a, b, axis) in layouts.items():
            got = [bits(r, axis) for r in evaluate(name, a, b, axis)]
            assert got == expected, layout
        if name != "logsumexp":
            out = np.empty((length, 43), np.float32).T[:42:2]
            assert bits(getattr(pyact, name)(x, out=out), 1) == expected[0]
            assert bits(getattr(pyact, name + "_backward")(g, x, out=out), 1) == expected[1]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("count", [2, 3, 7, 16, 23, 64, 65, 84])
def test_columns_do_not_change_bits(name: str, count: int) -> None:
    """Few rows side by side with nothing between them take another way than many; so do gradients of many elements."""
    rng = np.random.default_rng(count)
    for length, scale, offset in ((16, 1, 0), (17, 30, 0), (130, 1, -5), (257, 5, 9000), (300, 3, 0), (4100, 2, 0)):
        x = (rng.standard_normal((count, length)) * scale + offset).astype(np.float32)
        g = rng.standard_normal(x.shape).astype(np.float32)
        for special in (False, True):
            if special:
                x[0, 0], x[1, -1], x[-1, length // 2] = -np.inf, np.nan, offset + 40
            expected = [bits(result, 1) for result in evaluate(name, x, g, 1)]
            columns = [np.ascontiguousarray(a.T) for a in (x, g)]
            assert [bits(result, 0) for result in evaluate(name, *columns, 0)] == expected, (length, special)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("length", [1, 7, 33, 300, 5000])
def test_float16_layouts_do_not_change_bits(name: str, length: int) -> None:
    rng = np.random.default_rng(length)
    x, g = (rng.standard_normal((70, length)).astype(np.float16) * 3 for _ in range(2))
    x[1], x[2, -1], x[3, 0] = -np.inf, np.nan, np.inf
    one_by_one = [evaluate(name, x[i : i + 1].copy(), g[i : i + 1].copy(), 1) for i in range(len(x))]
    expected = [b"".join(bits(row[k], 1) for row in one_by_one) for k in range(len(one_by_one[0]))]
    layouts = {
        "rows": (x, g, 1),
        "columns": (np.ascontiguousarray(x.T), np.ascontiguousarray(g.T), 0),
        "stride 2": (np.repeat(x, 2, axis=1)[:, ::2], g, 1),
        "negative": (x[:, ::-1].copy()[:, ::-1], g, 1),
        "columns, stride 2": (np.repeat(x, 2, axis=1)[:, ::2].T, np.ascontiguousarray(g.T), 0),
    }
    for layout, (a, b, axis) in layouts.items():
        assert [bits(result, axis) for result in evaluate(name, a, b, axis)] == expected, layout


@pytest.mark.parametrize("name", FROM_OUTPUT)
@pytest.mark.parametrize("length", [1, 3, 8, 24, 25, 33, 128, 250, 1100])
def test_float64_layouts_do_not_change_bits(name: str, length: int) -> None:
    """Short rows are transposed, columns read as they lie or copied if far apart; some rows need other arithmetic."""
    rng = np.random.default_rng(length)
    count = 300 if length <= 250 else 75
    x, g = rng.standard_normal((count, length)) * 3, rng.standard_normal((count, length))
    x[1], x[2, -1], x[3, 0], x[4, 0], x[70, -1], x[71] = -np.inf, np.nan, np.inf, -np.inf, -700, x[71] + 1e5
    g[5, 0], g[72] = np.inf, 0.7
    one_by_one = [evaluate(name, x[i : i + 1].copy(), g[i : i + 1].copy(), 1) for i in range(len(x))]
    expected = [b"".join(bits(row[k], 1) for row in one_by_one) for k in range(3)]
    layouts = {
        "rows": (x, g, 1),
        "columns": (np.ascontiguousarray(x.T), np.ascontiguousarray(g.T), 0),
        "few columns": (np.ascontiguousarray(x.T)[:, :75], np.ascontiguousarray(g.T)[:, :75], 0),
        "stride 2": (np.repeat(x, 2, axis=1)[:, ::2], g, 1),
        "columns, stride 2": (np.repeat(x, 2, axis=1)[:, ::2].T, np.ascontiguousarray(g.T), 0),
    }
    for layout, (a, b, axis) in layouts.items():
        rows = a.shape[1 - axis]
        got = [bits(result, axis) for result in evaluate(name, a, b, axis)]
        assert got == [e[: len(e) * rows // count] for e in expected], layout


@pytest.mark.parametrize("name", FUNCTIONS)
def test_float32_axes_of_an_array(name: str) -> None:
    rng = np.random.default_rng(1)
    for shape in ((5, 37, 21), (40, 3, 50), (2, 300, 17)):
        x, g = (rng.standard_normal(shape).astype(np.float32) * 3 for _ in range(2))
        for axis in range(3):
            rows_x, rows_g = (np.moveaxis(a, axis, -1).reshape(-1, shape[axis]).copy() for a in (x, g))
            expected = [result.tobytes() for result in evaluate(name, rows_x, rows_g, 1)]
            value, *gradients = evaluate(name, x, g, axis)
            assert (value.tobytes() if name == "logsumexp" else bits(value, axis)) == expected[0]
            assert [bits(gradient, axis) for gradient in gradients] == expected[1:]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_threads_and_isas_do_not_change_bits(name: str, dtype: str) -> None:
    rng = np.random.default_rng(2)
    isas = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
    before, threads = lib.pyact_isa(), pyact.get_num_threads()
    try:
        for shape, axis in (((2000, 150), 1), ((150, 2000), 0), ((4, 70_000), 1), ((70_000, 17), 0), ((30_000, 9), 1)):
            x, g = (rng.standard_normal(shape).astype(dtype) * 4 for _ in range(2))
            results = set()
            for isa, count in [*((isa, 1) for isa in isas), (isas[-1], 2), (isas[-1], 5)]:
                assert lib.pyact_set_isa(isa.encode()) == 0
                pyact.set_num_threads(count)
                results.add(tuple(r.tobytes() for r in evaluate(name, x, g, axis)))
            assert len(results) == 1, (shape, axis)
    finally:
        pyact.set_num_threads(threads)
        lib.pyact_set_isa(before)
