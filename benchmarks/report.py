"""Measurements as Markdown: what was measured where, which bars are met, every table."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from .bars import LEAST_MEAN_OVER_TORCH, Timings, mean_over_torch, timings, verdicts
from .cells import FROM_OUTPUT, Cell
from .inputs import DISTRIBUTIONS
from .peers import PEERS
from .results import LIMIT, NP_TANH, OK, Environment, Results

PER_CALL_BELOW = 4096  # elements: below, the call is what takes the time


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def nanoseconds(seconds: float, cell: Cell) -> str:
    if cell.size < PER_CALL_BELOW:
        return f"{seconds * 1e9:.0f}"
    value = seconds / cell.size * 1e9
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 100 else f"{value:.0f}"


def unit(size: int) -> str:
    return "ns per call" if size < PER_CALL_BELOW else "ns per element"


def times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}x"


def title(environment: Environment) -> str:
    isa = environment["isa"] + (" (libraries restricted to it)" if environment["restricted"] else "")
    threads = environment["threads"]
    quick = ", quick: the figures mean nothing" if environment["quick"] else ""
    return f"{environment['cpu']}, {isa}, {'one thread' if threads == 1 else f'{threads} threads'}{quick}"


def about(environment: Environment) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in environment["versions"].items())
    lines = [
        f"{environment['system']}, {environment['processors']} processors, Python {environment['python']}.",
        f"pyact {environment['pyact']} (build {environment['pyact_build']}), {versions}.",
    ]
    if environment["missing"]:
        lines.append(f"**Not installed, so not measured: {', '.join(environment['missing'])}.**")
    if environment["variables"]:
        settings = " ".join(f'{key}="{value}"' for key, value in environment["variables"].items())
        lines.append(f"Set for the process: `{settings}`.")
    if environment["restricted"]:
        lines.append(
            "onnxruntime cannot be restricted: its times, in parentheses, are those of the processor's widest "
            "instructions and count for no bar; scipy is built for the baseline anyway."
        )
    if environment["threads"] != 1:
        lines.append("numpy, scipy and the numba loops run on one thread all the same.")
    return "\n".join(lines)


# --- bars -------------------------------------------------------------------------------------------------------------
def summary(results: Results, environment: str, most: int | None = None) -> str:
    """Every bar with its cells, and each cell that misses one; no more than `most` of a bar, the worst."""
    if results.environments[environment]["threads"] != 1:
        return "The bars are promises about one thread: none is judged here."
    lines, missed = [], []
    for verdict in verdicts(results, environment):
        cells, bad = len(verdict.figures), verdict.missed
        state = "not measured" if not cells else "met" if not bad else f"**missed by {len(bad)}**"
        worst = f"{min(verdict.figures.values()):.2f}x" if cells else ""
        lines.append([verdict.bar.promise, str(cells), state, worst])
        if bad:
            missed.append(f"{verdict.bar.promise} (x of {verdict.bar.beside}):\n")
            missed += [f"- {cell}: {figure:.2f}x{details(results, environment, cell)}" for cell, figure in bad[:most]]
            if most is not None and len(bad) > most:
                missed.append(f"- and {len(bad) - most} more: see the report")
            missed.append("")
    if mean := mean_over_torch(results, environment):
        state = "met" if mean[0] >= LEAST_MEAN_OVER_TORCH else "**missed**"
        lines.append(["geometric mean over torch, cells of the first bar: at least 2x", str(mean[1]), state,
                      f"{mean[0]:.2f}x"])  # fmt: skip
    else:
        lines.append(["geometric mean over torch, cells of the first bar: at least 2x", "0", "not measured", ""])
    text = "### Bars\n\n" + table(["bar", "cells", "state", "worst"], lines)
    return text + ("\n\n### Cells that miss a bar\n\n" + "\n".join(missed).rstrip() if missed else "")


def details(results: Results, environment: str, cell: Cell) -> str:
    """The two times behind a ratio, where a library is the other side."""
    t = Timings(cell, results.cells[environment][cell], results.environments[environment])
    best, ours = t.best_peer(), t.seconds("pyact")
    if cell.table not in ("activations", "rows") or best is None or ours is None:
        return ""
    return f" (pyact {nanoseconds(ours, cell)}, {best[0]} {nanoseconds(best[1], cell)} {unit(cell.size)})"


# --- tables -----------------------------------------------------------------------------------------------------------


def time_of(t: Timings, who: str) -> str:
    m = t.all.get(who)
    if m is None or m.seconds is None:
        return ""
    text = nanoseconds(m.seconds, t.cell)
    if m.status != OK or who in t.excluded:
        return f"({text})"
    best = t.best_peer()
    fastest = min([s for s in (t.seconds("pyact"), best[1] if best else None) if s is not None], default=None)
    return f"**{text}**" if m.seconds == fastest else text


def limit_share(t: Timings) -> str:
    """pyact's time over the limit's."""
    ratio = t.over(LIMIT)
    return "" if not ratio else f"{1 / ratio:.2f}"


def line(label: str, t: Timings, columns: Sequence[str]) -> list[str]:
    best = t.best_peer()
    return [label, *(time_of(t, who) for who in columns), best[0] if best else "none", times(t.over_best()),
            times(t.over("torch")), limit_share(t)]  # fmt: skip


def beside_peers(group: Sequence[Timings], first: str, label: str) -> str:
    """One row a function. Parentheses: does not count (disagrees, or cannot be restricted)."""
    measured = {who for t in group for who, m in t.all.items() if m.seconds is not None}
    columns = [who for who in ("pyact", *PEERS) if who in measured]
    limit = "time / copy" if "forward" in label else "time / add"
    head = [first, *columns, "best peer", "over best", "over torch", limit]
    names = [t.cell.name if t.cell.table == "activations" else row_label(t.cell) for t in group]
    return f"#### {label}\n\n" + table(head, [line(n, t, columns) for n, t in zip(names, group, strict=True)])


def row_label(cell: Cell) -> str:
    return f"{cell.name} {'x'.join(map(str, cell.shape))} axis {cell.axis}"


def activation_tables(measured: Sequence[Timings]) -> list[str]:
    groups: dict[tuple[str, int, str, str], list[Timings]] = {}
    for t in measured:
        if t.cell.table == "activations":
            key = (t.cell.dtype, t.cell.size, t.cell.inputs, t.cell.direction)
            groups.setdefault(key, []).append(t)
    texts = []
    for (dtype, size, inputs, direction), group in groups.items():
        label = f"{direction}, {dtype}, {size:,} elements, {DISTRIBUTIONS[inputs]}, {unit(size)}"
        texts.append(beside_peers(group, "activation", label))
        if direction == FROM_OUTPUT:
            texts.append("The peers start from the saved output, pyact from x: another contract, judged by no bar.")
    return texts


def means_table(measured: Sequence[Timings]) -> list[str]:
    """Geometric means over the activations that torch, or any peer, has."""
    groups: dict[tuple[str, str, int], list[Timings]] = {}
    for t in measured:
        if t.cell.table == "activations":
            groups.setdefault((t.cell.dtype, t.cell.direction, t.cell.size), []).append(t)
    lines = []
    for (dtype, direction, size), group in groups.items():
        means = []
        for ratios in ([t.over("torch") for t in group], [t.over_best() for t in group]):
            known = [r for r in ratios if r is not None]
            means.append(f"{statistics.geometric_mean(known):.2f}x of {len(known)}" if known else "")
        lines.append([dtype, direction, f"{size:,}", *means])
    head = ["dtype", "direction", "elements", "over torch", "over best"]
    return ["#### Geometric means, all distributions of inputs\n\n" + table(head, lines)] if lines else []


def row_tables(measured: Sequence[Timings]) -> list[str]:
    groups: dict[tuple[str, str], list[Timings]] = {}
    for t in measured:
        if t.cell.table == "rows":
            groups.setdefault((t.cell.dtype, t.cell.direction), []).append(t)
    texts = []
    for (dtype, direction), group in groups.items():
        texts.append(beside_peers(group, "function, shape, axis", f"rows: {direction}, {dtype}, ns per element"))
    return texts


def calls_table(measured: Sequence[Timings]) -> list[str]:
    lines = []
    for t in measured:
        tanh = t.seconds(NP_TANH)
        if t.cell.table != "calls" or tanh is None:
            continue
        cells = [f"{s * 1e9:.0f} ({s / tanh:.2f})" if (s := t.seconds(w)) else "" for w in
                 ("pyact", "pyact, parameters given")]  # fmt: skip
        lines.append([t.cell.name, f"{tanh * 1e9:.0f}", *cells])
    if not lines:
        return []
    head = ["activation", "np.tanh", "pyact (ratio)", "with the parameters given as floats (ratio)"]
    return ["#### One float32 element, ns per call, result allocated\n\n" + table(head, lines)]


def threads_tables(measured: Sequence[Timings]) -> list[str]:
    texts = []
    group = [t for t in measured if t.cell.table == "threads"]
    who = list(dict.fromkeys(w for t in group for w, m in t.all.items() if m.seconds))
    if who:
        lines = [
            [f"{t.cell.name} {t.cell.direction}", t.cell.dtype, f"{t.cell.size:,}",
             *(nanoseconds(s, t.cell) if (s := t.seconds(w)) else "" for w in who), threads_gain_text(t, who)]
            for t in group
        ]  # fmt: skip
        head = ["activation", "dtype", "elements", *who, "pyact: all over one"]
        texts.append("#### Threads, ns per element\n\n" + table(head, lines))
    elif group:
        texts.append("#### Threads\n\nNot measured: this process may use one processor only.")
    return texts


def threads_gain_text(t: Timings, who: Sequence[str]) -> str:
    taken = [s for w in who if w.startswith("pyact") and (s := t.seconds(w))]
    return times(taken[0] / taken[1]) if len(taken) == 2 else ""


def inputs_table(measured: Sequence[Timings]) -> list[str]:
    lines = []
    for t in measured:
        if t.cell.table == "inputs":
            taken = {d: s for d in DISTRIBUTIONS if (s := t.seconds(d))}
            if taken:
                spread = max(taken.values()) / min(taken.values())
                values = [nanoseconds(taken[d], t.cell) if d in taken else "" for d in DISTRIBUTIONS]
                worst = DISTRIBUTIONS[max(taken, key=taken.__getitem__)]
                lines.append([f"{t.cell.name} {t.cell.direction}", t.cell.dtype, *values, times(spread), worst])
    if not lines:
        return []
    head = ["activation", "dtype", *DISTRIBUTIONS.values(), "slowest over fastest", "slowest on"]
    return ["#### pyact by distribution of the inputs, 65,536 elements, ns per element\n\n" + table(head, lines)]


def not_measured(measured: Sequence[Timings]) -> list[str]:
    """Why a library has no time in a table, or one that does not count; each reason once."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for t in measured:
        for who, m in t.all.items():
            if m.status != OK:
                where = f"{t.cell.name} {t.cell.direction} {t.cell.dtype}"
                found = reasons.setdefault((who, m.status.split(": ")[0]), [])
                if where not in found:
                    found.append(where)
    if not reasons:
        return []
    lines = [f"- {who}: {status} ({shorten(where)})" for (who, status), where in sorted(reasons.items())]
    return ["#### Without a time, or with one that does not count\n\n" + "\n".join(lines)]


