"""Proves an activation at generation time, in arithmetic of 50 digits and more.

The kernel form must equal the formula. Each derivative must equal the symbolic derivative of the formula and a numeric
one. Roots, limits and the ONNX operator must be what the spec says. The first thing that is wrong raises a SpecError
that names the file, the activation, the field and the point, with both values.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from mpmath import mp

from . import ieee
from .derivative import differentiate
from .expr import Expr, RootSeries, near_root, postorder, substitute, var, variables
from .reference import evaluate, evaluate_row
from .spec import GRADIENT, OUTPUT, Activation, Catalogue, SpecError

Number = Any  # mpmath.mpf
Values = Mapping[str, Any]

KERNEL_AGREEMENT = 2.0**-70  # relative: a kernel worse than the wide arithmetic is caught
NUMERIC_AGREEMENT = 1e-15
# What no dtype can hold counts as zero: e**-1000 may be clamped away.
NEGLIGIBLE = mp.mpf(2) ** -1100

_COMMON = (
    0.03, 0.11, 0.26, 0.49, 0.53, 0.77, 1.03, 1.31, 1.72, 2.2, 2.6, 3.3, 3.7, 4.6, 5.9, 7.3, 9.7, 13.1, 18.3, 25.7,
    36.1,
)  # fmt: skip
_TAIL = (45.0, 57.0, 71.0, 103.5, 151.0, 311.0, 597.0, 700.5, 745.0, 1100.0)
_BINADES = tuple(2.0**k for k in (-1000, -500, -140, -60, -40, -27, -13, 12, 20, 40, 60, 100, 200, 400, 499, 600, 1000))
_NUMERIC = (0.11, 0.77, 1.72, 4.6, 13.1, 36.1)

# Attributes of the standard operators a spec may name (onnx.defs, the tests compare).
ONNX_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("Abs", "Atan", "Clip", "Cos", "Erf", "Exp", "HardSwish", "Identity", "Log", "Mish", "Neg", "PRelu", "Relu",
         "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Sqrt", "Tanh"), frozenset()),
    **dict.fromkeys(("Celu", "Elu", "LeakyRelu", "ThresholdedRelu"), frozenset({"alpha"})),
    **dict.fromkeys(("Hardmax", "LogSoftmax", "Softmax"), frozenset({"axis"})),
    "Gelu": frozenset({"approximate"}),
    "HardSigmoid": frozenset({"alpha", "beta"}),
    "Selu": frozenset({"alpha", "gamma"}),
    "Shrink": frozenset({"bias", "lambd"}),
}  # fmt: skip


def check(activation: Activation, *, roots_declared: bool = True) -> None:
    """Raise SpecError at the first thing in the activation that is wrong.

    With `roots_declared=False` a root of the derivative may go undeclared: see `with_roots`.
    """
    _Proof(activation, roots_declared).run()


def with_roots(activation: Activation) -> Activation:
    """The activation with every root of its derivative marked that its entry did not declare.

    Only for a derivative of x alone. A root that moves with a parameter stays unmarked: close to it the float64
    gradient has about 2**-64 of the terms that cancel, as absolute error.
    """
    if activation.kind != "elementwise" or variables(activation.derivatives["x"]) != {"x"}:
        return activation
    marked = unmarked = activation.derivatives["x"]
    for low, high in _Proof(activation, False).undeclared_roots():

        def value(x: Number) -> Number:
            return evaluate(unmarked, {"x": x}, digits=20)

        root = mp.findroot(value, (mp.mpf(low), mp.mpf(high)), solver="anderson", tol=1e-20, verify=False)
        marked = near_root(marked, var("x"), RootSeries(unmarked, Fraction(mp.nstr(root, 12))))
    if marked is unmarked:
        return activation
    return replace(activation, derivatives=MappingProxyType({**activation.derivatives, "x": marked}))


def check_all(catalogue: Catalogue, progress: Callable[[str], None] | None = None) -> None:
    """Check every activation; `progress` is called with each name before its check."""
    for name, activation in catalogue.items():
        if progress is not None:
            progress(name)
        check(activation)


# --- points -----------------------------------------------------------------------------------------------------------
def parameter_sets(activation: Activation, most: int = 5) -> list[dict[str, float]]:
    """The defaults first, then others that `requires` allows."""
    defaults = activation.defaults
    candidates = [defaults, {n: 0.8125 * v if v else 0.5 for n, v in defaults.items()}]
    for name, value in defaults.items():
        candidates += [{**defaults, name: v} for v in (2.375 * value if value else -0.75, -value if value else 1.5)]
    sets: list[dict[str, float]] = []
    for candidate in candidates:
        if candidate not in sets and _allowed(activation, candidate):
            sets.append(candidate)
    return sets[:most]


def _allowed(activation: Activation, parameters: Mapping[str, float]) -> bool:
    if activation.requires is None:
        return True
    try:
        return bool(ieee.evaluate(activation.requires, parameters))
    except KeyError:  # a requirement on an input says nothing about the parameters
        return True


def kinks(expressions: Iterable[Expr], name: str, values: Mapping[str, float]) -> list[float]:
    """Where a test, min, max, abs or sign of the expressions may switch, as a function of the variable."""
    found: set[float] = set()
    for node in {n for e in expressions for n in postorder(e)}:
        if node.op in ("lt", "le", "eq", "min", "max"):
            difference = node.args[0] - node.args[1]
        elif node.op in ("abs", "sign"):
            difference = node.args[0]
        else:
            continue
        if name in variables(difference):
            found.update(_linear_roots(difference, name, values))
    return sorted(found)


def _linear_roots(difference: Expr, name: str, values: Mapping[str, float]) -> Iterator[float]:
    """Roots of what is linear on each side of zero; of other expressions only a root at zero."""

    def at(x: float) -> float:
        return ieee.evaluate(difference, {**values, name: x})

    if at(0.0) == 0:
        yield 0.0
    for side in (1.0, -1.0):
        for x in (side, side / 1024):  # the nearer one where another piece begins before 2
            first, second = at(x), at(2 * x)
            if not (math.isfinite(first) and math.isfinite(second)) or first == second:
                continue
            root = x * (1 - first / (second - first))
            if root * side > 0 and abs(at(root)) <= 1e-12 * max(abs(first), abs(second)):
                yield root
                break


def _near(kink: float) -> list[float]:
    steps = (2.0**-30, -(2.0**-30), 2.0**-8, -(2.0**-8))
    beside = [kink * (1 + s) if kink else s for s in steps]
    return [kink, math.nextafter(kink, math.inf), math.nextafter(kink, -math.inf), *beside]


_GROWING = frozenset({"exp", "expm1"})
_SLOW_OF_HUGE = frozenset({"exp", "expm1", "sigmoid", "tanh", "softplus", "erf", "erfc", "sin", "cos"})


def _largest_point(expressions: Iterable[Expr]) -> float:
    """exp(exp(x)) of a huge x has more digits than a computer holds."""
    grows: dict[Expr, bool] = {}
    for node in itertools.chain.from_iterable(postorder(e) for e in expressions):
        inner = any(grows[a] for a in node.args)
        if inner and node.op in _SLOW_OF_HUGE:
            return 1200.0
        grows[node] = node.op in _GROWING or (inner and node.op not in ("log", "log1p"))
    return math.inf


def gating_input(activation: Activation) -> str:
    """The input a gate is not linear in (the first, where that is none or both)."""
    for name in activation.inputs:
        if name in variables(activation.derivatives[name]):
            return name
    return activation.inputs[0]


# --- the proof --------------------------------------------------------------------------------------------------------
def _close(a: Number, b: Number, tolerance: float, slack: Number = 0) -> bool:
    if mp.isnan(a) or mp.isnan(b):
        return bool(mp.isnan(a) and mp.isnan(b))
    if a == b or max(abs(a), abs(b)) < NEGLIGIBLE:
        return True
    return bool(mp.isfinite(a) and mp.isfinite(b) and abs(a - b) <= tolerance * max(abs(a), abs(b)) + slack)


def _show(value: Number) -> str:
    return str(mp.nstr(mp.mpf(value) if isinstance(value, float) else value, 20, strip_zeros=True))


def _same_zero(got: float, sign: int) -> bool:
    return sign == 0 or math.copysign(1, got) == sign


class _Proof:
    def __init__(self, activation: Activation, roots_declared: bool) -> None:
        self.activation = activation
        self.roots_declared = roots_declared
        self.parameters = parameter_sets(activation)
        self.compared = self.skipped = 0

    def fail(self, field: str, message: str) -> SpecError:
        return SpecError(f"{self.activation.file or 'spec'}: [{self.activation.name}] {field}: {message}")

    def run(self) -> None:
        self.check_onnx()
        if not self.parameters or self.parameters[0] != self.activation.defaults:
            raise self.fail("requires", f"the defaults do not meet {self.activation.requires_text!r}")
        try:
            if self.activation.kind == "row":
                self.check_rows()
            else:
                self.check_elementwise()
                self.check_roots()
            self.check_limits()
        except ArithmeticError as error:
            raise self.fail("formula", f"cannot be evaluated: {error}") from None

    def check_onnx(self) -> None:
        operator = self.activation.onnx
        if operator is None or operator.op not in ONNX_ATTRIBUTES:
            return
        for name, value in operator.attributes.items():
            known = ONNX_ATTRIBUTES[operator.op]
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise self.fail("onnx.attributes", f"{operator.op} has no attribute {name!r}; it has {listed}")
            if isinstance(value, str) and name != "approximate" and value not in self.activation.defaults:
                raise self.fail("onnx.attributes", f"{name} = {value!r} is no parameter of {self.activation.name}")

    # --- values and derivatives at points -----------------------------------------------------------------------------
    def points(self, parameters: Mapping[str, float], full: bool) -> Iterator[dict[str, Any]]:
        """Values of the inputs: common range, tails, binades and both sides of every kink."""
        a = self.activation
        expressions = [a.formula, a.kernel, *a.derivatives.values()]
        largest = _largest_point(expressions)
        magnitudes = (*_COMMON, *_TAIL, *_BINADES) if full else (*_COMMON[::3], *_TAIL[::4], *_BINADES[2::4])
        wanted = [0.0, *(s * m for m in magnitudes if m <= largest for s in (1, -1))]
        gate = gating_input(a)
        beside: dict[str, float] = dict.fromkeys(a.inputs, 1.0)
        for kink in kinks(expressions, gate, {**parameters, **beside}):
            wanted += [x for x in _near(kink) if abs(x) <= largest]
        others = (1.0, -0.6, 2.9, -13.1)  # the other input of a gate
        for x, other in zip(dict.fromkeys(wanted), itertools.cycle(others), strict=False):
            yield {**dict.fromkeys(a.inputs, other), gate: x}

    def check_elementwise(self) -> None:
        a = self.activation
        symbolic = {name: differentiate(a.formula, name) for name in a.derivatives}
        for number, parameters in enumerate(self.parameters):
            corners = set(kinks([a.formula], gating_input(a), {**parameters, **dict.fromkeys(a.inputs, 1.0)}))
            for inputs in self.points(parameters, full=number == 0):
                values = {**inputs, **parameters}
                self.check_kernel(values)
                self.check_plain(values)
                self.check_from_output(values)
                for name, authored in a.derivatives.items():
                    at_corner = inputs[gating_input(a)] in corners
                    self.check_derivative(name, authored, symbolic[name], values, at_corner)
            for x in _NUMERIC[:: 1 if number == 0 else 3]:
                for sign in (1, -1):
                    self.check_numeric({**dict.fromkeys(a.inputs, 0.9), gating_input(a): sign * x, **parameters})
        if self.skipped * 5 > self.compared:
            raise self.fail("formula", f"its derivative cannot be evaluated at {self.skipped} of the points")

    def at(self, values: Values) -> str:
        shown = [f"{n} = {_show(v)}" for n, v in values.items() if n in self.activation.names]
        return "at " + ", ".join(shown)

    def check_plain(self, values: Values) -> None:
        """The forms for float32 alone are, in exact arithmetic, the kernel and the derivative."""
        a = self.activation
        for field, plain, form in (
            ("plain", a.plain, a.kernel),
            ("plain_derivative", a.plain_derivative, a.derivatives.get("x")),
        ):
            if plain is None or form is None:
                continue
            got, want = evaluate(plain, values), evaluate(form, values)
            if not _close(got, want, KERNEL_AGREEMENT):
                raise self.fail(field, f"{self.at(values)} it is {_show(got)} instead of {_show(want)}")

    def check_from_output(self, values: Values) -> None:
        """The derivative as a function of the result is the derivative; and so is its form for float32 alone."""
        a = self.activation
        for field, form in (
            ("derivative_from_output", a.derivative_from_output),
            ("plain_derivative_from_output", a.plain_derivative_from_output),
        ):
            if form is None:
                continue
            got = evaluate(substitute(form, {OUTPUT: a.kernel}), values)
            want = evaluate(a.derivatives["x"], values)
            if not _close(got, want, KERNEL_AGREEMENT):
                raise self.fail(field, f"{self.at(values)} it is {_show(got)} instead of {_show(want)}")

    def check_kernel(self, values: Values) -> None:
        if self.activation.kernel is self.activation.formula:
            return
        kernel, formula = evaluate(self.activation.kernel, values), evaluate(self.activation.formula, values)
        if not _close(kernel, formula, KERNEL_AGREEMENT):
            raise self.fail("kernel", f"{self.at(values)} the formula is {_show(formula)}, the kernel {_show(kernel)}")

    def check_derivative(self, name: str, authored: Expr, symbolic: Expr, values: Values, at_corner: bool) -> None:
        got = evaluate(authored, values)
        try:
            want = evaluate(symbolic, values)
        except ArithmeticError:  # a textbook form so unstable here that no number of digits saves it
            self.skipped += 1
            return
        self.compared += 1
        if _close(got, want, KERNEL_AGREEMENT):
            return
        if at_corner and name in self.activation.inputs:
            sides = [evaluate(symbolic, {**values, name: _beside(values[name], side)}) for side in (-1, 1)]
            slack = mp.mpf(NUMERIC_AGREEMENT) * max(map(abs, sides))
            if min(sides) - slack <= got <= max(sides) + slack:
                return
        raise self.wrong_derivative(name, values, want, got)

    def wrong_derivative(self, name: str, values: Values, want: Number, got: Number) -> SpecError:
        shown = f"the formula's derivative is {_show(want)}, the authored one {_show(got)}"
        return self.fail(f"derivative.{name}", f"{self.at(values)} {shown}")

    def check_numeric(self, values: dict[str, Any]) -> None:
        for name, authored in self.activation.derivatives.items():
            x = values[name]
            step = mp.ldexp(mp.mpf(1), (math.frexp(x)[1] if x else 0) - 66)
            with mp.workdps(80):
                sides = [{**values, name: mp.mpf(x) + s * step} for s in (1, -1)]
                ends = [evaluate(self.activation.formula, side, digits=60) for side in sides]
                numeric = (ends[0] - ends[1]) / (2 * step)
                got = evaluate(authored, values)
                slack = abs(ends[0] / step) * mp.mpf(10) ** -55  # digits lost where the value hardly moves
                if not _close(got, numeric, NUMERIC_AGREEMENT, slack):
                    raise self.wrong_derivative(name, values, numeric, got)

    # --- roots --------------------------------------------------------------------------------------------------------
    def check_roots(self) -> None:
        """Each declared root is one, and the derivative changes sign nowhere else."""
        for series in dict.fromkeys(n.value for n in _marks(self.activation.derivatives.values())):
            self.check_declared(series)
        if self.roots_declared:
            for low, high in self.undeclared_roots():
                message = f"the derivative changes sign between {low!r} and {high!r}; no root is declared there"
                raise self.fail("derivative_roots", message)

    def undeclared_roots(self) -> Iterator[tuple[float, float]]:
        """Brackets of the roots of the derivative that no series is marked for."""
        a = self.activation
        name = gating_input(a)
        expression = a.derivatives[name]
        if name not in variables(expression) or not _needs_roots(expression):
            return
        for parameters in self.parameters:
            fixed = {**dict.fromkeys(a.inputs, 1.0), **parameters}
            corners = [0.0, *kinks([expression, a.formula], name, fixed)]
            marks = [n for n in postorder(expression) if n.op == "near_root"]
            for low, high in self.sign_changes(expression, name, fixed):
                known = any(low <= c <= high for c in corners)
                known = known or any(_crosses(n, name, fixed, low, high) for n in marks)
                if not known:
                    yield low, high

    def check_declared(self, series: RootSeries) -> None:
        (name,) = variables(series.function)
        margin = max(abs(series.approximate_root), Fraction(1)) / 10**6
        low, high = (evaluate(series.function, {name: series.approximate_root + s * margin}) for s in (-1, 1))
        if not low * high < 0:
            message = f"no root within {float(margin):.0e} of {float(series.approximate_root)!r}: the derivative is "
            raise self.fail("derivative_roots", message + f"{_show(low)} before it and {_show(high)} after it")

    def sign_changes(self, expression: Expr, name: str, fixed: Values) -> Iterator[tuple[float, float]]:
        last: tuple[float, float] | None = None
        for k in range(-1300, 1301):
            x = k / 64 + 0.001  # off the usual kinks
            value = ieee.evaluate(expression, {**fixed, name: x})
            if not value or math.isnan(value):
                continue
            if last is not None and (value > 0) != (last[1] > 0):
                yield last[0], x
            last = x, value

    # --- limits -------------------------------------------------------------------------------------------------------
    def check_limits(self) -> None:
        a = self.activation
        if a.kind == "row":
            for point, limit in a.limits.items():
                self.check_limit("limits", point, limit, {}, self.row_function())
            return
        name = gating_input(a)
        largest = _largest_point([a.formula])
        for parameters in self.parameters:
            fixed = {**dict.fromkeys(a.inputs, 1.0), **parameters}
            stated = [("limits", a.limits, a.formula), ("derivative_limits", a.derivative_limits, a.derivatives[name])]
            for field, limits, expression in stated:
                function = _function_of(expression, name, fixed, largest)
                for point, limit in limits.items():
                    corner = field == "derivative_limits" and 0.0 in kinks([a.formula], name, fixed)
                    if not (corner and point in ("0.0", "-0.0")):
                        self.check_limit(field, point, limit, parameters, function)
                        continue
                    got = evaluate(a.derivatives[name], {**fixed, name: 0.0})  # a kink: what the spec says it is
                    self.compare_limit(field, point, ieee.evaluate(limit, parameters), got, 0)

    def row_function(self) -> Callable[[float], Number]:
        return lambda x: evaluate_row(self.activation.kernel, {"x": [_tamed(x), 0.0]})[0]

    def check_limit(
        self, field: str, point: str, limit: Expr, parameters: Mapping[str, float], function: Callable[[float], Number]
    ) -> None:
        declared = ieee.evaluate(limit, parameters)
        strict = parameters == self.activation.defaults  # a negative slope lets -0.0 through unchanged
        if point in ("0.0", "-0.0"):
            side = math.copysign(2.0**-900, float(point))
            self.compare_limit(field, point, declared, function(0.0), _sign(function(side)) if strict else 0)
            return
        direction = float(point)
        near, far = (function(math.copysign(x, direction)) for x in (2.0**200, 2.0**400))
        if not math.isinf(declared):
            self.compare_limit(field, point, declared, far, _sign(function(math.copysign(100.0, direction))))
        elif not (mp.sign(far) == mp.sign(declared) and (abs(far) > abs(near) > 20 or mp.isinf(far))):
            raise self.wrong_limit(field, point, declared, far)

    def compare_limit(self, field: str, point: str, declared: float, value: Number, sign: int) -> None:
        """`sign` is that of the function on its way to the point, 0 where a zero may have either sign."""
        small = mp.mpf(10) ** -9
        if declared == 0:
            if abs(value) > small:
                raise self.wrong_limit(field, point, declared, value)
            if not _same_zero(declared, sign):
                side = "above" if sign > 0 else "below"
                raise self.fail(f"{field}.{point}", f"the limit is approached from {side}, so it is not {declared!r}")
        elif not _close(mp.mpf(declared), value, 1e-9):
            raise self.wrong_limit(field, point, declared, value)

    def wrong_limit(self, field: str, point: str, declared: float, value: Number) -> SpecError:
        return self.fail(f"{field}.{point}", f"stated as {declared!r}, but the function goes to {_show(value)}")

    # --- rows ---------------------------------------------------------------------------------------------------------
    def check_rows(self) -> None:
        """Kernel against formula, and the vector-Jacobian product against a numeric one, on random rows."""
        a = self.activation
        for row in _rows():
            formula, kernel = (evaluate_row(e, {"x": row}) for e in (a.formula, a.kernel))
            for i, (want, got) in enumerate(zip(formula, kernel, strict=True)):
                if not _close(got, want, KERNEL_AGREEMENT):
                    message = f"element {i} of the row {row}: the formula is {_show(want)}, the kernel {_show(got)}"
                    raise self.fail("kernel", message)
            self.check_product(row)

    def check_product(self, row: Sequence[float]) -> None:
        a = self.activation
        gradient = [math.ldexp(g, -1) for g in ([3.0] * len(row) if a.reduces else _gradient(len(row)))]
        product = evaluate_row(a.derivatives["x"], {"x": row, GRADIENT: gradient})
        step = 2.0**-42  # the rows have few bits: row + step is exact
        with mp.workdps(60):
            for i, got in enumerate(product):
                ends = []
                for s in (step, -step):
                    moved = [v + s if j == i else v for j, v in enumerate(row)]
                    result = evaluate_row(a.kernel, {"x": moved}, digits=50)
                    weighted = [g * y for g, y in zip(gradient, result, strict=True)]
                    ends.append(weighted[0] if a.reduces else mp.fsum(weighted))
                numeric = (ends[0] - ends[1]) / mp.mpf(2 * step)
                if not _close(got, numeric, NUMERIC_AGREEMENT, mp.mpf(10) ** -20):
                    message = f"element {i} for the row {row}, {GRADIENT} {gradient}: "
                    message += f"the numeric vector-Jacobian product is {_show(numeric)}, the authored one {_show(got)}"
                    raise self.fail("derivative.x", message)


def _beside(x: Any, side: int) -> Number:
    with mp.workdps(60):
        return mp.mpf(x) + side * mp.ldexp(mp.mpf(1), max(math.frexp(x)[1] - 60, -90) if x else -90)


def _sign(value: Number) -> int:
    return int(mp.sign(value)) if not mp.isnan(value) else 0


def _tamed(x: float) -> float:
    """Stands for a far point where exp(x) must stay a number."""
    return x if abs(x) < 200 else math.copysign(600.0 if abs(x) < 2.0**300 else 1100.0, x)


def _function_of(expression: Expr, name: str, fixed: Values, largest: float) -> Callable[[float], Number]:
    return lambda x: evaluate(expression, {**fixed, name: x if math.isinf(largest) else _tamed(x)})


def _marks(expressions: Iterable[Expr]) -> Iterator[Expr]:
    return (n for e in expressions for n in postorder(e) if n.op == "near_root")


def _needs_roots(expression: Expr) -> bool:
    """Polynomial pieces are exact near their roots, and sin and cos find their own."""
    ops = {n.op for n in postorder(expression)}
    return not ops & {"sin", "cos"} and bool(ops - _POLYNOMIAL)


_POLYNOMIAL = frozenset(
    {"const", "var", "add", "sub", "mul", "div", "neg", "pow", "abs", "sign", "min", "max", "where", "lt", "le", "eq",
     "and", "or"}
)  # fmt: skip


def _crosses(mark: Expr, name: str, fixed: Mapping[str, float], low: float, high: float) -> bool:
    root = float(mark.value.approximate_root)
    ends = [ieee.evaluate(mark.args[1], {**fixed, name: x}) - root for x in (low, high)]
    return ends[0] * ends[1] <= 0


def _rows() -> list[list[float]]:
    """Random rows of few bits, one of them with a dominant element."""
    source = random.Random(20)
    rows = [[source.randint(-900, 900) / 256 for _ in range(n)] for n in (1, 2, 3, 5, 9)]
    return [*rows, [40.0 + rows[2][0], rows[2][1], rows[2][2], -3.5]]


def _gradient(length: int) -> list[float]:
    source = random.Random(length)
    return [source.randint(-200, 200) / 64 for _ in range(length)]
