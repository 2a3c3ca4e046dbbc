"""How a validation looks in a terminal: a progress bar while it runs, then a table, then one line."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from .validate import Report, Result

_BAR = 30
_HEADINGS = ("activation", "dtype", "pyact ULP", "at x", "runtime ULP", "abs error", "at x", "verdict")


class ProgressBar:
    """One line on a terminal, rewritten in place; silent anywhere else."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = sys.stderr if stream is None else stream
        self.shown = self.stream.isatty()

    def __call__(self, done: int, total: int, name: str) -> None:
        if not self.shown:
            return
        filled = _BAR * done // max(total, 1)
        bar = "#" * filled + "." * (_BAR - filled)
        line = f"\r[{bar}] {done}/{total} {name}" if done < total else "\r"
        self.stream.write(line.ljust(_BAR + 50)[: _BAR + 50] + ("\r" if done == total else ""))
        self.stream.flush()


def number(value: float) -> str:
    """Three digits, and no more width than they need."""
    if math.isinf(value):
        return "inf"
    if value == 0:
        return "0"
    return f"{value:.2f}" if 0.01 <= value < 1000 else f"{value:.1e}"


def point(value: float) -> str:
    """An input, short."""
    return f"{value:.6g}"


def _cells(result: Result) -> tuple[str, ...]:
    kernel, runtime = result.kernel, result.runtime
    return (
        result.name,
        result.dtype,
        number(kernel.ulp),
        point(kernel.ulp_at),
        number(runtime.ulp),
        number(runtime.scaled),
        point(runtime.scaled_at),
        result.verdict if result.ok else f"DIFFERENT: {result.verdict}",
    )


def table(results: Sequence[Result]) -> str:
    """One line per result, columns as wide as they need to be; numbers to the right."""
    rows = [_HEADINGS, *map(_cells, results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS) - 1)]
    lines = []
    for row in rows:
        cells = [c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(row[:-1], widths, strict=True))]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


def summary(report: Report) -> str:
    """What was compared, and how it went."""
    bad = [r for r in report.results if not r.ok]
    known = sum(bool(r.deviations) for r in report.results)
    what = f"{len(report.results)} cases, {report.points:,} points, opset {report.opset}, style {report.style}"
    verdict = f"{len(bad)} DIFFERENT" if bad else "all the same functions"
    deviations = f" ({known} with known deviations of the runtime)" if known else ""
    return f"{verdict}{deviations}: {what}, {report.runtime}, {report.seconds:.0f} s"


def notes(report: Report) -> list[str]:
    """Known deviations that did not show up: the runtime was repaired, the list can shrink."""
    gone = sorted({f"{r.name} {r.dtype}: {name}" for r in report.results for name in r.repaired})
    return [f"note: a known deviation no longer happens: {g}" for g in gone]


def text(report: Report) -> str:
    """The whole report."""
    unit = "abs error: at scale max(1, |y|), for float16 and bfloat16 in ULP there"
    return "\n".join([table(report.results), *notes(report), unit, summary(report)])
