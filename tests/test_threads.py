"""Splitting over threads: same bits, safe beside other threads and after fork, bad settings refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import pyact

ROOT = Path(__file__).resolve().parent.parent
LARGE = (1 << 23) + 12_345  # enough for eight threads, and no multiple of a block
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


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


SHAPES = [
    ((3000, 257), -1), ((3000, 257), 0), ((200_001, 5), -1), ((2, 400_000), -1), ((20_000, 9), 0), ((20_000, 24), 0),
    ((20, 30_000), 0), ((3, 100_000), -1), ((17, 20_000), -1),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_row_results_do_not_depend_on_it(shape: tuple[int, int], axis: int) -> None:
    x = np.random.default_rng(2).normal(0, 3, shape).astype(np.float32)
    for function in (pyact.ufuncs.softmax, pyact.ufuncs.logsumexp, pyact.ufuncs.sparsemax):
        for threads in (2, 4, 7):
            assert np.array_equal(on(1, function, x, axis=axis), on(threads, function, x, axis=axis))


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


def run(program: str, timeout: float = 60) -> None:
    """In a process of its own, which must end well and in time."""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, cwd=ROOT, timeout=timeout)


@needs_fork
def test_a_forked_child_can_call_it() -> None:
    """Before and after the pool has threads, from a child of a child, and again in the parent."""
    run("""
import os, numpy as np, pyact
x = np.linspace(-5, 5, 1 << 19, dtype=np.float64)
pyact.set_num_threads(1)
expected = pyact.gelu(x)
pyact.set_num_threads(4)

def child(depth):
    number = os.fork()
    if number == 0:
        right = np.array_equal(pyact.gelu(x), expected)
        if depth:
            child(depth - 1)
        os._exit(0 if right else 1)
    assert os.waitpid(number, 0)[1] == 0

child(0)
assert np.array_equal(pyact.gelu(x), expected)
for _ in range(20):
    child(2)
    assert np.array_equal(pyact.gelu(x), expected)
""")


@needs_fork
def test_forks_while_other_threads_call_it() -> None:
    run("""
import os, threading, numpy as np, pyact
x = np.linspace(-5, 5, 1 << 17, dtype=np.float64)
expected = pyact.gelu(x)
pyact.set_num_threads(4)
stop, wrong = threading.Event(), []

def work():
    while not stop.is_set():
        if not np.array_equal(pyact.gelu(x), expected):
            wrong.append(1)

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(60):
    number = os.fork()
    if number == 0:
        os._exit(0 if np.array_equal(pyact.gelu(x), expected) else 1)
    assert os.waitpid(number, 0)[1] == 0
stop.set()
for thread in threads:
    thread.join()
assert not wrong
""")


@pytest.mark.parametrize("ending", ["", "raise SystemExit", "import os; os._exit(0)", "import sys; sys.exit(0)"])
def test_the_interpreter_ends_while_threads_are_at_work(ending: str) -> None:
    run(f"""
import threading, time, numpy as np, pyact
pyact.set_num_threads(8)
x = np.linspace(-5, 5, 1 << 20)

def work():
    while True:
        pyact.gelu(x)

for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.2)
{ending}
""")


def test_from_64_python_threads_that_change_the_number() -> None:
    x = np.random.default_rng(4).normal(0, 2, 1 << 17)
    expected = on(1, pyact.ufuncs.gelu, x)
    rows = x.reshape(-1, 64)
    expected_rows = on(1, pyact.ufuncs.softmax, rows)
    wrong: list[int] = []
    barrier = threading.Barrier(64)

    def work(number: int) -> None:
        barrier.wait()
        for turn in range(4):
            pyact.set_num_threads((number + turn) % 7 + 1)
            if not np.array_equal(pyact.gelu(x), expected) or not np.array_equal(pyact.softmax(rows), expected_rows):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert not wrong


def test_every_length_around_the_threshold() -> None:
    """From the first length that is split: all of it is written, once, with the bits of one thread."""
    whole = np.random.default_rng(5).normal(0, 2, 1 << 18)
    expected = on(1, pyact.ufuncs.gelu, whole)
    for threads in (2, 5, 64):
        pyact.set_num_threads(threads)
        for n in [*range(32_500, 33_100, 97), 32_768, 65_535, 65_536, 100_001, 1 << 18]:
            out = np.full(n + 1, 7.0)
            pyact.gelu(whole[:n], out=out[:n])
            assert np.array_equal(out[:n], expected[:n])
            assert out[n] == 7.0


def test_threads_keep_out_of_the_callers_signals() -> None:
    """A signal that arrives while the pool is at work interrupts the program, not a thread of the pool."""
    run("""
import signal, time, numpy as np, pyact
seen = []
signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
pyact.set_num_threads(4)
x = np.linspace(-5, 5, 1 << 19)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
end = time.monotonic() + 1
while time.monotonic() < end:
    pyact.gelu(x)
signal.setitimer(signal.ITIMER_REAL, 0)
assert len(seen) > 5
""")


def test_no_data_races(tmp_path: Path) -> None:
    """tests/csrc/threads.c under a thread sanitizer."""
    compiler = shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler with a thread sanitizer")
    program = tmp_path / "threads"
    sources = [ROOT / "tests" / "csrc" / "threads.c", ROOT / "generated_c" / "threads.c"]
    flags = ["-std=c11", "-O1", "-g", "-fsanitize=thread", f"-I{ROOT / 'generated_c'}", "-pthread"]
    built = subprocess.run([compiler, *flags, *sources, "-o", program], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        pytest.skip(f"no thread sanitizer: {built.stderr.strip()[-200:]}")
    command = [str(program)]
    if shutil.which("setarch"):  # the sanitizer cannot place its memory among randomly placed libraries
        command = ["setarch", os.uname().machine, "-R", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if "unexpected memory mapping" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("the thread sanitizer does not run here")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


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


def test_the_environment_variable_is_read_at_import() -> None:
    program = "import os, pyact; os.environ['PYACT_NUM_THREADS'] = '7'; print(pyact.get_num_threads())"
    environment = {**os.environ, "PYACT_NUM_THREADS": "3"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=environment, check=True
    )
    assert done.stdout.strip() == "3"
