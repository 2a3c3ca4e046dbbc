"""Where the cells of a fitted kernel lie: the index map, how far it reaches, and what a layout costs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from .fit_cells import Cell, Doubles, Form, Sampled, fit_cell, to_float
from .fit_shape import REACH, Shape

GOOD = 0.88  # ULP on the sample: the densest check finds a little more
Map = tuple[float, float]  # (linear, quadratic)
ERROR_BITS = -25.2  # of a polynomial: beyond, its error shows in the last bit


def widest(sampled: Sampled, form: Form, at: float, low: float, high: float) -> float:
    """The widest cell around a point that a polynomial of the form holds."""

    def works(width: float) -> bool:
        left, right = max(low, at - width / 2), min(high, at + width / 2)
        cell = fit_cell(sampled, form, left, right, candidates=600, points=400)
        return cell is not None and cell.worst <= GOOD and cell.error_bits < -25.5

    small, large = 0.02, 6.0
    if not works(small):
        return 0.0
    for _ in range(9):
        middle = math.sqrt(small * large)
        small, large = (middle, large) if works(middle) else (small, middle)
    return small


def best_map(points: Doubles, density: Doubles, low: float, high: float) -> Map | None:
    """(linear, quadratic) with the fewest cells on [low, high] where cells are at least as dense as asked.

    Cell k holds round(z * (linear + quadratic * z)) = k: the density of cells at z is linear + 2 quadratic z. A linear
    programme in two unknowns: an optimum satisfies two of the constraints with equality.
    """
    inside = (points >= low) & (points <= high)
    z, wanted = points[inside], density[inside]
    options: list[Map] = [(float(wanted.max()), 0.0)]
    for i, j in itertools.combinations(range(z.size), 2):
        slope = (wanted[j] - wanted[i]) / (z[j] - z[i])
        options.append((float(wanted[i] - slope * z[i]), float(slope / 2)))
    return _fewest(options, z, wanted, low, high)


def centered_map(points: Doubles, density: Doubles, low: float, high: float, root: float, m: float) -> Map | None:
    """The same with the root in the middle of cell m: linear * root + quadratic * root^2 = m leaves one unknown.

    Cells are asked for less than they are near the root, where a cell must hold it or keep away: the layout will tell.
    """
    inside = (points >= low) & (points <= high) & (np.abs(points - root) > 0.5)
    z, wanted = points[inside], density[inside]
    usable = np.abs(2 * z - root) > 1e-6
    quadratics = (wanted[usable] - m / root) / (2 * z[usable] - root)
    options = [(float(m / root - q * root), float(q)) for q in (0.0, *quadratics)]
    return _fewest(options, z, wanted, low, high)


def _fewest(options: Sequence[Map], z: Doubles, wanted: Doubles, low: float, high: float) -> Map | None:
    def count(linear: float, quadratic: float) -> float:
        return linear * (high - low) + quadratic * (high * high - low * low)

    linear, quadratic = np.array(options).T
    dense = linear[:, None] + 2 * quadratic[:, None] * z >= wanted * (1 - 1e-9)
    forwards = np.minimum(linear + 2 * quadratic * low, linear + 2 * quadratic * high) > 0
    usable = itertools.compress(options, (linear > 0) & dense.all(1) & forwards)
    return min(usable, key=lambda option: count(*option), default=None)


def cell_edge(linear: float, quadratic: float, u: float) -> float:
    """z with z * (linear + quadratic * z) = u."""
    if linear < 0:
        linear, quadratic, u = -linear, -quadratic, -u
    if quadratic == 0:
        return u / linear
    discriminant = linear * linear + 4 * quadratic * u
    return math.inf if discriminant < 0 else 2 * u / (linear + math.sqrt(discriminant))


@dataclass(frozen=True)
class Plan:
    """A way to lay out cells, and what it costs."""

    form: Form
    linear: float
    quadratic: float
    first: int  # table index 0 is this cell
    lowest: int  # the cells are lowest, lowest + 1, ...
    zones: tuple[tuple[int, float, float], ...]  # (entries, low, high), inner to whole
    cells: tuple[Cell, ...]
    cost: float


def _tail(z: float, deviation: float) -> float:
    return math.erfc(max(z, 0.0) / deviation / math.sqrt(2)) / 2


def _outside(low: float, high: float, deviation: float, shape: Shape) -> tuple[float, float]:
    """Shares of N(0, deviation) outside of a zone: all, and those in no limit region."""
    below, above = _tail(-low, deviation), _tail(high, deviation)
    if shape.lower is not None and shape.lower.in_loop:
        below = 0.0
    if shape.upper is not None and shape.upper.in_loop:
        above = 0.0
    rest = below + above
    if shape.lower is not None:
        rest -= min(below, _tail(-min(low, shape.lower.start), deviation))
    if shape.upper is not None:
        rest -= min(above, _tail(max(high, shape.upper.start), deviation))
    return below + above, rest


@dataclass(frozen=True)
class _Machine:
    """Nanoseconds per element, measured on Zen 4: the zone with 8 entries at degree 5, a further degree, the
    compensated step; factors for 16 and 32 entries; one listed vector; one element of the double kernel.
    """

    lanes: int
    base: float
    degree: float
    compensation: float
    factor: dict[int, float]
    listed: float
    rest: float
    main: tuple[int, ...]  # table sizes the main loop may take


_MACHINES = (
    _Machine(8, 0.40, 0.035, 0.06, {8: 1.0, 16: 1.6, 32: 2.3}, 3.2, 6.0, (8, 16)),
    _Machine(16, 0.26, 0.030, 0.06, {8: 1.0, 16: 1.0, 32: 1.23}, 2.0, 3.5, (16, 32)),
)


def plan_cost(shape: Shape, form: Form, zones: Sequence[tuple[int, float, float]]) -> float:
    """Over AVX2 and AVX-512, N(0, 1) and N(0, 3); the main loop takes the best of its table sizes."""
    total = 0.0
    entries = zones[-1][0]
    for machine in _MACHINES:
        unit = machine.base + machine.degree * (form.degree - 5) + machine.compensation * form.compensated
        sizes = [z for z in zones if z[0] in machine.main] or [zones[0]]
        for deviation in (1.0, 3.0):
            far = _outside(*zones[-1][1:], deviation, shape)[1]
            costs = []
            for size, low, high in sizes:
                out, left = _outside(low, high, deviation, shape)
                listed = (1 - (1 - out) ** machine.lanes) * machine.listed / machine.lanes
                packed = max(left - far, 0.0) * unit * machine.factor[entries]
                costs.append(unit * machine.factor[size] + listed + packed + far * machine.rest)
            total += min(costs)
    return total


def layout(sampled: Sampled, form: Form, shape: Shape, linear: float, quadratic: float, bounds: tuple[float, float],
            most: int, *, final: bool, known: dict[int, Cell | None] | None = None) -> Plan | None:  # fmt: skip
    """Fit the cells of a map from zero outwards, as far as they hold and there is room for them.

    `known` keeps the fitted cells, for layouts of the same map with other room.
    """
    low, high = bounds
    effort = {"candidates": 30_000, "points": 4_000, "centers": 8} if final else {
        "candidates": 2_000, "points": 800, "centers": 2}  # fmt: skip
    folded = form.symmetry != "none"
    if quadratic:  # the map turns back at its vertex
        vertex = -linear / (2 * quadratic)
        low, high = (low, min(high, 0.97 * vertex)) if vertex > 0 else (max(low, 0.97 * vertex), high)

    def fit(k: int) -> Cell | None:
        edges = sorted((cell_edge(linear, quadratic, k - 0.5), cell_edge(linear, quadratic, k + 0.5)))
        left = 0.0 if folded and k == 0 else max(edges[0], low)
        right = min(edges[1], high)
        if not (math.isfinite(left) and math.isfinite(right)) or right - left < 1e-3:
            return None
        cell = fit_cell(sampled, form, left, right, **effort)
        if final and cell is not None and cell.worst > GOOD:
            cell = fit_cell(sampled, form, left, right, candidates=60_000, points=4_000, centers=48)
        if cell is None or cell.error_bits >= ERROR_BITS:
            return None
        return cell if cell.worst <= GOOD + (0.07 if final else 0.03) else None

    cells_of = {} if known is None else known

    def fitted(k: int) -> Cell | None:
        if k not in cells_of:
            cells_of[k] = fit(k)
        return cells_of[k]

    nearest = min(max(0.0, low), high)
    start = round(nearest * (linear + quadratic * nearest))
    both = not folded and low < -1 and high > 1
    found = {start: first} if (first := fitted(start)) is not None else {}
    if not found:
        return None
    ends = {1: start, -1: start} if both else {1: start}
    while len(found) < most and ends:
        step = min(ends, key=lambda s: max(abs(found[ends[s]].low), abs(found[ends[s]].high)))  # the nearer end
        cell = fitted(ends[step] + step)
        if cell is None:
            del ends[step]
            continue
        ends[step] += step
        found[ends[step]] = cell
    cells = tuple(found[k] for k in sorted(found))
    lowest = min(found)
    sizes = [n for n in (8, 16, 32) if n < len(cells) and not (both and n == 8)]
    sizes.append(next(n for n in (8, 16, 32) if n >= len(cells)))
    first_cell = lowest
    if both and len(sizes) > 1:  # the 16 cells around zero
        order = sorted(found, key=lambda k: max(abs(found[k].low), abs(found[k].high)))
        first_cell = min(max(min(order[:16]), lowest), max(found) - 15)
    zones = []
    for n in sizes:
        inner = cells if n >= len(cells) else [found[k] for k in range(first_cell, first_cell + n)]
        edges = [c.low for c in inner] + [c.high for c in inner]
        zones.append((n, -max(edges) if folded else min(edges), max(edges)))
    cost = plan_cost(shape, form, zones)
    return Plan(form, linear, quadratic, first_cell, lowest, tuple(zones), cells, cost)


def _probes(low: float, high: float) -> Doubles:
    """Where the width of cells is measured: closer together towards zero."""
    steps = REACH * np.linspace(0, 1, 25) ** 1.8
    both = np.concatenate([-steps, steps, [low, high]])
    return np.unique(both[(both >= low) & (both <= high)])


def plans_for(sampled: Sampled, shape: Shape, bounds: tuple[float, float]) -> Iterator[Plan]:
    low, high = bounds
    for compensated, degree in itertools.product((False, True), (5, 6, 7, 8)):
        form = Form(shape.symmetry, shape.side, shape.times_x, compensated, degree)
        points = _probes(low, high)
        widths = np.array([widest(sampled, form, float(z), low, high) for z in points])
        usable = widths > 0
        if usable.any():
            yield from _plans_of_form(sampled, form, shape, bounds, points[usable], widths[usable])


def _holds_root(sampled: Sampled, form: Form, linear: float, quadratic: float, bounds: tuple[float, float]) -> bool:
    """Whether the cell around the root does: it must be narrow, and the root not at its edge."""
    root = sampled.root_head
    k = round(root * (linear + quadratic * root))
    edges = sorted((cell_edge(linear, quadratic, k - 0.5), cell_edge(linear, quadratic, k + 0.5)))
    left, right = max(edges[0], bounds[0]), min(edges[1], bounds[1])
    cell = fit_cell(sampled, form, left, right, candidates=10, points=800) if math.isfinite(right - left) else None
    return cell is not None and cell.worst <= GOOD


def _plans_of_form(sampled: Sampled, form: Form, shape: Shape, bounds: tuple[float, float], points: Doubles,
                   widths: Doubles) -> Iterator[Plan]:  # fmt: skip
    low, high = bounds
    sign = -1.0 if high <= 1 and form.symmetry == "none" else 1.0  # cells are counted away from zero
    density = 1 / widths
    seen: set[tuple[float, float]] = set()
    for reach in (2.5, 3.2, 4.0, 5.0, 6.5, 8.5, 10.5, 14.0, 20.0):
        ends = max(low, -reach), min(high, reach)
        solvers: list[Callable[[Doubles], Map | None]] = [partial(best_map, points, low=ends[0], high=ends[1])]
        if sampled.root is not None:
            root = sampled.root_head
            solvers += [
                partial(centered_map, points, low=ends[0], high=ends[1], root=root, m=math.copysign(m, root))
                for m in range(1, 9)
            ]
        for solve in solvers:
            for narrower in np.arange(1.0, 1.4, 0.04):
                chosen = solve(density * float(narrower))
                if chosen is None or chosen in seen:
                    continue
                seen.add(chosen)
                linear, quadratic = (to_float(v * sign) for v in chosen)
                if sampled.root is not None and not _holds_root(sampled, form, linear, quadratic, bounds):
                    continue
                known: dict[int, Cell | None] = {}
                whole = layout(sampled, form, shape, linear, quadratic, bounds, 32, final=False, known=known)
                if whole is None or len(whole.cells) < 6:
                    continue
                yield whole
                for most in (8, 16):
                    if len(whole.cells) > most:
                        plan = layout(sampled, form, shape, linear, quadratic, bounds, most, final=False, known=known)
                        if plan is not None:
                            yield plan
                break
