"""Array behaviour of the elementwise functions: the bits of an element depend on nothing but its value."""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import pyact
from codegen.spec import built_in
from pyact._native import ffi, lib

Array = np.ndarray[Any, Any]
DTYPES = ("float16", "float32", "float64")
ISAS = ffi.string(lib.pyact_isa_choices()).decode().split(", ")


@functools.cache
def ufuncs() -> dict[str, np.ufunc]:
    """Every ufunc the extension holds, whatever the package wraps around it."""
    namespace: dict[str, np.ufunc] = {}
    docs: dict[str, str] = {}
    assert lib.pyact_build_ufuncs(ffi.cast("void *", id(namespace)), ffi.cast("void *", id(docs))) == 0
    return namespace


def elementwise() -> dict[str, np.ufunc]:
    return {name: f for name, f in ufuncs().items() if f.signature is None}


def bits(array: Array) -> Array:
    array = np.ascontiguousarray(array)
    return array.view(f"u{array.dtype.itemsize}")


def assert_same_bits(a: Array, b: Array) -> None:
    assert a.dtype == b.dtype
    np.testing.assert_array_equal(bits(a), bits(b))


def samples(dtype: str, n: int, seed: int = 0) -> Array:
    """Ordinary values, then any bit pattern at all: subnormals, infinities, NaN."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    ordinary = rng.standard_normal(n // 2).astype(kind) * kind.type(4)
    anything = rng.integers(0, 256, (n - n // 2) * kind.itemsize, np.uint8).view(kind)
    return np.concatenate([ordinary, anything])[rng.permutation(n)]


@pytest.fixture(params=ISAS)
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    before = lib.pyact_isa()
    assert lib.pyact_set_isa(request.param.encode()) == 0
    yield request.param
    lib.pyact_set_isa(before)


# ---- one value, one result ----


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_length(isa: str, dtype: str) -> None:
    """Full vectors, the padded rest, and blocks all evaluate the same arithmetic."""
    for function in (pyact.sigmoid, lambda x: pyact.elu(x, 0.7)):
        x = samples(dtype, 600)
        expected = np.array([function(v) for v in x], dtype)
        for n in [*range(1, 71), 255, 256, 257, 511, 512, 513, 600]:
            assert_same_bits(function(x[:n]), expected[:n])
            assert_same_bits(function(x[600 - n :]), expected[600 - n :])


@pytest.mark.parametrize("dtype", DTYPES)
def test_strides(isa: str, dtype: str) -> None:
    x = samples(dtype, 3 * 700).reshape(700, 3)
    for function in (pyact.sigmoid, lambda v: pyact.elu(v, 0.7)):
        expected = function(x.copy())
        assert_same_bits(function(x[:, 1]), expected[:, 1])
        assert_same_bits(function(x[::-1, 0]), expected[::-1, 0])
        assert_same_bits(function(x[::-2].T), expected[::-2].T)
        repeated = np.broadcast_to(x[5, 0], (300,))
        assert_same_bits(function(repeated), np.full(300, expected[5, 0]))
        out = np.zeros((700, 5), dtype)
        with np.errstate(all="raise"):
            pyact.sigmoid(x[:, 2], out=out[::-1, 3])
        assert_same_bits(out[::-1, 3], pyact.sigmoid(x[:, 2].copy()))
        assert not out[:, [0, 1, 2, 4]].any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_misaligned_and_big_endian(isa: str, dtype: str) -> None:
    x = samples(dtype, 777)
    expected = pyact.sigmoid(x)
    room = np.zeros(x.nbytes + 1, np.uint8)
    misaligned = room[1:].view(dtype)
    misaligned[:] = x
    assert_same_bits(pyact.sigmoid(misaligned), expected)
    out = np.zeros(x.nbytes + 1, np.uint8)[1:].view(dtype)
    pyact.sigmoid(misaligned, out=out)
    assert_same_bits(out.copy(), expected)
    assert_same_bits(pyact.sigmoid(x.astype(x.dtype.newbyteorder(">"))), expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_in_place_and_overlap(isa: str, dtype: str) -> None:
    x = samples(dtype, 1000)
    expected = pyact.sigmoid(x)
    same = x.copy()
    assert pyact.sigmoid(same, out=same) is same
    assert_same_bits(same, expected)
    for shift in (1, 3, 300):
        forward, backward = x.copy(), x.copy()
        pyact.sigmoid(forward[:-shift], out=forward[shift:])
        assert_same_bits(forward[shift:], expected[:-shift])
        pyact.sigmoid(backward[shift:], out=backward[:-shift])
        assert_same_bits(backward[:-shift], expected[shift:])
    reversed_ = x.copy()
    pyact.sigmoid(reversed_[::-1], out=reversed_)
    assert_same_bits(reversed_, expected[::-1])


@pytest.mark.parametrize("dtype", DTYPES)
def test_sequential_use(dtype: str) -> None:
    """reduce and accumulate hand over overlapping memory, one step feeding the next."""
    backward = ufuncs()["sigmoid_backward"]
    x = np.asarray(np.random.default_rng(0).standard_normal(40), dtype)
    steps = [x[0]]
    for value in x[1:]:
        steps.append(backward(steps[-1], value))
    assert_same_bits(backward.accumulate(x), np.array(steps, dtype))
    assert_same_bits(np.asarray(backward.reduce(x)), np.asarray(steps[-1], dtype))


def test_same_bits_on_every_isa() -> None:
    """All kernels, all dtypes, any bit pattern."""
    before = lib.pyact_isa()
    try:
        for dtype in DTYPES:
            for name, function in elementwise().items():
                data = [t == np.dtype(dtype).char for t in type_of(function, dtype)]
                operands = [samples(dtype, 3000, seed) if d else 0.75 for seed, d in enumerate(data)]
                results = {}
                for isa_name in ISAS:
                    assert lib.pyact_set_isa(isa_name.encode()) == 0
                    results[isa_name] = function(*operands)
                for isa_name in ISAS:
                    np.testing.assert_array_equal(
                        bits(results[isa_name]), bits(results[ISAS[0]]), f"{name} {dtype} {isa_name}"
                    )
    finally:
        lib.pyact_set_isa(before)


def type_of(function: np.ufunc, dtype: str) -> str:
    """The input types of the ufunc's loop for a dtype, as characters; in a float64 loop every one is 'd'."""
    char = np.dtype(dtype).char
    return next(t for t in function.types if t.endswith(char)).split("->")[0]


