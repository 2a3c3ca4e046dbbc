"""Every exported graph against the definition: python -m tests.onnx_matrix [NAME ...] [--record] [--workers N]

{activations} x {float32, float64, float16, bfloat16} x {opset 13, 15, 18, 21, 24, newest} x {inline, and function from
15 up} x {value; gradient at 18 and 21}. `export` itself runs the full checker and strict shape inference. Each model is
loaded in onnxruntime's CPU provider and run with the optimizer off and fully on. What it computes is compared with the
definition in high precision at thresholds, in tails, at infinities and NaN; the exact values of an activation are
computed once for all of its models. test_onnx_matrix.py runs a part of this and looks at the record.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime

import pyact
from codegen import lower_numpy, spec
from codegen.expr import postorder, variables
from pyact.onnx import export, oracle, points
from pyact.onnx.export import DTYPES, newest_opset
from pyact.onnx.runtime import Session

Array = npt.NDArray[Any]
Exact = tuple[Array, Array]  # head and tail

RECORD = Path(__file__).resolve().parent.parent / "codegen" / "tables" / "onnx_matrix.json"
# At scale max(1, |value|); the half formats in units of the last place there.
TOLERANCE = {"float32": 3e-6, "float64": 1e-12, "float16": 1.0, "bfloat16": 1.0}
GRADIENT_OPSETS = (18, 21)
FACTORS = np.array([1.0, -0.75, 1.5, -1.25])  # grad_output: exact in every format
SEED = 20240229


@dataclass(frozen=True)
class Setting:
    """How a model is exported."""

    opset: int
    style: str
    gradient: bool

    def __str__(self) -> str:
        return f"{self.style} opset {self.opset}{' gradient' if self.gradient else ''}"


def opsets() -> list[int]:
    return sorted({13, 15, 18, 21, 24, newest_opset()})


def settings() -> list[Setting]:
    """All of them."""
    values = [Setting(o, s, False) for o in opsets() for s in ("inline", "function") if s == "inline" or o >= 15]
    return values + [Setting(o, s, True) for o in GRADIENT_OPSETS for s in ("inline", "function")]


# --- inputs -----------------------------------------------------------------------------------------------------------
def _thresholds(activation: spec.Activation, dtype: str) -> Array:
    """Numbers of the formula, its parameters and common bounds, of either sign, each with its neighbours."""
    numbers = {0.5, 1.0, 3.0, 6.0, 20.0, *(abs(p.default) for p in activation.parameters)}
    for node in postorder(activation.formula):
        if node.op == "const" and not isinstance(node.value, str) and abs(node.value) < 1000:
            numbers.add(abs(float(node.value)))
    kind = points.numpy_type(dtype)
    center = np.array(sorted(numbers)).astype(kind)
    up, down = np.array(math.inf).astype(kind), np.array(-math.inf).astype(kind)
    near = np.concatenate([center, np.nextafter(center, up), np.nextafter(center, down)]).astype(np.float64)
    return np.concatenate([near, -near])


@functools.cache
def _spread(name: str) -> tuple[Array, Array]:
    """The common range, tails and binades: in float32's digits, and in so few that both half formats have them."""
    generator = np.random.default_rng(SEED + sum(name.encode()))
    dense = np.concatenate(
        [generator.uniform(-10, 10, 70), generator.normal(0, 1, 40), generator.uniform(-110, 110, 50)]
    )
    mantissa, exponent = np.frexp(dense)
    few_digits = np.ldexp(np.rint(np.ldexp(mantissa, 8)), exponent - 8)
    binades = np.ldexp(generator.uniform(1, 2, 50), generator.integers(-126, 128, 50)) * generator.choice([-1, 1], 50)
    return np.concatenate([dense, binades]).astype(np.float32).astype(np.float64), few_digits


def scalars(activation: spec.Activation, dtype: str) -> Array:
    """Finite inputs of an elementwise activation, as doubles that the format holds."""
    single, few_digits = _spread(activation.name)
    form = ml_dtypes.finfo(points.numpy_type(dtype))
    ends = np.array([float(form.max), float(form.tiny), float(form.smallest_subnormal)])
    parts = [few_digits if dtype in ("float16", "bfloat16") else single, _thresholds(activation, dtype), ends, -ends]
    if dtype == "float64":
        generator = np.random.default_rng(SEED)
        parts.append(np.ldexp(generator.uniform(-2, 2, 30), generator.integers(-1000, 1000, 30)))
    x = np.concatenate(parts)
    return np.unique(x[x != 0])


@dataclass(frozen=True)
class Block:
    """Inputs of one run, by name, with what must come out: per output the exact values, NaN where nothing is asked."""

    inputs: dict[str, Array]
    exact: dict[str, Exact]


