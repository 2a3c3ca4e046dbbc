"""What was found in a model file: as data, as JSON, and as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from ..report import number, point
from ..results import json_text
from .measure import Measurement

_HEADINGS = (
    "activation", "dtype", "times", "formula", "rounded ULP", "runtime ULP", "at x", "abs error", "at x", "verdict",
)  # fmt: skip
_LEGEND = """\
formula: error of the formula of the graph in high precision; rounded: with every operator exact but for one rounding;
runtime: as run. formula and abs error: at scale max(1, |y|), for float16 and bfloat16 in ULP there
"""
_TO_THE_LEFT = frozenset({0, 1})
_WIDTH = 110


@dataclass
class Finding:
    """One activation of the model; the same nodes in several places are one finding.

    Attributes
    ----------
    activation, parameters, title
        Name in pyact's catalogue, parameters found in the graph, and both as text.
    exact
        False where the function is only near the activation on the common range.
    dtype
        Format of the input.
    operators, places
        The operators it is made of, and for each place the names of its nodes.
    measured
        Errors and verdict.
    gate
        Name of the gated unit, such as glu, that this is the activation of.
    """

    activation: str
    parameters: dict[str, float]
    title: str
    exact: bool
    dtype: str
    operators: list[str]
    places: list[list[str]]
    measured: Measurement
    gate: str = ""

    @property
    def ok(self) -> bool:
        return not self.measured.wrong

    @property
    def verdict(self) -> str:
        if self.measured.wrong:
            blame = " and ".join(self.measured.blame)
            return f"WRONG: {blame}"
        if self.measured.not_run:
            return "not run"
        return "same" if self.exact else "same on these points"


@dataclass
class ModelReport:
    """Every activation of one model.

    Attributes
    ----------
    findings
        One per activation, in the order of the graph.
    skipped
        What was not looked at, and why.
    """

    model: str
    findings: list[Finding]
    nodes: int
    skipped: list[str]
    runtime: str
    provider: str
    optimize: bool
    opsets: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """No activation is another function than it should be, and at least one has been run."""
        return all(f.ok for f in self.findings) and any(f.measured.runtime is not None for f in self.findings)

    @property
    def wrong(self) -> list[Finding]:
        return [f for f in self.findings if not f.ok]

    def to_json(self) -> str:
        """All of it, as JSON; what is not finite is a string such as "inf"."""
        plain = asdict(self) | {"ok": self.ok}
        for shown, finding in zip(plain["findings"], self.findings, strict=True):
            shown |= {"ok": finding.ok, "verdict": finding.verdict}
            shown["measured"] |= {"blame": finding.measured.blame}
        return json_text(plain)


def _cells(finding: Finding) -> tuple[str, ...]:
    measured = finding.measured
    run = measured.runtime
    return (
        finding.title if finding.exact else f"nearly {finding.title}",
        finding.dtype,
        str(len(finding.places)),
        number(measured.formula),
        number(measured.rounded.ulp),
        number(run.ulp) if run else "-",
        point(run.ulp_at) if run else "",
        number(run.scaled) if run else "-",
        point(run.scaled_at) if run else "",
        finding.verdict,
    )


def _table(findings: list[Finding]) -> list[str]:
    rows = [_HEADINGS, *map(_cells, findings)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS) - 1)]
    lines = []
    for row in rows:
        cells = [
            c.ljust(w) if i in _TO_THE_LEFT else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return lines


def _details(finding: Finding) -> list[str]:
    """Where it is, and everything there is to say about it."""
    measured = finding.measured
    places = [", ".join(p[:5]) + (f" and {len(p) - 5} more" if len(p) > 5 else "") for p in finding.places[:3]]
    rest = len(finding.places) - 3
    more = f"; and {rest} other place{'s' if rest > 1 else ''}" if rest > 0 else ""
    gate = f", in {finding.gate}" if finding.gate else ""
    lines = textwrap.wrap(f"{finding.title}{gate}: {'; '.join(places)}{more}", _WIDTH, subsequent_indent="    ")
    said = [*(f"WRONG {w}" for w in measured.wrong), *measured.notes, *measured.special]
    if measured.not_run:
        said.append(f"not run: {measured.not_run}")
    for remark in said:
        lines += textwrap.wrap(remark, _WIDTH, initial_indent="  - ", subsequent_indent="    ")
    return lines


def text(report: ModelReport) -> str:
    """The whole report."""
    lines = []
    if report.findings:
        lines += _table(report.findings)
        lines += [_LEGEND]
        for finding in report.findings:
            lines += _details(finding)
        lines += [""]
    lines += [f"skipped: {s}" for s in report.skipped]
    return "\n".join([*lines, _summary(report)])


def _summary(report: ModelReport) -> str:
    places = sum(len(f.places) for f in report.findings)
    wrong = sum(len(f.places) for f in report.wrong)
    idle = sum(len(f.places) for f in report.findings if f.measured.runtime is None)
    verdict = f"{wrong} of {places} activations WRONG" if wrong else f"{places} activations, none wrong"
    if not places:
        verdict = "no activation found"
    not_run = f", {idle} not run" if idle else ""
    opsets = ", ".join(f"{d or 'opset'} {v}" for d, v in report.opsets.items())
    level = "on" if report.optimize else "off"
    return (
        f"{verdict}{not_run}: {report.model}, {report.nodes:,} nodes, {opsets}, {report.runtime} "
        f"({report.provider}, optimizer {level}), {report.seconds:.0f} s"
    )