def shorten(where: Sequence[str]) -> str:
    more = f" and {len(where) - 3} more" if len(where) > 3 else ""
    return ", ".join(where[:3]) + more


def environment_report(results: Results, environment: str) -> str:
    measured = timings(results, environment)
    described = results.environments[environment]
    parts = [
        f"## {title(described)}", about(described), summary(results, environment),
        *means_table(measured), *activation_tables(measured), *row_tables(measured), *calls_table(measured),
        *threads_tables(measured),
        *inputs_table(measured), *not_measured(measured),
    ]  # fmt: skip
    return "\n\n".join(parts)


def markdown(results: Results) -> str:
    head = (
        "# pyact beside other libraries\n\n"
        "Minima over interleaved rounds; outputs allocated before, where the library can write into them. "
        "*Over best* and *over torch* are how many times faster pyact is: below 1 it is slower. "
        "NumPy and jax evaluate the catalogue's formula where they have no such function of their own. "
        "Compare within a row: absolute times move from machine to machine. "
        "Bold is the fastest; a time in parentheses does not count."
    )
    return "\n\n".join([head, *(environment_report(results, key) for key in results.environments)]) + "\n"


# --- the table of the README ------------------------------------------------------------------------------------------
README_SIZE, README_DTYPE, README_INPUTS = 65_536, "float32", "normal1"


