"""How a validation looks in a terminal: a progress bar while it runs, then a table, then one line."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from .judge import FINITE_ONLY
from .runtime import EXECUTION_PROVIDERS

if TYPE_CHECKING:
    from .results import Report, Result

_BAR = 30
_HEADINGS = (
    "activation", "dtype", "runs on", "pyact ULP", "at x", "rounded", "runtime ULP", "at x", "rounded", "abs error",
    "at x", "apart", "verdict",
)  # fmt: skip
_LEFT = ("activation", "dtype", "runs on")  # the other columns are numbers
_LEGEND = (
    "rounded: share of results that are the nearest number of the format; abs error: at scale max(1, |y|), for "
    "float16 and bfloat16 in ULP there; apart: the same between runtime and pyact"
)


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


def share(value: float) -> str:
    """A share in percent; 100% means all."""
    return "100%" if value == 1 else f"{math.floor(value * 1000) / 10:.1f}%"


def setting(result: Result, *, with_model: bool = False) -> str:
    """Where a result was computed, and from which model where several are in the report."""
    optimized = ", optimized" if result.optimize else ""
    return result.provider + optimized + (f", opset {result.opset}, {result.style}" if with_model else "")


def _cells(result: Result, with_model: bool) -> tuple[str, ...]:
    kernel, runtime = result.kernel, result.runtime
    return (
        result.name,
        result.dtype,
        setting(result, with_model=with_model),
        number(kernel.ulp),
        point(kernel.ulp_at),
        share(kernel.rounded),
        number(runtime.ulp),
        point(runtime.ulp_at),
        share(runtime.rounded),
        number(runtime.scaled),
        point(runtime.scaled_at),
        "" if result.difference is None else number(result.difference.scaled),
        result.verdict if result.ok else f"DIFFERENT: {result.verdict}",
    )


def table(results: Sequence[Result]) -> str:
    """One line per result, columns as wide as they need to be; numbers to the right."""
    by_provider: dict[str, set[tuple[int, str]]] = {}
    for r in results:
        by_provider.setdefault(r.provider, set()).add((r.opset, r.style))
    several = any(len(models) > 1 for models in by_provider.values())
    rows = [_HEADINGS, *(_cells(r, several) for r in results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS) - 1)]
    left = len(_LEFT)
    lines = []
    for row in rows:
        cells = [c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(row[:-1], widths, strict=True))]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


def summary(report: Report) -> str:
    """What was compared, and how it went."""
    if not report.results:
        return "; ".join([_verdict(report), *report.skipped])
    known = sum(bool(r.deviations) for r in report.results)
    what = f"{len(report.results)} cases, {report.points:,} points, opset {report.opset}, style {report.style}"
    deviations = f" ({known} with known deviations of the runtime)" if known else ""
    line = f"{_verdict(report)}{deviations}: {what}, {report.runtime}, {report.seconds:.0f} s"
    return "; ".join([line, *report.skipped])


def _verdict(report: Report) -> str:
    not_run = [f"{len(report.not_run)} NOT RUN"] if report.not_run else []
    if report.different:
        return ", ".join([f"{len(report.different)} DIFFERENT", *not_run])
    if not report.results:
        return ", ".join(["NOTHING COMPARED", *not_run])
    if not report.is_complete:
        return ", ".join(["INCOMPLETE, what was compared is the same", *not_run])
    return "all the same functions"


def placements(report: Report) -> list[str]:
    """Per provider where the nodes of its models ran, as onnxruntime says."""
    lines = []
    for provider in dict.fromkeys(r.provider for r in report.results):
        nodes = [node for r in report.results if r.provider == provider for node in r.placement]
        where = sorted({place for _, _, place in nodes})
        if where == [EXECUTION_PROVIDERS[provider]]:
            lines.append(f"{provider}: all {len(nodes):,} nodes on {where[0]} ({report.versions.get(provider, '')})")
        elif where:
            lines.append(f"{provider}: {len(nodes):,} nodes on {', '.join(where)}")
    return lines


def notes(report: Report) -> list[str]:
    """What the table does not show: repaired deviations, and what was not compared, with the reason."""
    gone = sorted({f"{r.name} {r.dtype} on {r.provider}: {name}" for r in report.results for name in r.repaired})
    lines = [f"note: a known deviation no longer happens: {g}" for g in gone]
    for provider in sorted(FINITE_ONLY & {r.provider for r in report.results}):
        lines.append(
            f"note: on {provider}, infinities, NaN and subnormal inputs are not compared, nor are subnormal results in "
            "ULP: its language promises none of them"
        )
    if report.left_out:
        lines.append(f"note: no operator of the standard means {', '.join(report.left_out)}")
    return lines + [f"NOT RUN on {n.provider}: {n}" for n in report.not_run]


def text(report: Report) -> str:
    """The whole report."""
    head = [table(report.results), _LEGEND] if report.results else []
    return "\n".join([*head, *placements(report), *notes(report), summary(report)])
