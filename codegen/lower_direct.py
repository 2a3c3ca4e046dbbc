"""IR -> C for float64 kernels in narrow arithmetic: loops over whole arrays (csrc/direct_loops.h).

The operations are those of lower_c.py's narrow function, and so are the bits. What is saved is what a loop over short
blocks does again and again: parameters are loaded once, and

- minimum and maximum with a parameter are one instruction, because no parameter is NaN here;
- a choice that takes x where x is NaN is put so that nothing has to be done about NaN afterwards;
- a limit at infinity that these parameters make superfluous is left out: both ways are tried before the loop.

Calls with one parameter for each element, or with a NaN for one, take the narrow function as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import lower_c
from .expr import Expr, function, postorder, variables
from .kernels import Kernel, hidden_nans
from .lower_c import Arithmetic, Printer

_CLAMPS = {"min": "vec_at_most", "max": "vec_at_least"}
_OPPOSITE = {"lt": "le", "le": "lt"}


@dataclass
class _DirectPrinter(Printer):
    """Minimum and maximum with a number that is not NaN."""

    scalars: frozenset[str] = frozenset()

    def call(self, node: Expr) -> str:
        if node.op in _CLAMPS and variables(node.args[1]) <= self.scalars:
            return f"{_CLAMPS[node.op]}({', '.join(self.text[a] for a in node.args)})"
        return super().call(node)


def _turned(node: Expr) -> Expr:
    """A choice by the opposite comparison: the same but for NaN."""
    test, if_true, if_false = node.args
    return function("where", function(_OPPOSITE[test.op], test.args[1], test.args[0]), if_false, if_true)


def _without_hidden_nans(kernel: Kernel) -> Expr:
    """The expression, turned if that brings every NaN to the result."""
    root = kernel.expression
    if root.op == "where" and root.args[0].op in _OPPOSITE:
        turned = _turned(root)
        if not hidden_nans(turned, kernel.inputs):
            return turned
    return root


def _at_function(kernel: Kernel, expression: Expr, arithmetic: Arithmetic) -> tuple[str, bool]:
    """`<kernel>_direct_at`, and whether `limits` makes a difference to it."""
    name, data = kernel.name, kernel.data_inputs
    printer = _DirectPrinter(
        arithmetic, kernel.activation, {}, {*kernel.arguments, "limits"}, scalars=frozenset(kernel.parameters)
    )
    value = printer.expression(expression)
    body = list(printer.lines)
    printer.lines.clear()
    specials = lower_c.stated_limits(replace(kernel, expression=expression), printer)
    if specials:
        body.append(f"vec y = {value};")
        body += ["if (limits) {", *(f"    {line}" for line in [*printer.lines, *specials]), "}"]
        value = "y"
    if kernel.factor is not None:
        value = f"vec_mul({kernel.factor}, {value})"
    body.append(f"return {value};")
    used = lower_c.names_in(body)
    body = [*(f"(void){n};" for n in (*kernel.arguments, "limits") if n not in used), *body]
    arguments = ", ".join([*(f"vec {n}" for n in (*data, *kernel.parameters)), "int limits"])
    return lower_c.function(f"PYACT_INLINE vec {name}_direct_at({arguments})", body), bool(specials)


def direct_core(kernel: Kernel, arithmetic: Arithmetic) -> str | None:
    """The C of `<kernel>_direct_core`, or None where the narrow core is as good: functions take longer than memory."""
    points = {point for point, _ in lower_c.special_values(kernel)}
    if any(n.op in lower_c.ELEMENTARY or n.op == "near_root" for n in postorder(kernel.expression)):
        return None
    expression = _without_hidden_nans(kernel)
    silent = hidden_nans(expression, kernel.inputs)
    if len(silent) > 1 or not points <= {"-inf", "inf"}:
        return None
    at, has_limits = _at_function(kernel, expression, arithmetic)
    return f"{at}\n{lower_c.function(_head(kernel), _core_body(kernel, arithmetic, silent, has_limits))}"


def core_of_function(kernel: Kernel, of_x: str, *, guarded: bool) -> str:
    """The C of `<kernel>_direct_core`, made of a C function of x."""
    arrays = [f"{n}_array" for n in kernel.data_inputs]
    x = f"vec_load({kernel.inputs[0]}_array + i)"

    def value(function: str) -> str:
        return f"{function}({x})" if kernel.factor is None else f"vec_mul(vec_load({arrays[0]} + i), {function}({x}))"

    body = [f"const double *const {array} = in[{k}];" for k, array in enumerate(arrays)]
    body += ["double *const to = out[0];", "(void)flags;"]
    if not guarded:
        return lower_c.function(_head(kernel), [*body, f"PYACT_DIRECT_WATCHED({value(of_x)})"])
    body += [f"if ({' || '.join(f'to == {array}' for array in arrays)}) {{"]
    body += [f"    PYACT_DIRECT_WATCHED({value(of_x)})", "    return;", "}"]
    body += [f"PYACT_DIRECT_GUARDED({value(of_x + '_in_range')},", f"    {of_x}_guard({x}), {value(of_x)})"]
    return lower_c.function(_head(kernel), body)


def _head(kernel: Kernel) -> str:
    arguments = "const double *const *in, double *const *out, size_t n, unsigned flags"
    return f"static void {kernel.name}_direct_core({arguments})"


def _core_body(kernel: Kernel, arithmetic: Arithmetic, silent: list[str], has_limits: bool) -> list[str]:
    name, data, parameters = kernel.name, kernel.data_inputs, kernel.parameters
    elements = [f"vec_load({n}_array + i)" for n in data]

    def at(values: list[str], limits: int) -> str:
        return f"{name}_direct_at({', '.join([*values, *parameters])}, {limits})"

    def loop(limits: int) -> str:
        call = at(elements, limits)
        return f"PYACT_DIRECT_UNWATCHED({silent[0]}_array, {call})" if silent else f"PYACT_DIRECT_WATCHED({call})"

    body = [f"const double *const {n}_array = in[{k}];" for k, n in enumerate(data)]
    body.append("double *const to = out[0];")
    if parameters:
        own = f"{name}_{arithmetic.name}"
        body += ["if ((flags & PYACT_SAME_PARAMETERS) == 0) {", f"    {own}_core(in, out, n, flags);"]
        body += ["    return;", "}"]
        body += [f"const vec {p} = vec_load(in[{len(data) + k}]);" for k, p in enumerate(parameters)]
        nans = " || ".join(f"mask_any(vec_is_nan({p}))" for p in parameters)
        body += [f"if ({nans}) {{", f"    PYACT_DIRECT_CHECKED({own}({', '.join([*elements, *parameters])}))"]
        body += ["    return;", "}"]
    else:
        body.append("(void)flags;")
    if not has_limits:
        return [*body, loop(0)]
    same = []
    for infinity in ("INFINITY", "-INFINITY"):
        values = [f"vec_set({'1.0' if n == kernel.factor else infinity})" for n in data]
        same.append(f"direct_is_same({at(values, 0)}, {at(values, 1)})")
    body += [f"if ({same[0]}", f"    && {same[1]}) {{", f"    {loop(0)}", "    return;", "}"]
    return [*body, loop(1)]
