"""A bar chart of one group of cells as SVG that needs no other file and reads on light and dark backgrounds."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .bars import Timings, timings
from .inputs import DISTRIBUTIONS
from .report import title
from .results import Results

PREFERRED = ("float32", 65_536, "normal1")
SERIES = ("pyact", "torch", "best other")
BAR, GAP, GROUP_GAP = 11, 1, 9  # pixels
LABELS, PANEL, VALUES = 104, 300, 96  # widths: names, bars, figures at their ends
CUT = 6  # from its end, a bar too long to be drawn has a gap of this width
TOP, BOTTOM = 92, 34

# Contrast of each pair is at least 3 to 1 on its background; the series differ in lightness too.
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .note { font-size: 11px; fill: #57606a }
  .value { font-size: 10px; fill: #57606a }
  .pyact { fill: #0b5fce } .torch { fill: #d9622b } .other { fill: #8a929b }
  .axis { stroke: #d0d7de; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .note, .value { fill: #9da7b1 }
    .pyact { fill: #58a6ff } .torch { fill: #f0883e } .other { fill: #6e7681 }
    .axis { stroke: #373e47 }
  }
"""
CLASSES = {"pyact": "pyact", "torch": "torch", "best other": "other"}


def chosen_group(results: Results) -> tuple[str, tuple[str, int, str]] | None:
    """Environment and (dtype, size, inputs): the preferred one where it was measured, else the first."""
    first = None
    for environment in results.environments:
        for t in timings(results, environment):
            if t.cell.table != "activations":
                continue
            key = (t.cell.dtype, t.cell.size, t.cell.inputs)
            if key == PREFERRED:
                return environment, key
            first = first or (environment, key)
    return first


def bars_of(t: Timings) -> list[tuple[str, float, str]]:
    """(series, ns per element, text at the end of the bar)"""
    bars = []
    others = {who: s for who, s in t.peers().items() if who != "torch"}
    best = min(others, key=others.__getitem__) if others else None
    for series in SERIES:
        seconds = t.seconds(series) if series != "best other" else others[best] if best else None
        if seconds is not None:
            value = seconds / t.cell.size * 1e9
            bars.append((series, value, f"{value:.2f}" + (f" {best}" if series == "best other" else "")))
    return bars


def axis_end(values: Sequence[float]) -> float:
    """Most bars fit; the few longest are cut, with their figure beside them."""
    ordered = sorted(values)
    typical = ordered[int(0.85 * (len(ordered) - 1))]
    return min(ordered[-1], 1.25 * typical) or 1.0


def rectangle(series: str, x: float, y: float, width: float) -> str:
    return f'<rect class="{CLASSES[series]}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}"/>'


def panel(x0: float, label: str, groups: Sequence[Sequence[tuple[str, float, str]]], tops: Sequence[float],
          end: float, height: float) -> list[str]:  # fmt: skip
    parts = [f'<text x="{x0}" y="{TOP - 12}">{escape(label)}</text>',
             f'<line class="axis" x1="{x0}" x2="{x0}" y1="{TOP - 4}" y2="{height - BOTTOM}"/>']  # fmt: skip
    for bars, top in zip(groups, tops, strict=True):
        for series, value, text in bars:
            y = top + SERIES.index(series) * (BAR + GAP)
            width = min(value, end) / end * PANEL
            pieces = [(0.0, width)] if value <= end else [(0.0, width - 3 * CUT), (width - 2 * CUT, 2 * CUT)]
            parts += [rectangle(series, x0 + left, y, piece) for left, piece in pieces]
            parts.append(f'<text class="value" x="{x0 + width + 4:.1f}" y="{y + BAR - 2}">{escape(text)}</text>')
    return parts


def svg(results: Results) -> str:
    chosen = chosen_group(results)
    if chosen is None:
        return empty()
    environment, (dtype, size, inputs) = chosen
    by_name: dict[str, dict[str, list[tuple[str, float, str]]]] = {}
    for t in timings(results, environment):
        c = t.cell
        if c.table == "activations" and (c.dtype, c.size, c.inputs) == (dtype, size, inputs):
            by_name.setdefault(c.name, {})[c.direction] = bars_of(t)
    directions = [d for d in ("forward", "backward") if any(d in found for found in by_name.values())]
    values = [v for found in by_name.values() for d in directions for _, v, _ in found.get(d, [])]
    if not values:
        return empty()
    pitch = len(SERIES) * (BAR + GAP) + GROUP_GAP
    tops = [TOP + i * pitch for i in range(len(by_name))]
    height = TOP + len(by_name) * pitch + BOTTOM
    width = LABELS + len(directions) * (PANEL + VALUES) + 12
    described = results.environments[environment]
    note = f"{dtype}, {size:,} elements, {DISTRIBUTIONS[inputs]}; {title(described)}"
    heading = "Nanoseconds per element: shorter is faster (a bar with a gap is cut)"
    parts = [f'<text class="title" x="12" y="24">{heading}</text>',
             f'<text class="note" x="12" y="42">{escape(note)}</text>', *legend()]  # fmt: skip
    parts += [f'<text x="{LABELS - 8}" y="{top + 1.9 * BAR:.0f}" text-anchor="end">{escape(name)}</text>'
              for name, top in zip(by_name, tops, strict=True)]  # fmt: skip
    end = axis_end(values)
    for i, direction in enumerate(directions):
        x0 = LABELS + i * (PANEL + VALUES)
        parts += panel(x0, direction, [found.get(direction, []) for found in by_name.values()], tops, end, height)
    versions = ", ".join(f"{name} {version}" for name, version in described["versions"].items())
    parts.append(f'<text class="note" x="12" y="{height - 12}">pyact {described["pyact"]}; {escape(versions)}</text>')
    return document(width, height, heading, parts)


def legend() -> list[str]:
    parts = []
    for i, series in enumerate(SERIES):
        x = 12 + 90 * i
        parts.append(rectangle(series, x, 52, BAR))
        parts.append(f'<text x="{x + BAR + 5}" y="62">{series}</text>')
    return parts


def document(width: float, height: float, heading: str, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(heading)}">\n<style>{STYLE}</style>\n{body}\n</svg>\n'
    )


def empty() -> str:
    return document(360, 60, "nothing measured", ['<text x="12" y="34">No activation was measured.</text>'])
