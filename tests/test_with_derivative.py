"""Value and derivative at once: to the last bit what the two separate functions give, wherever the arrays lie."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import pyact
from codegen import lower_python, spec
from pyact._native import ffi, lib

CATALOGUE = spec.built_in()
ELEMENTWISE = [n for n, a in CATALOGUE.items() if a.kind == "elementwise"]
PUBLIC = [n for n in ELEMENTWISE if n not in lower_python.HANDWRITTEN]
FEW = ["relu", "sigmoid", "gelu", "elu", "softplus", "snake"]
DTYPES = ("float16", "float32", "float64")
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
LENGTHS = [1, 2, 7, 8, 9, 31, 255, 256, 257, 1023, 1024, 1025, 2049, 5000]  # around vectors and blocks
Array = np.ndarray[Any, Any]


@pytest.fixture(params=ISAS)
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    before = lib.pyact_isa()
    assert lib.pyact_set_isa(request.param.encode()) == 0
    yield request.param
    lib.pyact_set_isa(before)


def samples(dtype: Any, n: int) -> Array:
    """Special values, ordinary values, and any bit pattern at all."""
    kind = np.dtype(dtype)
    rng = np.random.default_rng(n)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 20.0, -20.0, 6.0, 3.0, -3.0, 1e-7]).astype(kind)
    ordinary = (rng.standard_normal(n) * 4).astype(kind)
    anything = rng.integers(0, 256, n * kind.itemsize, np.uint8).view(kind)
    return np.concatenate([special, ordinary, anything])[rng.permutation(2 * n + len(special))][:n]


def defaults(name: str) -> list[float]:
    return [p.default for p in CATALOGUE[name].parameters]


def separately(name: str, x: Any, *parameters: Any) -> tuple[Any, Any]:
    ufuncs = pyact.ufuncs
    one = np.ones_like(x)
    return getattr(ufuncs, name)(x, *parameters), getattr(ufuncs, f"{name}_backward")(one, x, *parameters)


def together(name: str, x: Any, *parameters: Any, **keywords: Any) -> tuple[Any, Any]:
    module = pyact.ufuncs if name in lower_python.HANDWRITTEN else pyact
    both: tuple[Any, Any] = getattr(module, f"{name}_with_derivative")(x, *parameters, **keywords)
    return both


def by_ufunc(name: str, x: Any, *parameters: Any) -> tuple[Any, Any]:
    both: tuple[Any, Any] = getattr(pyact.ufuncs, f"{name}_with_derivative")(x, *parameters)
    return both


def assert_same(got: tuple[Any, Any], expected: tuple[Any, Any]) -> None:
    for a, b in zip(got, expected, strict=True):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert a.tobytes() == b.tobytes()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_same_bits_as_separately(name: str) -> None:
    for dtype in DTYPES:
        for n in (1, 300, 3000):
            x = samples(dtype, n)
            for parameters in (defaults(name), [0.75 * p + 0.1 for p in defaults(name)]):
                expected = separately(name, x, *parameters)
                assert_same(together(name, x, *parameters), expected)
                assert_same(by_ufunc(name, x, *parameters), expected)


@pytest.mark.parametrize("name", FEW)
def test_bfloat16(name: str) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = np.arange(65536, dtype=np.uint16).view(ml_dtypes.bfloat16)
    assert_same(together(name, x, *defaults(name)), separately(name, x, *defaults(name)))


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("dtype", DTYPES)
def test_lengths_strides_and_places(isa: str, name: str, dtype: str) -> None:
    parameters = defaults(name)
    for n in LENGTHS:
        x = samples(dtype, n)
        expected = separately(name, x, *parameters)
        assert_same(together(name, x, *parameters), expected)
        for place in (0, 1):
            target, other = x.copy(), np.empty_like(x)
            out = (target, other) if place == 0 else (other, target)
            got = together(name, target, *parameters, out=out)
            assert got[0] is out[0]
            assert got[1] is out[1]
            assert_same(got, expected)
        room = np.zeros((n, 3), dtype)
        room[:, 1] = x
        assert_same(together(name, room[:, 1], *parameters), expected)
        assert_same(together(name, room[:, 1], *parameters, out=(room[:, 1], room[:, 2])), expected)
        assert not room[:, 0].any()
        reverse = x[::-1].copy()
        assert_same(together(name, reverse[::-1], *parameters, out=(reverse[::-1], None)), expected)
        misaligned = np.frombuffer(b"\0" + x.tobytes(), dtype, offset=1)
        assert_same(together(name, misaligned, *parameters), expected)


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("shift", [1, -1, 5, -300])
def test_overlap(name: str, shift: int) -> None:
    for place in (0, 1):
        room = samples("float32", 3000)
        x, target, other = room[400:2000], room[400 + shift : 2000 + shift], np.empty(1600, np.float32)
        expected = separately(name, x.copy(), *defaults(name))
        got = together(name, x, *defaults(name), out=(target, other) if place == 0 else (other, target))
        assert_same(got, expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_threads(dtype: str) -> None:
    x = samples(dtype, (1 << 18) + 77)
    try:
        pyact.set_num_threads(1)
        expected = separately("gelu", x)
        assert_same(together("gelu", x), expected)
        pyact.set_num_threads(5)
        assert_same(together("gelu", x), expected)
        assert_same(together("gelu", x, out=(x, None)), expected)
    finally:
        pyact.set_num_threads(None)


@pytest.mark.parametrize("parameter", [0.5, np.float64(0.5), np.full((3, 1), 0.5), np.linspace(0.1, 1, 4)])
def test_parameters_and_broadcasting(parameter: Any) -> None:
    x = samples("float32", 12).reshape(3, 4)
    assert_same(pyact.elu_with_derivative(x, parameter), separately("elu", x, parameter))
    assert_same(pyact.elu_with_derivative(x, alpha=parameter), separately("elu", x, parameter))
    assert_same(pyact.prelu_with_derivative(x, np.linspace(0.1, 1, 4)), separately("prelu", x, np.linspace(0.1, 1, 4)))
    value, derivative = np.zeros_like(x), np.zeros_like(x)
    got = pyact.elu_with_derivative(x, parameter, out=(value, derivative), where=x > 0)
    assert got[0] is value
    assert got[1] is derivative
    expected = separately("elu", x, parameter)
    np.testing.assert_array_equal(value, np.where(x > 0, expected[0], np.float32(0)))
    np.testing.assert_array_equal(derivative, np.where(x > 0, expected[1], np.float32(0)))


@pytest.mark.parametrize("name", PUBLIC)
def test_public_functions(name: str) -> None:
    function = getattr(pyact, f"{name}_with_derivative")
    x = samples("float32", 100).reshape(5, 20)
    parameters = defaults(name)
    assert_same(function(x), separately(name, x, *parameters))
    assert_same(function(np.asfortranarray(x)), tuple(map(np.asarray, separately(name, x, *parameters))))
    for number in (-0.75, 2, np.float16(0.5), np.array(-1.5, "f4"), [0.5, -2.0], np.int16(3)):
        got = function(number)
        assert isinstance(got, tuple)
        expected = getattr(pyact, name)(number), getattr(pyact, f"{name}_backward")(np.ones_like(got[0]), number)
        assert_same(got, expected)
    assert pickle.loads(pickle.dumps(function)) is function
    assert list(inspect.signature(function).parameters) == [
        "x", *(p.name for p in CATALOGUE[name].parameters), "out", "where", "ufunc_keywords"
    ]  # fmt: skip


def test_the_ufuncs() -> None:
    ufunc = pyact.ufuncs.sigmoid_with_derivative
    assert (ufunc.nin, ufunc.nout, ufunc.types) == (1, 2, ["e->ee", "f->ff", "d->dd"])
    assert pyact.ufuncs.elu_with_derivative(2, np.array(1.0))[0].dtype == np.float64


def test_there_is_none_for_gates_and_rows() -> None:
    names = [n for n in dir(pyact.ufuncs) if n.endswith("_with_derivative")]
    assert names == sorted(f"{n}_with_derivative" for n in ELEMENTWISE)


@pytest.mark.parametrize("name", ["sigmoid", "elu"])
def test_what_is_refused(name: str) -> None:
    function = getattr(pyact, f"{name}_with_derivative")
    x = np.ones(4, np.float32)
    with pytest.raises(TypeError):
        function("text")
    with pytest.raises((TypeError, ValueError)):
        function(x, out=np.empty(4, np.float32))  # not a pair
    with pytest.raises(ValueError, match="tuple"):
        function(x, out=(np.empty(4, np.float32),))
    with pytest.raises(ValueError, match=r"shape|broadcast"):
        function(x, out=(np.empty(3, np.float32), None))
    with pytest.raises(TypeError):
        function(x, out=(np.empty(4, np.int32), None))
    frozen = np.empty(4, np.float32)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        function(x, out=(None, frozen))
