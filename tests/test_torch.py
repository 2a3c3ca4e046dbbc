"""torch as a second opinion on semantics: values, gradients, modes, repr. It is not the reference for accuracy.

Where torch itself is wrong or inaccurate, `TORCH_IS_WRONG` says so, and there the definition in high precision decides.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pyact
from codegen import reference, spec
from codegen.ulp import FORMATS, ulp_error
from pyact import nn

torch = pytest.importorskip("torch", reason="torch is not installed: no second opinion on torch.nn's semantics")

CATALOGUE = spec.built_in()
# Module and its arguments, as written for both libraries.
ELEMENTWISE: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Sigmoid", (), {}), ("Tanh", (), {}), ("Hardtanh", (), {}), ("Hardtanh", (-2, 2), {}), ("ReLU", (), {}),
    ("ReLU6", (), {}), ("LeakyReLU", (), {}), ("LeakyReLU", (0.3,), {}), ("PReLU", (), {}), ("PReLU", (3,), {}),
    ("PReLU", (), {"init": 0.5}), ("ELU", (), {}), ("ELU", (0.3,), {}), ("SELU", (), {}), ("CELU", (), {}),
    ("CELU", (0.3,), {}), ("GELU", (), {}), ("GELU", (), {"approximate": "tanh"}), ("SiLU", (), {}), ("Mish", (), {}),
    ("Hardswish", (), {}), ("Hardsigmoid", (), {}), ("Softplus", (), {}), ("Softplus", (2.0, 3.0), {}),
    ("Softsign", (), {}), ("Softshrink", (), {}), ("Softshrink", (0.25,), {}), ("Hardshrink", (), {}),
    ("Hardshrink", (0.25,), {}), ("Tanhshrink", (), {}), ("LogSigmoid", (), {}), ("Threshold", (0.125, 20.0), {}),
    ("Identity", (), {}),
]  # fmt: skip
ALONG_AN_AXIS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("GLU", (1,), {}), ("GLU", (), {"dim": 2}), ("Softmin", (0,), {}), ("Softmin", (), {"dim": 1}),
    ("Softmax", (0,), {}), ("Softmax", (), {"dim": -1}), ("LogSoftmax", (0,), {}), ("LogSoftmax", (), {"dim": 1}),
    ("Softmax2d", (), {}),
]  # fmt: skip
TAKES_INPLACE = ("Hardtanh", "ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "Hardswish",
                 "Hardsigmoid", "Threshold")  # fmt: skip
REQUIRED = {"Threshold": (0.1, 20.0)}

# Relative and absolute tolerance of the comparison: torch's own error, see TORCH_IS_WRONG for where it is larger.
TOLERANCE = {
    "float64": (1e-12, 1e-14), "float32": (1e-5, 1e-6), "float16": (4e-3, 1e-3), "bfloat16": (3e-2, 1e-2),
}  # fmt: skip
# torch computes these with a float32 constant (1 / 6) or parameter (1 / alpha) even in float64.
INACCURATE_FLOAT64 = {"Hardsigmoid": (1e-7, 1e-8), "CELU": (1e-7, 1e-8)}


def identity(case: tuple[str, tuple[Any, ...], dict[str, Any]]) -> str:
    name, arguments, keywords = case
    return name + "".join(f"-{a}" for a in (*arguments, *keywords.values()))


def sample(shape: tuple[int, ...] = (4, 3, 5), seed: int = 0, scale: float = 3.0) -> Any:
    return scale * np.random.default_rng(seed).standard_normal(shape)


def numpy_dtype(name: str) -> Any:
    if name == "bfloat16":
        return pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed: NumPy has no bfloat16").bfloat16
    return np.dtype(name)


def to_torch(x: Any, dtype: str) -> Any:
    return torch.from_numpy(np.array(x, dtype=np.float64)).to(getattr(torch, dtype))


def to_double(x: Any) -> Any:
    return x.detach().to(torch.float64).numpy() if isinstance(x, torch.Tensor) else np.asarray(x, dtype=np.float64)


def pair(case: tuple[str, tuple[Any, ...], dict[str, Any]], dtype: str) -> tuple[Any, Any]:
    """The module of pyact and of torch."""
    name, arguments, keywords = case
    theirs = getattr(torch.nn, name)(*arguments, **keywords)
    if name == "PReLU":
        return nn.PReLU(*arguments, **keywords, dtype=numpy_dtype(dtype)), theirs.to(getattr(torch, dtype))
    return getattr(nn, name)(*arguments, **keywords), theirs


def compare(case: tuple[str, tuple[Any, ...], dict[str, Any]], x: Any, dtype: str) -> None:
    """Value and gradient of both on the same bits."""
    ours, theirs = pair(case, dtype)
    rtol, atol = INACCURATE_FLOAT64.get(case[0], TOLERANCE[dtype]) if dtype == "float64" else TOLERANCE[dtype]
    array = np.asarray(x).astype(numpy_dtype(dtype))
    tensor = to_torch(to_double(array), dtype).requires_grad_()
    y, expected = ours(array), theirs(tensor)
    assert y.dtype == array.dtype
    np.testing.assert_allclose(to_double(y), to_double(expected), rtol=rtol, atol=atol)
    g = np.random.default_rng(9).standard_normal(y.shape).astype(array.dtype)
    expected.backward(to_torch(to_double(g), dtype))
    np.testing.assert_allclose(to_double(ours.backward(g)), to_double(tensor.grad), rtol=rtol, atol=4 * atol)
    for parameter, their_parameter in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(
            to_double(parameter.grad), to_double(their_parameter.grad), rtol=10 * rtol, atol=60 * atol
        )


@pytest.mark.parametrize("case", [*ELEMENTWISE, *ALONG_AN_AXIS], ids=identity)
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_value_and_gradient(case: tuple[str, tuple[Any, ...], dict[str, Any]], dtype: str) -> None:
    shape = (4, 3, 6) if case[0] not in ("GLU", "Softmax2d") else (2, 4, 6, 2)
    compare(case, sample(shape), dtype)


@pytest.mark.parametrize("case", ELEMENTWISE, ids=identity)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_kinks_and_neighbours(case: tuple[str, tuple[Any, ...], dict[str, Any]], dtype: str) -> None:
    """At every threshold, one step to either side of it, and at both zeros: the subgradient is torch's, too."""
    kind = np.dtype(dtype).type
    points = [kind(p) for p in (0.0, 0.125, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 6.0, 20.0)]
    around = [q for p in points for q in (p, np.nextafter(p, kind(-np.inf)), np.nextafter(p, kind(np.inf)))]
    x = np.array([*around, *(-q for q in around)], dtype=dtype)
    x = np.resize(x, (x.size + 2) // 3 * 3).reshape(-1, 3)
    compare(case, x, dtype)


def test_parameters_are_not_rounded_to_the_dtype_of_the_array() -> None:
    """float32(0.2) is above 0.2. torch rounds lambd to float32, finds the two equal and returns 0."""
    x = np.array([0.2], dtype=np.float32)
    assert float(x[0]) > 0.2
    assert pyact.hardshrink(x, 0.2) == x
    assert torch.nn.functional.hardshrink(torch.from_numpy(x), 0.2) == 0
    assert pyact.hardshrink(x, np.float32(0.2)) == 0


RANDOM: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [("RReLU", (), {}), ("RReLU", (1e-4, 0.1), {})]


@pytest.mark.parametrize("case", [*ELEMENTWISE, *ALONG_AN_AXIS, *RANDOM], ids=identity)
def test_repr(case: tuple[str, tuple[Any, ...], dict[str, Any]]) -> None:
    ours, theirs = pair(case, "float32")
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name", TAKES_INPLACE)
def test_in_place(name: str) -> None:
    """The same result, in the same array, and the same repr."""
    arguments = REQUIRED.get(name, ())
    ours, theirs = getattr(nn, name)(*arguments, inplace=True), getattr(torch.nn, name)(*arguments, inplace=True)
    assert repr(ours) == repr(theirs)
    ours.eval()
    theirs.eval()
    array = sample().astype(np.float32)
    tensor = torch.from_numpy(array.copy())
    assert ours(array) is array
    assert theirs(tensor) is tensor
    np.testing.assert_allclose(array, tensor.numpy(), rtol=1e-5, atol=1e-6)


def test_linear_and_sequential_repr() -> None:
    ours = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.PReLU(3)), nn.Linear(3, 1, bias=False))
    inner = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.PReLU(3))
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 3), inner, torch.nn.Linear(3, 1, bias=False))
    assert repr(ours) == repr(theirs)
    assert repr(nn.Sequential()) == repr(torch.nn.Sequential())


