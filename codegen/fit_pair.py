"""Fit the polynomials and constants of the pair arithmetic and write csrc/pair_coefficients.h.

Run as ``python -m codegen.fit_pair``; see fit_elementary, which does the same for double.
"""

import struct
from collections.abc import Callable, Sequence

import numpy as np
from mpmath import (
    atanh,
    cos,
    erfc,
    exp,
    findroot,
    floor,
    log,
    lu_solve,
    matrix,
    mp,
    mpf,
    nint,
    nstr,
    pi,
    sqrt,
    tan,
    tanh,
)  # fmt: skip

from . import reference, spec
from .fit_elementary import GRID_POINTS, OUTPUT, Fit, gelu_derivative_root, series
from .remez import chebyshev_fit, evaluate, largest_relative_error

DIGITS = 40
SHORT_BITS = 14  # of the high part of ln 2 / 8: its product with any exponent is exact

HEADER = """\
/* Written by "python -m codegen.fit_pair"; do not edit.
 * Coefficients start with the constant term. The error is the largest relative error of the polynomial with the rounded
 * coefficients, in exact arithmetic.
 */
#ifndef PYACT_PAIR_COEFFICIENTS_H
#define PYACT_PAIR_COEFFICIENTS_H
"""


def to_float(value: mpf) -> float:
    """Round to the nearest float32."""
    return float(np.float32(float(value)))


def literal(value: float) -> str:
    """A C literal for exactly this float32."""
    return f"{value.hex().replace('0000000p', 'p')}f"


def _distance(q: mpf) -> mpf:
    """z, where q = 1 / (z + 2) - 7/32."""
    return 1 / (q + mpf(7) / 32) - mpf(2)


def scaled_gelu(q: mpf) -> mpf:
    """Phi(-z) exp(z^2/2) (z + 2): it varies by a factor of two and a half."""
    z = _distance(q)
    return erfc(z / sqrt(2)) / 2 * exp(z * z / 2) * (z + mpf(2))


def scaled_gelu_derivative(q: mpf) -> mpf:
    """The derivative of x Phi(x) at x = -z, times exp(z^2/2) / (z - root)."""
    z = _distance(q)
    return (erfc(z / sqrt(2)) / 2 * exp(z * z / 2) - z / sqrt(2 * pi)) / (z - gelu_derivative_root())


def fits() -> list[Fit]:
    """List every polynomial; intervals are a little wider than the reduced arguments."""
    sixteenth_step = log(2) / 16 * mpf("1.001")
    log_limit = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * mpf("1.001")
    rest = series(exp, 30, 2)
    # Next to a root r is up to 3/2 of that; the results are best if the polynomial is not fitted quite so far.
    wide = sixteenth_step * mpf("1.35")
    tanh_limit = (3 * log(2) / 8 * mpf("1.001")) ** 2
    tanh_start = -tanh_limit * tan(pi / 16) ** 2  # puts the first of four nodes on 0: the constant term is 1
    log_series = series(lambda s: 2 * atanh(s), 61, 3, 2)
    gelu_low, gelu_high = 1 / mpf("12.95") - mpf(7) / 32, 1 / mpf(2) - mpf(7) / 32
    of_q = "in q = 1 / (z + 2) - 7/32"
    return [
        Fit("PAIR_EXP_SHORT", "(exp(r) - 1 - r) / r^2", rest, -sixteenth_step, sixteenth_step, 2, 20),
        Fit("PAIR_EXP", "(exp(r) - 1 - r) / r^2", rest, -sixteenth_step, sixteenth_step, 3, 24),
        Fit("PAIR_EXP_WIDE", "(exp(r) - 1 - r) / r^2", rest, -wide, wide, 2, 20),
        Fit("PAIR_TANH", "tanh(r) / r, in r^2", series(tanh, 61, 1, 2), tanh_start, tanh_limit, 3, 27),
        Fit("PAIR_LOG", "(2 atanh(s) - 2 s) / s^3, in s^2", log_series, mpf(0), log_limit, 3, 24),
        Fit("PAIR_GELU", f"Phi(-z) exp(z^2/2) (z + 2), {of_q}", scaled_gelu, gelu_low, gelu_high, 11, 27, 2),
        Fit(
            "PAIR_GELU_DERIVATIVE",
            f"(Phi(-z) exp(z^2/2) - z/sqrt(2 pi)) / (z - root), {of_q}",
            scaled_gelu_derivative,
            gelu_low,
            gelu_high,
            10,
            27,
            1,
        ),
    ]


