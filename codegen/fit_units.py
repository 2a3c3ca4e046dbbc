"""Fit the tables of the staged exponential linear units, softplus and mish and write csrc/pair_unit_coefficients.h.

Run as ``python -m codegen.fit_units``. csrc/pair_exponential_units.h, csrc/pair_softplus.h and csrc/pair_mish.h say
what the tables are for.
"""

from mpmath import exp, expm1, findroot, floor, log, mp, mpf, nint, nstr

from . import reference, spec
from .fit_elementary import GRID_POINTS, OUTPUT, series
from .fit_pair import DIGITS, _table, array, literal, prepared_power, short_logarithm, to_float
from .remez import chebyshev_fit, evaluate

HEADER = """\
/* Written by "python -m codegen.fit_units"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_UNIT_COEFFICIENTS_H
#define PYACT_PAIR_UNIT_COEFFICIENTS_H

#include "fitted.h"
"""

CELLS = 8  # of the logarithm: cell j is around e = j / 7


def selu_factors() -> tuple[mpf, mpf]:
    """selu(x) = a x above zero and b (e^x - 1) below."""
    selu = spec.built_in()["selu"].derivatives["x"]
    assert selu.op == "where"
    return reference.evaluate(selu.args[1], {}), reference.evaluate(selu.args[2].args[0], {})


def render_expm1(name: str, factor: mpf) -> str:
    """Of factor (e^-r - 1 + r) / r^2, -5/16 ln2 <= r <= 11/16 ln2; its error counts in e^-r - 1 as a whole."""
    low, high = -5 * log(2) / 16 * mpf("1.001"), 11 * log(2) / 16 * mpf("1.001")
    rest = series(exp, 40, 2)
    values = [to_float(c) for c in chebyshev_fit(lambda r: factor * rest(-r), low, high, 5)]
    points = [low + (high - low) * (mpf(i) + mpf("0.5")) / GRID_POINTS for i in range(GRID_POINTS)]
    error = max(abs((evaluate([mpf(v) for v in values], r) * r * r / factor - r) / expm1(-r) - 1) for r in points)
    if error > mpf(2) ** -27:
        raise SystemExit(f"{name}: error 2^{nstr(log(error, 2), 4)} misses 2^-27")
    times = "" if factor == 1 else f"{nstr(factor, 12)} times "
    bits = nstr(log(error, 2), 4)
    comment = f"/* {times}(e^-r - 1 + r) / r^2 for -5/16 ln2 <= r <= 11/16 ln2, error 2^{bits} of e^-r - 1 */"
    return f"{comment}\n{array(name, values)}"


def render_units() -> str:
    """The exponential linear units."""
    above, below = selu_factors()
    above_head = float(floor(above * mpf(2) ** 23) / mpf(2) ** 23)
    constants = [
        "/* 1 / ln 2 and ln 2 */",
        f"#define PAIR_UNIT_PER_LN2 {literal(to_float(1 / log(2)))}",
        f"#define PAIR_UNIT_LN2 {literal(to_float(log(2)))}",
        "/* By how much that is too large. */",
        f"#define PAIR_UNIT_LN2_EXCESS {literal(to_float(mpf(to_float(log(2))) - log(2)))}",
        "/* selu's slope above zero, rounded down, and what that cuts off: of one sign, "
        "for the sake of -0 and infinity */",
        f"#define PAIR_SELU_ABOVE {literal(above_head)}",
        f"#define PAIR_SELU_ABOVE_LOW {literal(to_float(above - mpf(above_head)))}",
    ]
    expm1s = [render_expm1("PAIR_UNIT_EXPM1", mpf(1)), render_expm1("PAIR_SELU_EXPM1", below)]
    return "\n\n".join(["\n".join(constants), *expm1s, render_celu_alpha()])


def render_celu_alpha() -> str:
    """The derivative of celu by alpha, next to zero: (1 - (1 + z) e^-z) / z^2 = 1/2 + z r(z), 0 <= z <= 11/16 ln2."""
    high = 11 * log(2) / 16 * mpf("1.001")

    def quotient(z: mpf) -> mpf:
        return (1 - (1 + z) * exp(-z)) / z**2

    exact = chebyshev_fit(lambda z: (quotient(z) - mpf("0.5")) / z, mpf(0), high, 5)
    values = [to_float(c) for c in exact]
    low = to_float(exact[0] - mpf(values[0]))
    points = [high * (mpf(i) + mpf("0.5")) / GRID_POINTS for i in range(GRID_POINTS)]
    fitted = [mpf("0.5"), mpf(values[0]) + mpf(low), *(mpf(v) for v in values[1:])]
    error = max(abs(evaluate(fitted, z) / quotient(z) - 1) for z in points)
    bits = nstr(log(error, 2), 4)
    if error > mpf(2) ** -27:
        raise SystemExit(f"PAIR_CELU_ALPHA: error 2^{bits} misses 2^-27")
    comment = f"/* r(z), (1 - (1 + z) e^-z) / z^2 = 1/2 + z r(z), 0 <= z <= 11/16 ln2, error 2^{bits} of the sum */"
    tail = f"/* What its constant term lacks. */\n#define PAIR_CELU_ALPHA_LOW {literal(low)}"
    return f"{comment}\n{array('PAIR_CELU_ALPHA', values)}\n{tail}"