def test_linear() -> None:
    ours, theirs = nn.Linear(5, 3), torch.nn.Linear(5, 3)
    ours.weight.data, ours.bias.data = theirs.weight.detach().numpy().copy(), theirs.bias.detach().numpy().copy()
    x, g = sample((7, 5)).astype(np.float32), sample((7, 3), 1).astype(np.float32)
    tensor = torch.from_numpy(x).requires_grad_()
    expected = theirs(tensor)
    expected.backward(torch.from_numpy(g))
    np.testing.assert_allclose(ours(x), expected.detach(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.backward(g), tensor.grad, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.bias.grad, theirs.bias.grad, rtol=1e-5, atol=1e-5)


def test_linear_starts_as_torch_does() -> None:
    """The same distribution: uniform with the same bounds, for weight and bias."""
    ours, theirs = nn.Linear(64, 500, rng=0), torch.nn.Linear(64, 500)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        sorted_a, sorted_b = np.sort(a.data.ravel()), np.sort(b.detach().numpy().ravel())
        assert np.max(np.abs(sorted_a - sorted_b)) < 0.15 * sorted_b[-1]


# --- RReLU: the slopes that torch drew --------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rrelu_in_training(dtype: str) -> None:
    lower, upper = 0.25, 0.75
    x = sample((8, 9)).astype(dtype)
    tensor = torch.from_numpy(x.copy()).requires_grad_()
    expected = torch.nn.RReLU(lower, upper)(tensor)
    g = sample((8, 9), 1).astype(dtype)
    expected.backward(torch.from_numpy(g))
    y = expected.detach().numpy()
    drawn = np.where(x < 0, y / x, 0.5)
    assert drawn.min() >= lower * (1 - 1e-6)
    assert drawn.max() <= upper * (1 + 1e-6)
    np.testing.assert_allclose(pyact.leaky_relu(x, drawn), y, rtol=1e-6)
    np.testing.assert_allclose(pyact.rrelu_backward(g, x, lower, upper, slope=drawn), tensor.grad, rtol=1e-6)
    module = nn.RReLU(lower, upper, rng=0)
    ours = module(x)
    assert np.all(ours[x >= 0] == x[x >= 0])
    assert np.all((module.slope >= lower) & (module.slope < upper))


def test_rrelu_in_evaluation() -> None:
    x = sample().astype(np.float32)
    ours, theirs = nn.RReLU(0.1, 0.4).eval(), torch.nn.RReLU(0.1, 0.4).eval()
    tensor = torch.from_numpy(x.copy()).requires_grad_()
    expected = theirs(tensor)
    expected.sum().backward()
    np.testing.assert_allclose(ours(x), expected.detach(), rtol=1e-6)
    np.testing.assert_allclose(ours.backward(np.float32(1)), tensor.grad, rtol=1e-6)


@pytest.mark.parametrize("name", ["Softmax", "Softmin", "LogSoftmax"])
@pytest.mark.parametrize("shape", [(4,), (2, 4), (2, 4, 3), (2, 4, 3, 2)])
def test_implicit_dim(name: str, shape: tuple[int, ...]) -> None:
    x = sample(shape).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(torch.nn, name)()(torch.from_numpy(x))
        np.testing.assert_allclose(getattr(nn, name)()(x), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (2, 3, 4, 5)])
