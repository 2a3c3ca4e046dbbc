"""One activation of a model on its own: run, compared with the exact values, and judged.

Three things are compared with the definition: the formula of the graph in high precision, the same with the result of
every node rounded to its format (what a runtime without fault would give), and what the runtime gives. So an error can
be laid at somebody's door: a formula that is another function, a formula that is right but does not survive rounding,
or an operator of the runtime.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import deviations, oracle, points
from ..comparison import TOLERANCE, Error
from ..export import import_onnx
from ..runtime import availability
from .candidate import Candidate
from .graph import Node
from .identify import Match, describe, short, undetermined
from .operators import lower_numpy, spec

Array = npt.NDArray[Any]

_POINTS = {"float32": 500, "float64": 300, "float16": 500, "bfloat16": 400}
_SEED = 20240229
_EDGES = np.linspace(-120.3, 120.3, 121)  # where exponentials of the formats end
_EXACT_POINTS = 30  # looked at in high precision near 0, and again far from it, where doubles are in doubt
_NEAR = 128.0
_TYPES = {"float32": 1, "float64": 11, "float16": 10, "bfloat16": 16, "bool": 9, "int32": 6, "int64": 7}
_TAIL = 1e3  # ULP, from which on a result within the tolerance is worth a note


@dataclass
class Inputs:
    """What an activation is run on: numbers, or rows of several lengths."""

    blocks: list[Array]
    exact: list[tuple[Array, Array]]  # head and tail, per block
    special: Array  # infinities, zeros and NaN; empty for rows


@dataclass
class Measurement:
    """What came out for one activation."""

    points: int
    formula: float  # error of the formula itself, at scale max(1, |y|)
    formula_at: float
    rounded: Error  # of the formula with every node rounded to its format
    runtime: Error | None = None
    not_run: str = ""
    operator: str = ""  # of the runtime, the one that is off most where the result is
    special: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def blame(self) -> list[str]:
        """Who is wrong: "formula", "runtime", both or neither."""
        return list(dict.fromkeys(w.split(":")[0] for w in self.wrong))


def measure(candidate: Candidate, match: Match, provider: str, optimize: bool) -> Measurement:
    """Compare formula, rounded formula and runtime with the definition."""
    dtype = candidate.result_dtype
    inputs = _inputs(match.name, match.parameters, candidate.dtype, tuple(sorted(candidate.numbers)))
    at = np.concatenate(inputs.blocks).astype(np.float64)
    head, tail = (np.concatenate([e[i] for e in inputs.exact]) for i in (0, 1))
    formula = np.concatenate([candidate.in_doubles(b.astype(np.float64)) for b in inputs.blocks])
    rounded = [candidate.rounded(b.astype(np.float64)) for b in inputs.blocks]
    ideal = _worst(at, points.rounded(np.concatenate(rounded), dtype).astype(np.float64), head, tail, dtype)
    result = Measurement(at.size, 0.0, math.nan, ideal)
    result.notes += [
        f"the graph holds no {parameter}: {short(value)} is assumed"
        for parameter, value in undetermined(match)
        if value not in candidate.numbers
    ]
    _judge_formula(candidate, inputs, formula, result, dtype)
    try:
        model = _Runtime(candidate, provider, optimize)
        outputs = [model(b) for b in inputs.blocks]
    except ValueError as error:  # of the runtime
        result.not_run = str(error)
    else:
        got = np.concatenate(outputs)
        result.runtime = _worst(at, got, head, tail, dtype)
        _judge_runtime(candidate, model, inputs, got, np.concatenate(rounded), result, dtype)
        if provider == "cpu":
            _judge_special(candidate, match, model, inputs.special, result)
    return result


# --- inputs and exact values ------------------------------------------------------------------------------------------
@cache
def _inputs(name: str, parameters: tuple[tuple[str, float], ...], dtype: str, numbers: tuple[float, ...]) -> Inputs:
    """Points of every binade, dense where functions are interesting, and around the numbers of the graph."""
    seed = _SEED + sum(name.encode())
    if spec.built_in()[name].kind == "row":
        blocks = points.rows(dtype, seed)
        rows = [tuple(b.astype(np.float64).tolist()) for b in blocks]
        solved: list[Any] = [oracle.solve(oracle.Task(name, None, parameters, ((row,),)))[0] for row in rows]
        exact = [(np.array([p[0] for p in row]), np.array([p[1] for p in row])) for row in solved]
        return Inputs(blocks, exact, np.empty(0))
    near = [n for n in (*numbers, *(v for _, v in parameters)) if abs(n) < 1e4][:16]
    x = points.scalars(dtype, _POINTS[dtype], near, seed)
    if dtype == "float64":  # of the binades far from 1 every fourth will do
        with np.errstate(all="ignore"):
            far = np.isfinite(x) & (x != 0) & (np.abs(np.log2(np.abs(x))) > 70)
        x = np.concatenate([x[~far], x[far][::4], x[far][-1:]])
    x = np.concatenate([points.rounded(_EDGES, dtype), x])
    values = x.astype(np.float64)
    finite = np.isfinite(values)
    task = oracle.Task(name, None, parameters, tuple((v,) for v in values[finite].tolist()))
    pairs = np.array(oracle.solve(task), np.float64).reshape(-1, 2)
    special = np.concatenate([x[~finite], points.rounded(np.array([0.0, -0.0]), dtype)])
    return Inputs([x[finite]], [(pairs[:, 0], pairs[:, 1])], special)


def _worst(at: Array, got: Array, head: Array, tail: Array, dtype: str) -> Error:
    """The largest errors, but for the last four binades."""
    counts = _in_range(at, dtype)
    ulps = np.where(counts, oracle.ulp_errors(got, head, tail, dtype), 0.0)
    scaled = np.where(counts, oracle.scaled_errors(got, head, tail, dtype), 0.0)
    i, j = int(np.argmax(ulps)), int(np.argmax(scaled))
    return Error(float(ulps[i]), float(at[i]), float(scaled[j]), float(at[j]))


# --- judgement --------------------------------------------------------------------------------------------------------
def _judge_formula(candidate: Candidate, inputs: Inputs, formula: Array, result: Measurement, dtype: str) -> None:
    """The formula in high precision, where doubles say that it may be another function."""
    position = 0
    for block, (head, tail) in zip(inputs.blocks, inputs.exact, strict=True):
        x = block.astype(np.float64)
        got = formula[position : position + x.size]
        position += x.size
        doubtful = oracle.scaled_errors(got, head, tail, dtype) > TOLERANCE[dtype] / 4
        if not doubtful.any():
            continue
        if candidate.is_row:
            checked, exact = np.arange(x.size), _exact_row(candidate, x)
        else:
            doubtful &= candidate.is_tame(x) & _in_range(x, candidate.dtype)
            checked = np.concatenate([_some(doubtful & (np.abs(x) <= _NEAR)), _some(doubtful & (np.abs(x) > _NEAR))])
            exact = np.array([_exact_at(candidate, v) for v in x[checked].tolist()], object)
        known = np.array([e is not None for e in exact], bool)
        checked, values = checked[known], exact[known].astype(np.float64)
        if not checked.size:
            continue
        error = oracle.scaled_errors(values, head[checked], tail[checked], dtype)
        i = int(np.argmax(error))
        if error[i] > result.formula:
            result.formula, result.formula_at = float(error[i]), float(x[checked[i]])
            wrong = f"{brief(values[i])} instead of {brief(head[checked[i]])} at {short(result.formula_at)}"
    if result.formula > TOLERANCE[dtype]:
        result.wrong.append(f"formula: is another function, {wrong}, however exact the operators")


def _some(chosen: Array) -> Array:
    """Places of a few of those chosen, spread over all of them."""
    places: Array = np.flatnonzero(chosen)
    some: Array = places[np.linspace(0, places.size - 1, min(places.size, _EXACT_POINTS)).astype(int)]
    return some


def _exact_at(candidate: Candidate, x: float) -> float | None:
    """None where no value can be found."""
    try:
        return float(candidate.exact(x))
    except (ArithmeticError, ValueError, TypeError):
        return None


def _exact_row(candidate: Candidate, x: Array) -> Array:
    """The same for a row; a reduction gives one value for all of it."""
    try:
        value = candidate.exact(tuple(x.tolist()))
        values: list[Any] = [float(v) for v in (value if isinstance(value, list) else [value])]
    except (ArithmeticError, ValueError, TypeError):
        values = [None]
    return np.array(values if len(values) == x.size else values[:1] * x.size, object)


def _judge_runtime(
    candidate: Candidate, model: _Runtime, inputs: Inputs, got: Array, rounded: Array, result: Measurement, dtype: str
) -> None:
    at = np.concatenate(inputs.blocks).astype(np.float64)
    head, tail = (np.concatenate([e[i] for e in inputs.exact]) for i in (0, 1))
    tolerance = TOLERANCE[dtype]
    errors = oracle.scaled_errors(got, head, tail, dtype)
    ideal = oracle.scaled_errors(points.rounded(rounded, dtype).astype(np.float64), head, tail, dtype)
    assert result.runtime is not None
    off = (errors > tolerance) & _in_range(at, candidate.dtype)
    another = result.formula > tolerance
    unstable = off & (ideal > tolerance)
    if not another and unstable.any():
        text = _begins(at, np.where(unstable, ideal, -1.0), rounded, head)
        result.wrong.append(f"formula: does not survive rounding{_narrow(candidate)}, {text}")
    runtime_alone = off & (ideal <= tolerance)
    if runtime_alone.any():
        nearest = at[_nearest(at, runtime_alone)]
        result.operator = model.culprit(nearest) if not candidate.is_row else ""
        who = f" {result.operator}" if result.operator else ""
        text = _begins(at, np.where(runtime_alone, errors, -1.0), got, head)
        result.wrong.append(f"runtime:{who} is off, {text}")
    elif not off.any():
        result.notes += _lost_digits(candidate, model, result)
    if (beyond := (errors > tolerance) & ~_in_range(at, candidate.dtype)).any():
        i = _nearest(at, beyond)
        result.notes.append(f"{brief(got[i])} instead of {brief(head[i])} at {short(at[i])}, near the largest number")


def _narrow(candidate: Candidate) -> str:
    """Where a graph computes in a smaller format than it takes and gives."""
    precision = {name: entry[0] for name, entry in oracle.FORMATS.items()}
    used = [candidate.graph.dtypes.get(n.outputs[0], candidate.dtype) for n in candidate.nodes]
    narrowest = min((d for d in used if d in precision), key=lambda d: precision[d], default=candidate.dtype)
    return f", being computed in {narrowest}" if precision[narrowest] < precision[candidate.dtype] else ""


def _lost_digits(candidate: Candidate, model: _Runtime, result: Measurement) -> list[str]:
    """Errors within the tolerance, but of many units in the last place: tails, mostly."""
    assert result.runtime is not None
    ulp, where = result.runtime.ulp, result.runtime.ulp_at
    if ulp > max(_TAIL, 4 * result.rounded.ulp):
        result.operator = model.culprit(where) if not candidate.is_row else ""
        who = f" of {result.operator}" if result.operator else ""
        return [f"the runtime{who} loses digits: {short_ulp(ulp)} ULP at {short(where)}"]
    if result.rounded.ulp > _TAIL:
        return [f"the formula loses digits: {short_ulp(result.rounded.ulp)} ULP at {short(result.rounded.ulp_at)}"]
    return []


def _in_range(at: Array, dtype: str) -> Array:
    """Not in the last four binades: what overflows on its way only there is noted, not held against the model."""
    return np.asarray(np.abs(at) < np.ldexp(1.0, oracle.FORMATS[dtype][2] - 3))


def short_ulp(value: float) -> str:
    return "inf" if math.isinf(value) else f"{value:.2g}"


def _begins(at: Array, errors: Array, got: Array, wanted: Array) -> str:
    """Where it is wrong nearest to 0, and where most; errors are negative where they do not count."""
    first, worst = _nearest(at, errors >= 0), int(np.argmax(errors))
    text = f"from {short(at[first])} on: {brief(got[first])} instead of {brief(wanted[first])}"
    if worst != first:
        text += f"; at worst {brief(got[worst])} instead of {brief(wanted[worst])} at {short(at[worst])}"
    return text


def brief(value: float) -> str:
    """Nine digits, which tell two float32 apart."""
    return f"{value:.9g}"


def _nearest(at: Array, chosen: Array) -> int:
    """The place nearest to 0 among those chosen: where it begins."""
    return int(np.argmin(np.where(chosen, np.abs(at), np.inf)))


def _judge_special(candidate: Candidate, match: Match, model: _Runtime, special: Array, result: Measurement) -> None:
    """Infinities and NaN. An infinity that comes out wrong is reported; NaN that becomes a number is an error.

    Unless an operator of the runtime is known for it: that is no fault of the model.
    """
    if not special.size:
        return
    x = special.astype(np.float64)
    tolerance = TOLERANCE[candidate.result_dtype]
    version, operators = availability("cpu").version, [n.operation.op for n in candidate.nodes]
    known = {text for d in _deviations() if d.concerns("cpu", version, operators) for text in d.inputs}
    for value, wanted, got, ideal in zip(x, _wanted(match, x), model(special), candidate.rounded(x), strict=True):
        if (math.isnan(wanted) and not math.isnan(value)) or _same(got, wanted, tolerance):
            continue  # IEEE leaves it open, such as sin(inf)
        who = "runtime" if _same(ideal, wanted, tolerance) else "formula"
        text = f"{who}: {float(got)!r} at {float(value)!r}, not {wanted!r}"
        if math.isnan(value) and "nan" not in known:
            result.wrong.append(text)
        else:
            result.special.append(text)


@cache
def _deviations() -> list[deviations.Deviation]:
    return deviations.load()


def _same(got: float, wanted: float, tolerance: float) -> bool:
    if not (math.isfinite(got) and math.isfinite(wanted)):
        return got == wanted or (math.isnan(got) and math.isnan(wanted))
    return abs(got - wanted) <= tolerance * max(1.0, abs(wanted))


def _wanted(match: Match, x: Array) -> list[float]:
    activation = match.activation
    names, values = tuple(n for n, _ in match.parameters), [v for _, v in match.parameters]
    function = lower_numpy.compile_numpy(activation.kernel, activation.names)
    limits = {p: float(lower_numpy.compile_numpy(e, names)(*values)) for p, e in activation.limits.items()}
    plain = np.broadcast_to(function(x, *values), x.shape)
    return [math.nan if math.isnan(v) else limits.get(repr(float(v)), float(y)) for v, y in zip(x, plain, strict=True)]


# --- the runtime ------------------------------------------------------------------------------------------------------
class _Runtime:
    """A part of a graph as a model of its own, loaded."""

    def __init__(self, candidate: Candidate, provider: str, optimize: bool) -> None:
        from ..runtime import Session

        self.candidate, self.provider, self.optimize = candidate, provider, optimize
        self.session = Session(model_of(candidate), provider=provider, optimize=optimize)

    def __call__(self, x: Array) -> Array:
        shaped = x[np.newaxis, :] if self.candidate.is_row else x[:, np.newaxis]
        result = np.asarray(self.session({"x": shaped})[-1]).astype(np.float64)
        return np.broadcast_to(result.reshape(-1), x.shape)

    def culprit(self, x: float) -> str:
        """The operator whose own result is off most at an input; "" if none is, or the nodes cannot be told apart."""
        from ..runtime import Session

        candidate = self.candidate
        if len(candidate.nodes) == 1:
            return candidate.nodes[0].operation.op
        try:
            session = Session(model_of(candidate, all_values=True), provider=self.provider, optimize=self.optimize)
            outputs = session({"x": points.rounded(np.array([[x]]), candidate.dtype)})
        except ValueError:
            return ""
        values = {candidate.entry: np.array([x])}
        worst, operator = 1.5, ""
        for node, output in zip(candidate.nodes, outputs, strict=True):
            meaning = node.meaning
            assert meaning is not None
            given = [
                np.zeros(1) if not n or i in meaning.ignored
                else values[n] if n in values else np.array([candidate.constants[n]])
                for i, n in enumerate(node.inputs)
            ]  # fmt: skip
            got = np.asarray(output).astype(np.float64).reshape(-1)
            values[node.outputs[0]] = got
            dtype = candidate.graph.dtypes.get(node.outputs[0], candidate.dtype)
            if dtype not in oracle.FORMATS:
                continue
            with np.errstate(all="ignore"):
                wanted = np.broadcast_to(meaning.numbers(given), got.shape)
            error = float(oracle.ulp_errors(got, wanted, np.zeros(1), dtype)[0])
            if error > worst:
                worst, operator = error, node.operation.op
        return operator


def model_of(candidate: Candidate, *, all_values: bool = False) -> Any:
    """A model of just these nodes: input x, output y, constants as single numbers.

    With `all_values` every node's result is an output.
    """
    onnx = import_onnx()
    helper = onnx.helper
    names = {candidate.entry: "x", "": ""}
    names |= {n.outputs[0]: f"value_{i}" for i, n in enumerate(candidate.nodes)}
    names[candidate.output] = "y"
    constants: dict[str, Any] = {}
    nodes = []
    domains: dict[str, int] = {}
    for node in candidate.nodes:
        version = node.domains.get(node.operation.domain, 1)
        if domains.setdefault(node.operation.domain, version) != version:
            raise ValueError("its nodes come from functions of different opsets")
        inputs = [_input(candidate, node, i, n, names, constants) for i, n in enumerate(node.inputs)]
        copy = onnx.NodeProto()
        copy.CopyFrom(node.proto)
        copy.name = names[node.outputs[0]]
        copy.input.extend(inputs)
        copy.output.append(names[node.outputs[0]])
        _to_last_axis(copy, node)
        nodes.append(copy)
    dtypes = candidate.graph.dtypes
    shape = [1, "N"] if candidate.is_row else ["N", 1]
    outputs = [n.outputs[0] for n in candidate.nodes] if all_values else [candidate.output]
    graph = helper.make_graph(
        nodes,
        "part",
        [helper.make_tensor_value_info("x", _TYPES[candidate.dtype], shape)],
        [helper.make_tensor_value_info(names[n], _TYPES[dtypes.get(n, candidate.dtype)], None) for n in outputs],
        list(constants.values()),
    )
    imports = [helper.make_opsetid(d, v) for d, v in domains.items()]
    if "" not in domains:
        imports.append(helper.make_opsetid("", 18))
    version = helper.find_min_ir_version_for(imports, ignore_unknown=True)
    return helper.make_model(graph, opset_imports=imports, ir_version=version)


def _input(
    candidate: Candidate, node: Node, position: int, name: str, names: Mapping[str, str], constants: dict[str, Any]
) -> str:
    """The name of an input; a constant is added as one number."""
    onnx = import_onnx()
    ignored = node.meaning is not None and position in node.meaning.ignored and name
    if name in names and not ignored:
        return names[name]
    dtype = candidate.graph.dtypes.get(name, "")
    kind = points.numpy_type(dtype) if dtype in oracle.FORMATS else None
    if ignored:
        array = np.zeros(1, points.numpy_type(candidate.dtype))
    else:
        stored = candidate.graph.constants[name].reshape(-1)
        array = stored[candidate.channel % stored.size].reshape(())
        if kind is not None:
            array = array.astype(kind)
    if _takes_axes(node, position):
        array = np.array([1], np.int64) if node.operation.op != "CumSum" else np.array(1, np.int64)
    elif node.operation.op == "PRelu":
        array = array.reshape(1)
    inner = f"constant_{len(constants)}"
    constants[inner] = onnx.numpy_helper.from_array(array, inner)
    return inner


def _takes_axes(node: Node, position: int) -> bool:
    return position == 1 and node.meaning is not None and node.meaning.row


def _to_last_axis(copy: Any, node: Node) -> None:
    """Rows are fed as [1, N]."""
    if node.meaning is None or not node.meaning.row:
        return
    for attribute in copy.attribute:
        if attribute.name == "axis":
            attribute.i = 1
        elif attribute.name == "axes":
            del attribute.ints[:]
            attribute.ints.append(1)


def shown_parameters(match: Match, others: Sequence[Match]) -> str:
    """With the range of what differs between channels."""
    if not others:
        return str(match)
    every = [match, *others]
    ranges = []
    for name, _ in match.parameters:
        values = sorted({dict(m.parameters)[name] for m in every})
        ranges.append(f"{name}={short(values[0])}" + (f"..{short(values[-1])}" if len(values) > 1 else ""))
    return f"{match.name}({', '.join(ranges)})" if ranges else describe(match.name, ())
