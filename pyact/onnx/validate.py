"""`validate`: are pyact's kernels, and the models `export` writes, the functions they claim to be?

For each activation and format the exported model runs in onnxruntime (CPU, optimizer off) on bit patterns from every
binade, and so does pyact's kernel. Both are compared with the definition, evaluated in high precision.
"""

from __future__ import annotations

import concurrent.futures
import json
import math
import multiprocessing
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

from . import curves, oracle, points
from .curves import ErrorCurve
from .export import DEFAULT_OPSET, DTYPES, ExportError, dtype_name, export, import_onnx

if TYPE_CHECKING:
    from codegen.spec import Activation

spec = _toolchain.module("spec")
lower_numpy = _toolchain.module("lower_numpy")

Array = npt.NDArray[Any]
Kernel = Callable[["Case", Sequence[Array]], Array]

# A model is the same function if it is within this of the exact value at scale max(1, |value|); half formats: in ULP.
TOLERANCE = {"float32": 3e-6, "float64": 1e-12, "float16": 1.0, "bfloat16": 1.0}
# What pyact promises of its kernels, in ULP. The gradients of rows cancel and are held to the model's tolerance.
PROMISE: Mapping[str, float] = _toolchain.module("ulp").PROMISE
ROW_PROMISE = {"float32": 2.0, "float64": 2.0, "float16": 0.51, "bfloat16": 0.51}
_POINTS = {"float32": 900, "float64": 600, "float16": 900, "bfloat16": 700}
_SEED = 20240229
_CHUNK = 250
KNOWN_DEVIATIONS = Path(__file__).with_name("known_deviations.toml")


class ValidationError(ValueError):
    """A validation that cannot be made, or that would have compared nothing."""


@dataclass(frozen=True)
class Case:
    """One model: an activation, a format, and what is computed."""

    activation: Activation
    dtype: str
    output: str | None  # None: the value; else the input whose gradient it is

    @property
    def name(self) -> str:
        if self.output is None:
            return self.activation.name
        plain = self.activation.kind != "gate"
        return f"{self.activation.name}_backward" + ("" if plain else f"_{self.output}")


@dataclass(frozen=True)
class Error:
    """The largest error found, and the input (of a row: the element) it was found at."""

    ulp: float
    ulp_at: float
    scaled: float
    scaled_at: float


@dataclass
class Result:
    """One row of the report."""

    name: str
    dtype: str
    points: int
    kernel: Error
    runtime: Error
    promise: float
    deviations: list[str] = field(default_factory=list)  # known ones that were seen
    wrong: list[str] = field(default_factory=list)  # why the verdict is bad
    repaired: list[str] = field(default_factory=list)  # known ones that are gone
    curve: ErrorCurve | None = field(default=None, repr=False, compare=False)  # the error along x, where asked for

    @property
    def ok(self) -> bool:
        return not self.wrong

    @property
    def verdict(self) -> str:
        if self.wrong:
            return "; ".join(self.wrong)
        return "same" + (f" (known: {'; '.join(self.deviations)})" if self.deviations else "")


@dataclass
class Report:
    """Every case of one validation."""

    results: list[Result]
    opset: int
    style: str
    gradient: bool
    runtime: str
    seconds: float

    @property
    def ok(self) -> bool:
        return bool(self.results) and all(r.ok and r.points > 0 for r in self.results)

    @property
    def points(self) -> int:
        return sum(r.points for r in self.results)

    def to_json(self) -> str:
        """All of it, as JSON; an infinite error is the string "inf"."""
        plain = asdict(replace(self, results=[replace(r, curve=None) for r in self.results])) | {"ok": self.ok}
        for shown, result in zip(plain["results"], self.results, strict=True):
            del shown["curve"]  # for the plots of `html.page`
            shown |= {"ok": result.ok, "verdict": result.verdict}
        return json.dumps(_finite(plain), indent=1) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list) else value


