"""IR -> ONNX nodes.

1. Parameters become initializers of their own name; 0, 1 and -1 are put into the formula, which they simplify.
2. Every operation becomes the primitives that onnxruntime's CPU provider has for float32 *and* float64, in a form
   that keeps relative accuracy in the tails. ONNX has no expm1, log1p or erfc, and no float64 Erf or Atan there.
3. The result is looked at where formulas break (infinities, NaN, huge numbers; see `onnx_graph`). If a huge argument
   overflows an intermediate value, the argument is cut off where that changes nothing; what is then still wrong at a
   special value is put right by a Where at the end.

float16 and bfloat16 graphs compute in float32 between two Casts: one rounding, on every provider.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from . import onnx_functions as functions
from .derivative import differentiate
from .expr import BOOLEAN_OPS, ROW_OPS, Expr, const, postorder, rebuild, substitute, to_text, var, variables
from .kernels import hidden_nans
from .lower_numpy import compile_numpy
from .onnx_forms import with_form
from .onnx_graph import Graph, Value, identifier
from .spec import GRADIENT, Activation

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Symbol:
    """A parameter that is a value of the graph, with the number it has for now; no constant is computed from it."""

    value: Value
    number: float


Number = float | Array | Symbol  # a parameter: one number, or one per channel shaped to broadcast against the input
Constant = Fraction | float | bool

_SYMBOLS = {"pi": math.pi, "e": math.e, "inf": math.inf, "-0.0": -0.0}


def _scalars(parameters: Mapping[str, Number]) -> dict[str, float]:
    """The parameters that are constants."""
    return {n: float(v) for n, v in parameters.items() if not isinstance(v, Symbol) and np.ndim(v) == 0}


def _numbers(parameters: Mapping[str, Number]) -> dict[str, float]:
    """A number for each parameter: of one per channel the first."""
    return {
        n: v.number if isinstance(v, Symbol) else float(np.asarray(v).reshape(-1)[0]) for n, v in parameters.items()
    }


class LoweringError(ValueError):
    """An operation that ONNX has no nodes for; names activation, operation and backend."""


# --- constants ----------------------------------------------------------------------------------------------------
_EXACT: Mapping[str, Callable[..., Any]] = {
    "add": lambda u, v: u + v, "sub": lambda u, v: u - v, "mul": lambda u, v: u * v, "div": lambda u, v: u / v,
    "neg": lambda u: -u, "abs": abs, "min": min, "max": max, "lt": lambda u, v: u < v, "le": lambda u, v: u <= v,
    "eq": lambda u, v: u == v,
}  # fmt: skip


def _fold(node: Expr, arguments: list[Constant], parameters: Mapping[str, float]) -> Constant:
    """The value of a constant node: exact while it is rational, else the nearest double or so."""
    if node.op == "const":
        return _SYMBOLS[node.value] if isinstance(node.value, str) else Fraction(node.value)
    if node.op == "var":
        value = parameters[node.value]
        return Fraction(value) if math.isfinite(value) else value
    if node.op == "where":
        return arguments[1] if arguments[0] else arguments[2]
    if node.op in ("and", "or"):
        return all(arguments) if node.op == "and" else any(arguments)
    rational = all(isinstance(a, Fraction) for a in arguments)
    if rational and node.op in _EXACT and not (node.op == "div" and arguments[1] == 0):
        folded: Constant = _EXACT[node.op](*arguments)
        return folded
    if rational and node.op == "pow" and arguments[0] != 0:
        return Fraction(arguments[0]) ** int(node.value)
    names = tuple(f"u{i}" for i in range(len(arguments)))
    operation = rebuild(node, tuple(var(n) for n in names))
    result = compile_numpy(operation, names)(*(float(a) for a in arguments))
    return bool(result) if node.op in BOOLEAN_OPS else float(result)


def _constants(root: Expr, parameters: Mapping[str, Number]) -> dict[Expr, Constant]:
    """Every node that depends on no input, with its value."""
    scalars = _scalars(parameters)
    found: dict[Expr, Constant] = {}
    for node in postorder(root):
        if node.op == "var":
            if node.value in scalars:
                found[node] = _fold(node, [], scalars)
        elif all(a in found for a in node.args) and node.op not in ROW_OPS and node.op != "near_root":
            found[node] = _fold(node, [found[a] for a in node.args], scalars)
    return found


def _specialise(root: Expr, parameters: Mapping[str, Number]) -> Expr:
    """Put in the parameters that simplify the formula."""
    trivial = {n: const(int(v)) for n, v in _scalars(parameters).items() if v in (0.0, 1.0, -1.0)}
    return substitute(root, trivial) if trivial else root


# --- operations -----------------------------------------------------------------------------------------------------
_DIRECT = {
    "add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "neg": "Neg", "abs": "Abs", "min": "Min", "max": "Max",
    "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos",
    "and": "And", "or": "Or", "eq": "Equal", "where": "Where",
}  # fmt: skip
_FUNCTIONS: Mapping[str, Callable[[Graph, Value, str], Value]] = {
    "expm1": functions.expm1, "log1p": functions.log1p, "softplus": functions.softplus, "sigmoid": functions.sigmoid,
    "erf": functions.erf, "atan": functions.atan, "tanh": functions.tanh, "sign": functions.sign,
}  # fmt: skip
_ROW_FUNCTIONS: Mapping[str, Callable[[Graph, Value, int, str], Value]] = {
    "row_max": functions.row_max, "row_first_max": functions.row_first_max,
}  # fmt: skip
# What an unnamed result of the operation is called.
_NOUNS = {
    "add": "sum", "sub": "difference", "mul": "product", "div": "quotient", "neg": "negative", "abs": "magnitude",
    "min": "smaller", "max": "larger", "pow": "power", "where": "chosen", "lt": "is_less", "le": "is_at_most",
    "eq": "is_equal", "and": "both", "or": "either",
}  # fmt: skip


class _Lowering:
    """One expression into one graph."""

    def __init__(
        self,
        graph: Graph,
        activation: Activation,
        inputs: Mapping[str, Value],
        parameters: Mapping[str, Number],
        axis: int,
    ) -> None:
        self.graph, self.activation, self.inputs, self.axis = graph, activation, inputs, axis
        self.parameters = parameters
        self.labels = {_specialise(e, parameters): label for e, label in activation.labels.items()}
        self.constants: dict[Expr, Constant] = {}
        self.values: dict[Expr, Value] = {}

    def lower(self, root: Expr) -> Value:
        root = _specialise(root, self.parameters)
        self.constants.update(_constants(root, self.parameters))
        needed = self._needed(root)
        for node in postorder(root):
            if node in needed:
                self.values[node] = self._emit(node)
        return self.value(root)

    def _used(self, node: Expr) -> tuple[Expr, ...]:
        """The arguments a node needs: of near_root mostly one, and one branch if the test is constant."""
        if node.op == "near_root" and self._root_table(node) is None:
            return node.args[:1]
        if node.op == "where" and node.args[0] in self.constants:
            return (node.args[1 if self.constants[node.args[0]] else 2],)
        return node.args

    def _needed(self, root: Expr) -> set[Expr]:
        """Nodes to emit; constants are made where they are used."""
        needed: set[Expr] = set()
        stack = [root]
        while stack:
            node = stack.pop()
            if node not in needed and node not in self.constants:
                needed.add(node)
                stack.extend(self._used(node))
        return needed

    def value(self, node: Expr) -> Value:
        if node not in self.constants:
            return self.values[node]
        value = self.constants[node]
        if isinstance(value, bool):
            return self.graph.tensor(np.array(value), "true" if value else "false", np.array(value))
        if node.op == "var":
            return self.graph.parameter(float(value), node.value)
        return self.graph.number(float(value), self._constant_name(node))

    def _constant_name(self, node: Expr) -> str | None:
        """The spec's name, or the formula; None for a plain number."""
        if node in self.labels or node.op == "const":
            return self.labels.get(node)
        name = identifier(to_text(node))
        return name if len(name) <= 40 else "constant"

    def _emit(self, node: Expr) -> Value:
        name = self.labels.get(node) or _NOUNS.get(node.op, node.op)
        g, op, axis = self.graph, node.op, self.axis
        if op == "var":
            return self._variable(node.value)
        used = self._used(node)
        if len(used) < len(node.args):
            return self.value(used[0])
        if op == "near_root" and (table := self._root_table(node)):
            return functions.near_root(g, self.value(used[1]), self.value(used[0]), table, name)
        if special := self._row_threshold(node, name):
            return special
        if op in ("lt", "le"):
            return self._comparison(node, name)
        if op == "div" and self.constants.get(used[0]) == 1:
            return g.reciprocal(self.value(used[1]), name)
        if op == "mul" and (special := self._scaled(node, name)):
            return special
        if op == "erfc":
            argument, scale = self._erfc_argument(node)
            return functions.erfc(g, argument, name, scale)
        if op == "exp" and g.keeps_tails and self._is_row_difference(used[0]):
            a, b = used[0].args
            return functions.exp_of_difference(g, self.value(a), self.value(b), name)
        if op == "exp" and g.keeps_tails and (square := self._minus_square(used[0])):
            return functions.gaussian(g, self.value(square[0]), square[1], name)
        arguments = [self.value(a) for a in used]
        if op in _DIRECT:
            return g.call(_DIRECT[op], *arguments, name=name)
        if op == "pow":
            return functions.power(g, arguments[0], int(node.value), name)
        if op == "sigmoid" and used[0].op == "neg" and used[0] not in self.constants:
            return functions.sigmoid(g, arguments[0], name, negative=self.value(used[0].args[0]))
        if op in _FUNCTIONS:
            return _FUNCTIONS[op](g, arguments[0], name)
        if op in _ROW_FUNCTIONS:
            return _ROW_FUNCTIONS[op](g, arguments[0], axis, name)
        if op in ("row_sum", "row_sum_others"):
            summands = arguments[0]
            if op == "row_sum_others":
                summands = functions.others(g, summands, self.inputs["x"], axis)
            fractions = g.keeps_tails and used[0].op == "exp" and self._is_row_difference(used[0].args[0])
            return (functions.row_sum_of_fractions if fractions else functions.row_sum)(g, summands, axis, name)
        raise LoweringError(f"[{self.activation.name}]: the ONNX backend has no operation {op}")

    def _root_table(self, node: Expr) -> Mapping[str, Any] | None:
        """Only of a gate: its other input multiplies the error around a root, which is nothing at scale 1."""
        if self.activation.kind != "gate":
            return None
        return functions.root_table(self.graph, float(node.value.approximate_root))

    def _is_row_difference(self, node: Expr) -> bool:
        return self.activation.kind == "row" and node.op == "sub" and node not in self.constants

    def _scaled(self, node: Expr, name: str) -> Value | None:
        """factor * erfc(v), factor * (erfc(v) / 2) or factor * sigmoid(u), which may not be made of subnormal parts."""
        g = self.graph
        for factor, other in (node.args, node.args[::-1]):
            halved = other.op == "div" and self.constants.get(other.args[1]) == 2
            function = other.args[0] if halved else other
            if factor in self.constants or function in self.constants:
                continue
            if function.op == "erfc":
                argument, scale = self._erfc_argument(function)
                value = self.value(factor)
                value = g.mul(value, g.number(0.5), "half_of_factor") if halved else value
                return functions.erfc(g, argument, name, scale, value)
            if function.op == "sigmoid" and g.keeps_tails and not halved:
                return functions.scaled_sigmoid(g, self.value(factor), self.value(function.args[0]), name)
        return None

    def _minus_square(self, node: Expr) -> tuple[Expr, float] | None:
        """v and c, where the node is c * v**2 and -c a power of two near 1."""
        factor = 1.0
        while node.op in ("neg", "div"):
            if node.op == "div":
                factor /= float(self.constants.get(node.args[1], 3))
            else:
                factor = -factor
            node = node.args[0]
        if node in self.constants:
            return None
        if node.op == "pow" and node.value == 2:
            (root,) = node.args
        elif node.op == "mul":
            signs = [a.op == "neg" for a in node.args]
            root, other = (a.args[0] if s else a for a, s in zip(node.args, signs, strict=True))
            if root is not other:
                return None
            factor *= (-1) ** sum(signs)
        else:
            return None
        return (root, factor) if factor in (-0.25, -0.5, -1.0, -2.0, -4.0) and root not in self.constants else None

    def _erfc_argument(self, node: Expr) -> tuple[Value, float]:
        """v and c of erfc(c * v) where c**2 is a power of two; else the argument and 1."""
        (argument,) = node.args
        if argument.op == "mul":
            for factor, rest in (argument.args, argument.args[::-1]):
                if factor in self.constants and rest not in self.constants:
                    scale = float(self.constants[factor])
                    exponent = math.log2(scale * scale) if scale else 0.5
                    if abs(exponent - round(exponent)) < 1e-14 and abs(exponent) < 100:
                        return self.value(rest), scale
        return self.value(argument), 1.0

    def _row_threshold(self, node: Expr, name: str) -> Value | None:
        """u - threshold(u) and threshold(u) < u on the row shifted by its maximum, where they are accurate."""
        g = self.graph
        if node.op == "row_simplex_threshold":
            u = self.value(node.args[0])
            shifted = functions.shifted_simplex_threshold(g, u, self.axis)
            return g.add(shifted, functions.row_max(g, u, self.axis), name)
        u_of = {"sub": 0, "lt": 1}.get(node.op)
        if u_of is None:
            return None
        row, threshold = node.args[u_of], node.args[1 - u_of]
        if threshold.op != "row_simplex_threshold" or threshold.args[0] is not row:
            return None
        u = self.value(row)
        pair = [functions.below_max(g, u, self.axis), functions.shifted_simplex_threshold(g, u, self.axis)]
        return g.call("Sub" if node.op == "sub" else "Less", pair[u_of], pair[1 - u_of], name=name)

    def _variable(self, name: str) -> Value:
        if name in self.inputs:
            return self.inputs[name]
        parameter = self.parameters[name]
        if isinstance(parameter, Symbol):
            return parameter.value
        array = np.asarray(parameter)  # one number per channel
        with np.errstate(over="ignore"):
            array = array.astype(self.graph.dtype)
        return self.graph.tensor(array, name, array.reshape(-1)[:1].reshape(()))

    def _comparison(self, node: Expr, name: str) -> Value:
        left, right = node.args

        def side(operand: Expr, *, upward: bool) -> Value:
            value = self.constants.get(operand)
            if value is None or self.graph.holds(float(value)):
                return self.value(operand)
            return self.graph.bound(float(value), self._constant_name(operand), upward=upward)

        # x < c holds exactly if x < (c rounded up); c < x exactly if (c rounded down) < x; for <= the other way.
        strict = node.op == "lt"
        op = "Less" if strict else "LessOrEqual"
        return self.graph.call(op, side(left, upward=not strict), side(right, upward=strict), name=name)