def test_threads() -> None:
    x = samples("float32", 100_000)
    expected = bits(pyact.sigmoid(x))
    wrong = []

    def work() -> None:
        for _ in range(20):
            if not np.array_equal(bits(pyact.sigmoid(x)), expected):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# ---- shapes, out, where ----


def test_shapes() -> None:
    assert pyact.sigmoid(np.float32(0)).dtype == np.float32
    assert pyact.sigmoid(np.array(0.0, np.float32)).shape == ()
    assert pyact.sigmoid(np.empty((0,), np.float32)).shape == (0,)
    assert pyact.sigmoid(np.empty((3, 0, 2))).shape == (3, 0, 2)
    assert pyact.sigmoid([[0, 1], [2, 3]]).shape == (2, 2)
    assert pyact.elu(np.zeros((4, 1)), np.ones(5)).shape == (4, 5)


def test_out_and_where() -> None:
    x = samples("float32", 100)
    chosen = np.random.default_rng(1).random(100) < 0.5
    out = np.full(100, 7, np.float32)
    assert pyact.sigmoid(x, out=out, where=chosen) is out
    assert_same_bits(out, np.where(chosen, pyact.sigmoid(x), np.float32(7)))
    wider = np.empty(100)
    pyact.sigmoid(x, out=wider)
    np.testing.assert_array_equal(wider, pyact.sigmoid(x).astype(float))


class Labelled(np.ndarray):
    pass


def test_subclass() -> None:
    assert type(pyact.sigmoid(np.zeros(3).view(Labelled))) is Labelled


# ---- dtypes ----


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16", "int32", "int64", *DTYPES])
def test_promotion_is_numpys(dtype: str) -> None:
    x = np.ones(3, dtype)
    expected = np.tanh(x).dtype
    assert pyact.sigmoid(x).dtype == expected
    for parameter in (1, 1.0, np.float64(1), np.float32(1), np.ones(3), np.ones(3, np.float32)):
        assert pyact.elu(x, parameter).dtype == expected


def test_python_scalars_are_float64() -> None:
    assert pyact.sigmoid(1).dtype == pyact.sigmoid(1.0).dtype == np.float64
    assert pyact.elu(1, 1).dtype == pyact.elu(1.0, 0.5).dtype == np.float64


@pytest.mark.parametrize("dtype", DTYPES)
def test_parameters_are_not_rounded_to_the_dtype(dtype: str) -> None:
    """0.1 is no float16: elu(-20) = 0.1 (exp(-20) - 1) must be rounded from 0.1 itself."""
    x = np.full(3, -20, dtype)
    expected = (0.1 * np.expm1(-20.0)).astype(dtype)
    np.testing.assert_array_equal(pyact.elu(x, 0.1), np.full(3, expected))


@pytest.mark.parametrize("bad", [1j, "text", object(), None, np.datetime64("2020-01-01"), np.array([1, 2], object)])
def test_refused_dtypes(bad: Any) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: pyact.sigmoid(bad), lambda: pyact.elu(bad, 1.0), lambda: pyact.elu(np.ones(2), bad),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(TypeError):
            call()


def test_bad_out() -> None:
    x = np.zeros(4, np.float32)
    with pytest.raises(ValueError, match=r"shape|broadcast"):
        pyact.sigmoid(x, out=np.empty(3, np.float32))
    with pytest.raises(TypeError):
        pyact.sigmoid(x, out=np.empty(4, np.int32))
    with pytest.raises(TypeError):
        pyact.sigmoid(x, out=[0.0] * 4)  # type: ignore[arg-type]
    frozen = np.empty(4, np.float32)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        pyact.sigmoid(x, out=frozen)


def elu_with(alpha: Any) -> Callable[[Array], Array]:
    def elu(x: Array) -> Array:
        result: Array = pyact.elu(x, alpha)
        return result

    return elu


