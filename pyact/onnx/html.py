"""A validation as one web page that needs nothing else: a table, the functions, and the errors of each along x.

page.html is the frame and its prose, page.css the looks, page.js what moves; all of it is put into the one page. That
works, without sorting and filtering, where scripts are off. All text of a report or a spec is escaped, and a content
security policy lets nothing but page.js run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

import pyact
from pyact import _toolchain

from . import deviations, plots
from .curves import BINS, Axis
from .report import notes, placements, summary

if TYPE_CHECKING:
    from codegen.spec import Activation

    from .results import Report, Result

_HERE = Path(__file__).parent
_RUNTIME_STYLES = 6  # classes r0, r1, ... of page.css
_VERDICTS = {"same": "same", "known": "known deviation", "different": "different"}

_PROVIDERS = {"cpu": "CPU", "cuda": "CUDA", "webgpu": "WebGPU"}

spec = _toolchain.module("spec")
check = _toolchain.module("check")
expr = _toolchain.module("expr")
lower_numpy = _toolchain.module("lower_numpy")


def page(
    report: Report | Sequence[Report], *, catalogue: Mapping[str, Activation] | None = None, command: str = ""
) -> str:
    """A report as one self-contained HTML page.

    Parameters
    ----------
    report
        What `validate` returned, or several of them: of values and of gradients, say. With `error_curves=True` the
        page has plots of the error along x; without, only those of the functions.
    catalogue
        Where formulas are looked up by the name of the activation; pyact's own by default. An activation that is not
        in it is shown without formula.
    command
        The command that made the report, to be shown.

    Returns
    -------
    str
        The page. The same reports give the same page.

    Raises
    ------
    ValueError
        If no report was given.

    Examples
    --------
    >>> from pathlib import Path
    >>> from pyact.onnx import html, validate
    >>> report = validate("gelu", dtypes="float32", error_curves=True)
    >>> Path("gelu.html").write_text(html.page(report), encoding="utf-8")  # doctest: +SKIP
    """
    reports = list(report) if isinstance(report, Sequence) else [report]
    if not reports:
        raise ValueError("page needs at least one report")
    return _Page(reports, spec.built_in() if catalogue is None else catalogue, command).text()


# --- what is shown ----------------------------------------------------------------------------------------------------
@dataclass
class _Case:
    """One result, and what the page needs to know of it."""

    result: Result
    activation: str
    output: str | None
    runtime: str  # its label
    css: str  # and its class
    kind: str = "elementwise"

    @property
    def kernel_worst(self) -> tuple[float, float]:
        """The largest error of all points, those of the validation and those of the curve, and its x."""
        found = [(self.result.kernel.ulp, self.result.kernel.ulp_at)]
        return max([*found, self.result.curve.kernel.worst] if self.result.curve else found)

    @property
    def runtime_worst(self) -> tuple[float, float]:
        found = [(self.result.runtime.ulp, self.result.runtime.ulp_at)]
        return max([*found, self.result.curve.runtime.worst] if self.result.curve else found)

    @property
    def verdict(self) -> str:
        if not self.result.ok:
            return "different"
        return "known" if self.result.deviations else "same"

    @property
    def what(self) -> str:
        return "value" if self.output is None else "gradient" + ("" if self.output == "x" else f" by {self.output}")


@dataclass
class _Group:
    """Everything about one activation."""

    name: str
    activation: Activation | None
    cases: list[_Case] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"a-{self.name}"


def _runtime_label(result: Result, several: bool) -> str:
    """The provider; with opset and style, where it ran several models of a case."""
    label = f"onnxruntime {_PROVIDERS.get(result.provider, result.provider)}"
    label += f", opset {result.opset}, {result.style}" if several else ""
    return label + (", optimized" if result.optimize else "")


def _split_name(result: Result) -> tuple[str, str | None]:
    """gelu_backward -> gelu, x; glu_backward_a -> glu, a."""
    if result.curve is not None:
        return result.curve.activation, result.curve.output
    name, backward, output = result.name.partition("_backward")
    return name, (output.lstrip("_") or "x") if backward else None


def _groups(reports: Sequence[Report], catalogue: Mapping[str, Activation]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    styles: dict[str, str] = {}
    results = [r for report in reports for r in report.results]
    models = {p: {(r.opset, r.style) for r in results if r.provider == p} for p in {r.provider for r in results}}
    for result in results:
        name, output = _split_name(result)
        if name not in groups:
            groups[name] = _Group(name, catalogue.get(name))
        label = _runtime_label(result, len(models[result.provider]) > 1)
        css = styles.setdefault(label, f"r{len(styles) % _RUNTIME_STYLES}")
        known = groups[name].activation
        groups[name].cases.append(_Case(result, name, output, label, css, known.kind if known else "elementwise"))
    return list(groups.values())


# --- the page ---------------------------------------------------------------------------------------------------------
class _Page:
    """Fills page.html; each method makes one part."""

    def __init__(self, reports: list[Report], catalogue: Mapping[str, Activation], command: str) -> None:
        self.reports, self.command = reports, command
        self.groups = _groups(reports, catalogue)
        self.cases = [c for g in self.groups for c in g.cases]
        self.dtypes = list(dict.fromkeys(c.result.dtype for c in self.cases))
        self.runtimes = list(dict.fromkeys(c.runtime for c in self.cases))
        self.versions = " and ".join(dict.fromkeys(r.runtime for r in reports))

    def text(self) -> str:
        script = _asset("page.js")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        return string.Template(_asset("page.html")).substitute(
            policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
            style=_asset("page.css"),
            script=script,
            count=len(self.groups),
            runtimes=escape(self.versions),
            state="same" if all(r.ok for r in self.reports) else "different",
            summaries=self._summaries(),
            tiles=self._tiles(),
            glance=f"{self._computed()[0]} ({escape(self._format())})",
            keys=self._keys(),
            overview=self._overview(),
            filters=self._filters(),
            headings=_headings(),
            rows="\n".join(_row(c, g) for g in self.groups for c in g.cases),
            cards="\n".join(map(_card, self.groups)),
            deviations=_deviations(),
            made=self._made(),
            axes=self._axes(),
        )

    def _summaries(self) -> str:
        lines = [_untimed(summary(r)) for r in self.reports] + [text for r in self.reports for text in notes(r)]
        return "".join(f"<p>{escape(text)}</p>" for text in dict.fromkeys(lines))

    def _format(self) -> str:
        """The format that is shown at a glance."""
        return "float32" if "float32" in self.dtypes else self.dtypes[0] if self.dtypes else ""

    def _computed(self) -> tuple[str, list[_Case]]:
        """What is shown at a glance: values, or gradients where no value was validated."""
        cases = [c for c in self.cases if c.result.dtype == self._format()]
        values = [c for c in cases if c.output is None]
        return ("value", values) if values else ("gradient", cases)

    def _tiles(self) -> str:
        points = sum(c.result.points + (c.result.curve.points if c.result.curve else 0) for c in self.cases)
        tiles = [
            (f"{len(self.cases):,}", "functions and gradients compared, on each provider"),
            (_short(points), "inputs tried"),
        ]
        what, cases = self._computed()
        plain = [c.kernel_worst[0] for c in cases if c.kind == "elementwise"]
        if plain:
            text = f"ULP: the largest error of pyact, any elementwise {what} in {self._format()}"
            tiles.append((plots.error_text(max(plain)), text))
        for runtime in self.runtimes:
            own = [c for c in cases if c.runtime == runtime]
            lost = sum(plots.digits_right(c.runtime_worst[0], c.result.dtype) < 1 for c in own)
            if own:
                tiles.append(
                    (f"{lost} of {len(own)}", f"functions of which {runtime} gives a value without a right digit")
                )
        return "".join(f"<div><b>{escape(big)}</b><span>{escape(small)}</span></div>" for big, small in tiles)

    def _keys(self) -> str:
        styles = {"pyact": "pyact"} | {c.runtime: c.css for c in self._computed()[1]}
        return "".join(f'<span class="key {css}">{escape(label)}</span>' for label, css in styles.items())

    def _overview(self) -> str:
        _, cases = self._computed()
        columns = []
        for group in self.groups:
            own = [c for c in cases if c.activation == group.name]
            if own:
                dots = [("pyact", "pyact", max(c.kernel_worst[0] for c in own))]
                dots += [(c.runtime, c.css, c.runtime_worst[0]) for c in own]
                columns.append((group.name, group.anchor, dots))
        columns.sort(key=lambda c: (-max(error for _, _, error in c[2][1:]), -c[2][0][2]))
        return plots.overview(columns, self._format()) if columns else ""

    def _filters(self) -> str:
        found = {c.verdict for c in self.cases}
        outputs = dict.fromkeys("value" if c.output is None else "gradient" for c in self.cases)
        return (
            '<label>name<input type="search" name="name" placeholder="gelu" autocomplete="off" spellcheck="false">'
            "</label>"
            + _select("output", "computes", [(o, o) for o in outputs])
            + _select("dtype", "format", [(d, d) for d in self.dtypes])
            + _select("provider", "provider", [(r, r) for r in self.runtimes])
            + _select("verdict", "verdict", [(k, t) for k, t in _VERDICTS.items() if k in found])
        )

    def _made(self) -> str:
        """Versions, settings, devices."""
        import onnx

        rows = [("runtime", self.versions)]
        rows += [("graphs", f"opset {r.opset}, style {r.style}") for r in self.reports]
        rows += [(_PROVIDERS.get(p, p), text) for r in self.reports for p, text in r.versions.items()]
        rows += [("placement", line) for r in self.reports for line in placements(r)]
        rows += [("not run", text.removeprefix("skipped: ")) for r in self.reports for text in r.skipped]
        rows += [("pyact", pyact.__version__), ("onnx", onnx.__version__), ("numpy", np.__version__)]
        rows += [("command", self.command)] if self.command else []
        return "".join(f"<dt>{escape(k)}</dt><dd><code>{escape(v)}</code></dd>" for k, v in dict.fromkeys(rows))

    def _axes(self) -> str:
        """For page.js: per format the x between bins, and the top of the vertical axis as log10 of ULP."""
        axes = {
            d: {
                "x": [float(f"{x:.3g}") for x in Axis(d).boundaries()[1:-1].tolist()],
                "top": round(plots.top_decade(d), 6),
                "height": plots.HEIGHT,
                "bins": BINS,
            }
            for d in self.dtypes
        }
        return json.dumps(axes, separators=(",", ":"))


def _untimed(text: str) -> str:
    """Without the seconds it took, so that the same findings give the same page."""
    return re.sub(r", \d+ s(?=;|$)", "", text)


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


# --- the table --------------------------------------------------------------------------------------------------------
_HEADINGS = (
    ("activation", "text"), ("computes", "text"), ("format", "text"), ("provider", "text"), ("pyact, ULP", "number"),
    ("at x", "number"), ("provider, ULP", "number"), ("at x", "number"), ("verdict", "text"),
)  # fmt: skip


def _headings() -> str:
    return "".join(
        f'<th scope="col" class="{kind}" aria-sort="none"><button type="button">{escape(text)}</button></th>'
        for text, kind in _HEADINGS
    )


def _row(case: _Case, group: _Group) -> str:
    dtype = case.result.dtype
    words = " ".join([group.name, case.result.name, *(group.activation.aliases if group.activation else ())])
    known = f"known: {'; '.join(case.result.deviations)}"
    verdict = {"same": "same", "known": known}.get(case.verdict, case.result.verdict)
    return (
        f'<tr data-name="{escape(words.lower())}" data-activation="{escape(group.name)}" '
        f'data-output="{"value" if case.output is None else "gradient"}" data-dtype="{escape(dtype)}" '
        f'data-provider="{escape(case.runtime)}" data-verdict="{case.verdict}">'
        f'<th scope="row"><a href="#{escape(group.anchor)}">{escape(group.name)}</a></th>'
        f"<td>{escape(case.what)}</td><td>{escape(dtype)}</td><td>{escape(case.runtime)}</td>"
        f"{_error_cells(case.kernel_worst, dtype, 'pyact')}{_error_cells(case.runtime_worst, dtype, case.css)}"
        f'<td class="verdict {case.verdict}">{escape(verdict)}</td></tr>'
    )


def _error_cells(worst: tuple[float, float], dtype: str, css: str) -> str:
    ulp, x = worst
    share = 1 - plots.height_of(ulp, dtype)
    key = "1e999" if math.isinf(ulp) else repr(ulp)
    return (
        f'<td class="number bar {css}" data-v="{key}" style="--share:{share:.2f}">{plots.error_text(ulp)}</td>'
        f'<td class="number at" data-v="{x!r}">{escape(f"{x:.6g}") if ulp else ""}</td>'
    )


def _select(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{escape(v)}">{escape(t)}</option>' for v, t in options)
    return f'<label>{label}<select name="{name}"><option value="">all</option>{listed}</select></label>'


def _deviations() -> str:
    """The list of known deviations; columns that no entry fills are left out."""
    columns = fields(deviations.Deviation)
    entries = deviations.load()
    rows = [[_cell(getattr(e, c.name), c.default) for c in columns] for e in entries]
    filled = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    head = "".join(f'<th scope="col">{escape(columns[i].name)}</th>' for i in filled)
    body = "".join("<tr>" + "".join(f"<td>{escape(row[i])}</td>" for i in filled) + "</tr>" for row in rows)
    return f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"


def _cell(value: Any, default: Any) -> str:
    if value == default:
        return ""
    return ", ".join(value) if isinstance(value, tuple) else f"{value:g}" if isinstance(value, float) else str(value)


def _short(count: int) -> str:
    return f"{count / 1e6:.1f} million" if count >= 1_000_000 else f"{count:,}"


# --- one activation ---------------------------------------------------------------------------------------------------
def _card(group: _Group) -> str:
    a = group.activation
    verdict = max((c.verdict for c in group.cases), key=list(_VERDICTS).index)
    badge = f'<a class="badge verdict {verdict}" href="#{"known" if verdict == "known" else "cases"}">'
    badge += f"{_VERDICTS[verdict]}</a>"
    about = _about(a) if a is not None else ""
    figures = (_function_figure(a) if a is not None else "") + _error_figures(group)
    said = "".join(f"<li>{escape(t)}</li>" for t in dict.fromkeys(_remarks(group)))
    return (
        f'<article id="{escape(group.anchor)}" data-activation="{escape(group.name)}"><h3>'
        f'<a href="#{escape(group.anchor)}">{escape(group.name)}</a> {badge}</h3>{about}'
        f'<div class="plots">{figures}</div>{f"<ul class=remarks>{said}</ul>" if said else ""}</article>'
    )


def _about(a: Activation) -> str:
    rows = [("formula", a.formula_text)]
    rows += [
        (
            "gradient" if a.kind == "row" else "derivative" if len(a.derivatives) == 1 else f"by {by}",
            a.derivative_texts.get(by, "") or expr.to_text(tree),
        )
        for by, tree in a.derivatives.items()
    ]
    listed = "".join(f"<dt>{escape(k)}</dt><dd><code>{escape(v.strip())}</code></dd>" for k, v in rows)
    facts = []
    if a.parameters:
        facts.append("with " + ", ".join(f"{p.name} = {p.default:g}" for p in a.parameters))
    if a.aliases:
        facts.append("also called " + ", ".join(a.aliases))
    if a.onnx:
        facts.append(f"ONNX {a.onnx.op} since opset {a.onnx.since}")
    if a.torch:
        facts.append(f"torch.nn.{a.torch}")
    more = "".join(f"<li>{escape(f)}</li>" for f in facts) + (f"<li>{_link(a.source)}</li>" if a.source else "")
    return f'<p class="what">{escape(a.summary)}</p><dl>{listed}</dl><ul class="facts">{more}</ul>'


def _link(source: str) -> str:
    """A link, if it is one to the web; else its text."""
    if source.startswith(("https://", "http://")):
        return f'<a href="{escape(source)}" rel="noopener noreferrer">source</a>'
    return escape(source)


def _remarks(group: _Group) -> Iterable[str]:
    for case in group.cases:
        where = f"{case.what}, {case.result.dtype}, {case.runtime}"
        yield from (f"known deviation ({where}): {d}" for d in case.result.deviations)
        yield from (f"different ({where}): {w}" for w in case.result.wrong)


def _error_figures(group: _Group) -> str:
    """One plot per output and format; a line for pyact and one for each runtime."""
    figures: dict[tuple[str, str], list[_Case]] = {}
    for case in group.cases:
        if case.result.curve is not None:
            figures.setdefault((case.what, case.result.dtype), []).append(case)
    formats = {dtype for _, dtype in figures}
    parts = []
    for (what, dtype), cases in figures.items():
        lines = [plots.Line(c.runtime, c.css, c.result.curve.runtime) for c in cases if c.result.curve]
        first = cases[0].result.curve
        assert first is not None
        lines.append(plots.Line("pyact", "pyact", first.kernel))
        title = f"error of the {what}, in ULP" + (f", {dtype}" if len(formats) > 1 or dtype != "float32" else "")
        parts.append(plots.error_plot(title, lines, dtype, first.promise))
    return "".join(parts)


def _function_figure(a: Activation) -> str:
    x = plots.abscissas()
    gate = check.gating_input(a) if a.kind == "gate" else a.inputs[0]
    value = _evaluate(a, a.kernel, x, gate)
    slope = _evaluate(a, a.derivatives[gate], x, gate) if gate in a.derivatives else None
    return plots.function_plot(value, slope, "derivative" if a.kind != "row" else "gradient", gate)


def _evaluate(a: Activation, tree: Any, x: npt.NDArray[np.float64], varied: str) -> npt.NDArray[np.float64]:
    """In double, parameters at their defaults; the other input of a gate is 1, a row is [x, 0]."""
    if a.kind == "row":
        row = np.stack([x, np.zeros_like(x)], axis=-1)
        first = np.stack([np.ones_like(x), np.ones_like(x) if a.reduces else np.zeros_like(x)], axis=-1)
        inputs = {"grad_output": first, a.inputs[0]: row}
    else:
        inputs = {n: x if n == varied else np.ones_like(x) for n in a.inputs}
    names = [*inputs, *a.defaults]
    result = np.asarray(lower_numpy.compile_numpy(tree, names)(*inputs.values(), *a.defaults.values()))
    if a.kind == "row":
        result = result[..., 0] if result.ndim == 2 else result
    return np.broadcast_to(result, x.shape).astype(np.float64)
