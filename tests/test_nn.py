"""pyact.nn: modes, saved inputs, in-place work, parameters, errors. `test_torch.py` compares the modules with torch."""

from __future__ import annotations

import threading
import warnings
from typing import Any

import numpy as np
import pytest

import pyact
from pyact import nn

SIMPLE: dict[str, tuple[Any, ...]] = {
    "Sigmoid": (), "Tanh": (), "Hardtanh": (-2, 2), "ReLU": (), "ReLU6": (), "LeakyReLU": (0.1,), "PReLU": (),
    "RReLU": (), "ELU": (0.5,), "SELU": (), "CELU": (0.5,), "GELU": (), "SiLU": (), "Mish": (), "Hardswish": (),
    "Hardsigmoid": (), "Softplus": (2.0, 3.0), "Softsign": (), "Softshrink": (0.3,), "Hardshrink": (0.3,),
    "Tanhshrink": (), "LogSigmoid": (), "Threshold": (0.1, 20.0), "Identity": (),
}  # fmt: skip
ALONG_AN_AXIS: dict[str, tuple[Any, ...]] = {"GLU": (1,), "Softmin": (1,), "Softmax": (0,), "LogSoftmax": (-1,)}
INPLACE = ["Hardtanh", "ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "Hardswish",
           "Hardsigmoid", "Threshold"]  # fmt: skip


def sample(*shape: int, seed: int = 0, dtype: type = np.float32) -> Any:
    return (3 * np.random.default_rng(seed).standard_normal(shape)).astype(dtype)


def make(name: str, **keywords: Any) -> Any:
    return getattr(nn, name)(*SIMPLE.get(name, ALONG_AN_AXIS.get(name, ())), **keywords)


