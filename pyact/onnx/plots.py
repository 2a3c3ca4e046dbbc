"""The plots of a validation's page, as SVG whose lines stretch with the page and HTML labels that do not.

Everything here is plain text from numbers; colours, strokes and fonts are in page.css, by class.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from . import oracle
from .curves import BINS, Axis, Series

Array = npt.NDArray[np.float64]

HEIGHT = 320  # units of a plot; it is BINS wide
_DECADES_BELOW = 1  # the axis begins at 0.1 ULP
_MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Line:
    """One line of an error plot: whose error it is, the class that colours it, and the error."""

    label: str
    css: str
    series: Series


# --- numbers ----------------------------------------------------------------------------------------------------------
def power(exponent: int) -> str:
    """10 to the exponent, as people write it."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def error_text(ulp: float) -> str:
    """An error in two or three digits."""
    if math.isinf(ulp):
        return "infinite"
    if ulp == 0:
        return "0"
    if ulp < 0.01 or ulp >= 1e6:
        digits, exponent = f"{ulp:.1e}".split("e")
        return f"{digits}\N{MULTIPLICATION SIGN}{power(int(exponent))}"
    return f"{ulp:,.0f}" if ulp >= 100 else f"{ulp:.3g}" if ulp >= 1 else f"{ulp:.2f}"


def point_text(x: float, dtype: str) -> str:
    """A number of the format in as many digits as name it."""
    if not math.isfinite(x):
        return repr(x)
    kind = {"float64": np.float64, "float32": np.float32}.get(dtype)
    return str(kind(x)) if kind is not None else f"{x:.6g}"


def digits_right(ulp: float, dtype: str) -> float:
    """How many decimal digits an error of so many ULP leaves."""
    precision = oracle.FORMATS[dtype][0]
    return max(precision * math.log10(2) - math.log10(max(ulp, 0.5)), 0.0)


def top_decade(dtype: str) -> float:
    """log10 of the error at the top of the axis: past the point where no bit is right."""
    return oracle.FORMATS[dtype][0] * math.log10(2) + 1


def height_of(ulp: float, dtype: str) -> float:
    """Where an error is on the vertical axis: 0 at the top, 1 at the bottom."""
    top = top_decade(dtype)
    if math.isinf(ulp):
        return 0.0
    decade = min(max(math.log10(ulp) if ulp > 0 else -math.inf, -_DECADES_BELOW), top)
    return (top - decade) / (top + _DECADES_BELOW)


# --- the error along x ------------------------------------------------------------------------------------------------
def error_path(series: Series, dtype: str) -> str:
    """A step for each bin, broken where a bin holds no point. Heights are whole units: page.js reads them back."""
    parts: list[str] = []
    level: int | None = None
    run = 0
    for place, ulp in enumerate(series.ulp.tolist()):
        if math.isnan(ulp):
            parts.append(f"h{run}" if run else "")
            level, run = None, 0
            continue
        here = round(height_of(ulp, dtype) * HEIGHT)
        if level is None:
            parts.append(f"M{place} {here}")
        elif here != level:
            parts.append(f"h{run}v{here - level}")
            run = 0
        level, run = here, run + 1
    parts.append(f"h{run}" if run else "")
    return "".join(parts)


_X_TICKS = (-1e30, -10.0, -0.1, -0.001, 0.0, 0.001, 0.1, 10.0, 1e30)


def _x_label(x: float) -> str:
    text = f"{abs(x):g}" if 1e-2 < abs(x) < 1e4 or x == 0 else power(round(math.log10(abs(x))))
    return (_MINUS if x < 0 else "") + text


