"""IR -> C in float32 alone, for kernels where that is within 1 ULP.

A kernel qualifies if on every way to its result at most one operation rounds (a product and a sum in one fused
operation, a power of two and what stands beside it count as one), so that the result is the exact value rounded once.
For a gradient that holds of the derivative, before its product with grad_output. Comparisons must be of exact values.

Parameters are doubles. One that is compared is rounded down or up, which decides the comparison exactly; one that is
the result itself is rounded to nearest. A factor is the float next to it where that is near enough: off by at most
2**-25 of itself it costs half an ULP, and the rounding of the product the other half. Else it is two floats, head +
tail, and x * (head + tail) is fma(x, head, x * tail): the error of the tail's product is 2**-24 of an ULP, or half of
the smallest subnormal where it underflows. The value of the factor decides, so that an element gets the same bits
wherever it stands. One that is added must be a float. Where a parameter is out of these limits at run time, the call
goes to the narrow arithmetic (csrc/plain_cores.h). Constants are treated alike, but here.

What cannot be done by these rules stays in double. A spec may give the form to be evaluated in float32 by hand
(`plain`), with the errors of its operations put back: then constants are rounded to nearest, every product that meets
a sum is fused into it, and the accuracy is for the tests to prove.

The same loop, compiled for float16 and bfloat16, serves these: the float32 result is rounded once more. Where it is so
near to a midpoint that its error matters (Ziv's test), the element is evaluated in wide arithmetic. There is no test
where every result is an input, a parameter or a short constant (`selects`), and where it was found unnecessary by
trying all inputs, at the default parameters (halves.py).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from . import halves, lower_c
from .expr import BOOLEAN_OPS, Expr, const, postorder, to_text, variables
from .kernels import Kernel, hidden_nans
from .lower_c import NARROW, split, wrap

# In front of a loop: by two, for while the other hyperthread works, too, the loop's own instructions cost as much as
# memory does.
UNROLLED = "#pragma GCC unroll 2"
# Operations whose value is exact if the arguments are.
_EXACT = frozenset({"neg", "abs", "min", "max", "where"})
_OPERATIONS_WATCHED = 5
_FACTOR_RANGE = (Fraction(1, 2**60), Fraction(2**60))


# Loops of a half format that are written by hand: kernel and format -> the derivative they are for, the C function.
_HALF_LOOPS = {
    ("hardswish_backward", "f16"): (
        "where(x <= -3, 0, where(x < 3, (2 * x + 3) / 6, 1))", "hardswish_gradient_f16"
    ),
}  # fmt: skip


class NotPlain(Exception):
    """The rules above do not cover an expression."""


@dataclass(frozen=True)
class _Value:
    """C text of a node, and whether it was rounded."""

    text: str
    rounded: bool = False


@dataclass(frozen=True)
class PlainVector:
    """The C function of one vector, its call in terms of the data inputs, and what comes before the loop: what depends
    on parameters alone, and the masks of lanes whose parameters it can take.
    """

    text: str
    call: str
    before: list[str]
    conditions: list[str]


def _round_to_float(value: Fraction, direction: int) -> float:
    """The float next to a rational: nearest (0), at most (-1) or at least (1) the value."""
    if value != 0 and not 2**-126 <= abs(value) < 2**127:
        raise NotPlain("a constant that is no normal float")
    nearest = np.float32(float(value))
    exact = Fraction(float(nearest))
    if direction < 0 and exact > value:
        nearest = np.nextafter(nearest, np.float32(-np.inf))
    if direction > 0 and exact < value:
        nearest = np.nextafter(nearest, np.float32(np.inf))
    return float(nearest)


def _literal(value: float) -> str:
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    short = repr(value)
    if len(short) <= 8 and "e" not in short and Fraction(short) == Fraction(value):
        return f"{short}f"
    significand, exponent = value.hex().split("p")
    return f"{significand.rstrip('0')}p{exponent}f"


def _is_power_of_two(value: Fraction) -> bool:
    return value.numerator & (value.numerator - 1) == 0 and value.denominator & (value.denominator - 1) == 0


@dataclass
class _Printer:
    """Prints one kernel: what depends on parameters alone goes before the loop, the rest into it."""

    kernel: Kernel
    trusted: bool  # a form written for float32: the rule of one rounding is not asked for
    functions: list[str] = field(default_factory=list)  # of parameters, in narrow arithmetic
    before: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    scalars: dict[Expr, str] = field(default_factory=dict)
    forms: dict[tuple[str, str], str] = field(default_factory=dict)
    factors: list[str] = field(default_factory=list)  # parameters that are factors, prepared
    values: dict[Expr, _Value] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    watched: bool = False  # float32 has a loop of its own

    # ---- constants and parameters ----

    def is_scalar(self, node: Expr) -> bool:
        return not variables(node) & set(self.kernel.data_inputs)

    def rational(self, node: Expr) -> Fraction | None:
        """The value of a constant as head + tail of doubles; None if it depends on parameters or is no number."""
        if variables(node) or node.op in BOOLEAN_OPS:
            return None
        if node.op == "const" and isinstance(node.value, Fraction):
            return node.value
        head, tail = split(node)
        if math.isinf(head) or (head == 0 and math.copysign(1, head) < 0):
            return None
        return Fraction(head) + Fraction(tail)

    def scalar(self, node: Expr) -> str:
        """A plain_scalar that holds a function of parameters."""
        if node in self.scalars:
            return self.scalars[node]
        if node.op in BOOLEAN_OPS:
            raise NotPlain("a test of parameters alone")
        if node.op == "var":
            name = str(node.value)
            at = self.kernel.arguments.index(name)
            self.before.append(f"const plain_scalar {name} = plain_load(in[{at}]);")
        else:
            used = [p for p in self.kernel.parameters if p in variables(node)]
            function = f"{self.kernel.name}_scalar{len(self.functions) + 1}"
            printer = lower_c.Printer(NARROW, self.kernel.activation, {}, set(used))
            value = printer.expression(node)
            lines = [*printer.lines, f"return {value};"]
            arguments = ", ".join(f"vec {p}" for p in used)
            text = [f"static inline vec {function}({arguments})", "{"]
            text += [f"    {line}" for statement in lines for line in wrap(statement)]
            self.functions.append("\n".join([*text, "}"]))
            variables_used: dict[str, Expr] = {n.value: n for n in postorder(node) if n.op == "var"}
            parameters = [self.scalar(variables_used[p]) for p in used]
            name = f"scalar{len(self.functions)}"
            low, high = (", ".join(f"{p}.{half}" for p in parameters) for half in ("low", "high"))
            self.before.append(f"const plain_scalar {name} = {{{function}({low}), {function}({high})}};")
        self.scalars[node] = name
        return name

    def form(self, node: Expr, kind: str) -> str:
        """A parameter or constant as one float: nearest, down, up, or exact ("float")."""
        constant = self.rational(node)
        if constant is not None:
            rounded = _round_to_float(constant, {"down": -1, "up": 1}.get(kind, 0))
            if kind == "float" and Fraction(rounded) != constant and not self.trusted:
                raise NotPlain("adds a constant that is no float")
            return f"fvec_set({_literal(rounded)})"
        if not variables(node):
            return f"fvec_set({_literal(split(node)[0])})"
        scalar = self.scalar(node)
        self.require(f"plain_is_{'float' if kind == 'float' else 'number'}({scalar})")
        return self.prepared(scalar, "nearest" if kind == "float" else kind)

    def prepared(self, scalar: str, kind: str) -> str:
        if (scalar, kind) not in self.forms:
            name = f"{scalar}_{kind}"
            self.before.append(f"const fvec {name} = plain_{kind}({scalar});")
            self.forms[scalar, kind] = name
        return self.forms[scalar, kind]

    def require(self, condition: str) -> None:
        if condition not in self.conditions:
            self.conditions.append(condition)

    def is_float(self, node: Expr) -> bool:
        """A constant that float32 holds; symbols such as inf count."""
        if variables(node):
            return False
        constant = self.rational(node)
        return constant is None or Fraction(_round_to_float(constant, 0)) == constant

    def factor(self, node: Expr) -> str:
        """A parameter or constant as a plain_factor; of a constant that one float is enough for, that float."""
        constant = self.rational(node)
        if constant is not None:
            if not _FACTOR_RANGE[0] <= abs(constant) <= _FACTOR_RANGE[1]:
                raise NotPlain("a factor out of range")
            nearest = _round_to_float(constant, 0)
            if abs(constant) <= 1 and abs(Fraction(nearest) - constant) <= abs(Fraction(nearest)) / 2**25:
                return f"fvec_set({_literal(nearest)})"
            exponent = math.frexp(float(abs(constant)))[1]
            unit = Fraction(2) ** (exponent - 24)
            head = int(constant / unit) * unit  # truncated: the tail has the same sign
            tail = _round_to_float(constant - head, 0)
            return f"(plain_factor){{fvec_set({_literal(float(head))}), fvec_set({_literal(tail)})}}"
        if not variables(node):
            raise NotPlain("a factor that is no number")
        scalar = self.scalar(node)
        self.require(f"plain_is_factor({scalar})")
        name = f"{scalar}_factor"
        if (scalar, "factor") not in self.forms:
            self.before.append(f"const plain_factor {name} = plain_factor_of({scalar});")
            self.forms[scalar, "factor"] = name
            self.factors.append(name)
        return name

    # ---- data ----

    def value(self, node: Expr) -> _Value:
        """A data node, or a parameter or constant as a result of its own."""
        if node not in self.values:
            if self.is_scalar(node):
                value = _Value(self.form(node, "nearest"), rounded=not self.is_float(node))
            else:
                value = self.operation(node)
            if node.op not in ("var", "const") and not self.is_scalar(node) and self.uses(node) > 1:
                name = self.name(node)
                kind = "fmask" if node.op in BOOLEAN_OPS else "fvec"
                self.body.append(f"const {kind} {name} = {value.text};")
                value = _Value(name, value.rounded)
            self.values[node] = value
        return self.values[node]

    def uses(self, node: Expr) -> int:
        return sum(a is node for n in postorder(self.expression) for a in n.args)

    def name(self, node: Expr) -> str:
        wanted = self.kernel.activation.labels.get(node) or lower_c._NOUNS.get(node.op, f"{node.op}_")
        candidate, number = wanted, 2
        while candidate in self.taken or candidate in lower_c.RESERVED:
            candidate, number = f"{wanted.rstrip('_')}{number}", number + 1
        self.taken.add(candidate)
        return candidate

    def exact(self, node: Expr) -> str:
        """An operand that must not have been rounded."""
        if self.is_scalar(node):
            return self.form(node, "float")
        value = self.value(node)
        if value.rounded and not self.trusted:
            if node.op in ("min", "max") and self.uses(node) == 1:  # of parameters, which then must be floats
                return self.choice(node, [self.exact(a) for a in node.args])
            raise NotPlain("rounds twice")
        return value.text

    def operation(self, node: Expr) -> _Value:
        op, args = node.op, node.args
        if op == "var":
            return _Value(node.value)
        if op in ("lt", "le", "eq"):
            return _Value(self.comparison(node))
        if op in ("and", "or"):
            return _Value(f"fmask_{op}({self.value(args[0]).text}, {self.value(args[1]).text})")
        if op in _EXACT:
            values = [self.value(a) for a in args]
            return _Value(self.choice(node, [v.text for v in values]), any(v.rounded for v in values))
        if op in ("add", "sub"):
            return _Value(self.sum(node), rounded=True)
        if op == "mul":
            return self.product(*args)
        if op == "div":
            divisor = self.rational(args[1])
            if divisor is not None and divisor != 0:  # a division takes four times as long as two products
                return self.product(args[0], const(1 / divisor))
            return _Value(f"fvec_div({self.exact(args[0])}, {self.exact(args[1])})", rounded=True)
        if op == "pow" and node.value == 2:
            base = self.exact(args[0])
            if self.uses(args[0]) < 2 and args[0].op != "var":  # print it once
                name = self.name(args[0])
                self.body.append(f"const fvec {name} = {base};")
                base = name
            return _Value(f"fvec_mul({base}, {base})", rounded=True)
        if op == "sqrt":
            return _Value(f"fvec_sqrt({self.exact(args[0])})", rounded=True)
        raise NotPlain(f"has {op}")

    def choice(self, node: Expr, texts: list[str]) -> str:
        """An operation of _EXACT on printed arguments."""
        op, args = node.op, node.args
        if op == "where":
            test, if_true, if_false = texts
            if self.is_positive_zero(args[2]):
                return f"fvec_keep({test}, {if_true})"
            if self.is_positive_zero(args[1]):
                return f"fvec_clear({test}, {if_false})"
            return f"fvec_select({', '.join(texts)})"
        if op in ("min", "max") and (self.is_scalar(args[1]) or self.trusted):  # of data: NaN comes in both, or in none
            return f"fvec_{'at_most' if op == 'min' else 'at_least'}({', '.join(texts)})"
        return f"fvec_{op}({', '.join(texts)})"

    @staticmethod
    def is_positive_zero(node: Expr) -> bool:
        return node.op == "const" and node.value == 0

    def fusible(self, node: Expr) -> bool:
        """A product of data, or with a float, that a sum can take in."""
        if node.op != "mul" or self.is_scalar(node):
            return False
        if self.trusted:
            return True
        only_here = self.uses(node) == 1 and node not in self.kernel.activation.labels
        return only_here and all(not self.is_scalar(a) or self.is_float(a) for a in node.args)

    def sum(self, node: Expr) -> str:
        left, right = node.args
        if self.fusible(right):
            product = ", ".join(self.exact(a) for a in right.args)
            return f"fvec_{'fma' if node.op == 'add' else 'fnma'}({product}, {self.exact(left)})"
        if self.fusible(left):
            product = ", ".join(self.exact(a) for a in left.args)
            return f"fvec_{'fma' if node.op == 'add' else 'fms'}({product}, {self.exact(right)})"
        return f"fvec_{node.op}({self.exact(left)}, {self.exact(right)})"

    def product(self, left: Expr, right: Expr) -> _Value:
        if self.is_scalar(left):
            left, right = right, left
        if not self.is_scalar(right):
            return _Value(f"fvec_mul({self.exact(left)}, {self.exact(right)})", rounded=True)
        constant = self.rational(right)
        if constant is not None and constant and _is_power_of_two(abs(constant)) and abs(constant) <= 2:
            value = self.value(left)  # exact, but for subnormals
            return _Value(f"fvec_mul({value.text}, {self.form(right, 'float')})", value.rounded or abs(constant) < 1)
        if constant is not None and (self.trusted or self.is_float(right)):
            return _Value(f"fvec_mul({self.exact(left)}, {self.form(right, 'float')})", rounded=True)
        factor = self.exact(left)
        if not re.fullmatch(r"\w+", factor):  # printed twice
            name = self.name(left)
            self.body.append(f"const fvec {name} = {factor};")
            factor = name
            self.values[left] = _Value(name, self.values[left].rounded)
        by = self.factor(right)
        if by.startswith("fvec_set"):
            return _Value(f"fvec_mul({factor}, {by})", rounded=True)
        simple = "0" if by.startswith("(plain_factor)") else "simple"
        return _Value(f"plain_scale({factor}, {by}, {simple})", rounded=True)

    def comparison(self, node: Expr) -> str:
        left, right = node.args
        if self.is_scalar(left) and self.is_scalar(right):
            raise NotPlain("a test of parameters alone")
        if node.op == "eq":
            scalars = [a for a in node.args if self.is_scalar(a) and not self.is_float(a)]
            if scalars:
                raise NotPlain("equality with a number that is no float")
            return f"fvec_eq({self.exact(left)}, {self.exact(right)})"
        # x < p holds where x < p rounded up; x <= p where x <= p rounded down
        if self.is_scalar(right):
            return f"fvec_{node.op}({self.exact(left)}, {self.form(right, 'up' if node.op == 'lt' else 'down')})"
        if self.is_scalar(left):
            return f"fvec_{node.op}({self.form(left, 'down' if node.op == 'lt' else 'up')}, {self.exact(right)})"
        return f"fvec_{node.op}({self.exact(left)}, {self.exact(right)})"

    # ---- the kernel ----

    @property
    def expression(self) -> Expr:
        return self.kernel.plain or self.kernel.expression

    def specials(self) -> str | None:
        """The stated limits, as in the narrow arithmetic, into y; and NaN, but for the last input that may be NaN
        without making y NaN, whose name is returned."""
        kernel = replace(self.kernel, expression=self.expression)
        points = dict(lower_c.special_values(kernel))
        always = dict(lower_c.special_values(kernel, zeros=False))
        x = self.kernel.inputs[0]
        for point in ("-inf", "inf"):
            if point in points:
                bound = "-INFINITY" if point == "-inf" else "INFINITY"
                limit = self.form(points[point], "nearest")
                only = "" if point in always or not self.factors else "if (!simple) "  # no factor is 0
                self.body.append(f"{only}y = fvec_select(fvec_eq({x}, fvec_set({bound})), {limit}, y);")
        if "0.0" in points or "-0.0" in points:
            raise NotPlain("a limit at zero that the expression does not give")
        silent = hidden_nans(kernel.expression, kernel.inputs)
        for name in silent[:-1]:
            self.body.append(f"y = fvec_select(fvec_is_nan({name}), {name}, y);")
        return silent[-1] if silent else None

    def evaluate(self) -> str | None:
        """Writes the body, which leaves the result in y; see specials()."""
        self.taken = {*self.kernel.arguments, "y", "in", "out", "n", "i", "dtype", "simple", "applies"}
        result = self.value(self.expression)
        self.body.append(f"fvec y = {result.text};")
        return self.specials()

    def print_vector(self, name: str) -> PlainVector:
        """A function of one vector of float32, for loops written elsewhere; the kernel itself is printed, too."""
        silent = self.evaluate()
        if self.factors:
            raise NotPlain("a factor that is prepared")
        body = [*self.body, f"y = fvec_mul({self.kernel.factor}, y);"] if self.kernel.factor is not None else self.body
        returned = f"return plain_or_nan(y, {silent or 'y'});"
        used = set(re.findall(r"[A-Za-z_]\w*", " ".join([*body, returned])))
        inputs = [n for n in self.kernel.data_inputs if n in used]
        prepared = self.prepared_arguments()
        arguments = [*(f"fvec {n}" for n in inputs), *(f"{kind} {n}" for kind, n in prepared)]
        head = f"PYACT_INLINE fvec {name}({', '.join(arguments)})"
        call = f"{name}({', '.join([*inputs, *(n for _, n in prepared)])})"
        return PlainVector(lower_c.function(head, [*body, returned]), call, self.before, self.conditions)

    def print(self) -> str:
        kernel = self.kernel
        silent = self.evaluate()
        used = set(re.findall(r"[A-Za-z_]\w*", " ".join([*self.body, kernel.factor or "", silent or ""])))
        data = [(k, n) for k, n in enumerate(kernel.data_inputs) if n in used]
        pointers = [f"const char *const {n}_array = in[{k}];" for k, n in data]  # a store might change `in`
        loads = [f"const fvec {n} = plain_elements({n}_array, i, dtype);" for _, n in data]
        last = [f"y = fvec_mul({kernel.factor}, y);"] if kernel.factor is not None else []
        sizes = f"{len(kernel.arguments)}, {len(kernel.data_inputs)}"
        margin = 1 if kernel.factor is None else 3  # the derivative's error is up to twice as much after the product
        inputs = ", ".join(n if n in used else "fvec_set(1.0f)" for n in kernel.data_inputs)
        if silent is None and self.is_watched():
            names = [n for _, n in data]
            head = f"PYACT_INLINE fvec {kernel.name}_plain_at({', '.join(f'fvec {n}' for n in names)})"
            self.functions.append(lower_c.function(head, [*self.body, *last, "return y;"]))
            self.body, last = [f"const fvec y = {kernel.name}_plain_at({', '.join(names)});"], []
            self.watched = True
        loop = [*loads, *self.body, *last]
        loop.append(f"const unsigned open = plain_store(out, i, dtype, y, {silent or 'y'}, {margin}, certainty);")
        wide = f"{kernel.name}_wide_core, {sizes}, in, out, dtype"
        note = f"plain_note(&list, open, i, (const fvec[]){{{inputs}}}, {wide});"
        prepared = [(f"{kind} {name}") for kind, name in self.prepared_arguments()]
        simple = ["int simple"] if self.factors else []
        arguments = ["const char *const *in", "char *out", "size_t n", "pyact_dtype dtype", "int certainty"]
        arguments += [*prepared, *simple]
        text = [*self.functions, *wrap(f"PYACT_INLINE void {kernel.name}_plain_loop({', '.join(arguments)})"), "{"]
        text += [f"    {line}" for line in [*pointers, "plain_list list;", "list.count = 0;"]]
        text += [UNROLLED, "    for (size_t i = 0; i < n; i += FLANES) {"]
        text += [f"        {line}" for statement in loop for line in wrap(statement)]
        text += ["        if (open != 0) {", *(f"            {line}" for line in wrap(note)), "        }", "    }"]
        text += [f"    if (list.count != 0) plain_evaluate_listed(&list, {wide});"]
        return "\n".join([*text, "}", self.cores()])

    def is_watched(self) -> bool:
        """Whether float32 has a loop of its own, which looks for NaN block by block. That pays where arithmetic takes
        longer than memory."""
        operations = len(re.findall(r"\bfvec_(?!set\b)\w+\(", " ".join(self.body)))
        one_input = len(self.kernel.inputs) == 1 and not self.kernel.parameters
        return one_input and operations >= _OPERATIONS_WATCHED

    def prepared_arguments(self) -> list[tuple[str, str]]:
        """Types and names of what the loop is given, in the order in which they are made."""
        found = []
        for statement in self.before:
            kind, name = re.match(r"const (\w+) (\w+) =", statement).groups()  # type: ignore[union-attr]
            if kind != "plain_scalar":
                found.append((kind, name))
        return found

    def cores(self) -> str:
        """The functions that run the loop: for every format, and float32's."""
        kernel = self.kernel
        name, sizes = kernel.name, f"{len(kernel.arguments)}, {len(kernel.data_inputs)}"
        prepared = "".join(f", {n}" for _, n in self.prepared_arguments())
        call = f"{name}_plain_loop(in, out, n, dtype, certainty{prepared}"
        lines = [*self.before]
        if self.conditions:
            applies = self.conditions[0]
            for condition in self.conditions[1:]:
                applies = f"fmask_and({applies}, {condition})"
            lines += [f"const fmask applies = {applies};", "if (!fmask_all(applies)) return applies;"]
        if self.factors:
            simple = " && ".join(f"plain_is_simple({f})" for f in self.factors)
            lines += [f"if ({simple}) {call}, 1);", f"else {call}, 0);"]
        else:
            lines.append(f"{call});")
        run = f"{name}_plain_run(in, out, n, PYACT_F32, PLAIN_SURE)"
        core = [f"{run};"]
        if self.watched:
            loop = "watched_loop" if kernel.factor is None else "watched_gradient_loop"
            core = [f"plain_{loop}({name}_plain_at, in, out, n);"]
        if self.conditions:
            lines.append("return applies;")
            core = [
                f"const fmask applies = {run};",
                f"if (!fmask_all(applies)) plain_otherwise(applies, {name}_plain_core, {name}_float_core, {sizes}, "
                "in, out, n);",
            ]
        kind = "fmask" if self.conditions else "void"
        head = "(const char *const *in, char *out, size_t n"
        parts = [
            lower_c.function(f"PYACT_INLINE {kind} {name}_plain_run{head}, pyact_dtype dtype, int certainty)", lines),
            lower_c.function(f"static void {name}_plain_core{head})", core),
        ]
        return "\n".join([*parts, self.half_core("f16"), self.half_core("bf16")])

    def half_core(self, form: str) -> str:
        """Returns 0 where it does not apply."""
        kernel, count = self.kernel, len(self.kernel.data_inputs)
        head = f"static int {kernel.name}_{form}_core(const char *const *in, char *out, size_t n)"

        def run(certainty: str) -> list[str]:
            call = f"{kernel.name}_plain_run(in, out, n, PYACT_{form.upper()}, {certainty})"
            return [f"return fmask_all({call});"] if self.conditions else [f"{call};", "return 1;"]

        expression, by_hand = _HALF_LOOPS.get((kernel.name, form), ("", ""))
        if expression and to_text(kernel.expression) == expression:
            return lower_c.function(head, [f"return {by_hand}(in, out, n);"])
        if is_copy(kernel):
            return lower_c.function(head, [f"plain_copy_halves(in[0], out, n, PYACT_{form.upper()});", "return 1;"])
        best = "PLAIN_EXACT" if selects(kernel) else halves.certainty(kernel, form)
        if best == "PLAIN_TESTED" or not kernel.parameters:
            return lower_c.function(head, run(best))
        lines = []
        test = f"plain_are_short(in + {count}, {len(kernel.parameters)})"
        if not selects(kernel):
            defaults = [kernel.activation.defaults[p] for p in kernel.parameters]
            lines = [f"static const double defaults[] = {{{', '.join(repr(d) for d in defaults)}}};"]
            test = f"fitted_has_defaults(in + {count}, defaults, {len(defaults)})"
        lines += [f"if ({test}) {{", *(f"    {line}" for line in run(best)), "}"]
        return lower_c.function(head, [*lines, *run("PLAIN_TESTED")])