# --- the first ten, as in the notes on torch.nn -----------------------------------------------------------------------
def test_the_calls_of_the_notes() -> None:
    rng = np.random.default_rng(0)

    def randn(*shape: int) -> Any:
        return rng.standard_normal(shape, dtype=np.float32)

    x = randn(2)
    np.testing.assert_allclose(nn.Sigmoid()(x), 1 / (1 + np.exp(-x.astype(float))), rtol=1e-6)
    np.testing.assert_allclose(nn.Tanh()(x), np.tanh(x.astype(float)), rtol=1e-6)
    x = 3 * randn(10)
    y = nn.Hardtanh(-2, 2)(x)
    np.testing.assert_array_equal(y, np.clip(x, -2, 2))
    assert y.min() == -2
    x = randn(5)
    np.testing.assert_array_equal(nn.ReLU()(x), np.maximum(x, 0))
    x = randn(5)
    before = x.copy()
    assert nn.LeakyReLU(negative_slope=1e-2, inplace=True)(x) is x
    np.testing.assert_allclose(x, np.where(before > 0, before, 0.01 * before), rtol=1e-6)
    x = randn(5)
    np.testing.assert_array_equal(nn.PReLU(num_parameters=1)(x), np.where(x > 0, x, np.float32(0.25) * x))
    x = randn(100)
    before = x.copy()
    m = nn.RReLU(1e-4, 1e-1, inplace=True)
    assert m(x) is x
    slope = (x / before)[before < 0]
    assert slope.min() >= 0.99e-4
    assert slope.max() <= 1.01e-1
    assert np.ptp(slope) > 0.05
    x = randn(5)
    before = x.copy()
    assert nn.ELU(alpha=1e-2, inplace=True)(x) is x
    np.testing.assert_allclose(x, np.where(before > 0, before, 0.01 * np.expm1(before)), rtol=1e-6)
    x = randn(2, 5)
    np.testing.assert_allclose(nn.Softmax(dim=0)(x).sum(axis=0), 1, rtol=1e-6)
    np.testing.assert_allclose(nn.Softmax(dim=1)(x).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(np.exp(nn.LogSoftmax(dim=0)(x)).sum(axis=0), 1, rtol=1e-6)


def test_repr() -> None:
    shown = {
        "Sigmoid()": nn.Sigmoid(),
        "Hardtanh(min_val=-2, max_val=2)": nn.Hardtanh(-2, 2),
        "LeakyReLU(negative_slope=0.01, inplace=True)": nn.LeakyReLU(negative_slope=1e-2, inplace=True),
        "PReLU(num_parameters=1)": nn.PReLU(num_parameters=1),
        "RReLU(lower=0.0001, upper=0.1, inplace=True)": nn.RReLU(1e-4, 1e-1, inplace=True),
        "ELU(alpha=0.01, inplace=True)": nn.ELU(alpha=1e-2, inplace=True),
        "Softmax(dim=0)": nn.Softmax(dim=0),
        "Activation('snake', alpha=2.0)": nn.Activation("snake", alpha=2.0),
        "Activation('swiglu', axis=1)": nn.Activation("swiglu", axis=1),
        "Activation('elish', inplace=True)": nn.Activation("elish", inplace=True),
    }
    for text, module in shown.items():
        assert repr(module) == text


# --- forward and backward ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*SIMPLE, *ALONG_AN_AXIS, "Softmax2d", "Activation"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_backward_is_the_gradient(name: str, dtype: type) -> None:
    """Against a central difference in float64 along a random direction."""
    module = nn.Activation("snake", alpha=2.0) if name == "Activation" else make(name)
    module.eval()
    x, direction = sample(2, 4, 3, 2, dtype=dtype), sample(2, 4, 3, 2, seed=1, dtype=np.float64)
    y = module(x)
    grad_output = sample(*y.shape, seed=2, dtype=dtype)
    gradient = module.backward(grad_output)
    assert y.dtype == gradient.dtype == dtype
    assert gradient.shape == x.shape
    exact, step = x.astype(np.float64), 1e-6
    change = (module(exact + step * direction) - module(exact - step * direction)) / (2 * step)
    expected = np.sum(grad_output * change)
    tolerance = {np.float16: 2e-3, np.float32: 1e-6, np.float64: 1e-8}[dtype] * np.sum(np.abs(gradient * direction))
    assert abs(np.sum(gradient * direction) - expected) <= tolerance


@pytest.mark.parametrize("name", [*SIMPLE, *ALONG_AN_AXIS, "Softmax2d"])
def test_backward_needs_forward(name: str) -> None:
    module = make(name)
    x = sample(2, 4, 3)
    with pytest.raises(RuntimeError, match=f"{name}.backward needs a forward pass first"):
        module.backward(x)
    with nn.no_grad():
        module(x)
    with pytest.raises(RuntimeError, match="no_grad"):
        module.backward(x)


def test_no_grad_ends_and_is_per_thread() -> None:
    module, x = nn.ReLU(), sample(3)
    seen = []
    with nn.no_grad():
        thread = threading.Thread(target=lambda: (module(x), seen.append(module.backward(x))))
        thread.start()
        thread.join()
    assert len(seen) == 1
    module(x)
    module.backward(x)


# --- in place ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", INPLACE)
@pytest.mark.parametrize("mode", [True, False])
def test_in_place_writes_into_the_input(name: str, mode: bool) -> None:
    keywords = {"rng": 3} if name == "RReLU" else {}
    plain, inplace = make(name, **keywords).train(mode), make(name, inplace=True, **keywords).train(mode)
    x, g = sample(50), sample(50, seed=1)
    target = x.copy()
    expected = plain(x)
    assert inplace(target) is target
    np.testing.assert_array_equal(target, expected)
    assert not np.array_equal(target, x)
    np.testing.assert_array_equal(inplace.backward(g), plain.backward(g))  # from the input as it was
    part = np.repeat(x, 2)
    inplace = make(name, inplace=True, **keywords).train(mode)
    inplace(part[::2])  # a strided view
    np.testing.assert_array_equal(part[::2], expected)
    np.testing.assert_array_equal(part[1::2], x)


@pytest.mark.parametrize("name", INPLACE)
def test_in_place_refusals(name: str) -> None:
    module = make(name, inplace=True)
    with pytest.raises(TypeError, match="an array of integers"):
        module(np.arange(3))
    with pytest.raises(TypeError, match="an ndarray, not list"):
        module([1.0, 2.0])
    frozen = sample(3)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        module(frozen)
    with pytest.raises(TypeError):
        module(np.array([1j]))


def test_not_in_place_leaves_the_input() -> None:
    for name in (*SIMPLE, *ALONG_AN_AXIS):
        x = sample(2, 4)
        before = x.copy()
        module = make(name)
        module.backward(module(x))
        np.testing.assert_array_equal(x, before)


# --- arguments --------------------------------------------------------------------------------------------------------
def test_constructor_refusals() -> None:
    with pytest.raises(ValueError, match="min_val < max_val"):
        nn.Hardtanh(1.0, -1.0)
    with pytest.raises(ValueError, match="lower <= upper"):
        nn.RReLU(0.5, 0.1)
    with pytest.raises(ValueError, match="lambd >= 0"):
        nn.Softshrink(-1.0)
    with pytest.raises(ValueError, match="approximate must be 'none' or 'tanh'"):
        nn.GELU(approximate="erf")
    with pytest.raises(ZeroDivisionError, match="alpha"):
        nn.CELU(alpha=0.0)
    with pytest.raises(TypeError, match="missing"):
        nn.Threshold(0.5)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", ["Softmax", "Softmin", "LogSoftmax"])
@pytest.mark.parametrize(("shape", "axis"), [((4,), 0), ((2, 4), 1), ((2, 4, 3), 0), ((2, 4, 3, 2), 1)])
def test_implicit_dim_is_that_of_torch(name: str, shape: tuple[int, ...], axis: int) -> None:
    x, module, stated = sample(*shape), getattr(nn, name)(), getattr(nn, name)(axis)
    with pytest.warns(UserWarning, match=f"Implicit dimension choice for {name}") as caught:
        y = module(x)
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(y, stated(x))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(module.backward(x), stated.backward(x))
    with pytest.raises(ValueError, match="no fixed dim to export"):
        module.export_spec()


# --- PReLU and RReLU --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("num", "shape"), [(1, (5,)), (1, (2, 3)), (3, (2, 3)), (3, (2, 3, 4, 5))])
def test_prelu_learns(num: int, shape: tuple[int, ...]) -> None:
    module, x, g = nn.PReLU(num, init=0.5), sample(*shape), sample(*shape, seed=1)
    (weight,) = module.parameters()
    assert weight is module.weight
    assert weight.shape == (num,)
    assert weight.dtype == np.float32
    np.testing.assert_array_equal(module(x), pyact.prelu(x, weight.data))
    assert weight.grad is None
    module.backward(g)
    axes = tuple(a for a in range(x.ndim) if num == 1 or a != 1)
    expected = np.sum(np.where(x < 0, g.astype(float) * x, 0), axis=axes).reshape(num)
    np.testing.assert_allclose(weight.grad, expected, rtol=1e-5, atol=1e-5)
    assert weight.grad.dtype == np.float32
    once = weight.grad.copy()
    module.backward(g)
    np.testing.assert_allclose(weight.grad, 2 * once, rtol=1e-6)  # gradients add up
    module.zero_grad()
    assert weight.grad is None


def test_prelu_refuses_other_channels() -> None:
    with pytest.raises(ValueError, match="weight has length 3, x has 4 channels"):
        nn.PReLU(3)(sample(2, 4))


def test_rrelu_keeps_the_slopes_it_drew() -> None:
    module, x, g = nn.RReLU(0.25, 0.75, rng=1), sample(4, 5), sample(4, 5, seed=1)
    y = module(x)
    drawn = module.slope
    assert drawn.shape == x.shape
    np.testing.assert_array_equal(y, pyact.leaky_relu(x, drawn))
    np.testing.assert_array_equal(module.backward(g), pyact.leaky_relu_backward(g, x, drawn))
    assert not np.array_equal(module(x), y)  # new slopes
    module.eval()
    np.testing.assert_array_equal(module(x), pyact.leaky_relu(x, 0.5))
    assert module.slope == 0.5
    np.testing.assert_array_equal(module.backward(g), pyact.leaky_relu_backward(g, x, 0.5))


# --- Activation -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [n for n in pyact.activations if n not in ("rrelu", "softmax2d")])
def test_activation_of_every_name(name: str) -> None:
    info = pyact.activations[name]
    module = nn.Activation(name)
    x = sample(2, 4)
    y = module(x)
    np.testing.assert_array_equal(y, info.function(x))
    np.testing.assert_array_equal(module.backward(y), info.backward(y, x))
    learned = [p.name for p in info.parameters if p.learned]
    assert [id(p) for p in module.parameters()] == [id(getattr(module, n)) for n in learned]
    for parameter in learned:
        gradient = getattr(module, parameter).grad
        per_element = getattr(pyact, f"{name}_backward_{parameter}")(y, x)
        assert gradient == pytest.approx(per_element.astype(np.float64).sum(), rel=1e-6)
    exported, parameters, options = module.export_spec()
    assert exported == name
    assert parameters == {p.name: p.default for p in info.parameters}
    assert options == ({} if info.kind == "elementwise" else {"axis": -1})


def test_activation_refusals() -> None:
    with pytest.raises(ValueError, match="did you mean 'snake'"):
        nn.Activation("snakes")
    with pytest.raises(TypeError, match="snake has no parameter 'beta'; its parameters are alpha"):
        nn.Activation("snake", beta=1.0)
    with pytest.raises(TypeError, match="gelu has no parameter 'beta'; it has no parameters"):
        nn.Activation("gelu", beta=1.0)
    with pytest.raises(TypeError, match="gelu is elementwise; it has no axis"):
        nn.Activation("gelu", axis=1)
    with pytest.raises(TypeError, match="cannot work in place"):
        nn.Activation("softmax", inplace=True)
    with pytest.raises(ValueError, match=r"a module of its own, nn\.RReLU"):
        nn.Activation("rrelu")


# --- networks ---------------------------------------------------------------------------------------------------------
def test_linear() -> None:
    module, x, g = nn.Linear(4, 3, dtype=np.float64, rng=0), sample(5, 2, 4, dtype=np.float64), sample(5, 2, 3, seed=1)
    bound = 1 / np.sqrt(4)
    assert module.bias is not None
    for parameter in (module.weight, module.bias):
        assert parameter.dtype == np.float64
        assert np.all(np.abs(parameter.data) <= bound)
    np.testing.assert_allclose(module(x), np.einsum("abi,oi->abo", x, module.weight.data) + module.bias.data)
    np.testing.assert_allclose(module.backward(g), np.einsum("abo,oi->abi", g, module.weight.data))
    np.testing.assert_allclose(module.weight.grad, np.einsum("abo,abi->oi", g, x))
    np.testing.assert_allclose(module.bias.grad, g.sum(axis=(0, 1)), rtol=1e-5)
    with pytest.raises(ValueError, match=r"Linear takes 4 features in the last axis; x has shape \(2, 3\)"):
        module(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"grad_output has shape \(5, 2\); the output had \(5, 2, 3\)"):
        module.backward(np.ones((5, 2)))
    unbiased = nn.Linear(2, 1, bias=False)
    assert unbiased.bias is None
    assert repr(unbiased) == "Linear(in_features=2, out_features=1, bias=False)"
    assert len(list(unbiased.parameters())) == 1
    np.testing.assert_array_equal(nn.Linear(2, 1, rng=7).weight, nn.Linear(2, 1, rng=7).weight)


def test_sequential() -> None:
    inner = nn.Sequential(nn.PReLU(3), nn.RReLU())
    network = nn.Sequential(nn.Linear(2, 3, rng=0), inner, nn.LogSoftmax(dim=1))
    assert len(network) == 3
    assert network[1] is inner
    assert [type(m).__name__ for m in network] == ["Linear", "Sequential", "LogSoftmax"]
    assert len(list(network.parameters())) == 3
    assert repr(network) == (
        "Sequential(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n  (1): Sequential(\n"
        "    (0): PReLU(num_parameters=3)\n    (1): RReLU(lower=0.125, upper=0.3333333333333333)\n  )\n"
        "  (2): LogSoftmax(dim=1)\n)"
    )
    assert network.eval() is network
    assert not inner[1].training
    assert network.train()[1][1].training  # type: ignore[index]
    y = network(sample(4, 2))
    assert network.backward(np.ones_like(y)).shape == (4, 2)
    assert all(p.grad is not None for p in network.parameters())
    network.zero_grad()
    assert all(p.grad is None for p in network.parameters())
    assert nn.Sequential()(3.0) == 3.0
    with pytest.raises(TypeError, match="Sequential takes modules, not builtin_function_or_method"):
        nn.Sequential(len)  # type: ignore[arg-type]


def test_in_place_inside_a_network() -> None:
    """Every module saves its own input, so overwriting the output of the one before is harmless."""
    x, g = sample(6, 4), sample(6, 3, seed=1)
    plain = nn.Sequential(nn.Linear(4, 3, rng=0), nn.SiLU(), nn.LeakyReLU(0.1), nn.Hardtanh())
    inplace = nn.Sequential(nn.Linear(4, 3, rng=0), nn.SiLU(True), nn.LeakyReLU(0.1, True), nn.Hardtanh(inplace=True))
    np.testing.assert_array_equal(plain(x), inplace(x))
    np.testing.assert_array_equal(plain.backward(g), inplace.backward(g))


def test_parameter_is_an_array_to_numpy() -> None:
    parameter = nn.Parameter([1.0, 2.0])
    np.testing.assert_array_equal(np.asarray(parameter) * 2, [2.0, 4.0])
    assert np.asarray(parameter) is parameter.data
    assert np.array(parameter, copy=True) is not parameter.data
    assert np.asarray(parameter, dtype=np.float32).dtype == np.float32
    assert repr(parameter) == "Parameter(array([1., 2.]))"


# --- what the ONNX exporter is told -----------------------------------------------------------------------------------
def test_export_specifications() -> None:
    expected = {
        nn.Hardtanh(-2, 2): ("hardtanh", {"min_val": -2, "max_val": 2}, {}),
        nn.GELU("tanh"): ("gelu_tanh", {}, {}),
        nn.RReLU(0.25, 0.75): ("rrelu", {"lower": 0.25, "upper": 0.75}, {}),
        nn.Softmax(1): ("softmax", {}, {"axis": 1}),
        nn.Softmax2d(): ("softmax", {}, {"axis": -3}),
        nn.GLU(0): ("glu", {}, {"axis": 0}),
        nn.Softplus(2.0, 5.0): ("softplus", {"beta": 2.0, "threshold": 5.0}, {}),
    }
    for module, specification in expected.items():
        assert module.export_spec() == specification  # type: ignore[attr-defined]
    name, parameters, options = nn.PReLU(3).export_spec()
    assert (name, options) == ("prelu", {})
    np.testing.assert_array_equal(parameters["weight"], np.full(3, 0.25, dtype=np.float32))