@pytest.mark.parametrize("weights", [1, 3])
def test_prelu_shapes(shape: tuple[int, ...], weights: int) -> None:
    """Which weights fit which input is torch's rule, refusals included."""
    x, weight = sample(shape).astype(np.float32), np.linspace(0.25, 0.75, weights, dtype=np.float32)
    try:
        expected = torch.nn.functional.prelu(torch.from_numpy(x), torch.from_numpy(weight))
    except RuntimeError:
        with pytest.raises(ValueError, match=f"weight has length {weights}"):
            pyact.prelu(x, weight)
    else:
        np.testing.assert_array_equal(pyact.prelu(x, weight), expected)


# --- where torch is wrong ---------------------------------------------------------------------------------------------
# (function, gradient?, x in float32, why). torch must differ from the definition (else the entry is out of date) and
# pyact must be within one unit in the last place of it.
TORCH_IS_WRONG: list[tuple[str, bool, float, str]] = [
    ("gelu", False, math.inf, "NaN: inf * 1 through a vectorised erf path"),
    ("gelu", False, -math.inf, "NaN: -inf * 0"),
    ("gelu", False, -6.0, "the tail is 0 or inaccurate: 1 + erf cancels"),
    ("gelu", False, -10.0, "the tail is 0"),
    ("gelu_tanh", False, -math.inf, "NaN: -inf * 0"),
    ("gelu_tanh", False, -6.0, "1 + tanh cancels"),
    ("silu", False, -math.inf, "NaN: -inf * 0"),
    ("silu", False, -89.5, "the tail is 0: exp(-x) overflows"),
    ("mish", False, -math.inf, "NaN: -inf * 0"),
    ("hardswish", False, -math.inf, "NaN: -inf * 0"),
    ("hardswish", False, 1.5e38, "x * 6 overflows before the division"),
    ("softsign", False, math.inf, "NaN: inf / inf"),
    ("softsign", False, -math.inf, "NaN: inf / inf"),
    ("sigmoid", False, -89.5, "the tail is inaccurate or 0: exp(-x) overflows"),
    ("tanhshrink", False, 1e-4, "x - tanh(x) cancels"),
    ("gelu", True, math.inf, "NaN: inf * 0"),
    ("gelu", True, -math.inf, "NaN: inf * 0"),
    ("silu", True, math.inf, "NaN: inf * 0"),
    ("silu", True, -math.inf, "NaN: inf * 0"),
    ("mish", True, -math.inf, "NaN: inf * 0"),
    ("gelu_tanh", True, 1e20, "NaN: x**3 overflows, inf * 0"),
    ("sigmoid", True, 20.0, "y * (1 - y) of a rounded y"),
    ("tanh", True, 10.0, "1 - y * y of a rounded y is 0"),
    ("tanhshrink", True, 1e-4, "1 - (1 - y * y) cancels"),
    ("silu", True, -89.5, "the tail is 0"),
    ("softsign", True, 1e20, "(1 + x)**2 overflows"),
]
# Vector code of CPUs with AVX-512 only.
WRONG_WITH_AVX512 = {("gelu", False, math.inf)}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "gelu": torch.nn.functional.gelu,
    "gelu_tanh": lambda t: torch.nn.functional.gelu(t, approximate="tanh"),
    "silu": torch.nn.functional.silu,
    "mish": torch.nn.functional.mish,
    "hardswish": torch.nn.functional.hardswish,
    "softsign": torch.nn.functional.softsign,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "tanhshrink": torch.nn.functional.tanhshrink,
}