def error_plot(title: str, lines: Sequence[Line], dtype: str, promise: float) -> str:
    """A figure: error in ULP over all floats, with the worst point of each line as a button that tells it."""
    axis = Axis(dtype)
    largest = float(2 - 2.0 ** (1 - axis.precision)) * 2.0 ** oracle.FORMATS[dtype][2]
    ticks = [t for t in _X_TICKS if abs(t) < largest]
    paths = "".join(f'<path class="line {n.css}" d="{error_path(n.series, dtype)}"/>' for n in lines)
    bottom = height_of(promise, dtype)
    grid = "".join(
        f'<path class="grid" d="M0 {round(height_of(10.0**d, dtype) * HEIGHT)}H{BINS}"/>'
        for d in range(2, math.ceil(top_decade(dtype)), 2)
    )
    middle = f'<path class="grid" d="M{BINS // 2} 0V{HEIGHT}"/>'
    band = (
        f'<rect class="band" x="0" width="{BINS}" y="{bottom * HEIGHT:.0f}" height="{(1 - bottom) * HEIGHT:.0f}"/>'
        f'<path class="promise" d="M0 {bottom * HEIGHT:.0f}H{BINS}"/>'
    )
    worst = "".join(_marker(n, dtype) for n in lines)
    left = "".join(
        f'<span style="top:{height_of(10.0**d, dtype) * 100:.1f}%">{"1" if d == 0 else power(d)}</span>'
        for d in range(0, math.ceil(top_decade(dtype)), 2)
    )
    right = "".join(
        f'<span style="top:{height_of(_error_with(n, dtype), dtype) * 100:.1f}%">{n}</span>' for n in _digits(dtype)
    )
    below = "".join(f'<span style="left:{float(axis.place(t)) * 100:.1f}%">{_x_label(t)}</span>' for t in ticks)
    names = ", ".join(f"{n.label} at most {error_text(n.series.worst[0])} ULP" for n in lines)
    return (
        f'<figure class="error" data-dtype="{escape(dtype)}"><figcaption>{escape(title)}'
        "<span>digits left</span></figcaption>"
        f'<div class="frame"><div class="y">{left}</div><div class="area">'
        f'<svg viewBox="0 0 {BINS} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(title)}: {escape(names)}">{band}{grid}{middle}{paths}</svg>{worst}'
        f'<p class="readout" aria-hidden="true" hidden></p></div>'
        f'<div class="y digits">{right}</div><div class="x">{below}</div></div>{_legend(lines, dtype)}</figure>'
    )


def _legend(lines: Sequence[Line], dtype: str) -> str:
    """Whose line is which, and its worst point in words: for paper, and where nothing can hover."""
    rows = []
    for line in lines:
        ulp, x = line.series.worst
        where = f" at {escape(point_text(x, dtype))}" if ulp else ""
        rows.append(f'<li class="{line.css}">{escape(line.label)}: <b>{error_text(ulp)}</b>{where}</li>')
    return f'<ul class="legend">{"".join(rows)}</ul>'


def _digits(dtype: str) -> list[int]:
    most = int(oracle.FORMATS[dtype][0] * math.log10(2))
    return list(range(most, -1, -2 if most < 10 else -3))


def _error_with(digits: int, dtype: str) -> float:
    """The error that leaves so many digits."""
    return float(10.0 ** (oracle.FORMATS[dtype][0] * math.log10(2) - digits))


def _marker(line: Line, dtype: str) -> str:
    ulp, x = line.series.worst
    if ulp == 0:  # no point is worse than another
        return ""
    text = f"{line.label}: {error_text(ulp)} ULP at x = {point_text(x, dtype)}"
    left, top = float(Axis(dtype).place(x)) * 100, height_of(ulp, dtype) * 100
    side = "left" if left > 50 else "right"  # to which the note opens
    return (
        f'<button type="button" class="worst {line.css} to-{side}" style="left:{left:.2f}%;top:{top:.2f}%" '
        f'aria-label="worst point, {escape(text)}"><span>{escape(text)}</span></button>'
    )


# --- the function itself ----------------------------------------------------------------------------------------------
REACH = 6.0
_SAMPLES = 241


def abscissas() -> Array:
    return np.linspace(-REACH, REACH, _SAMPLES)


def _function_path(y: Array, low: float, high: float) -> str:
    """The curve in a plot 400 wide; broken at jumps and where it is not a number."""
    parts: list[str] = []
    previous = math.nan
    for place, value in enumerate(y.tolist()):
        jumps = not abs(value - previous) < 0.3 + 0.1 * abs(value)
        if math.isfinite(value):
            at = min(max((high - value) / (high - low) * HEIGHT, -HEIGHT), 2.0 * HEIGHT)
            parts.append(f"{'M' if jumps else 'L'}{place * BINS / (_SAMPLES - 1):.1f} {at:.1f}")
        previous = value
    return "".join(parts)


