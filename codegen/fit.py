"""Find the float32 tables of the smooth kernels: python -m codegen.fit [KERNEL ...]

For each kernel (value or derivative, at the default parameters) the search finds the symmetry, the factor x, the range
where the function is a constant or proportional to x, the index map, the degree and the number of cells; fits every
cell; and proves the result in C against extended precision. What passes is written to tables/fitted/<kernel>.json; what
does not keeps the double-precision kernel, and the reason is printed. Everything is seeded: the same tables each time.
"""

from __future__ import annotations

import argparse
import itertools
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from mpmath import mp

from . import spec
from .fit_cells import Cell, Doubles, Form, Sampled, fit_cell, to_float
from .fit_check import check
from .fitted import FOLDER, FittedKernel, Limit, PreciseCell, path_of, to_json
from .expr import postorder
from .kernels import Kernel, kernels_of
from .lower_c import ELEMENTARY
from .reference import evaluate

REACH = 20.0  # the widest zone looked at
GOOD = 0.88  # ULP on the sample: the densest check finds a little more
SLOW = 6.0  # a plan of this cost (see plan_cost) is no faster than the double kernel
TRIES = 16
DIGITS = 30


class NoTable(Exception):
    """Why a kernel keeps its double-precision form."""


# --- what kind of function it is --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Shape:
    """Symmetry and limits of a kernel; `tabulated` is the function the cells approximate, of z >= 0 if folded."""

    symmetry: str
    side: int
    times_x: bool
    lower: Limit | None
    upper: Limit | None