def exact(name: str, gradient: bool, x: float) -> Any:
    """The definition at a finite x; the stated limit at an infinity."""
    activation = CATALOGUE[name]
    if math.isinf(x):
        limits = activation.derivative_limits if gradient else activation.limits
        limit = limits.get(repr(x))
        assert limit is not None, f"{name} states no limit at {x}"
        return reference.evaluate(limit, {})
    expression = activation.derivatives["x"] if gradient else activation.formula
    return reference.evaluate(expression, {"x": x})


def torch_result(name: str, gradient: bool, x: float, n: int) -> list[float]:
    """At every position of an array of n: some of torch's paths differ between the vector body and the tail."""
    tensor = torch.full((n,), x, dtype=torch.float32, requires_grad=True)
    y = FUNCTIONS[name](tensor)
    if gradient:
        y.sum().backward()
        return [float(v) for v in tensor.grad]
    return [float(v) for v in y.detach()]


@pytest.mark.parametrize(("name", "gradient", "x", "why"), TORCH_IS_WRONG, ids=lambda v: str(v)[:12])
def test_where_torch_is_wrong(name: str, gradient: bool, x: float, why: str) -> None:
    capability = torch.backends.cpu.get_cpu_capability()
    if (name, gradient, x) in WRONG_WITH_AVX512 and capability != "AVX512":
        pytest.skip(f"torch is wrong here with AVX-512 only, and runs with {capability}")
    x = float(np.float32(x))
    expected = exact(name, gradient, x)
    form = FORMATS["float32"]
    theirs = [ulp_error(v, expected, form) for n in (1, 16, 19) for v in torch_result(name, gradient, x, n)]
    assert max(theirs) > 1, f"torch is right here now ({why}): drop the entry"
    function = getattr(pyact, f"{name}_backward" if gradient else name)
    arguments = [np.full(19, x, dtype=np.float32)]
    for v in function(*([np.float32(1), *arguments] if gradient else arguments)):
        assert ulp_error(float(v), expected, form) <= 1