def validate(
    names: Iterable[str] | str | None = None,
    *,
    dtypes: Iterable[Any] = DTYPES,
    opset: int = DEFAULT_OPSET,
    style: str = "auto",
    gradient: bool = False,
    workers: int = 1,
    error_curves: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
    kernel: Kernel | None = None,
    make_model: Callable[..., Any] = export,
) -> Report:
    """Compare exported models in onnxruntime, and pyact's kernels, with the exact values.

    Parameters
    ----------
    names
        Activations, by name or alias; all of them by default.
    dtypes
        Formats, of "float32", "float64", "float16" and "bfloat16".
    opset, style, gradient
        As in `export`; with `gradient` the gradients are validated instead of the values.
    workers
        Processes that compute exact values. More than one needs a main module that can be imported again.
    error_curves
        Also measure the error along x, `Result.curve`, for the plots of `html.page`.
    progress
        Called with the cases done, the number of cases, and the name of the next one.
    kernel, make_model
        What is validated, instead of pyact's own kernels and `export`.

    Returns
    -------
    Report
        `report.ok` tells whether everything is the same function; `report.results` has one entry per case.

    Raises
    ------
    ImportError
        If onnx, onnxruntime or mpmath is missing.
    ExportError, ValidationError
        For an unknown name, opset, dtype or style, and if there is nothing to validate.
    """
    onnxruntime = _require()
    started = time.monotonic()
    formats = list(dict.fromkeys(dtype_name(d) for d in ([dtypes] if isinstance(dtypes, str) else dtypes)))
    cases = [
        Case(a, d, output)
        for a in _activations(names)
        for d in formats
        for output in (a.inputs if gradient else (None,))
    ]
    if not cases:
        raise ValidationError("nothing to validate: no activation and dtype were selected")
    kernel = kernel or native_kernel
    known = load_deviations()
    results: list[Result] = []
    with _pool(workers) as submit:
        pending = []
        for case in cases:
            inputs = case_inputs(case)
            pending.append((case, inputs, submit(case, inputs)))
        for done, (case, inputs, answers) in enumerate(pending):
            if progress is not None:
                progress(done, len(cases), f"{case.name} {case.dtype}")
            model = make_model(case.activation.name, opset=opset, dtype=case.dtype, style=style, gradient=gradient)
            results.append(_judge(case, inputs, answers(), model, kernel, known, error_curves))
    if progress is not None:
        progress(len(cases), len(cases), "")
    return Report(results, opset, style, gradient, f"onnxruntime {onnxruntime.__version__}", time.monotonic() - started)


def _require() -> Any:
    """onnxruntime, after a look for everything that a validation needs."""
    import_onnx()
    try:
        import mpmath  # noqa: F401
        import onnxruntime
    except ImportError as error:
        raise ImportError(f"validation needs {error.name}: pip install pyact[validate]") from None
    return onnxruntime


def _activations(names: Iterable[str] | str | None) -> list[Activation]:
    catalogue = spec.built_in()
    if names is None:
        return list(catalogue.values())
    found: dict[str, Activation] = {}
    for name in [names] if isinstance(names, str) else names:
        try:
            activation = catalogue[name]
        except KeyError as error:
            raise ExportError(error.args[0]) from None
        found[activation.name] = activation
    return list(found.values())


# --- inputs and exact values ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Inputs:
    """What a case is run on: arrays of one shape per block. Rows are one block each, elementwise inputs one in all."""

    names: tuple[str, ...]
    blocks: tuple[tuple[Array, ...], ...]
    finite: tuple[Array, ...]  # per block: which positions (rows: all or none) the oracle answers

    @property
    def count(self) -> int:
        return sum(int(f.sum()) for f in self.finite)


# For grad_output: exact in every format, and not large, since a kernel promises the derivative within its bound and
# then one rounding: a subnormal derivative that is one unit off is |grad_output| units off in the gradient.
_FACTORS = np.array([1.0, -0.75, 1.5, -1.25])


def case_inputs(case: Case) -> Inputs:
    activation, dtype = case.activation, case.dtype
    names = (*(["grad_output"] if case.output is not None else []), *activation.inputs)
    seed = _SEED + sum(activation.name.encode())
    if activation.kind == "row":
        return _row_inputs(case, names, seed)
    x = points.scalars(dtype, _POINTS[dtype], _thresholds(activation), seed)
    factors = points.rounded(np.resize(_FACTORS, x.size), dtype)
    if activation.kind == "elementwise":
        columns = [x]
    else:
        other = points.rounded(np.random.default_rng(seed).normal(0, 1, x.size), dtype)
        first = np.arange(x.size) % 2 == 0  # the points go to either input in turn
        columns = [np.where(first, x, other), np.where(first, other, x)]
    block = (*([factors] if case.output is not None else []), *columns)
    finite = np.all([np.isfinite(c.astype(np.float64)) for c in block], axis=0)
    return Inputs(names, (block,), (finite,))