TANHSHRINK_SEAM = mpf("2.8125")  # below it a quotient, above it z - 1 + root^4
TANHSHRINK_END = mpf(9)  # 1 - tanh(z) does not count beyond
TANHSHRINK_ULP = mpf("0.25")  # the largest error that the polynomials may make
TAIL_WEIGHT = mpf(2) ** -17  # the least weight of the root; it keeps the polynomial small where it no longer counts


def tanhshrink_excess(square: mpf) -> mpf:
    """(z^3 / (z - tanh(z)) - 3) / z^2 - 1, z^2 given: 1/5 at 0, and slowly varying."""
    z = sqrt(square)
    return (z**3 / (z - tanh(z)) - 3) / square - 1


def tanhshrink_root(z: mpf) -> mpf:
    """The fourth root of 1 - tanh(z)."""
    return (2 / (1 + exp(2 * z))) ** (mpf(1) / 4)


def ulp_of_tanhshrink(z: mpf) -> mpf:
    """The spacing of float32 at z - tanh(z)."""
    return mpf(2) ** (floor(log(z - tanh(z), 2)) - 23)


def weighted_fit(
    function: Callable[[mpf], mpf], weight: Callable[[mpf], mpf], low: mpf, high: mpf, degree: int
) -> list[float]:
    """Least squares at Chebyshev nodes; coefficients are rounded in turn, and those that follow make up for it."""
    count = 4 * (degree + 1)
    nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    weights, rest = [weight(x) for x in nodes], [function(x) for x in nodes]
    rounded: list[float] = []
    for j in range(degree + 1):
        rows = [[w * x**k for k in range(j, degree + 1)] for x, w in zip(nodes, weights, strict=True)]
        solution = lu_solve(matrix(rows), matrix([w * r for w, r in zip(weights, rest, strict=True)]))
        rounded.append(to_float(solution[0]))
        rest = [r - mpf(rounded[-1]) * x**j for x, r in zip(nodes, rest, strict=True)]
    return rounded


def render_tanhshrink() -> str:
    """Both polynomials; what counts is the error of the whole, in ULP."""
    seam = TANHSHRINK_SEAM
    excess = weighted_fit(tanhshrink_excess, lambda s: s * (sqrt(s) - tanh(sqrt(s))) / sqrt(s) ** 3, mpf(0), seam**2, 6)
    root = weighted_fit(
        tanhshrink_root,
        lambda z: max(4 * tanhshrink_root(z) ** 3, TAIL_WEIGHT) / ulp_of_tanhshrink(z),
        seam,
        TANHSHRINK_END,
        5,
    )
    below, above = mpf(0), mpf(0)
    for i in range(1, GRID_POINTS + 1):
        z = seam * i / GRID_POINTS
        error = (evaluate([mpf(c) for c in excess], z * z) - tanhshrink_excess(z * z)) * z * z
        below = max(below, abs(error) * (z - tanh(z)) ** 2 / z**3 / ulp_of_tanhshrink(z))
        z = seam + (TANHSHRINK_END - seam) * i / GRID_POINTS
        error = evaluate([mpf(c) for c in root], z) ** 4 - tanhshrink_root(z) ** 4
        above = max(above, abs(error) / ulp_of_tanhshrink(z))
    if max(below, above) > TANHSHRINK_ULP:
        raise SystemExit(f"PAIR_TANHSHRINK: errors of {nstr(below, 4)} and {nstr(above, 4)} ULP miss {TANHSHRINK_ULP}")
    return "\n".join(
        [
            f"#define PAIR_TANHSHRINK_SEAM {literal(to_float(seam))}",
            f"#define PAIR_TANHSHRINK_END {literal(to_float(TANHSHRINK_END))}",
            "/* (z^3 / (z - tanh(z)) - 3) / z^2 - 1, in z^2",
            f" * below the seam, degree {len(excess) - 1}, error {nstr(below, 4)} ULP of z - tanh(z) */",
            array("PAIR_TANHSHRINK_EXCESS", excess),
            "/* (1 - tanh(z))^(1/4), in z",
            f" * from the seam to the end, degree {len(root) - 1}, error {nstr(above, 4)} ULP of z - tanh(z) */",
            array("PAIR_TANHSHRINK_ROOT", root),
        ]
    )


