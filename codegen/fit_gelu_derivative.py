"""Fit the tables of the float32 derivative of gelu and write csrc/pair_gelu_derivative_coefficients.h.

Run as ``python -m codegen.fit_gelu_derivative``. csrc/pair_gelu_derivative.h says what the tables are for.
"""

import numpy as np
from mpmath import cos, erfc, exp, findroot, log, mp, mpf, nstr, pi, sqrt

from .fit_elementary import GRID_POINTS, OUTPUT, series
from .fit_gelu import excess, rounded_together, step
from .fit_pair import DIGITS, _table, array, literal, prepared_power, to_float
from .remez import Function, chebyshev_fit, evaluate

FAR = mpf("10.9")
CENTER, POLE = mpf("0.578125"), mpf("2.5")  # s = p / (z + POLE) - CENTER
DEGREE = 9
# C, found by a search through a small range of such numbers: the eight C 2^(j/8) are all next to floats.
FACTOR, FACTOR_BITS = mpf("0.4573277837425"), 28.4
ERROR_BITS = 28

HEADER = """\
/* Written by "python -m codegen.fit_gelu_derivative"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_GELU_DERIVATIVE_COEFFICIENTS_H
#define PYACT_PAIR_GELU_DERIVATIVE_COEFFICIENTS_H

#include "fitted.h"
"""


def derivative_root() -> mpf:
    """gelu'(-z) = E(z) (M(z) - z / sqrt(2 pi)) vanishes here."""
    return findroot(lambda z: erfc(z / sqrt(2)) / 2 - z * exp(-z * z / 2) / sqrt(2 * pi), mpf("0.7517916"))


def root_product() -> mpf:
    """p, with which t = z - p / (z + pole) vanishes at that root, too."""
    return derivative_root() * (derivative_root() + POLE)


def derivative(z: mpf) -> mpf:
    """f: z / sqrt(2 pi) - M(z) = C t (1 + f)."""
    difference = z / sqrt(2 * pi) - erfc(z / sqrt(2)) / 2 * exp(z * z / 2)
    return difference / (z - root_product() / (z + POLE)) * excess(z) / FACTOR - 1


def render_polynomial(name: str, text: str, function: Function, degree: int, low: mpf, high: mpf) -> str:
    """A polynomial for a function of s in an interval."""
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * cos(pi * i / (GRID_POINTS // 2)) for i in range(GRID_POINTS // 2 + 1)]
    exact = chebyshev_fit(function, low, high, degree)
    values, error = rounded_together(exact, points, [function(p) for p in points])
    if error > 2.0**-ERROR_BITS:
        raise SystemExit(f"{name}: error 2^{np.log2(error):.4} misses 2^-{ERROR_BITS}")
    comment = f"/* f, in s = {text}\n * 0 <= z <= {nstr(FAR)}, degree {degree}, error 2^{np.log2(error):.4} of 1 + f */"
    return f"{comment}\n{array(name, values)}"


def render_derivative() -> str:
    p = root_product()

    def of_s(s: mpf) -> mpf:
        return derivative(p / (s + CENTER) - POLE)

    text = f"p / (z + {nstr(POLE)}) - {nstr(CENTER)}"
    low, high = p / (FAR + POLE) - CENTER, p / POLE - CENTER
    return render_polynomial("PAIR_GELU_DERIVATIVE_FACTOR", text, of_s, DEGREE, low, high)


def render_exponential() -> str:
    """(e^(-r/2) - 1) / r, where r is the more, the more the step is."""
    limit, slope = log(2) / 8 * mpf("1.005"), log(2) / 8 / mpf(step())
    rest = series(exp, 30, 1)

    def function(r: mpf) -> mpf:
        return -slope * rest(-slope * r)

    values = [to_float(c) for c in chebyshev_fit(function, -limit, limit, 3)]
    points = [limit * (2 * mpf(i) / (GRID_POINTS - 1) - 1) for i in range(GRID_POINTS)]
    error = max(abs((evaluate([mpf(v) for v in values], r) - function(r)) * r) for r in points)
    if error > mpf(2) ** -31:
        raise SystemExit(f"PAIR_GELU_DERIVATIVE_EXP: error 2^{nstr(log(error, 2), 4)} misses 2^-31")
    comment = f"/* (e^(-r/2) - 1) / r for |r| <= ln2/8, e^(-r/2) good to 2^{nstr(log(error, 2), 4)} */"
    return f"{comment}\n{array('PAIR_GELU_DERIVATIVE_EXP', values)}"


def render_powers() -> str:
    """The table of C 2^(j/8)."""
    powers = [FACTOR * mpf(2) ** (mpf(j) / 8) for j in range(8)]
    heads = [to_float(power) for power in powers]
    tail = max(abs(power / mpf(head) - 1) for power, head in zip(powers, heads, strict=True))
    if tail > mpf(2) ** -FACTOR_BITS:
        raise SystemExit(
            f"PAIR_GELU_DERIVATIVE_POWERS: within 2^{nstr(log(tail, 2), 4)} of floats, not 2^-{FACTOR_BITS}"
        )
    comment = (
        f"/* {nstr(FACTOR, 13)} 2^(j/8), with j << 20 subtracted from its bits.\n"
        f" * Within 2^{nstr(log(tail, 2), 4)} of floats. */"
    )
    table = _table("PAIR_GELU_DERIVATIVE_POWERS", [prepared_power(head, j) for j, head in enumerate(heads)])
    return f"{comment}\n{table}"


def render_constants() -> str:
    p = root_product()
    constants = {
        "DERIVATIVE_STEP": step(),
        "DERIVATIVE_STEPS": to_float(4 / log(2)),
        "DERIVATIVE_CENTER": float(CENTER),
        "DERIVATIVE_POLE": float(POLE),
        "ROOT_PRODUCT": to_float(p),
        "ROOT_PRODUCT_LOW": to_float(p - to_float(p)),
        "ROOT_PRODUCT_INVERSE": to_float(1 / p),
    }
    comment = "ln 2 / 4 and its inverse; s; p = root (root + pole), where the derivative vanishes at -root"
    return "\n".join(
        [f"/* {comment} */"] + [f"#define PAIR_GELU_{name} {literal(value)}" for name, value in constants.items()]
    )


def main() -> None:
    """Write pair_gelu_derivative_coefficients.h."""
    mp.dps = DIGITS
    sections = [
        HEADER,
        render_constants(),
        render_powers(),
        render_exponential(),
        render_derivative(),
    ]
    OUTPUT.with_name("pair_gelu_derivative_coefficients.h").write_text(
        "\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
