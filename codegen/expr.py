"""The expression IR: frozen, hash-consed nodes; a parser for formulas; a printer.

A formula is Python expression syntax, read through ``ast`` with a whitelist (never ``eval``), optionally preceded by
``name = expression`` lines that name intermediate values. Two structurally equal expressions are the same object, so
``is`` compares them and a lowering may memoise on identity.
"""

from __future__ import annotations

import ast
import math
import re
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MAX_SOURCE_LENGTH = 20_000
MAX_DEPTH = 200
MAX_NODES = 5_000
MAX_BITS = 20_000  # of the numerator and denominator of a constant

# op -> number of arguments. `const` and `var` carry their value; `pow` and `near_root` too.
ARITY: Mapping[str, int] = {
    "const": 0, "var": 0,
    "add": 2, "sub": 2, "mul": 2, "div": 2, "neg": 1, "pow": 1,
    "abs": 1, "sign": 1, "min": 2, "max": 2,
    "where": 3, "lt": 2, "le": 2, "eq": 2, "and": 2, "or": 2,
    "exp": 1, "expm1": 1, "log": 1, "log1p": 1, "sqrt": 1, "tanh": 1, "sigmoid": 1, "softplus": 1,
    "erf": 1, "erfc": 1, "sin": 1, "cos": 1, "atan": 1,
    "near_root": 2,
    # Made by lower_light and lower_pair alone: sigmoid(u) sigmoid(-u), and functions with a form of their own.
    "logistic_density": 1, "silu_derivative": 1, "gelu_derivative": 1, "tanhshrink": 1, "gelu": 1, "hardswish": 1,
    "gelu_tanh": 1, "gelu_tanh_derivative": 1, "softsign": 1, "softsign_derivative": 1, "silu_product": 2,
    "gelu_product": 2, "tanh_squared": 1, "tanh_derivative": 1,
    "row_sum": 1, "row_max": 1, "row_sum_others": 1, "row_first_max": 1, "row_simplex_threshold": 1,
}  # fmt: skip

BOOLEAN_OPS = frozenset({"lt", "le", "eq", "and", "or"})
ROW_OPS = frozenset(op for op in ARITY if op.startswith("row_"))
# Functions a formula may call, by their arity; the rest of the operators have their own syntax.
FUNCTIONS: Mapping[str, int] = {
    name: ARITY[name]
    for name in (
        "where", "min", "max", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "tanh", "sigmoid", "softplus",
        "erf", "erfc", "sin", "cos", "atan", *sorted(ROW_OPS),
    )
}  # fmt: skip
CONSTANTS = ("pi", "e", "inf")
NEGATIVE_ZERO_TEXT = "-0.0"  # a constant of its own: as a rational it would lose its sign


class FormulaError(ValueError):
    """A formula that cannot be read; the message says what was found and what is allowed."""


class Expr:
    """One node. Build through the functions below, never directly."""

    __slots__ = ("__weakref__", "args", "op", "value")
    op: str
    args: tuple[Expr, ...]
    value: Any

    def __repr__(self) -> str:
        return f"Expr({to_text(self)})"

    # Arithmetic on nodes keeps rule tables readable.
    def __add__(self, other: Expr | int) -> Expr:
        return add(self, lift(other))

    def __radd__(self, other: int) -> Expr:
        return add(lift(other), self)

    def __sub__(self, other: Expr | int) -> Expr:
        return sub(self, lift(other))

    def __rsub__(self, other: int) -> Expr:
        return sub(lift(other), self)

    def __mul__(self, other: Expr | int) -> Expr:
        return mul(self, lift(other))

    def __rmul__(self, other: int) -> Expr:
        return mul(lift(other), self)

    def __truediv__(self, other: Expr | int) -> Expr:
        return div(self, lift(other))

    def __rtruediv__(self, other: int) -> Expr:
        return div(lift(other), self)

    def __neg__(self) -> Expr:
        return neg(self)


@dataclass(frozen=True)
class RootSeries:
    """Where `function` (of one variable) has a simple root that the kernel must resolve to full relative accuracy."""

    function: Expr
    approximate_root: Fraction