def _row_inputs(case: Case, names: tuple[str, ...], seed: int) -> Inputs:
    blocks, finite = [], []
    for special, group in ((False, points.rows(case.dtype, seed)), (True, points.special_rows(case.dtype))):
        if special and case.output is not None:
            continue
        for number, row in enumerate(group):
            gradient = points.rounded(np.random.default_rng(seed + number).normal(0, 1, row.size), case.dtype)
            if case.activation.reduces:
                gradient[:] = gradient[0]
            blocks.append((*([gradient] if case.output is not None else []), row))
            finite.append(np.full(row.shape, not special))
    return Inputs(names, tuple(blocks), tuple(finite))


def _thresholds(activation: Activation) -> set[float]:
    """Numbers of the formula and parameters: kinks and jumps are at some of them."""
    expr = _toolchain.module("expr")
    numbers = {abs(float(p.default)) for p in activation.parameters}
    for node in expr.postorder(activation.formula):
        if node.op == "const" and not isinstance(node.value, str) and abs(node.value) < 1000:
            numbers.add(abs(float(node.value)))
    return numbers


Submit = Callable[[Case, Inputs], Callable[[], list[tuple[Array, Array]]]]


class _pool:
    """Computes exact values, in this process or in several."""

    def __init__(self, workers: int) -> None:
        self.executor: concurrent.futures.ProcessPoolExecutor | None = None
        if workers > 1:  # spawned, since a fork would inherit onnxruntime's threads
            context = multiprocessing.get_context("spawn")
            self.executor = concurrent.futures.ProcessPoolExecutor(workers, mp_context=context)

    def __enter__(self) -> Submit:
        return self.submit

    def __exit__(self, kind: object, *_: object) -> None:
        if self.executor is not None:
            self.executor.shutdown(cancel_futures=kind is not None)

    def submit(self, case: Case, inputs: Inputs) -> Callable[[], list[tuple[Array, Array]]]:
        """Start; the function that is returned gives head and tail per block."""
        tasks = list(_tasks(case, inputs))
        if self.executor is not None:
            futures = [self.executor.submit(oracle.solve, t) for t in tasks]
            return lambda: _assemble(case, inputs, [f.result() for f in futures])
        return lambda: _assemble(case, inputs, [oracle.solve(t) for t in tasks])


def _tasks(case: Case, inputs: Inputs) -> Iterator[oracle.Task]:
    parameters = tuple(case.activation.defaults.items())
    for block, finite in zip(inputs.blocks, inputs.finite, strict=True):
        columns = [c.astype(np.float64) for c in block]
        if case.activation.kind == "row":
            if finite.all():
                yield oracle.Task(
                    case.activation.name, case.output, parameters, (tuple(tuple(c.tolist()) for c in columns),)
                )
            continue
        listed = list(zip(*(c[finite].tolist() for c in columns), strict=True))
        for start in range(0, len(listed), _CHUNK):
            yield oracle.Task(case.activation.name, case.output, parameters, tuple(listed[start : start + _CHUNK]))


def _assemble(case: Case, inputs: Inputs, answers: list[Any]) -> list[tuple[Array, Array]]:
    """Exact values per block; NaN where the oracle was not asked."""
    if case.activation.kind == "row":
        rows = iter(answers)
        pairs = [next(rows)[0] if f.all() else [(math.nan, 0.0)] * f.size for f in inputs.finite]
        return [(np.array([p[0] for p in row]), np.array([p[1] for p in row])) for row in pairs]
    flat = np.array([p for a in answers for p in a], np.float64).reshape(-1, 2)
    finite = inputs.finite[0]
    head, tail = np.full(finite.shape, math.nan), np.zeros(finite.shape)
    head[finite], tail[finite] = flat[:, 0], flat[:, 1]
    return [(head, tail)]


