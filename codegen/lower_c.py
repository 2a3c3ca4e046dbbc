"""IR -> C: one static inline function per kernel and arithmetic.

Two arithmetics evaluate the same tree. *narrow* is plain double and serves float32, float16 and bfloat16; *wide* is
head + tail double-double and serves the hard cases of the half formats and float64. Where it was measured to be good
enough, float64 has a cheaper one (float64.py): *light*, lower_light.py, or plain double. Float32 has a core of its own
(`SingleCore`) where it can do without double: lower_plain.py, or lower_fitted.py with a fitted table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from mpmath import mp

from . import ieee, reference
from .expr import BOOLEAN_OPS, Expr, RootSeries, postorder, to_text, variables
from .kernels import Kernel, hidden_nans
from .spec import Activation

LINE_LENGTH = 110


@dataclass(frozen=True)
class Arithmetic:
    """How C spells the operations of one number system."""

    name: str
    type: str
    prefix: str
    context: str  # last argument of the elementary functions that may underflow

    @property
    def is_one_double(self) -> bool:
        return self.type == "vec"


NARROW = Arithmetic("narrow", "vec", "vec_", "")
DOUBLE = Arithmetic("double", "vec", "vec_", "")  # narrow, with divisions by constants as multiplications; float64 only
WIDE = Arithmetic("wide", "wide", "wide_", ", context")
ARITHMETICS = (NARROW, WIDE)

_PLAIN = frozenset({"add", "sub", "mul", "div", "neg", "abs", "sign", "min", "max", "sqrt", "lt", "le", "eq"})
_CLAMPS = {"min": "at_most", "max": "at_least"}
ELEMENTARY = frozenset(
    {"exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "erf", "erfc", "sin", "cos", "atan"}
)
# Names for intermediate values that the spec did not name.
_NOUNS = {
    "add": "sum", "sub": "difference", "mul": "product", "div": "quotient", "neg": "negative", "pow": "power",
    "where": "chosen", "lt": "is_less", "le": "is_less", "eq": "is_equal", "and": "both", "or": "either",
    "abs": "magnitude", "sign": "sign", "min": "smaller", "max": "larger", "near_root": "value", "sqrt": "root",
}  # fmt: skip
RESERVED = frozenset({
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
    "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof",
    "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "vec", "wide", "mask",
    "ivec", "context", "y",
})  # fmt: skip


class LoweringError(ValueError):
    """An operation that C has no kernel for; names activation, operation and backend."""


def hex_double(value: float) -> str:
    """A C literal for exactly this double: short decimals as they are, the rest as hex with the decimal beside."""
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    short = repr(value)
    if Fraction(short) == Fraction(value) and len(short) <= 12 and "e" not in short:
        return short
    return f"{value.hex()} /* {short} */"


def split(value: Expr) -> tuple[float, float]:
    """A constant expression as head + tail."""
    if value.op == "const" and value.value == "inf":
        return math.inf, 0.0
    if value.op == "const" and value.value == "-0.0":
        return -0.0, 0.0
    with mp.workdps(80):
        exact = reference.evaluate(value, {}, digits=50)
        head = float(exact)
        return head, float(exact - mp.mpf(head))


@dataclass
class Printer:
    """Prints one expression as C statements in one arithmetic."""

    arithmetic: Arithmetic
    activation: Activation
    series: Mapping[RootSeries, str]
    taken: set[str]
    lines: list[str] = field(default_factory=list)
    text: dict[Expr, str] = field(default_factory=dict)
    products: set[Expr] = field(default_factory=set)  # those with a single use, not named: a sum may take them in

    def constant(self, node: Expr) -> str:
        head, tail = split(node)
        literal = hex_double(head)
        if node.op != "const" and "/*" in literal:  # say what the number means
            literal = f"{head.hex()} /* {to_text(node)} */"
        if self.arithmetic.is_one_double:
            return f"vec_set({literal})"
        return f"{self.arithmetic.prefix}set({literal}, {tail.hex() if tail else '0.0'})"

    def name(self, node: Expr) -> str:
        return self.fresh_name(self.activation.labels.get(node) or _NOUNS.get(node.op, f"{node.op}_"))

    def fresh_name(self, wanted: str) -> str:
        wanted = wanted.rstrip("_") if wanted.rstrip("_") not in RESERVED | self.taken else wanted
        candidate, number = wanted, 2
        while candidate in self.taken or candidate in RESERVED:
            candidate, number = f"{wanted.rstrip('_')}{number}", number + 1
        self.taken.add(candidate)
        return candidate

    def type_of(self, node: Expr) -> str:
        """The C type of a value of this node."""
        return self.arithmetic.type

    def fused(self, node: Expr) -> tuple[str, Expr, Expr] | None:
        """(operation, product, addend) where a narrow sum takes a product in with one rounding."""
        if self.arithmetic.is_one_double and node.op in ("add", "sub"):
            left, right = node.args
            if right in self.products:
                return ("fma" if node.op == "add" else "fnma"), right, left
            if left in self.products:
                return ("fma" if node.op == "add" else "fms"), left, right
        return None

    def call(self, node: Expr) -> str:
        prefix, context = self.arithmetic.prefix, self.arithmetic.context
        if (fusion := self.fused(node)) is not None:
            op, product, addend = fusion
            return f"vec_{op}({', '.join(self.text[a] for a in (*product.args, addend))})"
        args = [self.text[a] for a in node.args]
        if node.op in _CLAMPS and self.arithmetic.is_one_double and not variables(node.args[1]):
            return f"vec_{_CLAMPS[node.op]}({', '.join(args)})"  # one instruction, where the bound is no NaN
        if node.op in _PLAIN:
            return f"{prefix}{node.op}({', '.join(args)})"
        if node.op in ELEMENTARY:
            return f"{prefix}{node.op}({args[0]}{context})"
        if node.op == "pow":
            return f"{prefix}pow_int({args[0]}, {node.value})"
        if node.op == "where":
            return f"{prefix}select({', '.join(args)})"
        if node.op in ("and", "or"):
            return f"mask_{node.op}({', '.join(args)})"
        if node.op == "near_root":
            return f"{prefix}near_root({args[0]}, {args[1]}, {self.series[node.value]})"
        raise LoweringError(f"[{self.activation.name}]: the C backend has no operation {node.op}")

    def expression(self, root: Expr) -> str:
        """Emit what `root` needs; return its text. Shared or named values become variables, the rest is nested."""
        uses: dict[Expr, int] = {}
        order = list(postorder(root))
        for node in order:
            for argument in node.args:
                uses[argument] = uses.get(argument, 0) + 1
        self.products = {
            n for n in order if n.op == "mul" and uses.get(n) == 1 and n not in self.activation.labels and variables(n)
        }
        taken_in = {f[1] for n in order if (f := self.fused(n)) is not None}
        for node in order:
            if node in self.text or node in taken_in:
                continue
            if node.op == "var":
                self.text[node] = node.value
                continue
            if not variables(node) and node.op not in BOOLEAN_OPS:
                text, plain = self.constant(node), True
            else:
                text, plain = self.call(node), False
            shared = uses.get(node, 0) > 1 and not (plain and len(text) < 24)
            if (
                node is not root
                and (shared or node in self.activation.labels or len(text) > 72)
                and not (plain and not shared)
            ):
                kind = "mask" if node.op in BOOLEAN_OPS else self.type_of(node)
                name = self.name(node)
                self.lines.append(f"const {kind} {name} = {text};")
                text = name
            self.text[node] = text
        return self.text[root]


def special_values(kernel: Kernel, zeros: bool = True) -> list[tuple[str, Expr]]:
    """The special points where plain IEEE evaluation of the expression does not give the stated limit; with `zeros`
    also those where it does not because a parameter is 0."""
    activation = kernel.activation
    if activation.kind != "elementwise":
        return []
    settings = [activation.defaults]
    settings.append({name: 0.75 * value if value else 0.5 for name, value in activation.defaults.items()})
    if zeros:
        settings += [{**activation.defaults, name: 0.0} for name in activation.defaults]  # 0 * inf is NaN
        settings.append(dict.fromkeys(activation.defaults, 0.0))
    else:
        settings += [{**activation.defaults, name: -value or -0.5} for name, value in activation.defaults.items()]
    requires = activation.requires
    settings = [p for p in settings if requires is None or ieee.evaluate(requires, {"x": 1.0, **p})]
    points = []
    for point, limit in kernel.limits.items():
        for parameters in settings:
            got = ieee.evaluate(kernel.expression, {"x": float(point), **parameters})
            want = ieee.evaluate(limit, parameters)
            # A last bit more or less is not special: the wide kernel decides it where it counts.
            same = math.isclose(got, want, rel_tol=1e-14, abs_tol=0.0) and math.copysign(1, got) == math.copysign(
                1, want
            )
            if not same and not (math.isnan(got) and math.isnan(want)):
                points.append((point, limit))
                break
    return points


def stated_limits(kernel: Kernel, printer: Printer) -> list[str]:
    """Statements that put the stated limits into y."""
    lines = []
    points = dict(special_values(kernel))
    for point in ("-inf", "inf"):
        if point in points:
            bound = "-INFINITY" if point == "-inf" else "INFINITY"
            limit = printer.expression(points[point])
            lines.append(f"y = vec_select(vec_eq(x, vec_set({bound})), {limit}, y);")
    if "0.0" in points or "-0.0" in points:
        positive, negative = kernel.limits.get("0.0"), kernel.limits.get("-0.0")
        if positive is None or negative is None:
            raise LoweringError(f"[{kernel.activation.name}]: state both limits at 0.0 and -0.0")
        zero = f"vec_select(vec_eq(vec_copysign(vec_set(1.0), x), vec_set(1.0)), {printer.expression(positive)}, "
        zero += f"{printer.expression(negative)})"
        lines.append(f"y = vec_select(vec_eq(x, vec_set(0.0)), {zero}, y);")
    return lines


def _narrow_specials(kernel: Kernel, printer: Printer) -> list[str]:
    """Statements that put the stated limits and NaN into y."""
    lines = stated_limits(kernel, printer)
    for name in hidden_nans(kernel.expression, kernel.inputs):
        lines.append(f"y = vec_select(vec_is_nan({name}), {name}, y);")
    return lines


def c_function(kernel: Kernel, arithmetic: Arithmetic, series: Mapping[RootSeries, str]) -> str:
    for name in kernel.arguments:
        if name in RESERVED:
            raise LoweringError(
                f"[{kernel.activation.name}] parameters: {name!r} means something in C; choose another name"
            )
    printer = Printer(arithmetic, kernel.activation, series, set(kernel.arguments))
    value = printer.expression(kernel.expression)
    body = printer.lines
    specials = _narrow_specials(kernel, printer) if arithmetic.is_one_double else []
    if specials:
        body = [*printer.lines]
        body.append(f"vec y = {value};")
        body.extend(specials)
        value = "y"
    if kernel.factor is not None:
        value = f"{arithmetic.prefix}mul({kernel.factor}, {value})"
    body.append(f"return {value};")
    used = names_in(body)
    unused = [n for n in kernel.arguments if n not in used]
    if arithmetic is WIDE and "context" not in used:
        unused.append("context")
    body = [*(f"(void){name};" for name in unused), *body]
    arguments = ", ".join(f"{arithmetic.type} {n}" for n in kernel.arguments)
    if arithmetic is WIDE:
        arguments += ", wide_context *context"
    lines = [f"static inline {arithmetic.type} {kernel.name}_{arithmetic.name}({arguments})", "{"]
    lines += [f"    {line}" for statement in body for line in wrap(statement)]
    return "\n".join([*lines, "}"])


def names_in(statements: Iterable[str]) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", " ".join(statements)))


def function(head: str, body: Iterable[str]) -> str:
    """A C function of whole statements."""
    lines = [f"    {line}" for statement in body for line in wrap(statement)]
    return "\n".join([*wrap(head), "{", *lines, "}"])


def wrap(statement: str) -> list[str]:
    """Break a long statement at commas, deeper lines indented."""
    if len(statement) <= LINE_LENGTH:
        return [statement]
    lines, rest = [], statement
    indent = ""
    while len(indent + rest) > LINE_LENGTH:
        cut = rest.rfind(", ", 0, LINE_LENGTH - len(indent))
        if cut <= 0 or rest.rfind("/*", 0, cut) > rest.rfind("*/", 0, cut):
            cut = rest.find(", ", cut + 2)
            if cut < 0:
                break
        lines.append(indent + rest[: cut + 1])
        rest, indent = rest[cut + 2 :], "    "
    return [*lines, indent + rest]


# --- series around the roots of derivatives --------------------------------------------------------------------------
@dataclass(frozen=True)
class RootSpan:
    """How far around a root the series is used, and how good it is; `pairs` coefficients have a tail."""

    degree: int
    half_width: Fraction
    error: Fraction
    pairs: int


# Outside the series the terms of the derivative cancel: 7 bits are lost there.
ROOT_SPAN = RootSpan(9, Fraction(1, 128), Fraction(1, 2**66), 2)


def root_table(series: RootSeries, span: RootSpan = ROOT_SPAN) -> tuple[list[float], str]:
    """{root head, tail, half width, c1 head, tail, c2 head, tail, c3 ... c9} and the root's text.

    t * (c1 + c2 t + ...) interpolates the function at root + t in Chebyshev nodes, with its error checked between them.
    Only the first `span.pairs` coefficients have a tail.
    """
    (name,) = variables(series.function)

    def value(z: reference.Number) -> reference.Number:
        return reference.evaluate(series.function, {name: z}, digits=60)

    with mp.workdps(80):
        root = mp.findroot(value, reference.exact(series.approximate_root), tol=mp.mpf(10) ** -70, verify=False)
        width = span.half_width
        while True:
            coefficients, error = _interpolate(lambda t: value(root + t) / t, reference.exact(width), span.degree)
            if error <= reference.exact(span.error):
                break
            width /= 2
            if width < Fraction(1, 2**14):
                raise LoweringError(f"no series around the root {mp.nstr(root, 12)}: error {mp.nstr(error, 3)}")
        pairs = [(float(v), float(v - mp.mpf(float(v)))) for v in (root, *coefficients[: span.pairs])]
        table = [*pairs[0], float(width), *(v for pair in pairs[1:] for v in pair)]
        table += [float(c) for c in coefficients[span.pairs :]]
        return table, str(mp.nstr(root, 20))


def _interpolate(
    function: Callable[[reference.Number], reference.Number], width: reference.Number, count: int
) -> tuple[list[reference.Number], reference.Number]:
    """Coefficients of the interpolating polynomial on [-width, width], and its largest relative error."""
    off_center = mp.mpf(10) ** -10  # f(t) / t cannot be evaluated at 0
    nodes = [mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    nodes = [s if abs(s) > off_center else off_center for s in nodes]
    matrix = mp.matrix([[s**k for k in range(count)] for s in nodes])
    scaled = mp.lu_solve(matrix, mp.matrix([function(width * s) for s in nodes]))
    coefficients = [scaled[k] / width**k for k in range(count)]
    between = [width * mp.cos(mp.pi * i / count) for i in range(count + 1)]
    errors = [abs(mp.polyval(coefficients[::-1], t) / function(t) - 1) for t in between if abs(t) > width * off_center]
    return coefficients, max(errors)


def _series_of(kernels: Iterable[Kernel]) -> dict[RootSeries, str]:
    names: dict[RootSeries, str] = {}
    for kernel in kernels:
        for node in postorder(kernel.expression):
            if node.op == "near_root" and node.value not in names:
                number = sum(n.startswith(f"{kernel.activation.name}_root") for n in names.values()) + 1
                names[node.value] = f"{kernel.activation.name}_root{number}"
    return names


@dataclass(frozen=True)
class SingleCore:
    """A core made for float32: the name of its C function, and its text with all that it needs."""

    name: str
    text: str
    by_lane: bool  # takes another value of each parameter in each lane
    has_halves: bool = False  # float16 and bfloat16 have cores of their own


def root_array(root: RootSeries, name: str, span: RootSpan = ROOT_SPAN) -> str:
    """The table as C."""
    table, text = root_table(root, span)
    numbers = ",\n".join(f"    {hex_double(v)}" for v in table)
    return (
        f"/* The derivative around its root {text}: see vec_near_root. */\n"
        f"static const double {name}[{len(table)}] = {{\n{numbers},\n}};"
    )


def family_header(
    family: str,
    kernels: list[Kernel],
    cores: Mapping[str, SingleCore | None],
    third: Mapping[str, Callable[[Kernel, Mapping[RootSeries, str]], str]] | None = None,
    last: Iterable[str] = (),
) -> str:
    """`kernels_<family>.h`: every kernel of the family in both arithmetics, and in float32 where that is enough.

    For those in `third` also what float64 has of its own; then what `last` has, which calls several of them.
    """
    series = _series_of(kernels)
    parts = [root_array(root, name) for root, name in series.items()]
    for kernel in kernels:
        functions = [c_function(kernel, arithmetic, series) for arithmetic in ARITHMETICS]
        parts.extend([f"/* {kernel.description} */\n{functions[0]}", *functions[1:]])
        parts.append(f"PYACT_CORES_{len(kernel.arguments)}({kernel.name}, {len(kernel.data_inputs)})")
        if (single := cores[kernel.name]) is not None:
            parts.append(single.text)
        if third is not None and kernel.name in third:
            parts.append(third[kernel.name](kernel, series))
    parts.extend(last)
    guard = f"PYACT_KERNELS_{family.upper()}_H"
    includes = '#include "fitted.h"\n#include "pair_functions.h"\n#include "plain_cores.h"\n#include "direct_loops.h"'
    return "\n\n".join([f"#ifndef {guard}\n#define {guard}\n\n{includes}", *parts, f"#endif /* {guard} */"]) + "\n"