_interned: weakref.WeakValueDictionary[tuple[Any, ...], Expr] = weakref.WeakValueDictionary()


def _node(op: str, args: tuple[Expr, ...] = (), value: Any = None) -> Expr:
    key = (op, tuple(id(a) for a in args), value)
    found = _interned.get(key)
    if found is None:
        found = object.__new__(Expr)
        found.op, found.args, found.value = op, args, value
        _interned[key] = found
    return found


# --- constructors: the only simplifications are those that keep IEEE meaning for finite arguments ------------------
def const(value: int | Fraction | str) -> Expr:
    """An exact rational, or one of the symbols pi, e, inf and negative zero."""
    if isinstance(value, str) and value not in (*CONSTANTS, NEGATIVE_ZERO_TEXT):
        raise FormulaError(f"unknown constant {value!r}")
    if isinstance(value, str):
        return _node("const", (), value)
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise FormulaError(f"a number is out of range: its fraction has more than {MAX_BITS} bits")
    return _node("const", (), Fraction(value))


def var(name: str) -> Expr:
    return _node("var", (), name)


def lift(value: Expr | int | Fraction) -> Expr:
    return value if isinstance(value, Expr) else const(value)


ZERO, ONE, TWO, HALF = const(0), const(1), const(2), const(Fraction(1, 2))
NEGATIVE_ZERO = const(NEGATIVE_ZERO_TEXT)


def _rationals(*nodes: Expr) -> list[Fraction] | None:
    values = [n.value for n in nodes if n.op == "const" and isinstance(n.value, Fraction)]
    return values if len(values) == len(nodes) else None


def add(a: Expr, b: Expr) -> Expr:
    if (r := _rationals(a, b)) is not None:
        return const(r[0] + r[1])
    if a is ZERO:
        return b
    return a if b is ZERO else _node("add", (a, b))


def sub(a: Expr, b: Expr) -> Expr:
    if (r := _rationals(a, b)) is not None:
        return const(r[0] - r[1])
    if a is ZERO:
        return neg(b)
    return a if b is ZERO else _node("sub", (a, b))


def mul(a: Expr, b: Expr) -> Expr:
    if (r := _rationals(a, b)) is not None:
        return const(r[0] * r[1])
    if a is ZERO or b is ZERO:
        return ZERO
    if a is ONE:
        return b
    if b is ONE:
        return a
    if a.op == "const" and a.value == -1:
        return neg(b)
    return _node("mul", (a, b))


def div(a: Expr, b: Expr) -> Expr:
    if (r := _rationals(a, b)) is not None and r[1] != 0:
        return const(r[0] / r[1])
    if a is ZERO:
        return ZERO
    return a if b is ONE else _node("div", (a, b))


def neg(a: Expr) -> Expr:
    if (r := _rationals(a)) is not None:
        return const(-r[0])
    return a.args[0] if a.op == "neg" else _node("neg", (a,))


def power(base: Expr, exponent: Fraction) -> Expr:
    """base ** exponent for an integer or half-integer constant."""
    if exponent.denominator not in (1, 2) or abs(exponent) > 32:
        raise FormulaError(f"exponent {exponent} is not an integer or half-integer between -32 and 32")
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    if exponent == Fraction(1, 2):
        return function("sqrt", base)
    if exponent.denominator == 2:
        return mul(power(base, exponent - Fraction(1, 2)), function("sqrt", base))
    if (r := _rationals(base)) is not None and (r[0] != 0 or exponent > 0):
        return const(r[0] ** int(exponent))
    return _node("pow", (base,), int(exponent))


def where(condition: Expr, if_true: Expr, if_false: Expr) -> Expr:
    return if_true if if_true is if_false else _node("where", (condition, if_true, if_false))


def near_root(main: Expr, argument: Expr, series: RootSeries) -> Expr:
    """`main`, whose value around argument = root is better taken from the Taylor series of `series.function`."""
    return _node("near_root", (main, argument), series)


def function(op: str, *args: Expr) -> Expr:
    """Any other node by its op name."""
    if len(args) != ARITY[op]:
        raise FormulaError(f"{op} takes {ARITY[op]} argument(s), not {len(args)}")
    if op == "where":
        return where(*args)
    return _node(op, args)