def function_plot(value: Array, derivative: Array | None, derivative_name: str, x_name: str) -> str:
    """A figure: the value and the derivative between -REACH and REACH."""
    given = [c[np.isfinite(c)] for c in (value, derivative) if c is not None]
    everything = np.concatenate(given) if any(c.size for c in given) else np.zeros(1)
    low, high = max(float(everything.min()), -REACH), min(float(everything.max()), REACH)
    low, high = min(low, 0.0), max(high, low + 1.0, 1.0)
    pad = (high - low) * 0.06
    low, high = low - pad, high + pad
    step = 2 if high - low > 5 else 1
    levels = [n for n in range(math.ceil(low), math.floor(high) + 1) if n % step == 0]
    grid = "".join(
        f'<path class="{"axis" if n == 0 else "grid"}" d="M0 {(high - n) / (high - low) * HEIGHT:.1f}H{BINS}"/>'
        for n in levels
    )
    marks = (-4, -2, 0, 2, 4)
    columns = "".join(
        f'<path class="{"axis" if n == 0 else "grid"}" d="M{(n + REACH) / (2 * REACH) * BINS:.1f} 0V{HEIGHT}"/>'
        for n in marks
    )
    paths = f'<path class="line value" d="{_function_path(value, low, high)}"/>'
    if derivative is not None:
        paths = f'<path class="line slope" d="{_function_path(derivative, low, high)}"/>' + paths
    left = "".join(
        f'<span style="top:{(high - n) / (high - low) * 100:.1f}%">{_x_label(float(n))}</span>' for n in levels
    )
    below = "".join(
        f'<span style="left:{(n + REACH) / (2 * REACH) * 100:.1f}%">{_x_label(float(n))}</span>' for n in marks
    )
    key = '<span class="key value">value</span>'
    if derivative is not None:
        key += f'<span class="key slope">{escape(derivative_name)}</span>'
    return (
        f'<figure class="function"><figcaption>{key}</figcaption><div class="frame"><div class="y">{left}</div>'
        f'<div class="area"><svg viewBox="0 0 {BINS} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="value and {escape(derivative_name)} for {escape(x_name)} from -6 to 6">'
        f"{grid}{columns}{paths}</svg></div>"
        f'<div class="y digits"></div><div class="x">{below}</div></div></figure>'
    )


# --- all activations at a glance --------------------------------------------------------------------------------------
_COLUMN, _TALL, _LABELS, _LEFT = 14, 300, 96, 44


def overview(columns: Sequence[tuple[str, str, Sequence[tuple[str, str, float]]]], dtype: str) -> str:
    """One column per activation: name, target of its link, and (label, class, error) per program; a dot for each."""
    width = _LEFT + _COLUMN * len(columns) + 30
    right = width - 30
    parts = []
    for decade in range(0, math.ceil(top_decade(dtype)), 1):
        y = height_of(10.0**decade, dtype) * _TALL
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>')
        if decade % 2 == 0:
            text = "1 ULP" if decade == 0 else power(decade)
            parts.append(f'<text class="tick" x="{_LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{text}</text>')
    y = height_of(1.0, dtype) * _TALL
    parts.insert(0, f'<rect class="band" x="{_LEFT}" y="{y:.1f}" width="{right - _LEFT}" height="{_TALL - y:.1f}"/>')
    parts.append(f'<path class="promise" d="M{_LEFT} {y:.1f}H{right}"/>')
    for n in _digits(dtype):
        y = height_of(_error_with(n, dtype), dtype) * _TALL
        parts.append(f'<text class="tick" x="{right + 6}" y="{y + 3.5:.1f}">{n}</text>')
    for place, (name, target, dots) in enumerate(columns):
        x = _LEFT + _COLUMN * (place + 0.5)
        heights = [height_of(error, dtype) * _TALL for _, _, error in dots]
        text = "; ".join(f"{label} {error_text(error)} ULP" for label, _, error in dots)
        parts.append(
            f'<a href="#{escape(target)}"><title>{escape(name)}: {escape(text)}</title>'
            f'<rect class="hit" x="{x - _COLUMN / 2:.1f}" y="0" width="{_COLUMN}" height="{_TALL + _LABELS}"/>'
            f'<path class="stem" d="M{x:.1f} {min(heights):.1f}V{max(heights):.1f}"/>'
            + "".join(_dot(x, h, css) for (_, css, _), h in zip(dots, heights, strict=True))
            + f'<text class="name" transform="translate({x + 3:.1f} {_TALL + 10}) rotate(-60)" text-anchor="end">'
            f"{escape(name)}</text></a>"
        )
    limits = f"min-width:{width * 0.8:.0f}px;max-width:{width * 1.15:.0f}px"
    return (
        f'<svg class="overview" viewBox="0 -8 {width} {_TALL + _LABELS + 8}" style="{limits}" '
        f'role="group" aria-label="largest error of each activation">{"".join(parts)}</svg>'
    )


_SHAPES = ("l5 5l-5 5l-5-5z", "l4.6 9h-9.2z", "m-4 1h8v8h-8z", "m0 10l4.6-9h-9.2z")  # from the top of the symbol


def _dot(x: float, y: float, css: str) -> str:
    """A shape for each program, so that colour is not all that tells them apart: pyact's is a disc."""
    if css == "pyact":
        return f'<circle class="dot {css}" cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>'
    return f'<path class="dot {css}" d="M{x:.1f} {y - 5:.1f}{_SHAPES[int(css[1:]) % len(_SHAPES)]}"/>'
