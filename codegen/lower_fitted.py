"""A fitted table -> C: the tables and the few functions that csrc/fitted.h runs."""

from __future__ import annotations

from collections.abc import Sequence

from .fitted import FittedKernel, Limit
from .kernels import Kernel
from .lower_c import SingleCore, wrap


def hex_float(value: float) -> str:
    """A C literal for exactly this float32."""
    short = repr(value)
    if len(short) <= 8 and "e" not in short and "inf" not in short:
        return f"{short}f"
    return f"{value.hex().replace('0000000p', 'p')}f"


def _array(name: str, rows: Sequence[Sequence[float]], entries: int) -> list[str]:
    """One row of `entries` numbers per power, or a single row."""
    many = len(rows) > 1
    dimensions = f"[{len(rows)}][{entries}]" if many else f"[{entries}]"
    lines = [f"static const float {name}{dimensions} PYACT_TABLE = {{"]
    for row in rows:
        indent = "     " if many else "    "
        texts = [hex_float(v) for v in row]
        chunks = [", ".join(texts[i : i + 8]) for i in range(0, len(texts), 8)]
        body = [f"{indent}{c}," for c in chunks]
        if many:
            body[0] = "    {" + body[0].lstrip()
            body[-1] = body[-1].rstrip(",") + "},"
        lines += body
    return [*lines, "};"]


def _zone(t: FittedKernel) -> list[str]:
    """The evaluation, operation by operation as fit_cells.evaluate has it."""
    name, degree = t.kernel, t.degree
    negative_side = t.symmetry == "complement" and t.side < 0
    z = "z" if t.folded else "x"
    lines = ["const fvec z = fvec_abs(x);"] if t.folded else []
    slope = f"fvec_set({hex_float(t.linear)})"
    if t.quadratic:
        slope = f"fvec_fma({z}, fvec_set({hex_float(t.quadratic)}), {slope})"
    shift = "FITTED_ROUND_TO_INTEGER" + (f" {'-' if t.first > 0 else '+'} {abs(t.first)}" if t.first else "")
    lines.append(f"const fivec cell = fivec_from_bits(fvec_fma({z}, {slope}, fvec_set({shift})));")
    center = f"fitted_lookup({name}_center, cell, entries)"
    # On the side of 1 - h the polynomial runs in -t: what is called t there is minus the distance.
    lines.append(
        f"const fvec t = fvec_sub({center}, {z}); /* minus the distance */" if negative_side
        else f"const fvec t = fvec_sub({z}, {center});"
    )  # fmt: skip
    step = "fvec_fnma" if negative_side else "fvec_fma"

    def coefficient(k: int) -> str:
        return f"fitted_lookup({name}_coefficients[{k}], cell, entries)"

    def chosen(direct: str, other: str) -> str:
        pair = f"{direct}, {other}" if t.side < 0 else f"{other}, {direct}"
        return f"fvec_select_sign(x, {pair})"

    lines.append(f"fvec sum = {coefficient(degree)};")
    last = 2 if t.compensated else 1
    c1 = coefficient(1)
    if t.symmetry == "identity":
        c1 = chosen(c1, f"fitted_lookup({name}_other_slope, cell, entries)")
    for k in range(degree - 1, last - 1, -1):
        lines.append(f"sum = {step}(sum, t, {c1 if k == 1 else coefficient(k)});")
    c0 = coefficient(0)
    if t.symmetry in ("complement", "identity"):
        c0 = chosen(c0, f"fitted_lookup({name}_other_value, cell, entries)")
    at_cell = ""
    if t.precise:
        mask = f"fivec_and(cell, fivec_set({t.entries - 1}))"
        at_cell = f"const fmask at_cell = fivec_eq({mask}, fivec_set({t.precise.cell}));"
    signed = "t"
    if t.symmetry == "complement":
        lines.append("const fvec signed_t = fvec_xor_sign(t, x);")
        signed = "signed_t"
    if t.compensated:
        lines += [
            f"const fvec slope = {c1};",
            f"const fvec value = {c0};",
            f"const fvec high = fvec_fma({signed}, slope, value);",
            f"{'fvec' if t.precise else 'const fvec'} lost = fvec_fma({signed}, slope, fvec_sub(value, high));",
        ]
        if t.precise:
            low = f"fvec_set({hex_float(t.precise.c0_low)})"
            if t.symmetry == "complement":
                low = chosen(low, "fvec_set(0.0f)")
            lines += [
                at_cell,
                f"const fvec low_part = fvec_fma({signed}, fvec_set({hex_float(t.precise.c1_low)}), {low});",
                "lost = fvec_select(at_cell, fvec_add(lost, low_part), lost);",
            ]
        product = f"fvec_mul(t, {signed})"
        lines.append(f"const fvec low = {step}(sum, {product}, lost);")
    else:
        lines.append(f"const fvec high = {c0};")
        if t.precise:
            low = f"fvec_select(at_cell, fvec_set({hex_float(t.precise.c0_low)}), fvec_set(0.0f))"
            lines += [at_cell, f"const fvec low = fvec_fma({signed}, sum, {low});"]
        else:
            lines.append(f"const fvec low = fvec_fma({signed}, sum, fvec_set(0.0f)); /* never -0.0 */")
    lines.append(
        "const fvec result = fvec_fma(x, high, fvec_mul(x, low));" if t.times_x
        else "const fvec result = fvec_add(high, low);"
    )  # fmt: skip
    result = "result"
    for limit, test in ((t.lower, "fvec_le(x, fvec_set({}))"), (t.upper, "fvec_le(fvec_set({}), x)")):
        if limit is not None and limit.in_loop:
            result = f"fvec_select({test.format(hex_float(limit.start))}, {_limit_value(limit)}, {result})"
    return [*lines, f"return {result};"]


