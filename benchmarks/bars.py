"""What pyact promises about speed, and which of the measured cells keep it.

A bar looks at each cell and gives a figure where the cell is its business; the promise is kept where the figure is at
least `least`. Figures are ratios of times from the same interleaved rounds, larger is better.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import pyact

from .cells import FROM_OUTPUT, Cell
from .environment import CANNOT_BE_RESTRICTED
from .results import LIMIT, NP_TANH, OK, Environment, Measurement, Results

IN_CACHE_SIZES = (65_536, 1 << 20)
NORMAL = ("normal1", "normal3")
# "one element <= 300 ns where np.tanh takes 270; parameterised functions within 150 ns of that"
ONE_ELEMENT, ONE_ELEMENT_WITH_PARAMETERS = 300 / 270, (300 + 150) / 270
NEVER_SLOWER = 0.95  # two timings of the same code differ by as much


class Timings:
    """One cell: seconds by who took them."""

    def __init__(self, cell: Cell, measurements: Iterable[Measurement], environment: Environment) -> None:
        self.cell = cell
        self.all = {m.who: m for m in measurements}
        self.excluded = CANNOT_BE_RESTRICTED if environment["restricted"] else ()

    def seconds(self, who: str) -> float | None:
        m = self.all.get(who)
        return m.seconds if m is not None and m.status == OK else None

    def peers(self) -> dict[str, float]:
        """Libraries that compute the same function and count in this environment."""
        return {
            who: m.seconds for who, m in self.all.items()
            if who not in ("pyact", LIMIT, *self.excluded) and m.status == OK and m.seconds is not None
        }  # fmt: skip

    def best_peer(self) -> tuple[str, float] | None:
        peers = self.peers()
        return min(peers.items(), key=lambda item: item[1]) if peers else None

    def over(self, who: str) -> float | None:
        """How many times faster pyact is."""
        theirs, ours = self.seconds(who), self.seconds("pyact")
        return theirs / ours if theirs is not None and ours is not None and who not in self.excluded else None

    def over_best(self) -> float | None:
        best = self.best_peer()
        return self.over(best[0]) if best else None


def timings(results: Results, environment: str) -> list[Timings]:
    about = results.environments[environment]
    return [Timings(cell, group, about) for cell, group in results.cells[environment].items()]


def least_of(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return min(known, default=None)


# --- the figure of each bar; None where the cell is none of its business, or cannot be judged -------------------------
def elementwise(t: Timings) -> bool:
    """A gradient from a saved output is another contract: pyact starts from x. It is reported, and meets no bar."""
    return t.cell.table == "activations" and t.cell.direction != FROM_OUTPUT


def over_best_in_cache(t: Timings) -> float | None:
    c = t.cell
    applies = elementwise(t) and c.dtype == "float32" and c.size in IN_CACHE_SIZES and c.inputs in NORMAL
    return t.over_best() if applies else None


def over_best_small(t: Timings) -> float | None:
    applies = elementwise(t) and t.cell.dtype == "float32" and t.cell.size == 4096
    return t.over_best() if applies else None


def of_memory_speed(t: Timings) -> float | None:
    applies = elementwise(t) and t.cell.dtype == "float32" and t.cell.size == 1 << 24
    return t.over(LIMIT) if applies else None


def half_over_torch(t: Timings) -> float | None:
    return t.over("torch") if elementwise(t) and t.cell.dtype in ("float16", "bfloat16") else None


def double_over_best(t: Timings) -> float | None:
    return t.over_best() if elementwise(t) and t.cell.dtype == "float64" else None


def rows(t: Timings, axis: int) -> bool:
    return t.cell.table == "rows" and t.cell.axis == axis


def rows_over_torch(t: Timings) -> float | None:
    return t.over("torch") if rows(t, -1) else None


def rows_over_onnxruntime(t: Timings) -> float | None:
    return t.over("onnxruntime") if rows(t, -1) and t.cell.dtype == "float32" else None


def columns_over_both(t: Timings) -> float | None:
    return least_of((t.over("torch"), t.over("onnxruntime"))) if rows(t, 0) else None


def one_element(t: Timings) -> float | None:
    """Allowed over taken time of the slowest way to call it."""
    if t.cell.table != "calls" or (tanh := t.seconds(NP_TANH)) is None:
        return None
    activation = pyact.activations[t.cell.name]
    parameters = bool(activation.parameters) or activation.kind != "elementwise"  # or the axis
    allowed = tanh * (ONE_ELEMENT_WITH_PARAMETERS if parameters else ONE_ELEMENT)
    return least_of(allowed / m.seconds for who, m in t.all.items() if who != NP_TANH and m.seconds)


def threads_gain(t: Timings) -> float | None:
    """All threads over one."""
    if t.cell.table != "threads":
        return None
    taken = {who: m.seconds for who, m in t.all.items() if who.startswith("pyact, ") and m.seconds}
    if len(taken) != 2:
        return None
    one = taken.pop("pyact, 1 thread")
    return one / next(iter(taken.values()))


def threads_gain_on_large(t: Timings) -> float | None:
    return threads_gain(t) if t.cell.size == 1 << 24 else None


def evenness(t: Timings) -> float | None:
    """Best over worst distribution."""
    if t.cell.table != "inputs":
        return None
    taken = [m.seconds for m in t.all.values() if m.seconds]
    return min(taken) / max(taken) if len(taken) > 1 else None


@dataclass(frozen=True)
class Bar:
    promise: str
    least: float
    figure: Callable[[Timings], float | None]
    beside: str  # what the figure compares with
    strict: bool = False  # more than `least`, not as much

    def kept(self, figure: float) -> bool:
        return figure > self.least if self.strict else figure >= self.least


BARS = (
    Bar("float32, 65,536 and 1,048,576 elements, N(0, 1) and N(0, 3): at least 0.95x the best peer", 0.95,
        over_best_in_cache, "best peer"),
    Bar("float32, 4,096 elements: at least 1.2x the best peer", 1.2, over_best_small, "best peer"),
    Bar("float32, 16,777,216 elements: at least 0.9x the speed of a copy (two arrays read: of an addition)", 0.9,
        of_memory_speed, "limit"),
    Bar("float16 and bfloat16: ahead of torch", 1, half_over_torch, "torch", strict=True),
    Bar("float64: ahead of the best peer", 1, double_over_best, "best peer", strict=True),
    Bar("softmax and log_softmax, last axis: ahead of torch", 1, rows_over_torch, "torch", strict=True),
    Bar("softmax and log_softmax, last axis, float32: within 1.15x of onnxruntime", 1 / 1.15, rows_over_onnxruntime,
        "onnxruntime"),
    Bar("softmax and log_softmax, axis 0: at least 2x torch and onnxruntime", 2, columns_over_both,
        "the faster of the two"),
    Bar("one element: 300 ns where np.tanh takes 270; with parameters 450", 1, one_element, "allowed time"),
    Bar("all threads on 16,777,216 elements: at least 1.7x one thread", 1.7, threads_gain_on_large, "one thread"),
    Bar("all threads: never slower than one (0.95x: timings differ by that)", NEVER_SLOWER, threads_gain, "one thread"),
    Bar("the slowest distribution of inputs takes at most twice as long as the fastest", 0.5, evenness, "fastest"),
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    bar: Bar
    figures: Mapping[Cell, float]  # of every cell that the bar judges

    @property
    def missed(self) -> list[tuple[Cell, float]]:
        """The worst first."""
        return sorted(((c, f) for c, f in self.figures.items() if not self.bar.kept(f)), key=lambda item: item[1])


def verdicts(results: Results, environment: str) -> list[Verdict]:
    """All bars."""
    cells = timings(results, environment)
    return [Verdict(bar, {t.cell: figure for t in cells if (figure := bar.figure(t)) is not None}) for bar in BARS]


LEAST_MEAN_OVER_TORCH = 2.0


def mean_over_torch(results: Results, environment: str) -> tuple[float, int] | None:
    """Geometric mean of torch's time over pyact's, and of how many cells: those of the first bar."""
    ratios = [
        ratio for t in timings(results, environment)
        if over_best_in_cache(t) is not None and (ratio := t.over("torch")) is not None
    ]  # fmt: skip
    return (statistics.geometric_mean(ratios), len(ratios)) if ratios else None
