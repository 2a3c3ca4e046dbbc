"""Splitting over threads: same bits, safe beside other threads and after fork, bad settings refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import pyact

ROOT = Path(__file__).resolve().parent.parent
LARGE = (1 << 23) + 12_345  # enough for eight threads, and no multiple of a block


@pytest.fixture(autouse=True)
def default_afterwards() -> Iterator[None]:
    yield
    pyact.set_num_threads(None)


def on(threads: int, function: np.ufunc, *arguments: np.ndarray, **keywords: int) -> np.ndarray:
    pyact.set_num_threads(threads)
    result: np.ndarray = function(*arguments, **keywords)
    return result


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("threads", [2, 3, 7])
def test_elementwise_results_do_not_depend_on_it(dtype: type, threads: int) -> None:
    x = np.random.default_rng(1).normal(0, 3, LARGE).astype(dtype)
    for function, arguments in ((pyact.ufuncs.silu, (x,)), (pyact.ufuncs.elu_backward, (x, x, np.float64(1.5)))):
        one, several = (on(count, function, *arguments).view(np.uint8) for count in (1, threads))
        assert np.array_equal(one, several)


SHAPES = [((3000, 257), -1), ((3000, 257), 0), ((200_001, 5), -1), ((2, 400_000), -1)]


@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_row_results_do_not_depend_on_it(shape: tuple[int, int], axis: int) -> None:
    x = np.random.default_rng(2).normal(0, 3, shape).astype(np.float32)
    for function in (pyact.ufuncs.softmax, pyact.ufuncs.logsumexp, pyact.ufuncs.sparsemax):
        assert np.array_equal(on(1, function, x, axis=axis), on(4, function, x, axis=axis))


def test_strided_and_in_place() -> None:
    whole = np.random.default_rng(3).normal(0, 2, 2 * LARGE).astype(np.float32)
    expected = on(1, pyact.ufuncs.gelu, whole[::2].copy())
    assert np.array_equal(on(5, pyact.ufuncs.gelu, whole[::2]), expected)
    reverse = on(5, pyact.ufuncs.gelu, whole[::2][::-1])
    assert np.array_equal(reverse, expected[::-1])
    buffer = whole[::2].copy()
    pyact.gelu(buffer, out=buffer)
    assert np.array_equal(buffer, expected)


def test_from_many_python_threads_at_once() -> None:
    x = np.random.default_rng(4).normal(0, 2, 1 << 21).astype(np.float32)
    expected = on(1, pyact.ufuncs.sigmoid, x)
    pyact.set_num_threads(4)
    with ThreadPoolExecutor(64) as pool:
        results = list(pool.map(lambda _: np.array_equal(pyact.sigmoid(x), expected), range(64)))
    assert all(results)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_can_call_it() -> None:
    program = """
import os, numpy as np, pyact
pyact.set_num_threads(4)
x = np.linspace(-5, 5, 1 << 21, dtype=np.float32)
expected = pyact.silu(x)
child = os.fork()
if child == 0:
    os._exit(0 if np.array_equal(pyact.silu(x), expected) else 1)
assert os.waitpid(child, 0)[1] == 0
assert np.array_equal(pyact.silu(x), expected)
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, cwd=ROOT, timeout=60)


def test_the_number_is_set_and_read() -> None:
    pyact.set_num_threads(3)
    assert pyact.get_num_threads() == 3
    pyact.set_num_threads(10**6)
    assert pyact.get_num_threads() == 64
    pyact.set_num_threads(None)
    assert pyact.get_num_threads() >= 1


@pytest.mark.parametrize(("wrong", "error"), [(0, ValueError), (-2, ValueError), (1.5, TypeError), ("two", TypeError)])
def test_a_wrong_number_is_refused(wrong: object, error: type[Exception]) -> None:
    pyact.set_num_threads(2)
    with pytest.raises(error):
        pyact.set_num_threads(wrong)  # type: ignore[arg-type]
    assert pyact.get_num_threads() == 2


@pytest.mark.parametrize(("text", "expected"), [("1", "1"), ("5", "5"), ("many", None), ("0", None), ("-3", None)])
def test_the_environment_variable(text: str, expected: str | None) -> None:
    command = [sys.executable, "-c", "import pyact; print(pyact.get_num_threads())"]
    environment = {**os.environ, "PYACT_NUM_THREADS": text}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    if expected is None:
        assert done.returncode != 0
        assert f"PYACT_NUM_THREADS is {text!r}" in done.stderr
    else:
        assert done.stdout.strip() == expected
