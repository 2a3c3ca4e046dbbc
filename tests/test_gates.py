"""Gates: both gradients at once have the bits of the separate kernels, wherever the arrays lie, and a call that cuts
its input in halves without Python does what the Python function does.
"""

from __future__ import annotations

import gc
import itertools
import sys
import tracemalloc
from collections.abc import Iterator
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import pyact
from codegen import generate, spec
from codegen.kernels import gradients_at_once, kernels_of
from pyact._native import ffi, lib

from .test_calls import Labelled, Other, both, described

CATALOGUE = spec.built_in()
GATES = [n for n, a in CATALOGUE.items() if a.kind == "gate"]
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
DTYPES = [np.dtype(d) for d in (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)]
LENGTHS = [1, 2, 7, 8, 9, 31, 255, 256, 257, 1023, 1024, 1025, 3000]  # around vectors and blocks
Array = np.ndarray[Any, Any]


@pytest.fixture(params=ISAS)
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    before = lib.pyact_isa()
    assert lib.pyact_set_isa(request.param.encode()) == 0
    yield request.param
    lib.pyact_set_isa(before)


def samples(dtype: Any, n: int, seed: int) -> Array:
    """Special values, ordinary values, and any bit pattern at all."""
    kind = np.dtype(dtype)
    rng = np.random.default_rng(seed)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 20.0, -20.0, 90.0, -90.0, 1e-7]).astype(kind)
    ordinary = (rng.standard_normal(3 * n) * 4).astype(kind)
    anything = rng.integers(0, 256, n * kind.itemsize, np.uint8).view(kind)
    return np.concatenate([special, ordinary, anything])[rng.permutation(4 * n + len(special))][:n]


def inputs(dtype: Any, n: int) -> list[Array]:
    return [samples(dtype, n, 3 * n + k) for k in range(3)]


def separately(name: str, *arguments: Any) -> tuple[Array, Array]:
    first, second = (getattr(pyact.ufuncs, f"{name}_backward_{i}")(*arguments) for i in CATALOGUE[name].inputs)
    return first, second


def assert_same(got: Any, expected: Any) -> None:
    for a, b in zip(got, expected, strict=True):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert a.tobytes() == b.tobytes()


# --- the kernel that gives both gradients -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
def test_same_bits_as_separately(isa: str, name: str, dtype: Any) -> None:
    ufunc = getattr(pyact.ufuncs, f"{name}_backward")
    for n in LENGTHS:
        grad, a, b = inputs(dtype, n)
        expected = separately(name, grad, a, b)
        assert_same(ufunc(grad, a, b), expected)
        for targets in ((1, 2), (2, 1), (0, 1), (2, None), (None, 0)):  # over inputs
            own = [grad.copy(), a.copy(), b.copy()]
            out = tuple(np.empty_like(a) if k is None else own[k] for k in targets)
            assert_same(ufunc(*own, out=out), expected)
        room = np.zeros((3, n, 2), dtype)
        room[:, :, 1] = grad, a, b
        assert_same(ufunc(*room[:, :, 1]), expected)
        assert_same(ufunc(*room[:, :, 1], out=(room[1, :, 1], room[2, :, 1])), expected)
        assert not room[:, :, 0].any()
        misaligned = [np.frombuffer(b"\0" + v.tobytes(), dtype, offset=1) for v in (grad, a, b)]
        assert_same(ufunc(*misaligned), expected)
        assert_same(ufunc(grad[:1], a, b[:1]), separately(name, grad[:1], a, b[:1]))  # broadcast


@pytest.mark.parametrize("name", ["glu", "geglu", "reglu"])
@pytest.mark.parametrize("shift", [1, -1, 5, -300])
def test_overlap(name: str, shift: int) -> None:
    ufunc = getattr(pyact.ufuncs, f"{name}_backward")
    for place, which in itertools.product((0, 1), (1, 2)):
        room = samples("float32", 3000, 5)
        own = inputs("float32", 1600)
        own[which] = room[400:2000]
        expected = separately(name, *(v.copy() for v in own))
        target, other = room[400 + shift : 2000 + shift], np.empty(1600, np.float32)
        assert_same(ufunc(*own, out=(target, other) if place == 0 else (other, target)), expected)


def test_the_ufuncs_and_what_is_no_gate() -> None:
    ufunc = pyact.ufuncs.glu_backward
    assert (ufunc.nin, ufunc.nout, ufunc.types) == (3, 2, ["eee->ee", "fff->ff", "ddd->dd"])
    assert "at once" in ufunc.__doc__
    two_results = {n for n in dir(pyact.ufuncs) if getattr(pyact.ufuncs, n).nout == 2}
    assert {n for n in two_results if n.endswith("_backward")} == {f"{n}_backward" for n in GATES}