def logarithm_cell(j: int) -> tuple[float, float]:
    """c of cell j, a float whose logarithm, negated, is nearly a float, and that."""
    if j == 0:
        return 1.0, 0.0
    # The second is not in the middle: at its lower end the logarithm is to be large beside log(1 + r).
    center, unit = 1 / (1 + (mpf("0.12") if j == 1 else mpf(j) / (CELLS - 1))), mpf(2) ** -24
    steps = range(4096) if j == CELLS - 1 else range(-2048, 2048)  # 1/2 is a bound

    def lost(n: int) -> mpf:
        exact = -log((nint(center / unit) + n) * unit)
        return abs(exact / mpf(to_float(exact)) - 1)

    inverse = (nint(center / unit) + min(steps, key=lost)) * unit
    return float(inverse), to_float(-log(inverse))


def render_logarithm() -> str:
    """log(1 + e) = -log c + log(1 + r), r = c (1 + e) - 1."""
    cells = [logarithm_cell(j) for j in range(CELLS)]
    tail = max(abs(-log(mpf(c)) / mpf(logarithm) - 1) for c, logarithm in cells[1:])
    low, high = mpf("-0.0557"), mpf("0.0844")
    rest = series(lambda r: log(1 + r), 40, 2)
    values = [to_float(c) for c in chebyshev_fit(rest, low, high, 4)]
    points = [low + (high - low) * (mpf(i) + mpf("0.5")) / GRID_POINTS for i in range(GRID_POINTS)]
    error = max(abs(evaluate([mpf(v) for v in values], r) * r - (log(1 + r) - r) / r) for r in points)
    if error > mpf(2) ** -28:
        raise SystemExit(f"PAIR_LOG1P: error 2^{nstr(log(error, 2), 4)} misses 2^-28")
    return "\n".join(
        [
            f"/* c of cell j, about 7 / (7 + j), and -log c, within 2^{nstr(log(tail, 2), 4)} of a float. */",
            _table("PAIR_LOG_CELLS", [c for c, _ in cells]),
            _table("PAIR_LOG_OF_CELLS", [logarithm for _, logarithm in cells]),
            f"/* (log(1 + r) - r) / r^2 for {nstr(low, 4)} <= r <= {nstr(high, 4)},"
            f" error 2^{nstr(log(error, 2), 4)} of r */",
            array("PAIR_LOG1P", values),
        ]
    )


def mish_root() -> mpf:
    """Where the derivative of mish vanishes."""

    def numerator(x: mpf) -> mpf:
        a = 1 + exp(x)
        return a**3 + a**2 + a + 1 + 4 * x * a

    return findroot(numerator, mpf("-1.1924312"))


def smish_root() -> mpf:
    """-x where the derivative of smish vanishes: its exponential is e^-x."""

    def numerator(x: mpf) -> mpf:
        s = 1 / (1 + exp(-x))
        a = 1 + s
        return a**3 + a**2 + a + 1 + 4 * x * a * (1 - s)

    return -findroot(numerator, mpf("-1.3945193"))


def render_stanh() -> str:
    """2 a and 4 a b, a and b being the default parameters."""
    defaults = spec.built_in()["stanh"].defaults
    rate, factor = mpf(defaults["scale_a"]), mpf(defaults["scale_b"])
    lines = ["/* of b tanh(a x): 2 a and 4 a b, each with what rounding cuts off */"]
    for name, value in (("RATE", 2 * rate), ("SLOPE", 4 * rate * factor)):
        head = to_float(value)
        lines += [
            f"#define PAIR_STANH_{name} {literal(head)}",
            f"#define PAIR_STANH_{name}_LOW {literal(to_float(value - mpf(head)))}",
        ]
    return "\n".join(lines)


def render_root_powers(name: str, root: mpf) -> str:
    """The table of about 2^(j/8) with an entry next to the root; see fit_pair."""
    step = log(2) / 8
    eighths = int(nint(root / step))
    entries = [short_logarithm(j * step, j, mpf(2) ** -35) for j in range(8)]
    entries[eighths % 8] = short_logarithm(root, eighths, mpf(2) ** -41)
    return "\n".join(
        [
            f"/* About 2^(j/8), as in pair_coefficients.h; entry {eighths % 8} is next to the derivative's root. */",
            _table(f"PAIR_{name}_POWERS", [prepared_power(head, j) for j, (head, _) in enumerate(entries)]),
            "/* Their logarithms less j ln 2 / 8, multiples of 2^-28. */",
            _table(f"PAIR_{name}_LOGARITHMS", [logarithm for _, logarithm in entries]),
        ]
    )


def render_root_exponential() -> str:
    """(e^r - 1 - r) / r^2; next to the root r is larger."""
    limit = log(2) / 16 * mpf("1.5")
    rest = series(exp, 30, 2)
    values = [to_float(c) for c in chebyshev_fit(rest, -limit, limit, 3)]
    points = [limit * (2 * mpf(i) / (GRID_POINTS - 1) - 1) for i in range(GRID_POINTS)]
    error = max(abs((evaluate([mpf(v) for v in values], r) - rest(r)) * r * r) for r in points)
    if error > mpf(2) ** -32:
        raise SystemExit(f"PAIR_MISH_EXP: error 2^{nstr(log(error, 2), 4)} misses 2^-32")
    comment = f"/* (e^r - 1 - r) / r^2 for |r| <= {nstr(limit, 4)}, error 2^{nstr(log(error, 2), 4)} of e^r */"
    return f"{comment}\n{array('PAIR_MISH_EXP', values)}"


def main() -> None:
    """Write pair_unit_coefficients.h."""
    mp.dps = DIGITS
    sections = [HEADER, render_units(), render_stanh(), render_logarithm(), render_root_exponential()]
    sections += [render_root_powers("MISH", mish_root()), render_root_powers("SMISH", smish_root())]
    OUTPUT.with_name("pair_unit_coefficients.h").write_text("\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8")


if __name__ == "__main__":
    main()