# --- special values -------------------------------------------------------------------------------------------------
_SPECIAL = (-math.inf, -0.0, 0.0, math.inf)
_FINITE = (0.7, 3.0, 10.0, 20.0, 40.0, 70.0, 100.0, 1e3, 1e4, 1e10, 1e20, 1e30, 3e38)
_FINITE_DOUBLE = (1e60, 1e100, 1e150, 1e200, 1e300, 1.7e308)
# Where to cut off an argument whose powers or exponentials overflow, the gentlest first.
_CUTS = {"float32": (2.0**14, 2.0**10, 2.0**6, 20.0), "float64": (2.0**28, 2.0**10, 2.0**6, 40.0)}
_POINT_NAMES = ("-inf", "-0.0", "0.0", "inf")


def probe_points(dtype: str) -> Array:
    finite = _FINITE + (_FINITE_DOUBLE if dtype == "float64" else ())
    return np.array([*_SPECIAL, *finite, *(-f for f in finite), math.nan], dtype=dtype)


class _Probe:
    """What the expression should be at the probe points: of each input in turn, the others being 1."""

    def __init__(
        self,
        forms: tuple[Expr, ...],
        limits: Mapping[str, Expr],
        inputs: tuple[str, ...],
        parameters: Mapping[str, Number],
        dtype: np.dtype[Any],
    ) -> None:
        read = variables(forms[0])  # NaN in any other input is none of its business
        self.points = probe_points(dtype.name)
        self.inputs = inputs
        self.dtype = dtype
        count = len(self.points)
        self.values = {}
        for position, name in enumerate(inputs):
            values = np.ones(count * len(inputs), dtype)
            values[position * count : (position + 1) * count] = self.points
            self.values[name] = values
        scalars = _numbers(parameters)
        names = (*inputs, *scalars)
        arguments = [v.astype(np.float64) for v in self.values.values()]
        wanted = np.full(count * len(inputs), math.nan)
        for form in forms:  # where one overflows, the next may not
            wanted = np.where(np.isnan(wanted), compile_numpy(form, names)(*arguments, *scalars.values()), wanted)
        with np.errstate(over="ignore"):
            self.wanted = wanted.astype(dtype)
        for point, limit in limits.items():
            self.wanted[_POINT_NAMES.index(point)] = compile_numpy(limit, tuple(scalars))(*scalars.values())
        nan = np.zeros(self.wanted.shape, bool)
        for position, name in enumerate(inputs):
            nan[(position + 1) * count - 1] = name in read
        self.wanted[nan] = math.nan
        self.is_nan_probe = nan

    def by_input(self, flags: Array) -> Array:
        """One row of flags per input."""
        return flags.reshape(len(self.inputs), len(self.points))

    def error(self, got: Array) -> Array:
        """By how much the graph is wrong at each point, at scale max(1, |wanted|); 0 where nothing is demanded."""
        got = np.broadcast_to(got, self.wanted.shape).astype(np.float64)
        wanted = self.wanted.astype(np.float64)
        with np.errstate(all="ignore"):
            error = np.abs(got - wanted) / np.maximum(1, np.abs(wanted))
        same = (got == wanted) | (np.isnan(wanted) & ~self.is_nan_probe) | (np.isnan(wanted) & np.isnan(got))
        error = np.where(np.isnan(error), math.inf, error)
        return np.where(same, 0.0, error)


