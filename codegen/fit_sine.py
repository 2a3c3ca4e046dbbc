"""Fit the tables of the float32 sine and cosine in pair arithmetic and write csrc/pair_sine_coefficients.h.

Run as ``python -m codegen.fit_sine``. csrc/pair_sine.h says what the tables are for.
"""

import numpy as np
from mpmath import cos, floor, log, mp, mpf, nstr, pi, sin

from .fit_elementary import GRID_POINTS, OUTPUT
from .fit_pair import DIGITS, _table, array, literal, to_float
from .remez import Function, chebyshev_fit, evaluate

NODES = 8  # in half a period
SHORT_BITS = 16  # of two parts of a step: exact times a number of steps of 8 bits
UNIT = 2.0**-26  # of what the nodes are off
FARTHEST_OFF = 2.0**-10

HEADER = """\
/* Written by "python -m codegen.fit_sine"; do not edit. Coefficients start with the constant term. */
#ifndef PYACT_PAIR_SINE_COEFFICIENTS_H
#define PYACT_PAIR_SINE_COEFFICIENTS_H

#include "fitted.h"
"""


def step_parts() -> tuple[float, float, float]:
    """pi / 8 as two short numbers and the rest."""
    step, parts = pi / NODES, []
    for position in (1, 2):
        unit = mpf(2) ** (-1 - SHORT_BITS * position)
        parts.append(float(floor(step / unit) * unit))
        step -= parts[-1]
    return parts[0], parts[1], to_float(step)


def nodes() -> list[float]:
    """By how much the nodes are off j pi / 8, so that sine and cosine are nearly floats (Gal's accurate tables)."""
    found = [0.0]
    steps = np.arange(1 - FARTHEST_OFF / UNIT, FARTHEST_OFF / UNIT) * UNIT
    for j in range(1, NODES):
        angles = steps + j * np.pi / NODES
        lost = np.zeros(steps.shape)
        for values in (np.sin(angles), np.cos(angles)):
            lost = np.maximum(lost, np.abs(values - values.astype(np.float32)))
        found.append(float(steps[int(np.argmin(lost))]))
    return found


def render_nodes() -> str:
    offsets = nodes()
    angles = [j * pi / NODES + mpf(off) for j, off in enumerate(offsets)]
    sines, cosines = [to_float(sin(a)) for a in angles], [to_float(cos(a)) for a in angles]
    cosines[NODES // 2] = 0.0  # but for the digits of pi
    lost = max(abs(mpf(f) - function(a)) for function, values in ((sin, sines), (cos, cosines))
               for f, a in zip(values, angles, strict=True))  # fmt: skip
    return "\n".join(
        [
            f"/* Nodes next to j pi / 8: by how much they are off, their sines and their cosines, within "
            f"2^{nstr(log(lost, 2), 4)} of floats. */",
            _table("PAIR_SINE_OFF", offsets),
            _table("PAIR_SINE_SINES", sines),
            _table("PAIR_SINE_COSINES", cosines),
        ]
    )


def render_polynomial(name: str, text: str, function: Function, degree: int, weight: Function) -> str:
    """A polynomial in r^2, its error times a weight."""
    limit = (pi / NODES / 2 + mpf(FARTHEST_OFF)) ** 2
    values = [to_float(c) for c in chebyshev_fit(function, mpf(0), limit, degree)]
    points = [limit * (mpf(i) + 1) / GRID_POINTS for i in range(GRID_POINTS)]
    error = max(abs((evaluate([mpf(v) for v in values], s) - function(s)) * weight(s)) for s in points)
    if error > mpf(2) ** -29:
        raise SystemExit(f"{name}: error 2^{nstr(log(error, 2), 4)} misses 2^-29")
    return f"/* {text}, in r^2, error 2^{nstr(log(error, 2), 4)} */\n{array(name, values)}"


def sine_rest(square: mpf) -> mpf:
    """(sin(r) - r) / r^3"""
    r = mp.sqrt(square)
    return (sin(r) - r) / r**3 if r > mpf(10) ** -8 else -mpf(1) / 6


def cosine_rest(square: mpf) -> mpf:
    """(cos(r) - 1) / r^2"""
    r = mp.sqrt(square)
    return (cos(r) - 1) / square if r > mpf(10) ** -8 else -mpf(1) / 2


def main() -> None:
    """Write pair_sine_coefficients.h."""
    mp.dps = DIGITS
    parts = step_parts()
    constants = ["/* 8 / pi, and pi / 8 in three parts */", f"#define PAIR_SINE_STEPS {literal(to_float(NODES / pi))}"]
    names = ("HIGH", "MIDDLE", "LOW")
    constants += [f"#define PAIR_SINE_STEP_{n} {literal(part)}" for n, part in zip(names, parts, strict=True)]
    sections = [
        HEADER,
        "\n".join(constants),
        render_nodes(),
        render_polynomial("PAIR_SINE", "(sin(r) - r) / r^3", sine_rest, 1, lambda s: s),
        render_polynomial("PAIR_COSINE", "(cos(r) - 1) / r^2", cosine_rest, 2, lambda s: s),
    ]
    OUTPUT.with_name("pair_sine_coefficients.h").write_text("\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8")


if __name__ == "__main__":
    main()