def readme(results: Results, environment: str) -> str:
    """float32, 65,536 elements, N(0, 1): pyact, torch and the best of the others; losses included."""
    by_name: dict[str, dict[str, Timings]] = {}
    for t in timings(results, environment):
        c = t.cell
        if (c.table, c.dtype, c.size, c.inputs) == ("activations", README_DTYPE, README_SIZE, README_INPUTS):
            by_name.setdefault(c.name, {})[c.direction] = t
    lines = []
    for name, directions in by_name.items():
        row = [name]
        for direction in ("forward", "backward"):
            row += readme_cells(directions[direction]) if direction in directions else ["", "", ""]
        lines.append(row)
    described = results.environments[environment]
    head = ["", "pyact", "torch", "best other", "backward: pyact", "torch", "best other"]
    versions = described["versions"]
    text = ", ".join(f"{name} {versions[name]}" for name in PEERS if name in versions)
    missing = f" Not installed: {', '.join(described['missing'])}." if described["missing"] else ""
    return (
        f"ns per element, lower is better; float32, 65,536 elements, N(0, 1), {title(described)}; {text}.{missing}\n\n"
        + table(head, lines)
        + "\n"
    )


def readme_cells(t: Timings) -> list[str]:
    ours, torch = t.seconds("pyact"), t.seconds("torch")
    others = {who: s for who, s in t.peers().items() if who != "torch"}
    other = min(others, key=others.__getitem__) if others else None
    times = [ours, torch, others[other] if other else None]
    texts = ["" if s is None else f"{s / t.cell.size * 1e9:.2f}" for s in times]
    fastest = min((float(text) for text in texts if text), default=0.0)
    bold = [f"**{text}**" if text and float(text) == fastest else text for text in texts]  # ties as they are read
    return [*bold[:2], f"{bold[2]} {other}" if other else ""]
