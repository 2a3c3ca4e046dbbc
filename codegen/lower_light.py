"""IR -> C in light arithmetic (csrc/light_math.h): head and small tail, for float64 results.

The same tree as for the other arithmetics, with three additions that keep the number of operations down:

- what is exactly one double (inputs, their clamps, multiples by powers of two) stays a plain vector;
- a sum whose larger operand is known from the bounds of both takes the shorter exact addition;
- sigmoid(u), sigmoid(-u) and softplus(u) share e^-|u|, and a product sigmoid(u) sigmoid(-u) is one division.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from . import spec
from .expr import (
    BOOLEAN_OPS,
    ONE,
    ZERO,
    Expr,
    RootSeries,
    const,
    div,
    function,
    mul,
    postorder,
    rebuild,
    transform,
    var,
    variables,
)  # fmt: skip
from .kernels import Kernel, propagates_nan
from .lower_c import (
    DOUBLE,
    Arithmetic,
    LoweringError,
    Printer,
    RootSpan,
    c_function,
    names_in,
    root_array,
    split,
    wrap,
)
from .lower_c import function as function_text

LIGHT = Arithmetic("light", "light", "light_", ", context")

_EXACT = frozenset({"neg", "abs", "sign", "min", "max"})  # exact on doubles: vec_<op>
_WITH_CONTEXT = frozenset({"exp", "expm1", "log1p", "tanh", "erfc"})
_WHOLE = frozenset({"silu_derivative"})  # of a variable: light_<op>(x, context)
# The exponential of its argument that a function is made of; of tanh, what a rounded one is made of.
_EXPONENTIALS: Mapping[str, str] = {
    "logistic": "light_exp_of_negated", "decay": "light_exp_of_magnitude", "silu_derivative": "light_exp_of_negated",
    "tanh": "light_tanh_power",
}  # fmt: skip
# Functions that record arguments outside their range, NaN included.
_WITH_RANGE = _WITH_CONTEXT | _WHOLE | {"sigmoid", "softplus", "logistic_density", "tanh"}
# Of a variable, right for every double: light_<op>(x) is the whole kernel, but for the factor of a gradient.
DIRECT = frozenset({"hardswish", "softsign_derivative"})
# There is a shorter form with the same bits, light_<op>_in_range(x), for what light_<op>_guard(x) lets pass.
_GUARDED = frozenset({"softsign_derivative"})
# Of a variable, by a table (csrc/light_cells.h): light_<op>_in_cells(x, cells, context) is the whole kernel likewise.
IN_CELLS = frozenset({"gelu", "gelu_derivative", "gelu_tanh", "gelu_tanh_derivative"})
# Of a variable, in passes of their own (csrc/light_tanh.h): light_<op>_argument(x), light_<op>_power(x or that), and
# light_rounded_<op>(x, what they gave) is the whole kernel likewise.
_IN_TWO_PASSES = frozenset({"tanh_derivative"})
_IN_THREE_PASSES = frozenset({"tanhshrink", "tanh_squared"})
# The whole result as a double: light_rounded_<op>(x, context).
_ROUNDED = frozenset({"tanh", "silu_derivative"})
SUPPORTED = _EXACT | _WITH_CONTEXT | _WHOLE | BOOLEAN_OPS | {
    "const", "var", "add", "sub", "mul", "div", "pow", "sqrt", "where", "near_root", "sigmoid", "softplus",
    "logistic_density",
}  # fmt: skip
# Light arithmetic has fewer bits to lose around a root than the wide one, so its series reaches further; less far where
# the sum that cancels is formed without a rounding.
ROOT_SPAN = RootSpan(14, Fraction(1, 16), Fraction(1, 2**58), 1)
ROOT_SPAN_OF_WHOLE = RootSpan(14, Fraction(1, 32), Fraction(1, 2**58), 1)
Interval = tuple[float, float]


def is_supported(root: Expr) -> bool:
    """Whether light arithmetic has every operation of the expression; roots must be those of a variable."""
    return all(n.op in SUPPORTED and (n.op != "near_root" or n.args[1].op == "var") for n in postorder(root))


# --- the tree, prepared ----------------------------------------------------------------------------------------------
def without_sign(node: Expr) -> tuple[Expr, bool]:
    """(u, whether node is -u): a leading minus or a negative factor taken off."""
    if node.op == "neg":
        inner, negative = without_sign(node.args[0])
        return inner, not negative
    if node.op == "const" and isinstance(node.value, Fraction) and node.value < 0:
        return const(-node.value), True
    if node.op in ("mul", "div"):
        (a, a_negative), (b, b_negative) = (without_sign(n) for n in node.args)
        return rebuild(node, (a, b)), a_negative != b_negative
    return node, False


def _factors(node: Expr) -> list[Expr]:
    return [f for a in node.args for f in _factors(a)] if node.op == "mul" else [node]


def _paired(node: Expr) -> Expr:
    """A product that contains sigmoid(u) and sigmoid(-u), with the two taken together."""
    factors = _factors(node)
    for i, first in enumerate(factors):
        for second in factors[i + 1 :]:
            if first.op == second.op == "sigmoid":
                (u, sign), (v, other_sign) = without_sign(first.args[0]), without_sign(second.args[0])
                if u is v and sign != other_sign:
                    rest = [f for f in factors if f is not first and f is not second]
                    result = function("logistic_density", u)
                    product = ONE
                    for factor in rest:
                        product = mul(product, factor)
                    return mul(product, result)
    return node


@functools.cache
def _whole_functions() -> dict[Expr, Expr]:
    """Functions of the catalogue whose terms cancel, for which light_math.h has a form of its own."""
    x = var("x")
    catalogue = spec.built_in()
    silu = catalogue["silu"].derivatives["x"]
    found = {catalogue[n].derivatives["x"]: function(f"{n}_derivative", x) for n in ("gelu", "gelu_tanh")}
    found |= {catalogue[n].kernel: function(n, x) for n in ("gelu", "gelu_tanh", "hardswish", "tanhshrink")}
    found[catalogue["softsign"].derivatives["x"]] = function("softsign_derivative", x)
    found[catalogue["tanhshrink"].derivatives["x"]] = function("tanh_squared", x)
    found[catalogue["tanh"].derivatives["x"]] = function("tanh_derivative", x)
    if silu.op == "near_root":
        found[silu.args[0]] = function("silu_derivative", x)
    return found


def _times_inverse(node: Expr) -> Expr:
    """node, a division by a constant as a multiplication."""
    if node.op == "div" and not variables(node.args[1]) and variables(node.args[0]):
        return mul(node.args[0], div(ONE, node.args[1]))
    return node


def without_constant_divisors(root: Expr) -> Expr:
    """No division by constants."""
    return transform(root, lambda node, args: _times_inverse(rebuild(node, args)))


def prepare(root: Expr, whole: Mapping[Expr, Expr] | None = None) -> Expr:
    """Divisions by constants become multiplications; pairs of sigmoids, and some derivatives, become one operation."""
    forms = _whole_functions() if whole is None else whole
    anywhere = _WHOLE if whole is None else _WHOLE | {"gelu_derivative"}

    def rule(node: Expr, args: tuple[Expr, ...]) -> Expr:
        if node in forms and (forms[node].op in anywhere or node is root):
            return forms[node]
        node = _times_inverse(rebuild(node, args))
        if node.op in ("lt", "le") and node.args[0] is ZERO and node.args[1].op == "sub":
            larger, smaller = node.args[1].args
            return function(node.op, smaller, larger)  # 0 < a - b
        return _paired(node) if node.op == "mul" else node

    return transform(root, rule)


def direct_form(kernel: Kernel) -> tuple[str, bool] | None:
    """The C function of x that is right for every double, if there is one for the kernel; and whether it is guarded."""
    root = prepare(kernel.expression)
    if root.op not in DIRECT or root.args[0].op != "var":
        return None
    return f"light_{root.op}", root.op in _GUARDED


# --- bounds ----------------------------------------------------------------------------------------------------------
_RANGES: Mapping[str, Interval] = {
    "exp": (0.0, math.inf), "expm1": (-1.0, math.inf), "sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "erfc": (0.0, 2.0),
    "softplus": (0.0, math.inf), "sqrt": (0.0, math.inf), "logistic_density": (0.0, 0.25), "sign": (-1.0, 1.0),
}  # fmt: skip


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def bounds(root: Expr) -> dict[Expr, Interval]:
    """An interval that holds each node's value: coarse, but enough to tell 1 from an exponential below it."""
    known: dict[Expr, Interval] = {}
    for node in postorder(root):
        args = [known[a] for a in node.args]
        low, high = _RANGES.get(node.op, (-math.inf, math.inf))
        if not variables(node) and node.op not in BOOLEAN_OPS:
            value = split(node)[0]
            low, high = value, value
        elif node.op == "exp" and args[0][1] <= 0:
            high = 1.0
        elif node.op == "expm1" and args[0][1] <= 0:
            high = 0.0
        elif node.op == "neg":
            low, high = -args[0][1], -args[0][0]
        elif node.op == "abs":
            low, high = 0.0, max(abs(args[0][0]), abs(args[0][1]))
        elif node.op in ("min", "max"):
            choose = min if node.op == "min" else max
            low, high = choose(args[0][0], args[1][0]), choose(args[0][1], args[1][1])
        elif node.op == "add":
            low, high = args[0][0] + args[1][0], args[0][1] + args[1][1]
        elif node.op == "sub":
            low, high = args[0][0] - args[1][1], args[0][1] - args[1][0]
        elif node.op == "mul":
            corners = [_product(a, b) for a in args[0] for b in args[1]]
            low, high = min(corners), max(corners)
            if node.args[0] is node.args[1]:
                low = 0.0
        elif node.op == "pow" and node.value == 2:
            low = 0.0
        elif node.op == "where":
            low, high = min(args[1][0], args[2][0]), max(args[1][1], args[2][1])
        elif node.op == "near_root":
            low, high = args[0]
        known[node] = (low, high) if low == low and high == high else (-math.inf, math.inf)
    return known