_GROSS = 1e-3  # beyond rounding: an overflow, a lost branch


def lower_elementwise(
    graph: Graph,
    activation: Activation,
    expression: Expr,
    limits: Mapping[str, Expr],
    inputs: Mapping[str, Value],
    parameters: Mapping[str, Number],
    definition: Expr | None = None,
) -> Value:
    """The value of an elementwise expression (or gate) with its special values right.

    `definition` is another form of it, taken if the expression overflows and cutting off its argument is no remedy.
    """
    names = tuple(inputs)
    forms = (expression,) if definition is None else (expression, definition)
    probe = _Probe(forms, limits, names, parameters, graph.dtype)

    def attempt(form: Expr, guilty: Mapping[str, Array], bound: float) -> tuple[Graph, Value, Array]:
        """Lower the form, with the guilty inputs cut off at the bound on the side where they are wrong."""
        trial = graph.fork()
        values = {n: Value(v.name, probe.values[n]) for n, v in inputs.items()}
        for n, points in guilty.items():
            if (points > 0).any():
                values[n] = trial.call("Min", values[n], trial.number(bound), name=f"{n}_cut_off")
            if (points < 0).any():
                values[n] = trial.call("Max", values[n], trial.number(-bound), name=f"{n}_cut_off")
        result = _Lowering(trial, activation, values, parameters, -1).lower(form)
        assert result.probe is not None
        return trial, result, probe.error(result.probe)

    def finite_errors(error: Array) -> Array:
        return np.where(probe.is_nan_probe, 0.0, error)

    trial, result, error = attempt(expression, {}, 0.0)
    wrong = probe.by_input(finite_errors(error) > _GROSS)
    guilty = {n: probe.points[w] for n, w in zip(names, wrong, strict=True) if w.any()}
    candidates: list[tuple[Expr, Mapping[str, Array], float]] = [
        (expression, guilty, b) for b in _CUTS[graph.dtype.name]
    ]
    candidates += [(definition, {}, 0.0)] if definition is not None else []
    for candidate in candidates if guilty else ():
        tried = attempt(*candidate)
        if finite_errors(tried[2]).max() <= (1e-13 if graph.is_double else 1e-6):
            trial, result, error = tried
            break

    def limit(point: str) -> Value | None:
        """The stated value at a special point where it depends on a value of the graph."""
        if point not in limits or not any(isinstance(v, Symbol) for v in parameters.values()):
            return None
        return _Lowering(trial, activation, inputs, parameters, -1).lower(limits[point])

    result = _put_right(trial, result, error, probe, expression, inputs, limit)
    graph.become(trial)
    return Value(result.name)


