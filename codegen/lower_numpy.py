"""IR -> NumPy: the readable form for documentation, and a callable where no compiler is at hand.

Plain float64 arithmetic, one NumPy call per operation: right, but neither as fast nor as accurate as the C kernels.
Row operations work on the last axis and keep it, so that their results broadcast against the row.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from .expr import NEGATIVE_ZERO_TEXT, Expr, postorder

Array = Any  # what NumPy takes and gives: scalars and arrays alike


# --- what NumPy lacks; the generated text carries the source of those it uses ---------------------------------------
def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def erf(x: Array) -> Array:
    return np.vectorize(math.erf, otypes=[float])(x)


def erfc(x: Array) -> Array:
    return np.vectorize(math.erfc, otypes=[float])(x)


def row_sum(x: Array) -> Array:
    return np.sum(x, axis=-1, keepdims=True)


def row_max(x: Array) -> Array:
    return np.max(x, axis=-1, keepdims=True)


def row_first_max(x: Array) -> Array:
    x = np.asarray(x)
    return np.where(np.arange(x.shape[-1]) == np.argmax(x, axis=-1)[..., None], 1.0, 0.0)


def row_sum_others(values: Array, x: Array) -> Array:
    return np.sum(np.where(row_first_max(x) == 1, 0.0, values), axis=-1, keepdims=True)


def row_simplex_threshold(x: Array) -> Array:
    descending = -np.sort(-np.asarray(x), axis=-1)
    threshold = (np.cumsum(descending, axis=-1) - 1) / np.arange(1, descending.shape[-1] + 1)
    support = np.sum(descending > threshold, axis=-1, keepdims=True)
    return np.take_along_axis(threshold, support - 1, axis=-1)


_HELPERS: Mapping[str, Callable[..., Array]] = {
    f.__name__: f
    for f in (
        sigmoid, softplus, erf, erfc, row_sum, row_max, row_first_max, row_sum_others, row_simplex_threshold,
    )
}  # fmt: skip
_NUMPY_NAMES: Mapping[str, str] = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "abs": "abs",
    "sign": "sign", "min": "minimum", "max": "maximum", "where": "where", "lt": "less", "le": "less_equal",
    "eq": "equal", "and": "logical_and", "or": "logical_or", "exp": "exp", "expm1": "expm1", "log": "log",
    "log1p": "log1p", "sqrt": "sqrt", "tanh": "tanh", "sin": "sin", "cos": "cos", "atan": "arctan",
}  # fmt: skip
_INFIX = {"add": ("+", 4), "sub": ("-", 4), "mul": ("*", 5), "div": ("/", 5), "lt": ("<", 3), "le": ("<=", 3),
          "eq": ("==", 3)}  # fmt: skip
_SYMBOLS = {
    "pi": ("np.pi", math.pi), "e": ("np.e", math.e), "inf": ("np.inf", math.inf), NEGATIVE_ZERO_TEXT: ("-0.0", -0.0),
}  # fmt: skip
_LONGEST_LINE = 88
_ATOM = 9


def compile_numpy(root: Expr, names: Sequence[str]) -> Callable[..., Array]:
    """A function of `names`, evaluated node by node; nothing is turned into text or executed as such."""
    order = list(postorder(root))

    def function(*arguments: Array) -> Array:
        if len(arguments) != len(names):
            raise TypeError(f"takes {', '.join(names)}: {len(names)} arguments, not {len(arguments)}")
        values = {n: np.asarray(a, dtype=np.float64) for n, a in zip(names, arguments, strict=True)}
        memo: dict[Expr, Array] = {}
        with np.errstate(all="ignore"):  # `where` evaluates the branch it does not take, too
            for node in order:
                memo[node] = _apply(node, [memo[a] for a in node.args], values)
        return memo[root]

    return function


def _apply(node: Expr, arguments: list[Array], values: Mapping[str, Array]) -> Array:
    op = node.op
    if op == "const":
        return np.float64(_SYMBOLS[node.value][1] if isinstance(node.value, str) else float(node.value))
    if op == "var":
        return values[node.value]
    if op == "pow":
        return np.power(arguments[0], float(node.value))
    if op == "near_root":  # the series only adds digits that float64 text does not show
        return arguments[0]
    if op == "row_sum_others":
        return row_sum_others(arguments[0], values["x"])
    return _HELPERS[op](*arguments) if op in _HELPERS else getattr(np, _NUMPY_NAMES[op])(*arguments)


def to_numpy(root: Expr, names: Sequence[str], name: str = "f", labels: Mapping[Expr, str] | None = None) -> str:
    """Source text of a module with one function `name(*names)`, self-contained but for NumPy.

    `labels` names intermediate values as the spec did; other values used more than once get plain names.
    """
    printer = _Printer(set(names) | {name, "np", "math"}, labels or {})
    body = printer.body(root)
    needed = _needed_helpers({n.op for n in postorder(root)})
    imports = "import math\n\n" if needed & {"erf", "erfc"} else ""
    helpers = "".join(f"\n\n{_source(_HELPERS[h])}" for h in _HELPERS if h in needed)
    return f"{imports}import numpy as np\n{helpers}\n\ndef {name}({', '.join(names)}):\n{body}"


def _needed_helpers(ops: set[str]) -> set[str]:
    needed = ops & set(_HELPERS)
    return needed | {"row_first_max"} if "row_sum_others" in needed else needed


def _source(helper: Callable[..., Array]) -> str:
    """The helper as it stands above, as a private function without annotations."""
    source = inspect.getsource(helper).replace(" -> Array", "").replace(": Array", "")
    return re.sub(rf"\b({'|'.join(_HELPERS)})\(", r"_\1(", source)


def _number(value: Fraction) -> tuple[str, int]:
    if value.denominator == 1:
        return str(value.numerator), 6 if value < 0 else _ATOM
    text = repr(float(value))
    if Fraction(text) == value:
        return text, 6 if value < 0 else _ATOM
    return f"{value.numerator} / {value.denominator}", 5


class _Printer:
    def __init__(self, taken: set[str], labels: Mapping[Expr, str]) -> None:
        self.taken = taken
        self.labels = labels
        self.text: dict[Expr, tuple[str, int]] = {}  # and how tightly it binds

    def body(self, root: Expr) -> str:
        uses: dict[Expr, int] = {}
        order = list(postorder(root))
        for node in order:
            for argument in node.args:
                uses[argument] = uses.get(argument, 0) + 1
        lines = []
        for node in order:
            text, binding = self.expression(node)
            wanted = uses.get(node, 0) > 1 or node in self.labels or len(text) > _LONGEST_LINE
            if node is root:
                lines.append(f"    return {text}\n")
            elif node.args and wanted and binding < 100:
                local = self.local(node)
                lines.append(f"    {local} = {text}\n")
                text, binding = local, _ATOM
            self.text[node] = text, binding
        return "".join(lines)

    def local(self, node: Expr) -> str:
        wanted = self.labels.get(node, re.sub(r"[^a-z0-9]", "_", node.op) + "_value")
        candidate, number = wanted, 2
        while candidate in self.taken:
            candidate, number = f"{wanted}_{number}", number + 1
        self.taken.add(candidate)
        return candidate

    def argument(self, node: Expr, binding: int) -> str:
        text, own = self.text[node]
        return text if own >= binding else f"({text})"

    def expression(self, node: Expr) -> tuple[str, int]:
        op, args = node.op, node.args
        if op == "const":
            return (_SYMBOLS[node.value][0], _ATOM) if isinstance(node.value, str) else _number(node.value)
        if op == "var":
            return node.value, _ATOM
        if op in _INFIX:
            symbol, level = _INFIX[op]
            return f"{self.argument(args[0], level)} {symbol} {self.argument(args[1], level + 1)}", level
        if op == "neg":
            return f"-{self.argument(args[0], 6)}", 6
        if op == "pow":
            return f"{self.argument(args[0], 8)} ** {node.value}", 7
        if op == "near_root":
            return self.text[args[0]]
        listed = [self.text[a][0] for a in args]
        if op == "row_sum_others":
            listed.append("x")
        return f"{f'_{op}' if op in _HELPERS else f'np.{_NUMPY_NAMES[op]}'}({', '.join(listed)})", _ATOM
