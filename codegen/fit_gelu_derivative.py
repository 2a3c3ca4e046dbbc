"""Fit the tables of the float32 derivative of gelu and write csrc/pair_gelu_derivative_coefficients.h.

Run as ``python -m codegen.fit_gelu_derivative``. csrc/pair_gelu_derivative.h says what the tables are for.
"""

from mpmath import erfc, exp, findroot, mp, mpf, nstr, pi, sqrt

from .fit_elementary import OUTPUT
from .fit_gelu import excess, render_polynomial, render_powers
from .fit_pair import DIGITS, literal, to_float

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


def render_derivative() -> str:
    p = root_product()

    def of_s(s: mpf) -> mpf:
        return derivative(p / (s + CENTER) - POLE)

    text = f"p / (z + {nstr(POLE)}) - {nstr(CENTER)}"
    low, high = p / (FAR + POLE) - CENTER, p / POLE - CENTER
    return render_polynomial("PAIR_GELU_DERIVATIVE_FACTOR", text, of_s, DEGREE, (low, high), ERROR_BITS)


def render_constants() -> str:
    p = root_product()
    constants = {
        "DERIVATIVE_CENTER": float(CENTER),
        "DERIVATIVE_POLE": float(POLE),
        "ROOT_PRODUCT": to_float(p),
        "ROOT_PRODUCT_LOW": to_float(p - to_float(p)),
        "ROOT_PRODUCT_INVERSE": to_float(1 / p),
    }
    comment = "s; p = root (root + pole), where the derivative vanishes at -root"
    return "\n".join(
        [f"/* {comment} */"] + [f"#define PAIR_GELU_{name} {literal(value)}" for name, value in constants.items()]
    )


def main() -> None:
    """Write pair_gelu_derivative_coefficients.h."""
    mp.dps = DIGITS
    sections = [
        HEADER,
        render_constants(),
        render_powers("PAIR_GELU_DERIVATIVE_POWERS", FACTOR, FACTOR_BITS),
        render_derivative(),
    ]
    OUTPUT.with_name("pair_gelu_derivative_coefficients.h").write_text(
        "\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
