"""IR -> C in pair arithmetic (csrc/pair_math.h): a float and a small tail, for float32 results.

The tree is prepared and printed as for light arithmetic, its counterpart in double, with the names of the float layer.
Parameters are pairs, since they are doubles. Lanes out of the range of a float's exponent go to the double arithmetic.

Nothing bounds the error where terms cancel, so only kernels that were measured are printed so (`tables/pair.json`,
written by `python -m codegen.pair_choice`); an entry counts only for the very expression that was measured.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp

from . import float64, reference, spec
from .expr import BOOLEAN_OPS, Expr, RootSeries, function, postorder, rebuild, transform, var, variables
from .kernels import Kernel, hidden_nans
from .lower_c import LoweringError, RootSpan, SingleCore, root_table, wrap
from .lower_light import LIGHT, LightPrinter, bounds, is_product_by_double, prepare

TABLE = Path(__file__).parent / "tables" / "pair.json"
SUPPORTED = BOOLEAN_OPS | {
    "const", "var", "add", "sub", "mul", "div", "neg", "abs", "sign", "min", "max", "pow", "sqrt", "where", "near_root",
    "exp", "expm1", "log1p", "tanh", "sigmoid", "logistic_density", "silu_derivative", "softsign",
    "softsign_derivative", "gelu", "gelu_product", "gelu_derivative", "silu_product",
}  # fmt: skip
# The whole result as a float: fpair_rounded_<op>(x, context), fpair_rounded_<op>_product(a, x, context).
_ROUNDED = frozenset({"sigmoid", "gelu", "gelu_product", "silu_product"})
# The whole kernel: fpair_<value>_loop.
_LOOPS = {"softsign": "softsign", "softsign_derivative": "softsign_gradient"}
_ROUNDED_PRODUCTS = frozenset({"sigmoid", "logistic_density", "gelu_derivative"})
# There only as a whole result: no pair.
_ONLY_ROUNDED = frozenset({"gelu", "gelu_product", "gelu_derivative", "silu_product"})
# Results of these are in the range of normal numbers, and no NaN, wherever the argument is in range.
_IN_RANGE = frozenset({"logistic_density", *_ROUNDED})
ROOT_SPAN = RootSpan(7, Fraction(1, 16), Fraction(1, 2**28), 1)
_NAMES = {"vec": "fvec", "mask": "fmask"}


class NotPair(Exception):
    """A number that float32 does not hold, or an operation that pair arithmetic has not."""


@functools.cache
def _whole_functions(inputs: tuple[str, ...]) -> dict[Expr, Expr]:
    """Functions of the catalogue, of inputs with these names, that pair_math.h has a form of its own for."""
    catalogue = spec.built_in()
    silu, gelu, softsign = (catalogue[a] for a in ("silu", "gelu", "softsign"))
    forms = {softsign.kernel: "softsign", softsign.derivatives["x"]: "softsign_derivative"}
    forms |= {gelu.kernel: "gelu", gelu.derivatives["x"]: "gelu_derivative"}
    if silu.derivatives["x"].op == "near_root":
        forms[silu.derivatives["x"].args[0]] = "silu_derivative"

    def renamed(root: Expr, old: Sequence[str], new: Sequence[str]) -> Expr:
        names = {var(o): var(n) for o, n in zip(old, new, strict=True)}
        return transform(root, lambda n, args: names[n] if n in names else rebuild(n, args))

    found = {renamed(root, "x", [name]): function(op, var(name)) for name in inputs for root, op in forms.items()}
    if len(inputs) == 2:
        for gate, op in (("swiglu", "silu_product"), ("geglu", "gelu_product")):
            found[renamed(catalogue[gate].kernel, catalogue[gate].inputs, inputs)] = function(op, *map(var, inputs))
    return found


def _float(value: float) -> float:
    with np.errstate(over="ignore"):
        rounded = float(np.float32(value))
    if math.isinf(rounded) != math.isinf(value) or 0 < abs(rounded) < 2.0**-100:
        raise NotPair(f"{value} is out of the range of pair arithmetic")
    return rounded


def _literal(value: float) -> str:
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    short = repr(value)
    if len(short) <= 8 and "e" not in short:
        return f"{short}f"
    significand, exponent = value.hex().split("p")
    return f"{significand.rstrip('0')}p{exponent}f"


def _halves(node: Expr) -> tuple[float, float]:
    """A constant expression as two floats."""
    if node.op == "const" and isinstance(node.value, str) and node.value in ("inf", "-0.0"):
        return float(node.value), 0.0
    with mp.workdps(80):
        exact = reference.evaluate(node, {}, digits=50)
        head = _float(float(exact))
        return head, float(np.float32(float(exact - mp.mpf(head))))


@dataclass
class PairPrinter(LightPrinter):
    """Prints one expression with the names of light arithmetic, which `_renamed` replaces."""

    def constant(self, node: Expr) -> str:
        head, tail = _halves(node)
        if tail == 0:
            self.plain.add(node)
            return f"vec_set({_literal(head)})"
        return f"light_set({_literal(head)}, {_literal(tail)})"

    def rounded(self, root: Expr) -> str:
        """The root as a float; forms for the whole of it look after their own range."""
        if root.op in _ROUNDED and root.args[0].op == "var":
            return f"light_rounded_{root.op}({', '.join(a.value for a in root.args)}, context)"
        if is_rounded_product(root):
            factor, value = root.args
            return f"light_rounded_{value.op}_product({factor.value}, {value.args[0].value}, context)"
        if (product := positive_product(root, self.intervals)) is not None:
            factor, value = product
            return f"light_rounded_positive_product({factor.value}, {self.expression(value)}, context)"
        if is_product_by_double(root):
            factor, value = root.args
            return f"light_round_product({self.expression(factor)}, {self.expression(value)})"
        text = self.expression(root)
        return text if root in self.plain else f"light_round({text})"


def is_rounded_product(root: Expr) -> bool:
    """Whether it is an input times a function of an input that have a form together."""
    return (
        root.op == "mul" and root.args[0].op == "var" and root.args[1].op in _ROUNDED_PRODUCTS
        and root.args[1].args[0].op == "var"
    )  # fmt: skip


def positive_product(root: Expr, intervals: Mapping[Expr, tuple[float, float]]) -> tuple[Expr, Expr] | None:
    """An input, and what it is times: something between 0 and 1."""
    if is_product_by_double(root) and root.args[0].op == "var" and intervals[root.args[1]][0] >= 0:
        return (root.args[0], root.args[1]) if intervals[root.args[1]][1] <= 1 else None
    return None


def _renamed(text: str) -> str:
    text = re.sub(r"\b(vec|mask)(?=\b|_)", lambda m: _NAMES[m[1]], text)
    text = re.sub(r"\blight(?=\b|_)", "fpair", text)
    return re.sub(r"_light\b", "_pair", text)


def _root_array(root: RootSeries, name: str) -> str:
    """The series around a root, as floats; the first three numbers but the width have a tail."""
    table, text = root_table(root, ROOT_SPAN)
    (head, tail), width, (c1, c1_tail), rest = table[0:2], table[2], table[3:5], table[5:]
    numbers = [*_pair_of(head, tail), width, *_pair_of(c1, c1_tail), *(_float(v) for v in rest)]
    lines = ",\n".join(f"    {_literal(float(np.float32(v)))}" for v in numbers)
    return (
        f"/* The derivative around its root {text}: see fpair_near_root. */\n"
        f"static const float {name}[{len(numbers)}] = {{\n{lines},\n}};"
    )


def _pair_of(head: float, tail: float) -> tuple[float, float]:
    first = _float(head)
    return first, float(np.float32((head - first) + tail))


def _series_names(kernel: Kernel, root: Expr) -> dict[RootSeries, str]:
    found = dict.fromkeys(n.value for n in postorder(root) if n.op == "near_root")
    return {series: f"{kernel.name}_root{i}_pair" for i, series in enumerate(found, start=1)}


def pair_function(kernel: Kernel) -> str:
    """`<kernel>_pair`: one vector of results, and in the context the lanes that it does not decide."""
    root = prepare(kernel.expression, _whole_functions(kernel.inputs))
    whole = {root, *(root.args if is_rounded_product(root) else ())}
    inner = {n.op for n in postorder(root) if n not in whole}
    unknown = sorted(({n.op for n in postorder(root)} - SUPPORTED) | (inner & _ONLY_ROUNDED))
    if unknown or any(n.op == "near_root" and n.args[1].op != "var" for n in postorder(root)):
        raise NotPair(f"pair arithmetic has no {', '.join(unknown) or 'root of an expression'}")
    names = _series_names(kernel, root)
    tables = [_root_array(series, name) for series, name in names.items()]
    printer = PairPrinter(LIGHT, kernel.activation, names, {*kernel.arguments, "result", "fpair", "fvec", "fmask"})
    printer.plain.update(n for n in postorder(root) if n.op == "var" and n.value in kernel.data_inputs)
    printer.intervals = bounds(root)
    result = printer.rounded(root)
    silent = hidden_nans(kernel.expression, kernel.inputs)
    late = silent.pop() if silent and kernel.factor is not None else None  # looked at with the gradient
    body = [f"fpair_require_number({n}, context);" for n in silent] + printer.lines
    at_zero = kernel.limits.get("0.0")
    if at_zero is not None and variables(at_zero):  # a stated value that is to be met to the last bit
        body.append("fpair_require(context, fvec_ne(x, fvec_set(0.0f)));")
    looked_after = root.op in _IN_RANGE or is_rounded_product(root) or positive_product(root, printer.intervals)
    if not looked_after:
        body += [f"const vec result = {result};", "fpair_check(result, context);"]
        result = "result"
    if late is not None:
        result = f"light_apply_gradient_unless_nan({kernel.factor}, {result}, {late}, context)"
    elif kernel.factor is not None:
        result = f"light_apply_gradient({kernel.factor}, {result}, context)"
    body.append(f"return {result};")
    body = [_renamed(line) for line in body]
    used = set(re.findall(r"[A-Za-z_]\w*", " ".join(body)))
    body = [*(f"(void){n};" for n in (*kernel.arguments, "context") if n not in used), *body]
    arguments = ", ".join(f"{'fvec' if n in kernel.data_inputs else 'fpair'} {n}" for n in kernel.arguments)
    lines = [*tables, *wrap(f"PYACT_INLINE fvec {kernel.name}_pair({arguments}, fpair_context *context)"), "{"]
    lines += [f"    {line}" for statement in body for line in wrap(statement)]
    return "\n".join([*lines, "}"])


def _whole_loop(kernel: Kernel) -> str | None:
    """The loop that csrc/pair_math.h has for a kernel."""
    whole = {old: new for name in kernel.inputs for old, new in _whole_functions(name).items()}
    root = prepare(kernel.expression, whole)
    is_whole = root.op in _LOOPS and root.args[0].op == "var" and not kernel.parameters
    return _LOOPS[root.op] if is_whole else None


def _parameters(kernel: Kernel) -> list[str]:
    """Parameters as pairs, or a call of another core where they are out of range."""
    if not kernel.parameters:
        return []
    first = len(kernel.data_inputs)
    lines = [f"const plain_scalar {p}_scalar = plain_load(in[{first + k}]);" for k, p in enumerate(kernel.parameters)]
    applies = f"plain_is_factor({kernel.parameters[0]}_scalar)"
    for p in kernel.parameters[1:]:
        applies = f"fmask_and({applies}, plain_is_factor({p}_scalar))"
    lines += [
        f"const fmask applies = {applies};",
        "if (!fmask_all(applies)) {",
        f"    if (fmask_any(applies)) plain_lane_by_lane({kernel.name}_pair_core, {len(kernel.arguments)}, {first}, "
        "in, out);",
        f"    else {kernel.name}_float_core(in, out, n);",
        "    return;",
        "}",
    ]
    return lines + [f"const fpair {p} = fpair_of_scalar({p}_scalar);" for p in kernel.parameters]


def pair_core(kernel: Kernel) -> SingleCore:
    """The function and its loop; the double-precision functions of the kernel come before."""
    name, inputs = kernel.name, kernel.data_inputs
    head = f"static void {name}_pair_core(const char *const *in, char *out, size_t n)"
    if (loop_of_its_own := _whole_loop(kernel)) is not None:
        text = "\n".join([head, "{", f"    fpair_{loop_of_its_own}_loop({name}_float_core, in, out, n);", "}"])
        return SingleCore(f"{name}_pair_core", text, by_lane=True)
    loop = [f"const fvec {n} = plain_elements({n}_array, i, PYACT_F32);" for n in inputs]
    loop += [
        "fpair_context context = {fmask_not(fmask_none())};",
        f"fvec result = {name}_pair({', '.join(kernel.arguments)}, &context);",
        "if (__builtin_expect(!fmask_all(context.regular), 0))",
        f"    result = fpair_decide_in_double(result, context.regular, {name}_float_core, {len(kernel.arguments)}, "
        f"{len(inputs)}, in, i);",
        "fvec_store((float *)(void *)out + i, result);",
    ]
    body = [*_parameters(kernel), *(f"const char *const {n}_array = in[{k}];" for k, n in enumerate(inputs))]
    lines = [f"    {line}" for statement in body for line in wrap(statement)]
    lines += ["    for (size_t i = 0; i < n; i += FLANES) {"]
    lines += [f"        {line}" for statement in loop for line in wrap(statement)]
    text = "\n".join([pair_function(kernel), "", head, "{", *lines, "    }", "}"])
    return SingleCore(f"{name}_pair_core", text, by_lane=True)


@functools.cache
def _table() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    return found


def measured_core(kernel: Kernel) -> SingleCore | None:
    """The core of a kernel that was measured to hold its promise in pair arithmetic."""
    entry = _table().get(kernel.name)
    if entry is None or entry["expression"] != float64.digest(kernel):
        return None
    try:
        return pair_core(kernel)
    except NotPair as reason:
        raise LoweringError(f"[{kernel.activation.name}]: {reason}") from reason