def _put_right(
    graph: Graph,
    result: Value,
    error: Array,
    probe: _Probe,
    expression: Expr,
    inputs: Mapping[str, Value],
    stated: Callable[[str], Value | None],
) -> Value:
    """Where at the end for what is still wrong at an infinity or a zero of the first input, or at a NaN of any."""
    count = len(probe.points)
    first = next(iter(inputs.values()))
    silent = hidden_nans(expression, inputs)
    for position, point in enumerate(_SPECIAL):
        if error[position] <= _GROSS or (point == 0 and not math.copysign(1, point) > 0):
            continue
        test = graph.call("Equal", first, graph.number(point), name="is_special")
        wanted = float(probe.wanted[position])
        limit = stated(_POINT_NAMES[position]) or graph.number(
            wanted, f"limit_{'minus_' if point < 0 else ''}{'zero' if point == 0 else 'inf'}"
        )
        result = graph.where(test, limit, result, "with_limit")
    for position, (name, value) in enumerate(inputs.items()):
        hidden = len(inputs) > 1 and name in silent  # lost for some values of the other input
        at_nan = (position + 1) * count - 1
        if hidden or (probe.is_nan_probe[at_nan] and error[at_nan] > 0):
            result = graph.where(functions.is_number(graph, value), result, value, "with_nan")
    return result


