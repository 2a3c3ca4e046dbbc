"""The benchmarks run, compare the same functions, and report every cell of every promise. No time is asserted."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyact
from benchmarks import __main__ as program
from benchmarks import bars, peers
from benchmarks.cells import BACKWARD, FORWARD, FROM_OUTPUT, TABLES, Cell, matrix
from benchmarks.chart import svg
from benchmarks.inputs import DISTRIBUTIONS, DTYPES
from benchmarks.measure import disagreement
from benchmarks.options import ALL_SIZES, parse
from benchmarks.progress import Progress
from benchmarks.report import markdown, readme
from benchmarks.results import LIMIT, NP_TANH, OK, Measurement, Results, from_json, save, to_json
from benchmarks.timing import QUICK, Timed, interleaved_minima

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT: dict[str, Any] = {
    "cpu": "a <CPU> & more", "processors": 2, "system": "Linux", "python": "3", "isa": "avx512", "restricted": False,
    "threads": 1, "quick": False, "pyact": "0", "pyact_build": "0", "versions": {"numpy": "2", "torch": "2"},
    "missing": ["jax"], "variables": {},
}  # fmt: skip


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: it sets torch to inference mode and NumPy to silence."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT, text=True, capture_output=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def available(*names: str) -> list[str]:
    """Those installed; none of them is a skip that says so."""
    found = [name for name in names if peers.installed(name)]
    if not found:
        pytest.skip(f"not installed: {', '.join(names)}")
    return found


def check_markdown(text: str) -> int:
    """Every table is rectangular. The number of tables."""
    tables = re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE)
    for found in tables:
        lines = found.strip().splitlines()
        assert re.fullmatch(r"\|( --- \|)+", lines[1])
        assert {line.count("|") for line in lines} == {lines[0].count("|")}
    return len(tables)


# --- the whole program ------------------------------------------------------------------------------------------------
def test_a_quick_run_and_its_files(tmp_path: Path) -> None:
    """Every activation beside the peers that need no compiler: all compute the same function."""
    names = available("torch", "onnxruntime", "numpy", "scipy")
    files = [tmp_path / name for name in ("bench.json", "bench.md", "bench.svg")]
    options = ["all", "--quick", "--sizes", "1024", "--inputs", "normal3", "--tables", "activations", "rows", "calls"]
    outputs = ["--json", str(files[0]), "--markdown", str(files[1]), "--svg", str(files[2]), "--append"]
    done = run(*options, *outputs, "--peers", *names)
    assert done.returncode == 0, done.stderr
    document = json.loads(files[0].read_text())
    (environment,) = document["environments"].values()
    assert environment["cpu"]
    assert set(environment["versions"]) == {"numpy", *names}
    rows = document["measurements"]
    assert {r["table"] for r in rows} == {"activations", "rows", "calls"}
    timed = {r["who"] for r in rows if r["seconds"]}
    assert timed >= {"pyact", LIMIT, NP_TANH, *names}
    assert not [r for r in rows if "disagrees" in r["status"] or "Error" in r["status"]]
    wanted = {n for n, a in pyact.activations.items() if a.kind != "row"}
    assert {r["name"] for r in rows if r["table"] == "activations" and r["who"] == "pyact" and r["seconds"]} == wanted
    assert check_markdown(files[1].read_text()) >= 8
    assert ElementTree.parse(files[2]).getroot().tag.endswith("svg")

    before = files[0].read_text()
    again = run(*options, *outputs, "--peers", *names)
    assert again.returncode == 0, again.stderr
    assert "0 of" in again.stderr
    assert files[0].read_text() == before
    reported = run("--report", str(files[0]))
    assert reported.returncode == 0, reported.stderr
    assert check_markdown(reported.stdout) >= 8


@pytest.mark.parametrize("peer", ["jax", "numba"])
def test_peers_that_compile(peer: str) -> None:
    available(peer)
    options = ["--quick", "--sizes", "100", "--inputs", "normal1", "--tables", "activations"]
    done = run("relu", "sigmoid", "swiglu", *options, "--peers", peer)
    assert done.returncode == 0, done.stderr
    assert re.search(rf"\| {peer} \|", done.stdout)
    assert "disagrees" not in done.stdout
    assert "Error" not in done.stdout


@pytest.mark.skipif(not importlib.util.find_spec("ml_dtypes"), reason="ml_dtypes is not installed: no bfloat16")
def test_the_other_dtypes(tmp_path: Path) -> None:
    names = available("torch", "numpy")
    file = tmp_path / "bench.json"
    done = run("silu", "prelu", "logsigmoid", "glu", "softmax", "--dtype", "f64", "f16", "bf16", "--quick", "--sizes",
               "1024", "--inputs", "outliers", "--tables", "activations", "rows", "--json", str(file), "--peers",
               *names)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(file.read_text())["measurements"]
    assert not [r for r in rows if "disagrees" in r["status"]]
    for dtype in ("float64", "float16", "bfloat16"):
        assert {r["direction"] for r in rows if r["dtype"] == dtype and r["who"] in names and r["seconds"]} == {
            FORWARD, BACKWARD, FROM_OUTPUT,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gulu"], "pyact has no activation 'gulu'; did you mean"),
        (["relu", "--sizes", "many"], "'many' is not a size"),
        (["relu", "--append"], "--append needs --json FILE"),
        (["relu", "--peers", "tensorflow"], "invalid choice: 'tensorflow'"),
        (["--report", "nowhere.json"], "nowhere.json: No such file"),
    ],
)
def test_mistakes_are_explained(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(arguments)
    assert stopped.value.code not in (0, None)
    assert message in capsys.readouterr().err + str(stopped.value.code)


# --- what is reported, with times made up -----------------------------------------------------------------------------
def everything() -> list[Cell]:
    names = ["relu", "sigmoid", "elu", "softmax", "log_softmax"]
    return matrix(TABLES, names, [FORWARD, BACKWARD], list(DTYPES.values()), ALL_SIZES, list(DISTRIBUTIONS), True)


def made_up(cells: Sequence[Cell], ours: float, theirs: float) -> Results:
    results = Results()
    key, _ = results.open_environment(dict(ENVIRONMENT))
    for cell in cells:
        times = {"pyact": ours, LIMIT: theirs, "torch": theirs, "onnxruntime": theirs * 1.5}
        if cell.table == "calls":
            times = {NP_TANH: theirs, "pyact": ours, "pyact, parameters given": ours}
        elif cell.table == "threads":
            times = {"pyact, 1 thread": theirs, "pyact, 2 threads": ours}
        elif cell.table == "inputs":
            times = dict(zip(DISTRIBUTIONS, (ours, theirs, ours, theirs), strict=True))
        results.add(key, [Measurement(cell, who, OK, seconds, 1, 1) for who, seconds in times.items()])
    return results


def judged(cell: Cell) -> int:
    """How many of the bars are about this cell, as the promises have it."""
    if cell.direction == FROM_OUTPUT and cell.table == "activations":
        return 0
    if cell.table == "activations":
        if cell.dtype != "float32":
            return 1
        in_cache = cell.size in (65_536, 1 << 20) and cell.inputs in ("normal1", "normal3")
        return int(in_cache or cell.size in (4096, 1 << 24))
    if cell.table == "rows":
        return 1 if cell.axis == 0 or cell.dtype != "float32" else 2
    return 1 if cell.table != "threads" else 1 + (cell.size == 1 << 24)


def test_every_cell_of_the_bars_is_reported() -> None:
    cells = everything()
    slow = made_up(cells, ours=1e-3, theirs=1e-4)
    (key,) = slow.environments
    missed = [cell for verdict in bars.verdicts(slow, key) for cell, _ in verdict.missed]
    assert {c: missed.count(c) for c in set(missed)} == {c: n for c in cells if (n := judged(c))}
    text = markdown(slow)
    for cell in set(missed):
        assert text.count(f"- {cell}: ") == judged(cell)
    assert "not measured" not in text.split("### Cells")[0].split("### Bars")[1]


def test_fast_enough_meets_every_bar() -> None:
    fast = made_up(everything(), ours=1e-4, theirs=1e-3)
    fast_inputs = {cell: group for cell, group in fast.cells[next(iter(fast.cells))].items() if cell.table != "inputs"}
    fast.cells = dict.fromkeys(fast.cells, fast_inputs)
    text = markdown(fast)
    assert "Cells that miss" not in text
    assert "**missed" not in text
    assert "10.00x" in text


def test_what_was_not_measured_is_said() -> None:
    results = made_up([Cell("activations", "relu", FORWARD, "float32", (65_536,), "normal1")], 1.0, 1.0)
    text = markdown(results)
    assert text.count("| not measured |") == len(bars.BARS) - 1
    assert "Not installed, so not measured: jax" in text
    assert "Not installed: jax" in readme(results, next(iter(results.environments)))


def test_several_threads_are_judged_by_no_bar() -> None:
    results = made_up([Cell("activations", "relu", FORWARD, "float32", (65_536,), "normal1")], 2.0, 1.0)
    (environment,) = results.environments.values()
    environment["threads"] = 2
    text = markdown(results)
    assert "none is judged here" in text
    assert "**missed" not in text


def test_a_peer_that_cannot_be_restricted_counts_for_no_bar() -> None:
    cell = Cell("activations", "relu", FORWARD, "float32", (65_536,), "normal1")
    times = {"pyact": 2.0, "onnxruntime": 1.0, "torch": 2.0}
    group = [Measurement(cell, who, OK, seconds) for who, seconds in times.items()]
    assert bars.Timings(cell, group, ENVIRONMENT).best_peer() == ("onnxruntime", 1.0)
    assert bars.Timings(cell, group, ENVIRONMENT | {"restricted": True}).best_peer() == ("torch", 2.0)


def test_a_peer_that_disagrees_is_shown_and_does_not_count() -> None:
    cell = Cell("activations", "relu", FORWARD, "float32", (65_536,), "normal1")
    results = Results()
    key, _ = results.open_environment(ENVIRONMENT)
    wrong = Measurement(cell, "torch", "disagrees with pyact: by 1", 1e-5)
    results.add(key, [Measurement(cell, "pyact", OK, 2e-5), wrong, Measurement(cell, "numpy", OK, 4e-5)])
    text = markdown(results)
    assert "| relu | **0.305** | (0.153) | 0.610 | numpy | 2.00x |  |" in text
    assert "- torch: disagrees" in text


def test_another_function_is_found_out() -> None:
    x = np.linspace(-3, 3, 1000)
    kink = np.where(np.arange(x.size) == 500, x + 1, x)
    assert disagreement(x.astype(np.float32), x, "float32") is None
    assert disagreement(kink, x, "float32") is None
    assert disagreement(np.maximum(x, 0), x, "float32") == "by 1.0e+00"
    assert disagreement(np.where(x == x[0], np.nan, x), x, "float32") == "NaN or infinity"
    assert disagreement(x[1:], x, "float32") == "shape (999,)"


def test_readme_table_includes_losses() -> None:
    cells = [Cell("activations", "relu", d, "float32", (65_536,), "normal1") for d in (FORWARD, BACKWARD)]
    results = made_up(cells, ours=65_536 * 2e-9, theirs=65_536 * 1e-9)
    row = readme(results, next(iter(results.environments))).splitlines()[-1]
    assert row == "| relu | 2.00 | **1.00** | 1.50 onnxruntime | 2.00 | **1.00** | 1.50 onnxruntime |"


def test_chart_is_svg_whatever_was_measured() -> None:
    for results in (Results(), made_up(everything(), 1e-3, 1e-4), made_up([], 1.0, 1.0)):
        text = svg(results)
        root = ElementTree.fromstring(text)
        assert "prefers-color-scheme: dark" in text
        assert not re.search(r"(href|src|url\()", text), "it must need no other file"
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
            assert 0 <= float(rect.attrib["x"]) <= float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width
            assert 0 <= float(rect.attrib["y"]) <= height


# --- files, interruption, timing --------------------------------------------------------------------------------------
def test_json_holds_everything(tmp_path: Path) -> None:
    results = made_up(everything(), 1.0, 2.0)
    assert from_json(to_json(results)) == results
    save(results, tmp_path / "new" / "bench.json")
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["bench.json"]
    with pytest.raises(ValueError, match="format 1"):
        from_json('{"format": 0}')


def test_another_build_of_pyact_replaces_the_old_one() -> None:
    results = made_up(everything(), 1.0, 2.0)
    cells = len(next(iter(results.cells.values())))
    same, dropped = results.open_environment(dict(ENVIRONMENT))
    assert dropped == 0
    assert len(results.cells[same]) == cells
    other, dropped = results.open_environment(ENVIRONMENT | {"threads": 2})
    assert dropped == 0
    new, dropped = results.open_environment(ENVIRONMENT | {"pyact_build": "1"})
    assert dropped == cells
    assert set(results.environments) == set(results.cells) == {other, new}


def test_what_was_measured_before_an_interruption_is_kept() -> None:
    class Interrupted:
        def measure(self, cell: Cell) -> list[Measurement]:
            if cell.size == 100:
                raise KeyboardInterrupt
            return [Measurement(cell, "pyact", OK, 1.0)]

    cells = [Cell("activations", "relu", FORWARD, "float32", (n,), "normal1") for n in (1, 2, 100, 3)]
    results = Results()
    bench: Any = Interrupted()
    assert not program.measure_all(bench, cells, results, "key", None)
    assert list(results.cells["key"]) == cells[:2]


def test_rounds_are_interleaved_and_the_hopeless_get_fewer() -> None:
    seen: list[str] = []

    def called(name: str, work: int) -> Callable[[], None]:
        def call() -> None:
            seen.append(name)
            sum(range(work))

        return call

    found = interleaved_minima(
        {"a": Timed(called("a", 1000)), "b": Timed(called("b", 1000), lambda: seen.append("before"))}, QUICK
    )
    assert {timing.rounds for timing in found.values()} <= {QUICK.rounds, 1}
    assert all(timing.seconds > 0 for timing in found.values())
    assert "before" in seen
    slow = interleaved_minima({"a": Timed(called("a", 10)), "b": Timed(called("b", 1_000_000))}, QUICK)
    assert (slow["a"].rounds, slow["b"].rounds) == (QUICK.rounds, 1)


def test_sizes_and_defaults() -> None:
    options = parse(["--sizes", "1", "64k", "1M", "1_000"])
    assert options.sizes == [1, 65_536, 1 << 20, 1000]
    assert set(options.tables) == set(TABLES)
    assert parse(["--rows"]).tables == ["rows"]
    assert parse(["--readme"]).sizes == [65_536]
    assert "relu" in parse([]).names
    assert "gelu_tanh" in parse([]).names


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(60)
    for _ in range(60):
        progress.step("relu")
    progress.end()
    assert len(capsys.readouterr().err.splitlines()) == 1