def array(name: str, values: Sequence[float]) -> str:
    lines = [f"    {literal(value)}, /* {value!r} */" for value in values]
    return "\n".join([f"static const float {name}[{len(values)}] = {{", *lines, "};"])


def render_fit(fit: Fit) -> str:
    """Fit, round, check and print one polynomial."""
    exact = chebyshev_fit(fit.function, fit.low, fit.high, fit.degree)
    heads = [to_float(c) for c in exact]
    tails = [to_float(c - mpf(h)) for c, h in zip(exact[: fit.tails], heads, strict=False)]
    rounded = [mpf(h) + t for h, t in zip(heads, tails + [0.0] * len(heads), strict=False)]
    error = largest_relative_error(rounded, fit.function, fit.low, fit.high, GRID_POINTS)
    if error > mpf(2) ** -fit.error_bits:
        raise SystemExit(f"{fit.name}: error 2^{nstr(log(error, 2), 4)} misses 2^-{fit.error_bits}")
    interval = f"[{nstr(fit.low, 8)}, {nstr(fit.high, 8)}], degree {fit.degree}, error 2^{nstr(log(error, 2), 4)}"
    low = f"\n/* what rounding the first has cut off */\n{array(f'{fit.name}_LOW', tails)}" if tails else ""
    return f"/* {fit.formula}\n * interval {interval} */\n{array(fit.name, heads)}{low}"


def eighth_ln2() -> tuple[mpf, mpf]:
    """ln 2 / 8 as two numbers, the second to be rounded."""
    step = log(2) / 8
    unit = mpf(2) ** (int(floor(log(step, 2))) + 1 - SHORT_BITS)
    high = floor(step / unit) * unit
    return high, step - high


def gelu_tanh_constants() -> tuple[mpf, mpf]:
    """c0 and c1 of u = x (c0 + c1 x^2)."""
    return sqrt(8 / pi), sqrt(8 / pi) * mpf("0.044715")


def render_constants() -> str:
    """The constants of the argument reduction."""
    high, low = eighth_ln2()
    step = high + low
    root = gelu_derivative_root()
    lines = [
        "/* 8 / ln 2 */",
        f"#define PAIR_EIGHTHS_PER_LN2 {literal(to_float(8 / log(2)))}",
        f"/* ln 2 / 8, {SHORT_BITS} bits and the rest */",
        f"#define PAIR_EIGHTH_LN2_HIGH {literal(to_float(high))}",
        f"#define PAIR_EIGHTH_LN2_LOW {literal(to_float(step - high))}",
        "/* ln 2, the same */",
        f"#define PAIR_LN2_HIGH {literal(to_float(8 * high))}",
        f"#define PAIR_LN2_LOW {literal(to_float(8 * (step - high)))}",
        "/* ln 2 / 2 and 2 / ln 2 */",
        f"#define PAIR_HALF_LN2 {literal(to_float(log(2) / 2))}",
        f"#define PAIR_TWO_PER_LN2 {literal(to_float(2 / log(2)))}",
    ]
    c0, c1 = gelu_tanh_constants()
    c0_unit = mpf(2) ** -19  # c0 + c1 x^2 < 32 minus such a number is exact
    for name, value, head, text in (
        ("C0", c0, float(floor(c0 / c0_unit) * c0_unit), "2 sqrt(2 / pi), 20 bits"),
        ("C1", c1, to_float(c1), "0.044715 times that"),
        ("C3", 3 * c1, to_float(3 * c1), "3 times that"),
    ):
        lines += [
            f"/* {text}, and what that cuts off */",
            f"#define PAIR_GELU_TANH_{name} {literal(head)}",
            f"#define PAIR_GELU_TANH_{name}_LOW {literal(to_float(value - head))}",
        ]
    quick = mpf("1.702")
    lines += [
        "/* of quick_gelu, and what rounding cuts off */",
        f"#define PAIR_QUICK_GELU {literal(to_float(quick))}",
        f"#define PAIR_QUICK_GELU_LOW {literal(to_float(quick - to_float(quick)))}",
    ]
    selu = spec.built_in()["selu"].derivatives["x"]
    assert selu.op == "where"
    scale = to_float(reference.evaluate(selu.args[1], {}))
    slope = reference.evaluate(selu.args[2].args[0], {})
    lines += [
        "/* selu's slope above zero, and at zero from below with its low part */",
        f"#define PAIR_SELU_SCALE {literal(scale)}",
        f"#define PAIR_SELU_SLOPE {literal(to_float(slope))}",
        f"#define PAIR_SELU_SLOPE_LOW {literal(to_float(slope - mpf(to_float(slope))))}",
        "/* where the derivative of gelu vanishes, without its sign */",
        f"#define PAIR_GELU_ROOT {literal(to_float(root))}",
        f"#define PAIR_GELU_ROOT_LOW {literal(to_float(root - mpf(to_float(root))))}",
    ]
    return "\n".join(lines)