def _limits(activation: Activation, output: str | None) -> Mapping[str, Expr]:
    """Stated special values; a gate's hold only where its other input is 1, so its formula has to do without."""
    if activation.kind == "gate":
        return {}
    return activation.limits if output is None else activation.derivative_limits


# --- activations ------------------------------------------------------------------------------------------------------
def lower_value(
    graph: Graph, activation: Activation, inputs: Mapping[str, Value], parameters: Mapping[str, Number], axis: int = -1
) -> Value:
    """activation(inputs), in primitives."""
    if graph.keeps_tails:
        activation = with_form(activation)
    if activation.kind == "row":
        result = _lower_row(graph, activation, activation.kernel, inputs, parameters, axis)
        return _reduced(graph, result, inputs["x"], axis) if activation.reduces else result
    return lower_elementwise(graph, activation, activation.kernel, _limits(activation, None), inputs, parameters)


def _reduced(graph: Graph, result: Value, x: Value, axis: int) -> Value:
    """One number per row; that of a row with an infinite maximum is the maximum, or NaN if there is one in the row."""
    maximum = functions.row_max(graph, x, axis)
    magnitude = graph.call("Abs", maximum, name="row_max_magnitude")
    is_infinite = graph.call("Equal", magnitude, graph.number(math.inf), name="is_infinite")
    nan = graph.number(math.nan, "nan")
    infinite = graph.where(functions.row_has_nan(graph, x, axis), nan, maximum, "infinite_value")
    result = graph.where(is_infinite, infinite, result, "row_value")
    return graph.call("Squeeze", result, graph.axis_list(axis), name="row_values")