_REBUILD: Mapping[str, Callable[..., Expr]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "neg": neg,
    "where": where,
}


def rebuild(node: Expr, args: tuple[Expr, ...]) -> Expr:
    """The node with other arguments, simplified again."""
    if args == node.args:
        return node
    if node.op == "pow":
        return power(args[0], Fraction(node.value))
    if node.op in _REBUILD:
        return _REBUILD[node.op](*args)
    return _node(node.op, args, node.value)


# --- walking ----------------------------------------------------------------------------------------------------
def postorder(root: Expr) -> Iterator[Expr]:
    """Every distinct node, arguments before users. Iterative: depth is bounded by memory, not by the stack."""
    done: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        if ready:
            done.add(node)
            yield node
        else:
            stack.append((node, True))
            stack.extend((a, False) for a in reversed(node.args))


def transform(root: Expr, rule: Callable[[Expr, tuple[Expr, ...]], Expr]) -> Expr:
    """Rebuild bottom-up: rule(node, new_arguments) gives the new node."""
    new: dict[Expr, Expr] = {}
    for node in postorder(root):
        new[node] = rule(node, tuple(new[a] for a in node.args))
    return new[root]


def substitute(root: Expr, replacement: Mapping[str, Expr]) -> Expr:
    """Replace variables by expressions."""

    def rule(node: Expr, args: tuple[Expr, ...]) -> Expr:
        return replacement.get(node.value, node) if node.op == "var" else rebuild(node, args)

    return transform(root, rule)


def variables(root: Expr) -> frozenset[str]:
    return frozenset(n.value for n in postorder(root) if n.op == "var")


def count(root: Expr) -> int:
    return sum(1 for _ in postorder(root))


# --- the parser ----------------------------------------------------------------------------------------------------
Resolver = Callable[[str, str | None, tuple[Expr, ...]], Expr | None]
"""Called as resolver(activation, None or "derivative", arguments) for a name that is no built-in function."""