class Target:
    """A kernel at its default parameters, in arbitrary precision."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.values = dict(kernel.activation.defaults)

    @lru_cache(maxsize=200_000)  # noqa: B019 - one target per process and kernel
    def __call__(self, x: Any) -> Any:
        with mp.workdps(DIGITS + 10):
            return evaluate(self.kernel.expression, {"x": mp.mpf(x), **self.values}, digits=DIGITS)


PROBES = tuple(mp.mpf(v) for v in ("0.0371", "0.219", "0.733", "1.41", "2.83", "5.17", "7.9"))


def _close(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= mp.mpf(10) ** -20 * max(abs(a), abs(b), mp.mpf(10) ** -30))


def shape_of(f: Target) -> Shape:
    """Recognised numerically, at points no formula singles out."""
    with mp.workdps(DIGITS):
        pairs = [(z, f(z), f(-z)) for z in PROBES]
        upper, lower = _limit(f, 1), _limit(f, -1)
        if all(_close(a, -b) for _, a, b in pairs):
            return Shape("even", 1, True, lower, upper)
        if all(_close(a, b) for _, a, b in pairs):
            return Shape("even", 1, False, lower, upper)
        small = 1 if abs(pairs[-1][1]) < abs(pairs[-1][2]) else -1  # where f is small, it is tabulated
        if all(_close(a, 1 - b) for _, a, b in pairs):
            return Shape("complement", small, False, lower, upper)
        if all(_close(a - b, z) for z, a, b in pairs):  # f(x) / x is a complement, if it is finite
            times_x = f(mp.mpf(0)) == 0
            return Shape("complement" if times_x else "identity", small, times_x, lower, upper)
        vanishes = f(mp.mpf(0)) == 0 and all(
            0 < abs(f(s * mp.mpf(2) ** -30)) * mp.mpf(2) ** 30 < 1e6 for s in (-1, 1) if not _covers_zero(lower, upper, s)
        )
        return Shape("none", 1, vanishes, lower, upper)


def _covers_zero(lower: Limit | None, upper: Limit | None, side: int) -> bool:
    limit = upper if side > 0 else lower
    return limit is not None and abs(limit.start) < 1e-6


def _float_result(value: float, low: float, kind: str, x: float) -> float:
    """What the C gives in a limit region: x * value with one rounding, or the constant."""
    if kind == "constant":
        return value
    if value == 1 and low == 0:
        return x
    return to_float(math.fma(x, value, to_float(x * low)) if hasattr(math, "fma") else x * (value + low))


def _limit(f: Target, side: int) -> Limit | None:
    """The region on one side where the function is, to less than a ULP, a constant or proportional to x."""
    far = mp.mpf(side) * 1000
    end = f(far)
    ratio = end / far
    candidates: list[tuple[str, Any]] = []
    if abs(ratio) > 1e-6 and _close(f(far * 1000), ratio * far * 1000):
        candidates.append(("proportional", ratio))
    elif end != 0 and _close(f(far * 1000), end):
        candidates.append(("constant", end))
    for kind, number in candidates:
        head = to_float(number)
        tail = to_float(number - mp.mpf(head)) if kind == "proportional" else 0.0

        def holds(x: float, head: float = head, tail: float = tail, kind: str = kind) -> bool:
            exact = f(mp.mpf(x))
            unit = mp.mpf(2) ** (int(mp.floor(mp.log(abs(exact), 2))) - 23)
            return bool(abs(mp.mpf(_float_result(head, tail, kind, x)) - exact) <= 0.52 * unit)

        return _start(holds, kind, head, tail, side)
    return None


def _start(holds: Any, kind: str, head: float, tail: float, side: int) -> Limit | None:
    """The nearest start of the region, on a grid of 1/16, with points beyond it checked."""
    grid = [k / 16 for k in range(0, int(REACH * 16) + 1)]
    offsets = (0.0, 2.0**-20, 0.013, 0.031, 0.05)
    low, high = -1, len(grid) - 1
    if not holds(side * grid[high]):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if all(holds(side * (grid[middle] + o)) for o in offsets if grid[middle] + o):
            high = middle
        else:
            low = middle
    start = grid[high]
    beyond = [start + o for o in (*offsets, 0.2, 0.7, 1.9, 4.3, 9.1, 30.0, 300.0)]
    if not all(holds(side * v) for v in beyond if v):
        return None
    return Limit(side * start, kind, head, tail, in_loop=start < 2)


# --- the index map ----------------------------------------------------------------------------------------------------
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


def best_map(points: Doubles, widths: Doubles, low: float, high: float) -> tuple[float, float] | None:
    """(linear, quadratic) with the fewest cells on [low, high] whose cells are nowhere wider than allowed.

    Cell k holds round(z * (linear + quadratic * z)) = k, so its width is 1 / (linear + 2 quadratic z). A linear
    programme in two unknowns: an optimum satisfies two of the constraints with equality.
    """
    inside = (points >= low) & (points <= high)
    z, density = points[inside], 1 / widths[inside]

    def count(linear: float, quadratic: float) -> float:
        return linear * (high - low) + quadratic * (high * high - low * low)

    best: tuple[float, float] | None = None
    pairs = itertools.combinations(range(z.size), 2)
    options = [(float(density.max()), 0.0)]
    for i, j in pairs:
        slope = (density[j] - density[i]) / (z[j] - z[i])
        options.append((float(density[i] - slope * z[i]), float(slope / 2)))
    for linear, quadratic in options:
        if linear <= 0 or np.any(linear + 2 * quadratic * z < density * (1 - 1e-9)):
            continue
        if min(linear + 2 * quadratic * low, linear + 2 * quadratic * high) <= 0:
            continue
        if best is None or count(linear, quadratic) < count(*best):
            best = (linear, quadratic)
    return best


def cell_edge(linear: float, quadratic: float, u: float) -> float:
    """z with z * (linear + quadratic * z) = u."""
    if linear < 0:
        linear, quadratic, u = -linear, -quadratic, -u
    if quadratic == 0:
        return u / linear
    discriminant = linear * linear + 4 * quadratic * u
    return math.inf if discriminant < 0 else 2 * u / (linear + math.sqrt(discriminant))


# --- the search -------------------------------------------------------------------------------------------------------
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


# Nanoseconds per element, measured on Zen 4 (AVX2, then AVX-512): the zone with 8 entries at degree 5, a further degree,
# the compensated step; factors for 16 and 32 entries; one listed vector; one element of the double kernel.
@dataclass(frozen=True)
class _Machine:
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


def _layout(sampled: Sampled, form: Form, shape: Shape, linear: float, quadratic: float, bounds: tuple[float, float],
            most: int, *, final: bool) -> Plan | None:  # fmt: skip
    """Fit the cells of a map from zero outwards, as far as they hold and there is room for them."""
    low, high = bounds
    effort = {"candidates": 30_000, "points": 4_000, "centers": 8} if final else {
        "candidates": 2_000, "points": 800, "centers": 2}  # fmt: skip
    folded = form.symmetry != "none"

    def fit(k: int) -> Cell | None:
        edges = sorted((cell_edge(linear, quadratic, k - 0.5), cell_edge(linear, quadratic, k + 0.5)))
        left = 0.0 if folded and k == 0 else max(edges[0], low)
        right = min(edges[1], high)
        if not (math.isfinite(left) and math.isfinite(right)) or right - left < 1e-3:
            return None
        cell = fit_cell(sampled, form, left, right, **effort)
        if final and cell is not None and cell.worst > GOOD:
            cell = fit_cell(sampled, form, left, right, candidates=60_000, points=4_000, centers=48)
        return cell if cell is not None and cell.worst <= GOOD + (0.07 if final else 0.03) and cell.error_bits < -25.2 else None

    nearest = min(max(0.0, low), high)
    start = round(nearest * (linear + quadratic * nearest))
    both = not folded and low < -1 and high > 1
    found = {start: first} if (first := fit(start)) is not None else {}
    if not found:
        return None
    ends = {1: start, -1: start} if both else {1: start}
    while len(found) < most and ends:
        step = min(ends, key=lambda s: max(abs(found[ends[s]].low), abs(found[ends[s]].high)))  # the nearer end
        cell = fit(ends[step] + step)
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


def _plans(sampled: Sampled, shape: Shape, bounds: tuple[float, float]) -> Iterator[Plan]:
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
    seen: set[tuple[float, float]] = set()
    for reach in (2.5, 3.2, 4.0, 5.0, 6.5, 8.5, 10.5, 14.0, 20.0):
        chosen = best_map(points, widths, max(low, -reach), min(high, reach))
        if chosen is None or chosen in seen:
            continue
        seen.add(chosen)
        for shrink in np.arange(1.0, 1.45, 0.03):
            linear, quadratic = (to_float(v * float(shrink) * sign) for v in chosen)
            if sampled.root is not None and not _holds_root(sampled, form, linear, quadratic, bounds):
                continue
            whole = _layout(sampled, form, shape, linear, quadratic, bounds, 32, final=False)
            if whole is None or len(whole.cells) < 6:
                continue
            for most in (8, 16, 32):
                if len(whole.cells) > most // 2:
                    plan = whole if len(whole.cells) <= most else _layout(
                        sampled, form, shape, linear, quadratic, bounds, most, final=False)  # fmt: skip
                    if plan is not None:
                        yield plan
            break


def tabulated(f: Target, shape: Shape) -> Any:
    def h(z: Any) -> Any:
        x = z if shape.symmetry in ("none", "even") else shape.side * z
        return f(x) / x if shape.times_x else f(x)

    return h


def _domain(shape: Shape) -> tuple[float, float]:
    """Where cells may lie: [0, reach] if folded, else between the limit regions."""
    upper = shape.upper.start if shape.upper is not None else REACH
    lower = shape.lower.start if shape.lower is not None else -REACH
    if shape.symmetry != "none":
        return 0.0, min(REACH, max(upper, -lower)) if shape.upper and shape.lower else REACH
    return max(-REACH, lower), min(REACH, upper)


def _root(h: Any, low: float, high: float) -> Any:
    """The one sign change inside, or None; two are more than the form can hold."""
    grid = np.linspace(low, high, 161)
    step = (high - low) / 160
    signs = [mp.sign(h(mp.mpf(float(v)) + mp.mpf("1e-7"))) for v in grid[:-1]]
    at = [i for i in range(len(signs) - 1) if signs[i] * signs[i + 1] < 0]
    if len(at) > 1:
        raise NoTable(f"{len(at)} roots")
    if not at:
        return None
    left = mp.mpf(float(grid[at[0]])) + mp.mpf("1e-7")
    return mp.findroot(h, (left, left + step), solver="anderson", tol=mp.mpf(10) ** -50, verify=False)


def find(kernel: Kernel, say: Callable[[str], None] | None = None) -> FittedKernel:
    """The cheapest table that holds 1 ULP in C; raises NoTable."""
    f = Target(kernel)
    shape = shape_of(f)
    low, high = _domain(shape)
    if high - low < 1:
        raise NoTable("the limit regions leave nothing to fit")
    h = tabulated(f, shape)
    with mp.workdps(DIGITS):
        root = _root(h, low, high)
        sampled = Sampled(h, low, high, root)
    plans = sorted(_plans(sampled, shape, (low, high)), key=lambda p: p.cost)
    worst = math.inf
    for plan in plans[:TRIES]:
        if say is not None:
            say(_describe(plan))
        final = _layout(sampled, plan.form, shape, plan.linear, plan.quadratic, (low, high), plan.zones[-1][0],
                        final=True)  # fmt: skip
        if final is None or final.cost > plan.cost * 1.03:
            continue
        if final.cost > SLOW:
            break
        table = _table(kernel, shape, final)
        verdict = check(kernel, table)
        if say is not None:
            say(f"    {verdict}")
        if verdict.above == 0:
            return replace(table, max_ulp=verdict.worst, max_ulp_x=verdict.where, points=verdict.points)
        worst = min(worst, verdict.worst)
    if not plans:
        raise NoTable("no polynomial of degree 8 holds 1 ULP")
    raise NoTable(f"the best of {len(plans)} plans costs too much or reaches {worst:.3f} ULP")


def _describe(plan: Plan) -> str:
    zones = ", ".join(f"{n}: ({a:.2f}, {b:.2f})" for n, a, b in plan.zones)
    return (
        f"cost {plan.cost:.3f} degree {plan.form.degree} {'compensated' if plan.form.compensated else 'plain'} "
        f"{zones} map {plan.linear:.4f} {plan.quadratic:+.4f} worst {max(c.worst for c in plan.cells):.3f}"
    )


def _inside(value: float, towards: float) -> float:
    """A float32 a little inside of a cell's edge, where the index is still that cell's."""
    return to_float(value + math.copysign(max(abs(value), 0.5) * 2.0**-18, towards - value))


def _table(kernel: Kernel, shape: Shape, plan: Plan) -> FittedKernel:
    form, n = plan.form, plan.zones[-1][0]

    def slots(values: Sequence[float]) -> tuple[float, ...]:
        row = [values[0]] * n
        for i, value in enumerate(values):
            row[(plan.lowest + i - plan.first) % n] = value
        return tuple(row)

    precise = [i for i, c in enumerate(plan.cells) if c.is_precise]
    if len(precise) > 1:
        raise NoTable("two cells need low parts")
    low_parts = None
    if precise:
        cell = plan.cells[precise[0]]
        low_parts = PreciseCell((plan.lowest + precise[0] - plan.first) % n, cell.c0_low, cell.c1_low)

    def exact_edge(value: float) -> float:
        """Next to a limit region the zone ends exactly there."""
        starts = [limit.start for limit in (shape.lower, shape.upper) if limit is not None]
        return value if value in starts and form.symmetry == "none" else _inside(value, 0)

    zones = tuple((size, exact_edge(a), exact_edge(b)) for size, a, b in plan.zones)
    return FittedKernel(
        kernel=kernel.name, symmetry=form.symmetry, side=form.side, times_x=form.times_x,
        compensated=form.compensated, linear=plan.linear, quadratic=plan.quadratic, first=plan.first, zones=zones,
        center=slots([c.center for c in plan.cells]),
        coefficients=tuple(slots([c.coefficients[k] for c in plan.cells]) for k in range(form.degree + 1)),
        other_c0=slots([c.other_c0 for c in plan.cells]) if form.symmetry in ("complement", "identity") else (),
        other_c1=slots([c.other_c1 for c in plan.cells]) if form.symmetry == "identity" else (),
        precise=low_parts, lower=_kept(shape.lower, zones[-1][1]), upper=_kept(shape.upper, zones[-1][2]),
        fit_error_bits=max(c.error_bits for c in plan.cells), max_ulp=max(c.worst for c in plan.cells),
        max_ulp_x=0.0, points=0,
    )  # fmt: skip


def _kept(limit: Limit | None, edge: float) -> Limit | None:
    """A limit region begins where the zone ends, so that an element is evaluated in one way on every instruction set."""
    if limit is None:
        return None
    if abs(limit.start) < abs(edge) or (limit.in_loop and limit.start != edge):
        return replace(limit, start=edge if abs(limit.start) < abs(edge) else limit.start, in_loop=False)
    return limit


def smooth_kernels(catalogue: spec.Catalogue) -> Iterator[Kernel]:
    """Functions of x alone, with an elementary function in them: algebra is as fast without a table."""
    for activation in catalogue.values():
        if activation.kind == "elementwise":
            for kernel in kernels_of(activation):
                by_x = kernel.name in (activation.name, f"{activation.name}_backward")
                if by_x and any(n.op in ELEMENTARY for n in postorder(kernel.expression)):
                    yield kernel


def tables_for(kernels: Iterable[Kernel], say: Callable[[str], None]) -> dict[str, FittedKernel]:
    """Tables of all kernels that have one; `say` hears of each."""
    found = {}
    for kernel in kernels:
        began = time.perf_counter()
        try:
            found[kernel.name] = find(kernel)
        except NoTable as reason:
            say(f"{kernel.name}: float32 is evaluated in double: {reason} ({time.perf_counter() - began:.0f} s)")
        else:
            say(f"{summary(found[kernel.name])} ({time.perf_counter() - began:.0f} s)")
    return found


def summary(t: FittedKernel) -> str:
    return (
        f"{t.kernel}: {t.symmetry}{', times x' if t.times_x else ''}, degree {t.degree}"
        f"{' compensated' if t.compensated else ''}, {t.entries} cells on ({t.low:.4g}, {t.high:.4g}), "
        f"{t.max_ulp:.4f} ULP at {t.max_ulp_x!r}"
    )


def _fit_one(kernel: Kernel) -> str:
    lines: list[str] = []
    for name, table in tables_for([kernel], lines.append).items():
        path_of(name).write_text(to_json(table), encoding="utf-8")
    if not lines[0].startswith(f"{kernel.name}: float32 is"):
        return lines[0]
    path_of(kernel.name).unlink(missing_ok=True)
    return lines[0]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen.fit", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kernels", nargs="*", help="kernels to fit (default: all that are smooth)")
    parser.add_argument("--missing", action="store_true", help="only kernels that have no table yet: goes on where a run stopped")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args(arguments)
    known = {k.name: k for k in smooth_kernels(spec.built_in())}
    unknown = sorted(set(options.kernels) - known.keys())
    if unknown:
        parser.error(f"no smooth kernel is named {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [k for n, k in known.items() if not options.kernels or n in options.kernels]
    if options.missing:
        chosen = [k for k in chosen if not path_of(k.name).exists()]
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = [k.name for k in chosen]
    with multiprocessing.get_context("fork").Pool(max(1, options.jobs)) as pool:
        for done, line in enumerate(pool.imap_unordered(_fit_by_name, names), start=1):
            print(f"[{done}/{len(names)}] {line}", flush=True)
    return 0


def _fit_by_name(name: str) -> str:
    """For a worker: a kernel travels by name."""
    return _fit_one(next(k for k in smooth_kernels(spec.built_in()) if k.name == name))


if __name__ == "__main__":
    sys.exit(main())
