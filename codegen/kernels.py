"""Which kernels an activation has: its value, and one gradient per input and per learned parameter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .expr import BOOLEAN_OPS, Expr, postorder, var, variables
from .spec import GRADIENT, OUTPUT, Activation


@dataclass(frozen=True)
class Kernel:
    """One compiled function: `factor * expression` with the special values stated beside it."""

    name: str
    activation: Activation
    data_inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    expression: Expr
    factor: str | None  # grad_output, for gradients
    limits: Mapping[str, Expr]  # of the expression, at special values of the first input of the activation
    description: str

    @property
    def wide_only(self) -> bool:
        """Plain double is not enough even for float32: asked for, or a rounded argument goes into sin or cos."""
        waves = (n for n in postorder(self.expression) if n.op in ("sin", "cos"))
        return self.activation.float32 == "wide" or any(n.args[0].op != "var" for n in waves)

    @property
    def plain(self) -> Expr | None:
        """The form written for float32 alone, if the spec has one."""
        if self.factor is None:
            return self.activation.plain
        if self.starts_from_output:
            return self.activation.plain_derivative_from_output
        by_x = self.name == f"{self.activation.name}_backward"
        return self.activation.plain_derivative if by_x else None

    @property
    def narrow_suffices(self) -> bool:
        """Plain double is right for float64 too: on every path at most one operation rounds, the factor included."""
        roundings = _roundings(self.expression)
        return not self.wide_only and roundings + (self.factor is not None) <= 1

    @property
    def inputs(self) -> tuple[str, ...]:
        """The data inputs but for grad_output: what the expression is a function of, with the parameters."""
        return tuple(n for n in self.data_inputs if n != self.factor)

    @property
    def starts_from_output(self) -> bool:
        """A gradient that is given the saved result instead of x."""
        return self.inputs == (OUTPUT,)

    @property
    def arguments(self) -> tuple[str, ...]:
        return (*self.data_inputs, *self.parameters)


def kernels_of(activation: Activation) -> Iterator[Kernel]:
    """Value first, then gradients by input, then by learned parameter. Row activations have none (see csrc/rows.h)."""
    if activation.kind == "row":
        return
    parameters = tuple(p.name for p in activation.parameters)
    signature = ", ".join(activation.names)
    yield Kernel(
        activation.name, activation, activation.inputs, parameters, activation.kernel, None, activation.limits,
        f"{activation.name}({signature}) = {' '.join(activation.formula_text.split())}",
    )  # fmt: skip
    learned = (n for n in activation.derivatives if n in parameters)
    for name in (*activation.inputs, *learned):
        expression = activation.derivatives[name]
        plain = activation.kind == "elementwise" and name in activation.inputs
        limits = activation.derivative_limits if name in activation.inputs else {}
        yield Kernel(
            f"{activation.name}_backward" + ("" if plain else f"_{name}"), activation,
            (GRADIENT, *activation.inputs), parameters, expression, GRADIENT, limits,
            f"{GRADIENT} * d {activation.name}({signature}) / d {name}",
        )  # fmt: skip
    if (from_output := activation.derivative_from_output) is not None:
        yield Kernel(
            f"{activation.name}_backward_from_output", activation,
            (GRADIENT, OUTPUT), parameters, from_output, GRADIENT, {},
            f"{GRADIENT} * d {activation.name}({signature}) / d x, where {OUTPUT} = {activation.name}({signature})",
        )  # fmt: skip


def learned_alone(activation: Activation) -> str | None:
    """The learned parameter of an elementwise activation that has exactly one: the gradients for x and for it are then
    computed at once.
    """
    learned = [p.name for p in activation.parameters if p.name in activation.derivatives]
    return learned[0] if activation.kind == "elementwise" and len(learned) == 1 else None


def gradients_at_once(activation: Activation, kernels: Iterable[Kernel]) -> list[Kernel]:
    """The two kernels that are run in one pass over memory, which come next after that of the value: the gradients for
    both inputs of a gate, or for x and the one learned parameter. Empty for other activations.
    """
    by_name = {k.name: k for k in kernels}
    if activation.kind == "gate":
        return [by_name[f"{activation.name}_backward_{i}"] for i in activation.inputs]
    learned = learned_alone(activation)
    names = [] if learned is None else [f"{activation.name}_backward", f"{activation.name}_backward_{learned}"]
    return [by_name[n] for n in names]


def _roundings(root: Expr) -> float:
    """The most roundings on a way to the result; infinite for functions and for tests of rounded values."""
    memo: dict[Expr, float] = {}
    for node in postorder(root):
        below = [memo[a] for a in node.args]
        if node.op == "const":
            exact = isinstance(node.value, str) and node.value in ("inf", "-0.0")
            exact = exact or (not isinstance(node.value, str) and Fraction(float(node.value)) == node.value)
            memo[node] = 0 if exact else math.inf
        elif node.op == "var":
            memo[node] = 0
        elif node.op in ("add", "sub", "mul", "div", "sqrt"):
            memo[node] = 1 + max(below)
        elif node.op in ("lt", "le", "eq", "sign"):
            memo[node] = 0 if max(below) == 0 else math.inf
        elif node.op in ("neg", "abs", "min", "max", "where", "and", "or"):
            memo[node] = max(below)
        else:
            memo[node] = math.inf
    return memo[root]


def propagates_nan(root: Expr, name: str) -> bool:
    """Whether NaN in the variable surely gives NaN, by the semantics of the IR."""
    memo: dict[Expr, bool] = {}

    def false_on_nan(test: Expr) -> bool:
        if test.op == "and":
            return any(false_on_nan(t) for t in test.args)
        if test.op == "or":
            return all(false_on_nan(t) for t in test.args)
        return any(visit(a) for a in test.args)

    def visit(node: Expr) -> bool:
        if node not in memo:
            if node.op == "where":
                test, if_true, if_false = node.args
                memo[node] = visit(if_false) and (visit(if_true) or false_on_nan(test))
            elif node.op in BOOLEAN_OPS or node.op == "const":
                memo[node] = False
            elif node.op == "near_root":
                memo[node] = visit(node.args[0])
            elif node.op == "var":
                memo[node] = node is var(name)
            else:
                memo[node] = any(visit(a) for a in node.args)
        return memo[node]

    return visit(root)


def hidden_nans(root: Expr, names: Iterable[str]) -> list[str]:
    """Variables that may be NaN without making the expression NaN; but not those that it does not name at all: the
    derivative of the identity is 1, whatever x is.
    """
    named = variables(root)
    return [n for n in names if n in named and not propagates_nan(root, n)]