def test_gradients_are_in_the_order_of_the_inputs() -> None:
    """However the spec lists them; and a gate with a parameter is evaluated in double, both gradients at once."""
    text = (
        '[thing]\nsummary = "A gate"\nkind = "gate"\ninputs = ["a", "b"]\nsource = "https://x.org"\n'
        'formula = "a * tanh(alpha * b)"\nparameters = { alpha = { default = 1.5, learned = true } }\n'
        'derivative = { alpha = "a * b * (1 - tanh(alpha * b)**2)", b = "a * alpha * (1 - tanh(alpha * b)**2)", '
        'a = "tanh(alpha * b)" }\n'
        'limits = { "-inf" = "-inf", "-0.0" = "-0.0", "0.0" = "0.0", "inf" = "inf" }\n'
        'derivative_limits = { "-inf" = "1", "-0.0" = "1", "0.0" = "1", "inf" = "1" }\n'
    )
    catalogue = spec.loads(text, "own", spec.built_in())
    kernels = list(kernels_of(catalogue["thing"]))
    assert [k.name for k in kernels] == ["thing", *(f"thing_backward_{n}" for n in ("a", "b", "alpha"))]
    assert gradients_at_once(catalogue["thing"], kernels) == kernels[1:3]
    files = generate.c_files(catalogue, "own.toml", "digest")
    (header,) = (text for name, text in files.items() if name.startswith("kernels_") and name.endswith(".h"))
    assert "static int gradients_of_thing(" in header


# --- calls ------------------------------------------------------------------------------------------------------------
SHAPES = [(2,), (6,), (4, 6), (6, 4), (2, 4, 6), (1, 2), (600, 2), (2, 600), (3, 2, 2), (40, 64), (0, 4), (4, 0)]


@pytest.mark.parametrize("name", GATES)
def test_calls_with_and_without_python(name: str) -> None:
    for shape, dtype in itertools.product(SHAPES, DTYPES[1:]):
        x = samples(dtype, int(np.prod(shape)), 1).reshape(shape)
        both(name, x)
        for axis in range(-len(shape), len(shape)):
            halved = list(shape)
            halved[axis] //= 2
            grad = samples(dtype, int(np.prod(halved)), 2).reshape(halved)
            both(name, x, axis)
            both(name, x, axis, out=np.empty(halved, dtype))
            both(f"{name}_backward", grad, x, axis=axis)
            both(f"{name}_backward", grad, x, axis, np.empty(shape, dtype))
            both(f"{name}_backward", grad, x, axis, x)


@pytest.mark.parametrize("name", ["glu", "geglu"])
def test_calls_that_python_decides(name: str) -> None:
    x, grad = samples("f4", 48, 1).reshape(6, 8), samples("f4", 24, 2).reshape(6, 4)
    kinds: list[Any] = [
        x, np.asfortranarray(x), x[:, ::-1], x[::2], x.astype("f8"), x.astype(">f4"), x.view(Labelled), x.tolist(),
        np.frombuffer(b"\0" + x.tobytes(), "f4", offset=1).reshape(6, 8), np.ones((6, 8), int), np.float32(1), 2.0,
        Other(), None, "a", np.ones((6, 7), "f4"), np.frombuffer(x.tobytes(), "f4").reshape(6, 8),
    ]  # fmt: skip
    with np.errstate(invalid="ignore"):
        for value in kinds:
            both(name, value)
            for gradient in (grad, grad.astype("f8"), np.float32(2), 3.0, np.ones((4, 6), "f4"), x):
                both(f"{name}_backward", gradient, value)
    for axis in (0, 1, -2, 2, -3, 2**70, True, 1.0, None, np.int64(1), "a"):
        both(name, x, axis)
        both(f"{name}_backward", x[:3], x, axis)
    frozen = np.frombuffer(bytes(192), "f4").reshape(6, 8)
    outs = [np.zeros((6, 4), "f4"), np.zeros((6, 8), "f4"), np.zeros((6, 8)), np.zeros((6, 8), "f2"),
            np.zeros((6, 8), "i4"), np.zeros((6, 8), "f4", order="F"), frozen, frozen[:, :4], (np.zeros((6, 4), "f4"),),
            x[:, :4], x[:, 4:], [0.0]]  # fmt: skip
    for out in outs:
        both(name, x, out=out)
        both(f"{name}_backward", grad, x, out=out)
    both(name, x, where=x[:, :4] > 0, out=np.zeros((6, 4), "f4"))
    both(name, x, dtype="f8")
    both(name)
    both(name, x, -1, None, 3)
    both(name, x, nonsense=3)
    both(f"{name}_backward", grad)


