"""What ONNX operators mean: each as a formula, evaluated in doubles or in high precision.

Elementwise operators of every opset, the reductions that activations of rows are built of, and the activations among
onnxruntime's own operators (com.microsoft). An operator that is not here is not part of any activation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from pyact import _toolchain

from .. import oracle

expr = _toolchain.module("expr")
lower_numpy = _toolchain.module("lower_numpy")
reference = _toolchain.module("reference")
spec = _toolchain.module("spec")

Array = npt.NDArray[Any]
Expr = Any
CONTRIB = "com.microsoft"
DIGITS = 60  # of every result in high precision


@dataclass(frozen=True)
class Operation:
    """One node on its own: operator, the version that is meant, its inputs ("" where left out) and attributes."""

    op: str
    domain: str
    version: int
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def attribute(self, name: str, default: Any) -> Any:
        value = self.attributes.get(name, default)
        return value if isinstance(value, type(default)) else default

    def given(self, position: int) -> bool:
        return position < len(self.inputs) and bool(self.inputs[position])


@dataclass(frozen=True)
class Meaning:
    """Of a node: the exact formula of its inputs a0, a1, ..., and a form that is accurate in doubles."""

    formula: Expr
    accurate: Expr
    row: bool = False  # works along an axis
    out_dtype: str = ""  # "bool", a format, "like 1" (that of an input); "" for that of the first input of floats
    special: str = ""  # floor, ceil, round, cumsum: no formula says these
    ignored: frozenset[int] = field(default_factory=frozenset)  # inputs that are taken for zeros: a fused bias

    def numbers(self, arguments: Sequence[Array]) -> Array:
        """In doubles; rows lie along the last axis."""
        if self.special:
            result: Array = _SPECIAL[self.special][0](np.asarray(arguments[0], np.float64))
            return result
        return np.asarray(_compiled(self.accurate)(*arguments))

    def exact(self, arguments: Sequence[Any]) -> Any:
        """In high precision: of numbers, or of rows as lists."""
        if self.special:
            function, value = _SPECIAL[self.special][1], arguments[0]
            each = isinstance(value, list) and self.special != "cumsum"
            return [function(v) for v in value] if each else function(value)
        names = _names(self.formula)
        if self.row or any(isinstance(a, list) for a in arguments):
            length = max(len(a) for a in arguments if isinstance(a, list))
            rows = {n: _stretched(arguments[_position(n)], length) for n in names}
            return _exact_row(self.formula, rows, length)
        return reference.evaluate(_bounded(self.formula), {n: arguments[_position(n)] for n in names}, DIGITS)


def _stretched(value: Any, length: int) -> list[Any]:
    return value if isinstance(value, list) and len(value) == length else [_single(value)] * length


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _exact_row(formula: Expr, rows: Mapping[str, list[Any]], length: int) -> list[Any]:
    with reference.mp.workdps(4 * DIGITS):
        values = {n: [reference.exact(v) for v in row] for n, row in rows.items()}
        if not values:
            values = {"a0": [reference.mp.mpf(0)] * length}
        result: list[Any] = reference._row_once(formula, values)
    return result


@cache
def _names(formula: Expr) -> tuple[str, ...]:
    return tuple(sorted(expr.variables(formula), key=_position))


def _position(name: str) -> int:
    """Which input a variable is."""
    return 0 if name == "x" else int(name[1:])


@cache
def _bounded(formula: Expr) -> Expr:
    return oracle.bounded(formula)


@cache
def _compiled(formula: Expr) -> Callable[..., Array]:
    names = _names(formula)
    function = lower_numpy.compile_numpy(formula, names)
    positions = [_position(n) for n in names]
    return lambda *arguments: function(*(arguments[p] for p in positions))


def _sum_so_far(row: Any) -> Any:
    total, result = 0, []
    for value in row if isinstance(row, list) else [row]:
        total = total + value
        result.append(total)
    return result


def _truncated(value: Any) -> Any:
    return reference.mp.floor(value) if value >= 0 else reference.mp.ceil(value)


def _rounded_to_even(value: Any) -> Any:
    return reference.mp.nint(value)


_SPECIAL: Mapping[str, tuple[Callable[[Array], Array], Callable[[Any], Any]]] = {
    "floor": (np.floor, lambda u: reference.mp.floor(u)),
    "ceil": (np.ceil, lambda u: reference.mp.ceil(u)),
    "round": (np.rint, _rounded_to_even),
    "truncated": (np.trunc, _truncated),
    "cumsum": (lambda x: np.cumsum(x, axis=-1), _sum_so_far),
}

# --- building formulas ------------------------------------------------------------------------------------------------
A, B, C = expr.var("a0"), expr.var("a1"), expr.var("a2")
ZERO, ONE = expr.ZERO, expr.ONE
Maker = Callable[[Operation], "Meaning | None"]


def number(value: Any) -> Expr:
    """A constant, exactly as stored. Not a number at all: FormulaError."""
    value = float(value)
    if math.isnan(value):
        raise expr.FormulaError("NaN is no constant")
    if math.isinf(value):
        return expr.const("inf") if value > 0 else expr.neg(expr.const("inf"))
    return expr.const(Fraction(value))


def _single_precision(value: float) -> float:
    """Attributes are stored as float32, their defaults too."""
    return float(np.float32(value))


def _call(name: str, *arguments: Expr) -> Expr:
    return expr.function(name, *arguments)


def _plain(formula: Expr, accurate: Expr | None = None, **more: Any) -> Meaning:
    return Meaning(formula, formula if accurate is None else accurate, **more)


def _fixed(formula: Expr, accurate: Expr | None = None, **more: Any) -> Maker:
    meaning = _plain(formula, accurate, **more)
    return lambda operation: meaning


def _known(name: str, argument: Expr = A, **parameters: float) -> Meaning:
    """An activation of the catalogue, which also has a form that does not cancel."""
    activation = spec.built_in()[name]
    given = {**activation.defaults, **parameters}
    replacement = {n: number(v) for n, v in given.items()}
    if activation.kind == "row":  # some operations on rows take it for granted that the row is x
        return Meaning(activation.formula, activation.kernel, row=True)
    replacement["x"] = argument
    return Meaning(expr.substitute(activation.formula, replacement), expr.substitute(activation.kernel, replacement))


def _of_attributes(name: str, **attributes: tuple[str, float]) -> Maker:
    """An activation whose parameters are attributes: parameter=(attribute, default)."""

    def make(operation: Operation) -> Meaning:
        given = {p: operation.attribute(a, _single_precision(d)) for p, (a, d) in attributes.items()}
        return _known(name, **given)

    return make


def _folded(op: str | Callable[..., Expr]) -> Maker:
    """Operators with any number of inputs."""
    combine = op if callable(op) else lambda u, v: _call(op, u, v)

    def make(operation: Operation) -> Meaning | None:
        arguments = [expr.var(f"a{i}") for i in range(len(operation.inputs))]
        return _plain(reduce(combine, arguments)) if arguments else None

    return make


def _not(condition: Expr) -> Expr:
    return _call("eq", condition, ZERO)


def _gelu(operation: Operation) -> Meaning:
    return _known("gelu_tanh" if operation.attribute("approximate", b"none") == b"tanh" else "gelu")


def _selu(operation: Operation) -> Meaning:
    first = operation.version < 6
    alpha = operation.attribute("alpha", _single_precision(1.6732 if first else 1.67326319217681884765625))
    gamma = operation.attribute("gamma", _single_precision(1.0507 if first else 1.05070102214813232421875))
    elu = _known("elu", alpha=alpha)
    return Meaning(number(gamma) * elu.formula, number(gamma) * elu.accurate)


def _celu(operation: Operation) -> Meaning:
    return _known("celu", alpha=operation.attribute("alpha", 1.0))


def _clip(operation: Operation) -> Meaning:
    low: Expr | None = None
    high: Expr | None = None
    if operation.version < 11:
        attributes = operation.attributes
        low = number(attributes["min"]) if "min" in attributes else None
        high = number(attributes["max"]) if "max" in attributes else None
    else:
        low = B if operation.given(1) else None
        high = C if operation.given(2) else None
    result = A if low is None else _call("max", A, low)
    return _plain(result if high is None else _call("min", result, high))


def _cast(operation: Operation) -> Meaning | None:
    to = operation.attribute("to", 0)
    if to == 9:
        return _plain(expr.where(_not(A), ZERO, ONE), out_dtype="bool")
    if to in INTEGERS:
        return _plain(A, out_dtype=INTEGERS[to], special="truncated")
    return _plain(A, out_dtype=FLOATS[to]) if to in FLOATS else None


def _swish(operation: Operation) -> Meaning:
    return _known("swish", beta=operation.attribute("alpha", 1.0))


def _quick_gelu(operation: Operation) -> Meaning:
    return _known("swish", beta=operation.attribute("alpha", _single_precision(1.702)))


def _biased(name: str) -> Maker:
    """A fused bias is left out: the activation is what follows it."""

    def make(operation: Operation) -> Meaning:
        meaning = _known(name)
        return Meaning(meaning.formula, meaning.accurate, ignored=frozenset({1}))

    return make


def _power(operation: Operation) -> Meaning | None:
    return None  # the exponent has to be known: see `meaning`


def _elementwise_unless(attribute: str, maker: Maker) -> Maker:
    """Not in the mode that makes the result depend on more than one element."""
    return lambda operation: None if operation.attribute(attribute, 0) else maker(operation)


def _row_reduction(formula: Expr) -> Maker:
    """Along one axis that is kept."""

    def make(operation: Operation) -> Meaning | None:
        return _plain(formula, row=True) if operation.attribute("keepdims", 1) else None

    return make


FLOATS = {1: "float32", 11: "float64", 10: "float16", 16: "bfloat16"}  # of TensorProto.DataType
INTEGERS = {6: "int32", 7: "int64"}
_expm1 = _call("expm1", A)
_row_sum = _call("row_sum", A)
_standard: dict[str, Maker] = {
    "Add": _folded(expr.add), "Sub": _fixed(A - B), "Mul": _fixed(A * B), "Div": _fixed(A / B), "Neg": _fixed(-A),
    "Abs": _fixed(_call("abs", A)), "Sign": _fixed(_call("sign", A)), "Identity": _fixed(A),
    "Exp": _fixed(_call("exp", A)), "Log": _fixed(_call("log", A)), "Sqrt": _fixed(_call("sqrt", A)),
    "Reciprocal": _fixed(ONE / A), "Erf": _fixed(_call("erf", A)), "Sum": _folded(expr.add),
    "Max": _folded("max"), "Min": _folded("min"), "Clip": _clip, "Cast": _cast,
    "CastLike": _fixed(A, out_dtype="like 1"), "Pow": _power,
    "Sin": _fixed(_call("sin", A)), "Cos": _fixed(_call("cos", A)), "Atan": _fixed(_call("atan", A)),
    "Sinh": _fixed((_call("exp", A) - _call("exp", -A)) / 2, (_expm1 + _expm1 / (_expm1 + 1)) / 2),
    "Cosh": _fixed((_call("exp", A) + _call("exp", -A)) / 2),
    "Where": _fixed(expr.where(A, B, C), out_dtype="like 1"),
    "Less": _fixed(_call("lt", A, B), out_dtype="bool"), "LessOrEqual": _fixed(_call("le", A, B), out_dtype="bool"),
    "Greater": _fixed(_call("lt", B, A), out_dtype="bool"),
    "GreaterOrEqual": _fixed(_call("le", B, A), out_dtype="bool"),
    "Equal": _fixed(_call("eq", A, B), out_dtype="bool"), "Not": _fixed(_not(A), out_dtype="bool"),
    "And": _fixed(_call("and", A, B), out_dtype="bool"), "Or": _fixed(_call("or", A, B), out_dtype="bool"),
    "Xor": _fixed(_not(_call("eq", A, B)), out_dtype="bool"),
    "IsNaN": _fixed(_not(_call("eq", A, A)), out_dtype="bool"),
    "IsInf": _fixed(_call("eq", _call("abs", A), expr.const("inf")), out_dtype="bool"),
    "Floor": _fixed(A, special="floor"), "Ceil": _fixed(A, special="ceil"), "Round": _fixed(A, special="round"),
    "Relu": _fixed(_call("max", A, ZERO)), "Sigmoid": lambda _: _known("sigmoid"), "Tanh": lambda _: _known("tanh"),
    "Softplus": lambda _: _plain(_call("log", 1 + _call("exp", A)), _call("softplus", A)),
    "Softsign": lambda _: _known("softsign"), "Mish": lambda _: _known("mish"),
    "HardSwish": lambda _: _known("hardswish"), "Gelu": _gelu, "Selu": _selu, "Celu": _celu, "Swish": _swish,
    "Elu": _of_attributes("elu", alpha=("alpha", 1.0)),
    "LeakyRelu": _of_attributes("leaky_relu", negative_slope=("alpha", 0.01)),
    "HardSigmoid": _of_attributes("hard_sigmoid", alpha=("alpha", 0.2), beta=("beta", 0.5)),
    "ThresholdedRelu": _of_attributes("thresholded_relu", alpha=("alpha", 1.0)),
    "Shrink": _of_attributes("shrink", bias=("bias", 0.0), lambd=("lambd", 0.5)),
    "PRelu": _fixed(expr.where(_call("le", ZERO, A), A, B * A)), "Dropout": _elementwise_unless("training", _fixed(A)),
    "Softmax": lambda _: _known("softmax"), "LogSoftmax": lambda _: _known("log_softmax"),
    "Hardmax": lambda _: _known("hardmax"),
    "ReduceSum": _row_reduction(_row_sum), "ReduceMax": _row_reduction(_call("row_max", A)),
    "ReduceMin": _row_reduction(-_call("row_max", -A)),
    "ReduceLogSumExp": _row_reduction(_call("log", _call("row_sum", _call("exp", A)))),
    "CumSum": lambda o: None if o.attribute("exclusive", 0) or o.attribute("reverse", 0)
    else _plain(A, row=True, special="cumsum"),
}  # fmt: skip
_contrib: dict[str, Maker] = {
    "Gelu": lambda _: _known("gelu"), "QuickGelu": _quick_gelu, "BiasGelu": _biased("gelu"),
    "FastGelu": _biased("gelu_tanh"),
}  # fmt: skip
# Arithmetic, and what only passes values on: no activation is missing where one of these stands alone.
ARITHMETIC = frozenset({
    "Add", "Sub", "Mul", "Div", "Neg", "Sum", "Identity", "Cast", "CastLike", "Dropout", "Where", "Less", "LessOrEqual",
    "Greater", "GreaterOrEqual", "Equal", "Not", "And", "Or", "Xor", "IsNaN", "IsInf", "ReduceSum", "ReduceMax",
    "ReduceMin", "Floor", "Ceil", "Round", "Abs", "Sign", "Max", "Min", "CumSum",
})  # fmt: skip


def is_known(domain: str, op: str) -> bool:
    """Whether ONNX or onnxruntime has such an operator, activation or not."""
    from ..export import import_onnx

    if domain == CONTRIB:
        return op in _contrib
    return bool(import_onnx().defs.has(op, domain))


def meaning(operation: Operation, exponent: float | None = None) -> Meaning | None:
    """Of an operation, if it can be part of an activation. `exponent` is the constant second input of Pow."""
    if operation.op == "Pow" and operation.domain == "":
        return _power_of(exponent)
    table = {"": _standard, CONTRIB: _contrib}.get(operation.domain, {})
    if operation.op not in table:
        return None
    try:
        return table[operation.op](operation)
    except (expr.FormulaError, OverflowError, ValueError):
        return None


@cache
def _power_of(exponent: float | None) -> Meaning | None:
    if exponent is None or not math.isfinite(exponent):
        return None
    try:
        return _plain(expr.power(A, Fraction(exponent)))
    except expr.FormulaError:
        return None