def _table(name: str, values: Sequence[float]) -> str:
    rows = [", ".join(literal(v) for v in values[i : i + 4]) for i in range(0, len(values), 4)]
    body = "\n".join(f"    {row}," for row in rows)
    return f"static const float {name}[{len(values)}] PYACT_TABLE = {{\n{body}\n}};"


def prepared_power(head: float, j: int) -> float:
    """A power 2^(j/8) as the table has it: adding 8k + j, shifted left by 20, to the bits gives head 2^k."""
    bits: int = struct.unpack("<i", struct.pack("<f", head))[0] - (j << 20)
    prepared: float = struct.unpack("<f", struct.pack("<i", bits))[0]
    return prepared


def render_eighth_powers() -> str:
    """The table of 2^(j/8)."""
    prepared, tails = [], []
    for j in range(8):
        power = mpf(2) ** (mpf(j) / 8)
        head = to_float(power)
        tails.append(to_float(power / mpf(head) - 1))
        prepared.append(prepared_power(head, j))
    return "\n".join(
        [
            "/* 2^(j/8) with j << 20 subtracted from its bits: adding (8 k + j) << 20 gives 2^(k + j/8). */",
            _table("PAIR_EIGHTH_POWERS", prepared),
            "/* What rounding 2^(j/8) to float has cut off, relative to the rounded value. */",
            _table("PAIR_EIGHTH_POWERS_TAIL", tails),
        ]
    )


def nearly_exact_scale() -> float:
    """s near 1 where all eight s 2^(j/8) are nearly floats (Gal's accurate tables): they need no tails then."""
    steps = np.arange(-(1 << 18), 1 << 18)
    powers = (1 + steps * 2.0**-26)[:, None] * 2.0 ** (np.arange(8) / 8)
    tails = np.abs(powers / powers.astype(np.float32) - 1).max(axis=1)
    return float(1 + steps[int(np.argmin(tails))] * 2.0**-26)