def _lower_row(
    graph: Graph,
    activation: Activation,
    expression: Expr,
    inputs: Mapping[str, Value],
    parameters: Mapping[str, Number],
    axis: int,
) -> Value:
    result = _Lowering(graph, activation, inputs, parameters, axis).lower(expression)
    loses_nan = {n.op for n in postorder(expression)} & {"row_first_max", "row_simplex_threshold"}
    x = inputs["x"]
    if not variables(expression):  # a constant needs the shape of x
        result = graph.where(functions.is_number(graph, x), result, x, "constant_row")
        loses_nan = {"const"}
    if not loses_nan:
        return result
    return graph.where(functions.row_has_nan(graph, x, axis), graph.number(math.nan, "nan"), result, "row_with_nan")


def lower_gradient(
    graph: Graph,
    activation: Activation,
    with_respect_to: str,
    gradient: Value,
    inputs: Mapping[str, Value],
    parameters: Mapping[str, Number],
    axis: int = -1,
) -> Value:
    """The vector-Jacobian product by one input."""
    expression = activation.derivatives[with_respect_to]
    if activation.kind == "row":
        if activation.reduces:
            gradient = graph.call("Unsqueeze", gradient, graph.axis_list(axis), name="grad_output_row")
        values = {**inputs, GRADIENT: gradient}
        return _lower_row(graph, activation, expression, values, parameters, axis)
    limits = _limits(activation, with_respect_to)
    definition = differentiate(activation.formula, with_respect_to)
    derivative = lower_elementwise(graph, activation, expression, limits, inputs, parameters, definition)
    return graph.mul(gradient, derivative, "vector_jacobian_product")


