"""The elementary functions of vec_math.h, light_math.h and wide_math.h: accuracy, and the same bits on every ISA.

Accuracy is measured against mpmath.
csrc/README.md says how csrc/elementary.c is compiled for each instruction set; its commands are read and run here.
"""

from __future__ import annotations

import ctypes
import functools
import math
import platform
import re
import shlex
import shutil
import string
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from mpmath import mp

from pyact._native import ffi, lib

Doubles = npt.NDArray[np.float64]
ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "tests" / "csrc" / "README.md"
HASHED_BLOCKS = 16  # of 1024 inputs for each function
FLOAT_BLOCKS = 300  # of 960 inputs: a fused multiply-add that rounds twice fails in a hundred of them

# log2 of the largest relative error
NARROW_BOUND = -50.3
WIDE_BOUND = -64.0
LIGHT_BOUND = -53.8
OPERATION_BOUND = -100.0
ISAS = ("sse2", "avx2", "avx512", "scalar", "neon")
# NEON is emulated elsewhere: a whole program for qemu, no library for ctypes. Equal hashes make its accuracy the same.
EMULATED = () if platform.machine() == "aarch64" else ("neon",)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mp.exp(-x))


def softplus(x: Any) -> Any:
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p, "tanh": mp.tanh, "sigmoid": sigmoid,
    "softplus": softplus, "erf": mp.erf, "erfc": mp.erfc, "sin": mp.sin, "cos": mp.cos, "atan": mp.atan,
}  # fmt: skip
# Where the value itself may be next to zero for an ordinary argument.
UNDERFLOWING = {"exp", "sigmoid", "softplus", "erfc"}
LOWEST = {"log": 0.0, "log1p": -1.0}
HIGHEST = {"exp": 709.0, "expm1": 709.0}


def gelu(x: Any) -> Any:
    return x * mp.erfc(-x / mp.sqrt(2)) / 2


def gelu_derivative(x: Any) -> Any:
    return mp.erfc(-x / mp.sqrt(2)) / 2 + x * mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def gelu_tanh(x: Any) -> Any:
    return x * sigmoid(mp.sqrt(8 / mp.pi) * (x + mp.mpf("0.044715") * x**3))


def gelu_tanh_derivative(x: Any) -> Any:
    u = mp.sqrt(8 / mp.pi) * (x + mp.mpf("0.044715") * x**3)
    return sigmoid(u) * (1 + x * mp.sqrt(8 / mp.pi) * (1 + mp.mpf("0.134145") * x**2) * sigmoid(-u))


# In light arithmetic; those of one double only are the ones without a tail of the argument.
LIGHT: dict[str, Callable[[Any], Any]] = {name: FUNCTIONS[name] for name in ("exp", "expm1", "log1p", "tanh", "erfc")}
LIGHT |= {
    "sigmoid": sigmoid, "mirrored_sigmoid": lambda x: sigmoid(-x), "softplus": softplus,
    "logistic_density": lambda x: sigmoid(x) * sigmoid(-x),
}  # fmt: skip
LIGHT_OF_DOUBLE: dict[str, Callable[[Any], Any]] = {
    "gelu": gelu, "gelu_derivative": gelu_derivative, "gelu_tanh": gelu_tanh,
    "gelu_tanh_derivative": gelu_tanh_derivative, "tanhshrink": lambda x: x - mp.tanh(x),
    "tanh_squared": lambda x: mp.tanh(x) ** 2, "tanh_derivative": lambda x: mp.sech(x) ** 2,
    "silu_derivative": lambda x: sigmoid(x) * (1 + x * sigmoid(-x)),
}  # fmt: skip
# Where the caller takes over, or plain double is good enough: how far from the root, and the bound there.
LIGHT_ROOTS = {"silu_derivative": -1.278464542761074}
IN_CELLS = ("gelu", "gelu_derivative", "gelu_tanh", "gelu_tanh_derivative")
LIGHT_BOUNDS = {"silu_derivative": -52.0} | dict.fromkeys(IN_CELLS, -52.0)
LIGHT_BOUNDS |= dict.fromkeys(("tanhshrink", "tanh_squared", "tanh_derivative"), -52.0)


# ---- compiling ----