def _is_power_of_two(node: Expr) -> bool:
    return (
        node.op == "const" and isinstance(node.value, Fraction) and node.value != 0
        and math.frexp(abs(float(node.value)))[0] == 0.5 and Fraction(float(node.value)) == node.value
    )  # fmt: skip


# --- the printer -----------------------------------------------------------------------------------------------------
@dataclass
class LightPrinter(Printer):
    """Prints one expression; `plain` holds the nodes that are exactly one double."""

    plain: set[Expr] = field(default_factory=set)
    intervals: dict[Expr, Interval] = field(default_factory=dict)
    parts: dict[tuple[str, Expr], str] = field(default_factory=dict)
    takes_exponentials: bool = False  # functions are given the exponential they are made of
    power: tuple[str, Expr] | None = None  # the exponential that a pass of its own evaluates: function and argument

    def constant(self, node: Expr) -> str:
        if split(node)[1] == 0:
            self.plain.add(node)
            return super().constant(node).replace("light_set(", "vec_set(").replace(", 0.0)", ")")
        return super().constant(node)

    def type_of(self, node: Expr) -> str:
        return "vec" if node in self.plain else "light"

    def as_light(self, node: Expr) -> str:
        text = self.text[node]
        return f"light_from({text})" if node in self.plain else text

    def is_ordered(self, larger: Expr, smaller: Expr) -> bool:
        if self.takes_exponentials and larger is ONE and max(map(abs, self.intervals[smaller])) <= 2.0**52:
            return True  # the short sum of doubles is exact: 1 is a multiple of the last place of the other
        low, high = self.intervals[larger]
        least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return least > 0 and least >= max(map(abs, self.intervals[smaller]))

    def sum(self, a: Expr, b: Expr, *, negate: bool) -> str:
        """a + b or a - b."""
        if self.is_ordered(b, a) and not self.is_ordered(a, b):
            if not negate:
                return self.sum(b, a, negate=False)
            return f"light_neg({self.sum(b, a, negate=True)})"
        ordered = "_ordered" if self.is_ordered(a, b) else ""
        first, second = self.text[a], self.text[b]
        a_plain, b_plain = a in self.plain, b in self.plain
        if negate:
            second = f"{'vec' if b_plain else 'light'}_neg({second})"
        if a_plain and b_plain:
            return f"light_add_vec_vec{ordered}({first}, {second})"
        if a_plain:
            return f"light_add_vec_ordered({first}, {second})" if ordered else f"light_add_vec({second}, {first})"
        if b_plain and ordered:
            return f"light_add_ordered({first}, light_from({second}))"
        return f"light_add_vec({first}, {second})" if b_plain else f"light_add{ordered}({first}, {second})"

    def product(self, a: Expr, b: Expr) -> str:
        for scale, other in ((a, b), (b, a)):
            if _is_power_of_two(scale):
                if other in self.plain:
                    return f"vec_mul({self.text[other]}, {self.text[scale]})"
                return f"light_scale({self.text[other]}, {self.text[scale]})"
        first, second = self.text[a], self.text[b]
        if a is b:
            return f"light_mul_vec_vec({first}, {first})" if a in self.plain else f"light_square({first})"
        if a in self.plain and b in self.plain:
            return f"light_mul_vec_vec({first}, {second})"
        if a in self.plain:
            return f"light_mul_vec({second}, {first})"
        return f"light_mul_vec({first}, {second})" if b in self.plain else f"light_mul({first}, {second})"

    def quotient(self, a: Expr, b: Expr) -> str:
        first, second = self.text[a], self.text[b]
        if a in self.plain:
            return f"light_div_vec{'_vec' if b in self.plain else ''}({first}, {second})"
        return f"light_div{'_by_vec' if b in self.plain else ''}({first}, {second})"

    def exponential(self, function: str, argument: Expr) -> list[str]:
        """The exponential as an argument. The first one that depends on no other is evaluated in a pass of its own."""
        if not self.takes_exponentials:
            return []
        if self.power is None and not any(n.op in _WITH_RANGE for n in postorder(argument)):
            self.power = function, argument
        return ["power" if self.power == (function, argument) else self.exponential_call(function, argument)]

    def exponential_call(self, function: str, argument: Expr) -> str:
        return f"{function}_{'vec' if argument in self.plain else 'light'}({self.text[argument]})"

    def shared(self, kind: str, argument: Expr) -> tuple[str, bool]:
        """The variable that holds what `kind` needs of u, and whether the argument is -u; declared at first use."""
        base, negative = without_sign(argument)
        if (kind, base) not in self.parts:
            if negative and base not in self.text:
                self.text[base] = f"{'vec' if argument in self.plain else 'light'}_neg({self.text[argument]})"
                if argument in self.plain:
                    self.plain.add(base)
            name = self.fresh_name(kind)
            arguments = ", ".join([self.text[base], *self.exponential(_EXPONENTIALS[kind], base), "context"])
            call = f"light_{kind}_{'vec' if base in self.plain else 'light'}({arguments})"
            self.lines.append(f"const light_{kind} {name} = {call};")
            self.parts[kind, base] = name
        return self.parts[kind, base], negative

    def power_body(self, function: str, argument: Expr) -> list[str]:
        """Statements that return the exponential."""
        self.expression(argument)
        return [*self.lines, f"return {self.exponential_call(function, argument)};"]

    def rounded(self, root: Expr) -> str:
        """The root as a double; its last operation takes the rounding in where that saves one."""
        if root.op in _ROUNDED and root.args[0].op == "var":
            return f"light_rounded_{root.op}({self.with_exponential(root)}, context)"
        if root.op == "near_root" and root.args[0].op in _ROUNDED:
            table = self.series[root.value]
            return f"light_rounded_near_root({self.rounded(root.args[0])}, {root.args[1].value}, {table})"
        if is_product_by_double(root):
            factor, value = (self.expression(a) for a in root.args)
            return f"light_round_product({factor}, {value})"
        if root.op == "sigmoid":
            self.expression(root.args[0])
            name, mirrored = self.shared("logistic", root.args[0])
            return f"light_rounded_{'mirrored_' if mirrored else ''}sigmoid({name})"
        text = self.expression(root)
        return text if root in self.plain else f"light_round({text})"

    def with_exponential(self, node: Expr) -> str:
        """The argument of a function, and the exponential it is made of."""
        (argument,) = node.args
        self.text.setdefault(argument, str(argument.value))
        function = _EXPONENTIALS.get(node.op)
        return ", ".join([self.text[argument], *(self.exponential(function, argument) if function else [])])

    def call(self, node: Expr) -> str:
        op, args = node.op, node.args
        all_plain = all(a in self.plain for a in args if a.op not in BOOLEAN_OPS)
        if op in ("add", "sub"):
            return self.sum(args[0], args[1], negate=op == "sub")
        if op == "mul":
            if all_plain and any(_is_power_of_two(a) for a in args):
                self.plain.add(node)
            return self.product(*args)
        if op == "div":
            return self.quotient(*args)
        if op == "sigmoid":
            name, mirrored = self.shared("logistic", args[0])
            return f"light_{'mirrored_' if mirrored else ''}sigmoid({name})"
        if op == "logistic_density":
            return f"light_logistic_density({self.shared('decay', args[0])[0]})"
        if op == "softplus":
            kind = "vec" if all_plain else "light"
            power = self.exponential(_EXPONENTIALS["decay"], args[0])
            decay = f"light_decay_{kind}({', '.join([self.text[args[0]], *power, 'context'])})"
            return f"light_softplus_{kind}({self.text[args[0]]}, {decay})"
        if op in _WHOLE:
            return f"light_{op}({self.with_exponential(node)}, context)"
        if op in _WITH_CONTEXT:
            return f"light_{op}{'_vec' if all_plain else ''}({self.text[args[0]]}, context)"
        if op in ("and", "or"):
            return super().call(node)
        if op in _EXACT | BOOLEAN_OPS | {"where"} and all_plain:
            if op not in BOOLEAN_OPS:
                self.plain.add(node)
            if op in ("min", "max") and not variables(args[1]):
                return f"vec_{'at_most' if op == 'min' else 'at_least'}({self.text[args[0]]}, {self.text[args[1]]})"
            name = "select" if op == "where" else op
            return f"vec_{name}({', '.join(self.text[a] for a in args)})"
        if op == "near_root":
            return f"light_near_root({self.as_light(args[0])}, {self.text[args[1]]}, {self.series[node.value]})"
        if op == "pow":
            return f"light_pow_int({self.as_light(args[0])}, {node.value})"
        if op == "sign":
            self.plain.add(node)
            return f"vec_sign({self.text[args[0]]}.h)"
        if op in SUPPORTED:
            texts = [self.text[a] if a.op in BOOLEAN_OPS else self.as_light(a) for a in args]
            return f"light_{'select' if op == 'where' else op}({', '.join(texts)})"
        raise LoweringError(f"[{self.activation.name}]: light arithmetic has no operation {op}")


