"""Fit the polynomials and constants of the elementary functions and write csrc/coefficients.h.

Run as ``python -m codegen.fit_elementary``. Every polynomial is checked after its coefficients have been rounded to
double, and the error is written beside it; a fit that misses its bound stops the program. The C sources say how each
table is used.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from mpmath import atan, atanh, cos, erf, erfc, exp, findroot, floor, log, mp, mpf, nstr, pi, sin, sqrt, tanh, taylor

from .remez import Function, Polynomial, chebyshev_fit, evaluate, largest_relative_error

OUTPUT = Path(__file__).parent / "csrc" / "coefficients.h"
DIGITS = 60
GRID_POINTS = 601

HEADER = """\
/* Written by "python -m codegen.fit_elementary"; do not edit.
 * Coefficients start with the constant term. NAME_LOW holds what rounding NAME to double has cut off.
 * The error is the largest relative error of the polynomial with the rounded coefficients, in exact arithmetic.
 */
#ifndef PYACT_COEFFICIENTS_H
#define PYACT_COEFFICIENTS_H

#include <stdint.h>
"""


@dataclass(frozen=True)
class Fit:
    """A polynomial for `function` on [low, high]; the first `tails` coefficients get a low part."""

    name: str
    formula: str
    function: Function
    low: mpf
    high: mpf
    degree: int
    error_bits: int
    tails: int = 0


def to_double(value: mpf) -> float:
    """Round to the nearest double."""
    return float(value)


def literal(value: float) -> str:
    """Return a C hexadecimal literal with 13 digits, which round-trips."""
    return value.hex()


def series(function: Function, terms: int, skip: int, step: int = 1) -> Function:
    """Return (function(x) - its Taylor terms below x^skip) / x^skip near 0, as a function of x^step."""
    coefficients = taylor(function, 0, terms)[skip::step]
    return lambda x: evaluate(coefficients, x)


def scaled_erfc(s: mpf) -> mpf:
    """erfc(x) exp(x^2) (x + 3) as a function of s = (x - 3) / (x + 3)."""
    x = 3 * (1 + s) / (1 - s)
    return erfc(x) * exp(x * x) * (x + 3)


def gelu_derivative_root() -> mpf:
    """Where z phi(z) = Phi(-z): the derivative of x Phi(x) vanishes at x = -z."""
    return findroot(lambda z: erfc(z / sqrt(2)) / 2 - z * exp(-z * z / 2) / sqrt(2 * pi), mpf("0.7517916"))


def shrunk_tanh(square: mpf) -> mpf:
    """(x - tanh(x)) / x^3 as a function of x^2."""
    x = sqrt(square)
    return (x - tanh(x)) / x**3 if square > mpf(10) ** -20 else mpf(1) / 3 - 2 * square / 15


def fits() -> list[Fit]:
    """List every polynomial; intervals are a little wider than the reduced arguments."""
    slack = mpf("1.0001")
    half_step, eighth_step = log(2) / 2 * slack, log(2) / 8 * slack
    log_limit = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * slack
    quarter_turn = (pi / 4) ** 2 * slack
    log_series = series(lambda s: 2 * atanh(s), 101, 3, 2)
    sin_series, cos_series = series(sin, 61, 3, 2), series(cos, 60, 4, 2)
    erf_series = series(erf, 121, 1, 2)
    zero, one = mpf(0), mpf(1)
    shrunk_formula = "(x - tanh(x)) / x^3, in x^2"
    erfc_high = (mpf("27.3") - 3) / (mpf("27.3") + 3)
    return [
        Fit("EXP", "(exp(r) - 1 - r) / r^2", series(exp, 40, 2), -half_step, half_step, 9, 51),
        Fit("EXP_WIDE", "(exp(r) - 1 - r - r^2/2 - r^3/6) / r^4", series(exp, 40, 4), -eighth_step, eighth_step, 6, 50),
        Fit("EXP_LIGHT_SHORT", "(exp(r) - 1 - r) / r^2", series(exp, 40, 2), -eighth_step, eighth_step, 6, 48),
        Fit("EXP_LIGHT", "(exp(r) - 1 - r) / r^2", series(exp, 40, 2), -eighth_step, eighth_step, 7, 54),
        Fit("LOG", "(2 atanh(s) - 2 s) / s^3, in s^2", log_series, zero, log_limit, 6, 50),
        Fit("LOG_WIDE", "(2 atanh(s) - 2 s) / s^3, in s^2", log_series, zero, log_limit, 9, 60, 2),
        Fit("LOG1P_UNIT", "(2 atanh(s) - 2 s) / s^3, in s^2", log_series, zero, mpf(1) / 9 * slack, 10, 50),
        Fit("ATAN", "(atan(t) - t) / t^3, in t^2", series(atan, 201, 3, 2), zero, mpf(1) / 4 * slack, 12, 50),
        Fit("SIN", "(sin(r) - r) / r^3, in r^2", sin_series, zero, quarter_turn, 5, 50),
        Fit("COS", "(cos(r) - 1 + r^2/2) / r^4, in r^2", cos_series, zero, quarter_turn, 5, 49),
        Fit("SIN_WIDE", "(sin(r) - r) / r^3, in r^2", sin_series, zero, quarter_turn, 8, 66, 2),
        Fit("COS_WIDE", "(cos(r) - 1 + r^2/2) / r^4, in r^2", cos_series, zero, quarter_turn, 8, 66, 2),
        Fit("ERF", "erf(x) / x, in x^2", erf_series, zero, one, 12, 53),
        Fit("ERF_WIDE", "erf(x) / x, in x^2", erf_series, zero, one, 15, 66, 7),
        Fit("ERFC", "erfc(x) exp(x^2) (x + 3), in s = (x-3)/(x+3)", scaled_erfc, -one, erfc_high, 22, 51),
        Fit("ERFC_LIGHT", "erfc(x) exp(x^2) (x + 3), in s = (x-3)/(x+3)", scaled_erfc, -one, erfc_high, 24, 54, 1),
        Fit("TANHSHRINK", shrunk_formula, shrunk_tanh, zero, (log(2) * 3 / 8 * slack) ** 2, 7, 56, 1),
        Fit("TANH_REDUCED", shrunk_formula, shrunk_tanh, zero, (log(2) * 3 / 8 * slack) ** 2, 6, 49),
        Fit("TANH_CENTERED", shrunk_formula, shrunk_tanh, zero, (log(2) / 4 * slack) ** 2, 5, 49),
        Fit("ERFC_WIDE", "erfc(x) exp(x^2) (x + 3), in s = (x-3)/(x+3)", scaled_erfc, -one, erfc_high, 28, 65, 10),
    ]


def array(name: str, values: list[float]) -> str:
    """Return a C array, one value per line, with the decimal value beside it."""
    lines = [f"    {literal(value)}, /* {value!r} */" for value in values]
    return "\n".join([f"static const double {name}[{len(values)}] = {{", *lines, "};"])


def render_fit(fit: Fit) -> str:
    """Fit, round, check and print one polynomial."""
    exact = chebyshev_fit(fit.function, fit.low, fit.high, fit.degree)
    heads = [to_double(c) for c in exact]
    tails = [to_double(c - mpf(h)) for c, h in zip(exact, heads, strict=True)][: fit.tails]
    rounded: Polynomial = [mpf(h) for h in heads]
    for i, tail in enumerate(tails):
        rounded[i] += mpf(tail)
    error = largest_relative_error(rounded, fit.function, fit.low, fit.high, GRID_POINTS)
    if error > mpf(2) ** -fit.error_bits:
        raise SystemExit(f"{fit.name}: error 2^{nstr(log(error, 2), 4)} misses 2^-{fit.error_bits}")
    interval = f"[{nstr(fit.low, 8)}, {nstr(fit.high, 8)}]"
    error_text = f"error 2^{nstr(log(error, 2), 4)}"
    comment = f"/* {fit.formula}\n * interval {interval}, degree {fit.degree}, {error_text} */"
    tables = [array(fit.name, heads)] + ([array(f"{fit.name}_LOW", tails)] if tails else [])
    return "\n".join([comment, *tables])


def render_constant(name: str, value: mpf, parts: int, comment: str) -> str:
    """Return macros for a constant as a sum of doubles, largest first."""
    suffixes = [""] if parts == 1 else ["_HIGH", "_LOW"] if parts == 2 else ["_HIGH", "_MIDDLE", "_LOW"]
    lines = [f"/* {comment} */"]
    for suffix in suffixes:
        head = to_double(value)
        value -= mpf(head)
        lines.append(f"#define {name}{suffix} {literal(head)} /* {head!r} */")
    return "\n".join(lines)


def render_constants() -> str:
    """Return the constants of the argument reductions."""
    return "\n\n".join(
        [
            render_constant("LOG2_E", 1 / log(2), 1, "log2(e)"),
            render_constant("LN2", log(2), 2, "ln 2"),
            render_constant("TWO_PER_LN2", 2 / log(2), 1, "2 / ln 2"),
            render_constant("HALF_LN2", log(2) / 2, 2, "ln 2 / 2"),
            render_constant("QUARTERS_PER_LN2", 4 / log(2), 1, "4 / ln 2"),
            render_constant("QUARTER_LN2", log(2) / 4, 2, "ln 2 / 4"),
            render_constant("SIXTH", mpf(1) / 6, 2, "1 / 6"),
            render_constant("TWO_OVER_PI", 2 / pi, 1, "2 / pi"),
            render_constant("HALF_PI", pi / 2, 3, "pi / 2"),
            render_constant("QUARTER_PI", pi / 4, 2, "pi / 4"),
            render_constant("SQRT_HALF", sqrt(mpf(1) / 2), 1, "sqrt(1/2)"),
        ]
    )


def render_quarter_powers() -> str:
    """Return the table of 2^(j/4), prepared for adding 4k + j, shifted left by 50, to the bits."""
    prepared, tails = [], []
    for j in range(4):
        power = mpf(2) ** (mpf(j) / 4)
        head = to_double(power)
        tails.append(to_double(power / mpf(head) - 1))
        bits = struct.unpack("<q", struct.pack("<d", head / 2))[0] - (j << 50)
        prepared.append(struct.unpack("<d", struct.pack("<q", bits))[0])
    return "\n".join(
        [
            "/* 2^(j/4) / 2 with j << 50 subtracted from its bits: adding (4 k + j) << 50 gives 2^(k + j/4) / 2. */",
            array("QUARTER_POWERS", prepared),
            "/* What rounding 2^(j/4) to double has cut off, relative to the rounded value. */",
            array("QUARTER_POWERS_TAIL", tails),
        ]
    )


def render_two_over_pi_bits(words: int) -> str:
    """Return the bits of 2/pi after the binary point in 64-bit words."""
    with mp.workprec(64 * words + 64):
        value = int(floor(mpf(2) / pi * mpf(2) ** (64 * words)))
    digits = [value >> (64 * (words - 1 - i)) & (2**64 - 1) for i in range(words)]
    rows = [", ".join(f"0x{digit:016x}" for digit in digits[i : i + 4]) for i in range(0, words, 4)]
    lines = [f"    {row}," for row in rows]
    return "\n".join(
        [
            f"/* The first {64 * words} bits of 2/pi after the binary point, most significant first. */",
            f"static const uint64_t TWO_OVER_PI_BITS[{words}] = {{",
            *lines,
            "};",
        ]
    )


def main() -> None:
    """Write coefficients.h."""
    mp.dps = DIGITS
    sections = [HEADER, render_constants(), render_quarter_powers(), render_two_over_pi_bits(20)]
    sections += [render_fit(fit) for fit in fits()]
    OUTPUT.write_text("\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8")


if __name__ == "__main__":
    main()
