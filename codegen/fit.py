"""Find the float32 tables of the smooth kernels: python -m codegen.fit [KERNEL ...]

For each kernel (value or derivative, at the default parameters) the search finds the symmetry, the factor x, the range
where the function is a constant or proportional to x (fit_shape), the index map, the degree and the number of cells
(fit_layout); fits every cell (fit_cells); and proves the result in C against extended precision (fit_check). What
passes is written to tables/fitted/<kernel>.json; what does not keeps the double-precision kernel, and the reason is
printed. Everything is seeded: the same tables each time.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from mpmath import mp

from . import spec
from .expr import postorder
from .fit_cells import Sampled, to_float
from .fit_check import check
from .fit_layout import Plan, layout, plans_for
from .fit_shape import DIGITS, NoTable, Shape, Target, domain, root_of, shape_of, tabulated
from .fitted import FOLDER, FittedKernel, Limit, PreciseCell, path_of, to_json
from .kernels import Kernel, kernels_of
from .lower_c import ELEMENTARY
from .lower_staged import staged_core

SLOW = 6.0  # a plan of this cost (see fit_layout.plan_cost) is no faster than the double kernel
TRIES = 16
ACCEPTED = 0.98  # ULP in the check, which is not yet every float: tests/exhaustive.py is


def find(kernel: Kernel, say: Callable[[str], None] | None = None) -> FittedKernel:
    """The cheapest table that holds 1 ULP in C; raises NoTable."""
    f = Target(kernel)
    shape = shape_of(f)
    low, high = domain(shape)
    if high - low < 1:
        raise NoTable("the limit regions leave nothing to fit")
    h = tabulated(f, shape)
    with mp.workdps(DIGITS):
        root, low, high = root_of(h, low, high)
        if high - low < 1 or not low < 1 or not high > -1:
            raise NoTable("roots leave nothing to fit around zero")
        sampled = Sampled(h, low, high, root)
    plans = sorted(plans_for(sampled, shape, (low, high)), key=lambda p: p.cost)
    worst = math.inf
    for plan in plans[:TRIES]:
        if say is not None:
            say(_describe(plan))
        final = layout(sampled, plan.form, shape, plan.linear, plan.quadratic, (low, high), plan.zones[-1][0],
                        final=True)  # fmt: skip
        if final is None or final.cost > plan.cost * 1.03:
            continue
        if final.cost > SLOW:
            break
        table = _table(kernel, shape, final)
        verdict = check(kernel, table, bound=ACCEPTED)
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
    """A limit begins where the zone ends, so that an element is evaluated in one way on every instruction set."""
    if limit is None:
        return None
    if abs(limit.start) < abs(edge) or (limit.in_loop and limit.start != edge):
        return replace(limit, start=edge if abs(limit.start) < abs(edge) else limit.start, in_loop=False)
    return limit


def smooth_kernels(catalogue: spec.Catalogue) -> Iterator[Kernel]:
    """Functions of x alone that have no form of their own, with an elementary function in them: algebra is as fast
    without a table.
    """
    for activation in catalogue.values():
        if activation.kind == "elementwise":
            for kernel in kernels_of(activation):
                by_x = kernel.name in (activation.name, f"{activation.name}_backward")
                is_smooth = any(n.op in ELEMENTARY for n in postorder(kernel.expression))
                if by_x and is_smooth and staged_core(kernel) is None:
                    yield kernel


def tables_for(kernels: Iterable[Kernel], say: Callable[[str], None]) -> dict[str, FittedKernel]:
    """Tables of all kernels that have one; `say` hears of each."""
    found = {}
    for kernel in kernels:
        began = time.perf_counter()
        try:
            found[kernel.name] = find(kernel)
        except (NoTable, ArithmeticError) as reason:
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


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen.fit", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kernels", nargs="*", help="kernels to fit (default: all that are smooth)")
    parser.add_argument("--missing", action="store_true", help="only those without a table: go on after a stop")
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
    """For a worker, to which a kernel travels by name: its table is written, or one that no longer holds removed."""
    kernel = next(k for k in smooth_kernels(spec.built_in()) if k.name == name)
    lines: list[str] = []
    table = tables_for([kernel], lines.append).get(name)
    if table is None:
        path_of(name).unlink(missing_ok=True)
    else:
        path_of(name).write_text(to_json(table), encoding="utf-8")
    return lines[0]


if __name__ == "__main__":
    sys.exit(main())