def plain_vector(kernel: Kernel, name: str) -> PlainVector | None:
    """A plain gradient or value of one vector, as a function of that name; None where it needs more than that."""
    try:
        return _Printer(kernel, kernel.plain is not None).print_vector(name)
    except NotPlain:
        return None


def plain_core(kernel: Kernel) -> str | None:
    """The C of `<kernel>_plain_core`, or None where float32 alone is not enough."""
    if kernel.wide_only:
        return None
    try:
        return _Printer(kernel, kernel.plain is not None).print()
    except NotPlain:
        return None


def is_copy(kernel: Kernel) -> bool:
    """Whether the result is the first data input."""
    root = kernel.expression
    return (root.op == "var" and kernel.factor is None) or (root.op == "const" and root.value == 1)


def selects(kernel: Kernel) -> bool:
    """Whether every result is an input, a parameter, or a constant that float16 and bfloat16 hold; for a gradient, zero
    or plus or minus grad_output. Such a result needs no rounding."""

    def is_choice(node: Expr) -> bool:
        if node.op == "where":
            return is_choice(node.args[1]) and is_choice(node.args[2])
        if node.op in ("neg", "abs", "min", "max"):
            return all(is_choice(a) for a in node.args)
        if node.op == "const":
            allowed = (0, 1, -1) if kernel.factor is not None else range(-256, 257)
            return node.value == "-0.0" or node.value in allowed
        return node.op == "var" and kernel.factor is None

    return not kernel.wide_only and is_choice(kernel.expression) and not lower_c.special_values(kernel)