def is_product_by_double(root: Expr) -> bool:
    """Whether the root is an input, or a clamped input, times something that is not."""
    if root.op != "mul":
        return False
    factor, value = root.args
    exact = all(n.op in ("var", "min", "max") or (n.op == "const" and split(n)[1] == 0) for n in postorder(factor))
    return exact and bool(variables(factor)) and value.op not in ("var", "const", "min", "max", "where")


def light_function(kernel: Kernel, series: Mapping[RootSeries, str], *, checked: bool) -> str:
    """`<kernel>_light`: one vector of results, and in the context which lanes the loop must do again.

    Unless `checked`, every result in the range of the elementary functions is right as it comes, zeros included.
    """
    root = prepare(kernel.expression)
    if root.op in IN_CELLS:
        return _function_in_cells(kernel, root)
    if root.op in _IN_TWO_PASSES | _IN_THREE_PASSES:
        return _function_in_passes(kernel, root, checked=checked)
    tables, names = [], {}
    for node in postorder(root):
        if node.op == "near_root":
            names[node.value] = f"{series[node.value]}_light"
            span = ROOT_SPAN_OF_WHOLE if node.args[0].op in _WHOLE else ROOT_SPAN
            tables.append(root_array(node.value, names[node.value], span))
    body, printer = _light_body(kernel, root, names, checked=checked)
    if printer.power is None:
        inputs = _inputs(kernel)
        text = [*tables, _c_function(kernel, "vec", "light", ["light_context *context"], body)]
        return "\n".join(
            [*text, f"PYACT_LIGHT_CORE({kernel.name}, {len(inputs)}, ({', '.join([*inputs, '&context'])}))"]
        )
    function, argument = printer.power
    text, given = list(tables), []
    if argument not in printer.plain and argument in set(postorder(root)):
        # What goes into the exponential has a pass of its own, too, and is then a variable.
        first = _printer(kernel, root, names)
        value = first.expression(argument)
        text.append(_c_function(kernel, "light", "light_argument", [], [*first.lines, f"return {value};"]))
        root = transform(root, lambda node, args: var("argument") if node is argument else rebuild(node, args))
        argument, given = var("argument"), ["light argument"]
        body, printer = _light_body(kernel, root, names, checked=checked)
    second = _printer(kernel, root, names)
    text.append(_c_function(kernel, "light", "light_power", given, second.power_body(function, argument)))
    text.append(_c_function(kernel, "vec", "light", [*given, "light power", "light_context *context"], body))
    return "\n".join([*text, *(_three_passes(kernel) if given else [_two_passes(kernel)])])


