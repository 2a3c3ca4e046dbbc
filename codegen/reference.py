"""The oracle: an expression evaluated in arbitrary precision (mpmath), digits checked by evaluating twice.

Every input, parameter and decimal constant is taken exactly. The working precision is raised until two evaluations
agree, so cancellation in a textbook formula costs time, never digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mpmath import mp

from .expr import Expr, postorder

DIGITS = 50
_MAX_DIGITS = 200_000

Number = Any  # mpmath.mpf; mpmath ships no type information


def exact(value: float | Fraction | str) -> Number:
    """The number as an mpf, exactly (for a Fraction: to the working precision)."""
    if isinstance(value, Fraction):
        return mp.mpf(value.numerator) / value.denominator
    return mp.mpf(value)


def _sigmoid(u: Number) -> Number:
    return 1 / (1 + _exp(-u))


def _exp(u: Number) -> Number:
    """e**u. Far beyond any format it is 0 or infinity: exp(exp(1e9)) has an exponent that fills the memory."""
    if mp.isfinite(u) and mp.mag(u) > 100_000:
        return mp.inf if u > 0 else mp.mpf(0)
    return mp.exp(u)


def _sign(u: Number) -> Number:
    return mp.sign(u)


def _softplus(u: Number) -> Number:
    return mp.log1p(mp.exp(u)) if u < 0 else u + mp.log1p(mp.exp(-u))


_UNARY: Mapping[str, Callable[[Number], Number]] = {
    "neg": lambda u: -u, "abs": abs, "sign": _sign, "exp": _exp, "expm1": mp.expm1, "log": mp.log,
    "log1p": mp.log1p, "sqrt": mp.sqrt, "tanh": mp.tanh, "sigmoid": _sigmoid, "softplus": _softplus, "erf": mp.erf,
    "erfc": mp.erfc, "sin": mp.sin, "cos": mp.cos, "atan": mp.atan,
}  # fmt: skip
_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": lambda u, v: u + v, "sub": lambda u, v: u - v, "mul": lambda u, v: u * v,
    "div": lambda u, v: u / v if v else (mp.nan if u == 0 else mp.inf * mp.sign(u)),
    "min": min, "max": max, "lt": lambda u, v: u < v, "le": lambda u, v: u <= v, "eq": lambda u, v: u == v,
    "and": lambda u, v: u and v, "or": lambda u, v: u or v,
}  # fmt: skip
_CONSTANTS: Mapping[str, Callable[[], Number]] = {
    "pi": lambda: +mp.pi, "e": lambda: +mp.e, "inf": lambda: mp.inf, "-0.0": lambda: mp.mpf(0),
}  # fmt: skip


def _lost_bits(op: str, args: Sequence[Number], result: Number) -> float:
    """Leading bits that cancel in a sum, or in the logarithm of a number near 1; inf if all of them do."""
    largest = mp.mpf(1) if op == "log" else max(args, key=abs)
    if not largest or not mp.isfinite(largest) or mp.isnan(result):
        return 0
    return float(mp.mag(largest) - mp.mag(result)) if result else math.inf


def _once(root: Expr, values: Mapping[str, Any]) -> tuple[Any, float]:
    """The value at the current precision, and the most bits any cancellation lost.

    Branches of `where` that are not taken are not evaluated.
    """
    memo: dict[Expr, Any] = {}
    lost = 0.0

    def visit(node: Expr) -> Any:
        nonlocal lost
        if node in memo:
            return memo[node]
        op, args = node.op, node.args
        result: Any
        if op == "const":
            result = _CONSTANTS[node.value]() if isinstance(node.value, str) else exact(node.value)
        elif op == "var":
            result = values[node.value]
        elif op == "where":
            result = visit(args[1] if visit(args[0]) else args[2])
        elif op == "near_root":
            result = visit(args[0])
        elif op == "pow":
            base = visit(args[0])
            result = base**node.value if base or node.value > 0 else mp.inf
        elif op in _UNARY or op in _BINARY:
            operands = [visit(a) for a in args]
            result = (_UNARY[op] if op in _UNARY else _BINARY[op])(*operands)
            if op in ("add", "sub", "log"):
                lost = max(lost, _lost_bits(op, operands, result))
        else:
            raise NotImplementedError(f"{op} works on rows; use evaluate_row")
        memo[node] = result
        return result

    return visit(root), lost


def evaluate(root: Expr, values: Mapping[str, Any], digits: int = 30) -> Number:
    """The value to at least `digits` correct significant digits. NaN in gives NaN out."""
    if any(math.isnan(v) for v in values.values()):
        return mp.nan
    # Enough digits that no input absorbs another: x + pi / 4 at x = 1e60 must keep digits of pi.
    reach = max((abs(math.frexp(float(v))[1]) for v in values.values() if v and math.isfinite(v)), default=0)
    start = max(DIGITS, digits + 20) + int(reach * 0.302)
    return _agreeing(lambda: _once(root, {k: exact(v) for k, v in values.items()}), digits, start)


def _agreeing(compute: Callable[[], tuple[Number, float]], digits: int, precision: int) -> Number:
    """Raise the precision until two values agree and no cancellation has eaten the digits.

    A zero, and a term that cancels to nothing, is believed only at far higher precision.
    """
    start = precision
    previous: Number | None = None
    while True:
        with mp.workdps(precision):
            value, lost = compute()
            if not mp.isfinite(value):
                return value
            agrees = previous is not None and abs(value - previous) <= abs(value) * mp.mpf(10) ** -digits
            vanished = value == 0 or math.isinf(lost)
            if agrees and (precision >= 800 if vanished else lost < (precision - digits) * 3.32 - 10):
                return value
            if precision >= _MAX_DIGITS:
                raise ArithmeticError(f"no agreement after {precision} digits")
        previous = value
        precision = max(800, precision * 2) if vanished and precision == start else precision * 2


# --- rows ---------------------------------------------------------------------------------------------------------
def _simplex_threshold(row: Sequence[Number]) -> Number:
    """tau with sum(max(x - tau, 0)) = 1 (Martins & Astudillo 2016, algorithm 1)."""
    total = mp.mpf(0)
    tau = mp.mpf(0)
    for k, value in enumerate(sorted(row, reverse=True), start=1):
        total += value
        if 1 + k * value > total:
            tau = (total - 1) / k
    return tau


def _row_once(root: Expr, rows: Mapping[str, Sequence[Any]]) -> list[Any]:
    length = len(next(iter(rows.values())))
    memo: dict[Expr, list[Any]] = {}
    for node in postorder(root):
        op, args = node.op, [memo[a] for a in node.args]
        if op == "const":
            value = _CONSTANTS[node.value]() if isinstance(node.value, str) else exact(node.value)
            memo[node] = [value] * length
        elif op == "var":
            memo[node] = list(rows[node.value])
        elif op == "row_sum":
            memo[node] = [mp.fsum(args[0])] * length
        elif op == "row_max":
            memo[node] = [max(args[0])] * length
        elif op == "row_sum_others":  # the sum without the first maximum of the row x
            first = rows["x"].index(max(rows["x"]))
            memo[node] = [mp.fsum(v for i, v in enumerate(args[0]) if i != first)] * length
        elif op == "row_first_max":
            first = args[0].index(max(args[0]))
            memo[node] = [mp.mpf(i == first) for i in range(length)]
        elif op == "row_simplex_threshold":
            memo[node] = [_simplex_threshold(args[0])] * length
        elif op == "where":
            memo[node] = [t if c else f for c, t, f in zip(*args, strict=True)]
        elif op == "pow":
            memo[node] = [v**node.value for v in args[0]]
        elif op in _UNARY:
            memo[node] = [_UNARY[op](v) for v in args[0]]
        else:
            memo[node] = [_BINARY[op](u, v) for u, v in zip(args[0], args[1], strict=True)]
    return memo[root]


def evaluate_row(root: Expr, rows: Mapping[str, Sequence[float]], digits: int = 30) -> list[Number]:
    """One row through a row formula; finite inputs. Elements are checked for `digits` together."""
    previous: list[Number] | None = None
    precision = DIGITS
    while precision <= _MAX_DIGITS:
        with mp.workdps(precision):
            value = _row_once(root, {k: [exact(float(v)) for v in r] for k, r in rows.items()})
            scale = mp.mpf(10) ** -digits
            pairs = zip(value, previous, strict=True) if previous is not None else None
            agrees = pairs is not None and all(abs(a - b) <= abs(a) * scale for a, b in pairs)
            vanished = not all(value)
            if agrees and (not vanished or precision >= 800):
                return value
        previous = value
        precision = precision * 16 if vanished and precision == DIGITS else precision * 2
    raise ArithmeticError(f"no agreement after {precision} digits")
