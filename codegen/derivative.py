"""Symbolic derivative of an expression: the default kernel of a gradient, and the check on an authored one.

Each rule is written in the form that keeps relative accuracy in the tails (tanh' is 4 sigmoid(2u) sigmoid(-2u), not
1 - tanh(u)**2). At a kink the derivative is that of the branch the formula takes there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .expr import HALF, ONE, TWO, ZERO, Expr, const, function, postorder, power, where

F = function
PI = const("pi")

# op -> derivative of op(u) by u
_UNARY: Mapping[str, Callable[[Expr], Expr]] = {
    "exp": lambda u: F("exp", u),
    "expm1": lambda u: F("exp", u),
    "log": lambda u: 1 / u,
    "log1p": lambda u: 1 / (1 + u),
    "sqrt": lambda u: HALF / F("sqrt", u),
    "tanh": lambda u: 4 * F("sigmoid", 2 * u) * F("sigmoid", -2 * u),
    "sigmoid": lambda u: F("sigmoid", u) * F("sigmoid", -u),
    "softplus": lambda u: F("sigmoid", u),
    "erf": lambda u: TWO / F("sqrt", PI) * F("exp", -(u * u)),
    "erfc": lambda u: -(TWO / F("sqrt", PI) * F("exp", -(u * u))),
    "sin": lambda u: F("cos", u),
    "cos": lambda u: -F("sin", u),
    "atan": lambda u: 1 / (1 + u * u),
    "abs": lambda u: F("sign", u),
    "sign": lambda u: ZERO,
}


def differentiate(root: Expr, name: str) -> Expr:
    """d root / d name."""
    d: dict[Expr, Expr] = {}
    for node in postorder(root):
        d[node] = _rule(node, name, d)
    return d[root]


def _rule(node: Expr, name: str, d: Mapping[Expr, Expr]) -> Expr:
    op, args = node.op, node.args
    if op == "const":
        return ZERO
    if op == "var":
        return ONE if node.value == name else ZERO
    if op in ("lt", "le", "eq", "and", "or"):
        return ZERO  # a test; its derivative is never used
    u, du = args[0], d[args[0]]
    if op in _UNARY:
        return ZERO if du is ZERO else _UNARY[op](u) * du
    if op == "neg":
        return -du
    if op == "pow":
        return const(node.value) * power(u, node.value - const(1).value) * du
    v, dv = args[1], d[args[1]]
    if op == "add":
        return du + dv
    if op == "sub":
        return du - dv
    if op == "mul":
        return du * v + u * dv
    if op == "div":
        return du / v - u * dv / (v * v)
    if op == "min":
        return where(F("le", u, v), du, dv)
    if op == "max":
        return where(F("le", v, u), du, dv)
    if op == "where":
        return where(u, dv, d[args[2]])
    if op == "near_root":
        return du
    raise NotImplementedError(f"no derivative rule for {op}")