def _function_in_cells(kernel: Kernel, root: Expr) -> str:
    result = f"light_{root.op}_in_cells({root.args[0].value}, cells, context)"
    more = ["const double *cells", "light_context *context"]
    inputs = _inputs(kernel)
    of_x, passed = kernel.arguments.index(root.args[0].value), ", ".join([*inputs, "cells + i", "&context"])
    text = _c_function(kernel, "vec", "light", more, _returned(kernel, result, checked=False))
    return f"{text}\nPYACT_LIGHT_CELL_CORE({kernel.name}, {len(inputs)}, {of_x}, ({passed}))"


def _function_in_passes(kernel: Kernel, root: Expr, *, checked: bool) -> str:
    x, name = root.args[0].value, f"light_{root.op}"
    if root.op in _IN_TWO_PASSES:
        power = _c_function(kernel, "light", "light_power", [], [f"return {name}_power({x});"])
        result = f"light_rounded_{root.op}({x}, power, context)"
        more = ["light power", "light_context *context"]
        text = _c_function(kernel, "vec", "light", more, _returned(kernel, result, checked=checked))
        return "\n".join([power, text, _two_passes(kernel)])
    argument = _c_function(kernel, "light", "light_argument", [], [f"return {name}_argument({x});"])
    power = _c_function(kernel, "light", "light_power", ["light argument"], [f"return {name}_power(argument);"])
    more = ["light argument", "light power", "light_context *context"]
    result = f"light_rounded_{root.op}({x}, argument, power, context)"
    text = _c_function(kernel, "vec", "light", more, _returned(kernel, result, checked=checked))
    return "\n".join([argument, power, text, *_three_passes(kernel)])