def commands() -> dict[str, list[str]]:
    """The compiler command of each ISA as the README has it, without the name of the output."""
    (block,) = re.findall(r"```\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    variables = dict(re.findall(r'^(\w+)="(.*)"$', block, re.MULTILINE))
    found = {}
    for line in re.findall(r"^\S*cc .*$", block, re.MULTILINE):
        words = shlex.split(string.Template(line).substitute(variables), comments=True)
        at = words.index("-o")
        found[words[at + 1].removeprefix("elementary_")] = words[:at]
    return found


def missing(isa: str) -> str | None:
    """What this machine lacks to run the ISA."""
    usable = ffi.string(lib.pyact_isa_choices()).decode().split(", ")
    on_x86 = platform.machine().lower() in ("x86_64", "amd64")
    if isa in EMULATED:
        absent = [tool for tool in ("aarch64-linux-gnu-gcc", "qemu-aarch64") if shutil.which(tool) is None]
        return f"no {' and no '.join(absent)}" if absent else None
    if isa == "sse2" and not on_x86:
        return "not an x86-64 CPU"
    if isa in ("avx2", "avx512") and isa not in usable:
        return f"the CPU has no {isa}"
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elementary")


@functools.cache
def built(isa: str, folder: Path, source: str = "elementary") -> Path:
    """The program; <source>_<isa>.so beside it is the same object linked as a library."""
    compiler, *words = [word for word in commands()[isa] if word not in ("-lm", "-static")]
    words = [word.replace("elementary.c", f"{source}.c") for word in words]
    if isa not in EMULATED:
        compiler = "cc"
    made, program = folder / f"{source}_{isa}.o", folder / f"{source}_{isa}"
    subprocess.run([compiler, *words, "-fPIC", "-c", "-o", made], cwd=ROOT, check=True)
    static = ["-static"] if isa in EMULATED else []
    subprocess.run([compiler, *static, made, "-lm", "-o", program], check=True)
    if isa not in EMULATED:
        subprocess.run([compiler, "-shared", made, "-lm", "-o", program.with_suffix(".so")], check=True)
    return program


@functools.cache
def printed(isa: str, folder: Path, source: str = "elementary", blocks: int = HASHED_BLOCKS) -> str:
    emulator = ["qemu-aarch64"] if isa in EMULATED else []
    command = [*emulator, str(built(isa, folder, source)), str(blocks)]
    run: subprocess.CompletedProcess[str] = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def skip_unless_usable(isa: str) -> None:
    if reason := missing(isa):
        pytest.skip(reason)


class Library:
    """The array functions of one ISA."""

    def __init__(self, path: Path) -> None:
        self.c = ctypes.CDLL(str(path))

    def call(self, function: str, *arguments: Any, outputs: int) -> list[Doubles]:
        """Arrays are padded to a multiple of 8 with their last element; a string or number goes as it is."""
        (size,) = {a.size for a in arguments if isinstance(a, np.ndarray)}
        padded = [np.pad(a, (0, -size % 8), mode="edge") if isinstance(a, np.ndarray) else a for a in arguments]
        results = [np.empty(size + -size % 8) for _ in range(outputs)]
        count = ctypes.c_size_t(size + -size % 8)
        status = self.c[f"pyact_test_{function}"](*(convert(a) for a in (*padded, *results)), count)
        assert status != -1, arguments[0]
        return [r[:size] for r in results]


def convert(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        assert argument.dtype == np.float64
        assert argument.flags.c_contiguous
        return ctypes.c_void_p(argument.ctypes.data)
    if isinstance(argument, str):
        return ctypes.c_char_p(argument.encode())
    return ctypes.c_double(argument) if isinstance(argument, float) else argument


@pytest.fixture(params=[isa for isa in ISAS if isa not in EMULATED])
def library(request: pytest.FixtureRequest, folder: Path) -> Library:
    skip_unless_usable(request.param)
    return Library(built(request.param, folder).with_suffix(".so"))


# ---- points and exact values ----


def near(values: npt.NDArray[Any], rng: np.random.Generator) -> Doubles:
    """The values, their neighbours, and points at a few random distances."""
    steps = np.ldexp(rng.uniform(-1, 1, values.size), rng.integers(-50, -2, values.size))
    return np.concatenate([values, np.nextafter(values, -np.inf), np.nextafter(values, np.inf), values * (1 + steps)])


@functools.cache
def points(name: str) -> Doubles:
    """Around zero, around thresholds and multiples of ln 2 / 8 and pi / 2, in the common range, in the tails."""
    rng = np.random.default_rng(sorted(FUNCTIONS).index(name))
    signs = rng.choice([-1.0, 1.0], 50)
    thresholds = np.array([1 / 8, 1 / 4, 0.35, 0.5, math.sqrt(0.5), 1, math.sqrt(2), 2, 3, 6, 20, 22, 27, 37, 40, 600])
    parts = [
        signs * np.ldexp(rng.uniform(1, 2, 50), rng.integers(-900, -1, 50)),
        signs[:20] * np.ldexp(rng.uniform(1, 2, 20), rng.integers(-30, -1, 20)),
        near(np.concatenate([thresholds, -thresholds]), rng),
        near(rng.integers(-4096, 4097, 12) * (math.log(2) / 8), rng),
        near(np.array([*range(-8, 9), 1000, 2**20, 3**30]) * (math.pi / 2), rng),
        rng.uniform(-3, 3, 40), rng.uniform(-30, 30, 40), rng.uniform(-900, 708, 40),
        1 + np.ldexp(rng.uniform(-1, 1, 20), rng.integers(-52, 0, 20)),
    ]  # fmt: skip
    if name not in HIGHEST:
        parts.append(signs * np.ldexp(rng.uniform(1, 2, 50), rng.integers(4, 500, 50)))
    x = np.unique(np.concatenate(parts))
    return np.asarray(x[(x != 0) & (x > LOWEST.get(name, -np.inf)) & (x < HIGHEST.get(name, np.inf))], np.float64)


@functools.cache
def tails(name: str) -> Doubles:
    """A tail for each point, so that head + tail is a number of about 106 bits."""
    rng = np.random.default_rng(7)
    x = points(name)
    return np.asarray(np.spacing(x) * rng.uniform(-0.49, 0.49, x.size) * (rng.random(x.size) < 0.9), np.float64)


@functools.cache
def exact(name: str, wide: bool) -> list[Any]:
    """The function in 60 digits; zero stands for what is far below every double."""
    with mp.workdps(60):
        return [
            mp.mpf(0) if name in UNDERFLOWING and _vanishes(name, x) else FUNCTIONS[name](mp.mpf(x) + mp.mpf(t) * wide)
            for x, t in zip(points(name).tolist(), tails(name).tolist(), strict=True)
        ]


def _vanishes(name: str, x: float) -> bool:
    return x > 40 if name == "erfc" else x < -1600


def log2_error(result: Any, value: Any) -> float:
    error = abs(result / value - 1)
    return float(mp.log(error, 2)) if error else -math.inf


# ---- the tests ----


def test_every_isa_has_its_command() -> None:
    assert set(commands()) == set(ISAS)
    for isa, words in commands().items():
        assert {f"-DPYACT_ISA_{isa.upper()}", "-ffp-contract=off", "-Werror"} <= set(words)


@pytest.mark.parametrize("isa", ISAS)
def test_hashes_are_equal_on_every_isa_and_fma_is_exact(isa: str, folder: Path) -> None:
    skip_unless_usable(isa)
    lines = printed(isa, folder).splitlines()
    assert lines[-1] == "fma_mismatches 0"
    assert len(lines) == 1 + len(FUNCTIONS) * 2 + 4 + 4 + 6 + 2 * len(LIGHT) + len(LIGHT_OF_DOUBLE)
    assert lines == printed("scalar", folder).splitlines()


@pytest.mark.parametrize("isa", ISAS)
def test_every_float_operation_is_that_of_plain_c(isa: str, folder: Path) -> None:
    skip_unless_usable(isa)
    lines = printed(isa, folder, "floats", FLOAT_BLOCKS).splitlines()
    assert len(lines) == 43
    assert [line for line in lines if line.split()[1] != "0"] == []
    assert lines == printed("scalar", folder, "floats", FLOAT_BLOCKS).splitlines()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_narrow(library: Library, name: str) -> None:
    x = points(name)
    (y,) = library.call("narrow", name, x, outputs=1)
    smallest, largest = mp.ldexp(1, -1021), mp.ldexp(1, 1023)
    worst, checked = -math.inf, 0
    with mp.workdps(60):
        for result, value in zip(y.tolist(), exact(name, False), strict=True):
            if smallest <= abs(value) <= largest:
                worst = max(worst, log2_error(mp.mpf(result), value))
                checked += 1
            elif abs(value) < smallest:  # may be flushed
                assert abs(mp.mpf(result) - value) <= smallest
    assert checked > 150
    assert worst <= NARROW_BOUND


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wide(library: Library, name: str) -> None:
    """Lanes whose value underflows are recorded, and scaled by the bias of the context."""
    bias = 512
    x = points(name)
    head, tail, recorded = library.call("wide", name, float(bias), x, tails(name), outputs=3)
    worst, underflows = -math.inf, 0
    with mp.workdps(60):
        for h, t, mark, value in zip(head.tolist(), tail.tolist(), recorded.tolist(), exact(name, True), strict=True):
            if mark:
                assert abs(value) < mp.ldexp(1, -860)
                underflows += 1
            elif name in UNDERFLOWING:
                assert abs(value) > mp.ldexp(1, -880)
            if abs(value) > mp.ldexp(1, -1100 if mark else -900):  # less is zero in every format, after the scaling
                value = mp.ldexp(value, bias) if mark else value
                worst = max(worst, log2_error(mp.mpf(h) + mp.mpf(t), value))
    assert bool(underflows) == (name in UNDERFLOWING)
    assert worst <= WIDE_BOUND


@pytest.mark.parametrize("form", ["", "_vec"])
@pytest.mark.parametrize("name", [*LIGHT, *LIGHT_OF_DOUBLE])
def test_light(library: Library, name: str, form: str) -> None:
    """Every usable lane is within the bound; the common range is usable."""
    function = {**LIGHT, **LIGHT_OF_DOUBLE}[name]
    if name in LIGHT_OF_DOUBLE and not form:
        pytest.skip("of one double only")
    x = points(name if name in FUNCTIONS else "sigmoid")
    x = x[np.abs(x) > (1e-20 if name in ("tanhshrink", "tanh_squared") else 1e-250)]
    x_tail = np.spacing(x) * np.random.default_rng(8).uniform(-0.49, 0.49, x.size) * (form == "")
    head, tail, regular = library.call("light", name + form, x, x_tail, outputs=3)
    assert regular[(np.abs(x) < 20) & (x > -0.999)].all()
    worst, checked = -math.inf, 0
    with mp.workdps(120):
        for i in np.flatnonzero(regular).tolist():
            if abs(x[i] - LIGHT_ROOTS.get(name, math.inf)) > 1 / 16:
                value = function(mp.mpf(x[i].item()) + mp.mpf(x_tail[i].item()))
                worst = max(worst, log2_error(mp.mpf(head[i].item()) + mp.mpf(tail[i].item()), value))
                checked += 1
    assert checked > 150
    assert worst <= LIGHT_BOUNDS.get(name, LIGHT_BOUND)


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_wide_operation(library: Library, name: str) -> None:
    """Sums that cancel included."""
    rng = np.random.default_rng(3)
    a, b = (np.ldexp(rng.uniform(1, 2, 400), rng.integers(-80, 80, 400)) * rng.choice([-1, 1], 400) for _ in range(2))
    b[:200] = -a[:200] * (1 + np.ldexp(rng.integers(-3, 4, 200).astype(float), -52))
    a_tail, b_tail = (np.spacing(v) * rng.uniform(-0.49, 0.49, v.size) for v in (a, b))
    head, tail = library.call("wide_operation", name, a, a_tail, b, b_tail, outputs=2)
    operation: Callable[[Any, Any], Any] = getattr(mp.mpf, f"__{'truediv' if name == 'div' else name}__")
    worst = -math.inf
    with mp.workdps(80):
        rows = np.stack([head, tail, a, a_tail, b, b_tail], axis=1).tolist()
        for h, t, *operands in rows:
            p, q, r, s = map(mp.mpf, operands)
            worst = max(worst, log2_error(mp.mpf(h) + mp.mpf(t), operation(p + q, r + s)))
    assert worst <= OPERATION_BOUND


def test_wide_sqrt(library: Library) -> None:
    rng = np.random.default_rng(4)
    x = np.ldexp(rng.uniform(1, 2, 200), rng.integers(-400, 400, 200))
    x_tail = np.spacing(x) * rng.uniform(-0.49, 0.49, x.size)
    head, tail, _ = library.call("wide", "sqrt", 0.0, x, x_tail, outputs=3)
    with mp.workdps(80):
        rows = np.stack([head, tail, x, x_tail], axis=1).tolist()
        worst = max(log2_error(mp.mpf(h) + mp.mpf(t), mp.sqrt(mp.mpf(a) + mp.mpf(b))) for h, t, a, b in rows)
    assert worst <= OPERATION_BOUND


def test_rounding_to_odd(library: Library) -> None:
    """An inexact sum has an odd last bit and lies beside the sum; an exact one is returned."""
    rng = np.random.default_rng(5)
    x = np.ldexp(rng.uniform(1, 2, 200), rng.integers(-40, 40, 200)) * rng.choice([-1, 1], 200)
    x_tail = np.spacing(x) * rng.choice([-0.5, -0.3, -(2.0**-50), 0.0, 2.0**-50, 0.4, 0.5], x.size)
    x_tail *= (x == np.ldexp(np.frexp(x)[0], np.frexp(x)[1])) & (np.abs(np.frexp(x)[0]) != 0.5)
    result, _, _ = library.call("wide", "round_to_odd", 0.0, x, x_tail, outputs=3)
    exact_sum = x_tail == 0
    np.testing.assert_array_equal(result[exact_sum], x[exact_sum])
    assert (result.view(np.uint64)[~exact_sum] & 1).all()
    # fsum is exact enough to see on which side of the result the sum is
    for r, h, t in zip(result.tolist(), x.tolist(), x_tail.tolist(), strict=True):
        assert abs(math.fsum([h, t, -r])) < abs(math.ulp(r))


# function -> values at -inf, -0.0, 0.0, inf
SPECIAL: dict[str, tuple[float, float, float, float]] = {
    "exp": (0.0, 1.0, 1.0, math.inf),
    "expm1": (-1.0, -0.0, 0.0, math.inf),
    "log": (math.nan, -math.inf, -math.inf, math.inf),
    "log1p": (math.nan, -0.0, 0.0, math.inf),
    "tanh": (-1.0, -0.0, 0.0, 1.0),
    "sigmoid": (0.0, 0.5, 0.5, 1.0),
    "softplus": (0.0, math.log(2), math.log(2), math.inf),
    "erf": (-1.0, -0.0, 0.0, 1.0),
    "erfc": (2.0, 1.0, 1.0, 0.0),
    "sin": (math.nan, -0.0, 0.0, math.nan),
    "cos": (math.nan, 1.0, 1.0, math.nan),
    "atan": (-math.pi / 2, -0.0, 0.0, math.pi / 2),
    "sign": (-1.0, -0.0, 0.0, 1.0),
    "sqrt": (math.nan, -0.0, 0.0, math.inf),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_narrow_special_values(library: Library, name: str) -> None:
    points = np.array([-math.inf, -0.0, 0.0, math.inf, math.nan])
    (y,) = library.call("narrow", name, points, outputs=1)
    expected = np.array([*SPECIAL[name], math.nan])
    np.testing.assert_array_equal(y, expected)
    numbers = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(y)[numbers], np.signbit(expected)[numbers])


def test_extrema(library: Library) -> None:
    """min and max: NaN from either side, the first of equal operands."""
    a, b = (v.ravel() for v in np.meshgrid(*[[-math.inf, -1.0, -0.0, 0.0, 1.0, math.inf, math.nan]] * 2))
    for which, keeps in ((0, np.less_equal), (1, np.greater_equal)):
        (y,) = library.call("extremum", which, a.copy(), b.copy(), outputs=1)
        expected = np.where(keeps(a, b) | np.isnan(a), a, b)
        np.testing.assert_array_equal(y, expected)
        numbers = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(y)[numbers], np.signbit(expected)[numbers])


def test_near_root(library: Library) -> None:
    """Inside the half width the series, outside the main value; relative accuracy right beside the root."""
    root, half_width = 1.25, 1 / 128
    root_low, coefficients = 2.0**-60, [3.0, -2.0, 1.0, 0.5, 0.25, 0.125, 1.0, -1.0, 2.0]
    table = np.array([root, root_low, half_width, coefficients[0], 0.0, coefficients[1], 0.0, *coefficients[2:]])
    steps = np.array([0.0, 2.0**-52, 2.0**-30, 2.0**-10, 0.0078, 0.0079, 0.1])
    x = np.concatenate([root + steps, root - steps])
    main = np.full(x.size, 42.0)
    inside = np.abs(x - root) < half_width
    arrays = [np.pad(v, (0, -v.size % 8), mode="edge") for v in (main, x, np.zeros_like(x))]
    results = [np.empty(arrays[0].size) for _ in range(3)]
    size = ctypes.c_size_t(arrays[0].size)
    library.c.pyact_test_near_root(*map(convert, (table, arrays[0], arrays[1], results[0])), size)
    library.c.pyact_test_wide_near_root(*map(convert, (table, *arrays, results[1], results[2])), size)
    for i in range(x.size):
        if not inside[i]:
            assert results[0][i] == results[1][i] + results[2][i] == 42.0
            continue
        with mp.workdps(60):
            t = mp.mpf(x[i].item()) - mp.mpf(root) - mp.mpf(root_low)
            value = mp.fsum(mp.mpf(c) * t**k for k, c in enumerate(coefficients, start=1))
            assert log2_error(mp.mpf(results[0][i].item()), value) <= NARROW_BOUND
            assert log2_error(mp.mpf(results[1][i].item()) + mp.mpf(results[2][i].item()), value) <= WIDE_BOUND