# --- judgement --------------------------------------------------------------------------------------------------------
def _judge(
    case: Case,
    inputs: Inputs,
    answers: list[tuple[Array, Array]],
    model: Any,
    kernel: Kernel,
    known: Sequence[Mapping[str, Any]],
    error_curves: bool,
) -> Result:
    from .runtime import Session

    if inputs.count == 0 or any(np.isnan(h[f]).any() for (h, _), f in zip(answers, inputs.finite, strict=True)):
        raise ValidationError(f"{case.name} {case.dtype}: no exact values to compare with")
    session = Session(model)
    output = 0 if case.output is None else case.activation.inputs.index(case.output)
    runtime, ours = [], []
    for block in inputs.blocks:
        runtime.append(_run_model(case, session, inputs.names, block)[output])
        ours.append(_doubles(kernel(case, block)))
    compare = _Comparison(case, inputs, answers)
    promise = (ROW_PROMISE if case.activation.kind == "row" else PROMISE)[case.dtype]
    result = Result(case.name, case.dtype, inputs.count, compare.error(ours), compare.error(runtime), promise)
    tolerance = TOLERANCE[case.dtype]
    if result.runtime.scaled > tolerance:
        result.wrong.append(f"model is off by {result.runtime.scaled:.2g} at {result.runtime.scaled_at!r}")
    operators = {n.op_type for n in model.graph.node}
    compare.special(runtime, [d for d in known if d["operator"] in operators], result)
    if case.activation.kind == "row" and case.output is not None:
        if result.kernel.scaled > tolerance:
            result.wrong.append(f"kernel is off by {result.kernel.scaled:.2g} at {result.kernel.scaled_at!r}")
    elif result.kernel.ulp > promise:
        result.wrong.append(f"kernel is off by {result.kernel.ulp:.3g} ULP at {result.kernel.ulp_at!r}")
    compare.kernel_special(ours, result)
    if error_curves:
        result.curve = curves.measure(case, session, kernel)
    return result


def _doubles(array: Array) -> Array:
    return np.asarray(array).astype(np.float64)


def _run_model(case: Case, session: Any, names: Sequence[str], block: Sequence[Array]) -> list[Array]:
    """A row is fed as a batch of one; what is the same for a whole row is broadcast over it again."""
    if case.activation.kind != "row":
        return [_doubles(o) for o in session(dict(zip(names, block, strict=True)))]
    feed = {n: c[np.newaxis] for n, c in zip(names, block, strict=True)}
    if case.activation.reduces and case.output is not None:
        feed["grad_output"] = feed["grad_output"][:, 0]
    size = block[-1].size
    return [np.broadcast_to(_doubles(o).reshape(-1), (size,)) for o in session(feed)]


