"""Polynomials of one fitted kernel: a fast copy of the exact function, the fit of one cell, and its float32 evaluation.

The float32 evaluation here repeats the generated C operation by operation (`lower_fitted`), so that a search can judge
a cell in a millisecond. It decides nothing: what is kept has been checked in C against extended precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from mpmath import mp

from .ulp import FORMATS, ulp_errors

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Exact = Callable[[Any], Any]  # an mpf in, an mpf out

PIECE = 0.25  # the fast copy has pieces of at most this width
NODES = 20
SMALLEST = 2.0**-100  # far below, coefficients and products would be subnormal
SMOOTH = 1e-13  # a smooth piece has its last Chebyshev coefficients below this share of the largest


def to_float(value: Any) -> float:
    """Rounded to float32."""
    return float(np.float32(float(value)))


class Sampled:
    """A float64 copy of an exact function on [low, high]: Chebyshev series on short pieces, good to about 2^-48.

    `root` is a point where the function changes sign: the series holds function(z) / (z - root), so that values near it
    keep their relative accuracy.
    """

    def __init__(self, exact: Exact, low: float, high: float, root: Any = None) -> None:
        self.exact, self.low, self.root = exact, low, root
        self.root_head = float(root) if root is not None else 0.0
        self.root_tail = float(root - mp.mpf(self.root_head)) if root is not None else 0.0
        self.pieces = max(1, math.ceil((high - low) / PIECE))
        self.high, self.width = high, (high - low) / self.pieces
        angle = np.pi * (2 * np.arange(NODES) + 1) / (2 * NODES)
        transform = np.cos(np.outer(np.arange(NODES), angle)) * 2 / NODES
        transform[0] /= 2
        self.series = np.zeros((self.pieces, NODES))
        self.is_smooth = np.zeros(self.pieces, dtype=bool)
        for i in range(self.pieces):
            middle = low + (i + 0.5) * self.width
            points = [mp.mpf(middle) + mp.mpf(float(self.width / 2 * c)) for c in np.cos(angle)]
            values = [exact(z) if root is None else exact(z) / (z - root) for z in points]
            # nearby values share their leading bits: the transform is applied to what differs
            base = values[NODES // 2]
            rest = np.array([float(v - base) for v in values])
            self.series[i] = transform @ rest
            self.series[i, 0] += float(base)
            scale = max(abs(float(base)), 1e-300)
            self.is_smooth[i] = bool(np.abs(self.series[i, -3:]).max() <= SMOOTH * max(scale, np.abs(rest).max()))

    def __call__(self, z: Doubles) -> Doubles:
        at = np.clip(((z - self.low) / self.width).astype(np.int64), 0, self.pieces - 1)
        s = (z - (self.low + (at + 0.5) * self.width)) / (self.width / 2)
        series = self.series[at]
        b1 = np.zeros_like(s)
        b2 = np.zeros_like(s)
        for k in range(NODES - 1, 0, -1):
            b1, b2 = series[:, k] + 2 * s * b1 - b2, b1
        value = series[:, 0] + s * b1 - b2
        if self.root is not None:
            value = value * ((z - self.root_head) - self.root_tail)
        return value

    def smooth_between(self, low: float, high: float) -> bool:
        first = max(0, int((low - self.low) / self.width + 1e-9))
        last = min(self.pieces, math.ceil((high - self.low) / self.width - 1e-9))
        return bool(self.is_smooth[first:last].all())


@dataclass(frozen=True)
class Form:
    """What is common to the cells of a kernel: see fitted.FittedKernel."""

    symmetry: str
    side: int
    times_x: bool
    compensated: bool
    degree: int


@dataclass(frozen=True)
class Cell:
    """One polynomial; in a precise cell (a root's, or that of x = 0) c0 and c1 have low parts."""

    low: float
    high: float
    center: float
    coefficients: tuple[float, ...]
    other_c0: float
    other_c1: float
    c0_low: float
    c1_low: float
    is_precise: bool
    error_bits: float  # of the polynomial with its float32 coefficients, relative
    worst: float  # ULP on the sample


# --- the float32 evaluation -------------------------------------------------------------------------------------------
def fma(a: Floats, b: Floats, c: Floats) -> Floats:
    """a * b + c: the product is exact in double; the sum rounds twice, which a sample does not notice."""
    return np.asarray(a.astype(np.float64) * b + c, dtype=np.float32)


def evaluate(cell: Cell, form: Form, x: Floats) -> Floats:
    """The result at x (of either sign), as the C computes it."""
    f = np.float32
    z = x if form.symmetry == "none" else np.abs(x)
    c = [np.full(x.shape, v, dtype=np.float32) for v in cell.coefficients]
    t = z - f(cell.center)
    two_sided = form.symmetry in ("complement", "identity")
    direct = np.signbit(x) == (form.side < 0) if two_sided else np.ones(x.shape, dtype=bool)
    c0 = np.where(direct, c[0], f(cell.other_c0)) if two_sided else c[0]
    c1 = np.where(direct, c[1], f(cell.other_c1)) if form.symmetry == "identity" else c[1]
    ts = np.where(direct, t, -t) if form.symmetry == "complement" else t
    q = c[-1]
    if form.compensated:
        for coefficient in c[-2:1:-1]:
            q = fma(q, t, coefficient)
        hi = fma(ts, c1, c0)
        lo = fma(ts, c1, c0 - hi)
        if cell.is_precise:
            lo = lo + fma(ts, np.full_like(x, cell.c1_low), np.where(direct, f(cell.c0_low), f(0)))
        rest = fma(q, t * ts, lo)
    else:
        for coefficient in c[-2:1:-1]:
            q = fma(q, t, coefficient)
        q = fma(q, t, c1)
        # + 0.0 also where nothing is added: with a rest of -0.0 the result at -0.0 would be +0.0
        hi, rest = c0, fma(ts, q, np.full_like(x, cell.c0_low if cell.is_precise else 0.0))
    return fma(x, hi, x * rest) if form.times_x else hi + rest


def exact_result(sampled: Sampled, form: Form, x: Floats) -> Doubles:
    """The function at x in double, from the tabulated part."""
    wide = x.astype(np.float64)
    h = sampled(wide if form.symmetry == "none" else np.abs(wide))
    direct = np.signbit(x) if form.side < 0 else ~np.signbit(x)
    if form.symmetry == "complement":
        h = np.where(direct, h, 1 - h)
    elif form.symmetry == "identity":
        h = np.where(direct, h, wide + h)
    return h * wide if form.times_x else h


def sample_points(form: Form, low: float, high: float, count: int) -> Floats:
    """Seeded: uniform in the cell, at its edges, and towards zero where the cell holds it; both signs if folded."""
    rng = np.random.default_rng(2024)
    z = np.concatenate([rng.uniform(low, high, count), np.linspace(low, high, 65)]).astype(np.float32)
    edge = np.array([low, high], dtype=np.float32).view(np.int32)
    steps = np.arange(-64, 65, dtype=np.int32)
    z = np.concatenate([z, (edge[:, None] + steps).astype(np.int32).ravel().view(np.float32)])
    if low <= 0 <= high:
        small = np.ldexp(rng.uniform(1, 2, count // 4), rng.integers(-20, 0, count // 4)).astype(np.float32)
        subnormal = rng.integers(1, 1 << 23, count // 2, dtype=np.int32).view(np.float32)
        z = np.concatenate([z, small * np.float32(high or 1), small * np.float32(low), subnormal, -subnormal])
    z = z[(z >= low) & (z <= high) & (z != 0)]
    return z if form.symmetry == "none" else np.concatenate([z, -z])


# --- the fit ----------------------------------------------------------------------------------------------------------
def _taylor_shift(p: Doubles, at: Doubles, order: int) -> Doubles:
    """Coefficient `order` of the polynomial p (ascending) around the points `at`."""
    value = np.zeros_like(at)
    for k in range(p.size - 1, order - 1, -1):
        value = value * at + p[k] * math.comb(k, order)
    return value


def _rounding(values: Doubles) -> Doubles:
    return np.abs(values - values.astype(np.float32))


def _least_squares(powers: Doubles, weights: Doubles, values: Doubles) -> Doubles:
    solution, *_ = np.linalg.lstsq(powers * weights[:, None], values * weights, rcond=None)
    return np.asarray(solution)


def fit_cell(sampled: Sampled, form: Form, low: float, high: float, *, candidates: int, points: int,
             centers: int = 1) -> Cell | None:  # fmt: skip
    """The polynomial of one cell, the best of several centers; None where the form cannot hold the function."""
    if not sampled.smooth_between(low, high) or not high > low:
        return None
    count = 2 * form.degree + 8
    nodes = (high + low) / 2 + (high - low) / 2 * np.cos(np.pi * (2 * np.arange(count) + 1) / (2 * count))
    values = sampled(nodes)
    if not np.all(np.abs(values) > SMALLEST):
        return None
    x = sample_points(form, low, high, points)
    exact = exact_result(sampled, form, x)
    precise = False
    if sampled.root is not None and low <= sampled.root_head <= high:
        precise, options = True, [_root_center(sampled)]
    elif form.times_x and low <= 0 <= high and (at_zero := _zero_center(sampled, form)) is not None:
        options = [at_zero]
        precise = at_zero[2][0] != 0.0
    else:
        if low <= 0 <= high and form.times_x:
            centers = max(centers, 12)  # half of them lose the sign of -0.0
        found = _centers(sampled, form, low, high, candidates, centers)
        options = [(center, fixed, (0.0, 0.0)) for center, fixed in found]
    best: Cell | None = None
    for center, fixed, tails in options:
        cell = _cell_around(sampled, form, low, high, center, fixed, tails, precise, nodes, values)
        result = evaluate(cell, form, x)
        worst = float(np.max(ulp_errors(result, exact, np.zeros_like(exact), FORMATS["float32"]), initial=0.0))
        if low <= 0 <= high and form.times_x and not _keeps_zero(cell, form):
            worst += 100.0  # loses the sign of -0.0
        if best is None or worst < best.worst:
            best = replace(cell, worst=worst)
    return best


def _keeps_zero(cell: Cell, form: Form) -> bool:
    """Whether the result at +0.0 and -0.0 has the sign that x times the cell's value has."""
    x = np.array([0.0, -0.0], dtype=np.float32)
    flipped = cell.coefficients[0] < 0
    return bool(np.all(np.signbit(evaluate(cell, form, x)) == (np.signbit(x) ^ flipped)))


def _cell_around(sampled: Sampled, form: Form, low: float, high: float, center: float, fixed: list[float],
                 tails: tuple[float, float], is_precise: bool, nodes: Doubles, values: Doubles) -> Cell:  # fmt: skip
    """Round the coefficients one after the other, each time fitting those that are left to what is left."""
    half = (high - low) / 2
    weights = 1 / np.abs(values)
    t = nodes - center
    scaled = t / half
    rest = values - sum((c + tail) * t**k for k, (c, tail) in enumerate(zip(fixed, tails, strict=False)))
    coefficients = list(fixed)
    for k in range(len(fixed), form.degree + 1):
        powers = np.stack([scaled**j for j in range(k, form.degree + 1)], axis=1)
        coefficient = to_float(_least_squares(powers, weights, rest)[0] / half**k)
        coefficients.append(coefficient)
        rest = rest - coefficient * t**k
    error = float(np.max(np.abs(rest * weights)))
    other_c0, other_c1 = _other_side(sampled, form, center, coefficients)
    bits = math.log2(max(error, 1e-30))
    return Cell(low, high, center, tuple(coefficients), other_c0, other_c1, *tails, is_precise, bits, worst=0.0)


def _zero_center(sampled: Sampled, form: Form) -> tuple[float, list[float], tuple[float, float]] | None:
    """Center 0: there lo is 0 or tiny, so for subnormal x the product x * lo vanishes, and only x * hi is rounded."""
    value = float(sampled(np.array([0.0]))[0])
    c0 = to_float(value)
    if abs(value - c0) <= abs(value) * 2.0**-30:
        c0_low = 0.0
    else:  # of the sign of c0: with the other sign the result at -0.0 would be +0.0
        if abs(c0) > abs(value):
            c0 = float(np.nextafter(np.float32(c0), np.float32(0)))
        c0_low = to_float(value - c0)
    if c0_low and (sampled.root is not None or form.symmetry in ("complement", "identity")):
        return None  # there is one precise cell
    is_flat = form.symmetry == "even" and abs(float(sampled(np.array([1e-3]))[0]) - value) < 2e-5 * abs(value)
    return 0.0, [c0, 0.0] if is_flat else [c0], (c0_low, 0.0)


def _root_center(sampled: Sampled) -> tuple[float, list[float], tuple[float, float]]:
    """The center is the float next to the root; c0 is 0, its low part what the function is there."""
    center = to_float(sampled.root)
    value, slope = mp.taylor(sampled.exact, mp.mpf(center), 1)
    c1 = to_float(slope)
    return center, [0.0, c1], (to_float(value), to_float(slope - mp.mpf(c1)))


def _other_side(sampled: Sampled, form: Form, center: float, coefficients: list[float]) -> tuple[float, float]:
    value = float(sampled(np.array([center]))[0])
    if form.symmetry == "complement":
        return to_float(1 - value), 0.0
    if form.symmetry == "identity":  # x + h on the other side: x = -side * z
        return to_float(-form.side * center + value), to_float(-form.side + coefficients[1])
    return 0.0, 0.0


def _centers(sampled: Sampled, form: Form, low: float, high: float, candidates: int, wanted: int
             ) -> list[tuple[float, list[float]]]:  # fmt: skip
    """Float32 centers, best first, where c0, c1 and what follows from them are nearly float32, and hi stays near c0."""
    edges = sampled(np.array([low, high]))
    width = high - low
    steep = abs(edges[0]) > abs(edges[1])
    for share in (0.5, 0.46, 0.42, 0.38, 0.34, 0.3):
        # towards the side where the function is small: there |t * c1| must stay below half of c0
        middle = low + width * ((1 - share) if steep else share)
        span = np.linspace(middle - width / 16, middle + width / 16, 25)
        local = np.polynomial.polynomial.polyfit((span - middle) / width, sampled(span), 8) / width ** np.arange(9)
        if not form.compensated:
            break
        ratio = 1 + local[1] * (np.array([low, high]) - middle) / local[0]
        if ratio.min() >= 0.515 and ratio.max() <= 1.95:
            break
    else:
        return []
    spacing = 2.0 ** (math.floor(math.log2(max(abs(middle), 2.0**-6))) - 23)
    step = max(1, int(0.03 * width / spacing / candidates))
    centers = (middle + np.arange(-candidates, candidates + 1) * (spacing * step)).astype(np.float32).astype(np.float64)
    d = centers - middle
    c0, c1, c2 = (_taylor_shift(local, d, k) for k in range(3))
    reach = max(high - middle, middle - low)
    smallest = min(abs(edges).min(), abs(local[0]))
    unit = 2.0**24 / smallest
    cost0 = _rounding(c0) * unit
    cost1 = _rounding(c1) * unit * reach
    if form.symmetry == "complement":
        cost0 = np.maximum(cost0, _rounding(1 - c0) * 2.0**24 / (1 - abs(edges).max()))
    if form.symmetry == "identity":
        size = max(low, 0.69)
        cost0 = np.maximum(cost0, _rounding(-form.side * centers + c0) * 2.0**24 / size)
        cost1 = np.maximum(cost1, _rounding(-form.side + c1) * 2.0**24 * reach / size)
    if not form.compensated:
        cost1 = np.zeros_like(cost0)
    cost = 2 * cost0 + cost1 + 0.5 * _rounding(c2) * unit * reach * reach
    order = np.argpartition(cost, min(wanted, cost.size - 1))[:wanted]
    order = order[np.argsort(cost[order], kind="stable")]
    count = 2 if form.compensated else 1
    return [(float(centers[i]), [to_float(c0[i]), to_float(c1[i])][:count]) for i in order]