# The operators that onnxruntime computes in float64 to float64's accuracy. Attributes are float32 numbers, so no
# operator with a real attribute is among them. Nor are Sigmoid, for its tail, and LogSoftmax: NaN becomes numbers.
_DOUBLE_OPERATORS = frozenset(
    {"Relu", "Tanh", "Softmax", "Clip", "Abs", "Sign", "Exp", "Log", "Sqrt", "Sin", "Cos", "Identity"}
)
# Operators that compare the input with an attribute: one that float32 must round would move the jump.
THRESHOLD_OPERATORS = frozenset({"Shrink", "ThresholdedRelu"})
_AXIS_OPERATORS = frozenset({"Softmax", "LogSoftmax", "Hardmax"})
# No provider of onnxruntime 1.32 runs these: Swish only in a model of exactly opset 24, SwiGLU in none.
_AVOIDED_OPERATORS = frozenset({"Swish", "SwiGLU"})


def operator_applies(activation: Activation, opset: int, dtype: str, parameters: Mapping[str, float | Array]) -> bool:
    """Whether `auto` writes the standard operator: the opset has it, and it computes this very function."""
    operator = activation.onnx
    if operator is None or operator.since > opset or operator.op in _AVOIDED_OPERATORS:
        return False
    if dtype == "float64" and operator.op not in _DOUBLE_OPERATORS:
        return False
    used = [parameters[v] for v in operator.attributes.values() if isinstance(v, str) and v in parameters]
    if any(np.ndim(v) > 0 for v in used):
        return False
    if operator.op in THRESHOLD_OPERATORS and any(float(np.float32(v)) != v for v in used):
        return False
    mentioned = {
        *(operator.inputs or activation.inputs),
        *(v for v in operator.attributes.values() if isinstance(v, str)),
    }
    return mentioned >= set(parameters)  # a parameter the operator lacks: it is another function


def lower_operator(
    graph: Graph,
    activation: Activation,
    inputs: Mapping[str, Value],
    parameters: Mapping[str, float | Array],
    axis: int = -1,
) -> Value:
    """activation(inputs) as its standard operator, every attribute written."""
    operator = activation.onnx
    assert operator is not None
    attributes: dict[str, Any] = {}
    for name, value in operator.attributes.items():
        attributes[name] = float(parameters[value]) if isinstance(value, str) and value in parameters else value
    if operator.op in _AXIS_OPERATORS:
        attributes["axis"] = axis
    operands: list[Value | None] = []
    for name in operator.inputs or activation.inputs:
        if name in inputs:
            operands.append(inputs[name])
        else:
            operands.append(graph.tensor(np.asarray(parameters[name]).astype(graph.dtype), name))
    return graph.call(operator.op, *operands, name=activation.name, **attributes)