class _Comparison:
    """Results of one case against its exact values and its special values."""

    def __init__(self, case: Case, inputs: Inputs, answers: list[tuple[Array, Array]]) -> None:
        self.case, self.inputs, self.answers = case, inputs, answers
        activation = case.activation
        expression = activation.kernel if case.output is None else oracle.expression_of(activation, case.output)
        self.parameters = activation.defaults
        self.function = lower_numpy.compile_numpy(expression, (*inputs.names, *self.parameters))

    def error(self, results: Sequence[Array]) -> Error:
        at, ulp, scaled = [], [], []
        for block, (head, tail), finite, result in zip(
            self.inputs.blocks, self.answers, self.inputs.finite, results, strict=True
        ):
            which = 0 if self.case.output is None else 1
            at.append(_doubles(block[which])[finite])
            given = np.broadcast_to(result, finite.shape)[finite]
            ulp.append(oracle.ulp_errors(given, head[finite], tail[finite], self.case.dtype))
            least = self._scale(block)[finite]
            scaled.append(oracle.scaled_errors(given, head[finite], tail[finite], self.case.dtype, least))
        x, ulps, scales = np.concatenate(at), np.concatenate(ulp), np.concatenate(scaled)
        i, j = int(np.argmax(ulps)), int(np.argmax(scales))
        return Error(float(ulps[i]), float(x[i]), float(scales[j]), float(x[j]))

    def _scale(self, block: Sequence[Array]) -> Array:
        """1; for the gradient of a gate |grad_output * other input|, which it is a multiple of, if that is larger."""
        scale = np.ones(block[-1].shape)
        if self.case.activation.kind == "gate" and self.case.output is not None:
            factors = [c for n, c in zip(self.inputs.names, block, strict=True) if n != self.case.output]
            with np.errstate(all="ignore"):
                product = np.abs(np.prod([_doubles(f) for f in factors], axis=0))
            scale = np.where(np.isfinite(product), np.maximum(1.0, product), 1.0)
        return scale

    def _special(self) -> Iterator[tuple[int, int, float, float]]:
        """block, position, the telling input, and the value that must come out; what IEEE leaves NaN is not asked."""
        limits = self.case.activation.limits if self.case.output is None else self.case.activation.derivative_limits
        stated = {
            p: float(lower_numpy.compile_numpy(e, tuple(self.parameters))(*self.parameters.values()))
            for p, e in limits.items()
        }
        for number, (block, finite) in enumerate(zip(self.inputs.blocks, self.inputs.finite, strict=True)):
            columns = [_doubles(c) for c in block]
            ieee = np.broadcast_to(self.function(*columns, *self.parameters.values()), finite.shape)
            wanted = _doubles(points.rounded(ieee, self.case.dtype))
            is_row = self.case.activation.kind == "row"
            zeros = (
                _doubles(block[-1]) == 0 if self.case.activation.kind == "elementwise" else np.zeros(finite.shape, bool)
            )
            for position in np.nonzero(~finite | zeros)[0]:
                here = [c[position] for c in columns]
                nan = any(np.isnan(c).any() for c in columns) if is_row else any(math.isnan(v) for v in here)
                x = here[0 if self.case.output is None else 1]
                value = float(wanted[position])
                if self.case.activation.kind == "elementwise" and (point := repr(float(x))) in stated:
                    value = stated[point] * (here[0] if self.case.output is not None else 1.0)
                if nan:
                    value = math.nan
                elif math.isnan(value):
                    continue
                around = np.concatenate(columns).tolist() if is_row else [x, *here]
                telling = math.nan if nan else next((v for v in around if math.isinf(v)), x)
                yield number, int(position), float(telling), value

    def _same(self, got: float, wanted: float, *, signed_zero: bool = False) -> bool:
        if math.isnan(wanted) or math.isinf(wanted) or not math.isfinite(got):
            return got == wanted or (math.isnan(got) and math.isnan(wanted))
        if signed_zero and wanted == 0 and got == 0:
            return math.copysign(1, wanted) == math.copysign(1, got)
        one = np.array([wanted])
        error = oracle.scaled_errors(np.array([got]), one, np.zeros(1), self.case.dtype)
        return bool(error[0] <= TOLERANCE[self.case.dtype])

    def special(self, results: Sequence[Array], known: Sequence[Mapping[str, Any]], result: Result) -> None:
        """Infinities and NaN through the model. A zero's sign is not asked: it depends on the place in the array."""
        seen: set[str] = set()
        met: set[str] = set()
        for block, position, x, wanted in self._special():
            got = float(np.broadcast_to(results[block], self.inputs.finite[block].shape)[position])
            text = repr(x)
            entry = next((d for d in known if text in d["inputs"]), None)
            if entry is not None:
                met.add(entry["operator"])
            if self._same(got, wanted):
                continue
            shown = f"{got!r} at {text}, not {wanted!r}"
            if entry is not None and any(_same_text(got, g) for g in entry["gives"]):
                note = f"{entry['operator']}({text}) is {got!r}"
                if note not in result.deviations:
                    result.deviations.append(note)
                seen.add(entry["operator"])
            elif f"model gives {shown}" not in result.wrong:
                result.wrong.append(f"model gives {shown}")
        result.repaired += sorted(met - seen)

    def kernel_special(self, results: Sequence[Array], result: Result) -> None:
        """Special values through pyact's kernel; of an elementwise value the sign of a zero counts."""
        signed = self.case.activation.kind == "elementwise" and self.case.output is None
        for block, position, x, wanted in self._special():
            got = float(np.broadcast_to(results[block], self.inputs.finite[block].shape)[position])
            if not self._same(got, wanted, signed_zero=signed):
                text = f"kernel gives {got!r} at {x!r}, not {wanted!r}"
                if text not in result.wrong:
                    result.wrong.append(text)


def _same_text(got: float, text: str) -> bool:
    wanted = float(text)
    return got == wanted or (math.isnan(got) and math.isnan(wanted))


def load_deviations(path: Path = KNOWN_DEVIATIONS) -> list[dict[str, Any]]:
    """The deviations of onnxruntime that are known."""
    entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["deviation"]
    for entry in entries:
        if isinstance(entry["gives"], str):
            entry["gives"] = [entry["gives"]]
    return entries


# --- pyact's kernels --------------------------------------------------------------------------------------------------
def native_kernel(case: Case, inputs: Sequence[Array]) -> Array:
    """The compiled kernel of the case."""
    from pyact import ufuncs

    function = getattr(ufuncs, case.name)
    if case.activation.reduces and case.output is not None:  # one gradient for the row
        inputs = [inputs[0][0], *inputs[1:]]
    result: Array = function(*inputs, *case.activation.defaults.values())
    return result