@pytest.mark.parametrize("name", ["glu", "reglu"])
def test_a_result_over_an_input(name: str) -> None:
    """Wherever it lies: the gradient is that of the inputs as they were."""
    for shift in (0, 4, -4, 16, 100):
        room = samples("f4", 900, 3)
        x = room[200:440].reshape(12, 20)
        out = room[200 + shift : 440 + shift].reshape(12, 20)
        grad = samples("f4", 120, 4).reshape(12, 10)
        expected = getattr(pyact, f"{name}_backward")(grad, x.copy())
        assert getattr(pyact, f"{name}_backward")(grad, x, out=out) is out
        np.testing.assert_array_equal(out.view("u4"), expected.view("u4"))
        room = samples("f4", 900, 3)
        grad, x = room[100:220].reshape(12, 10), samples("f4", 240, 5).reshape(12, 20)
        out = room[100 + shift : 340 + shift].reshape(12, 20)
        expected = getattr(pyact, f"{name}_backward")(grad.copy(), x)
        getattr(pyact, f"{name}_backward")(grad, x, out=out)
        np.testing.assert_array_equal(out.view("u4"), expected.view("u4"))


@pytest.mark.parametrize("shape", [(1 << 19,), (3, 1 << 18), (1 << 12, 130), (1 << 17, 4)])
def test_threads(shape: tuple[int, ...]) -> None:
    x = samples("f4", int(np.prod(shape)), 1).reshape(shape)
    grad = samples("f4", x.size // 2, 2).reshape(*shape[:-1], -1)
    half = shape[-1] // 2
    try:
        pyact.set_num_threads(1)
        value, gradient = pyact.swiglu(x), pyact.swiglu_backward(grad, x)
        assert_same([value], [pyact.ufuncs.swiglu(x[..., :half], x[..., half:])])
        pyact.set_num_threads(5)
        assert_same([pyact.swiglu(x), pyact.swiglu_backward(grad, x)], [value, gradient])
        assert_same([pyact.swiglu_backward(grad, x, out=x)], [gradient])
    finally:
        pyact.set_num_threads(None)


def test_no_copies() -> None:
    x, grad = np.ones((1000, 100), np.float32), np.ones((1000, 50), np.float32)
    out = np.empty_like(grad)
    tracemalloc.start()
    pyact.glu(x, out=out)
    pyact.glu_backward(grad, x, out=x)
    assert tracemalloc.get_traced_memory()[1] < 2000
    tracemalloc.stop()
    # halves that NumPy has to walk over: no copy of them either
    wide = np.ones((200_000, 2), np.float32)[:, 0]
    tracemalloc.start()
    pyact.glu_backward(np.ones(1, np.float32)[0], wide, out=wide)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


def test_no_references_are_lost() -> None:
    x, grad, out = np.ones((4, 6), np.float32), np.ones((4, 3), np.float32), np.empty((4, 6), np.float32)

    def run() -> None:
        pyact.glu(x)
        pyact.glu(x, 0, out=out[:2])
        pyact.glu_backward(grad, x)
        pyact.glu_backward(grad, x, out=out)
        with pytest.raises(ValueError, match="odd"):
            pyact.glu(x[:, :3])

    def counts() -> list[int]:
        return [sys.getrefcount(o) for o in (x, grad, out, None, x.dtype)]

    run()
    gc.collect()
    before = counts()
    for _ in range(200):
        run()
    gc.collect()
    assert all(abs(a - b) < 50 for a, b in zip(counts(), before, strict=True))


# --- rrelu ------------------------------------------------------------------------------------------------------------
def test_rrelu_with_and_without_python() -> None:
    x = samples("f4", 100, 1)
    for called in ({}, {"lower": 0.25}, {"lower": 0.5}, {"lower": 0.5, "upper": 0.5}, {"lower": float("nan")},
                   {"upper": "a"}, {"upper": np.array([0.5])}, {"out": x}):  # fmt: skip
        for function, more in (("rrelu", {"training": False}), ("rrelu", {"training": 0}), ("rrelu", {"rng": None}),
                               ("rrelu", {"training": True, "rng": 3}), ("rrelu_backward", {"slope": None}),
                               ("rrelu_backward", {"slope": 0.25}), ("rrelu_backward", {"slope": x})):  # fmt: skip
            arguments = [x] if function == "rrelu" else [x, x]
            both(function, *arguments, **called, **more)
    assert described(pyact.rrelu(x, 0.25, 0.25)) == described(pyact.leaky_relu(x, 0.25))