def outputs_of(activation: spec.Activation, gradient: bool) -> list[str | None]:
    return list(activation.inputs) if gradient else [None]


def blocks(activation: spec.Activation, dtype: str, gradient: bool) -> list[Block]:
    if activation.kind == "row":
        return [*_rows(activation, dtype, gradient), *_special_rows(activation, dtype, gradient)]
    x = scalars(activation, dtype)
    columns = {"x": x}
    if activation.kind == "gate":  # the points go to either input in turn
        other = np.random.default_rng(SEED).normal(0, 1, x.size).astype(np.float16).astype(np.float64)
        other = points.rounded(other, dtype).astype(np.float64)
        first = np.arange(x.size) % 2 == 0
        columns = dict(zip(activation.inputs, (np.where(first, x, other), np.where(first, other, x)), strict=True))
    if gradient:
        columns = {"grad_output": np.resize(FACTORS, x.size), **columns}
    exact = {
        output or "y": _solve(activation.name, output, list(zip(*(c.tolist() for c in columns.values()), strict=True)))
        for output in outputs_of(activation, gradient)
    }
    return [Block(columns, exact), _special(activation, dtype, gradient)]


def _special(activation: spec.Activation, dtype: str, gradient: bool) -> Block:
    """Infinities, for which the spec says the value, and NaN, in each input in turn."""
    limits = activation.derivative_limits if gradient else activation.limits
    defaults = activation.defaults
    rows, wanted = [], []
    if activation.kind == "elementwise":
        for point, limit in limits.items():
            rows.append([float(point)])
            wanted.append(float(lower_numpy.compile_numpy(limit, tuple(defaults))(*defaults.values())))
    for position in range(len(activation.inputs)):
        rows.append([math.nan if i == position else 1.0 for i in range(len(activation.inputs))])
        wanted.append(math.nan)
    columns = dict(zip(activation.inputs, np.array(rows).T, strict=True))
    head = np.array(wanted)
    if gradient:
        columns = {"grad_output": np.full(len(rows), 1.0), **columns}
    # A gradient may not depend on the input that is NaN: where it does not, the kernel says so.
    exact = {o or "y": (head, np.zeros(head.shape)) for o in outputs_of(activation, gradient)}
    if activation.kind == "gate" or (gradient and not variables(activation.derivatives["x"])):
        exact = _by_kernel(activation, columns, gradient)
    return Block(columns, exact)


def _by_kernel(activation: spec.Activation, columns: dict[str, Array], gradient: bool) -> dict[str, Exact]:
    """Special values as pyact's float64 kernel has them (test_special_values.py holds it to the spec)."""
    result = {}
    for output in outputs_of(activation, gradient):
        name = activation.name
        if output is not None:
            name += "_backward" + (f"_{output}" if activation.kind == "gate" else "")
        with np.errstate(all="ignore"):
            value = getattr(pyact.ufuncs, name)(*columns.values(), *activation.defaults.values())
        head = np.asarray(value).reshape(-1)
        result[output or "y"] = (head, np.zeros(head.shape))
    return result


def _rows(activation: spec.Activation, dtype: str, gradient: bool) -> Iterator[Block]:
    for number, row in enumerate(points.rows(dtype, SEED)):
        x = row.astype(np.float64)
        columns = {"x": x}
        if gradient:
            factors = np.resize(np.roll(FACTORS, number), x.size)
            columns = {"grad_output": factors[:1].repeat(x.size) if activation.reduces else factors, **columns}
        output = "x" if gradient else None
        point = tuple(tuple(c.tolist()) for c in columns.values())
        yield Block(columns, {output or "y": _solve(activation.name, output, [point])})


def _special_rows(activation: spec.Activation, dtype: str, gradient: bool) -> Iterator[Block]:
    for row in () if gradient else points.special_rows(dtype):
        columns = {"x": row.astype(np.float64)}
        yield Block(columns, _by_kernel(activation, columns, gradient))


@functools.cache
def _known() -> dict[Any, oracle.Pair]:
    return {}