def _inputs(kernel: Kernel) -> list[str]:
    return [f"PYACT_AT({i})" for i in range(len(kernel.arguments))]


def _two_passes(kernel: Kernel) -> str:
    inputs = _inputs(kernel)
    passes = f"({', '.join(inputs)}), ({', '.join([*inputs, 'power', '&context'])})"
    return f"PYACT_STAGED_LIGHT_CORE({kernel.name}, {len(inputs)}, {passes})"


def _three_passes(kernel: Kernel) -> list[str]:
    inputs = _inputs(kernel)
    passes = ", ".join(
        f"({', '.join([*inputs, *more])})" for more in ([], ["argument"], ["argument", "power", "&context"])
    )
    return wrap(f"PYACT_THRICE_STAGED_LIGHT_CORE({kernel.name}, {len(inputs)}, {passes})")


def _returned(kernel: Kernel, result: str, *, checked: bool) -> list[str]:
    """Statements that return a whole result, checked and multiplied by what comes from above."""
    lines = []
    if checked:
        lines = [f"const vec result = {result};", "light_check(result, context);"]
        result = "result"
    if kernel.factor is not None:
        result = f"light_apply_gradient({kernel.factor}, {result}, context)"
    return [*lines, f"return {result};"]


def _light_body(
    kernel: Kernel, root: Expr, tables: Mapping[RootSeries, str], *, checked: bool
) -> tuple[list[str], LightPrinter]:
    """The statements of `<kernel>_light`."""
    printer = _printer(kernel, root, tables)
    result = printer.rounded(root)
    require = [n for n in kernel.data_inputs if n != kernel.factor and not propagates_nan(kernel.expression, n)]
    body = [f"light_require_finite({n}, context);" for n in require] + printer.lines
    at_zero = kernel.limits.get("0.0")
    if at_zero is not None and variables(at_zero):  # a stated value that is to be met to the last bit
        body.append("light_require(context, vec_ne(x, vec_set(0.0)));")
    checks = ["light_check(result, context);"] if checked else []
    looks_at_inputs = any(n.op in _WITH_RANGE for n in postorder(root))
    if kernel.factor is None and not checked and (kernel.parameters or not looks_at_inputs):
        # An infinite parameter makes NaN somewhere; and there is one NaN for every instruction set.
        checks = ["light_require(context, vec_eq(result, result));"]
    if checks:
        body += [f"const vec result = {result};", *checks]
        result = "result"
    if kernel.factor is not None:
        result = f"light_apply_gradient({kernel.factor}, {result}, context)"
    body.append(f"return {result};")
    return body, printer


