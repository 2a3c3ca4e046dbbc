"""What kind of function a kernel is: symmetry, a factor x, limits. Recognised numerically, in arbitrary precision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from mpmath import mp

from .fit_cells import to_float
from .fitted import Limit
from .kernels import Kernel
from .reference import evaluate

REACH = 20.0  # the widest zone looked at
DIGITS = 30
SMALLEST_FLOAT = 2.0**-149


class NoTable(Exception):
    """Why a kernel keeps its double-precision form."""


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
        open_sides = [s for s in (-1, 1) if not _covers_zero(lower, upper, s)]
        near_zero = [abs(f(s * mp.mpf(2) ** -30)) * 2**30 for s in open_sides]
        vanishes = f(mp.mpf(0)) == 0 and all(0 < v < 1e6 for v in near_zero)
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
    return to_float(x * (value + low))


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
            if exact == 0 or not mp.isfinite(exact):
                return False
            unit = mp.mpf(2) ** (int(mp.floor(mp.log(abs(exact), 2))) - 23)
            return bool(abs(mp.mpf(_float_result(head, tail, kind, x)) - exact) <= 0.52 * unit)

        return _start(holds, kind, head, tail, side)
    return None


def _start(holds: Any, kind: str, head: float, tail: float, side: int) -> Limit | None:
    """The nearest start of the region, on a grid of 1/16, with points beyond it checked."""
    grid = [k / 16 for k in range(int(REACH * 16) + 1)]
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
    if start == 0 and not holds(0.0):
        start = SMALLEST_FLOAT  # the limit holds for x > 0 only
    return Limit(side * start, kind, head, tail, in_loop=start < 2)


def tabulated(f: Target, shape: Shape) -> Any:
    def h(z: Any) -> Any:
        x = z if shape.symmetry in ("none", "even") else shape.side * z
        return f(x) / x if shape.times_x else f(x)

    return h


def domain(shape: Shape) -> tuple[float, float]:
    """Where cells may lie: [0, reach] if folded, else between the limit regions."""
    upper = shape.upper.start if shape.upper is not None else REACH
    lower = shape.lower.start if shape.lower is not None else -REACH
    if shape.symmetry != "none":
        return 0.0, min(REACH, max(upper, -lower)) if shape.upper and shape.lower else REACH
    return max(-REACH, lower), min(REACH, upper)


def root_of(h: Any, low: float, high: float) -> tuple[Any, float, float]:
    """The sign change nearest to zero, or None, and the bounds narrowed to hold no other."""
    grid = np.linspace(low, high, 161)
    step = (high - low) / 160
    signs = [mp.sign(h(mp.mpf(float(v)) + mp.mpf("1e-7"))) for v in grid[:-1]]
    at = [i for i in range(len(signs) - 1) if signs[i] * signs[i + 1] < 0]
    if not at:
        return None, low, high
    nearest = min(range(len(at)), key=lambda i: abs(grid[at[i]]))
    if nearest > 0:
        low = float(grid[at[nearest - 1] + 1]) + step
    if nearest + 1 < len(at):
        high = float(grid[at[nearest + 1]]) - step
    left = mp.mpf(float(grid[at[nearest]])) + mp.mpf("1e-7")
    root = mp.findroot(h, (left, left + step), solver="anderson", tol=mp.mpf(10) ** -50, verify=False)
    if abs(root) < 1e-9:
        raise NoTable("more than a simple root at 0")
    return root, low, high
