"""Fit the tables of the float32 gelu in pair arithmetic and write csrc/pair_gelu_coefficients.h.

Run as ``python -m codegen.fit_gelu``. csrc/pair_gelu.h says what the tables are for.
"""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import numpy.typing as npt
from mpmath import cos, erfc, exp, log, mp, mpf, nstr, pi, sqrt

from .fit_elementary import GRID_POINTS, OUTPUT, series
from .fit_pair import DIGITS, _table, array, literal, prepared_power, to_float
from .remez import Function, chebyshev_fit, evaluate

FAR = mpf("10.9")
CENTER, POLE = mpf("0.453125"), mpf("2.5")  # s = z / (z + POLE) - CENTER
SLOPE = -0.041015625  # of log(1 + f) as a function of s, divided by z + POLE: about that of large z
DEGREE = 10
# C, found by a search of 0.465 to 0.4985, the middle of (z + 1) M(z): the eight C 2^(j/8) are all next to floats.
FACTOR, FACTOR_BITS = mpf("0.48422590076627187"), 27.6
ERROR_BITS = 28

HEADER = """\
/* Written by "python -m codegen.fit_gelu"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_GELU_COEFFICIENTS_H
#define PYACT_PAIR_GELU_COEFFICIENTS_H

#include "fitted.h"
"""

Doubles = npt.NDArray[np.float64]


def step() -> float:
    """ln 2 / 4 as a float: e^(-z^2/2) falls by 2^(1/8) where z^2 grows by ln 2 / 4."""
    return to_float(log(2) / 4)


def excess(z: mpf) -> mpf:
    """What the rounded step makes of E, inverted."""
    return exp(z * z * (log(2) / 4 / mpf(step()) - 1) / 2)


def mills(z: mpf) -> mpf:
    """f: (z + 1) M(z) = C (1 + f)."""
    return (z + 1) * erfc(z / sqrt(2)) / 2 * exp(z * z / 2) * excess(z) / FACTOR - 1


def rounded_together(exact: Sequence[mpf], points: Sequence[mpf], values: Sequence[mpf]) -> tuple[list[float], float]:
    """Coefficients as floats, and the error relative to 1 + f: roundings that make up for each other.

    From the highest, each is rounded and the lower ones fitted anew; then one or two at a time are moved by a few units
    in the last place while that helps.
    """
    target = np.array([float(v) for v in values])
    weight = 1 / (1 + target)
    matrix: Doubles = np.vander([float(p) for p in points], len(exact), increasing=True) * weight[:, None]
    target = target * weight
    coefficients, rest = np.zeros(len(exact)), target.copy()
    for k in range(len(exact) - 1, -1, -1):
        solution = np.linalg.lstsq(matrix[:, : k + 1], rest, rcond=None)[0]
        coefficients[k] = float(np.float32(solution[k]))
        rest = rest - matrix[:, k] * coefficients[k]
    best = float(np.abs(rest).max())
    while True:
        residual = matrix @ coefficients - target
        moves = matrix * np.spacing(np.abs(coefficients).astype(np.float32)).astype(np.float64)
        trials: list[tuple[float, tuple[tuple[int, int], ...]]] = []
        for (i, j), (a, b) in product(combinations(range(len(exact)), 2), product((-2, -1, 0, 1, 2), repeat=2)):
            error = float(np.abs(residual + a * moves[:, i] + b * moves[:, j]).max())
            trials.append((error, ((i, a), (j, b))))
        error, chosen = min(trials)
        if error > best * 0.9999:
            return coefficients.tolist(), best
        for k, units in chosen:
            coefficients[k] += units * float(np.spacing(np.float32(abs(coefficients[k]))))
        best = error


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
        raise SystemExit(f"PAIR_GELU_EXP: error 2^{nstr(log(error, 2), 4)} misses 2^-31")
    comment = f"/* (e^(-r/2) - 1) / r for |r| <= ln2/8, e^(-r/2) good to 2^{nstr(log(error, 2), 4)} */"
    return f"{comment}\n{array('PAIR_GELU_EXP', values)}"


def render_powers(name: str, factor: mpf, bits: float) -> str:
    """The table of factor 2^(j/8), which are to be next to floats, to so many bits."""
    powers = [factor * mpf(2) ** (mpf(j) / 8) for j in range(8)]
    heads = [to_float(power) for power in powers]
    tail = max(abs(power / mpf(head) - 1) for power, head in zip(powers, heads, strict=True))
    if tail > mpf(2) ** -bits:
        raise SystemExit(f"{name}: within 2^{nstr(log(tail, 2), 4)} of floats, not 2^-{bits}")
    comment = (
        f"/* {nstr(factor, 13)} 2^(j/8), with j << 20 subtracted from its bits.\n"
        f" * Within 2^{nstr(log(tail, 2), 4)} of floats. */"
    )
    table = _table(name, [prepared_power(head, j) for j, head in enumerate(heads)])
    return f"{comment}\n{table}"


def render_polynomial(
    name: str, text: str, function: Function, degree: int, interval: tuple[mpf, mpf], bits: float
) -> str:
    """f as a polynomial of s, in an interval of s; so many bits of 1 + f are to be right."""
    low, high = interval
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * cos(pi * i / (GRID_POINTS // 2)) for i in range(GRID_POINTS // 2 + 1)]
    exact = chebyshev_fit(function, low, high, degree)
    values, error = rounded_together(exact, points, [function(p) for p in points])
    if error > 2.0**-bits:
        raise SystemExit(f"{name}: error 2^{np.log2(error):.4} misses 2^-{bits}")
    comment = f"/* f, in s = {text}\n * 0 <= z <= {nstr(FAR)}, degree {degree}, error 2^{np.log2(error):.4} of 1 + f */"
    return f"{comment}\n{array(name, values)}"


def render_mills() -> str:
    def of_s(s: mpf) -> mpf:
        return mills(POLE * (s + CENTER) / (1 - s - CENTER))

    interval = -CENTER, FAR / (FAR + POLE) - CENTER
    text = f"z / (z + {nstr(POLE)}) - {nstr(CENTER)}"
    return render_polynomial("PAIR_GELU_MILLS", text, of_s, DEGREE, interval, ERROR_BITS)


def render_constants() -> str:
    constants = {
        "STEP": step(),
        "STEPS": to_float(4 / log(2)),
        "CENTER": float(CENTER),
        "POLE": float(POLE),
        "SLOPE": SLOPE,
    }
    return "\n".join(
        ["/* ln 2 / 4 and its inverse; s; the slope of log(1 + f) */"]
        + [f"#define PAIR_GELU_{name} {literal(value)}" for name, value in constants.items()]
    )


def main() -> None:
    """Write pair_gelu_coefficients.h."""
    mp.dps = DIGITS
    sections = [
        HEADER,
        render_constants(),
        render_powers("PAIR_GELU_POWERS", FACTOR, FACTOR_BITS),
        render_exponential(),
        render_mills(),
    ]
    OUTPUT.with_name("pair_gelu_coefficients.h").write_text("\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8")


if __name__ == "__main__":
    main()