def _printer(kernel: Kernel, root: Expr, tables: Mapping[RootSeries, str]) -> LightPrinter:
    printer = LightPrinter(LIGHT, kernel.activation, tables, {*kernel.arguments, "result", "power", "argument"})
    printer.plain.update(n for n in postorder(root) if n.op == "var" and n.value != "argument")
    printer.intervals = bounds(root)
    printer.takes_exponentials = True
    return printer


def _c_function(kernel: Kernel, result: str, suffix: str, more: list[str], body: list[str]) -> str:
    """`<kernel>_<suffix>` of one vector of each argument and what else it is given."""
    arguments = [*(f"vec {n}" for n in kernel.arguments), *more]
    used = names_in(body)
    unused = [name for name in (a.split()[-1].lstrip("*") for a in arguments) if name not in used]
    head = f"static inline {result} {kernel.name}_{suffix}({', '.join(arguments)})"
    return function_text(head, [*(f"(void){name};" for name in unused), *body])


def prepared_for_double(kernel: Kernel) -> Kernel:
    """The kernel without divisions by constants, for float64 alone."""
    return dataclasses.replace(kernel, expression=without_constant_divisors(kernel.expression))


def double_function(kernel: Kernel, series: Mapping[RootSeries, str]) -> str:
    """`<kernel>_double`: the narrow function of the prepared tree."""
    inputs = ", ".join(f"PYACT_AT({i})" for i in range(len(kernel.arguments)))
    text = c_function(prepared_for_double(kernel), DOUBLE, series)
    return f"{text}\nPYACT_DOUBLE_CORE({kernel.name}, ({inputs}))"