def _solve(name: str, output: str | None, inputs: Sequence[tuple[Any, ...]]) -> Exact:
    """Exact values, computed once per input: the formats share most of theirs."""
    known = _known()
    missing = [p for p in dict.fromkeys(inputs) if (name, output, p) not in known]
    parameters = tuple(spec.built_in()[name].defaults.items())
    for point, answer in zip(missing, oracle.solve(oracle.Task(name, output, parameters, tuple(missing))), strict=True):
        known[name, output, point] = answer
    answers = [known[name, output, p] for p in inputs]
    pairs = np.array(answers[0] if isinstance(answers[0], list) else answers, np.float64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


# --- models -----------------------------------------------------------------------------------------------------------
@dataclass
class Finding:
    """The worst of one activation and format, over the models that ran."""

    name: str
    dtype: str
    models: int = 0
    value: float = 0.0
    gradient: float = 0.0
    wrong: list[str] = field(default_factory=list)


def measure(name: str, dtype: str, chosen: Sequence[Setting]) -> Finding:
    """Export with each setting, run with the optimizer off and on, and compare."""
    activation = spec.built_in()[name]
    finding = Finding(name, dtype)
    for gradient in sorted({s.gradient for s in chosen}):
        given = blocks(activation, dtype, gradient)
        for setting in chosen:
            if setting.gradient == gradient:
                _measure_model(activation, dtype, setting, given, finding)
    return finding


def _measure_model(
    activation: spec.Activation, dtype: str, setting: Setting, given: Sequence[Block], finding: Finding
) -> None:
    try:
        model = export(
            activation.name, opset=setting.opset, style=setting.style, dtype=dtype, gradient=setting.gradient
        )
    except ValueError as error:
        finding.wrong.append(f"{setting}: {error}")
        return
    finding.models += 1
    for optimize in (False, True):
        where = f"{setting}, optimizer {'on' if optimize else 'off'}"
        try:
            session = Session(model, optimize=optimize)
            error = max(_error(activation, dtype, session, block, where, finding) for block in given)
        except Exception as problem:  # of onnxruntime: a model that does not load is a finding, not the end
            finding.wrong.append(f"{where}: {str(problem)[:200]}")
            continue
        kind = "gradient" if setting.gradient else "value"
        setattr(finding, kind, max(getattr(finding, kind), error))


def _error(
    activation: spec.Activation, dtype: str, session: Session, block: Block, where: str, finding: Finding
) -> float:
    """The largest error of a run; beyond the tolerance it is a finding."""
    feed = {n: points.rounded(c, dtype) for n, c in block.inputs.items()}
    if activation.kind == "row":
        feed = {n: c[np.newaxis] for n, c in feed.items()}
        if activation.reduces and "grad_output" in feed:
            feed["grad_output"] = feed["grad_output"][:, 0]
    worst = 0.0
    for result, (head, tail) in zip(session(feed), block.exact.values(), strict=True):
        got = np.broadcast_to(result.astype(np.float64).reshape(-1) if activation.kind == "row" else result, head.shape)
        got = got.astype(np.float64)
        errors = oracle.scaled_errors(got, head, tail, dtype)
        i = int(np.argmax(errors))
        worst = max(worst, float(errors[i]))
        if errors[i] > TOLERANCE[dtype] and len(finding.wrong) < 8:
            at = ", ".join(f"{n}={c[i]!r}" for n, c in block.inputs.items())
            finding.wrong.append(f"{where}: {got[i]!r} instead of {head[i]!r} at {at} (error {errors[i]:.3g})")
    return worst


# --- the sweep --------------------------------------------------------------------------------------------------------
def sweep(names: Sequence[str], workers: int, chosen: Sequence[Setting] | None = None) -> Iterator[list[Finding]]:
    """All formats of one activation at a time, in the order given."""
    tasks = [(name, tuple(chosen or settings())) for name in names]
    if workers < 2:
        yield from map(_all_formats, tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_all_formats, tasks)


def _all_formats(task: tuple[str, tuple[Setting, ...]]) -> list[Finding]:
    name, chosen = task
    findings = [measure(name, dtype, chosen) for dtype in DTYPES]
    _known().clear()
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.onnx_matrix", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="activations; all by default")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}, which needs a run of everything")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    names = options.names or list(spec.built_in())
    if options.record and options.names:
        parser.error("--record needs a run of all activations")
    record: dict[str, Any] = {}
    failed = models = 0
    for findings in sweep(names, options.workers):
        for finding in findings:
            models += finding.models
            failed += bool(finding.wrong)
            record.setdefault(finding.name, {})[finding.dtype] = {
                "models": finding.models, "value": float(f"{finding.value:.3g}"),
                "gradient": float(f"{finding.gradient:.3g}"),
            }  # fmt: skip
            for text in finding.wrong:
                print(f"{finding.name} {finding.dtype} {text}", flush=True)
        shown = "  ".join(f"{f.dtype} {f.value:.2g} {f.gradient:.2g}" for f in findings)
        print(f"{findings[0].name:18s} {shown}", flush=True)
    print(f"{models} models of {len(names)} activations, each with the optimizer off and on: {failed} wrong")
    if options.record and not failed:
        versions = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
        whole = {"versions": versions, "opsets": opsets(), "activations": record}
        RECORD.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