@dataclass
class _Parser:
    source: str
    names: dict[str, Expr]
    resolver: Resolver | None
    labels: dict[Expr, str]
    locals: dict[str, Expr] = field(default_factory=dict)

    def fail(self, node: ast.AST, message: str) -> FormulaError:
        column = getattr(node, "col_offset", 0) + 1
        return FormulaError(f"line {getattr(node, 'lineno', 1)}, column {column}: {message}")

    def module(self, tree: ast.Module) -> Expr:
        if not tree.body:
            raise FormulaError("the formula is empty")
        *assignments, last = tree.body
        for statement in assignments:
            if not (
                isinstance(statement, ast.Assign)
                and len(statement.targets) == 1
                and isinstance(statement.targets[0], ast.Name)
            ):
                raise self.fail(statement, "only `name = expression` lines may precede the result")
            name = statement.targets[0].id
            if name in self.names or name in FUNCTIONS or name in CONSTANTS or name in self.locals:
                raise self.fail(statement, f"the name {name!r} is taken; choose another for the intermediate value")
            value = self.visit(statement.value, 0)
            if value.args:
                self.labels.setdefault(value, name)
            self.locals[name] = value
        if not isinstance(last, ast.Expr):
            raise FormulaError("the last line must be the resulting expression")
        return self.visit(last.value, 0)

    def visit(self, node: ast.expr, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise self.fail(node, f"nested more than {MAX_DEPTH} levels deep")
        method = getattr(self, "visit_" + type(node).__name__, None)
        if method is None:
            raise self.fail(node, f"{type(node).__name__} is not part of the formula language")
        result: Expr = method(node, depth + 1)
        return result

    def visit_Constant(self, node: ast.Constant, depth: int) -> Expr:
        if not isinstance(node.value, int | float) or isinstance(node.value, bool):
            raise self.fail(node, f"{node.value!r} is not a number")
        text = ast.get_source_segment(self.source, node) or repr(node.value)
        if math.isinf(node.value) or (node.value == 0 and re.match(r"[0._]*[1-9]", text)):
            raise self.fail(node, f"the number {text} is out of range")
        return const(Fraction(text.replace("_", "")))  # the decimal as written, not its nearest double

    def visit_Name(self, node: ast.Name, depth: int) -> Expr:
        if node.id in self.locals:
            return self.locals[node.id]
        if node.id in self.names:
            return self.names[node.id]
        if node.id in CONSTANTS:
            return const(node.id)
        known = ", ".join([*self.names, *self.locals, *CONSTANTS])
        raise self.fail(node, f"unknown name {node.id!r}; known here: {known}")

    def visit_UnaryOp(self, node: ast.UnaryOp, depth: int) -> Expr:
        if isinstance(node.op, ast.USub):
            if ast.get_source_segment(self.source, node) == NEGATIVE_ZERO_TEXT:
                return NEGATIVE_ZERO
            return neg(self.visit(node.operand, depth))
        if isinstance(node.op, ast.UAdd):
            return self.visit(node.operand, depth)
        raise self.fail(node, f"operator {type(node.op).__name__} is not part of the formula language")

    def visit_BinOp(self, node: ast.BinOp, depth: int) -> Expr:
        left = self.visit(node.left, depth)
        right = self.visit(node.right, depth)
        if isinstance(node.op, ast.Pow):
            if right.op != "const" or not isinstance(right.value, Fraction):
                raise self.fail(node, "an exponent must be a constant number; write exp(y * log(x)) for x ** y")
            try:
                return power(left, right.value)
            except FormulaError as error:
                raise self.fail(node, str(error)) from None
        build = {ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.Div: div}.get(type(node.op))
        if build is None:
            raise self.fail(node, f"operator {type(node.op).__name__} is not part of the formula language")
        return build(left, right)

    def visit_Compare(self, node: ast.Compare, depth: int) -> Expr:
        operands = [self.visit(n, depth) for n in (node.left, *node.comparators)]
        result: Expr | None = None
        for operator, a, b in zip(node.ops, operands, operands[1:], strict=False):
            if isinstance(operator, ast.Lt | ast.Gt):
                test = function("lt", a, b) if isinstance(operator, ast.Lt) else function("lt", b, a)
            elif isinstance(operator, ast.LtE | ast.GtE):
                test = function("le", a, b) if isinstance(operator, ast.LtE) else function("le", b, a)
            elif isinstance(operator, ast.Eq):
                test = function("eq", a, b)
            else:
                raise self.fail(node, f"comparison {type(operator).__name__} is not part of the formula language")
            result = test if result is None else function("and", result, test)
        assert result is not None
        return result

    def visit_BoolOp(self, node: ast.BoolOp, depth: int) -> Expr:
        op = "and" if isinstance(node.op, ast.And) else "or"
        tests = [self.visit(n, depth) for n in node.values]
        for test, source in zip(tests, node.values, strict=True):
            if test.op not in BOOLEAN_OPS:
                raise self.fail(source, f"`{op}` joins comparisons only")
        result = tests[0]
        for test in tests[1:]:
            result = function(op, result, test)
        return result

    def visit_Call(self, node: ast.Call, depth: int) -> Expr:
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(node, "functions take positional arguments only")
        args = tuple(self.visit(a, depth) for a in node.args)
        name, member = self._callee(node)
        if member is None and name in FUNCTIONS:
            if len(args) != FUNCTIONS[name]:
                raise self.fail(node, f"{name} takes {FUNCTIONS[name]} argument(s), not {len(args)}")
            for position, argument in enumerate(args):
                boolean = name == "where" and position == 0
                if (argument.op in BOOLEAN_OPS) != boolean:
                    raise self.fail(
                        node, f"argument {position + 1} of {name} must be a {'test' if boolean else 'number'}"
                    )
            return function(name, *args)
        found = self.resolver(name, member, args) if self.resolver is not None else None
        if found is None:
            raise self.fail(node, f"unknown function {name!r}; known: {', '.join(FUNCTIONS)}, and other activations")
        return found

    def _callee(self, node: ast.Call) -> tuple[str, str | None]:
        if isinstance(node.func, ast.Name):
            return node.func.id, None
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            if node.func.attr == "derivative":
                return node.func.value.id, "derivative"
            raise self.fail(node, f"unknown member {node.func.attr!r}; only `activation.derivative(x)` exists")
        raise self.fail(node, "only named functions can be called")


def parse(
    source: str,
    names: tuple[str, ...],
    resolver: Resolver | None = None,
    labels: dict[Expr, str] | None = None,
) -> Expr:
    """Read a formula over the given variable names. Raises FormulaError that says where and what.

    `labels`, if given, collects the names of intermediate values: they become names in the generated C.
    """
    if len(source) > MAX_SOURCE_LENGTH:
        raise FormulaError(f"longer than {MAX_SOURCE_LENGTH} characters")
    text = "\n".join(line.strip() for line in source.strip().splitlines())
    depth = deepest = 0
    for character in text:  # before ast sees it: CPython's own parser recurses on nesting
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise FormulaError(f"parentheses nested more than {MAX_DEPTH} levels deep")
    try:
        tree = ast.parse(text)
    except (RecursionError, MemoryError):
        raise FormulaError(f"nested more than {MAX_DEPTH} levels deep") from None
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise FormulaError(f"not a Python expression: {reason}") from None
    parser = _Parser(text, {n: var(n) for n in names}, resolver, labels if labels is not None else {})
    try:
        result = parser.module(tree)
    except RecursionError:
        raise FormulaError(f"nested more than {MAX_DEPTH} levels deep") from None
    except OverflowError as error:
        raise FormulaError(f"a number is out of range: {error}") from None
    if result.op in BOOLEAN_OPS:
        raise FormulaError("the result is a test, not a number; wrap it in where(test, a, b)")
    if count(result) > MAX_NODES:
        raise FormulaError(f"more than {MAX_NODES} distinct operations")
    return result


# --- the printer ----------------------------------------------------------------------------------------------------
_INFIX = {"add": ("+", 4), "sub": ("-", 4), "mul": ("*", 5), "div": ("/", 5), "lt": ("<", 3), "le": ("<=", 3),
          "eq": ("==", 3), "and": ("and", 2), "or": ("or", 1)}  # fmt: skip


def _number(value: Fraction) -> tuple[str, int]:
    sign, precedence = ("-", 6) if value < 0 else ("", 9)
    value = abs(value)
    if value.denominator == 1:
        return f"{sign}{value.numerator}", precedence
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1 or max(twos, fives) > 60:
        return f"{sign}{value.numerator} / {value.denominator}", 5
    digits = max(twos, fives)
    scaled = str(value.numerator * 10**digits // value.denominator).rjust(digits + 1, "0")
    return f"{sign}{scaled[:-digits]}.{scaled[-digits:]}", precedence


def to_text(root: Expr) -> str:
    """Formula syntax that `parse` reads back to the same node (intermediate names and root marks aside)."""
    done: dict[Expr, tuple[str, int]] = {}

    def wrapped(node: Expr, precedence: int) -> str:
        text, own = done[node]
        return text if own >= precedence else f"({text})"

    for node in postorder(root):
        op, args = node.op, node.args
        if op == "const":
            if node is NEGATIVE_ZERO:
                done[node] = NEGATIVE_ZERO_TEXT, 6
            else:
                done[node] = (node.value, 9) if isinstance(node.value, str) else _number(node.value)
        elif op == "var":
            done[node] = node.value, 9
        elif op in _INFIX:
            symbol, level = _INFIX[op]
            right = level + (op in ("sub", "div", "mul", "add", "lt", "le", "eq"))
            done[node] = f"{wrapped(args[0], level)} {symbol} {wrapped(args[1], right)}", level
        elif op == "neg":
            done[node] = f"-{wrapped(args[0], 6)}", 6
        elif op == "pow":
            done[node] = f"{wrapped(args[0], 8)}**{node.value}", 7
        elif op == "near_root":
            done[node] = done[args[0]]
        else:
            done[node] = f"{op}({', '.join(done[a][0] for a in args)})", 9
    return done[root][0]