def render_scaled_powers() -> str:
    """The table without tails, and e^-r / s - 1 = c0 + c1 r + r^2 (c2 + c3 r + c4 r^2) for it, or a cubic."""
    scale = mpf(nearly_exact_scale())
    heads = [to_float(scale * mpf(2) ** (mpf(j) / 8)) for j in range(8)]
    tail = max(abs(scale * mpf(2) ** (mpf(j) / 8) / mpf(h) - 1) for j, h in enumerate(heads))
    limit = log(2) / 16 * mpf("1.001")
    c0, c1 = to_float(1 / scale - 1), to_float(-1 / scale)
    rest = series(exp, 30, 2)
    higher = [to_float(c) for c in chebyshev_fit(lambda r: rest(-r) / scale, -limit, limit, 2)]
    values = [c0, c1, *higher]
    short = [to_float(c) for c in chebyshev_fit(lambda r: exp(-r) / scale - 1, -limit, limit, 3)]
    steps = [limit * (2 * mpf(i) / GRID_POINTS - 1) for i in range(GRID_POINTS)]

    def error_of(name: str, values: Sequence[float], bits: float) -> mpf:
        error = max(abs(evaluate([mpf(v) for v in values], r) - (exp(-r) / scale - 1)) for r in steps)
        if error > mpf(2) ** -bits:
            raise SystemExit(f"{name}: error 2^{nstr(log(error, 2), 4)} misses 2^-{bits}")
        return error

    error = error_of("PAIR_SCALED_EXP", values, 29)
    short_error = error_of("PAIR_SCALED_EXP_SHORT", short, 25.5)
    return "\n".join(
        [
            f"/* s 2^(j/8), s = {nstr(scale, 12)}, prepared in the same way.",
            f" * Within 2^{nstr(log(tail, 2), 4)} of floats. */",
            _table("PAIR_SCALED_POWERS", [prepared_power(h, j) for j, h in enumerate(heads)]),
            f"/* e^-r / s - 1 for |r| <= ln2/16, absolute error 2^{nstr(log(error, 2), 4)} */",
            array("PAIR_SCALED_EXP", values),
            f"/* the same, a cubic, absolute error 2^{nstr(log(short_error, 2), 4)} */",
            array("PAIR_SCALED_EXP_SHORT", short),
        ]
    )


def root_exponents() -> dict[str, mpf]:
    """-u at the roots of the derivatives of x sigmoid(u), where 1 + e^-u = -x u'."""
    c0, c1 = gelu_tanh_constants()
    silu = findroot(lambda z: 1 - z + exp(-z), mpf("1.278"))
    gelu_tanh = findroot(lambda z: 1 - z * (c0 + 3 * c1 * z**2) + exp(-z * (c0 + c1 * z**2)), mpf("0.752"))
    return {"SILU": silu, "GELU_TANH": gelu_tanh * (c0 + c1 * gelu_tanh**2)}


def short_logarithm(exponent: mpf, eighths: int, error: mpf) -> tuple[float, float]:
    """A float near e^exponent / 2^(eighths // 8), and its logarithm less that of 2^(eighths % 8 / 8).

    The difference is, to within the error, a multiple of 2^-28.
    """
    high, low = eighth_ln2()
    scale, unit, grid = mpf(2) ** (eighths // 8), mpf(2) ** -23, mpf(2) ** -28
    center = int(nint(exp(exponent) / scale / unit))
    for n in sorted(range(center - 16384, center + 16385), key=lambda n: abs(n - center)):
        off = log(n * unit * scale) - eighths * (high + mpf(to_float(low)))
        if abs(off - nint(off / grid) * grid) < error:
            return float(n * unit), to_float(nint(off / grid) * grid)
    raise SystemExit(f"no float next to e^{nstr(exponent, 8)} has a logarithm so short")


def render_root_powers() -> str:
    """The tables of about 2^(j/8) with an entry next to the root of a derivative."""
    step = log(2) / 8
    sections = []
    for name, exponent in root_exponents().items():
        eighths = int(nint(exponent / step))
        entries = [short_logarithm(j * step, j, mpf(2) ** -35) for j in range(8)]
        entries[eighths % 8] = short_logarithm(exponent, eighths, mpf(2) ** -41)
        sections += [
            f"/* About 2^(j/8), prepared like that; entry {eighths % 8} is next to the root of the derivative. */",
            _table(f"PAIR_{name}_POWERS", [prepared_power(head, j) for j, (head, _) in enumerate(entries)]),
            "/* Their logarithms less j ln 2 / 8, multiples of 2^-28. */",
            _table(f"PAIR_{name}_LOGARITHMS", [logarithm for _, logarithm in entries]),
        ]
    return "\n".join(sections)


def main() -> None:
    """Write pair_coefficients.h."""
    mp.dps = DIGITS
    tables = [render_constants(), render_eighth_powers(), render_scaled_powers(), render_root_powers()]
    sections = [HEADER, *tables, *(render_fit(fit) for fit in fits())]
    sections.append(render_tanhshrink())
    text = "\n\n".join(sections) + "\n\n#endif\n"
    OUTPUT.with_name("pair_coefficients.h").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