def test_bfloat16() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = np.arange(65536, dtype=np.uint16).view(ml_dtypes.bfloat16)
    alphas = (0.1, np.float64(0.1), np.full(65536, 0.1), np.broadcast_to(0.1, 65536))
    functions: list[Callable[[Array], Array]] = [pyact.sigmoid, *(elu_with(a) for a in alphas)]
    for function in functions:
        got = function(x)
        assert got.dtype == x.dtype
        with np.errstate(invalid="ignore"):  # ml_dtypes casts signalling NaN
            doubles = x.astype(np.float64)
            twice_rounded = function(doubles).astype(x.dtype)
        # among subnormals, the float64 result can be a tie where the exact one is not: 0.1 is a bit more than 1/10
        normal = ~(np.abs(doubles) < 2.0**-120)
        np.testing.assert_array_equal(got.view(np.uint16)[normal], canonical(twice_rounded)[normal])
    assert pyact.elu(x, np.float32(0.5)).dtype == pyact.elu(x, np.full(65536, 0.5, np.float32)).dtype == x.dtype
    assert pyact.sigmoid(x[::-3]).dtype == x.dtype
    with pytest.raises(TypeError):
        pyact.sigmoid(x, out=np.empty(65536, np.int32))


def canonical(x: Array) -> Array:
    """The bits of bfloat16 numbers, NaN as pyact writes it."""
    return np.where(x != x, np.uint16(0x7FC0), x.view(np.uint16))


def test_nan_is_canonical(isa: str) -> None:
    for dtype, quiet in (("float16", 0x7E00), ("float32", 0x7FC00000), ("float64", 0x7FF8 << 48)):
        kind = np.dtype(dtype)
        x = np.array([np.nan] * 19, kind)
        x[::2] = -x[::2]
        assert set(bits(pyact.sigmoid(x)).tolist()) == {quiet}


# ---- the floating-point environment ----


def test_no_warnings() -> None:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for dtype in DTYPES:
            x = np.resize(np.array([0, -0.0, np.inf, -np.inf, np.nan, 1e-7, -6e4, 6e4], dtype), 100)
            pyact.sigmoid(x)
            pyact.elu(x, 1.0)
            pyact.softmax(x)


class FlushToZero:
    """Flush-to-zero and denormals-are-zero, as a library compiled with -ffast-math leaves them."""

    def __enter__(self) -> None:
        libm = ctypes.CDLL("libm.so.6")
        self.get, self.set = libm.fegetenv, libm.fesetenv
        self.saved = ctypes.create_string_buffer(64)
        self.get(self.saved)
        at, bit = (28, 0x8040) if platform.machine() == "x86_64" else (0, 1 << 24)
        changed = bytearray(self.saved.raw)
        changed[at : at + 4] = (int.from_bytes(changed[at : at + 4], "little") | bit).to_bytes(4, "little")
        self.set(ctypes.create_string_buffer(bytes(changed), 64))

    def __exit__(self, *_: object) -> None:
        self.set(self.saved)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"), reason="layout of fenv_t"
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_flush_to_zero_changes_nothing(dtype: str) -> None:
    smallest = np.finfo(dtype).smallest_subnormal
    x = np.arange(1, 100).astype(dtype) * smallest
    probe = x.copy()
    expected = pyact.elu(x, 1.0)
    assert expected.all()
    with FlushToZero():
        flushed = probe + probe  # the setting is really in force: NumPy's own sum is 0
        got = pyact.elu(x, 1.0)
        again = probe + probe  # and it is still in force afterwards
    assert not flushed.any()
    assert not again.any()
    assert_same_bits(got, expected)


# ---- PYACT_ISA ----


def run_with_isa(value: str) -> subprocess.CompletedProcess[str]:
    code = "import pyact._native as n, pyact; print(n.ffi.string(n.lib.pyact_isa()).decode())"
    path = os.pathsep.join(p for p in sys.path if p)
    environment = {**os.environ, "PYACT_ISA": value, "PYTHONPATH": path}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ISAS)
def test_pinned_isa(name: str) -> None:
    result = run_with_isa(name)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == name


def test_best_isa_by_default() -> None:
    assert run_with_isa("").stdout.strip() == ISAS[-1]


@pytest.mark.parametrize("name", ["sse9", "AVX2", "neon" if platform.machine() == "x86_64" else "avx2"])
def test_unusable_isa(name: str) -> None:
    result = run_with_isa(name)
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError")
    for part in ("PYACT_ISA", f"'{name}'", *ISAS):
        assert part in last


def test_every_function_is_a_ufunc() -> None:
    assert all(isinstance(f, np.ufunc) for f in ufuncs().values())
    gates = {f"{name}_backward" for name, a in built_in().items() if a.kind == "gate"}  # both gradients
    two_results = ("_with_derivative", "_gradients")
    assert all(f.nout == 1 + (name.endswith(two_results) or name in gates) for name, f in ufuncs().items())
    assert all(f.__name__ == name for name, f in ufuncs().items())
    assert len(ufuncs()) > 14
