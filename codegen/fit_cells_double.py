"""Fit the float64 tables of gelu, gelu_tanh and their derivatives and write csrc/light_cell_tables.h.

Run as ``python -m codegen.fit_cells_double``. Each function of z >= 0 has one polynomial for each of 127 cells, about a
number near the middle of the cell at which the function is very nearly a double: the constant term then costs nothing.
Where the function vanishes it is the root, rounded.
"""

from dataclasses import dataclass

from mpmath import erfc, exp, findroot, log, mp, mpf, nstr, pi, sqrt

from .fit_elementary import DIGITS, OUTPUT, literal, to_double
from .remez import Function, Polynomial, chebyshev_fit, evaluate

CELLS = 127  # and one of zeros, for what is no number
# Cells for a unit of z: the roots of both derivatives, .7518 and .7525, are near the middle of the tenth.
SCALE = mpf("13.25")
DEGREE = 10
STRIDE = 16  # doubles from one cell to the next: two cache lines
# z in the units of cells is rounded to a multiple of 1/STRIDE, 1/2 is added, and the whole part is the cell.
FIRST, LAST = -mpf(1) / 2 - mpf(1) / (2 * STRIDE), mpf(1) / 2 - mpf(1) / (2 * STRIDE)
REACH_BITS = mpf("54.8")
FARTHEST = 6  # beyond, neighbouring coefficients of z Phi(-z) are too much alike in size: 1.6 ULP
NEAR, NEAR_BITS = 16, 53  # cells near the root, where the rounding of the second coefficient counts
CENTER_BITS = 9  # beyond those of a double

HEADER = f"""\
/* Written by "python -m codegen.fit_cells_double"; do not edit.
 * Row k is for z in [k - 17/32, k + 15/32] / LIGHT_CELL_SCALE: c, then the coefficients of a polynomial in z - c, the
 * constant first. Its relative error is 2^-{nstr(REACH_BITS)} up to NAME_REACH, but 2^-{NEAR_BITS} near a root;
 * beyond, the absolute error is 2^-60.
 */
#ifndef PYACT_LIGHT_CELL_TABLES_H
#define PYACT_LIGHT_CELL_TABLES_H

enum {{ LIGHT_CELL_STRIDE = {STRIDE}, LIGHT_CELLS = {CELLS + 1} }};
#define LIGHT_CELL_SCALE {literal(to_double(SCALE))} /* {nstr(SCALE)} */
"""


@dataclass(frozen=True)
class Cells:
    """A function of z >= 0 and, if it has a root, about where."""

    name: str
    formula: str
    function: Function
    root: str | None = None


def gauss(z: mpf) -> mpf:
    """Phi(-z)."""
    return erfc(z / sqrt(mpf(2))) / 2


def gauss_derivative(z: mpf) -> mpf:
    """The derivative of x Phi(x) at -z."""
    return gauss(z) - z * exp(-z * z / 2) / sqrt(2 * pi)


def logistic(z: mpf) -> mpf:
    """sigmoid(-u), u = sqrt(8/pi) (z + 0.044715 z^3)."""
    return 1 / (1 + exp(sqrt(8 / pi) * z * (1 + mpf("0.044715") * z * z)))


def logistic_derivative(z: mpf) -> mpf:
    """The derivative of x sigmoid(u(x)) at -z."""
    value = logistic(z)
    return value - z * sqrt(8 / pi) * (1 + mpf("0.134145") * z * z) * value * (1 - value)


TABLES = (
    Cells("LIGHT_GELU", "Phi(-z)", gauss),
    Cells("LIGHT_GELU_DERIVATIVE", "gelu'(-z)", gauss_derivative, "0.7518"),
    Cells("LIGHT_GELU_TANH", "sigmoid(-sqrt(8/pi) (z + 0.044715 z^3))", logistic),
    Cells("LIGHT_GELU_TANH_DERIVATIVE", "gelu_tanh'(-z)", logistic_derivative, "0.7525"),
)


def center(function: Function, middle: mpf) -> mpf:
    """A double near `middle` at which the function is nearly one: the best of some thousand."""
    best, where = mpf(1), middle
    for j in range(4000 if middle else 1):
        candidate = mpf(to_double(middle + (7 * j * j + j) * mpf(2) ** -47))
        value = function(candidate)
        error = abs(to_double(value) / value - 1) * 2**53
        if error < best:
            best, where = error, candidate
        if best < mpf(2) ** -CENTER_BITS:
            break
    return where


def row(cells: Cells, root: mpf | None, k: int) -> tuple[list[float], mpf]:
    """The numbers of cell k, and the largest relative error of the polynomial with rounded coefficients."""
    low, high = (k + FIRST) / SCALE, (k + LAST) / SCALE
    has_root = root is not None and low < root < high
    c = mpf(to_double(root)) if has_root else center(cells.function, (low + high) / 2 if k else mpf(0))
    value = cells.function(c)
    slope = chebyshev_fit(lambda d: (cells.function(c + d) - value) / d, low - c, high - c, DEGREE - 1)
    rounded: Polynomial = [mpf(to_double(a)) for a in [value, *slope]]
    grid = [low + (high - low) * i / 32 for i in range(33)]
    error = max(abs(evaluate(rounded, z - c) / cells.function(z) - 1) for z in grid)
    return [to_double(a) for a in [c, *rounded]], error


def render(cells: Cells) -> str:
    """The table, and up to where it is right relative to the function."""
    root = None if cells.root is None else findroot(cells.function, mpf(cells.root))
    rows = [row(cells, root, k) for k in range(CELLS)]
    last = int(FARTHEST * SCALE)
    reach = next(k for k, (_, error) in enumerate(rows) if k > NEAR and (k == last or error > mpf(2) ** -REACH_BITS))
    worst = max(error for _, error in rows[:reach])
    if worst > mpf(2) ** -NEAR_BITS:
        raise SystemExit(f"{cells.name}: error 2^{nstr(log(worst, 2), 4)} misses 2^-{NEAR_BITS}")
    bound = to_double((reach + FIRST) / SCALE)
    lines = [f"/* {cells.formula} */", f"#define {cells.name}_REACH {literal(bound)} /* {bound!r} */"]
    lines.append(f"static const PYACT_LIGHT_CELL_TABLE {cells.name}_CELLS[LIGHT_CELLS * LIGHT_CELL_STRIDE] = {{")
    for k, (numbers, _) in enumerate(rows):
        padded = [literal(a) for a in numbers] + ["0"] * (STRIDE - len(numbers))
        lines.append(f"    /* {k} */ {', '.join(padded[:4])},")
        lines += [f"    {', '.join(padded[i : i + 4])}," for i in range(4, STRIDE, 4)]
    return "\n".join([*lines, "};"])


def main() -> None:
    """Write light_cell_tables.h."""
    mp.dps = DIGITS
    aligned = "#define PYACT_LIGHT_CELL_TABLE double __attribute__((aligned(64)))"
    sections = [HEADER.rstrip("\n"), aligned, *(render(cells) for cells in TABLES)]
    OUTPUT.with_name("light_cell_tables.h").write_text("\n\n".join(sections) + "\n\n#endif\n", encoding="utf-8")


if __name__ == "__main__":
    main()