def _limit_value(limit: Limit) -> str:
    if limit.kind == "constant":
        return f"fvec_set({hex_float(limit.value)})"
    if limit.value == 1 and limit.value_low == 0:
        return "x"
    # The smaller product is of a finite number: at infinity the two could be infinities of different signs.
    bound, clamp = ("FLT_MAX", "at_most") if limit.start > 0 else ("-FLT_MAX", "at_least")
    small = f"fvec_mul(fvec_{clamp}(x, fvec_set({bound})), fvec_set({hex_float(limit.value_low)}))"
    return f"fvec_fma(x, fvec_set({hex_float(limit.value)}), {small})"


def _bound(t: FittedKernel, which: int) -> str:
    """The edge of the zone that a number of table entries covers."""
    text = hex_float(t.zones[-1][which])
    for zone in reversed(t.zones[:-1]):
        if zone[which] != t.zones[-1][which]:
            text = f"entries == {zone[0]} ? {hex_float(zone[which])} : {text}"
    return f"fvec_set({text})"


def _inside(t: FittedKernel) -> list[str]:
    unused = ["(void)entries;"] if len(t.zones) == 1 else []
    if t.folded:
        return [*unused, f"return fvec_lt(fvec_abs(x), {_bound(t, 2)});"]
    tests = []
    if t.lower is None or not t.lower.in_loop:
        tests.append(f"fvec_lt({_bound(t, 1)}, x)")
    if t.upper is None or not t.upper.in_loop:
        tests.append(f"fvec_lt(x, {_bound(t, 2)})")
    if not tests:
        return ["(void)entries;", "return fvec_eq(x, x);"]
    if not any("entries" in test for test in tests):
        unused = ["(void)entries;"]
    return [*unused, f"return fmask_and({tests[0]}, {tests[1]});" if len(tests) == 2 else f"return {tests[0]};"]


def _limits(t: FittedKernel) -> list[str]:
    """The rare ones: those of the main loop are in the zone already."""
    lines: list[str] = []
    masks: list[str] = []
    for limit, test in ((t.lower, "fvec_le(x, fvec_set({}))"), (t.upper, "fvec_le(fvec_set({}), x)")):
        if limit is None or limit.in_loop:
            continue
        mask = "below" if limit is t.lower else "above"
        lines.append(f"const fmask {mask} = {test.format(hex_float(limit.start))};")
        lines.append(
            f"*value = {_limit_value(limit)};" if not masks
            else f"*value = fvec_select({mask}, {_limit_value(limit)}, *value);"
        )  # fmt: skip
        masks.append(mask)
    if not masks:
        return ["(void)x;", "(void)value;", "return fmask_none();"]
    return [*lines, f"return {masks[0]};" if len(masks) == 1 else f"return fmask_or({masks[0]}, {masks[1]});"]


def _function(kind: str, head: str, body: Sequence[str]) -> str:
    lines = [f"    {line}" for statement in body for line in wrap(statement)]
    return "\n".join([f"{kind} {head}", "{", *lines, "}"])


def fitted_core(kernel: Kernel, t: FittedKernel) -> SingleCore:
    """Tables, functions and core of one kernel; its double-precision functions come before."""
    name = t.kernel
    where = f"({t.low:.6g}, {t.high:.6g})"
    parts = [
        f"/* float32: {t.entries} cells of degree {t.degree} on {where}; at most {t.max_ulp:.3f} ULP by\n"
        f" * python -m codegen.fit {name}. */\n" + "\n".join(_array(f"{name}_center", [t.center], t.entries))
    ]
    parts.append("\n".join(_array(f"{name}_coefficients", t.coefficients, t.entries)))
    if t.other_c0:
        parts.append("\n".join(_array(f"{name}_other_value", [t.other_c0], t.entries)))
    if t.other_c1:
        parts.append("\n".join(_array(f"{name}_other_slope", [t.other_c1], t.entries)))
    parts.append(_function("PYACT_INLINE", f"fvec {name}_zone(fvec x, int entries)", _zone(t)))
    parts.append(_function("PYACT_INLINE", f"fmask {name}_inside(fvec x, int entries)", _inside(t)))
    parts.append(_function("PYACT_INLINE", f"fmask {name}_limits(fvec x, fvec *value)", _limits(t)))
    defaults = [kernel.activation.defaults[p] for p in kernel.parameters]
    arguments = [*kernel.data_inputs[-2:], *(f"vec_set({d!r})" for d in defaults)]
    rest = [f"return {name}_narrow({', '.join(arguments)});"]
    if kernel.factor is None:
        rest.insert(0, "(void)gradient;")
        arguments_text = "vec gradient, vec x"
    else:
        arguments_text = f"vec {kernel.data_inputs[0]}, vec x"
    parts.append(_function("PYACT_INLINE", f"vec {name}_rest({arguments_text})", rest))
    core = []
    if defaults:
        core += [
            f"static const double defaults[] = {{{', '.join(repr(d) for d in defaults)}}};",
            f"if (!fitted_has_defaults(in + {len(kernel.data_inputs)}, defaults, {len(defaults)})) {{",
            f"    {name}_float_core(in, out, n);",
            "    return;",
            "}",
        ]
    functions = ", ".join(f"{name}_{f}" for f in ("zone", "inside", "limits", "rest"))
    core.append(f"fitted_run({functions}, {int(kernel.factor is not None)}, {t.zones[0][0]}, {t.entries}, in, out, n);")
    parts.append(_function("static", f"void {name}_fitted_core(const char *const *in, char *out, size_t n)", core))
    return SingleCore(f"{name}_fitted_core", "\n\n".join(parts), by_lane=not kernel.parameters)
